//! What a command can fail with.

use earnest_checks::{CheckError, capture::CaptureError};
use earnest_domain::{
    consent::{GrantError, Slug},
    contribution::ContributionId,
    device::DeviceId,
};
use earnest_vault::VaultError;

use crate::commands::CommandError;

/// What a command, or opening the engine, failed with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// No such command.
    #[error("there is no command “{0}”")]
    UnknownCommand(String),
    /// The request is not what the command takes.
    #[error("the request cannot be read: {0}; nothing was changed")]
    BadRequest(String),
    /// The store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The grant makes no sense.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// A name that is empty or too long.
    #[error("a name has 1 to 60 characters; nothing was changed")]
    InvalidName,
    /// No such device.
    #[error("there is no device {0}; nothing was changed")]
    UnknownDevice(DeviceId),
    /// The sample wearable was to get a password.
    #[error("the sample wearable has no password of its own; nothing was changed")]
    NoPassword,
    /// No such receipt.
    #[error("there is no such permission here; nothing was changed")]
    UnknownReceipt,
    /// No such contribution.
    #[error("there is no such contribution here; nothing was changed. The History screen, and `earnest why`, name those there are")]
    UnknownContribution,
    /// A contribution that is not with a hub, nor on its way.
    #[error("there is nothing to take back: no hub has this contribution. Nothing was changed")]
    NothingToUndo,
    /// The sample wearable is not to be had.
    #[error("the sample wearable cannot play: {0}. `cargo xtask run` puts what it needs in place")]
    NoSample(&'static str),
    /// The hub was never reached, so that nobody can be named as the recipient.
    #[error(
        "the hub has not answered yet, so there is nobody to give a permission to; try again when it does. Nothing was changed"
    )]
    HubUnknown,
    /// The MQTT endpoint cannot listen.
    #[error("devices cannot be heard on {address}: {reason}. Choose another address with --mqtt")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        reason: String,
    },
    /// The hub's address is no address.
    #[error("{0}")]
    HubAddress(String),
    /// A device's password could not be made.
    #[error("a password could not be made: {0}; nothing was changed")]
    Credentials(String),
    /// A stored contribution does not verify any more.
    #[error("the contribution {0} is damaged in the vault; everything else is sound")]
    DamagedContribution(ContributionId),
    /// The hub said no to what a quest needs, and waiting does not mend it.
    #[error(
        "the hub refused the contribution to “{quest}” ({code}); what it was made of stays here. `earnest status` and the History screen say more"
    )]
    HubRefused {
        /// The quest's title.
        quest: String,
        /// The hub's code.
        code: String,
    },
    /// The hub does not take a withdrawal, whatever it is told.
    #[error("{0}")]
    WithdrawalRefused(String),
    /// The hub's balance is not the sum of the awards as this device computes them.
    #[error("the hub counts {hub} points and this device {here}; nothing is lost, and the History screen shows each sum")]
    PointsDisagree {
        /// As this device computes them.
        here: u32,
        /// As the hub says.
        hub: u32,
    },
    /// No such quest.
    #[error("there is no quest “{0}”; nothing was changed")]
    UnknownQuest(Slug),
    /// A quest that a newer version can do.
    #[error("the quest asks for the check “{0}”, which this version does not have; update Earnest to do it. Nothing was changed")]
    UnknownCheck(Slug),
    /// No such capture, or it was not kept in time.
    #[error("that capture is not here any more; take it again")]
    UnknownCapture,
    /// A file that is no capture.
    #[error(transparent)]
    NoCapture(#[from] CaptureError),
    /// More bytes than any capture has.
    #[error("this is larger than any capture may be; nothing of it was kept. Take a shorter or smaller one")]
    CaptureTooLarge,
    /// As many captures are being judged as may be.
    #[error("several captures are being checked already; nothing of this one was kept. Wait for one of them, or cancel one")]
    ManyChecks,
    /// A check could not be made.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A check broke off.
    #[error("checking ended badly: {0}. Nothing was kept; take it again")]
    CheckEndedBadly(String),
    /// The engine is closing.
    #[error("Earnest is closing; nothing was changed")]
    Closing,
}

impl EngineError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::UnknownCommand(_) => "unknown_command",
            Self::BadRequest(_) => "bad_request",
            Self::Vault(error) => error.code(),
            Self::Grant(error) => error.code(),
            Self::InvalidName => "invalid_name",
            Self::UnknownDevice(_) => "unknown_device",
            Self::NoPassword => "no_password",
            Self::UnknownReceipt => "unknown_receipt",
            Self::UnknownContribution => "unknown_contribution",
            Self::NothingToUndo => "nothing_to_undo",
            Self::NoSample(_) => "no_sample",
            Self::HubUnknown => "hub_unknown",
            Self::Listen { .. } => "listen",
            Self::HubAddress(_) => "hub_address",
            Self::Credentials(_) => "credentials",
            Self::DamagedContribution(_) => "damaged_contribution",
            Self::HubRefused { .. } => "hub_refused",
            Self::WithdrawalRefused(_) => crate::outbox::WITHDRAWAL_REFUSED,
            Self::PointsDisagree { .. } => "points_disagree",
            Self::UnknownQuest(_) => "unknown_quest",
            Self::UnknownCheck(_) => "unknown_check",
            Self::UnknownCapture => "unknown_capture",
            Self::NoCapture(error) => error.code(),
            Self::CaptureTooLarge => "too_large",
            Self::ManyChecks => "many_checks",
            Self::Check(error) => error.code(),
            Self::CheckEndedBadly(_) => "check_ended_badly",
            Self::Closing => "closing",
        }
    }

    /// The HTTP status of a front that speaks HTTP (RFC 9110, section 15).
    pub const fn status(&self) -> u16 {
        match self {
            Self::UnknownCommand(_)
            | Self::UnknownDevice(_)
            | Self::UnknownReceipt
            | Self::UnknownContribution
            | Self::UnknownQuest(_)
            | Self::UnknownCapture => 404,
            Self::BadRequest(_) | Self::HubAddress(_) => 400,
            Self::Grant(_) | Self::InvalidName | Self::NoCapture(_) => 422,
            Self::CaptureTooLarge => 413,
            Self::ManyChecks => 429,
            Self::Check(CheckError::Cancelled)
            | Self::UnknownCheck(_)
            | Self::NoSample(_)
            | Self::NoPassword
            | Self::NothingToUndo
            | Self::HubUnknown
            | Self::HubRefused { .. }
            | Self::WithdrawalRefused(_)
            | Self::PointsDisagree { .. } => 409,
            Self::Closing => 503,
            Self::Vault(_)
            | Self::Check(_)
            | Self::CheckEndedBadly(_)
            | Self::DamagedContribution(_)
            | Self::Listen { .. }
            | Self::Credentials(_) => 500,
        }
    }

    /// As the fronts pass it on.
    pub fn to_command_error(&self) -> CommandError {
        CommandError {
            code: self.code().to_owned(),
            message: self.to_string(),
        }
    }
}

impl From<crate::config::NoRandomness> for EngineError {
    fn from(error: crate::config::NoRandomness) -> Self {
        Self::Credentials(error.to_string())
    }
}
