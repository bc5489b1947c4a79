//! From judged windows to settled points: each step once, whatever is repeated.

use std::collections::BTreeSet;

use earnest_domain::{
    consent::{DeviceScope, Grant, Precision, Receipt, Withdrawal, WithdrawalBody},
    contribution::{Capture, CapturedWindow, Contribution, Fingerprint, credit},
    identity::{PersonKey, Signed},
    points::Award,
    quest::Quest,
    time::Span,
    verdict::{Activity, Permille, VerdictReason, Window},
};
use earnest_vault::{ContributionState, Outbox, Withdrawn};

use crate::world::{SEED, World, at, id};

pub(crate) fn first_steps() -> Quest {
    Quest::from_toml(
        r#"
        id = "first-steps"
        version = 1
        title = "First steps"
        story = "Walk for a minute."
        times = 3
        goal = { label = "walking", seconds = 10 }
        streams = ["acceleration"]
        check = "activity"
        ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
        points = { base = 40, need = 1250, cap = 100 }
        "#,
    )
    .unwrap()
}

fn key() -> PersonKey {
    PersonKey::from_seed(&SEED)
}

fn window(start: i64, label: Activity) -> (Window, Fingerprint) {
    let window = Window {
        start: at(start),
        length: Span::from_seconds(5),
        label,
        score: Permille::new(930),
        reason: VerdictReason::Recognised,
    };
    (window, Fingerprint::from_bytes([u8::try_from(start % 251).unwrap(); 16]))
}

