//! Taking a capture: judged, looked at, then kept or not.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use earnest_checks::{Asked, Secret, capture::Capture};
use earnest_domain::{
    capture::{CaptureKind, Speech},
    consent::Slug,
    quest::Quest,
    time::Timestamp,
    verdict::{Decision, Verdict, gravest},
};
use earnest_vault::{Captured, NewCapture};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Nothing;
use crate::{
    Engine, EngineError,
    captures::{ToJudge, undone},
};

/// The most characters of what a page calls a judging.
const LONGEST_RUN: usize = 64;
/// The most characters of a name.
const LONGEST_NAME: usize = 60;

/// Bytes to be judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckCapture {
    /// What the page calls this judging, 1 to 64 characters of its choice, as a UUID: to hear of its progress, end it, and keep it by.
    pub run: String,
    /// What they are; told by their first ones where nobody says.
    #[serde(default)]
    #[ts(optional)]
    pub kind: Option<CaptureKind>,
    /// The file, in base 64 (RFC 4648, section 4).
    pub bytes: String,
    /// For which quest: its pipeline of checks is asked, and no other.
    #[serde(default)]
    #[ts(optional)]
    pub quest: Option<Slug>,
    /// What was asked for, in words: its copy is no answer.
    #[serde(default)]
    #[ts(optional)]
    pub prompt: Option<String>,
    /// What should be in the photo, or what the text should be about.
    #[serde(default)]
    #[ts(optional)]
    pub subject: Option<String>,
    /// Whether people may, must or must not be heard speaking in a sound; where nobody says, they may.
    #[serde(default)]
    #[ts(optional, as = "Option<Speech>")]
    pub speech: Speech,
}

/// What the checks made of a capture, and what would leave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CheckedCapture {
    /// BLAKE3 of the file, in hexadecimal.
    pub id: String,
    /// What it is.
    pub kind: CaptureKind,
    /// What is to be done with it.
    pub decision: Decision,
    /// One a check, the cheap ones first.
    pub verdicts: Vec<Verdict>,
    /// The words of a text, which the marks count in.
    pub text: Option<String>,
    /// Exactly what would leave; `null` where nothing would.
    pub shared: Option<SharedFile>,
    /// What it is called where it is kept already: keeping it again replaces what is kept of it.
    pub kept_as: Option<String>,
}

/// A file that may leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SharedFile {
    /// What it is (RFC 6838).
    pub media_type: String,
    /// Its bytes, in base 64.
    pub bytes: String,
    /// How many there are.
    pub size: u64,
}

/// A file as it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OriginalFile {
    /// Its bytes, in base 64.
    pub bytes: String,
    /// How many there are.
    pub size: u64,
}

/// Which judging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThisCheck {
    /// What the page called it.
    pub run: String,
}

/// Which capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThisCapture {
    /// Its id.
    pub id: String,
}

/// A judged capture that the person wants to keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct KeepCapture {
    /// What the page called its judging.
    pub run: String,
    /// BLAKE3 of the file, in hexadecimal: what is kept already is kept, and no error.
    pub id: String,
    /// What to call it.
    pub name: String,
}

/// The captures that are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CaptureList {
    /// The newest first.
    pub captures: Vec<KeptCapture>,
}

/// A capture that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct KeptCapture {
    /// BLAKE3 of the file, in hexadecimal.
    pub id: String,
    /// What it is.
    pub kind: CaptureKind,
    /// What the person calls it.
    pub name: String,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// What the checks say is to be done with it.
    pub decision: Decision,
    /// What they made of it.
    pub verdicts: Vec<Verdict>,
    /// How many bytes stay.
    pub size: u64,
    /// How many may leave; `null` where it stays as a whole.
    pub shared_size: Option<u64>,
}

impl From<Captured> for KeptCapture {
    fn from(kept: Captured) -> Self {
        Self {
            decision: gravest(&kept.verdicts),
            id: kept.id,
            kind: kept.kind,
            name: kept.name,
            kept_at: kept.kept_at,
            verdicts: kept.verdicts,
            size: kept.size,
            shared_size: kept.shared_size,
        }
    }
}

impl Engine {
    /// Judges a capture; it is held in memory until it is kept or let go of, and for half an hour at most.
    pub(super) async fn check_capture(&self, request: CheckCapture) -> Result<CheckedCapture, EngineError> {
        if request.bytes.len() / 4 * 3 > Capture::MOST_BYTES {
            return Err(EngineError::CaptureTooLarge);
        }
        if request.run.is_empty() || request.run.len() > LONGEST_RUN {
            return Err(EngineError::BadRequest("run: 1 to 64 characters".to_owned()));
        }
        let quest = match request.quest {
            Some(id) => Some(self.offered(&id).await?),
            None => None,
        };
        let work = ToJudge {
            run: request.run,
            file: request.bytes,
            kind: request.kind,
            pipeline: quest
                .as_ref()
                .map(|quest| quest.checks.iter().map(ToString::to_string).collect()),
            asked: Asked {
                prompt: request.prompt,
                subject: request.subject,
                speech: request.speech,
                finest_cell: quest.map(|quest| quest.ask.precision.finest_cell()),
                secret: Some(Secret::new(*self.vault().places_key())),
            },
            now: self.now(),
        };
        let judged = self.captures().judge(work, self.vault()).await?;
        Ok(CheckedCapture {
            shared: judged.shared.as_ref().map(|shared| SharedFile {
                media_type: shared.media_type.to_owned(),
                size: shared.bytes.len() as u64,
                bytes: BASE64_STANDARD.encode(&shared.bytes),
            }),
            kept_as: self.vault().capture_name(&judged.id).await?,
            id: judged.id.clone(),
            kind: judged.kind,
            decision: judged.decision,
            verdicts: judged.verdicts.clone(),
            text: judged.text.clone(),
        })
    }

