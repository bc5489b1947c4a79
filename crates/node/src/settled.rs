//! Waiting until there is nothing left to do: what `--until-done` means.

use earnest_engine::{
    Engine, EngineError, WITHDRAWAL_REFUSED,
    commands::{
        GetHistory, GetPerson, GetStatus, Nothing,
        history::ContributionState,
        person::{HubState, Person},
        status::Status,
    },
    events::Event,
};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::calls::call;

/// Returns the sums once every quest on offer is done, the outbox is empty, and the hub's points are ours.
///
/// Asks again whenever something happened, and never in between.
///
/// # Errors
/// The engine failed, or closed while this waited; or waiting cannot help any more: [`EngineError::HubRefused`],
/// [`EngineError::WithdrawalRefused`] and [`EngineError::PointsDisagree`].
pub async fn until_settled(engine: &Engine) -> Result<Status, EngineError> {
    let mut events = engine.events();
    loop {
        let person = call::<GetPerson>(engine, Nothing {}).await?;
        let status = call::<GetStatus>(engine, Nothing {}).await?;
        if is_settled(&person, &status) {
            return Ok(status);
        }
        if person.hub.state == HubState::Reachable {
            if let Some(error) = stuck(&person, &status) {
                return Err(error);
            }
            let refuses = person
                .hub
                .trouble
                .as_ref()
                .is_some_and(|trouble| trouble.code == WITHDRAWAL_REFUSED);
            if status.outbox == 0 || refuses {
                cannot_settle(engine, &status).await?;
            }
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

/// Whether the hub has said something that waiting does not mend.
async fn cannot_settle(engine: &Engine, status: &Status) -> Result<(), EngineError> {
    if let (Some(hub), false) = (status.hub_points, status.points_agree) {
        return Err(EngineError::PointsDisagree {
            here: status.points,
            hub,
        });
    }
    let history = call::<GetHistory>(engine, Nothing {}).await?;
    let refused = history
        .items
        .into_iter()
        .find(|item| item.state == ContributionState::Refused);
    match refused {
        Some(item) if status.quests.iter().any(|quest| quest.id == item.quest && !quest.done) => Err(EngineError::HubRefused {
            quest: item.quest_title,
            code: item.refusal.unwrap_or_default(),
        }),
        _ => Ok(()),
    }
}

/// What keeps the outbox from ever being empty, once everything else is done.
fn stuck(person: &Person, status: &Status) -> Option<EngineError> {
    let trouble = person
        .hub
        .trouble
        .as_ref()
        .filter(|trouble| trouble.code == WITHDRAWAL_REFUSED)?;
    let done = !status.quests.is_empty() && status.quests.iter().all(|quest| quest.done);
    (done && status.outbox > 0).then(|| EngineError::WithdrawalRefused(trouble.message.clone()))
}

fn is_settled(person: &Person, status: &Status) -> bool {
    // What is stored may be an earlier hub's; this one has to have answered in this run.
    person.hub.state == HubState::Reachable
        // Before a hub has answered there is no quest, and nothing is done.
        && !status.quests.is_empty()
        && status.quests.iter().all(|quest| quest.done)
        && status.outbox == 0
        && status.hub_points.is_some()
        && status.points_agree
}

#[cfg(test)]
mod tests {
    use earnest_engine::commands::{
        CommandError,
        person::{HubView, KeyPlaceView},
        status::QuestStatus,
    };

    use super::*;

    fn person(state: HubState) -> Person {
        let hub = HubView {
            id: None,
            name: "Riverside".to_owned(),
            embedded: true,
            state,
            trouble: None,
        };
        Person {
            name: None,
            key_place: KeyPlaceView::File,
            readings: 1,
            vault_bytes: 1,
            hub,
            version: String::new(),
        }
    }

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
            outbox_elsewhere: 0,
            points: 46,
            hub_points: Some(46),
            points_agree: true,
        }
    }

    #[test]
    fn a_hub_that_takes_no_withdrawal_is_not_waited_for() {
        let refuses = |code: &str| {
            let mut person = person(HubState::Reachable);
            person.hub.trouble = Some(CommandError {
                code: code.to_owned(),
                message: "the hub does not take a withdrawal".to_owned(),
            });
            person
        };
        let waiting = Status { outbox: 1, ..done() };
        let stuck_with = |person: &Person, status: &Status| stuck(person, status).map(|error| error.code().to_owned());
        assert_eq!(
            stuck_with(&refuses(WITHDRAWAL_REFUSED), &waiting),
            Some(WITHDRAWAL_REFUSED.to_owned())
        );
        assert_eq!(stuck_with(&refuses("expired"), &waiting), None, "that one is asked again");
        let mut open = Status { outbox: 1, ..done() };
        open.quests[0].done = false;
        assert_eq!(
            stuck_with(&refuses(WITHDRAWAL_REFUSED), &open),
            None,
            "there is more to wait for"
        );
    }

    #[test]
    fn done_means_credited_and_agreed_by_a_hub_that_answers() {
        let here = person(HubState::Reachable);
        assert!(is_settled(&here, &done()));
        assert!(
            !is_settled(&person(HubState::Unknown), &done()),
            "the sums may be those of an earlier run and another hub"
        );
        assert!(!is_settled(&person(HubState::Unreachable), &done()));
        assert!(
            !is_settled(
                &here,
                &Status {
                    quests: vec![],
                    ..done()
                }
            ),
            "a hub that was never reached offers nothing"
        );
        assert!(!is_settled(&here, &Status { outbox: 1, ..done() }));
        assert!(!is_settled(
            &here,
            &Status {
                hub_points: None,
                ..done()
            }
        ));
        assert!(!is_settled(
            &here,
            &Status {
                points_agree: false,
                ..done()
            }
        ));
        let mut open = done();
        open.quests[0].done = false;
        assert!(!is_settled(&here, &open));
    }
}
