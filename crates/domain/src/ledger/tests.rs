#![allow(clippy::unwrap_used)]
use proptest::prelude::*;
use tlog_tiles::tlog;

use super::*;
use crate::{
    consent::Slug,
    contribution::ContributionId,
    hub::HubKey,
    identity::{PersonId, PersonKey},
    points::{self, Facts, Need},
    time::Timestamp,
    verdict::Permille,
};

const NOW: Timestamp = Timestamp::from_seconds(1_795_513_900);

fn facts() -> Facts {
    Facts {
        base: 40,
        quality: Permille::new(930),
        novelty: Permille::ONE,
        need: Need::new(1_250),
        cap: 100,
    }
}

fn person() -> PersonId {
    PersonKey::from_seed(&[7; 32]).person()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn contribution(n: u8) -> ContributionId {
    hex::encode([n; 32]).parse().unwrap()
}

fn posted(number: u64) -> Posted {
    let opening = Opening::new([u8::try_from(number % 200).unwrap(); 32]);
    let quest = (slug("first-steps"), 1);
    let to = Account::of(person(), &opening);
    Posted {
        entry: Entry::award(number, NOW, contribution(3), quest, facts(), to),
        opening,
    }
}

/// A log as a hub keeps it: every hash of the tree, in the order in which `tlog` stores them.
#[derive(Default)]
pub(super) struct Log {
    hashes: Vec<tlog::Hash>,
    size: u64,
}

impl tlog::HashReader for Log {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        Ok(indexes
            .iter()
            .map(|&index| self.hashes[usize::try_from(index).unwrap()])
            .collect())
    }
}

impl Log {
    fn of(entries: &[Entry]) -> Self {
        let mut log = Self::default();
        for entry in entries {
            log.push(entry.hash());
        }
        log
    }

    pub(super) fn push(&mut self, leaf: LogHash) {
        let new = tlog::stored_hashes_for_record_hash(self.size, leaf.into(), self).unwrap();
        self.hashes.extend(new);
        self.size += 1;
    }

    pub(super) fn head(&self, size: u64) -> Head {
        let root = tlog::tree_hash(size, self).unwrap().into();
        Head { size, root }
    }

    pub(super) fn inclusion(&self, size: u64, number: u64) -> Vec<LogHash> {
        let proof = tlog::prove_record(size, number, self).unwrap();
        proof.into_iter().map(LogHash::from).collect()
    }

    pub(super) fn consistency(&self, old: u64, new: u64) -> Vec<LogHash> {
        let proof = tlog::prove_tree(new, old, self).unwrap();
        proof.into_iter().map(LogHash::from).collect()
    }
}

#[test]
fn an_award_balances_and_pays_what_its_facts_give() {
    let good = posted(4);
    let award = points::award(&facts());
    assert_eq!(good.check_award(person(), contribution(3), &award), Ok(()));
    assert_eq!(good.entry.moves(), 46);
    let sum: i64 = good.entry.postings.iter().map(|posting| posting.points).sum();
    assert_eq!(sum, 0);
    insta::assert_snapshot!(good.entry.to_text());
}

#[test]
fn what_does_not_balance_or_pays_otherwise_is_found() {
    let award = points::award(&facts());
    let check = |change: &dyn Fn(&mut Posted)| {
        let mut changed = posted(4);
        change(&mut changed);
        changed.check_award(person(), contribution(3), &award)
    };
    assert_eq!(
        check(&|posted| posted.entry.postings[0].points = -45),
        Err(LedgerError::Unbalanced)
    );
    let other = LedgerError::OtherPoints { paid: 50, due: 46 };
    let pay_more = |posted: &mut Posted| {
        posted.entry.postings[0].points = -50;
        posted.entry.postings[1].points = 50;
    };
    assert_eq!(check(&pay_more), Err(other));
    let other_pool = |posted: &mut Posted| posted.entry.postings[0].account = Account::Pool(slug("another"));
    assert_eq!(check(&other_pool), Err(LedgerError::Unbalanced));
    let issued = |posted: &mut Posted| posted.entry.postings[0].account = Account::Issuance;
    assert_eq!(check(&issued), Err(LedgerError::Unbalanced));
    let other_opening = |posted: &mut Posted| posted.opening = Opening::new([99; 32]);
    assert_eq!(check(&other_opening), Err(LedgerError::Foreign));
    assert_eq!(
        posted(4).check_award(person(), contribution(9), &award),
        Err(LedgerError::Foreign)
    );
    let overflow = |posted: &mut Posted| {
        posted.entry.postings[0].points = i64::MIN;
        posted.entry.postings[1].points = i64::MIN;
    };
    assert_eq!(check(&overflow), Err(LedgerError::Unbalanced));
}

