//! A Tauri window with one word in it and nothing behind it: what a window costs before Earnest adds anything. The benchmark of the
//! cold start compares the desktop with it.

use std::process::ExitCode;

#[expect(
    clippy::disallowed_methods,
    reason = "the macro's own code ends the process when it was built without what it needs"
)]
fn main() -> ExitCode {
    match tauri::Builder::default().build(tauri::generate_context!()) {
        Ok(app) => ExitCode::from(u8::try_from(app.run_return(|_, _| {})).unwrap_or(1)),
        Err(_) => ExitCode::FAILURE,
    }
}
