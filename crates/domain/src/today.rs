//! A person's day: what is worth doing now, and what came of the days before.
//!
//! Each part is a pure function of what the caller knows: [`choose`] which quests are shown, [`Streak`] the days on which something
//! was accepted, [`Level`] and [`Badge`] what came of them, [`Recap`] a week in numbers. Days are the person's own ([`Day`]): the
//! caller tells the offset of their clock from UTC, since no rule here knows where they are.
//!
//! What is deliberately not here: nothing that can be lost by resting, bought, or had for sharing in more detail.

mod badge;
mod day;
mod level;
mod recap;
mod rotation;
mod streak;

pub use self::{
    badge::{Badge, BadgeStanding, Deeds},
    day::{Day, InvalidDay, Weekday},
    level::Level,
    recap::{Amount, Recap, RecapItem, RecapLine},
    rotation::{CYCLE_DAYS, Candidate, Taste, choose},
    streak::{GRACE_DAYS, Pause, PauseReason, Streak, StreakState},
};
