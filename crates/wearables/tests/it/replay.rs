//! The stand-in of a wearable plays against the endpoint, and nothing of the recording is lost.

use std::{collections::BTreeSet, time::Duration};

use earnest_domain::{
    stream::{Channel, Stream},
    time::{Span, Timestamp},
};
use earnest_wearables::{
    links::mqtt::{
        Limits,
        credentials::Password,
        replay::{Access, Finish, Link, Progress, Replay},
    },
    protocols::senml::{self, Format},
    recording::{Moment, Recording},
};
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::world::{PASSWORD, World, device, soon};

const START: Timestamp = Timestamp::from_seconds(1_795_000_000);
const NOW: Timestamp = Timestamp::from_seconds(1_795_001_000);

/// Six axes at 10 Hz.
fn recording(seconds: i64) -> Recording {
    let channels = || {
        Stream::Acceleration
            .channels()
            .iter()
            .chain(Stream::AngularVelocity.channels())
    };
    let moments = (0..seconds * 10).flat_map(|step| {
        #[allow(clippy::cast_precision_loss)]
        channels().map(move |channel| Moment {
            after: Span::from_millis(step * 100),
            channel: *channel,
            value: step as f32,
        })
    });
    Recording {
        name: "steps".to_owned(),
        source: "made up".to_owned(),
        cases: Vec::new(),
        moments: moments.collect(),
        skipped: 0,
    }
}

fn replay(world: &World, recording: Recording, format: Format) -> Replay {
    Replay {
        recording,
        host: "127.0.0.1".to_owned(),
        port: world.address.port(),
        device: device("ada"),
        password: Password::from(PASSWORD.to_owned()),
        speed: None,
        start: START,
        format,
    }
}

struct Playing {
    task: JoinHandle<Finish>,
    progress: watch::Receiver<Progress>,
    cancel: CancellationToken,
}

fn play(replay: Replay) -> Playing {
    let (sender, progress) = watch::channel(Progress::default());
    let cancel = CancellationToken::new();
    let token = cancel.clone();
    Playing {
        task: tokio::spawn(async move { replay.run(&sender, &token).await }),
        progress,
        cancel,
    }
}

impl Playing {
    async fn finish(self) -> (Finish, Progress) {
        let finish = soon("the end of the replay", self.task).await.unwrap();
        let progress = self.progress.borrow().clone();
        (finish, progress)
    }

    async fn until(&mut self, what: &str, wanted: impl FnMut(&Progress) -> bool) -> Progress {
        soon(what, self.progress.wait_for(wanted)).await.unwrap().clone()
    }
}

/// What tells a sample from any other of the device.
fn keys(payload: &[u8]) -> Vec<(Channel, Timestamp)> {
    let decoded = senml::decode(payload, Format::detect(payload), NOW, &senml::Limits::default());
    assert_eq!(decoded.rejections, []);
    decoded.samples.iter().map(|sample| (sample.channel, sample.time)).collect()
}

#[tokio::test]
async fn a_recording_is_played_whole_in_either_format() {
    for format in [Format::Json, Format::Cbor] {
        let mut world = World::start(Limits::default()).await;
        let recording = recording(50);
        let expected: Vec<_> = recording.samples(START).collect();
        let playing = play(replay(&world, recording, format));
        let mut arrived = Vec::new();
        for _ in 0..50 {
            let message = world.committed().await;
            assert_eq!((&*message.topic, message.qos), ("earnest/ada/senml", 1));
            let decoded = senml::decode(&message.payload, format, NOW, &senml::Limits::default());
            assert_eq!(decoded.samples.len(), 60, "a second of six axes at 10 Hz");
            arrived.extend(decoded.samples);
        }
        let (finish, progress) = playing.finish().await;
        assert_eq!(finish, Finish::Played);
        assert_eq!(
            progress,
            Progress {
                total: 50,
                sent: 50,
                acknowledged: 50,
                refused: 0,
                link: Link::Closed
            }
        );
        arrived.sort_by_key(|sample| (sample.time, sample.channel));
        assert_eq!(arrived, expected);
        world.connection("ada", false).await;
        assert!(world.messages.try_recv().is_err());
    }
}

/// The endpoint is stopped in the middle, with packs committed, packs under way and packs not sent; then it starts again.
#[tokio::test]
async fn a_replay_survives_a_restart_of_the_endpoint() {
    let mut world = World::start(Limits {
        stop: Duration::from_millis(50),
        ..Limits::default()
    })
    .await;
    let recording = recording(100);
    let expected: BTreeSet<_> = recording.samples(START).map(|sample| (sample.channel, sample.time)).collect();
    let mut playing = play(replay(&world, recording, Format::Cbor));
    let mut arrived = BTreeSet::new();
    for _ in 0..20 {
        arrived.extend(keys(&world.committed().await.payload));
    }
    playing
        .until("20 acknowledgements", |progress| progress.acknowledged == 20)
        .await;
    let lost = [world.message().await, world.message().await];
    let address = world.address;
    world.endpoint.stop().await;
    drop(lost);
    drop(world.messages);
    let waiting = playing
        .until("the loss", |progress| matches!(progress.link, Link::Waiting { .. }))
        .await;
    assert!(waiting.acknowledged == 20 && waiting.sent >= 22, "{waiting:?}");

    let mut world = World::start_at(address, Limits::default(), true).await;
    let (finish, progress) = playing.finish().await;
    assert_eq!((finish, progress.acknowledged, progress.total), (Finish::Played, 100, 100));
    while let Ok(message) = world.messages.try_recv() {
        arrived.extend(keys(&message.message.payload));
    }
    assert!(
        arrived == expected,
        "every sample arrives at least once: {} of {}",
        arrived.len(),
        expected.len()
    );
}

