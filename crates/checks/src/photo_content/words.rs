//! Which of the network's classes everyday words may mean.

use std::collections::{BTreeMap, BTreeSet};

use unicode_segmentation::UnicodeSegmentation;

use crate::mobilenet;

/// Words that say nothing of what is to be seen.
const EMPTY: [&str; 24] = [
    "a", "an", "the", "of", "in", "on", "at", "my", "your", "with", "and", "or", "some", "any", "near", "by", "photo", "picture",
    "one", "two", "big", "small", "old", "new",
];

/// Classes by word.
#[derive(Debug)]
pub(super) struct Words {
    names: Vec<&'static str>,
    /// In singular, one or more words parted by spaces.
    classes: BTreeMap<String, BTreeSet<usize>>,
}

impl Words {
    /// The network's own labels, and what `words.txt` adds.
    pub(super) fn read() -> Self {
        let mut classes: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let mut names = Vec::new();
        for (class, label) in mobilenet::labels().enumerate() {
            names.push(label.split(',').next().unwrap_or(label));
            for name in label.split(',') {
                let words = words(name);
                classes.entry(words.join(" ")).or_default().insert(class);
                // An "English setter" is asked for as a setter too; the last word of a name says what it is.
                if let Some(last) = words.last().filter(|_| words.len() > 1) {
                    classes.entry(last.clone()).or_default().insert(class);
                }
            }
        }
        for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#')) {
            if let Some((asked, meant)) = line.split_once(':') {
                let meant: BTreeSet<usize> = meant.split(',').flat_map(ranges).collect();
                for word in asked.split(',') {
                    // What is written by hand replaces what the labels' words would give: a "monitor" is no lizard.
                    classes.insert(words(word).join(" "), meant.clone());
                }
            }
        }
        Self { names, classes }
    }

    /// What a class is called.
    pub(super) fn name(&self, class: usize) -> &'static str {
        self.names.get(class).copied().unwrap_or_default()
    }

    /// Every class that a part of the subject may mean; none where no word is known.
    pub(super) fn classes(&self, subject: &str) -> BTreeSet<usize> {
        let words = words(subject);
        let mut found = BTreeSet::new();
        let mut at = 0;
        while at < words.len() {
            // The longest run of words that means something: a "hot dog" is no dog.
            let longest = (1..=(words.len() - at).min(4)).rev().find_map(|count| {
                let classes = self.classes.get(&words[at..at + count].join(" "))?;
                Some((count, classes))
            });
            at += longest.map_or(1, |(count, classes)| {
                found.extend(classes);
                count
            });
        }
        found
    }
}

/// Numbers of classes: `7-24` or `5`.
fn ranges(text: &str) -> impl Iterator<Item = usize> {
    let (first, last) = text.trim().split_once('-').unwrap_or((text.trim(), text.trim()));
    let bounds = first.parse().ok().zip(last.parse::<usize>().ok());
    bounds.into_iter().flat_map(|(first, last)| first..=last)
}

/// The words that say something, small and in singular as far as a rule goes.
fn words(text: &str) -> Vec<String> {
    let words = text.unicode_words().map(str::to_lowercase);
    words
        .filter(|word| !EMPTY.contains(&word.as_str()))
        .map(|word| singular(&word))
        .collect()
}

fn singular(word: &str) -> String {
    let kept = |end: &str| word.strip_suffix(end).filter(|rest| rest.len() >= 3);
    if let Some(rest) = kept("ies") {
        format!("{rest}y")
    } else if let Some(rest) = ["ches", "shes", "sses", "xes"]
        .iter()
        .find_map(|end| kept(end).map(|rest| (rest, end)))
    {
        format!("{}{}", rest.0, &rest.1[..rest.1.len() - 2])
    } else if word.ends_with("ss") || word.ends_with("us") || word.ends_with("is") {
        word.to_owned()
    } else {
        kept("s").unwrap_or(word).to_owned()
    }
}

/// A name as a code: `espresso_maker`.
pub(super) fn code(name: &str) -> String {
    let letters = name.to_lowercase();
    letters.unicode_words().collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_words_mean_classes() {
        let known = Words::read();
        let meant = |subject: &str| {
            known
                .classes(subject)
                .into_iter()
                .map(|class| known.name(class))
                .collect::<Vec<_>>()
        };
        assert_eq!(meant("a bench"), ["park bench"]);
        assert_eq!(meant("park benches"), ["park bench"]);
        assert_eq!(meant("a hot dog"), ["hotdog"]);
        assert_eq!(known.classes("dogs").len(), 118);
        assert!(meant("a cup of coffee").contains(&"espresso"));
        assert!(meant("street sign").contains(&"street sign"));
        assert!(!known.classes("cat").is_empty() && known.classes("my cat").is_subset(&known.classes("cat or dog")));
        for unknown in ["my neighbour", "ein Baum", "people", "", "the sky at night"] {
            assert!(known.classes(unknown).is_empty(), "{unknown}: {:?}", meant(unknown));
        }
    }

    #[test]
    fn every_line_of_the_table_names_classes_that_exist() {
        for line in include_str!("words.txt").lines().filter(|line| !line.starts_with('#')) {
            let (_, meant) = line.split_once(':').unwrap_or_else(|| panic!("{line}"));
            let classes: Vec<usize> = meant.split(',').flat_map(ranges).collect();
            assert!(!classes.is_empty() && classes.iter().all(|class| *class < 1000), "{line}");
        }
    }
}
