//! Numbers that prove themselves: bank accounts, cards, network addresses; and telephone numbers, which do not.

use std::net::{Ipv4Addr, Ipv6Addr};

/// How long the IBAN of each country is (SWIFT's IBAN Registry, ISO 13616).
const IBAN_LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 \
    ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 \
    LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 \
    SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// How many bytes of `text` are an IBAN, from its start on; `None` when it begins with none.
///
/// Letters count as 10 to 35, the first four signs go last, and the number modulo 97 is 1 (ISO 7064, MOD 97-10).
pub(super) fn iban(text: &str) -> Option<usize> {
    let mut signs: Vec<char> = Vec::with_capacity(34);
    let (mut length, mut bytes) = (34, 0);
    for (at, sign) in text.char_indices() {
        if sign.is_ascii_alphanumeric() {
            signs.push(sign.to_ascii_uppercase());
        } else if !matches!(sign, ' ' | '-' | '.' | '\n') {
            break;
        }
        if let ([first, second], true) = (signs.as_slice(), length == 34) {
            let place = IBAN_LENGTHS
                .split(' ')
                .find_map(|entry| entry.strip_prefix(*first)?.strip_prefix(*second));
            length = place?.trim().parse().ok()?;
        }
        if signs.len() == length {
            bytes = at + 1;
            break;
        }
    }
    // It ends where its last sign does: a longer number is another one.
    let goes_on = text[bytes..].starts_with(|sign: char| sign.is_ascii_alphanumeric());
    if bytes == 0 || goes_on || !signs[2..4].iter().all(char::is_ascii_digit) {
        return None;
    }
    signs.rotate_left(4);
    let remainder = signs.iter().filter_map(|sign| sign.to_digit(36)).fold(0, |rest, value| {
        if value < 10 {
            (rest * 10 + value) % 97
        } else {
            (rest * 100 + value) % 97
        }
    });
    (remainder == 1).then_some(bytes)
}

/// How many bytes of `text` are a payment card's number, from its start on: the longest that has an issuer's first digits, a length that
/// issuer gives out, and Luhn's check (ISO/IEC 7812-1).
pub(super) fn card(text: &str) -> Option<usize> {
    let (mut digits, mut apart, mut found) = (Vec::with_capacity(19), 0, None);
    for (at, sign) in text.char_indices() {
        if let Some(digit) = sign.to_digit(10) {
            digits.push(digit);
            apart = 0;
            // A decimal: 2.718281828459045.
            if digits.len() == 3 && group_lengths(&text[..=at]).starts_with(&[1, 2]) {
                return None;
            }
            let ends = !text[at + 1..].starts_with(|sign: char| sign.is_alphanumeric());
            if ends && is_issued(&digits) && is_luhn(&digits) {
                found = Some(at + 1);
            }
        } else {
            apart += 1;
        }
        if apart > 2 || digits.len() == 19 || !(sign.is_ascii_digit() || matches!(sign, ' ' | '.' | '-' | '\n')) {
            break;
        }
    }
    found
}

/// Whether an issuer gives out numbers of that length with those first digits.
fn is_issued(digits: &[u32]) -> bool {
    let [one, two, three, four, ..] = digits else { return false };
    let (two, four) = (one * 10 + two, one * 1000 + two * 100 + three * 10 + four);
    let length = digits.len();
    match two {
        40..=49 => matches!(length, 16 | 19),
        35 | 51..=55 => length == 16,
        22..=27 => length == 16 && (2221..=2720).contains(&four),
        34 | 37 => length == 15,
        30 | 36 | 38 | 39 => matches!(length, 14 | 16),
        50 | 56..=69 => (16..=19).contains(&length),
        _ => false,
    }
}

