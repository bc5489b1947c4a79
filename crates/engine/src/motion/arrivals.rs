//! What the keeper committed, on its way to the judge: from memory, since to read it back costs more than to judge it; and at leisure
//! while nobody looks.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use earnest_domain::{device::DeviceId, sample::Sample};
use tokio::{sync::Notify, time::Instant};

use crate::events::Events;

/// The most samples of a device that wait in memory: 1.5 MB, three minutes of six axes at 50 Hz. A judge who is further behind reads
/// the vault, which has them all.
pub(super) const MOST: usize = 65_536;

/// So many waiting samples of a device are passed on at once, whoever looks: a minute of six axes at 50 Hz, or a backlog.
const PLENTY: usize = 16_384;
/// How long samples wait for others while nobody looks.
///
/// A window that is judged by itself, seconds after the last one, costs five times what it costs right after another: by then the
/// processor has forgotten the model, and threads are woken for it.
const CALM: Duration = Duration::from_secs(30);
/// How long somebody who asked for something is taken to look.
const ATTENTION: Duration = Duration::from_secs(30);

/// Which devices have samples that nobody has judged.
#[derive(Debug, Clone)]
pub(crate) struct Arrivals(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    bell: Notify,
    /// Rung when somebody looks.
    attention: Notify,
    events: Events,
}

#[derive(Debug, Default)]
struct Waiting {
    devices: BTreeMap<DeviceId, Arrived>,
    /// Since when, if anything waits.
    since: Option<Instant>,
    /// Whether some of it is passed on in any case.
    urgent: bool,
    /// Until when somebody looks.
    looked_at_until: Option<Instant>,
}

/// What arrived from a device since the judge last looked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Arrived {
    /// These, message by message.
    Samples(Vec<Sample>),
    /// More than fits, or what nobody told of: it is in the vault.
    Unknown,
}

impl Waiting {
    /// Samples of a group arrived.
    fn take(&mut self, group: impl IntoIterator<Item = (DeviceId, Vec<Sample>)>, now: Instant) {
        for (device, samples) in group {
            if samples.is_empty() {
                continue;
            }
            self.since.get_or_insert(now);
            let arrived = match self.devices.get_mut(&device) {
                Some(Arrived::Samples(before)) if before.len() + samples.len() <= MOST => {
                    before.extend(samples);
                    before.len()
                }
                Some(arrived) => {
                    *arrived = Arrived::Unknown;
                    MOST
                }
                None => {
                    let arrived = samples.len();
                    self.devices.insert(device, Arrived::Samples(samples));
                    arrived
                }
            };
            self.urgent |= arrived >= PLENTY;
        }
    }

    fn is_looked_at(&self, now: Instant, listened_to: bool) -> bool {
        listened_to || self.looked_at_until.is_some_and(|until| now < until)
    }

    /// What is passed on now, or until when it waits; `None` when nothing does.
    fn next(&mut self, now: Instant, listened_to: bool) -> Result<(DeviceId, Arrived), Option<Instant>> {
        let until = self.since.map(|since| since + CALM);
        if !self.is_looked_at(now, listened_to) && !self.urgent && until.is_none_or(|until| now < until) {
            return Err(until);
        }
        let next = self.devices.pop_first().ok_or(None);
        if self.devices.is_empty() {
            (self.since, self.urgent) = (None, false);
        }
        next
    }
}

impl Arrivals {
    /// Nothing has arrived. Who listens to `events` looks.
    pub(crate) fn new(events: Events) -> Self {
        Self(Arc::new(Shared {
            waiting: Mutex::default(),
            bell: Notify::new(),
            attention: Notify::new(),
            events,
        }))
    }

    /// These samples were stored together, and were not there before. They are told of together, too: a judge who saw the
    /// accelerations of a moment alone would take the other sensor for silent.
    pub(crate) fn tell(&self, group: impl IntoIterator<Item = (DeviceId, Vec<Sample>)>) {
        self.change(|waiting| waiting.take(group, Instant::now()));
    }

    /// There may be samples of `device` that nobody told of.
    pub(super) fn tell_unknown(&self, device: DeviceId) {
        self.change(|waiting| {
            waiting.devices.insert(device, Arrived::Unknown);
            waiting.urgent = true;
        });
    }

    /// Somebody wants to know how things are: what waits is passed on now, and for a while as it comes.
    pub(crate) fn looked_at(&self) {
        self.change(|waiting| waiting.looked_at_until = Some(Instant::now() + ATTENTION));
        self.0.attention.notify_waiters();
    }

    /// Whether somebody does.
    pub(crate) fn is_looked_at(&self) -> bool {
        self.waiting().is_looked_at(Instant::now(), self.0.events.somebody_listens())
    }

