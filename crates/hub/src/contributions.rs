//! What people contribute: judged, credited once, and forgotten in time.

use std::collections::HashSet;

use earnest_domain::{
    consent::{Grant, Receipt, ReceiptId, Refusal, Request, Slug},
    contribution::{self, Contribution, ContributionBody, ContributionId, Fingerprint, MAX_WINDOWS},
    identity::PersonId,
    points,
    quest::{Kind, Quest},
    time::{Span, Timestamp},
    today::Day,
};
use earnest_hub_api::{ContributionRefusal, Credited};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::{
    identity::Identity,
    ledger::{self, Openings},
    quests::Quests,
    receipts::{self, Offered},
    undos,
};

const HOUR: Span = Span::from_seconds(3_600);

/// Why crediting ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// The contribution is not credited; the others of the request are.
    #[error(transparent)]
    Refused(#[from] ContributionRefusal),
    /// The whole request fails and nothing of it is recorded.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What a request is judged by.
pub(crate) struct Judge<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) quests: &'a Quests,
    pub(crate) offered: &'a Offered,
    /// Who signed; `None` when nobody did.
    pub(crate) person: Option<PersonId>,
    /// Hides whose the entries of this request are.
    pub(crate) openings: Openings<'a>,
    pub(crate) now: Timestamp,
}

impl Judge<'_> {
    /// Credits a contribution, or answers with what it was credited with before.
    pub(crate) async fn credit(&self, connection: &mut SqliteConnection, contribution: &Contribution) -> Result<Credited, Stop> {
        let body = contribution.verify().map_err(|_| ContributionRefusal::BadSignature)?;
        if self.person != Some(body.person) {
            return Err(ContributionRefusal::ForeignPerson.into());
        }
        // Before any other question: what was credited stays credited, whatever has ended or was taken back since.
        if undos::is_undone(connection, body.person, contribution.id()).await? {
            return Err(ContributionRefusal::Undone.into());
        }
        if let Some(earlier) = credited_to(connection, body.person, contribution.id()).await? {
            return Ok(earlier);
        }
        self.check_shape(body)?;
        let receipt = receipts::live(connection, self.offered, body.receipt, body.person).await?;
        let quest = self.quests.find(&body.quest, body.quest_version)?;
        let request = request(&self.identity.id, quest, receipt.grant(), body.hour);
        receipt.covers(&request, self.now).map_err(ContributionRefusal::Consent)?;
        check_goal(quest, body)?;
        check_open(connection, quest, body.person).await?;
        if is_taken(connection, body).await? {
            return Err(ContributionRefusal::AlreadyCredited.into());
        }
        if quest.kind == Kind::Daily && efforts(connection, body).await? >= quest.times {
            return Err(ContributionRefusal::TooManyTimes.into());
        }
        self.record(connection, contribution, &receipt, quest).await
    }

    fn check_shape(&self, body: &ContributionBody) -> Result<(), ContributionRefusal> {
        if !(1..=MAX_WINDOWS).contains(&body.fingerprints.len()) {
            Err(ContributionRefusal::TooLarge)
        } else if body.hour.micros().rem_euclid(HOUR.micros()) != 0 {
            // A finer time is more detail than a summary has.
            Err(Refusal::Precision.into())
        } else if body.hour > self.now.plus(HOUR) {
            // An hour of leave: clocks differ, and an honest contribution is not lost to that.
            Err(ContributionRefusal::TimeInFuture)
        } else {
            Ok(())
        }
    }

    async fn record(
        &self,
        connection: &mut SqliteConnection,
        contribution: &Contribution,
        receipt: &Receipt,
        quest: &Quest,
    ) -> Result<Credited, Stop> {
        let (id, body) = (contribution.id(), contribution.body());
        let digests = Digests::of(self.identity, body)?;
        let seen = digests.seen(connection, body.person).await?;
        let facts = contribution::facts(quest, body, |fingerprint| {
            seen.contains(&self.identity.digest(body.person, fingerprint))
        });
        let award = points::award(&facts);
        if ledger::pool(connection, &quest.id).await? < u64::from(award.points) {
            return Err(ContributionRefusal::BudgetSpent.into());
        }

        receipts::keep(connection, receipt, self.now).await?;
        sqlx::query(
            "INSERT INTO contributions (id, person, quest, quest_version, ordinal, receipt, award) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id.to_string())
        .bind(body.person.to_string())
        .bind(body.quest.as_str())
        .bind(body.quest_version)
        .bind(body.ordinal)
        .bind(body.receipt.to_string())
        .bind(serde_json::to_string(&award).map_err(|error| sqlx::Error::Encode(Box::new(error)))?)
        .execute(&mut *connection)
        .await?;
        sqlx::query("INSERT INTO payloads (contribution, text, erase_after) VALUES (?, ?, ?)")
            .bind(id.to_string())
            .bind(contribution.to_text())
            .bind(self.now.plus(retention(receipt, quest)).micros())
            .execute(&mut *connection)
            .await?;
        digests.remember(connection, body.person).await?;
        let (whose, of) = ((id, body.person), (quest.id.clone(), quest.version));
        let posted = ledger::award(connection, &self.openings, whose, of, facts, self.now).await?;
        Ok(Credited { id, award, posted })
    }
}

