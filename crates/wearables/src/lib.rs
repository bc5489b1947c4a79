//! How samples arrive.
//!
//! [`protocols`] are pure decoders, one folder a protocol: bytes and an instant in, samples and rejections out. [`links`] are what the
//! bytes come over. [`recording`] is motion from a file, which [`links::mqtt::replay`] plays as a wearable would send it.
//!
//! Nothing here decides what is stored: a link hands each message to its handler and acknowledges it once the handler has committed it.

pub mod links;
pub mod protocols;
pub mod recording;
