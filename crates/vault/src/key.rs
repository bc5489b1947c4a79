//! The vault's key and where it is kept: the system's keyring, or a file of its own where there is none.
//!
//! A database whose key is not found is never given a new one: that would be the end of everything in it. A locked keyring says "no
//! such entry" just as an empty one does, so a missing entry proves nothing.
//!
//! The entry in the keyring is named after the database's salt, its first 16 bytes, which SQLCipher leaves in the clear. So one
//! keyring holds the keys of many vaults, and a folder may be moved.

mod file;
mod keyring;

use std::{fmt, fs, io::Read, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use self::keyring::Keyring;
use crate::{database::DATABASE, error::VaultError};

/// Where a new key is put. A vault that has a key file goes on using it, whatever is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyChoice {
    /// In the system's keyring, or in a file where there is no keyring that answers.
    #[default]
    System,
    /// In a file: for machines without a person in front of them, whose keyring nobody unlocks.
    File,
}

/// Where the key is, so that the app can say it aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// In the system's keyring.
    Keyring,
    /// In `vault.key` beside the database, readable by its owner alone. Whoever copies the whole folder can read the vault.
    File,
    /// As `File`; others could read the file until now. Its permissions were put right, but the key may have been seen.
    FileMended,
}

impl KeyPlace {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
            Self::FileMended => "file_mended",
        }
    }
}

/// 32 random bytes and the salt of the database that they open. Wiped from memory when dropped; prints as `***`.
pub(crate) struct VaultKey {
    secret: Secret,
    salt: Salt,
}

type Salt = [u8; 16];

/// The 32 bytes.
#[derive(Clone, PartialEq, Eq)]
struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    fn random() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; 32]);
        randomise(bytes.as_mut())?;
        Ok(Self(bytes))
    }

    /// Base64: a keyring may hold nothing but UTF-8 (`KWallet`).
    fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_ref()))
    }

    fn from_text(text: &str) -> Option<Self> {
        let decoded = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
        let mut bytes = Zeroizing::new([0; 32]);
        if decoded.len() != bytes.len() {
            return None;
        }
        bytes.copy_from_slice(&decoded);
        Some(Self(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(***)")
    }
}

impl VaultKey {
    /// A key for something else that belongs with this vault. Nothing can be told from it of the vault's own key, nor of the key for
    /// another `purpose`, which no two things share.
    pub(crate) fn derive(&self, purpose: &'static str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(purpose, self.secret.0.as_ref()))
    }

    /// The value of SQLCipher's `key` pragma: key and salt as they are, so that nothing has to be derived (0.5 ms to open).
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(hex::encode(self.secret.0.as_ref()));
        Zeroizing::new(format!("\"x'{}{}'\"", secret.as_str(), hex::encode(self.salt)))
    }
}

/// Finds the key of the vault in `folder`, or makes one for a vault that does not exist yet. The key is safe before this returns.
///
/// The caller holds the folder's lock.
pub(crate) async fn find(folder: &Path, choice: KeyChoice) -> Result<(VaultKey, KeyPlace), VaultError> {
    find_with(folder, choice, Keyring::of_the_system()).await
}

async fn find_with(folder: &Path, choice: KeyChoice, keyring: Keyring) -> Result<(VaultKey, KeyPlace), VaultError> {
    let existing = salt_of(&folder.join(DATABASE))?;
    if let Some((secret, place)) = file::read(folder)? {
        return Ok((
            VaultKey {
                secret,
                salt: existing.map_or_else(random_salt, Ok)?,
            },
            place,
        ));
    }
    let missing = |why: String| VaultError::KeyMissing {
        folder: folder.to_owned(),
        why,
    };
    match (existing, choice) {
        (Some(_), KeyChoice::File) => Err(missing("there is no file vault.key".to_owned())),
        (Some(salt), KeyChoice::System) => match keyring.get(&hex::encode(salt)).await {
            Ok(Some(secret)) => Ok((VaultKey { secret, salt }, KeyPlace::Keyring)),
            Ok(None) => Err(missing(
                "the keyring is locked or does not have it, and there is no file vault.key".to_owned(),
            )),
            Err(unavailable) => Err(missing(format!("{unavailable}, and there is no file vault.key"))),
        },
        (None, choice) => {
            let key = VaultKey {
                secret: Secret::random()?,
                salt: random_salt()?,
            };
            if choice == KeyChoice::System {
                match keyring.put(&hex::encode(key.salt), key.secret.clone()).await {
                    Ok(()) => return Ok((key, KeyPlace::Keyring)),
                    Err(unavailable) => tracing::warn!(%unavailable, "the vault's key goes into a file"),
                }
            }
            file::create(folder, &key.secret)?;
            Ok((key, KeyPlace::File))
        }
    }
}

fn random_salt() -> Result<Salt, VaultError> {
    let mut salt = [0; 16];
    randomise(&mut salt)?;
    Ok(salt)
}

/// Not passed in like other randomness: a key must come from the system.
fn randomise(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|error| std::io::Error::other(error.to_string()).into())
}

/// The salt of an existing database. A file that was created and never written to is none.
fn salt_of(database: &Path) -> Result<Option<Salt>, VaultError> {
    let mut file = match fs::File::open(database) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if file.metadata()?.len() == 0 {
        return Ok(None);
    }
    let mut salt = [0; 16];
    file.read_exact(&mut salt)
        .map_err(|_| VaultError::corrupt("vault.db was cut off"))?;
    Ok(Some(salt))
}

#[cfg(test)]
mod tests;
