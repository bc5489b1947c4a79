//! Whether something may leave: the one place that can say yes.
//!
//! A person makes a [`Grant`]; signed, it is a [`Receipt`]. [`Consent`] holds a person's receipts and withdrawals, and
//! [`Consent::permit`] alone makes a [`Permit`], without which no [`crate::contribution::Contribution`] can be built. The hub asks
//! the same receipt the same questions ([`Receipt::covers`]). The default is no.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    canonical::{self, Context, Hex, id},
    device::DeviceId,
    identity::{BadSignature, PersonId, PersonKey, Signable, Signed},
    stream::Stream,
    time::Timestamp,
};

id! {
    /// The content address of a receipt.
    ReceiptId
}

/// How much of a capture may leave. Ordered: a grant of one precision covers all coarser ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Counts and labels over a stretch ("60 seconds of walking, this hour").
    Summary,
    /// What a check computed of each window, never the readings.
    Features,
    /// The readings themselves.
    Raw,
}

impl Precision {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Features => "features",
            Self::Raw => "raw",
        }
    }
}

/// A short name made of `a-z`, `0-9` and `-`: what a purpose, a quest or a hub is called in records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Slug(String);

/// A text that is no [`Slug`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no name for this: it takes 1 to 64 of a-z, 0-9 and -")]
pub struct InvalidSlug(pub String);

impl Slug {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        let sound = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for Slug {
    type Error = InvalidSlug;

    fn try_from(text: String) -> Result<Self, InvalidSlug> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whose captures a grant covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceScope {
    /// Every device that the person has paired, or will.
    All,
    /// These alone.
    Only(BTreeSet<DeviceId>),
}

impl DeviceScope {
    fn covers(&self, devices: &BTreeSet<DeviceId>) -> bool {
        match self {
            Self::All => true,
            Self::Only(named) => devices.is_subset(named),
        }
    }
}

/// What a person allows: purpose x streams x precision x recipient x retention x expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What the recipient may use it for.
    pub purpose: Slug,
    /// What was measured.
    pub streams: BTreeSet<Stream>,
    /// By which devices.
    pub devices: DeviceScope,
    /// How much of it may leave, at most.
    pub precision: Precision,
    /// Who gets it: a hub's id.
    pub recipient: Slug,
    /// How many days the recipient may keep it.
    pub retention_days: u16,
    /// Covers what was captured from this instant on.
    pub from: Timestamp,
    /// Covers nothing captured, and sends nothing, from this instant on.
    pub until: Timestamp,
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
    /// # Errors
    /// The first [`Refusal`] in the order of the grant's parts.
    pub fn covers(&self, request: &Request, now: Timestamp) -> Result<(), Refusal> {
        let grant = self.grant();
        if grant.recipient != request.recipient {
            Err(Refusal::Recipient)
        } else if grant.purpose != request.purpose {
            Err(Refusal::Purpose)
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

/// A grant that makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// No stream is named.
    #[error("a grant names at least one stream; nothing was recorded")]
    NoStreams,
    /// The list of devices is empty.
    #[error("a grant names at least one device, or all; nothing was recorded")]
    NoDevices,
    /// It is over before it begins.
    #[error("the grant would be over before it starts; choose a later end. Nothing was recorded")]
    EndsBeforeItStarts,
    /// The key is not the person's.
    #[error("this key cannot sign for that person; nothing was recorded")]
    ForeignKey,
}

impl GrantError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoStreams => "grant_no_streams",
            Self::NoDevices => "grant_no_devices",
            Self::EndsBeforeItStarts => "grant_ends_before_it_starts",
            Self::ForeignKey => "grant_foreign_key",
        }
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

/// What somebody wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// To whom: a hub's id.
    pub recipient: Slug,
    /// What for.
    pub purpose: Slug,
    /// Measured by which streams.
    pub streams: BTreeSet<Stream>,
    /// By which devices; `None` where that is not known (a hub is never told).
    pub devices: Option<BTreeSet<DeviceId>>,
    /// How much of it.
    pub precision: Precision,
    /// When the capture starts.
    pub captured_from: Timestamp,
    /// When the capture ends.
    pub captured_until: Timestamp,
}

/// Why something may not leave. Stable codes; the hub answers with the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing at all was granted.
    #[error("nothing may leave: no permission was given")]
    NoGrant,
    /// Granted to somebody else.
    #[error("no permission names this recipient")]
    Recipient,
    /// Granted for something else.
    #[error("no permission names this purpose")]
    Purpose,
    /// A stream is not covered.
    #[error("the permission does not cover every stream of this")]
    Streams,
    /// A device is not covered.
    #[error("the permission does not cover this device")]
    Devices,
    /// More detail than granted.
    #[error("the permission allows less detail than this")]
    Precision,
    /// Captured before the grant starts.
    #[error("this was captured before the permission starts")]
    CapturedBefore,
    /// The grant is over.
    #[error("the permission has ended")]
    Expired,
    /// The person took it back.
    #[error("the permission was withdrawn")]
    Withdrawn,
}

impl Refusal {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoGrant => "no_grant",
            Self::Recipient => "recipient",
            Self::Purpose => "purpose",
            Self::Streams => "streams",
            Self::Devices => "devices",
            Self::Precision => "precision",
            Self::CapturedBefore => "captured_before",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Leave to send, given by [`Consent::permit`] alone and good for one contribution.
///
/// The fields are private and there is no `Clone` and no way to read one from bytes: code that holds a `Permit` has asked.
///
/// ```compile_fail
/// let forged = earnest_domain::consent::Permit { receipt: todo!(), request: todo!() };
/// ```
/// ```compile_fail
/// fn twice(permit: earnest_domain::consent::Permit) -> [earnest_domain::consent::Permit; 2] { [permit.clone(), permit] }
/// ```
/// ```compile_fail
/// let forged: earnest_domain::consent::Permit = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    receipt: ReceiptId,
    request: Request,
}

impl Permit {
    /// The receipt that allows it.
    pub fn receipt(&self) -> ReceiptId {
        self.receipt
    }

    /// What it allows.
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// A person's receipts, and those they took back.
#[derive(Debug, Clone, Default)]
pub struct Consent {
    receipts: Vec<Receipt>,
    withdrawn: BTreeSet<ReceiptId>,
}

impl Consent {
    /// From what is stored. A receipt whose signature does not fit counts as none.
    pub fn new(receipts: impl IntoIterator<Item = Receipt>, withdrawn: impl IntoIterator<Item = ReceiptId>) -> Self {
        Self {
            receipts: receipts.into_iter().filter(|receipt| receipt.verify().is_ok()).collect(),
            withdrawn: withdrawn.into_iter().collect(),
        }
    }

    /// Asks whether `request` may leave now.
    ///
    /// # Errors
    /// [`Refusal`] says which part of the request no live grant covers: of several grants, the one that came closest.
    pub fn permit(&self, request: Request, now: Timestamp) -> Result<Permit, Refusal> {
        let mut closest = Refusal::NoGrant;
        for receipt in &self.receipts {
            let answer = match receipt.covers(&request, now) {
                Ok(()) if self.withdrawn.contains(&receipt.id()) => Err(Refusal::Withdrawn),
                answer => answer,
            };
            match answer {
                Ok(()) => {
                    return Ok(Permit {
                        receipt: receipt.id(),
                        request,
                    });
                }
                // The variants stand in the order in which a receipt is asked, so the greatest got furthest.
                Err(refusal) => closest = closest.max(refusal),
            }
        }
        Err(closest)
    }
}

#[cfg(test)]
mod tests;
