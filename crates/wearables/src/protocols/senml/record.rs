//! One record as it stands in a pack, whatever the pack is written in.

use std::borrow::Cow;

/// What a field says (RFC 8428, section 12.2), told by its JSON label or its CBOR number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    BaseVersion,
    BaseName,
    BaseTime,
    BaseUnit,
    BaseValue,
    Name,
    Unit,
    Value,
    /// `vs`, `vb`, `vd`: values that are no numbers.
    OtherValue,
    Time,
    /// A field that nothing here needs: sums, update times, and whatever is not known.
    Ignored,
    /// An unknown field whose label ends with `_`: it must be understood, or the pack must not be used (section 4.4).
    MustUnderstand,
}

impl Label {
    pub(super) fn from_text(label: &str) -> Self {
        match label {
            "n" => Self::Name,
            "v" => Self::Value,
            "t" => Self::Time,
            "u" => Self::Unit,
            "bn" => Self::BaseName,
            "bt" => Self::BaseTime,
            "bu" => Self::BaseUnit,
            "bv" => Self::BaseValue,
            "bver" => Self::BaseVersion,
            "vs" | "vb" | "vd" => Self::OtherValue,
            _ if label.ends_with('_') => Self::MustUnderstand,
            _ => Self::Ignored,
        }
    }

    /// The label of a CBOR map key (RFC 8428, section 6, table 4).
    pub(super) const fn from_number(label: i64) -> Self {
        match label {
            0 => Self::Name,
            1 => Self::Unit,
            2 => Self::Value,
            6 => Self::Time,
            -1 => Self::BaseVersion,
            -2 => Self::BaseName,
            -3 => Self::BaseTime,
            -4 => Self::BaseUnit,
            -5 => Self::BaseValue,
            3 | 4 | 8 => Self::OtherValue,
            _ => Self::Ignored,
        }
    }
}

/// What stands behind a label.
#[derive(Debug)]
pub(super) enum Field<'a> {
    Number(f64),
    Text(Cow<'a, str>),
    Other,
}

/// The value of a record.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Value {
    #[default]
    Missing,
    Number(f64),
    NoNumber,
}

/// One record: its own fields and the base fields that it carries. Text is borrowed from the payload wherever it stands there as it is.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    pub(super) base_version: Option<f64>,
    pub(super) base_name: Option<Cow<'a, str>>,
    pub(super) base_time: Option<f64>,
    pub(super) base_unit: Option<Cow<'a, str>>,
    pub(super) base_value: Option<f64>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) unit: Option<Cow<'a, str>>,
    pub(super) value: Value,
    pub(super) time: Option<f64>,
    /// Whether a field was there that is no base field, so that the record means to measure something.
    pub(super) measures: bool,
    /// Whether a field must be understood and is not.
    pub(super) beyond_us: bool,
}

impl<'a> Record<'a> {
    /// Takes one field.
    ///
    /// # Errors
    /// A field of the wrong type, in words. The value alone may be of any type, since a string or a boolean is sound SenML.
    pub(super) fn set(&mut self, label: Label, field: Field<'a>) -> Result<(), &'static str> {
        match label {
            Label::BaseVersion => self.base_version = Some(number(&field, "the base version (bver) is no number")?),
            Label::BaseName => self.base_name = Some(text(field, "the base name (bn) is no text")?),
            Label::BaseTime => self.base_time = Some(number(&field, "the base time (bt) is no number")?),
            Label::BaseUnit => self.base_unit = Some(text(field, "the base unit (bu) is no text")?),
            Label::BaseValue => self.base_value = Some(number(&field, "the base value (bv) is no number")?),
            Label::Name => self.name = Some(text(field, "the name (n) is no text")?),
            Label::Unit => self.unit = Some(text(field, "the unit (u) is no text")?),
            Label::Time => self.time = Some(number(&field, "the time (t) is no number")?),
            Label::Value => {
                self.value = match field {
                    Field::Number(value) => Value::Number(value),
                    Field::Text(_) | Field::Other => Value::NoNumber,
                }
            }
            Label::OtherValue => {
                if self.value == Value::Missing {
                    self.value = Value::NoNumber;
                }
            }
            Label::MustUnderstand => self.beyond_us = true,
            Label::Ignored => {}
        }
        self.measures |= matches!(
            label,
            Label::Name | Label::Unit | Label::Time | Label::Value | Label::OtherValue
        );
        Ok(())
    }

    /// Whether the record only sets base fields for those after it.
    pub(super) const fn is_base_only(&self) -> bool {
        let sets_base = self.base_version.is_some()
            || self.base_name.is_some()
            || self.base_time.is_some()
            || self.base_unit.is_some()
            || self.base_value.is_some();
        sets_base && !self.measures
    }
}

fn number(field: &Field<'_>, otherwise: &'static str) -> Result<f64, &'static str> {
    if let Field::Number(number) = field {
        Ok(*number)
    } else {
        Err(otherwise)
    }
}

fn text<'a>(field: Field<'a>, otherwise: &'static str) -> Result<Cow<'a, str>, &'static str> {
    if let Field::Text(text) = field {
        Ok(text)
    } else {
        Err(otherwise)
    }
}
