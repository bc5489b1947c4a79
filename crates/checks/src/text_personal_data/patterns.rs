//! How personal data looks in a text.
//!
//! Patterns of a word's shape alone, in six languages; no dictionary of names. What proves itself (an IBAN, a card) is asked to.

use std::{ops::Range, sync::OnceLock};

use regex::Regex;

use super::numbers;

/// What makes a match count: how many of its bytes do, or none.
type Proof = fn(&str) -> Option<usize>;

const ALL: Proof = |text| Some(text.len());

/// What is looked for, the surest first. A group named `it` is the data, where the pattern has words around it.
const PATTERNS: &[(&str, &str, Proof)] = &[
    (
        "e_mail",
        r"(?i)[\p{L}0-9._%+'-]+(?:@|\s?[\[(](?:at|à|arroba|chiocciola)[\])]\s?)[\p{L}0-9-]+(?:(?:\.|\s?[\[(](?:dot|punkt|point|punto)[\])]\s?)[\p{L}0-9-]+)*(?:\.|\s?[\[(](?:dot|punkt|point|punto)[\])]\s?)\p{L}{2,}",
        ALL,
    ),
    ("bank_account", r"(?i)\b[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]){11,34}", numbers::iban),
    ("card", r"\b\d(?:[ -]?\d){12,18}\b", |text| {
        numbers::is_card(text).then_some(text.len())
    }),
    (
        "internet_address",
        r"(?i)\b(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::{1,2}[0-9a-f]{1,4}){2,7}(?:::)?|[0-9a-f]{1,4}::)\b|::[0-9a-f]{1,4}\b",
        |text| numbers::is_internet_address(text).then_some(text.len()),
    ),
    ("device_address", r"(?i)\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b", ALL),
    (
        "position",
        r"-?\b\d{1,2}\.\d{4,}\s*°?\s*[NSns]?\s*[,;/ ]\s*-?\d{1,3}\.\d{4,}\b",
        ALL,
    ),
    ("social_security_number", r"\b\d{3}-\d{2}-\d{4}\b", ALL),
    (
        "birth_date",
        r"(?i)\b(?:born(?:\s+on)?|date\s+of\s+birth|dob|birthday|geboren(?:\s+am)?|geburtsdatum|née?\s+le|nacid[oa]\s+el|nat[oa]\s+il|geboren\s+op)[:\s]+(?:is\s+|the\s+)?(?P<it>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?\p{L}{3,10}\.?,?\s+(?:de\s+)?\d{4}|\p{L}{3,10}\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})",
        ALL,
    ),
    (
        "telephone",
        r"(?i)(?:tel(?:e(?:phone|fon(?:o)?))?|phone|fone|mobile?|cell|call|text|handy|fax|whatsapp|signal|ruf|móvil|cellulare|portable)[^\d\n+]{0,24}?(?P<it>[+(]?\d(?:[ ./()-]{0,3}\d){3,14})",
        |text| numbers::can_be_dialled(text).then_some(text.len()),
    ),
    ("telephone", r"(?:\+|\b|\()\d{1,4}(?:[ ./()-]{0,3}\d){6,14}\b", |text| {
        numbers::is_telephone(text.trim_start_matches('(')).then_some(text.len())
    }),
    // Addresses, by the word for the street and the number of the house.
    (
        "address",
        r"\b\d{1,5}[A-Za-z]?,?\s+(?:\p{Lu}[\p{L}'.-]*\s+){1,4}(?:(?i:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Close|Crescent|Way|Hill|Gardens))\b\.?(?:,?\s+(?:(?i:Apt|Apartment|Flat|Suite|Unit)\.?|#)\s*\w{1,5})?(?:,\s*\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2}?)??(?:,?\s+(?:[A-Z]{2}\s+\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}))\b|\b\d{1,5}[A-Za-z]?,?\s+(?:\p{Lu}[\p{L}'.-]*\s+){1,4}(?:(?i:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Terrace|Close|Crescent|Way|Hill|Gardens))\b\.?(?:,?\s+(?:(?i:Apt|Apartment|Flat|Suite|Unit)\.?|#)\s*\w{1,5})?(?:,\s*\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2})?",
        ALL,
    ),
    (
        "address",
        r"\b(?:\p{Lu}[\p{L}.-]*(?:[ -]\p{Lu}[\p{L}.-]*){0,2}[ -]?)?(?:\p{L}+(?:straße|strasse|str\.|gasse|allee|platz|weg|ring|ufer|damm|straat|laan|plein|gracht|kade)|(?:Straße|Strasse|Str\.|Gasse|Allee|Platz|Weg|Ring|Ufer|Damm))\s+\d{1,4}(?:\s?[a-z])?\b(?:,?\s+\d{4,5}\s+\p{Lu}[\p{L}-]+)?",
        ALL,
    ),
    (
        "address",
        r"\b(?:Am|An der|An den|Auf dem|Auf der|Im|In der|Zum|Zur|Unter den|Hinter der)\s+\p{Lu}[\p{L}-]+\s+\d{1,4}(?:\s?[a-z])?\b(?:,?\s+\d{5}\s+\p{Lu}[\p{L}-]+)?",
        ALL,
    ),
    (
        "address",
        r"(?i)\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|allée|quai|route|cours)\s+[\p{L}' -]{3,40}?(?:,?\s*\d{5}\s+\p{L}[\p{L}-]+|[,.;\n]|$)",
        |text| Some(text.trim_end_matches([',', '.', ';', '\n']).len()),
    ),
    (
        "address",
        r"\b(?:(?i:calle|c/|avenida|avda\.?|plaza|paseo|camino|carretera|via|viale|piazza|corso|largo|vicolo|strada|rua|praça))\s+(?:(?:de|del|della|dei|delle|di|la|las|los|el|dos|da)\s+)*\p{Lu}[\p{L}'.-]*(?:\s+(?:de|del|della|di|la|y|e)?\s?\p{Lu}[\p{L}'.-]*){0,3},?\s*(?:n[º°o.]+\s*)?\d{1,4}\b(?:,?\s+\d{4,5}\s+\p{Lu}[\p{L}-]+)?",
        ALL,
    ),
    ("address", r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b", ALL),
    // Names, by the words that stand before them.
    (
        "name",
        r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Herr|Herrn|Frau|Mme|Mlle|Monsieur|Madame|Señora|Señor|Sra|Sr|Srta|Don|Doña|Signora|Signor|Sig|Dott|Mevrouw|Meneer|Dhr|Mevr)\b\.?\s+)+(?P<it>\p{Lu}[\p{L}'-]+(?:\s+(?:(?:von|van|de|der|den|di|da|del|la|le|du)\s+)*\p{Lu}[\p{L}'-]+){0,3})",
        ALL,
    ),
    (
        "name",
        r"(?:\b(?i:my name is|my name's|name:|i am called|they call me|call me|this is|ich hei(?:ß|ss)e|mein name ist|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome è|ik heet|mijn naam is|meu nome é|chamo-me))\s+(?P<it>\p{Lu}[\p{L}'-]+(?:\s+(?:(?:von|van|de|der|den|di|da|del|la|le|du)\s+)*\p{Lu}[\p{L}'-]+){0,3})",
        ALL,
    ),
    (
        "name",
        r"(?:\b(?i:regards|wishes|sincerely|faithfully|yours|cheers|love|thanks|grüße|gruß|grüßen|cordialement|amicalement|bises|saludos|abrazos|saluti|baci|groeten|groetjes))[,!.]?[ \t]*\n\s*(?P<it>\p{Lu}[\p{L}'.-]+(?:[ \t]+(?:(?:von|van|de|der|den|di|da|del|la|le|du)[ \t]+)*\p{Lu}[\p{L}'.-]+){0,3})",
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

/// The patterns, compiled once in a process, when the first text comes.
pub(super) struct Patterns(Vec<(&'static str, Regex, Proof)>);

impl Patterns {
    pub(super) fn get() -> &'static Self {
        static COMPILED: OnceLock<Patterns> = OnceLock::new();
        COMPILED.get_or_init(|| {
            let compiled = PATTERNS
                .iter()
                // A test sees to it that all of them are well formed.
                .filter_map(|(what, pattern, proof)| Some((*what, Regex::new(pattern).ok()?, *proof)));
            Self(compiled.collect())
        })
    }

    /// Every match that counts, pattern by pattern.
    pub(super) fn find<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (Range<usize>, &'static str)> + 't {
        self.0.iter().flat_map(move |(what, pattern, proof)| {
            pattern.captures_iter(text).filter_map(move |captures| {
                let it = captures.name("it").or_else(|| captures.get(0))?;
                let length = proof(it.as_str())?;
                Some((it.start()..it.start() + length, *what))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_well_formed() {
        assert_eq!(Patterns::get().0.len(), PATTERNS.len());
    }
}
