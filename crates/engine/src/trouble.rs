//! What keeps a part of the engine from working, for the screens to say.

use std::sync::{Arc, Mutex, PoisonError};

use crate::commands::CommandError;

/// The trouble of one part. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<CommandError>>>);

impl Trouble {
    pub(crate) fn now(&self) -> Option<CommandError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what is wrong, or that it is over; whether that is news.
    pub(crate) fn set(&self, trouble: Option<CommandError>) -> bool {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *now != trouble;
        *now = trouble;
        news
    }
}