/// What the receipt is asked.
///
/// The hub knows the hour in which the capture ended and nothing finer; within it the person has the benefit of the doubt, since the
/// app asked the same receipt about the exact times. So the capture is taken to have started as late and ended as early as the grant
/// needs, but within the hour: a grant that has nothing of the hour still refuses.
fn request(recipient: &Slug, quest: &Quest, grant: &Grant, hour: Timestamp) -> Request {
    let last = hour.plus(HOUR).minus(Span::from_micros(1));
    Request {
        recipient: recipient.clone(),
        purpose: quest.ask.purpose.clone(),
        purpose_text: quest.ask.purpose_text.clone(),
        streams: quest.streams.clone(),
        devices: None,
        precision: quest.ask.precision,
        captured_from: grant.from.max(hour).min(last),
        captured_until: grant.until.min(last).max(hour),
    }
}

fn check_goal(quest: &Quest, body: &ContributionBody) -> Result<(), ContributionRefusal> {
    if quest.kind == Kind::Daily && !is_date_of(body.ordinal, body.hour) {
        Err(ContributionRefusal::WrongDay)
    } else if quest.kind != Kind::Daily && body.ordinal >= quest.times {
        Err(ContributionRefusal::TooManyTimes)
    } else if body.summary.label != quest.goal.label || body.summary.seconds < quest.goal.seconds {
        Err(ContributionRefusal::GoalNotReached)
    } else {
        Ok(())
    }
}

/// Whether it is that date somewhere on Earth at some time within the hour: clocks stand between 12 hours behind UTC and 14 ahead of it.
fn is_date_of(days: u32, hour: Timestamp) -> bool {
    let (first, last) = (Day::of(hour, -12 * 3_600), Day::of(hour.plus(HOUR), 14 * 3_600));
    i32::try_from(days).is_ok_and(|days| (first.days()..=last.days()).contains(&days))
}

/// Whether the person was paid for every quest that this one follows.
async fn check_open(connection: &mut SqliteConnection, quest: &Quest, person: PersonId) -> Result<(), Stop> {
    for before in &quest.after {
        let is_done: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM contributions WHERE person = ? AND quest = ? AND ordinal >= 0)")
                .bind(person.to_string())
                .bind(before.as_str())
                .fetch_one(&mut *connection)
                .await?;
        if !is_done {
            return Err(ContributionRefusal::NotOpen.into());
        }
    }
    Ok(())
}

/// How often the person was paid for the quest; what was undone has a negative ordinal.
async fn efforts(connection: &mut SqliteConnection, body: &ContributionBody) -> Result<u32, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM contributions WHERE person = ? AND quest = ? AND ordinal >= 0")
        .bind(body.person.to_string())
        .bind(body.quest.as_str())
        .fetch_one(connection)
        .await
}

