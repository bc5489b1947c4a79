//! A picture, decoded within bounds and turned as it is looked at.

mod beside;
mod memory;

use std::io::Cursor;

use earnest_domain::capture::CaptureKind;
use image::{
    DynamicImage, GrayImage, ImageBuffer, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Pixel, RgbImage,
    imageops::{self, FilterType},
    metadata::Orientation,
};

use self::beside::Beside;
pub use self::beside::{Position, Taken, Told};
use super::{CaptureError, Once};
use crate::{mobilenet::Impression, photo_of_screen::Spectrum};

/// The formats that can be read. HEIC is not among them: its decoders are C libraries, under AGPL, or too young to be trusted with bytes
/// from outside.
const FORMATS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];

/// A decoded photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    pixels: RgbImage,
    luma: GrayImage,
    beside: Beside,
    spectrum: Once<Spectrum>,
    impression: Once<Impression>,
}

impl Photo {
    /// The most bytes of a file.
    pub const MOST_BYTES: usize = 64 << 20;
    /// The most pixels. A picture is measured by its header before room is made for it.
    pub const MOST_PIXELS: u64 = 64_000_000;
    /// The most bytes of memory while it is read, its file aside: seven for each of the most pixels, which is what a PNG with transparent
    /// colours takes, and what the pictures of 50 megapixels that telephones make take as progressive JPEG.
    pub const MOST_MEMORY: u64 = 460_000_000;
    /// The most pixels along a side.
    const MOST_ALONG_A_SIDE: u32 = 20_000;
    /// The most bytes of a picture as its decoder gives it: the most pixels with 8 bits a channel, a quarter of them with 16.
    const MOST_DECODED: u64 = Self::MOST_PIXELS * 4;
    /// The longer side of the small grey copy that qualities are measured on.
    pub const SMALL: u32 = 512;

    /// From the bytes of a file.
    ///
    /// # Errors
    /// [`CaptureError`] when they are no photo that can be read, or one that is too large.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CaptureError> {
        if bytes.is_empty() {
            return Err(CaptureError::Empty);
        }
        if bytes.len() > Self::MOST_BYTES {
            return Err(too_large());
        }
        if is_heic(bytes) {
            return Err(CaptureError::HeicUnsupported);
        }
        let format = format_of(bytes).ok_or(CaptureError::UnknownFormat)?;
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = Limits::default();
        limits.max_image_width = Some(Self::MOST_ALONG_A_SIDE);
        limits.max_image_height = Some(Self::MOST_ALONG_A_SIDE);
        limits.max_alloc = Some(Self::MOST_DECODED);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|error| broken(&error))?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > Self::MOST_PIXELS || decoder.total_bytes() > Self::MOST_DECODED {
            return Err(too_large());
        }
        // The decoder forgives a JPEG that ends early and leaves the rest of the picture grey.
        let beside = beside::read(bytes, format, &mut decoder).ok_or_else(|| CaptureError::Broken {
            kind: CaptureKind::Photo,
            reason: "it ends before its picture does".to_owned(),
        })?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let a_pixel = memory::bytes_a_pixel(bytes, format, decoder.color_type(), orientation);
        if u64::from(width) * u64::from(height) * a_pixel > Self::MOST_MEMORY {
            return Err(too_large());
        }
        let picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
        // Colours first: fewer bytes are then turned.
        let mut upright = DynamicImage::ImageRgb8(opaque(picture));
        upright.apply_orientation(orientation);
        Ok(Self {
            beside,
            ..Self::from_pixels(upright.into_rgb8())
        })
    }

    /// From pixels, of which nothing else is known.
    pub fn from_pixels(pixels: RgbImage) -> Self {
        Self {
            luma: small(&pixels),
            pixels,
            beside: Beside::default(),
            spectrum: Once::default(),
            impression: Once::default(),
        }
    }

    /// Whether bytes begin as a photo does, be it one of a format that is not read.
    pub fn begins(bytes: &[u8]) -> bool {
        format_of(bytes).is_some() || is_heic(bytes)
    }

    /// The picture, upright, 8 bits a colour.
    pub const fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// A grey copy whose longer side is [`Self::SMALL`], or the picture's own where that is shorter.
    pub const fn luma(&self) -> &GrayImage {
        &self.luma
    }

    /// What its file tells beside the picture, each once. How the picture is to be shown (its turn, resolution, profile of colours) is
    /// not counted.
    pub fn told(&self) -> &[Told] {
        &self.beside.told
    }

    /// When it was taken, as its file tells.
    pub const fn taken(&self) -> Option<Taken> {
        self.beside.taken
    }

    /// Whether its file names a camera: a make or a model.
    pub const fn names_camera(&self) -> bool {
        self.beside.camera
    }

    /// The program that its file says it was made or changed with.
    pub fn made_with(&self) -> Option<&str> {
        self.beside.program.as_deref()
    }

    /// Where its spectrum is kept.
    pub(crate) const fn spectrum(&self) -> &Once<Spectrum> {
        &self.spectrum
    }

    /// Where what a network sees in it is kept.
    pub(crate) const fn impression(&self) -> &Once<Impression> {
        &self.impression
    }

    /// Where it was taken, as its file tells.
    pub const fn position(&self) -> Option<Position> {
        self.beside.position
    }
}