fn receipt(given_at: i64) -> Receipt {
    let grant = Grant {
        purpose: "activity-research".parse().unwrap(),
        streams: first_steps().streams,
        devices: DeviceScope::All,
        precision: Precision::Summary,
        recipient: "home".parse().unwrap(),
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
        self.prepares_of(&captured, ordinal).await
    }

    async fn prepares_of(
        &self,
        windows: &[CapturedWindow],
        ordinal: u32,
    ) -> Result<(Contribution, Award), earnest_vault::VaultError> {
        let capture = Capture::new(windows.to_vec()).unwrap();
        let quest = first_steps();
        let consent = self.vault.consent().await.unwrap();
        let permit = consent
            .permit(capture.request(&quest, "home".parse().unwrap()), at(400))
            .unwrap();
        let contribution = Contribution::build(permit, &quest, ordinal, &capture, &key()).unwrap();
        let seen = self.vault.fingerprints_contributed().await.unwrap();
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
async fn windows_are_recorded_once_and_counted() {
    let world = World::with_watch().await;
    let windows = [
        window(0, Activity::Walking),
        window(5, Activity::Running),
        window(10, Activity::Unknown),
    ];
    world.vault.record_windows(&id("watch"), &windows, at(15)).await.unwrap();
    let again = [window(10, Activity::Walking), window(15, Activity::Walking)];
    world.vault.record_windows(&id("watch"), &again, at(10)).await.unwrap();
    assert_eq!(
        world
            .vault
            .record_windows(&id("ghost"), &again, at(20))
            .await
            .unwrap_err()
            .code(),
        "unknown_device"
    );

    let world = world.restarted().await;
    let counts: Vec<_> = world.vault.window_counts(None).await.unwrap().into_iter().collect();
    assert_eq!(
        counts,
        [(Activity::Walking, 2), (Activity::Running, 1), (Activity::Unknown, 1)],
        "what was judged stays judged"
    );
    assert_eq!(
        world.vault.devices().await.unwrap()[0].judged_until,
        Some(at(15)),
        "the cursor does not go back"
    );
    let walking = world.vault.unused_windows(Some(Activity::Walking), at(1)).await.unwrap();
    assert_eq!(walking.len(), 1);
    assert_eq!(
        (walking[0].window.clone(), walking[0].fingerprint),
        window(15, Activity::Walking)
    );
    assert_eq!(world.vault.unused_windows(None, at(0)).await.unwrap().len(), 4);
    assert_eq!(world.vault.window_counts(Some(&id("ghost"))).await.unwrap().len(), 0);
    let recent: Vec<_> = world
        .vault
        .recent_windows(&id("watch"), 2)
        .await
        .unwrap()
        .into_iter()
        .map(|window| window.start)
        .collect();
    assert_eq!(recent, [at(10), at(15)], "the newest, the earliest of them first");
}

#[tokio::test]
async fn an_effort_and_its_windows_count_once() {
    let (world, _) = granted().await;
    let (first, award) = world.prepares(0, 0).await.unwrap();
    assert_eq!(award.points, 46);
    assert_eq!(world.unused().await, 0);
    assert_eq!(world.vault.next_ordinal(&first_steps().id).await.unwrap(), 1);

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
    assert_eq!(world.prepares_of(&half_used, 1).await.unwrap_err().code(), "window_used");
    assert_eq!(
        (world.unused().await, world.vault.contributions(9).await.unwrap().len()),
        (2, 1),
        "all or nothing"
    );

    let stored = &world.vault.waiting(9).await.unwrap()[0];
    assert_eq!(stored.text, first.to_text(), "the exact bytes");
    assert_eq!(Contribution::from_text(&stored.text).unwrap(), first);
    assert_eq!(
        (stored.state, stored.readings, &stored.provisional),
        (ContributionState::Waiting, 600, &award)
    );
    let fingerprints = world.vault.fingerprints_contributed().await.unwrap();
    assert_eq!(fingerprints, first.body().fingerprints.iter().copied().collect());
}

#[tokio::test]
async fn an_award_settles_once_however_often_the_hub_says_it() {
    let (world, _) = granted().await;
    let (contribution, award) = world.prepares(0, 0).await.unwrap();
    assert_eq!(
        world.vault.outbox().await.unwrap(),
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
    let waiting = world.vault.waiting(1).await.unwrap();
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
    assert!(!world.vault.release(contribution.id(), at(406)).await.unwrap());
    assert_eq!(
        world.vault.mark_attempted(&[contribution.id()], at(407)).await.unwrap(),
        [],
        "what is settled does not leave again"
    );
    assert_eq!(
        world.vault.outbox().await.unwrap(),
        Outbox {
            waiting: 0,
            points: 46,
            provisional: 0
        }
    );
    assert_eq!(world.vault.person().await.unwrap().hub_points, Some(46));
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
        world.vault.fingerprints_contributed().await.unwrap().is_empty(),
        "it was not contributed"
    );
    assert_eq!(world.unused().await, 0);
    world.prepares(100, 0).await.unwrap();

    assert!(world.vault.release(refused.id(), at(403)).await.unwrap());
    assert!(!world.vault.release(refused.id(), at(403)).await.unwrap());
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
    let unsent = world.vault.unsent_withdrawals().await.unwrap();
    assert_eq!(unsent, [withdrawal(&receipt)]);
    assert!(unsent[0].verify().is_ok());
    world.vault.withdrawal_sent(receipt.id()).await.unwrap();
    assert!(world.vault.unsent_withdrawals().await.unwrap().is_empty());
    let stored = &world.vault.receipts().await.unwrap()[0];
    assert_eq!(
        (&stored.receipt, stored.withdrawn_at, stored.withdrawal_sent),
        (&receipt, Some(at(500)), true)
    );

    // The hub says what it has: it paid one that was on its way, or it does not have it and the windows are free.
    assert!(world.vault.settle(left.id(), &award, None, at(600)).await.unwrap());
    assert_eq!(world.vault.outbox().await.unwrap().points, 46);
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
    assert!(world.vault.release(foreign.id(), at(405)).await.unwrap());
    world.vault.prepare(&foreign, &award, &windows, 1, at(406)).await.unwrap();
    assert_eq!(world.state(&foreign).await, ContributionState::Waiting);
}
