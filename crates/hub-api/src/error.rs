//! Why a hub could not be asked, or did not answer as it should.

/// A request that did not end well. Nothing is lost by it: what was to be sent stays where it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The address is no hub's address.
    #[error("this is no address of a hub: {0}. It starts with http:// or https://")]
    Address(String),
    /// No connection: nothing was sent.
    #[error("the hub cannot be reached; what waits to be sent is kept and will be sent later")]
    NoConnection,
    /// The connection broke before the reply was whole.
    #[error("the hub cannot be reached; what waits to be sent is kept and will be sent later")]
    Unreachable,
    /// No whole reply in time.
    #[error("the hub did not answer in time; what waits to be sent is kept and will be sent later")]
    Timeout,
    /// The hub has trouble of its own (a status from 500 on, 408 or 429).
    #[error("the hub has trouble (status {0}); what waits to be sent is kept and will be sent later")]
    Server(u16),
    /// The hub understood the request and refuses it as a whole.
    #[error("the hub refuses this: {reason}")]
    Refused {
        /// Stable code of the hub's problem document, see [`crate::ProblemCode::code`].
        code: String,
        /// What the hub says, cut to what a screen shows.
        reason: String,
    },
    /// A hub that is known signs with another key than before: it lost its own, or something else has taken its place.
    #[error(
        "what answers there calls itself the hub that you know, and signs with another key. Nothing was sent to it, and what waits is kept. Ask whoever runs the hub before you go on"
    )]
    OtherKey,
    /// The newest head of its log does not continue the last one that was seen.
    #[error(
        "the hub rewrote its ledger: what it signs now does not continue what it signed before. Both are kept as evidence, nothing more is contributed to it, and what you earned stands in your history and your export. Ask whoever runs the hub"
    )]
    LedgerRewritten,
    /// Something that it paid does not stand in its log as it said.
    #[error(
        "the hub's ledger does not hold what it says that it paid: {0}. Nothing more is contributed to it until it does; what you earned stands in your history"
    )]
    NotInLedger(String),
    /// What answers at the address does not speak this contract: another program, a log-in page, or a hub of another version.
    #[error("what answers there is no hub that this version of Earnest understands: {0}")]
    Protocol(String),
}

impl HubError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Address(_) => "hub_address",
            Self::NoConnection | Self::Unreachable => "hub_unreachable",
            Self::Timeout => "hub_timeout",
            Self::Server(_) => "hub_server",
            Self::Refused { code, .. } => code,
            Self::OtherKey => "hub_other_key",
            Self::LedgerRewritten => "ledger_rewritten",
            Self::NotInLedger(_) => "not_in_ledger",
            Self::Protocol(_) => "hub_protocol",
        }
    }

    /// Whether the same request may succeed later without anybody changing anything. The others want a person's attention.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::NoConnection | Self::Unreachable | Self::Timeout | Self::Server(_))
    }
}
