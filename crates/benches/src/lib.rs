//! What the benchmarks are fed with.
//!
//! `benches/stages.rs` measures each stage alone, `benches/whole` the programs as they are shipped. `docs/benchmarks.md` holds the
//! figures and says how they were taken.

pub mod motion;
