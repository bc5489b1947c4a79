//! How many may connect, in all and from one address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::Limits;

/// Counts connections and unfinished handshakes.
pub(super) struct Admission {
    connections: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    per_address: usize,
}

/// A place among the connections; given back when dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// A place among the handshakes; given back when dropped, which is at login.
pub(super) struct Handshake {
    _permit: OwnedSemaphorePermit,
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Admission {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            connections: Arc::new(Semaphore::new(limits.connections)),
            handshakes: Arc::new(Semaphore::new(limits.handshakes)),
            addresses: Arc::default(),
            per_address: limits.handshakes_per_address,
        }
    }

    /// A place for a connection from `address`, or `None` when there is none: the socket is then closed at once.
    pub(super) fn enter(&self, address: IpAddr) -> Option<(Place, Handshake)> {
        let connection = self.connections.clone().try_acquire_owned().ok()?;
        let handshake = self.handshakes.clone().try_acquire_owned().ok()?;
        let address = network(address);
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = addresses.get(&address).copied().unwrap_or_default();
        if under_way >= self.per_address {
            return None;
        }
        addresses.insert(address, under_way + 1);
        Some((
            Place { _permit: connection },
            Handshake {
                _permit: handshake,
                addresses: self.addresses.clone(),
                address,
            },
        ))
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = addresses.get_mut(&self.address) {
            *under_way -= 1;
            if *under_way == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}

/// Whoever has one IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let limits = Limits {
            connections: 4,
            handshakes: 3,
            handshakes_per_address: 2,
            ..Limits::default()
        };
        let admission = Admission::new(&limits);
        let stranger: IpAddr = "192.0.2.1".parse().unwrap();
        let first = admission.enter(stranger).unwrap();
        let second = admission.enter(stranger).unwrap();
        assert!(admission.enter(stranger).is_none(), "the stranger has its share");
        let neighbour = admission.enter("192.0.2.2".parse().unwrap()).unwrap();
        drop(first);
        assert!(admission.enter(stranger).is_some(), "a place that is left is free again");
        drop((second, neighbour));
        assert!(
            admission.addresses.lock().unwrap().is_empty(),
            "nobody is remembered who is not there"
        );
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let admission = Admission::new(&Limits {
            handshakes_per_address: 1,
            ..Limits::default()
        });
        let _first = admission.enter("2001:db8::1".parse().unwrap()).unwrap();
        assert!(admission.enter("2001:db8::ffff".parse().unwrap()).is_none());
        assert!(admission.enter("2001:db8:0:1::1".parse().unwrap()).is_some());
    }
}
