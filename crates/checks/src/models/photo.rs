//! Photos as models read them: a part of the pixels, at the model's size, as floats.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use image::RgbImage;

use super::failed;
use crate::CheckError;

/// Where a reduction is larger than twice this, pixels are skipped before the rest is averaged: the models' inputs are small beside what a
/// camera gives, and reading all of it would take longer than the models do.
const SAMPLES: u8 = 3;

/// A rectangle of a photo, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Part {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Part {
    /// Its middle, `width` and `height` of the photo's as shares.
    pub(crate) fn middle(pixels: &RgbImage, width: f64, height: f64) -> Self {
        let (all_width, all_height) = (f64::from(pixels.width()), f64::from(pixels.height()));
        Self {
            left: all_width * (1.0 - width) / 2.0,
            top: all_height * (1.0 - height) / 2.0,
            width: all_width * width,
            height: all_height * height,
        }
    }
}

/// A part of a photo, which lies within it, at another size: the mean of what a pixel covers, by triangles.
///
/// # Errors
/// [`CheckError::ModelFailed`] if the part has no pixel or lies outside.
pub(crate) fn scaled(
    check: &'static str,
    pixels: &RgbImage,
    part: Part,
    [width, height]: [u32; 2],
) -> Result<RgbImage, CheckError> {
    if !(part.width.min(f64::from(pixels.width()) - part.left) > 0.0
        && part.height.min(f64::from(pixels.height()) - part.top) > 0.0)
    {
        return Err(failed(check, "a part of a photo lies outside of it"));
    }
    let source = ImageRef::new(pixels.width(), pixels.height(), pixels.as_raw(), PixelType::U8x3);
    let source = source.map_err(|error| failed(check, error))?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let reduced = (part.width / f64::from(width)).min(part.height / f64::from(height));
    let algorithm = if reduced > f64::from(2 * SAMPLES) {
        ResizeAlg::SuperSampling(FilterType::Bilinear, SAMPLES)
    } else {
        ResizeAlg::Convolution(FilterType::Bilinear)
    };
    let options = ResizeOptions::new()
        .resize_alg(algorithm)
        // Rounding must not put the last pixel outside.
        .crop(
            part.left,
            part.top,
            part.width.min(f64::from(pixels.width()) - part.left),
            part.height.min(f64::from(pixels.height()) - part.top),
        );
    let resized = Resizer::new().resize(&source, &mut target, &options);
    resized.map_err(|error| failed(check, error))?;
    RgbImage::from_raw(width, height, target.into_vec())
        .ok_or_else(|| failed(check, "a photo was scaled to another size than asked for"))
}

/// The pixels of a window as three planes, one a colour, each value made what the model reads by `change`; what lies beyond `width` x
/// `height` of the window is 0, so that the planes have sides of `plane`.
pub(crate) fn planes(
    pixels: &RgbImage,
    [left, top, width, height]: [usize; 4],
    plane: [usize; 2],
    change: impl Fn(usize, f32) -> f32,
    planes: &mut Vec<f32>,
) {
    let (row, area) = (pixels.width() as usize * 3, plane[0] * plane[1]);
    let start = planes.len();
    planes.resize(start + 3 * area, 0.0);
    let (red, rest) = planes[start..].split_at_mut(area);
    let (green, blue) = rest.split_at_mut(area);
    let lines = pixels.as_raw().chunks_exact(row).skip(top).take(height);
    let rows = red.chunks_exact_mut(plane[0]).zip(green.chunks_exact_mut(plane[0]));
    for (line, ((red, green), blue)) in lines.zip(rows.zip(blue.chunks_exact_mut(plane[0]))) {
        let colours = line[left * 3..(left + width) * 3].chunks_exact(3);
        for (pixel, ((red, green), blue)) in colours.zip(red.iter_mut().zip(green).zip(blue)) {
            *red = change(0, f32::from(pixel[0]));
            *green = change(1, f32::from(pixel[1]));
            *blue = change(2, f32::from(pixel[2]));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use image::Rgb;

    use super::*;

    #[test]
    fn a_part_is_what_lies_in_it() {
        let photo = RgbImage::from_fn(80, 40, |x, _| if x < 40 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 100]) });
        // The triangles of the pixels at a border reach over it; those of others do not.
        for side in [2, 16] {
            let part = |left: f64| Part {
                left,
                top: 0.0,
                width: 40.0,
                height: 40.0,
            };
            let left = scaled("t", &photo, part(0.0), [side, side]).unwrap();
            let right = scaled("t", &photo, part(40.0), [side, side]).unwrap();
            for row in 0..side {
                assert_eq!(*left.get_pixel(0, row), Rgb([200, 0, 0]));
                assert_eq!(*right.get_pixel(side - 1, row), Rgb([0, 0, 100]));
            }
        }
        let beyond = Part {
            left: 80.0,
            top: 0.0,
            width: 80.0,
            height: 40.0,
        };
        assert_eq!(scaled("t", &photo, beyond, [8, 8]).unwrap_err().code(), "model_failed");
    }

    #[test]
    fn planes_hold_a_window_and_zeros_beside_it() {
        let photo = RgbImage::from_fn(4, 3, |x, y| {
            Rgb([10 * u8::try_from(y).unwrap() + u8::try_from(x).unwrap(), 1, 2])
        });
        let mut made = vec![7.0];
        planes(&photo, [1, 1, 2, 2], [3, 4], |_, value| value, &mut made);
        assert_eq!(made.len(), 1 + 3 * 12);
        assert_eq!(made[1..13], [11.0, 12.0, 0.0, 21.0, 22.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(made[13..19], [1.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
        assert_eq!(made[25..26], [2.0]);
    }
}
