//! A photo without what is marked in it, and without anything that its file told beside the picture.
//!
//! It leaves as a JPEG of the decoded, upright pixels, with no segment but those that decoding needs. Not as a PNG: a twelve-megapixel
//! photo would have some twenty megabytes, and a copy without loss keeps what hides in the lowest bits, marks of programs among them.
//!
//! **Why what is covered cannot be brought back.** A blur alone can be undone as far as its kernel is known, and a fine mosaic can be read
//! by trying what would give the same one (Hill, Zhou, Saul and Shacham, 2016, "On the (in)effectiveness of mosaicing and blurring as
//! tools for document redaction"). So nothing of a marked box is kept but the mean colours of at most [`CELLS`] x [`CELLS`] cells of it,
//! each rounded to [`LEVELS`] levels a colour: at most 24 bytes, however large the box. What is shown is painted from these alone
//! (smoothly, since that looks kinder than squares), so there is nothing else in the file that could be worked back from.

use earnest_domain::verdict::{Evidence, Verdict};
use image::{Rgb, RgbImage};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, EncodingError, SamplingFactor};

use super::redacting;

/// Cells along the longer side of a covered box.
const CELLS: u32 = 4;
/// Levels that a cell's colour is rounded to.
const LEVELS: u32 = 16;
/// High enough that what is left looks like the photo; the scale is that of the Independent JPEG Group.
const QUALITY: u8 = 90;

/// The file that may leave.
///
/// # Errors
/// What the encoder says.
pub(super) fn without_marks(pixels: &RgbImage, verdicts: &[Verdict]) -> Result<Vec<u8>, EncodingError> {
    let marked = redacting(verdicts)
        .flat_map(|verdict| &verdict.evidence)
        .filter_map(|evidence| match evidence {
            Evidence::Region { x, y, width, height, .. } => Area::around([*x, *y, *width, *height], pixels),
            _ => None,
        });
    let mut marked = marked.peekable();
    if marked.peek().is_none() {
        return encoded(pixels);
    }
    let mut covered = pixels.clone();
    for area in marked {
        area.cover(&mut covered);
    }
    encoded(&covered)
}

/// Colours at half the resolution each way, each the mean of four, as cameras write them.
fn encoded(pixels: &RgbImage) -> Result<Vec<u8>, EncodingError> {
    let mut bytes = Vec::with_capacity(pixels.as_raw().len() / 8);
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // A photo is not as long as a side of a JPEG can be; what were longer, the encoder refuses as having no size.
    let [width, height] = [pixels.width(), pixels.height()].map(|side| u16::try_from(side).unwrap_or_default());
    encoder.encode(pixels.as_raw(), width, height, ColorType::Rgb)?;
    Ok(bytes)
}

/// A box within the picture that is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Area {
    /// A marked box with a margin: hair, chin and a mark that is off by a little. `None` if none of it lies in the picture.
    fn around([x, y, width, height]: [u32; 4], pixels: &RgbImage) -> Option<Self> {
        let margin = (width.max(height) / 6).max(8);
        let (left, top) = (x.saturating_sub(margin), y.saturating_sub(margin));
        let right = x.saturating_add(width).saturating_add(margin).min(pixels.width());
        let lower = y.saturating_add(height).saturating_add(margin).min(pixels.height());
        (left < right && top < lower && x < pixels.width() && y < pixels.height()).then(|| Self {
            x: left,
            y: top,
            width: right - left,
            height: lower - top,
        })
    }

    /// How many cells go along each side; as square as can be.
    fn cells(self) -> (u32, u32) {
        let longer = self.width.max(self.height);
        let along = |side: u32| (side * CELLS).div_ceil(longer).clamp(1, CELLS).min(side);
        (along(self.width), along(self.height))
    }

    fn cover(self, pixels: &mut RgbImage) {
        let (across, down) = self.cells();
        let means: Vec<Rgb<f32>> = (0..down)
            .flat_map(|row| (0..across).map(move |column| (column, row)))
            .map(|(column, row)| self.mean(pixels, (column, across), (row, down)))
            .collect();
        let mix = |one: Rgb<f32>, other: Rgb<f32>, share: f32| {
            Rgb([0, 1, 2].map(|colour| one.0[colour] + (other.0[colour] - one.0[colour]) * share))
        };
        let columns: Vec<_> = (0..self.width).map(|x| between(x, self.width, across)).collect();
        let all = index(pixels.width()) * 3;
        let lines = pixels.chunks_exact_mut(all).skip(index(self.y)).take(index(self.height));
        for (line, y) in lines.zip(0..) {
            let (upper, lower, fall) = between(y, self.height, down);
            let rows = [upper, lower].map(|row| &means[row * index(across)..][..index(across)]);
            let row: Vec<Rgb<f32>> = rows[0]
                .iter()
                .zip(rows[1])
                .map(|(upper, lower)| mix(*upper, *lower, fall))
                .collect();
            let line = line[index(self.x) * 3..].chunks_exact_mut(3);
            for (pixel, (left, right, along)) in line.zip(&columns) {
                pixel.copy_from_slice(&mix(row[*left], row[*right], *along).0.map(byte));
            }
        }
    }

    /// The mean colour of a cell, rounded.
    fn mean(self, pixels: &RgbImage, (column, across): (u32, u32), (row, down): (u32, u32)) -> Rgb<f32> {
        let part = |from: u32, side: u32, at: u32, of: u32| from + side * at / of..from + side * (at + 1) / of;
        let (mut sums, mut count) = ([0u64; 3], 0u64);
        for y in part(self.y, self.height, row, down) {
            for x in part(self.x, self.width, column, across) {
                for (sum, colour) in sums.iter_mut().zip(pixels.get_pixel(x, y).0) {
                    *sum += u64::from(colour);
                }
                count += 1;
            }
        }
        let step = u64::from(256 / LEVELS);
        #[allow(clippy::cast_precision_loss)] // below 256
        Rgb(sums.map(|sum| (sum / count.max(1) / step * step + step / 2) as f32))
    }
}

