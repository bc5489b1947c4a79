//! At which addresses something that listens here is reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Where a listener is reached: from the network first, then from this machine alone. Never empty.
///
/// One that listens at one address is reached there; of one that listens everywhere, the addresses that this machine has now.
pub fn reached_at(listening: SocketAddr) -> Vec<SocketAddr> {
    let ips = match listening.ip() {
        ip if !ip.is_unspecified() => vec![ip],
        IpAddr::V4(_) => own(&[NETWORK_V4]).chain([Ipv4Addr::LOCALHOST.into()]).collect(),
        // Windows keeps the two apart.
        IpAddr::V6(_) if cfg!(windows) => own(&[NETWORK_V6]).chain([Ipv6Addr::LOCALHOST.into()]).collect(),
        IpAddr::V6(_) => own(&[NETWORK_V4, NETWORK_V6]).chain([Ipv6Addr::LOCALHOST.into()]).collect(),
    };
    ips.into_iter().map(|ip| SocketAddr::new(ip, listening.port())).collect()
}

/// An address of no machine (TEST-NET-1, RFC 5737).
const NETWORK_V4: (IpAddr, IpAddr) = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));
/// An address of no machine (RFC 3849).
const NETWORK_V6: (IpAddr, IpAddr) = (
    IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
);

/// The addresses that this machine would use towards these; nothing is sent to find out.
fn own(networks: &[(IpAddr, IpAddr)]) -> impl Iterator<Item = IpAddr> {
    networks.iter().filter_map(|&(from, to)| {
        let socket = UdpSocket::bind((from, 0)).ok()?;
        // Connecting a UDP socket only asks the routing table.
        socket.connect((to, 9)).ok()?;
        let ip = socket.local_addr().ok()?.ip();
        (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_reached_there_and_everywhere_is_no_address() {
        let one: SocketAddr = "192.168.1.5:7420".parse().unwrap();
        assert_eq!(reached_at(one), [one]);
        for everywhere in ["0.0.0.0:7420", "[::]:7420"] {
            let reached = reached_at(everywhere.parse().unwrap());
            assert!(
                reached
                    .iter()
                    .all(|address| !address.ip().is_unspecified() && address.port() == 7420),
                "{reached:?}"
            );
            let (last, others) = reached.split_last().unwrap();
            assert!(
                last.ip().is_loopback() && others.iter().all(|address| !address.ip().is_loopback()),
                "{reached:?}"
            );
        }
    }
}
