//! `earnest-hub`: a hub as a program of its own.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::{Parser, Subcommand};
use earnest_domain::{text::is_plain, time::Timestamp};
use earnest_hub::{Hub, Location, Quests};
use tokio::{net::TcpListener, signal};
use tracing_subscriber::EnvFilter;

/// Collects what people contribute to Earnest, under their receipts, and credits it once.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "earnest-hub", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until it is interrupted (SIGINT or SIGTERM), then answers what is under way and stops.
    ///
    /// Prints "listening on" and its URL on standard output once it does. It speaks plain HTTP: put a server that speaks TLS in
    /// front of it wherever the network is not your own. The variable `RUST_LOG` chooses what it logs on standard error.
    Serve(Serve),
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Where it keeps what it knows: `sqlite:///path/hub.sqlite`, or the path alone. Made when it is not there
    #[arg(long, value_name = "URL")]
    database: Location,
    /// Where it listens; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7430")]
    listen: SocketAddr,
    /// What people call it, 1 to 80 letters
    #[arg(long, default_value = "Earnest hub", value_parser = name)]
    name: String,
    /// A folder of quests (*.toml), beside the built-in ones; the same version of the same quest is replaced
    #[arg(long, value_name = "FOLDER")]
    quests: Option<PathBuf>,
}

fn name(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if !(1..=80).contains(&text.chars().count()) || !is_plain(text) {
        return Err("a name has 1 to 80 letters");
    }
    Ok(text.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the outermost layer")]
fn now() -> Timestamp {
    // A clock before 1970 was never set; every receipt then starts in the future, and nothing is credited.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments {
        command: Command::Serve(arguments),
    } = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        // On a full disk its complaint would fail as well, and panic: what cannot be logged is not logged.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(
    Serve {
        database,
        listen,
        name,
        quests,
    }: Serve,
) -> Result<(), Box<dyn std::error::Error>> {
    let built_in = Quests::built_in()?;
    let quests = match quests {
        Some(folder) => built_in.with_folder(&folder)?,
        None => built_in,
    };
    let hub = Hub::open(database.path(), &name, quests, Arc::new(now)).await?;
    // Before the address is told: whoever reads it may send a signal next.
    let stop = stop_signal()?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("{listen} cannot be listened on: {error}"))?;
    let address = listener.local_addr()?;
    tracing::info!(id = %hub.id(), "this hub");
    let mut out = io::stdout();
    writeln!(out, "listening on http://{address}")?;
    out.flush()?;
    hub.serve(listener, stop).await?;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)] // the other half can fail
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a signal handler the program is ended from outside, which it is built to bear.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
