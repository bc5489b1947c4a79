//! Whether something may leave: the one place that can say yes.
//!
//! A person makes a [`Grant`]; signed, it is a [`Receipt`]. [`Consent`] holds a person's receipts and withdrawals, and
//! [`Consent::permit`] alone makes a [`Permit`], without which no [`crate::contribution::Contribution`] can be built. The hub asks
//! the same receipt the same questions ([`Receipt::covers`]). The default is no.

mod grant;
mod permit;
mod receipt;
mod request;

pub use self::{
    grant::{DeviceScope, Grant, GrantError, LONGEST_PURPOSE, Precision},
    permit::{Consent, Permit},
    receipt::{Receipt, ReceiptBody, ReceiptId, Withdrawal, WithdrawalBody},
    request::{Refusal, Request},
};
pub use crate::slug::{InvalidSlug, Slug};

#[cfg(test)]
mod tests;
