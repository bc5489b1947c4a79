//! What travels, field for field; each type has a snapshot in the tests.

use earnest_domain::{
    consent::{Receipt, Slug},
    contribution::{Contribution, ContributionId},
    hub::HubKeyId,
    identity::{PersonId, Signable, Signed},
    ledger::{Entry, LogHash, Posted, SignedHead},
    points::Award,
    quest::SignedQuest,
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize};

/// Who a hub is and what it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubInfo {
    /// Its name in records: the recipient of a grant.
    pub id: Slug,
    /// Its name on screen.
    pub name: String,
    /// The version of the contract that it speaks, see [`crate::PROTOCOL`].
    pub protocol: u32,
    /// What it signs with. The first that a hub shows is the one that it is known by.
    pub key: HubKeyId,
    /// What it asks for, each in its newest version, and signed.
    ///
    /// A quest that this version of Earnest cannot read is left out on reading: a hub may offer more than an older app understands.
    #[serde(deserialize_with = "readable_quests")]
    pub quests: Vec<SignedQuest>,
}

impl HubInfo {
    /// The quests that it signed and that are sound.
    pub fn sound_quests(&self) -> Vec<SignedQuest> {
        let is_sound = |quest: &&SignedQuest| {
            let verified = quest.verify(&self.id, &self.key);
            if verified.is_err() {
                tracing::warn!("a quest that its hub did not sign is not shown");
            }
            verified.is_ok_and(|quest| quest.check_sound().is_ok())
        };
        self.quests.iter().filter(is_sound).cloned().collect()
    }
}

fn readable_quests<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SignedQuest>, D::Error> {
    let offered = Vec::<serde_json::Value>::deserialize(deserializer)?;
    let total = offered.len();
    let quests: Vec<SignedQuest> = offered
        .into_iter()
        .filter_map(|quest| serde_json::from_value(quest).ok())
        .collect();
    if quests.len() < total {
        tracing::info!(
            total,
            understood = quests.len(),
            "the hub offers quests that this version does not understand"
        );
    }
    Ok(quests)
}

/// Contributions of one person, with the receipts that allow them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContributionsRequest {
    /// Receipts that the hub may not know, at most [`crate::MAX_RECEIPTS`]. A hub keeps a receipt from the first contribution on that
    /// it credits under it, and not before.
    pub receipts: Vec<Receipt>,
    /// One to [`crate::MAX_CONTRIBUTIONS`] contributions, credited in this order.
    pub contributions: Vec<Contribution>,
}

/// What became of a [`ContributionsRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContributionsReply {
    /// One for each contribution, in the order of the request.
    pub results: Vec<ContributionResult>,
    /// The balance of the person who signed, this request included. 0 when no contribution of the request is properly signed: a
    /// balance is told to its person alone.
    pub points: u64,
}

/// What became of one contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContributionResult {
    /// Which.
    pub id: ContributionId,
    /// What became of it.
    pub outcome: Outcome,
}

/// Credited, or not and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is in the ledger. Sent again, it is answered with the same award and the same entry, until it is undone.
    Awarded {
        /// What it earned, and why.
        award: Award,
        /// Where that stands in the hub's ledger.
        posted: Box<Posted>,
    },
    /// It was not taken and nothing of it was kept, now or before: what was ever credited is answered with its award, whatever has
    /// ended or was taken back since. So `expired` says that the effort is free again. Sent again as it is, it is judged again: only
    /// `unknown_receipt` (send the receipt with it) and `time_in_future` can end otherwise.
    Refused {
        /// Stable, see [`crate::ContributionRefusal::code`]; a newer hub may know more of them.
        code: String,
        /// The same for a person.
        reason: String,
    },
}

/// A person asks what became of contributions, by their ids alone: nothing of a capture leaves to learn that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiryBody {
    /// Who asks.
    pub person: PersonId,
    /// Which hub: at another one the question is worth nothing.
    pub hub: Slug,
    /// One to [`crate::MAX_CONTRIBUTIONS`] of their contributions.
    pub contributions: Vec<ContributionId>,
}

impl Signable for InquiryBody {
    const CONTEXT: &'static str = "earnest inquiry v1";

    fn signer(&self) -> PersonId {
        self.person
    }
}

/// A signed question: a balance is told to its person alone.
pub type Inquiry = Signed<InquiryBody>;

/// The answer to an [`Inquiry`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryReply {
    /// Those that were ever credited to the person who asks and not undone, in the order of the ledger. The others the hub does not have.
    pub awards: Vec<Credited>,
    /// When, by the hub's clock. What it does not have by the end of a receipt it never will: one that is still under way comes too late.
    pub now: Timestamp,
    /// The person's balance.
    pub points: u64,
}

/// What became of a withdrawal. Sent again, it is answered with the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalReply {
    /// How many contributions under the receipt the hub took and has erased, by this withdrawal or before it.
    pub erased: u32,
    /// What was ever credited under the receipt and not undone, in the order of the ledger, so that the app learns what became of
    /// contributions that were on their way. Points that were earned stay.
    pub awards: Vec<Credited>,
    /// The person's balance.
    pub points: u64,
}

/// A contribution that is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credited {
    /// Which.
    pub id: ContributionId,
    /// What it earned.
    pub award: Award,
    /// Where that stands in the hub's ledger.
    pub posted: Posted,
}

/// A person takes a contribution back: the hub erases it, and its award is reversed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoBody {
    /// Who.
    pub person: PersonId,
    /// Which hub.
    pub hub: Slug,
    /// Which of their contributions.
    pub contribution: ContributionId,
    /// When they said so.
    pub at: Timestamp,
}

impl Signable for UndoBody {
    const CONTEXT: &'static str = "earnest undo v1";

    fn signer(&self) -> PersonId {
        self.person
    }
}

/// A signed undo.
pub type Undo = Signed<UndoBody>;

/// What became of an undo. Sent again, it is answered with the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoReply {
    /// The entry that moved the award back; `None` where the hub never had the contribution. It never will.
    pub reversal: Option<Posted>,
    /// The person's balance.
    pub points: u64,
}

/// Asks for the newest head of the log, and for what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofsRequest {
    /// How many entries stood under the last head that was seen; 0 where none was.
    pub old: u64,
    /// The numbers of at most [`crate::MAX_PROOFS`] entries.
    pub entries: Vec<u64>,
}

/// The newest head of the log, with proofs under it (RFC 9162, sections 2.1.3 and 2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proofs {
    /// The head.
    pub checkpoint: SignedHead,
    /// That it continues the last one.
    pub consistency: Vec<LogHash>,
    /// That each of the entries stands under it, in the order of the request.
    pub inclusions: Vec<Vec<LogHash>>,
}

/// A part of the log, which is for everybody to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// Entries by their numbers, at most [`crate::MAX_PROOFS`]; none where the log ends.
    pub entries: Vec<Entry>,
}
