//! What a command failed with: a stable code, and words.

use earnest_checks::CheckError;
use earnest_domain::quest::QuestError;
use earnest_engine::{EngineError, trial::TrialError};
use earnest_node::{ClientError, DemoError, NodeError};
use earnest_wearables::recording::RecordingError;
use serde::Serialize;

/// What a command failed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    /// Stable.
    pub(crate) code: String,
    /// What happened, what was kept, what to do.
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

macro_rules! failures {
    ($($error:ty),+) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error.to_string())
            }
        }
    )+};
}

failures!(
    CheckError,
    ClientError,
    NodeError,
    EngineError,
    DemoError,
    QuestError,
    RecordingError,
    TrialError
);
