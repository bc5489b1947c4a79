//! Whatever runs beside what, all is said as if one check had followed the other.
#![allow(clippy::unwrap_used)]

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
};

use proptest::prelude::*;

use super::*;
use crate::{Asked, Check, Finding, Manifest, Observer, capture::Text, models::Models};
use earnest_domain::verdict::Permille;

/// Longer than any test waits, unless what it waits for never happens.
const LONG: Duration = Duration::from_secs(30);

type Judging = Box<dyn Fn(&Run<'_>) -> Result<Finding, CheckError> + Send + Sync>;

struct Scripted(Judging);

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl Check for Scripted {
    fn judge(&self, _: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        (self.0)(run)
    }
}

fn check(
    place: usize,
    lane: Lane,
    judging: impl Fn(&Run<'_>) -> Result<Finding, CheckError> + Send + Sync + 'static,
) -> Registered {
    let model = match lane {
        Lane::Model => format!("[model]\nfile = \"m\"\nblake3 = \"{}\"\n", "0".repeat(64)),
        Lane::Plain => String::new(),
    };
    let manifest = format!(
        "version = 1\ntitle = \"Check {place}\"\napplies_to = [\"text\"]\norder = {place}\n{model}[reasons.good]\ndecision = \"accept\"\nsays = \"Good.\"\n[reasons.bad]\n\
         decision = \"reject\"\nsays = \"Bad.\"\nadvice = \"Another.\"\n"
    );
    let name = format!("check_{place}").leak();
    Registered::made(
        name,
        Manifest::parse(name, &manifest).unwrap(),
        Box::new(Scripted(Box::new(judging))),
    )
}

fn good() -> Finding {
    Finding::new("good", Permille::from_unit(1.0))
}

fn bad() -> Finding {
    Finding::new("bad", Permille::from_unit(1.0))
}

/// The names of verdicts, and the places of the checks that began, in the order in which they were heard.
#[derive(Default)]
struct Heard {
    verdicts: Mutex<Vec<String>>,
    begun: Mutex<Vec<usize>>,
}

impl Observer for Heard {
    fn begins(&self, _: &Manifest, place: usize, _: usize) {
        self.begun.lock().unwrap().push(place);
    }

    fn judged(&self, verdict: &Verdict, _: Option<&[u8]>, _: Duration) {
        self.verdicts.lock().unwrap().push(verdict.check.to_string());
    }
}

/// What was said and what was heard.
fn judged(checks: &[Registered], cancel: &Cancel) -> (Result<Vec<String>, &'static str>, Vec<String>) {
    let (models, asked, heard) = (Models::new(1), Asked::default(), Heard::default());
    let capture = Capture::Text(Text::from_bytes(b"A walk along the river.").unwrap());
    let run = Run {
        observer: &heard,
        ..Run::new(&models, &asked, cancel)
    };
    let said = judge(&checks.iter().collect::<Vec<_>>(), &capture, &run);
    let said = said.map(|verdicts| verdicts.iter().map(|verdict| verdict.check.to_string()).collect());
    let begun = heard.begun.into_inner().unwrap();
    assert!(begun.iter().copied().eq(0..begun.len()), "in order: {begun:?}");
    (said.map_err(|error| error.code()), heard.verdicts.into_inner().unwrap())
}

fn names(places: &[usize]) -> Vec<String> {
    places.iter().map(|place| format!("check-{place}")).collect()
}

#[test]
fn one_with_a_model_and_one_without_work_beside_each_other_and_are_heard_in_order() {
    let (begun, has_begun) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    let (has_begun, has_ended) = (Mutex::new(has_begun), Mutex::new(has_ended));
    let checks = [
        check(0, Lane::Model, move |_| {
            begun.send(()).unwrap();
            has_ended.lock().unwrap().recv_timeout(LONG).unwrap();
            Ok(good())
        }),
        check(1, Lane::Plain, move |_| {
            has_begun.lock().unwrap().recv_timeout(LONG).unwrap();
            Ok(good())
        }),
        check(2, Lane::Plain, move |_| {
            ended.send(()).unwrap();
            Ok(good())
        }),
    ];
    let (said, heard) = judged(&checks, &Cancel::default());
    assert_eq!((said.unwrap(), heard), (names(&[0, 1, 2]), names(&[0, 1, 2])));
}

#[test]
fn a_rejection_ends_what_began_after_it_and_a_fault_does() {
    for (first, in_time) in [
        (Says::Bad, true),
        (Says::Bad, false),
        (Says::Fails, true),
        (Says::Fails, false),
    ] {
        let (begun, has_begun) = mpsc::channel();
        let has_begun = Mutex::new(has_begun);
        let checks = [
            check(0, Lane::Plain, move |_| {
                has_begun.lock().unwrap().recv_timeout(LONG).unwrap();
                first.said()
            }),
            check(1, Lane::Model, move |run| {
                begun.send(()).unwrap();
                let since = Instant::now();
                while run.go_on().is_ok() {
                    assert!(since.elapsed() < LONG, "nobody ended it");
                    thread::yield_now();
                }
                // It may be past the last place where it looks whether it should go on.
                if in_time { run.go_on().map(|()| good()) } else { Ok(good()) }
            }),
            check(2, Lane::Plain, |_| panic!("it must not be asked")),
        ];
        let cancel = Cancel::default();
        let (said, heard) = judged(&checks, &cancel);
        match first {
            Says::Fails => assert_eq!((said, heard), (Err("other_kind"), Vec::new())),
            _ => assert_eq!((said, heard), (Ok(names(&[0])), names(&[0]))),
        }
        assert!(!cancel.is_cancelled(), "what else is under way goes on");
    }
}

#[test]
fn a_check_that_panics_ends_the_other_lane() {
    let checks = [
        check(0, Lane::Plain, |_| panic!("a fault in a check")),
        check(1, Lane::Model, |_| Ok(good())),
        check(2, Lane::Plain, |_| Ok(good())),
        check(3, Lane::Model, |_| Ok(good())),
    ];
    catch_unwind(AssertUnwindSafe(|| judged(&checks, &Cancel::default()))).unwrap_err();
}

#[derive(Debug, Clone, Copy)]
enum Says {
    Good,
    Bad,
    Fails,
}

impl Says {
    fn said(self) -> Result<Finding, CheckError> {
        match self {
            Self::Good => Ok(good()),
            Self::Bad => Ok(bad()),
            Self::Fails => Err(CheckError::OtherKind { check: "scripted" }),
        }
    }
}

proptest! {
    #[test]
    fn it_is_said_as_if_one_followed_the_other(
        plan in prop::collection::vec((any::<bool>(), prop_oneof![5 => Just(Says::Good), 1 => Just(Says::Bad), 1 => Just(Says::Fails)], 0..40_u32), 0..9)
    ) {
        let checks: Vec<Registered> = plan.iter().enumerate().map(|(place, (has_model, says, turns))| {
            let (says, turns) = (*says, *turns);
            check(place, if *has_model { Lane::Model } else { Lane::Plain }, move |_| {
                for _ in 0..turns {
                    thread::yield_now();
                }
                says.said()
            })
        }).collect();
        let last = plan.iter().position(|(_, says, _)| !matches!(says, Says::Good));
        let all: Vec<usize> = (0..plan.len()).collect();
        let (said, heard) = judged(&checks, &Cancel::default());
        match last.map(|last| (last, plan[last].1)) {
            Some((last, Says::Fails)) => {
                prop_assert_eq!(said, Err("other_kind"));
                prop_assert_eq!(heard, names(&all[..last]));
            }
            Some((last, _)) => {
                prop_assert_eq!(said, Ok(names(&all[..=last])));
                prop_assert_eq!(heard, names(&all[..=last]));
            }
            None => {
                prop_assert_eq!(said, Ok(names(&all)));
                prop_assert_eq!(heard, names(&all));
            }
        }
    }
}
