//! MQTT 3.1, 3.1.1 and 5: an endpoint that ends the devices' connections itself, and a client that plays recordings to one.
//!
//! The endpoint is no broker. A device publishes on its own topics, the [`Handler`] commits, then the acknowledgement goes out: a crash
//! between the two costs a duplicate, never a loss. Nothing is retained and nothing is passed on to other devices; a device may subscribe
//! to its own topics, as many do when they start, and nothing is sent there yet.
//!
//! | room | what it holds |
//! |---|---|
//! | [`handler`] | what the endpoint asks of whoever keeps the samples |
//! | `endpoint` | listening, accepting, stopping |
//! | `admission` | how many may connect, in all and from one address |
//! | `handshake` | CONNECT: who is it, and may they |
//! | `session` | what outlives a connection: takeover, half-done QoS 2, presence |
//! | `connection` | the loop of one connection: messages in, acknowledgements out |
//! | `end` | why a connection ended, and what follows |
//! | `dozing` | a stream that wakes nobody while it is left alone |
//! | `packets` | packets over a stream: the codec, and the memory that all connections share |
//! | `wire` | what MQTT 3.1.1 and 5 say differently |
//! | [`topics`] | whose topic is it |
//! | [`limits`] | every bound, in one place |
//! | [`credentials`] | passwords and their hashes |
//! | [`replay`] | a wearable's stand-in |

mod admission;
mod connection;
pub mod credentials;
mod dozing;
mod end;
mod endpoint;
pub mod handler;
mod handshake;
mod leisure;
pub mod limits;
mod packets;
pub mod replay;
mod session;
pub mod topics;
mod wire;

pub use endpoint::Endpoint;
pub use handler::{Answer, CommitError, Handler, Message, Taken};
pub use limits::Limits;
