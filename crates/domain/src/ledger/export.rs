//! Everything that a person has of the ledgers that they stand in: enough to check every sum again, with nobody's help.

use serde::{Deserialize, Serialize};

use super::{LogHash, Posted, SignedHead};
use crate::{consent::Slug, hub::HubKeyId, identity::PersonId, points::Award, quest::SignedQuest};

/// What a person takes with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// [`Export::FORMAT`].
    pub format: String,
    /// Whose.
    pub person: PersonId,
    /// Each hub that was met, by its id.
    pub hubs: Vec<HubExport>,
}

impl Export {
    /// What this is, and in which version.
    pub const FORMAT: &'static str = "earnest export v1";
}

/// What concerns one hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubExport {
    /// Its name in records.
    pub id: Slug,
    /// What it calls itself.
    pub name: String,
    /// What it is known by; `None` of a hub that signed nothing when it was met.
    pub key: Option<HubKeyId>,
    /// The heads of its log that were seen, the smallest first.
    pub heads: Vec<SeenHead>,
    /// The quests that something was contributed to, as the hub signed them.
    pub offers: Vec<SignedQuest>,
    /// Everything that was prepared for it, the earliest first.
    pub contributions: Vec<ExportedContribution>,
}

/// A head that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenHead {
    /// As the hub signed it.
    pub checkpoint: SignedHead,
    /// That it continues the one before it in the list; empty of the first.
    pub consistency: Vec<LogHash>,
}

/// One contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedContribution {
    /// The exact bytes that left.
    pub text: String,
    /// What the hub awarded.
    pub award: Option<Award>,
    /// Where that stands in the ledger.
    pub credited: Option<ProvedEntry>,
    /// Where it was moved back.
    pub reversed: Option<ProvedEntry>,
}

/// An entry with what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvedEntry {
    /// The entry, and what opens it.
    pub posted: Posted,
    /// The size of the head that the proof leads to; `None` while it waits for one.
    pub size: Option<u64>,
    /// The proof of inclusion.
    pub proof: Vec<LogHash>,
}
