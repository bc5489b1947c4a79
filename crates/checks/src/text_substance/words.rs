//! What can be said of words without a dictionary.

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation;

/// The rows of letters of the three Latin keyboards in use.
const ROWS: [&str; 8] = [
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "wxcvbn",
];

/// Vowels of languages in Latin letters, after accents are taken off; in some Slavic ones r and l are vowels between consonants.
const VOWELS: &str = "aeiouyœæøıəɛɔ";

/// So many consonants in a row no word has ("Angstschweiß" has five between vowels, and eight with its sch, which counts as one).
const CONSONANTS: usize = 6;

/// As a number to divide; texts are short.
#[allow(clippy::cast_precision_loss)]
pub(super) fn count(items: usize) -> f64 {
    items as f64
}

/// How much of the letters the most frequent one is.
pub(super) fn share_of_one_letter(letters: &[char]) -> f64 {
    let mut counted: BTreeMap<char, usize> = BTreeMap::new();
    for letter in letters {
        *counted.entry(*letter).or_default() += 1;
    }
    count(counted.into_values().max().unwrap_or(0)) / count(letters.len().max(1))
}

/// How many of the words in Latin letters can be pronounced, each counted by its length; `None` when there are too few letters to say.
pub(super) fn share_pronounceable(words: &[String]) -> Option<f64> {
    let (mut all, mut good) = (0, 0);
    for word in latin(words).filter(|word| word.len() >= 3) {
        all += word.len();
        good += if is_pronounceable(&word) { word.len() } else { 0 };
    }
    (all >= 7).then(|| count(good) / count(all))
}

fn is_pronounceable(word: &str) -> bool {
    // Letters that make one sound.
    let word = word
        .replace("sch", "s")
        .replace("ch", "c")
        .replace("th", "t")
        .replace("sh", "s")
        .replace("ph", "f");
    let vowels = |letter: char| VOWELS.contains(letter);
    let syllabic = |letter: char| matches!(letter, 'r' | 'l'); // smrt, vlk
    let has_vowel = word.contains(vowels) || word.chars().skip(1).any(syllabic);
    let longest = word.split(vowels).map(|run| run.chars().count()).max().unwrap_or(0);
    has_vowel && longest < CONSONANTS
}

/// How many pairs of neighbouring letters lie side by side on a keyboard's row; `None` when there are too few to say.
pub(super) fn share_along_rows(words: &[String]) -> Option<f64> {
    let (mut all, mut along) = (0, 0);
    for word in latin(words) {
        let letters: Vec<char> = word.chars().collect();
        for pair in letters.windows(2) {
            all += 1;
            along += usize::from(ROWS.iter().any(|row| are_neighbours(row, pair[0], pair[1])));
        }
    }
    (all >= 5).then(|| count(along) / count(all))
}

fn are_neighbours(row: &str, one: char, other: char) -> bool {
    match (row.find(one), row.find(other)) {
        (Some(one), Some(other)) => one.abs_diff(other) == 1,
        _ => false,
    }
}

/// Words of Latin letters, accents taken off.
fn latin(words: &[String]) -> impl Iterator<Item = String> + '_ {
    words.iter().filter_map(|word| {
        let plain: String = word.chars().filter_map(plain).collect();
        let latin = |letter: char| letter.is_ascii_lowercase() || VOWELS.contains(letter);
        (!plain.is_empty() && plain.chars().all(latin)).then_some(plain)
    })
}

/// A letter without its accent, by the blocks Latin-1 Supplement and Latin Extended-A.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' => 'i',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ß' | 'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' | 'þ' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\'' | '’' => return None,
        other => other,
    })
}

/// How many of the words are said for the first time, in a text that is cut after two hundred.
pub(super) fn share_varied(words: &[String]) -> f64 {
    let words = &words[..words.len().min(200)];
    let different: BTreeSet<&String> = words.iter().collect();
    count(different.len()) / count(words.len().max(1))
}

/// How much of a question stands in its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Copied {
    /// Of the question's runs of three words, the share that stands in the answer.
    pub(super) share: f64,
    /// How many times as many words as it copied the answer has beside them.
    pub(super) beside: f64,
}

/// How much of `prompt` is copied; `None` when the prompt is too short to say.
pub(super) fn share_copied(words: &[String], prompt: &str) -> Option<Copied> {
    let asked: Vec<String> = prompt.unicode_words().map(str::to_lowercase).collect();
    let runs: BTreeSet<&[String]> = asked.windows(3).collect();
    if runs.is_empty() {
        return None;
    }
    let said: BTreeSet<&[String]> = words.windows(3).collect();
    let share = count(runs.intersection(&said).count()) / count(runs.len());
    let copied = count(asked.len()) * share;
    Some(Copied {
        share,
        beside: (count(words.len()) - copied).max(0.0) / copied.max(1.0),
    })
}
