//! The contract between an engine and a hub: what they say to each other, and the client that says it.
//!
//! | request | body | reply |
//! |---|---|---|
//! | `GET /v1/hub` | | [`HubInfo`] |
//! | `POST /v1/contributions` | [`ContributionsRequest`] | [`ContributionsReply`] |
//! | `POST /v1/inquiries` | [`Inquiry`] | [`InquiryReply`] |
//! | `POST /v1/withdrawals` | [`earnest_domain::consent::Withdrawal`] | [`WithdrawalReply`] |
//! | `POST /v1/undos` | [`Undo`] | [`UndoReply`] |
//! | `POST /v1/log/proofs` | [`ProofsRequest`] | [`Proofs`] |
//! | `GET /v1/schemas/quest` | | the JSON Schema of manifests |
//! | `GET /v1/log/checkpoint` | | [`earnest_domain::ledger::SignedHead`], as plain text |
//! | `GET /v1/log/entries?from=0` | | [`LogPage`] |
//!
//! Everything is JSON. What is wrong with a whole request comes back as a [`Problem`]; what is wrong with one contribution, as the
//! outcome of that contribution, so that one bad apple does not hold up the others. There is no session and no password: the
//! signatures inside of the bodies say who speaks, and a balance is told in answer to a signature alone.
//!
//! The client believes nothing that it can check: an engine recomputes each award and compares.

mod client;
mod error;
mod problem;
mod refusal;
mod wire;

pub use client::{HubClient, Timeouts};
pub use error::HubError;
pub use problem::{Problem, ProblemCode};
pub use refusal::ContributionRefusal;
pub use wire::{
    ContributionResult, ContributionsReply, ContributionsRequest, Credited, HubInfo, Inquiry, InquiryBody, InquiryReply, LogPage,
    Outcome, Proofs, ProofsRequest, Undo, UndoBody, UndoReply, WithdrawalReply,
};

/// The version of this contract. Both sides have to speak the same.
pub const PROTOCOL: u32 = 3;
/// The most contributions in one request, or in one question about them.
pub const MAX_CONTRIBUTIONS: usize = 64;
/// The most entries that are proved, or told, in one reply.
pub const MAX_PROOFS: usize = 256;
/// The most receipts in one request.
pub const MAX_RECEIPTS: usize = 64;
/// The most bytes in the body of a request.
pub const MAX_REQUEST_BYTES: usize = 1 << 20;
/// The most bytes that the client reads of a reply.
pub const MAX_REPLY_BYTES: usize = 4 << 20;
