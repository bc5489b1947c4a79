//! How long the messages of a steady sender may lie unread.
//!
//! To wake up for a message costs as much as the message: the processor has forgotten what to do with one, threads are woken, a
//! transaction is encrypted and synced. A wearable that sends a message a second would have that done 3,600 times an hour, so while nobody
//! looks its messages are left in the system's buffer, and a few are read at once. Nothing is acknowledged earlier for that, only
//! later: what is unread is still the sender's.
//!
//! How many messages a client sends before it waits for an acknowledgement is not told in MQTT 3.1.1, so it is learned. One more
//! message is hoped for each time; a client that sends clearly less than there was time for is taken at what it sent, and more is hoped
//! for ever more rarely.

use std::time::Duration;

use tokio::time::Instant;

/// The longest that a message lies unread.
pub(super) const LONGEST: Duration = Duration::from_secs(10);
/// It is not worth it for less.
const SHORTEST: Duration = Duration::from_millis(50);
/// Messages that come further apart are read as they come.
const STEADY: Duration = Duration::from_millis(1_500);
/// After so many messages in a row a sender counts as steady.
const ENOUGH: u32 = 8;
/// The most messages that are hoped for. Clients have ten (Paho in C and Java) or more under way, and smaller ones fewer.
const MOST: u32 = 10;
/// After so many messages more is hoped for again, and each time in vain after twice as many: what looked like the end of a client's
/// breath may have been a moment out of reach.
const AGAIN: u32 = 500;

/// What is known of a connection's sender.
#[derive(Debug)]
pub(super) struct Leisure {
    /// When the latest message was read.
    last: Option<Instant>,
    /// Messages in a row that came soon after the one before, and when that of the first was.
    steady: u32,
    steady_since: Option<Instant>,
    /// How far messages are apart.
    every: Duration,
    /// When the pause that is over began, and what was read since.
    paused: Option<(Instant, u32)>,
    hoped: u32,
    /// How many messages it sends at most, and whether that is known.
    most: u32,
    known: bool,
    since_in_vain: u32,
    again: u32,
    /// Whether it has sent a message again for want of an answer.
    impatient: bool,
}

impl Default for Leisure {
    fn default() -> Self {
        Self {
            last: None,
            steady: 0,
            steady_since: None,
            every: Duration::ZERO,
            paused: None,
            hoped: 1,
            most: MOST,
            known: false,
            since_in_vain: 0,
            again: AGAIN,
            impatient: false,
        }
    }
}

impl Leisure {
    /// A message was read. One that is marked as sent before, and lay unread, is of a client that does not wait for its answer: those of
    /// microcontrollers (esp-mqtt: after a second) repeat on the same connection. They are not kept waiting again.
    pub(super) fn read(&mut self, duplicate: bool, now: Instant) {
        self.impatient |= duplicate && self.paused.is_some();
        self.since_in_vain = self.since_in_vain.saturating_add(1);
        if self.since_in_vain >= self.again {
            self.since_in_vain = 0;
            self.most = (self.most + 1).min(MOST);
            self.known = false;
        }
        if let Some((_, read)) = &mut self.paused {
            *read += 1;
        } else if let Some(last) = self.last.filter(|last| now.duration_since(*last) < STEADY) {
            self.steady = self.steady.saturating_add(1);
            self.steady_since.get_or_insert(last);
        } else {
            self.not_steady();
        }
        self.last = Some(now);
    }

    /// The same sender on another connection: what was learned of it stays.
    pub(super) fn again(mut self) -> Self {
        self.stays();
        self.last = None;
        self
    }

    /// All that had arrived is read; until when the rest may lie unread.
    pub(super) fn drained(&mut self, now: Instant) -> Option<Instant> {
        match self.paused.take() {
            Some((_, 0)) => self.in_vain(0), // it has gone, or waits for something
            Some((since, read)) => self.learn(now.duration_since(since), read),
            None => {
                let since = self.steady_since?;
                self.every = now.duration_since(since) / self.steady.max(1);
            }
        }
        if self.steady < ENOUGH || self.impatient {
            return None;
        }
        self.hoped = (self.hoped + 1).min(self.most);
        let whole = self.every * self.hoped;
        // Where it is not known whether it sends as many, until the last of them is there; where it is known that it sends no more,
        // until shortly before it would have to wait.
        let pause = if self.known {
            whole.saturating_sub(self.every / 4)
        } else {
            whole + self.every / 4
        };
        let pause = pause.min(LONGEST);
        if self.hoped < 2 || pause < SHORTEST {
            return None;
        }
        self.paused = Some((now, 0));
        Some(now + pause)
    }

    /// What may lie unread is read all the same.
    pub(super) fn stays(&mut self) {
        self.paused = None;
        self.not_steady();
    }

    /// Whether the connection is between the end of a pause and the last message of it.
    pub(super) fn is_reading_what_lay(&self) -> bool {
        self.paused.is_some()
    }

    /// A pause is over that brought `read` messages.
    fn learn(&mut self, pause: Duration, read: u32) {
        let there_was_time_for = pause.as_nanos() / self.every.as_nanos().max(1);
        if u128::from(read + read / 4) < there_was_time_for {
            self.in_vain(read);
        } else if read > self.hoped * 2 {
            self.not_steady(); // it has become faster
        } else if !self.known && self.hoped == self.most {
            // It sends as many as was hoped for after all: one more, and what was in vain once is forgotten.
            self.most = (self.most + 1).min(MOST);
            self.again = AGAIN;
        }
    }

