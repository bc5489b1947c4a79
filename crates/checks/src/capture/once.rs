//! What was found out about a capture once and is asked for by several checks.

use std::sync::{Mutex, OnceLock, PoisonError};

/// Kept from the first time on. It is no part of what was captured, and two captures are the same without it.
#[derive(Debug)]
pub(crate) struct Once<T> {
    kept: OnceLock<T>,
    /// Held while it is looked for: checks work beside each other.
    searching: Mutex<()>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self {
            kept: OnceLock::new(),
            searching: Mutex::new(()),
        }
    }
}

impl<T: Clone> Clone for Once<T> {
    fn clone(&self) -> Self {
        Self {
            kept: self.kept.clone(),
            searching: Mutex::new(()),
        }
    }
}

impl<T> PartialEq for Once<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Once<T> {}

impl<T> Once<T> {
    /// What is kept, or else what is found now; who asks meanwhile waits for it. Nothing is kept of a search that failed or was ended:
    /// the next one begins anew.
    ///
    /// # Errors
    /// What `find` fails with.
    pub(crate) fn or_find<E>(&self, find: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        if let Some(kept) = self.kept.get() {
            return Ok(kept);
        }
        let _searching = self.searching.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = self.kept.get() {
            return Ok(kept);
        }
        let found = find()?;
        Ok(self.kept.get_or_init(|| found))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Barrier,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
    };

    use super::*;

    #[test]
    fn what_was_found_is_kept_and_what_failed_is_not() {
        let once = Once::default();
        assert_eq!(once.or_find(|| Err("ended")), Err("ended"));
        assert_eq!(once.or_find(|| Ok::<_, &str>(1)), Ok(&1));
        assert_eq!(once.or_find(|| Err("asked twice")), Ok(&1));
    }

    #[test]
    fn it_is_looked_for_once_by_however_many() {
        let (once, searches, together) = (Once::default(), AtomicUsize::new(0), Barrier::new(8));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    let found = once.or_find(|| {
                        for _ in 0..1_000 {
                            thread::yield_now();
                        }
                        Ok::<_, &str>(searches.fetch_add(1, Ordering::Relaxed))
                    });
                    assert_eq!(found, Ok(&0));
                });
            }
        });
        assert_eq!(searches.into_inner(), 1);
    }
}
