//! Who a hub is to everybody: an Ed25519 key (RFC 8032). It signs what it asks for and what it writes into its ledger.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::{
    canonical::{Hex, id},
    identity::BadSignature,
};

id! {
    /// Who a hub is, whatever it calls itself: its Ed25519 public key.
    HubKeyId
}

impl HubKeyId {
    /// Strict: small-order keys and malleable signatures are refused.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
        let key = VerifyingKey::from_bytes(self.bytes()).map_err(|_| BadSignature)?;
        key.verify_strict(message, &Signature::from_bytes(signature))
            .map_err(|_| BadSignature)
    }
}

/// A hub's secret key. It is wiped from memory when dropped and prints as `***`.
pub struct HubKey(SigningKey);

impl HubKey {
    /// From 32 random bytes, given by the caller.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Who this key speaks for.
    pub fn id(&self) -> HubKeyId {
        HubKeyId(Hex(self.0.verifying_key().to_bytes()))
    }

    /// The message says by its beginning what it is: no kind of record begins like another.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for HubKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HubKey(***)")
    }
}
