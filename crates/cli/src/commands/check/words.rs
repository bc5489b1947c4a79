//! What became of a file, for a person.

use std::fmt::Write;

use earnest_domain::verdict::{Decision, Evidence};

use super::judged::Judged;

/// A line for the file, one for each check, and the advice.
pub(super) fn of(judged: &Judged) -> String {
    let mut words = format!("{}: {}", judged.file, decision(judged.verdict));
    for line in &judged.checks {
        let label = line.label.as_ref().map(|label| format!(" ({label})")).unwrap_or_default();
        let _ = match line.verdict {
            Some(_) => write!(
                words,
                "\n  {:<22} {}{label} [{}, {} ms]",
                line.check, line.says, line.reason, line.millis
            ),
            None => write!(words, "\n  {:<22} {} [{}]", line.check, line.says, line.reason),
        };
        for evidence in &line.evidence {
            let _ = write!(words, "\n      {}", shown(evidence));
        }
        if line.verdict != Some(Decision::Accept) && !line.advice.is_empty() {
            let _ = write!(words, "\n      {}", line.advice);
        }
    }
    if let Some(place) = &judged.redacted {
        let _ = write!(words, "\n  What may be shared is in {place}.");
    } else if judged.withheld {
        words.push_str(match judged.verdict {
            Some(Decision::Reject) => "\n  No copy was written: nothing of it may be shared.",
            _ => "\n  No copy was written: take it again first.",
        });
    }
    words
}

const fn decision(decision: Option<Decision>) -> &'static str {
    match decision {
        Some(Decision::Accept) => "good as it is",
        Some(Decision::Redact) => "good once what is marked is taken out",
        Some(Decision::Retry) => "better taken again",
        Some(Decision::Reject) => "of no use",
        None => "could not be judged",
    }
}

fn shown(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Span { start, end, what } => format!("{what}: bytes {start} to {end}"),
        Evidence::Region {
            x,
            y,
            width,
            height,
            what,
        } => format!("{what}: {width} x {height} at {x}, {y}"),
        Evidence::Stretch { from_ms, to_ms, what } => {
            let seconds = |millis: u64| format!("{}.{:03} s", millis / 1_000, millis % 1_000);
            format!("{what}: {} to {}", seconds(*from_ms), seconds(*to_ms))
        }
        Evidence::Measure {
            what,
            value,
            unit,
            least,
            most,
        } => {
            let unit = if unit == "1" { String::new() } else { format!(" {unit}") };
            let bound = match (least, most) {
                (Some(least), _) => format!(", at least {}", limit(*least)),
                (None, Some(most)) => format!(", at most {}", limit(*most)),
                (None, None) => String::new(),
            };
            format!("{what}: {value:.3}{unit}{bound}")
        }
        _ => String::new(),
    }
}

/// A limit as a manifest has it: 0.6 and not the double that is nearest to the float that is nearest to it.
#[allow(clippy::cast_possible_truncation)] // looked at
fn limit(value: f64) -> String {
    let single = value as f32;
    if f64::from(single).to_bits() == value.to_bits() {
        single.to_string()
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_read_as_they_were_written() {
        for (value, read) in [(f64::from(0.6_f32), "0.6"), (0.1, "0.1"), (64.0, "64"), (-50.0, "-50")] {
            assert_eq!(limit(value), read);
        }
    }
}
