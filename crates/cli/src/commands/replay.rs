//! `earnest replay`: a recording, sent as a wearable would send it.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    str::FromStr,
};

use earnest_domain::{
    device::DeviceId,
    time::{Span, Timestamp},
};
use earnest_engine::commands::{
    GetReplayCredentials,
    replay::{ReplayAccess, ReplayCredentials},
};
use earnest_node::{ClientError, NodeClient, asked_to_stop};
use earnest_wearables::{
    links::mqtt::replay::{Access, Finish, Link, Progress, Replay},
    protocols::senml::Format,
    recording::Recording,
};
use serde::Serialize;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    failure::Failure,
    output::{Target, say},
    when::{NoInstant, When, here},
};

/// Play a recording to the node as a wearable would
///
/// A real MQTT client in a process of its own. It goes on through every outage until all is acknowledged; Ctrl-C ends it at once, and
/// what was acknowledged is kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The recording: a `.ts` file of the time series archive, or SenML in JSON or CBOR
    file: PathBuf,
    /// The paired device that it is sent as
    #[arg(long, value_name = "ID")]
    device: DeviceId,
    /// How many times faster than life
    #[arg(long, value_name = "N", default_value = "1", value_parser = speed)]
    speed: f64,
    /// When the recording starts: an instant, a day, or how long ago [default: now; faster than life, so that it ends now]
    #[arg(long, value_name = "T")]
    start: Option<When>,
    /// As `--start`, to the microsecond
    #[arg(long, hide = true, conflicts_with = "start")]
    start_micros: Option<i64>,
    /// How readings are written
    #[arg(long, default_value = "json")]
    format: Writing,
    /// Of a labelled recording, only so many cases of a label, in this order: walking:10 standing:2
    #[arg(long = "label", value_name = "LABEL:N", num_args = 1..)]
    labels: Vec<Cases>,
    /// End when whoever started this is gone
    #[arg(long, hide = true)]
    until_stdin_closes: bool,
    #[command(flatten)]
    pub(crate) output: Target,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Writing {
    /// Text
    Json,
    /// Binary, and smaller
    Cbor,
}

/// So many cases of a label.
#[derive(Debug, Clone)]
struct Cases {
    label: String,
    number: usize,
}

impl FromStr for Cases {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "write a label and how many cases of it, such as walking:10";
        let (label, number) = text.rsplit_once(':').ok_or(FORM)?;
        let number = number.parse().ok().filter(|number| *number > 0).ok_or(FORM)?;
        Ok(Self {
            label: label.to_owned(),
            number,
        })
    }
}

fn speed(text: &str) -> Result<f64, &'static str> {
    let speed: Option<f64> = text.parse().ok();
    speed
        .filter(|speed| speed.is_finite() && *speed > 0.0)
        .ok_or("a speed is a number above 0")
}

/// How it ended.
#[derive(Debug, Serialize)]
struct Played {
    device: DeviceId,
    packs: usize,
    acknowledged: usize,
    refused: usize,
    skipped: usize,
}

