//! A text in plain signs, so that one pattern finds a number in whatever digits it is written.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, char::compose};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// A text whose letters and digits of other forms, kinds of dash and kinds of space are ASCII, whose invisible signs are gone, and which
/// has a space between a script without spaces and an ASCII word; and where each byte of it came from.
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
        let mut last = ' ';
        for (start, letter) in original.char_indices() {
            let place = (start, start + letter.len_utf8());
            if letter.is_ascii() {
                if is_spaceless(last) && letter.is_ascii_alphanumeric() {
                    plain.push(' ', (start, start));
                }
                plain.push(letter, place);
                last = letter;
            } else {
                last = plain.push_other(letter, place, last);
            }
        }
        plain
    }

    /// Pushes what a character beyond ASCII stands for; gives what stands last then.
    fn push_other(&mut self, letter: char, place: (usize, usize), last: char) -> char {
        match letter {
            // An accent, or a stroke through a digit: with its letter if there is such a one, and otherwise out of the way.
            '\u{300}'..='\u{36f}' => {
                let Some(one) = compose(last, letter) else {
                    if let Some(from) = self.from.last_mut() {
                        from.1 = place.1;
                    }
                    return last;
                };
                let whole = self.from.last().map_or(place, |from| (from.0, place.1));
                self.text.pop();
                self.from.truncate(self.text.len());
                self.push(one, whole);
                return one;
            }
            '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => return last,
            _ if letter.general_category() == GeneralCategory::Format => return last,
            _ => {}
        }
        let simple = simple(letter);
        let gap = match simple {
            Some(simple) => is_spaceless(last) && simple.is_ascii_alphanumeric(),
            None => is_spaceless(letter) && last.is_ascii_alphanumeric(),
        };
        if gap {
            self.push(' ', (place.0, place.0));
        }
        if let Some(simple) = simple {
            self.push(simple, place);
            return simple;
        }
        // Letters in bold, in circles, full width: what Unicode says that they are compatible with.
        if letter.nfkc().all(|letter| letter.is_ascii()) {
            let mut end = last;
            for letter in letter.nfkc() {
                self.push(letter, place);
                end = letter;
            }
            return end;
        }
        self.push(letter, place);
        letter
    }

    fn push(&mut self, letter: char, place: (usize, usize)) {
        self.text.push(letter);
        self.from.resize(self.text.len(), place);
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

/// Whether a letter is of a script that writes words without spaces between them.
fn is_spaceless(letter: char) -> bool {
    matches!(u32::from(letter), 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0xe00..=0xedf | 0x2_0000..=0x3_ffff)
}

/// The first of the ten digits of each script that people write numbers in (Unicode, general category Nd).
const ZEROS: [char; 24] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}', '\u{ce6}',
    '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1b50}',
    '\u{a9d0}', '\u{ff10}',
];

/// The plain sign for a character that has one of its own.
fn simple(letter: char) -> Option<char> {
    Some(match letter {
        '\u{1680}' | '\u{180e}' => ' ',
        '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{2033}' => '"',
        '\u{2024}' | '\u{3002}' | '\u{ff61}' => '.',
        '\u{3001}' | '\u{ff64}' => ',',
        _ => {
            let code = u32::from(letter);
            ZEROS
                .iter()
                .find_map(|zero| char::from_digit(code.checked_sub(u32::from(*zero))?, 10))?
        }
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

    #[test]
    fn disguises_fall_off_and_keep_their_place() {
        for (original, text) in [
            ("\u{1d7ce}\u{1d7d5} ₀₃ ①", "07 03 1"),
            ("0\u{336}7\u{335}", "07"),
            ("Bjo\u{308}rn", "Björn"),
            ("a\u{e0041}b\u{3164}c\u{34f}d", "abcd"),
            ("是138号", "是 138 号"),
            ("３−４\u{202f}５", "3-4 5"),
        ] {
            let plain = Plain::of(original);
            assert_eq!(plain.as_str(), text);
            assert_eq!(plain.in_original(0..plain.text.len()), 0..original.len());
        }
    }
}