    /// It sent `read` messages, and more was hoped for. It may also have become slower: how far its messages are apart is measured again.
    pub(super) fn in_vain(&mut self, read: u32) {
        (self.most, self.known) = (read.max(1), true);
        self.since_in_vain = 0;
        self.again = self.again.saturating_mul(2);
        self.not_steady();
    }

    fn not_steady(&mut self) {
        (self.steady, self.steady_since, self.hoped) = (0, None, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client that measures something each `every` and has at most `window` messages unanswered; the rest it keeps for later.
    struct Client {
        window: usize,
        every: Duration,
        /// After how long it sends what is unanswered again, if it does.
        repeats: Option<Duration>,
    }

    /// What a client met.
    #[derive(Debug, PartialEq, Eq)]
    struct Met {
        /// How often its messages were read.
        readings: u32,
        /// How often it had to wait for an answer before it could go on.
        held_up: u32,
        repeated: u32,
        longest: Duration,
    }

    impl Client {
        fn new(window: usize, every: Duration) -> Self {
            Self {
                window,
                every,
                repeats: None,
            }
        }

        fn play(&self, messages: u32) -> Met {
            let mut leisure = Leisure::default();
            let (mut now, mut unread, mut until) = (Instant::now(), Vec::new(), None);
            let mut met = Met {
                readings: 0,
                held_up: 0,
                repeated: 0,
                longest: Duration::ZERO,
            };
            for _ in 0..messages {
                now += self.every;
                while let Some(end) = until.filter(|end| *end <= now) {
                    for sent in unread.drain(..) {
                        let again = self.repeats.is_some_and(|after| end - sent >= after);
                        met.longest = met.longest.max(end - sent);
                        met.repeated += u32::from(again);
                        leisure.read(false, end);
                        if again {
                            leisure.read(true, end);
                        }
                    }
                    met.readings += 1;
                    until = leisure.drained(end);
                }
                if unread.len() == self.window {
                    met.held_up += 1;
                    continue;
                }
                unread.push(now);
                if until.is_none() {
                    unread.clear();
                    leisure.read(false, now);
                    met.readings += 1;
                    until = leisure.drained(now);
                }
            }
            met
        }
    }

    #[test]
    fn a_steady_sender_is_read_a_few_messages_at_a_time() {
        let met = Client::new(20, Duration::from_secs(1)).play(3_600);
        assert!((300..450).contains(&met.readings), "{met:?}");
        assert!(met.longest <= LONGEST && met.held_up == 0, "{met:?}");
        let met = Client::new(20, Duration::from_millis(100)).play(3_600);
        assert!(met.readings < 400, "{met:?}");
        assert!(met.longest <= Duration::from_millis(1_100), "{met:?}");
    }

    #[test]
    fn a_client_with_ten_messages_under_way_does_not_notice() {
        let met = Client::new(10, Duration::from_secs(1)).play(3_600);
        assert!(met.readings < 450 && met.held_up <= 8, "{met:?}");
    }

    #[test]
    fn a_client_that_waits_for_each_answer_is_held_up_a_few_times_in_its_life() {
        let met = Client::new(1, Duration::from_millis(500)).play(100_000);
        assert!(met.held_up <= 16 && met.longest <= Duration::from_millis(1_200), "{met:?}");
        let met = Client::new(2, Duration::from_millis(500)).play(100_000);
        assert!(met.held_up <= 32 && met.readings < 62_000, "two at a time: {met:?}");
    }

    #[test]
    fn what_a_device_that_left_has_spoilt_comes_back() {
        let mut leisure = Leisure::default();
        for _ in 0..10 {
            leisure.in_vain(0); // it was carried out of reach again and again
        }
        assert!(leisure.again > 100 * AGAIN);
        let mut now = Instant::now();
        let mut rests = Vec::new();
        for _ in 0..leisure.again + 100 {
            now += Duration::from_millis(500);
            leisure.read(false, now);
            if let Some(until) = leisure.drained(now) {
                rests.push(until - now);
                while now + Duration::from_millis(500) <= until {
                    now += Duration::from_millis(500);
                    leisure.read(false, now);
                }
            }
        }
        assert!(rests.last().is_some_and(|rest| *rest > Duration::from_secs(4)), "{rests:?}");
        assert_eq!(leisure.again, AGAIN);
    }

    #[test]
    fn a_client_that_repeats_what_is_not_answered_is_kept_waiting_once() {
        let esp_mqtt = Client {
            repeats: Some(Duration::from_secs(1)),
            ..Client::new(20, Duration::from_millis(500))
        };
        let met = esp_mqtt.play(10_000);
        assert!((1..=3).contains(&met.repeated), "{met:?}");
    }

    #[test]
    fn who_sends_now_and_then_or_a_few_is_read_at_once() {
        let at_once = |messages| Met {
            readings: messages,
            held_up: 0,
            repeated: 0,
            longest: Duration::ZERO,
        };
        assert_eq!(Client::new(1, Duration::from_secs(10)).play(100), at_once(100));
        assert_eq!(Client::new(1, Duration::from_millis(100)).play(5), at_once(5));
        let backlog = Client::new(20, Duration::from_millis(1)).play(1_000);
        assert_eq!(backlog, at_once(1_000), "it flows");
    }
}
