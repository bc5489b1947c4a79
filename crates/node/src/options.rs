//! How a node is started: the arguments that `earnest node` and the desktop share.

use std::{net::SocketAddr, path::PathBuf};

use earnest_engine::{
    Clock, Engine, EngineError, KeyChoice, Random, Zone,
    commands::{
        GetPerson, Nothing,
        person::{KeyPlaceView, Person},
        status::Status,
    },
};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{DemoError, Node, NodeConfig, NodeError, calls::call, default_data_dir, prepare_demo, until_settled};

/// Where the screens are served unless something else is said.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 7420);
/// Where devices are heard unless something else is said.
pub const DEFAULT_MQTT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 7421);

/// How a node is started.
#[derive(Debug, Clone, Default, clap::Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct NodeOptions {
    /// Where your data lies; the system's usual place when absent
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where the screens are served [default: 127.0.0.1:7420]; another address than 127.0.0.1 lets a phone in, with the link of `earnest open`
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Where your devices are heard [default: 127.0.0.1:7421]
    #[arg(long, value_name = "ADDR")]
    pub mqtt: Option<SocketAddr>,
    /// The hub to contribute to; without it one runs in this process
    #[arg(long, value_name = "URL")]
    pub hub: Option<Url>,
    /// Keep the vault's key in a file, even where there is a keyring
    #[arg(long)]
    pub key_file: bool,
    /// Skip the welcome, pair the sample wearable, and consent to contributing the sample's data alone
    #[arg(long)]
    pub demo: bool,
    /// Exit when every quest is done and its points are settled
    #[arg(long)]
    pub until_done: bool,
    /// Print JSON on standard output: a line when ready, and the sums when done
    #[arg(long)]
    pub json: bool,
}

impl NodeOptions {
    /// What a node is given. With `spare_ports`, an address that was not asked for gives way when it is taken.
    ///
    /// # Errors
    /// [`NodeError::NoDataFolder`].
    pub fn config(&self, spare_ports: bool) -> Result<NodeConfig, NodeError> {
        Ok(NodeConfig {
            data: self.data.clone().or_else(default_data_dir).ok_or(NodeError::NoDataFolder)?,
            listen: self.listen.unwrap_or(DEFAULT_LISTEN),
            mqtt: self.mqtt.unwrap_or(DEFAULT_MQTT),
            spare_ports: spare_ports && self.listen.is_none() && self.mqtt.is_none(),
            hub: self.hub.clone(),
            key: if self.key_file {
                KeyChoice::File
            } else {
                KeyChoice::default()
            },
            clock: Clock::system(),
            zone: Zone::system(),
            random: Random::system(),
        })
    }

    /// Does what `--demo` and `--until-done` ask of a node that has started, and returns the sums when everything is done; without
    /// `--until-done`, never.
    ///
    /// # Errors
    /// A step of the demonstration failed, or the engine closed.
    pub async fn carry_out(&self, engine: &Engine) -> Result<Status, DemoError> {
        if self.demo {
            prepare_demo(engine).await?;
        }
        if self.until_done {
            Ok(until_settled(engine).await?)
        } else {
            std::future::pending().await
        }
    }
}

/// What a node says of itself once it is ready: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Where the screens are.
    pub url: Url,
    /// Where devices are heard.
    pub mqtt: SocketAddr,
    /// Where contributions go.
    pub hub: Url,
    /// Where the vault's key lies.
    pub key: KeyPlaceView,
    /// The data folder.
    pub data: PathBuf,
}

impl Ready {
    /// Asks a node that has just started.
    ///
    /// # Errors
    /// The vault cannot be read.
    pub async fn of(node: &Node) -> Result<Self, EngineError> {
        let Person { key_place, .. } = call::<GetPerson>(node.engine(), Nothing {}).await?;
        Ok(Self {
            url: node.url().clone(),
            mqtt: node.engine().mqtt_addr(),
            hub: node.hub_url().clone(),
            key: key_place,
            data: node.data().to_owned(),
        })
    }
}
