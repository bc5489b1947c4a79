//! `earnest undo`: take a contribution back.

use earnest_engine::commands::{UndoContribution, ledger::ThisContribution};

use super::why;
use crate::{failure::Failure, output::Target};

/// Take a contribution back: the hub erases it, and its points go back to the quest's pool
///
/// What has not left yet never will. What was measured stays here, and does not leave again by itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Undo {
    /// Which: its id, or the beginning of it
    contribution: String,
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Undo {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let node = self.output.node().await?;
        let contribution = super::meant(&node, &self.contribution).await?;
        let item = node.call::<UndoContribution>(ThisContribution { contribution }).await?;
        self.output.print(&item, why::words(&item))
    }
}
