//! What reaches a person, their money or their devices.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    numbers,
    patterns::{ALL, Pattern, before, begins, ends},
};

pub(super) const PATTERNS: &[Pattern] = &[
    // Links that name an account, or let in whoever has them.
    (
        "link",
        r#"(?i)\bhttps?://(?:[^\s/@"<>]+:[^\s/@"<>]+@[^\s"<>]+|[^\s"<>]*/@[^\s"<>]+|(?:[a-z-]+\.)?(?:instagram|facebook|fb|twitter|x|linkedin|tiktok|strava|snapchat|threads|github|gitlab|youtube|vk|ok|t|wa|paypal|signal|bsky)\.(?:com|me|ru|net|app)/[^\s"<>]+|[^\s"<>]*[?&#](?:access_token|token|key|api_key|apikey|code|auth|sid|session|pass|password|pwd|secret|sig|signature|user|username|uid|email)=[^\s&"<>]{4,}[^\s"<>]*)"#,
        |text, range| Some(trimmed(text, range)),
    ),
    // Keys that begin as their maker lets them begin.
    (
        "secret",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}|\bsk-[A-Za-z0-9_-]{20,}|\b[srp]k_(?:live|test)_\w{16,}|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----",
        ALL,
    ),
    (
        "secret",
        r"(?i)(?:\b(?:pass(?:word|code|phrase)|passwort|kennwort|mot de passe|contraseña|clave|wachtwoord|senha|palavra-passe|hasło|lösenord|adgangskode|kodeord|şifre|parola|api[ -]?key|secret key|пароль)|密码|密碼|パスワード)\s*(?:(?:is|ist|lautet|est|es|è|é|to|är|er|는|は|是)\s+|[:=]\s*)(?P<it>\S{4,64})",
        is_password,
    ),
    ("secret", r"\bPIN(?:-Code|[ -]code)?(?: is| ist)?:?\s+(?P<it>\d{4,8})\b", ALL),
    // RFC 5322, section 3.4.1, as people use it: no quotes, no comments.
    (
        "e_mail",
        r"(?i)[\p{L}\p{N}][\p{L}\p{N}._%+'-]*(?:@|\s?[\[(<]\s?(?:at|ät|à|arroba|arobase|chiocciola)\s?[\])>]\s?)[\p{L}\p{N}-]+(?:(?:\.|\s?[\[(<]\s?(?:dot|punkt|point|punto|ponto)\s?[\])>]\s?)[\p{L}\p{N}-]+)*(?:\.|\s?[\[(<]\s?(?:dot|punkt|point|punto|ponto)\s?[\])>]\s?)\p{L}{2,}",
        ALL,
    ),
    (
        "e_mail",
        r"(?i)\b[\p{L}\p{N}][\p{L}\p{N}._%+'-]*\s+(?:at|arroba|arobase|chiocciola|apenstaartje|małpa|snabel-a|собака)\s+[\p{L}\p{N}-]+(?:\s+(?:dot|punkt|point|punto|ponto|punt|kropka|точка)\s+[\p{L}\p{N}-]+)*\s+(?:dot|punkt|point|punto|ponto|punt|kropka|точка)\s+\p{L}{2,}",
        ALL,
    ),
    (
        "e_mail",
        r"\b[\p{L}\p{N}_+-]+(?: \. [\p{L}\p{N}_+-]+)* @ [\p{L}\p{N}-]+(?: \. [\p{L}\p{N}-]+)+|\b(?:[\p{L}\p{N}._+-] ){2,40}@(?: [\p{L}\p{N}.-]){2,40} \.(?: \p{L}){2,6}\b",
        ALL,
    ),
    (
        "bank_account",
        r"(?i)[a-z][ .-]?[a-z][ .-]?\d[ .-]?\d(?:[ .\n-]?[a-z0-9]){11}",
        |text, range| {
            let length = begins(text, range.start)
                .then(|| numbers::iban(&text[range.start..]))
                .flatten()?;
            Some(range.start..range.start + length)
        },
    ),
    ("card", r"\d(?:[ .\n-]{0,2}\d){11}", |text, range| {
        let length = begins(text, range.start)
            .then(|| numbers::card(&text[range.start..]))
            .flatten()?;
        Some(range.start..range.start + length)
    }),
    (
        "internet_address",
        r"(?i)\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}",
        |text, range| {
            let whole = begins(text, range.start) && ends(text, range.end) && !text[range.end..].starts_with(':');
            let version = before(text, range.start, 12).to_lowercase();
            let version = ["version ", "firmware ", "release ", "build ", "ver. ", " v"]
                .iter()
                .any(|word| version.ends_with(word));
            (whole && !version && numbers::is_internet_address(&text[range.clone()])).then_some(range)
        },
    ),
    (
        "device_address",
        r"(?i)\b(?:[0-9a-f]{2}(?::[0-9a-f]{2}){5}|[0-9a-f]{2}(?:-[0-9a-f]{2}){5}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\b",
        |text, range| {
            let it = &text[range.clone()];
            (it.contains(':') || it.contains(|sign: char| sign.is_ascii_alphabetic())).then_some(range)
        },
    ),
    (
        "position",
        r#"(?i)-?\b\d{1,2}\.\d{4,}\s*°?\s*[NS]?\s*[,;/ ]\s*-?\d{1,3}\.\d{4,}\b(?:\s*°?\s*[EWO]\b)?|\b[NS]\s?\d{1,2}\.\d{3,}[°,; ]+[EWO]\s?\d{1,3}\.\d{3,}|\b\d{1,2}\s?°\s?\d{1,2}\s?'\s?(?:\d{1,2}(?:[.,]\d+)?\s?(?:"|'')\s?)?[NS][,; ]+\d{1,3}\s?°\s?\d{1,2}\s?'\s?(?:\d{1,2}(?:[.,]\d+)?\s?(?:"|'')\s?)?[EWO]\b"#,
        ALL,
    ),
    // A word like "phone" before them makes digits a telephone number that are none by themselves.
    (
        "telephone",
        r"(?i)(?:\b(?:tel|tél|тел)(?:\b|[eéе])|phone|fone\b|móvil|\bmobil|\bcell(?:ulare)?\b|\bhandy\b|\bfax\b|whats ?app|\bsignal\b|portable\b|telemóvel|kom\b|телефон|мобил|τηλ|κινητ|טלפון|نוייד|هاتف|जमोबाइल|मोबाइल|फ़ोन|फोन|电话|手机|電話|携帯)[^\d\n+]{0,24}?(?P<it>[+(]{0,2}\d(?:[ ./()\n-]{0,3}\d){5,14})",
        |text, range| can_be_dialled(text, range, 6),
    ),
    (
        "telephone",
        r"(?i)\b(?:call|dial|ring|text|reach|number|no|nummer|numéro|número|numer|nr|ruf|ruft|appelle[zr]?|llam[ae]\p{L}*|marca|chiam\p{L}+|bel|liga|ligue|zadzwoń|dzwoń|ara|arayın|numaras\p{L}+|звон\p{L}+|дзвон\p{L}+|номер|νούμερο|नंबर)\b[^\d\n+]{0,16}?(?P<it>[+(]{0,2}\d(?:[ ./()\n-]{0,3}\d){6,14})",
        |text, range| can_be_dialled(text, range, 7),
    ),
    ("telephone", r"\(?\+?\(?\d(?:[ ./()\n-]{0,3}\d){6,16}", |text, range| {
        let it = text[range.clone()].trim_start_matches('(');
        let start = range.end - it.len();
        let whole = begins(text, start) && ends(text, range.end) && !goes_on(text, start, range.end);
        (whole && !is_counted(text, &range) && numbers::is_telephone(it)).then_some(range)
    }),
];

