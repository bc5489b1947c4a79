//! Where contributions come from: a map that tells of places and not of people.
//!
//! Contributions with a place become [`Sighting`]s: a person, a [`Cell`] of H3, a day. Once an [`Epoch`] (a week), [`publish`]
//! makes a [`Coverage`] of them, which everybody may see, and a [`NeedTable`] follows from that alone. What is private at a
//! person's home and work never gets so far: their device leaves it out ([`PrivateCells`]).
//!
//! **Guaranteed**, whatever is contributed and whatever is known from elsewhere:
//! - Behind each cell that is shown stand at least `k` people (keys, to the hub), who were there within one epoch; behind a number,
//!   so many.
//! - A map says nothing of the epoch that is not over.
//! - Each epoch is counted by itself, at one resolution: no difference of overlapping weeks, or of a cell and its parent, is
//!   published.
//! - Who is erased is not counted in the next map, in no epoch.
//! - The need of a cell that is not shown is the default, whether four people were there or nobody.
//! - No sighting in a cell that the device was told to keep private, or beside one.
//!
//! **Only made improbable**: that somebody who sees a map change can tell who changed it. The map does follow from single people:
//! in the simulated region of the tests (2,000 people, 817 cells, half of them with too few, twelve weeks) every third map would
//! differ in a cell without a given person, and every third person changes the next map by leaving. What hides them is that nobody
//! but the hub knows the number behind a step, nor the threshold, which each cell has of its own (`k` to `k + 3`):
//! - With everybody's home and work and four visits of each known, the maps do not help to guess where somebody was in a week, and
//!   a guess is about as often right of somebody with the same habits who is on no map.
//! - When a cell appears, the best guess of who was there is right in 61 % of cases; the same people are there in 53 % of all
//!   weeks.
//! - Four accounts of an attacker's own, in an otherwise empty cell, show a victim's visit in one cell of four, and so do 5 to 7.
//!
//! This is not differential privacy: noise would protect against whoever knows all but one person, but it would also show cells
//! where nobody was, or tell of fewer than `k`.
//!
//! **Not stopped**: accounts are people to this module. An attacker with as many as a cell's threshold, and some weeks in which
//! nobody else comes to the cell, can find its threshold by adding one account after another; from then on they see whether one
//! more person comes. So a hub that publishes a map has to make accounts dear, and leave out (before it calls [`publish`]) those it
//! has flagged. Where somebody is erased, or a contribution comes late, two maps count the same week twice, and their difference is
//! of those people, as far as a step is crossed. Nor is a group protected as a group: that five of one household were at the lake
//! is shown as five people at the lake.

mod cell;
mod need;
mod private;
mod publish;
mod terms;

pub use self::{
    cell::{Cell, InvalidCell, Resolution},
    need::{NeedTable, NeedTableId, UNKNOWN},
    private::{PrivateCells, Visit, leave_out_private},
    publish::{Coverage, Covered, Sighting, publish},
    terms::{Epoch, LEAST_K, MapKey, Policy, Terms, TermsError},
};

#[cfg(test)]
mod tests;
