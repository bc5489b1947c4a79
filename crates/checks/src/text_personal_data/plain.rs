//! A text in plain signs, so that one pattern finds a number in whatever digits it is written.

use std::ops::Range;

/// A text whose full-width letters, digits of other scripts, kinds of dash and kinds of space are ASCII, and whose invisible signs are
/// gone; and where each byte of it came from.
pub(super) struct Plain {
    text: String,
    /// For each byte, the first and the last byte (exclusive) of its character in the original.
    from: Vec<(usize, usize)>,
}

impl Plain {
    pub(super) fn of(original: &str) -> Self {
        let mut plain = Self {
            text: String::with_capacity(original.len()),
            from: Vec::with_capacity(original.len()),
        };
        for (start, letter) in original.char_indices() {
            let place = (start, start + letter.len_utf8());
            if let Some(simple) = simple(letter) {
                plain.text.push(simple);
                plain.from.resize(plain.text.len(), place);
            }
        }
        plain
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where a range of the plain text stands in the original.
    pub(super) fn in_original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.from.get(range.start).map_or(0, |place| place.0);
        let end = self.from.get(range.end.wrapping_sub(1)).map_or(start, |place| place.1);
        start..end
    }
}

/// The first of the ten digits of each script that people write numbers in (Unicode, general category Nd).
const ZEROS: [char; 24] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}', '\u{ce6}',
    '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1b50}',
    '\u{a9d0}', '\u{ff10}',
];

/// The plain sign for a character; `None` for what cannot be seen.
fn simple(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter);
    }
    let code = u32::from(letter);
    Some(match letter {
        // Soft hyphen, zero-width signs, directional marks, variation selectors.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => {
            return None;
        }
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => '\'',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(code - 0xfee0).unwrap_or(letter),
        _ => ZEROS
            .iter()
            .find_map(|zero| {
                let digit = code.checked_sub(u32::from(*zero))?;
                char::from_digit(digit, 10)
            })
            .unwrap_or(letter),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_digits_in_every_script_and_keep_their_place() {
        let original = "\u{200b}٠١٢ und １２ – ९";
        let plain = Plain::of(original);
        assert_eq!(plain.as_str(), "012 und 12 - 9");
        let range = plain.in_original(0..3);
        assert_eq!(&original[range], "٠١٢");
        let last = plain.as_str().len() - 1;
        assert_eq!(&original[plain.in_original(last..last + 1)], "९");
    }
}
