//! From judged windows to settled points: each step once, whatever is repeated.

use std::collections::BTreeSet;

use earnest_domain::{
    activity::Activity,
    consent::{DeviceScope, Grant, Precision, Receipt, Slug, Withdrawal, WithdrawalBody},
    contribution::{Capture, CapturedWindow, Contribution, credit},
    identity::{PersonKey, Signed},
    points::Award,
    quest::Quest,
};
use earnest_vault::{ContributionState, Efforts, Outbox, Withdrawn};

use crate::world::{SEED, World, at, id, window};

pub(crate) fn first_steps() -> Quest {
    Quest::from_toml(
        r#"
        id = "first-steps"
        version = 1
        kind = "repeated"
        title = "First steps"
        story = "Walk for a minute."
        times = 3
        goal = { label = "walking", seconds = 10 }
        streams = ["acceleration"]
        checks = ["activity"]
        ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
        points = { base = 40, need = 1250, cap = 100, budget = 1000000 }
        "#,
    )
    .unwrap()
}

fn key() -> PersonKey {
    PersonKey::from_seed(&SEED)
}

fn home() -> Slug {
    "home".parse().unwrap()
}

fn receipt(given_at: i64) -> Receipt {
    receipt_for("home", given_at)
}

fn receipt_for(hub: &str, given_at: i64) -> Receipt {
    let grant = Grant {
        purpose: "activity-research".parse().unwrap(),
        purpose_text: Some("learning how people move".to_owned()),
        streams: first_steps().streams,
        devices: DeviceScope::All,
        precision: Precision::Summary,
        recipient: hub.parse().unwrap(),
        retention_days: 90,
        from: at(0),
        until: at(100_000),
    };
    Receipt::give(grant, &key(), at(given_at)).unwrap()
}

fn withdrawal(receipt: &Receipt) -> Withdrawal {
    Signed::sign(
        WithdrawalBody {
            person: key().person(),
            receipt: receipt.id(),
            at: at(500),
        },
        &key(),
    )
    .unwrap()
}

impl World {
    /// Two windows of walking from `start` on, judged and prepared as the `ordinal`th effort.
    async fn prepares(&self, start: i64, ordinal: u32) -> Result<(Contribution, Award), earnest_vault::VaultError> {
        self.prepares_for("home", start, ordinal).await
    }

    async fn prepares_for(&self, hub: &str, start: i64, ordinal: u32) -> Result<(Contribution, Award), earnest_vault::VaultError> {
        let windows = [window(start, Activity::Walking), window(start + 5, Activity::Walking)];
        self.vault
            .record_windows(&id("watch"), &windows, at(start + 10))
            .await
            .unwrap();
        let captured: Vec<CapturedWindow> = windows
            .into_iter()
            .map(|(window, fingerprint)| CapturedWindow {
                device: id("watch"),
                window,
                fingerprint,
            })
            .collect();
        self.prepares_of(hub, &captured, ordinal).await
    }

    async fn prepares_of(
        &self,
        hub: &str,
        windows: &[CapturedWindow],
        ordinal: u32,
    ) -> Result<(Contribution, Award), earnest_vault::VaultError> {
        let capture = Capture::new(windows.to_vec()).unwrap();
        let quest = first_steps();
        let consent = self.vault.consent().await.unwrap();
        let permit = consent
            .permit(capture.request(&quest, hub.parse().unwrap()), at(400))
            .unwrap();
        let contribution = Contribution::build(permit, &quest, ordinal, &capture, &key()).unwrap();
        let seen = self.vault.fingerprints_contributed(&hub.parse().unwrap()).await.unwrap();
        let award = credit(&quest, contribution.body(), |fingerprint| seen.contains(fingerprint));
        self.vault.prepare(&contribution, &award, windows, 600, at(400)).await?;
        Ok((contribution, award))
    }

    async fn unused(&self) -> usize {
        self.vault.unused_windows(Some(Activity::Walking), at(0)).await.unwrap().len()
    }

    async fn state(&self, contribution: &Contribution) -> ContributionState {
        let all = self.vault.contributions(100).await.unwrap();
        all.into_iter().find(|stored| stored.id == contribution.id()).unwrap().state
    }
}

async fn granted() -> (World, Receipt) {
    let world = World::with_watch().await;
    let receipt = receipt(1);
    world.vault.keep_receipt(&receipt).await.unwrap();
    (world, receipt)
}

