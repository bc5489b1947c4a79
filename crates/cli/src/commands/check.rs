//! `earnest check`: files, judged as captures are, without a node.

mod before;
mod copies;
mod judged;
mod opening;
mod stopwatch;
mod words;

use std::path::{Path, PathBuf};

use earnest_checks::{
    Asked, Cancel, CheckError, Checks, Manifest, Run,
    capture::Capture,
    models::Models,
    redact::{self, Shared},
};
use earnest_domain::{
    time::Timestamp,
    verdict::{Decision, Verdict, gravest},
};
use earnest_engine::Clock;
use earnest_node::asked_to_stop;

use self::{
    before::FilesBefore,
    copies::{Copies, SharedCopy},
    judged::{Judged, Line},
    stopwatch::Stopwatch,
};
use crate::{
    failure::Failure,
    output::{print, print_json},
};

/// Sessions of models that are kept while files are judged one after the other.
const SESSIONS: usize = 4;

/// What `--help` says last. The words of the line are those of [`Judged`] and [`Line`].
const AFTER_HELP: &str = "\
Exit codes:
  0  every file was judged, whatever the verdict
  1  a file could not be judged or its copy not written (its line says why, the others are done), or the command could not begin
  2  wrong usage

With --json, a line a file:
  file      as it was given
  kind      motion, heart, photo, sound, text or place; null where it could not be told
  verdict   accept, redact (good once what is marked is taken out), retry or reject: the gravest of its checks; null where it
            could not be judged
  checks    one for each check, in the order in which they were asked:
    check     its name; `capture` where none of them could begin, `redacted` where the copy could not be made
    verdict   accept, redact, retry or reject; null where it could not be made
    score     0 to 1000: how well the file did, or how sure the check is; null without a verdict
    label     what it is, where the check tells things apart
    reason    a stable code
    says      the reason in words
    advice    what to do about it
    evidence  where it shows: each a span, region, stretch or measure
    millis    how long it took
    model     BLAKE3 of the model that judged, in hexadecimal
  redacted  where the copy is that may be shared; null where there is none

