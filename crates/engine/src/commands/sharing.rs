//! What may leave, what left, and what stayed.

use std::collections::{BTreeMap, BTreeSet};

use earnest_domain::{
    consent::{DeviceScope, Grant, Precision, Receipt, ReceiptId, Slug, WithdrawalBody},
    contribution::ContributionId,
    device::DeviceId,
    identity::Signed,
    quest::Quest,
    stream::Stream,
    time::{Span, Timestamp},
};
use earnest_vault::StoredReceipt;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, person::HubView, today::small};
use crate::{Engine, EngineError, events::Event};

/// Everything that the Sharing screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sharing {
    /// Now, by the engine's clock.
    pub now: Timestamp,
    /// Who would get it.
    pub hub: HubView,
    /// What the hub's quests ask for, each with its switch.
    pub asks: Vec<AskView>,
    /// Every receipt, the newest first.
    pub grants: Vec<GrantView>,
    /// What left, the newest first.
    pub left: Vec<LeftItem>,
    /// Bytes that left in the last seven days.
    pub left_bytes_week: u64,
    /// Values that stayed.
    pub stayed_readings: u64,
}

/// One thing that a hub asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskView {
    /// The purpose's name in records.
    pub purpose: Slug,
    /// The purpose in plain words, as the end of "for ...".
    pub purpose_text: String,
    /// Which streams.
    pub streams: Vec<Stream>,
    /// How much detail.
    pub precision: Precision,
    /// Who gets it.
    pub recipient: Slug,
    /// What the recipient calls itself.
    pub recipient_name: String,
    /// How long it keeps it, in days.
    pub retention_days: u16,
    /// The titles of the quests that ask it.
    pub quests: Vec<String>,
    /// What those quests offer, in points.
    pub points: u32,
    /// From when a grant given now would cover captures.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// The receipt that allows it now, when there is one: the switch is on.
    pub receipt: Option<ReceiptId>,
    /// Until when that receipt allows it.
    pub granted_until: Option<Timestamp>,
}

/// A receipt and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantView {
    /// Its content address.
    pub receipt: ReceiptId,
    /// What it allows.
    pub grant: Grant,
    /// When it was given.
    pub given_at: Timestamp,
    /// Where it stands.
    pub state: GrantState,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It allows.
    Active,
    /// Its time is over.
    Ended,
    /// It was taken back.
    Withdrawn,
}

/// Every receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantList {
    /// The newest first.
    pub grants: Vec<GrantView>,
}

/// Something that left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftItem {
    /// Which contribution.
    pub contribution: ContributionId,
    /// For which quest.
    pub quest_title: String,
    /// When it was first sent.
    pub at: Timestamp,
    /// How many bytes.
    pub bytes: u32,
    /// Under which receipt.
    pub receipt: ReceiptId,
    /// What the hub that got it calls itself.
    pub recipient_name: String,
    /// Whether it is to be erased there; `null` while neither it nor its permission was taken back.
    pub erasure: Option<Erasure>,
}

/// How far the erasure of something that left has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Erasure {
    /// It was taken back, and the hub is asked as soon as it answers.
    Asked,
    /// The hub has answered that it is erased.
    Confirmed,
}

/// Gives leave. What is absent takes the default that the Sharing screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct GrantConsent {
    /// What for.
    pub purpose: Slug,
    /// Which streams.
    pub streams: Vec<Stream>,
    /// How much detail.
    pub precision: Precision,
    /// Which devices; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub devices: Option<Vec<DeviceId>>,
    /// Who: a hub's id, or `hub` for the one that this node uses, which is also the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub recipient: Option<Slug>,
    /// Covers captures from then on; a day ago when absent, so that a walk just made counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub from: Option<Timestamp>,
    /// Until when; in 90 days when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<Timestamp>,
    /// The purpose in the words that the person was shown; those that the hub's quest says now when absent. They are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub purpose_text: Option<String>,
    /// For how many days the person was told that it is kept; as the hub's quest says now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retention_days: Option<u16>,
}

/// Takes leave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WithdrawConsent {
    /// Which receipt.
    pub receipt: ReceiptId,
}

/// What a withdrawal did at once; the hub is told as soon as it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Withdrawn {
    /// The receipt, now withdrawn.
    pub grant: GrantView,
    /// Contributions that were waiting and do not leave any more.
    pub stopped: u32,
    /// Contributions that had left: the hub is asked to erase them.
    pub to_erase: u32,
}

/// A grant given now covers what was captured since then, so that a walk just made counts.
const LOOK_BACK: Span = Span::from_days(1);
/// How long a grant lasts when nobody says otherwise.
const LASTING: Span = Span::from_days(90);
/// How long the hub may keep what it gets, in days, when no quest says otherwise.
const RETENTION_DAYS: u16 = 90;
/// The recipient's name that stands for the hub that this node uses.
const THIS_HUB: &str = "hub";

