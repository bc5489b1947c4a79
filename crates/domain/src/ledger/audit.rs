//! Everything in an export, checked again: no network, no clock, nobody's word.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Event, Export, ExportedContribution, Head, HubExport, LedgerError, ProvedEntry, check_consistency, check_inclusion};
use crate::{
    consent::Slug,
    contribution::{self, Contribution, ContributionId, Fingerprint},
    hub::HubKeyId,
    identity::PersonId,
    points::{Award, Facts},
    quest::Quest,
};

/// What an export amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Audit {
    /// How many contributions were credited.
    pub awards: u32,
    /// How many of them stand in a ledger that their hub signed, pay what their facts give, and were moved back whole where they were.
    pub verified: u32,
    /// What the verified ones sum to, less what was moved back.
    #[ts(type = "number")]
    pub sum: i64,
    /// The newest head of the hub that was seen last, as it was signed.
    pub checkpoint: Option<String>,
    /// Whether each head continues the one before it.
    pub consistent: bool,
    /// What is wrong, or not proved yet.
    pub findings: Vec<Finding>,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Finding {
    /// Which hub's ledger.
    pub hub: Slug,
    /// Which contribution; `None` of the ledger as a whole.
    pub contribution: Option<ContributionId>,
    /// A stable code.
    pub code: String,
    /// What that is.
    pub says: String,
}

impl Audit {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.consistent && self.verified == self.awards && self.findings.is_empty()
    }
}

/// Why an award does not hold.
#[derive(Debug, thiserror::Error)]
enum Doubt {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("this is no contribution of this person, or it was altered")]
    Contribution,
    #[error("its entry in the ledger is not here; it is asked for when the hub is next met")]
    NoEntry,
    #[error("its proof is not here; it is asked for when the hub is next met")]
    NotProved,
    #[error("the quest that the hub signed is not here")]
    NoOffer,
    #[error("the facts in the ledger are not those of this contribution to the quest that the hub signed")]
    OtherFacts,
}

impl Doubt {
    const fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Contribution => "contribution_altered",
            Self::NoEntry => "entry_missing",
            Self::NotProved => "entry_not_proved",
            Self::NoOffer => "offer_missing",
            Self::OtherFacts => "other_facts",
        }
    }
}

/// Checks everything again.
pub fn audit(export: &Export) -> Audit {
    let mut audit = Audit {
        awards: 0,
        verified: 0,
        sum: 0,
        checkpoint: None,
        consistent: true,
        findings: Vec::new(),
    };
    for hub in &export.hubs {
        let mut find = |contribution, code: &str, says: String| {
            audit.findings.push(Finding {
                hub: hub.id.clone(),
                contribution,
                code: code.to_owned(),
                says,
            });
        };
        let heads = match heads(hub) {
            Ok(heads) => heads,
            Err(error) => {
                audit.consistent = false;
                find(None, error.code(), error.to_string());
                BTreeMap::new()
            }
        };
        if let (Some(last), true) = (hub.heads.last(), heads.len() == hub.heads.len()) {
            audit.checkpoint = Some(last.checkpoint.as_str().to_owned());
        }
        let mut ledger = Ledger::of(hub, export.person, heads);
        for credited in by_entry(hub) {
            audit.awards += 1;
            match ledger.check(credited) {
                Ok(points) => {
                    audit.verified += 1;
                    audit.sum += points;
                }
                Err((contribution, doubt)) => find(contribution, doubt.code(), doubt.to_string()),
            }
        }
    }
    audit
}

/// What was credited, in the order of the ledger: novelty follows from what came before.
fn by_entry(hub: &HubExport) -> Vec<(&ExportedContribution, &Award)> {
    let awarded = |done| -> Option<(&ExportedContribution, &Award)> { Some((done, done.award.as_ref()?)) };
    let mut credited: Vec<_> = hub.contributions.iter().filter_map(awarded).collect();
    credited.sort_by_key(|(done, _)| done.credited.as_ref().map(|entry| entry.posted.entry.number));
    credited
}

/// The heads by their sizes, if that hub signed each of them and each continues the one before it.
fn heads(hub: &HubExport) -> Result<BTreeMap<u64, Head>, LedgerError> {
    let mut heads = BTreeMap::new();
    let mut last = Head::EMPTY;
    for seen in &hub.heads {
        let key: &HubKeyId = hub.key.as_ref().ok_or(LedgerError::BadCheckpoint)?;
        let head = seen.checkpoint.verify(&hub.id, key)?;
        if !heads.is_empty() {
            check_consistency(&last, &head, &seen.consistency)?;
        }
        heads.insert(head.size, head);
        last = head;
    }
    Ok(heads)
}

