//! What a photo's file tells beside the picture.

use earnest_domain::time::{Span, Timestamp};
use exif::{Context, Exif, In, Tag, Value};
use image::{ImageDecoder, ImageFormat};
use jiff::{
    civil,
    tz::{Offset, TimeZone},
};

/// A kind of thing that a photo's file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Told {
    /// Where it was taken.
    Position,
    /// When.
    Time,
    /// With which device or program.
    Device,
    /// By whom, or what they wrote about it.
    Words,
    /// More than one picture: a thumbnail, which may show what the picture no longer does, a film, a map of depths.
    Attached,
    /// Anything else, such as the settings of the camera.
    Other,
}

impl Told {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Time => "time",
            Self::Device => "device",
            Self::Words => "words",
            Self::Attached => "attached",
            Self::Other => "other",
        }
    }
}

/// When a photo says that it was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The instant; the clock's local time taken for UTC where the zone is not told.
    pub at: Timestamp,
    /// Whether the zone is told.
    pub zoned: bool,
}

impl Taken {
    /// The earliest instant that it may have been: clocks are at most 14 hours ahead of UTC.
    pub const fn earliest(self) -> Timestamp {
        if self.zoned {
            self.at
        } else {
            self.at.minus(Span::from_seconds(14 * 3600))
        }
    }

    /// The latest: clocks are at most 12 hours behind UTC.
    pub const fn latest(self) -> Timestamp {
        if self.zoned {
            self.at
        } else {
            self.at.plus(Span::from_seconds(12 * 3600))
        }
    }
}

/// A place on earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// North is positive.
    pub latitude: f64,
    /// East is positive.
    pub longitude: f64,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Beside {
    pub(super) told: Vec<Told>,
    pub(super) taken: Option<Taken>,
    pub(super) position: Option<Position>,
    /// Whether a camera is named.
    pub(super) camera: bool,
    /// The program that is named.
    pub(super) program: Option<String>,
}

/// Reads what a file tells; `None` when a file ends before its picture does. What cannot be read counts as something.
pub(super) fn read(bytes: &[u8], format: ImageFormat, decoder: &mut impl ImageDecoder) -> Option<Beside> {
    let mut told = match format {
        ImageFormat::Jpeg => of_jpeg(bytes)?,
        ImageFormat::Png => of_png(bytes),
        _ => of_riff(bytes),
    };
    let mut program = None;
    if let Some(xmp) = decoder.xmp_metadata().ok().flatten() {
        told.extend(of_xmp(&xmp));
        program = program_of_xmp(&xmp);
    }
    if decoder.iptc_metadata().is_ok_and(|iptc| iptc.is_some()) {
        told.push(Told::Words);
    }
    let (mut taken, mut position, mut camera) = (None, None, false);
    if let Some(exif) = decoder.exif_metadata().ok().flatten() {
        let mut reader = exif::Reader::new();
        reader.continue_on_error(true);
        match reader
            .read_raw(exif)
            .or_else(|error| error.distill_partial_result(|_| told.push(Told::Other)))
        {
            Ok(exif) => {
                told.extend(exif.fields().filter_map(|field| of_tag(field.tag, field.ifd_num)));
                (taken, position) = (taken_of(&exif), position_of(&exif));
                camera = [Tag::Make, Tag::Model]
                    .iter()
                    .any(|tag| text_of(&exif, *tag).is_some_and(|text| !text.is_empty()));
                program = program.or_else(|| text_of(&exif, Tag::Software).map(short));
            }
            Err(_) => told.push(Told::Other),
        }
    }
    told.sort_unstable();
    told.dedup();
    Some(Beside {
        told,
        taken,
        position,
        camera,
        program,
    })
}

