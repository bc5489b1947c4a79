//! What people allow, and what they took back.

use std::collections::HashMap;

use earnest_domain::{
    consent::{Receipt, ReceiptId, Refusal, Withdrawal},
    identity::{BadSignature, PersonId},
    time::Timestamp,
};
use earnest_hub_api::{ContributionRefusal, ContributionsRequest};
use sqlx::SqliteConnection;

use crate::contributions::Stop;

/// The receipts of a request, with what became of their signatures. Checked before the database is locked.
pub(crate) struct Offered(HashMap<ReceiptId, Result<Receipt, BadSignature>>);

impl Offered {
    pub(crate) fn of(request: &ContributionsRequest) -> Self {
        let mut offered = HashMap::new();
        for receipt in &request.receipts {
            let verified = receipt.verify().map(|()| receipt.clone());
            // A forged copy does not push out the real one.
            if verified.is_ok() || !offered.contains_key(&receipt.id()) {
                offered.insert(receipt.id(), verified);
            }
        }
        Self(offered)
    }
}

/// The live receipt of that person: kept from before, or offered with the request.
pub(crate) async fn live(
    connection: &mut SqliteConnection,
    offered: &Offered,
    id: ReceiptId,
    person: PersonId,
) -> Result<Receipt, Stop> {
    let receipt = match kept(connection, id).await? {
        Some(receipt) => receipt,
        None => match offered.0.get(&id) {
            Some(Ok(receipt)) => receipt.clone(),
            Some(Err(BadSignature)) => return Err(ContributionRefusal::BadSignature.into()),
            None => return Err(ContributionRefusal::UnknownReceipt.into()),
        },
    };
    if receipt.person() != person {
        return Err(ContributionRefusal::ForeignPerson.into());
    }
    let withdrawn: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM withdrawals WHERE receipt = ? AND person = ?)")
        .bind(id.to_string())
        .bind(person.to_string())
        .fetch_one(connection)
        .await?;
    if withdrawn {
        Err(ContributionRefusal::Consent(Refusal::Withdrawn).into())
    } else {
        Ok(receipt)
    }
}

/// The receipt in the database; its signature is checked again.
pub(crate) async fn kept(connection: &mut SqliteConnection, id: ReceiptId) -> Result<Option<Receipt>, sqlx::Error> {
    let text: Option<String> = sqlx::query_scalar("SELECT text FROM receipts WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    text.map(|text| Receipt::from_text(&text))
        .transpose()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Keeps a receipt under which something is credited.
pub(crate) async fn keep(connection: &mut SqliteConnection, receipt: &Receipt, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT OR IGNORE INTO receipts (id, person, text, kept_at) VALUES (?, ?, ?, ?)")
        .bind(receipt.id().to_string())
        .bind(receipt.person().to_string())
        .bind(receipt.to_text())
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}

/// Records a withdrawal. The first one stays; later ones change nothing.
pub(crate) async fn withdraw(
    connection: &mut SqliteConnection,
    withdrawal: &Withdrawal,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let text = serde_json::to_string(withdrawal).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query("INSERT OR IGNORE INTO withdrawals (receipt, person, text, received_at) VALUES (?, ?, ?, ?)")
        .bind(withdrawal.body.receipt.to_string())
        .bind(withdrawal.body.person.to_string())
        .bind(text)
        .bind(now.micros())
        .execute(connection)
        .await?;
    Ok(())
}
