//! How long someone stayed where, in the hours of home and of work; and what is kept of it for later captures.

use std::collections::BTreeMap;

use earnest_domain::time::{Span, Timestamp};
use h3o::CellIndex;

use super::{KEPT, Limits, cell};
use crate::capture::{Fix, Place};

const HOUR: i64 = 3_600_000_000;

/// Minutes in one cell on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stay {
    pub(super) cell: CellIndex,
    /// Days since 1970, local; the hours after midnight count to the evening before.
    pub(super) day: i32,
    pub(super) home: u16,
    pub(super) work: u16,
}

/// The stays of a capture. Local time is the device's where it is told, and the sun's otherwise.
pub(super) fn of(place: &Place, limits: &Limits) -> Vec<Stay> {
    let mut seconds: BTreeMap<(CellIndex, i64), (f64, f64)> = BTreeMap::new();
    for pair in place.fixes().windows(2) {
        let (from, to) = (&pair[0], &pair[1]);
        let Some(cell) = cell(from, KEPT) else { continue };
        if !has_stayed(from, to, limits) {
            continue;
        }
        let ahead = ahead(from, place.utc_offset());
        let mut begin = from.time.plus(ahead);
        let end = to.time.plus(ahead);
        while begin < end {
            let next = begin.hour().plus(Span::from_micros(HOUR)).min(end);
            let (day, home, work) = hours(begin, limits);
            #[allow(clippy::cast_precision_loss)] // microseconds of an hour
            let lasted = next.since(begin).micros() as f64 / 1e6;
            let stay = seconds.entry((cell, day)).or_default();
            stay.0 += if home { lasted } else { 0.0 };
            stay.1 += if work { lasted } else { 0.0 };
            begin = next;
        }
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most a day's minutes
    let minutes = |seconds: f64| (seconds / 60.0).round().clamp(0.0, 1_440.0) as u16;
    let stays = seconds.into_iter().map(|((cell, day), (home, work))| Stay {
        cell,
        day: i32::try_from(day).unwrap_or(i32::MAX),
        home: minutes(home),
        work: minutes(work),
    });
    stays.filter(|stay| stay.home > 0 || stay.work > 0).collect()
}

fn has_stayed(from: &Fix, to: &Fix, limits: &Limits) -> bool {
    // A circle of kilometres would make a train ride a stay.
    let circles = (from.accuracy.unwrap_or(0.0) + to.accuracy.unwrap_or(0.0)).min(limits.stayed_m);
    from.seconds_to(to) <= limits.longest_silence_h * 3_600.0 && from.metres_to(to) <= limits.stayed_m + circles
}

/// How far local time is ahead of UTC.
fn ahead(fix: &Fix, utc_offset: Option<i32>) -> Span {
    #[allow(clippy::cast_possible_truncation)] // at most half a day
    let sun = (fix.longitude / 15.0 * 3_600.0) as i64;
    Span::from_seconds(utc_offset.map_or(sun, |minutes| i64::from(minutes) * 60))
}

/// The day, and whether an instant is in the hours of home, and of work.
fn hours(local: Timestamp, limits: &Limits) -> (i64, bool, bool) {
    let whole = local.micros().div_euclid(HOUR);
    let (day, hour) = (whole.div_euclid(24), whole.rem_euclid(24));
    let after_midnight = hour < limits.home_to_h;
    // 1970 began on a Thursday.
    let is_weekday = (day + 3).rem_euclid(7) < 5;
    (
        if after_midnight { day - 1 } else { day },
        after_midnight || hour >= limits.home_from_h,
        is_weekday && (limits.work_from_h..limits.work_to_h).contains(&hour),
    )
}

/// What is kept of a capture: the cells where the most time was spent, by day. It stays in the vault.
const MOST_KEPT: usize = 32;
const VERSION: u8 = 1;
const BYTES: usize = 16;

pub(super) fn trace(stays: &[Stay]) -> Vec<u8> {
    let mut longest: Vec<&Stay> = stays.iter().filter(|stay| stay.home >= 5 || stay.work >= 5).collect();
    longest.sort_by_key(|stay| std::cmp::Reverse(stay.home.max(stay.work)));
    let mut bytes = vec![VERSION];
    for stay in longest.into_iter().take(MOST_KEPT) {
        bytes.extend(u64::from(stay.cell).to_le_bytes());
        bytes.extend(stay.day.to_le_bytes());
        bytes.extend(stay.home.to_le_bytes());
        bytes.extend(stay.work.to_le_bytes());
    }
    bytes
}

/// The stays of a trace; none of one that cannot be read.
pub(super) fn from_trace(bytes: &[u8]) -> Vec<Stay> {
    let Some((&VERSION, kept)) = bytes.split_first() else {
        return Vec::new();
    };
    let stay = |bytes: &[u8]| {
        let (cell, rest) = bytes.split_first_chunk::<8>()?;
        let (day, rest) = rest.split_first_chunk::<4>()?;
        let (home, rest) = rest.split_first_chunk::<2>()?;
        let (work, _) = rest.split_first_chunk::<2>()?;
        Some(Stay {
            cell: CellIndex::try_from(u64::from_le_bytes(*cell))
                .ok()
                .filter(|cell| cell.resolution() == KEPT)?,
            day: i32::from_le_bytes(*day),
            home: u16::from_le_bytes(*home),
            work: u16::from_le_bytes(*work),
        })
    };
    kept.chunks_exact(BYTES).take(MOST_KEPT).filter_map(stay).collect()
}
