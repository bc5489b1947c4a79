#![allow(clippy::unwrap_used)]
use earnest_domain::time::Timestamp;
use exif::{Rational, Tag, Value};
use image::{
    ExtendedColorType, ImageEncoder, Rgb, Rgba, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use proptest::prelude::*;

use super::*;
use crate::{capture::Capture, fixtures::photos::exif};

/// Red above, blue below, a white spot at the upper left: enough to see how it was turned.
fn flag() -> RgbImage {
    RgbImage::from_fn(48, 32, |x, y| match (x, y) {
        (0..12, 0..12) => Rgb([255, 255, 255]),
        (_, 0..16) => Rgb([255, 0, 0]),
        _ => Rgb([0, 0, 255]),
    })
}

fn jpeg(pixels: &RgbImage, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    encoder
        .write_image(pixels, pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn png(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(pixels, pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn webp(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    WebPEncoder::new_lossless(&mut bytes)
        .write_image(pixels, pixels.width(), pixels.height(), ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn text(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

fn degrees(degrees: u32, minutes: u32, hundredths: u32) -> Value {
    let over = |num: u32, denom: u32| Rational { num, denom };
    Value::Rational(vec![over(degrees, 1), over(minutes, 1), over(hundredths, 100)])
}

fn code(bytes: &[u8]) -> Result<(u32, u32), &'static str> {
    Photo::from_bytes(bytes)
        .map(|photo| photo.pixels().dimensions())
        .map_err(|error| error.code())
}

#[test]
fn each_format_is_read_and_known_by_its_first_bytes() {
    for bytes in [jpeg(&flag(), None), png(&flag()), webp(&flag())] {
        let Ok(Capture::Photo(photo)) = Capture::from_bytes(&bytes, None) else {
            panic!("no photo")
        };
        assert_eq!(photo.pixels().dimensions(), (48, 32));
        assert_eq!((photo.told(), photo.taken(), photo.position()), (&[] as &[Told], None, None));
    }
}

#[test]
fn it_is_turned_upright() {
    for (turn, size, white) in [
        (1, (48, 32), (3, 3)),
        (3, (48, 32), (44, 28)),
        (6, (32, 48), (28, 3)),
        (8, (32, 48), (3, 44)),
    ] {
        let bytes = jpeg(&flag(), Some(exif(&[(Tag::Orientation, Value::Short(vec![turn]))])));
        let photo = Photo::from_bytes(&bytes).unwrap();
        assert_eq!(photo.pixels().dimensions(), size, "orientation {turn}");
        let Rgb(corner) = photo.pixels().get_pixel(white.0, white.1);
        assert!(corner.iter().all(|colour| *colour > 200), "orientation {turn}: {corner:?}");
        assert_eq!(photo.told(), []);
    }
}

#[test]
fn what_its_file_tells_is_told() {
    let fields = [
        (Tag::Make, text("Maker")),
        (Tag::DateTimeOriginal, text("2026:03:01 12:30:00")),
        (Tag::OffsetTimeOriginal, text("+01:00")),
        (Tag::GPSLatitudeRef, text("S")),
        (Tag::GPSLatitude, degrees(33, 51, 3600)),
        (Tag::GPSLongitudeRef, text("E")),
        (Tag::GPSLongitude, degrees(151, 12, 0)),
        (Tag::Artist, text("Ada")),
        (Tag::FNumber, Value::Rational(vec![Rational { num: 28, denom: 10 }])),
    ];
    let photo = Photo::from_bytes(&jpeg(&flag(), Some(exif(&fields)))).unwrap();
    assert_eq!(
        photo.told(),
        [Told::Position, Told::Time, Told::Device, Told::Words, Told::Other]
    );
    let taken = photo.taken().unwrap();
    assert_eq!((taken.at, taken.zoned), (Timestamp::from_seconds(1_772_364_600), true));
    let position = photo.position().unwrap();
    assert!(
        (position.latitude + 33.86).abs() < 1e-6 && (position.longitude - 151.2).abs() < 1e-6,
        "{position:?}"
    );

    let photo = Photo::from_bytes(&jpeg(&flag(), Some(exif(&[(Tag::DateTime, text("2026:03:01 12:30:00"))])))).unwrap();
    let taken = photo.taken().unwrap();
    assert!(!taken.zoned && taken.earliest() < taken.at && taken.at < taken.latest());

    for wrong in ["2026:13:01 12:30:00", "    :  :     :  :  ", "", "0000:00:00 00:00:00"] {
        let photo = Photo::from_bytes(&jpeg(&flag(), Some(exif(&[(Tag::DateTime, text(wrong))])))).unwrap();
        assert_eq!((photo.taken(), photo.told()), (None, &[Told::Time] as &[Told]), "{wrong:?}");
    }
}

#[test]
fn what_hides_beside_the_picture_is_told() {
    let mut film = jpeg(&flag(), None);
    film.extend_from_slice(&[0; 4096]);
    assert_eq!(Photo::from_bytes(&film).unwrap().told(), [Told::Attached]);

    let plain = jpeg(&flag(), None);
    let comment = [&plain[..2], &[0xff, 0xfe, 0, 7], b"hello", &plain[2..]].concat();
    assert_eq!(Photo::from_bytes(&comment).unwrap().told(), [Told::Words]);

    let damaged = jpeg(&flag(), Some(b"II*\0\xff\xff\xff\xff".to_vec()));
    assert_eq!(
        Photo::from_bytes(&damaged).unwrap().told(),
        [Told::Other],
        "what cannot be read is something"
    );
}

#[test]
fn what_was_made_transparent_is_not_seen() {
    let hidden = RgbaImage::from_fn(8, 8, |x, _| Rgba([10, 20, 30, if x < 4 { 0 } else { 255 }]));
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&hidden, 8, 8, ExtendedColorType::Rgba8)
        .unwrap();
    let photo = Photo::from_bytes(&bytes).unwrap();
    assert_eq!(photo.pixels().get_pixel(0, 0), &Rgb([255, 255, 255]));
    assert_eq!(photo.pixels().get_pixel(7, 0), &Rgb([10, 20, 30]));
}

#[test]
fn what_is_no_photo_says_why() {
    assert_eq!(code(b""), Err("empty_file"));
    assert_eq!(code(b"GIF89a"), Err("unknown_format"));
    assert_eq!(code(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Err("heic_unsupported"));
    assert_eq!(code(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"), Err("heic_unsupported"));
    assert_eq!(code(&vec![0xff; Photo::MOST_BYTES + 1]), Err("too_large"));
    for whole in [jpeg(&flag(), None), png(&flag()), webp(&flag())] {
        for keep in [12, 20, 40, whole.len() / 2, whole.len() - 3] {
            let error = code(&whole[..keep]);
            // A PNG's last bytes are a checksum after its picture.
            assert!(
                error.is_err() || keep == whole.len() - 3,
                "{keep} of {}: {error:?}",
                whole.len()
            );
        }
    }
}

/// The checksum of a PNG's chunk (Portable Network Graphics, third edition, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused_by_its_header() {
    // 65,500 x 65,500 in a JPEG of a few hundred bytes, 100,000 x 100,000 in a PNG, 16,383 x 16,383 in a WebP.
    let mut lying = jpeg(&flag(), None);
    let frame = lying.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    let mut sized = |width: u16, height: u16| {
        lying[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        lying[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        lying.clone()
    };
    assert_eq!(code(&sized(65_500, 65_500)), Err("too_large"));
    assert_eq!(code(&sized(10_000, 10_000)), Err("too_large"), "100 megapixels");
    // Its decoder keeps the coefficients of a progressive one: 60 megapixels, which a plain one may have, are 540 MB.
    let mut progressive = sized(8_000, 7_500);
    progressive[frame + 1] = 0xc2;
    assert_eq!(code(&progressive), Err("too_large"), "60 megapixels, progressive");

    let mut lying = png(&flag());
    assert_eq!(crc(&lying[12..29]).to_be_bytes(), lying[29..33], "the header's checksum");
    let mut sized = |side: u32| {
        lying[16..20].copy_from_slice(&side.to_be_bytes());
        lying[20..24].copy_from_slice(&side.to_be_bytes());
        let right = crc(&lying[12..29]).to_be_bytes();
        lying[29..33].copy_from_slice(&right);
        lying.clone()
    };
    assert_eq!(code(&sized(100_000)), Err("too_large"));
    assert_eq!(code(&sized(10_000)), Err("too_large"));

    let mut lying = webp(&flag());
    assert_eq!((&lying[12..16], lying[20]), (&b"VP8L"[..], 0x2f));
    // Width and height, each less one, in 14 bits (RFC 9649, 3.4).
    let size = u32::from_le_bytes(lying[21..25].try_into().unwrap());
    assert_eq!((size & 0x3fff, (size >> 14) & 0x3fff), (47, 31));
    for side in [16_383, 10_000, 6_000] {
        let sized = (size & 0xf000_0000) | ((side - 1) << 14) | (side - 1);
        lying[21..25].copy_from_slice(&sized.to_le_bytes());
        assert_eq!(code(&lying), Err("too_large"), "{side}");
    }

    // True to its header, and 100 megapixels in some hundred kilobytes.
    let (width, height) = (10_000, 10_000);
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(
            &vec![0; width as usize * height as usize],
            width,
            height,
            ExtendedColorType::L8,
        )
        .unwrap();
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    assert_eq!(code(&bytes), Err("too_large"));
}

#[test]
fn the_grey_copy_is_small_and_grey() {
    let colours = RgbImage::from_fn(3000, 2000, |x, _| if x < 1500 { Rgb([255, 0, 0]) } else { Rgb([0, 255, 0]) });
    let photo = Photo::from_pixels(colours);
    assert_eq!(photo.luma().dimensions(), (512, 341));
    assert_eq!(
        (photo.luma().get_pixel(9, 9).0, photo.luma().get_pixel(500, 9).0),
        ([77], [149])
    );
    assert_eq!(Photo::from_pixels(flag()).luma().dimensions(), (48, 32));
    assert_eq!(Photo::from_pixels(RgbImage::new(5000, 1)).luma().dimensions(), (512, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_are_a_photo_or_have_a_reason(head in 0..4usize, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let heads: [&[u8]; 4] = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x02\x00\x00WEBPVP8 "];
        let _ = Photo::from_bytes(&[heads[head], &bytes].concat());
    }

    #[test]
    fn a_damaged_photo_is_a_photo_or_has_a_reason(
        which in 0..3usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        keep in any::<prop::sample::Index>(),
    ) {
        let exif = exif(&[(Tag::Make, text("Maker")), (Tag::DateTime, text("2026:03:01 12:30:00"))]);
        let mut bytes = vec![jpeg(&flag(), Some(exif)), png(&flag()), webp(&flag())].swap_remove(which);
        for (at, byte) in damage {
            *at.get_mut(&mut bytes) = byte;
        }
        let kept = if keep.index(4) == 0 { keep.index(bytes.len()) } else { bytes.len() };
        let _ = Photo::from_bytes(&bytes[..kept]);
    }
}
