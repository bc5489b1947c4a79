//! One entry: what happened, and what it moved.

use serde::{Deserialize, Serialize};

use super::{Account, LedgerError, LogHash, Opening};
use crate::{
    canonical,
    consent::Slug,
    contribution::ContributionId,
    identity::PersonId,
    points::{self, Award, Facts},
    time::Timestamp,
};

/// What an account gains, or gives where it is below zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// Which.
    pub account: Account,
    /// Whole points.
    pub points: i64,
}

/// Why a reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReversalReason {
    /// The person took the contribution back.
    Undone,
    /// The person was forgotten.
    Erased,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// The hub put points into the pool of a quest.
    Funding {
        /// Which.
        quest: Slug,
    },
    /// A contribution was credited.
    Award {
        /// Which.
        contribution: ContributionId,
        /// For which quest, whose pool pays.
        quest: Slug,
        /// In which version.
        version: u32,
        /// What the points follow from.
        facts: Facts,
    },
    /// An award was moved back into its pool.
    Reversal {
        /// The number of the award's entry.
        of: u64,
        /// Which contribution that was.
        contribution: ContributionId,
        /// Why.
        reason: ReversalReason,
    },
}

/// A leaf of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place in the log, from 0.
    pub number: u64,
    /// The hour in which it was written (UTC), and no finer time: the log is for everybody to read.
    pub hour: Timestamp,
    /// What happened.
    pub what: Event,
    /// What it moved: the giving account, then the gaining one.
    pub postings: [Posting; 2],
}

impl Entry {
    /// Points for the pool of a quest.
    pub fn funding(number: u64, now: Timestamp, quest: Slug, points: u32) -> Self {
        let postings = moved(Account::Issuance, Account::Pool(quest.clone()), points);
        Self {
            number,
            hour: now.hour(),
            what: Event::Funding { quest },
            postings,
        }
    }

    /// What a contribution earns, from the pool of its quest to its person.
    pub fn award(number: u64, now: Timestamp, contribution: ContributionId, quest: (Slug, u32), facts: Facts, to: Account) -> Self {
        let (quest, version) = quest;
        let points = points::award(&facts).points;
        Self {
            number,
            hour: now.hour(),
            postings: moved(Account::Pool(quest.clone()), to, points),
            what: Event::Award {
                contribution,
                quest,
                version,
                facts,
            },
        }
    }

    /// The same moved back; `None` where `self` is no award.
    #[must_use]
    pub fn reversed(&self, number: u64, now: Timestamp, reason: ReversalReason) -> Option<Self> {
        let Event::Award { contribution, .. } = self.what else {
            return None;
        };
        let [from, to] = self.postings.clone();
        let points = to.points;
        Some(Self {
            number,
            hour: now.hour(),
            what: Event::Reversal {
                of: self.number,
                contribution,
                reason,
            },
            postings: [
                Posting {
                    account: to.account,
                    points: -points,
                },
                Posting {
                    account: from.account,
                    points,
                },
            ],
        })
    }

    /// The points that the entry moves.
    pub fn moves(&self) -> i64 {
        self.postings[1].points
    }

    /// Whether the entry balances, moves what its event says between the accounts that it says, and pays what its facts give.
    ///
    /// Of a reversal the award itself has to be asked, see [`Posted::check_reversal`].
    ///
    /// # Errors
    /// [`LedgerError::Unbalanced`], [`LedgerError::OtherPoints`].
    pub fn check(&self) -> Result<(), LedgerError> {
        let [from, to] = &self.postings;
        if from.points.checked_neg() != Some(to.points) || to.points < 0 {
            return Err(LedgerError::Unbalanced);
        }
        match (&self.what, &from.account, &to.account) {
            (Event::Funding { quest }, Account::Issuance, Account::Pool(pool)) if quest == pool => Ok(()),
            (Event::Award { quest, facts, .. }, Account::Pool(pool), Account::Person(_)) if quest == pool => {
                let due = points::award(facts).points;
                if to.points == i64::from(due) {
                    Ok(())
                } else {
                    Err(LedgerError::OtherPoints { paid: to.points, due })
                }
            }
            (Event::Reversal { of, .. }, Account::Person(_), Account::Pool(_)) if *of < self.number => Ok(()),
            _ => Err(LedgerError::Unbalanced),
        }
    }

    /// The bytes of the leaf, as text.
    pub fn to_text(&self) -> String {
        String::from_utf8(canonical::bytes(self)).unwrap_or_default()
    }

    /// Reads a leaf; `None` where it is none, or not in its one spelling.
    pub fn from_text(text: &str) -> Option<Self> {
        canonical::read(text.as_bytes())
    }

    /// Its hash in the tree (RFC 9162, section 2.1.1).
    pub fn hash(&self) -> LogHash {
        LogHash::of_leaf(&canonical::bytes(self))
    }
}

fn moved(from: Account, to: Account, points: u32) -> [Posting; 2] {
    let points = i64::from(points);
    [
        Posting {
            account: from,
            points: -points,
        },
        Posting { account: to, points },
    ]
}

/// An entry, and what shows its person that it is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posted {
    /// What stands in the ledger.
    pub entry: Entry,
    /// Opens the person's account in it.
    pub opening: Opening,
}

impl Posted {
    /// Whether this pays that award to that person for that contribution.
    ///
    /// # Errors
    /// [`LedgerError`] says what does not fit.
    pub fn check_award(&self, person: PersonId, contribution: ContributionId, award: &Award) -> Result<(), LedgerError> {
        self.entry.check()?;
        let theirs = Account::of(person, &self.opening);
        match &self.entry.what {
            Event::Award {
                contribution: of, facts, ..
            } if *of == contribution && self.entry.postings[1].account == theirs => {
                let due = points::award(facts);
                if due == *award {
                    Ok(())
                } else {
                    Err(LedgerError::OtherPoints {
                        paid: award.points.into(),
                        due: due.points,
                    })
                }
            }
            _ => Err(LedgerError::Foreign),
        }
    }

    /// Whether this moves that award back, whole, to where it came from.
    ///
    /// # Errors
    /// [`LedgerError`] says what does not fit.
    pub fn check_reversal(&self, award: &Entry) -> Result<(), LedgerError> {
        self.entry.check()?;
        let Event::Reversal { reason, .. } = self.entry.what else {
            return Err(LedgerError::Foreign);
        };
        match award.reversed(self.entry.number, self.entry.hour, reason) {
            Some(due) if due == self.entry => Ok(()),
            _ => Err(LedgerError::Foreign),
        }
    }
}
