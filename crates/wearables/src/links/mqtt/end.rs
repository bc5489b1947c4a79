//! Why a connection ended, and what follows from it.

use rmqtt_codec::v5::{DisconnectReasonCode, ToReasonCode};

use super::{
    handler::CommitError,
    packets::{ReadError, WriteError},
};

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum End {
    #[error("the device said goodbye")]
    Goodbye { will: bool },
    #[error("the endpoint stops")]
    Stopping,
    #[error("the device has connected anew")]
    TakenOver,
    #[error("the device was removed")]
    Removed,
    #[error("the device is gone without a goodbye")]
    Vanished,
    #[error("the device was silent for longer than it said it would be")]
    Silent,
    #[error("{0}")]
    Unreadable(ReadError),
    #[error("{0}")]
    Unwritable(#[from] WriteError),
    #[error("{0}")]
    NotCommitted(CommitError),
    #[error("it wrote to a topic that is not its own")]
    ForeignTopic,
    #[error("against the protocol: {0:?}")]
    Protocol(DisconnectReasonCode),
}

impl End {
    /// What MQTT 5 tells the device; `None` when it is not there to be told, or left by itself.
    pub(super) fn reason(&self) -> Option<DisconnectReasonCode> {
        Some(match self {
            Self::Goodbye { .. } | Self::Vanished | Self::Unwritable(_) | Self::Unreadable(ReadError::Broken(_)) => return None,
            Self::Stopping => DisconnectReasonCode::ServerShuttingDown,
            Self::TakenOver => DisconnectReasonCode::SessionTakenOver,
            Self::Removed => DisconnectReasonCode::AdministrativeAction,
            Self::Silent => DisconnectReasonCode::KeepAliveTimeout,
            Self::Unreadable(ReadError::Malformed(error)) => error.to_reason_code(),
            Self::Unreadable(ReadError::Exhausted) => DisconnectReasonCode::ServerBusy,
            Self::NotCommitted(_) => DisconnectReasonCode::UnspecifiedError,
            Self::ForeignTopic => DisconnectReasonCode::NotAuthorized,
            Self::Protocol(reason) => *reason,
        })
    }

    /// Whether the last will is to be published. Our own stopping is not the device's death, and a removed device has no say.
    pub(super) const fn will_is_due(&self) -> bool {
        !matches!(self, Self::Goodbye { will: false } | Self::Stopping | Self::Removed)
    }

    /// Whether anyone is left to read an acknowledgement.
    pub(super) const fn is_heard(&self) -> bool {
        !matches!(
            self,
            Self::Vanished | Self::Unwritable(_) | Self::Unreadable(ReadError::Broken(_))
        )
    }
}
