//! Whether a text says what an earlier one said, in the same words or in others.

mod trace;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use self::trace::Said;
use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::Capture,
    meaning::{self, Reader},
};

const NAME: &str = "text_similar";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Similar {
        name: manifest.name.to_string(),
        limits: manifest.limits(NAME)?,
        reader: Reader::of(NAME, manifest)?,
    }))
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    english_from: f32,
    other_from: f32,
    least_english: f32,
    most_unknown: f32,
}

#[derive(Debug)]
struct Similar {
    name: String,
    limits: Limits,
    reader: Reader,
}

impl Check for Similar {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Text(text) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        // What is kept to compare with holds nothing of what is taken out.
        let said = meaning::Said::of(text, run)?;
        if said.tokens.share_unknown() > self.limits.most_unknown {
            return Ok(Finding::new("cannot_compare", Permille::ONE));
        }
        let limit = if said.tokens.share_english() >= self.limits.least_english {
            self.limits.english_from
        } else {
            self.limits.other_from
        };
        let meaning = self.reader.meaning_of(run, said)?.clone();
        let said = Said::new(meaning, &said.words);

        let mut nearest: Option<(f32, String)> = None;
        for trace in run.traces(&self.name)? {
            run.go_on()?;
            // A trace of another version is not compared with.
            let likeness = Said::from_bytes(&trace.bytes).and_then(|earlier| said.likeness(&earlier));
            if let Some(likeness) = likeness.filter(|likeness| nearest.as_ref().is_none_or(|(most, _)| likeness > most)) {
                nearest = Some((likeness, trace.capture));
            }
        }
        let new = |likeness: f32| Permille::from_unit(1.0 - likeness);
        let finding = match nearest {
            None => Finding::new("something_new", Permille::ONE),
            Some((likeness, _)) if likeness < limit => {
                Finding::new("something_new", new(likeness)).with([measure(likeness, limit)])
            }
            Some((likeness, capture)) => Finding::new("said_before", new(likeness))
                .labelled(capture)
                .with([measure(likeness, limit)]),
        };
        Ok(finding.traced(said.to_bytes()))
    }
}

fn measure(likeness: f32, limit: f32) -> Evidence {
    Evidence::measure("likeness", likeness, "1").at_most(f64::from(limit))
}

#[cfg(test)]
pub(crate) mod tests;
