//! The fixtures of checks, and how well a check does on them: what tests hold, what cards show and what `cargo xtask checks report`
//! prints.
//!
//! `tests.rs` of a check has `cases`, which hands over one capture after the other with what it should be called: the verdict's label
//! where the check gives one, and its reason otherwise. Captures may be made there, or read from `fixtures/`, or from recordings that
//! `cargo xtask setup` fetches.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt::Write,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, OnceLock},
};

use earnest_domain::{
    time::Timestamp,
    verdict::{Evidence, Verdict},
};

use crate::{
    Asked, CASES, Cancel, CheckError, Checks, Earlier, Registered, Run, Trace,
    assets::executable_folder,
    capture::{Capture, Text},
    models::Models,
};

/// Hands over a check's fixtures, one at a time: a photo is large.
pub(crate) type Cases = fn(&mut dyn FnMut(Case));

/// What stands where in a text.
pub(crate) type Marks = Vec<(Range<usize>, String)>;

/// One capture and what it should be called.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    /// The label or the reason that is right.
    pub(crate) expected: String,
    /// What is judged.
    pub(crate) capture: Capture,
    /// What was asked for.
    pub(crate) asked: Asked,
    /// What has to be found in a text, and where.
    pub(crate) marks: Marks,
    /// What the check left of earlier captures, the newest first.
    pub(crate) earlier: Vec<Trace>,
    /// The device's time.
    pub(crate) now: Option<Timestamp>,
}

impl Case {
    /// A capture of which nothing was asked.
    pub(crate) fn new(expected: impl Into<String>, capture: Capture) -> Self {
        Self {
            expected: expected.into(),
            capture,
            asked: Asked::default(),
            marks: Vec::new(),
            earlier: Vec::new(),
            now: None,
        }
    }

    /// A run with what was asked for and what was captured before.
    pub(crate) fn run<'r>(&'r self, models: &'r Models, cancel: &'r Cancel) -> Run<'r> {
        Run {
            earlier: self,
            now: self.now,
            ..Run::new(models, &self.asked, cancel)
        }
    }
}

impl Earlier for Case {
    fn traces(&self, of: &str) -> Result<Vec<Trace>, CheckError> {
        // Traces are kept under the names of manifests: asked for by another name, none would ever be found.
        check(of);
        Ok(self.earlier.clone())
    }
}

/// A check's folder.
pub(crate) fn folder(check: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "src", check].iter().collect()
}

/// A file that `cargo xtask setup --for test` puts into `target/fixtures/`.
pub(crate) fn fetched(relative: &str) -> PathBuf {
    beside_the_assets("fixtures", relative)
}

