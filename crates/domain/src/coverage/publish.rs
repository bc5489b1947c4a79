//! From sightings to the map that everybody may see.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Cell, Epoch, Policy, Terms};
use crate::{identity::PersonId, verdict::Permille};

/// The version of the rules by which a map is made; grows with each change of them.
const VERSION: u32 = 1;
/// From how many times `k` people up a number is shown: 5, 10, 20, 50, ... Exact ones would tell of each who joins or leaves.
pub(super) const STEPS: [u64; 8] = [1, 2, 4, 10, 20, 40, 100, 200];
/// After so many half-lives a cell is forgotten, as if nobody had been there.
const REMEMBERED_HALF_LIVES: u32 = 4;

/// That somebody was in a cell on a day, as a contribution told. It is not published, and not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sighting {
    /// Who.
    pub person: PersonId,
    /// Where, at the map's resolution or finer; what is coarser says too little to count.
    pub cell: Cell,
    /// When, in days since 1970 (UTC).
    pub day: i32,
}

/// What a hub publishes of where contributions come from. It names nobody, and no day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The version of the rules by which it was made.
    pub version: u32,
    /// The newest epoch in it.
    pub epoch: Epoch,
    /// The terms under which it was made.
    pub terms: Terms,
    /// What is shown, by cell. A cell that is not here may have been visited by nobody, or by too few.
    pub cells: BTreeMap<Cell, Covered>,
}

/// What is shown of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// At least so many people were there, within one epoch.
    pub people: u32,
    /// All of it in the newest epoch, halved with each half-life since.
    pub freshness: Permille,
}

/// The map after an epoch: for each cell, the newest epoch in which enough people were there.
///
/// Pure: the order of the sightings, and how often one is told, change nothing. What is shown of a cell follows from the sightings in
/// it alone. Each rule below is there against somebody who looks at many maps:
/// - People are counted, never contributions: nobody fills a cell alone.
/// - Nothing after `epoch` is looked at, and an [`Epoch`] is one that is over.
/// - Epochs are counted one by one, never together. Of two weeks that overlap, the difference would be the people of a few days; a
///   cell that five people visit in a month but never in one week is the price, and is not shown.
/// - One resolution. A parent beside its children would tell of the child that is missing. Cells where too few were could be merged into
///   coarser ones, but then which ones merged with which would be told by the shape, and would have to be hidden too (complementary
///   suppression); leaving them out needs no such care.
/// - The threshold of a cell is `k` and 0 to 3 more, drawn with the hub's secret, and so is each step above it.
/// - Nobody is remembered: a map is made of the sightings there are now. Once somebody is erased, a cell may sink a step, show an older
///   epoch or vanish. Who compares the two maps learns that one or more of the people behind it left or were erased, not who, and only
///   where the number stood exactly at a hidden step; so a hub erases at the next epoch's map, when the new week changes it too.
pub fn publish(sightings: impl IntoIterator<Item = Sighting>, policy: &Policy, epoch: Epoch) -> Coverage {
    let terms = policy.terms;
    let mut people: BTreeMap<Cell, BTreeMap<Epoch, BTreeSet<PersonId>>> = BTreeMap::new();
    for sighting in sightings {
        let then = terms.epoch_of(sighting.day);
        let Some(cell) = sighting.cell.parent(terms.resolution()) else {
            continue;
        };
        if freshness(then, epoch, terms).is_some() {
            let there = people.entry(cell).or_default().entry(then).or_default();
            there.insert(sighting.person);
        }
    }
    let shown = |cell: Cell, epochs: BTreeMap<Epoch, BTreeSet<PersonId>>| {
        let extra = policy.extra(cell);
        epochs.into_iter().rev().find_map(|(then, people)| {
            Some(Covered {
                people: step(people.len(), extra, terms.k())?,
                freshness: freshness(then, epoch, terms)?,
            })
        })
    };
    Coverage {
        version: VERSION,
        epoch,
        terms,
        cells: people
            .into_iter()
            .filter_map(|(cell, epochs)| Some((cell, shown(cell, epochs)?)))
            .collect(),
    }
}

/// The number that is shown for so many people; `None` where they are too few.
fn step(people: usize, extra: u8, k: u32) -> Option<u32> {
    let people = u64::try_from(people).ok()?.checked_sub(u64::from(extra))?;
    let steps = STEPS.iter().map(|times| times * u64::from(k));
    let reached = steps.take_while(|step| *step <= people);
    reached.filter_map(|step| u32::try_from(step).ok()).last()
}

/// How fresh an epoch is after another; `None` when it lies ahead, or is forgotten.
fn freshness(then: Epoch, now: Epoch, terms: Terms) -> Option<Permille> {
    let epochs = i64::from(now.number()) - i64::from(then.number());
    let days = u64::try_from(epochs).ok()? * u64::from(terms.epoch_days());
    let half_lives = u32::try_from(days / u64::from(terms.half_life_days())).ok()?;
    (half_lives < REMEMBERED_HALF_LIVES).then(|| Permille::new(1_000 >> half_lives))
}

#[cfg(test)]
mod tests;