impl Engine {
    /// What may leave, what left and what stayed.
    pub(super) async fn sharing(&self, _: Nothing) -> Result<Sharing, EngineError> {
        let now = self.now();
        let hub = self.hub_view().await?;
        let grants = self.grant_views().await?;
        let quests = self.vault().quests().await?;
        let erasures: BTreeMap<ReceiptId, Erasure> = self
            .vault()
            .receipts()
            .await?
            .into_iter()
            .filter(|stored| stored.withdrawn_at.is_some())
            .map(|stored| {
                let erasure = if stored.withdrawal_sent {
                    Erasure::Confirmed
                } else {
                    Erasure::Asked
                };
                (stored.receipt.id(), erasure)
            })
            .collect();
        let history = self.history(Nothing {}).await?;
        let mut left: Vec<LeftItem> = history
            .items
            .into_iter()
            .filter_map(|item| {
                Some(LeftItem {
                    contribution: item.contribution,
                    quest_title: item.quest_title,
                    at: item.sent_at?,
                    bytes: u32::try_from(item.text.len()).unwrap_or(u32::MAX),
                    receipt: item.receipt,
                    recipient_name: item.recipient_name,
                    // Taken back by itself, or with all that left under its permission: the hub that knows of either has erased it.
                    erasure: item.ledger.erasure().max(erasures.get(&item.receipt).copied()),
                })
            })
            .collect();
        left.sort_by_key(|item| std::cmp::Reverse(item.at));
        let week = now.minus(Span::from_days(7));
        let asks = match &hub.id {
            Some(recipient) => asks(&quests, recipient, &hub.name, &grants, now),
            None => Vec::new(),
        };
        Ok(Sharing {
            now,
            left_bytes_week: self.vault().bytes_left(week).await?,
            stayed_readings: self.vault().totals().await?.iter().map(|total| total.samples).sum(),
            hub,
            asks,
            grants,
            left,
        })
    }

    /// Gives leave: signs a receipt.
    pub(super) async fn grant_consent(&self, request: GrantConsent) -> Result<GrantView, EngineError> {
        let now = self.now();
        let this_hub = self.vault().hub().await?.map(|hub| hub.id);
        let recipient = match request.recipient {
            Some(recipient) if recipient.as_str() != THIS_HUB => recipient,
            _ => this_hub.clone().ok_or(EngineError::HubUnknown)?,
        };
        let streams: BTreeSet<Stream> = request.streams.into_iter().collect();
        let paired = self.vault().devices().await?;
        let unknown = |named: &&DeviceId| !paired.iter().any(|device| device.id == **named);
        if let Some(unknown) = request.devices.iter().flatten().find(unknown) {
            return Err(EngineError::UnknownDevice(unknown.clone()));
        }
        // Only this hub's words are known here. Of several quests with that purpose, in the words that were shown, the one that asks no
        // more than is given.
        let shown = |text: &str| request.purpose_text.as_ref().is_none_or(|shown| shown == text);
        let asked = self
            .vault()
            .quests()
            .await?
            .into_iter()
            .filter(|quest| quest.ask.purpose == request.purpose && this_hub.as_ref() == Some(&recipient))
            .filter(|quest| shown(&quest.ask.purpose_text))
            .max_by_key(|quest| quest.streams.is_subset(&streams) && quest.ask.precision <= request.precision)
            .map(|quest| quest.ask);
        // What nobody asks for here has no words but its name, and a receipt without words would cover whatever is asked later.
        let purpose_text = request
            .purpose_text
            .or_else(|| asked.as_ref().map(|ask| ask.purpose_text.clone()))
            .unwrap_or_else(|| request.purpose.to_string());
        let grant = Grant {
            purpose: request.purpose,
            purpose_text: Some(purpose_text),
            streams,
            devices: request
                .devices
                .map_or(DeviceScope::All, |devices| DeviceScope::Only(devices.into_iter().collect())),
            precision: request.precision,
            recipient,
            retention_days: request
                .retention_days
                .or_else(|| asked.map(|ask| ask.retention_days))
                .unwrap_or(RETENTION_DAYS),
            // Within what every screen can show: a receipt that reads otherwise than it is would be none.
            from: request.from.unwrap_or_else(|| now.minus(LOOK_BACK)).max(Timestamp::default()),
            until: request.until.unwrap_or_else(|| now.plus(LASTING)).min(Timestamp::MAX),
        };
        let receipt = Receipt::give(grant, self.person_key(), now)?;
        self.vault().keep_receipt(&receipt).await?;
        self.tell(Event::Sharing);
        self.quests().advance().await?;
        Ok(view(
            &StoredReceipt {
                receipt,
                withdrawn_at: None,
                withdrawal_sent: false,
            },
            now,
        ))
    }

