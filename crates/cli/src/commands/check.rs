//! `earnest check`: files, judged as captures are, without a node.

mod opening;
mod words;

use std::{
    collections::HashMap,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Instant,
};

use earnest_checks::{
    Asked, Cancel, CheckError, Checks, Earlier, Manifest, Observer, Run, Trace,
    models::Models,
    redact::{self, Shared},
};
use earnest_domain::{
    capture::CaptureKind,
    verdict::{Decision, Evidence, Permille, Verdict, gravest},
};
use earnest_node::asked_to_stop;
use serde::Serialize;

use crate::{
    failure::Failure,
    output::{print, print_json},
};

/// Sessions of models that are kept while files are judged one after the other.
const SESSIONS: usize = 4;

/// Judge files as captures are judged: photos, sounds, texts, places, recordings of motion and heart
///
/// Needs no node, stores nothing and sends nothing. The cheap checks go first; once one rejects, the dearer ones are not asked.
#[derive(Debug, clap::Args)]
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
    /// Write what may be shared, with what the checks mark taken out: a file, or a folder for several
    #[arg(long, value_name = "OUT")]
    redacted: Option<PathBuf>,
    /// Print JSON: a line a file
    #[arg(long)]
    pub(crate) json: bool,
}

/// What became of one file.
#[derive(Debug, Serialize)]
struct Judged {
    file: String,
    kind: Option<CaptureKind>,
    verdict: Decision,
    checks: Vec<Line>,
    redacted: Option<String>,
}

/// What one check made of it.
#[derive(Debug, Clone, Serialize)]
struct Line {
    check: String,
    verdict: Decision,
    score: Permille,
    label: Option<String>,
    reason: String,
    says: String,
    advice: String,
    evidence: Vec<Evidence>,
    millis: f64,
    model: Option<String>,
}

