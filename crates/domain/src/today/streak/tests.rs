#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::time::Timestamp;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn days(numbers: impl IntoIterator<Item = i32>) -> BTreeSet<Day> {
    numbers.into_iter().map(Day::from_days).collect()
}

fn pause(from: i32, until: i32) -> Pause {
    Pause {
        from: Day::from_days(from),
        until: Some(Day::from_days(until)),
        reason: PauseReason::Holiday,
    }
}

fn streak(done: impl IntoIterator<Item = i32>, pauses: &[Pause], today: i32) -> Streak {
    Streak::of(&days(done), pauses, Day::from_days(today))
}

const FRESH: Streak = Streak {
    days: 0,
    longest: 0,
    state: StreakState::Fresh,
    done_today: false,
};

#[test]
fn before_anything_was_done_there_is_nothing_to_lose() {
    assert_eq!(streak([], &[], 10), FRESH);
    assert_eq!(streak([], &[pause(5, 20)], 10), FRESH);
}

#[test]
fn today_not_done_yet_lowers_nothing() {
    let expected = Streak {
        days: 5,
        longest: 5,
        state: StreakState::Going,
        done_today: false,
    };
    assert_eq!(streak(0..5, &[], 5), expected);
    let done = Streak {
        days: 6,
        longest: 6,
        done_today: true,
        ..expected
    };
    assert_eq!(streak(0..6, &[], 5), done);
}

#[test]
fn a_missed_week_pauses_and_the_eighth_missed_day_begins_anew() {
    let state = |today| streak(0..5, &[], today).state;
    assert_eq!(
        state(6),
        StreakState::Paused { until_fresh: 7 },
        "day 5 was missed, today is the second"
    );
    assert_eq!(
        state(12),
        StreakState::Paused { until_fresh: 1 },
        "seven were missed, today is the last chance"
    );
    assert_eq!(state(13), StreakState::Fresh);
    assert_eq!(streak(0..5, &[], 12).days, 5);
    assert_eq!((streak(0..5, &[], 13).days, streak(0..5, &[], 13).longest), (0, 5));
    assert_eq!(streak((0..5).chain([12]), &[], 12).days, 6, "it goes on where it stood");
    let after = streak((0..5).chain([13]), &[], 13);
    assert_eq!((after.days, after.longest, after.state), (1, 5, StreakState::Going));
}

#[test]
fn a_declared_pause_costs_nothing_and_counts_nothing_however_long() {
    let ill = [pause(5, 400)];
    let back = streak((0..5).chain([401]), &ill, 401);
    assert_eq!((back.days, back.state), (6, StreakState::Going));
    let resting = streak(0..5, &ill, 200);
    assert_eq!((resting.days, resting.state), (5, StreakState::Paused { until_fresh: 8 }));
    let not_yet = streak(0..5, &ill, 401);
    assert_eq!((not_yet.days, not_yet.state), (5, StreakState::Going));
    assert_eq!(streak((0..5).chain([300]), &ill, 300).days, 6, "what was done in it counts");
    let open = Pause { until: None, ..ill[0] };
    assert_eq!(streak(0..5, &[open], 2_000_000).days, 5, "until nobody knows when");
}

#[test]
fn the_grace_is_counted_on_around_a_declared_pause() {
    // Four missed, a pause of ten, and three missed: seven in all.
    let pauses = [pause(9, 18)];
    assert_eq!(streak((0..5).chain([22]), &pauses, 22).days, 6);
    assert_eq!(streak((0..5).chain([23]), &pauses, 23).days, 1);
    let overlapping = [pause(14, 18), pause(9, 15), pause(10, 11)];
    assert_eq!(streak((0..5).chain([22]), &overlapping, 22).days, 6);
    assert_eq!(streak((0..5).chain([23]), &overlapping, 23).days, 1, "a day is declared once");
    assert_eq!(
        streak((0..5).chain([13]), &[pause(9, 6)], 13).days,
        1,
        "a pause that ends before it begins is none"
    );
}

#[test]
fn a_clock_that_is_set_back_loses_nothing() {
    let full = streak(0..20, &[], 20);
    for today in [19, 12, 3, 0, -1, -400, Day::MIN.days()] {
        let seen = streak(0..20, &[], today);
        assert_eq!((seen.days, seen.longest), (full.days, full.longest), "seen from day {today}");
        assert_eq!(seen.state, StreakState::Going);
    }
}

