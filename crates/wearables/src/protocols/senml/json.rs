//! Reads SenML in JSON (RFC 8428, section 5), record by record, borrowing text from the payload.

use std::{borrow::Cow, fmt};

use earnest_domain::rejection::{Rejection, RejectionReason};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::record::{Field, Label, Record};

/// Hands each record of `payload` to `take`, in order, until one is refused for the whole pack.
pub(super) fn read<'a>(payload: &'a [u8], take: &mut dyn FnMut(&mut Record<'a>) -> Result<(), Rejection>) -> Result<(), Rejection> {
    let text =
        std::str::from_utf8(payload).map_err(|error| malformed(&format!("no UTF-8 from byte {} on", error.valid_up_to())))?;
    let mut refused = None;
    let mut json = serde_json::Deserializer::from_str(text); // passes over nested fields without recursion
    let outcome = Pack {
        take,
        refused: &mut refused,
    }
    .deserialize(&mut json)
    .and_then(|()| json.end());
    outcome.map_err(|error| refused.unwrap_or_else(|| malformed(&unquoted(&error))))
}

/// What is wrong and where. An error of type quotes what it found, which could be a secret; what it expected is enough.
fn unquoted(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => text,
    }
}

fn malformed(what: &str) -> Rejection {
    Rejection::new(RejectionReason::MalformedPayload, format!("no SenML in JSON: {what}"))
}

/// The list of records.
struct Pack<'s, 'a> {
    take: &'s mut dyn FnMut(&mut Record<'a>) -> Result<(), Rejection>,
    /// A refusal of the whole pack, which a JSON error cannot carry.
    refused: &'s mut Option<Rejection>,
}

impl<'a> DeserializeSeed<'a> for Pack<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for Pack<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut records: S) -> Result<(), S::Error> {
        let mut record = Record::default();
        while records.next_element_seed(Slot(&mut record))?.is_some() {
            if let Err(rejection) = (self.take)(&mut record) {
                *self.refused = Some(rejection);
                return Err(S::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

/// The record that the next one is read into: moving one costs as much as reading it.
struct Slot<'s, 'a>(&'s mut Record<'a>);

impl<'a> DeserializeSeed<'a> for Slot<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Slot<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut fields: M) -> Result<(), M::Error> {
        *self.0 = Record::default();
        while let Some(label) = fields.next_key()? {
            let field = match label {
                Label::Ignored | Label::MustUnderstand | Label::OtherValue => {
                    fields.next_value::<IgnoredAny>()?;
                    Field::Other
                }
                _ => fields.next_value()?,
            };
            self.0.set(label, field).map_err(M::Error::custom)?;
        }
        Ok(())
    }
}

impl<'a> Deserialize<'a> for Label {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Label;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a label")
            }

            fn visit_str<E: Error>(self, label: &str) -> Result<Label, E> {
                Ok(Label::from_text(label))
            }
        }

        deserializer.deserialize_identifier(Text)
    }
}

impl<'a> Deserialize<'a> for Field<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'a> Visitor<'a> for Any {
            type Value = Field<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Field<'a>, E> {
                Ok(Field::Number(number))
            }

            #[allow(clippy::cast_precision_loss)] // JSON's numbers are doubles (RFC 8428, section 4.2)
            fn visit_u64<E: Error>(self, number: u64) -> Result<Field<'a>, E> {
                Ok(Field::Number(number as f64))
            }

            #[allow(clippy::cast_precision_loss)]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Field<'a>, E> {
                Ok(Field::Number(number as f64))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Field<'a>, E> {
                Ok(Field::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Field<'a>, E> {
                Ok(Field::Text(Cow::Owned(text.to_owned()))) // it had escapes
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Field<'a>, E> {
                Ok(Field::Other)
            }

            fn visit_unit<E: Error>(self) -> Result<Field<'a>, E> {
                Ok(Field::Other)
            }

            fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Field<'a>, S::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Field::Other)
            }

            fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Field<'a>, M::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Field::Other)
            }
        }

        deserializer.deserialize_any(Any)
    }
}
