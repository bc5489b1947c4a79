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
                (Some(least), _) => format!(", at least {least}"),
                (None, Some(most)) => format!(", at most {most}"),
                (None, None) => String::new(),
            };
            format!("{what}: {value:.3}{unit}{bound}")
        }
        _ => String::new(),
    }
}
