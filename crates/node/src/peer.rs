//! Who is at the other end of a connection.

use std::{net::SocketAddr, sync::Arc};

use axum::{extract::connect_info::Connected, serve::IncomingStream};
use tokio::{net::TcpListener, sync::OnceCell};

/// Both ends of a connection, and what was found out about the other one.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    remote: SocketAddr,
    local: Option<SocketAddr>,
    same_user: Arc<OnceCell<bool>>,
}

impl Peer {
    pub(crate) fn new(remote: SocketAddr, local: Option<SocketAddr>) -> Self {
        Self {
            remote: canonical(remote),
            local: local.map(canonical),
            same_user: Arc::default(),
        }
    }

    /// Our end; `None` when the connection is already gone.
    pub(crate) fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    /// Whether a process of the node's own user, or of root, is at the other end, on this machine.
    ///
    /// Asked once a connection. Where the system does not tell, the answer is no.
    pub(crate) async fn is_same_user(&self) -> bool {
        *self
            .same_user
            .get_or_init(|| async { owner::is_same_user(self.remote, self.local).await })
            .await
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self::new(*stream.remote_addr(), stream.io().local_addr().ok())
    }
}

/// An IPv4 address that came through an IPv6 socket as what it is.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(target_os = "linux")]
mod owner {
    //! Linux lists every TCP socket with its owner in `/proc/net/tcp` and `/proc/net/tcp6`.

    use std::{
        net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
        os::unix::fs::MetadataExt,
    };

    use super::canonical;

    const ROOT: u32 = 0;
    const ESTABLISHED: &str = "01";

    pub(super) async fn is_same_user(remote: SocketAddr, local: Option<SocketAddr>) -> bool {
        let Some(local) = local.filter(|_| remote.ip().is_loopback()) else {
            return false;
        };
        // `/proc/self` belongs to the user that this process acts as.
        let Ok(ours) = tokio::fs::metadata("/proc/self").await.map(|process| process.uid()) else {
            return false;
        };
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let Ok(table) = tokio::fs::read_to_string(table).await else {
                continue;
            };
            if let Some(owner) = owner(&table, remote, local) {
                return owner == ours || owner == ROOT;
            }
        }
        false
    }

    /// The owner of the living socket that is bound to `remote` and connected to `local`: the client's end of our connection.
    ///
    /// Established ones only: a socket that its process has closed is listed as root's.
    pub(super) fn owner(table: &str, remote: SocketAddr, local: SocketAddr) -> Option<u32> {
        table.lines().skip(1).find_map(|line| {
            let mut columns = line.split_ascii_whitespace().skip(1);
            let its_end = address(columns.next()?)?;
            let other_end = address(columns.next()?)?;
            let state = columns.next()?;
            // Queues, timer and retransmissions stand between the state and the owner.
            let owner = columns.nth(3)?.parse().ok()?;
            (its_end == remote && other_end == local && state == ESTABLISHED).then_some(owner)
        })
    }

    /// `0100007F:1CFC`: words of the address in the machine's byte order, and the port.
    fn address(text: &str) -> Option<SocketAddr> {
        let (ip, port) = text.split_once(':')?;
        let port = u16::from_str_radix(port, 16).ok()?;
        let word = |at: usize| Some(u32::from_str_radix(ip.get(at * 8..at * 8 + 8)?, 16).ok()?.to_ne_bytes());
        let ip = match ip.len() {
            8 => IpAddr::V4(Ipv4Addr::from(word(0)?)),
            32 => {
                let mut octets = [0; 16];
                for (at, four) in octets.chunks_exact_mut(4).enumerate() {
                    four.copy_from_slice(&word(at)?);
                }
                IpAddr::V6(Ipv6Addr::from(octets))
            }
            _ => return None,
        };
        Some(canonical(SocketAddr::new(ip, port)))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[cfg(target_endian = "little")]
        const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1CFC 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1061 1 0 100 0 0 10 0
   1: 0100007F:1CFC 0100007F:C1FA 01 00000000:00000000 00:00000000 00000000  1000        0 1062 1 0 20 4 30 10 -1
   2: 0100007F:C1FA 0100007F:1CFC 01 00000000:00000000 00:00000000 00000000  1001        0 1063 1 0 20 4 30 10 -1
   3: 0100007F:C1FB 0100007F:1CFC 06 00000000:00000000 03:00000368 00000000     0        0 0 3 0
";

        #[cfg(target_endian = "little")]
        #[test]
        fn the_clients_end_is_found_and_not_ours() {
            let local = "127.0.0.1:7420".parse().unwrap();
            assert_eq!(owner(TABLE, "127.0.0.1:49658".parse().unwrap(), local), Some(1001));
        }

        #[cfg(target_endian = "little")]
        #[test]
        fn a_closed_socket_is_nobodys() {
            let local = "127.0.0.1:7420".parse().unwrap();
            assert_eq!(owner(TABLE, "127.0.0.1:49659".parse().unwrap(), local), None);
        }

        #[cfg(target_endian = "little")]
        #[test]
        fn addresses_are_read_in_the_machines_order() {
            assert_eq!(address("0100007F:1CFC"), Some("127.0.0.1:7420".parse().unwrap()));
            assert_eq!(
                address("00000000000000000000000001000000:1CFC"),
                Some("[::1]:7420".parse().unwrap())
            );
            assert_eq!(
                address("0000000000000000FFFF00000100007F:1CFC"),
                Some("127.0.0.1:7420".parse().unwrap()),
                "mapped"
            );
            assert_eq!(address("7F:1CFC"), None);
            assert_eq!(address("ü100007:1CFC"), None);
        }

        #[tokio::test]
        async fn a_connection_of_our_own_is_our_own() {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let client = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (server, remote) = listener.accept().await.unwrap();
            assert!(is_same_user(remote, server.local_addr().ok()).await);
            let stranger = SocketAddr::new(remote.ip(), remote.port().wrapping_add(1));
            assert!(
                !is_same_user(stranger, server.local_addr().ok()).await,
                "nothing is listed there"
            );
            drop(client);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod owner {
    //! Other systems do not say whose a connection is to one who may not see other people's processes.

    use std::net::SocketAddr;

    pub(super) async fn is_same_user(_remote: SocketAddr, _local: Option<SocketAddr>) -> bool {
        false
    }
}
