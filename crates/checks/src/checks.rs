//! All checks of a build.

use earnest_domain::{capture::CaptureKind, verdict::Verdict};

use crate::{Check, CheckError, FOUND, Finding, Found, Manifest, Run, capture::Capture, lanes};

/// A check with its manifest.
#[derive(Debug)]
pub struct Registered {
    folder: &'static str,
    manifest: Manifest,
    card: &'static str,
    check: Box<dyn Check>,
}

impl Registered {
    fn new(found: &Found) -> Result<Self, CheckError> {
        let manifest = Manifest::parse(found.name, found.manifest)?;
        let check = (found.make)(&manifest)?;
        Ok(Self {
            folder: found.name,
            manifest,
            card: found.card,
            check,
        })
    }

    #[cfg(test)]
    pub(crate) fn made(folder: &'static str, manifest: Manifest, check: Box<dyn Check>) -> Self {
        Self {
            folder,
            manifest,
            card: "",
            check,
        }
    }

    /// What it says of itself.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How it was measured and where it fails, in Markdown.
    pub const fn card(&self) -> &'static str {
        self.card
    }

    /// Judges a capture of a kind that it applies to; with the verdict comes the [trace](Finding::trace), if it left one.
    ///
    /// # Errors
    /// [`CheckError`] when it cannot be made.
    pub fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<(Verdict, Option<Vec<u8>>), CheckError> {
        run.go_on()?;
        let Finding {
            reason,
            score,
            label,
            evidence,
            trace,
        } = self.check.judge(capture, run)?;
        let Manifest {
            name,
            version,
            model,
            reasons,
            ..
        } = &self.manifest;
        let told = reasons.get(reason).ok_or_else(|| CheckError::ManifestInvalid {
            check: self.folder,
            reason: format!("it has no words for {reason}"),
        })?;
        let verdict = Verdict {
            check: name.clone(),
            version: *version,
            decision: told.decision,
            score,
            label,
            reason: reason.to_owned(),
            says: told.says.clone(),
            advice: told.advice.clone(),
            evidence,
            model: model.as_ref().map(|model| model.blake3.clone()),
        };
        Ok((verdict, trace))
    }
}

/// Every check of this build. Making it loads no model.
#[derive(Debug)]
pub struct Checks(Vec<Registered>);

impl Checks {
    /// Reads every manifest.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`], which a test keeps from ever happening.
    pub fn load() -> Result<Self, CheckError> {
        let mut checks = FOUND.iter().map(Registered::new).collect::<Result<Vec<_>, _>>()?;
        checks.sort_by(|one, other| (one.manifest.order, one.folder).cmp(&(other.manifest.order, other.folder)));
        Ok(Self(checks))
    }

    /// All of them, the cheap ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Registered> {
        self.0.iter()
    }

    /// The check of that name.
    pub fn find(&self, name: &str) -> Option<&Registered> {
        self.0.iter().find(|check| check.manifest.name.as_str() == name)
    }

    /// Those that apply to a kind of capture, the cheap ones first.
    pub fn of(&self, kind: CaptureKind) -> impl Iterator<Item = &Registered> {
        self.0.iter().filter(move |check| check.manifest.applies_to.contains(&kind))
    }

    /// The check that [guards](Manifest::guards) captures of that kind and has not judged yet, by its folder's name.
    pub(crate) fn unguarded(&self, kind: CaptureKind, verdicts: &[Verdict]) -> Option<&'static str> {
        let judged = |check: &Registered| verdicts.iter().any(|verdict| verdict.check == check.manifest.name);
        let mut guards = self.of(kind).filter(|check| check.manifest.guards());
        guards.find(|check| !judged(check)).map(|check| check.folder)
    }

    /// Judges a capture by those of its kind that `wanted` accepts, the cheap ones first, one with a model and one without beside each
    /// other. Once one rejects, the dearer ones are not asked: there is nothing left to save.
    ///
    /// # Errors
    /// [`CheckError`] of the first check that cannot be made; [`CheckError::Cancelled`] when nobody waits any more.
    pub fn judge(&self, capture: &Capture, wanted: impl Fn(&Manifest) -> bool, run: &Run<'_>) -> Result<Vec<Verdict>, CheckError> {
        let pipeline: Vec<_> = self.of(capture.kind()).filter(|check| wanted(&check.manifest)).collect();
        lanes::judge(&pipeline, capture, run)
    }
}

#[cfg(test)]
mod tests;