    /// Resolves when somebody looks.
    pub(crate) async fn attention(&self) {
        let attention = self.0.attention.notified(); // what is rung from here on is heard
        if !self.is_looked_at() {
            attention.await;
        }
    }

    pub(super) async fn next(&self) -> (DeviceId, Arrived) {
        loop {
            let next = self.waiting().next(Instant::now(), self.0.events.somebody_listens());
            match next {
                Ok(next) => return next,
                Err(Some(until)) => tokio::select! {
                    () = self.0.bell.notified() => {}
                    () = tokio::time::sleep_until(until) => {}
                },
                Err(None) => self.0.bell.notified().await,
            }
        }
    }

    /// Makes a change, and wakes the judge unless he would find that it has to wait as before.
    fn change(&self, change: impl FnOnce(&mut Waiting)) {
        let mut waiting = self.waiting();
        let before = waiting.since;
        change(&mut waiting);
        let looked_at = waiting.is_looked_at(Instant::now(), self.0.events.somebody_listens());
        let wake = waiting.urgent || (waiting.since.is_some() && (before.is_none() || looked_at));
        drop(waiting);
        if wake {
            self.0.bell.notify_one();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use earnest_domain::{stream::Channel, time::Timestamp};

    use super::*;

    fn watch() -> DeviceId {
        "watch".parse().unwrap()
    }

    /// As many samples as six axes have in a second at 50 Hz.
    fn second(second: u64) -> [(DeviceId, Vec<Sample>); 1] {
        let sample = |step: u64| Sample {
            channel: Channel::AccelerationX,
            time: Timestamp::from_micros(i64::try_from(second * 1_000_000 + step).unwrap()),
            value: 0.0,
        };
        [(watch(), (0..300).map(sample).collect())]
    }

    fn seconds((_, arrived): (DeviceId, Arrived)) -> usize {
        match arrived {
            Arrived::Samples(samples) => samples.len() / 300,
            Arrived::Unknown => panic!("they are known"),
        }
    }

    #[test]
    fn what_nobody_looks_at_is_judged_twice_a_minute() {
        let (begin, mut waiting) = (Instant::now(), Waiting::default());
        let mut turns = Vec::new();
        for now in 0..120 {
            let at = begin + Duration::from_secs(now);
            waiting.take(second(now), at);
            match waiting.next(at, false) {
                Ok(arrived) => turns.push((now, seconds(arrived))),
                Err(until) => assert!(until.unwrap() > at, "and it is known until when it waits"),
            }
        }
        assert_eq!(turns, [(30, 31), (61, 31), (92, 31)]);
    }

    #[test]
    fn what_is_looked_at_is_judged_as_it_comes() {
        let (begin, mut waiting) = (Instant::now(), Waiting::default());
        waiting.take(second(0), begin);
        assert_eq!(seconds(waiting.next(begin, true).unwrap()), 1, "a screen is open");
        waiting.take(second(1), begin);
        assert_eq!(waiting.next(begin, false), Err(Some(begin + CALM)), "it was closed");
        waiting.looked_at_until = Some(begin + ATTENTION);
        assert_eq!(seconds(waiting.next(begin, false).unwrap()), 1, "somebody asked");
        assert_eq!(waiting.next(begin, false), Err(None), "there is nothing more");
        waiting.take(second(2), begin + ATTENTION);
        waiting.next(begin + ATTENTION, false).unwrap_err();
    }

    #[test]
    fn a_backlog_does_not_wait() {
        let (begin, mut waiting) = (Instant::now(), Waiting::default());
        waiting.take((0..60).flat_map(second), begin);
        assert_eq!(seconds(waiting.next(begin, false).unwrap()), 60);
        waiting.take((0..300).flat_map(second), begin);
        assert_eq!(
            waiting.next(begin, false),
            Ok((watch(), Arrived::Unknown)),
            "it is read from the vault"
        );
    }

    #[tokio::test]
    async fn the_judge_is_woken_by_who_looks() {
        let events = Events::new();
        let arrivals = Arrivals::new(events.clone());
        arrivals.tell(second(0));
        let waits = tokio::spawn({
            let arrivals = arrivals.clone();
            async move { arrivals.next().await }
        });
        let attention = tokio::spawn({
            let arrivals = arrivals.clone();
            async move { arrivals.attention().await }
        });
        arrivals.looked_at();
        attention.await.unwrap();
        arrivals.attention().await;
        assert_eq!(seconds(waits.await.unwrap()), 1);
        arrivals.tell_unknown(watch());
        assert_eq!(arrivals.next().await, (watch(), Arrived::Unknown));
    }
}
