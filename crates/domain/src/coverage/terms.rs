//! What a hub settles before it publishes a map, and the weeks that it publishes by.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Cell, Resolution};

/// The least `k`: of two people, each would know of the other.
pub const LEAST_K: u32 = 3;
/// An epoch of some days would tell a day.
const EPOCH_DAYS: std::ops::RangeInclusive<u16> = 7..=91;
/// The longest that a half-life may be, in days: ten years.
const LONGEST_HALF_LIFE: u16 = 3_650;
/// The most that a cell's threshold is above `k`. A quarter of all cells has each of 0 to 3.
const MOST_EXTRA: u8 = 3;

/// The terms of a map, published with it.
///
/// All epochs that a map remembers are counted anew under the terms of the day. Other terms over the same weeks are a second look at
/// them, and the two can be subtracted: change them seldom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "Told", into = "Told")]
pub struct Terms {
    k: u32,
    resolution: Resolution,
    epoch_days: u16,
    half_life_days: u16,
}

/// Terms as they are told.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    k: u32,
    resolution: Resolution,
    epoch_days: u16,
    half_life_days: u16,
}

/// Terms under which no map should be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermsError {
    /// Too few people to hide one.
    #[error("a cell is shown from at least {LEAST_K} people up: of two, each would know of the other")]
    TooFewPeople,
    /// Cells as small as a house.
    #[error("cells finer than resolution 9 are as small as a house")]
    TooFine,
    /// Epochs that tell a day, or that are over too seldom.
    #[error("an epoch takes 7 to 91 days: a shorter one would tell the day on which somebody was there")]
    Epoch,
    /// No time, or too long.
    #[error("coverage is half as fresh after one epoch or longer, and within ten years")]
    HalfLife,
}

impl TermsError {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooFewPeople => "coverage_too_few_people",
            Self::TooFine => "coverage_too_fine",
            Self::Epoch => "coverage_epoch",
            Self::HalfLife => "coverage_half_life",
        }
    }
}

impl Default for Terms {
    /// From 5 people up, cells of 5 km2, weeks, half as fresh after two of them.
    fn default() -> Self {
        Self {
            k: 5,
            resolution: Resolution::SENT,
            epoch_days: 7,
            half_life_days: 14,
        }
    }
}

impl Terms {
    /// A cell is shown from `k` people up, in cells of `resolution`, counted by epochs of so many days, half as fresh after so many.
    ///
    /// # Errors
    /// [`TermsError`] names what would tell too much, or make no sense.
    pub fn new(k: u32, resolution: Resolution, epoch_days: u16, half_life_days: u16) -> Result<Self, TermsError> {
        if k < LEAST_K {
            Err(TermsError::TooFewPeople)
        } else if resolution > Resolution::FINEST_PUBLISHED {
            Err(TermsError::TooFine)
        } else if !EPOCH_DAYS.contains(&epoch_days) {
            Err(TermsError::Epoch)
        } else if !(epoch_days..=LONGEST_HALF_LIFE).contains(&half_life_days) {
            Err(TermsError::HalfLife)
        } else {
            Ok(Self {
                k,
                resolution,
                epoch_days,
                half_life_days,
            })
        }
    }

    /// From how many people up a cell can be shown.
    pub const fn k(self) -> u32 {
        self.k
    }

    /// In what cells.
    pub const fn resolution(self) -> Resolution {
        self.resolution
    }

    /// How many days are counted together.
    pub const fn epoch_days(self) -> u16 {
        self.epoch_days
    }

    /// After how many days coverage is half as fresh.
    pub const fn half_life_days(self) -> u16 {
        self.half_life_days
    }

    /// The epoch of a day, which is told in days since 1970 (UTC).
    pub(super) fn epoch_of(self, day: i32) -> Epoch {
        Epoch(day.div_euclid(i32::from(self.epoch_days)))
    }

    /// The newest epoch that is over on this day (UTC, since 1970).
    ///
    /// Contributions that reach the hub later than this change what later maps say of the epoch. Where many come late, give it the
    /// day before yesterday.
    pub fn last_over(self, today: i32) -> Epoch {
        Epoch(self.epoch_of(today).0.saturating_sub(1))
    }

    /// The first day of an epoch, in days since 1970 (UTC).
    pub fn first_day(self, epoch: Epoch) -> i32 {
        epoch.0.saturating_mul(i32::from(self.epoch_days))
    }
}

impl TryFrom<Told> for Terms {
    type Error = TermsError;

    fn try_from(told: Told) -> Result<Self, TermsError> {
        Self::new(told.k, told.resolution, told.epoch_days, told.half_life_days)
    }
}

