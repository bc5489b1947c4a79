//! What is kept of a photo: 256 bytes.
//!
//! The network's 1280 numbers go through a random projection of +1 and -1, which keeps angles (Achlioptas, 2003, "Database-friendly random
//! projections: Johnson-Lindenstrauss with binary coins"), and are rounded to 8 bits. From a fifth of the numbers, none of them exact, the
//! network's own cannot be worked out, and far less a picture.

/// Numbers that are kept.
const KEPT: usize = 256;
/// Where the coins begin. Traces of different seeds cannot be compared.
const SEED: u64 = 0x6561_726e_6573_7401;

/// What is kept.
#[allow(clippy::cast_possible_truncation)] // rounded and within a byte
pub(super) fn of(embedding: &[f32]) -> Vec<u8> {
    let mut sums = [0.0_f32; KEPT];
    let mut coins = Coins(SEED);
    for value in embedding {
        for sums in sums.chunks_exact_mut(64) {
            let mut coins = coins.next();
            for sum in sums {
                *sum += if coins & 1 == 0 { *value } else { -*value };
                coins >>= 1;
            }
        }
    }
    let most = sums.iter().fold(f32::MIN_POSITIVE, |most, sum| most.max(sum.abs()));
    sums.iter()
        .map(|sum| ((sum / most * 127.0).round() as i8).cast_unsigned())
        .collect()
}

/// The cosine of the angle between two; `None` where one is none.
#[allow(clippy::cast_precision_loss)] // sums of 256 products of bytes
pub(super) fn alike(one: &[u8], other: &[u8]) -> Option<f32> {
    if one.len() != KEPT || other.len() != KEPT {
        return None;
    }
    let product = |one: &[u8], other: &[u8]| -> f32 {
        let products = one
            .iter()
            .zip(other)
            .map(|(one, other)| i32::from(one.cast_signed()) * i32::from(other.cast_signed()));
        products.sum::<i32>() as f32
    };
    let lengths = (product(one, one) * product(other, other)).sqrt();
    (lengths > 0.0).then(|| product(one, other) / lengths)
}

/// 64 coins at a time (Steele, Lea and Flood, 2014: `SplitMix64`).
struct Coins(u64);

impl Coins {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_precision_loss)]
    use super::*;

    #[test]
    fn angles_are_kept() {
        let embedding = |phase: f32| {
            (0..1280)
                .map(|place| (place as f32 * 0.7 + phase).sin())
                .collect::<Vec<f32>>()
        };
        for phase in [0.0, 0.3, 1.0, 2.0, 3.1] {
            let found = alike(&of(&embedding(0.0)), &of(&embedding(phase))).unwrap();
            assert!((found - phase.cos()).abs() < 0.15, "{phase}: {found}");
        }
    }

    #[test]
    fn what_is_no_trace_is_like_nothing() {
        assert_eq!(alike(&of(&[1.0; 1280]), b""), None);
        assert_eq!(alike(&[0; KEPT], &[0; KEPT]), None);
        assert_eq!(of(&[]), [0; KEPT]);
        assert_eq!(of(&[f32::NAN; 1280]).len(), KEPT);
    }
}
