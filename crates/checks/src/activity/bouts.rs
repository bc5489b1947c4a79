//! From windows to bouts: what was done for how long.

use earnest_domain::activity::{Activity, Window, WindowReason};

/// Windows in a row of one motion; or between two motions, where none is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bout {
    /// The motion; `None` while it changes.
    pub(super) label: Option<Activity>,
    /// Its windows: from this one to before that one.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The motion of each window, seen beside its neighbours: one window that is called otherwise between two of the same motion is of that
/// motion too, unless its sensor was silent or stuck. Nobody runs for five seconds in the middle of a badminton match and nowhere else.
pub(super) fn smoothed(windows: &[Window]) -> Vec<Activity> {
    let told = |window: &Window| !matches!(window.reason, WindowReason::Gaps | WindowReason::Constant);
    let mut labels: Vec<Activity> = windows.iter().map(|window| window.label).collect();
    for (index, around) in windows.windows(3).enumerate() {
        let [before, between, after] = around else { continue };
        let surrounded = before.label == after.label && before.label != Activity::Unknown;
        // As they were called, not as they became: of an alternation nothing is known.
        let alternates = index > 0 && windows[index - 1].label == between.label && windows[index - 1].label != before.label
            || windows
                .get(index + 3)
                .is_some_and(|next| next.label == between.label && between.label != after.label);
        if surrounded && told(between) && !alternates {
            labels[index + 1] = before.label;
        }
    }
    labels
}

/// The bouts of these labels. A motion that is held for fewer than `shortest` windows in a longer capture is one that begins or ends:
/// a change, and no bout. What is unknown may be as short as it is.
pub(super) fn bouts(labels: &[Activity], shortest: usize) -> Vec<Bout> {
    let mut bouts: Vec<Bout> = Vec::new();
    for alike in labels.chunk_by(|one, next| one == next) {
        let from = bouts.last().map_or(0, |bout| bout.to);
        let brief = alike.len() < shortest && labels.len() > shortest && alike[0] != Activity::Unknown;
        let bout = Bout {
            label: (!brief).then_some(alike[0]),
            from,
            to: from + alike.len(),
        };
        match bouts.last_mut() {
            Some(last) if last.label.is_none() && bout.label.is_none() => last.to = bout.to,
            _ => bouts.push(bout),
        }
    }
    bouts
}

#[cfg(test)]
mod tests {
    use earnest_domain::{
        activity::Activity::{Badminton as B, Running as R, Standing as S, Unknown as U, Walking as W},
        time::{Span, Timestamp},
        verdict::Permille,
    };

    use super::*;

    fn windows(labels: &[Activity]) -> Vec<Window> {
        let window = |label: &Activity| Window {
            start: Timestamp::default(),
            length: Span::from_seconds(5),
            label: *label,
            score: Permille::ONE,
            reason: if *label == U {
                WindowReason::OutOfDistribution
            } else {
                WindowReason::Recognised
            },
        };
        labels.iter().map(window).collect()
    }

    #[test]
    fn a_single_other_window_between_equal_ones_is_of_their_motion() {
        assert_eq!(smoothed(&windows(&[W, W, B, W, W, U, W])), [W; 7]);
        assert_eq!(smoothed(&windows(&[W, B, W])), [W; 3]);
        assert_eq!(
            smoothed(&windows(&[U, W, U])),
            [U, W, U],
            "what is known is not taken back by what is not"
        );
    }

    #[test]
    fn what_alternates_or_lasts_is_left_as_it_is() {
        for labels in [&[W, B, W, B, W][..], &[W, B, B, W], &[W, W, S, S], &[R], &[]] {
            assert_eq!(smoothed(&windows(labels)), labels);
        }
    }

    #[test]
    fn a_silent_or_stuck_sensor_is_not_made_a_motion() {
        for reason in [WindowReason::Gaps, WindowReason::Constant] {
            let mut silent = windows(&[W, U, W]);
            silent[1].reason = reason;
            assert_eq!(smoothed(&silent), [W, U, W]);
        }
    }

    #[test]
    fn a_motion_between_two_others_is_a_change_unless_it_is_held() {
        let bout = |label, from, to| Bout { label, from, to };
        assert_eq!(
            bouts(&[S, S, B, W, W, W, R, U, U], 2),
            [
                bout(Some(S), 0, 2),
                bout(None, 2, 3),
                bout(Some(W), 3, 6),
                bout(None, 6, 7),
                bout(Some(U), 7, 9)
            ]
        );
        assert_eq!(bouts(&[S, B, W, W], 2), [bout(None, 0, 2), bout(Some(W), 2, 4)]);
        assert_eq!(
            bouts(&[S, B], 2),
            [bout(Some(S), 0, 1), bout(Some(B), 1, 2)],
            "of so few windows each counts"
        );
    }
}
