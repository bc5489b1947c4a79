#![allow(clippy::unwrap_used)]
use proptest::{collection::vec, prelude::*};

use super::*;
use crate::{
    canonical::Hex,
    coverage::{MapKey, NeedTable, Resolution, UNKNOWN},
};

const CELL: &str = "871126d33ffffff";
/// A Thursday, the first day of an epoch.
const DAY: i32 = 20_000 - 20_000 % 7;

fn person(number: u32) -> PersonId {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    PersonId(Hex(bytes))
}

fn cell() -> Cell {
    CELL.parse().unwrap()
}

fn sighting(number: u32, cell: Cell, day: i32) -> Sighting {
    Sighting {
        person: person(number),
        cell,
        day,
    }
}

fn policy_with(k: u32, key: u8) -> Policy {
    Policy {
        terms: Terms::new(k, Resolution::SENT, 7, 14).unwrap(),
        key: MapKey::new([key; 32]),
    }
}

/// Under a key that asks for so many beyond `k` in the cell.
fn policy(extra: u8) -> Policy {
    (0..=u8::MAX)
        .map(|key| policy_with(5, key))
        .find(|policy| policy.extra(cell()) == extra)
        .unwrap()
}

fn crowd(people: u32, day: i32) -> Vec<Sighting> {
    (0..people).map(|number| sighting(number, cell(), day)).collect()
}

fn shown(sightings: &[Sighting], policy: &Policy, today: i32) -> Option<(u32, u16)> {
    let map = publish(sightings.iter().copied(), policy, policy.terms.last_over(today));
    let covered = map.cells.get(&cell())?;
    Some((covered.people, covered.freshness.thousandths()))
}

#[test]
fn four_people_are_not_on_the_map_however_often_they_come_and_more_are_in_steps() {
    let often: Vec<Sighting> = (0..7).flat_map(|day| crowd(4, DAY + day)).collect();
    for extra in 0..=3 {
        let at = |people| shown(&crowd(people, DAY), &policy(extra), DAY + 7).map(|(people, _)| people);
        let more = u32::from(extra);
        assert_eq!(shown(&often, &policy(extra), DAY + 7), None);
        assert_eq!((at(4 + more), at(5 + more)), (None, Some(5)));
        assert_eq!((at(9 + more), at(10 + more)), (Some(5), Some(10)));
        assert_eq!((at(99 + more), at(100 + more)), (Some(50), Some(100)));
    }
    assert_eq!(shown(&crowd(3_000, DAY), &policy(0), DAY + 7), Some((1_000, 1_000)));
}

#[test]
fn a_week_shows_once_it_is_over_and_fades_until_it_is_forgotten() {
    let (there, policy) = (crowd(30, DAY), policy(3));
    let at = |weeks: i32| shown(&there, &policy, DAY + 7 * weeks).map(|(_, freshness)| freshness);
    assert_eq!(shown(&there, &policy, DAY + 6), None, "the week is not over");
    let fading: Vec<Option<u16>> = (1..=9).map(at).collect();
    let expected = [1_000, 1_000, 500, 500, 250, 250, 125, 125].map(Some);
    assert_eq!(fading[..8], expected);
    assert_eq!(fading[8], None);
}

#[test]
fn five_people_in_two_weeks_are_not_five_people() {
    let mut there = crowd(4, DAY);
    there.extend((4..8).map(|number| sighting(number, cell(), DAY + 7)));
    assert_eq!(shown(&there, &policy(0), DAY + 14), None);
}

#[test]
fn too_few_this_week_leave_what_an_earlier_one_showed() {
    let mut there = crowd(10, DAY);
    there.extend(crowd(4, DAY + 14));
    assert_eq!(shown(&there, &policy(0), DAY + 21), Some((10, 500)));
}

#[test]
fn who_is_erased_is_counted_in_no_week_of_the_next_map() {
    let mut there = crowd(5, DAY);
    assert_eq!(shown(&there, &policy(0), DAY + 14), Some((5, 1_000)));
    there.retain(|sighting| sighting.person != person(2));
    assert_eq!(shown(&there, &policy(0), DAY + 14), None);
}

#[test]
fn finer_sightings_count_in_their_cell_and_coarser_ones_nowhere() {
    let finer: Cell = "891126d33afffff".parse().unwrap();
    let near = |cell: Cell| -> Vec<Sighting> { (0..9).map(|number| sighting(number, cell, DAY)).collect() };
    let home = finer.parent(Resolution::SENT).unwrap();
    let policy = policy(0);
    let map = publish(near(finer), &policy, policy.terms.last_over(DAY + 7));
    assert_eq!(map.cells.keys().collect::<Vec<_>>(), [&home]);
    let coarser = finer.parent(Resolution::new(6).unwrap()).unwrap();
    let map = publish(near(coarser), &policy, policy.terms.last_over(DAY + 7));
    assert!(map.cells.is_empty());
}

