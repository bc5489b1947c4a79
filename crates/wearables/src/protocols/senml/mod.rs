//! Sensor Measurement Lists (SenML, RFC 8428) in JSON (section 5) and CBOR (section 6).
//!
//! A pack is a list of records. Base fields (`bn`, `bt`, `bu`, `bv`) hold from the record that carries them to the end of the pack, so a
//! pack is read in order, record by record, without keeping any: `json` and `cbor` read records, `resolve`
//! applies the base fields, and what remains is asked three questions: which channel, which unit, which instant.
//!
//! Deliberately not here: XML, EXI, sums, and values that are no numbers. Earnest has no channel for them; they are refused by name.

mod cbor;
mod encode;
mod json;
mod record;
mod resolve;

#[cfg(test)]
mod tests;

use earnest_domain::{
    rejection::{Rejection, RejectionReason},
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
};

pub use encode::{encode_cbor, encode_json};

use record::Record;
use resolve::{Base, Resolved};

/// How far a device's clock may run ahead of ours.
const DRIFT: Span = Span::from_seconds(60);
/// 2015-01-01T00:00:00Z. No wearable that still runs measured anything before; an earlier time is a clock that was never set.
const EARLIEST: Timestamp = Timestamp::from_seconds(1_420_070_400);
/// Times below 2^28 seconds are relative to now (RFC 8428, section 4.5.3).
const ABSOLUTE_FROM: f64 = 268_435_456.0;

/// How a pack is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/senml+json`.
    Json,
    /// `application/senml+cbor`.
    Cbor,
}

impl Format {
    /// The format of a payload, told by its first byte: a CBOR array (0x80 to 0x9f) or CBOR's own mark (tag 55799, 0xd9) begins no JSON.
    pub fn detect(payload: &[u8]) -> Self {
        match payload.first() {
            Some(0x80..=0x9f | 0xd9) => Self::Cbor,
            _ => Self::Json,
        }
    }
}

/// What a pack may be at most. The link bounds its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Records in a pack.
    pub records: usize,
    /// Bytes of a resolved name.
    pub name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records: 10_000,
            name: 256,
        }
    }
}

/// What a pack held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decoded {
    /// What was measured, in the order of the pack.
    pub samples: Vec<Sample>,
    /// What was refused: one for each record that was not taken, or a single one when the pack as a whole is unsound.
    pub rejections: Vec<Rejection>,
    /// Whether a time was relative to now. Such a pack, sent again, resolves to other instants: its samples cannot be told from new ones.
    pub relative_times: bool,
    /// Whether the pack as a whole was refused, so that sending it again cannot help.
    pub unsound: bool,
}

/// Decodes one pack. Never panics, whatever the bytes.
///
/// A record that cannot be taken is refused alone when the rest is sound. A pack that breaks off or is no SenML is refused whole, because
/// base fields after the break are unknown.
pub fn decode(payload: &[u8], format: Format, now: Timestamp, limits: &Limits) -> Decoded {
    read(payload, format, limits, &Clock::Live(now))
}

/// Decodes one pack of a recording: any time is taken as it stands, relative times count from 1970.
pub(crate) fn decode_recorded(payload: &[u8], limits: &Limits) -> Decoded {
    read(payload, Format::detect(payload), limits, &Clock::Recorded)
}

/// What a time is held against.
enum Clock {
    /// Samples of now, from a device.
    Live(Timestamp),
    /// Samples of some other day, from a file; only the distances between them count.
    Recorded,
}

fn read<'a>(payload: &'a [u8], format: Format, limits: &Limits, clock: &Clock) -> Decoded {
    let mut decoded = Decoded::default();
    let mut base = Base::default();
    let mut index = 0_usize;
    let mut take = |record: &mut Record<'a>| -> Result<(), Rejection> {
        index += 1;
        if index > limits.records {
            let detail = format!("the pack has more than {} records; send it in parts", limits.records);
            return Err(Rejection::new(RejectionReason::MalformedPayload, detail));
        }
        let base_only = record.is_base_only();
        base.apply(record)?;
        if base_only {
            return Ok(()); // it measures nothing, so nothing is lost
        }
        let resolved = base.resolve(record);
        match sample(&resolved, limits, clock) {
            Ok((sample, relative)) => {
                decoded.samples.push(sample);
                decoded.relative_times |= relative;
            }
            Err((reason, what)) => {
                let name: String = resolved.name().chars().take(64).collect();
                decoded
                    .rejections
                    .push(Rejection::new(reason, format!("record {index}, “{name}”: {what}")));
            }
        }
        Ok(())
    };
    let outcome = match format {
        Format::Json => json::read(payload, &mut take),
        Format::Cbor => cbor::read(payload, &mut take),
    };
    match outcome {
        Ok(()) => decoded,
        Err(rejection) => Decoded {
            rejections: vec![rejection],
            unsound: true,
            ..Decoded::default()
        },
    }
}

