//! Wearables: paired, renamed, given another password, and never forgotten.

use earnest_engine::{
    commands::{
        GetDevices, Nothing, RenameDeviceCommand, RenewCredentialCommand,
        pairing::{Pairing, RenameDevice, RenewCredential},
    },
    events::Event,
};

use crate::{
    raw::Raw,
    world::{World, told},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_wearables_of_one_name_are_two() {
    let world = World::start().await;
    let (left, right) = (world.pair("Watch").await, world.pair("Watch").await);
    assert_ne!((&left.device, &left.password), (&right.device, &right.password));
    world.walk(&left, 1).await;
    assert_eq!(world.refusal(&right).await, None, "each has its own way in");
    let list = world.call::<GetDevices>(Nothing {}).await;
    assert_eq!(
        list.devices.iter().map(|device| device.name.as_str()).collect::<Vec<_>>(),
        ["Watch", "Watch"]
    );
    let samples = |id| list.devices.iter().find(|device| device.id == id).unwrap().samples;
    assert!(samples(left.device) > 0, "what one sends is its own");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wearable_gets_another_name_and_keeps_what_it_sent() {
    let world = World::start().await;
    let watch = world.pair("Watch").await;
    world.walk(&watch, 1).await;
    let samples = world.call::<GetDevices>(Nothing {}).await.devices[0].samples;
    let mut events = world.engine.events();
    let rename = |device, name: &str| RenameDevice {
        device,
        name: name.to_owned(),
    };
    let list = world
        .call::<RenameDeviceCommand>(rename(watch.device.clone(), " Left wrist\u{202E} "))
        .await;
    assert_eq!(
        (list.devices[0].name.as_str(), list.devices[0].samples),
        ("Left wrist", samples)
    );
    assert!(told(&mut events).contains(&Event::Devices), "other screens hear of it");

    let nothing = world
        .ask::<RenameDeviceCommand>(rename(watch.device.clone(), "\u{200B}"))
        .await;
    assert_eq!(nothing.unwrap_err().code(), "invalid_name");
    let nobody = world
        .ask::<RenameDeviceCommand>(rename("nobody".parse().unwrap(), "Left"))
        .await
        .unwrap_err();
    assert_eq!((nobody.code(), nobody.status()), ("unknown_device", 404));
    let world = world.restarted().await;
    assert_eq!(world.call::<GetDevices>(Nothing {}).await.devices[0].name, "Left wrist");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_new_credentials_the_old_password_opens_nothing() {
    let world = World::start().await;
    let old = world.pair("Watch").await;
    assert_eq!(world.refusal(&old).await, None);
    let renew = RenewCredential {
        device: old.device.clone(),
    };
    let open = Raw::connect(&old).await;
    let new = world.call::<RenewCredentialCommand>(renew).await;
    open.ended().await;
    assert_eq!((&new.device, &new.topic), (&old.device, &old.topic));
    assert!(new.qr_svg.contains("<svg") && new.password != old.password);
    assert!(world.refusal(&old).await.is_some());
    assert_eq!(world.refusal(&new).await, None);

    let world = world.restarted().await;
    let port = world.engine.mqtt_addr().port();
    let here = |pairing: &Pairing| Pairing { port, ..pairing.clone() };
    assert!(world.refusal(&here(&old)).await.is_some(), "nor after a restart");
    assert_eq!(world.refusal(&here(&new)).await, None);
    let nobody = RenewCredential {
        device: "nobody".parse().unwrap(),
    };
    assert_eq!(
        world.ask::<RenewCredentialCommand>(nobody).await.unwrap_err().code(),
        "unknown_device"
    );
    world.stop().await;
}
