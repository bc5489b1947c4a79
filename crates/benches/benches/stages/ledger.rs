//! Points and their proofs: one award, and a year of awards verified, beside the hashing that no verifier can do without.

use divan::{Bencher, black_box, counter::ItemsCount};
use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    consent::{Consent, DeviceScope, Grant, Receipt, Slug},
    contribution::{self, Capture, CapturedWindow, Contribution, Fingerprint},
    hub::HubKey,
    identity::PersonKey,
    ledger::{
        Account, Entry, Export, ExportedContribution, Head, HubExport, LogHash, Opening, Posted, ProvedEntry, SeenHead, SignedHead,
        audit,
    },
    points::{self, Facts, Need},
    quest::{Quest, SignedQuest},
    time::{Span, Timestamp},
    verdict::Permille,
};
use sha2::{Digest, Sha256};
use tlog_tiles::tlog::{self, Hash, HashReader};

/// The awards of a year: 55 a day.
const AWARDS: u32 = 20_000;
/// A head is seen each day.
const A_DAY: u64 = 55;
const START: Timestamp = Timestamp::from_seconds(1_790_000_000);

#[divan::bench_group(sample_count = 500)]
mod award {
    use super::{Bencher, Facts, Need, Permille, black_box, points};

    #[divan::bench]
    fn earnest(bencher: Bencher<'_, '_>) {
        let facts = Facts {
            base: 40,
            quality: Permille::new(930),
            novelty: Permille::new(750),
            need: Need::new(1_250),
            cap: 100,
        };
        bencher.bench_local(|| points::award(black_box(&facts)));
    }

    /// The product alone, in floating point, with no lines: what it costs to tell nobody why.
    #[divan::bench]
    fn limit_product(bencher: Bencher<'_, '_>) {
        let factors = [40.0, 0.930, 0.750, 1.250];
        bencher.bench_local(|| black_box(&factors).iter().product::<f64>().min(100.0));
    }
}

#[divan::bench_group(sample_count = 9, sample_size = 1)]
mod verify_20000_awards {
    use super::{AWARDS, Bencher, Digest, Export, ItemsCount, Sha256, audit, black_box, export};

    #[divan::bench]
    fn earnest(bencher: Bencher<'_, '_>) {
        let export = export();
        assert!(audit(&export).holds());
        bencher
            .counter(ItemsCount::new(AWARDS))
            .bench_local(|| audit(black_box(&export)));
    }

    /// As `earnest verify --export FILE` does it: read from its text first.
    #[divan::bench]
    fn earnest_with_reading(bencher: Bencher<'_, '_>) {
        let text = serde_json::to_vec(&export()).expect("an export is JSON");
        bencher.counter(ItemsCount::new(AWARDS)).bench_local(|| {
            let export: Export = serde_json::from_slice(black_box(&text)).expect("it is an export");
            audit(&export)
        });
    }

    /// The leaves and the nodes of the proofs hashed, and nothing else done.
    #[divan::bench]
    fn limit_sha256(bencher: Bencher<'_, '_>) {
        let export = export();
        let work: Vec<(Vec<u8>, usize)> = export.hubs[0]
            .contributions
            .iter()
            .filter_map(|done| done.credited.as_ref())
            .map(|proved| (proved.posted.entry.to_text().into_bytes(), proved.proof.len()))
            .collect();
        bencher.counter(ItemsCount::new(AWARDS)).bench_local(|| {
            for (leaf, nodes) in black_box(&work) {
                let mut hash = Sha256::digest(leaf);
                for _ in 0..*nodes {
                    hash = Sha256::new()
                        .chain_update([1])
                        .chain_update(hash)
                        .chain_update(hash)
                        .finalize();
                }
                black_box(hash);
            }
        });
    }
}

fn quest() -> Quest {
    Quest::from_toml(include_str!("../../../hub/quests/first-steps.toml")).expect("it is a quest")
}

