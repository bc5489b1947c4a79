//! Streaks that pause and do not break.
//!
//! The rules:
//! 1. A streak counts the days on which something was accepted; a day counts once, however much was done on it.
//! 2. Today, not done yet, lowers nothing.
//! 3. A declared [`Pause`] of any length (illness, a holiday, an outage that was no fault of the person's) costs nothing and counts
//!    nothing; what was done in it counts.
//! 4. Up to [`GRACE_DAYS`] days in a row that are neither done nor declared pause the streak: the count stays and goes on. Declared
//!    days in between do not begin that count anew, nor do they add to it.
//! 5. After more of them a new streak begins. The longest stays.
//! 6. A date that the person never had (westwards over the date line) is one day of the grace, and none when it was declared
//!    ([`PauseReason::DateLine`]); one that came twice (eastwards) is one date and counts once.
//! 7. No clock is trusted to be right. What was done on a day that lies ahead of today counts as what it was: if the clock was put
//!    back, nothing is lost; if it was ahead for a while, those days stay a streak of their own beside the person's, and the longer
//!    of the two is told.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Day;

/// So many days in a row without anything, and not declared, only pause a streak.
pub const GRACE_DAYS: u32 = 7;

/// Days that a person, or their app, declared as no part of the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Its first day.
    pub from: Day,
    /// Its last day; absent while nobody knows. Before [`Pause::from`] it is a pause of no day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<Day>,
    /// Why.
    pub reason: PauseReason,
}

/// Why a streak rests. All count the same: nobody has to be ill to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PauseReason {
    /// The person was not well.
    Illness,
    /// The person rested, or was away.
    Holiday,
    /// The hub or the app did not work.
    Outage,
    /// The date never was, where the person was.
    DateLine,
}

/// How many days a person has kept going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Streak {
    /// Days of the streak that can still be gone on with.
    pub days: u32,
    /// Days of the longest there was; never below `days`.
    pub longest: u32,
    /// How it stands today.
    pub state: StreakState,
    /// Whether something was accepted today.
    pub done_today: bool,
}

/// How a streak stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StreakState {
    /// Nothing was missed since the last day on which something was done.
    Going,
    /// Days were missed, or today is declared; the count is kept.
    Paused {
        /// Undeclared days on which the streak can still be gone on with, today among them unless it is declared; 1 is the last one.
        until_fresh: u32,
    },
    /// The next day on which something is done is the first of a new streak.
    Fresh,
}

impl Streak {
    /// The streak of these days, seen from `today`.
    pub fn of(done: &BTreeSet<Day>, pauses: &[Pause], today: Day) -> Self {
        let declared = Declared::of(pauses);
        let done_today = done.contains(&today);
        let missed = done.range(..=today).next_back().map(|&last| declared.missed(last, today));
        // Whether the streak that holds the last day so far can be gone on with today.
        let alive = missed.is_some_and(|missed| missed <= GRACE_DAYS);

        let (mut days, mut longest) = (0, 0);
        let mut run = 0;
        let mut days_left = done.iter().copied().peekable();
        while let Some(day) = days_left.next() {
            run += 1;
            let next = days_left.peek().copied();
            if next.is_some_and(|next| declared.missed(day, next) <= GRACE_DAYS) {
                continue;
            }
            // `day` is the last of a streak.
            longest = longest.max(run);
            let holds_last_so_far = day >= today || next.is_none_or(|next| next > today);
            if day > today || (alive && holds_last_so_far) {
                days = days.max(run);
            }
            run = 0;
        }

        let state = match missed {
            _ if done_today => StreakState::Going,
            Some(missed) if alive && (missed > 0 || declared.holds(today)) => StreakState::Paused {
                until_fresh: GRACE_DAYS - missed + 1,
            },
            // Alive, or kept by days that lie ahead of a clock that was put back.
            _ if days > 0 => StreakState::Going,
            _ => StreakState::Fresh,
        };
        Self {
            days,
            longest,
            state,
            done_today,
        }
    }
}

/// The declared days as ranges in order that do not touch, first and last day included.
struct Declared(Vec<(Day, Day)>);

impl Declared {
    fn of(pauses: &[Pause]) -> Self {
        let mut ranges: Vec<(Day, Day)> = pauses
            .iter()
            .map(|pause| (pause.from, pause.until.unwrap_or(Day::MAX)))
            .filter(|(from, until)| from <= until)
            .collect();
        ranges.sort_unstable();
        let mut merged: Vec<(Day, Day)> = Vec::with_capacity(ranges.len());
        for (from, until) in ranges {
            match merged.last_mut() {
                Some(last) if from <= last.1.plus(1) => last.1 = last.1.max(until),
                _ => merged.push((from, until)),
            }
        }
        Self(merged)
    }

    fn holds(&self, day: Day) -> bool {
        self.0.iter().any(|&(from, until)| (from..=until).contains(&day))
    }

    /// How many days between two, neither of them included, were not declared; zero when they are the wrong way round.
    fn missed(&self, earlier: Day, later: Day) -> u32 {
        let between = later.since(earlier).saturating_sub(1).max(0).unsigned_abs();
        if between == 0 {
            return 0;
        }
        let (first, last) = (earlier.plus(1), later.plus(-1));
        let from = self.0.partition_point(|&(_, until)| until < first);
        let declared: u32 = self.0[from..]
            .iter()
            .take_while(|&&(from, _)| from <= last)
            .map(|&(from, until)| until.min(last).since(from.max(first)).unsigned_abs() + 1)
            .sum();
        between.saturating_sub(declared)
    }
}

#[cfg(test)]
mod tests;
