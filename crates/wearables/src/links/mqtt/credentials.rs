//! Passwords and their hashes.
//!
//! A device's password is made here from 120 random bits, so Argon2id is not what keeps it from being guessed; it is what keeps a stolen
//! database from being of use to someone who chose a weaker one, and it costs a login 20 milliseconds.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{self, Output, SaltString},
};
use constant_time_eq::constant_time_eq;
use tokio::sync::Semaphore;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Memory in KiB, passes and lanes: the smallest memory among OWASP's equally strong choices, since a small computer keeps it around.
const COST: (u32, u32, u32) = (7_168, 5, 1);
/// Bytes of a hash.
const LENGTH: usize = 32;
/// A password longer than this is wrong without a look.
const LONGEST: usize = 256;

/// A device's password. Zeroised when dropped, and not printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

impl Password {
    /// A password of 24 letters and digits from 120 random bits, without those that are easily mistaken for another (`0 o 1 l`).
    pub fn from_random(mut random: [u8; 15]) -> Self {
        const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let mut text = String::with_capacity(24);
        for bytes in random.chunks_exact(5) {
            let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            let letters = (0..8).rev().map(|place| bits >> (5 * place) & 31);
            text.extend(
                letters
                    .filter_map(|letter| ALPHABET.get(usize::try_from(letter).ok()?))
                    .map(|letter| char::from(*letter)),
            );
        }
        random.zeroize();
        Self(text)
    }

    /// The password itself: to show once, to send, never to log.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self(password)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// An Argon2id hash, kept as text in the PHC format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A text that is no hash of ours, or a password that cannot be hashed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password's hash cannot be used: {0}; pair the device again")]
pub struct InvalidHash(String);

impl InvalidHash {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        "invalid_password_hash"
    }
}

impl PasswordHash {
    /// Hashes a password; `salt` is random. Takes about 20 ms and 7 MB: not on a thread that serves connections.
    ///
    /// # Errors
    /// The password is longer than 256 bytes.
    pub fn new(password: &Password, salt: [u8; 16]) -> Result<Self, InvalidHash> {
        if password.0.len() > LONGEST {
            return Err(InvalidHash(format!("the password has more than {LONGEST} bytes")));
        }
        let hash = digest(password.0.as_bytes(), &salt, &mut Vec::new())?;
        let text = |error: password_hash::Error| InvalidHash(error.to_string());
        let salt = SaltString::encode_b64(&salt).map_err(text)?;
        let hash = Output::new(&hash).map_err(text)?;
        let (memory, passes, lanes) = COST;
        Ok(Self(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}")))
    }

    /// The hash as text, to be stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> Result<(Zeroizing<Vec<u8>>, [u8; LENGTH]), InvalidHash> {
        let text = |error: password_hash::Error| InvalidHash(error.to_string());
        let phc = password_hash::PasswordHash::new(&self.0).map_err(text)?;
        let ours = phc.algorithm == Algorithm::Argon2id.ident()
            && phc.version == Some(Version::V0x13.into())
            && Params::try_from(&phc).is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == COST);
        if !ours {
            return Err(InvalidHash("it is of another kind".to_owned()));
        }
        let mut salt = [0; 64];
        let salt = phc
            .salt
            .ok_or(password_hash::Error::SaltInvalid(
                password_hash::errors::InvalidValue::TooShort,
            ))
            .map_err(text)?
            .decode_b64(&mut salt)
            .map_err(text)?;
        let hash = phc
            .hash
            .and_then(|hash| hash.as_bytes().try_into().ok())
            .ok_or_else(|| InvalidHash("it breaks off".to_owned()))?;
        Ok((Zeroizing::new(salt.to_vec()), hash))
    }
}

impl FromStr for PasswordHash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let hash = Self(text.to_owned());
        hash.parts()?;
        Ok(hash)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

fn digest(password: &[u8], salt: &[u8], memory: &mut Vec<Block>) -> Result<[u8; LENGTH], InvalidHash> {
    let text = |error: argon2::Error| InvalidHash(error.to_string());
    let (kib, passes, lanes) = COST;
    let params = Params::new(kib, passes, lanes, Some(LENGTH)).map_err(text)?;
    memory.resize(params.block_count(), Block::default());
    let mut hash = [0; LENGTH];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, &mut hash, memory.as_mut_slice())
        .map_err(text)?;
    Ok(hash)
}

