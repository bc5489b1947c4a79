//! The attacker has a phone book (everybody's home and work), knows how people move and where everybody was four times, and reads
//! all maps.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::{
    percent,
    town::{Draws, Resident, TOWN, Town, WEEKS, week_of},
};
use crate::coverage::{Cell, Coverage, Sighting};

#[test]
fn nobody_is_on_the_map_at_their_own_home_or_work() {
    let town = &*TOWN;
    let (mut own, mut published, mut told) = (0, 0, 0);
    for resident in &town.people {
        let near: BTreeSet<Cell> = [resident.home, resident.work]
            .into_iter()
            .flat_map(Cell::and_neighbours)
            .collect();
        own += resident.sightings.iter().filter(|one| near.contains(&one.cell)).count();
        told += resident.sightings.len();
        published += usize::from(town.maps.iter().any(|map| map.cells.contains_key(&resident.home)));
    }
    let people = town.people.len();
    println!("homes: of {told} sightings that devices let out, {own} are in or beside their own person's home or work");
    println!("homes: the home cells of {published} of {people} people are on a map, each by at least 5 others");
    assert_eq!(own, 0);
    assert!(told > 50_000, "there is something to attack");

    // And nobody's home depends on them: without somebody, the map around their home is the same.
    let last = &town.maps[11];
    for resident in town.people.iter().step_by(200) {
        let without = town.map(11, |one| one.id != resident.id);
        for cell in resident
            .home
            .and_neighbours()
            .into_iter()
            .chain(resident.work.and_neighbours())
        {
            assert_eq!(without.cells.get(&cell), last.cells.get(&cell));
        }
    }
}

/// What the attacker makes of the map's word on a cell.
type Reading = fn(&Coverage, Cell, u64) -> u64;

/// Four ways to use a map, beside not to.
const READINGS: [(&str, Reading); 5] = [
    ("without a map", |_, _, score| score),
    (
        "only cells on the map",
        |map, cell, score| {
            if map.cells.contains_key(&cell) { score } else { 0 }
        },
    ),
    ("rather cells on the map", |map, cell, score| {
        if map.cells.contains_key(&cell) { score * 2 } else { score }
    }),
    ("rather fresh cells", |map, cell, score| {
        let covered = map.cells.get(&cell);
        score * covered.map_or(500, |covered| 500 + u64::from(covered.freshness.thousandths()))
    }),
    ("by numbers", |map, cell, score| {
        let people = map.cells.get(&cell).map_or(2, |covered| covered.people);
        score * u64::from(people)
    }),
];

#[test]
fn the_maps_hardly_help_to_guess_where_somebody_was() {
    for visits in [0, 4] {
        guess_where(visits);
    }
}

/// As an attacker who knows so many visits of each.
fn guess_where(visits: usize) {
    let town = &*TOWN;
    let mut draws = Draws(41);
    // Guesses, and of them those that are right of this person, and of one with the same habits who is on no map.
    let mut found = [(0, 0, 0); READINGS.len()];
    let mut base = 0;
    for resident in town.people.iter().step_by(5).filter(|one| one.sightings.len() >= 20) {
        let known: Vec<Sighting> = (0..visits).map(|_| *one_of(&resident.sightings, &mut draws)).collect();
        let twin = resident.live(&town.cells, &mut draws);
        for week in 0..WEEKS {
            let (own, other) = (cells_of(&resident.sightings, week), cells_of(&twin, week));
            // What is known already is no guess.
            if own.is_empty() || known.iter().any(|one| week_of(one.day) == week) {
                continue;
            }
            base += usize::from(own.contains(&one_of(&town.people, &mut draws).haunt(week)));
            for ((_, reading), found) in READINGS.iter().zip(&mut found) {
                let guess = guess(town, resident, &known, week, *reading);
                found.0 += 1;
                found.1 += usize::from(own.contains(&guess));
                found.2 += usize::from(other.contains(&guess));
            }
        }
    }
    let rates = found.map(|(all, own, other)| (percent(own, all), percent(other, all)));
    let all = found[0].0;
    println!(
        "guesses, {visits} visits known: where a random other person was that week: {:.1} % of {all} right",
        percent(base, all)
    );
    for ((name, _), (own, other)) in READINGS.iter().zip(rates) {
        println!("guesses, {visits} visits known: {name}: {own:.1} % right; of a twin on no map {other:.1} %");
    }
    let best = rates[1..].iter().fold(0.0, |best: f64, (own, _)| best.max(*own));
    assert!(best - rates[0].0 < 5.0, "the maps add little to what is known without them");
    for (own, other) in rates {
        assert!((own - other).abs() < 5.0, "and as much of whoever is on no map");
    }
}

