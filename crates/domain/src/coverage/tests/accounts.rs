//! The attacker has accounts of their own, and waits in a cell for one more person to come.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::{
    percent,
    town::{Draws, TOWN, WEEKS, day_after, person},
};
use crate::coverage::{Cell, MapKey, Policy, Sighting, Terms, publish};

const DAY: i32 = 20_000;
const VICTIM: u64 = 1_000_000;

fn policy() -> Policy {
    Policy {
        terms: Terms::default(),
        key: MapKey::new([9; 32]),
    }
}

/// Cells where nobody else comes.
fn empty_cells() -> Vec<Cell> {
    let country: h3o::CellIndex = "831126fffffffff".parse().unwrap();
    let children = country.children(h3o::Resolution::Seven).take(2_000);
    children.map(|cell| Cell::try_from(u64::from(cell)).unwrap()).collect()
}

/// Which cells are shown with so many accounts in each, and with the victim where they come.
fn shown(cells: &[Cell], accounts: impl Fn(Cell) -> u64, comes: impl Fn(Cell) -> bool) -> BTreeSet<Cell> {
    let sightings = cells.iter().flat_map(|cell| {
        let own = 0..accounts(*cell);
        let all = own.chain(comes(*cell).then_some(VICTIM));
        all.map(|number| Sighting {
            person: person(number),
            cell: *cell,
            day: DAY,
        })
    });
    let map = publish(sightings, &policy(), policy().terms.last_over(DAY + 7));
    map.cells.into_keys().collect()
}

#[test]
fn four_accounts_of_an_attackers_own_tell_one_visit_of_four() {
    let cells = empty_cells();
    let mut draws = Draws(5);
    let visited: BTreeSet<Cell> = cells.iter().copied().filter(|_| draws.below(2) == 0).collect();
    let seen = shown(&cells, |_| 4, |cell| visited.contains(&cell));
    assert!(seen.is_subset(&visited), "four accounts alone show nothing");
    let told = percent(seen.len(), visited.len());
    let right = percent(seen.len() + cells.len() - visited.len(), cells.len());
    println!(
        "4 accounts: {told:.1} % of {} visits are told; saying “came” only then is right in {right:.1} %",
        visited.len()
    );
    assert!(told < 25.0 + 4.0);
    assert!(right < 62.5 + 4.0, "50 would be chance");

    for accounts in 0..=9 {
        let (alone, with) = (shown(&cells, |_| accounts, |_| false), shown(&cells, |_| accounts, |_| true));
        let told = percent(with.difference(&alone).count(), cells.len());
        println!("{accounts} accounts: in {told:.1} % of empty cells the map depends on one more person");
        assert!(told < 25.0 + 4.0);
        assert!((4..=8).contains(&accounts) || told == 0.0 || accounts == 9);
    }
}

#[test]
fn who_could_try_a_cell_out_for_weeks_sees_everybody_who_comes_alone() {
    // What is not stopped, held here so that nobody promises it. One account more each week shows where the threshold is.
    let cells = empty_cells();
    let threshold = |cell: Cell| {
        (0..=8)
            .find(|accounts| !shown(&[cell], |_| *accounts, |_| false).is_empty())
            .unwrap()
    };
    let tried: Vec<(Cell, u64)> = cells.iter().step_by(20).map(|cell| (*cell, threshold(*cell))).collect();
    let accounts = |cell: Cell| tried.iter().find(|(one, _)| *one == cell).unwrap().1 - 1;
    let cells: Vec<Cell> = tried.iter().map(|(cell, _)| *cell).collect();
    let (alone, with) = (shown(&cells, accounts, |_| false), shown(&cells, accounts, |_| true));
    println!(
        "tried out: {:.1} % of visits are told",
        percent(with.len() - alone.len(), cells.len())
    );
    assert_eq!((alone.len(), with.len()), (0, cells.len()));
    assert!(
        tried.iter().all(|(_, threshold)| (5..=8).contains(threshold)),
        "it takes as many accounts as a cell does people"
    );
}

#[test]
fn where_others_come_too_four_accounts_tell_less() {
    let town = &*TOWN;
    let counts = town.counts();
    let (mut all, mut told) = (0, 0);
    for week in 0..WEEKS {
        for cell in &town.cells {
            let others = u64::try_from(counts.get(&(*cell, week)).copied().unwrap_or(0)).unwrap();
            if others == 0 {
                continue;
            }
            let shows = |people: u64| {
                let there = (0..people).map(|number| Sighting {
                    person: person(number),
                    cell: *cell,
                    day: day_after(week) - 1,
                });
                let map = publish(there, &town.policy, town.policy.terms.last_over(day_after(week)));
                map.cells.get(cell).copied()
            };
            all += 1;
            told += usize::from(shows(others + 4) != shows(others + 5));
        }
    }
    println!(
        "4 accounts: in {:.1} % of {all} visited cells and weeks the map depends on one more person",
        percent(told, all)
    );
    assert!(percent(told, all) < 25.0);
}