/// What a tag of EXIF tells (CIPA DC-008-2023).
fn of_tag(tag: Tag, directory: In) -> Option<Told> {
    Some(match (tag.context(), tag) {
        _ if directory != In::PRIMARY => Told::Attached,
        (Context::Gps, Tag::GPSVersionID) => return None,
        (Context::Gps, _) => Told::Position,
        (
            _,
            Tag::DateTime
            | Tag::DateTimeOriginal
            | Tag::DateTimeDigitized
            | Tag::OffsetTime
            | Tag::OffsetTimeOriginal
            | Tag::OffsetTimeDigitized
            | Tag::SubSecTime
            | Tag::SubSecTimeOriginal
            | Tag::SubSecTimeDigitized,
        ) => Told::Time,
        (
            _,
            Tag::Make
            | Tag::Model
            | Tag::Software
            | Tag::BodySerialNumber
            | Tag::LensMake
            | Tag::LensModel
            | Tag::LensSerialNumber
            | Tag::ImageUniqueID
            | Tag::MakerNote,
        ) => Told::Device,
        (_, Tag::Artist | Tag::Copyright | Tag::ImageDescription | Tag::UserComment | Tag::CameraOwnerName) => Told::Words,
        // How it is to be shown, which its pixels show as well.
        (
            _,
            Tag::Orientation
            | Tag::XResolution
            | Tag::YResolution
            | Tag::ResolutionUnit
            | Tag::YCbCrPositioning
            | Tag::YCbCrSubSampling
            | Tag::ComponentsConfiguration
            | Tag::ExifVersion
            | Tag::FlashpixVersion
            | Tag::ColorSpace
            | Tag::PixelXDimension
            | Tag::PixelYDimension,
        ) => return None,
        _ => Told::Other,
    })
}

fn text_of(exif: &Exif, tag: Tag) -> Option<&str> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => std::str::from_utf8(lines.first()?).ok().map(str::trim),
        _ => None,
    }
}

/// No program has a longer name.
fn short(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(100).collect()
}

/// The program that a packet of XMP names, or that a model made the picture (IPTC's Digital Source Type).
fn program_of_xmp(packet: &[u8]) -> Option<String> {
    const BY_A_MODEL: &str = "trainedAlgorithmicMedia";
    let text = String::from_utf8_lossy(packet);
    if text.contains(BY_A_MODEL) {
        return Some(BY_A_MODEL.to_owned());
    }
    // As an attribute or as an element: `CreatorTool="..."`, `<xmp:CreatorTool>...<`.
    let (_, after) = text.split_once("CreatorTool")?;
    let name = after.trim_start_matches(['=', '"', '\'', '>', ' ']);
    name.split(['"', '\'', '<']).next().map(short)
}

/// The camera's own time with its zone; else that of the satellites, which is UTC; else the camera's without.
fn taken_of(exif: &Exif) -> Option<Taken> {
    let text = |tag: Tag| text_of(exif, tag);
    let local = [
        (Tag::DateTimeOriginal, Tag::OffsetTimeOriginal),
        (Tag::DateTimeDigitized, Tag::OffsetTimeDigitized),
        (Tag::DateTime, Tag::OffsetTime),
    ];
    let local = local
        .into_iter()
        .find_map(|(time, zone)| Some((civil::DateTime::strptime("%Y:%m:%d %H:%M:%S", text(time)?).ok()?, zone)));
    let in_zone = |time: civil::DateTime, offset: Offset| {
        let zoned = time.to_zoned(TimeZone::fixed(offset)).ok()?;
        Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
    };
    if let Some((time, zone)) = local
        && let Some(at) = text(zone).and_then(offset).and_then(|offset| in_zone(time, offset))
    {
        return Some(Taken { at, zoned: true });
    }
    let satellites = || {
        let date = civil::Date::strptime("%Y:%m:%d", text(Tag::GPSDateStamp)?).ok()?;
        let [hour, minute, second] = numbers(exif, Tag::GPSTimeStamp)?;
        let seconds = hour * 3600.0 + minute * 60.0 + second;
        let midnight = in_zone(date.at(0, 0, 0, 0), Offset::UTC)?;
        #[allow(clippy::cast_possible_truncation)] // within a day
        let at = (0.0..86_401.0)
            .contains(&seconds)
            .then(|| midnight.plus(Span::from_seconds(seconds as i64)))?;
        Some(Taken { at, zoned: true })
    };
    satellites().or_else(|| {
        let at = in_zone(local?.0, Offset::UTC)?;
        Some(Taken { at, zoned: false })
    })
}

/// `+05:30` and the like.
fn offset(text: &str) -> Option<Offset> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        ("Z", "") => return Some(Offset::UTC),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let seconds = ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some((hours * 60 + minutes) * 60)?;
    Offset::from_seconds(sign * seconds).ok()
}

