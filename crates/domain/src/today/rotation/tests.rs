#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::identity::PersonKey;

fn person(n: u32) -> PersonId {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&n.to_le_bytes());
    PersonKey::from_seed(&seed).person()
}

fn slugs(count: usize) -> Vec<Slug> {
    (0..count).map(|n| format!("quest-{n}").parse().unwrap()).collect()
}

/// Quests of `groups` groups in turn, with weights from 500 to 2000.
fn offer(ids: &[Slug], groups: usize) -> Vec<Candidate<'_, usize>> {
    let weights = [500, 1_000, 1_250, 2_000, 1_000, 750, 1_500];
    ids.iter()
        .enumerate()
        .map(|(n, id)| Candidate {
            id,
            version: 1,
            open: true,
            weight: Need::new(weights[n % weights.len()]),
            group: n % groups,
        })
        .collect()
}

fn day(n: i32) -> Day {
    Day::from_days(20_000 + n)
}

fn names<'a>(shown: &[&'a Slug]) -> Vec<&'a str> {
    shown.iter().map(|id| id.as_str()).collect()
}

/// How many of the quests were not once shown in 60 days.
fn missed(person: &PersonId, quests: &[Candidate<'_, usize>], first: i32) -> usize {
    let seen: BTreeSet<&Slug> = (first..first + 60)
        .flat_map(|n| choose(person, day(n), quests, &Taste::default(), 6))
        .collect();
    quests.len() - seen.len()
}

#[test]
fn every_quest_comes_round_in_two_months_for_everybody() {
    let ids = slugs(40);
    for groups in [1, 3, 8, 40] {
        let quests = offer(&ids, groups);
        for n in 0..8 {
            assert_eq!(missed(&person(n), &quests, 0), 0, "person {n}, {groups} groups");
        }
    }
    // Most quests of one kind, which has two of the six places.
    let uneven: Vec<_> = offer(&ids, 40)
        .into_iter()
        .map(|quest| Candidate {
            group: quest.group.saturating_sub(20),
            ..quest
        })
        .collect();
    for n in 0..8 {
        assert_eq!(missed(&person(n), &uneven, 0), 0, "person {n}");
    }
}

#[test]
#[ignore = "measures how often a quest is left out for two months; some seconds"]
fn how_often_a_quest_does_not_come_round() {
    let ids = slugs(40);
    let even = |groups: usize| offer(&ids, groups);
    let uneven = |of_one_kind: usize| -> Vec<_> {
        offer(&ids, 40)
            .into_iter()
            .map(|quest| Candidate {
                group: quest.group.saturating_sub(of_one_kind - 1),
                ..quest
            })
            .collect()
    };
    let people = 2_000;
    for (what, quests) in [
        ("one group", even(1)),
        ("3 groups", even(3)),
        ("8 groups", even(8)),
        ("21 of one group", uneven(21)),
        ("30 of one group", uneven(30)),
    ] {
        let left_out: usize = (0..people)
            .map(|n| missed(&person(n), &quests, 13 * i32::try_from(n % 29).unwrap()))
            .sum();
        println!("{what}: {left_out} of {} quests and people", people * 40);
    }
}

#[test]
fn a_quest_that_is_needed_twice_as_much_is_shown_about_twice_as_often() {
    let ids = slugs(60);
    let quests: Vec<_> = offer(&ids, 60)
        .into_iter()
        .map(|quest| Candidate {
            weight: Need::new(if quest.group % 2 == 0 { 1_000 } else { 2_000 }),
            ..quest
        })
        .collect();
    let (mut usual, mut needed) = (0u32, 0u32);
    for n in 0..10 {
        for date in 0..290 {
            for id in choose(&person(n), day(date), &quests, &Taste::default(), 6) {
                let number: usize = id.as_str()[6..].parse().unwrap();
                *(if number.is_multiple_of(2) { &mut usual } else { &mut needed }) += 1;
            }
        }
    }
    let permille = needed * 1_000 / usual;
    assert!((1_850..2_250).contains(&permille), "{permille}");
}

#[test]
fn the_order_of_a_day_is_the_same_on_every_machine_and_in_every_version() {
    let ids = slugs(12);
    let quests = offer(&ids, 4);
    let shown = |n| names(&choose(&person(1), day(n), &quests, &Taste::default(), 4)).join(" ");
    assert_eq!(
        [shown(0), shown(1), shown(2)],
        [
            "quest-8 quest-3 quest-2 quest-10",
            "quest-6 quest-10 quest-5 quest-4",
            "quest-8 quest-10 quest-9 quest-6"
        ]
    );
    assert_ne!(
        choose(&person(1), day(0), &quests, &Taste::default(), 12),
        choose(&person(2), day(0), &quests, &Taste::default(), 12),
        "another person sees them in another order"
    );
}

#[test]
fn pinned_quests_come_first_in_the_order_of_pinning() {
    let ids = slugs(20);
    let mut quests = offer(&ids, 20);
    let taste = Taste {
        pinned: vec![
            ids[7].clone(),
            ids[3].clone(),
            ids[7].clone(),
            "gone".parse().unwrap(),
            ids[5].clone(),
        ],
        ..Taste::default()
    };
    let shown = choose(&person(1), day(0), &quests, &taste, 6);
    assert_eq!(names(&shown[..3]), ["quest-7", "quest-3", "quest-5"]);
    assert_eq!(shown.len(), 6);
    assert_eq!(
        choose(&person(1), day(0), &quests, &taste, 2).len(),
        3,
        "all of them, be there fewer places"
    );
    quests[3].open = false;
    let shown = choose(&person(1), day(0), &quests, &taste, 6);
    assert_eq!(names(&shown[..2]), ["quest-7", "quest-5"], "what is closed waits");
    assert!(!shown.contains(&&ids[3]));
}

#[test]
fn pinned_quests_count_as_some_of_their_kind() {
    let ids = slugs(20);
    let quests = offer(&ids, 4);
    let taste = Taste {
        pinned: vec![ids[0].clone(), ids[4].clone()],
        ..Taste::default()
    };
    for n in 0..29 {
        let shown = choose(&person(1), day(n), &quests, &taste, 6);
        let of_that_kind = shown
            .iter()
            .filter(|id| ids.iter().step_by(4).any(|of_kind| of_kind == **id))
            .count();
        assert_eq!(of_that_kind, 2, "a third of six is there already");
    }
}

#[test]
fn a_snoozed_quest_comes_back_on_its_day_and_a_dismissed_one_never() {
    let ids = slugs(3);
    let quests = offer(&ids, 3);
    let taste = Taste {
        pinned: vec![ids[0].clone(), ids[1].clone()],
        snoozed: BTreeMap::from([(ids[0].clone(), day(5))]),
        never: BTreeSet::from([ids[1].clone()]),
    };
    assert_eq!(names(&choose(&person(1), day(4), &quests, &taste, 6)), ["quest-2"]);
    assert_eq!(names(&choose(&person(1), day(5), &quests, &taste, 6)), ["quest-0", "quest-2"]);
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let ids = slugs(10);
    let quests = offer(&ids, 10);
    let newer: Vec<_> = quests.iter().map(|quest| Candidate { version: 2, ..*quest }).collect();
    let before = choose(&person(1), day(0), &quests, &Taste::default(), 6);
    assert_eq!(choose(&person(1), day(0), &newer, &Taste::default(), 6), before);
    let both: Vec<_> = quests.iter().chain(&newer).copied().collect();
    assert_eq!(
        choose(&person(1), day(0), &both, &Taste::default(), 6),
        before,
        "and is there once"
    );
    let closed: Vec<_> = newer
        .iter()
        .map(|quest| Candidate { open: false, ..*quest })
        .chain(quests)
        .collect();
    assert!(
        choose(&person(1), day(0), &closed, &Taste::default(), 6).is_empty(),
        "the newer one says it is closed"
    );
}

#[test]
fn no_places_and_no_quests_are_no_trouble() {
    let ids = slugs(3);
    assert!(choose(&person(1), day(0), &offer(&ids, 3), &Taste::default(), 0).is_empty());
    assert!(choose::<usize>(&person(1), day(0), &[], &Taste::default(), 6).is_empty());
    assert_eq!(choose(&person(1), Day::MIN, &offer(&ids, 3), &Taste::default(), 6).len(), 3);
    assert_eq!(
        choose(&person(1), Day::MAX, &offer(&ids, 3), &Taste::default(), usize::MAX).len(),
        3
    );
}

#[test]
fn in_each_cycle_a_quest_has_one_best_day() {
    let id: Slug = "walk".parse().unwrap();
    let cycle = CYCLE_DAYS.cast_signed();
    for first in [-cycle, 0, 700 * cycle] {
        let parts: BTreeSet<u128> = (first..first + cycle)
            .map(|n| (Draw::new(&person(1), Day::from_days(n)).of(&id, Need::USUAL) * u128::from(CYCLE_DAYS) / 1_000) >> 64)
            .collect();
        assert_eq!(parts.len(), 29, "a part each: {parts:?}");
    }
}

#[test]
#[ignore = "measures; run it with --release"]
fn how_long_five_thousand_quests_take() {
    let ids = slugs(5_000);
    let quests = offer(&ids, 12);
    let mut micros: Vec<u128> = (0..101)
        .map(|n| {
            let start = std::time::Instant::now();
            let shown = choose(&person(1), day(n), &quests, &Taste::default(), 6);
            let took = start.elapsed().as_micros();
            assert_eq!(shown.len(), 6);
            took
        })
        .collect();
    micros.sort_unstable();
    println!("5,000 quests: median {} us, slowest {} us", micros[50], micros[100]);
}

fn some_quests() -> impl Strategy<Value = (usize, usize)> {
    (1usize..30, 1usize..8)
}

proptest! {
    #[test]
    fn the_order_in_which_the_hub_lists_them_does_not_matter(
        (count, groups) in some_quests(), who in 0u32..50, date in -400i32..400, places in 0usize..10, turn in 0usize..30, pins in 0usize..4,
    ) {
        let ids = slugs(count);
        let quests = offer(&ids, groups);
        let taste = Taste { pinned: ids.iter().take(pins).cloned().collect(), ..Taste::default() };
        let mut turned = quests.clone();
        turned.rotate_left(turn % count);
        turned.swap(0, turn % count);
        prop_assert_eq!(
            choose(&person(who), day(date), &quests, &taste, places),
            choose(&person(who), day(date), &turned, &taste, places)
        );
    }

    #[test]
    fn a_quest_that_goes_or_comes_moves_at_most_one_other_and_changes_no_order(
        (count, groups) in some_quests(), who in 0u32..50, date in -400i32..400, places in 0usize..10, gone in 0usize..30, pins in 0usize..4,
    ) {
        let ids = slugs(count);
        let quests = offer(&ids, groups);
        let taste = Taste { pinned: ids.iter().take(pins).cloned().collect(), ..Taste::default() };
        let gone = gone % count;
        let mut fewer = quests.clone();
        fewer.remove(gone);
        let before = choose(&person(who), day(date), &quests, &taste, places);
        let after = choose(&person(who), day(date), &fewer, &taste, places);
        let stay: Vec<_> = before.iter().filter(|&&id| *id != ids[gone]).collect();
        let stayed: Vec<_> = after.iter().filter(|id| before.contains(id)).collect();
        prop_assert_eq!(&stay, &stayed, "what was shown is shown, in its order");
        prop_assert!(after.len() <= stayed.len() + 1);
    }

    #[test]
    fn no_kind_of_quest_fills_a_day_while_others_have_something(
        (count, groups) in some_quests(), who in 0u32..50, date in -400i32..400, places in 1usize..10,
    ) {
        let ids = slugs(count);
        let quests = offer(&ids, groups);
        let shown = choose(&person(who), day(date), &quests, &Taste::default(), places);
        prop_assert_eq!(shown.len(), places.min(count));
        let of = |group: usize, all: bool| quests.iter().filter(|quest| quest.group == group && (all || shown.contains(&quest.id))).count();
        for group in 0..groups {
            for other in (0..groups).filter(|&other| of(other, true) > of(other, false)) {
                prop_assert!(of(group, false) <= places.div_ceil(3).max(of(other, false) + 1));
            }
        }
    }

    #[test]
    fn what_cannot_be_done_or_is_not_wanted_is_not_shown(
        count in 1usize..30, closed in proptest::collection::btree_set(0usize..30, 0..10),
        never in proptest::collection::btree_set(0usize..30, 0..10), snoozed in proptest::collection::btree_map(0usize..30, -5i32..5, 0..10),
        pinned in proptest::collection::vec(0usize..30, 0..5), places in 0usize..10,
    ) {
        let ids = slugs(30);
        let mut quests = offer(&ids[..count], 5);
        for (n, quest) in quests.iter_mut().enumerate() {
            quest.open = !closed.contains(&n);
        }
        let taste = Taste {
            pinned: pinned.iter().map(|&n| ids[n].clone()).collect(),
            snoozed: snoozed.iter().map(|(&n, &until)| (ids[n].clone(), day(until))).collect(),
            never: never.iter().map(|&n| ids[n].clone()).collect(),
        };
        let shown = choose(&person(1), day(0), &quests, &taste, places);
        let may = |n: usize| n < count && !closed.contains(&n) && !never.contains(&n) && snoozed.get(&n).is_none_or(|&until| until <= 0);
        for id in &shown {
            prop_assert!(may(ids.iter().position(|known| known == *id).unwrap()));
        }
        let unique: BTreeSet<_> = shown.iter().collect();
        prop_assert_eq!(unique.len(), shown.len());
        let pinned: BTreeSet<usize> = pinned.into_iter().filter(|&n| may(n)).collect();
        let open = (0..30).filter(|&n| may(n)).count();
        prop_assert_eq!(shown.len(), places.min(open).max(pinned.len()));
    }
}
