//! `earnest why`, `undo`, `verify` and `export`: the sum, line by line, and checked again.

mod export;
mod undo;
mod verify;
mod why;

use earnest_domain::contribution::ContributionId;
use earnest_engine::{
    EngineError,
    commands::{GetHistory, Nothing},
};
use earnest_node::NodeClient;

pub(crate) use self::{export::Export, undo::Undo, verify::Verify, why::Why};
use crate::failure::Failure;

/// The contribution that somebody means by its id, or by as much of its beginning as tells it from the others.
async fn meant(node: &NodeClient, text: &str) -> Result<ContributionId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let history = node.call::<GetHistory>(Nothing {}).await?;
    let mut fitting = history.items.iter().filter(|item| {
        let id = item.contribution.to_string();
        text.len() >= 4 && id.starts_with(text)
    });
    match (fitting.next(), fitting.next()) {
        (Some(item), None) => Ok(item.contribution),
        (Some(_), Some(_)) => Err(Failure::new(
            "ambiguous_contribution",
            format!("several contributions begin with “{text}”; give more of the id"),
        )),
        (None, _) => Err(EngineError::UnknownContribution.into()),
    }
}
