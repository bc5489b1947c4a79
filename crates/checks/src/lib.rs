//! How a capture is judged, on the device, before anyone's time is wasted.
//!
//! One folder a check: code, `manifest.toml`, a card, its model if it has one, fixtures, tests. The build finds them by themselves: a
//! folder of `src` with a manifest is a check, and `CONTRIBUTING.md` says how to begin one. A check gets a [`Capture`](capture::Capture)
//! and says what it found; the manifest says what is done about it and in which words. Checks store nothing, ask nobody and read no
//! clock.
//!
//! [`Checks`] holds them all, the cheap ones first, and judges; [`models`] lends them sessions of ONNX Runtime; [`redact`] takes out what
//! they mark. [`assets`] finds files that come beside the executable, ONNX Runtime among them.

pub mod assets;
pub mod capture;
mod checks;
mod error;
mod finding;
#[cfg(test)]
mod fixtures;
pub mod heart;
mod lanes;
mod manifest;
mod meaning;
mod mobilenet;
pub mod models;
mod motion;
pub mod redact;
pub mod runtime;
mod secret;
mod statistics;

pub use checks::{Checks, Registered};
pub use error::CheckError;
use finding::Found;
pub use finding::{Asked, Cancel, Check, Earlier, Finding, MOST_COMPARED, Nothing, Observer, Run, Silent, Trace};
pub use manifest::{Manifest, Model, Reason};
pub use secret::Secret;

include!(concat!(env!("OUT_DIR"), "/registry.rs"));
