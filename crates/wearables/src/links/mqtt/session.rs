//! What outlives a connection: takeover, QoS 2 messages that are half done, and who is present.
//!
//! Sessions live in memory. A restart forgets which QoS 2 messages wait for their release, so a device may deliver one twice; the store
//! tells samples apart by device, channel and time, as it has to after any lost acknowledgement.

use std::{
    collections::{HashMap, HashSet},
    num::NonZeroU16,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use earnest_domain::device::DeviceId;
use tokio::{sync::oneshot, time::Instant};

/// Device and client id: one device can neither resume nor take over another's session.
pub(super) type Key = (DeviceId, String);

/// Why the endpoint itself ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Farewell {
    /// The same device has connected anew with the same client id.
    TakenOver,
    /// The device is not to be connected any more.
    Removed,
}

type Presence = Box<dyn Fn(&DeviceId, bool) + Send + Sync>;

/// All sessions, and how many connections each device has.
pub(super) struct Sessions {
    table: Mutex<Table>,
    capacity: usize,
    /// Told of a device's first connection and of the end of its last, in order.
    presence: Presence,
}

#[derive(Default)]
struct Table {
    sessions: HashMap<Key, Session>,
    connections: HashMap<DeviceId, usize>,
    generations: u64,
}

struct Session {
    /// Which connection it belongs to; one that was taken over holds an older number and changes nothing any more.
    generation: u64,
    /// Committed QoS 2 messages whose release has not come: sent again, they are acknowledged and not stored again.
    unreleased: HashSet<NonZeroU16>,
    /// How long it outlives its connection.
    lifetime: Duration,
    /// The way to end its connection, while there is one.
    connection: Option<oneshot::Sender<Farewell>>,
    /// When its connection ended.
    left: Instant,
}

impl Session {
    fn is_over(&self, now: Instant) -> bool {
        self.connection.is_none() && now.duration_since(self.left) >= self.lifetime
    }
}

/// One connection's hold on its session; the session is left when it is dropped.
pub(super) struct Lease {
    sessions: Arc<Sessions>,
    key: Key,
    generation: u64,
}

/// What a new connection gets.
pub(super) struct Attached {
    pub(super) lease: Lease,
    /// Whether an earlier session goes on.
    pub(super) resumed: bool,
    pub(super) farewell: oneshot::Receiver<Farewell>,
}

