//! The hub: collects what people contribute, checks each contribution against the receipt that it names, and credits it once.
//!
//! Every change is one transaction, durable before it is answered, so that a hub that is killed at any instant has either taken a
//! request whole or not at all, and a request that is sent again changes nothing. What was credited stays in an append-only ledger;
//! what was contributed is erased when its receipt is withdrawn or its time is over.
//!
//! A hub runs as a program of its own (`earnest-hub serve`) or inside of another, see [`Hub::serve`].

mod contributions;
mod identity;
mod ledger;
mod quests;
mod receipts;
mod sealing;
mod server;
mod store;
mod undos;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use earnest_domain::{
    consent::{Slug, Withdrawal},
    ledger::{Head, SignedHead},
    quest::{Quest, SignedQuest},
    time::Timestamp,
};
use earnest_hub_api::{
    ContributionResult, ContributionsReply, ContributionsRequest, HubInfo, Inquiry, InquiryReply, LogPage, MAX_PROOFS, Outcome,
    PROTOCOL, ProblemCode, Proofs, ProofsRequest, Undo, UndoReply, WithdrawalReply,
};
use sqlx::SqlitePool;
use zeroize::Zeroizing;

use crate::{
    contributions::{Judge, Stop},
    identity::Identity,
    ledger::Openings,
    receipts::Offered,
};
pub use crate::{
    quests::{Quests, QuestsError},
    store::{DatabaseKey, InvalidLocation, Location},
};

/// Tells the time. Given by the caller, so that a test can be at any instant.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A hub that has not started. What its database holds is unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The file cannot be made or opened.
    #[error("the database {} cannot be opened: {source}; nothing was changed", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A newer hub wrote the database.
    #[error("the database {} was written by another version of earnest-hub; use that one. Nothing was changed", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
    },
    /// The database is encrypted, and not with this key.
    #[error(
        "the database {} was encrypted with another key, that of the vault it belongs to. Nothing was changed: put that vault's \
         folder back as it was, or move this file away to begin with an empty hub",
        path.display()
    )]
    OtherKey {
        /// Which file.
        path: PathBuf,
    },
    /// The database does not answer as it should.
    #[error("the database does not work: {0}; what was credited is kept")]
    Database(#[from] sqlx::Error),
    /// The system has no random bytes.
    #[error("the system gives no random bytes, without which a hub cannot make its id; nothing was changed")]
    NoRandomness,
}

impl StartError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "database_file",
            Self::Newer { .. } => "database_newer",
            Self::OtherKey { .. } => "database_key",
            Self::Database(_) => "database",
            Self::NoRandomness => "no_randomness",
        }
    }
}

/// A request that failed as a whole, with nothing of it recorded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("refused: {0:?}")]
    Refused(ProblemCode),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// Bytes that nobody can guess.
fn random() -> Result<Zeroizing<[u8; 32]>, NoRandomness> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

struct NoRandomness;

impl From<NoRandomness> for Failure {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl From<NoRandomness> for StartError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

/// A hub over its open database. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    pool: SqlitePool,
    identity: Identity,
    name: String,
    quests: Quests,
    /// Those that are offered, and signed.
    offered: Vec<(Quest, SignedQuest)>,
    clock: Clock,
}

