//! The key in the system's keyring.
//!
//! A keyring is another process: it may be absent, locked, or frozen. It is asked on a thread of its own, which is left behind when
//! no answer comes: a frozen daemon never answers, and a runtime would wait for its own blocking threads when it ends. (The store
//! may not be opened inside of a runtime either.)

use std::{fmt, sync::Arc, time::Duration};

use keyring_core::{CredentialStore, Entry, Error};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::Secret;

const SERVICE: &str = "earnest-vault";

/// Why a keyring cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unavailable {
    #[error("the keyring does not answer")]
    Frozen,
    #[error("the keyring cannot be used ({0})")]
    Failed(Error),
    #[error("the keyring's entry is no key")]
    ForeignEntry,
    #[error("the keyring does not keep what it is given")]
    Forgetful,
}

type Connect = Box<dyn FnOnce() -> keyring_core::Result<Arc<CredentialStore>> + Send>;

/// A keyring that has not been opened yet.
pub(super) struct Keyring {
    pub(super) connect: Connect,
    /// A sound daemon answers in milliseconds.
    pub(super) connect_within: Duration,
    /// A locked keyring asks the person for a password first.
    pub(super) answer_within: Duration,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring")
    }
}

impl Keyring {
    pub(super) fn of_the_system() -> Self {
        Self {
            connect: Box::new(open),
            connect_within: Duration::from_secs(5),
            answer_within: Duration::from_mins(2),
        }
    }

    /// The key of that name; `None` when the keyring has none, or is locked and does not say so.
    pub(super) async fn get(self, name: &str) -> Result<Option<Secret>, Unavailable> {
        self.ask(name, |entry| match entry.get_password() {
            Ok(text) => Secret::from_text(&Zeroizing::new(text))
                .map(Some)
                .ok_or(Unavailable::ForeignEntry),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(Unavailable::Failed(error)),
        })
        .await
    }

    /// Keeps a key, and reads it again before it counts as kept.
    pub(super) async fn put(self, name: &str, secret: Secret) -> Result<(), Unavailable> {
        self.ask(name, move |entry| {
            entry.set_password(&secret.to_text()).map_err(Unavailable::Failed)?;
            let kept = Zeroizing::new(entry.get_password().map_err(Unavailable::Failed)?);
            if Secret::from_text(&kept) == Some(secret) {
                Ok(())
            } else {
                Err(Unavailable::Forgetful)
            }
        })
        .await
    }

    async fn ask<T: Send + 'static>(
        self,
        name: &str,
        question: impl FnOnce(Entry) -> Result<T, Unavailable> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (connected, is_connected) = oneshot::channel();
        let (answered, answer) = oneshot::channel();
        let name = name.to_owned();
        let connect = self.connect;
        let thread = std::thread::Builder::new().name("keyring".to_owned()).spawn(move || {
            let entry = connect().and_then(|store| store.build(SERVICE, &name, None));
            // Nobody listens any more when the time is up.
            let _ = connected.send(());
            let _ = answered.send(entry.map_err(Unavailable::Failed).and_then(question));
        });
        if thread.is_err() {
            return Err(Unavailable::Frozen);
        }
        within(self.connect_within, is_connected).await?;
        within(self.answer_within, answer).await?
    }
}

async fn within<T>(limit: Duration, answer: oneshot::Receiver<T>) -> Result<T, Unavailable> {
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(_)) | Err(_) => Err(Unavailable::Frozen),
    }
}

#[cfg(target_os = "linux")]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn open() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}
