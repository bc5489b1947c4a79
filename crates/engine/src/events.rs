//! What the fronts are told as it happens, so that no screen polls.

use std::{sync::Arc, time::Duration};

use earnest_domain::contribution::ContributionId;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast};
use ts_rs::TS;

/// Something changed. A front that shows it asks again; one that does not ignores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Readings arrived, or a device came, went or changed. At most four times a second.
    Devices,
    /// A window was judged or a quest moved.
    Today,
    /// A grant, or what left, changed.
    Sharing,
    /// A contribution was prepared or settled.
    History,
    /// The name, the key's place or the hub changed.
    Person,
    /// The hub credited a contribution.
    Awarded {
        /// Which one.
        contribution: ContributionId,
        /// What it earned.
        points: u32,
    },
    /// A capture is being judged, and the next check begins.
    Checking {
        /// What the page that asked calls this judging.
        run: String,
        /// What it finds out, for a person.
        check: String,
        /// How many began before it; the last of them may still be judging.
        done: u32,
        /// How many there are.
        all: u32,
    },
    /// Events were lost on the way: ask for everything again.
    Resync,
}

/// Events that may wait for a slow front before it is told to ask for everything again.
const BACKLOG: usize = 256;
/// Readings arrive by the hundred a second; nobody looks faster than this.
const CALM: Duration = Duration::from_millis(250);

/// Where events are announced.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    sender: broadcast::Sender<Event>,
    readings: Arc<Notify>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::Sender::new(BACKLOG),
            readings: Arc::new(Notify::new()),
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.sender.subscribe()
    }

    /// Whether anybody does.
    pub(crate) fn somebody_listens(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Tells whoever listens; nobody has to.
    pub(crate) fn tell(&self, event: Event) {
        let _ = self.sender.send(event);
    }

    /// Readings arrived, or a device changed: told soon, and once for many.
    pub(crate) fn readings_arrived(&self) {
        if self.somebody_listens() {
            self.readings.notify_one();
        }
    }

    /// Passes on that readings arrived, calmly, for as long as it is polled.
    pub(crate) async fn pass_on_readings(self) {
        loop {
            self.readings.notified().await;
            self.tell(Event::Devices);
            tokio::time::sleep(CALM).await;
        }
    }
}
