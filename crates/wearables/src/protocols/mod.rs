//! Pure decoders: no I/O, no clock. Each takes bytes that nobody has checked yet and never panics on them.

pub mod senml;
