//! The signed record of a grant, and of taking it back.

use serde::{Deserialize, Serialize};

use super::{
    grant::{DeviceScope, Grant, GrantError, LONGEST_PURPOSE},
    request::{Refusal, Request},
};
use crate::{
    canonical::{self, Context, Hex, id},
    identity::{BadSignature, PersonId, PersonKey, Signable, Signed},
    time::Timestamp,
};

id! {
    /// The content address of a receipt.
    ReceiptId
}

/// The signed part of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptBody {
    /// Who allows it.
    pub person: PersonId,
    /// What is allowed.
    pub grant: Grant,
    /// When it was said.
    pub given_at: Timestamp,
}

impl Signable for ReceiptBody {
    const CONTEXT: &'static str = "earnest consent receipt v1";

    fn signer(&self) -> PersonId {
        self.person
    }
}

struct ReceiptContext;
impl Context for ReceiptContext {
    const CONTEXT: &'static str = "earnest 2026-11-22 consent receipt id";
}

/// A grant that its person signed, as it is stored, sent and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Receipt(Signed<ReceiptBody>);

impl Receipt {
    /// Records a grant.
    ///
    /// # Errors
    /// [`GrantError`] when the grant could never cover anything.
    pub fn give(grant: Grant, key: &PersonKey, now: Timestamp) -> Result<Self, GrantError> {
        if grant.streams.is_empty() {
            return Err(GrantError::NoStreams);
        }
        if matches!(&grant.devices, DeviceScope::Only(named) if named.is_empty()) {
            return Err(GrantError::NoDevices);
        }
        let readable = |text: &String| !text.trim().is_empty() && text.chars().count() <= LONGEST_PURPOSE;
        if !grant.purpose_text.as_ref().is_none_or(readable) {
            return Err(GrantError::PurposeText);
        }
        if grant.until <= now || grant.until <= grant.from {
            return Err(GrantError::EndsBeforeItStarts);
        }
        let body = ReceiptBody {
            person: key.person(),
            grant,
            given_at: now,
        };
        Signed::sign(body, key)
            .map(Self)
            .map_err(|BadSignature| GrantError::ForeignKey)
    }

    /// The content address: the same grant, given at the same instant, is the same receipt.
    pub fn id(&self) -> ReceiptId {
        ReceiptId(Hex(canonical::digest::<ReceiptContext, _>(&self.0.body)))
    }

    /// Who gave it.
    pub fn person(&self) -> PersonId {
        self.0.body.person
    }

    /// What it allows.
    pub fn grant(&self) -> &Grant {
        &self.0.body.grant
    }

    /// When it was given.
    pub fn given_at(&self) -> Timestamp {
        self.0.body.given_at
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`BadSignature`] when the receipt was altered or is somebody else's.
    pub fn verify(&self) -> Result<(), BadSignature> {
        self.0.verify().map(|_| ())
    }

    /// Whether this receipt, taken alone, allows the request. Withdrawals are asked by whoever holds them.
    ///
    /// A purpose is its short name **and** the words that the person was shown: where the words have changed since, the receipt does
    /// not cover what they say now, and the person is asked again. A receipt that holds no words covers the short name. The retention
    /// is no question here: whoever keeps something keeps it no longer than the grant says, whatever is asked by now
    /// ([`Grant::retention_days`]).
    ///
    /// # Errors
    /// The first [`Refusal`] in the order of the grant's parts.
    pub fn covers(&self, request: &Request, now: Timestamp) -> Result<(), Refusal> {
        let grant = self.grant();
        if grant.recipient != request.recipient {
            Err(Refusal::Recipient)
        } else if grant.purpose != request.purpose {
            Err(Refusal::Purpose)
        } else if grant.purpose_text.as_ref().is_some_and(|text| *text != request.purpose_text) {
            Err(Refusal::PurposeChanged)
        } else if !request.streams.is_subset(&grant.streams) {
            Err(Refusal::Streams)
        } else if request.devices.as_ref().is_some_and(|devices| !grant.devices.covers(devices)) {
            Err(Refusal::Devices)
        } else if request.precision > grant.precision {
            Err(Refusal::Precision)
        } else if request.captured_from < grant.from {
            Err(Refusal::CapturedBefore)
        } else if request.captured_until > grant.until || now >= grant.until {
            Err(Refusal::Expired)
        } else {
            Ok(())
        }
    }

    /// The receipt as text, for storage and for the wire.
    pub fn to_text(&self) -> String {
        String::from_utf8(canonical::bytes(self)).unwrap_or_default()
    }

    /// Reads a stored receipt and checks its signature.
    ///
    /// # Errors
    /// [`BadSignature`] when it is no receipt, not in canonical form, or altered.
    pub fn from_text(text: &str) -> Result<Self, BadSignature> {
        let receipt: Self = canonical::read(text.as_bytes()).ok_or(BadSignature)?;
        receipt.verify()?;
        Ok(receipt)
    }
}

/// A person takes a receipt back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalBody {
    /// Who.
    pub person: PersonId,
    /// Which receipt.
    pub receipt: ReceiptId,
    /// When.
    pub at: Timestamp,
}

impl Signable for WithdrawalBody {
    const CONTEXT: &'static str = "earnest consent withdrawal v1";

    fn signer(&self) -> PersonId {
        self.person
    }
}

/// A signed withdrawal: capture stops, the outbox empties, the hub erases.
pub type Withdrawal = Signed<WithdrawalBody>;
