//! The sum, checked again: what stands in hubs' ledgers, everything of it to take along, and what is taken back.

use earnest_domain::{
    contribution::ContributionId,
    identity::Signed,
    ledger::{Audit, audit},
};
use earnest_hub_api::UndoBody;
use earnest_vault::{Undone, VaultError};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, history::HistoryItem};
use crate::{Engine, EngineError, events::Event};

/// Which contribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ThisContribution {
    /// Its content address.
    pub contribution: ContributionId,
}

/// Everything that the person has of the ledgers that they stand in, as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportFile {
    /// What it may be called.
    pub name: String,
    /// JSON, see [`earnest_domain::ledger::Export`].
    pub text: String,
}

impl Engine {
    /// Why a contribution earned what it earned.
    pub(super) async fn why(&self, request: ThisContribution) -> Result<HistoryItem, EngineError> {
        let items = self.history(Nothing {}).await?.items;
        let found = items.into_iter().find(|item| item.contribution == request.contribution);
        found.ok_or(EngineError::UnknownContribution)
    }

    /// Takes a contribution back: what has not left never will, and the hub erases the rest and moves its award back.
    pub(super) async fn undo(&self, request: ThisContribution) -> Result<HistoryItem, EngineError> {
        let (id, now) = (request.contribution, self.now());
        let item = self.why(request.clone()).await?;
        let body = UndoBody {
            person: self.person_key().person(),
            hub: item.recipient,
            contribution: id,
            at: now,
        };
        let undo = Signed::sign(body, self.person_key()).map_err(|_| EngineError::UnknownContribution)?;
        let text = serde_json::to_string(&undo).map_err(|error| EngineError::BadRequest(error.to_string()))?;
        let undone = {
            // While nothing is being prepared: the effort that becomes free is taken by what comes after this.
            let _pause = self.quests().pause().await;
            self.vault().undo(id, &text, now).await
        };
        match undone {
            Ok(Undone::Nothing) => return Err(EngineError::NothingToUndo),
            Ok(Undone::NeverLeft | Undone::ToBeTold) => {}
            Err(VaultError::NotFound { .. }) => return Err(EngineError::UnknownContribution),
            Err(error) => return Err(error.into()),
        }
        self.send_now();
        for event in [Event::Sharing, Event::History, Event::Today] {
            self.tell(event);
        }
        self.why(request).await
    }

    /// Checks every award of every hub again: its facts, its entry, its proof, and that each ledger was only ever added to.
    pub(super) async fn verify(&self, _: Nothing) -> Result<Audit, EngineError> {
        let export = self.vault().export(self.person_key().person()).await?;
        // Seconds of hashing for somebody who contributed for years: not on a thread that something waits for.
        tokio::task::spawn_blocking(move || audit(&export))
            .await
            .map_err(|_| EngineError::Closing)
    }

    /// Everything that takes to check the sum elsewhere.
    pub(super) async fn export(&self, _: Nothing) -> Result<ExportFile, EngineError> {
        let export = self.vault().export(self.person_key().person()).await?;
        let text = serde_json::to_string_pretty(&export).map_err(|error| EngineError::BadRequest(error.to_string()))?;
        Ok(ExportFile {
            name: "earnest-export.json".to_owned(),
            text,
        })
    }
}