impl Hub {
    /// Opens the hub whose database is the file `database`; makes it when it is not there.
    ///
    /// `name` is what people read on their screens.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open(database: &Path, name: &str, quests: Quests, clock: Clock) -> Result<Self, StartError> {
        Self::over(store::open(database, None).await?, name, quests, clock).await
    }

    /// As [`Hub::open`], with every byte of the database encrypted by `key`. One that is in the clear is taken over: it is replaced by
    /// an encrypted one that holds the same. The caller alone uses the file.
    ///
    /// # Errors
    /// [`StartError`]; [`StartError::OtherKey`] when another key encrypted it.
    pub async fn open_encrypted(
        database: &Path,
        key: DatabaseKey,
        name: &str,
        quests: Quests,
        clock: Clock,
    ) -> Result<Self, StartError> {
        Self::over(store::open(database, Some(&key)).await?, name, quests, clock).await
    }

    async fn over(pool: SqlitePool, name: &str, quests: Quests, clock: Clock) -> Result<Self, StartError> {
        let (mut id_bytes, mut seen_key) = ([0; 4], [0; 32]);
        getrandom::fill(&mut id_bytes).map_err(|_| StartError::NoRandomness)?;
        getrandom::fill(&mut seen_key).map_err(|_| StartError::NoRandomness)?;
        let mut signing_seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *signing_seed).map_err(|_| StartError::NoRandomness)?;
        let identity = Identity::load_or_make(&mut *pool.acquire().await?, id_bytes, seen_key, &signing_seed).await?;
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        let hiding = random()?;
        ledger::enter_earlier(&mut transaction, &Openings(&hiding)).await?;
        ledger::fund(&mut transaction, &quests.offered(), clock()).await?;
        transaction.commit().await?;
        let sign = |quest: &Quest| SignedQuest::sign(quest.clone(), &identity.id, &identity.key);
        let offered = quests.offered().into_iter().map(|quest| (sign(&quest), quest));
        let offered: Vec<(Quest, SignedQuest)> = offered.map(|(signed, quest)| (quest, signed)).collect();
        Ok(Self(Arc::new(Inner {
            pool,
            name: name.to_owned(),
            offered,
            identity,
            quests,
            clock,
        })))
    }

    /// The hub's name in records: the recipient that a grant names.
    pub fn id(&self) -> &Slug {
        &self.0.identity.id
    }

    /// Who the hub is and what it asks for: the quests whose pools can pay one more contribution.
    ///
    /// # Errors
    /// When the database does not work.
    pub async fn info(&self) -> Result<HubInfo, sqlx::Error> {
        let Inner {
            identity, name, offered, ..
        } = &*self.0;
        let mut connection = self.0.pool.acquire().await?;
        let mut quests = Vec::with_capacity(offered.len());
        for (quest, signed) in offered {
            if ledger::pool(&mut connection, &quest.id).await? >= u64::from(quest.points.cap) {
                quests.push(signed.clone());
            }
        }
        Ok(HubInfo {
            id: identity.id.clone(),
            name: name.clone(),
            protocol: PROTOCOL,
            key: identity.key.id(),
            quests,
        })
    }

    /// Erases what may not be kept any longer; says of how many contributions. Their awards stay.
    ///
    /// [`Hub::serve`] calls it at the start and every hour.
    ///
    /// # Errors
    /// When the database does not work; what was not erased is erased by the next call.
    pub async fn erase_expired(&self, now: Timestamp) -> Result<u64, sqlx::Error> {
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let erased = contributions::erase_expired(&mut transaction, now).await?;
        transaction.commit().await?;
        store::empty_log(&self.0.pool).await?;
        Ok(erased)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    pub(crate) async fn close(&self) {
        self.0.pool.close().await;
    }

    /// Credits what can be credited, in one transaction.
    pub(crate) async fn contribute(&self, request: &ContributionsRequest) -> Result<ContributionsReply, Failure> {
        let Inner {
            pool, identity, quests, ..
        } = &*self.0;
        let hiding = random()?;
        // Signatures are checked before the database is locked.
        let offered = Offered::of(request);
        let signed = request
            .contributions
            .iter()
            .find_map(|contribution| contribution.verify().ok());
        let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
        let judge = Judge {
            identity,
            quests,
            offered: &offered,
            person: signed.map(|body| body.person),
            openings: Openings(&hiding),
            // By the clock of its turn, not of its arrival: whoever was told meanwhile that it is not there can rely on it.
            now: self.now(),
        };
        let mut results = Vec::with_capacity(request.contributions.len());
        for contribution in &request.contributions {
            let outcome = match judge.credit(&mut transaction, contribution).await {
                Ok(credited) => Outcome::Awarded {
                    award: credited.award,
                    posted: Box::new(credited.posted),
                },
                Err(Stop::Refused(refusal)) => Outcome::Refused {
                    code: refusal.code().to_owned(),
                    reason: refusal.to_string(),
                },
                Err(Stop::Database(error)) => return Err(error.into()),
            };
            results.push(ContributionResult {
                id: contribution.id(),
                outcome,
            });
        }
        let points = match judge.person {
            Some(person) => ledger::balance(&mut transaction, person).await?,
            None => 0,
        };
        transaction.commit().await?;
        Ok(ContributionsReply { results, points })
    }

    /// Tells a person which of their contributions are credited. Changes nothing.
    pub(crate) async fn inquire(&self, inquiry: &Inquiry) -> Result<InquiryReply, Failure> {
        let body = inquiry.verify().map_err(|_| Failure::Refused(ProblemCode::BadSignature))?;
        // After whatever is being credited, and by the clock of then.
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let now = self.now();
        let mut awards = Vec::new();
        for id in &body.contributions {
            awards.extend(contributions::credited_to(&mut transaction, body.person, *id).await?);
        }
        awards.sort_by_key(|credited| credited.posted.entry.number);
        awards.dedup();
        let points = ledger::balance(&mut transaction, body.person).await?;
        Ok(InquiryReply { awards, now, points })
    }

    /// Takes a contribution back: erases it, and moves its award back.
    pub(crate) async fn undo(&self, undo: &Undo) -> Result<UndoReply, Failure> {
        let body = undo.verify().map_err(|_| Failure::Refused(ProblemCode::BadSignature))?;
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        let reversal = undos::undo(&mut transaction, undo, self.now()).await?;
        let points = ledger::balance(&mut transaction, body.person).await?;
        transaction.commit().await?;
        store::empty_log(&self.0.pool).await?;
        Ok(UndoReply { reversal, points })
    }

    /// The newest head of the log, signed.
    pub(crate) async fn checkpoint(&self) -> Result<SignedHead, Failure> {
        let head = ledger::newest_head(&mut *self.0.pool.acquire().await?).await?;
        self.sign(head)
    }

    fn sign(&self, head: Head) -> Result<SignedHead, Failure> {
        let Identity { id, key, .. } = &self.0.identity;
        SignedHead::sign(head, id, key).map_err(|error| Failure::Database(sqlx::Error::Encode(Box::new(error))))
    }

    /// Proves the newest head and what stands under it; `None` where the log does not reach as far as is asked.
    pub(crate) async fn prove(&self, request: &ProofsRequest) -> Result<Option<Proofs>, Failure> {
        let mut transaction = self.0.pool.begin().await?;
        let head = ledger::newest_head(&mut transaction).await?;
        if request.old > head.size || request.entries.iter().any(|&entry| entry >= head.size) {
            return Ok(None);
        }
        let proved = ledger::prove(&mut transaction, head.size, request.old, &request.entries).await?;
        Ok(Some(Proofs {
            checkpoint: self.sign(head)?,
            consistency: proved.consistency,
            inclusions: proved.inclusions,
        }))
    }

    /// A part of the log.
    pub(crate) async fn entries(&self, from: u64) -> Result<LogPage, Failure> {
        let entries = ledger::entries(&mut *self.0.pool.acquire().await?, from, MAX_PROOFS).await?;
        Ok(LogPage { entries })
    }

    /// Takes a receipt back: erases what was contributed under it and refuses what comes later.
    pub(crate) async fn withdraw(&self, withdrawal: &Withdrawal) -> Result<WithdrawalReply, Failure> {
        let body = withdrawal.verify().map_err(|_| Failure::Refused(ProblemCode::BadSignature))?;
        let mut transaction = self.0.pool.begin_with("BEGIN IMMEDIATE").await?;
        if receipts::kept(&mut transaction, body.receipt)
            .await?
            .is_some_and(|receipt| receipt.person() != body.person)
        {
            return Err(Failure::Refused(ProblemCode::ForeignPerson));
        }
        receipts::withdraw(&mut transaction, withdrawal, self.now()).await?;
        contributions::erase_under(&mut transaction, body.receipt).await?;
        let awards = contributions::credited_under(&mut transaction, body.receipt).await?;
        let points = ledger::balance(&mut transaction, body.person).await?;
        transaction.commit().await?;
        // Only now is it true that the data is gone.
        store::empty_log(&self.0.pool).await?;
        Ok(WithdrawalReply {
            erased: u32::try_from(awards.len()).unwrap_or(u32::MAX),
            awards,
            points,
        })
    }
}
