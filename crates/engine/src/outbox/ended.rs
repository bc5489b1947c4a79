//! What waits under a permission that ended while the hub was away.
//!
//! Nothing more leaves under it, not even to ask. What never left stays, and counts for the next permission. Of what was tried before, the
//! hub alone knows whether it arrived: it is asked by the ids, and takes nothing new under an ended receipt.

use earnest_domain::{
    consent::{Refusal, Slug},
    contribution::ContributionId,
    identity::Signed,
    time::Timestamp,
};
use earnest_hub_api::{HubError, InquiryBody, MAX_CONTRIBUTIONS};

use super::{Outbox, Round, Stop, told};
use crate::events::Event;

/// A contribution that was tried, and the end of its permission.
type Tried = (ContributionId, Timestamp);

impl Outbox {
    /// Settles what the hub has credited and frees what it never had.
    pub(super) async fn settle_ended(&self, hub: &Slug, round: &mut Round) -> Result<(), Stop> {
        let now = self.clock.now();
        let receipts = self.receipts().await?;
        let (mut tried, mut news) = (Vec::new(), false);
        for one in self.vault.waiting(hub, u32::MAX).await? {
            let Some(stored) = receipts.get(&one.receipt).filter(|stored| stored.withdrawn_at.is_none()) else {
                continue;
            };
            let until = stored.receipt.grant().until;
            if now < until || round.put_off.contains(&one.id) {
                continue;
            }
            if one.first_attempt_at.is_some() {
                tried.push((one.id, until));
            } else {
                self.free(one.id).await?;
                news = true;
            }
        }
        let mut stop = None;
        for asked in tried.chunks(MAX_CONTRIBUTIONS) {
            match self.ask_after(hub, asked, round).await {
                Ok(settled) => news |= settled,
                Err(error) => {
                    stop = Some(error);
                    break;
                }
            }
        }
        if news {
            self.events.tell(Event::History);
            self.quests.advance().await?;
        }
        stop.map_or(Ok(()), Err)
    }

    /// Asks the hub which of these it has; whether that settled any.
    async fn ask_after(&self, hub: &Slug, asked: &[Tried], round: &mut Round) -> Result<bool, Stop> {
        let body = InquiryBody {
            person: self.key.person(),
            hub: hub.clone(),
            contributions: asked.iter().map(|(id, _)| *id).collect(),
        };
        let Ok(inquiry) = Signed::sign(body, &self.key) else {
            return Ok(false); // the body names the key's own person
        };
        let reply = match self.client.inquire(&inquiry).await {
            Ok(reply) => reply,
            Err(error) if error.is_temporary() && !matches!(error, HubError::Server(_)) => return Err(Stop::Hub(error)),
            Err(error) => {
                // A hub that has trouble with this question may take contributions all the same.
                round.put_off.extend(asked.iter().map(|(id, _)| *id));
                round.trouble.get_or_insert_with(|| told(&error));
                return Ok(false);
            }
        };
        let mut settled = false;
        for (id, until) in asked {
            if let Some(credited) = reply.awards.iter().find(|credited| credited.id == *id) {
                self.credited(hub, *id, (&credited.award, &credited.posted), reply.points)
                    .await?;
                settled = true;
            } else if reply.now >= *until {
                self.free(*id).await?;
                settled = true;
            } else {
                // By the hub's clock there is time left in which it could still arrive.
                round.put_off.insert(*id);
            }
        }
        Ok(settled)
    }

    /// The hub does not have it and never will: the effort is free again, and counts for the next permission.
    async fn free(&self, contribution: ContributionId) -> Result<(), Stop> {
        tracing::info!(%contribution, "its permission ended before the hub had it; it stays here");
        let reason = Some(Refusal::Expired.code());
        self.vault.release(contribution, reason, self.clock.now()).await?;
        Ok(())
    }
}
