//! Asking a person's receipts, and the leave that they give.

use std::collections::BTreeSet;

use super::{
    receipt::{Receipt, ReceiptId},
    request::{Refusal, Request},
};
use crate::time::Timestamp;

/// Leave to send, given by [`Consent::permit`] alone and good for one contribution.
///
/// The fields are private and there is no `Clone` and no way to read one from bytes: code that holds a `Permit` has asked.
///
/// ```compile_fail
/// let forged = earnest_domain::consent::Permit { receipt: todo!(), request: todo!() };
/// ```
/// ```compile_fail
/// fn twice(permit: earnest_domain::consent::Permit) -> [earnest_domain::consent::Permit; 2] { [permit.clone(), permit] }
/// ```
/// ```compile_fail
/// let forged: earnest_domain::consent::Permit = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    receipt: ReceiptId,
    request: Request,
}

impl Permit {
    /// The receipt that allows it.
    pub fn receipt(&self) -> ReceiptId {
        self.receipt
    }

    /// What it allows.
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// A person's receipts, and those they took back.
#[derive(Debug, Clone, Default)]
pub struct Consent {
    receipts: Vec<Receipt>,
    withdrawn: BTreeSet<ReceiptId>,
}

impl Consent {
    /// From what is stored. A receipt whose signature does not fit counts as none.
    pub fn new(receipts: impl IntoIterator<Item = Receipt>, withdrawn: impl IntoIterator<Item = ReceiptId>) -> Self {
        Self {
            receipts: receipts.into_iter().filter(|receipt| receipt.verify().is_ok()).collect(),
            withdrawn: withdrawn.into_iter().collect(),
        }
    }

    /// Asks whether `request` may leave now.
    ///
    /// # Errors
    /// [`Refusal`] says which part of the request no live grant covers: of several grants, the one that came closest.
    pub fn permit(&self, request: Request, now: Timestamp) -> Result<Permit, Refusal> {
        let mut closest = Refusal::NoGrant;
        for receipt in &self.receipts {
            let answer = match receipt.covers(&request, now) {
                Ok(()) if self.withdrawn.contains(&receipt.id()) => Err(Refusal::Withdrawn),
                answer => answer,
            };
            match answer {
                Ok(()) => {
                    return Ok(Permit {
                        receipt: receipt.id(),
                        request,
                    });
                }
                // The variants stand in the order in which a receipt is asked, so the greatest got furthest.
                Err(refusal) => closest = closest.max(refusal),
            }
        }
        Err(closest)
    }
}