Examples:
  earnest check bench.jpg --subject \"a bench\" --redacted shared.jpg
  earnest check --json recordings/*.wav --speech unwanted --redacted out/";

/// Judge files as captures are judged: photos, sounds, texts, places, recordings of motion and heart
///
/// Needs no node, stores nothing and sends nothing. The cheap checks go first; once one rejects, the dearer ones are not asked. A file
/// that cannot be judged does not keep the others from it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only this check, and with --redacted those that find what must not leave; may be given more than once
    #[arg(long = "check", value_name = "ID")]
    checks: Vec<String>,
    /// What the files are [default: told by their content]
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<opening::Kind>,
    /// What was asked for, in words: a copy of the question is no answer
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,
    /// What should be in the photo, or what the text should be about, in a few words
    #[arg(long, value_name = "WORDS")]
    subject: Option<String>,
    /// What is thought of speech in a sound
    #[arg(long, value_enum, default_value_t = opening::SpeechIs::Welcome)]
    speech: opening::SpeechIs,
    /// The finest cell of H3 that a place may leave in, 0 to 15 [default: 7, about 5 km2]
    #[arg(long, value_name = "RESOLUTION", value_parser = clap::value_parser!(u8).range(0..=15))]
    finest_cell: Option<u8>,
    /// Write what may be shared, with what the checks mark taken out: a file, or a folder for several. Never over what is there
    #[arg(long, value_name = "OUT")]
    redacted: Option<PathBuf>,
    /// Print JSON: a line a file
    #[arg(long)]
    pub(crate) json: bool,
}

/// What all files of a run share.
struct Round<'r> {
    checks: &'r Checks,
    models: &'r Models,
    asked: Asked,
    earlier: FilesBefore,
    now: Timestamp,
    cancel: &'r Cancel,
}

impl Arguments {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let (cancel, now) = (Cancel::default(), Clock::system().now());
        let work = {
            let cancel = cancel.clone();
            tokio::task::spawn_blocking(move || self.judge_all(now, &cancel))
        };
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return finished(done),
            () = asked_to_stop() => cancel.cancel(),
        }
        finished(work.await)
    }

    fn judge_all(&self, now: Timestamp, cancel: &Cancel) -> Result<(), Failure> {
        let checks = Checks::load()?;
        for name in &self.checks {
            if checks.find(name).is_none() {
                let known: Vec<_> = checks.iter().map(|check| check.manifest().name.as_str()).collect();
                let message = format!("there is no check “{name}”. There are: {}", known.join(", "));
                return Err(Failure::new("unknown_check", message));
            }
        }
        let copies = Copies::plan(&self.files, self.kind, self.redacted.as_deref())?;
        let round = Round {
            checks: &checks,
            models: &Models::new(SESSIONS),
            asked: self.asked(),
            earlier: FilesBefore::default(),
            now,
            cancel,
        };
        let mut failed = 0;
        for (number, file) in self.files.iter().enumerate() {
            let judged = self.judge(file, copies.of(number), &round)?;
            failed += usize::from(judged.is_incomplete());
            if self.json {
                print_json(&judged)?;
            } else {
                print(words::of(&judged))?;
            }
        }
        match failed {
            0 => Ok(()),
            _ => Err(Failure::new("not_all_judged", some_failed(failed, self.files.len()))),
        }
    }

    fn asked(&self) -> Asked {
        Asked {
            prompt: self.prompt.clone(),
            subject: self.subject.clone(),
            speech: self.speech.into(),
            finest_cell: self.finest_cell,
            // A file alone belongs to no vault: more is held back around home.
            secret: None,
        }
    }

    /// Judges one file. What goes wrong with it is told in its line; only that nobody waits any more ends the others too.
    fn judge(&self, file: &Path, copy: Option<&SharedCopy>, round: &Round<'_>) -> Result<Judged, CheckError> {
        if round.cancel.is_cancelled() {
            return Err(CheckError::Cancelled);
        }
        let mut judged = Judged::new(file);
        let capture = match opening::open(file, self.kind, round.cancel) {
            Ok(capture) => capture,
            Err(_) if round.cancel.is_cancelled() => return Err(CheckError::Cancelled),
            Err(error) => return Ok(judged.unopened(error)),
        };
        judged.kind = Some(capture.kind());
        let stopwatch = Stopwatch::default();
        let verdicts = self.verdicts(&capture, copy.is_some(), round, &stopwatch);
        let watched = stopwatch.stopped();
        let under_way = watched.under_way().unwrap_or("capture").to_owned();
        judged.checks = watched.lines;
        let verdicts = match verdicts {
            Err(CheckError::Cancelled) => return Err(CheckError::Cancelled),
            Err(error) => {
                judged.checks.push(Line::failed(&under_way, error.code(), error.to_string()));
                return Ok(judged);
            }
            Ok(verdicts) if verdicts.is_empty() => {
                let says = format!("none of the checks that were asked for judges a {}", capture.kind());
                judged.checks.push(Line::failed("capture", "other_kind", says));
                return Ok(judged);
            }
            Ok(verdicts) => verdicts,
        };
        round.earlier.remember(&judged.file, watched.traces);
        let verdict = gravest(&verdicts);
        judged.verdict = Some(verdict);
        let may_be_shared = matches!(verdict, Decision::Accept | Decision::Redact);
        judged.withheld = copy.is_some() && !may_be_shared;
        if let Some(copy) = copy.filter(|_| may_be_shared) {
            match shared(&capture, &verdicts, round).and_then(|shared| copy.write(shared)) {
                Ok(written) => judged.redacted = written,
                Err(failure) => judged.checks.push(Line::failed("redacted", &failure.code, failure.message)),
            }
        }
        Ok(judged)
    }

    fn verdicts(
        &self,
        capture: &Capture,
        to_be_shared: bool,
        round: &Round<'_>,
        stopwatch: &Stopwatch,
    ) -> Result<Vec<Verdict>, CheckError> {
        let run = Run {
            models: round.models,
            asked: &round.asked,
            earlier: &round.earlier,
            now: Some(round.now),
            cancel: round.cancel,
            observer: stopwatch,
        };
        let named = |manifest: &Manifest| self.checks.is_empty() || self.checks.iter().any(|name| name == manifest.name.as_str());
        // What may be shared is only known once everything that could be private was looked for.
        round
            .checks
            .judge(capture, |manifest| named(manifest) || to_be_shared && manifest.guards(), &run)
    }
}

fn shared(capture: &Capture, verdicts: &[Verdict], round: &Round<'_>) -> Result<Option<Shared>, Failure> {
    Ok(redact::shared(round.checks, capture, verdicts, &round.asked)?)
}

fn some_failed(failed: usize, all: usize) -> String {
    match (failed, all) {
        (1, 1) => "the file could not be judged, or its copy not written; its line says why".to_owned(),
        _ => format!("{failed} of {all} files could not be judged, or their copies not written; the lines of those say why"),
    }
}

fn finished(done: Result<Result<(), Failure>, tokio::task::JoinError>) -> Result<(), Failure> {
    done.unwrap_or_else(|error| {
        Err(Failure::new(
            "internal",
            format!("checking ended badly: {error}; no file was changed"),
        ))
    })
}
