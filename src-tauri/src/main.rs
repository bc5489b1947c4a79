//! `earnest-desktop`: the window, and everything behind it.

// No console window beside ours; a debug build keeps it for what it prints.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    earnest_desktop_lib::desktop()
}
