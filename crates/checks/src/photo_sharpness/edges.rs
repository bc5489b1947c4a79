//! How steep edges are for their height, in four directions.

use image::GrayImage;

/// How far an edge is followed to each side, in pixels.
const REACH: usize = 6;
/// What smoothing multiplies levels by.
const SCALE: i16 = 36;
/// Of the edges of a direction, the sharpest but so many in a hundred.
const SHARPEST: u32 = 98;
/// The picture is judged in so many parts along each side.
const PARTS: usize = 4;
/// Steepness is counted in so many steps, up to a step that lies within one pixel.
const STEPS: u16 = 256;

/// The standard deviation of the noise (Immerkaer, 1996, "Fast noise variance estimation"; the median of the absolute values instead of
/// their mean, so that edges count for less).
pub(super) fn noise(luma: &GrayImage) -> f64 {
    let width = luma.width() as usize;
    let mut counts = vec![0u32; 2048];
    let rows: Vec<&[u8]> = luma.as_raw().chunks_exact(width.max(1)).collect();
    for [above, here, below] in rows.array_windows() {
        for x in 1..width.saturating_sub(1) {
            let at = |row: &[u8], x: usize| i16::from(row[x]);
            let ring = at(above, x) + at(below, x) + at(here, x - 1) + at(here, x + 1);
            let corners = at(above, x - 1) + at(above, x + 1) + at(below, x - 1) + at(below, x + 1);
            let value = 4 * at(here, x) - 2 * ring + corners;
            counts[usize::from(value.unsigned_abs())] += 1;
        }
    }
    let all: u32 = counts.iter().sum();
    // The mask multiplies a deviation by 6; half of a normal distribution lies within 0.6745 of them.
    quantile(&counts, all / 2).map_or(0.0, |median| f64::from(median) / 6.0 / 0.6745)
}

/// Of the sharpest edges of a part of the picture, in the direction whose edges are the least sharp: their steepest slope a pixel, of
/// their height. Of the sharpest part but one, so that no speck decides. `None` where there are no edges.
pub(super) fn sharpness(luma: &GrayImage, least_height: f64, least_edges: f64) -> Option<f64> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    if width < 2 * REACH + PARTS || height < 2 * REACH + PARTS {
        return None;
    }
    let smooth = smooth(luma, width, height);
    #[allow(clippy::cast_possible_truncation)] // at most 255 levels
    let least = (least_height.clamp(1.0, 255.0) * f64::from(SCALE)) as i16;
    let directions = [(1, 0), (0, 1), (1, 1), (-1, 1)].map(|direction| steepness(&smooth, width, height, direction, least));
    #[allow(clippy::cast_precision_loss)] // a few thousand
    let places = ((width - 2 * REACH) / PARTS * ((height - 2 * REACH) / PARTS)) as f64;
    let mut parts: Vec<u16> = (0..PARTS * PARTS)
        .filter_map(|part| {
            let mut steepest: Vec<u16> = directions
                .iter()
                .filter_map(|counts| {
                    let counts = &counts[part];
                    let edges: u32 = counts.iter().sum();
                    let enough = f64::from(edges) >= least_edges * places;
                    enough.then(|| quantile(counts, edges * SHARPEST / 100)).flatten()
                })
                .collect();
            steepest.sort_unstable();
            // One direction alone says nothing of a movement along it.
            if steepest.len() > 1 { steepest.first().copied() } else { None }
        })
        .collect();
    parts.sort_unstable_by(|one, other| other.cmp(one));
    let sharp = parts.get(1).or(parts.first())?;
    Some(f64::from(*sharp) / f64::from(STEPS) / 2.0)
}

/// In each part, how many edges have which slope between their neighbours, of their height.
#[allow(clippy::cast_sign_loss)] // differences that are not below 0
fn steepness(smooth: &[i16], width: usize, height: usize, (across, down): (isize, isize), least: i16) -> Vec<Vec<u32>> {
    let (inner, lines) = (width - 2 * REACH, height - 2 * REACH);
    let (mut low, mut high) = (vec![0i16; inner], vec![0i16; inner]);
    let mut counts = vec![vec![0u32; usize::from(STEPS) + 1]; PARTS * PARTS];
    // The row `y`, moved by so many steps of the direction.
    let line = |y: usize, along: isize| {
        let row = y.wrapping_add_signed(along * down);
        let from = (row * width + REACH).wrapping_add_signed(along * across);
        &smooth[from..from + inner]
    };
    let reach = REACH.cast_signed();
    for y in REACH..height - REACH {
        low.copy_from_slice(line(y, 0));
        high.copy_from_slice(line(y, 0));
        for along in -reach..=reach {
            for ((low, high), level) in low.iter_mut().zip(&mut high).zip(line(y, along)) {
                *low = (*low).min(*level);
                *high = (*high).max(*level);
            }
        }
        let parts = &mut counts[(y - REACH) * PARTS / lines * PARTS..][..PARTS];
        let neighbours = line(y, -1).iter().zip(line(y, 1));
        for (x, ((low, high), (before, after))) in low.iter().zip(&high).zip(neighbours).enumerate() {
            let rise = high - low;
            if rise >= least {
                let slope = before.abs_diff(*after);
                parts[x * PARTS / inner][usize::from(slope) * usize::from(STEPS) / rise as usize] += 1;
            }
        }
    }
    counts
}

/// By 1 4 1 along and across, which takes off the edge of single pixels' noise; [`SCALE`] times the levels.
fn smooth(luma: &GrayImage, width: usize, height: usize) -> Vec<i16> {
    let level = |x: usize, y: usize| i16::from(luma.as_raw()[y * width + x]);
    let mut along = vec![0i16; width * height];
    for y in 0..height {
        for x in 0..width {
            let (before, after) = (level(x.saturating_sub(1), y), level((x + 1).min(width - 1), y));
            along[y * width + x] = before + 4 * level(x, y) + after;
        }
    }
    let mut smooth = vec![0i16; width * height];
    for (y, row) in smooth.chunks_exact_mut(width).enumerate() {
        let line = |y: usize| &along[y * width..(y + 1) * width];
        let (above, below) = (line(y.saturating_sub(1)), line((y + 1).min(height - 1)));
        for ((made, here), (above, below)) in row.iter_mut().zip(line(y)).zip(above.iter().zip(below)) {
            *made = above + 4 * here + below;
        }
    }
    smooth
}

/// The value that so many lie below or at.
fn quantile(counts: &[u32], wanted: u32) -> Option<u16> {
    let mut seen = 0;
    let at = counts.iter().position(|count| {
        seen += count;
        seen > wanted
    })?;
    u16::try_from(at).ok()
}
