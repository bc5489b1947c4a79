//! The one table of commands: each is declared here once and offered by every front.
//!
//! The desktop's IPC, the node's HTTP and the CLI walk this table; the screens' TypeScript is generated from it. A command is a
//! request and a reply; what it does is a method of [`Engine`] of the same name, next to its types.

pub mod capture;
pub mod devices;
pub mod history;
pub mod ledger;
pub mod pairing;
pub mod person;
pub mod replay;
pub mod sample;
pub mod sharing;
pub mod status;
pub mod taste;
pub mod today;

use earnest_domain::ledger::Audit;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ts_rs::TS;

use self::{
    capture::{CaptureList, CheckCapture, CheckedCapture, KeepCapture, OriginalFile, SharedFile, ThisCapture, ThisCheck},
    devices::DeviceList,
    history::{History, HistoryItem},
    ledger::{ExportFile, ThisContribution},
    pairing::{PairMqtt, Pairing, RenameDevice, RenewCredential},
    person::{Person, SetName},
    replay::{ReplayAccess, ReplayCredentials},
    sample::{PairSample, SetSampleRunning},
    sharing::{GrantConsent, GrantList, GrantView, Sharing, WithdrawConsent, Withdrawn},
    status::Status,
    taste::SayOfQuest,
    today::{Today, TodayAt},
};
use crate::{Engine, EngineError};

/// A request without parameters: `{}` on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(type = "Record<string, never>")]
pub struct Nothing {}

/// A command, for callers in Rust: its name, what it takes and what it gives.
pub trait Command {
    /// The name on the wire.
    const NAME: &'static str;
    /// What it takes.
    type Request: Serialize + DeserializeOwned + TS + Send;
    /// What it gives.
    type Reply: Serialize + DeserializeOwned + TS + Send;
}

/// What goes wrong with a command, as every front passes it on. The screens branch on `code`, never on `message`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    /// Stable code.
    pub code: String,
    /// What happened, what was kept, what to do.
    pub message: String,
}

