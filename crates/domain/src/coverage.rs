//! Where contributions come from: a map that tells of places and not of people.
//!
//! Contributions with a place become [`Sighting`]s: a person, a [`Cell`] of H3, a day. Once an [`Epoch`] (a week), [`publish`] makes
//! a [`Coverage`] of them, which everybody may see, and a [`NeedTable`] follows from that alone. What is private at a person's home
//! and work never gets so far: their device leaves it out ([`PrivateCells`]).
//!
//! **Guaranteed**, whatever is contributed and whatever is known from elsewhere:
//! - Behind each cell that is shown stand at least `k` people, who were there within one epoch; behind a number, at least so many.
//! - A map says nothing of the epoch that is not over.
//! - Each epoch is counted by itself, at one resolution. No two published numbers are of sets of which one holds the other, so
//!   nothing is told by their difference: not between overlapping weeks, nor between a cell and its parent.
//! - Who is erased is not counted in the next map, in no epoch.
//! - The need of a cell that is not shown is the default, whether four people were there or nobody.
//! - No sighting in a cell that the device was told to keep private, or beside one.
//!
//! **Only made improbable**: that a map changes because of one person, and that somebody sees it. Each cell has a threshold of its own,
//! `k` to `k + 3`, that only the hub knows; numbers and ages come in steps.
//!
//! **Not stopped**: accounts are people to this module. An attacker with as many as a cell's threshold, and some weeks in which nobody
//! else comes to the cell, can find its threshold by adding one account after another; from then on they see whether one more person
//! comes. So a hub that publishes a map has to make accounts dear, and leave out (before it calls [`publish`]) those it has flagged.
//! Nor is a group protected as a group: that five of one household were at the lake is shown as five people at the lake.

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
