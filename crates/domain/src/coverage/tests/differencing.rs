//! The attacker subtracts: a map with somebody from the one without, a week from the next, a resolution from another.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use super::{
    percent,
    town::{TOWN, Town, WEEKS, day_after, week_of},
};
use crate::coverage::{Cell, Policy, Resolution, Terms, publish};

/// What is shown of a cell after a week, told in another way than by `publish`: the people, and how many weeks ago.
fn shown(town: &Town, cell: Cell, week: i32, people: impl Fn(i32) -> usize) -> Option<(usize, i32)> {
    let extra = usize::from(town.policy.extra(cell));
    (0..8).find_map(|ago| {
        let reached = |step: &usize| people(week - ago) >= step + extra;
        let step = [5, 10, 20, 50, 100, 200, 500, 1_000].into_iter().filter(reached).max()?;
        // Ages are told by two weeks.
        Some((step, ago / 2))
    })
}

#[test]
fn one_person_can_change_the_map_and_behind_what_it_shows_stand_five_with_or_without_them() {
    let town = &*TOWN;
    let counts = town.counts();
    let count = |cell: Cell, week: i32| counts.get(&(cell, week)).copied().unwrap_or(0);
    for (week, map) in (0..).zip(&town.maps) {
        let same = |cell: &Cell| shown(town, *cell, week, |then| count(*cell, then)).is_some() == map.cells.contains_key(cell);
        assert!(town.cells.iter().all(same));
    }

    let (mut weeks, mut changed, mut cells, mut gone, mut ever) = (0, 0, 0, 0, 0);
    let mut last = 0;
    for resident in &town.people {
        let own: BTreeSet<(Cell, i32)> = resident.sightings.iter().map(|one| (one.cell, week_of(one.day))).collect();
        let mut any = false;
        for week in 0..WEEKS {
            let there: BTreeSet<Cell> = own.iter().map(|(cell, _)| *cell).collect();
            let mut differ = 0;
            for cell in there {
                let with = shown(town, cell, week, |then| count(cell, then));
                let without = shown(town, cell, week, |then| {
                    count(cell, then) - usize::from(own.contains(&(cell, then)))
                });
                if with != without {
                    differ += 1;
                    gone += usize::from(without.is_none());
                    let is_k = |then| count(cell, then) >= 5;
                    let is_k_without = |then| count(cell, then) - usize::from(own.contains(&(cell, then))) >= 5;
                    assert!(with.is_none() || (week - 7..=week).any(is_k));
                    assert!(without.is_none() || (week - 7..=week).any(is_k_without));
                }
            }
            weeks += 1;
            cells += differ;
            changed += usize::from(differ > 0);
            last += usize::from(week == WEEKS - 1 && differ > 0);
            any |= differ > 0;
        }
        ever += usize::from(any);
    }
    let people = town.people.len();
    println!(
        "one person: {:.1} % of {weeks} maps differ without them, in {cells} cells, {gone} of which vanish",
        percent(changed, weeks)
    );
    println!(
        "one person: {:.1} % of {people} people change at least one of the twelve maps",
        percent(ever, people)
    );
    println!(
        "erasure: of {people} people, {:.1} % change the last map by leaving",
        percent(last, people)
    );
    assert!(percent(changed, weeks) < 40.0);
    // A map of counts from k up is not differentially private, and nobody is to promise it.
    assert!(cells < weeks, "less than a cell of each map");
}

#[test]
fn without_somebody_the_map_is_as_counting_says() {
    let town = &*TOWN;
    let counts = town.counts();
    for resident in town.people.iter().step_by(250) {
        let own: BTreeSet<(Cell, i32)> = resident.sightings.iter().map(|one| (one.cell, week_of(one.day))).collect();
        let map = town.map(WEEKS - 1, |one| one.id != resident.id);
        for cell in &town.cells {
            let people = |then| {
                counts
                    .get(&(*cell, then))
                    .map_or(0, |all| all - usize::from(own.contains(&(*cell, then))))
            };
            let expected = shown(town, *cell, WEEKS - 1, people);
            let told = map.cells.get(cell).map(|covered| {
                let halvings = [1_000, 500, 250, 125]
                    .iter()
                    .position(|step| *step == covered.freshness.thousandths());
                (
                    usize::try_from(covered.people).unwrap(),
                    i32::try_from(halvings.unwrap()).unwrap(),
                )
            });
            assert_eq!(told, expected);
        }
    }
}

#[test]
fn what_appears_from_one_week_to_the_next_is_five_people_or_more() {
    let town = &*TOWN;
    let counts = town.counts();
    let mut appeared: BTreeMap<usize, usize> = BTreeMap::new();
    for week in 1..WEEKS {
        let at = usize::try_from(week).unwrap();
        for cell in town.maps[at]
            .cells
            .keys()
            .filter(|cell| !town.maps[at - 1].cells.contains_key(cell))
        {
            *appeared.entry(counts[&(*cell, week)]).or_default() += 1;
        }
    }
    println!("weeks: cells that appear, by how many people were there: {appeared:?}");
    let last = &town.maps[11].cells;
    println!("weeks: {} of {} cells are on the last map", last.len(), town.cells.len());
    assert!(appeared.keys().all(|people| *people >= 5));
    assert!(
        appeared.len() > 1,
        "the number at which a cell appears is not the same everywhere: {appeared:?}"
    );
}

#[test]
fn a_map_has_one_resolution_since_a_coarser_one_would_tell_of_what_is_left_out() {
    let town = &*TOWN;
    let fine = &town.maps[11];
    assert!(fine.cells.keys().all(|cell| cell.resolution() == Resolution::SENT));

    // What would be if another map were published beside it.
    let coarser = Resolution::new(6).unwrap();
    let policy = Policy {
        terms: Terms::new(5, coarser, 7, 14).unwrap(),
        key: town.policy.key.clone(),
    };
    let sightings = town.people.iter().flat_map(|one| one.sightings.iter().copied());
    let coarse = publish(sightings, &policy, policy.terms.last_over(day_after(11)));
    let shown: BTreeSet<Cell> = fine.cells.keys().filter_map(|cell| cell.parent(coarser)).collect();
    let told = coarse.cells.keys().filter(|parent| !shown.contains(parent)).count();
    println!(
        "resolutions: of {} coarser cells, {told} would be shown though none of their children is",
        coarse.cells.len()
    );
    assert!(told > 0, "this is why there is only one");
}
