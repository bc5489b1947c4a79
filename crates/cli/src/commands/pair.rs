//! `earnest pair`: a wearable, or the sample of one.

use earnest_domain::device::{DeviceId, DeviceKind};
use earnest_engine::commands::{PairMqttCommand, PairSampleCommand, pairing::PairMqtt, sample::PairSample};
use serde::Serialize;

use crate::{
    failure::Failure,
    output::{Target, say},
};

/// How a wearable comes to Earnest.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Mqtt(Mqtt),
    Sample(Sample),
}

/// Pair a wearable that speaks MQTT: prints what to enter on it
///
/// The password is shown once; the node keeps only its hash.
#[derive(Debug, clap::Args)]
pub(crate) struct Mqtt {
    /// What you call it
    #[arg(long)]
    name: String,
    #[command(flatten)]
    output: Target,
}

/// Pair the sample wearable, which replays a smartwatch's recording
///
/// It starts to play at once, in a process of its own, and goes through everything that a real wearable does.
#[derive(Debug, clap::Args)]
pub(crate) struct Sample {
    /// How many times faster than life it plays
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    speed: Option<u32>,
    #[command(flatten)]
    output: Target,
}

/// What a wearable needs. The keys are stable.
#[derive(Serialize)]
struct Credentials<'a> {
    device: &'a DeviceId,
    host: &'a str,
    port: u16,
    username: &'a str,
    password: &'a str,
    topic: &'a str,
}

#[derive(Serialize)]
struct Paired<'a> {
    device: &'a DeviceId,
    topic: &'a str,
}

impl Command {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Mqtt(arguments) => arguments.output.json,
            Self::Sample(arguments) => arguments.output.json,
        }
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Mqtt(arguments) => arguments.run().await,
            Self::Sample(arguments) => arguments.run().await,
        }
    }
}

impl Mqtt {
    async fn run(self) -> Result<(), Failure> {
        let paired = self
            .output
            .node()
            .await?
            .call::<PairMqttCommand>(PairMqtt { name: self.name })
            .await?;
        let credentials = Credentials {
            device: &paired.device,
            host: &paired.host,
            port: paired.port,
            username: &paired.username,
            password: &paired.password,
            topic: &paired.topic,
        };
        let words = format!(
            "Enter this on the wearable:\n  host      {}\n  port      {}\n  username  {}\n  password  {}\n  topic     {}",
            paired.host, paired.port, paired.username, paired.password, paired.topic
        );
        self.output.print(&credentials, words)?;
        if !self.output.json {
            say("The password is not shown again. Readings go to the topic as SenML (RFC 8428), JSON or CBOR.");
        }
        Ok(())
    }
}

impl Sample {
    async fn run(self) -> Result<(), Failure> {
        let list = self
            .output
            .node()
            .await?
            .call::<PairSampleCommand>(PairSample { speed: self.speed })
            .await?;
        // The newest device comes first.
        let sample = list.devices.iter().find(|device| device.kind == DeviceKind::Sample);
        let sample =
            sample.ok_or_else(|| Failure::new("no_sample", "the sample wearable was paired and is not among the devices"))?;
        let paired = Paired {
            device: &sample.id,
            topic: &sample.topic,
        };
        self.output.print(
            &paired,
            format_args!("Paired {} as {}. It plays now.", sample.name, sample.id),
        )
    }
}
