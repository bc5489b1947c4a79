//! The desktop's window, driven over WebDriver by tauri-driver. On Linux it stands on a display of its own (Xvfb).

use std::{
    net::{Ipv4Addr, TcpListener},
    ops::Deref,
    path::Path,
    process::Stdio,
    time::Duration,
};

use fantoccini::{ClientBuilder, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    page::Page,
    program::{Program, binary, browser_binary},
};

/// How long a driver may take until it answers, and the desktop until its window is open.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running desktop and its window.
pub struct Window {
    page: Page,
    // Dropped in this order: the display goes last.
    _driver: Group,
    _home: TempDir,
    _display: Option<Program>,
}

impl Window {
    /// Starts the desktop on `data`, and everything that it takes to see its window.
    pub async fn open(journey: &'static str, data: &Path) -> Self {
        let home = tempfile::tempdir().expect("there is room for a home");
        let (display, name) = display().await;
        let mut command = driver();
        let [port, native_port] = free_ports();
        command.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
        if cfg!(target_os = "linux") {
            command.arg("--native-driver").arg(browser_binary("WebKitWebDriver"));
            // What is there of a desktop stays out: it would answer for one person and not for another.
            command
                .env("DISPLAY", name)
                .env_remove("WAYLAND_DISPLAY")
                .env("GDK_BACKEND", "x11")
                .env("NO_AT_BRIDGE", "1");
            command
                .env("XDG_CONFIG_HOME", home.path())
                .env("XDG_CACHE_HOME", home.path())
                .env("XDG_DATA_HOME", home.path());
        }
        let driver = Group::start(&command);
        let address = format!("http://127.0.0.1:{port}");
        answers(&format!("{address}/status")).await;

        let data = data.to_str().expect("a journey's folder is named in plain letters");
        let arguments = [
            "--data",
            data,
            "--key-file",
            "--listen",
            "127.0.0.1:0",
            "--mqtt",
            "127.0.0.1:0",
        ];
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "tauri:options".to_owned(),
            json!({ "application": binary("earnest-desktop"), "args": arguments }),
        );
        capabilities.insert("timeouts".to_owned(), json!({ "script": 60_000 }));
        let mut client = ClientBuilder::new(HttpConnector::new());
        let client = tokio::time::timeout(PATIENCE, client.capabilities(capabilities).connect(&address)).await;
        let client = client.expect("a window opens in time").expect("the desktop opens its window");
        let page = Page::new(client, journey);
        Self {
            page,
            _driver: driver,
            _home: home,
            _display: display,
        }
    }

    /// Closes the window, and with it the desktop.
    pub async fn closes(self) {
        self.page.client().clone().close().await.expect("a window can be closed");
    }
}

impl Deref for Window {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// A program and all that it started, which a driver that is killed would leave behind.
struct Group(Child);

impl Group {
    /// Starts what ends with us, whatever ends us: then its standard input ends, and that is watched.
    fn start(program: &Command) -> Self {
        let program = program.as_std();
        let mut command = if cfg!(unix) {
            let mut watch = Command::new("sh");
            watch
                .args(["-c", "\"$@\" </dev/null & cat; kill -KILL 0", "watch"])
                .arg(program.get_program());
            watch
        } else {
            // tauri-driver ties what it starts to itself (a job object).
            Command::new(program.get_program())
        };
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        #[cfg(unix)]
        command.process_group(0);
        // Of the buses and drivers, only the outcome matters here.
        command
            .args(program.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(
            command
                .kill_on_drop(!cfg!(unix))
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}")),
        )
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if cfg!(unix)
            && let Some(leader) = self.0.id()
        {
            let mut kill = std::process::Command::new("kill");
            let _ = kill
                .args(["-KILL", "--", &format!("-{leader}")])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// tauri-driver; on Linux with a message bus of its own, which GTK asks for and waits for.
fn driver() -> Command {
    let driver = browser_binary("tauri-driver");
    if !cfg!(target_os = "linux") {
        return Command::new(driver);
    }
    let mut command = Command::new(browser_binary("dbus-run-session"));
    command.arg("--").arg(driver);
    command
}

/// A display of its own, and its name. The system's is used where there is no such thing.
async fn display() -> (Option<Program>, String) {
    if !cfg!(target_os = "linux") {
        return (None, String::new());
    }
    let mut command = Command::new(browser_binary("Xvfb"));
    // It goes with its last window, too.
    command
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
            "-terminate",
        ])
        .stderr(Stdio::null());
    let mut program = Program::start(&mut command);
    // It chooses a free one, and says which when it is ready.
    let number = program.line().await;
    (Some(program), format!(":{}", number.trim()))
}

/// Ports that nobody listens on. tauri-driver cannot choose by itself.
fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are free ports"));
    listeners.map(|listener| listener.local_addr().expect("a listener has an address").port())
}

/// Asks until there is an answer: neither driver says when it is ready.
async fn answers(url: &str) {
    let mut again = tokio::time::interval(Duration::from_millis(50));
    let client = reqwest::Client::new();
    let answered = async {
        loop {
            again.tick().await;
            if client.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, answered)
        .await
        .unwrap_or_else(|_| panic!("no driver answered at {url}"));
}
