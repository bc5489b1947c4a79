//! The person, their devices, what was turned away, and what the hub said.

use earnest_domain::{
    device::DeviceKind,
    hub::HubKey,
    identity::PersonKey,
    quest::{Quest, SignedQuest},
    rejection::{Rejection, RejectionReason},
};
use earnest_vault::{Device, Hub, Person, Replay};

use crate::world::{SEED, World, at, device, id};

#[tokio::test]
async fn the_person_stays_who_they_are() {
    let world = World::empty().await;
    assert_eq!(world.vault.person().await.unwrap(), Person { name: None });
    world.vault.set_name("Ada").await.unwrap();
    let world = world.restarted().await;
    assert_eq!(
        world.vault.person().await.unwrap(),
        Person {
            name: Some("Ada".to_owned()),
        }
    );
    assert_eq!(
        world.vault.person_key().await.unwrap().person(),
        PersonKey::from_seed(&SEED).person()
    );
}

#[tokio::test]
async fn devices_are_kept_with_their_names_and_replays() {
    let world = World::empty().await;
    let sample = Device {
        kind: DeviceKind::Sample,
        replay: Some(Replay {
            start: at(5),
            speed: 4,
            running: true,
        }),
        ..device("sample")
    };
    world.vault.add_device(&device("watch")).await.unwrap();
    world.vault.add_device(&sample).await.unwrap();
    assert_eq!(
        world.vault.add_device(&device("watch")).await.unwrap_err().code(),
        "device_exists"
    );

    world.vault.rename_device(&id("watch"), "Left wrist").await.unwrap();
    world.vault.set_credential(&id("watch"), "$argon2id$new").await.unwrap();
    world
        .vault
        .set_replay(
            &id("sample"),
            Replay {
                start: at(5),
                speed: 4,
                running: false,
            },
        )
        .await
        .unwrap();
    assert_eq!(
        world.vault.rename_device(&id("ghost"), "?").await.unwrap_err().code(),
        "unknown_device"
    );

    let world = world.restarted().await;
    let expected = [
        Device {
            name: "Left wrist".to_owned(),
            credential: "$argon2id$new".to_owned(),
            ..device("watch")
        },
        Device {
            replay: Some(Replay {
                start: at(5),
                speed: 4,
                running: false,
            }),
            ..sample
        },
    ];
    assert_eq!(world.vault.devices().await.unwrap(), expected);
}

#[tokio::test]
async fn what_is_turned_away_is_counted_and_strangers_cannot_fill_the_disk() {
    let world = World::with_watch().await;
    let wrong = |detail: &str| Rejection::new(RejectionReason::WrongCredentials, detail);
    let strangers: Vec<_> = (0..100)
        .map(|number| (Some(id(&format!("stranger-{number}"))), wrong("no such name")))
        .collect();
    world.vault.reject(&strangers, at(1)).await.unwrap();
    world
        .vault
        .reject(
            &[(Some(id("stranger-3")), wrong("again")), (None, wrong("no name at all"))],
            at(2),
        )
        .await
        .unwrap();
    let watch = Rejection::new(RejectionReason::NotANumber, "acceleration.x is NaN");
    world
        .vault
        .reject(&[(Some(id("watch")), watch.clone()), (Some(id("watch")), watch)], at(3))
        .await
        .unwrap();

    let rejected = world.vault.rejections().await.unwrap();
    assert_eq!(rejected.len(), 66, "64 strangers by name, the rest together, and the watch");
    assert_eq!(
        (rejected[0].device.clone(), rejected[0].times, rejected[0].last_at),
        (Some(id("watch")), 2, at(3)),
        "a paired device is always counted"
    );
    let times = |name: Option<&str>| {
        rejected
            .iter()
            .find(|row| row.device == name.map(id))
            .map(|row| (row.times, row.last_detail.as_str()))
    };
    assert_eq!(times(Some("stranger-3")), Some((2, "again")));
    assert_eq!(times(None), Some((37, "no name at all")));
}

#[tokio::test]
async fn what_the_hub_said_is_there_while_it_is_away() {
    let world = World::empty().await;
    let [key, another] = [7, 8].map(|seed| HubKey::from_seed(&[seed; 32]).id());
    assert_eq!(world.vault.hub().await.unwrap(), None);
    let hub = Hub {
        id: "home".parse().unwrap(),
        name: "Home".to_owned(),
        url: "http://127.0.0.1:7421".to_owned(),
        seen_at: at(1),
    };
    let quest = |name: &str| Quest {
        id: name.parse().unwrap(),
        ..crate::outbox::first_steps()
    };
    let id = hub.id.clone();
    let signed = |name: &str| SignedQuest::sign(quest(name), &id, &HubKey::from_seed(&[7; 32]));
    world
        .vault
        .set_hub(&hub, key, &[signed("zebra"), signed("apple")])
        .await
        .unwrap();
    let world = world.restarted().await;
    assert_eq!(world.vault.hub().await.unwrap(), Some(hub.clone()));
    assert_eq!(
        world.vault.quests().await.unwrap(),
        [quest("zebra"), quest("apple")],
        "in the hub’s order"
    );
    let later = Hub { seen_at: at(2), ..hub };
    world.vault.set_hub(&later, another, &[signed("apple")]).await.unwrap();
    assert_eq!(
        (world.vault.hub().await.unwrap(), world.vault.quests().await.unwrap()),
        (Some(later.clone()), vec![quest("apple")])
    );
    let other = Hub {
        id: "town".parse().unwrap(),
        name: "Town".to_owned(),
        ..world.vault.hub().await.unwrap().unwrap()
    };
    world.vault.set_hub(&other, another, &[]).await.unwrap();
    assert_eq!(world.vault.hub().await.unwrap().as_ref(), Some(&other));
    let names: Vec<String> = world.vault.hub_names().await.unwrap().into_values().collect();
    assert_eq!(names, ["Home", "Town"], "whoever was met keeps their name");
    let mut keys = Vec::new();
    for id in [&later.id, &other.id, &"nowhere".parse().unwrap()] {
        keys.push(world.vault.key_of_hub(id).await.unwrap());
    }
    assert_eq!(keys, [Some(key), Some(another), None], "the first that was shown");
}
