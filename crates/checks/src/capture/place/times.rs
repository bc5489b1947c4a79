//! Instants as files write them.

use earnest_domain::time::{Span, Timestamp};
use jiff::fmt::temporal::{Pieces, PiecesOffset};

/// An instant in RFC 3339, and how many minutes its clock was ahead of UTC. `Z` says nothing of that (RFC 9557, section 2).
pub(super) fn read(text: &str) -> Option<(Timestamp, Option<i32>)> {
    let text = text.trim();
    let instant: jiff::Timestamp = text.parse().ok()?;
    let ahead = match Pieces::parse(text).ok()?.offset() {
        Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset().seconds() / 60),
        _ => None,
    };
    Some((Timestamp::from_micros(instant.as_microsecond()), ahead))
}

/// Seconds since 1970, or milliseconds where they are too many for seconds (after the year 5138).
pub(super) fn of_number(number: f64) -> Option<Timestamp> {
    let seconds = if number.abs() >= 1e11 { number / 1_000.0 } else { number };
    let micros = (seconds * 1e6).round();
    // Within what a float holds exactly; what is no number is in no range.
    #[allow(clippy::cast_possible_truncation)]
    (0.0..=9_007_199_254_740_991.0)
        .contains(&micros)
        .then(|| Timestamp::default().plus(Span::from_micros(micros as i64)))
}
