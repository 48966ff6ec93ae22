//! Deliveries: kept once, in order, until they are dealt with; forgotten when they are old.

use specwarden::ids::DeliveryId;
use specwarden::store;
use specwarden::store::Accepted;

use crate::at;
use crate::delivery;
use crate::everywhere;
use crate::key;
use crate::lease;
use crate::record;
#[tokio::test]
async fn a_second_delivery_of_one_guid_does_nothing() {
    everywhere(|store| async move {
        let first = delivery("a", key(1, 2, 3));
        assert_eq!(store.accept(&first).await.unwrap(), Accepted::New);
        let leased = lease(&store, "w", 2).await.unwrap();
        store.finish(&leased).await.unwrap();
        assert_eq!(store.accept(&first).await.unwrap(), Accepted::Duplicate);
        assert!(lease(&store, "w", 3).await.is_none());
        assert_eq!(store.note("told-by").await.unwrap().as_deref(), Some("a"));
        assert_eq!(store.pending(key(1, 2, 3)).await.unwrap().len(), 1);
        let known = store
            .known(&[DeliveryId::new("a"), DeliveryId::new("b")])
            .await
            .unwrap();
        assert_eq!(known, [DeliveryId::new("a")]);
    })
    .await;
}

#[tokio::test]
async fn deliveries_wait_in_order_until_they_are_dealt_with() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        for id in ["c", "a", "b"] {
            store.accept(&delivery(id, pull)).await.unwrap();
        }
        let ids =
            |kept: Vec<store::Kept>| -> Vec<String> { kept.into_iter().map(|kept| kept.id.0).collect() };
        let pending = store.pending(pull).await.unwrap();
        assert_eq!(pending[0].body, b"{\"a\":1}");
        assert_eq!(ids(pending), ["c", "a", "b"]);
        store.record(&record(pull, true, &[], &["c", "a"])).await.unwrap();
        assert_eq!(ids(store.pending(pull).await.unwrap()), ["b"]);
        assert_eq!(
            store.prune(at(100)).await.unwrap(),
            2,
            "what waits is never pruned"
        );
        assert_eq!(ids(store.pending(pull).await.unwrap()), ["b"]);
    })
    .await;
}

#[tokio::test]
async fn what_was_dealt_with_is_forgotten_when_it_is_old_and_not_before() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        for (id, second) in [("old", 10), ("waits", 11), ("young", 90)] {
            let mut delivery = delivery(id, pull);
            delivery.received_at = at(second);
            store.accept(&delivery).await.unwrap();
        }
        store
            .record(&record(pull, true, &[], &["old", "young"]))
            .await
            .unwrap();
        assert_eq!(store.prune(at(50)).await.unwrap(), 1);
        let ids = ["old", "waits", "young"].map(DeliveryId::new);
        let known = store.known(&ids).await.unwrap();
        assert_eq!(known, ["waits", "young"].map(DeliveryId::new));
        assert_eq!(store.prune(at(50)).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_whose_body_nobody_needs_takes_no_room_and_is_forgotten_too() {
    everywhere(|store| async move {
        let pull = key(1, 2, 3);
        let mut passing = delivery("push", pull);
        passing.about = None;
        store.accept(&passing).await.unwrap();
        assert!(store.pending(pull).await.unwrap().is_empty());
        assert_eq!(store.prune(at(50)).await.unwrap(), 1);
    })
    .await;
}
