//! Base fields: what a record inherits from those before it (RFC 8428, sections 4.1 and 4.6).

use std::borrow::Cow;

use earnest_domain::rejection::{Rejection, RejectionReason};

use super::record::{Record, Value};

/// The newest version that this understands (RFC 8428, section 4.4).
const VERSION: f64 = 10.0;

/// The base fields in force.
#[derive(Debug, Default)]
pub(super) struct Base<'a> {
    name: Cow<'a, str>,
    time: f64,
    unit: Option<Cow<'a, str>>,
    value: Option<f64>,
}

/// A record with everything that it inherits.
#[derive(Debug)]
pub(super) struct Resolved<'r> {
    pub(super) base_name: &'r str,
    pub(super) own_name: &'r str,
    pub(super) unit: Option<&'r str>,
    pub(super) value: Value,
    /// Seconds, base time included; relative or absolute.
    pub(super) time: f64,
}

impl Resolved<'_> {
    /// The whole name, copied: for messages and the rare name that is split within a level.
    pub(super) fn name(&self) -> String {
        [self.base_name, self.own_name].concat()
    }

    pub(super) fn name_len(&self) -> usize {
        self.base_name.len() + self.own_name.len()
    }
}

impl<'a> Base<'a> {
    /// Takes over the base fields that `record` carries; they hold for it and for all after it.
    ///
    /// # Errors
    /// The pack is of a newer version, or has a field that must be understood and is not: it must not be used (section 4.4).
    pub(super) fn apply(&mut self, record: &mut Record<'a>) -> Result<(), Rejection> {
        if let Some(version) = record.base_version
            && (version.is_nan() || version > VERSION)
        {
            let detail = format!("the pack is SenML version {version}; this reads up to {VERSION}");
            return Err(Rejection::new(RejectionReason::UnsupportedVersion, detail));
        }
        if record.beyond_us {
            let detail = "a field whose label ends with “_” must be understood, and is not";
            return Err(Rejection::new(RejectionReason::UnsupportedVersion, detail));
        }
        if let Some(name) = record.base_name.take() {
            self.name = name;
        }
        if let Some(unit) = record.base_unit.take() {
            self.unit = Some(unit);
        }
        if let Some(time) = record.base_time {
            self.time = time;
        }
        if let Some(value) = record.base_value {
            self.value = Some(value);
        }
        Ok(())
    }

    /// `record` with what it inherits.
    pub(super) fn resolve<'r>(&'r self, record: &'r Record<'a>) -> Resolved<'r> {
        Resolved {
            base_name: &self.name,
            own_name: record.name.as_deref().unwrap_or_default(),
            unit: record.unit.as_deref().or(self.unit.as_deref()),
            value: match (record.value, self.value) {
                (Value::Number(value), Some(base)) => Value::Number(base + value),
                (value, _) => value,
            },
            time: self.time + record.time.unwrap_or_default(),
        }
    }
}
