//! A quest as its hub signs it: whoever is shown one knows that this hub asks for it, in these words.

use serde::{Deserialize, Serialize};

use super::Quest;
use crate::{
    canonical::{self, Hex},
    consent::Slug,
    hub::{HubKey, HubKeyId},
    identity::BadSignature,
};

/// What is signed: the quest of one hub is none of another's.
#[derive(Serialize)]
struct Offered<'o> {
    hub: &'o Slug,
    quest: &'o Quest,
}

impl Offered<'_> {
    /// Prefix of the signed bytes.
    const CONTEXT: &'static [u8] = b"earnest quest v1\0";

    fn message(&self) -> Vec<u8> {
        [Self::CONTEXT, &canonical::bytes(self)].concat()
    }
}

/// A quest with its hub's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedQuest {
    quest: Quest,
    /// Over `earnest quest v1`, a zero byte, and the canonical bytes of the hub's id and the quest.
    signature: Hex<64>,
}

impl SignedQuest {
    /// Signs a quest of a hub.
    pub fn sign(quest: Quest, hub: &Slug, key: &HubKey) -> Self {
        let message = Offered { hub, quest: &quest }.message();
        let signature = Hex(key.sign(&message));
        Self { quest, signature }
    }

    /// The quest, as it stands there; whose it is, [`Self::verify`] says.
    pub fn quest(&self) -> &Quest {
        &self.quest
    }

    /// The quest, if that hub signed it.
    ///
    /// # Errors
    /// [`BadSignature`] when it was altered, or is another hub's.
    pub fn verify(&self, hub: &Slug, key: &HubKeyId) -> Result<&Quest, BadSignature> {
        let message = Offered { hub, quest: &self.quest }.message();
        key.verify(&message, &self.signature.0)?;
        Ok(&self.quest)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::quest::tests::first_steps;

    fn hub() -> Slug {
        "hub-00c0ffee".parse().unwrap()
    }

    #[test]
    fn a_quest_is_its_hubs_and_no_other_ones() {
        let (key, other) = (HubKey::from_seed(&[7; 32]), HubKey::from_seed(&[8; 32]));
        let signed = SignedQuest::sign(first_steps(), &hub(), &key);
        assert_eq!(signed.verify(&hub(), &key.id()), Ok(&first_steps()));
        assert_eq!(signed.verify(&hub(), &other.id()), Err(BadSignature));
        assert_eq!(signed.verify(&"hub-0badcafe".parse().unwrap(), &key.id()), Err(BadSignature));
        assert_eq!(format!("{key:?}"), "HubKey(***)");
    }

    #[test]
    fn every_word_of_it_is_signed() {
        let key = HubKey::from_seed(&[7; 32]);
        let whole = serde_json::to_value(SignedQuest::sign(first_steps(), &hub(), &key)).unwrap();
        let mut altered = 0;
        for (path, value) in [
            ("/quest/title", "First stops".into()),
            ("/quest/version", 2.into()),
            ("/quest/goal/seconds", 61.into()),
            ("/quest/streams", serde_json::json!(["acceleration"])),
            ("/quest/ask/purpose_text", "advertising".into()),
            ("/quest/ask/retention_days", 91.into()),
            ("/quest/points/base", 41.into()),
            ("/quest/points/need", 1_251.into()),
        ] {
            let mut other = whole.clone();
            *other.pointer_mut(path).unwrap() = value;
            let other: SignedQuest = serde_json::from_value(other).unwrap();
            assert_eq!(other.verify(&hub(), &key.id()), Err(BadSignature), "{path}");
            altered += 1;
        }
        assert_eq!(altered, 8);
        let read: SignedQuest = serde_json::from_value(whole).unwrap();
        assert!(read.verify(&hub(), &key.id()).is_ok());
    }
}