macro_rules! commands {
    ($($(#[doc = $doc:literal])+ $name:ident: $marker:ident($request:ty) -> $reply:ty;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Copy)]
            pub struct $marker;

            impl Command for $marker {
                const NAME: &'static str = stringify!($name);
                type Request = $request;
                type Reply = $reply;
            }
        )+

        /// The names of all commands, in the order of the table.
        pub const NAMES: &[&str] = &[$(stringify!($name)),+];

        /// Runs a command by its name, from JSON to JSON.
        ///
        /// # Errors
        /// [`EngineError::UnknownCommand`], [`EngineError::BadRequest`], or whatever the command itself answers.
        pub async fn dispatch(engine: &Engine, name: &str, request: &[u8]) -> Result<Vec<u8>, EngineError> {
            engine.looked_at();
            match name {
                $(stringify!($name) => {
                    let request: $request = serde_json::from_slice(request).map_err(|error| EngineError::BadRequest(error.to_string()))?;
                    let reply: $reply = engine.$name(request).await?;
                    serde_json::to_vec(&reply).map_err(|error| EngineError::BadRequest(error.to_string()))
                })+
                _ => Err(EngineError::UnknownCommand(name.chars().take(64).collect())),
            }
        }

        /// Visits the types of all requests and replies.
        #[cfg(test)]
        pub(crate) fn visit_types(visitor: &mut impl ts_rs::TypeVisitor) {
            $(visitor.visit::<$request>();
            visitor.visit::<$reply>();)+
        }

        /// The table as TypeScript: one property a command, with its request and its reply.
        #[cfg(test)]
        pub(crate) fn typescript(config: &ts_rs::Config) -> String {
            let mut table = String::from("export interface Commands {\n");
            $(
                $(table.push_str(&format!("  /** {} */\n", $doc.trim()));)+
                table.push_str(&format!(
                    "  {}: {{ request: {}; reply: {} }};\n",
                    stringify!($name),
                    <$request as TS>::name(config),
                    <$reply as TS>::name(config),
                ));
            )+
            table.push_str("}\n");
            table
        }
    };
}

commands! {
    /// Who this is, and where their data lies.
    person: GetPerson(Nothing) -> Person;
    /// Keeps the name that the person chose; that ends the welcome.
    set_name: SetNameCommand(SetName) -> Person;
    /// Today's quests, best first, and what the points stand at.
    today: GetToday(TodayAt) -> Today;
    /// Shows a quest always, not for a week, never, or as any other.
    say_of_quest: SayOfQuestCommand(SayOfQuest) -> Today;
    /// Every device, with its health and what was refused of it.
    devices: GetDevices(Nothing) -> DeviceList;
    /// Pairs a wearable that speaks MQTT: makes its credentials, shown once.
    pair_mqtt: PairMqttCommand(PairMqtt) -> Pairing;
    /// Gives a device another name.
    rename_device: RenameDeviceCommand(RenameDevice) -> DeviceList;
    /// Gives a device another password, shown once; the one it had opens nothing any more.
    renew_credential: RenewCredentialCommand(RenewCredential) -> Pairing;
    /// Pairs the sample wearable, which replays a recording, and starts it.
    pair_sample: PairSampleCommand(PairSample) -> DeviceList;
    /// Pauses the sample wearable, or lets it go on.
    set_sample_running: SetSampleRunningCommand(SetSampleRunning) -> DeviceList;
    /// Access for one replay through the endpoint, valid until the node stops.
    replay_credentials: GetReplayCredentials(ReplayCredentials) -> ReplayAccess;
    /// What may leave, what left and what stayed.
    sharing: GetSharing(Nothing) -> Sharing;
    /// Gives leave: signs a receipt.
    grant_consent: GrantConsentCommand(GrantConsent) -> GrantView;
    /// Takes leave back: the outbox empties, the hub is asked to erase.
    withdraw_consent: WithdrawConsentCommand(WithdrawConsent) -> Withdrawn;
    /// Every receipt, the newest first.
    consents: ListConsents(Nothing) -> GrantList;
    /// Every contribution, the newest first, with its lines and its bytes.
    history: GetHistory(Nothing) -> History;
    /// Why a contribution earned what it earned.
    why: GetWhy(ThisContribution) -> HistoryItem;
    /// Takes a contribution back: what has not left never will, and the hub erases the rest and moves its award back.
    undo: UndoContribution(ThisContribution) -> HistoryItem;
    /// Checks every award again: its facts, its entry in the hub's ledger, its proof.
    verify: VerifyLedgers(Nothing) -> Audit;
    /// Everything that it takes to check the sum elsewhere.
    export: ExportLedgers(Nothing) -> ExportFile;
    /// Judges a photo, a sound, a text or a file, and holds it until it is kept.
    check_capture: CheckCaptureCommand(CheckCapture) -> CheckedCapture;
    /// Keeps a judged capture: as it was taken, and as it may be shared.
    keep_capture: KeepCaptureCommand(KeepCapture) -> CaptureList;
    /// Ends a judging that is under way, or lets go of one that is over and not kept.
    discard_capture: DiscardCapture(ThisCheck) -> Nothing;
    /// The captures that are kept, the newest first.
    captures_kept: GetCaptures(Nothing) -> CaptureList;
    /// What may leave of a capture, byte for byte.
    shared_capture: GetSharedCapture(ThisCapture) -> SharedFile;
    /// A capture as it was taken, byte for byte; it stays on the device.
    original_capture: GetOriginalCapture(ThisCapture) -> OriginalFile;
    /// Deletes a capture; for ten minutes it can be brought back.
    delete_capture: DeleteCapture(ThisCapture) -> CaptureList;
    /// Brings a deleted capture back.
    restore_capture: RestoreCapture(ThisCapture) -> CaptureList;
    /// The sums, for programs.
    status: GetStatus(Nothing) -> Status;
}