/// The two cells whose centres a pixel lies between, and how far it is towards the second.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within a side, and not below 0
fn between(at: u32, side: u32, cells: u32) -> (usize, usize, f32) {
    let place = ((at as f32 + 0.5) * cells as f32 / side as f32 - 0.5).clamp(0.0, (cells - 1) as f32);
    let first = place as usize;
    (first, (first + 1).min(index(cells) - 1), place - place.floor())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // it stops at 0 and 255
fn byte(colour: f32) -> u8 {
    (colour + 0.5) as u8
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use earnest_domain::verdict::{Decision, Permille};
    use image::ImageFormat;

    use super::*;
    use crate::capture::Photo;

    fn noise(width: u32, height: u32, seed: u64) -> RgbImage {
        let mut state = seed;
        RgbImage::from_fn(width, height, |_, _| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let bytes = state.to_be_bytes();
            Rgb([bytes[0], bytes[1], bytes[2]])
        })
    }

    fn marked(decision: Decision, regions: &[[u32; 4]]) -> Verdict {
        Verdict {
            check: "photo-faces".parse().unwrap(),
            version: 1,
            decision,
            score: Permille::ZERO,
            label: None,
            reason: "found".to_owned(),
            says: "Someone is seen.".to_owned(),
            advice: String::new(),
            evidence: regions
                .iter()
                .map(|[x, y, width, height]| Evidence::Region {
                    x: *x,
                    y: *y,
                    width: *width,
                    height: *height,
                    what: "face".into(),
                })
                .collect(),
            model: None,
        }
    }

    #[test]
    fn two_photos_that_differ_only_where_it_is_marked_leave_as_the_same_file() {
        let one = noise(200, 160, 1);
        let mut other = one.clone();
        // Other pixels with the same means: neighbours within a cell change places.
        for y in 50..100 {
            for x in (70..84).step_by(2) {
                let (first, second) = (*other.get_pixel(x, y), *other.get_pixel(x + 1, y));
                other.put_pixel(x, y, second);
                other.put_pixel(x + 1, y, first);
            }
        }
        let verdicts = [marked(Decision::Redact, &[[60, 50, 50, 50]])];
        assert!(without_marks(&one, &[]).unwrap() != without_marks(&other, &[]).unwrap());
        assert!(without_marks(&one, &verdicts).unwrap() == without_marks(&other, &verdicts).unwrap());
    }

    #[test]
    fn the_rest_of_the_photo_is_as_it_was() {
        let photo = noise(120, 120, 2);
        let mut covered = photo.clone();
        Area::around([40, 40, 30, 20], &photo).unwrap().cover(&mut covered);
        for (x, y, pixel) in photo.enumerate_pixels() {
            let inside = (32..78).contains(&x) && (32..68).contains(&y);
            assert!(inside || pixel == covered.get_pixel(x, y), "{x} {y}");
        }
    }

    #[test]
    fn marks_at_and_beyond_the_border_are_no_trouble() {
        let photo = noise(50, 40, 3);
        let regions = [
            [0, 0, 5, 5],
            [45, 35, 500, 500],
            [49, 39, 1, 1],
            [90, 90, 9, 9],
            [0, 0, u32::MAX, u32::MAX],
            [10, 10, 0, 0],
        ];
        let bytes = without_marks(&photo, &[marked(Decision::Redact, &regions)]).unwrap();
        assert!(Photo::from_bytes(&bytes).is_ok());
        assert_eq!(
            without_marks(&photo, &[marked(Decision::Retry, &regions)]).unwrap(),
            without_marks(&photo, &[]).unwrap(),
            "not asked for"
        );
    }

    #[test]
    fn what_leaves_is_a_picture_and_nothing_else() {
        let bytes = without_marks(&noise(64, 48, 4), &[]).unwrap();
        assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
        // Its segments: start, JFIF, tables, frame, scan, end; no APP1 to APP15, no comment.
        assert!(
            !bytes
                .windows(2)
                .take(700)
                .any(|pair| pair[0] == 0xff && (0xe1..=0xef).contains(&pair[1]))
        );
        assert_eq!(Photo::from_bytes(&bytes).unwrap().told(), []);
    }
}
