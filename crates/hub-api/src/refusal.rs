//! Why a hub does not credit a contribution.

use earnest_domain::consent::Refusal;

/// Why one contribution was not credited. Nothing of it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContributionRefusal {
    /// The receipt does not allow it.
    #[error("{0}; nothing of it was kept")]
    Consent(#[from] Refusal),
    /// The contribution, or the receipt that it names, was altered.
    #[error("the signature does not fit the record; nothing of it was kept")]
    BadSignature,
    /// The receipt that it names was neither sent nor known.
    #[error("the hub does not know the receipt that this names; send the receipt with it. Nothing of it was kept")]
    UnknownReceipt,
    /// The hub offers no such quest.
    #[error("this hub offers no such quest; nothing of it was kept")]
    UnknownQuest,
    /// The quest is not, or no longer, offered in that version.
    #[error("this hub does not offer the quest in that version; nothing of it was kept")]
    QuestVersion,
    /// The summary does not fill the quest.
    #[error("this does not reach the goal of the quest; nothing of it was kept")]
    GoalNotReached,
    /// The quest can be done fewer times than that.
    #[error("the quest cannot be done that many times; nothing of it was kept")]
    TooManyTimes,
    /// The day that it is for is no date of the hour in which it was captured.
    #[error("this was captured on another day than it says; check the clock. Nothing of it was kept")]
    WrongDay,
    /// The quest follows another one, which was not paid.
    #[error("this quest follows one that is not done yet; nothing of it was kept")]
    NotOpen,
    /// Another contribution was credited for the same time of the same quest.
    #[error("another contribution was credited for this already; nothing of it was kept")]
    AlreadyCredited,
    /// The receipt, or the rest of the request, is somebody else's.
    #[error("this belongs to another person; nothing of it was kept")]
    ForeignPerson,
    /// It sums up no window, or more than one contribution may.
    #[error("a contribution sums up 1 to 17280 windows; nothing of it was kept")]
    TooLarge,
    /// Its person took it back.
    #[error("you took this back; nothing of it is kept")]
    Undone,
    /// The pool of the quest cannot pay it.
    #[error("this quest has paid out all that it had; nothing of it was kept")]
    BudgetSpent,
    /// It tells of an hour that has not come yet.
    #[error("this was captured later than now; check the clock. Nothing of it was kept")]
    TimeInFuture,
}

impl ContributionRefusal {
    /// Stable code, as on the wire. Those of [`Refusal::code`] are used as they are.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Consent(refusal) => refusal.code(),
            Self::BadSignature => "bad_signature",
            Self::UnknownReceipt => "unknown_receipt",
            Self::UnknownQuest => "unknown_quest",
            Self::QuestVersion => "quest_version",
            Self::GoalNotReached => "goal_not_reached",
            Self::TooManyTimes => "too_many_times",
            Self::WrongDay => "wrong_day",
            Self::NotOpen => "quest_not_open",
            Self::AlreadyCredited => "already_credited",
            Self::ForeignPerson => "foreign_person",
            Self::TooLarge => "too_large",
            Self::Undone => "undone",
            Self::BudgetSpent => "budget_spent",
            Self::TimeInFuture => "time_in_future",
        }
    }
}