impl Arguments {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let cancel = Cancel::default();
        let work = {
            let cancel = cancel.clone();
            tokio::task::spawn_blocking(move || self.judge_all(&cancel))
        };
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return finished(done),
            () = asked_to_stop() => cancel.cancel(),
        }
        finished(work.await)
    }

    fn judge_all(&self, cancel: &Cancel) -> Result<(), Failure> {
        let checks = Checks::load()?;
        for name in &self.checks {
            if checks.find(name).is_none() {
                let known: Vec<_> = checks.iter().map(|check| check.manifest().name.as_str()).collect();
                let message = format!("there is no check “{name}”. There are: {}", known.join(", "));
                return Err(Failure::new("unknown_check", message));
            }
        }
        if let Some(missing) = self.files.iter().find(|file| !file.is_file()) {
            return Err(Failure::new("no_file", format!("there is no file {}", missing.display())));
        }
        let outputs = self.outputs()?;
        let (models, earlier) = (Models::new(SESSIONS), FilesBefore::default());
        for (file, output) in self.files.iter().zip(outputs) {
            let judged = self.judge(file, output.as_ref(), &checks, &models, &earlier, cancel)?;
            if self.json {
                print_json(&judged)?;
            } else {
                print(words::of(&judged))?;
            }
        }
        Ok(())
    }

    fn asked(&self) -> Asked {
        Asked {
            prompt: self.prompt.clone(),
            subject: self.subject.clone(),
            speech: self.speech.into(),
            finest_cell: self.finest_cell,
        }
    }

    fn judge(
        &self,
        file: &Path,
        output: Option<&Output>,
        checks: &Checks,
        models: &Models,
        earlier: &FilesBefore,
        cancel: &Cancel,
    ) -> Result<Judged, Failure> {
        let named = file.display().to_string();
        let capture = match opening::open(file, self.kind) {
            Ok(capture) => capture,
            Err(error) => return Ok(unreadable(named, error)),
        };
        let clock = Stopwatch::default();
        let run = Run {
            models,
            asked: &self.asked(),
            earlier,
            now: None,
            cancel,
            observer: &clock,
        };
        // What may be shared is only known once everything that could be private was looked for.
        let guards = |manifest: &Manifest| output.is_some() && manifest.guards();
        let asked_for =
            |manifest: &Manifest| self.checks.is_empty() || self.checks.iter().any(|name| name == manifest.name.as_str());
        let wanted = |manifest: &Manifest| asked_for(manifest) || guards(manifest);
        let verdicts = checks.judge(&capture, wanted, &run)?;
        let verdict = gravest(&verdicts);
        let redacted = match output {
            Some(output) if matches!(verdict, Decision::Accept | Decision::Redact) => {
                output.write(redact::shared(checks, &capture, &verdicts, &self.asked())?)?
            }
            _ => None,
        };
        let (checks, traces) = clock.lines();
        earlier.remember(&named, traces);
        Ok(Judged {
            file: named,
            kind: Some(capture.kind()),
            verdict,
            checks,
            redacted,
        })
    }

    /// Where the redacted copy of each file goes, if anywhere. Never over what is there already.
    fn outputs(&self) -> Result<Vec<Option<Output>>, Failure> {
        let Some(place) = &self.redacted else {
            return Ok(vec![None; self.files.len()]);
        };
        let in_folder = self.files.len() > 1 || place.is_dir();
        if in_folder {
            std::fs::create_dir_all(place).map_err(|error| cannot_write(place, &error))?;
        }
        let named = |file: &PathBuf| Output {
            path: match file.file_name() {
                Some(name) if in_folder => place.join(name),
                _ => place.clone(),
            },
            in_folder,
        };
        let outputs: Vec<_> = self.files.iter().map(named).collect();
        match outputs.iter().find(|output| output.path.exists()) {
            Some(taken) => Err(Failure::new(
                "exists",
                format!(
                    "{} is there already; nothing was written. Choose another place with --redacted",
                    taken.path.display()
                ),
            )),
            None => Ok(outputs.into_iter().map(Some).collect()),
        }
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

/// A file that is no capture gets a verdict like any other.
fn unreadable(file: String, error: opening::Unreadable) -> Judged {
    Judged {
        file,
        kind: None,
        verdict: Decision::Reject,
        checks: vec![Line {
            check: "capture".to_owned(),
            verdict: Decision::Reject,
            score: Permille::ZERO,
            label: None,
            reason: error.code.to_owned(),
            says: error.says,
            advice: String::new(),
            evidence: Vec::new(),
            millis: 0.0,
            model: None,
        }],
        redacted: None,
    }
}

/// Where a redacted copy goes.
#[derive(Debug, Clone)]
struct Output {
    path: PathBuf,
    /// The person chose the folder and not the name, so the name tells what the copy is.
    in_folder: bool,
}

impl Output {
    /// Writes what may be shared, never over what is there; `None` where there is no file for its kind.
    fn write(&self, shared: Option<Shared>) -> Result<Option<String>, Failure> {
        let Some(shared) = shared else { return Ok(None) };
        let mut path = self.path.clone();
        if self.in_folder && path.extension().is_none_or(|extension| extension != shared.extension) {
            path.as_mut_os_string().push(format!(".{}", shared.extension));
        }
        let written = File::create_new(&path).and_then(|mut file| file.write_all(&shared.bytes));
        written.map_err(|error| cannot_write(&path, &error))?;
        Ok(Some(path.display().to_string()))
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new("cannot_write", format!("{} cannot be written: {error}", path.display()))
}

/// How long each check took.
#[derive(Default)]
struct Stopwatch(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    begun: Option<Instant>,
    lines: Vec<Line>,
    /// What checks left of the file, by their names.
    traces: Vec<(String, Vec<u8>)>,
}

impl Stopwatch {
    fn lines(self) -> (Vec<Line>, Vec<(String, Vec<u8>)>) {
        let watched = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        (watched.lines, watched.traces)
    }
}

/// What checks left of the files before: a photo that is given twice is found.
#[derive(Default)]
struct FilesBefore(Mutex<HashMap<String, Vec<Trace>>>);

impl FilesBefore {
    fn remember(&self, file: &str, traces: Vec<(String, Vec<u8>)>) {
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

impl Observer for Stopwatch {
    fn begins(&self, _: &Manifest, _: usize, _: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).begun = Some(Instant::now());
    }

    fn judged(&self, verdict: &Verdict, trace: Option<&[u8]>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let took = held.begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64() * 1_000.0);
        let Verdict {
            check,
            decision,
            score,
            label,
            reason,
            says,
            advice,
            evidence,
            model,
            ..
        } = verdict.clone();
        if let Some(trace) = trace {
            held.traces.push((check.to_string(), trace.to_vec()));
        }
        held.lines.push(Line {
            check: check.to_string(),
            verdict: decision,
            score,
            label,
            reason,
            says,
            advice,
            evidence,
            millis: (took * 1_000.0).round() / 1_000.0,
            model,
        });
    }
}
