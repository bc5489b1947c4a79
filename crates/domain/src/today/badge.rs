//! Badges: what somebody did once, said again.
//!
//! A badge follows from the deeds and is stored nowhere, so that whoever has the deeds can recompute it. Deeds only grow: a
//! contribution that is taken back was made, a day that is followed by a rest was a day. So nothing expires, and nothing that a
//! person takes back takes a badge along.
//!
//! What is deliberately not here: a badge for spending, for inviting somebody, for sharing in more detail or for longer, for being
//! first or better than others.

use serde::{Deserialize, Serialize};

/// What a person has done so far, ever. The caller counts what was later taken back as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
#[serde(default, deny_unknown_fields)]
pub struct Deeds {
    /// Contributions that a hub accepted.
    pub contributions: u64,
    /// Points that they earned.
    pub points: u64,
    /// Days on which something was accepted, in a row or not.
    pub days: u32,
    /// Days of the longest streak ([`super::Streak::longest`]).
    pub longest_streak: u32,
    /// Kinds of quest of which one was done.
    pub kinds: u32,
    /// Whether they looked at what they share, with whom and until when.
    pub reviewed_consent: bool,
    /// Whether they ever took a grant or a contribution back.
    pub withdrew: bool,
    /// Whether they had the sum of an award computed again.
    pub recomputed: bool,
}

/// The badges there are, the early ones first. Names are stable; the words are in the message catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Badge {
    /// Contributed something.
    FirstContribution,
    /// Looked at what is shared, with whom and until when.
    ReviewedConsent,
    /// Had an award computed again.
    CheckedTheSum,
    /// Earned 100 points.
    HundredPoints,
    /// Did quests of three kinds.
    ThreeKinds,
    /// Took something back: it takes no more than giving it did.
    TookBack,
    /// Contributed ten times.
    TenContributions,
    /// Did something on seven days, in a row or not.
    WeekOfDays,
    /// Had a streak of seven days, with all the pauses that it took.
    StreakOfSeven,
    /// Did quests of six kinds.
    SixKinds,
    /// Earned 1,000 points.
    ThousandPoints,
    /// Did something on thirty days, in a row or not.
    MonthOfDays,
    /// Contributed a hundred times.
    HundredContributions,
}

/// How far a badge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct BadgeStanding {
    /// Which one.
    pub badge: Badge,
    /// How much of it is done, at most `of`.
    pub have: u32,
    /// How much it takes.
    pub of: u32,
    /// Whether all of it is.
    pub earned: bool,
}

