//! Cuts a text into BERT's pieces of words (Devlin et al., 2019; Schuster and Nakajima, 2012), as `tokenizers` does for
//! `bert-base-uncased`: that library would bring some seventy crates for these hundred lines. A test compares the two.

use std::{collections::HashMap, iter::Peekable, sync::OnceLock};

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The pieces of bert-base-uncased (Apache-2.0), one a line; a piece's id is its line. `##` marks one that goes on a word.
const VOCABULARY: &str = include_str!("vocab.txt");

/// The model was trained on texts of at most this many pieces, with the two signs around them.
const MOST: usize = 256;

/// A word of more letters is none.
const LONGEST_WORD: usize = 100;

const UNKNOWN: i64 = 100;
const BEGIN: i64 = 101;
const END: i64 = 102;

/// The pieces of a text's beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// Their ids, a sign before and one after them.
    pub(crate) ids: Vec<i64>,
    words: usize,
    /// Words in Latin letters that are one piece.
    whole: usize,
}

impl Tokens {
    /// Cuts a text; what is beyond the 254 first pieces is not looked at.
    pub(crate) fn of(text: &str) -> Self {
        let vocabulary = vocabulary();
        let mut ids = vec![BEGIN];
        let mut letters = letters(text).peekable();
        let (mut word, mut words, mut whole) = (String::new(), 0, 0);
        while ids.len() < MOST - 1 && next_word(&mut letters, &mut word) {
            let before = ids.len();
            cut(&word, vocabulary, &mut ids);
            if word.starts_with(char::is_alphabetic) {
                words += 1;
                whole += usize::from(word.is_ascii() && ids.len() == before + 1 && ids[before] != UNKNOWN);
            }
        }
        ids.truncate(MOST - 1);
        ids.push(END);
        Self { ids, words, whole }
    }

    /// How many there are of the text.
    fn count(&self) -> usize {
        self.ids.len() - 2
    }

    /// How many of them stand for words that the model has never seen.
    fn unknown(&self) -> usize {
        self.ids.iter().filter(|id| **id == UNKNOWN).count()
    }

    /// The share of pieces that the model has never seen; all of them where there are none.
    pub(crate) fn share_unknown(&self) -> f32 {
        if self.count() == 0 {
            1.0
        } else {
            share(self.unknown(), self.count())
        }
    }

    /// How much it is English: the share of words that are one piece. The pieces were made of English texts, so that English words are
    /// whole and those of other languages fall apart. It tells English from the rest in fewer words than a detector of languages needs.
    pub(crate) fn share_english(&self) -> f32 {
        share(self.whole, self.words)
    }
}

#[allow(clippy::cast_precision_loss)] // a few hundred
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

fn vocabulary() -> &'static HashMap<&'static str, i64> {
    static READ: OnceLock<HashMap<&str, i64>> = OnceLock::new();
    READ.get_or_init(|| VOCABULARY.lines().zip(0..).collect())
}

/// A text as the model knows it: small letters without accents, spaces around what has a meaning of its own.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|letter| !is_control(*letter))
        .flat_map(|letter| {
            let alone = is_ideograph(letter);
            let space = alone.then_some(' ');
            let letter = if letter.is_whitespace() { ' ' } else { letter };
            space.into_iter().chain([letter]).chain(space)
        })
        .nfd()
        .filter(|letter| letter.general_category() != GeneralCategory::NonspacingMark)
        .flat_map(char::to_lowercase)
}

/// Puts the next word into `word`, or a sign, which is a word by itself; says whether there was one.
fn next_word(letters: &mut Peekable<impl Iterator<Item = char>>, word: &mut String) -> bool {
    word.clear();
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
    let Some(first) = letters.next() else { return false };
    word.push(first);
    if is_sign(first) {
        return true;
    }
    let mut length = 1;
    while let Some(letter) = letters.next_if(|letter| !letter.is_whitespace() && !is_sign(*letter)) {
        // One more than fits is enough to know that it does not.
        if length <= LONGEST_WORD {
            word.push(letter);
            length += 1;
        }
    }
    true
}

/// The longest piece first, then the longest of what is left.
fn cut(word: &str, vocabulary: &HashMap<&str, i64>, ids: &mut Vec<i64>) {
    let ends: Vec<usize> = word.char_indices().map(|(start, letter)| start + letter.len_utf8()).collect();
    if ends.len() > LONGEST_WORD {
        ids.push(UNKNOWN);
        return;
    }
    let before = ids.len();
    let mut start = 0;
    let mut piece = String::with_capacity(word.len() + 2);
    while start < word.len() {
        let fits = ends.iter().rev().take_while(|end| **end > start).find_map(|end| {
            piece.clear();
            piece.push_str(if start > 0 { "##" } else { "" });
            piece.push_str(&word[start..*end]);
            Some((*vocabulary.get(piece.as_str())?, *end))
        });
        let Some((id, end)) = fits else {
            ids.truncate(before);
            ids.push(UNKNOWN);
            return;
        };
        ids.push(id);
        start = end;
    }
}

fn is_control(letter: char) -> bool {
    let other = letter.general_category_group() == GeneralCategoryGroup::Other;
    letter == '\u{fffd}' || (other && !matches!(letter, '\t' | '\n' | '\r'))
}

fn is_sign(letter: char) -> bool {
    letter.is_ascii_punctuation() || letter.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The blocks that BERT counts as Chinese characters.
fn is_ideograph(letter: char) -> bool {
    matches!(u32::from(letter),
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x2_0000..=0x2_a6df | 0x2_a700..=0x2_b73f | 0x2_b740..=0x2_b81f
        | 0x2_b920..=0x2_ceaf | 0xf900..=0xfaff | 0x2_f800..=0x2_fa1f)
}