/// Runs a Python script with what `python/parity.txt` lists, and gives what it prints.
pub(crate) fn python(script: &Path, arguments: &[&OsStr]) -> String {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let output = Command::new(python)
        .arg(script)
        .args(arguments)
        .env("PYTHONPATH", beside_the_assets("python", "parity"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn beside_the_assets(root: &str, relative: &str) -> PathBuf {
    let folder = executable_folder().unwrap();
    let places = folder.ancestors().take(3).map(|place| place.join(root).join(relative));
    let found = places.into_iter().find(|place| place.exists());
    found.unwrap_or_else(|| panic!("{root}/{relative} is not there: run `cargo xtask setup --for test` once"))
}

/// The check of that name; all of them are loaded once.
pub(crate) fn check(name: &str) -> &'static Registered {
    static CHECKS: OnceLock<Checks> = OnceLock::new();
    CHECKS.get_or_init(|| Checks::load().unwrap()).find(name).unwrap()
}

/// Where models are lent to a test.
pub(crate) fn models() -> Models {
    Models::new(1)
}

/// The cases of a check of texts, in `fixtures/<file>`: a line a case, `expected: text`, with `\n` for a new line and `\uXXXX` for a
/// character that could not be seen, and what has to be found marked as `{what:data}`. Lines that begin with `#` are notes; `# prompt: `
/// and `# subject: ` say what was asked for in all that follow.
pub(crate) fn texts(check: &str, file: &str, each: &mut dyn FnMut(Case)) {
    let place = folder(check).join("fixtures").join(file);
    let mut asked = Asked::default();
    for (number, line) in fs::read_to_string(&place).unwrap().lines().enumerate() {
        if let Some(note) = line.strip_prefix('#') {
            asked.prompt = note.strip_prefix(" prompt: ").map(str::to_owned).or(asked.prompt);
            asked.subject = note.strip_prefix(" subject: ").map(str::to_owned).or(asked.subject);
            continue;
        }
        let case = case(line, &asked);
        each(case.unwrap_or_else(|| panic!("{}: line {} is no case", place.display(), number + 1)));
    }
}

fn case(line: &str, asked: &Asked) -> Option<Case> {
    let (expected, text) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
    let (text, marks) = unmarked(&unescaped(text)?)?;
    // A file with nothing in it is none; one with a space in it is a text that says nothing.
    let text = if text.is_empty() { " ".to_owned() } else { text };
    Some(Case {
        asked: asked.clone(),
        marks,
        ..Case::new(expected, Capture::Text(Text::from_bytes(text.as_bytes()).ok()?))
    })
}

fn unescaped(text: &str) -> Option<String> {
    let mut parts = text
        .replace("\\n", "\n")
        .split("\\u")
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter();
    let mut plain = parts.next()?;
    for part in parts {
        plain.push(char::from_u32(u32::from_str_radix(part.get(..4)?, 16).ok()?)?);
        plain.push_str(&part[4..]);
    }
    Some(plain)
}

/// A text without its marks, and where they were.
fn unmarked(text: &str) -> Option<(String, Marks)> {
    let (mut plain, mut marks) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once('{') {
        let (what, marked) = marked.split_once(':')?;
        let (data, after) = marked.split_once('}')?;
        plain.push_str(before);
        let start = plain.len();
        plain.push_str(data);
        marks.push((start..plain.len(), what.to_owned()));
        rest = after;
    }
    plain.push_str(rest);
    Some((plain, marks))
}

/// How a check did on its cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How often what was expected was called what.
    called: BTreeMap<String, BTreeMap<String, usize>>,
    /// Marks, and those that were found whole and rightly named.
    marks: usize,
    found: usize,
    /// What was found where nothing was marked.
    beside: usize,
}

impl Tally {
    /// Counts a case and what it was called.
    pub(crate) fn count(&mut self, case: &Case, verdict: &Verdict) {
        let called = verdict.label.clone().unwrap_or_else(|| verdict.reason.clone());
        *self
            .called
            .entry(case.expected.clone())
            .or_default()
            .entry(called)
            .or_default() += 1;
        let spans: Marks = verdict
            .evidence
            .iter()
            .filter_map(|evidence| match evidence {
                Evidence::Span { start, end, what } => Some((*start..*end, what.to_string())),
                _ => None,
            })
            .collect();
        let right = case.marks.iter().filter(|mark| spans.contains(mark)).count();
        self.marks += case.marks.len();
        self.found += right;
        self.beside += spans.len() - right;
    }

    /// How many cases were called something else than they are.
    pub(crate) fn wrong(&self) -> usize {
        let all: usize = self.called.values().flat_map(BTreeMap::values).sum();
        let right: usize = self.called.iter().filter_map(|(expected, called)| called.get(expected)).sum();
        all - right
    }

    /// Of what should be called so, the share that is.
    pub(crate) fn recall(&self, expected: &str) -> f64 {
        let called = self.called.get(expected);
        let all: usize = called.into_iter().flat_map(BTreeMap::values).sum();
        let right = called.and_then(|called| called.get(expected)).copied().unwrap_or(0);
        number(right) / number(all.max(1))
    }

    /// As a table in Markdown, with intervals that hold the true share in 95 of 100 such samples (Wilson, 1927).
    pub(crate) fn table(&self) -> String {
        let mut table = "| it is | cases | called so (recall) | of what was called so, it was (precision) | called otherwise |\n|---|---|---|---|---|\n".to_owned();
        for (expected, called) in &self.called {
            let all: usize = called.values().sum();
            let right = called.get(expected).copied().unwrap_or(0);
            let named: usize = self.called.values().filter_map(|called| called.get(expected)).sum();
            let others: Vec<String> = called
                .iter()
                .filter(|(name, _)| *name != expected)
                .map(|(name, count)| format!("{name} {count}"))
                .collect();
            let others = if others.is_empty() {
                "-".to_owned()
            } else {
                others.join(", ")
            };
            let _ = writeln!(
                table,
                "| {expected} | {all} | {} | {} | {others} |",
                share(right, all),
                share(right, named)
            );
        }
        if self.marks > 0 {
            let _ = writeln!(
                table,
                "\nOf {} marks {} were found whole and rightly named; {} were made where nothing was marked.",
                self.marks,
                share(self.found, self.marks),
                self.beside
            );
        }
        table
    }
}

/// A share with its interval: `41 of 42, 98 % (88 to 100)`.
pub(crate) fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let (least, most) = wilson(part, whole);
    format!(
        "{part} of {whole}, {:.0} % ({:.0} to {:.0})",
        100.0 * number(part) / number(whole),
        100.0 * least,
        100.0 * most
    )
}

