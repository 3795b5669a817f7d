use records::{Error, Fault, Store};

use crate::place::on_both_engines;
use crate::sample::add;

on_both_engines! {
    async fn older_records_are_not_opened_and_verifying_says_how_far_they_went(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        place.meddle("CREATE TABLE kept AS SELECT * FROM ledger; CREATE TABLE kept_head AS SELECT * FROM ledger_head").await;
        add(&store, 2).await;
        store.close().await;
        place.meddle(
            "DELETE FROM ledger; INSERT INTO ledger SELECT * FROM kept; \
             DELETE FROM ledger_head; INSERT INTO ledger_head SELECT * FROM kept_head",
        )
        .await;
        let refused = Store::open(&place.location, &place.head()).await.unwrap_err();
        assert!(matches!(refused, Error::Cut { noted: 2, end: 1, .. }), "{refused}");
        assert!(refused.to_string().contains("ledger-head"), "it names no mend: {refused}");
        let look = Store::look(&place.location, &place.head()).await.unwrap();
        let report = look.verify_ledger().await.unwrap();
        assert_eq!((report.entries, report.fault), (1, Some(Fault::Cut { noted: 2 })));
        std::fs::remove_file(place.head()).unwrap();
        assert_eq!(place.open().await.verify_ledger().await.unwrap().fault, None, "the mend does not mend");
    }

    async fn records_of_another_school_in_their_place_are_found(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        store.close().await;
        let other = format!("{:020} {}\n", 1, "0".repeat(64));
        std::fs::write(place.head(), other).unwrap();
        let look = Store::look(&place.location, &place.head()).await.unwrap();
        assert_eq!(look.verify_ledger().await.unwrap().fault, Some(Fault::Replaced { sequence: 1 }));
        assert!(matches!(Store::open(&place.location, &place.head()).await, Err(Error::Cut { .. })));
    }

    async fn a_note_that_a_power_cut_left_behind_the_ledger_is_no_fault(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let behind = std::fs::read(place.head()).unwrap();
        add(&store, 2).await;
        store.close().await;
        std::fs::write(place.head(), behind).unwrap();
        assert_eq!(place.open().await.verify_ledger().await.unwrap().fault, None);
    }
}
