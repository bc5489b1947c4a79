//! A text without what is marked in it.

use std::ops::Range;

use earnest_domain::verdict::{Evidence, Verdict};

use super::redacting;

/// A text without what its verdicts mark; each mark is replaced by what stood there, in brackets: `[e-mail]`.
pub(super) fn without_marks(text: &str, verdicts: &[Verdict]) -> String {
    let mut marks: Vec<(Range<usize>, &str)> = redacting(verdicts)
        .flat_map(|verdict| &verdict.evidence)
        .filter_map(|evidence| match evidence {
            // At the borders of characters, outwards: a mark that is off by a byte must not keep its text in.
            Evidence::Span { start, end, what } => {
                Some((text.floor_char_boundary(*start)..text.ceil_char_boundary(*end), what.as_ref()))
            }
            _ => None,
        })
        .collect();
    marks.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut redacted = String::with_capacity(text.len());
    let mut done = 0;
    for (range, what) in marks {
        // What lies within another mark is out already; of what sticks out, the rest goes as well.
        if range.start >= done {
            redacted.push_str(&text[done..range.start]);
            redacted.extend(["[", &what.replace('_', "-"), "]"]);
        }
        done = done.max(range.end);
    }
    redacted.push_str(&text[done..]);
    redacted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use earnest_domain::verdict::{Decision, Permille};

    use super::*;

    fn marked(decision: Decision, spans: &[(usize, usize)]) -> Verdict {
        Verdict {
            check: "text-personal-data".parse().unwrap(),
            version: 1,
            decision,
            score: Permille::ZERO,
            label: None,
            reason: "found".to_owned(),
            says: "It holds personal data.".to_owned(),
            advice: String::new(),
            evidence: spans
                .iter()
                .map(|(start, end)| Evidence::Span {
                    start: *start,
                    end: *end,
                    what: "e_mail".into(),
                })
                .collect(),
            model: None,
        }
    }

    #[test]
    fn what_is_marked_is_out_and_the_rest_stays() {
        let words = "write to ada@example.org or not";
        let redacted = |spans: &[(usize, usize)]| without_marks(words, &[marked(Decision::Redact, spans)]);
        assert_eq!(redacted(&[(9, 24)]), "write to [e-mail] or not");
        assert_eq!(redacted(&[(13, 24), (9, 15)]), "write to [e-mail] or not", "overlapping");
        assert_eq!(
            redacted(&[(9, 24), (10, 12)]),
            "write to [e-mail] or not",
            "one within the other"
        );
        assert_eq!(redacted(&[(0, 5), (9, 24)]), "[e-mail] to [e-mail] or not");
        assert_eq!(redacted(&[(9, 999)]), "write to [e-mail]", "beyond the end");
        assert_eq!(
            without_marks(words, &[marked(Decision::Retry, &[(9, 24)])]),
            words,
            "not asked for"
        );
    }

    #[test]
    fn a_mark_in_the_middle_of_a_character_takes_all_of_it() {
        assert_eq!(without_marks("für", &[marked(Decision::Redact, &[(2, 4)])]), "f[e-mail]");
    }
}
