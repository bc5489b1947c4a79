//! What was found out about a capture once and is asked for by several checks.

use std::sync::OnceLock;

/// Kept from the first time on. It is no part of what was captured, and two captures are the same without it.
#[derive(Debug, Clone)]
pub(crate) struct Once<T>(OnceLock<T>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> PartialEq for Once<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Once<T> {}

impl<T> Once<T> {
    /// What is kept, or else what is found now. Nothing is kept of a search that failed or was ended: the next one begins anew.
    ///
    /// # Errors
    /// What `find` fails with.
    pub(crate) fn or_find<E>(&self, find: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(kept) = self.0.get() {
            return Ok(kept);
        }
        let found = find()?;
        Ok(self.0.get_or_init(|| found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_kept_and_what_failed_is_not() {
        let once = Once::default();
        assert_eq!(once.or_find(|| Err("ended")), Err("ended"));
        assert_eq!(once.or_find(|| Ok::<_, &str>(1)), Ok(&1));
        assert_eq!(once.or_find(|| Err("asked twice")), Ok(&1));
    }
}
