//! What samples arrive over.

pub mod mqtt;
