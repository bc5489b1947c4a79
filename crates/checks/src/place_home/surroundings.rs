//! What is kept back around a place, at the resolution that is sent.
//!
//! At any resolution the cell that holds home is not sent. Where cells are small (resolution 7 and finer: some 5 km2 and less), its
//! neighbours to about a kilometre are not sent either, or the last cell before home would tell the street. A hole in the shape of a ring
//! would show its middle (Hassan et al., *Analysis of Privacy Protections in Fitness Tracking Social Networks*, USENIX Security 2018), so
//! the hole is one that other middles have as well:
//! - With a secret, the ring around one neighbour goes too: which one is drawn with the secret, and stays the same. Of two middles that
//!   lie side by side, each draws the other as often, so nobody without the secret can tell which it was.
//! - Without one, a draw could be repeated by whoever has the code. Then the rings around all cells of the next coarser one go, home's
//!   among them: the hole is the same for each of these seven, wherever home is. (The rings around home's own neighbours would be as
//!   large a hole, with home in its middle.)
//!
//! In large cells the hole says no more than the cell would.

use std::collections::{BTreeMap, BTreeSet};

use h3o::{CellIndex, LatLng, Resolution};

use super::important::{Important, What};
use crate::{Asked, Secret, capture::Fix};

/// The resolution that places leave in: what the grant says, 7 if it says nothing or nothing that there is.
pub(crate) fn sent_resolution(asked: &Asked) -> Resolution {
    asked
        .finest_cell
        .and_then(|finest| Resolution::try_from(finest).ok())
        .unwrap_or(Resolution::Seven)
}

/// The cell of a position; `None` for none on Earth.
pub(crate) fn cell(fix: &Fix, resolution: Resolution) -> Option<CellIndex> {
    LatLng::new(fix.latitude, fix.longitude)
        .ok()
        .map(|place| place.to_cell(resolution))
}

/// Rings of cells around home that are kept back as well: to about a kilometre.
const fn rings(resolution: Resolution) -> u32 {
    match resolution {
        Resolution::Seven => 1,
        Resolution::Eight => 2,
        Resolution::Nine => 3,
        _ => 0,
    }
}

/// The cells that are kept back.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// What is sent finer than this is kept back by its parent here.
    resolution: Resolution,
    cells: BTreeMap<CellIndex, What>,
    /// Home itself, in the cells that stays are kept in: near a border one of these may lie in two of the others.
    own: BTreeMap<CellIndex, What>,
}

pub(super) fn of(important: &[Important], sent: Resolution, secret: Option<&Secret>) -> Surroundings {
    let resolution = sent.min(super::KEPT);
    let mut surroundings = Surroundings {
        resolution,
        cells: BTreeMap::new(),
        own: BTreeMap::new(),
    };
    for place in important {
        surroundings.own.extend(place.cells.iter().map(|cell| (*cell, place.what)));
        let hole: BTreeSet<CellIndex> = if rings(resolution) == 0 {
            place.cells.iter().flat_map(|cell| touched(*cell, resolution)).collect()
        } else {
            // One middle alone: where home's cells lie in two of these, a second would show the border that home is at.
            hole(LatLng::from(place.leader).to_cell(resolution), secret)
        };
        surroundings.add(hole, place.what);
    }
    surroundings
}

/// The cells that are kept back around a middle.
fn hole(middle: CellIndex, secret: Option<&Secret>) -> BTreeSet<CellIndex> {
    let rings = rings(middle.resolution());
    let middles = match secret {
        Some(secret) => [middle].into_iter().chain(neighbour(middle, secret)).collect(),
        None => siblings(middle),
    };
    middles
        .into_iter()
        .flat_map(|middle| middle.grid_disk::<Vec<_>>(rings))
        .collect()
}

/// The coarser cells in which parts of a cell lie: cells of H3 hold their children only nearly.
fn touched(cell: CellIndex, resolution: Resolution) -> impl Iterator<Item = CellIndex> {
    let corners = cell
        .boundary()
        .iter()
        .map(|corner| corner.to_cell(resolution))
        .collect::<Vec<_>>();
    corners.into_iter().chain(cell.parent(resolution))
}

/// One of the neighbours, always the same for the same middle.
fn neighbour(middle: CellIndex, secret: &Secret) -> Option<CellIndex> {
    let mut around: Vec<CellIndex> = middle
        .grid_disk::<Vec<_>>(1)
        .into_iter()
        .filter(|cell| *cell != middle)
        .collect();
    around.sort();
    let all = u64::try_from(around.len()).ok()?;
    let drawn = secret.draw("place-home", &u64::from(middle).to_le_bytes()).checked_rem(all)?;
    around.get(usize::try_from(drawn).ok()?).copied()
}

/// All cells of the next coarser one that a cell is of, itself among them.
fn siblings(middle: CellIndex) -> Vec<CellIndex> {
    let resolution = middle.resolution();
    let parent = resolution.pred().and_then(|coarser| middle.parent(coarser));
    parent.map_or_else(|| vec![middle], |parent| parent.children(resolution).collect())
}

impl Surroundings {
    /// With where a recording begins and ends, as if each were home. At the door of what is known, or next to it, a hole of its own would
    /// show where in the other one that is; anywhere else in that hole, home may be nearer to its edge than it should be.
    pub(super) fn add_ends<'f>(&mut self, ends: impl Iterator<Item = &'f Fix>, secret: Option<&Secret>) {
        let is_known = |end: &&Fix| {
            let near = cell(end, super::KEPT).map(|own| own.grid_disk::<Vec<_>>(1));
            near.is_some_and(|near| near.iter().any(|cell| self.own.contains_key(cell)))
        };
        let elsewhere: Vec<&Fix> = ends.filter(|end| !is_known(end)).collect();
        for end in elsewhere {
            let Some(middle) = cell(end, self.resolution) else { continue };
            let hole = if rings(self.resolution) == 0 {
                let own = cell(end, super::KEPT).into_iter();
                own.flat_map(|own| touched(own, self.resolution)).chain([middle]).collect()
            } else {
                hole(middle, secret)
            };
            self.add(hole, What::End);
        }
    }

    fn add(&mut self, hole: BTreeSet<CellIndex>, what: What) {
        for cell in hole {
            // Home before work before an end.
            let held = self.cells.entry(cell).or_insert(what);
            *held = what.min(*held);
        }
    }

    /// What a position is kept back for.
    pub(super) fn hold(&self, fix: &Fix) -> Option<What> {
        let own = || self.own.get(&cell(fix, super::KEPT)?).copied();
        self.cells.get(&cell(fix, self.resolution)?).copied().or_else(own)
    }

    /// Whether a cell of its own resolution is kept back.
    #[cfg(test)]
    pub(super) fn holds(&self, cell: CellIndex) -> bool {
        self.cells.contains_key(&cell)
    }
}
