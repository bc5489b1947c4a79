//! The attacks on a published map, over a simulated region of 2,000 people in 12 weeks. Each prints what it measured.

mod accounts;
mod differencing;
mod linkage;
mod town;

/// A share in percent, for what is printed.
#[allow(clippy::cast_precision_loss)] // counts of a test
fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}
