//! How a capture is judged, on the device, before anyone's time is wasted.
//!
//! One folder a check: code, manifest, model with its card and the script that trained it, fixtures, tests. A check gets samples and
//! gives a verdict ([`earnest_domain::verdict`]); it stores nothing, asks nobody and reads no clock.
//!
//! [`activity`] tells standing, walking, running and badminton apart by a wrist's motion, or says that it is none of them.
//! [`assets`] finds files that come beside the executable, ONNX Runtime among them.

pub mod activity;
pub mod assets;
mod error;
pub mod runtime;

pub use error::CheckError;
