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
    let country = text.get(..2)?.to_ascii_uppercase();
    let place = IBAN_LENGTHS
        .split(' ')
        .find_map(|entry| entry.strip_prefix(country.as_str()))?;
    let length: usize = place.trim().parse().ok()?;
    let mut signs: Vec<char> = Vec::with_capacity(length);
    let mut bytes = 0;
    for (at, sign) in text.char_indices() {
        if sign.is_ascii_alphanumeric() {
            signs.push(sign.to_ascii_uppercase());
        } else if !matches!(sign, ' ' | '-' | '.') {
            break;
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

/// Whether the digits are those of a payment card: 13 to 19 of them, an issuer's first digit, and Luhn's check (ISO/IEC 7812-1).
pub(super) fn is_card(text: &str) -> bool {
    let digits = digits(text);
    let doubled = |(place, digit): (usize, &u32)| match (place % 2, digit * 2) {
        (0, _) => *digit,
        (_, twice) => twice / 10 + twice % 10,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    (13..=19).contains(&digits.len()) && matches!(digits[0], 2..=6) && sum.is_multiple_of(10)
}

/// Whether it is an address of the internet, version 4 or 6.
pub(super) fn is_internet_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok() || (text.len() > 3 && text.parse::<Ipv6Addr>().is_ok())
}

/// Whether digits with signs between them can be dialled.
///
/// There is no check digit. International form (ITU-T E.164, section 6: 15 digits at most) and a leading zero are taken for one, and
/// so are the ten digits of North America in their groups; what looks like a date, a time or an amount is not.
pub(super) fn is_telephone(text: &str) -> bool {
    let digits = digits(text);
    let groups: Vec<&str> = text
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let count = digits.len();
    let is_date = matches!(lengths.as_slice(), [4, 1 | 2, 1 | 2, ..] | [1 | 2, 1 | 2, 4, ..]);
    if text.starts_with('+') || text.starts_with("00") {
        return (8..=15).contains(&count.saturating_sub(if text.starts_with('+') { 0 } else { 2 }));
    }
    if is_date {
        return false;
    }
    let national = digits.first() == Some(&0) && (8..=12).contains(&count) && !text.contains("0.");
    let american = matches!(lengths.as_slice(), [3, 3, 4] | [1, 3, 3, 4]) && digits[count - 10] >= 2;
    national || american
}

/// Whether a word like "phone" before them makes digits a telephone number.
pub(super) fn can_be_dialled(text: &str) -> bool {
    (4..=15).contains(&digits(text).len())
}

fn digits(text: &str) -> Vec<u32> {
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
            assert!(is_card(good), "{good}");
        }
        for bad in ["4111 1111 1111 1112", "1234567890123456", "4111"] {
            assert!(!is_card(bad), "{bad}");
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