#[tokio::test]
async fn an_effort_and_its_windows_count_once() {
    let (world, _) = granted().await;
    let (first, award) = world.prepares(0, 0).await.unwrap();
    assert_eq!(award.points, 46);
    assert_eq!(world.unused().await, 0);
    assert_eq!(world.vault.taken(&home(), &first_steps().id).await.unwrap(), [0].into());

    assert_eq!(world.prepares(100, 0).await.unwrap_err().code(), "effort_exists");
    assert_eq!(world.unused().await, 2, "nothing was marked");
    let free = world.vault.unused_windows(Some(Activity::Walking), at(0)).await.unwrap();
    let (used, fingerprint) = window(0, Activity::Walking);
    let half_used = [
        CapturedWindow {
            device: id("watch"),
            window: used,
            fingerprint,
        },
        free[0].clone(),
    ];
    assert_eq!(
        world.prepares_of("home", &half_used, 1).await.unwrap_err().code(),
        "window_used"
    );
    assert_eq!(
        (world.unused().await, world.vault.contributions(9).await.unwrap().len()),
        (2, 1),
        "all or nothing"
    );

    let stored = &world.vault.waiting(&home(), 9).await.unwrap()[0];
    assert_eq!(stored.text, first.to_text(), "the exact bytes");
    assert_eq!(Contribution::from_text(&stored.text).unwrap(), first);
    assert_eq!(
        (stored.state, stored.readings, &stored.provisional),
        (ContributionState::Waiting, 600, &award)
    );
    let fingerprints = world.vault.fingerprints_contributed(&home()).await.unwrap();
    assert_eq!(fingerprints, first.body().fingerprints.iter().copied().collect());
}

#[tokio::test]
async fn an_award_settles_once_however_often_the_hub_says_it() {
    let (world, _) = granted().await;
    let (contribution, award) = world.prepares(0, 0).await.unwrap();
    assert_eq!(
        world.vault.outbox(&home()).await.unwrap(),
        Outbox {
            waiting: 1,
            points: 0,
            provisional: 46
        }
    );
    assert_eq!(
        world.vault.mark_attempted(&[contribution.id()], at(401)).await.unwrap(),
        [contribution.id()]
    );
    assert_eq!(
        world.vault.mark_attempted(&[contribution.id()], at(402)).await.unwrap(),
        [contribution.id()]
    );
    let waiting = world.vault.waiting(&home(), 1).await.unwrap();
    assert_eq!((waiting[0].attempts, waiting[0].first_attempt_at), (2, Some(at(401))));

    let world = world.restarted().await;
    assert!(
        world
            .vault
            .settle(contribution.id(), &award, Some(46), at(403))
            .await
            .unwrap()
    );
    assert!(
        !world
            .vault
            .settle(contribution.id(), &award, Some(46), at(404))
            .await
            .unwrap(),
        "no news"
    );
    assert!(
        !world.vault.refuse(contribution.id(), "late", at(405)).await.unwrap(),
        "an award stays"
    );
    assert!(!world.vault.release(contribution.id(), None, at(406)).await.unwrap());
    assert_eq!(
        world.vault.mark_attempted(&[contribution.id()], at(407)).await.unwrap(),
        [],
        "what is settled does not leave again"
    );
    assert_eq!(
        world.vault.outbox(&home()).await.unwrap(),
        Outbox {
            waiting: 0,
            points: 46,
            provisional: 0
        }
    );
    assert_eq!(world.vault.hub_points(&home()).await.unwrap(), Some(46));
    let stored = &world.vault.contributions(1).await.unwrap()[0];
    assert_eq!((stored.award.as_ref(), stored.settled_at), (Some(&award), Some(at(403))));
}