impl From<Terms> for Told {
    fn from(terms: Terms) -> Self {
        Self {
            k: terms.k,
            resolution: terms.resolution,
            epoch_days: terms.epoch_days,
            half_life_days: terms.half_life_days,
        }
    }
}

/// Days that are counted together, numbered from 1970. Of a day only [`Terms::last_over`] makes one, so that no map is made of an
/// epoch that is not over: watching it would tell the day or the hour of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Epoch(i32);

impl Epoch {
    /// Its number.
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// The hub's secret for its map. It is wiped when it is dropped, and prints as `***`.
///
/// The same for as long as the map is published: under another key other cells pass their thresholds with the same people, and two
/// such maps say more than one.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MapKey([u8; 32]);

impl MapKey {
    /// From 32 random bytes, given by the caller.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for MapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MapKey(***)")
    }
}

/// All that a map depends on beside the sightings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What everybody may know.
    pub terms: Terms,
    /// What only the hub knows.
    pub key: MapKey,
}

impl Policy {
    /// How many people beyond `k` it takes to show a cell: 0 to 3, by the key (BLAKE3, keyed).
    ///
    /// Without it, whoever owns `k - 1` accounts in a cell would see it appear when exactly one more person comes. It is the same in
    /// all epochs: drawn anew for each, a person who comes every week would be seen by four accounts sooner or later.
    pub(super) fn extra(&self, cell: Cell) -> u8 {
        let mut hasher = blake3::Hasher::new_keyed(&self.key.0);
        hasher.update(b"earnest coverage threshold 1\0");
        let drawn = hasher.update(&u64::from(cell).to_le_bytes()).finalize();
        drawn.as_bytes()[0] % (MOST_EXTRA + 1)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn terms_that_tell_too_much_are_refused_wherever_they_come_from() {
        let seven = Resolution::SENT;
        assert_eq!(Terms::new(5, seven, 7, 14), Ok(Terms::default()));
        assert_eq!(Terms::new(2, seven, 7, 14), Err(TermsError::TooFewPeople));
        assert_eq!(Terms::new(5, Resolution::new(10).unwrap(), 7, 14), Err(TermsError::TooFine));
        assert_eq!(Terms::new(5, seven, 1, 14), Err(TermsError::Epoch));
        assert_eq!(Terms::new(5, seven, 7, 6), Err(TermsError::HalfLife));
        let told = serde_json::to_string(&Terms::default()).unwrap();
        assert_eq!(told, r#"{"k":5,"resolution":7,"epoch_days":7,"half_life_days":14}"#);
        assert_eq!(serde_json::from_str::<Terms>(&told).unwrap(), Terms::default());
        let bold = serde_json::from_str::<Terms>(&told.replace(":5", ":1"))
            .unwrap_err()
            .to_string();
        assert!(bold.contains("from at least 3 people up"), "{bold}");
        assert_eq!(TermsError::TooFine.code(), "coverage_too_fine");
    }

    #[test]
    fn the_week_that_is_not_over_is_no_epoch_yet() {
        let terms = Terms::default();
        assert_eq!(terms.last_over(13).number(), 0);
        assert_eq!(terms.last_over(14).number(), 1, "day 13 was the last of its week");
        assert_eq!(terms.last_over(0).number(), -1);
        assert_eq!(terms.first_day(terms.last_over(14)), 7);
        assert!(terms.first_day(terms.last_over(i32::MIN)) <= terms.first_day(terms.last_over(i32::MAX)));
    }

    #[test]
    fn a_threshold_is_drawn_with_the_secret_and_stays() {
        let country: h3o::CellIndex = "821127fffffffff".parse().unwrap();
        let children = country.children(h3o::Resolution::Six).take(2_000);
        let cells: Vec<Cell> = children.map(|cell| Cell::try_from(u64::from(cell)).unwrap()).collect();
        let policy = |byte| Policy {
            terms: Terms::default(),
            key: MapKey::new([byte; 32]),
        };
        let (one, other) = (policy(1), policy(2));
        assert!(cells.iter().all(|cell| one.extra(*cell) == one.clone().extra(*cell)));
        let same = cells.iter().filter(|cell| one.extra(**cell) == other.extra(**cell)).count();
        assert!(
            (400..600).contains(&same),
            "under another key only a quarter is the same: {same}"
        );
        for extra in 0..=MOST_EXTRA {
            let so_many = cells.iter().filter(|cell| one.extra(**cell) == extra).count();
            assert!((400..600).contains(&so_many), "{extra}: {so_many}");
        }
        assert_eq!(format!("{:?}", one.key), "MapKey(***)");
        assert!(!format!("{one:?}").contains("1, 1"));
    }
}
