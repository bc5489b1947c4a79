//! What leaves the device: built from a permit, signed by its person, and nothing more than the permit allows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    activity::{Activity, Window},
    canonical::{self, Context, Hex, id},
    consent::{Permit, Precision, ReceiptId, Request, Slug},
    device::DeviceId,
    identity::{BadSignature, PersonId, PersonKey, Signable, Signed},
    points::{self, Award, Facts},
    quest::Quest,
    sample::Sample,
    time::Timestamp,
    verdict::Permille,
};

id! {
    /// The content address of a contribution.
    ContributionId
}

/// The most windows that one contribution may sum up: a day of 5-second windows.
pub const MAX_WINDOWS: usize = 17_280;

/// A keyed digest of one window's readings: the same motion of the same person is recognised when it comes again, and nothing
/// else can be read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(Hex<16>);

impl Fingerprint {
    /// Of the readings of a window, in any order. Times count from the window's start, so that a replay an hour later is the same.
    pub fn of(samples: &[Sample], start: Timestamp, key: &PersonKey) -> Self {
        let mut rows: Vec<(i64, u8, u32)> = samples
            .iter()
            .map(|sample| {
                (
                    sample.time.since(start).micros(),
                    sample.channel.code(),
                    sample.value.to_bits(),
                )
            })
            .collect();
        rows.sort_unstable();
        let mut bytes = Vec::with_capacity(rows.len() * 13);
        for (offset, channel, bits) in rows {
            bytes.extend_from_slice(&offset.to_le_bytes());
            bytes.push(channel);
            bytes.extend_from_slice(&bits.to_le_bytes());
        }
        let digest = blake3::keyed_hash(&key.derive("earnest 2026-11-22 window fingerprint"), &bytes);
        let mut short = [0; 16];
        short.copy_from_slice(&digest.as_bytes()[..16]);
        Self(Hex(short))
    }

    /// The 16 bytes.
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0.0
    }

    /// From stored bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Hex(bytes))
    }
}

/// A judged window, with the device that saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedWindow {
    /// Which device.
    pub device: DeviceId,
    /// What the check made of it.
    pub window: Window,
    /// What tells it from others.
    pub fingerprint: Fingerprint,
}

/// The windows that together fill a quest; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    windows: Vec<CapturedWindow>,
}

impl Capture {
    /// `None` when there are no windows, or more than [`MAX_WINDOWS`].
    pub fn new(mut windows: Vec<CapturedWindow>) -> Option<Self> {
        windows.sort_by_key(|captured| captured.window.start);
        (!windows.is_empty() && windows.len() <= MAX_WINDOWS).then_some(Self { windows })
    }

    /// The windows, by time.
    pub fn windows(&self) -> &[CapturedWindow] {
        &self.windows
    }

    /// What has to be asked before a summary of this capture may leave for `quest`.
    pub fn request(&self, quest: &Quest, recipient: Slug) -> Request {
        let ends = self
            .windows
            .iter()
            .map(|captured| captured.window.start.plus(captured.window.length));
        Request {
            recipient,
            purpose: quest.ask.purpose.clone(),
            purpose_text: quest.ask.purpose_text.clone(),
            streams: quest.streams.clone(),
            devices: Some(
                self.windows
                    .iter()
                    .map(|captured| captured.device.clone())
                    .collect::<BTreeSet<_>>(),
            ),
            precision: quest.ask.precision,
            captured_from: self
                .windows
                .iter()
                .map(|captured| captured.window.start)
                .min()
                .unwrap_or_default(),
            captured_until: ends.max().unwrap_or_default(),
        }
    }

    fn fingerprints(&self) -> Vec<Fingerprint> {
        self.windows.iter().map(|captured| captured.fingerprint).collect()
    }

    fn summary(&self, quest: &Quest) -> Summary {
        let micros: i64 = self.windows.iter().map(|captured| captured.window.length.micros()).sum();
        let scores: u64 = self
            .windows
            .iter()
            .map(|captured| u64::from(captured.window.score.thousandths()))
            .sum();
        let windows = self.windows.len() as u64;
        Summary {
            label: quest.goal.label,
            seconds: u32::try_from(micros / 1_000_000).unwrap_or(u32::MAX),
            quality: Permille::new(u16::try_from(scores / windows.max(1)).unwrap_or(0)),
        }
    }
}

/// All that a summary tells of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The motion.
    pub label: Activity,
    /// How long, in all.
    pub seconds: u32,
    /// Mean score of the windows, rounded down.
    pub quality: Permille,
}

/// The signed part of a contribution: exactly the bytes that leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContributionBody {
    /// Whose.
    pub person: PersonId,
    /// For which quest.
    pub quest: Slug,
    /// In which version.
    pub quest_version: u32,
    /// The how-manieth of this person for this quest, from 0: one effort is credited once, whatever is sent again.
    pub ordinal: u32,
    /// The receipt that allows it.
    pub receipt: ReceiptId,
    /// The hour in which the capture ends (UTC), and no finer time.
    pub hour: Timestamp,
    /// What was captured.
    pub summary: Summary,
    /// One for each window, to see what came before.
    pub fingerprints: Vec<Fingerprint>,
}