#[tokio::test]
async fn a_replay_asks_where_the_endpoint_is_now() {
    let mut first = World::start(Limits::default()).await;
    let replay = replay(&first, recording(3), Format::Json);
    let access = |port| Access {
        host: "127.0.0.1".to_owned(),
        port,
        password: replay.password.clone(),
    };
    let (tell, told) = watch::channel(access(first.address.port()));
    let (progress, _seen) = watch::channel(Progress::default());
    let cancel = CancellationToken::new();
    let playing = replay.run_asking(async || Ok(told.borrow().clone()), &progress, &cancel);
    let moving = async {
        let pack = first.message().await;
        let mut second = World::start(Limits::default()).await;
        tell.send_replace(access(second.address.port()));
        pack.fail();
        for _ in 0..3 {
            second.committed().await;
        }
        second // it stays until the replay has its acknowledgements
    };
    let (finish, _second) = soon("the end of the replay", async { tokio::join!(playing, moving) }).await;
    assert_eq!(finish, Finish::Played);
    assert_eq!(progress.borrow().acknowledged, 3);
}

#[tokio::test]
async fn a_replay_with_a_wrong_password_says_so_and_can_be_cancelled() {
    let world = World::start(Limits::default()).await;
    let wrong = Replay {
        password: Password::from("wrong".to_owned()),
        ..replay(&world, recording(1), Format::Json)
    };
    let mut playing = play(wrong);
    let progress = playing
        .until("the refusal", |progress| matches!(progress.link, Link::Waiting { .. }))
        .await;
    let Link::Waiting { why, .. } = progress.link else { panic!() };
    assert!(why.contains("password"), "{why}");
    playing.cancel.cancel();
    let (finish, progress) = playing.finish().await;
    assert_eq!(
        (finish, progress.acknowledged, progress.link),
        (Finish::Cancelled, 0, Link::Closed)
    );
}

#[tokio::test]
async fn packs_that_are_refused_for_good_are_not_sent_again() {
    let mut world = World::start(Limits::default()).await;
    let playing = play(replay(&world, recording(2), Format::Json));
    world.message().await.refuse();
    world.committed().await;
    let (finish, progress) = playing.finish().await;
    assert_eq!((finish, progress.acknowledged, progress.refused), (Finish::Played, 2, 1));
}

#[tokio::test]
async fn a_pack_is_not_sent_before_it_was_measured() {
    let mut world = World::start_committing(Limits::default()).await;
    let begin = std::time::Instant::now();
    let paced = Replay {
        speed: Some(10.0),
        ..replay(&world, recording(4), Format::Json)
    };
    let playing = play(paced);
    for second in 1..=4_u32 {
        world.message().await;
        let earliest = Duration::from_millis(100 * u64::from(second) - 10); // the last step of a second lies 0.1 s before its end
        assert!(begin.elapsed() >= earliest, "pack {second} came after {:?}", begin.elapsed());
    }
    assert_eq!(playing.finish().await.0, Finish::Played);
}

/// The other version of the library, as a device's firmware might use it.
#[tokio::test]
async fn rumqttc_speaks_3_1_1_to_the_endpoint() {
    let mut world = World::start(Limits::default()).await;
    let mut options = MqttOptions::new("watch", "127.0.0.1", world.address.port());
    options.set_credentials("ada", PASSWORD);
    let (client, mut network) = AsyncClient::new(options, 8);
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let polling = tokio::spawn(async move {
        while let Ok(event) = network.poll().await {
            let _ = sender.send(event);
        }
    });
    client.subscribe("earnest/ada/#", QoS::AtLeastOnce).await.unwrap();
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        client
            .publish("earnest/ada/senml", qos, false, format!("{qos:?}"))
            .await
            .unwrap();
        assert_eq!(world.committed().await.payload, format!("{qos:?}"));
    }
    let mut heard = [false; 3];
    while heard != [true; 3] {
        match soon("acknowledgements", events.recv()).await.unwrap() {
            Event::Incoming(Packet::SubAck(_)) => heard[0] = true,
            Event::Incoming(Packet::PubAck(_)) => heard[1] = true,
            Event::Incoming(Packet::PubComp(_)) => heard[2] = true,
            _ => {}
        }
    }
    client.disconnect().await.unwrap();
    soon("the end", polling).await.unwrap();
}