fn position_of(exif: &Exif) -> Option<Position> {
    let angle = |tag: Tag, side: Tag, negative: u8, most: f64| {
        let [degrees, minutes, seconds] = numbers(exif, tag)?;
        let value = degrees + minutes / 60.0 + seconds / 3600.0;
        let Value::Ascii(side) = &exif.get_field(side, In::PRIMARY)?.value else {
            return None;
        };
        let negative = side.first()?.first()?.eq_ignore_ascii_case(&negative);
        (0.0..=most).contains(&value).then_some(if negative { -value } else { value })
    };
    let position = Position {
        latitude: angle(Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S', 90.0)?,
        longitude: angle(Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W', 180.0)?,
    };
    // Exactly there is where cameras without a fix think that they are.
    (position.latitude != 0.0 || position.longitude != 0.0).then_some(position)
}

/// Three finite numbers.
fn numbers(exif: &Exif, tag: Tag) -> Option<[f64; 3]> {
    let Value::Rational(three) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let numbers: [f64; 3] = three.iter().map(exif::Rational::to_f64).collect::<Vec<_>>().try_into().ok()?;
    numbers.iter().all(|number| number.is_finite()).then_some(numbers)
}

/// What the segments of a JPEG tell (ITU-T T.81, annex B), of those that the decoder does not hand over; `None` if it never ends.
fn of_jpeg(bytes: &[u8]) -> Option<Vec<Told>> {
    const COMMENT: u8 = 0xfe;
    const END: u8 = 0xd9;
    let mut told = Vec::new();
    let mut at = 2;
    loop {
        // In a scan 0xff is followed by 0 or the number of a restart: any other marker ends it. Bytes between segments are passed over.
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0 | 1 | 0xd0..=0xd8 => at += 2,
            END => break,
            _ => {
                if marker == COMMENT {
                    told.push(Told::Words);
                }
                let length = u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]);
                at += 2 + usize::from(length.max(2));
            }
        }
    }
    // What follows the end of the picture is shown by no one, and sent along by everyone.
    if bytes.len() > at + 2 + 64 {
        told.push(Told::Attached);
    }
    Some(told)
}

/// What the chunks of a PNG tell (Portable Network Graphics, third edition, 11.3).
fn of_png(bytes: &[u8]) -> Vec<Told> {
    let mut told = Vec::new();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = usize::try_from(u32::from_be_bytes([head[0], head[1], head[2], head[3]])).unwrap_or(usize::MAX);
        let Some(data) = after.get(..length) else { break };
        match &head[4..] {
            b"tIME" => told.push(Told::Time),
            b"tEXt" | b"zTXt" | b"iTXt" => match data.split(|byte| *byte == 0).next() {
                Some(b"XML:com.adobe.xmp") => {}
                Some(b"Creation Time") => told.push(Told::Time),
                Some(b"Software" | b"Source") => told.push(Told::Device),
                _ => told.push(Told::Words),
            },
            _ => {}
        }
        let ended = &head[4..] == b"IEND";
        rest = after.get(length.saturating_add(4)..).unwrap_or_default();
        if ended {
            if rest.len() > 64 {
                told.push(Told::Attached);
            }
            break;
        }
    }
    told
}

/// What follows the only chunk that a WebP is (RFC 9649, 2.4).
fn of_riff(bytes: &[u8]) -> Vec<Told> {
    let size = bytes
        .get(4..8)
        .and_then(|size| <[u8; 4]>::try_from(size).ok())
        .map_or(0, u32::from_le_bytes);
    let end = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(8 + 64);
    if bytes.len() > end { vec![Told::Attached] } else { Vec::new() }
}

/// What a packet of XMP tells (ISO 16684-1), by the names of its properties.
fn of_xmp(packet: &[u8]) -> Vec<Told> {
    const NAMES: [(&str, Told); 14] = [
        ("exif:GPS", Told::Position),
        ("photoshop:City", Told::Position),
        ("CreateDate", Told::Time),
        ("DateCreated", Told::Time),
        ("DateTimeOriginal", Told::Time),
        ("ModifyDate", Told::Time),
        ("tiff:Model", Told::Device),
        ("tiff:Make", Told::Device),
        ("CreatorTool", Told::Device),
        ("SerialNumber", Told::Device),
        ("dc:creator", Told::Words),
        ("dc:description", Told::Words),
        ("dc:title", Told::Words),
        ("xmpGImg:image", Told::Attached),
    ];
    let text = String::from_utf8_lossy(packet);
    let mut told: Vec<Told> = NAMES
        .iter()
        .filter(|(name, _)| text.contains(name))
        .map(|(_, told)| *told)
        .collect();
    if told.is_empty() {
        told.push(Told::Other);
    }
    told
}
