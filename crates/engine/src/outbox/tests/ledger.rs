//! What a hub writes down is proved, what it rewrites is seen, and what is taken back is told to it.

use earnest_domain::{
    identity::Signed,
    ledger::{Audit, audit},
    points::Award,
};
use earnest_hub_api::UndoBody;
use earnest_vault::Undone;

use super::*;

impl World {
    async fn audit(&self) -> Audit {
        audit(&self.vault.export(self.key.person()).await.unwrap())
    }

    /// Takes the newest contribution back, as the engine does.
    async fn undoes(&self, hub: &Slug) -> Undone {
        let newest = self.vault.contributions(1).await.unwrap().remove(0);
        let body = UndoBody {
            person: self.key.person(),
            hub: hub.clone(),
            contribution: newest.id,
            at: NOW,
        };
        let undo = Signed::sign(body, &self.key).unwrap();
        let text = serde_json::to_string(&undo).unwrap();
        self.vault.undo(newest.id, &text, NOW).await.unwrap()
    }

    fn url_of(hub: &HubClient) -> String {
        hub.url().to_string()
    }

    /// What keeps the outbox from going on, by its code.
    async fn stopped(&self) -> String {
        match self.outbox.round().await {
            Err(Stop::Hub(error)) => error.code().to_owned(),
            Err(Stop::Here(error)) => panic!("{error}"),
            Ok(_) => panic!("it went on"),
        }
    }

    /// A hub over a copy of the other's database as it is now: the same id, the same key, another future.
    async fn twin(&self) -> (earnest_hub::Hub, HubClient) {
        let folder = self.folder.path();
        for end in ["", "-wal"] {
            std::fs::copy(
                folder.join(format!("hub.sqlite{end}")),
                folder.join(format!("twin.sqlite{end}")),
            )
            .unwrap();
        }
        let quests = earnest_hub::Quests::built_in().unwrap();
        let hub = earnest_hub::Hub::open(&folder.join("twin.sqlite"), "Riverside", quests, Arc::new(|| NOW))
            .await
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(hub.clone().serve(listener, std::future::pending()));
        (hub, HubClient::new(url.parse().unwrap()).unwrap())
    }
}

#[tokio::test]
async fn what_was_credited_is_proved_and_the_export_holds_by_itself() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    world.allows(&hub).await;
    world.round().await;
    let audit = world.audit().await;
    assert!(audit.holds(), "{audit:?}");
    assert_eq!((audit.awards, audit.verified, audit.sum), (1, 1, 46));
    assert!(audit.checkpoint.unwrap().starts_with(&format!("earnest/{hub}\n2\n")));
}

#[tokio::test]
async fn an_award_whose_entry_was_lost_on_the_way_is_asked_for() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    world.allows(&hub).await;
    let tried = world.tried(&hub).await;
    // It was credited and settled, and the node ended before it kept the entry.
    let receipts = world.vault.receipts().await.unwrap();
    let request = ContributionsRequest {
        receipts: vec![receipts[0].receipt.clone()],
        contributions: vec![Contribution::from_text(&tried.text).unwrap()],
    };
    world.outbox.client.contribute(&request).await.unwrap();
    let award: Award = tried.provisional;
    world.vault.settle(tried.id, &award, None, NOW).await.unwrap();
    assert_eq!(world.audit().await.findings[0].code, "entry_missing");
    world.round().await;
    assert!(world.audit().await.holds());
}

#[tokio::test]
async fn a_hub_that_rewrites_its_ledger_is_told_from_one_that_goes_on_and_gets_nothing_more() {
    for anything_new in [false, true] {
        let (mut world, hub) = World::with_hub().await;
        let honest = World::url_of(&world.outbox.client);
        let (_twin, client) = world.twin().await;
        world.walks_a_minute().await;
        let receipt = world.allows(&hub).await;
        world.round().await;
        let before = world.audit().await;
        if anything_new {
            // The other future has as many entries, and others.
            let eve = World::at(TempDir::new().unwrap(), Arc::clone(&world.micros), client.url().as_str()).await;
            eve.round().await;
            eve.walks_a_minute().await;
            eve.allows(&hub).await;
            eve.round().await;
        }
        world.outbox.client = client;
        world.is_at(NOW.plus(Span::from_days(2)));
        assert_eq!(world.stopped().await, "ledger_rewritten");
        assert!(world.vault.is_contradicted(&hub).await.unwrap());
        assert_eq!(world.audit().await, before, "what was earned stands, and proves itself");
        assert_eq!(world.stopped().await, "ledger_rewritten", "it stays so");

        // A person can take back all the same what they allowed.
        world.vault.withdraw(&world.withdrawal(&receipt), NOW).await.unwrap();
        assert_eq!(world.stopped().await, "ledger_rewritten");
        assert!(world.vault.unsent_withdrawals(&hub).await.unwrap().is_empty());
        world.outbox.client = HubClient::new(honest.parse().unwrap()).unwrap();
        assert_eq!(
            world.stopped().await,
            "ledger_rewritten",
            "it signed both, wherever it answers"
        );
    }
}

#[tokio::test]
async fn an_undo_moves_the_points_back_and_the_same_walk_does_not_leave_again() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    world.allows(&hub).await;
    world.round().await;
    assert_eq!(world.undoes(&hub).await, Undone::ToBeTold);
    assert_eq!(world.vault.outbox(&hub).await.unwrap().points, 0);
    assert_eq!(world.undoes(&hub).await, Undone::Nothing, "once");
    world.quests.advance().await.unwrap();
    world.round().await;
    assert_eq!(world.vault.hub_points(&hub).await.unwrap(), Some(0));
    assert_eq!(
        world.vault.contributions(9).await.unwrap().len(),
        1,
        "nothing was prepared anew"
    );
    let taken = world.vault.taken(&hub, &"first-steps".parse().unwrap()).await.unwrap();
    assert!(taken.is_empty());
    assert_eq!(world.vault.fingerprints_contributed(&hub).await.unwrap().len(), 12);
    let audit = world.audit().await;
    assert!(audit.holds(), "{audit:?}");
    assert_eq!((audit.awards, audit.verified, audit.sum), (1, 1, 0));
}

#[tokio::test]
async fn what_is_taken_back_before_it_left_never_leaves() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    world.allows(&hub).await;
    assert_eq!(world.undoes(&hub).await, Undone::NeverLeft);
    world.round().await;
    assert!(world.vault.unsent_undos(&hub).await.unwrap().is_empty());
    let history = world.vault.contributions(9).await.unwrap();
    assert_eq!((history.len(), history[0].attempts), (1, 0));
    assert!(
        world.vault.fingerprints_contributed(&hub).await.unwrap().is_empty(),
        "the hub never saw it"
    );
}

#[tokio::test]
async fn what_is_taken_back_on_its_way_is_kept_out_of_the_hub() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    world.allows(&hub).await;
    world.tried(&hub).await;
    assert_eq!(world.undoes(&hub).await, Undone::ToBeTold);
    world.round().await;
    assert!(world.vault.unsent_undos(&hub).await.unwrap().is_empty());
    assert!(
        world.vault.fingerprints_contributed(&hub).await.unwrap().is_empty(),
        "the hub never had it"
    );
    assert!(world.audit().await.holds());
}
