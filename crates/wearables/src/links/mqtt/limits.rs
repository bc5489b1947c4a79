//! Every bound of the endpoint, in one place. Defaults fit a home: a few hundred devices, one small computer.

use std::{num::NonZeroU16, time::Duration};

/// What the endpoint allows.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once; more are closed as they come.
    pub connections: usize,
    /// Connections that have not logged in yet, in all.
    pub handshakes: usize,
    /// Connections that have not logged in yet, from one address (IPv6: one /64), so that a single stranger cannot keep everyone out.
    pub handshakes_per_address: usize,
    /// Bytes of a packet before login. The decoder reserves what a packet announces, so a stranger's announcement must be small.
    pub connect_packet: u32,
    /// Bytes of a packet after login.
    pub packet: u32,
    /// Messages of one connection that wait for their commit; when it is reached the endpoint stops reading and TCP pushes back.
    pub unacknowledged: NonZeroU16,
    /// Bytes of one connection's messages that wait for their commit.
    pub unacknowledged_bytes: usize,
    /// Bytes of packets, partial or waiting, that all connections hold together.
    pub total_bytes: usize,
    /// QoS 2 messages that a device has not released; a device that sends more is closed.
    pub unreleased: usize,
    /// Sessions that are kept, those of connected devices included.
    pub sessions: usize,
    /// Filters in one subscription.
    pub filters: usize,
    /// From accepting to login.
    pub handshake: Duration,
    /// One write to a device; who does not read in that time is closed.
    pub write: Duration,
    /// From handing a message over to its commit.
    pub commit: Duration,
    /// Silence of a device that asked for no keep-alive.
    pub silence: Duration,
    /// How long stopping waits for commits and acknowledgements that are under way.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 600,
            handshakes: 128,
            handshakes_per_address: 32,
            connect_packet: 16 << 10,
            packet: 1 << 20,
            unacknowledged: NonZeroU16::MIN.saturating_add(31),
            unacknowledged_bytes: 2 << 20,
            total_bytes: 64 << 20,
            unreleased: 256,
            sessions: 1024,
            filters: 16,
            handshake: Duration::from_secs(10),
            write: Duration::from_secs(20),
            commit: Duration::from_secs(30),
            silence: Duration::from_hours(1),
            stop: Duration::from_secs(5),
        }
    }
}