type Refusal = (RejectionReason, String);

/// The sample of a resolved record, and whether its time was relative.
fn sample(resolved: &Resolved<'_>, limits: &Limits, clock: &Clock) -> Result<(Sample, bool), Refusal> {
    let channel = channel(resolved, limits)?;
    let stream = channel.stream();
    let factor = match resolved.unit {
        None => 1.0,
        Some(unit) => stream.factor_from(unit).ok_or_else(|| {
            let unit: String = unit.chars().take(32).collect();
            (
                RejectionReason::UnknownUnit,
                format!("“{unit}” is no unit of {stream}, which is kept in {}", stream.ucum()),
            )
        })?,
    };
    let value = match resolved.value {
        record::Value::Number(value) => value * factor,
        record::Value::Missing => {
            return Err((RejectionReason::NoValue, "it has no value; send a number as “v”".to_owned()));
        }
        record::Value::NoNumber => {
            return Err((
                RejectionReason::NoValue,
                "its value is no number; send a number as “v”".to_owned(),
            ));
        }
    };
    #[allow(clippy::cast_possible_truncation)] // samples are f32 on purpose; what overflows becomes infinite and is refused
    let value = value as f32;
    if !value.is_finite() {
        return Err((RejectionReason::NotANumber, "its value is not a finite number".to_owned()));
    }
    let (time, relative) = instant(resolved.time, clock)?;
    Ok((Sample { channel, time, value }, relative))
}

/// The channel that a name ends with, after a `:` or a `/` when it has a prefix. A base name may break off within the last level.
fn channel(resolved: &Resolved<'_>, limits: &Limits) -> Result<Channel, Refusal> {
    if resolved.name_len() > limits.name {
        return Err((
            RejectionReason::UnknownName,
            format!("the name is longer than {} bytes", limits.name),
        ));
    }
    let breaks_off = !resolved.base_name.is_empty() && !resolved.base_name.ends_with([':', '/']);
    let found = match Channel::from_name(resolved.own_name) {
        Some(channel) if !breaks_off => Some(channel), // as most devices write it
        _ if !breaks_off || resolved.own_name.contains([':', '/']) => Channel::from_name(last_level(resolved.own_name)),
        _ => Channel::from_name(last_level(&resolved.name())), // rare, and worth a copy
    };
    found.ok_or_else(|| {
        (
            RejectionReason::UnknownName,
            "no channel of Earnest ends this name".to_owned(),
        )
    })
}

fn last_level(name: &str) -> &str {
    name.rsplit([':', '/']).next().unwrap_or(name)
}

/// The instant of a resolved time in seconds, and whether it was relative (RFC 8428, section 4.5.3).
fn instant(seconds: f64, clock: &Clock) -> Result<(Timestamp, bool), Refusal> {
    if !seconds.is_finite() {
        return Err((RejectionReason::NotANumber, "its time is not a finite number".to_owned()));
    }
    let now = match clock {
        Clock::Recorded => return Ok((Timestamp::default().plus(span(seconds)), false)),
        Clock::Live(now) => *now,
    };
    let relative = seconds < ABSOLUTE_FROM;
    if relative && seconds > 0.0 {
        let detail = format!("{seconds} s lies after now, so the device counts from when it started; set its clock");
        return Err((RejectionReason::ClockNotSet, detail));
    }
    let time = if relative {
        now.plus(span(seconds))
    } else {
        Timestamp::default().plus(span(seconds))
    };
    if time > now.plus(DRIFT) {
        let ahead = time.since(now).seconds();
        return Err((
            RejectionReason::TimeInFuture,
            format!("its time is {ahead} s ahead of this computer's clock"),
        ));
    }
    if time < EARLIEST {
        return Err((
            RejectionReason::ClockNotSet,
            "its time is before 2015; set the device's clock".to_owned(),
        ));
    }
    Ok((time, relative))
}

/// Seconds as microseconds, whole seconds and fraction apart so that a time of this century keeps its microseconds; saturates.
#[allow(clippy::cast_possible_truncation)] // a saturating cast of a finite number is what is meant
fn span(seconds: f64) -> Span {
    let whole = seconds.floor();
    let fraction = ((seconds - whole) * 1e6).round() as i64;
    Span::from_micros((whole as i64).saturating_mul(1_000_000).saturating_add(fraction))
}
