//! Lives that are made: days between home and work, and walks near and far of it.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use std::collections::BTreeSet;

use h3o::{CellIndex, LatLng};

use super::*;
use crate::{
    Asked, Cancel, Secret, Trace,
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
        let trace = |number: i64| Trace {
            capture: format!("day {number}"),
            ..trace(places::day(self.home, self.work, DAY + number, 60.0, random))
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
        each(case("ends", away.fixes(&mut random), finest.max(6), traces));
        // An evening out, and a walk of someone of whom nothing is known yet.
        each(case("ends", evening(life.home, 90, &mut random), 7, Vec::new()));
        let walk = Trip::any(Way::Walk, &mut random);
        each(case("ends", walk.fixes(&mut random), 8 + number % 3, Vec::new()));
    }
}

/// So many minutes at one table, from twenty past seven.
pub(crate) fn evening(table: (f64, f64), minutes: i64, random: &mut Random) -> Vec<Fix> {
    let midnight = DAY * 86_400 - (table.1 / 15.0 * 3_600.0) as i64;
    (0..minutes / 5)
        .map(|number| Fix {
            time: earnest_domain::time::Timestamp::from_seconds(midnight + 19 * 3_600 + 1_200 + number * 300),
            ..at(moved(table, random.normal() * 10.0, random.normal() * 10.0))
        })
        .collect()
}

/// What the check leaves of positions.
pub(crate) fn trace(fixes: Vec<Fix>) -> Trace {
    let case = Case::new("", place(fixes, Vec::new()));
    let judged = fixtures::check("place-home").judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default()));
    Trace {
        capture: "earlier".to_owned(),
        bytes: judged.unwrap().1.unwrap(),
    }
}

/// One that nobody else knows.
pub(crate) fn secret(random: &mut Random) -> Secret {
    let mut bytes = [0; 32];
    for eight in bytes.chunks_exact_mut(8) {
        eight.copy_from_slice(&random.bits().to_le_bytes());
    }
    Secret::new(bytes)
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

/// A home of which only one cell is known.
fn at_home(life: &Life) -> Important {
    let leader = cell(&at(life.home), KEPT).unwrap();
    Important {
        what: What::Home,
        leader,
        cells: BTreeSet::from([leader]),
    }
}

/// The middles that a hole around home may have.
fn middles(around: &surroundings::Surroundings, home: CellIndex, rings: u32) -> Vec<CellIndex> {
    let is_whole = |middle: &CellIndex| middle.grid_disk::<Vec<_>>(rings).into_iter().all(|cell| around.holds(cell));
    let mut middles: Vec<CellIndex> = home.grid_disk::<Vec<_>>(3).into_iter().filter(is_whole).collect();
    middles.sort();
    middles
}

const SMALL_CELLS: [(Resolution, u32); 3] = [(Resolution::Seven, 1), (Resolution::Eight, 2), (Resolution::Nine, 3)];

/// Who knows the code and sees the hole, but has not the secret, guesses as well as a coin.
#[test]
fn the_code_does_not_tell_which_middle_is_home() {
    let mut random = Random(44);
    for (resolution, rings) in SMALL_CELLS {
        let (mut lives, mut guessed) = (0.0, [0.0; 4]);
        while lives < 1_500.0 {
            let life = Life::any(&mut random);
            let home = at_home(&life);
            let own = LatLng::from(home.leader).to_cell(resolution);
            let around = surroundings::of(std::slice::from_ref(&home), resolution, Some(&secret(&mut random)));
            let found = middles(&around, own, rings);
            assert!(found.len() == 2 && found.contains(&own), "{found:?}");
            // Whose draw gives the other: with a secret of one's own, with none at all, and the first and the last of both.
            let mut draws_the_other = |secret: &Secret| {
                let draws = |cell: CellIndex, other: CellIndex| {
                    let leader = cell.center_child(KEPT).unwrap();
                    let one = Important {
                        leader,
                        cells: BTreeSet::from([leader]),
                        ..home.clone()
                    };
                    let around = surroundings::of(&[one], resolution, Some(secret));
                    middles(&around, cell, rings).contains(&other)
                };
                match (draws(found[0], found[1]), draws(found[1], found[0])) {
                    (true, false) => found[0],
                    (false, true) => found[1],
                    _ => found[random.bits() as usize % 2],
                }
            };
            let told = [
                draws_the_other(&Secret::new([7; 32])),
                draws_the_other(&Secret::new([0; 32])),
                found[0],
                found[1],
            ];
            lives += 1.0;
            for (right, guess) in guessed.iter_mut().zip(told) {
                *right += f64::from(u8::from(guess == own));
            }
        }
        for right in guessed {
            let share: f64 = right / lives;
            // Three and a half deviations.
            assert!((share - 0.5).abs() < 0.046, "{resolution}: {guessed:?} of {lives}");
        }
    }
}

/// Without a secret the hole is the same wherever home is among seven cells.
#[test]
fn without_a_secret_the_hole_is_that_of_seven() {
    let mut random = Random(45);
    for (resolution, _) in SMALL_CELLS {
        for _ in 0..50 {
            let known = at_home(&Life::any(&mut random));
            let own = LatLng::from(known.leader).to_cell(resolution);
            let hole = |leader: CellIndex| {
                let one = Important {
                    leader,
                    cells: BTreeSet::from([leader]),
                    ..known.clone()
                };
                let around = surroundings::of(&[one], resolution, None);
                let near: Vec<CellIndex> = own.grid_disk(8);
                near.into_iter().filter(|cell| around.holds(*cell)).collect::<BTreeSet<_>>()
            };
            let whole = hole(known.leader);
            let alike: Vec<CellIndex> = own.parent(resolution.pred().unwrap()).unwrap().children(resolution).collect();
            assert!(alike.contains(&own) && alike.len() >= 6);
            for other in alike {
                assert_eq!(hole(other.center_child(KEPT).unwrap()), whole);
            }
        }
    }
}

/// A hundred thousand places of equal length were compared with each other: that took hours.
#[test]
fn many_places_are_clustered_soon_and_no_longer_than_somebody_waits() {
    let mut random = Random(46);
    let stays: Vec<stays::Stay> = (0..100_000)
        .map(|number| stays::Stay {
            cell: cell(&at((random.within(-60.0, 60.0), random.within(-170.0, 170.0))), KEPT).unwrap(),
            day: number % 300,
            home: 190,
            work: 20,
        })
        .collect();
    let limits: Limits = fixtures::check("place-home").manifest().limits(NAME).unwrap();
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let run = crate::Run::new(&models, &asked, &cancel);
    let begun = std::time::Instant::now();
    let found = important::of(&stays, &limits, &run).unwrap();
    assert!(
        found.len() > 90_000 && begun.elapsed().as_secs() < 20,
        "{:?}",
        begun.elapsed()
    );
    cancel.cancel();
    assert!(matches!(important::of(&stays, &limits, &run), Err(CheckError::Cancelled)));
}
