//! Whole journeys over real parts, one file a journey.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod a_difficult_hub;
mod bad_input;
mod first_quest;
mod kill_at_any_moment;
