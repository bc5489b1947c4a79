//! How far one can have come: what was last believed, its speed, and what anything with people in it can gain in that time.

use super::Limits;
use crate::capture::Fix;

/// What following a way from position to position found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Followed {
    /// Positions that nobody can have reached, one by one: a receiver's mistakes.
    pub(super) outliers: usize,
    /// From where to where the way jumps and goes on from there.
    pub(super) teleports: Vec<(usize, usize)>,
}

/// How far apart two positions are for sure, with their circles taken off.
fn at_least(one: &Fix, other: &Fix, limits: &Limits) -> f64 {
    let circle = |fix: &Fix| limits.circles * fix.accuracy.unwrap_or(limits.assumed_accuracy_m);
    (one.metres_to(other) - circle(one) - circle(other)).max(0.0)
}

/// Whether someone at `from` with a speed can be at `to` in time.
fn can_reach(from: &Fix, speed: f64, to: &Fix, limits: &Limits) -> bool {
    let seconds = from.seconds_to(to);
    let gained = 0.5 * limits.most_acceleration_m_s2 * seconds * seconds;
    at_least(from, to, limits) <= (speed * seconds + gained).min(limits.most_speed_m_s * seconds)
}

/// Follows a way. A position out of reach is put aside; when so many of these in a row can be reached from each other that they are no
/// mistake, the way goes on there. At its beginning that only means that the first ones were old.
pub(super) fn follow(fixes: &[Fix], limits: &Limits) -> Followed {
    let mut followed = Followed::default();
    let mut believed: Vec<usize> = Vec::new();
    let mut aside: Vec<usize> = Vec::new();
    for (index, fix) in fixes.iter().enumerate() {
        let Some(last) = believed.last() else {
            believed.push(index);
            continue;
        };
        if can_reach(&fixes[*last], speed(fixes, &believed, limits), fix, limits) {
            followed.outliers += aside.len();
            aside.clear();
            believed.push(index);
            continue;
        }
        // Put aside with those that it fits, whatever their speed; the others were mistakes.
        if let Some(before) = aside.last()
            && at_least(&fixes[*before], fix, limits) > limits.most_speed_m_s * fixes[*before].seconds_to(fix)
        {
            followed.outliers += aside.len();
            aside.clear();
        }
        aside.push(index);
        if aside.len() >= limits.least_in_a_row {
            let far = aside
                .first()
                .is_some_and(|first| at_least(&fixes[*last], &fixes[*first], limits) > limits.least_teleport_m);
            if believed.len() < limits.least_in_a_row {
                followed.outliers += believed.len();
            } else if far {
                followed.teleports.push((*last, aside[0]));
            } else {
                followed.outliers += aside.len();
            }
            believed.clear();
            believed.append(&mut aside);
        }
    }
    followed.outliers += aside.len();
    followed
}

/// The greatest speed that was lately believed.
fn speed(fixes: &[Fix], believed: &[usize], limits: &Limits) -> f64 {
    let lately = &believed[believed.len().saturating_sub(6)..];
    let between = lately.windows(2).map(|pair| {
        let (from, to) = (&fixes[pair[0]], &fixes[pair[1]]);
        from.metres_to(to) / from.seconds_to(to).max(0.1)
    });
    let said = lately.iter().filter_map(|index| fixes[*index].speed);
    between.chain(said).fold(0.0, f64::max).min(limits.most_speed_m_s)
}

/// The speed that three of four moves exceed, circles taken off: an outlier makes two moves fast, and may be every fourth.
pub(super) fn usual_speed(fixes: &[Fix], limits: &Limits) -> f64 {
    let mut speeds: Vec<f64> = fixes
        .windows(2)
        .map(|pair| at_least(&pair[0], &pair[1], limits) / pair[0].seconds_to(&pair[1]).max(0.001))
        .collect();
    speeds.sort_by(f64::total_cmp);
    speeds.get(speeds.len() / 4).copied().unwrap_or(0.0)
}
