//! A week in numbers, for the person, who may show others what they pick of it.
//!
//! It says what the lines say and nothing else: no place, no hour, no reading, nobody else's numbers. What would only discourage is
//! left out, a week with less than the one before first of all.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::Day;

/// Something that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct RecapLine {
    /// The person's day on which it was.
    pub day: Day,
    /// What the quest's card said.
    pub title: String,
    /// What it earned.
    pub points: u32,
    /// How much it was.
    pub amount: Amount,
}

/// How much was contributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Amount {
    /// So long a stretch of time.
    Seconds(u32),
    /// So many photos, recordings, texts or answers.
    Pieces(u32),
}

/// What there is to tell of a week. Each item stands for itself: the person may show one and keep another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Recap {
    /// The Monday on which the week begins.
    pub week: Day,
    /// What there is to tell, the sums first. Empty when there was nothing: a week of rest is not told.
    pub items: Vec<RecapItem>,
}

/// One thing to tell of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case", tag = "item")]
#[non_exhaustive]
pub enum RecapItem {
    /// Something was done on so many days.
    Days {
        /// 1 to 7.
        days: u32,
    },
    /// So many quests were done.
    Quests {
        /// A quest that was done twice counts twice.
        quests: u32,
    },
    /// So many points were earned.
    Points {
        /// Their sum.
        points: u64,
    },
    /// So much time was contributed.
    Minutes {
        /// Whole minutes of the sum.
        minutes: u64,
    },
    /// So many photos, recordings, texts or answers were contributed.
    Pieces {
        /// Their sum.
        pieces: u64,
    },
    /// The day with the most points, where there were several days.
    BestDay {
        /// The first such day.
        day: Day,
        /// What it earned.
        points: u64,
    },
    /// More points than in the week before, in which there were some too.
    MorePoints {
        /// How many more.
        points: u64,
    },
    /// A quest was done.
    Quest {
        /// What its card said.
        title: String,
        /// How often.
        times: u32,
    },
}

impl Recap {
    /// The week that holds `day`, from lines in any order and of any weeks; those of this week and the one before count.
    pub fn of(day: Day, lines: &[RecapLine]) -> Self {
        let week = day.week();
        let mut by_day: BTreeMap<Day, u64> = BTreeMap::new();
        let mut by_title: BTreeMap<&str, u32> = BTreeMap::new();
        let (mut quests, mut seconds, mut pieces) = (0u32, 0u64, 0u64);
        let mut before = 0u64;
        for line in lines {
            // Counted from this Monday, not by the numbers of weeks: those begin anew with a year.
            match line.day.since(week) {
                0..=6 => {
                    let points = by_day.entry(line.day).or_default();
                    *points = points.saturating_add(line.points.into());
                    let times = by_title.entry(&line.title).or_default();
                    *times = times.saturating_add(1);
                    quests = quests.saturating_add(1);
                    match line.amount {
                        Amount::Seconds(more) => seconds = seconds.saturating_add(more.into()),
                        Amount::Pieces(more) => pieces = pieces.saturating_add(more.into()),
                    }
                }
                -7..=-1 => before = before.saturating_add(line.points.into()),
                _ => {}
            }
        }
        let days = u32::try_from(by_day.len()).unwrap_or(7);
        let points = by_day.values().fold(0u64, |sum, &points| sum.saturating_add(points));
        let best = by_day.iter().max_by_key(|&(&day, &points)| (points, Reverse(day)));

        // What is nothing is not told.
        let mut items: Vec<RecapItem> = [
            (days > 0).then_some(RecapItem::Days { days }),
            (quests > 0).then_some(RecapItem::Quests { quests }),
            (points > 0).then_some(RecapItem::Points { points }),
            (seconds >= 60).then_some(RecapItem::Minutes { minutes: seconds / 60 }),
            (pieces > 0).then_some(RecapItem::Pieces { pieces }),
            best.filter(|&(_, &points)| days > 1 && points > 0)
                .map(|(&day, &points)| RecapItem::BestDay { day, points }),
            (before > 0 && points > before).then(|| RecapItem::MorePoints { points: points - before }),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut titles: Vec<(&str, u32)> = by_title.into_iter().collect();
        // The most done first; what was done equally often stays in the order of the alphabet.
        titles.sort_by_key(|&(_, times)| Reverse(times));
        items.extend(titles.into_iter().map(|(title, times)| RecapItem::Quest {
            title: title.to_owned(),
            times,
        }));
        Self { week, items }
    }
}

#[cfg(test)]
mod tests;
