//! What is kept of a text to compare later ones with.

use unicode_segmentation::UnicodeSegmentation;

use crate::meaning::Meaning;

/// Says how the bytes are laid out.
const LAYOUT: u8 = 1;

/// Words that turn what a sentence says into its opposite, and hardly change what the model makes of it.
const NO: [&str; 12] = [
    "no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "without", "cannot", "hardly", "nor",
];

/// What a text said: its meaning, and two things that a meaning does not tell apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Said {
    meaning: Meaning,
    /// Of the numbers in it, 16 bits of a hash: "bench 7" and "bench 9" are two benches.
    numbers: u16,
    /// How often it says no: "open" and "not open" mean nearly the same to the model.
    noes: u8,
}

impl Said {
    pub(super) fn new(meaning: Meaning, text: &str) -> Self {
        let (mut noes, mut numbers) = (0_u8, Vec::new());
        for word in text.unicode_words() {
            let word = word.to_lowercase().replace('’', "'");
            if word.chars().any(char::is_numeric) {
                numbers.push(word);
            } else if NO.contains(&word.as_str()) || word.ends_with("n't") {
                noes = noes.saturating_add(1);
            }
        }
        numbers.sort();
        let hash = blake3::hash(numbers.join(" ").as_bytes());
        Self {
            meaning,
            numbers: u16::from_le_bytes([hash.as_bytes()[0], hash.as_bytes()[1]]),
            noes,
        }
    }

    /// How alike two are; `None` when their numbers or noes differ, so that they cannot say the same.
    pub(super) fn likeness(&self, other: &Self) -> Option<f32> {
        (self.numbers == other.numbers && self.noes == other.noes).then(|| self.meaning.likeness(&other.meaning))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 + Meaning::BYTES);
        bytes.push(LAYOUT);
        bytes.extend(self.numbers.to_le_bytes());
        bytes.push(self.noes);
        bytes.extend(self.meaning.to_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[LAYOUT, low, high, noes], meaning) = bytes.split_first_chunk()? else {
            return None;
        };
        Some(Self {
            meaning: Meaning::from_bytes(meaning)?,
            numbers: u16::from_le_bytes([low, high]),
            noes,
        })
    }
}
