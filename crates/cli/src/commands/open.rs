//! `earnest open`: the way to the screens.

use crate::{failure::Failure, output::Target};

/// Print the link that opens the screens in any browser
///
/// The link opens the screens in a browser that the node would not know otherwise: another user's, or a phone's (start the node with
/// `--listen` and an address of your network). It is good until the node stops; whoever has it can do what you can.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Arguments {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let link = self.output.node().await?.link();
        self.output.print(&serde_json::json!({ "link": link }), &link)
    }
}
