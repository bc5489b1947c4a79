//! The world that the journeys happen in: real processes, a real endpoint, a real hub, real ONNX Runtime.
//!
//! Nothing here is a stand-in. A journey starts the programs that a person would start, on folders of its own and free ports, and looks
//! at what a person would see. What it waits for, it waits for by the node's events.
#![allow(clippy::expect_used, clippy::panic, clippy::missing_panics_doc)] // a world that cannot be set up fails its test

mod browser;
mod device;
mod hub;
mod node;
mod page;
mod program;
mod replay;
mod window;

pub use browser::Browser;
pub use device::Device;
pub use hub::Hub;
pub use node::{Killed, Node, NodeOptions, earnest};
pub use page::{Kind, Page};
pub use program::{Program, binary, browser_binary};
pub use replay::{Replay, walk};
pub use window::Window;
