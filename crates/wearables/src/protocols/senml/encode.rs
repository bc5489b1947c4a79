//! Writes packs: for the replay client, which stands in for a wearable, and for tests.

use std::fmt::Write;

use earnest_domain::{
    sample::Sample,
    stream::Stream,
    time::{Span, Timestamp},
};
use minicbor::encode::{Encoder, Error};

/// The unit in the SenML registry (RFC 8428, section 12.1).
const fn unit(stream: Stream) -> &'static str {
    match stream {
        Stream::HeartRate => "beat/min", // UCUM writes {beat}/min
        other => other.ucum(),
    }
}

/// What a record says beyond what those before it said already.
struct Line<'a> {
    base_name: Option<&'a str>,
    base_time: Option<i64>,
    base_unit: Option<&'static str>,
    name: &'static str,
    after: Span,
    value: f32,
}

/// The records of `samples`, base fields where they change. Not-finite values are left out: no sample has one, and JSON cannot say it.
fn lines<'a>(base_name: &'a str, samples: &'a [Sample]) -> impl Iterator<Item = Line<'a>> {
    let mut base_name = (!base_name.is_empty()).then_some(base_name);
    let mut base_time = None;
    let mut stream = None;
    samples.iter().filter(|sample| sample.value.is_finite()).map(move |sample| {
        let second = sample.time.seconds();
        let first = base_time.is_none();
        let base = *base_time.get_or_insert(second);
        let here = sample.channel.stream();
        let new_unit = stream != Some(here);
        stream = Some(here);
        Line {
            base_name: base_name.take(),
            base_time: first.then_some(base),
            base_unit: new_unit.then(|| unit(here)),
            name: sample.channel.name(),
            after: sample.time.since(Timestamp::from_seconds(base)),
            value: sample.value,
        }
    })
}

/// A pack in JSON. `base_name` is empty, or ends with `:` or `/`.
///
/// Samples that are sorted by channel make the smallest pack: the unit is then said once a stream.
pub fn encode_json(base_name: &str, samples: &[Sample]) -> Vec<u8> {
    let mut json = String::with_capacity(64 + samples.len() * 48);
    json.push('[');
    for line in lines(base_name, samples) {
        json.push_str(if json.len() == 1 { "{" } else { ",{" });
        // Writing to a String cannot fail.
        if let Some(name) = line.base_name {
            let _ = write!(json, "\"bn\":{},", serde_json::Value::from(name));
        }
        if let Some(time) = line.base_time {
            let _ = write!(json, "\"bt\":{time},");
        }
        if let Some(unit) = line.base_unit {
            let _ = write!(json, "\"bu\":\"{unit}\",");
        }
        let _ = write!(json, "\"n\":\"{}\",", line.name);
        if line.after != Span::default() {
            json.push_str("\"t\":");
            seconds(&mut json, line.after);
            json.push(',');
        }
        let _ = write!(json, "\"v\":{}}}", line.value);
    }
    json.push(']');
    json.into_bytes()
}

/// Decimal seconds, exact to the microsecond.
fn seconds(json: &mut String, span: Span) {
    let micros = span.micros().unsigned_abs();
    let sign = if span.micros() < 0 { "-" } else { "" };
    let _ = write!(json, "{sign}{}", micros / 1_000_000);
    if !micros.is_multiple_of(1_000_000) {
        let fraction = format!(".{:06}", micros % 1_000_000);
        json.push_str(fraction.trim_end_matches('0'));
    }
}

/// A pack in CBOR. `base_name` is empty, or ends with `:` or `/`.
pub fn encode_cbor(base_name: &str, samples: &[Sample]) -> Vec<u8> {
    let mut cbor = Encoder::new(Vec::with_capacity(64 + samples.len() * 40));
    // Writing to a Vec cannot fail; its error type has no value.
    let written: Result<(), Error<std::convert::Infallible>> = pack(&mut cbor, base_name, samples);
    debug_assert!(written.is_ok());
    cbor.into_writer()
}

fn pack(cbor: &mut Encoder<Vec<u8>>, base_name: &str, samples: &[Sample]) -> Result<(), Error<std::convert::Infallible>> {
    cbor.begin_array()?;
    for line in lines(base_name, samples) {
        let base_fields =
            u64::from(line.base_name.is_some()) + u64::from(line.base_time.is_some()) + u64::from(line.base_unit.is_some());
        cbor.map(base_fields + 2 + u64::from(line.after != Span::default()))?;
        if let Some(name) = line.base_name {
            cbor.i8(-2)?.str(name)?;
        }
        if let Some(time) = line.base_time {
            cbor.i8(-3)?.i64(time)?;
        }
        if let Some(unit) = line.base_unit {
            cbor.i8(-4)?.str(unit)?;
        }
        cbor.u8(0)?.str(line.name)?;
        if line.after != Span::default() {
            cbor.u8(6)?;
            time(cbor, line.after)?;
        }
        cbor.u8(2)?.f32(line.value)?;
    }
    cbor.end()?;
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // a pack spans far less than 2^53 microseconds
fn time(cbor: &mut Encoder<Vec<u8>>, after: Span) -> Result<(), Error<std::convert::Infallible>> {
    let micros = after.micros();
    if micros % 1_000_000 == 0 {
        cbor.i64(micros / 1_000_000)?
    } else {
        cbor.f64(micros as f64 / 1e6)?
    };
    Ok(())
}
