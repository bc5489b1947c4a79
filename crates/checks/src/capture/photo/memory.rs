//! How much memory a picture needs while it is read, told by its header: some decoders keep far more than the picture.

use image::{ColorType, ImageFormat, metadata::Orientation};

/// The most bytes for each pixel that are held at once, the file itself aside.
pub(super) fn bytes_a_pixel(bytes: &[u8], format: ImageFormat, colour: ColorType, orientation: Orientation) -> u64 {
    let decoded = u64::from(colour.bytes_per_pixel());
    let decoding = decoded
        + match format {
            // Numbers of two bytes.
            ImageFormat::Jpeg => 2 * kept_components(bytes).unwrap_or(4),
            // Planes of luma and colours, and one of what is transparent; of a film its canvas and a frame as well.
            ImageFormat::WebP => 10,
            _ => 0,
        };
    let converting = match colour {
        ColorType::Rgb8 => decoded,
        ColorType::Rgba8 => decoded + 3,
        // By way of red, green, blue and how opaque, which become three bytes when the decoder's own are gone.
        _ if colour.has_alpha() => (decoded + 4).max(4 + 3),
        _ => decoded + 3,
    };
    let turning = match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => 3 + 3,
        _ => 3,
    };
    decoding.max(converting).max(turning)
}

/// How many components a JPEG's decoder keeps the coefficients of until the file ends: all of a progressive one (ITU-T T.81, annex G),
/// and of one whose first scan has not all of them; `None` if that cannot be told.
fn kept_components(bytes: &[u8]) -> Option<u64> {
    const START_OF_SCAN: u8 = 0xda;
    let (mut components, mut is_baseline) = (None, true);
    let mut at = 2;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        let marker = *bytes.get(at + 1)?;
        if matches!(marker, 0 | 1 | 0xd0..=0xd8 | 0xff) {
            at += if marker == 0xff { 1 } else { 2 };
            continue;
        }
        let segment = bytes.get(at + 4..)?;
        match marker {
            // Tables of Huffman's, arithmetic conditioning, and what is reserved; all the others begin a frame.
            0xc4 | 0xc8 | 0xcc => {}
            0xc0..=0xcf => {
                // Should there be several, which of them counts is the decoder's affair.
                components = components.max(Some(u64::from(*segment.get(5)?)));
                is_baseline &= matches!(marker, 0xc0 | 0xc1);
            }
            START_OF_SCAN => {
                let in_scan = u64::from(*segment.first()?);
                return components.map(|all| if is_baseline && in_scan >= all { 0 } else { all });
            }
            _ => {}
        }
        let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
        at += 2 + usize::from(length.max(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a JPEG: a frame with so many components, and a scan with some of them.
    fn jpeg(frame: u8, components: u8, in_scan: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, frame, 0, 8 + 3 * components, 8, 0, 9, 0, 9, components];
        bytes.extend(std::iter::repeat_n(0x11, 3 * usize::from(components)));
        bytes.extend([0xff, 0xda, 0, 8, in_scan, 0, 0, 0, 0, 0]);
        bytes
    }

    #[test]
    fn what_a_decoder_keeps_is_counted() {
        let of = |bytes: &[u8], orientation| bytes_a_pixel(bytes, ImageFormat::Jpeg, ColorType::Rgb8, orientation);
        let upright = Orientation::NoTransforms;
        assert_eq!(of(&jpeg(0xc0, 3, 3), upright), 3);
        assert_eq!(of(&jpeg(0xc0, 3, 3), Orientation::Rotate90), 6, "once more, turned");
        assert_eq!(of(&jpeg(0xc2, 3, 3), upright), 9, "progressive");
        assert_eq!(of(&jpeg(0xc2, 3, 3), Orientation::Rotate90), 9, "gone before it is turned");
        assert_eq!(of(&jpeg(0xc2, 4, 1), upright), 11, "with black");
        assert_eq!(of(&jpeg(0xc0, 3, 1), upright), 9, "one component after the other");
        let both = [&jpeg(0xc2, 3, 3)[..19 + 2], &jpeg(0xc0, 3, 3)[2..]].concat();
        assert_eq!(of(&both, upright), 9, "two frames");
        assert_eq!(of(&[0xff, 0xd8, 0xff], upright), 11, "no frame at all");
        let png = |colour| bytes_a_pixel(&[], ImageFormat::Png, colour, upright);
        assert_eq!(
            (png(ColorType::Rgb8), png(ColorType::Rgba8), png(ColorType::Rgba16)),
            (3, 7, 12)
        );
    }
}
