//! `--demo`: what a person would do in the first minute, so that the loop can be watched from end to end.

use std::collections::BTreeSet;

use earnest_domain::{
    consent::{DeviceScope, Grant},
    device::{DeviceId, DeviceKind},
    time::Span,
};
use earnest_engine::{
    Engine, EngineError,
    commands::{
        GetDevices, GetPerson, GetSharing, GrantConsentCommand, ListConsents, Nothing, PairSampleCommand, SetNameCommand,
        person::SetName,
        sample::PairSample,
        sharing::{AskView, GrantConsent, GrantState},
    },
};
use tokio::sync::broadcast::error::RecvError;

use crate::calls::call;

/// How the person of the demonstration is called.
const NAME: &str = "Ada";
/// How many times faster than life the recording is played.
const SPEED: u32 = 20;
/// The recording is stamped so that it ends about now; this covers it several times over.
const BEFORE: Span = Span::from_days(1);
/// How long the permission lasts.
const AFTER: Span = Span::from_days(90);

/// Skips the welcome, pairs the sample wearable, and gives leave to contribute what the quests ask of the sample's data alone.
///
/// What was done before is not done again. Waits for the hub, since a permission names its recipient.
///
/// # Errors
/// [`DemoError`]: the engine refused one of the steps, or closed before the hub answered.
pub async fn prepare_demo(engine: &Engine) -> Result<(), DemoError> {
    if call::<GetPerson>(engine, Nothing {}).await?.name.is_none() {
        call::<SetNameCommand>(engine, SetName { name: NAME.to_owned() }).await?;
    }
    let sample = if let Some(sample) = sample(engine).await? {
        sample
    } else {
        call::<PairSampleCommand>(engine, PairSample { speed: Some(SPEED) }).await?;
        sample(engine).await?.ok_or(DemoError::NoSample)?
    };
    allow(engine, &sample).await
}

/// Why the demonstration cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A step failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The sample wearable was paired and is not in the list.
    #[error("the sample wearable was paired and is not among the devices")]
    NoSample,
}

impl DemoError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Engine(error) => error.code(),
            Self::NoSample => "no_sample",
        }
    }
}

async fn sample(engine: &Engine) -> Result<Option<DeviceId>, EngineError> {
    let devices = call::<GetDevices>(engine, Nothing {}).await?.devices;
    Ok(devices
        .into_iter()
        .find(|device| device.kind == DeviceKind::Sample)
        .map(|device| device.id))
}

/// Grants what is asked for, to whoever asks, of the sample's data.
async fn allow(engine: &Engine, sample: &DeviceId) -> Result<(), DemoError> {
    let mut events = engine.events();
    loop {
        let sharing = call::<GetSharing>(engine, Nothing {}).await?;
        if !sharing.asks.is_empty() {
            let given = call::<ListConsents>(engine, Nothing {}).await?.grants;
            let live: Vec<Grant> = given
                .into_iter()
                .filter(|grant| grant.state == GrantState::Active)
                .map(|grant| grant.grant)
                .collect();
            for ask in sharing
                .asks
                .iter()
                .filter(|ask| !live.iter().any(|grant| covers(grant, ask, sample)))
            {
                let grant = GrantConsent {
                    purpose: ask.purpose.clone(),
                    streams: ask.streams.clone(),
                    precision: ask.precision,
                    devices: Some(vec![sample.clone()]),
                    recipient: Some(ask.recipient.clone()),
                    from: Some(sharing.now.minus(BEFORE)),
                    until: Some(sharing.now.plus(AFTER)),
                    purpose_text: Some(ask.purpose_text.clone()),
                    retention_days: Some(ask.retention_days),
                };
                call::<GrantConsentCommand>(engine, grant).await?;
            }
            return Ok(());
        }
        if let Err(RecvError::Closed) = events.recv().await {
            return Err(EngineError::Closing.into());
        }
    }
}

/// Whether a grant of an earlier start already allows what is asked.
fn covers(grant: &Grant, ask: &AskView, sample: &DeviceId) -> bool {
    let streams: BTreeSet<_> = ask.streams.iter().copied().collect();
    let devices = match &grant.devices {
        DeviceScope::All => true,
        DeviceScope::Only(named) => named.contains(sample),
    };
    grant.purpose == ask.purpose
        && grant.purpose_text.as_ref().is_none_or(|text| *text == ask.purpose_text)
        && grant.recipient == ask.recipient
        && grant.precision >= ask.precision
        && streams.is_subset(&grant.streams)
        && devices
}
