//! The activity check: what a wrist's motion is, over windows of five seconds.
//!
//! Readings of accelerometer and gyroscope are brought to 10 Hz (`motion/resample.rs`), and an ONNX model says how likely each motion is and
//! how far the window lies from all that it has seen. What is no motion that it knows is called unknown, with the reason.
//! `CARD.md` in this folder tells what the model was trained on, how well it does, and where it fails.

mod bouts;
mod check;
mod manifest;
mod whole;

pub use check::ActivityCheck;
pub(crate) use whole::check;

#[cfg(test)]
pub(crate) mod tests;