/// Luhn's check.
pub(super) fn is_luhn(digits: &[u32]) -> bool {
    let doubled = |(place, digit): (usize, &u32)| match (place % 2, digit * 2) {
        (0, _) => *digit,
        (_, twice) => twice / 10 + twice % 10,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    sum.is_multiple_of(10)
}

/// Whether it is an address of the internet, version 4 or 6 (RFC 4291, section 2.2). `a::b` is one too, and rather a path in a program's
/// text: there have to be a digit and three colons, or four signs before the first.
pub(super) fn is_internet_address(text: &str) -> bool {
    if text.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let first = text.split(':').next().unwrap_or_default();
    let digit = |text: &str| text.contains(|sign: char| sign.is_ascii_digit());
    let telling = text.matches(':').count() >= 3 || (first.len() == 4 && digit(first));
    telling && digit(text) && text.parse::<Ipv6Addr>().is_ok()
}

/// Whether digits with signs between them can be dialled.
///
/// There is no check digit. International form (ITU-T E.164, section 6: 15 digits at most) and a leading zero are taken for one, and
/// so are groups as countries without the zero write them; what looks like a date, a time or an amount is not.
pub(super) fn is_telephone(text: &str) -> bool {
    let digits = digits(text);
    let lengths = group_lengths(text);
    let count = digits.len();
    if text.starts_with('+') {
        return (8..=15).contains(&count);
    }
    if is_date(text) || text.contains("0.") && lengths.first() == Some(&1) {
        return false;
    }
    let first = digits.first().copied().unwrap_or(0);
    if digits.starts_with(&[0, 0]) {
        return (10..=17).contains(&count);
    }
    let national = first == 0 && (8..=12).contains(&count);
    let shaped = match lengths.as_slice() {
        // North America, Italy, Greece; with the 1 or the 8 that is dialled before.
        [3, 3, 4] => first >= 2,
        [1, 3, 3, 4] => first == 1,
        [1, 3, 3, 2, 2] => first == 8,
        // Spain, Portugal, Poland.
        [3, 3, 3] | [3, 2, 2, 2] => matches!(first, 5 | 6 | 7 | 9),
        // Italy's mobiles; India; Mexico and Brazil; China.
        [3, 7] => first == 3,
        [5, 5] => first >= 6,
        [2, 4 | 5, 4] => first >= 1,
        [3, 4, 4] | [11] => first == 1 && digits[1] >= 3,
        _ => false,
    };
    national || shaped
}

/// Whether a word like "phone" before them makes digits, at least so many, a telephone number.
pub(super) fn can_be_dialled(text: &str, least: usize) -> bool {
    (least..=15).contains(&digits(text).len()) && !is_date(text)
}

/// Whether groups of digits are a day, with or without more after it.
fn is_date(text: &str) -> bool {
    let groups: Vec<u32> = groups(text).filter_map(|group| group.parse().ok()).collect();
    match (group_lengths(text).as_slice(), groups.as_slice()) {
        ([1 | 2, 1 | 2, 4, ..], [one, other, year, ..]) | ([4, 1 | 2, 1 | 2, ..], [year, one, other, ..]) => {
            (1000..2200).contains(year) && is_day(*one, *other)
        }
        ([4, 4], [from, to]) => (1000..2200).contains(from) && (1000..2200).contains(to),
        _ => false,
    }
}

/// Whether two numbers can be a day and a month, in any order.
pub(super) fn is_day(one: u32, other: u32) -> bool {
    (1..=31).contains(&one.max(other)) && (1..=12).contains(&one.min(other))
}

fn groups(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_digit())
        .filter(|group| !group.is_empty())
}

fn group_lengths(text: &str) -> Vec<usize> {
    groups(text).map(str::len).collect()
}

/// The digits alone.
pub(super) fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|sign| sign.to_digit(10)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_proves_itself() {
        // The examples of the registry.
        for good in [
            "DE89 3704 0044 0532 0130 00",
            "GB29NWBK60161331926819",
            "NO93 8601 1117 947",
            "fr14 2004 1010 0505 0001 3m02 606",
        ] {
            assert_eq!(iban(good), Some(good.len()), "{good}");
        }
        assert_eq!(iban("DE89 3704 0044 0532 0130 00 danke"), Some(27), "it ends in time");
        for bad in [
            "DE88 3704 0044 0532 0130 00",
            "DE89 3704 0044 0532 0130 0",
            "ZZ89370400440532013000",
            "DE",
            "",
            "für",
        ] {
            assert_eq!(iban(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_card_proves_itself() {
        for good in ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"] {
            assert_eq!(card(good), Some(good.len()), "{good}");
        }
        assert_eq!(card("4111 1111 1111 1111 2024"), Some(19), "it ends in time");
        for bad in ["4111 1111 1111 1112", "1234567890123456", "4111"] {
            assert_eq!(card(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_can_be_dialled_is_told_from_dates_and_amounts() {
        for good in [
            "+49 30 901820",
            "0049 30 901820",
            "030 901820",
            "(212) 555-0142",
            "212-555-0142",
            "07700 900123",
            "06 12 34 56 78",
        ] {
            assert!(is_telephone(good), "{good}");
        }
        for bad in [
            "2026-11-23 10:30",
            "23.11.2026",
            "1 234 567",
            "12345678",
            "3.14159265",
            "0.123456789",
        ] {
            assert!(!is_telephone(bad), "{bad}");
        }
    }
}