impl Signable for ContributionBody {
    const CONTEXT: &'static str = "earnest contribution v1";

    fn signer(&self) -> PersonId {
        self.person
    }
}

struct ContributionContext;
impl Context for ContributionContext {
    const CONTEXT: &'static str = "earnest 2026-11-22 contribution id";
}

/// A contribution, signed. On a device it can be built from a [`Permit`] alone; what a hub reads from the wire it verifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Contribution(Signed<ContributionBody>);

/// A contribution that cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContributionError {
    /// The permit was given for something else.
    #[error("the permission was given for another capture; nothing was prepared to leave")]
    ForeignPermit,
    /// The quest asks for more than summaries, which this version does not build.
    #[error("this quest asks for more detail than this version of Earnest can prepare; nothing was prepared to leave")]
    UnsupportedPrecision,
    /// The key is not the person's.
    #[error("this key cannot sign for that person; nothing was prepared to leave")]
    ForeignKey,
}

impl Contribution {
    /// Builds what leaves for a filled quest.
    ///
    /// # Errors
    /// [`ContributionError`] when the permit does not fit the capture, exactly.
    #[allow(clippy::needless_pass_by_value)] // the permit is spent here: that is the point of it
    pub fn build(
        permit: Permit,
        quest: &Quest,
        ordinal: u32,
        capture: &Capture,
        key: &PersonKey,
    ) -> Result<Self, ContributionError> {
        let request = permit.request();
        if *request != capture.request(quest, request.recipient.clone()) {
            return Err(ContributionError::ForeignPermit);
        }
        if request.precision != Precision::Summary {
            return Err(ContributionError::UnsupportedPrecision);
        }
        let body = ContributionBody {
            person: key.person(),
            quest: quest.id.clone(),
            quest_version: quest.version,
            ordinal,
            receipt: permit.receipt(),
            hour: request.captured_until.hour(),
            summary: capture.summary(quest),
            fingerprints: capture.fingerprints(),
        };
        Signed::sign(body, key)
            .map(Self)
            .map_err(|BadSignature| ContributionError::ForeignKey)
    }

    /// The content address.
    pub fn id(&self) -> ContributionId {
        ContributionId(Hex(canonical::digest::<ContributionContext, _>(&self.0.body)))
    }

    /// What it says.
    pub fn body(&self) -> &ContributionBody {
        &self.0.body
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`BadSignature`] when it was altered.
    pub fn verify(&self) -> Result<&ContributionBody, BadSignature> {
        self.0.verify()
    }

    /// The bytes that leave, as text.
    pub fn to_text(&self) -> String {
        String::from_utf8(canonical::bytes(self)).unwrap_or_default()
    }

    /// Reads a stored or received contribution and checks its signature.
    ///
    /// # Errors
    /// [`BadSignature`] when it is none, not in canonical form, or altered.
    pub fn from_text(text: &str) -> Result<Self, BadSignature> {
        let contribution = Self::unverified(text).ok_or(BadSignature)?;
        contribution.verify()?;
        Ok(contribution)
    }

    /// As [`Self::from_text`] without a look at the signature: enough for its own person, who tells by the id what it says.
    pub fn unverified(text: &str) -> Option<Self> {
        canonical::read(text.as_bytes())
    }
}

/// What a contribution to `quest` earns. `seen` says whether this person contributed a fingerprint before.
///
/// The app calls it before sending and the hub on receiving; both know the person's earlier contributions, so they agree.
pub fn credit(quest: &Quest, body: &ContributionBody, seen: impl Fn(&Fingerprint) -> bool) -> Award {
    points::award(&facts(quest, body, seen))
}

/// What the award of a contribution follows from.
pub fn facts(quest: &Quest, body: &ContributionBody, seen: impl Fn(&Fingerprint) -> bool) -> Facts {
    facts_of(quest, body.summary.quality, &body.fingerprints, seen)
}

/// What a capture would earn, before anything is built of it.
pub(crate) fn credit_capture(quest: &Quest, capture: &Capture, seen: impl Fn(&Fingerprint) -> bool) -> Award {
    points::award(&facts_of(
        quest,
        capture.summary(quest).quality,
        &capture.fingerprints(),
        seen,
    ))
}

fn facts_of(quest: &Quest, quality: Permille, fingerprints: &[Fingerprint], seen: impl Fn(&Fingerprint) -> bool) -> Facts {
    let fresh: BTreeSet<&Fingerprint> = fingerprints.iter().filter(|fingerprint| !seen(fingerprint)).collect();
    let novelty = fresh.len() as u64 * 1_000 / (fingerprints.len() as u64).max(1);
    Facts {
        base: quest.points.base,
        quality,
        novelty: Permille::new(u16::try_from(novelty).unwrap_or(0)),
        need: quest.points.need,
        cap: quest.points.cap,
    }
}

#[cfg(test)]
pub(crate) mod tests;
