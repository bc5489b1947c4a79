//! Whether place and motion tell the same story: no walks that go nowhere, no way at walking pace with a wrist that rests.

use earnest_domain::{
    time::Timestamp,
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Fix, Moving, Place},
};

const NAME: &str = "place_motion";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Agreement(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_stretch_s: f64,
    least_contradiction_s: f64,
    least_share: f64,
    walking_cadence: f64,
    resting_cadence: f64,
    slow_walk_m_s: f64,
    short_step_m: f64,
    walking_from_m_s: f64,
    walking_to_m_s: f64,
    still_m: f64,
}

#[derive(Debug)]
struct Agreement(Limits);

impl Check for Agreement {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Place(place) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        if place.moving().is_empty() {
            return Ok(Finding::new("no_motion", Permille::ONE));
        }
        self.find(place, run)
    }
}

/// Stretches that follow each other are compared together up to this.
const JOINED_SECONDS: i64 = 300;

/// What is told of more than this, such as a day's steps, says nothing of any way in it.
const LONGEST_SECONDS: i64 = 4 * 3_600;

/// Seconds of one kind, how many of them are contradicted, and where.
#[derive(Debug, Default)]
struct Told {
    seconds: f64,
    contradicted: f64,
    stretches: Vec<Evidence>,
}

impl Told {
    fn add(&mut self, place: &Place, stretch: &Moving, contradicts: bool, what: &'static str) {
        let seconds = seconds(stretch);
        self.seconds += seconds;
        if contradicts {
            self.contradicted += seconds;
            if self.stretches.len() < 100 {
                self.stretches.push(Evidence::Stretch {
                    from_ms: place.millis(stretch.from),
                    to_ms: place.millis(stretch.to),
                    what: what.into(),
                });
            }
        }
    }

    fn share(&self) -> f64 {
        self.contradicted / self.seconds.max(1.0)
    }
}

impl Agreement {
    fn find(&self, place: &Place, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Self(limits) = self;
        let (mut on_foot, mut at_pace) = (Told::default(), Told::default());
        let mut compared = 0.0;
        for (stretch, fixes) in &self.stretches(place) {
            run.go_on()?;
            compared += seconds(stretch);
            let way = Way::of(fixes, limits);
            if self.is_on_foot(stretch) {
                on_foot.add(place, stretch, self.stands_still(stretch, &way), "walks_in_place");
            }
            if (limits.walking_from_m_s..=limits.walking_to_m_s).contains(&way.speed) && way.reach > 2.0 * way.still {
                at_pace.add(place, stretch, self.is_at_rest(stretch), "moves_at_rest");
            }
        }
        let heavy = |told: &Told| told.contradicted >= limits.least_contradiction_s && told.share() >= limits.least_share;
        let (reason, told) = if heavy(&on_foot) {
            ("walks_in_place", on_foot)
        } else if heavy(&at_pace) {
            ("moves_at_rest", at_pace)
        } else if compared < limits.least_contradiction_s {
            return Ok(Finding::new("too_little", Permille::ONE));
        } else {
            let told = if on_foot.share() > at_pace.share() { on_foot } else { at_pace };
            ("agrees", told)
        };
        let share = Evidence::Measure {
            what: "contradicted".into(),
            value: told.share(),
            unit: "1".into(),
            least: None,
            most: Some(limits.least_share),
        };
        #[allow(clippy::cast_possible_truncation)] // a share
        let finding = Finding::new(reason, Permille::from_unit((1.0 - told.share()) as f32));
        Ok(finding.with([share]).with(told.stretches))
    }

