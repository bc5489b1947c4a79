//! What only the person's own devices know.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Keys what a check draws, so that nobody who has the code can draw the same. It is wiped when it is dropped, and prints as `***`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// From 32 bytes that nobody else knows, the same each time: of another secret another hole is left around home, and both together
    /// say more than one.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A number that follows from the secret, what it is for, and what it is drawn of (BLAKE3, keyed).
    pub(crate) fn draw(&self, purpose: &str, of: &[u8]) -> u64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&(purpose.len() as u64).to_le_bytes());
        hasher.update(purpose.as_bytes()).update(of);
        let mut first = [0; 8];
        hasher.finalize_xof().fill(&mut first);
        u64::from_le_bytes(first)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_printed_and_no_two_draw_alike() {
        let (one, other) = (Secret::new([0xab; 32]), Secret::new([0xac; 32]));
        assert_eq!(format!("{one:?}"), "***");
        assert_eq!(one.draw("home", b"here"), one.clone().draw("home", b"here"));
        let draws = [
            one.draw("home", b"here"),
            other.draw("home", b"here"),
            one.draw("homeh", b"ere"),
            one.draw("home", b"there"),
        ];
        for (at, draw) in draws.iter().enumerate() {
            assert!(!draws[..at].contains(draw));
        }
    }
}
