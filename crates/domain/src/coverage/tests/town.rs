//! A region with a centre, some places where many go, villages around it, and the weeks of the people in it.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use crate::{
    canonical::Hex,
    coverage::{Cell, Coverage, MapKey, Policy, PrivateCells, Resolution, Sighting, Terms, Visit, leave_out_private, publish},
    identity::PersonId,
};

pub(super) const PEOPLE: u64 = 2_000;
pub(super) const WEEKS: i32 = 12;
/// The first day of an epoch.
const FIRST_DAY: i32 = 20_000 - 20_000 % 7;
const CENTRE: &str = "871126d33ffffff";
/// 817 cells of 5 km2: a town, and much country where few are.
const RADIUS: usize = 16;

pub(super) static TOWN: LazyLock<Town> = LazyLock::new(Town::new);

/// Numbers that are the same on every run (splitmix64, Steele et al. 2014).
pub(super) struct Draws(pub(super) u64);

impl Draws {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_of(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (at, weight) in weights.iter().enumerate() {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return at,
            }
        }
        unreachable!("less than the sum of all");
    }
}

pub(super) struct Town {
    pub(super) cells: Vec<Cell>,
    pub(super) people: Vec<Resident>,
    pub(super) policy: Policy,
    /// The map after each of the weeks.
    pub(super) maps: Vec<Coverage>,
}

pub(super) struct Resident {
    pub(super) id: PersonId,
    pub(super) home: Cell,
    pub(super) work: Cell,
    /// How likely an errand leads to each of the cells, as whoever knows home, and how people move, would put it.
    pub(super) likely: Vec<u64>,
    /// All of that.
    pub(super) likely_in_all: u64,
    /// The cells, by their place in the town's, that their device does not keep private.
    pub(super) open: Vec<usize>,
    /// Where they often go.
    haunts: Vec<usize>,
    private: PrivateCells,
    /// What their device let out.
    pub(super) sightings: Vec<Sighting>,
}

pub(super) fn person(number: u64) -> PersonId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    PersonId(Hex(bytes))
}

pub(super) fn week_of(day: i32) -> i32 {
    (day - FIRST_DAY).div_euclid(7)
}

/// The day on which the map of a week can be made.
pub(super) fn day_after(week: i32) -> i32 {
    FIRST_DAY + 7 * (week + 1)
}

impl Town {
    fn new() -> Self {
        let cells = disk(CENTRE.parse().unwrap());
        let mut draws = Draws(20_261_124);
        let from_centre: Vec<u64> = cells.iter().map(|cell| distance(cells[0], *cell)).collect();
        // A few places draw most of the errands: shops, stations, lakes.
        let draw: Vec<u64> = (0..cells.len())
            .map(|at| match (at, draws.below(25)) {
                (0, _) => 60,
                (_, 0) => 30,
                _ => 2,
            })
            .collect();
        let homes: Vec<u64> = from_centre.iter().map(|far| 400 / (1 + far).pow(2) + 1).collect();
        let people = (0..PEOPLE)
            .map(|number| Resident::new(number, &cells, &homes, &draw, &mut draws))
            .collect();
        let policy = Policy {
            terms: Terms::default(),
            key: MapKey::new([7; 32]),
        };
        let mut town = Self {
            cells,
            people,
            policy,
            maps: Vec::new(),
        };
        town.maps = (0..WEEKS).map(|week| town.map(week, |_| true)).collect();
        town
    }

    /// The map after a week, of some of the people.
    pub(super) fn map(&self, week: i32, has: impl Fn(&Resident) -> bool) -> Coverage {
        let there = self.people.iter().filter(|one| has(one));
        let sightings = there.flat_map(|one| one.sightings.iter().copied());
        publish(sightings, &self.policy, self.policy.terms.last_over(day_after(week)))
    }

    /// How many people each cell had in each week.
    pub(super) fn counts(&self) -> BTreeMap<(Cell, i32), usize> {
        let mut people: BTreeMap<(Cell, i32), BTreeSet<PersonId>> = BTreeMap::new();
        for sighting in self.people.iter().flat_map(|one| &one.sightings) {
            let there = people.entry((sighting.cell, week_of(sighting.day))).or_default();
            there.insert(sighting.person);
        }
        people.into_iter().map(|(at, people)| (at, people.len())).collect()
    }
}

impl Resident {
    fn new(number: u64, cells: &[Cell], homes: &[u64], draw: &[u64], draws: &mut Draws) -> Self {
        let home = cells[draws.one_of(homes)];
        let work = cells[draws.one_of(draw)];
        let likely: Vec<u64> = cells
            .iter()
            .zip(draw)
            .map(|(cell, draw)| draw * 1_000 / (1 + distance(home, *cell)).pow(2))
            .collect();
        let haunts = (0..5).map(|_| draws.one_of(&likely)).collect();
        let private = PrivateCells::around([home, work], Resolution::SENT);
        let mut resident = Self {
            id: person(number),
            home,
            work,
            likely_in_all: likely.iter().sum(),
            likely,
            open: (0..cells.len()).filter(|at| !private.holds(cells[*at])).collect(),
            haunts,
            private,
            sightings: Vec::new(),
        };
        resident.sightings = resident.live(cells, draws);
        resident
    }

    /// Some weeks of this person, as far as their device lets out; other ones each time.
    pub(super) fn live(&self, cells: &[Cell], draws: &mut Draws) -> Vec<Sighting> {
        let mut visits = Vec::new();
        for day in FIRST_DAY..FIRST_DAY + 7 * WEEKS {
            visits.push(Visit { cell: self.home, day });
            // 1970 began on a Thursday.
            if (day + 3) % 7 < 5 {
                visits.push(Visit { cell: self.work, day });
            }
            // Five or six errands a week, most of them where they often go.
            if draws.below(5) < 4 {
                let at = if draws.below(5) < 4 {
                    self.haunts[usize::try_from(draws.below(5)).unwrap()]
                } else {
                    draws.one_of(&self.likely)
                };
                visits.push(Visit { cell: cells[at], day });
            }
        }
        let out = leave_out_private(visits, &self.private);
        let sighting = |visit: Visit| Sighting {
            person: self.id,
            cell: visit.cell,
            day: visit.day,
        };
        out.into_iter().map(sighting).collect()
    }
}

/// All cells around one, the nearest first.
fn disk(centre: Cell) -> Vec<Cell> {
    let mut cells = vec![centre];
    let mut from = 0;
    for _ in 0..RADIUS {
        let ring: BTreeSet<Cell> = cells[from..].iter().flat_map(|cell| cell.and_neighbours()).collect();
        from = cells.len();
        let known: BTreeSet<Cell> = cells.iter().copied().collect();
        cells.extend(ring.difference(&known));
    }
    cells
}

fn distance(one: Cell, other: Cell) -> u64 {
    let h3 = |cell: Cell| h3o::CellIndex::try_from(u64::from(cell)).unwrap();
    u64::try_from(h3(one).grid_distance(h3(other)).unwrap()).unwrap()
}
