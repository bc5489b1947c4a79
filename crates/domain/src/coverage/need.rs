//! How much a contribution from a cell is needed, as its reward is raised or lowered by.
//!
//! A table of needs follows from the published map and a default, and from nothing else: anybody can make it again, and it cannot tell
//! what the map does not. In an offer it is pinned by its id, so that the app and the hub look up the same numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Cell, Coverage, Covered, Epoch, Resolution, publish::STEPS};
use crate::{
    canonical::{self, Context, Hex, id},
    points::Need,
};

/// The version of the rule by which needs follow from a map; grows with each change of it.
const VERSION: u32 = 1;
/// The need of a cell that is not on the map, unless a hub says otherwise: half as much again.
pub const UNKNOWN: Need = Need::new(1_500);
/// Needs are rounded down to these, in permille: an award names its need, and should not say more than about how well a place is
/// covered.
const ROUND: u32 = 50;
/// With so many steps of people (50 and more where `k` is 5), a fresh cell lacks nobody.
const ENOUGH_STEPS: u32 = 4;

id! {
    /// Which table: a digest of all of it.
    NeedTableId
}

struct TableContext;

impl Context for TableContext {
    const CONTEXT: &'static str = "earnest 2026-11-24 coverage need table";
}

/// How much each cell is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct NeedTable {
    /// The version of the rule by which it was made.
    pub version: u32,
    /// The epoch of the map that it follows from.
    pub epoch: Epoch,
    /// The size of its cells.
    pub resolution: Resolution,
    /// The need of every cell that is not in it, whether too few people were there or nobody.
    pub default: Need,
    /// The need of the cells that are on the map; never more than the default.
    pub cells: BTreeMap<Cell, Need>,
}

impl NeedTable {
    /// The table that follows from a map: fresh and by many people, 500; the staler and the fewer, the nearer to the default.
    pub fn of(coverage: &Coverage, default: Need) -> Self {
        let need = |covered: &Covered| need(*covered, coverage.terms.k(), default);
        Self {
            version: VERSION,
            epoch: coverage.epoch,
            resolution: coverage.terms.resolution(),
            default,
            cells: coverage.cells.iter().map(|(cell, covered)| (*cell, need(covered))).collect(),
        }
    }

    /// Whether it follows from this map: what whoever is offered it can ask.
    pub fn follows_from(&self, coverage: &Coverage) -> bool {
        *self == Self::of(coverage, self.default)
    }

    /// The need of a cell of the table's size or finer. Of a coarser one nobody can tell, so it is the default.
    pub fn need(&self, cell: Cell) -> Need {
        let at = cell.parent(self.resolution);
        at.and_then(|cell| self.cells.get(&cell)).copied().unwrap_or(self.default)
    }

    /// What pins it in an offer.
    pub fn id(&self) -> NeedTableId {
        NeedTableId(Hex(canonical::digest::<TableContext, _>(self)))
    }
}

fn need(covered: Covered, k: u32, default: Need) -> Need {
    let reached = |times: &&u64| *times * u64::from(k) <= u64::from(covered.people);
    let steps = STEPS.iter().take_while(reached).count();
    let steps = u32::try_from(steps).unwrap_or(ENOUGH_STEPS).min(ENOUGH_STEPS);
    let supply = u32::from(covered.freshness.thousandths()) * steps / ENOUGH_STEPS;
    let (most, least) = (u32::from(default.permille()), u32::from(Need::new(0).permille()));
    let exact = most - (most - least) * supply / 1_000;
    // Within what `Need` bounds: 500 is a multiple of what is rounded to.
    Need::new(u16::try_from(exact / ROUND * ROUND).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::{coverage::Terms, verdict::Permille};

    const CELL: &str = "871126d33ffffff";

    fn covered(people: u32, freshness: u16) -> Covered {
        Covered {
            people,
            freshness: Permille::new(freshness),
        }
    }

    fn map(covered: Option<Covered>) -> Coverage {
        let terms = Terms::default();
        Coverage {
            version: 1,
            epoch: terms.last_over(20_000),
            terms,
            cells: covered.map(|covered| (CELL.parse().unwrap(), covered)).into_iter().collect(),
        }
    }

    fn needed(so: Option<Covered>) -> u16 {
        NeedTable::of(&map(so), UNKNOWN).need(CELL.parse().unwrap()).permille()
    }

    #[test]
    fn where_many_were_just_now_little_is_needed_and_more_with_each_week() {
        assert_eq!(needed(Some(covered(50, 1_000))), 500);
        assert_eq!(needed(Some(covered(1_000, 1_000))), 500);
        assert_eq!(needed(Some(covered(50, 500))), 1_000);
        assert_eq!(needed(Some(covered(50, 125))), 1_350);
        assert_eq!(needed(Some(covered(5, 1_000))), 1_250);
        assert_eq!(needed(Some(covered(5, 125))), 1_450);
        assert_eq!(needed(None), 1_500);
    }

    #[test]
    fn a_finer_cell_has_the_need_of_its_place_and_a_coarser_one_the_default() {
        let table = NeedTable::of(&map(Some(covered(50, 1_000))), UNKNOWN);
        assert_eq!(table.need("891126d33afffff".parse().unwrap()).permille(), 500);
        let cell: Cell = CELL.parse().unwrap();
        assert_eq!(table.need(cell.parent(Resolution::new(5).unwrap()).unwrap()), UNKNOWN);
    }

    #[test]
    fn a_table_is_pinned_to_the_last_number_and_can_be_made_again() {
        let table = NeedTable::of(&map(Some(covered(20, 500))), UNKNOWN);
        assert!(table.follows_from(&map(Some(covered(20, 500)))));
        assert!(!table.follows_from(&map(None)));
        let told = serde_json::to_string(&table).unwrap();
        let read: NeedTable = serde_json::from_str(&told).unwrap();
        assert_eq!((read.id(), &read), (table.id(), &table));
        let raised: NeedTable = serde_json::from_str(&told.replace("1500", "1550")).unwrap();
        assert_ne!(raised.id(), table.id());
        insta::assert_json_snapshot!(table);
    }

    proptest! {
        #[test]
        fn need_is_within_its_bounds_and_falls_with_people_and_freshness(
            k in 1u32.., default in 500u16..=2_000, people in any::<u32>(), more in any::<u32>(), fresh in 0u16..=1_000, fresher in 0u16..=1_000,
        ) {
            let default = Need::new(default);
            let one = need(covered(people, fresh), k, default);
            prop_assert!(one <= default);
            let better = covered(people.saturating_add(more), fresh.saturating_add(fresher));
            prop_assert!(need(better, k, default) <= one);
        }
    }
}
