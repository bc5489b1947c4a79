//! What checks left of the files before: a photo that is given twice is found.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use earnest_checks::{CheckError, Earlier, Trace};

/// What checks left of the files before, by the names of the checks.
#[derive(Default)]
pub(super) struct FilesBefore(Mutex<HashMap<String, Vec<Trace>>>);

impl FilesBefore {
    /// Remembers what checks left of a file.
    pub(super) fn remember(&self, file: &str, traces: Vec<(String, Vec<u8>)>) {
        let mut before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (check, bytes) in traces {
            let trace = Trace {
                capture: file.to_owned(),
                bytes,
            };
            before.entry(check).or_default().insert(0, trace);
        }
    }
}

impl Earlier for FilesBefore {
    fn traces(&self, check: &str) -> Result<Vec<Trace>, CheckError> {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(before.get(check).cloned().unwrap_or_default())
    }
}
