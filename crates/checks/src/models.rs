//! Sessions of ONNX Runtime: loaded when they are needed, lent to one check at a time, never more than fit, dropped when idle.

pub(crate) mod photo;
mod providers;

use std::{
    collections::HashMap,
    fmt, fs,
    num::NonZero,
    panic,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ort::session::{Session, builder::GraphOptimizationLevel};

use crate::{CheckError, Model, assets, runtime::environment};

/// A pool of sessions over all models.
pub struct Models {
    most: usize,
    how: How,
    pool: Mutex<Pool>,
    returned: Condvar,
}

/// How sessions run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// On what the platform has, the graph optimised.
    Best,
    /// On the processor alone, each operator as the model has it: what the best is held against.
    #[cfg(test)]
    Plain,
}

/// Where a session that is wanted comes from.
enum Room {
    /// One that was idle.
    Idle(Session),
    /// It has to be loaded, in the place of another maybe.
    Empty(Option<Session>),
}

#[derive(Default)]
struct Pool {
    /// Idle sessions by the hash of their model, and since when.
    idle: HashMap<String, Vec<(Session, Instant)>>,
    /// Sessions that are lent, or being loaded to be lent.
    lent: usize,
}

impl Pool {
    fn alive(&self) -> usize {
        self.lent + self.idle.values().map(Vec::len).sum::<usize>()
    }

    /// Room for one more that is lent, of `most` alive.
    fn room(&mut self, hash: &str, most: usize) -> Option<Room> {
        let free = self.free_room(hash, most);
        free.or_else(|| self.drop_oldest().map(|evicted| Room::Empty(Some(evicted))))
    }

    /// The same without dropping another.
    fn free_room(&mut self, hash: &str, most: usize) -> Option<Room> {
        if let Some((session, _)) = self.idle.get_mut(hash).and_then(Vec::pop) {
            return Some(Room::Idle(session));
        }
        (self.alive() < most).then_some(Room::Empty(None))
    }

    /// Takes the session that has been idle for longest.
    fn drop_oldest(&mut self) -> Option<Session> {
        let (hash, _) = self
            .idle
            .iter()
            .filter_map(|(hash, sessions)| sessions.first().map(|(_, since)| (hash.clone(), *since)))
            .min_by_key(|(_, since)| *since)?;
        let sessions = self.idle.get_mut(&hash)?;
        let (session, _) = sessions.remove(0);
        if sessions.is_empty() {
            self.idle.remove(&hash);
        }
        Some(session)
    }
}

impl Models {
    /// At most `most` sessions (at least one) are alive at a time; who wants another waits.
    pub fn new(most: usize) -> Self {
        Self::running(most, How::Best)
    }

    pub(crate) fn running(most: usize, how: How) -> Self {
        Self {
            most: most.max(1),
            how,
            pool: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Works with a session of `check`'s model, whose bytes `read` gives when it has to be loaded. Waits while all are lent.
    ///
    /// # Errors
    /// [`CheckError::ModelChanged`] when the bytes are not those of the manifest, [`CheckError::ModelFailed`] when ONNX Runtime does not
    /// take them, and what `read` and `work` fail with.
    pub fn with<B: AsRef<[u8]>, R>(
        &self,
        check: &'static str,
        model: &Model,
        read: impl FnOnce() -> Result<B, CheckError>,
        work: impl FnOnce(&mut Session) -> Result<R, CheckError>,
    ) -> Result<R, CheckError> {
        let mut place = self.place(&model.blake3);
        let mut session = match place.session.take() {
            Some(session) => session,
            None => load(check, model, read()?.as_ref(), self.how)?,
        };
        let result = work(&mut session);
        place.session = Some(session);
        result
    }

    /// Works on every part, with as many sessions at once as the model wants, the cores carry and the pool has room for; with one at
    /// least, for which it waits. What came of each part is in the order of the parts.
    ///
    /// # Errors
    /// As [`Models::with`]; after an error no further part is begun, but for those that are about to be.
    pub(crate) fn each<B: AsRef<[u8]>, P: Sync, R: Send>(
        &self,
        check: &'static str,
        model: &Model,
        read: impl Fn() -> Result<B, CheckError> + Sync,
        parts: &[P],
        work: impl Fn(&mut Session, &P) -> Result<R, CheckError> + Sync,
    ) -> Result<Vec<R>, CheckError> {
        let first = self.place(&model.blake3);
        let wanted = model.sessions.min(cores()).min(parts.len());
        let others: Vec<Place<'_>> = (1..wanted).map_while(|_| self.free_place(&model.blake3)).collect();
        let next = AtomicUsize::new(0);
        let work_on = |mut place: Place<'_>| {
            let mut session = match place.session.take() {
                Some(session) => session,
                None => load(check, model, read()?.as_ref(), self.how)?,
            };
            let mut done = Vec::new();
            let ended = loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(part) = parts.get(number) else { break Ok(()) };
                match work(&mut session, part) {
                    Ok(result) => done.push((number, result)),
                    Err(error) => break Err(error),
                }
            };
            place.session = Some(session);
            ended.map(|()| done)
        };
        let work_on = |place| {
            work_on(place).inspect_err(|_| {
                next.fetch_max(parts.len(), Ordering::Relaxed);
            })
        };
        let mut done = thread::scope(|scope| {
            let others: Vec<_> = others.into_iter().map(|place| scope.spawn(|| work_on(place))).collect();
            let mut done = work_on(first);
            for other in others {
                let more = other.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
                done = done.and_then(|mut done| {
                    done.extend(more?);
                    Ok(done)
                });
            }
            done
        })?;
        done.sort_by_key(|(number, _)| *number);
        Ok(done.into_iter().map(|(_, result)| result).collect())
    }

