//! Beats in a heart signal: where they are, how far each stretch of the signal can be trusted, and what their intervals tell.
//!
//! [`examine`] finds the beats and looks at the quality of every ten seconds; [`Rhythm::of`] makes heart rate and variability of them.
//! The three checks of heart signals say what that means for a capture. Cards of the checks name the sources of each method.

mod beats;
mod ecg;
mod filter;
mod intervals;
mod irregular;
mod ppg;
mod quality;
#[cfg(test)]
pub(crate) mod recordings;
#[cfg(test)]
pub(crate) mod simulated;
#[cfg(test)]
mod tests;

pub(crate) use self::quality::marked;
pub use self::{
    beats::{Examined, examine},
    intervals::{Interval, Kept, Rhythm, Variability},
    irregular::Irregular,
    quality::{Flaw, Window},
};