/// As long as the person allows, and no longer than the quest asked for.
fn retention(receipt: &Receipt, quest: &Quest) -> Span {
    Span::from_days(i64::from(receipt.grant().retention_days.min(quest.ask.retention_days)))
}

/// The columns of [`ledger::credited`], of what was credited and not undone.
const CREDITED: &str = "SELECT c.id, c.award, e.leaf, o.opening FROM contributions c \
    JOIN entries e ON e.contribution = c.id AND e.reverses IS NULL JOIN owners o ON o.entry = e.number \
    WHERE NOT EXISTS (SELECT 1 FROM undos u WHERE u.contribution = c.id AND u.person = c.person)";

/// What a person's contribution was credited with, if it was and stayed.
pub(crate) async fn credited_to(
    connection: &mut SqliteConnection,
    person: PersonId,
    contribution: ContributionId,
) -> Result<Option<Credited>, sqlx::Error> {
    sqlx::query(AssertSqlSafe(format!("{CREDITED} AND c.id = ? AND c.person = ?")))
        .bind(contribution.to_string())
        .bind(person.to_string())
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(ledger::credited)
        .transpose()
}

async fn is_taken(connection: &mut SqliteConnection, body: &ContributionBody) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM contributions WHERE person = ? AND quest = ? AND ordinal = ?)")
        .bind(body.person.to_string())
        .bind(body.quest.as_str())
        .bind(body.ordinal)
        .fetch_one(connection)
        .await
}

/// The digests of a contribution's fingerprints, as a JSON array of hexadecimal: one statement asks or adds them all.
struct Digests(String);

impl Digests {
    fn of(identity: &Identity, body: &ContributionBody) -> Result<Self, sqlx::Error> {
        let hexadecimal = |print: &Fingerprint| hex::encode(identity.digest(body.person, print));
        let digests: Vec<String> = body.fingerprints.iter().map(hexadecimal).collect();
        serde_json::to_string(&digests)
            .map(Self)
            .map_err(|error| sqlx::Error::Encode(Box::new(error)))
    }

    async fn seen(&self, connection: &mut SqliteConnection, person: PersonId) -> Result<HashSet<[u8; 16]>, sqlx::Error> {
        let seen: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT digest FROM seen WHERE person = ? AND digest IN (SELECT unhex(value) FROM json_each(?))")
                .bind(person.to_string())
                .bind(&self.0)
                .fetch_all(connection)
                .await?;
        // The table holds digests of 16 bytes alone.
        Ok(seen.into_iter().filter_map(|digest| digest.try_into().ok()).collect())
    }

