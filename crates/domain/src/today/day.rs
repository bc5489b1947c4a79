//! Days as a person counts them, without hours and without a place.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Days from 0000-03-01, where the years of the algorithms below begin, to 1970-01-01.
const BEFORE_1970: i32 = 719_468;
/// Days in 400 years: the calendar repeats after them.
const ERA_DAYS: i32 = 146_097;

/// A date in the person's own calendar: days since 1970-01-01, bounded to what `YYYY-MM-DD` can say.
///
/// The calendar is the Gregorian one, also before 1582 (proleptic), as ISO 8601 has it. The conversions are `days_from_civil` and
/// `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (<https://howardhinnant.github.io/date_algorithms.html>),
/// which are in the public domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Day(i32);

/// A text that is no [`Day`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no date: it takes YYYY-MM-DD, and a day that the calendar has")]
pub struct InvalidDay(pub String);

impl InvalidDay {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        "day_invalid"
    }
}

/// The days of a week, which begins on Monday (ISO 8601).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its name
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// 0001-01-01, a Monday: each week that there is has all of its days.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31, the last day that ten characters can name.
    pub const MAX: Self = Self(2_932_896);

    /// From days since 1970-01-01; saturates.
    pub const fn from_days(days: i32) -> Self {
        if days < Self::MIN.0 {
            Self::MIN
        } else if days > Self::MAX.0 {
            Self::MAX
        } else {
            Self(days)
        }
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day that a clock shows at an instant when it is so many seconds ahead of UTC (behind it: negative); saturates.
    ///
    /// The offset is that of the very instant. So the length of a day does not matter: the day on which clocks are put forward has
    /// 23 hours, a flight has as many as it has.
    pub fn of(instant: Timestamp, offset_seconds: i32) -> Self {
        let days = instant.seconds().saturating_add(i64::from(offset_seconds)).div_euclid(86_400);
        i32::try_from(days).map_or(if days < 0 { Self::MIN } else { Self::MAX }, Self::from_days)
    }

    /// From a year, a month (1 to 12) and a day of the month, when the calendar has it between [`Day::MIN`] and [`Day::MAX`].
    pub fn from_civil(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9_999).contains(&year) || !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
            return None;
        }
        // Years that begin in March have their leap day, if any, at the end.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let day_of_year = i32::try_from((153 * month + 2) / 5 + day - 1).ok()?;
        let year_of_era = year.rem_euclid(400);
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(year.div_euclid(400) * ERA_DAYS + day_of_era - BEFORE_1970))
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn civil(self) -> (i32, u32, u32) {
        let days = self.0 + BEFORE_1970;
        let day_of_era = days.rem_euclid(ERA_DAYS).unsigned_abs();
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = days.div_euclid(ERA_DAYS) * 400 + year_of_era.cast_signed() + i32::from(month <= 2);
        (year, month, day)
    }

    /// So many days later (earlier: negative); saturates.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self::from_days(self.0.saturating_add(days))
    }

    /// How many days after `earlier` this one is; negative when it is before.
    pub const fn since(self, earlier: Self) -> i32 {
        // Both are within four million of zero.
        self.0 - earlier.0
    }

    /// Which day of the week it is.
    pub const fn weekday(self) -> Weekday {
        match self.days_into_week() {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The Monday of the week that holds this day.
    #[must_use]
    pub const fn week(self) -> Self {
        Self(self.0 - self.days_into_week())
    }

    /// The year and the number (1 to 53) of the week that holds this day (ISO 8601): a week belongs to the year of its Thursday.
    pub fn week_number(self) -> (i32, u32) {
        let thursday = self.0 - self.days_into_week() + 3;
        let (year, ..) = Self(thursday).civil();
        let new_year = Self::from_civil(year, 1, 1).map_or(thursday, Self::days);
        (year, (thursday - new_year).unsigned_abs() / 7 + 1)
    }

    /// 0 on Monday to 6 on Sunday. 1970 began on a Thursday.
    const fn days_into_week(self) -> i32 {
        (self.0 + 3).rem_euclid(7)
    }
}

/// How many days a month has.
const fn days_of_month(year: i32, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = InvalidDay;

    /// Reads `YYYY-MM-DD` and no other form, so that one day has one text.
    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        parse(text).ok_or_else(|| InvalidDay(text.chars().take(80).collect()))
    }
}

fn parse(text: &str) -> Option<Day> {
    let written = |(at, byte): (usize, u8)| {
        if at == 4 || at == 7 {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(written) {
        return None;
    }
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Day::from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

impl TryFrom<String> for Day {
    type Error = InvalidDay;

    fn try_from(text: String) -> Result<Self, InvalidDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests;
