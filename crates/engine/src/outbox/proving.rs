//! What the hub says that it paid is proved: that it stands in the log, and that the log is only ever added to.

use earnest_domain::{
    consent::Slug,
    hub::HubKeyId,
    identity::Signed,
    ledger::{Head, LedgerError, SeenHead, check_consistency, check_inclusion},
    time::Span,
};
use earnest_hub_api::{HubError, InquiryBody, MAX_CONTRIBUTIONS, MAX_PROOFS, Proofs, ProofsRequest};
use earnest_vault::{KnownHead, Unproved};

use super::{Outbox, Stop};
use crate::events::Event;

/// How old the newest head may be that was seen: a hub that rewrites what is older is noticed within that time of being met.
const FRESH: Span = Span::from_days(1);

impl Outbox {
    /// Proves what waits for a proof, and sees that the log goes on as it was.
    pub(super) async fn prove(&self, hub: &Slug, key: &HubKeyId) -> Result<(), Stop> {
        if self.vault.is_contradicted(hub).await? {
            return Err(Stop::Hub(HubError::LedgerRewritten));
        }
        self.find_entries(hub).await?;
        loop {
            let waiting = self.vault.unproved(hub, MAX_PROOFS).await?;
            let known = self.vault.newest_head(hub).await?;
            let fresh = known
                .as_ref()
                .is_some_and(|known| self.clock.now().since(known.seen_at) < FRESH);
            if waiting.is_empty() && fresh {
                return Ok(());
            }
            self.prove_these(hub, key, known, &waiting).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            self.events.tell(Event::History);
        }
    }

    /// Asks for the entries of what was paid before entries were told, or whose answer was lost.
    async fn find_entries(&self, hub: &Slug) -> Result<(), Stop> {
        loop {
            let without = self.vault.without_entry(hub, MAX_CONTRIBUTIONS).await?;
            if without.is_empty() {
                return Ok(());
            }
            let body = InquiryBody {
                person: self.key.person(),
                hub: hub.clone(),
                contributions: without.iter().map(|(id, _)| *id).collect(),
            };
            let Ok(inquiry) = Signed::sign(body, &self.key) else {
                return Ok(()); // the body names the key's own person
            };
            let reply = self.client.inquire(&inquiry).await.map_err(Stop::Hub)?;
            for (id, award) in without {
                let told = reply.awards.iter().find(|credited| credited.id == id);
                let told = told.ok_or(LedgerError::NotIncluded).map_err(not_in_ledger)?;
                told.posted
                    .check_award(self.key.person(), id, &award)
                    .map_err(not_in_ledger)?;
                self.vault.note_entry(hub, id, &told.posted).await?;
            }
        }
    }

    async fn prove_these(&self, hub: &Slug, key: &HubKeyId, known: Option<KnownHead>, waiting: &[Unproved]) -> Result<(), Stop> {
        let old = match &known {
            Some(known) => known.checkpoint.verify(hub, key).map_err(not_in_ledger)?,
            None => Head::EMPTY,
        };
        let numbers: Vec<u64> = waiting.iter().map(|waiting| waiting.posted.entry.number).collect();
        let (proofs, reaches) = self.ask_for_proofs(old.size, numbers).await?;
        let head = proofs.checkpoint.verify(hub, key).map_err(not_in_ledger)?;
        if !reaches || check_consistency(&old, &head, &proofs.consistency).is_err() {
            if let Some(known) = known.filter(|_| reaches || head.size < old.size) {
                let now = self.clock.now();
                self.vault
                    .keep_contradiction(hub, &proofs.checkpoint, &known.checkpoint, now)
                    .await?;
                tracing::error!(%hub, old = old.size, new = head.size, "the hub rewrote its ledger");
                return Err(Stop::Hub(HubError::LedgerRewritten));
            }
            return Err(not_in_ledger(LedgerError::NotIncluded));
        }
        let mut proved = Vec::with_capacity(waiting.len());
        for (entry, proof) in waiting.iter().zip(proofs.inclusions) {
            check_inclusion(&head, &entry.posted.entry, &proof).map_err(not_in_ledger)?;
            proved.push((entry, proof));
        }
        let seen = SeenHead {
            checkpoint: proofs.checkpoint,
            consistency: if known.is_some() { proofs.consistency } else { Vec::new() },
        };
        self.vault.keep_head(hub, head.size, &seen, &proved, self.clock.now()).await?;
        Ok(())
    }

    /// The proofs; where the log does not reach as far as was seen before, its newest head alone, and false.
    async fn ask_for_proofs(&self, old: u64, entries: Vec<u64>) -> Result<(Proofs, bool), Stop> {
        match self.client.proofs(&ProofsRequest { old, entries }).await {
            Ok(proofs) => Ok((proofs, true)),
            Err(HubError::Refused { code, .. }) if code == "not_found" => {
                let newest = ProofsRequest {
                    old: 0,
                    entries: Vec::new(),
                };
                Ok((self.client.proofs(&newest).await.map_err(Stop::Hub)?, false))
            }
            Err(error) => Err(Stop::Hub(error)),
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` gives it
fn not_in_ledger(error: LedgerError) -> Stop {
    Stop::Hub(HubError::NotInLedger(error.to_string()))
}