    async fn remember(&self, connection: &mut SqliteConnection, person: PersonId) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT OR IGNORE INTO seen (person, digest) SELECT ?, unhex(value) FROM json_each(?)")
            .bind(person.to_string())
            .bind(&self.0)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// Deletes what was contributed under a receipt.
pub(crate) async fn erase_under(connection: &mut SqliteConnection, receipt: ReceiptId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM payloads WHERE contribution IN (SELECT id FROM contributions WHERE receipt = ?)")
        .bind(receipt.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes what may not be kept any longer; says how many contributions that were.
pub(crate) async fn erase_expired(connection: &mut SqliteConnection, now: Timestamp) -> Result<u64, sqlx::Error> {
    let erased = sqlx::query("DELETE FROM payloads WHERE erase_after <= ?")
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(erased.rows_affected())
}

/// Everything that was ever credited under a receipt and not undone, in the order of the ledger.
pub(crate) async fn credited_under(connection: &mut SqliteConnection, receipt: ReceiptId) -> Result<Vec<Credited>, sqlx::Error> {
    sqlx::query(AssertSqlSafe(format!("{CREDITED} AND c.receipt = ? ORDER BY e.number")))
        .bind(receipt.to_string())
        .fetch_all(connection)
        .await?
        .iter()
        .map(ledger::credited)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use earnest_domain::{
        consent::{DeviceScope, Precision},
        identity::PersonKey,
    };

    use super::*;

    const HOUR_START: Timestamp = Timestamp::from_seconds(3_600 * 500_000);

    fn quest() -> Quest {
        Quests::built_in()
            .unwrap()
            .offered()
            .into_iter()
            .find(|quest| quest.id.as_str() == "first-steps")
            .unwrap()
    }

    /// What a grant of that time says to a contribution of the hour, asked a second into it.
    fn answer(from: i64, until: i64) -> Result<(), Refusal> {
        let quest = quest();
        let grant = Grant {
            purpose: quest.ask.purpose.clone(),
            purpose_text: Some(quest.ask.purpose_text.clone()),
            streams: quest.streams.clone(),
            devices: DeviceScope::All,
            precision: Precision::Summary,
            recipient: "hub-1".parse().unwrap(),
            retention_days: 90,
            from: HOUR_START.plus(Span::from_seconds(from)),
            until: HOUR_START.plus(Span::from_seconds(until)),
        };
        let before = Timestamp::from_seconds(0);
        let receipt = Receipt::give(grant, &PersonKey::from_seed(&[7; 32]), before).unwrap();
        receipt.covers(
            &request(&"hub-1".parse().unwrap(), &quest, receipt.grant(), HOUR_START),
            before,
        )
    }

    #[test]
    fn an_honest_contribution_is_never_lost_to_the_edges_of_the_hour() {
        assert_eq!(answer(-7_200, 7_200), Ok(()));
        assert_eq!(answer(3_500, 7_200), Ok(()), "granted late in the hour, walked after that");
        assert_eq!(answer(-7_200, 60), Ok(()), "walked in the first minute, ended with it");
        assert_eq!(answer(1_000, 1_060), Ok(()), "a grant of one minute");
        assert_eq!(answer(-7_200, 0), Ok(()), "walked until the very end, which begins the hour");
    }

    #[test]
    fn a_grant_that_has_nothing_of_the_hour_covers_nothing_of_it() {
        assert_eq!(answer(3_600, 7_200), Err(Refusal::CapturedBefore));
        assert_eq!(answer(-7_200, -1), Err(Refusal::Expired));
    }

    #[test]
    fn a_date_is_one_of_the_hour_wherever_the_person_is() {
        let noon = Timestamp::from_seconds(20_000 * 86_400 + 12 * 3_600);
        let dates = |hour: i64| -> Vec<u32> {
            let at = noon.plus(Span::from_seconds(hour * 3_600));
            (19_990..20_010).filter(|&days| is_date_of(days, at)).collect()
        };
        assert_eq!(dates(0), [20_000, 20_001], "it is tomorrow already in Kiribati (UTC+14)");
        assert_eq!(
            dates(-1),
            [19_999, 20_000, 20_001],
            "and yesterday still on Baker Island (UTC-12)"
        );
        assert_eq!(dates(-4), [19_999, 20_000]);
        assert!(!is_date_of(u32::MAX, noon));
    }

    #[test]
    fn no_hour_overflows() {
        let quest = quest();
        let recipient = "hub-1".parse().unwrap();
        let grant = Grant {
            purpose: quest.ask.purpose.clone(),
            purpose_text: Some(quest.ask.purpose_text.clone()),
            streams: quest.streams.clone(),
            devices: DeviceScope::All,
            precision: Precision::Summary,
            recipient,
            retention_days: u16::MAX,
            from: Timestamp::from_micros(i64::MIN),
            until: Timestamp::from_micros(i64::MAX),
        };
        for micros in [i64::MIN, -1, 0, i64::MAX] {
            let request = request(&grant.recipient, &quest, &grant, Timestamp::from_micros(micros));
            assert!(request.captured_from <= request.captured_until);
        }
    }
}
