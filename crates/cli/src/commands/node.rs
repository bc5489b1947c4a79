//! `earnest node`: everything in one process.

use std::fmt::Write;

use earnest_engine::commands::{person::KeyPlaceView, status::Status};
use earnest_node::{Node, NodeOptions, Ready, asked_to_stop, name_of_data_dir};

use super::status;
use crate::{
    failure::Failure,
    output::{print, print_json, say},
};

/// Run a node: devices, vault, checks, hub and screens in one process
///
/// The screens are served, devices are heard, and nothing leaves unless you say so. Ctrl-C stops it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    options: NodeOptions,
}

impl Arguments {
    pub(crate) fn wants_json(&self) -> bool {
        self.options.json
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        let options = self.options;
        let mut stop = std::pin::pin!(asked_to_stop());
        let node = tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            node = Node::start(options.config(false)?) => node?,
        };
        let outcome = tokio::select! {
            outcome = attend(&node, &options) => outcome.map(Some),
            () = &mut stop => Ok(None),
        };
        node.stop().await;
        match outcome? {
            Some(done) if options.json => print_json(&done),
            Some(done) => print(format_args!("Done. {}", status::words(&done))),
            None if options.until_done => Err(Failure::new(
                "interrupted",
                "stopped before everything was done; it goes on where it was at the next start",
            )),
            None => Ok(()),
        }
    }
}

/// Says that it is ready, and stays until there is nothing more to do.
async fn attend(node: &Node, options: &NodeOptions) -> Result<Status, Failure> {
    let ready = Ready::of(node).await?;
    if options.json {
        print_json(&ready)?;
    } else {
        print(words(node, &ready, options))?;
        if options.demo {
            say("The demonstration: a sample wearable walks, and what it is worth is contributed to the hub.");
        }
    }
    Ok(options.carry_out(node.engine()).await?)
}

fn words(node: &Node, ready: &Ready, options: &NodeOptions) -> String {
    let mut text = format!(
        "Earnest is running.\n  screens  {}\n  devices  MQTT at {}\n",
        node.way_in(),
        ready.mqtt
    );
    if let [first, _, ..] = node.ways().as_slice() {
        let _ = writeln!(text, "  network  {}", first.link);
    }
    let hub = if options.hub.is_some() {
        ready.hub.as_str()
    } else {
        "your own, in this process"
    };
    let _ = writeln!(text, "  hub      {hub}\n  data     {}", ready.data.display());
    let file = ready.data.join("vault.key");
    let _ = match ready.key {
        KeyPlaceView::Keyring => write!(text, "The vault's key is in the system's keyring."),
        KeyPlaceView::File if options.key_file => {
            write!(text, "The vault's key is in a file only you can read: {}", file.display())
        }
        KeyPlaceView::File => {
            write!(
                text,
                "No keyring here, so the vault's key is in a file only you can read: {}",
                file.display()
            )
        }
    };
    let _ = write!(
        text,
        "\nTo open the screens elsewhere: earnest open --data {}",
        name_of_data_dir(&ready.data)
    );
    text
}
