//! From the start of the desktop to its first screen, beside an empty Tauri window.
//!
//! Both are started on a display of their own (Xvfb) whose picture lies in a file, and watched the same way: it is looked at every few
//! milliseconds until there is something to read on it, which is when it holds more colours than plain areas do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{interval, timeout},
};

use crate::{
    Failure, process,
    table::{Table, median},
};

/// How often the picture is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// Nothing takes longer to open.
const PATIENCE: Duration = Duration::from_secs(30);
/// Smooth edges of letters have this many colours; a plain background with a frame around it has not.
const COLOURS: usize = 12;
const RUNS: usize = 7;

/// Milliseconds to the first picture with something to read, of both, in turns.
pub(crate) async fn cold_start(table: &mut Table) -> Result<(), Failure> {
    let empty = process::program("earnest-empty-window")?;
    let earnest = process::program("earnest-desktop")?;
    let home = tempfile::tempdir()?;
    let (mut empties, mut firsts) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let data = tempfile::tempdir()?;
        let one = opens(&empty, &[], home.path()).await?;
        let data = data.path().to_string_lossy().into_owned();
        let arguments = [
            "--data",
            &data,
            "--key-file",
            "--listen",
            "127.0.0.1:0",
            "--mqtt",
            "127.0.0.1:0",
        ];
        let other = opens(&earnest, &arguments, home.path()).await?;
        // The first of each reads its files from the disk and fills the toolkit's caches.
        if run > 0 {
            empties.push(one);
            firsts.push(other);
        }
    }
    let ratio = format!(
        "target 1.5 times the empty window; {:.2} times",
        median(&firsts) / median(&empties)
    );
    table.line("cold_start: an empty Tauri window", &empties, "ms", "the peer");
    table.line("cold_start: Earnest, a new vault, first screen", &firsts, "ms", &ratio);
    Ok(())
}

/// Starts a program on a display of its own and tells after how many milliseconds there was something to read.
async fn opens(program: &Path, arguments: &[&str], home: &Path) -> Result<f64, Failure> {
    let display = Display::start().await?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("DISPLAY", &display.name)
        .env("GDK_BACKEND", "x11")
        .env("HOME", home);
    command
        .env_remove("WAYLAND_DISPLAY")
        .env("NO_AT_BRIDGE", "1")
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let begin = Instant::now();
    let mut child = command.spawn()?;
    let mut looks = interval(LOOK);
    let seen = async {
        loop {
            looks.tick().await;
            if let Some(status) = child.try_wait()? {
                return Err(Failure::from(format!("{} ended: {status}", program.display())));
            }
            if display.colours()? >= COLOURS {
                return Ok(begin.elapsed().as_secs_f64() * 1e3);
            }
        }
    };
    let outcome = timeout(PATIENCE, seen)
        .await
        .map_err(|_| format!("{} showed nothing", program.display()))?;
    child.kill().await?;
    outcome
}

/// A display in memory whose picture is a file.
struct Display {
    name: String,
    picture: PathBuf,
    _folder: tempfile::TempDir,
    _server: Child,
}

impl Display {
    async fn start() -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new("Xvfb");
        // The server chooses a display that is free and writes its number to standard output.
        command
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir"])
            .arg(folder.path());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut server = command.spawn()?;
        let out = server.stdout.take().ok_or("it was piped")?;
        let number = BufReader::new(out).lines().next_line().await?.ok_or("Xvfb did not start")?;
        let picture = folder.path().join("Xvfb_screen0");
        Ok(Self {
            name: format!(":{}", number.trim()),
            picture,
            _folder: folder,
            _server: server,
        })
    }

    /// How many colours the picture has, of every fourth line; counts no further than needed.
    fn colours(&self) -> Result<usize, Failure> {
        let picture = fs::read(&self.picture)?;
        // X Window Dump, version 7 (XWDFile.h): 32-bit numbers, the most significant byte first.
        let number = |index: usize| -> Option<usize> {
            let bytes = picture.get(index * 4..index * 4 + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
        };
        let (Some(header), Some(line), Some(map)) = (number(0), number(12), number(19)) else {
            return Err("the picture has no header".into());
        };
        let pixels = picture.get(header + map * 12..).unwrap_or_default();
        let mut seen: Vec<[u8; 3]> = Vec::new();
        for row in pixels.chunks_exact(line.max(4)).step_by(4) {
            for pixel in row.chunks_exact(4) {
                let colour = [pixel[0], pixel[1], pixel[2]];
                if seen.last() != Some(&colour) && !seen.contains(&colour) {
                    seen.push(colour);
                    if seen.len() >= COLOURS {
                        return Ok(seen.len());
                    }
                }
            }
        }
        Ok(seen.len())
    }
}
