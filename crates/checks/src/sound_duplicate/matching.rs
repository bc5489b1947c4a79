//! Where two fingerprints are most alike.

use std::collections::HashMap;

use super::fingerprint::{Fingerprint, KEPT, WINDOW_MS, hops_to_ms};

/// The place where the new recording is most like an earlier one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likeness {
    /// The share of bits that differ there; half of them for two that have nothing in common.
    pub(super) wrong_bits: f64,
    /// How many more differ when one is pushed a little against the other: a hum is like itself at any time.
    pub(super) contrast: f64,
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
}

/// Up to so many comparisons every place is tried; beyond, those at which some codes are the very same (Haitsma and Kalker, section 5).
const TRY_ALL: usize = 4_000_000;
/// So many of the likeliest places, then.
const PLACES: usize = 32;
/// Pushed by so many hops: about a quarter, a third, half a second and one, which no rhythm has all.
const PUSHES: [isize; 8] = [-57, -31, -19, -13, 13, 19, 31, 57];

/// Compares at least `least_ms` of both; none if there is no such stretch.
pub(super) fn likeness(new: &Fingerprint, earlier: &[u32], least_ms: u64) -> Option<Likeness> {
    let codes = new.codes();
    let ms = hops_to_ms(KEPT);
    // A window's own length counts: codes tell of it as well.
    let least = usize::try_from(least_ms.saturating_sub(WINDOW_MS).div_ceil(ms.max(1)))
        .ok()?
        .max(8);
    let signed = |count: usize| isize::try_from(count).ok();
    let (here, there) = (signed(codes.len())?, signed(earlier.len() * KEPT)?);
    let every = || (signed(least * KEPT).unwrap_or(0) - there..=here - signed(least * KEPT).unwrap_or(0)).collect();
    let places: Vec<isize> = if codes.len().saturating_mul(earlier.len()) <= TRY_ALL {
        every()
    } else {
        likeliest(codes, earlier)
    };
    let (place, (wrong_bits, first)) = places
        .into_iter()
        .filter_map(|place| Some((place, best_stretch(codes, earlier, place, least)?)))
        .min_by(|(_, one), (_, other)| one.0.total_cmp(&other.0))?;
    let pushed: Vec<f64> = PUSHES
        .iter()
        .filter_map(|push| Some(best_stretch(codes, earlier, place + push, least)?.0))
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

/// The stretch of `least` codes that differ least when the earlier recording begins `place` hops into the new one, and where it begins in
/// the earlier one. Codes of silence on either side say nothing; of a stretch at least two thirds have to.
fn best_stretch(codes: &[u32], earlier: &[u32], place: isize, least: usize) -> Option<(f64, usize)> {
    let at = |index: usize| -> Option<Option<u32>> {
        let here = isize::try_from(index * KEPT).ok()?.checked_add(place)?;
        let (new, old) = (*codes.get(usize::try_from(here).ok()?)?, earlier[index]);
        Some((new != 0 && old != 0).then(|| (new ^ old).count_ones()))
    };
    let begin = usize::try_from(-place).unwrap_or(0).div_ceil(KEPT);
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

/// The places at which most codes are the very same.
fn likeliest(codes: &[u32], earlier: &[u32]) -> Vec<isize> {
    let mut known: HashMap<u32, Vec<isize>> = HashMap::new();
    for (index, code) in (0..).zip(codes) {
        if *code != 0 {
            known.entry(*code).or_default().push(index);
        }
    }
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
