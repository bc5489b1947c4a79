//! Words that come from somebody else and are shown to a person: they may say anything, and stay in their place.

/// What a screen cannot show, or what changes how the text around it reads: control characters, breaks of line and paragraph, and
/// directions that are embedded, overridden or isolated (Unicode Standard Annex 9, section 2).
fn breaks_out(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Joiners hold the parts of some letters and pictures together, and marks help where directions meet; alone they are nothing.
fn has_no_width(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{061C}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// Whether a text shows, and as it was written: no more is hidden in it, and nothing around it is turned.
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(breaks_out) && !text.chars().all(|letter| letter.is_whitespace() || has_no_width(letter))
}

/// A text without what is not plain in it, cut to so many letters; empty when nothing of it can be seen.
pub fn plain(text: &str, letters: usize) -> String {
    let text: String = text.chars().filter(|letter| !breaks_out(*letter)).collect();
    let text: String = text.trim().chars().take(letters).collect();
    if is_plain(&text) {
        text.trim_end().to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_breaks_the_text_around_it_is_not_plain() {
        for text in ["Walk", "Marche à pied", "امشِ دقيقة", "👩\u{200D}🚀", "לך \u{200F}(1)"] {
            assert!(is_plain(text), "{text:?}");
            assert_eq!(plain(text, 80), text);
        }
        for (text, left) in [
            ("\u{202E}klaW", "klaW"),
            ("a\u{2066}b\u{2069}", "ab"),
            ("two\nlines", "twolines"),
            ("\u{1B}[31mred", "[31mred"),
            ("a\u{2028}b", "ab"),
            ("\u{9B}1m", "1m"),
            ("", ""),
            (" \u{200B}\u{200F} ", ""),
            ("\u{2060}\u{FEFF}", ""),
        ] {
            assert!(!is_plain(text), "{text:?}");
            assert_eq!(plain(text, 80), left);
        }
        assert_eq!(plain(" one two", 4), "one");
    }
}
