//! Reads SenML in CBOR (RFC 8428, section 6), record by record, borrowing text from the payload.

use std::borrow::Cow;

use earnest_domain::rejection::{Rejection, RejectionReason};
use minicbor::{
    data::{IanaTag, Type},
    decode::{Decoder, Error},
};

use super::record::{Field, Label, Record};

/// How deep a field that is skipped may nest.
const DEPTH: usize = 16;

/// Hands each record of `payload` to `take`, in order, until one is refused for the whole pack.
pub(super) fn read<'a>(payload: &'a [u8], take: &mut dyn FnMut(&mut Record<'a>) -> Result<(), Rejection>) -> Result<(), Rejection> {
    let mut cbor = Decoder::new(payload);
    let outcome = pack(&mut cbor, take);
    outcome.map_err(|stop| match stop {
        Stop::Refused(rejection) => rejection,
        Stop::Malformed(error) => {
            let at = error.position().unwrap_or_else(|| cbor.position());
            Rejection::new(
                RejectionReason::MalformedPayload,
                format!("no SenML in CBOR at byte {at}: {error}"),
            )
        }
    })
}

/// Why reading ended early.
enum Stop {
    Refused(Rejection),
    Malformed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}

fn pack<'a>(cbor: &mut Decoder<'a>, take: &mut dyn FnMut(&mut Record<'a>) -> Result<(), Rejection>) -> Result<(), Stop> {
    while cbor.datatype()? == Type::Tag {
        cbor.tag()?; // CBOR's own mark (RFC 8949, section 3.4.6) says nothing about the pack
    }
    let mut records = Items::of(cbor.array()?);
    while records.next(cbor)? {
        take(&mut record(cbor)?).map_err(Stop::Refused)?;
    }
    if cbor.position() != cbor.input().len() {
        return Err(Error::message("bytes follow the pack").at(cbor.position()).into());
    }
    Ok(())
}

fn record<'a>(cbor: &mut Decoder<'a>) -> Result<Record<'a>, Error> {
    let mut record = Record::default();
    let mut fields = Items::of(cbor.map()?);
    while fields.next(cbor)? {
        let at = cbor.position();
        let label = label(cbor)?;
        let field = match label {
            Label::Ignored | Label::MustUnderstand | Label::OtherValue => {
                skip(cbor, DEPTH)?;
                Field::Other
            }
            _ => field(cbor)?,
        };
        record.set(label, field).map_err(|what| Error::message(what).at(at))?;
    }
    Ok(record)
}

/// The items of an array or the pairs of a map that are still to come.
enum Items {
    Counted(u64),
    UntilBreak,
}

impl Items {
    fn of(length: Option<u64>) -> Self {
        length.map_or(Self::UntilBreak, Self::Counted)
    }

    /// Whether another item follows; takes the break that ends a list without a length.
    fn next(&mut self, cbor: &mut Decoder<'_>) -> Result<bool, Error> {
        match self {
            Self::Counted(0) => Ok(false),
            Self::Counted(left) => {
                *left -= 1;
                Ok(true)
            }
            Self::UntilBreak if cbor.datatype()? == Type::Break => {
                cbor.set_position(cbor.position() + 1);
                Ok(false)
            }
            Self::UntilBreak => Ok(true),
        }
    }
}

/// Labels are numbers; text is taken too, since labels without a number are written as text (RFC 8428, section 6).
fn label(cbor: &mut Decoder<'_>) -> Result<Label, Error> {
    match cbor.datatype()? {
        Type::String => cbor.str().map(Label::from_text),
        _ => cbor.i64().map(Label::from_number),
    }
}

#[allow(clippy::cast_precision_loss)] // values are doubles, whatever carries them (RFC 8428, section 6)
fn field<'a>(cbor: &mut Decoder<'a>) -> Result<Field<'a>, Error> {
    Ok(match cbor.datatype()? {
        Type::F64 => Field::Number(cbor.f64()?),
        Type::F32 => Field::Number(cbor.f32()?.into()),
        Type::F16 => Field::Number(cbor.f16()?.into()),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Field::Number(cbor.u64()? as f64),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => Field::Number(i128::from(cbor.int()?) as f64),
        Type::String => Field::Text(Cow::Borrowed(cbor.str()?)),
        Type::StringIndef => Field::Text(Cow::Owned(cbor.str_iter()?.collect::<Result<String, _>>()?)),
        Type::Tag if cbor.probe().tag()? == IanaTag::Decimal.tag() => {
            cbor.tag()?;
            Field::Number(decimal_fraction(cbor)?)
        }
        _ => {
            skip(cbor, DEPTH)?;
            Field::Other
        }
    })
}

/// `[exponent, mantissa]`: mantissa times ten to the exponent (RFC 8949, section 3.4.4).
///
/// Goes by way of decimal text, so that it is the same double as the same number written in JSON (RFC 8428, section 6 asks for that).
fn decimal_fraction(cbor: &mut Decoder<'_>) -> Result<f64, Error> {
    let at = cbor.position();
    if cbor.array()? != Some(2) {
        return Err(Error::message("a decimal fraction is two integers").at(at));
    }
    let exponent = cbor.i64()?;
    let mantissa = cbor.i64()?;
    format!("{mantissa}e{exponent}")
        .parse()
        .map_err(|_| Error::message("a decimal fraction that is no number").at(at))
}

/// Passes over one item, whatever it is.
fn skip(cbor: &mut Decoder<'_>, depth: usize) -> Result<(), Error> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Error::message("nested too deep").at(cbor.position()));
    };
    match cbor.datatype()? {
        Type::Array | Type::ArrayIndef => {
            let mut items = Items::of(cbor.array()?);
            while items.next(cbor)? {
                skip(cbor, depth)?;
            }
        }
        Type::Map | Type::MapIndef => {
            let mut pairs = Items::of(cbor.map()?);
            while pairs.next(cbor)? {
                skip(cbor, depth)?;
                skip(cbor, depth)?;
            }
        }
        Type::Tag => {
            cbor.tag()?;
            skip(cbor, depth)?;
        }
        _ => cbor.skip()?,
    }
    Ok(())
}
