//! What an engine is given: where its things are, what time it is, and where randomness comes from.

use std::{
    fmt,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use earnest_domain::{time::Timestamp, today::Day};
use earnest_vault::KeyChoice;
use url::Url;
use zeroize::Zeroizing;

/// What an engine is given.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// The data folder; it exists and belongs to the person.
    pub data: PathBuf,
    /// Where the MQTT endpoint listens; port 0 takes a free one.
    pub mqtt: SocketAddr,
    /// Where contributions go.
    pub hub: HubChoice,
    /// Where the vault's key may lie.
    pub key: KeyChoice,
    /// What time it is.
    pub clock: Clock,
    /// Where the person's clock stands beside UTC.
    pub zone: Zone,
    /// Where randomness comes from.
    pub random: Random,
    /// How long nothing late has come from a device before what came late is judged: see [`Self::QUIET`].
    pub quiet: Duration,
    /// The `earnest` executable, which replays for the sample wearable; without it there is no sample wearable.
    pub player: Option<PathBuf>,
    /// The recording that the sample wearable replays.
    pub recording: Option<PathBuf>,
}

impl EngineConfig {
    /// A backlog's messages come sooner after each other.
    pub const QUIET: Duration = Duration::from_secs(30);
}

/// Which hub.
#[derive(Debug, Clone)]
pub struct HubChoice {
    /// Where it is.
    pub url: Url,
    /// Whether it runs inside of this process.
    pub embedded: bool,
}

/// A clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that tells whatever `now` says.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The system's clock.
    #[allow(clippy::disallowed_methods)] // the outermost layer takes its clock from here
    pub fn system() -> Self {
        Self::new(|| {
            let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
        })
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Where a clock on the wall stands beside UTC.
#[derive(Clone)]
pub struct Zone(Arc<dyn Fn(Timestamp) -> i32 + Send + Sync>);

impl Zone {
    /// The zone whose offset from UTC at an instant is whatever `offset` says, in seconds, positive east of Greenwich.
    pub fn new(offset: impl Fn(Timestamp) -> i32 + Send + Sync + 'static) -> Self {
        Self(Arc::new(offset))
    }

    /// UTC.
    pub fn utc() -> Self {
        Self::new(|_| 0)
    }

    /// The system's zone, as it is set when it is asked.
    pub fn system() -> Self {
        Self::new(|at| {
            let instant = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
            jiff::tz::TimeZone::system().to_offset(instant).seconds()
        })
    }

    /// The person's own date at an instant.
    pub fn day(&self, at: Timestamp) -> Day {
        Day::of(at, (self.0)(at))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Zone")
    }
}

/// What a source of randomness says when the operating system has none.
pub type NoRandomness = getrandom::Error;

type Fill = dyn Fn(&mut [u8]) -> Result<(), NoRandomness> + Send + Sync;

/// A source of random bytes.
#[derive(Clone)]
pub struct Random(Arc<Fill>);

impl Random {
    /// A source that fills with whatever `fill` gives.
    pub fn new(fill: impl Fn(&mut [u8]) -> Result<(), NoRandomness> + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// The operating system's.
    pub fn system() -> Self {
        Self::new(getrandom::fill)
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// The operating system has none: nothing secret can be made.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        (self.0)(&mut bytes)?;
        Ok(bytes)
    }

    /// `N` random bytes that nobody may learn: wiped from memory when dropped.
    ///
    /// # Errors
    /// As [`Random::bytes`].
    pub fn secret<const N: usize>(&self) -> Result<Zeroizing<[u8; N]>, NoRandomness> {
        let mut bytes = Zeroizing::new([0; N]);
        (self.0)(bytes.as_mut())?;
        Ok(bytes)
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}
