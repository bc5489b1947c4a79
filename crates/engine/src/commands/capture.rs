//! Taking a capture: judged, looked at, then kept or not.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use earnest_checks::{Asked, capture::Capture};
use earnest_domain::{
    capture::{CaptureKind, Speech},
    consent::Slug,
    time::{Span, Timestamp},
    verdict::{Decision, Verdict, gravest},
};
use earnest_vault::{Captured, NewCapture};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Nothing;
use crate::{Engine, EngineError, captures::ToJudge};

/// How long a deleted capture can be brought back.
const UNDO: Span = Span::from_micros(10 * 60 * 1_000_000);
/// The most characters of a name.
const LONGEST_NAME: usize = 60;

/// Bytes to be judged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckCapture {
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
    /// BLAKE3 of the file, in hexadecimal: what to keep it by.
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
    /// Its id.
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
    /// When it was taken.
    pub taken_at: Timestamp,
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
            taken_at: kept.taken_at,
            verdicts: kept.verdicts,
            size: kept.size,
            shared_size: kept.shared_size,
        }
    }
}

impl Engine {
    /// Judges a capture; it is held in memory until it is kept, and goes when another two are judged.
    pub(super) async fn check_capture(&self, request: CheckCapture) -> Result<CheckedCapture, EngineError> {
        if request.bytes.len() / 4 * 3 > Capture::MOST_BYTES {
            return Err(EngineError::CaptureTooLarge);
        }
        let bytes = BASE64_STANDARD
            .decode(request.bytes)
            .map_err(|error| EngineError::BadRequest(format!("bytes: {error}")))?;
        let pipeline = match request.quest {
            Some(id) => Some(self.pipeline(&id).await?),
            None => None,
        };
        let (capture, bytes) = self.captures().open(bytes, request.kind).await?;
        let earlier = self.vault().traces(capture.kind()).await?;
        let work = ToJudge {
            bytes,
            pipeline,
            asked: Asked {
                prompt: request.prompt,
                subject: request.subject,
                speech: request.speech,
                ..Asked::default()
            },
            now: self.now(),
        };
        let judged = self.captures().judge(capture, work, earlier).await?;
        Ok(CheckedCapture {
            shared: judged.shared.map(|shared| SharedFile {
                media_type: shared.media_type.to_owned(),
                size: shared.bytes.len() as u64,
                bytes: BASE64_STANDARD.encode(shared.bytes),
            }),
            id: judged.id,
            kind: judged.kind,
            decision: judged.decision,
            verdicts: judged.verdicts,
            text: judged.text,
        })
    }

    async fn pipeline(&self, quest: &Slug) -> Result<Vec<String>, EngineError> {
        let quests = self.vault().quests().await?;
        let found = quests.into_iter().find(|offered| offered.id == *quest);
        let quest = found.ok_or_else(|| EngineError::UnknownQuest(quest.clone()))?;
        match quest.checks.iter().find(|check| !self.captures().knows(check.as_str())) {
            Some(unknown) => Err(EngineError::UnknownCheck(unknown.clone())),
            None => Ok(quest.checks.iter().map(ToString::to_string).collect()),
        }
    }

    /// Ends the judging that is under way.
    #[expect(clippy::unused_async, reason = "the table of commands awaits each")]
    pub(super) async fn cancel_check(&self, _: Nothing) -> Result<Nothing, EngineError> {
        self.captures().cancel();
        Ok(Nothing {})
    }

    /// Keeps a judged capture: as it was taken, and as it may be shared.
    pub(super) async fn keep_capture(&self, request: KeepCapture) -> Result<CaptureList, EngineError> {
        let name = request.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(EngineError::InvalidName);
        }
        let judged = self.captures().take(&request.id).ok_or(EngineError::UnknownCapture)?;
        let new = NewCapture {
            id: judged.id.clone(),
            kind: judged.kind,
            name: name.to_owned(),
            taken_at: judged.taken_at,
            original: judged.original.clone(),
            shared: judged
                .shared
                .clone()
                .map(|shared| (shared.media_type.to_owned(), shared.bytes)),
            verdicts: judged.verdicts.clone(),
            traces: judged.traces.clone(),
        };
        if let Err(error) = self.vault().keep_capture(&new).await {
            self.captures().put_back(judged); // so that it can be tried again
            return Err(error.into());
        }
        self.list_captures().await
    }

    /// Lets go of a judged capture: nothing of it stays in memory. One that is gone already is no error.
    #[expect(clippy::unused_async, reason = "the table of commands awaits each")]
    pub(super) async fn discard_capture(&self, request: ThisCapture) -> Result<Nothing, EngineError> {
        drop(self.captures().take(&request.id));
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

    /// Deletes a capture; for ten minutes it can be brought back.
    pub(super) async fn delete_capture(&self, request: ThisCapture) -> Result<CaptureList, EngineError> {
        if !self.vault().delete_capture(&request.id, self.now()).await? {
            return Err(EngineError::UnknownCapture);
        }
        self.list_captures().await
    }

    /// Brings a deleted capture back.
    pub(super) async fn restore_capture(&self, request: ThisCapture) -> Result<CaptureList, EngineError> {
        if !self.vault().restore_capture(&request.id).await? {
            return Err(EngineError::UnknownCapture);
        }
        self.list_captures().await
    }

    async fn list_captures(&self) -> Result<CaptureList, EngineError> {
        let undone = Timestamp::from_micros(self.now().micros() - UNDO.micros());
        self.vault().sweep_captures(undone).await?;
        let captures = self.vault().captures().await?;
        Ok(CaptureList {
            captures: captures.into_iter().map(KeptCapture::from).collect(),
        })
    }
}
