//! `earnest events`: what happens, as it happens.

use std::pin::pin;

use earnest_node::asked_to_stop;
use futures_util::TryStreamExt;

use crate::{
    failure::Failure,
    output::{Target, print_json},
};

/// Print what happens, as it happens
///
/// One JSON object a line, until Ctrl-C or until the node stops.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Arguments {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let mut events = pin!(self.output.node().await?.events().await?);
        let mut stop = pin!(asked_to_stop());
        loop {
            tokio::select! {
                () = &mut stop => return Ok(()),
                event = events.try_next() => match event? {
                    Some(event) => print_json(&event)?,
                    None => return Ok(()),
                }
            }
        }
    }
}