#[test]
fn a_clock_that_was_ahead_for_a_while_loses_nothing() {
    // Once the year was wrong, and something was done.
    let seen = streak((0..20).chain([3_650]), &[], 20);
    assert_eq!((seen.days, seen.longest, seen.state), (20, 20, StreakState::Going));
    assert_eq!(streak((0..21).chain([3_650]), &[], 20).days, 21, "and it goes on");
    // While the clock is wrong the streak looks ended; set right, it stands as it stood.
    assert_eq!(streak(0..20, &[], 3_650).state, StreakState::Fresh);
    assert_eq!(streak(0..20, &[], 20).days, 20);
}

#[test]
fn the_days_when_clocks_change_count_once_each() {
    // Every twelve hours over both changes of the clocks in Berlin, with the offset of the instant.
    for (middle, before, after) in [("2026-03-29", 3_600, 7_200), ("2026-10-25", 7_200, 3_600)] {
        let change = i64::from(day(middle).days()) * 86_400 + 3_600;
        let done: BTreeSet<Day> = (-8..8)
            .map(|half_days| change + half_days * 43_200)
            .map(|second| Day::of(Timestamp::from_seconds(second), if second < change { before } else { after }))
            .collect();
        let today = done.last().copied().unwrap();
        let seen = Streak::of(&done, &[], today);
        assert_eq!((seen.days, seen.state), (8, StreakState::Going), "{middle}");
    }
}

#[test]
fn a_date_left_out_at_the_date_line_costs_nothing() {
    let done = BTreeSet::from([day("2011-12-28"), day("2011-12-29"), day("2011-12-31")]);
    assert_eq!(Streak::of(&done, &[], day("2011-12-31")).days, 3);
    // Even beside a whole week of rest, once it is declared.
    let never_was = Pause {
        from: day("2011-12-30"),
        until: Some(day("2011-12-30")),
        reason: PauseReason::DateLine,
    };
    let after_a_rest = BTreeSet::from([day("2011-12-28"), day("2012-01-06")]);
    assert_eq!(Streak::of(&after_a_rest, &[], day("2012-01-06")).days, 1);
    assert_eq!(Streak::of(&after_a_rest, &[never_was], day("2012-01-06")).days, 2);
}

#[test]
fn a_date_that_comes_twice_at_the_date_line_counts_once() {
    let done: BTreeSet<Day> = ["2026-07-09", "2026-07-10", "2026-07-09", "2026-07-10"].map(day).into();
    let landed = Streak::of(&done, &[], day("2026-07-09"));
    assert_eq!((landed.days, landed.done_today), (2, true), "back on the 9th, after the 10th");
    assert_eq!(Streak::of(&done, &[], day("2026-07-10")).days, 2);
}

#[test]
fn a_leap_day_and_the_end_of_the_year_are_days_like_others() {
    let over = |first: &str, last: &str| {
        let (first, last) = (day(first), day(last));
        let done: BTreeSet<Day> = (0..=last.since(first)).map(|n| first.plus(n)).collect();
        Streak::of(&done, &[], last).days
    };
    assert_eq!(over("2024-02-28", "2024-03-01"), 3);
    assert_eq!(over("2026-02-28", "2026-03-01"), 2);
    assert_eq!(over("2026-12-30", "2027-01-02"), 4);
}

fn some_days() -> impl Strategy<Value = BTreeSet<Day>> {
    proptest::collection::btree_set(-60i32..60, 0..40).prop_map(days)
}

fn some_pauses() -> impl Strategy<Value = Vec<Pause>> {
    let one = (-70i32..70, proptest::option::weighted(0.9, 0i32..30));
    proptest::collection::vec(one, 0..5).prop_map(|pauses| {
        pauses
            .into_iter()
            .map(|(from, length)| Pause {
                from: Day::from_days(from),
                until: length.map(|length| Day::from_days(from + length - 2)),
                reason: PauseReason::Illness,
            })
            .collect()
    })
}

