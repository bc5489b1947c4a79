//! `earnest consent`: say what may leave, take it back, see every permission.

use std::fmt::Write;

use earnest_domain::{
    consent::{DeviceScope, Precision, ReceiptId, Slug},
    device::DeviceId,
    stream::Stream,
};
use earnest_engine::{
    Clock,
    commands::{
        GetPerson, GrantConsentCommand, ListConsents, Nothing, WithdrawConsentCommand,
        sharing::{GrantConsent, GrantList, GrantState, GrantView, WithdrawConsent, Withdrawn},
    },
};
use earnest_node::NodeClient;
use serde::Serialize;

use crate::{
    failure::Failure,
    output::Target,
    when::{NoInstant, When, here, told},
};

/// How the hub of the node is called, whatever its id.
const THIS_HUB: &str = "hub";

/// What to do with permissions.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Grant(Grant),
    Withdraw(Withdraw),
    List(List),
}

/// Allow something to leave
///
/// Names exactly what may leave, to whom, and until when. A receipt of it is signed and kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Grant {
    /// What it may be used for, such as activity-research
    #[arg(long)]
    purpose: Slug,
    #[arg(long = "stream", help = "Which streams: acceleration, angular_velocity, heart_rate", value_name = "STREAM", required = true, num_args = 1..)]
    streams: Vec<Stream>,
    /// How much detail at most
    #[arg(long)]
    precision: Detail,
    /// Who may have it: a hub's id, or `hub` for the one of this node
    #[arg(long, default_value = THIS_HUB)]
    recipient: Slug,
    /// Of these devices alone; of all when absent
    #[arg(long = "device", value_name = "ID", num_args = 1..)]
    devices: Vec<DeviceId>,
    /// Covers what was captured from then on: an instant, a day, or how long ago [default: 1d]
    #[arg(long, value_name = "T")]
    from: Option<When>,
    /// Until when: an instant, a day, or how long from now [default: 90d]
    #[arg(long, value_name = "T")]
    until: Option<When>,
    #[command(flatten)]
    output: Target,
}

/// How much of a capture may leave.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Detail {
    /// Counts and labels over a stretch
    Summary,
    /// What a check computed, never the readings
    Features,
    /// The readings themselves
    Raw,
}

impl From<Detail> for Precision {
    fn from(detail: Detail) -> Self {
        match detail {
            Detail::Summary => Self::Summary,
            Detail::Features => Self::Features,
            Detail::Raw => Self::Raw,
        }
    }
}

/// Take a permission back: what waits does not leave, and the hub is asked to erase what left
///
/// One permission by its receipt, or every live one for a purpose or a recipient.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["receipt", "purpose", "recipient"]))]
pub(crate) struct Withdraw {
    /// The receipt, as `list` shows it
    #[arg(long, value_name = "ID", conflicts_with_all = ["purpose", "recipient"])]
    receipt: Option<ReceiptId>,
    /// Every live permission for this purpose
    #[arg(long)]
    purpose: Option<Slug>,
    /// Every live permission for this recipient: a hub's id, or `hub` for the one of this node
    #[arg(long)]
    recipient: Option<Slug>,
    #[command(flatten)]
    output: Target,
}

/// Show every permission ever given, the newest first
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    output: Target,
}

#[derive(Debug, Serialize)]
struct AllWithdrawn {
    withdrawn: Vec<Withdrawn>,
}

impl Command {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Grant(arguments) => arguments.output.json,
            Self::Withdraw(arguments) => arguments.output.json,
            Self::List(arguments) => arguments.output.json,
        }
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Grant(arguments) => arguments.run().await,
            Self::Withdraw(arguments) => arguments.run().await,
            Self::List(arguments) => arguments.run().await,
        }
    }
}

impl Grant {
    async fn run(self) -> Result<(), Failure> {
        let now = here(Clock::system().now());
        let unthinkable = |error: NoInstant| Failure::new("instant", error.to_string());
        let request = GrantConsent {
            purpose: self.purpose,
            streams: self.streams,
            precision: self.precision.into(),
            devices: (!self.devices.is_empty()).then_some(self.devices),
            recipient: Some(self.recipient),
            from: self.from.map(|from| from.start(&now)).transpose().map_err(unthinkable)?,
            until: self.until.map(|until| until.end(&now)).transpose().map_err(unthinkable)?,
            purpose_text: None,
            retention_days: None,
        };
        let grant = self.output.node().await?.call::<GrantConsentCommand>(request).await?;
        self.output.print(&grant, words(&grant))
    }
}

