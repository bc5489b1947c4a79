//! Cutting a recording into packs.

use std::{ops::Range, time::Duration};

use crate::recording::Recording;

/// Samples in one pack at most: about 150 kB of JSON.
const LARGEST_PACK: usize = 3_000;

/// Samples that are sent together, and when.
pub(super) struct Pack {
    /// Where they stand in the recording.
    pub(super) moments: Range<usize>,
    /// How long after the start its last sample was measured: a device cannot send it earlier.
    pub(super) due: Duration,
}

/// Cuts a recording at whole seconds, and further where a second holds very much.
pub(super) fn packs(recording: &Recording) -> Vec<Pack> {
    let mut packs: Vec<Pack> = Vec::new();
    let mut second = None;
    for (index, moment) in recording.moments.iter().enumerate() {
        let due = Duration::from_micros(u64::try_from(moment.after.micros()).unwrap_or_default());
        match packs.last_mut() {
            Some(pack) if second == Some(moment.after.seconds()) && pack.moments.len() < LARGEST_PACK => {
                pack.moments.end = index + 1;
                pack.due = due;
            }
            _ => packs.push(Pack {
                moments: index..index + 1,
                due,
            }),
        }
        second = Some(moment.after.seconds());
    }
    packs
}

#[cfg(test)]
mod tests {
    use earnest_domain::{stream::Channel, time::Span};

    use super::*;
    use crate::recording::Moment;

    fn recording(micros: &[i64]) -> Recording {
        let moment = |after: &i64| Moment {
            after: Span::from_micros(*after),
            channel: Channel::HeartRate,
            value: 60.0,
        };
        let moments = micros.iter().map(moment).collect();
        Recording {
            name: String::new(),
            source: String::new(),
            cases: Vec::new(),
            moments,
            skipped: 0,
        }
    }

    #[test]
    fn a_pack_is_sent_when_its_last_sample_was_measured() {
        let packs = packs(&recording(&[0, 500_000, 999_999, 1_000_000, 7_200_000]));
        let cut: Vec<_> = packs
            .iter()
            .map(|pack| (pack.moments.clone(), pack.due.as_micros()))
            .collect();
        assert_eq!(cut, [(0..3, 999_999), (3..4, 1_000_000), (4..5, 7_200_000)]);
    }

    #[test]
    fn a_second_that_holds_very_much_is_cut() {
        let packs = packs(&recording(&vec![0; 2 * LARGEST_PACK + 1]));
        assert_eq!(
            packs.iter().map(|pack| pack.moments.len()).collect::<Vec<_>>(),
            [LARGEST_PACK, LARGEST_PACK, 1]
        );
    }
}
