//! One file a command.

pub(crate) mod check;
pub(crate) mod consent;
pub(crate) mod events;
pub(crate) mod ledger;
pub(crate) mod node;
pub(crate) mod open;
pub(crate) mod pair;
pub(crate) mod quest;
pub(crate) mod replay;
pub(crate) mod status;
pub(crate) mod today;