impl Withdraw {
    async fn run(self) -> Result<(), Failure> {
        let node = self.output.node().await?;
        let receipts = match self.receipt {
            Some(receipt) => vec![receipt],
            None => matching(&node, self.purpose.as_ref(), self.recipient).await?,
        };
        if receipts.is_empty() {
            return Err(Failure::new(
                "unknown_receipt",
                "there is no live permission like that; nothing was changed",
            ));
        }
        let mut done = AllWithdrawn {
            withdrawn: Vec::with_capacity(receipts.len()),
        };
        for receipt in receipts {
            done.withdrawn
                .push(node.call::<WithdrawConsentCommand>(WithdrawConsent { receipt }).await?);
        }
        let stopped: u32 = done.withdrawn.iter().map(|one| one.stopped).sum();
        let to_erase: u32 = done.withdrawn.iter().map(|one| one.to_erase).sum();
        let words = format!(
            "Taken back: {}. {stopped} that waited will not leave; the hub is asked to erase {to_erase} that did.",
            done.withdrawn.len()
        );
        self.output.print(&done, words)
    }
}

/// The live receipts for a purpose and a recipient, as far as they are named.
async fn matching(node: &NodeClient, purpose: Option<&Slug>, recipient: Option<Slug>) -> Result<Vec<ReceiptId>, Failure> {
    let recipient = match recipient {
        Some(recipient) if recipient.as_str() == THIS_HUB => {
            let hub = node.call::<GetPerson>(Nothing {}).await?.hub.id;
            Some(hub.ok_or_else(|| Failure::new("hub_unknown", "the hub has not answered yet; name its id, or the receipt"))?)
        }
        recipient => recipient,
    };
    let fits = |view: &GrantView| {
        view.state == GrantState::Active
            && purpose.is_none_or(|purpose| *purpose == view.grant.purpose)
            && recipient.as_ref().is_none_or(|recipient| *recipient == view.grant.recipient)
    };
    let grants = node.call::<ListConsents>(Nothing {}).await?.grants;
    Ok(grants.iter().filter(|view| fits(view)).map(|view| view.receipt).collect())
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let list = self.output.node().await?.call::<ListConsents>(Nothing {}).await?;
        self.output.print(&list, all(&list))
    }
}

fn all(list: &GrantList) -> String {
    if list.grants.is_empty() {
        return "Nothing may leave: you have given no permission.".to_owned();
    }
    list.grants.iter().map(words).collect::<Vec<_>>().join("\n\n")
}

/// A permission as a person reads it.
fn words(view: &GrantView) -> String {
    let grant = &view.grant;
    let state = match (view.state, view.withdrawn_at) {
        (GrantState::Active, _) => "Allowed".to_owned(),
        (GrantState::Ended, _) => "Over".to_owned(),
        (GrantState::Withdrawn, Some(at)) => format!("Taken back {}", told(at)),
        (GrantState::Withdrawn, None) => "Taken back".to_owned(),
    };
    let streams: Vec<&str> = grant.streams.iter().map(|stream| stream.name()).collect();
    let devices = match &grant.devices {
        DeviceScope::All => "all devices".to_owned(),
        DeviceScope::Only(named) => named.iter().map(DeviceId::as_str).collect::<Vec<_>>().join(", "),
    };
    let purpose = match &grant.purpose_text {
        Some(words) => format!("{words} ({})", grant.purpose),
        None => grant.purpose.to_string(),
    };
    let mut text = format!("{state}: {} of {} from {devices}", grant.precision.name(), streams.join(", "));
    let _ = writeln!(
        text,
        "\n  for {}, to {}, kept {} days",
        purpose, grant.recipient, grant.retention_days
    );
    let _ = writeln!(text, "  captured {} to {}", told(grant.from), told(grant.until));
    let _ = write!(text, "  receipt {}", view.receipt);
    text
}