/// One hub's side of an export, as it is gone through.
struct Ledger {
    person: PersonId,
    heads: BTreeMap<u64, Head>,
    /// The quests that the hub signed. It may have signed a version twice; what was contributed was to one of them.
    offers: BTreeMap<(Slug, u32), Vec<Quest>>,
    seen: HashSet<Fingerprint>,
}

impl Ledger {
    fn of(hub: &HubExport, person: PersonId, heads: BTreeMap<u64, Head>) -> Self {
        let mut offers: BTreeMap<_, Vec<Quest>> = BTreeMap::new();
        for offer in &hub.offers {
            if let Some(Ok(quest)) = hub.key.as_ref().map(|key| offer.verify(&hub.id, key)) {
                offers
                    .entry((quest.id.clone(), quest.version))
                    .or_default()
                    .push(quest.clone());
            }
        }
        Self {
            person,
            heads,
            offers,
            seen: HashSet::new(),
        }
    }

    /// What a contribution earned for good; or what is wrong with it, and which it is, where that can be read.
    fn check(&mut self, (done, award): (&ExportedContribution, &Award)) -> Result<i64, (Option<ContributionId>, Doubt)> {
        // The person's own signature tells them nothing: the id says whether it is what the hub credited.
        let contribution = Contribution::unverified(&done.text).ok_or((None, Doubt::Contribution))?;
        let checked = self.check_one(&contribution, done, award);
        self.seen.extend(&contribution.body().fingerprints);
        checked.map_err(|doubt| (Some(contribution.id()), doubt))
    }

    fn check_one(&self, contribution: &Contribution, done: &ExportedContribution, award: &Award) -> Result<i64, Doubt> {
        let body = contribution.body();
        if body.person != self.person {
            return Err(Doubt::Contribution);
        }
        let credited = done.credited.as_ref().ok_or(Doubt::NoEntry)?;
        credited.posted.check_award(self.person, contribution.id(), award)?;
        self.check_included(credited)?;
        let Event::Award {
            quest, version, facts, ..
        } = &credited.posted.entry.what
        else {
            return Err(LedgerError::Foreign.into());
        };
        if (quest, *version) != (&body.quest, body.quest_version) {
            return Err(LedgerError::Foreign.into());
        }
        let offers = self.offers.get(&(quest.clone(), *version)).ok_or(Doubt::NoOffer)?;
        let due = |quest: &Quest| -> Facts { contribution::facts(quest, body, |fingerprint| self.seen.contains(fingerprint)) };
        if !offers.iter().any(|quest| due(quest) == *facts) {
            return Err(Doubt::OtherFacts);
        }
        let Some(reversed) = &done.reversed else {
            return Ok(credited.posted.entry.moves());
        };
        reversed.posted.check_reversal(&credited.posted.entry)?;
        self.check_included(reversed)?;
        Ok(0)
    }