impl Sessions {
    pub(super) fn new(capacity: usize, presence: impl Fn(&DeviceId, bool) + Send + Sync + 'static) -> Self {
        Self {
            table: Mutex::default(),
            capacity,
            presence: Box::new(presence),
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts or resumes the session of `key`, and ends the connection that had it.
    pub(super) fn attach(self: &Arc<Self>, key: Key, clean: bool, lifetime: Duration, now: Instant) -> Attached {
        let mut table = self.table();
        table.make_room(&key, self.capacity, now);
        table.generations += 1;
        let generation = table.generations;
        let (connection, farewell) = oneshot::channel();
        let earlier = table.sessions.remove(&key);
        let mut unreleased = HashSet::new();
        let mut resumed = false;
        if let Some(mut earlier) = earlier {
            if !clean && !earlier.is_over(now) {
                unreleased = std::mem::take(&mut earlier.unreleased);
                resumed = true;
            }
            if let Some(connection) = earlier.connection {
                let _ = connection.send(Farewell::TakenOver); // it may be ending by itself
            }
        }
        let session = Session {
            generation,
            unreleased,
            lifetime,
            connection: Some(connection),
            left: now,
        };
        table.sessions.insert(key.clone(), session);
        let connections = table.connections.entry(key.0.clone()).or_default();
        *connections += 1;
        if *connections == 1 {
            (self.presence)(&key.0, true);
        }
        drop(table);
        Attached {
            lease: Lease {
                sessions: self.clone(),
                key,
                generation,
            },
            resumed,
            farewell,
        }
    }

    /// Ends every connection of a device and forgets its sessions.
    pub(super) fn remove(&self, device: &DeviceId) {
        for (_, session) in self.table().sessions.extract_if(|(owner, _), _| owner == device) {
            if let Some(connection) = session.connection {
                let _ = connection.send(Farewell::Removed);
            }
        }
    }
}

impl Table {
    /// Forgets what is over; when that does not help, the session that was left first. Those of connected devices stay: their number is
    /// bounded by the connections.
    fn make_room(&mut self, key: &Key, capacity: usize, now: Instant) {
        if self.sessions.len() < capacity || self.sessions.contains_key(key) {
            return;
        }
        self.sessions.retain(|_, session| !session.is_over(now));
        if self.sessions.len() >= capacity {
            let left = self.sessions.iter().filter(|(_, session)| session.connection.is_none());
            if let Some(oldest) = left.min_by_key(|(_, session)| session.left).map(|(key, _)| key.clone()) {
                self.sessions.remove(&oldest);
            }
        }
    }
}

impl Lease {
    fn with<T>(&self, change: impl FnOnce(&mut Session) -> T) -> Option<T> {
        let mut table = self.sessions.table();
        table
            .sessions
            .get_mut(&self.key)
            .filter(|session| session.generation == self.generation)
            .map(change)
    }

    /// Whether this QoS 2 message was committed and waits for its release.
    pub(super) fn is_unreleased(&self, id: NonZeroU16) -> bool {
        self.with(|session| session.unreleased.contains(&id)).unwrap_or_default()
    }

    /// How many QoS 2 messages wait for their release.
    pub(super) fn unreleased(&self) -> usize {
        self.with(|session| session.unreleased.len()).unwrap_or_default()
    }

    /// Remembers a committed QoS 2 message until its release.
    pub(super) fn hold(&self, id: NonZeroU16) {
        self.with(|session| session.unreleased.insert(id));
    }

    /// The release of a QoS 2 message; whether it was waited for.
    pub(super) fn release(&self, id: NonZeroU16) -> bool {
        self.with(|session| session.unreleased.remove(&id)).unwrap_or_default()
    }

    /// Another lifetime, said at goodbye (MQTT 5, section 3.14.2.2.2).
    pub(super) fn set_lifetime(&self, lifetime: Duration) {
        self.with(|session| session.lifetime = lifetime);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut table = self.sessions.table();
        if let Some(session) = table
            .sessions
            .get_mut(&self.key)
            .filter(|session| session.generation == self.generation)
        {
            session.connection = None;
            session.left = Instant::now();
            if session.lifetime.is_zero() {
                table.sessions.remove(&self.key);
            }
        }
        if let Some(connections) = table.connections.get_mut(&self.key.0) {
            *connections -= 1;
            if *connections == 0 {
                table.connections.remove(&self.key.0);
                (self.sessions.presence)(&self.key.0, false);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn key(client: &str) -> Key {
        ("ada".parse().unwrap(), client.to_owned())
    }

    fn sessions(capacity: usize) -> (Arc<Sessions>, Arc<Mutex<Vec<bool>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        (
            Arc::new(Sessions::new(capacity, move |_, up| log.lock().unwrap().push(up))),
            seen,
        )
    }

    #[test]
    fn a_session_lasts_as_long_as_the_device_asked() {
        let (sessions, _) = sessions(8);
        let id = NonZeroU16::MIN;
        sessions.attach(key("a"), true, HOUR, Instant::now()).lease.hold(id);
        let again = sessions.attach(key("a"), false, HOUR, Instant::now() + HOUR / 2);
        assert!(again.resumed && again.lease.is_unreleased(id), "half done stays half done");
        drop(again);
        assert!(
            !sessions.attach(key("a"), false, HOUR, Instant::now() + HOUR).resumed,
            "an hour is over"
        );
        sessions.attach(key("a"), false, HOUR, Instant::now()).lease.hold(id);
        assert!(
            !sessions.attach(key("a"), true, HOUR, Instant::now()).lease.is_unreleased(id),
            "a clean start forgets"
        );
    }

    #[test]
    fn the_later_connection_has_the_session() {
        let (sessions, seen) = sessions(8);
        let mut first = sessions.attach(key("a"), true, HOUR, Instant::now());
        let other = sessions.attach(key("b"), true, HOUR, Instant::now());
        let second = sessions.attach(key("a"), false, HOUR, Instant::now());
        assert_eq!(first.farewell.try_recv().unwrap(), Farewell::TakenOver);
        first.lease.hold(NonZeroU16::MIN);
        assert!(
            !second.lease.is_unreleased(NonZeroU16::MIN),
            "the old connection changes nothing any more"
        );
        drop(first);
        drop(other);
        assert_eq!(
            *seen.lock().unwrap(),
            [true],
            "the device is present as long as one connection is"
        );
        drop(second);
        assert_eq!(*seen.lock().unwrap(), [true, false]);
    }

    #[test]
    fn sessions_are_bounded_and_connected_ones_stay() {
        let (sessions, _) = sessions(2);
        let connected = sessions.attach(key("connected"), true, HOUR, Instant::now());
        for client in ["b", "c", "d"] {
            drop(sessions.attach(key(client), true, HOUR, Instant::now()));
        }
        assert_eq!(sessions.table().sessions.len(), 2);
        assert!(
            sessions.attach(key("d"), false, HOUR, Instant::now()).resumed,
            "the one left last is kept"
        );
        connected.lease.hold(NonZeroU16::MIN);
        assert!(connected.lease.is_unreleased(NonZeroU16::MIN));
    }

    #[test]
    fn a_removed_device_is_told_and_forgotten() {
        let (sessions, seen) = sessions(8);
        let mut attached = sessions.attach(key("a"), true, HOUR, Instant::now());
        sessions.remove(&"ada".parse().unwrap());
        assert_eq!(attached.farewell.try_recv().unwrap(), Farewell::Removed);
        drop(attached);
        assert_eq!(*seen.lock().unwrap(), [true, false]);
        assert!(!sessions.attach(key("a"), false, HOUR, Instant::now()).resumed);
    }
}
