//! What never leaves a device: sightings at a person's home and work, and around them.
//!
//! A hub cannot know where people live, so it cannot keep that off its map; their devices do. Which places are home and work is
//! found from positions by the check `place_home`, before anything is contributed. This is the second lock on the same door:
//! whatever made a sighting, none in these cells gets out.

use std::collections::BTreeSet;

use super::{Cell, Resolution};

/// That the person was in a cell on a day, before it is decided whether anybody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Visit {
    /// Where.
    pub cell: Cell,
    /// When, in days since 1970 (UTC).
    pub day: i32,
}

/// The cells of a person's own places, and those that touch them. It stays on their devices, and prints as a number of cells.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateCells {
    cells: BTreeSet<Cell>,
}

impl PrivateCells {
    /// Around these places, which are homes and workplaces, in cells of this size; or of a place's own, where that is larger.
    ///
    /// A place has its neighbours with it, or the last cell before home would tell the street. Seen alone, such a ring shows its
    /// middle. On the map it is not seen alone: it is filled by others, or part of a larger blank. But the hub sees a person's
    /// sightings one by one, so give the size that they are sent in, and the middle that `place_home` found: then the hole which
    /// that check leaves holds this one, and another that is as likely.
    ///
    /// Of no places, everything is private: a device that does not know home yet cannot tell that a cell is not it.
    pub fn around(places: impl IntoIterator<Item = Cell>, resolution: Resolution) -> Self {
        let places = places.into_iter().map(|place| place.parent(resolution).unwrap_or(place));
        Self {
            cells: places.flat_map(Cell::and_neighbours).collect(),
        }
    }

    /// Whether a cell is private: lies in one that is, or holds one.
    pub fn holds(&self, cell: Cell) -> bool {
        let (is_in, has_in) = (
            |private: &Cell| cell.parent(private.resolution()) == Some(*private),
            |private: &Cell| private.parent(cell.resolution()) == Some(cell),
        );
        self.cells.is_empty() || self.cells.iter().any(|private| is_in(private) || has_in(private))
    }
}

impl std::fmt::Debug for PrivateCells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateCells({} cells)", self.cells.len())
    }
}

/// The visits that anybody may be told of.
pub fn leave_out_private(visits: impl IntoIterator<Item = Visit>, private: &PrivateCells) -> Vec<Visit> {
    visits.into_iter().filter(|visit| !private.holds(visit.cell)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cell(name: &str) -> Cell {
        name.parse().unwrap()
    }

    fn resolution(number: u8) -> Resolution {
        Resolution::new(number).unwrap()
    }

    const HOME: &str = "891126d33afffff";

    #[test]
    fn nothing_is_told_of_home_or_of_the_cells_beside_it() {
        let home = cell(HOME);
        let private = PrivateCells::around([home], Resolution::SENT);
        let near = home.parent(Resolution::SENT).unwrap();
        let all: BTreeSet<Cell> = near.and_neighbours().into_iter().flat_map(Cell::and_neighbours).collect();
        assert_eq!(all.len(), 19);
        let out = leave_out_private(all.iter().map(|cell| Visit { cell: *cell, day: 1 }), &private);
        assert_eq!(out.len(), 12, "the ring beyond");
        assert!(out.iter().all(|visit| !near.and_neighbours().contains(&visit.cell)));
        assert!(private.holds(home), "a finer cell of it");
        assert!(
            private.holds(home.parent(resolution(5)).unwrap()),
            "a coarser one that holds it"
        );
    }

    #[test]
    fn a_home_that_is_known_roughly_is_kept_roughly() {
        let town = cell(HOME).parent(resolution(5)).unwrap();
        let private = PrivateCells::around([town], Resolution::SENT);
        assert!(town.and_neighbours().into_iter().all(|cell| private.holds(cell)));
        assert!(private.holds(cell(HOME)));
    }

    #[test]
    fn a_device_that_does_not_know_home_yet_tells_nothing() {
        let private = PrivateCells::around([], Resolution::SENT);
        assert_eq!(
            leave_out_private(
                [Visit {
                    cell: cell(HOME),
                    day: 1
                }],
                &private
            ),
            []
        );
    }

    #[test]
    fn home_is_not_printed() {
        assert_eq!(
            format!("{:?}", PrivateCells::around([cell(HOME)], Resolution::SENT)),
            "PrivateCells(7 cells)"
        );
    }
}
