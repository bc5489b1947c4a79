//! `earnest open`: the way to the screens.

use earnest_node::{Reach, Way};

use crate::{
    failure::Failure,
    output::{Target, say},
};

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
        let ways = self.output.node().await?.ways();
        let Some(first) = ways.first() else {
            return Err(Failure::new("no_way", "the node has no address"));
        };
        let answer = serde_json::json!({ "link": first.link, "from": first.from, "ways": ways });
        self.output.print(&answer, &first.link)?;
        if !self.output.json {
            // Not on standard output, so that what is there can be handed to a browser.
            say(from_where(first, &ways[1..]));
        }
        Ok(())
    }
}

/// Who can open the link, and what else there is.
fn from_where(first: &Way, others: &[Way]) -> String {
    let mut text = match first.from {
        Reach::Network => "Browsers on this computer and in its network can open it.".to_owned(),
        Reach::ThisComputer => "Browsers on this computer can open it, and no others. To let a phone in, start the node with \
             `--listen 0.0.0.0:7420` while this computer is in your network."
            .to_owned(),
    };
    for other in others {
        text.push_str(match other.from {
            Reach::Network => "\nFrom the network, too: ",
            Reach::ThisComputer => "\nOn this computer, too: ",
        });
        text.push_str(other.link.as_str());
    }
    text
}
