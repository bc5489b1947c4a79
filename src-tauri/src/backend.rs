//! What is behind the window: a node of its own, or the one that already runs on the data folder.

use std::{io::Write, path::Path, pin::pin, time::Duration};

use earnest_engine::{Engine, commands::CommandError, events::Event};
use earnest_node::{ClientError, NodeClient, NodeError, NodeOptions, Ready, asked_to_stop};
use futures_util::TryStreamExt;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::{
    Mutex,
    broadcast::{Receiver, error::RecvError},
    watch,
};

/// The name of the event under which the window hears the engine's.
const EVENT: &str = "engine-event";

/// How long a node that holds the folder and cannot be found may take to start or to stop: 15 s, longer than either takes.
const TRIES: u32 = 60;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// What answers the window's commands.
#[derive(Clone)]
pub(crate) enum Node {
    /// In this process.
    Own(Engine),
    /// In another process, on the same data folder.
    Other(Box<NodeClient>),
}

/// Becomes something once the node has started, or has failed to.
pub(crate) struct Backend {
    node: watch::Sender<Option<Result<Node, CommandError>>>,
    /// Kept to be stopped in order.
    running: Mutex<Option<earnest_node::Node>>,
    /// Whether the window can be seen; it says so itself, once it is there.
    seen: watch::Sender<bool>,
}

impl Default for Backend {
    fn default() -> Self {
        Self {
            node: watch::Sender::new(None),
            running: Mutex::default(),
            seen: watch::Sender::new(false),
        }
    }
}

impl Backend {
    /// What answers; waits while it starts.
    pub(crate) async fn node(&self) -> Result<Node, CommandError> {
        let mut node = self.node.subscribe();
        match node.wait_for(Option::is_some).await {
            Ok(started) => started.clone().unwrap_or_else(|| Err(closing())),
            Err(_) => Err(closing()),
        }
    }

    /// The window has come into sight, or is hidden from now on: it hears what happens while it is seen, since an engine with a
    /// listener hurries.
    pub(crate) fn look(&self, looking: bool) {
        self.seen.send_replace(looking);
    }

    /// Stops the node of this process, if there is one. A node that is still starting is left to the end of the process: nothing of
    /// it was acknowledged yet.
    pub(crate) async fn stop(&self) {
        self.node.send_replace(Some(Err(closing())));
        if let Some(node) = self.running.lock().await.take() {
            node.stop().await;
        }
    }
}

fn closing() -> CommandError {
    CommandError {
        code: "closing".to_owned(),
        message: "Earnest is closing; nothing was changed".to_owned(),
    }
}

/// Starts the node and keeps the window informed, until there is nothing more to do.
pub(crate) async fn run(app: AppHandle, options: NodeOptions) {
    let outcome = tokio::select! {
        outcome = attend(&app, &options) => outcome,
        () = asked_to_stop() => Ok(()),
    };
    match outcome {
        Ok(()) => app.exit(0),
        Err(failure) => {
            if options.json {
                say(&serde_json::json!({ "error": failure }).to_string());
            } else {
                say(&format!("earnest-desktop: {}", failure.message));
            }
            if options.until_done || options.json {
                app.exit(1);
            } else {
                // The window stays and says it, whatever it asks for.
                app.state::<Backend>().node.send_replace(Some(Err(failure)));
            }
        }
    }
}

/// Returns when everything that was asked for is done, or with what stands in the way.
async fn attend(app: &AppHandle, options: &NodeOptions) -> Result<(), CommandError> {
    let mut options = options.clone();
    if cfg!(mobile) {
        options.data = Some(
            app.path()
                .app_local_data_dir()
                .map_err(|error| failure("no_data_folder", error))?,
        );
    }
    let config = options.config(true).map_err(|error| failure_of(&error))?;
    let mut tries = 0..TRIES;
    loop {
        let taken = match earnest_node::Node::start(config.clone()).await {
            Ok(node) => return own(app, &options, node).await,
            // Only a node of one's own can be asked to do more than show itself.
            Err(error @ NodeError::AlreadyRunning { .. }) if !options.demo && !options.until_done => error,
            Err(error) => return Err(failure_of(&error)),
        };
        match other(app, &config.data).await {
            Ok(()) => tries = 0..TRIES,
            Err(error) if error.is_gone() && tries.next().is_some() => tokio::time::sleep(BETWEEN_TRIES).await,
            Err(_) => return Err(failure_of(&taken)),
        }
    }
}

/// A node in this process.
async fn own(app: &AppHandle, options: &NodeOptions, node: earnest_node::Node) -> Result<(), CommandError> {
    let backend = app.state::<Backend>();
    let engine = node.engine().clone();
    let ready = Ready::of(&node).await.map_err(|error| error.to_command_error())?;
    *backend.running.lock().await = Some(node);
    backend.node.send_replace(Some(Ok(Node::Own(engine.clone()))));
    if options.json {
        print(&ready);
    }
    let telling = async {
        let mut seen = backend.seen.subscribe();
        loop {
            if seen.wait_for(|seen| *seen).await.is_err() {
                return std::future::pending().await;
            }
            let mut events = engine.events();
            // The window may have shown another node until now, or nothing.
            app_event(app, &Event::Resync);
            tokio::select! {
                () = tell(app, &mut events) => {}
                _ = seen.wait_for(|seen| !*seen) => {}
            }
        }
    };
    let done = tokio::select! {
        done = options.carry_out(&engine) => done,
        never = telling => never,
    };
    let status = done.map_err(|error| failure(error.code(), &error))?;
    if options.json {
        print(&status);
    }
    Ok(())
}

/// Tells the window what happens, as long as anything can.
async fn tell(app: &AppHandle, events: &mut Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(event) => app_event(app, &event),
            Err(RecvError::Lagged(_)) => app_event(app, &Event::Resync),
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// The node of another process; returns when it is gone, and this one may take its place.
async fn other(app: &AppHandle, folder: &Path) -> Result<(), ClientError> {
    let client = NodeClient::find(folder).await?;
    tracing::info!(url = %client.announcement().url, "showing the node that already runs on this folder");
    let backend = app.state::<Backend>();
    let mut seen = backend.seen.subscribe();
    backend.node.send_replace(Some(Ok(Node::Other(Box::new(client.clone())))));
    loop {
        // While the window is hidden it asks for nothing; that the node is gone is noticed when it is seen again.
        let _ = seen.wait_for(|seen| *seen).await;
        let events = match client.events().await {
            Ok(events) => events,
            Err(error) => {
                backend.node.send_replace(None);
                return Err(error);
            }
        };
        let mut events = pin!(events);
        app_event(app, &Event::Resync);
        let telling = async {
            while let Ok(Some(event)) = events.try_next().await {
                app_event(app, &event);
            }
        };
        tokio::select! {
            () = telling => break,
            _ = seen.wait_for(|seen| !*seen) => {}
        }
    }
    backend.node.send_replace(None);
    Ok(())
}

fn app_event(app: &AppHandle, event: &Event) {
    if let Err(error) = app.emit(EVENT, event) {
        tracing::warn!(%error, "the window did not hear of an event");
    }
}

fn failure(code: &str, error: impl std::fmt::Display) -> CommandError {
    CommandError {
        code: code.to_owned(),
        message: error.to_string(),
    }
}

fn failure_of(error: &NodeError) -> CommandError {
    failure(error.code(), error)
}

/// Prints a line of JSON for whoever started this.
fn print(answer: &impl serde::Serialize) {
    if let Ok(line) = serde_json::to_string(answer) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}

/// Says something on standard error, if anybody can read it.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