fn too_large() -> CaptureError {
    CaptureError::TooLarge {
        kind: CaptureKind::Photo,
        most: "64 megapixels, 50 as a progressive JPEG, 32 as WebP, 20,000 along a side, 64 MB",
    }
}

fn broken(error: &ImageError) -> CaptureError {
    match error {
        ImageError::Limits(_) => too_large(),
        other => CaptureError::Broken {
            kind: CaptureKind::Photo,
            reason: other.to_string().chars().take(200).collect(),
        },
    }
}

fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    image::guess_format(bytes).ok().filter(|guessed| FORMATS.contains(guessed))
}

/// Whether it is a picture in the container of ISO/IEC 23008-12: HEIC, HEIF or AVIF.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8; 4]; 10] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis",
    ];
    bytes.get(4..8) == Some(b"ftyp")
        && bytes
            .get(8..12)
            .is_some_and(|brand| BRANDS.iter().any(|known| *known == brand))
}

/// On white where it is transparent: what somebody made transparent still has its colours, and is not to be seen.
fn opaque(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    ImageBuffer::from_fn(image.width(), image.height(), |x, y| {
        let [.., alpha] = image.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
            u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)
        };
        image.get_pixel(x, y).to_rgb().map(over)
    })
}

/// The small grey copy: means of whole blocks down to twice its size, which is one pass over a large picture, and then by triangles.
fn small(pixels: &RgbImage) -> GrayImage {
    let longer = pixels.width().max(pixels.height());
    let grey = blocks(pixels, (longer / (2 * Photo::SMALL)).max(1));
    let longer = grey.width().max(grey.height());
    if longer <= Photo::SMALL {
        return grey;
    }
    let scaled = |side: u32| (side * Photo::SMALL / longer).max(1);
    imageops::resize(&grey, scaled(grey.width()), scaled(grey.height()), FilterType::Triangle)
}

/// Mean luma (Rec. ITU-R BT.601, 2.5.1) of blocks of `side` x `side` pixels; what is left over at the right and below is left out, unless it is all.
fn blocks(pixels: &RgbImage, side: u32) -> GrayImage {
    let (across, down) = (side.min(pixels.width()).max(1), side.min(pixels.height()).max(1));
    let (width, height) = (pixels.width() / across, pixels.height() / down);
    let row = usize::try_from(pixels.width()).unwrap_or_default() * 3;
    let block = usize::try_from(across).unwrap_or(1) * 3;
    let mut grey = GrayImage::new(width, height);
    if row == 0 || width == 0 {
        return grey;
    }
    // Lines are added up before colours are: a byte at a time, many at once. A block has at most twenty lines.
    let mut sums = vec![0u16; row];
    let lines: Vec<&[u8]> = pixels.as_raw().chunks_exact(row).collect();
    for (lines, means) in lines
        .chunks_exact(usize::try_from(down).unwrap_or(1))
        .zip(grey.chunks_exact_mut(usize::try_from(width).unwrap_or(1)))
    {
        sums.fill(0);
        for line in lines {
            for (sum, byte) in sums.iter_mut().zip(*line) {
                *sum += u16::from(*byte);
            }
        }
        for (mean, block) in means.iter_mut().zip(sums.chunks_exact(block)) {
            let [red, green, blue] = block.chunks_exact(3).fold([0u32; 3], |[red, green, blue], rgb| {
                [red + u32::from(rgb[0]), green + u32::from(rgb[1]), blue + u32::from(rgb[2])]
            });
            let (sum, all) = (77 * red + 150 * green + 29 * blue, across * down * 256);
            *mean = u8::try_from((sum + all / 2) / all).unwrap_or(u8::MAX);
        }
    }
    grey
}

#[cfg(test)]
mod tests;
