//! Which quests are worth doing today: the same on each device of a person, without asking anybody.
//!
//! Each quest gets a number that depends on the person, the day and the quest alone; the smallest numbers are shown. That is
//! rendezvous hashing (D. G. Thaler and C. V. Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Transactions
//! on Networking 6(1), 1998). A quest that comes or goes therefore changes no other's number, nor the order of any two: it moves
//! at most one other in or out.
//!
//! **It comes round.** Independent draws would leave out some quest for months. So a quest's draws are spread over a cycle of
//! [`CYCLE_DAYS`] days: on each day of it the draw falls into another of as many equal parts of the range, in an order that is the
//! quest's own. In each cycle every quest has one day on which it draws from the smallest part, one from the next, and so on; seen
//! alone, each draw is still even over the whole range. On its two best days a need below the usual does not hold a quest back.
//!
//! That is short of a certainty, which cannot be had together with the order: a rule that counts who was shown already moves all
//! others whenever the hub's list changes, and one that looks at each quest alone cannot keep too many from having their best days
//! together. The order was kept. A test counts what it costs, with 40 quests, 6 places and 60 days, for 2,000 people: of these
//! 80,000 none is missed when the quests are of 1, 3 or 8 even groups; 21 are when half of the quests share one group, which has a
//! third of the places, and 252 when three quarters do.
//!
//! **Weights.** A draw `v` out of 2^64 is divided by the weight; the smallest `v / w` comes first. The exact rule (P. S. Efraimidis
//! and P. G. Spirakis, "Weighted random sampling with a reservoir", Information Processing Letters 97(5), 2006) is the smallest
//! `-ln(1 - v) / w` for `v` between 0 and 1, which takes a logarithm. Where quests are many the small draws alone are shown, and for
//! those the two are the same to first order (`-ln(1 - v) = v + v^2/2 + ...`): what is needed twice as much is shown about twice as
//! often. Where nearly all are shown, the heavier leads more often than it should (of two with weights 2 and 1 three times in four
//! rather than two in three). Whole numbers round in one way on every processor.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};

use super::Day;
use crate::{identity::PersonId, points::Need, slug::Slug};

/// Days in which each quest has one best day: a prime, so that any step walks through all of them, and so few that any two months
/// hold a whole cycle.
pub const CYCLE_DAYS: u32 = 29;

/// On so many days of a cycle, those of its smallest draws, a quest that is needed less than usual counts as one that is not.
const BEST_DAYS: u64 = 2;

/// Separates these hashes from all others; its date belongs to the order, which must not change for a person from one version to
/// the next.
const CONTEXT: &str = "earnest 2026-11-24 quests of a day v1";

/// A quest that could be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate<'a, G> {
    /// Its name in records.
    pub id: &'a Slug,
    /// Of two with one name the higher version counts. The order does not depend on it: a corrected text moves nothing.
    pub version: u32,
    /// Whether this person can do it now.
    pub open: bool,
    /// How much it is needed.
    pub weight: Need,
    /// What it has in common with others that should not fill a day.
    pub group: G,
}

/// What a person said of quests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
#[serde(default, deny_unknown_fields)]
pub struct Taste {
    /// Always shown while open, first, in this order.
    pub pinned: Vec<Slug>,
    /// Not shown before that day, pinned or not.
    pub snoozed: BTreeMap<Slug, Day>,
    /// Never shown, pinned or not.
    pub never: BTreeSet<Slug>,
}

impl Taste {
    /// Whether a quest may be shown on a day.
    pub fn allows(&self, quest: &Slug, day: Day) -> bool {
        !self.never.contains(quest) && self.snoozed.get(quest).is_none_or(|&until| until <= day)
    }
}