/// A minute of walking that nobody did before.
fn walk(number: u32) -> Capture {
    let windows = (0..12u32).map(|n| {
        let mut print = [0; 16];
        print[..4].copy_from_slice(&(number * 12 + n).to_le_bytes());
        CapturedWindow {
            device: "watch".parse().expect("an id"),
            window: Window {
                start: START.plus(Span::from_seconds(i64::from(number * 60 + n * 5))),
                length: Span::from_seconds(5),
                label: Activity::Walking,
                score: Permille::new(930),
                reason: WindowReason::Recognised,
            },
            fingerprint: Fingerprint::from_bytes(print),
        }
    });
    Capture::new(windows.collect()).expect("it has windows")
}

#[derive(Default)]
struct Log(Vec<Hash>);

impl HashReader for Log {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let read = |position: &u64| self.0.get(usize::try_from(*position).ok()?).copied();
        positions
            .iter()
            .map(|position| read(position).ok_or(tlog::Error::IndexesNotInTree))
            .collect()
    }
}

fn hashes(proof: Vec<Hash>) -> Vec<LogHash> {
    proof.into_iter().map(LogHash::from).collect()
}

/// A year of somebody who is alone with their hub.
fn export() -> Export {
    let (ada, hub, quest) = (PersonKey::from_seed(&[7; 32]), HubKey::from_seed(&[9; 32]), quest());
    let id: Slug = "hub-00c0ffee".parse().expect("an id");
    let grant = Grant {
        purpose: quest.ask.purpose.clone(),
        purpose_text: Some(quest.ask.purpose_text.clone()),
        streams: quest.streams.clone(),
        devices: DeviceScope::All,
        precision: quest.ask.precision,
        recipient: id.clone(),
        retention_days: 90,
        from: START,
        until: START.plus(Span::from_days(400)),
    };
    let consent = Consent::new([Receipt::give(grant, &ada, START).expect("a grant")], []);
    let mut log = Log::default();
    let mut contributions = Vec::new();
    for number in 0..AWARDS {
        let capture = walk(number);
        let permit = consent
            .permit(capture.request(&quest, id.clone()), START)
            .expect("it is allowed");
        let done = Contribution::build(permit, &quest, number, &capture, &ada).expect("it is permitted");
        let opening = Opening::new([7; 32]);
        let facts = contribution::facts(&quest, done.body(), |_| false);
        let to = Account::of(ada.person(), &opening);
        let of = (quest.id.clone(), quest.version);
        let entry = Entry::award(u64::from(number), START, done.id(), of, facts, to);
        let new = tlog::stored_hashes_for_record_hash(entry.number, entry.hash().into(), &log).expect("it grows");
        log.0.extend(new);
        contributions.push(ExportedContribution {
            text: done.to_text(),
            award: Some(points::award(&facts)),
            credited: Some(ProvedEntry {
                posted: Posted { entry, opening },
                size: None,
                proof: Vec::new(),
            }),
            reversed: None,
        });
    }
    let last = u64::from(AWARDS);
    let mut heads = Vec::new();
    let mut old = 0;
    for size in (A_DAY..last).step_by(55).chain([last]) {
        let root = tlog::tree_hash(size, &log).expect("a root").into();
        let proof = if old == 0 {
            Vec::new()
        } else {
            tlog::prove_tree(size, old, &log).expect("a proof")
        };
        heads.push(SeenHead {
            checkpoint: SignedHead::sign(Head { size, root }, &id, &hub).expect("a note"),
            consistency: hashes(proof),
        });
        old = size;
    }
    for proved in contributions.iter_mut().filter_map(|done| done.credited.as_mut()) {
        let number = proved.posted.entry.number;
        let size = ((number / A_DAY + 1) * A_DAY).min(last);
        proved.size = Some(size);
        proved.proof = hashes(tlog::prove_record(size, number, &log).expect("a proof"));
    }
    Export {
        format: Export::FORMAT.to_owned(),
        person: ada.person(),
        hubs: vec![HubExport {
            key: Some(hub.id()),
            name: "Riverside".to_owned(),
            heads,
            offers: vec![SignedQuest::sign(quest, &id, &hub)],
            contributions,
            id,
        }],
    }
}