/// The same rules without ranges and runs: each pair of days, each day between them.
fn by_hand(done: &BTreeSet<Day>, pauses: &[Pause], today: Day) -> (u32, u32) {
    let declared = |day: Day| {
        pauses
            .iter()
            .any(|pause| pause.from <= day && pause.until.is_none_or(|until| day <= until))
    };
    let joined = |a: Day, b: Day| (1..b.since(a)).filter(|&n| !declared(a.plus(n))).count() <= 7;
    let mut streaks: Vec<Vec<Day>> = Vec::new();
    for &day in done {
        match streaks.last_mut() {
            Some(streak) if joined(*streak.last().unwrap(), day) => streak.push(day),
            _ => streaks.push(vec![day]),
        }
    }
    let last_so_far = done.iter().copied().filter(|&day| day <= today).max();
    let counts = |streak: &Vec<Day>| {
        streak.iter().any(|&day| day > today) || last_so_far.is_some_and(|last| streak.contains(&last) && joined(last, today))
    };
    let length = |streak: &Vec<Day>| u32::try_from(streak.len()).unwrap();
    (
        streaks.iter().filter(|streak| counts(streak)).map(length).max().unwrap_or(0),
        streaks.iter().map(length).max().unwrap_or(0),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_rules_are_kept_to_the_letter(done in some_days(), pauses in some_pauses(), today in -70i32..80) {
        let today = Day::from_days(today);
        let seen = Streak::of(&done, &pauses, today);
        prop_assert_eq!((seen.days, seen.longest), by_hand(&done, &pauses, today));
        prop_assert!(seen.days <= seen.longest);
        prop_assert_eq!(seen.done_today, done.contains(&today));
        prop_assert_eq!(seen.days == 0, seen.state == StreakState::Fresh);
        if let StreakState::Paused { until_fresh } = seen.state {
            prop_assert!((1..=GRACE_DAYS + 1).contains(&until_fresh));
        }
    }

    #[test]
    fn one_more_day_done_never_lowers_anything(done in some_days(), pauses in some_pauses(), today in -70i32..80, more in -70i32..4_000) {
        let today = Day::from_days(today);
        let before = Streak::of(&done, &pauses, today);
        let mut done = done;
        done.insert(Day::from_days(more));
        let after = Streak::of(&done, &pauses, today);
        prop_assert!(after.days >= before.days);
        prop_assert!(after.longest >= before.longest);
    }

    #[test]
    fn one_more_pause_never_lowers_anything(done in some_days(), pauses in some_pauses(), more in some_pauses(), today in -70i32..80) {
        let today = Day::from_days(today);
        let before = Streak::of(&done, &pauses, today);
        let after = Streak::of(&done, &[pauses, more].concat(), today);
        prop_assert!(after.days >= before.days);
        prop_assert!(after.longest >= before.longest);
    }

    #[test]
    fn the_order_in_which_days_and_pauses_became_known_does_not_matter(
        known in Just((-20i32..40).step_by(3).collect::<Vec<_>>()).prop_shuffle(),
        pauses in some_pauses(),
        turn in 0usize..5,
        today in -30i32..60,
    ) {
        let in_order: Vec<i32> = (-20i32..40).step_by(3).collect();
        let mut turned = pauses.clone();
        turned.rotate_left(if pauses.is_empty() { 0 } else { turn % pauses.len() });
        prop_assert_eq!(streak(known, &turned, today), streak(in_order, &pauses, today));
    }

    #[test]
    fn setting_the_clock_back_loses_nothing_and_forth_again_restores_it(
        done in some_days(), pauses in some_pauses(), today in -70i32..80, back in 0i32..400,
    ) {
        let today = Day::from_days(today);
        let before = Streak::of(&done, &pauses, today);
        let earlier = Streak::of(&done, &pauses, today.plus(-back));
        prop_assert!(earlier.days >= before.days);
        prop_assert_eq!(earlier.longest, before.longest);
    }

    #[test]
    fn doing_something_today_goes_on_with_what_is_told(done in some_days(), pauses in some_pauses(), today in 60i32..80) {
        let today = Day::from_days(today);
        let before = Streak::of(&done, &pauses, today);
        let mut done = done;
        done.insert(today);
        prop_assert_eq!(Streak::of(&done, &pauses, today).days, before.days + 1);
    }
}
