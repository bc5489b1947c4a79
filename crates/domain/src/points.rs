//! What a contribution earns, and why: integers only, one pure function for the app and the hub.
//!
//! `points = base x quality x novelty x need`, factors in permille, multiplied exactly, rounded down once at the end, then capped.
//! The floors and caps of the whole system are the constants of this module.

use serde::{Deserialize, Serialize};

use crate::verdict::Permille;

/// A capture below this quality earns nothing: it would teach a model its noise.
pub const QUALITY_FLOOR: Permille = Permille::new(300);
/// The most points that a quest may offer as its base.
pub const BASE_CAP: u32 = 10_000;

/// How much a hub needs this now, in permille: 500 (plenty of it) to 2000 (hardly any); 1000 is the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Need(u16);

impl Need {
    /// Neither more nor less than usual.
    pub const USUAL: Self = Self(1_000);

    /// From permille, bounded to 500..=2000.
    pub const fn new(permille: u16) -> Self {
        Self(if permille < 500 {
            500
        } else if permille > 2_000 {
            2_000
        } else {
            permille
        })
    }

    /// In permille.
    pub const fn permille(self) -> u16 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Need {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let permille = u16::deserialize(deserializer)?;
        if !(500..=2_000).contains(&permille) {
            return Err(serde::de::Error::custom("need is 500 to 2000 permille"));
        }
        Ok(Self(permille))
    }
}

/// Everything that an award depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Points that the quest offers.
    pub base: u32,
    /// How clear the capture is.
    pub quality: Permille,
    /// How much of it the person has not contributed before.
    pub novelty: Permille,
    /// How much the hub needs it, as pinned in the offer.
    pub need: Need,
    /// The most that one contribution to the quest may earn.
    pub cap: u32,
}

/// One line of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Line {
    /// Which part of the formula.
    pub factor: Factor,
    /// Points for the base and the cap, permille for the factors.
    pub value: u32,
    /// What the line adds to the sum, in thousandths of a point.
    pub change: i64,
    /// Why the value is what it is.
    pub reason: LineReason,
}

/// The parts of the formula, in the order in which they apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // each is its name
pub enum Factor {
    Base,
    Quality,
    Novelty,
    Need,
    Cap,
}

/// Why a line has its value; stable codes with a sentence each in the message catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LineReason {
    /// What the quest offers.
    QuestOffer,
    /// Clear throughout.
    Clear,
    /// Some of it is unclear.
    PartlyUnclear,
    /// Below [`QUALITY_FLOOR`].
    TooUnclear,
    /// Nothing like it from this person before.
    AllNew,
    /// Some of it was contributed before.
    PartlyRepeated,
    /// All of it was contributed before.
    AllRepeated,
    /// The usual need.
    NeedUsual,
    /// More needed than usual.
    NeedHigh,
    /// Less needed than usual.
    NeedLow,
    /// More than the quest pays for one contribution.
    QuestCap,
}

/// The points of one contribution, with the lines that sum to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Award {
    /// Whole points.
    pub points: u32,
    /// Base, quality, novelty, need, and the cap when it applies. Their changes sum to `points` and the part of a point that
    /// rounding down drops.
    pub lines: Vec<Line>,
}

/// What a contribution earns, and why.
///
/// Pure: the app and the hub call it with the same facts and must agree to the point.
pub fn award(facts: &Facts) -> Award {
    let base = facts.base.min(BASE_CAP);
    let (quality, quality_reason) = match facts.quality {
        quality if quality < QUALITY_FLOOR => (Permille::ZERO, LineReason::TooUnclear),
        quality if quality < Permille::new(950) => (quality, LineReason::PartlyUnclear),
        quality => (quality, LineReason::Clear),
    };
    let novelty_reason = match facts.novelty {
        Permille::ONE => LineReason::AllNew,
        Permille::ZERO => LineReason::AllRepeated,
        _ => LineReason::PartlyRepeated,
    };
    let need_reason = match facts.need.cmp(&Need::USUAL) {
        std::cmp::Ordering::Less => LineReason::NeedLow,
        std::cmp::Ordering::Equal => LineReason::NeedUsual,
        std::cmp::Ordering::Greater => LineReason::NeedHigh,
    };
    let factors = [
        (Factor::Quality, quality.thousandths(), quality_reason),
        (Factor::Novelty, facts.novelty.thousandths(), novelty_reason),
        (Factor::Need, facts.need.permille(), need_reason),
    ];

    // Exact so far: at most 10^4 * 10^3 * 10^3 * 2*10^3 in units of 10^-9 points.
    let mut scaled = u64::from(base) * 1_000_000_000;
    let mut lines = vec![Line {
        factor: Factor::Base,
        value: base,
        change: millipoints(scaled),
        reason: LineReason::QuestOffer,
    }];
    for (factor, permille, reason) in factors {
        let after = scaled / 1_000 * u64::from(permille);
        lines.push(Line {
            factor,
            value: u32::from(permille),
            change: millipoints(after) - millipoints(scaled),
            reason,
        });
        scaled = after;
    }
    let mut points = u32::try_from(scaled / 1_000_000_000).unwrap_or(u32::MAX);
    if points > facts.cap {
        let change = i64::from(facts.cap) * 1_000 - millipoints(scaled);
        lines.push(Line {
            factor: Factor::Cap,
            value: facts.cap,
            change,
            reason: LineReason::QuestCap,
        });
        points = facts.cap;
    }
    Award { points, lines }
}