    /// Takes leave back: the outbox empties, the hub is asked to erase.
    pub(super) async fn withdraw_consent(&self, request: WithdrawConsent) -> Result<Withdrawn, EngineError> {
        let now = self.now();
        let known = self
            .vault()
            .receipts()
            .await?
            .into_iter()
            .find(|stored| stored.receipt.id() == request.receipt);
        let Some(stored) = known else {
            return Err(EngineError::UnknownReceipt);
        };
        let body = WithdrawalBody {
            person: self.person_key().person(),
            receipt: request.receipt,
            at: now,
        };
        let withdrawal = Signed::sign(body, self.person_key()).map_err(|_| EngineError::UnknownReceipt)?;
        // While nothing is being prepared: a contribution prepared a moment later would leave under a receipt that is gone.
        let done = {
            let _pause = self.quests().pause().await;
            self.vault().withdraw(&withdrawal, now).await?
        };
        self.send_now();
        for event in [Event::Sharing, Event::History, Event::Today] {
            self.tell(event);
        }
        let grant = view(
            &StoredReceipt {
                withdrawn_at: stored.withdrawn_at.or(Some(now)),
                ..stored
            },
            now,
        );
        let credited = self.vault().awarded_under(request.receipt).await?;
        Ok(Withdrawn {
            grant,
            stopped: small(done.cancelled),
            to_erase: small(done.under_way + credited),
        })
    }

    /// Every receipt, the newest first.
    pub(super) async fn consents(&self, _: Nothing) -> Result<GrantList, EngineError> {
        Ok(GrantList {
            grants: self.grant_views().await?,
        })
    }

    async fn grant_views(&self) -> Result<Vec<GrantView>, EngineError> {
        let now = self.now();
        let mut grants: Vec<GrantView> = self
            .vault()
            .receipts()
            .await?
            .iter()
            .map(|stored| view(stored, now))
            .collect();
        grants.sort_by_key(|grant| std::cmp::Reverse(grant.given_at));
        Ok(grants)
    }
}

fn view(stored: &StoredReceipt, now: Timestamp) -> GrantView {
    let grant = stored.receipt.grant().clone();
    let state = match stored.withdrawn_at {
        Some(_) => GrantState::Withdrawn,
        None if now >= grant.until => GrantState::Ended,
        None => GrantState::Active,
    };
    GrantView {
        receipt: stored.receipt.id(),
        grant,
        given_at: stored.receipt.given_at(),
        state,
        withdrawn_at: stored.withdrawn_at,
    }
}

/// One ask for each purpose, in its words, and precision that the hub's quests name. Where a receipt allows it, the terms are the
/// receipt's.
fn asks(quests: &[Quest], recipient: &Slug, recipient_name: &str, grants: &[GrantView], now: Timestamp) -> Vec<AskView> {
    let mut asks: Vec<AskView> = Vec::new();
    for quest in quests {
        let streams: Vec<Stream> = quest.streams.iter().copied().collect();
        // As Today tells it before anything is captured: two numbers for one quest would both be doubted.
        let points = quest.estimate(&[], |_| false).points;
        let same = asks.iter_mut().find(|ask| {
            ask.purpose == quest.ask.purpose
                && ask.purpose_text == quest.ask.purpose_text
                && ask.precision == quest.ask.precision
                && ask.streams == streams
        });
        if let Some(ask) = same {
            if ask.receipt.is_none() {
                ask.retention_days = ask.retention_days.max(quest.ask.retention_days);
            }
            ask.quests.push(quest.title.clone());
            ask.points = ask.points.saturating_add(points);
            continue;
        }
        let allows = |view: &&GrantView| {
            view.state == GrantState::Active
                && view.grant.purpose == quest.ask.purpose
                && view
                    .grant
                    .purpose_text
                    .as_ref()
                    .is_none_or(|text| *text == quest.ask.purpose_text)
                && view.grant.recipient == *recipient
                && view.grant.precision >= quest.ask.precision
                && view.grant.streams.is_superset(&quest.streams)
        };
        let active = grants.iter().find(allows);
        asks.push(AskView {
            purpose: quest.ask.purpose.clone(),
            purpose_text: quest.ask.purpose_text.clone(),
            streams,
            precision: quest.ask.precision,
            recipient: recipient.clone(),
            recipient_name: recipient_name.to_owned(),
            retention_days: active.map_or(quest.ask.retention_days, |view| view.grant.retention_days),
            quests: vec![quest.title.clone()],
            points,
            from: now.minus(LOOK_BACK),
            until: now.plus(LASTING),
            receipt: active.map(|view| view.receipt),
            granted_until: active.map(|view| view.grant.until),
        });
    }
    asks
}