    /// A quest that is offered, if this build has its checks.
    async fn offered(&self, quest: &Slug) -> Result<Quest, EngineError> {
        let quests = self.vault().quests().await?;
        let found = quests.into_iter().find(|offered| offered.id == *quest);
        let quest = found.ok_or_else(|| EngineError::UnknownQuest(quest.clone()))?;
        match quest.checks.iter().find(|check| !self.captures().knows(check.as_str())) {
            Some(unknown) => Err(EngineError::UnknownCheck(unknown.clone())),
            None => Ok(quest),
        }
    }

    /// Keeps a judged capture: as it was taken, and as it may be shared.
    pub(super) async fn keep_capture(&self, request: KeepCapture) -> Result<CaptureList, EngineError> {
        let name = request.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(EngineError::InvalidName);
        }
        let Some(judged) = self.captures().waiting(&request.run) else {
            // Its answer was lost on the way, perhaps: what is kept is kept.
            return match self.vault().capture_name(&request.id).await? {
                Some(_) => self.list_captures().await,
                None => Err(EngineError::UnknownCapture),
            };
        };
        let is_good = matches!(judged.decision, Decision::Accept | Decision::Redact);
        let new = NewCapture {
            id: judged.id.clone(),
            kind: judged.kind,
            name: name.to_owned(),
            kept_at: self.now(),
            original: judged.original.clone(),
            shared: judged
                .shared
                .as_ref()
                .map(|shared| (shared.media_type.to_owned(), shared.bytes.clone())),
            verdicts: judged.verdicts.clone(),
            // What was to be taken again stands in the way of nothing: the next try is no copy of it.
            traces: if is_good { judged.traces.clone() } else { Vec::new() },
        };
        self.vault().keep_capture(&new).await?;
        self.captures().discard(&request.run); // not before: whatever happens, it is in one of both places
        self.list_captures().await
    }

    /// Ends a judging that is under way, or lets go of one that is over: nothing of it stays in memory. One that nobody knows is no error.
    #[expect(clippy::unused_async, reason = "the table of commands awaits each")]
    pub(super) async fn discard_capture(&self, request: ThisCheck) -> Result<Nothing, EngineError> {
        self.captures().discard(&request.run);
        Ok(Nothing {})
    }

    /// The captures that are kept, the newest first.
    pub(super) async fn captures_kept(&self, _: Nothing) -> Result<CaptureList, EngineError> {
        self.list_captures().await
    }

    /// What may leave of a capture, byte for byte.
    pub(super) async fn shared_capture(&self, request: ThisCapture) -> Result<SharedFile, EngineError> {
        let shared = self.vault().shared_capture(&request.id).await?;
        let (media_type, bytes) = shared.ok_or(EngineError::UnknownCapture)?;
        Ok(SharedFile {
            media_type,
            size: bytes.len() as u64,
            bytes: BASE64_STANDARD.encode(bytes),
        })
    }

    /// A capture as it was taken, byte for byte: for the person's eyes and ears, on their device.
    pub(super) async fn original_capture(&self, request: ThisCapture) -> Result<OriginalFile, EngineError> {
        let original = self.vault().original_capture(&request.id).await?;
        let bytes = original.ok_or(EngineError::UnknownCapture)?;
        Ok(OriginalFile {
            size: bytes.len() as u64,
            bytes: BASE64_STANDARD.encode(bytes),
        })
    }

    /// Deletes a capture; for ten minutes it can be brought back.
    pub(super) async fn delete_capture(&self, request: ThisCapture) -> Result<CaptureList, EngineError> {
        if !self.vault().delete_capture(&request.id, self.now()).await? {
            return Err(EngineError::UnknownCapture);
        }
        self.list_captures().await
    }

    /// Brings a deleted capture back.
    pub(super) async fn restore_capture(&self, request: ThisCapture) -> Result<CaptureList, EngineError> {
        if !self.vault().restore_capture(&request.id, undone(self.now())).await? {
            return Err(EngineError::UnknownCapture);
        }
        self.list_captures().await
    }

    async fn list_captures(&self) -> Result<CaptureList, EngineError> {
        let captures = self.vault().captures().await?;
        Ok(CaptureList {
            captures: captures.into_iter().map(KeptCapture::from).collect(),
        })
    }
}