impl Badge {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 13] = [
        Self::FirstContribution,
        Self::ReviewedConsent,
        Self::CheckedTheSum,
        Self::HundredPoints,
        Self::ThreeKinds,
        Self::TookBack,
        Self::TenContributions,
        Self::WeekOfDays,
        Self::StreakOfSeven,
        Self::SixKinds,
        Self::ThousandPoints,
        Self::MonthOfDays,
        Self::HundredContributions,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FirstContribution => "first_contribution",
            Self::ReviewedConsent => "reviewed_consent",
            Self::CheckedTheSum => "checked_the_sum",
            Self::HundredPoints => "hundred_points",
            Self::ThreeKinds => "three_kinds",
            Self::TookBack => "took_back",
            Self::TenContributions => "ten_contributions",
            Self::WeekOfDays => "week_of_days",
            Self::StreakOfSeven => "streak_of_seven",
            Self::SixKinds => "six_kinds",
            Self::ThousandPoints => "thousand_points",
            Self::MonthOfDays => "month_of_days",
            Self::HundredContributions => "hundred_contributions",
        }
    }

    /// How far it is by these deeds.
    pub fn standing(self, deeds: &Deeds) -> BadgeStanding {
        let (done, of) = self.rule(deeds);
        let have = u32::try_from(done).unwrap_or(u32::MAX).min(of);
        BadgeStanding {
            badge: self,
            have,
            of,
            earned: have == of,
        }
    }

    /// How far each badge is, in the order of [`Badge::ALL`].
    pub fn standings(deeds: &Deeds) -> Vec<BadgeStanding> {
        Self::ALL.iter().map(|badge| badge.standing(deeds)).collect()
    }

    /// The deed that counts, and how much of it. One deed each: no badge has two sides that could pull against each other.
    fn rule(self, deeds: &Deeds) -> (u64, u32) {
        match self {
            Self::FirstContribution => (deeds.contributions, 1),
            Self::TenContributions => (deeds.contributions, 10),
            Self::HundredContributions => (deeds.contributions, 100),
            Self::HundredPoints => (deeds.points, 100),
            Self::ThousandPoints => (deeds.points, 1_000),
            Self::WeekOfDays => (deeds.days.into(), 7),
            Self::MonthOfDays => (deeds.days.into(), 30),
            Self::StreakOfSeven => (deeds.longest_streak.into(), 7),
            Self::ThreeKinds => (deeds.kinds.into(), 3),
            Self::SixKinds => (deeds.kinds.into(), 6),
            Self::ReviewedConsent => (deeds.reviewed_consent.into(), 1),
            Self::TookBack => (deeds.withdrew.into(), 1),
            Self::CheckedTheSum => (deeds.recomputed.into(), 1),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn earned(deeds: &Deeds) -> BTreeSet<&'static str> {
        Badge::standings(deeds)
            .iter()
            .filter(|standing| standing.earned)
            .map(|standing| standing.badge.name())
            .collect()
    }

    #[test]
    fn who_has_done_nothing_has_no_badge_and_sees_what_each_takes() {
        for standing in Badge::standings(&Deeds::default()) {
            assert!(
                standing.have == 0 && standing.of > 0 && !standing.earned,
                "{}",
                standing.badge.name()
            );
        }
    }

    #[test]
    fn the_first_day_can_bring_several_badges() {
        let first_day = Deeds {
            contributions: 3,
            points: 120,
            days: 1,
            longest_streak: 1,
            kinds: 3,
            reviewed_consent: true,
            recomputed: true,
            ..Deeds::default()
        };
        let expected = [
            "first_contribution",
            "reviewed_consent",
            "checked_the_sum",
            "hundred_points",
            "three_kinds",
        ];
        assert_eq!(earned(&first_day), expected.into());
    }

    #[test]
    fn a_badge_shows_how_far_it_is() {
        let deeds = Deeds {
            points: 250,
            days: 6,
            ..Deeds::default()
        };
        let standing = |badge: Badge| {
            let standing = badge.standing(&deeds);
            (standing.have, standing.of, standing.earned)
        };
        assert_eq!(standing(Badge::WeekOfDays), (6, 7, false));
        assert_eq!(standing(Badge::HundredPoints), (100, 100, true), "no more than all of it");
        assert_eq!(standing(Badge::ThousandPoints), (250, 1_000, false));
    }

    #[test]
    fn each_badge_is_listed_once_under_its_stable_name() {
        let names: BTreeSet<&str> = Badge::ALL.iter().map(|badge| badge.name()).collect();
        assert_eq!(names.len(), Badge::ALL.len());
        for badge in Badge::ALL {
            assert_eq!(serde_json::to_value(badge).unwrap(), badge.name());
        }
    }

    #[test]
    fn deeds_of_an_older_app_can_be_read() {
        let deeds: Deeds = serde_json::from_str(r#"{"contributions":4}"#).unwrap();
        assert_eq!(deeds.contributions, 4);
        assert_eq!(earned(&deeds), ["first_contribution"].into());
    }

    fn some_deeds() -> impl Strategy<Value = Deeds> {
        let counts = (
            prop_oneof![0u64..120, any::<u64>()],
            prop_oneof![0u64..1_200, any::<u64>()],
            0u32..40,
            0u32..12,
            0u32..9,
        );
        (counts, any::<[bool; 3]>()).prop_map(|((contributions, points, days, longest_streak, kinds), flags)| Deeds {
            contributions,
            points,
            days,
            longest_streak,
            kinds,
            reviewed_consent: flags[0],
            withdrew: flags[1],
            recomputed: flags[2],
        })
    }

    proptest! {
        #[test]
        fn withdrawing_takes_no_badge_away(deeds in some_deeds()) {
            let kept = earned(&Deeds { withdrew: false, ..deeds });
            let after = earned(&Deeds { withdrew: true, ..deeds });
            prop_assert!(after.is_superset(&kept));
            prop_assert_eq!(after.difference(&kept).copied().collect::<Vec<_>>(), ["took_back"]);
        }

        #[test]
        fn more_deeds_are_never_fewer_badges(deeds in some_deeds(), more in some_deeds()) {
            let both = Deeds {
                contributions: deeds.contributions.saturating_add(more.contributions),
                points: deeds.points.saturating_add(more.points),
                days: deeds.days + more.days,
                longest_streak: deeds.longest_streak.max(more.longest_streak),
                kinds: deeds.kinds.max(more.kinds),
                reviewed_consent: deeds.reviewed_consent || more.reviewed_consent,
                withdrew: deeds.withdrew || more.withdrew,
                recomputed: deeds.recomputed || more.recomputed,
            };
            prop_assert!(earned(&both).is_superset(&earned(&deeds)));
            for (before, after) in Badge::standings(&deeds).iter().zip(Badge::standings(&both)) {
                prop_assert!(after.have >= before.have);
                prop_assert_eq!(before.earned, before.have == before.of);
            }
        }
    }
}
