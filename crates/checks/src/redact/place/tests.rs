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
        places::{Random, Trip, Way, at, moved, place},
    },
    place_home::tests::{Life, evening, private_cells, secret, trace},
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

/// Metres from a position to the nearest of a cell's corners and of the middles between them.
fn metres_to(cell: CellIndex, place: (f64, f64)) -> f64 {
    let corners: Vec<(f64, f64)> = cell.boundary().iter().map(|corner| (corner.lat(), corner.lng())).collect();
    let next = corners.iter().cycle().skip(1);
    let between = corners
        .iter()
        .zip(next)
        .map(|(one, two)| (one.0.midpoint(two.0), one.1.midpoint(two.1)));
    between
        .chain(corners.iter().copied())
        .map(|corner| at(corner).metres_to(&at(place)))
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn a_ride_leaves_as_cells_and_hours_without_its_ends() {
    let mut random = Random(2);
    for secret in [None, Some(secret(&mut random))] {
        let ride = Trip {
            seconds: 2_400.0,
            ..Trip::by(Way::Train)
        };
        let fixes = ride.fixes(&mut random);
        let mut case = with(fixes.clone(), None);
        case.asked.secret = secret;
        let table = shared(&case);
        let (head, first) = (table.lines().next().unwrap(), table.lines().nth(1).unwrap());
        assert_eq!(head, "cell,from,to,fixes");
        assert!(first.contains(",2025-06-11T10:00:00Z,2025-06-11T11:00:00Z,"), "{table}");
        assert!(cells(&table).len() > 10);
        assert!(cells(&table).iter().all(|cell| cell.resolution() == Resolution::Seven));
        let sum: usize = table
            .lines()
            .skip(1)
            .map(|line| line.rsplit(',').next().unwrap().parse::<usize>().unwrap())
            .sum();
        assert!(
            sum > 900 && sum < 1_200,
            "every position is counted once, but those near the ends: {sum}"
        );
        for end in [fixes[0], fixes[fixes.len() - 1]] {
            let place = (end.latitude, end.longitude);
            assert!(
                cells(&table).into_iter().all(|cell| metres_to(cell, place) > 1_000.0),
                "{table}"
            );
        }
    }
}

/// Three hours at a friend's look like a home. The door that a walk begins at is another, and stays hidden.
#[test]
fn evenings_elsewhere_do_not_show_the_door() {
    let mut random = Random(5);
    for number in 0..48_u8 {
        let life = Life::any(&mut random);
        let far = random.within(2_000.0, 30_000.0);
        let friend = moved(life.home, far, far / 2.0);
        let way = [Way::Walk, Way::Run, Way::Cycle, Way::Car][usize::from(number) % 4];
        let walk = Trip {
            from: life.home,
            ..Trip::any(way, &mut random)
        };
        let mut case = with(walk.fixes(&mut random), Some(number % 16));
        // Of every third nothing at all is known yet.
        if number % 3 > 0 {
            case.earlier = vec![trace(evening(friend, 210, &mut random)); usize::from(number % 3)];
        }
        case.asked.secret = (number % 2 == 0).then(|| secret(&mut random));
        let table = shared(&case);
        let sent = Resolution::try_from(number % 16).unwrap();
        let door = at(life.home);
        for cell in cells(&table) {
            assert_ne!(Some(cell), super::cell(&door, sent), "the first walk from home at {sent}");
            assert!(
                sent < Resolution::Seven || metres_to(cell, life.home) > 500.0,
                "near home at {sent}"
            );
        }
    }
}

#[test]
fn a_day_leaves_without_home_and_work_and_what_lies_around() {
    let mut random = Random(3);
    for finest in 0..=15 {
        let mut life = Life::any(&mut random);
        life.work = moved(life.home, 30_000.0, 10_000.0);
        let mut case = with(life.days(1, &mut random), Some(finest));
        case.asked.secret = (finest % 2 == 0).then(|| secret(&mut random));
        let table = shared(&case);
        let sent = Resolution::try_from(finest).unwrap();
        let home = private_cells(&life, sent);
        for cell in cells(&table) {
            assert_eq!(cell.resolution(), sent);
            assert!(!home.contains(&cell), "home or work at resolution {finest}");
            // What is sent finer is not near it either.
            let near = metres_to(cell, life.home).min(metres_to(cell, life.work));
            assert!(finest < 7 || near > 600.0, "{near} m from home at {finest}");
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
