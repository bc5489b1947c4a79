//! How long a message may wait for company before it is committed.
//!
//! A commit costs the same whether it keeps one message or ten: a sync of the disk, and the encryption of the pages that changed. A
//! wearable that sends a message a second would cause 3,600 of them an hour, so the messages of a steady sender are committed a few at
//! a time. Nothing is acknowledged earlier for that, only later: what waits is still the sender's.
//!
//! How many messages a client sends before it waits for an acknowledgement is not told in MQTT 3.1.1, so it is learned. One more message is
//! waited for each time; if it does not come within [`LONGEST`], the client is taken at what it sent, and never made to wait for
//! more, or only after some hundred messages. A client that sends one at a time is so kept waiting once.

use std::{collections::HashMap, time::Duration};

use earnest_domain::device::DeviceId;
use tokio::time::Instant;

/// The longest that a message waits.
pub(crate) const LONGEST: Duration = Duration::from_secs(3);
/// Messages that come further apart are not waited for.
const STEADY: Duration = Duration::from_millis(1_500);
/// After so many messages in a row a sender counts as steady.
const ENOUGH: u32 = 8;
/// The most messages of a sender that wait. Clients have ten or twenty under way, and smaller ones fewer.
const MOST: u32 = 8;

/// What is known of the senders, and who waits.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    senders: HashMap<DeviceId, Sender>,
    /// When the message that waits longest arrived.
    since: Option<Instant>,
}

#[derive(Debug)]
struct Sender {
    last: Instant,
    /// Messages in a row that came soon after the one before.
    steady: u32,
    waiting: u32,
    /// How many messages are waited for.
    hoped: u32,
    /// How many it is known to send at most.
    most: u32,
    /// Messages since it was last waited for in vain.
    since_in_vain: u32,
}

/// After so many messages it is tried again whether a sender has more under way: what looked like the end of its breath may have been a
/// moment out of reach.
const AGAIN: u32 = 500;

impl Patience {
    /// A message arrived; says whether it is time to commit.
    pub(crate) fn arrived(&mut self, device: &DeviceId, now: Instant) -> bool {
        self.since.get_or_insert(now);
        if !self.senders.contains_key(device) {
            self.senders.insert(
                device.clone(),
                Sender {
                    last: now,
                    steady: 0,
                    waiting: 0,
                    hoped: 1,
                    most: MOST,
                    since_in_vain: 0,
                },
            );
        }
        let Some(sender) = self.senders.get_mut(device) else {
            return true;
        };
        sender.steady = if now.duration_since(sender.last) < STEADY {
            sender.steady.saturating_add(1)
        } else {
            0
        };
        sender.last = now;
        sender.waiting += 1;
        sender.since_in_vain += 1;
        if sender.since_in_vain >= AGAIN {
            sender.since_in_vain = 0;
            sender.most = (sender.most + 1).min(MOST);
        }
        if sender.steady < ENOUGH {
            return true;
        }
        let enough = sender.waiting >= sender.hoped;
        if enough {
            sender.hoped = (sender.hoped + 1).min(sender.most);
        }
        enough
    }

    /// Until when the next message is waited for.
    pub(crate) fn until(&self) -> Option<Instant> {
        self.since.map(|since| since + LONGEST)
    }

    /// Nothing came until then: nobody who waits sends more before it is answered.
    pub(crate) fn in_vain(&mut self) {
        for sender in self.senders.values_mut().filter(|sender| sender.waiting > 0) {
            sender.most = sender.waiting.min(sender.most);
            sender.since_in_vain = 0;
            sender.hoped = sender.hoped.min(sender.most);
        }
    }

    /// Everybody was answered.
    pub(crate) fn answered(&mut self) {
        self.since = None;
        for sender in self.senders.values_mut() {
            sender.waiting = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Plays a client that sends a message each `every`, and has at most `window` unanswered; says how many commits there were in
    /// `messages` messages, and the longest that one waited.
    fn play(window: u32, every: Duration, messages: u32) -> (u32, Duration) {
        let device: DeviceId = "watch".parse().unwrap();
        let mut patience = Patience::default();
        let (mut now, mut commits, mut longest) = (Instant::now(), 0, Duration::ZERO);
        let mut waiting: Vec<Instant> = Vec::new();
        for _ in 0..messages {
            now += every;
            if u32::try_from(waiting.len()).unwrap() == window || patience.until().is_some_and(|until| until <= now) {
                now = now.max(patience.until().unwrap());
                patience.in_vain();
                patience.answered();
                commits += 1;
                longest = longest.max(now - waiting[0]);
                waiting.clear();
            }
            waiting.push(now);
            if patience.arrived(&device, now) {
                patience.answered();
                commits += 1;
                longest = longest.max(now - waiting[0]);
                waiting.clear();
            }
        }
        (commits, longest)
    }

    #[test]
    fn a_steady_sender_is_committed_a_few_messages_at_a_time() {
        let (commits, longest) = play(20, Duration::from_secs(1), 3_600);
        assert!((900..1_400).contains(&commits), "{commits} commits an hour");
        assert!(longest <= LONGEST, "{longest:?}");
        let (commits, longest) = play(20, Duration::from_millis(100), 3_600);
        assert!(commits < 500, "{commits}");
        assert!(longest < Duration::from_secs(1), "{longest:?}");
    }

    #[test]
    fn a_client_that_waits_for_each_answer_is_kept_waiting_once() {
        let (commits, longest) = play(1, Duration::from_millis(500), 100);
        assert_eq!((commits, longest), (100, LONGEST));
        let begin = |messages| play(2, Duration::from_millis(500), messages);
        let (commits, _) = begin(1_000);
        assert!((500..520).contains(&commits), "two at a time: {commits}");
    }

    #[test]
    fn who_sends_now_and_then_never_waits() {
        assert_eq!(play(1, Duration::from_secs(10), 100), (100, Duration::ZERO));
        assert_eq!(
            play(1, Duration::from_millis(100), 5),
            (5, Duration::ZERO),
            "nor who sends a few and waits"
        );
    }
}