#[test]
fn a_map_looks_like_this_on_the_wire() {
    let policy = policy(0);
    let map = publish(crowd(12, DAY), &policy, policy.terms.last_over(DAY + 7));
    let told = serde_json::to_string(&map).unwrap();
    assert_eq!(serde_json::from_str::<Coverage>(&told).unwrap(), map);
    insta::assert_json_snapshot!(map);
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let days = [i32::MIN, -1, 0, 1, i32::MAX];
    let there: Vec<Sighting> = days.iter().flat_map(|day| crowd(20, *day)).collect();
    for terms in [
        Terms::new(u32::MAX, Resolution::SENT, 7, 3_650).unwrap(),
        Terms::new(3, Resolution::SENT, 91, 3_650).unwrap(),
        Terms::default(),
    ] {
        let policy = Policy { terms, ..policy(0) };
        for today in days {
            let map = publish(there.iter().copied(), &policy, terms.last_over(today));
            assert!(terms.k() < 100 || map.cells.is_empty());
            assert!(NeedTable::of(&map, UNKNOWN).cells.len() == map.cells.len());
        }
    }
    assert_eq!(step(usize::MAX, 3, 5), Some(1_000));
    assert_eq!(
        step(usize::MAX, 3, u32::MAX),
        Some(u32::MAX),
        "a number that cannot be told is not"
    );
}

fn sightings() -> impl Strategy<Value = Vec<Sighting>> {
    let cells = cell().and_neighbours();
    // Of 24 people, so that some cells are filled and some are not.
    vec((0u32..24, 0..cells.len(), -10i32..60), 0..400).prop_map(move |all| {
        all.into_iter()
            .map(|(who, at, day)| sighting(who, cells[at], DAY + day))
            .collect()
    })
}

/// The people of each epoch in a cell, counted in another way.
fn people_of(sightings: &[Sighting], cell: Cell, first: i32, last: i32) -> usize {
    let mut people: Vec<PersonId> = sightings
        .iter()
        .filter(|one| one.cell == cell && (first..=last).contains(&one.day))
        .map(|one| one.person)
        .collect();
    people.sort_unstable();
    people.dedup();
    people.len()
}

proptest! {
    #[test]
    fn behind_each_cell_stand_k_people_of_one_week_that_is_over(there in sightings(), k in 3u32..9, key in any::<u8>(), today in 0i32..80) {
        let policy = policy_with(k, key);
        let epoch = policy.terms.last_over(DAY + today);
        let map = publish(there.iter().copied(), &policy, epoch);
        for (cell, covered) in &map.cells {
            prop_assert!(covered.people >= k);
            let most = (0..8).map(|ago| {
                let first = policy.terms.first_day(epoch) - 7 * ago;
                people_of(&there, *cell, first, first + 6)
            });
            prop_assert!(most.max().unwrap() >= usize::try_from(covered.people).unwrap());
        }
    }

    #[test]
    fn order_and_repetition_change_nothing(there in sightings(), key in any::<u8>(), mixed in any::<prop::sample::Index>()) {
        let policy = policy_with(5, key);
        let epoch = policy.terms.last_over(DAY + 60);
        let map = publish(there.iter().copied(), &policy, epoch);
        let mut other: Vec<Sighting> = there.iter().rev().chain(&there).copied().collect();
        if !other.is_empty() {
            let at = mixed.index(other.len());
            other.rotate_left(at);
        }
        prop_assert_eq!(publish(other, &policy, epoch), map);
    }

    #[test]
    fn a_greater_k_shows_no_more_and_nothing_fresher(there in sightings(), k in 3u32..9, more in 1u32..9, key in any::<u8>()) {
        let (policy, stricter) = (policy_with(k, key), policy_with(k + more, key));
        let epoch = policy.terms.last_over(DAY + 60);
        let map = publish(there.iter().copied(), &policy, epoch);
        for (cell, covered) in publish(there, &stricter, epoch).cells {
            prop_assert!(map.cells.get(&cell).is_some_and(|looser| looser.freshness >= covered.freshness));
        }
    }

    #[test]
    fn what_is_shown_of_a_cell_follows_from_its_own_sightings(there in sightings(), key in any::<u8>()) {
        let policy = policy_with(5, key);
        let epoch = policy.terms.last_over(DAY + 60);
        let map = publish(there.iter().copied(), &policy, epoch);
        for cell in cell().and_neighbours() {
            let own = publish(there.iter().copied().filter(|one| one.cell == cell), &policy, epoch);
            prop_assert_eq!(own.cells.get(&cell), map.cells.get(&cell));
        }
    }

    #[test]
    fn need_does_not_tell_four_people_from_nobody(there in sightings(), key in any::<u8>(), so_few in 1u32..5) {
        let policy = policy_with(5, key);
        let epoch = policy.terms.last_over(DAY + 60);
        let cell = cell();
        let nobody: Vec<Sighting> = there.into_iter().filter(|one| one.cell != cell).collect();
        let few = nobody.iter().copied().chain((100..100 + so_few).map(|who| sighting(who, cell, DAY + 50)));
        let one = NeedTable::of(&publish(few, &policy, epoch), UNKNOWN);
        let other = NeedTable::of(&publish(nobody.iter().copied(), &policy, epoch), UNKNOWN);
        prop_assert_eq!(one.id(), other.id());
        prop_assert_eq!(one.need(cell), UNKNOWN);
    }
}
