//! Motion that came from before what is judged already: a backlog, or everything after a clock that was far ahead.
//!
//! It is judged once nothing late has come from its device for a while, since it comes in any order and its sensors in messages of
//! their own: to look earlier would be to judge windows of which half has arrived, and for ever.

use std::{collections::VecDeque, time::Duration};

use earnest_domain::{
    device::DeviceId,
    time::{Span, Timestamp},
};
use earnest_vault::Vault;
use tokio::time::Instant;

use super::{MOTION, track::STRETCH};
use crate::EngineError;

/// Earliest and latest instant.
type Stretch = (Timestamp, Timestamp);

/// The most stretches that are heard of before those that lie together are united.
const MOST: usize = 256;

/// The most ends of stretches that are kept.
const RESTS: usize = 32;

/// What is late of a device.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// What was heard of, beside what the vault has noted: a reading may be late for the judge alone.
    heard: Vec<Stretch>,
    /// Ends of earlier stretches that were too short for a window.
    rests: Vec<Stretch>,
    /// When it is looked at.
    due: Option<Instant>,
    under_way: Option<UnderWay>,
}

/// A look at what is late.
#[derive(Debug)]
struct UnderWay {
    /// By time, apart from each other; the first one is what is left of it.
    stretches: VecDeque<Stretch>,
    /// Whether they begin where the windows before them end.
    begun: bool,
    /// What the vault calls it.
    upto: i64,
}

impl Late {
    /// A reading of `time` came late.
    pub(super) fn hear(&mut self, time: Timestamp) {
        match self.heard.last_mut() {
            Some((first, last)) if near((*first, *last), (time, time)) => {
                *first = time.min(*first);
                *last = time.max(*last);
            }
            _ => self.heard.push((time, time)),
        }
        if self.heard.len() > MOST {
            self.heard = united(std::mem::take(&mut self.heard)).into();
        }
    }

    /// There may be something late; it is looked at after `quiet`.
    pub(super) fn look_after(&mut self, quiet: Duration) {
        self.due = Some(Instant::now() + quiet);
    }

    /// When it is looked at.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.under_way.is_some() {
            Some(Instant::now())
        } else {
            self.due
        }
    }

    /// Gives up for now, after a failure.
    pub(super) fn put_off(&mut self, quiet: Duration) {
        if let Some(under_way) = self.under_way.take() {
            self.heard.extend(under_way.stretches);
        }
        self.look_after(quiet);
    }

    /// Begins or goes on; says whether there is anything to judge.
    pub(super) async fn begin(&mut self, device: &DeviceId, vault: &Vault) -> Result<bool, EngineError> {
        if self.under_way.is_none() {
            let (noted, upto) = vault.late(device).await?;
            let mut stretches: Vec<Stretch> = noted.into_iter().chain(self.heard.drain(..)).collect();
            self.due = None;
            if !stretches.is_empty() {
                stretches.append(&mut self.rests);
            }
            let stretches = united(stretches);
            self.under_way = (!stretches.is_empty()).then_some(UnderWay {
                stretches,
                begun: false,
                upto,
            });
        }
        Ok(self.under_way.is_some())
    }

    /// The next stretch in which a window of `length` has room. `None` when all is judged.
    pub(super) async fn room(&mut self, device: &DeviceId, vault: &Vault, length: Span) -> Result<Option<Stretch>, EngineError> {
        let Some(under_way) = &mut self.under_way else {
            return Ok(None);
        };
        if !under_way.begun {
            for (first, _) in &mut under_way.stretches {
                // What was too short for a window at the end of an earlier look goes on here.
                let early = first.minus(length).minus(length);
                let before = vault.judged_between(device, early, *first).await?;
                if let Some((_, end)) = before.iter().rfind(|(_, end)| *end <= *first && first.since(*end) < length) {
                    *first = *end;
                }
            }
            under_way.begun = true;
        }
        while let Some(stretch) = under_way.stretches.front_mut() {
            if let Some(room) = room_in(stretch, device, vault, length).await? {
                return Ok(Some(room));
            }
            // Too short for a window so far: what comes next may go on from here.
            let rest = under_way.stretches.pop_front().filter(|(from, last)| from <= last);
            self.rests.extend(rest);
        }
        let old = self.rests.len().saturating_sub(RESTS);
        self.rests.drain(..old);
        if under_way.upto > 0 {
            vault.late_is_judged(device, under_way.upto).await?;
        }
        self.under_way = None;
        Ok(None)
    }

    /// What is late before `until` is judged.
    pub(super) fn passed(&mut self, until: Timestamp) {
        if let Some((first, _)) = self.under_way.as_mut().and_then(|under_way| under_way.stretches.front_mut()) {
            *first = until;
        }
    }
}

/// The next room in a stretch, which is shortened by what has none. Looks at a minute at a time, however long the stretch is.
async fn room_in(stretch: &mut Stretch, device: &DeviceId, vault: &Vault, length: Span) -> Result<Option<Stretch>, EngineError> {
    loop {
        let (from, last) = *stretch;
        if last.since(from) < length {
            return Ok(None);
        }
        let taken = vault.judged_between(device, from.minus(length), from.plus(STRETCH)).await?;
        if let Some((_, end)) = taken.iter().find(|(start, end)| *start <= from && from < *end) {
            stretch.0 = *end;
            continue;
        }
        match vault.first_sample(device, &MOTION, from).await? {
            Some(sample) if sample > last => return Ok(None),
            Some(sample) if sample.since(from) >= length => {
                stretch.0 = sample;
                continue;
            }
            Some(_) => {}
            None => return Ok(None),
        }
        let next = taken.iter().find(|(start, _)| *start > from);
        let until = next.map_or(last, |(start, _)| *start).min(last).min(from.plus(STRETCH));
        if until.since(from) >= length {
            return Ok(Some((from, until)));
        }
        let Some((_, end)) = next else { return Ok(None) };
        stretch.0 = *end;
    }
}

fn near(one: Stretch, other: Stretch) -> bool {
    other.0.since(one.1) < STRETCH && one.0.since(other.1) < STRETCH
}

/// By time; what lies together is one. A reading of years ago and one of now stay two.
fn united(mut stretches: Vec<Stretch>) -> VecDeque<Stretch> {
    stretches.sort_unstable();
    let mut united: VecDeque<Stretch> = VecDeque::new();
    for stretch in stretches {
        match united.back_mut() {
            Some(last) if near(*last, stretch) => last.1 = stretch.1.max(last.1),
            _ => united.push_back(stretch),
        }
    }
    united
}