impl Arguments {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let recording = self.recording()?;
        let folder = self.output.folder()?;
        // Asked at once, so that a wrong folder or device is told now and not tried for ever.
        let access = access(&folder, &self.device).await?;
        let replay = Replay {
            start: self.start_of(&recording, access.now)?,
            host: access.host,
            port: access.port,
            password: access.password.into(),
            device: self.device.clone(),
            speed: Some(self.speed),
            format: match self.format {
                Writing::Json => Format::Json,
                Writing::Cbor => Format::Cbor,
            },
            recording,
        };
        let (progress, seen) = watch::channel(Progress::default());
        let cancel = CancellationToken::new();
        let ask = async || access_again(&folder, &replay.device).await;
        let finish = {
            let mut playing = std::pin::pin!(replay.run_asking(ask, &progress, &cancel));
            let mut telling = std::pin::pin!(tell(seen, self.output.json));
            let mut ending = std::pin::pin!(ending(self.until_stdin_closes));
            loop {
                tokio::select! {
                    finish = &mut playing => break finish,
                    () = &mut ending, if !cancel.is_cancelled() => cancel.cancel(),
                    () = &mut telling => {}
                }
            }
        };
        let progress = progress.borrow().clone();
        if finish == Finish::Cancelled {
            let message = format!(
                "ended with {} of {} packs acknowledged; those are kept",
                progress.acknowledged, progress.total
            );
            return Err(Failure::new("interrupted", message));
        }
        let played = Played {
            device: self.device,
            packs: progress.total,
            acknowledged: progress.acknowledged,
            refused: progress.refused,
            skipped: replay.recording.skipped,
        };
        let refused = if played.refused == 0 {
            String::new()
        } else {
            format!(", {} of them refused", played.refused)
        };
        self.output.print(
            &played,
            format_args!("Played: {} packs acknowledged{refused}.", played.acknowledged),
        )
    }

    fn recording(&self) -> Result<Recording, Failure> {
        if self.labels.is_empty() {
            return Ok(Recording::open(&self.file)?);
        }
        let plan: Vec<(&str, usize)> = self.labels.iter().map(|cases| (cases.label.as_str(), cases.number)).collect();
        Ok(Recording::basic_motions(&self.file, &plan)?)
    }

    /// What lies in the future is refused, so that a recording played faster than life has to begin in the past.
    fn start_of(&self, recording: &Recording, now: Timestamp) -> Result<Timestamp, Failure> {
        match (&self.start, self.start_micros) {
            (Some(when), _) => when
                .start(&here(now))
                .map_err(|error: NoInstant| Failure::new("instant", error.to_string())),
            (None, Some(micros)) => Ok(Timestamp::from_micros(micros)),
            (None, None) if self.speed > 1.0 => Ok(now.minus(recording.moments.last().map_or(Span::default(), |last| last.after))),
            (None, None) => Ok(now),
        }
    }
}

async fn access(folder: &Path, device: &DeviceId) -> Result<ReplayAccess, ClientError> {
    let node = NodeClient::find(folder).await?;
    node.call::<GetReplayCredentials>(ReplayCredentials { device: device.clone() })
        .await
}

/// The endpoint of a node that was started again may be elsewhere, and does not know the former password.
async fn access_again(folder: &Path, device: &DeviceId) -> Result<Access, String> {
    let ReplayAccess {
        host, port, password, ..
    } = access(folder, device).await.map_err(|error| error.to_string())?;
    Ok(Access {
        host,
        port,
        password: password.into(),
    })
}

/// Ctrl-C, or the end of whoever started this.
async fn ending(until_stdin_closes: bool) {
    let closed = async {
        if until_stdin_closes && stdin_closed().await.is_ok() {
            return;
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = asked_to_stop() => {}
        () = closed => {}
    }
}

/// Tells when there is nothing more to read. A thread of its own: the runtime would wait for its last read before the process ends.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = tell.send(());
    });
    told
}

/// Says how far it is: over and over on one line of a terminal, otherwise only when the connection changes.
async fn tell(mut seen: watch::Receiver<Progress>, json: bool) {
    let terminal = io::stderr().is_terminal() && !json;
    let mut last = Link::Connecting;
    while seen.changed().await.is_ok() {
        let progress = seen.borrow_and_update().clone();
        if terminal {
            // Back to the start of the line, and nothing of what stood there.
            let _ = write!(io::stderr().lock(), "\r\x1b[K{}", words(&progress));
        } else if progress.link != last && !json {
            say(words(&progress));
        }
        if terminal && progress.link == Link::Closed {
            say("");
        }
        last = progress.link;
    }
    std::future::pending::<()>().await;
}

fn words(progress: &Progress) -> String {
    let Progress {
        total,
        acknowledged,
        link,
        ..
    } = progress;
    match link {
        Link::Connecting => "connecting".to_owned(),
        Link::Connected => format!("{acknowledged} of {total} packs acknowledged"),
        Link::Waiting { why, pause } => format!("{why}; trying again in {} s", pause.as_secs_f32().ceil()),
        Link::Closed => format!("{acknowledged} of {total} packs acknowledged, closed"),
    }
}