/// Without the signs that end a sentence.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let it = text[range.clone()].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '"']);
    range.start..range.start + it.len()
}

/// Whether a word after "password:" is one: words of a sentence are letters alone.
fn is_password(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let range = trimmed(text, range);
    let it = &text[range.clone()];
    (it.len() >= 4 && it.contains(|sign: char| !sign.is_alphabetic())).then_some(range)
}

fn can_be_dialled(text: &str, range: Range<usize>, least: usize) -> Option<Range<usize>> {
    let whole = ends(text, range.end) && !is_counted(text, &range);
    (whole && numbers::can_be_dialled(&text[range.clone()], least)).then_some(range)
}

/// Whether digits are part of a decimal, a time or a longer row of digits.
fn goes_on(text: &str, start: usize, end: usize) -> bool {
    let digit = |sign: Option<char>| sign.is_some_and(|sign| sign.is_ascii_digit());
    let mut after = text[end..].chars();
    let mut before = text[..start].chars().rev();
    let joined = |sign: Option<char>| matches!(sign, Some('.' | ',' | ':' | '/' | '-'));
    (joined(after.next()) && digit(after.next())) || (joined(before.next()) && digit(before.next()))
}

/// Whether digits are those of a book, an order or an amount, by the words around them.
fn is_counted(text: &str, range: &Range<usize>) -> bool {
    static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:\b(?:isbn|issn|ean|gtin|upc|order|invoice|ticket|parcel|serial|lot|item|article|artikel|bestellung|rechnung|sendung|paket|build|version|page|seite)(?:[ -]?1[03])?\W{0,3}(?:no|nr|number|nummer)?\W{0,3}|[€$£¥]\s?)$").ok()
    });
    static AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s?(?:[€$£¥%]|(?:euros?|eur|dollars?|usd|pounds?|francs?|chf|kr|zł|lira|tl|people|inhabitants|einwohner|trees|points|steps|kg|km|m2|рублей|гривень)\b)").ok()
    });
    let matches = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let end = text.floor_char_boundary(range.end + 16);
    matches(&BEFORE, before(text, range.start, 32)) || matches(&AFTER, &text[range.end..end])
}
