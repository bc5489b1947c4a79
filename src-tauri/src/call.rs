//! The two commands of the window: any command of the engine's table, by its name; and whether it is seen.

use earnest_engine::commands::{CommandError, dispatch};
use tauri::{State, ipc::Response};

use crate::backend::{Backend, Node};

/// Hands a command on, and its reply back as it is.
#[tauri::command]
pub(crate) async fn call(name: String, request: serde_json::Value, backend: State<'_, Backend>) -> Result<Response, CommandError> {
    let request = request.to_string();
    let reply = match backend.node().await? {
        Node::Own(engine) => dispatch(&engine, &name, request.as_bytes())
            .await
            .map_err(|error| error.to_command_error())?,
        Node::Other(client) => client.call_by_name(&name, request).await.map_err(|error| CommandError {
            code: error.code().to_owned(),
            message: error.to_string(),
        })?,
    };
    // As text, the window's side reads it as JSON; as bytes it would be a buffer.
    String::from_utf8(reply).map(Response::new).map_err(|error| CommandError {
        code: "garbled".to_owned(),
        message: error.to_string(),
    })
}

/// The window says whether it can be seen.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands it over so")]
pub(crate) fn look(looking: bool, backend: State<'_, Backend>) {
    backend.look(looking);
}
