//! Names: by the words that stand before them, and by a list of first names.

use std::{
    collections::HashSet,
    ops::Range,
    sync::{LazyLock, OnceLock},
};

use regex::Regex;

use super::patterns::{ALL, Pattern, before};

pub(super) const PATTERNS: &[Pattern] = &[
    (
        "name",
        r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Herr|Herrn|Frau|Mme|Mlle|Monsieur|Madame|Señora|Señor|Sra|Sr|Srta|Don|Doña|Senhora|Senhor|Dona|Signora|Signor|Sig|Dott|Mevrouw|Meneer|Dhr|Mevr|Pan|Pani|Panu|Panią|Fru|Hr|Sayın|Bay|Bayan|Господин|Госпожа|Пан|Пані|Κύριος|Κυρία)\b\.?\s+)+(?P<it>\p{Lu}[\p{L}'-]+(?:\s+(?:(?:von|van|de|der|den|di|da|do|del|la|le|du)\s+)*\p{Lu}[\p{L}'-]+){0,3})",
        ALL,
    ),
    (
        "name",
        r"(?:\b(?i:my name is|my name's|name:|i am called|they call me|call me|ich hei(?:ß|ss)e|mein name ist|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|ik heet|mijn naam is|(?:o )?meu nome é|chamo-me|me chamo|nazywam się|mam na imię|jag heter|mitt namn är|jeg hedder|jeg heter|mit navn er|benim adım|adım|ben|меня зовут|мене зва?уть|мене звати|моё имя|με λένε|ονομάζομαι|λέγομαι))\s+(?P<it>\p{Lu}[\p{L}'-]+(?:\s+(?:(?:von|van|de|der|den|di|da|do|del|la|le|du)\s+)*\p{Lu}[\p{L}'-]+){0,3})",
        ALL,
    ),
    ("name", r"(?:קוראים לי|שמי|اسمي|إسمي)\s+(?P<it>\p{L}[\p{L}\p{M}]+)", ALL),
    ("name", r"मेरा नाम\s+(?P<it>\S+(?:\s\S+)?)\s+(?:है|हैं)", ALL),
    ("name", r"(?:我叫|我的名字是|我名叫)\s?(?P<it>\p{Han}{2,4})(?:[,.!\s]|$)", ALL),
    (
        "name",
        r"(?:名前は|私は|わたしは)\s?(?P<it>[\p{Han}\p{Katakana}]{1,8}\p{Hiragana}{0,3}?)(?:と申します|といいます|と言います)",
        ALL,
    ),
    ("name", r"名前は\s?(?P<it>[\p{Han}\p{Katakana}]{1,8})です", ALL),
    (
        "name",
        r"(?:\b(?i:regards|wishes|sincerely|faithfully|yours|cheers|love|thanks|grüße|gruß|grüßen|cordialement|amicalement|bises|saludos|abrazos?|saluti|baci|groeten|groetjes|abraços?|cumprimentos|pozdrawiam|pozdrowienia|hälsningar|mvh|hilsen|hilsner|sevgiler|saygılarımla|уважением|повагою))[,!.]?[ \t]*\n\s*(?P<it>\p{Lu}[\p{L}'.-]+(?:[ \t]+(?:(?:von|van|de|der|den|di|da|do|del|la|le|du)[ \t]+)*\p{Lu}[\p{L}'.-]+){0,3})",
        ALL,
    ),
    (
        "name",
        r"\b(?i:my|our|meine?[rnm]?|unsere?[rnm]?|mon|ma|mi|mio|mia|mijn)\s+(?i:(?:best |little |older |younger |big |boy|girl|ex-?)?(?:wife|husband|partner|friend|brother|sister|son|daughter|mother|father|mum|mom|dad|aunt|uncle|cousin|neighbou?r|boss|doctor|colleague|teacher|frau|mann|freund(?:in)?|bruder|schwester|sohn|tochter|mutter|vater|nachbar(?:in)?|chef(?:in)?|femme|mari|frère|sœur|fils|fille|amie?|mujer|marido|hermano|hermana|hijo|hija|amig[oa]|moglie|marito|fratello|sorella|figli[oa]|vrouw|vriend(?:in)?|broer|zus|zoon|dochter)),?\s+(?P<it>\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)?)",
        ALL,
    ),
    (
        "handle",
        r"(?:^|[^\w@./])(?P<it>@[A-Za-z0-9_](?:[A-Za-z0-9_.]{1,28}[A-Za-z0-9_]))\b",
        ALL,
    ),
];

/// First names of fourteen countries, those left out that are words, months, towns or makes of things as well.
const FIRST_NAMES: &str = include_str!("names.txt");

/// A word after which a first name is a church's or a town's.
const HOLY: [&str; 12] = [
    "St", "St.", "Saint", "Sainte", "San", "Santa", "Santo", "Sant'", "São", "Sankt", "Sint", "Sveti",
];

/// A word before which a first name is a place's.
const PLACES: [&str; 26] = [
    "Park",
    "Square",
    "Street",
    "Station",
    "Bridge",
    "Tower",
    "Airport",
    "Island",
    "Church",
    "Hall",
    "House",
    "Hotel",
    "Hospital",
    "School",
    "College",
    "University",
    "Place",
    "Road",
    "Lane",
    "Avenue",
    "Gardens",
    "Cathedral",
    "Theatre",
    "Museum",
    "Day",
    "Award",
];

/// Finds people by their first names, with what follows as a family name does.
pub(super) fn names(text: &str, found: &mut Vec<(Range<usize>, &'static str)>) {
    static LIST: OnceLock<HashSet<&str>> = OnceLock::new();
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\p{Lu}[\p{Ll}\p{Lm}']+(?:-\p{Lu}\p{Ll}+)?(?P<rest>(?: (?:(?:von|van|de|der|den|di|da|do|del|la|le|du|ten|ter) )*\p{Lu}[\p{Ll}'-]+){0,2})").ok()
    });
    let list = LIST.get_or_init(|| FIRST_NAMES.lines().collect());
    let Some(pattern) = WORD.as_ref() else { return };
    let mut from = 0;
    while let Some(captures) = pattern.captures_at(text, from) {
        let Some(all) = captures.get(0) else { return };
        let rest = captures.name("rest").map_or(all.end(), |rest| rest.start());
        let word = &text[all.start()..rest];
        let bare = word.trim_end_matches('\'').trim_end_matches("'s");
        from = rest;
        let first = bare.split('-').next().unwrap_or(bare);
        let before = before(text, all.start(), 12);
        let begun = !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        if !begun || !(list.contains(bare) || list.contains(first)) {
            continue;
        }
        let holy = before.trim_end().rsplit(' ').next().is_some_and(|word| HOLY.contains(&word));
        let place = text[rest..all.end()].split(' ').any(|word| PLACES.contains(&word));
        if holy || place {
            from = all.end();
            continue;
        }
        let end = if bare.len() < word.len() {
            all.start() + bare.len()
        } else {
            all.end()
        };
        let end = all.start() + text[all.start()..end].trim_end_matches("'s").trim_end_matches('\'').len();
        found.push((all.start()..end, "name"));
        from = end.max(rest);
    }
}