/// Billionths of a point as whole thousandths, rounded down.
fn millipoints(billionths: u64) -> i64 {
    i64::try_from(billionths / 1_000_000).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts() -> impl Strategy<Value = Facts> {
        (0u32..20_000, 0u16..=1_000, 0u16..=1_000, 500u16..=2_000, 0u32..20_000).prop_map(|(base, quality, novelty, need, cap)| {
            Facts {
                base,
                quality: Permille::new(quality),
                novelty: Permille::new(novelty),
                need: Need::new(need),
                cap,
            }
        })
    }

    #[test]
    fn the_lines_tell_the_sum() {
        let award = award(&Facts {
            base: 40,
            quality: Permille::new(930),
            novelty: Permille::ONE,
            need: Need::new(1_250),
            cap: 100,
        });
        assert_eq!(award.points, 46);
        let changes: Vec<i64> = award.lines.iter().map(|line| line.change).collect();
        assert_eq!(changes, [40_000, -2_800, 0, 9_300], "46.5, rounded down once");
        insta::assert_json_snapshot!(award);
    }

    #[test]
    fn a_capture_below_the_floor_or_seen_before_earns_nothing() {
        let clear = Facts {
            base: 40,
            quality: Permille::ONE,
            novelty: Permille::ONE,
            need: Need::USUAL,
            cap: 100,
        };
        assert_eq!(award(&clear).points, 40);
        assert_eq!(
            award(&Facts {
                quality: Permille::new(299),
                ..clear
            })
            .points,
            0
        );
        assert_eq!(
            award(&Facts {
                novelty: Permille::ZERO,
                ..clear
            })
            .points,
            0
        );
    }

    proptest! {
        #[test]
        fn the_exact_product_is_rounded_down_once(facts in facts()) {
            let quality = if facts.quality < QUALITY_FLOOR { 0 } else { u128::from(facts.quality.thousandths()) };
            let exact = u128::from(facts.base.min(BASE_CAP)) * quality * u128::from(facts.novelty.thousandths()) * u128::from(facts.need.permille());
            let expected = u32::try_from(exact / 1_000_000_000).unwrap_or(u32::MAX).min(facts.cap);
            prop_assert_eq!(award(&facts).points, expected);
        }

        #[test]
        fn more_of_anything_never_earns_less(facts in facts(), base in 0u32..500, quality in 0u16..500, novelty in 0u16..500, need in 0u16..500, cap in 0u32..500) {
            let better = Facts {
                base: facts.base + base,
                quality: Permille::new(facts.quality.thousandths() + quality),
                novelty: Permille::new(facts.novelty.thousandths() + novelty),
                need: Need::new(facts.need.permille() + need),
                cap: facts.cap + cap,
            };
            prop_assert!(award(&better).points >= award(&facts).points);
        }

        #[test]
        fn an_award_is_pure_and_capped_and_its_lines_sum_to_it(facts in facts()) {
            let first = award(&facts);
            prop_assert_eq!(&first, &award(&facts));
            prop_assert!(first.points <= facts.cap);
            let sum: i64 = first.lines.iter().map(|line| line.change).sum();
            prop_assert_eq!(sum.div_euclid(1_000), i64::from(first.points));
        }
    }
}
