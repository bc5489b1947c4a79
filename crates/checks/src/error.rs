//! Why a check could not be made at all, as opposed to what it said.

use std::path::PathBuf;

/// A check that cannot run. Nothing that was captured is lost by it: samples stay in the vault and are judged later.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// No ONNX Runtime in any of the folders where it may be.
    #[error(
        "ONNX Runtime was not found. Your samples are kept and will be judged later. Run `cargo xtask run` once, or put {library} into \
         assets/onnxruntime/ beside the executable. Looked in: {}",
        list(searched)
    )]
    RuntimeMissing {
        /// The library's file name on this system.
        library: &'static str,
        /// The folders that were searched, in order.
        searched: Vec<PathBuf>,
    },
    /// A library is there, but cannot be loaded or is too old.
    #[error(
        "ONNX Runtime at {} cannot be used: {reason}. Your samples are kept and will be judged later. Delete that file and run \
         `cargo xtask run` once to get the right one.",
        path.display()
    )]
    RuntimeUnusable {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The manifest that is built into the check does not say what it must.
    #[error("the {check} check's manifest cannot be used: {reason}. Reinstall Earnest.")]
    ManifestInvalid {
        /// The check's name.
        check: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The model is not the one that the manifest names.
    #[error(
        "the {check} check's model is not the one that was measured (BLAKE3 {found} instead of {expected}), so its verdicts could not be \
         trusted and it was not loaded. Reinstall Earnest."
    )]
    ModelChanged {
        /// The check's name.
        check: &'static str,
        /// The hash in the manifest, in hexadecimal.
        expected: String,
        /// The hash of the model at hand.
        found: String,
    },
    /// Nobody waits for it any more.
    #[error("checking was ended; nothing was changed")]
    Cancelled,
    /// A capture of a kind that the check does not judge.
    #[error("the {check} check does not judge captures of that kind")]
    OtherKind {
        /// The check's name.
        check: &'static str,
    },
    /// What may leave depends on a check that was not asked.
    #[error("the {check} check has to judge this before any of it may leave. Nothing was written; judge it by all checks.")]
    NotJudged {
        /// The check's name.
        check: &'static str,
    },
    /// A file that belongs to a check is not there.
    #[error("the {check} check needs {file}, which is not there. Run `cargo xtask run` once to get it. What was captured is kept.")]
    FileMissing {
        /// The check's name.
        check: &'static str,
        /// Its place among the assets.
        file: String,
    },
    /// The file that may leave could not be made.
    #[error("what may leave could not be made: {reason}. Nothing leaves; what was captured is kept.")]
    RedactFailed {
        /// What its encoder said.
        reason: String,
    },
    /// ONNX Runtime refused the model, or failed while running it.
    #[error("the {check} check's model failed: {reason}. Your samples are kept.")]
    ModelFailed {
        /// The check's name.
        check: &'static str,
        /// What ONNX Runtime said.
        reason: String,
    },
}

impl CheckError {
    /// A stable code, for screens and `--json`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RuntimeMissing { .. } => "runtime_missing",
            Self::RuntimeUnusable { .. } => "runtime_unusable",
            Self::ManifestInvalid { .. } => "manifest_invalid",
            Self::ModelChanged { .. } => "model_changed",
            Self::Cancelled => "cancelled",
            Self::OtherKind { .. } => "other_kind",
            Self::NotJudged { .. } => "not_judged",
            Self::FileMissing { .. } => "file_missing",
            Self::RedactFailed { .. } => "redact_failed",
            Self::ModelFailed { .. } => "model_failed",
        }
    }
}

fn list(folders: &[PathBuf]) -> String {
    folders
        .iter()
        .map(|folder| folder.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
