//! `earnest export`: everything that it takes to check the sum elsewhere.

use std::{fs, io::Write, path::PathBuf};

use earnest_engine::commands::{ExportLedgers, Nothing};

use crate::{
    failure::Failure,
    output::{Target, print, say},
};

/// Take along what hubs wrote down about you: each contribution, its award, its entry and its proof
///
/// `earnest verify --export FILE` checks it anywhere, with no network and nobody's help. The file opens your entries in the hub's public
/// log: give it to nobody whom you would not show your earnings.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// Write to this file, which must not be there yet; to standard output when absent
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Export {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let export = self.output.node().await?.call::<ExportLedgers>(Nothing {}).await?;
        let Some(path) = self.out else {
            return print(export.text);
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(&path)
            .and_then(|mut file| file.write_all(export.text.as_bytes()).and_then(|()| file.sync_all()));
        written.map_err(|error| Failure::new("export_file", format!("{} cannot be written: {error}", path.display())))?;
        say(format_args!("written to {}", path.display()));
        Ok(())
    }
}