/// The 95 % score interval of a share (Wilson, 1927, "Probable inference, the law of succession, and statistical inference").
fn wilson(part: usize, whole: usize) -> (f64, f64) {
    const Z: f64 = 1.959_963_985;
    let (n, p) = (number(whole), number(part) / number(whole));
    let middle = p + Z * Z / (2.0 * n);
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((middle - reach) / scale).max(0.0), ((middle + reach) / scale).min(1.0))
}

#[allow(clippy::cast_precision_loss)] // cases are few
fn number(count: usize) -> f64 {
    count as f64
}

/// What a check says of its cases. Made once for all tests that ask: some cases take long to make. Prints those that are called otherwise.
pub(crate) fn tally(check: &str) -> Tally {
    static TALLIES: Mutex<BTreeMap<String, Arc<OnceLock<Tally>>>> = Mutex::new(BTreeMap::new());
    let made = Arc::clone(TALLIES.lock().unwrap().entry(check.to_owned()).or_default());
    let cases = || {
        CASES
            .iter()
            .find(|(name, _)| *name == check)
            .map(|(_, cases)| *cases)
            .unwrap()
    };
    made.get_or_init(|| tally_of(check, cases())).clone()
}

/// What a check says of `cases`.
#[allow(clippy::print_stdout)]
pub(crate) fn tally_of(check: &str, cases: Cases) -> Tally {
    let (checks, models, cancel) = (Checks::load().unwrap(), models(), Cancel::default());
    let registered = checks.find(&check.replace('_', "-")).unwrap();
    let (mut tally, mut number) = (Tally::default(), 0);
    cases(&mut |case| {
        let (verdict, _) = registered.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        if *verdict.label.as_ref().unwrap_or(&verdict.reason) != case.expected {
            println!("{check}, case {number} is {}: {verdict:?}", case.expected);
        }
        number += 1;
        tally.count(&case, &verdict);
    });
    tally
}

mod cards;
pub(crate) mod parity;
pub(crate) mod photos;
pub(crate) mod places;
mod providers;
pub(crate) mod random;

pub(crate) use cards::tell;

mod tests {
    use super::*;

    #[test]
    fn a_share_has_the_interval_of_the_textbook() {
        // Newcombe (1998), table I, method 3: 81 of 263, and 0 of 20.
        let close =
            |(least, most): (f64, f64), wanted: (f64, f64)| (least - wanted.0).abs() < 1e-4 && (most - wanted.1).abs() < 1e-4;
        assert!(close(wilson(81, 263), (0.2553, 0.3662)), "{:?}", wilson(81, 263));
        assert!(close(wilson(0, 20), (0.0, 0.1611)), "{:?}", wilson(0, 20));
    }

    #[test]
    fn marks_are_taken_off() {
        assert_eq!(unescaped("a\\u200bb\\nc").as_deref(), Some("a\u{200b}b\nc"));
        assert_eq!(unescaped("a\\u20"), None);
        assert_eq!(
            unmarked("ask {e_mail:a@b.example}, {name:Ö}"),
            Some((
                "ask a@b.example, Ö".to_owned(),
                vec![(4..15, "e_mail".to_owned()), (17..19, "name".to_owned())]
            ))
        );
        assert_eq!(unmarked("open { and nothing"), None);
    }
}
pub(crate) mod sounds;
