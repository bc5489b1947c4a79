//! The ways to the screens: links, and from where each of them can be opened.

use std::net::SocketAddr;

use earnest_engine::reached_at;
use serde::Serialize;
use url::{Host, Url};

/// A link that gives a browser a session.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The link. Whoever has it can do what the person can.
    pub link: Url,
    /// From where it can be opened.
    pub from: Reach,
}

/// From where a link can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// This computer alone.
    ThisComputer,
    /// This computer, and those in its network.
    Network,
}

/// The ways to a node whose screens are at `url`; `everywhere` is what it listens at when that is every address of this machine. The
/// one that is reached from the most places comes first.
pub(crate) fn ways(url: &Url, everywhere: Option<SocketAddr>, token: &str) -> Vec<Way> {
    let Some(listening) = everywhere else {
        return vec![way(url, token)];
    };
    let urls = reached_at(listening)
        .into_iter()
        .filter_map(|address| format!("http://{address}/").parse().ok());
    urls.map(|url| way(&url, token)).collect()
}

fn way(url: &Url, token: &str) -> Way {
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    Way {
        link: link(url, token),
        from: if here { Reach::ThisComputer } else { Reach::Network },
    }
}

/// The link that gives a browser a session.
pub(crate) fn link(url: &Url, token: &str) -> Url {
    let mut link = url.clone();
    link.set_path("open");
    link.set_query(Some(&format!("token={token}")));
    link
}