    /// The stretches that tell something, with the positions in them. Steps and activities are looked at by themselves, and what was
    /// told of a time is told once: no position is in more than a stretch of each, or a file of stretches that all overlap would be
    /// work for hours.
    fn stretches<'p>(&self, place: &'p Place) -> Vec<(Moving, &'p [Fix])> {
        let is_short = |stretch: &&Moving| stretch.to.since(stretch.from).seconds() <= LONGEST_SECONDS;
        let short: Vec<Moving> = place.moving().iter().filter(is_short).copied().collect();
        let (steps, activities): (Vec<Moving>, Vec<Moving>) = short.into_iter().partition(|stretch| stretch.steps.is_some());
        let mut all = Vec::new();
        for told in [steps, activities] {
            let mut until: Option<Timestamp> = None;
            for stretch in self.joined(&told) {
                let fixes = within(place.fixes(), &stretch);
                if seconds(&stretch) < self.0.least_stretch_s || fixes.len() < 3 || until.is_some_and(|until| stretch.from < until)
                {
                    continue;
                }
                until = Some(stretch.to);
                all.push((stretch, fixes));
            }
        }
        all
    }

    fn is_on_foot(&self, stretch: &Moving) -> bool {
        stretch.on_foot == Some(true) || cadence(stretch).is_some_and(|cadence| cadence >= self.0.walking_cadence)
    }

    fn is_at_rest(&self, stretch: &Moving) -> bool {
        stretch.on_foot != Some(true)
            && match cadence(stretch) {
                Some(cadence) => cadence <= self.0.resting_cadence,
                None => stretch.at_rest == Some(true),
            }
    }

    /// Stretches of the same kind that follow each other, as one of some minutes: a receiver's error is small beside its way.
    fn joined(&self, moving: &[Moving]) -> Vec<Moving> {
        let kind = |stretch: &Moving| (self.is_on_foot(stretch), self.is_at_rest(stretch), stretch.steps.is_some());
        let mut all: Vec<Moving> = Vec::new();
        for stretch in moving {
            match all.last_mut() {
                Some(last)
                    if kind(last) == kind(stretch)
                        && stretch.from >= last.from
                        && stretch.from.since(last.to).seconds() <= 1
                        && stretch.to.since(last.from).seconds() <= JOINED_SECONDS =>
                {
                    last.steps = last.steps.zip(stretch.steps).map(|(some, more)| some.saturating_add(more));
                    last.to = last.to.max(stretch.to);
                }
                _ => all.push(*stretch),
            }
        }
        all
    }

    /// Whether the walk should have led out of the circle that the place stays in. A few rounds in a room do not tell.
    fn stands_still(&self, stretch: &Moving, way: &Way) -> bool {
        let walked = match stretch.steps {
            Some(steps) => f64::from(steps) * self.0.short_step_m,
            None => seconds(stretch) * self.0.slow_walk_m_s,
        };
        way.reach <= way.still && walked > 2.0 * way.still
    }
}

/// How far a stretch of positions leads.
#[derive(Debug)]
struct Way {
    /// From the middle of all to the furthest but the very last few, in metres.
    reach: f64,
    /// What is no movement, in metres.
    still: f64,
    /// Metres a second over legs that are long beside the receiver's error.
    speed: f64,
}

impl Way {
    fn of(fixes: &[Fix], limits: &Limits) -> Self {
        let middle = |of: fn(&Fix) -> f64| {
            let mut values: Vec<f64> = fixes.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let centre = Fix {
            latitude: middle(|fix| fix.latitude),
            longitude: middle(|fix| fix.longitude),
            ..fixes[0]
        };
        let mut away: Vec<f64> = fixes.iter().map(|fix| centre.metres_to(fix)).collect();
        away.sort_by(f64::total_cmp);
        let still = limits.still_m.max(2.0 * middle(|fix| fix.accuracy.unwrap_or(0.0)));
        // Legs of half a minute: a receiver's error is small beside them.
        let (mut metres, mut seconds, mut from) = (0.0, 0.0, &fixes[0]);
        for fix in fixes {
            let leg = from.seconds_to(fix);
            if leg >= 30.0 {
                metres += from.metres_to(fix);
                seconds += leg;
                from = fix;
            }
        }
        Self {
            // One in ten may be an outlier.
            reach: away[(away.len() - 1) * 9 / 10],
            still,
            speed: if seconds > 0.0 { metres / seconds } else { 0.0 },
        }
    }
}

fn within<'f>(fixes: &'f [Fix], stretch: &Moving) -> &'f [Fix] {
    let from = fixes.partition_point(|fix| fix.time < stretch.from);
    let to = fixes.partition_point(|fix| fix.time <= stretch.to);
    &fixes[from..to.max(from)]
}

#[allow(clippy::cast_precision_loss)] // microseconds of some days
fn seconds(stretch: &Moving) -> f64 {
    stretch.to.since(stretch.from).micros() as f64 / 1e6
}

/// Steps a minute, where steps were counted.
fn cadence(stretch: &Moving) -> Option<f64> {
    stretch.steps.map(|steps| f64::from(steps) * 60.0 / seconds(stretch).max(1.0))
}

#[cfg(test)]
pub(crate) mod tests;
