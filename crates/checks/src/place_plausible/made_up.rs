//! What a receiver never gives: the same way twice to the last digit, a coarse grid, a line without any tremble.

use std::collections::HashSet;

use crate::capture::Fix;

/// So many decimals of a degree a device gives, with the precise location allowed: the fourth is 11 m.
pub(super) const LEAST_DECIMALS: u8 = 4;

/// So many moves in a row are compared: two alike happen on a coarse grid, five do not.
const IN_A_ROW: usize = 5;

/// The seventh decimal of a degree is a centimetre: as whole numbers, equal means equal.
#[allow(clippy::cast_possible_truncation)] // at most 1.8e9
fn digits(fix: &Fix) -> (i64, i64) {
    let whole = |degrees: f64| (degrees * 1e7).round() as i64;
    (whole(fix.latitude), whole(fix.longitude))
}

#[allow(clippy::cast_precision_loss)] // at most a hundred thousand
fn share(some: usize, all: usize) -> f64 {
    some as f64 / all.max(1) as f64
}

/// How much of the way repeats what was there before, in the same order and to the last digit. Staying is no way.
pub(super) fn share_repeated(fixes: &[Fix]) -> f64 {
    let mut way: Vec<(i64, i64)> = fixes.iter().map(digits).collect();
    way.dedup();
    if way.len() <= IN_A_ROW {
        return 0.0;
    }
    let mut seen = HashSet::new();
    let runs = way.windows(IN_A_ROW + 1);
    let again = runs.clone().filter(|run| !seen.insert(*run)).count();
    share(again, runs.len())
}

/// How many decimals of a degree the positions have, at most 7.
pub(super) fn decimals(fixes: &[Fix]) -> u8 {
    let needed = |number: i64| (0..7).find(|zeros| number % 10_i64.pow(7 - zeros) == 0).unwrap_or(7);
    let most = fixes
        .iter()
        .map(digits)
        .map(|(north, east)| needed(north).max(needed(east)))
        .max();
    most.and_then(|most| u8::try_from(most).ok()).unwrap_or(7)
}

/// Whether several places are told, and all on a grid that no receiver has.
pub(super) fn is_coarse_grid(fixes: &[Fix], decimals: u8) -> bool {
    let places: HashSet<(i64, i64)> = fixes.iter().map(digits).collect();
    decimals < LEAST_DECIMALS && places.len() >= 3
}

/// Of the positions on the move, the share that lies exactly where the two before it lead to; `None` when there are too few to say, or
/// when digits are too few for a receiver's tremble to show.
pub(super) fn share_drawn(fixes: &[Fix], decimals: u8) -> Option<f64> {
    let exact = match decimals {
        7.. => 0.05,
        6 => 0.15,
        _ => return None,
    };
    let (mut moves, mut drawn) = (0, 0);
    for three in fixes.windows(3) {
        let [one, two, three] = three else { continue };
        if one.metres_to(two) < 1.0 || two.metres_to(three) < 1.0 {
            continue;
        }
        let times = two.seconds_to(three) / one.seconds_to(two);
        if !(0.2..=5.0).contains(&times) {
            continue;
        }
        let led = |from: f64, to: f64| to + (to - from) * times;
        let there = Fix {
            latitude: led(one.latitude, two.latitude),
            longitude: led(one.longitude, two.longitude),
            ..*two
        };
        moves += 1;
        drawn += usize::from(there.metres_to(three) < exact);
    }
    (moves >= 20).then(|| share(drawn, moves))
}
