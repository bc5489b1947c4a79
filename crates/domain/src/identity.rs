//! Who a person is to a hub: an Ed25519 key (RFC 8032), and what they signed with it.

use std::fmt;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::canonical::{self, Hex, id};

id! {
    /// A person: their Ed25519 public key. It says nothing about them but that the same person signed.
    PersonId
}

/// A person's secret key. It lives in the vault, is wiped from memory when dropped and prints as `***`.
pub struct PersonKey(SigningKey);

impl PersonKey {
    /// From 32 random bytes, given by the caller.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Who this key speaks for.
    pub fn person(&self) -> PersonId {
        PersonId(Hex(self.0.verifying_key().to_bytes()))
    }

    /// A key for what only this person can recompute (fingerprints), so that the same motion of two people looks different to a hub.
    pub(crate) fn derive(&self, context: &'static str) -> [u8; 32] {
        blake3::derive_key(context, self.0.as_bytes())
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(***)")
    }
}

/// What a signature is for: without it, a signature under one kind of record could be shown under another.
pub trait Signable: Serialize {
    /// Prefix of the signed bytes; unique for each kind and version of record.
    const CONTEXT: &'static str;
    /// Who has to have signed it.
    fn signer(&self) -> PersonId;
}

/// A record with its person's signature over `CONTEXT 0x00 canonical-bytes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed<T> {
    /// What was signed.
    pub body: T,
    /// Ed25519 signature.
    signature: Hex<64>,
}

/// The signature does not belong to the record and its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit the record; nothing was taken from it")]
pub struct BadSignature;

impl<T: Signable> Signed<T> {
    /// Signs a record.
    ///
    /// # Errors
    /// [`BadSignature`] when the key is not that of the record's person.
    pub fn sign(body: T, key: &PersonKey) -> Result<Self, BadSignature> {
        if body.signer() != key.person() {
            return Err(BadSignature);
        }
        let signature = Hex(key.0.sign(&message(&body)).to_bytes());
        Ok(Self { body, signature })
    }

    /// Checks the signature, strictly (small-order keys and malleable signatures are refused).
    ///
    /// # Errors
    /// [`BadSignature`] when it does not fit.
    pub fn verify(&self) -> Result<&T, BadSignature> {
        let key = VerifyingKey::from_bytes(self.body.signer().bytes()).map_err(|_| BadSignature)?;
        let signature = ed25519_dalek::Signature::from_bytes(&self.signature.0);
        key.verify_strict(&message(&self.body), &signature)
            .map_err(|_| BadSignature)?;
        Ok(&self.body)
    }
}

fn message<T: Signable>(body: &T) -> Vec<u8> {
    let mut message = Vec::with_capacity(512);
    message.extend_from_slice(T::CONTEXT.as_bytes());
    message.push(0);
    message.extend_from_slice(&canonical::bytes(body));
    message
}
