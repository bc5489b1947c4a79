//! Where two fingerprints are most alike.

use std::{cell::OnceCell, collections::HashMap};

use super::fingerprint::{Fingerprint, KEPT, WINDOW_MS, hops_to_ms};

/// The place where the new recording is most like an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Likeness {
    /// The share of bits that differ there; half of them for two that have nothing in common.
    pub(crate) wrong_bits: f64,
    /// How many more differ when one is pushed a little against the other: a hum is like itself at any time.
    pub(crate) contrast: f64,
    pub(crate) from_ms: u64,
    pub(crate) to_ms: u64,
}

impl Likeness {
    /// Whether that is one recording in both: few bits differ, and more of them once it is pushed.
    pub(crate) fn is_copy(&self, most_wrong_bits: f64, least_contrast: f64) -> bool {
        self.wrong_bits < most_wrong_bits && self.contrast > least_contrast
    }
}

/// At first only every so many of the places are tried, and every so many codes there: a place that is off by one hop is still nearly as
/// like, since windows are twenty times as long. The likeliest of these are then looked at with all their neighbours.
const COARSE: usize = 3;
/// Up to so many comparisons places everywhere are tried; beyond, those at which some codes are the very same (Haitsma and Kalker, section 5).
const TRY_ALL: usize = 4_000_000;
/// So many of the likeliest places, then.
const PLACES: usize = 32;
/// Pushed by so many hops: about a quarter, a third, half a second and one, which no rhythm has all.
const PUSHES: [isize; 8] = [-57, -31, -19, -13, 13, 19, 31, 57];

/// A new recording, ready to be compared with many earlier ones.
pub(crate) struct New<'a> {
    codes: &'a [u32],
    /// Where each of its codes is; made when it is needed first.
    known: OnceCell<HashMap<u32, Vec<isize>>>,
}

impl<'a> New<'a> {
    pub(crate) const fn of(fingerprint: &'a Fingerprint) -> Self {
        Self {
            codes: fingerprint.codes(),
            known: OnceCell::new(),
        }
    }

    /// Compares at least `least_ms` of both; none if there is no such stretch.
    pub(crate) fn likeness(&self, earlier: &[u32], least_ms: u64) -> Option<Likeness> {
        let codes = self.codes;
        let ms = hops_to_ms(KEPT);
        // A window's own length counts: codes tell of it as well.
        let least = usize::try_from(least_ms.saturating_sub(WINDOW_MS).div_ceil(ms.max(1)))
            .ok()?
            .max(8);
        let places = if codes.len().saturating_mul(earlier.len()) <= TRY_ALL {
            self.coarsely(earlier, least)?
        } else {
            self.likeliest(earlier)
        };
        let (place, (wrong_bits, first)) = places
            .into_iter()
            .filter_map(|place| Some((place, best_stretch(codes, earlier, place, least, KEPT)?)))
            .min_by(|(_, one), (_, other)| one.0.total_cmp(&other.0))?;
        let pushed: Vec<f64> = PUSHES
            .iter()
            .filter_map(|push| Some(best_stretch(codes, earlier, place + push, least, KEPT)?.0))
            .collect();
        #[allow(clippy::cast_precision_loss)] // eight
        let around = pushed.iter().sum::<f64>() / pushed.len().max(1) as f64;
        let start = usize::try_from(place + signed(first * KEPT)?).ok()?;
        Some(Likeness {
            wrong_bits,
            contrast: if pushed.is_empty() { 0.0 } else { around - wrong_bits },
            from_ms: hops_to_ms(start),
            to_ms: hops_to_ms(start + least * KEPT) + WINDOW_MS,
        })
    }

    /// The likeliest places of all, and their neighbours.
    fn coarsely(&self, earlier: &[u32], least: usize) -> Option<Vec<isize>> {
        let (here, there, shortest) = (
            signed(self.codes.len())?,
            signed(earlier.len() * KEPT)?,
            signed(least * KEPT)?,
        );
        let thin: Vec<u32> = earlier.iter().copied().step_by(COARSE).collect();
        let every = (shortest - there..=here - shortest).step_by(COARSE);
        let share = |place| Some(best_stretch(self.codes, &thin, place, least / COARSE, KEPT * COARSE)?.0);
        let mut places: Vec<(isize, f64)> = every.filter_map(|place| Some((place, share(place)?))).collect();
        places.sort_by(|(_, one), (_, other)| one.total_cmp(other));
        let near = signed(COARSE)? - 1;
        let around = |(place, _): (isize, f64)| place - near..=place + near;
        let mut places: Vec<isize> = places.into_iter().take(PLACES).flat_map(around).collect();
        places.sort_unstable();
        places.dedup();
        Some(places)
    }

    /// The places at which most codes are the very same.
    fn likeliest(&self, earlier: &[u32]) -> Vec<isize> {
        let known = self.known.get_or_init(|| {
            let mut known: HashMap<u32, Vec<isize>> = HashMap::new();
            for (index, code) in (0..).zip(self.codes) {
                if *code != 0 {
                    known.entry(*code).or_default().push(index);
                }
            }
            known
        });
        let mut votes: HashMap<isize, u32> = HashMap::new();
        for (index, code) in (0..).step_by(KEPT).zip(earlier) {
            // A code that is everywhere says nothing of where.
            for here in known.get(code).into_iter().flatten().take(64) {
                *votes.entry(here - index).or_default() += 1;
            }
        }
        let mut places: Vec<(isize, u32)> = votes.into_iter().collect();
        places.sort_by_key(|(place, votes)| (std::cmp::Reverse(*votes), *place));
        places.into_iter().take(PLACES).map(|(place, _)| place).collect()
    }
}

fn signed(count: usize) -> Option<isize> {
    isize::try_from(count).ok()
}

/// The stretch of `least` codes that differ least when the earlier recording begins `place` hops into the new one, and where it begins in
/// the earlier one, of which every `kept`-th code is there. Codes of silence on either side say nothing; of a stretch at least two thirds have to.
fn best_stretch(codes: &[u32], earlier: &[u32], place: isize, least: usize, kept: usize) -> Option<(f64, usize)> {
    let at = |index: usize| -> Option<Option<u32>> {
        let here = isize::try_from(index * kept).ok()?.checked_add(place)?;
        let (new, old) = (*codes.get(usize::try_from(here).ok()?)?, earlier[index]);
        Some((new != 0 && old != 0).then(|| (new ^ old).count_ones()))
    };
    let begin = usize::try_from(-place).unwrap_or(0).div_ceil(kept);
    let (mut wrong, mut heard, mut inside) = (0_u32, 0_u32, 0_usize);
    let mut best: Option<(f64, usize)> = None;
    for index in begin..earlier.len() {
        let Some(entering) = at(index) else {
            break;
        };
        let leaving = if inside == least { at(index - least).flatten() } else { None };
        if let Some(bits) = entering {
            (wrong, heard) = (wrong + bits, heard + 1);
        }
        if inside == least {
            if let Some(bits) = leaving {
                (wrong, heard) = (wrong - bits, heard - 1);
            }
        } else {
            inside += 1;
        }
        if inside == least && heard as usize * 3 >= least * 2 {
            let share = f64::from(wrong) / f64::from(heard * 32);
            if best.is_none_or(|(least_share, _)| share < least_share) {
                best = Some((share, index + 1 - least));
            }
        }
    }
    best
}
