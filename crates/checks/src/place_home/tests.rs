//! Lives that are made: days between home and work, and walks near and far of it.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use std::collections::BTreeSet;

use h3o::CellIndex;

use super::*;
use crate::{
    Asked, Cancel, Trace,
    fixtures::{
        self, Case,
        places::{self, Random, Trip, Way, at, moved, place},
    },
};

/// A Tuesday.
const DAY: i64 = 20_250;

/// Where someone lives and works.
pub(crate) struct Life {
    pub(crate) home: (f64, f64),
    pub(crate) work: (f64, f64),
}

impl Life {
    pub(crate) fn any(random: &mut Random) -> Self {
        let home = (random.within(-50.0, 60.0), random.within(-170.0, 170.0));
        let angle = random.within(0.0, std::f64::consts::TAU);
        let far = random.within(4_000.0, 25_000.0);
        Self {
            home,
            work: moved(home, far * angle.cos(), far * angle.sin()),
        }
    }

    pub(crate) fn days(&self, days: i64, random: &mut Random) -> Vec<Fix> {
        (0..days)
            .flat_map(|day| places::day(self.home, self.work, DAY + day, 20.0, random))
            .collect()
    }

    /// What the check left of days before.
    pub(crate) fn traces(&self, random: &mut Random) -> Vec<Trace> {
        let check = fixtures::check("place-home");
        let trace = |number: i64| {
            let fixes = places::day(self.home, self.work, DAY + number, 60.0, random);
            let case = Case::new("", place(fixes, Vec::new()));
            let (_, trace) = check
                .judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default()))
                .unwrap();
            Trace {
                capture: format!("day {number}"),
                bytes: trace.unwrap(),
            }
        };
        (0..3).map(trace).collect()
    }
}

fn case(expected: &str, fixes: Vec<Fix>, finest: u8, earlier: Vec<Trace>) -> Case {
    Case {
        earlier,
        asked: Asked {
            finest_cell: Some(finest),
            ..Asked::default()
        },
        ..Case::new(expected, place(fixes, Vec::new()))
    }
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(41);
    for number in 0..45_u8 {
        let life = Life::any(&mut random);
        let finest = 5 + number % 6;
        // Home and work in the capture itself.
        each(case(
            "private_places",
            life.days(1 + i64::from(number % 3), &mut random),
            finest,
            Vec::new(),
        ));
        // A walk from the door, known from the days before.
        let traces = life.traces(&mut random);
        let walk = Trip {
            from: if number % 3 == 0 { life.work } else { life.home },
            ..Trip::by(Way::Walk)
        };
        each(case("private_places", walk.fixes(&mut random), finest, traces.clone()));
        // One elsewhere.
        let far = random.within(120_000.0, 900_000.0);
        let away = Trip {
            from: moved(life.home, far, 0.0),
            ..Trip::any(Way::MOVING[usize::from(number) % 5], &mut random)
        };
        let away = Trip {
            from: moved(life.home, far, 0.0),
            ..away
        };
        each(case("none_near", away.fixes(&mut random), finest.max(6), traces));
        // An evening out, and a walk of someone of whom nothing is known yet.
        each(case("none_near", evening(&life, &mut random), 7, Vec::new()));
        let walk = Trip::any(Way::Walk, &mut random);
        each(case("ends", walk.fixes(&mut random), 8 + number % 3, Vec::new()));
    }
}

/// Ninety minutes at one table.
fn evening(life: &Life, random: &mut Random) -> Vec<Fix> {
    let midnight = DAY * 86_400 - (life.home.1 / 15.0 * 3_600.0) as i64;
    (0..18)
        .map(|number| Fix {
            time: earnest_domain::time::Timestamp::from_seconds(midnight + 19 * 3_600 + 1_200 + number * 300),
            ..at(moved(life.home, random.normal() * 10.0, random.normal() * 10.0))
        })
        .collect()
}

#[test]
fn each_life_is_called_what_it_is() {
    fixtures::places::nearly_all_are_right("place-home", cases);
}

/// The cells in which home and work are, at a resolution.
pub(crate) fn private_cells(life: &Life, resolution: Resolution) -> BTreeSet<CellIndex> {
    [life.home, life.work]
        .into_iter()
        .filter_map(|place| cell(&at(place), resolution))
        .collect()
}

#[test]
fn what_is_said_of_home_does_not_say_where_it_is() {
    let (models, cancel, mut random) = (fixtures::models(), Cancel::default(), Random(42));
    let check = fixtures::check("place-home");
    let life = Life::any(&mut random);
    let case = case("", life.days(2, &mut random), 9, Vec::new());
    let (verdict, trace) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
    let said = format!("{verdict:?}").to_lowercase();
    for number in 0..=15 {
        for cell in private_cells(&life, Resolution::try_from(number).unwrap()) {
            assert!(!said.contains(&cell.to_string()), "{cell}");
        }
    }
    for degrees in [life.home.0, life.home.1, life.work.0, life.work.1] {
        assert!(!said.contains(&format!("{degrees:.3}")), "{degrees}");
    }
    assert!(trace.unwrap().len() <= 1 + 32 * 16, "a trace is small");
}

#[test]
fn any_trace_is_read() {
    let mut random = Random(43);
    for length in 0..200 {
        let bytes: Vec<u8> = [1].into_iter().chain((0..length).map(|_| random.bits() as u8)).collect();
        assert!(stays::from_trace(&bytes).len() <= length / 16);
    }
}

/// The ring that is kept back does not show its middle: the neighbour's ring is the same shape.
#[test]
fn home_is_not_the_middle_of_the_hole() {
    let mut random = Random(44);
    for _ in 0..50 {
        let life = Life::any(&mut random);
        let leader = cell(&at(life.home), KEPT).unwrap();
        let home = Important {
            what: What::Home,
            leader,
            cells: BTreeSet::from([leader]),
        };
        let middle = leader.parent(Resolution::Seven).unwrap();
        let around = surroundings::of(std::slice::from_ref(&home), Resolution::Seven);
        let middles = middle.grid_disk::<Vec<_>>(1).into_iter().filter(|candidate| {
            let ring: Vec<CellIndex> = candidate.grid_disk(1);
            ring.into_iter().all(|cell| around.holds(cell))
        });
        assert!(middles.count() >= 2, "one is as likely as the other");
    }
}
