//! `earnest quest schema`: what a manifest may hold.

use crate::{failure::Failure, output::print};

/// Print the JSON Schema of manifests, for editors and for programs that write quests
#[derive(Debug, clap::Args)]
pub(crate) struct Schema {}

impl Schema {
    pub(super) fn run() -> Result<(), Failure> {
        let schema = serde_json::to_string_pretty(&earnest_domain::quest::schema());
        print(schema.map_err(|error| Failure::new("output", error.to_string()))?)
    }
}
