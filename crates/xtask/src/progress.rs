//! Progress lines on standard error: `[2/6] ONNX Runtime 1.32.0 ... ready`.

use std::io::Write as _;

/// Numbers the parts of a task and says how each went.
#[derive(Debug)]
pub(crate) struct Progress {
    part: usize,
    parts: usize,
}

impl Progress {
    /// For a task of `parts` parts.
    pub(crate) const fn of(parts: usize) -> Self {
        Self { part: 0, parts }
    }

    /// Goes on to the next part; the returned line says what happens to it.
    pub(crate) fn next(&mut self, name: impl Into<String>) -> Line {
        self.part += 1;
        Line {
            head: format!("[{}/{}] {}", self.part, self.parts, name.into()),
        }
    }
}

/// One part of a task.
#[derive(Debug)]
pub(crate) struct Line {
    head: String,
}

impl Line {
    /// Says how far this part is: "fetching 28 MB", "ready".
    pub(crate) fn is(&self, state: &str) {
        say(&format!("{} ... {state}", self.head));
    }
}

/// Writes a line to standard error. A closed standard error is no reason to stop.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