/// Checks passwords one at a time, in memory that is reserved once: 500 devices that come back together after a power cut take their turn
/// and 7 MB, not 500 times that.
pub struct Verifier {
    turn: Arc<Semaphore>,
    memory: Arc<Mutex<Vec<Block>>>,
    /// A hash that no password has, for names that nobody has.
    decoy: PasswordHash,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("turn", &self.turn).finish_non_exhaustive()
    }
}

impl Default for Verifier {
    fn default() -> Self {
        let (memory, passes, lanes) = COST;
        let nothing = "A".repeat(43);
        let decoy = PasswordHash(format!(
            "$argon2id$v=19$m={memory},t={passes},p={lanes}$AAAAAAAAAAAAAAAAAAAAAA${nothing}"
        ));
        Self {
            turn: Arc::new(Semaphore::new(1)),
            memory: Arc::default(),
            decoy,
        }
    }
}

impl Verifier {
    /// Whether `password` is the one of `hash`. `None` stands for a name that nobody has: it is wrong, and takes as long to be found so.
    pub async fn verify(&self, hash: Option<&PasswordHash>, password: &[u8]) -> bool {
        let known = hash.is_some() && password.len() <= LONGEST;
        let hash = hash.unwrap_or(&self.decoy).clone();
        let password = Zeroizing::new(password.get(..password.len().min(LONGEST)).unwrap_or_default().to_vec());
        let Ok(turn) = Arc::clone(&self.turn).acquire_owned().await else {
            return false;
        };
        let memory = Arc::clone(&self.memory);
        let right = tokio::task::spawn_blocking(move || {
            let _turn = turn; // kept even when whoever asked has gone, since the memory is in use
            let (salt, expected) = hash.parts().ok()?;
            let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
            let actual = digest(&password, &salt, &mut memory).ok()?;
            Some(constant_time_eq(&actual, &expected))
        });
        known & matches!(right.await, Ok(Some(true)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_no_other_opens() {
        let password = Password::from_random([7; 15]);
        let hash = PasswordHash::new(&password, [9; 16]).unwrap();
        let stored: PasswordHash = hash.as_str().parse().unwrap();
        let verifier = Verifier::default();
        assert!(verifier.verify(Some(&stored), password.expose().as_bytes()).await);
        assert!(!verifier.verify(Some(&stored), b"").await);
        assert!(!verifier.verify(Some(&stored), b"something else").await);
        assert!(!verifier.verify(Some(&stored), &vec![b'x'; 100_000]).await);
        assert!(
            !verifier.verify(None, password.expose().as_bytes()).await,
            "a name that nobody has"
        );
    }

    #[test]
    fn the_hash_is_what_any_argon2_makes() {
        use argon2::password_hash::PasswordVerifier;
        let password = Password::from("correct horse".to_owned());
        let hash = PasswordHash::new(&password, [1; 16]).unwrap();
        let phc = password_hash::PasswordHash::new(hash.as_str()).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse", &phc).is_ok());
    }

    #[test]
    fn a_password_is_long_legible_and_not_printed() {
        let password = Password::from_random([0xa5; 15]);
        assert_eq!(password.expose().len(), 24);
        assert!(
            password
                .expose()
                .bytes()
                .all(|letter| letter.is_ascii_alphanumeric() && !b"01lo".contains(&letter))
        );
        assert_ne!(password.expose(), Password::from_random([0xa4; 15]).expose());
        assert_eq!(format!("{password:?}"), "Password(***)");
        let hash = PasswordHash::new(&password, [1; 16]).unwrap();
        assert_eq!(format!("{hash:?}"), "PasswordHash(***)");
    }

    #[test]
    fn a_hash_of_another_kind_is_refused() {
        for text in [
            "",
            "secret",
            "$argon2id$v=19$m=999999999,t=5,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
            "$argon2i$v=19$m=7168,t=5,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(text.parse::<PasswordHash>().is_err(), "{text}");
        }
        assert!(
            Verifier::default().decoy.parts().is_ok(),
            "the decoy costs as much as a real hash"
        );
    }
}