    /// A place for a session, with one of that model in it if one is idle.
    fn place(&self, hash: &str) -> Place<'_> {
        let mut pool = self.pool();
        loop {
            if let Some(room) = pool.room(hash, self.most) {
                return self.lend(pool, hash, room);
            }
            pool = self.returned.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same if nobody has to be waited for and no other model has to go: it would have to be loaded again for the next capture.
    fn free_place(&self, hash: &str) -> Option<Place<'_>> {
        let mut pool = self.pool();
        let room = pool.free_room(hash, self.most)?;
        Some(self.lend(pool, hash, room))
    }

    fn lend(&self, mut pool: MutexGuard<'_, Pool>, hash: &str, room: Room) -> Place<'_> {
        pool.lent += 1;
        drop(pool);
        let (session, evicted) = match room {
            Room::Idle(session) => (Some(session), None),
            Room::Empty(evicted) => (None, evicted),
        };
        drop(evicted); // it takes a moment, which nobody else has to wait for
        Place {
            models: self,
            hash: hash.to_owned(),
            session,
        }
    }

    /// Drops sessions that nobody has used for `this_long` before `now`; says how many.
    pub fn drop_idle(&self, this_long: Duration, now: Instant) -> usize {
        let mut pool = self.pool();
        let mut dropped = Vec::new();
        for sessions in pool.idle.values_mut() {
            let old = sessions.partition_point(|(_, since)| now.saturating_duration_since(*since) >= this_long);
            dropped.extend(sessions.drain(..old));
        }
        pool.idle.retain(|_, sessions| !sessions.is_empty());
        drop(pool);
        dropped.len()
    }

    /// How many sessions there are, lent and idle.
    pub fn alive(&self) -> usize {
        self.pool().alive()
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Models {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Models")
            .field("most", &self.most)
            .field("alive", &self.alive())
            .finish_non_exhaustive()
    }
}

/// Room for one session. It is given back when dropped, with the session in it unless its work ended badly.
struct Place<'m> {
    models: &'m Models,
    hash: String,
    session: Option<Session>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut pool = self.models.pool();
        pool.lent -= 1;
        if let Some(session) = self.session.take() {
            let idle = pool.idle.entry(std::mem::take(&mut self.hash)).or_default();
            idle.push((session, Instant::now()));
        }
        drop(pool);
        self.models.returned.notify_one();
    }
}

/// The bytes of a model that comes beside the executable.
///
/// # Errors
/// [`CheckError::FileMissing`].
pub(crate) fn beside(check: &'static str, model: &Model) -> Result<Vec<u8>, CheckError> {
    let read = assets::asset(&model.file).and_then(|path| fs::read(path).ok());
    read.ok_or_else(|| CheckError::FileMissing {
        check,
        file: model.file.clone(),
    })
}

/// What a check says when ONNX Runtime, or what prepares its input, fails.
pub(crate) fn failed(check: &'static str, reason: impl fmt::Display) -> CheckError {
    CheckError::ModelFailed {
        check,
        reason: reason.to_string(),
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Verifies a model against its hash and loads it, for as many threads as it wants. Within a call they wait for each other awake (a tenth
/// of `MiniLM`'s time is waking up otherwise); between calls they sleep.
pub(crate) fn load(check: &'static str, model: &Model, bytes: &[u8], how: How) -> Result<Session, CheckError> {
    let found = blake3::hash(bytes).to_hex().to_string();
    if found != model.blake3 {
        return Err(CheckError::ModelChanged {
            check,
            expected: model.blake3.clone(),
            found,
        });
    }
    let environment = environment()?;
    let cores = cores() / model.sessions.clamp(1, cores());
    Session::builder(&environment)
        .and_then(|builder| {
            let builder = builder
                .with_intra_threads(model.threads.clamp(1, cores))?
                .with_inter_threads(1)?
                .with_intra_op_spinning(true)?
                .with_config_entry("session.force_spinning_stop", "1")?
                .with_inter_op_spinning(false)?
                // Inputs come in many shapes, and room would be kept for each of them: a third of all memory for faces.
                .with_memory_pattern(false)?;
            match how {
                How::Best => Ok(builder
                    .with_optimization_level(GraphOptimizationLevel::All)?
                    .with_execution_providers(providers::platform())?),
                #[cfg(test)]
                How::Plain => Ok(builder.with_optimization_level(GraphOptimizationLevel::Disable)?),
            }
        })
        .and_then(|mut builder| builder.commit_from_memory(bytes))
        .map_err(|error| CheckError::ModelFailed {
            check,
            reason: error.to_string(),
        })
}

#[cfg(test)]
mod tests;
