//! Whole journeys over real parts, one file a journey.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod a_capture;
mod a_change_of_hub;
mod a_change_of_mind;
mod a_difficult_hub;
#[cfg(target_os = "linux")] // where a limit can be set from outside
mod a_full_disk;
mod a_sum_that_anyone_can_check;
mod bad_input;
mod first_quest;
mod in_the_browser;
// macOS offers no driver for its web view.
#[cfg(not(target_os = "macos"))]
mod in_the_window;
mod kill_at_any_moment;
mod nothing_leaves_uninvited;
