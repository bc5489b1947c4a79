//! A browser: Chromium without a window, driven over WebDriver by chromedriver.

use std::{collections::BTreeSet, ops::Deref, process::Stdio};

use fantoccini::{ClientBuilder, wd::Capabilities};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    page::Page,
    program::{Program, browser_binary},
};

/// Of the screens' two layouts, the first.
const PHONE: Screen = Screen {
    name: "phone",
    width: 390,
    height: 844,
    scale: 2,
    phone: true,
};
/// And the second.
const DESKTOP: Screen = Screen {
    name: "desktop",
    width: 1280,
    height: 800,
    scale: 1,
    phone: false,
};

struct Screen {
    name: &'static str,
    width: u32,
    height: u32,
    /// Pixels to a CSS pixel.
    scale: u32,
    phone: bool,
}

/// A browser with one page, which has the size of a phone unless it is looked at.
pub struct Browser {
    page: Page,
    /// Chromium's process: it outlives a driver that is killed.
    process: Option<u64>,
    commands: String,
    barriers: BTreeSet<String>,
    // Dropped in this order: what writes into the folder goes first.
    _driver: Program,
    _profile: TempDir,
}

impl Browser {
    /// Opens a page in a browser that has never been anywhere.
    pub async fn open(journey: &'static str, url: &str) -> Self {
        let profile = tempfile::tempdir().expect("there is room for a profile");
        let (driver, address) = driver().await;
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-GB",
            // A camera that films a clock and a microphone that beeps, and somebody who allows both.
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ];
        let mut arguments: Vec<_> = arguments.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
        capabilities.insert("timeouts".to_owned(), json!({ "script": 60_000 }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await;
        let client = client.expect("a browser opens: `cargo xtask test` installs Chromium and its driver");
        let process = client.capabilities().and_then(|said| said.get("goog:processID")?.as_u64());
        let session = client.session_id().await.ok().flatten().expect("a session has a name");
        let commands = format!("{address}/session/{session}/goog/cdp/execute");
        let page = Page::new(client, journey);
        let browser = Self {
            page,
            process,
            commands,
            barriers: BTreeSet::new(),
            _driver: driver,
            _profile: profile,
        };
        browser.becomes(&PHONE, "light").await;
        browser.page.client().goto(url).await.expect("a node answers a browser");
        browser
    }

    /// Looks at the page on a phone and on a desktop, in light and in dark: keeps a picture of each, and notes what would keep people
    /// out. The page is a phone's again afterwards.
    pub async fn looks(&mut self, name: &str) {
        let from_the_top = "for (const part of document.querySelectorAll('html, dialog[open] *')) part.scrollTop = 0";
        self.page.run(from_the_top, vec![]).await;
        for screen in [&PHONE, &DESKTOP] {
            for look in ["light", "dark"] {
                self.becomes(screen, look).await;
                let name = format!("{name}-{}-{look}", screen.name);
                self.page.keeps(&name).await;
                let barriers = self.page.barriers().await;
                self.barriers
                    .extend(barriers.into_iter().map(|barrier| format!("{name}: {barrier}")));
            }
        }
        self.becomes(&PHONE, "light").await;
    }

    /// Closes it. Nothing that was looked at may have kept anybody out.
    pub async fn closes(self) {
        self.page.client().clone().close().await.expect("a browser can be closed");
        let barriers: Vec<_> = self.barriers.iter().map(String::as_str).collect();
        assert!(barriers.is_empty(), "these keep people out:\n{}", barriers.join("\n"));
    }

    async fn becomes(&self, screen: &Screen, look: &str) {
        let Screen {
            width,
            height,
            scale,
            phone,
            ..
        } = screen;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics).await;
        // Without motion, a picture is of a moment that lasts.
        let features = json!([
            { "name": "prefers-color-scheme", "value": look },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }))
            .await;
    }

    /// A command of the Chrome `DevTools` Protocol, for what WebDriver has no word for.
    async fn devtools(&self, command: &str, parameters: &Value) {
        let request = reqwest::Client::new()
            .post(&self.commands)
            .json(&json!({ "cmd": command, "params": parameters }));
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer.unwrap_or_else(|error| panic!("{command} failed: {error}"));
    }
}

impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(process) = self.process {
            // Already gone after a journey that went well.
            let mut kill = std::process::Command::new(if cfg!(windows) { "taskkill" } else { "kill" });
            kill.args(if cfg!(windows) {
                ["/F", "/T", "/PID"].as_slice()
            } else {
                ["-KILL"].as_slice()
            });
            let _ = kill
                .arg(process.to_string())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
}

/// Starts chromedriver on a free port, and returns its address, too.
async fn driver() -> (Program, String) {
    let mut driver = Program::start(
        Command::new(browser_binary("chromedriver"))
            .arg("--port=0")
            .stderr(Stdio::null()),
    );
    loop {
        let line = driver.line().await;
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return (driver, format!("http://127.0.0.1:{}", port.trim_end_matches('.')));
        }
    }
}
