#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

const HOUR: i32 = 3_600;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The instant of a date and an hour in UTC.
fn utc(date: &str, hour: i64, minute: i64) -> Timestamp {
    Timestamp::from_seconds(i64::from(day(date).days()) * 86_400 + hour * 3_600 + minute * 60)
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (text, days) in [
        ("1970-01-01", 0),
        ("1969-12-31", -1),
        ("2000-02-29", 11_016),
        ("2000-03-01", 11_017),
        ("2026-11-24", 20_781),
        ("0001-01-01", Day::MIN.days()),
        ("9999-12-31", Day::MAX.days()),
    ] {
        assert_eq!(day(text).days(), days, "{text}");
        assert_eq!(Day::from_days(days).to_string(), text);
    }
    assert_eq!(Day::from_days(i32::MIN), Day::MIN);
    assert_eq!(Day::from_days(i32::MAX), Day::MAX);
    assert_eq!(Day::MAX.plus(1), Day::MAX);
    assert_eq!(Day::of(Timestamp::from_micros(i64::MIN), 0), Day::MIN);
    assert_eq!(Day::of(Timestamp::from_seconds(i64::MAX), i32::MAX), Day::MAX);
}

#[test]
fn a_leap_day_is_there_in_leap_years_alone() {
    for year in ["2024", "2000", "1600"] {
        assert_eq!(day(&format!("{year}-02-28")).plus(1).to_string(), format!("{year}-02-29"));
        assert_eq!(day(&format!("{year}-02-29")).plus(1).to_string(), format!("{year}-03-01"));
    }
    for year in ["2023", "2100", "1900"] {
        assert_eq!(day(&format!("{year}-02-28")).plus(1).to_string(), format!("{year}-03-01"));
        assert!(format!("{year}-02-29").parse::<Day>().is_err());
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "2026-1-01",
        "2026-13-01",
        "2026-00-10",
        "2026-04-31",
        "2026-04-00",
        "0000-12-31",
        "+026-04-01",
        "2026-04-01 ",
        "20260401",
        "2026-W14-3",
        "２026-04-01",
    ] {
        let refused = text.parse::<Day>().unwrap_err();
        assert_eq!(refused.code(), "day_invalid");
    }
    assert_eq!(serde_json::to_string(&day("2026-04-01")).unwrap(), r#""2026-04-01""#);
    assert!(serde_json::from_str::<Day>("20544").is_err(), "one day has one text");
}

#[test]
fn a_week_that_holds_new_year_belongs_to_the_year_of_its_thursday() {
    for (text, year, week, weekday) in [
        ("2024-12-29", 2024, 52, Weekday::Sunday),
        ("2024-12-30", 2025, 1, Weekday::Monday),
        ("2025-01-01", 2025, 1, Weekday::Wednesday),
        ("2026-12-31", 2026, 53, Weekday::Thursday),
        ("2027-01-03", 2026, 53, Weekday::Sunday),
        ("2027-01-04", 2027, 1, Weekday::Monday),
        ("2022-01-01", 2021, 52, Weekday::Saturday),
        ("2016-01-01", 2015, 53, Weekday::Friday),
        ("0001-01-01", 1, 1, Weekday::Monday),
        ("9999-12-31", 9999, 52, Weekday::Friday),
    ] {
        assert_eq!(
            (day(text).week_number(), day(text).weekday()),
            ((year, week), weekday),
            "{text}"
        );
    }
    assert_eq!(
        day("2027-01-03").week(),
        day("2026-12-28"),
        "a week goes over the end of the year"
    );
}

#[test]
fn the_day_when_clocks_go_forward_has_23_hours_and_is_one_day() {
    // Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC.
    let offset = |instant| if instant < utc("2026-03-29", 1, 0) { HOUR } else { 2 * HOUR };
    let shown = |instant| Day::of(instant, offset(instant));
    assert_eq!(shown(utc("2026-03-28", 22, 59)), day("2026-03-28"));
    let hours = (0..72)
        .filter(|&hour| shown(utc("2026-03-28", hour, 0)) == day("2026-03-29"))
        .count();
    assert_eq!(hours, 23);
    assert_eq!(shown(utc("2026-03-29", 22, 0)), day("2026-03-30"));
}

#[test]
fn the_day_when_clocks_go_back_has_25_hours_and_is_one_day() {
    // Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
    let offset = |instant| if instant < utc("2026-10-25", 1, 0) { 2 * HOUR } else { HOUR };
    let shown = |instant| Day::of(instant, offset(instant));
    let hours = (0..72)
        .filter(|&hour| shown(utc("2026-10-24", hour, 0)) == day("2026-10-25"))
        .count();
    assert_eq!(hours, 25);
    // Havana puts its clocks back from 01:00 to 00:00, other places have done so over midnight: the day before comes once more.
    let at_midnight = |instant| {
        Day::of(
            instant,
            if instant < utc("2026-11-01", 4, 0) {
                -4 * HOUR
            } else {
                -5 * HOUR
            },
        )
    };
    assert_eq!(at_midnight(utc("2026-11-01", 3, 59)), day("2026-10-31"));
    assert_eq!(at_midnight(utc("2026-11-01", 4, 0)), day("2026-10-31"));
    assert_eq!(at_midnight(utc("2026-11-01", 5, 0)), day("2026-11-01"));
}

#[test]
fn over_the_date_line_a_date_is_left_out_or_comes_twice() {
    // Samoa moved over it: 2011-12-29 24:00 at UTC-10 was 2011-12-31 00:00 at UTC+14.
    let midnight = utc("2011-12-30", 10, 0);
    let before = Timestamp::from_micros(midnight.micros() - 1);
    assert_eq!(Day::of(before, -10 * HOUR), day("2011-12-29"));
    assert_eq!(Day::of(midnight, 14 * HOUR), day("2011-12-31"));
    // Eastwards, from Auckland on a morning to Honolulu: the day before once more.
    assert_eq!(Day::of(utc("2026-07-09", 20, 0), 12 * HOUR), day("2026-07-10"));
    assert_eq!(Day::of(utc("2026-07-10", 5, 0), -10 * HOUR), day("2026-07-09"));
    assert_eq!(Day::of(utc("2026-07-10", 20, 0), -10 * HOUR), day("2026-07-10"));
}

proptest! {
    #[test]
    fn each_day_has_one_date_and_each_date_one_day(days in Day::MIN.days()..=Day::MAX.days()) {
        let day = Day::from_days(days);
        let (year, month, of_month) = day.civil();
        prop_assert_eq!(Day::from_civil(year, month, of_month), Some(day));
        prop_assert_eq!(day.to_string().parse::<Day>().unwrap(), day);
        let json = serde_json::to_string(&day).unwrap();
        prop_assert_eq!(serde_json::from_str::<Day>(&json).unwrap(), day);
    }

    #[test]
    fn dates_are_in_the_order_of_their_texts(a in Day::MIN.days()..=Day::MAX.days(), b in Day::MIN.days()..=Day::MAX.days()) {
        let (a, b) = (Day::from_days(a), Day::from_days(b));
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        prop_assert_eq!(a.plus(b.since(a)), b);
    }

    #[test]
    fn a_week_begins_on_monday_and_has_seven_days(days in Day::MIN.days()..Day::MAX.days() - 6, other in 0i32..7) {
        let monday = Day::from_days(days).week();
        prop_assert_eq!(monday.weekday(), Weekday::Monday);
        prop_assert!((0..7).contains(&Day::from_days(days).since(monday)));
        prop_assert_eq!(monday.plus(other).week(), monday);
        prop_assert_eq!(monday.plus(other).week_number(), monday.week_number());
        prop_assert_ne!(monday.plus(7).week_number(), monday.week_number());
    }

    #[test]
    fn no_clock_is_too_wrong_for_a_date(micros in any::<i64>(), offset in any::<i32>()) {
        let day = Day::of(Timestamp::from_micros(micros), offset);
        prop_assert!((Day::MIN..=Day::MAX).contains(&day));
    }
}