#[test]
fn who_made_a_cell_appear_is_guessed_hardly_better_than_who_goes_there_anyway() {
    let town = &*TOWN;
    let mut draws = Draws(43);
    let known = |resident: &Resident, draws: &mut Draws| -> Vec<Sighting> {
        let some = (0..4).filter(|_| !resident.sightings.is_empty());
        some.map(|_| *one_of(&resident.sightings, draws)).collect()
    };
    let known: Vec<Vec<Sighting>> = town.people.iter().map(|one| known(one, &mut draws)).collect();
    let (mut all, mut right, mut usual, mut chance) = (0, 0, 0, 0);
    for (before, week) in (0..).zip(1..WEEKS) {
        let (before, map) = (&town.maps[before], &town.maps[before + 1]);
        for cell in map.cells.keys().filter(|cell| !before.cells.contains_key(cell)) {
            let at = town.cells.iter().position(|one| one == cell).unwrap();
            // Whose way it is on: known to have been there, or else living near. What the attacker knows of that week is no guess.
            let likely = town.people.iter().zip(&known).filter(|(one, known)| {
                one.open.binary_search(&at).is_ok() && known.iter().all(|visit| visit.cell != *cell || week_of(visit.day) != week)
            });
            let (guess, _) = likely.max_by_key(|(one, known)| score(one, known, *cell, at)).unwrap();
            all += 1;
            right += usize::from(cells_of(&guess.sightings, week).contains(cell));
            usual += (0..WEEKS)
                .filter(|week| cells_of(&guess.sightings, *week).contains(cell))
                .count();
            chance += town
                .people
                .iter()
                .filter(|one| cells_of(&one.sightings, week).contains(cell))
                .count();
        }
    }
    let weeks = usize::try_from(WEEKS).unwrap();
    let (right, usual) = (percent(right, all), percent(usual, all * weeks));
    println!(
        "who: of {all} cells that appear, {right:.1} % of guesses right; usual for them is {usual:.1} %, for anybody {:.1} %",
        percent(chance, all * town.people.len())
    );
    assert!(right - usual < 20.0, "that a cell appears says little of who was there");
}

impl Resident {
    /// A cell of that week, or of any.
    fn haunt(&self, week: i32) -> Cell {
        let mut there = self.sightings.iter();
        let then = there.find(|one| week_of(one.day) == week);
        then.or(self.sightings.first()).map_or(self.home, |one| one.cell)
    }
}

fn one_of<'a, T>(all: &'a [T], draws: &mut Draws) -> &'a T {
    let at = draws.below(u64::try_from(all.len()).unwrap());
    &all[usize::try_from(at).unwrap()]
}

fn cells_of(sightings: &[Sighting], week: i32) -> BTreeSet<Cell> {
    let then = sightings.iter().filter(|one| week_of(one.day) == week);
    then.map(|one| one.cell).collect()
}

/// How likely somebody goes to a cell: again where they were seen, elsewhere by how far from home it is and how many it draws.
fn score(resident: &Resident, known: &[Sighting], cell: Cell, at: usize) -> u64 {
    let seen = known.iter().filter(|one| one.cell == cell).count();
    resident.likely[at] + resident.likely_in_all / 5 * u64::try_from(seen).unwrap()
}

fn guess(town: &Town, resident: &Resident, known: &[Sighting], week: i32, reading: Reading) -> Cell {
    let map = &town.maps[usize::try_from(week).unwrap()];
    let scored = resident.open.iter().map(|at| {
        let cell = town.cells[*at];
        (reading(map, cell, score(resident, known, cell, *at)), cell)
    });
    scored.max().unwrap().1
}
