//! A person's day: what is worth doing now, and what came of the days before.
//!
//! Days are the person's own ([`Day`]): the caller tells the offset of their clock from UTC, since no rule here knows where they are.

mod day;
mod level;
mod streak;

pub use self::{
    day::{Day, InvalidDay, Weekday},
    level::Level,
    streak::{GRACE_DAYS, Pause, PauseReason, Streak, StreakState},
};