#[test]
fn a_reversal_moves_the_whole_award_back_and_nothing_else() {
    let award = posted(4).entry;
    let reversal = Posted {
        entry: award.reversed(9, NOW, ReversalReason::Undone).unwrap(),
        ..posted(4)
    };
    assert_eq!(reversal.check_reversal(&award), Ok(()));
    assert_eq!(award.moves(), reversal.entry.moves());
    assert_eq!(reversal.entry.postings[1].account, Account::Pool(slug("first-steps")));
    let other = posted(5).entry;
    assert_eq!(reversal.check_reversal(&other), Err(LedgerError::Foreign));
    assert!(
        reversal.entry.reversed(10, NOW, ReversalReason::Undone).is_none(),
        "once is enough"
    );
    let before = Posted {
        entry: award.reversed(4, NOW, ReversalReason::Erased).unwrap(),
        ..posted(4)
    };
    assert_eq!(
        before.check_reversal(&award),
        Err(LedgerError::Unbalanced),
        "before its award"
    );
}

#[test]
fn the_log_names_nobody_twice() {
    let accounts: std::collections::BTreeSet<String> = (0..50)
        .map(|number| posted(number).entry.postings[1].account.to_string())
        .collect();
    assert_eq!(accounts.len(), 50, "one person, fifty accounts");
    assert!(!posted(3).entry.to_text().contains(&person().to_string()));
    assert_eq!(format!("{:?}", posted(3).opening), "Opening(***)");
}

