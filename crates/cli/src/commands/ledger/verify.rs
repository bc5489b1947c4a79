//! `earnest verify`: every award, checked again.

use std::{fmt::Write, fs, path::PathBuf};

use earnest_domain::ledger::{Audit, Export, audit};
use earnest_engine::commands::{Nothing, VerifyLedgers};

use crate::{failure::Failure, output::Target};

/// Check every award again: its facts, its entry in the hub's ledger, its proof, and that the ledger was only ever added to
///
/// Of the running node, or of a file that `earnest export` wrote, with no network and nobody's help. Exit codes: 0 everything holds, 1
/// something does not, 2 wrong usage.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// A file that `earnest export` wrote
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    export: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Target,
}

/// The largest export that is read: a lifetime of contributions.
const MOST_BYTES: u64 = 4 << 30;

impl Verify {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let audit = match &self.export {
            Some(path) => audit(&read(path)?),
            None => self.output.node().await?.call::<VerifyLedgers>(Nothing {}).await?,
        };
        self.output.print(&audit, words(&audit))?;
        if audit.holds() {
            Ok(())
        } else {
            Err(Failure::new("not_verified", "not everything holds; nothing was changed"))
        }
    }
}

fn read(path: &PathBuf) -> Result<Export, Failure> {
    let unreadable = |error: &dyn std::fmt::Display| {
        let message = format!("{} is no export of Earnest: {error}", path.display());
        Failure::new("export_unreadable", message)
    };
    let size = fs::metadata(path).map_err(|error| unreadable(&error))?.len();
    if size > MOST_BYTES {
        return Err(unreadable(&"it is larger than any export"));
    }
    let text = fs::read(path).map_err(|error| unreadable(&error))?;
    let export: Export = serde_json::from_slice(&text).map_err(|error| unreadable(&error))?;
    if export.format != Export::FORMAT {
        return Err(unreadable(&"it is of another version"));
    }
    Ok(export)
}

fn words(audit: &Audit) -> String {
    let mut text = format!("{} awards, {} verified, {} points.", audit.awards, audit.verified, audit.sum);
    if audit.consistent {
        text.push_str(" Each ledger was only ever added to.");
    } else {
        text.push_str(" A LEDGER WAS REWRITTEN, or is not its hub's.");
    }
    for finding in &audit.findings {
        let what = finding.contribution.map_or_else(|| "the ledger".to_owned(), |id| id.short());
        let _ = write!(text, "\n  {}, {what}: {} ({})", finding.hub, finding.says, finding.code);
    }
    text
}
