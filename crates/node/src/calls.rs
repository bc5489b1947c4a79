//! Commands called from within the process, typed.

use earnest_engine::{
    Engine, EngineError,
    commands::{Command, dispatch},
};

/// Runs one command of the table.
///
/// # Errors
/// Whatever the command answers.
pub async fn call<C: Command>(engine: &Engine, request: C::Request) -> Result<C::Reply, EngineError> {
    let request = serde_json::to_vec(&request).map_err(|error| EngineError::BadRequest(error.to_string()))?;
    let reply = dispatch(engine, C::NAME, &request).await?;
    serde_json::from_slice(&reply).map_err(|error| EngineError::BadRequest(error.to_string()))
}