    fn check_included(&self, entry: &ProvedEntry) -> Result<(), Doubt> {
        let head = entry.size.and_then(|size| self.heads.get(&size)).ok_or(Doubt::NotProved)?;
        Ok(check_inclusion(head, &entry.posted.entry, &entry.proof)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        contribution::tests::{contributed, quest},
        hub::HubKey,
        identity::PersonKey,
        ledger::{Account, Entry, Opening, Posted, ReversalReason, SeenHead, SignedHead, tests::Log},
        points,
        quest::SignedQuest,
        time::Timestamp,
    };

    const NOW: Timestamp = Timestamp::from_seconds(1_795_513_900);

    /// Four walks of Ada's, the third the same as the second, the first taken back; a stranger's between them; three heads.
    fn export() -> Export {
        let (ada, hub) = (PersonKey::from_seed(&[7; 32]), HubKey::from_seed(&[9; 32]));
        let (id, quest) = ("riverside".parse::<Slug>().unwrap(), quest());
        let mut log = Log::default();
        let mut seen: HashSet<Fingerprint> = HashSet::new();
        let mut heads: Vec<(u64, SeenHead)> = Vec::new();
        let mut contributions: Vec<ExportedContribution> = Vec::new();
        let mut add = |log: &mut Log, entry: &Entry| {
            log.push(entry.hash());
            let size = entry.number + 1;
            let head = SignedHead::sign(log.head(size), &id, &hub).unwrap();
            let consistency = heads.last().map_or_else(Vec::new, |(old, _)| log.consistency(*old, size));
            heads.push((
                size,
                SeenHead {
                    checkpoint: head,
                    consistency,
                },
            ));
        };
        log.push(Entry::funding(0, NOW, quest.id.clone(), 1_000_000).hash());
        for (number, minutes) in [(1, 0), (2, 10), (3, 10), (4, 20)] {
            let done = contributed(minutes, u32::try_from(number).unwrap(), &ada);
            let opening = Opening::new([u8::try_from(number).unwrap(); 32]);
            let facts = contribution::facts(&quest, done.body(), |print| seen.contains(print));
            seen.extend(&done.body().fingerprints);
            let to = Account::of(ada.person(), &opening);
            let entry = Entry::award(number, NOW, done.id(), (quest.id.clone(), quest.version), facts, to);
            add(&mut log, &entry);
            contributions.push(ExportedContribution {
                text: done.to_text(),
                award: Some(points::award(&facts)),
                credited: Some(ProvedEntry {
                    proof: log.inclusion(number + 1, number),
                    posted: Posted { entry, opening },
                    size: Some(number + 1),
                }),
                reversed: None,
            });
        }
        let first = contributions[0].credited.clone().unwrap().posted;
        let entry = first.entry.reversed(5, NOW, ReversalReason::Undone).unwrap();
        add(&mut log, &entry);
        contributions[0].reversed = Some(ProvedEntry {
            posted: Posted {
                entry,
                opening: first.opening,
            },
            size: Some(6),
            proof: log.inclusion(6, 5),
        });
        Export {
            format: Export::FORMAT.to_owned(),
            person: ada.person(),
            hubs: vec![HubExport {
                key: Some(hub.id()),
                name: "Riverside".to_owned(),
                heads: heads.into_iter().map(|(_, seen)| seen).collect(),
                offers: vec![SignedQuest::sign(quest, &id, &hub)],
                contributions,
                id,
            }],
        }
    }

    #[test]
    fn everything_in_an_honest_export_holds() {
        let export = export();
        let audit = audit(&export);
        assert!(audit.holds(), "{audit:?}");
        assert_eq!(
            (audit.awards, audit.verified, audit.sum),
            (4, 4, 92),
            "one taken back, one repeated"
        );
        assert_eq!(audit.checkpoint.as_deref(), Some(export.hubs[0].heads[4].checkpoint.as_str()));
        let text = serde_json::to_string(&export).unwrap();
        assert_eq!(serde_json::from_str::<Export>(&text).unwrap(), export);
    }

    /// What is found after a part of the export was set to something else.
    fn found(path: &str, value: &Value) -> Vec<String> {
        let mut altered = serde_json::to_value(export()).unwrap();
        *altered.pointer_mut(path).expect(path) = value.clone();
        let audit = audit(&serde_json::from_value(altered).unwrap());
        assert!(!audit.holds(), "{path}");
        audit.findings.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn whatever_is_altered_is_found_and_named() {
        let done = "/hubs/0/contributions/3";
        let zeros = json!("0".repeat(64));
        for (path, value, code) in [
            (
                format!("{done}/credited/posted/entry/postings/1/points"),
                json!(47),
                "entry_unbalanced",
            ),
            (
                format!("{done}/credited/posted/entry/what/facts/base"),
                json!(41),
                "entry_other_points",
            ),
            (format!("{done}/credited/posted/opening"), zeros.clone(), "entry_foreign"),
            (format!("{done}/credited/posted/entry/hour"), json!(0), "entry_not_included"),
            (format!("{done}/credited/proof/0"), zeros.clone(), "entry_not_included"),
            (format!("{done}/credited/size"), json!(null), "entry_not_proved"),
            (format!("{done}/credited/size"), json!(77), "entry_not_proved"),
            (format!("{done}/credited"), json!(null), "entry_missing"),
            (format!("{done}/award/points"), json!(47), "entry_other_points"),
            (format!("{done}/text"), json!("no contribution"), "contribution_altered"),
            (
                "/hubs/0/contributions/0/reversed/posted/entry/what/of".to_owned(),
                json!(2),
                "entry_foreign",
            ),
            ("/person".to_owned(), zeros.clone(), "contribution_altered"),
            ("/hubs/0/offers".to_owned(), json!([]), "offer_missing"),
            ("/hubs/0/offers/0/quest/points/base".to_owned(), json!(41), "offer_missing"),
            ("/hubs/0/key".to_owned(), json!(null), "bad_checkpoint"),
            ("/hubs/0/heads/2/consistency".to_owned(), json!([]), "ledger_rewritten"),
        ] {
            let codes = found(&path, &value);
            assert!(codes.iter().any(|found| found == code), "{path}: {codes:?}");
        }
    }

    #[test]
    fn a_repeated_walk_that_was_paid_in_full_is_found() {
        let mut export = export();
        // As if the second had not been there: the third is new then, and the ledger says that it was not.
        export.hubs[0].contributions.remove(1);
        let codes: Vec<_> = audit(&export).findings.into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["other_facts"]);
    }

    #[test]
    fn a_ledger_of_another_key_is_nobodys() {
        let mut export = export();
        export.hubs[0].key = Some(HubKey::from_seed(&[1; 32]).id());
        let audit = audit(&export);
        assert!(!audit.consistent);
        assert_eq!((audit.awards, audit.verified, audit.sum, audit.checkpoint), (4, 0, 0, None));
    }
}
