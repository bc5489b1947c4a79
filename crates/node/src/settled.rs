//! Waiting until there is nothing left to do: what `--until-done` means.

use earnest_engine::{
    Engine, EngineError,
    commands::{GetStatus, Nothing, status::Status},
    events::Event,
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::calls::call;

/// Returns the sums once every quest on offer is done, the outbox is empty, and the hub's points are ours.
///
/// Asks again whenever something happened, and never in between.
///
/// # Errors
/// The engine failed, or closed while this waited.
pub async fn until_settled(engine: &Engine) -> Result<Status, EngineError> {
    let mut events = engine.events();
    loop {
        let status = call::<GetStatus>(engine, Nothing {}).await?;
        if is_settled(&status) {
            return Ok(status);
        }
        next(&mut events).await?;
    }
}

/// Waits for an event; those that came with it are one with it.
async fn next(events: &mut Receiver<Event>) -> Result<(), EngineError> {
    match events.recv().await {
        Ok(_) | Err(RecvError::Lagged(_)) => {}
        Err(RecvError::Closed) => return Err(EngineError::Closing),
    }
    while events.try_recv().is_ok() {}
    Ok(())
}

fn is_settled(status: &Status) -> bool {
    // Before the hub has answered there is no quest, and nothing is done.
    !status.quests.is_empty()
        && status.quests.iter().all(|quest| quest.done)
        && status.outbox == 0
        && status.hub_points.is_some()
        && status.points_agree
}

#[cfg(test)]
mod tests {
    use earnest_engine::commands::status::QuestStatus;

    use super::*;

    fn done() -> Status {
        let quest = QuestStatus {
            id: "first-steps".parse().unwrap(),
            progress: 1.0,
            done: true,
        };
        Status {
            samples: 1,
            windows: [].into(),
            rejected: [].into(),
            quests: vec![quest],
            outbox: 0,
            points: 46,
            hub_points: Some(46),
            points_agree: true,
        }
    }

    #[test]
    fn done_means_credited_and_agreed() {
        assert!(is_settled(&done()));
        assert!(
            !is_settled(&Status {
                quests: vec![],
                ..done()
            }),
            "a hub that was never reached offers nothing"
        );
        assert!(!is_settled(&Status { outbox: 1, ..done() }));
        assert!(!is_settled(&Status {
            hub_points: None,
            ..done()
        }));
        assert!(!is_settled(&Status {
            points_agree: false,
            ..done()
        }));
        let mut open = done();
        open.quests[0].done = false;
        assert!(!is_settled(&open));
    }
}