#[tokio::test]
async fn what_the_hub_refused_gives_its_place_back_and_its_windows_when_released() {
    let (world, _) = granted().await;
    let (refused, award) = world.prepares(0, 0).await.unwrap();
    assert!(world.vault.refuse(refused.id(), "expired", at(401)).await.unwrap());
    assert!(!world.vault.refuse(refused.id(), "expired", at(402)).await.unwrap());
    assert!(
        world.vault.fingerprints_contributed(&home()).await.unwrap().is_empty(),
        "it was not contributed"
    );
    assert_eq!(world.unused().await, 0);
    world.prepares(100, 0).await.unwrap();

    assert!(world.vault.release(refused.id(), None, at(403)).await.unwrap());
    assert!(!world.vault.release(refused.id(), None, at(403)).await.unwrap());
    assert_eq!(
        (world.unused().await, world.state(&refused).await),
        (2, ContributionState::Refused)
    );
    assert_eq!(
        world.vault.contributions(9).await.unwrap()[1].refusal.as_deref(),
        Some("expired")
    );
    let unknown = "00".repeat(32).parse().unwrap();
    assert_eq!(
        world.vault.settle(unknown, &award, None, at(404)).await.unwrap_err().code(),
        "not_found"
    );
}

#[tokio::test]
async fn withdrawing_empties_the_outbox_of_what_never_left() {
    let (world, receipt) = granted().await;
    let (left, award) = world.prepares(0, 0).await.unwrap();
    let (stays, _) = world.prepares(20, 1).await.unwrap();
    world.vault.mark_attempted(&[left.id()], at(401)).await.unwrap();

    let done = world.vault.withdraw(&withdrawal(&receipt), at(500)).await.unwrap();
    assert_eq!(
        done,
        Withdrawn {
            cancelled: 1,
            under_way: 1
        }
    );
    let again = world.vault.withdraw(&withdrawal(&receipt), at(501)).await.unwrap();
    assert_eq!(
        again,
        Withdrawn {
            cancelled: 0,
            under_way: 1
        }
    );
    assert_eq!(
        (world.state(&left).await, world.state(&stays).await),
        (ContributionState::Waiting, ContributionState::Withdrawn)
    );
    assert_eq!(world.unused().await, 2, "the windows of what never left are free");
    assert_eq!(
        world.vault.mark_attempted(&[stays.id()], at(502)).await.unwrap(),
        [],
        "the race is decided here"
    );

    let world = world.restarted().await;
    world.vault.keep_receipt(&receipt_for("town", 3)).await.unwrap();
    let unsent = world.vault.unsent_withdrawals(&home()).await.unwrap();
    assert_eq!(unsent, [withdrawal(&receipt)]);
    assert!(unsent[0].verify().is_ok());
    let (elsewhere, foreign_award) = world.prepares_for("town", 40, 0).await.unwrap();
    world.vault.mark_attempted(&[elsewhere.id()], at(503)).await.unwrap();

    // The hub says what it has: it paid one that was on its way. What it says of another receipt's contributions is not taken.
    let answer = [(left.id(), award), (elsewhere.id(), foreign_award)];
    let foreign = world
        .vault
        .settle_withdrawal(receipt.id(), &answer, 46, at(600))
        .await
        .unwrap();
    assert_eq!(foreign, 1);
    assert_eq!(
        (world.state(&left).await, world.state(&elsewhere).await),
        (ContributionState::Awarded, ContributionState::Waiting)
    );
    assert!(world.vault.unsent_withdrawals(&home()).await.unwrap().is_empty());
    let stored = world.vault.receipts().await.unwrap();
    let stored = stored.iter().find(|stored| stored.receipt == receipt).unwrap();
    assert_eq!((stored.withdrawn_at, stored.withdrawal_sent), (Some(at(500)), true));
    assert_eq!(world.vault.outbox(&home()).await.unwrap().points, 46);
    assert_eq!(world.vault.hub_points(&home()).await.unwrap(), Some(46));
    assert_eq!(world.vault.awarded_under(receipt.id()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_a_hub_never_had_is_free_again_when_it_says_so() {
    let (world, receipt) = granted().await;
    let (tried, _) = world.prepares(0, 0).await.unwrap();
    world.vault.mark_attempted(&[tried.id()], at(401)).await.unwrap();
    world.vault.withdraw(&withdrawal(&receipt), at(500)).await.unwrap();
    assert_eq!(world.unused().await, 0);
    world.vault.settle_withdrawal(receipt.id(), &[], 0, at(600)).await.unwrap();
    assert_eq!(
        (world.state(&tried).await, world.unused().await),
        (ContributionState::Withdrawn, 2)
    );
}

#[tokio::test]
async fn each_hub_has_its_efforts_its_sums_and_its_withdrawals() {
    let (world, at_home) = granted().await;
    let town: Slug = "town".parse().unwrap();
    let in_town = receipt_for("town", 2);
    world.vault.keep_receipt(&in_town).await.unwrap();
    let (first, award) = world.prepares(0, 0).await.unwrap();
    world.vault.settle(first.id(), &award, Some(46), at(401)).await.unwrap();
    let quest = first_steps().id;
    assert!(world.vault.taken(&town, &quest).await.unwrap().is_empty());

    // The same motion once more: new to the other hub, and the first effort there.
    let (second, new_there) = world.prepares_for("town", 251, 0).await.unwrap();
    assert_eq!(new_there, award);
    let sums = |waiting, points, provisional| Outbox {
        waiting,
        points,
        provisional,
    };
    assert_eq!(world.vault.outbox(&home()).await.unwrap(), sums(0, 46, 0));
    assert_eq!(world.vault.outbox(&town).await.unwrap(), sums(1, 0, 46));
    assert_eq!(world.vault.hub_points(&town).await.unwrap(), None);
    assert_eq!(world.vault.waiting(&home(), 9).await.unwrap(), []);
    assert_eq!(world.vault.waiting(&town, 9).await.unwrap()[0].recipient, town);
    assert_eq!(world.vault.newest(&home(), &quest).await.unwrap().unwrap().id, first.id());
    assert_eq!(
        world.vault.efforts(&town, &quest).await.unwrap(),
        Efforts { waiting: 1, awarded: 0 }
    );
    assert_eq!(world.vault.waiting_elsewhere(Some(&home())).await.unwrap(), 1);

    world.vault.mark_attempted(&[second.id()], at(402)).await.unwrap();
    let left = (first.to_text().len() + second.to_text().len()) as u64;
    assert!(
        world.vault.bytes_left(at(0)).await.unwrap() < left,
        "the first was settled without having been tried"
    );
    world.vault.withdraw(&withdrawal(&in_town), at(500)).await.unwrap();
    world.vault.withdraw(&withdrawal(&at_home), at(501)).await.unwrap();
    let unsent = world.vault.unsent_withdrawals(&town).await.unwrap();
    assert_eq!(unsent, [withdrawal(&in_town)], "a hub is told what was given to it");
    assert_eq!(world.vault.waiting_elsewhere(Some(&home())).await.unwrap(), 2);
    assert_eq!(world.vault.waiting_elsewhere(Some(&town)).await.unwrap(), 1);
}

#[tokio::test]
async fn nothing_is_prepared_under_a_receipt_that_was_taken_back_or_never_kept() {
    let (world, first) = granted().await;
    world
        .vault
        .record_windows(
            &id("watch"),
            &[window(0, Activity::Walking), window(5, Activity::Walking)],
            at(10),
        )
        .await
        .unwrap();
    let windows = world.vault.unused_windows(Some(Activity::Walking), at(0)).await.unwrap();
    let capture = Capture::new(windows.clone()).unwrap();
    let build = |consent: &earnest_domain::consent::Consent| {
        let permit = consent
            .permit(capture.request(&first_steps(), "home".parse().unwrap()), at(400))
            .unwrap();
        Contribution::build(permit, &first_steps(), 0, &capture, &key()).unwrap()
    };
    // Permitted, and taken back before it was prepared.
    let contribution = build(&world.vault.consent().await.unwrap());
    let award = credit(&first_steps(), contribution.body(), |_| false);
    world.vault.withdraw(&withdrawal(&first), at(401)).await.unwrap();
    let error = world
        .vault
        .prepare(&contribution, &award, &windows, 1, at(402))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "withdrawn");

    let second = receipt(2);
    let foreign = build(&earnest_domain::consent::Consent::new([second.clone()], BTreeSet::new()));
    assert_eq!(
        world
            .vault
            .prepare(&foreign, &award, &windows, 1, at(403))
            .await
            .unwrap_err()
            .code(),
        "not_found"
    );
    world.vault.keep_receipt(&second).await.unwrap();
    world.vault.keep_receipt(&second).await.unwrap();
    world.vault.prepare(&foreign, &award, &windows, 1, at(404)).await.unwrap();

    // Cancelled and prepared again in the same words.
    assert!(world.vault.release(foreign.id(), None, at(405)).await.unwrap());
    world.vault.prepare(&foreign, &award, &windows, 1, at(406)).await.unwrap();
    assert_eq!(world.state(&foreign).await, ContributionState::Waiting);
}
