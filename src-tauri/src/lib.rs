//! The shell: a window, and a node behind it in the same process. It translates; it decides nothing.
//!
//! The window opens at once and the node starts behind it; a command that comes earlier waits. The node is a whole one, so that the
//! CLI and a browser reach it too. Where another node already runs on the data folder, be it another window or `earnest node`, the
//! window shows that one instead: there is never a second engine on a folder.

mod backend;
mod call;

use std::{io::IsTerminal, process::ExitCode, time::Duration};

use clap::Parser;
use earnest_node::NodeOptions;
use tauri::{Builder, Manager, RunEvent};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use crate::backend::Backend;

/// For work that cannot be broken off and was under way when the window closed.
const LAST_WORK: Duration = Duration::from_secs(10);

/// Earnest in a window.
///
/// Everything runs in this process: it hears your wearables, keeps what they measure in an encrypted vault, and judges it on this
/// machine. Nothing leaves unless you say so.
#[derive(Debug, Parser)]
#[command(name = "earnest-desktop", version)]
struct Arguments {
    #[command(flatten)]
    options: NodeOptions,
}

/// Runs on a desktop, as the command line says.
pub fn desktop() -> ExitCode {
    let options = Arguments::parse().options;
    let code = open(options);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// Runs on a phone, which has no command line.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    open(NodeOptions::default());
}

/// Opens the window, and returns the exit code when it is closed and everything has stopped.
fn open(options: NodeOptions) -> i32 {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        // On a full disk its complaint would fail as well, and panic: what cannot be logged is not logged.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    // Tauri's own runtime is never shut down; a model that is still being judged with when the process ends crashes it.
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            backend::say(&format!("earnest-desktop: no threads can be had: {error}"));
            return 1;
        }
    };
    tauri::async_runtime::set(runtime.handle().clone());
    let code = show(options);
    runtime.shutdown_timeout(LAST_WORK);
    code
}

/// The window, from its opening to its end.
#[expect(
    clippy::disallowed_methods,
    reason = "the macro's own code ends the process when it was built without what it needs"
)]
fn show(options: NodeOptions) -> i32 {
    let built = Builder::default()
        .manage(Backend::default())
        .invoke_handler(tauri::generate_handler![call::call, call::look])
        .setup(move |app| {
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move { backend::run(handle, options).await });
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run_return(|handle, event| {
            if let RunEvent::Exit = event {
                tauri::async_runtime::block_on(handle.state::<Backend>().stop());
            }
        }),
        Err(error) => {
            backend::say(&format!("earnest-desktop: the window cannot be opened: {error}"));
            1
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::{fs, path::Path};

    use serde_json::Value;
    use tauri::utils::{acl::capability::Capability, config::Config};

    fn read(file: &str) -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// RFC 7396, as Tauri merges configurations.
    fn merge(target: &mut Value, patch: Value) {
        match patch {
            Value::Object(patch) => {
                if !target.is_object() {
                    *target = Value::Object(serde_json::Map::new());
                }
                for (key, value) in patch {
                    merge(&mut target[key], value);
                }
            }
            other => *target = other,
        }
    }

    #[test]
    fn the_configuration_of_every_system_is_one_that_tauri_takes() {
        for file in [
            "tauri.ios.conf.json",
            "tauri.android.conf.json",
            "bundle/linux.conf.json",
            "bundle/macos.conf.json",
            "bundle/windows.conf.json",
        ] {
            let mut merged = read("tauri.conf.json");
            merge(&mut merged, read(file));
            let config: Result<Config, _> = serde_json::from_value(merged);
            let csp = config.unwrap_or_else(|error| panic!("{file}: {error}")).app.security.csp;
            assert!(
                csp.is_some_and(|csp| csp.to_string().contains("default-src 'self'")),
                "{file}"
            );
        }
    }

    #[test]
    fn a_window_may_call_the_engine_and_hear_it_and_nothing_else() {
        for file in ["capabilities/desktop.json", "capabilities/mobile.json"] {
            let capability: Capability = serde_json::from_value(read(file)).unwrap();
            assert_eq!(capability.windows, ["main"], "{file}");
            let permissions: Vec<&str> = capability.permissions.iter().map(|entry| entry.identifier().get()).collect();
            assert_eq!(
                permissions,
                [
                    "allow-call",
                    "allow-look",
                    "core:event:allow-listen",
                    "core:event:allow-unlisten"
                ],
                "{file}"
            );
        }
    }
}
