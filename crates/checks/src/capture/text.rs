//! Words that a person wrote.

use earnest_domain::capture::CaptureKind;

use super::{CaptureError, Once};
use crate::meaning::Said;

/// A text in UTF-8, line ends as `\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    words: String,
    said: Once<Said>,
}

impl Text {
    /// The most bytes: some ten thousand words in any script.
    pub const MOST_BYTES: usize = 256 << 10;

    /// From the bytes of a file. A byte order mark is left out.
    ///
    /// # Errors
    /// [`CaptureError`] when they are no text, or more than a text has.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CaptureError> {
        if bytes.is_empty() {
            return Err(CaptureError::Empty);
        }
        if bytes.len() > Self::MOST_BYTES {
            return Err(CaptureError::TooLarge {
                kind: CaptureKind::Text,
                most: "256 kB",
            });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| CaptureError::NotUtf8 { at: error.valid_up_to() })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
        let control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t' | '\r');
        match text.find(control) {
            Some(at) => Err(CaptureError::NotText { at }),
            None => Ok(Self {
                words: text,
                said: Once::default(),
            }),
        }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.words
    }

    /// Where what it says is kept.
    pub(crate) const fn said(&self) -> &Once<Said> {
        &self.said
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_a_text_or_say_why_not(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            match Text::from_bytes(&bytes) {
                Ok(text) => prop_assert!(text.as_str().len() <= bytes.len()),
                Err(error) => prop_assert!(matches!(error.code(), "empty_file" | "not_utf8" | "not_text")),
            }
        }
    }

    #[test]
    fn what_is_no_text_says_why() {
        let code = |bytes: &[u8]| Text::from_bytes(bytes).map_err(|error| error.code());
        assert_eq!(code(b""), Err("empty_file"));
        assert_eq!(code(b"caf\xe9"), Err("not_utf8"));
        assert_eq!(code(b"a\0b"), Err("not_text"));
        assert_eq!(code(&vec![b'a'; Text::MOST_BYTES + 1]), Err("too_large"));
        assert!(Text::from_bytes("Ein Weg, ein 散歩, مشي".as_bytes()).is_ok(), "any script");
    }

    #[test]
    fn a_files_own_ways_are_left_out() {
        assert_eq!(
            Text::from_bytes("\u{feff}one\r\ntwo".as_bytes()).as_ref().map(Text::as_str),
            Ok("one\ntwo")
        );
    }
}