/// The quests that a person is shown on a day, in the order in which they are shown.
///
/// The pinned ones come first and are all there, be there fewer places. The others fill the places that are left by the order of the
/// day (see the module's words). No group has more than a third of the places, rounded up, while others have something to fill them
/// with; then the groups grow evenly, one quest each at a time.
pub fn choose<'a, G: Ord>(person: &PersonId, day: Day, quests: &[Candidate<'a, G>], taste: &Taste, places: usize) -> Vec<&'a Slug> {
    let mut offered: BTreeMap<&Slug, &Candidate<'a, G>> = BTreeMap::new();
    for quest in quests {
        let kept = offered.entry(quest.id).or_insert(quest);
        // Two of one name and version should be equal; were they not, the order of the list must still not matter.
        if sort_key(quest) > sort_key(kept) {
            *kept = quest;
        }
    }
    offered.retain(|_, quest| quest.open && taste.allows(quest.id, day));

    let mut in_group: BTreeMap<&G, usize> = BTreeMap::new();
    let mut shown: Vec<&'a Slug> = Vec::new();
    for pinned in &taste.pinned {
        if let Some(quest) = offered.remove(pinned) {
            *in_group.entry(&quest.group).or_default() += 1;
            shown.push(quest.id);
        }
    }

    let draw = Draw::new(person, day);
    let mut others: Vec<(u128, &Candidate<'a, G>)> = offered
        .into_values()
        .map(|quest| (draw.of(quest.id, quest.weight), quest))
        .collect();
    // By name where two draws are equal, so that the order is one on every machine.
    others.sort_unstable_by_key(|&(drawn, quest)| (drawn, quest.id));

    // The place of a quest in its own group says how far beyond the group's share it is; all within their share come before the
    // first beyond it.
    let share = places.div_ceil(3);
    let mut by_share: Vec<(usize, usize, &'a Slug)> = others
        .into_iter()
        .enumerate()
        .map(|(order, (_, quest))| {
            let before = in_group.entry(&quest.group).or_default();
            *before += 1;
            (before.saturating_sub(share), order, quest.id)
        })
        .collect();
    by_share.sort_unstable();
    by_share.truncate(places.saturating_sub(shown.len()));
    by_share.sort_unstable_by_key(|&(_, order, _)| order);
    shown.extend(by_share.into_iter().map(|(.., id)| id));
    shown
}

/// What decides between two quests of one name, whatever order they came in.
fn sort_key<'a, G: Ord>(quest: &'a Candidate<'_, G>) -> (u32, bool, Reverse<Need>, &'a G) {
    (quest.version, quest.open, Reverse(quest.weight), &quest.group)
}

/// The numbers of a person's day.
struct Draw {
    /// Keys the order of parts of each quest over the cycle.
    cycle: [u8; 32],
    /// Keys where in its part a quest's draw falls.
    day: [u8; 32],
    /// Days since the cycle began.
    into_cycle: u64,
}

impl Draw {
    fn new(person: &PersonId, day: Day) -> Self {
        let cycle_days = CYCLE_DAYS.cast_signed();
        let key = |what: &[u8; 4], number: i32| {
            let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
            hasher.update(person.bytes()).update(what).update(&number.to_le_bytes());
            *hasher.finalize().as_bytes()
        };
        Self {
            cycle: key(b"part", day.days().div_euclid(cycle_days)),
            day: key(b"fine", day.days()),
            into_cycle: u64::from(day.days().rem_euclid(cycle_days).unsigned_abs()),
        }
    }

    /// A quest's number: `v / w`, where `v` is one of 2^64 and `w` its weight; the smallest comes first.
    fn of(&self, quest: &Slug, weight: Need) -> u128 {
        let parts = u64::from(CYCLE_DAYS);
        // A walk through all the parts, one a day: any start and any step but none. (2^64 is no multiple of 29: some parts are
        // likelier than others by one in 10^18.)
        let hash = blake3::keyed_hash(&self.cycle, quest.as_str().as_bytes());
        let (start, step) = (word(&hash, 0) % parts, 1 + word(&hash, 1) % (parts - 1));
        let part = (start + step * self.into_cycle) % parts;
        let within = word(&blake3::keyed_hash(&self.day, quest.as_str().as_bytes()), 0);
        let drawn = ((u128::from(part) << 64) | u128::from(within)) / u128::from(parts);
        let weight = if part < BEST_DAYS { weight.max(Need::USUAL) } else { weight };
        // At most 2^64 * 10^6; weights are at least 500.
        drawn * 1_000_000 / u128::from(weight.permille())
    }
}

/// One of the four words of a hash.
fn word(hash: &blake3::Hash, number: usize) -> u64 {
    let bytes = hash.as_bytes().iter().skip(8 * number).take(8);
    bytes.fold(0, |word, &byte| (word << 8) | u64::from(byte))
}

#[cfg(test)]
mod tests;