#[test]
fn a_leaf_has_one_spelling() {
    let text = posted(4).entry.to_text();
    assert_eq!(Entry::from_text(&text), Some(posted(4).entry));
    assert_eq!(Entry::from_text(&text.replace(':', ": ")), None);
    assert_eq!(Entry::from_text(&text.replacen('{', r#"{"more":1,"#, 1)), None);
}

#[test]
fn roots_are_those_of_the_reference_implementation() {
    // The leaves and roots of Certificate Transparency's own tests of RFC 6962 (merkle_tree_test.cc).
    let leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let mut log = Log::default();
    for leaf in leaves {
        log.push(LogHash::of_leaf(&hex::decode(leaf).unwrap()));
    }
    for (size, root) in [
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ] {
        assert_eq!(hex::encode(log.head(size).root.bytes()), root);
    }
    assert_eq!(log.head(0), Head::EMPTY);
}

#[test]
fn each_entry_is_proved_under_each_later_head() {
    let entries: Vec<Entry> = (0..40).map(|number| posted(number).entry).collect();
    let log = Log::of(&entries);
    for size in 1..=40 {
        let head = log.head(size);
        for entry in &entries[..usize::try_from(size).unwrap()] {
            let proof = log.inclusion(size, entry.number);
            assert_eq!(check_inclusion(&head, entry, &proof), Ok(()));
            let mut altered = entry.clone();
            altered.hour = Timestamp::from_seconds(0);
            assert_eq!(check_inclusion(&head, &altered, &proof), Err(LedgerError::NotIncluded));
        }
        assert_eq!(
            check_inclusion(&head, &posted(size).entry, &[]),
            Err(LedgerError::NotIncluded)
        );
    }
}

#[test]
fn a_log_that_was_rewritten_is_told_from_one_that_grew() {
    let mut entries: Vec<Entry> = (0..40).map(|number| posted(number).entry).collect();
    let honest = Log::of(&entries);
    entries[7].hour = Timestamp::from_seconds(0);
    let forged = Log::of(&entries);
    for old in 0..=40 {
        for new in old..=40 {
            let proof = if old == 0 { vec![] } else { honest.consistency(old, new) };
            assert_eq!(check_consistency(&honest.head(old), &honest.head(new), &proof), Ok(()));
            if old > 7 {
                let forgery = forged.consistency(old, new);
                let error = LedgerError::Rewritten { old, new };
                for proof in [proof, forgery] {
                    let found = check_consistency(&honest.head(old), &forged.head(new), &proof);
                    assert_eq!(found, Err(error.clone()));
                }
            }
        }
    }
    let shrunk = check_consistency(&honest.head(40), &honest.head(39), &[]);
    assert_eq!(shrunk, Err(LedgerError::Rewritten { old: 40, new: 39 }));
}

#[test]
fn a_checkpoint_is_a_signed_note_of_its_hub() {
    let (hub, key) = (slug("hub-00c0ffee"), HubKey::from_seed(&[9; 32]));
    let head = Log::of(&[posted(0).entry, posted(1).entry]).head(2);
    let signed = SignedHead::sign(head, &hub, &key).unwrap();
    insta::assert_snapshot!(signed.as_str());
    assert_eq!(signed.verify(&hub, &key.id()), Ok(head));
    let refused = Err(LedgerError::BadCheckpoint);
    assert_eq!(signed.verify(&slug("hub-0badcafe"), &key.id()), refused);
    assert_eq!(signed.verify(&hub, &HubKey::from_seed(&[8; 32]).id()), refused);
    for (from, to) in [
        ("\n2\n", "\n3\n"),
        ("\n2\n", "\n02\n"),
        ("earnest/", "other/"),
        ("\n\n", "\n"),
    ] {
        let altered = SignedHead::from_text(signed.as_str().replacen(from, to, 1));
        assert_eq!(altered.verify(&hub, &key.id()), refused, "{from:?} -> {to:?}");
    }
    // A witness that this version does not know may have signed, too.
    let witnessed = format!("{}— witness.example AAAAAAAA\n", signed.as_str());
    assert_eq!(SignedHead::from_text(witnessed).verify(&hub, &key.id()), Ok(head));
    assert_eq!(SignedHead::from_text("x".repeat(5_000)).verify(&hub, &key.id()), refused);
    assert_eq!(SignedHead::from_text("").verify(&hub, &key.id()), refused);
}

fn hashes() -> impl Strategy<Value = Vec<LogHash>> {
    let hash = any::<[u8; 32]>().prop_map(|bytes| LogHash::of_leaf(&bytes));
    proptest::collection::vec(hash, 0..80)
}

proptest! {
    #[test]
    fn no_proof_that_a_stranger_makes_up_passes_or_panics(proof in hashes(), size in any::<u64>(), other in any::<u64>(), number in any::<u64>()) {
        let head = |size| Head { size, root: LogHash::of_leaf(b"a root") };
        let mut entry = posted(1).entry;
        entry.number = number;
        prop_assert!(check_inclusion(&head(size), &entry, &proof).is_err());
        let other = Head { size: other, root: LogHash::of_leaf(b"another") };
        prop_assert!(check_consistency(&head(size), &other, &proof).is_err());
    }

    #[test]
    fn no_text_that_a_stranger_makes_up_is_a_checkpoint(text in ".{0,200}\n\n.{0,200}\n") {
        let signed = SignedHead::from_text(text);
        prop_assert!(signed.verify(&slug("hub-00c0ffee"), &HubKey::from_seed(&[9; 32]).id()).is_err());
    }
}
