#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn line(date: &str, title: &str, points: u32, amount: Amount) -> RecapLine {
    RecapLine {
        day: day(date),
        title: title.to_owned(),
        points,
        amount,
    }
}

#[test]
fn a_week_is_told_in_numbers_to_pick_from() {
    let lines = [
        line("2026-11-22", "Last week", 30, Amount::Seconds(60)),
        line("2026-11-24", "First steps", 40, Amount::Seconds(90)),
        line("2026-11-24", "A page", 25, Amount::Pieces(2)),
        line("2026-11-29", "First steps", 46, Amount::Seconds(90)),
        line("2026-11-30", "Next week", 500, Amount::Pieces(1)),
    ];
    let recap = Recap::of(day("2026-11-26"), &lines);
    assert_eq!(recap.week, day("2026-11-23"));
    let expected = [
        RecapItem::Days { days: 2 },
        RecapItem::Quests { quests: 3 },
        RecapItem::Points { points: 111 },
        RecapItem::Minutes { minutes: 3 },
        RecapItem::Pieces { pieces: 2 },
        RecapItem::BestDay {
            day: day("2026-11-24"),
            points: 65,
        },
        RecapItem::MorePoints { points: 81 },
        RecapItem::Quest {
            title: "First steps".to_owned(),
            times: 2,
        },
        RecapItem::Quest {
            title: "A page".to_owned(),
            times: 1,
        },
    ];
    assert_eq!(recap.items, expected);
    insta::assert_json_snapshot!(recap);
}

#[test]
fn a_week_with_less_than_the_one_before_is_not_compared() {
    let compared = |before: u32, now: u32| {
        let lines = [
            line("2026-11-17", "Walk", before, Amount::Seconds(60)),
            line("2026-11-24", "Walk", now, Amount::Seconds(60)),
        ];
        let items = Recap::of(day("2026-11-24"), &lines).items;
        items.into_iter().find_map(|item| match item {
            RecapItem::MorePoints { points } => Some(points),
            _ => None,
        })
    };
    assert_eq!(compared(50, 40), None);
    assert_eq!(compared(50, 50), None);
    assert_eq!(compared(50, 51), Some(1));
    assert_eq!(compared(0, 51), None, "after a week of rest every point would be more");
}

#[test]
fn a_week_of_rest_is_not_told() {
    let lines = [line("2026-11-17", "Walk", 40, Amount::Seconds(60))];
    assert!(Recap::of(day("2026-11-24"), &lines).items.is_empty());
    assert!(Recap::of(Day::MIN, &[]).items.is_empty());
    assert!(Recap::of(Day::MAX, &[]).items.is_empty());
}

#[test]
fn one_day_is_no_best_day_and_of_two_equal_ones_the_first_is() {
    let best = |lines: &[RecapLine]| {
        let items = Recap::of(day("2026-11-24"), lines).items;
        items.into_iter().find_map(|item| match item {
            RecapItem::BestDay { day, .. } => Some(day.to_string()),
            _ => None,
        })
    };
    let tuesday = line("2026-11-24", "Walk", 40, Amount::Seconds(60));
    let friday = line("2026-11-27", "Walk", 40, Amount::Seconds(60));
    assert_eq!(best(std::slice::from_ref(&tuesday)), None);
    assert_eq!(best(&[friday, tuesday]).unwrap(), "2026-11-24");
}

#[test]
fn the_week_over_new_year_is_one_week() {
    let lines = [
        line("2026-12-28", "Walk", 10, Amount::Seconds(60)),
        line("2026-12-31", "Walk", 10, Amount::Seconds(60)),
        line("2027-01-03", "Walk", 10, Amount::Seconds(60)),
        line("2027-01-04", "Walk", 10, Amount::Seconds(60)),
    ];
    let recap = Recap::of(day("2027-01-01"), &lines);
    assert_eq!(
        (recap.week, &recap.items[0]),
        (day("2026-12-28"), &RecapItem::Days { days: 3 })
    );
}

#[test]
fn under_a_minute_and_without_points_little_is_told() {
    let lines = [line("2026-11-24", "Walk", 0, Amount::Seconds(59))];
    let expected = [
        RecapItem::Days { days: 1 },
        RecapItem::Quests { quests: 1 },
        RecapItem::Quest {
            title: "Walk".to_owned(),
            times: 1,
        },
    ];
    assert_eq!(Recap::of(day("2026-11-24"), &lines).items, expected);
}

fn some_lines() -> impl Strategy<Value = Vec<RecapLine>> {
    let amount = prop_oneof![any::<u32>().prop_map(Amount::Seconds), any::<u32>().prop_map(Amount::Pieces)];
    let one = (-20i32..20, 0usize..4, any::<u32>(), amount).prop_map(|(offset, title, points, amount)| RecapLine {
        day: Day::from_days(20_780 + offset),
        title: ["Walk", "Run", "A page", "A word"][title].to_owned(),
        points,
        amount,
    });
    proptest::collection::vec(one, 0..40)
}

proptest! {
    #[test]
    fn the_order_of_the_lines_does_not_matter(lines in some_lines(), turn in 0usize..40) {
        let today = Day::from_days(20_780);
        let mut turned = lines.clone();
        turned.rotate_left(if lines.is_empty() { 0 } else { turn % lines.len() });
        prop_assert_eq!(Recap::of(today, &lines), Recap::of(today, &turned));
    }

    #[test]
    fn each_day_of_a_week_tells_the_same_and_its_quests_sum(lines in some_lines(), other in 0i32..7) {
        let monday = Day::from_days(20_780).week();
        let recap = Recap::of(monday, &lines);
        prop_assert_eq!(&Recap::of(monday.plus(other), &lines), &recap);
        let listed: u32 = recap.items.iter().map(|item| if let RecapItem::Quest { times, .. } = item { *times } else { 0 }).sum();
        let told = recap.items.iter().find_map(|item| if let RecapItem::Quests { quests } = item { Some(*quests) } else { None });
        prop_assert_eq!(listed, told.unwrap_or(0));
    }
}
