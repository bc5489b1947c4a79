//! Who this is, and where their data lies.

use earnest_domain::{consent::Slug, text::plain};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CommandError, Nothing};
use crate::{Engine, EngineError, KeyPlace, events::Event};

/// What the welcome and the settings show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Person {
    /// How the person wants to be called; `null` until the welcome is done.
    pub name: Option<String>,
    /// Where the vault's key lies.
    pub key_place: KeyPlaceView,
    /// Values that the vault holds.
    pub readings: u64,
    /// Bytes on disk.
    pub vault_bytes: u64,
    /// The hub that contributions would go to.
    pub hub: HubView,
    /// The version of the app.
    pub version: String,
}

/// Where the key of the vault lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlaceView {
    /// In the system's keyring.
    Keyring,
    /// In a file that only this user can read, because there is no keyring here.
    File,
}

/// The hub, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HubView {
    /// Its id in receipts; `null` until it was reached once.
    pub id: Option<Slug>,
    /// What it calls itself.
    pub name: String,
    /// Whether it runs inside this app.
    pub embedded: bool,
    /// Whether it answers.
    pub state: HubState,
    /// What is wrong with it, or with what it was sent, when something is.
    pub trouble: Option<CommandError>,
}

/// Whether the hub answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HubState {
    /// Not asked yet.
    Unknown,
    /// It answered the last time.
    Reachable,
    /// It did not; contributions wait in the outbox.
    Unreachable,
    /// Something answers at its address, but not as a hub that this version understands; contributions wait in the outbox.
    Trouble,
}

/// What the outbox last saw of the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HubStanding {
    pub(crate) state: HubState,
    pub(crate) trouble: Option<CommandError>,
}

impl HubStanding {
    /// Before it was asked.
    pub(crate) const UNKNOWN: Self = Self {
        state: HubState::Unknown,
        trouble: None,
    };
}

/// The name that the person chose: 1 to 60 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetName {
    /// The name.
    pub name: String,
}

impl Engine {
    /// Who this is, and where their data lies.
    pub(super) async fn person(&self, _: Nothing) -> Result<Person, EngineError> {
        let person = self.vault().person().await?;
        let totals = self.vault().totals().await?;
        Ok(Person {
            name: person.name,
            key_place: match self.key_place() {
                KeyPlace::Keyring => KeyPlaceView::Keyring,
                _ => KeyPlaceView::File,
            },
            readings: totals.iter().map(|total| total.samples).sum(),
            vault_bytes: self.vault().stored_bytes()?,
            hub: self.hub_view().await?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// Keeps the name that the person chose; that ends the welcome.
    pub(super) async fn set_name(&self, request: SetName) -> Result<Person, EngineError> {
        self.vault().set_name(&named(&request.name)?).await?;
        self.tell(Event::Person);
        self.tell(Event::Today);
        self.person(Nothing {}).await
    }

    /// The hub, as far as it is known.
    pub(super) async fn hub_view(&self) -> Result<HubView, EngineError> {
        let met = self.vault().hub().await?;
        let HubStanding { state, trouble } = self.hub_standing();
        Ok(HubView {
            name: met.as_ref().map_or_else(|| "the hub".to_owned(), |hub| hub.name.clone()),
            id: met.map(|hub| hub.id),
            embedded: self.hub_is_embedded(),
            state,
            trouble,
        })
    }
}

/// A name as a person may choose one: 1 to 60 characters, without those that a screen cannot show.
pub(super) fn named(name: &str) -> Result<String, EngineError> {
    let name = shown(name);
    if (1..=60).contains(&name.chars().count()) {
        Ok(name)
    } else {
        Err(EngineError::InvalidName)
    }
}

/// A name without what is not plain in it; empty when nothing of it can be seen.
pub(crate) fn shown(name: &str) -> String {
    plain(name, usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_seen_and_stays_in_its_place() {
        assert_eq!(named(" Ada\u{7}\n").ok().as_deref(), Some("Ada"));
        assert_eq!(named("\u{202E}adA").ok().as_deref(), Some("adA"));
        assert_eq!(named("👩\u{200D}🚀").ok().as_deref(), Some("👩\u{200D}🚀"));
        for blank in ["", " \u{1} \u{1} ", "\u{200B}\u{202E}", "\u{200D}"] {
            assert!(named(blank).is_err(), "{blank:?}");
        }
        assert!(named(&"a".repeat(61)).is_err());
    }
}
