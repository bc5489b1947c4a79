//! Postal addresses: the word for the street, and the number of the house.

use std::ops::Range;

use super::patterns::{ALL, Pattern};

pub(super) const PATTERNS: &[Pattern] = &[
    (
        "address",
        r"\b\d{1,5}[A-Za-z]?,?\s+(?:\p{Lu}[\p{L}'.-]*\s+){1,4}(?:(?i:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Close|Crescent|Way|Hill|Gardens|Row|Mews|Parade|Grove))\b\.?(?:,?\s+(?:(?i:Apt|Apartment|Flat|Suite|Unit)\.?|#)\s*\w{1,5})?(?:,\s*\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2}?)??(?:,?\s+(?:[A-Z]{2}\s+\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}))\b|\b\d{1,5}[A-Za-z]?,?\s+(?:\p{Lu}[\p{L}'.-]*\s+){1,4}(?:(?i:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Close|Crescent|Way|Hill|Gardens|Row|Mews|Parade|Grove))\b(?:\.\B)?(?:,?\s+(?:(?i:Apt|Apartment|Flat|Suite|Unit)\.?|#)\s*\w{1,5})?(?:,\s*\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2})?",
        ALL,
    ),
    // A street of any name, if a town with its code follows.
    (
        "address",
        r"(?:\b\p{Lu}[\p{L}'.-]+\s){1,4}\d{1,4}\s?[a-zA-Z]?(?:-[IVX\d]+)?,\s*(?:\d{4}\s?[A-Z]{2}|\d{4,5}|\d{2}-\d{3}|\d{3}\s\d{2})\s+\p{Lu}[\p{L}-]+(?:\s\p{Lu}[\p{L}-]+)?",
        ALL,
    ),
    (
        "address",
        r"\b(?:\p{Lu}[\p{L}.-]*(?:[ -]\p{Lu}[\p{L}.-]*){0,2}[ -]?)?\p{L}+(?:straße|strasse|str\.|gasse|allee|platz|weg|ring|ufer|damm|chaussee|straat|laan|plein|gracht|kade|singel|gatan|vägen|gränd|torget|gade|vej|stræde|plads|gata|veien|vegen)\s+\d{1,4}(?:\s?[a-zA-Z]\b|-[IVX\d]+)?(?:,?\s+\d{4,5}(?:\s?[A-Z]{2})?\s+\p{Lu}[\p{L}-]+)?",
        house,
    ),
    (
        "address",
        r"\b(?:\p{Lu}[\p{L}.-]*[ -]){1,3}(?:Straße|Strasse|Str\.|Gasse|Allee|Platz|Weg|Ring|Ufer|Damm|Chaussee)\s+\d{1,4}(?:\s?[a-z]\b)?(?:,?\s+\d{4,5}\s+\p{Lu}[\p{L}-]+)?",
        house,
    ),
    (
        "address",
        r"\b(?:Am|An der|An den|Auf dem|Auf der|Im|In der|Zum|Zur|Unter den|Hinter der)\s+\p{Lu}[\p{L}-]+\s+\d{1,3}(?:\s?[a-z]\b)?(?:,?\s+\d{5}\s+\p{Lu}[\p{L}-]+)?",
        house,
    ),
    (
        "address",
        r"(?i)\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|route|cours|square)\s+(?-i:(?:(?:de|du|des|la|le|les|aux?)\s+|[dl]')*\p{Lu}[\p{L}'-]*(?:\s(?:(?:de|du|des|la|le|et)\s+)*\p{Lu}[\p{L}'-]*){0,3}(?:,?\s*\d{5}\s+\p{Lu}[\p{L}-]+)?)",
        ALL,
    ),
    (
        "address",
        r"(?i)\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+(?:rue|avenue|boulevard|place|chemin|impasse|allée|quai)\s+[\p{L}' -]{3,40}?(?:,?\s*\d{5}\s+\p{L}[\p{L}-]+|[,.;\n]|$)",
        |text, range| {
            let it = text[range.clone()].trim_end_matches([',', '.', ';', '\n']);
            Some(range.start..range.start + it.len())
        },
    ),
    (
        "address",
        r"\b(?:(?i:calle|c/|avenida|avda\.?|av\.|plaza|paseo|camino|carretera|via|viale|piazza|corso|largo|vicolo|strada|rua|praça|travessa|alameda))\s+(?:(?:de|del|della|dei|delle|di|la|las|los|el|do|dos|da|das)\s+)*\p{Lu}[\p{L}'.-]*(?:\s+(?:de|del|della|di|do|da|la|y|e)?\s?\p{Lu}[\p{L}'.-]*){0,3},?\s*(?:n[º°o.]+\s*)?\d{1,4}\b(?:,?\s+\d{4,5}\s+\p{Lu}[\p{L}-]+)?",
        ALL,
    ),
    (
        "address",
        r"(?:\bul\.|\bal\.|\bpl\.|\bos\.|\bulic\p{L}|\balej\p{L}{1,2}|\bplac\p{L}*)\s+(?:\p{Lu}[\p{L}.]*\s+){1,4}\d{1,4}[a-zA-Z]?\b(?:/\d+)?",
        ALL,
    ),
    (
        "address",
        r"(?:\b(?:Adres\p{Ll}*|Evim\p{Ll}*)\s+)?(?P<it>(?:\b\p{Lu}\p{L}+\s+){1,3}(?:Caddesi|Cad\.|Sokak|Sokağı|Sok\.|Sk\.|Mahallesi|Mah\.|Bulvarı)\s+(?:No\s?[:.]?\s*)?\d{1,4})\b",
        ALL,
    ),
    (
        "address",
        r"(?i:\bул\.|\bулиц\p{L}|\bвул\.|\bвулиц\p{L}+|\bпр\.|\bпросп\p{L}*\.?|\bпереул\p{L}*|\bпер\.|\bбульвар\p{L}*|\bпл\.)\s*\p{Lu}[\p{L}-]+(?:\s\p{Lu}[\p{L}-]+)?,?\s*(?:(?:д|дом|буд|будинок)\.?\s*)?\d{1,4}\p{L}?\b",
        ALL,
    ),
    (
        "address",
        r"(?i:\bοδό\p{L}?|\bοδού|\bλεωφόρο\p{L}*|\bπλατεία\p{L}?)\s+\p{Lu}\p{L}+(?:\s\p{Lu}\p{L}+)?\s+\d{1,4}\b",
        ALL,
    ),
    (
        "address",
        r"(?:רחוב|שדרות)\s+\p{L}+(?:\s\p{L}+)?\s+\d{1,4}\b|(?:شارع)\s+\p{L}+(?:\s\p{L}+)?\s+\d{1,4}\b",
        ALL,
    ),
    (
        "address",
        r"(?:住在|位于|在|到|去|:)\s*(?P<it>\p{Han}{2,8}(?:路|街|大道|巷|弄)\s?\d{1,5}\s?号?)",
        ALL,
    ),
    ("address", r"\p{Han}{2,4}(?:路|街|大道)\s?\d{1,5}\s?号", ALL),
    (
        "address",
        r"\p{Han}{2,3}[都道府県]\p{Han}{1,8}[市区町村][\p{Han}\p{Hiragana}\p{Katakana}]{0,12}\s?\d{1,4}(?:\s?(?:-|丁目|番地?)\s?\d{1,4}){0,3}",
        ALL,
    ),
    ("address", r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b", ALL),
];

/// Not a month with its year, and not "on the square 12 people": a noun after the number is what was counted.
fn house(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let month = text[range.clone()].split(' ').any(|word| MONTHS.contains(&word));
    let mut after = text[range.end..].chars();
    let counted = after.next() == Some(' ') && after.next().is_some_and(char::is_uppercase);
    (!month && !counted).then_some(range)
}
