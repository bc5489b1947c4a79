//! Which of the places where someone stayed are home and work.
//!
//! As Isaacman et al. (*Identifying Important Places in People's Lives from Cellular Network Data*, Pervasive 2011): places are
//! clustered around the one with the most time by Hartigan's leader algorithm, and home and work are told by the hours spent there. Their
//! regression was fitted to telephone masts; here plain times decide, and rather too often than too seldom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use h3o::CellIndex;

use super::{Limits, stays::Stay};
use crate::{CheckError, Run};

/// What a place is to someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Home,
    Work,
    /// Where a recording begins or ends.
    End,
}

impl What {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Work => "work",
            Self::End => "end",
        }
    }
}

/// A place that is kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Important {
    pub(super) what: What,
    /// Where the most time was spent.
    pub(super) leader: CellIndex,
    /// With its neighbours where a good part of it was spent: a house may lie on a border, and a receiver errs.
    pub(super) cells: BTreeSet<CellIndex>,
}

/// Every home and workplace.
///
/// # Errors
/// [`CheckError::Cancelled`] when nobody waits any more.
pub(super) fn of(stays: &[Stay], limits: &Limits, run: &Run<'_>) -> Result<Vec<Important>, CheckError> {
    let mut all = clusters(stays, What::Home, |stay| stay.home, limits, run)?;
    all.extend(clusters(stays, What::Work, |stay| stay.work, limits, run)?);
    Ok(all)
}

fn clusters(
    stays: &[Stay],
    what: What,
    minutes: impl Fn(&Stay) -> u16,
    limits: &Limits,
    run: &Run<'_>,
) -> Result<Vec<Important>, CheckError> {
    let mut days: HashMap<CellIndex, BTreeMap<i32, u32>> = HashMap::new();
    for stay in stays.iter().filter(|stay| minutes(stay) > 0) {
        *days.entry(stay.cell).or_default().entry(stay.day).or_default() += u32::from(minutes(stay));
    }
    let total = |days: &BTreeMap<i32, u32>| days.values().sum::<u32>();
    // A cell goes to one cluster with all of its time, so the order never changes.
    let mut leaders: Vec<(u32, CellIndex)> = days.iter().map(|(cell, days)| (total(days), *cell)).collect();
    leaders.sort_unstable_by(|one, other| other.cmp(one));
    let mut found = Vec::new();
    for (longest, leader) in leaders {
        run.go_on()?;
        // The rest has less time still, and so have its neighbours.
        if longest < limits.some_min / 7 {
            break;
        }
        if !days.contains_key(&leader) {
            continue;
        }
        let mut together: BTreeMap<i32, u32> = BTreeMap::new();
        let mut members: BTreeMap<CellIndex, u32> = BTreeMap::new();
        for cell in leader.grid_disk::<Vec<_>>(1) {
            let Some(spent) = days.remove(&cell) else { continue };
            members.insert(cell, total(&spent));
            for (day, minutes) in spent {
                *together.entry(day).or_default() += minutes;
            }
        }
        let all = total(&together);
        let regular = together.values().filter(|minutes| **minutes >= limits.some_min).count();
        if all >= limits.long_min || regular >= limits.some_days {
            let cells = members
                .into_iter()
                .filter(|(_, minutes)| minutes * 10 >= all)
                .map(|(cell, _)| cell);
            found.push(Important {
                what,
                leader,
                cells: cells.chain([leader]).collect(),
            });
        }
    }
    Ok(found)
}
