//! Instants as a person writes them.

use std::str::FromStr;

use earnest_domain::time::Timestamp;
use jiff::{Span, Zoned, civil::Date, tz::TimeZone};

/// An instant, a day, or a distance from now: `2026-12-24T18:00:00Z`, `2026-12-24`, `90d`.
#[derive(Debug, Clone)]
pub(crate) enum When {
    At(jiff::Timestamp),
    Day(Date),
    Away(Span),
}

/// A text that is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write an instant (2026-12-24T18:00:00Z), a day (2026-12-24), or how far away it is (90d)")]
pub(crate) struct NoInstant;

impl FromStr for When {
    type Err = NoInstant;

    fn from_str(text: &str) -> Result<Self, NoInstant> {
        if let Ok(instant) = text.parse() {
            return Ok(Self::At(instant));
        }
        if let Ok(day) = text.parse() {
            return Ok(Self::Day(day));
        }
        match text.parse::<Span>() {
            Ok(span) if span.is_positive() => Ok(Self::Away(span)),
            _ => Err(NoInstant),
        }
    }
}

impl When {
    /// As the start of something: so long ago, or the first instant of that day.
    pub(crate) fn start(&self, now: &Zoned) -> Result<Timestamp, NoInstant> {
        match self {
            Self::At(instant) => Ok(of(*instant)),
            Self::Day(day) => first_instant(*day, now.time_zone()),
            Self::Away(span) => now.checked_sub(*span).map(|then| of(then.timestamp())).map_err(|_| NoInstant),
        }
    }

    /// As the end of something: in so long, or the last instant of that day.
    pub(crate) fn end(&self, now: &Zoned) -> Result<Timestamp, NoInstant> {
        match self {
            Self::At(instant) => Ok(of(*instant)),
            Self::Day(day) => first_instant(day.tomorrow().map_err(|_| NoInstant)?, now.time_zone()),
            Self::Away(span) => now.checked_add(*span).map(|then| of(then.timestamp())).map_err(|_| NoInstant),
        }
    }
}

fn first_instant(day: Date, zone: &TimeZone) -> Result<Timestamp, NoInstant> {
    day.to_zoned(zone.clone())
        .map(|midnight| of(midnight.timestamp()))
        .map_err(|_| NoInstant)
}

fn of(instant: jiff::Timestamp) -> Timestamp {
    Timestamp::from_micros(instant.as_microsecond())
}

/// Now, where the person is.
pub(crate) fn here(now: Timestamp) -> Zoned {
    jiff::Timestamp::from_microsecond(now.micros())
        .unwrap_or_default()
        .to_zoned(TimeZone::system())
}

/// An instant as a person reads it, where they are.
pub(crate) fn told(instant: Timestamp) -> String {
    here(instant).strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Zoned {
        "2026-11-22T12:00:00[Europe/Berlin]".parse().unwrap()
    }

    fn instant(text: &str) -> Timestamp {
        of(text.parse().unwrap())
    }

    fn when(text: &str) -> When {
        text.parse().unwrap()
    }

    #[test]
    fn an_instant_is_itself() {
        let when = when("2026-12-24T18:00:00Z");
        assert_eq!(when.start(&noon()), Ok(instant("2026-12-24T18:00:00Z")));
        assert_eq!(when.end(&noon()), Ok(instant("2026-12-24T18:00:00Z")));
    }

    #[test]
    fn a_day_is_meant_whole_and_where_the_person_is() {
        let when = when("2026-12-24");
        assert_eq!(when.start(&noon()), Ok(instant("2026-12-23T23:00:00Z")));
        assert_eq!(when.end(&noon()), Ok(instant("2026-12-24T23:00:00Z")));
    }

    #[test]
    fn a_distance_points_back_for_a_start_and_on_for_an_end() {
        assert_eq!(when("1d").start(&noon()), Ok(instant("2026-11-21T11:00:00Z")));
        assert_eq!(when("90d").end(&noon()), Ok(instant("2027-02-20T11:00:00Z")));
        assert_eq!(when("12h").end(&noon()), Ok(instant("2026-11-22T23:00:00Z")));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "tomorrow", "90", "-3d", "0d", "2026-13-01", "99999999999999y"] {
            assert!(
                text.parse::<When>()
                    .map(|when| when.end(&noon()))
                    .is_ok_and(|end| end.is_ok())
                    .eq(&false),
                "{text}"
            );
        }
    }
}
