#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use earnest_domain::verdict::Decision;
use h3o::Resolution;
use proptest::prelude::*;

use super::*;
use crate::{
    Cancel,
    capture::Capture,
    fixtures::{
        self, Case, models,
        places::{Random, Trip, Way, moved, place},
    },
    place_home::tests::{Life, private_cells},
    redact,
};

/// Judged by the check of homes, and made ready to leave.
fn shared(case: &Case) -> String {
    let check = fixtures::check("place-home");
    let (verdict, _) = check.judge(&case.capture, &case.run(&models(), &Cancel::default())).unwrap();
    let shared = redact::made(&case.capture, &[verdict], &case.asked).unwrap().unwrap();
    assert_eq!((shared.media_type, shared.extension), ("text/csv; charset=utf-8", "csv"));
    String::from_utf8(shared.bytes).unwrap()
}

fn cells(table: &str) -> Vec<CellIndex> {
    let lines = table.split("\r\n").skip(1).filter(|line| !line.is_empty());
    lines.map(|line| line.split(',').next().unwrap().parse().unwrap()).collect()
}

fn with(fixes: Vec<crate::capture::Fix>, finest: Option<u8>) -> Case {
    let mut case = Case::new("", place(fixes, Vec::new()));
    case.asked.finest_cell = finest;
    case
}

#[test]
fn a_drive_leaves_as_cells_and_hours() {
    let table = shared(&with(Trip::by(Way::Car).fixes(&mut Random(2)), None));
    let (head, first) = (table.lines().next().unwrap(), table.lines().nth(1).unwrap());
    assert_eq!(head, "cell,from,to,fixes");
    assert!(first.contains(",2025-06-11T10:00:00Z,2025-06-11T11:00:00Z,"), "{table}");
    assert!(cells(&table).len() > 2);
    assert!(cells(&table).iter().all(|cell| cell.resolution() == Resolution::Seven));
    let sum: usize = table
        .lines()
        .skip(1)
        .map(|line| line.rsplit(',').next().unwrap().parse::<usize>().unwrap())
        .sum();
    assert_eq!(sum, 450, "every position is counted once");
}

#[test]
fn a_day_leaves_without_home_and_work_and_what_lies_around() {
    let mut random = Random(3);
    for finest in 0..=15 {
        let mut life = Life::any(&mut random);
        life.work = moved(life.home, 30_000.0, 10_000.0);
        let table = shared(&with(life.days(1, &mut random), Some(finest)));
        let sent = Resolution::try_from(finest).unwrap();
        let home = private_cells(&life, sent);
        for cell in cells(&table) {
            assert_eq!(cell.resolution(), sent);
            assert!(!home.contains(&cell), "home or work at resolution {finest}");
            // What is sent finer is not near it either.
            for place in private_cells(&life, sent.min(Resolution::Nine)) {
                let near = place.grid_disk::<Vec<_>>(u32::from(finest >= 7));
                assert!(
                    !near.contains(&cell.parent(sent.min(Resolution::Nine)).unwrap()),
                    "around home at {finest}"
                );
            }
        }
        if (6..=10).contains(&finest) {
            assert!(
                !table.is_empty() && (finest < 8 || cells(&table).len() > 1),
                "the way between them leaves: {table}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_finer_and_nothing_kept_back_is_in_the_bytes(seed: u64, finest in proptest::option::of(0..=15_u8), near: bool) {
        let mut random = Random(seed);
        let life = Life::any(&mut random);
        // A walk from the door and one elsewhere; home is known from days before, or not.
        let way = Way::MOVING[(random.unit() * 6.0) as usize];
        let trip = Trip { from: if near { life.home } else { life.work }, ..Trip::any(way, &mut random) };
        let trip = Trip { from: if near { life.home } else { trip.from }, ..trip };
        let fixes = trip.fixes(&mut random);
        let mut case = with(fixes.clone(), finest);
        if near {
            case.earlier = life.traces(&mut random);
        }
        let table = shared(&case);
        let sent = Resolution::try_from(finest.unwrap_or(7)).unwrap();
        for fix in fixes.iter().step_by(1 + fixes.len() / 60) {
            for degrees in [fix.latitude, fix.longitude] {
                let digits = format!("{:.3}", degrees.abs());
                prop_assert!(!table.contains(&digits), "{digits} of a coordinate is in {table}");
            }
            for finer in 0..=15_u8 {
                let finer = Resolution::try_from(finer).unwrap();
                if finer != sent {
                    let cell = cell(fix, finer).unwrap().to_string();
                    prop_assert!(!table.contains(&cell), "another cell than was asked for");
                }
            }
        }
        if near {
            let private = private_cells(&life, sent);
            prop_assert!(cells(&table).iter().all(|cell| !private.contains(cell)));
        }
        // Whole hours alone.
        prop_assert!(table.split("\r\n").skip(1).filter(|line| !line.is_empty()).all(|line| line.matches(":00:00Z").count() == 2));
    }
}

#[test]
fn what_was_marked_is_out_wherever_it_comes_again() {
    let case = with(Trip::by(Way::Walk).fixes(&mut Random(4)), Some(6));
    let Capture::Place(place) = &case.capture else {
        unreachable!()
    };
    let verdict = Verdict {
        check: "place-home".parse().unwrap(),
        version: 1,
        decision: Decision::Redact,
        score: earnest_domain::verdict::Permille::ZERO,
        label: None,
        reason: "private_places".to_owned(),
        says: "It is near home.".to_owned(),
        advice: String::new(),
        evidence: vec![Evidence::Stretch {
            from_ms: 0,
            to_ms: 1,
            what: "home".into(),
        }],
        model: None,
    };
    let first = cell(&place.fixes()[0], Resolution::Six).unwrap();
    let table = as_cells(place, &[verdict], &case.asked);
    assert!(!cells(&table).contains(&first), "{table}");
}
