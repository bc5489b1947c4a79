//! Dates of birth, and the numbers that a state gives a person.

use std::ops::Range;

use super::{
    numbers::{digits, is_day, is_luhn},
    patterns::{ALL, Pattern},
};

pub(super) const PATTERNS: &[Pattern] = &[
    ("social_security_number", r"\b\d{3}-\d{2}-\d{4}\b", ALL),
    (
        "birth_date",
        concat!(
            r"(?i)(?:\b(?:born(?:\s+on)?(?:\s+the)?|date\s+of\s+birth|d\.?o\.?b|birthday|b\.|geboren(?:\s+(?:am|op))?|geburtsdatum|geburtstag|né(?:e)?\s+le|date\s+de\s+naissance",
            r"|nací(?:\s+el)?|nacid[oa]\s+el|fecha\s+de\s+nacimiento|nat[oa]\s+il|data\s+di\s+nascita|geboortedatum|nasci(?:d[oa])?\s+(?:a|em)|data\s+de\s+nascimento|urodził\p{L}*(?:\s+się)?|data\s+urodzenia",
            r"|född(?:\s+den)?|födelsedatum|født(?:\s+den)?|fødselsdato|doğum\s+tarihi\p{L}*|родил\p{L}+|дата\s+рождения|народи\p{L}+|дата\s+народження|ημερομηνία\s+γέννησης|γεννήθηκα(?:\s+στις)?)",
            r"|תאריך\s+לידה|تاريخ\s+الميلاد|जन्म\s?(?:तिथि|दिन)|出生日期|出生于|生日|生年月日)(?:\s*(?:is|ist|est|es|è|:|は|是|为|-))*\s*(?:the\s+)?(?P<it>",
            r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+)?\p{L}{3,12}\.?,?\s+(?:de\s+)?\d{4}|\p{L}{3,12}\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日)",
        ),
        ALL,
    ),
    (
        "birth_date",
        r"(?i)\b(?:am|on)\s+(?P<it>\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\.?\s+\p{L}{3,12}\s+\d{4})\s+(?:geboren|born)\b",
        ALL,
    ),
    (
        "birth_date",
        r"(?P<it>\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日)\s?(?:生まれ|出生)",
        ALL,
    ),
    // Spain: the letter is the number modulo 23.
    ("identity_number", r"\b(?:\d{8}|[XYZ]-?\d{7})-?[A-Z]\b", |text, range| {
        let it = text[range.clone()].replace('-', "");
        let (number, letter) = it.split_at(it.len() - 1);
        let number: usize = number.replace('X', "0").replace('Y', "1").replace('Z', "2").parse().ok()?;
        "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23..].starts_with(letter).then_some(range)
    }),
    // Italy.
    ("identity_number", r"\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b", ALL),
    // Brazil: the last two digits check the others.
    ("identity_number", r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", |text, range| {
        let digits = digits(&text[range.clone()]);
        let check = |count: usize| {
            let sum: u32 = digits[..count]
                .iter()
                .zip((2..=u32::try_from(count).unwrap_or(0) + 1).rev())
                .map(|(digit, weight)| digit * weight)
                .sum();
            (sum * 10) % 11 % 10
        };
        (check(9) == digits[9] && check(10) == digits[10]).then_some(range)
    }),
    // France: 97 less the number modulo 97.
    (
        "identity_number",
        r"\b[12]\s?\d{2}\s?\d{2}\s?\d{2}\s?\d{3}\s?\d{3}\s?\d{2}\b",
        |text, range| {
            let number = digits(&text[range.clone()])
                .into_iter()
                .fold(0_u64, |number, digit| number * 10 + u64::from(digit));
            (97 - (number / 100) % 97 == number % 100).then_some(range)
        },
    ),
    // Sweden, with Luhn's digit; Denmark and Finland begin with the day of birth.
    ("identity_number", r"\b(?:\d{2})?\d{6}[-+]\d{4}\b", |text, range| {
        let digits = digits(&text[range.clone()]);
        let last = &digits[digits.len() - 10..];
        let two = |at: usize| last[at] * 10 + last[at + 1];
        let swede = is_luhn(last) && is_day(two(4), two(2)) && two(2) <= 12;
        (swede || (digits.len() == 10 && is_day(two(0), two(2)) && two(2) <= 12)).then_some(range)
    }),
    (
        "identity_number",
        r"\b(?i:pesel|bsn|burgerservicenummer|tc(?:\s+kimlik)?|national insurance|nino|passport|passeport|pasaporte|passaporto|paspoort|reisepass|personalausweis|ausweis|steuer-?id|steuernummer|cpf|nif|nie|dni|cf|cpr(?:-nummer)?|personnummer|fødselsnummer|id card|инн|снилс|паспорт|ssn)(?:[ -]?(?i:number|nummer|no\.?|nr\.?))?[: ]+(?i:is |ist )?(?P<it>[A-Z0-9](?:[ .-]?[A-Z0-9]){5,17})\b",
        is_number,
    ),
];

/// At least five digits make one: words in capitals are none.
fn is_number(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    (digits(&text[range.clone()]).len() >= 5).then_some(range)
}
