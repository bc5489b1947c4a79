//! What is kept back around a place, at the resolution that is sent.
//!
//! At any resolution the cell that holds home is not sent. Where cells are small (resolution 7 and finer: some 5 km2 and less), its
//! neighbours to about a kilometre are not sent either, or the last cell before home would tell the street. A hole in the shape of a ring
//! would show its middle (Hassan et al., *Analysis of Privacy Protections in Fitness Tracking Social Networks*, USENIX Security 2018), so
//! the ring around one neighbour goes as well: which one follows from where home is, and stays the same. Of two middles nobody can
//! tell which it was. In large cells the hole says no more than the cell would.

use std::collections::{BTreeMap, BTreeSet};

use h3o::{CellIndex, LatLng, Resolution};

use super::important::{Important, What};
use crate::{Asked, capture::Fix};

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

pub(super) fn of(important: &[Important], sent: Resolution) -> Surroundings {
    let resolution = sent.min(super::KEPT);
    let mut surroundings = Surroundings {
        resolution,
        cells: BTreeMap::new(),
        own: BTreeMap::new(),
    };
    for place in important {
        let own: BTreeSet<CellIndex> = place.cells.iter().flat_map(|cell| touched(*cell, resolution)).collect();
        surroundings.own.extend(place.cells.iter().map(|cell| (*cell, place.what)));
        let rings = rings(resolution);
        let mut middles = own;
        if rings > 0 {
            middles.extend(neighbour(place.leader, resolution));
        }
        for middle in middles {
            for cell in middle.grid_disk::<Vec<_>>(rings) {
                // Home before work before an end.
                let what = surroundings.cells.entry(cell).or_insert(place.what);
                *what = place.what.min(*what);
            }
        }
    }
    surroundings
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

/// One of the neighbours at a resolution, always the same for the same place.
fn neighbour(place: CellIndex, resolution: Resolution) -> Option<CellIndex> {
    let middle = place.parent(resolution)?;
    let mut around: Vec<CellIndex> = middle
        .grid_disk::<Vec<_>>(1)
        .into_iter()
        .filter(|cell| *cell != middle)
        .collect();
    around.sort();
    let drawn = usize::from(blake3::hash(&u64::from(place).to_le_bytes()).as_bytes()[0]);
    around.get(drawn.checked_rem(around.len())?).copied()
}

impl Surroundings {
    /// With where a recording begins and ends.
    pub(super) fn add_ends<'f>(&mut self, ends: impl Iterator<Item = &'f Fix>) {
        for end in ends {
            let Some(middle) = cell(end, self.resolution) else { continue };
            for near in middle.grid_disk::<Vec<_>>(rings(self.resolution)) {
                self.cells.entry(near).or_insert(What::End);
            }
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
