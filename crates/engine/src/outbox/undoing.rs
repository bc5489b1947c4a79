//! The hub is told what was taken back.

use earnest_domain::{consent::Slug, contribution::ContributionId};
use earnest_hub_api::{HubError, Undo};

use super::{Outbox, Round, Stop, told};
use crate::events::Event;

impl Outbox {
    /// Tells the hub of each undo that it does not know of. One that it does not take holds up nothing but itself.
    pub(super) async fn send_undos(&self, hub: &Slug, round: &mut Round) -> Result<(), Stop> {
        for unsent in self.vault.unsent_undos(hub).await? {
            let contribution = unsent.contribution;
            let Ok(undo) = serde_json::from_str::<Undo>(&unsent.body) else {
                tracing::error!(%contribution, "a damaged undo in the vault; it stays here");
                continue;
            };
            match self.client.undo(&undo).await {
                Ok(reply) => {
                    if let Some(reversal) = &reply.reversal {
                        self.check_reversal(contribution, reversal, round).await?;
                    }
                    let now = self.clock.now();
                    self.vault
                        .settle_undo(hub, contribution, reply.reversal.as_ref(), reply.points, now)
                        .await?;
                    tracing::info!(%contribution, "undone");
                    for event in [Event::Sharing, Event::History, Event::Today] {
                        self.events.tell(event);
                    }
                }
                Err(error) if error.is_temporary() => return Err(Stop::Hub(error)),
                Err(error) => {
                    tracing::warn!(%contribution, %error, code = error.code(), "the hub does not take an undo; it is told again");
                    round.trouble.get_or_insert_with(|| told(&error));
                }
            }
        }
        Ok(())
    }

    /// A reversal that moves something else than the award back is said aloud; the undo itself holds.
    async fn check_reversal(
        &self,
        contribution: ContributionId,
        reversal: &earnest_domain::ledger::Posted,
        round: &mut Round,
    ) -> Result<(), Stop> {
        let Some(award) = self.vault.entry_of(contribution).await? else {
            return Ok(()); // it was on its way, and its award was never told
        };
        if let Err(error) = reversal.check_reversal(&award.entry) {
            tracing::error!(%contribution, %error, "the hub moved something else back");
            let error = HubError::NotInLedger(error.to_string());
            round.trouble.get_or_insert_with(|| told(&error));
        }
        Ok(())
    }
}
