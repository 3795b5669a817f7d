use records::{Fault, LedgerPart, LedgerReport};

use crate::place::{Place, on_both_engines};
use crate::sample::add;

/// A ledger of six entries, changed behind the program's back, and what verifying it says.
async fn after(place: &Place, statements: &str) -> LedgerReport {
    let store = place.open().await;
    place.meddle(statements).await;
    let report = store.verify_ledger().await.unwrap();
    store.close().await;
    report
}

async fn six(place: &Place) {
    let store = place.begin().await;
    for number in 1..=6 {
        add(&store, number).await;
    }
    store.close().await;
}

/// Puts the six entries and the head back as they were.
const KEEP: &str = "CREATE TABLE kept AS SELECT * FROM ledger";
const PUT_BACK: &str = "DELETE FROM ledger; INSERT INTO ledger SELECT * FROM kept";

on_both_engines! {
    async fn an_untouched_ledger_fits_from_the_first_entry_to_the_last(place: &Place) {
        six(place).await;
        let report = after(place, "SELECT 1").await;
        assert_eq!((report.entries, report.fault), (6, None));
        assert_eq!(report.hash.len(), 64);
    }

    async fn a_changed_entry_is_named_whatever_was_changed_in_it(place: &Place) {
        six(place).await;
        place.meddle(KEEP).await;
        for statement in [
            "UPDATE ledger SET details = '{\"audience\":\"staff\",\"roles\":[]}' WHERE sequence = 3",
            "UPDATE ledger SET details = '{ \"audience\":\"pupil\",\"roles\":[]}' WHERE sequence = 3",
            "UPDATE ledger SET details = 'nothing' WHERE sequence = 3",
            "UPDATE ledger SET verb = 'mark-leaver' WHERE sequence = 3",
            "UPDATE ledger SET subject = 'person 9' WHERE sequence = 3",
            "UPDATE ledger SET actor = '00000000000000000000000000000009' WHERE sequence = 3",
            "UPDATE ledger SET at = at + 1 WHERE sequence = 3",
            "UPDATE ledger SET hash = '00' WHERE sequence = 3",
        ] {
            let report = after(place, statement).await;
            assert_eq!(report.fault, Some(Fault::Changed { sequence: 3 }), "{statement}");
            assert_eq!(report.entries, 2, "{statement}");
            place.meddle(PUT_BACK).await;
        }
    }

    async fn an_entry_that_was_taken_out_is_named(place: &Place) {
        six(place).await;
        place.meddle(KEEP).await;
        for (statement, missing) in [
            ("DELETE FROM ledger WHERE sequence = 1", 1),
            ("DELETE FROM ledger WHERE sequence = 4", 4),
            ("DELETE FROM ledger WHERE sequence = 6", 6),
            ("DELETE FROM ledger", 1),
        ] {
            assert_eq!(after(place, statement).await.fault, Some(Fault::Missing { sequence: missing }), "{statement}");
            place.meddle(PUT_BACK).await;
        }
    }

    async fn an_entry_put_in_before_the_first_is_named(place: &Place) {
        six(place).await;
        for number in [0, -7] {
            place.meddle(&format!(
                "INSERT INTO ledger SELECT {number}, at, actor, verb, subject, details, previous, hash FROM ledger \
                 WHERE sequence = 6"
            ))
            .await;
            let report = after(place, "SELECT 1").await;
            assert_eq!(report.fault, Some(Fault::PutIn { sequence: number }));
            place.meddle(&format!("DELETE FROM ledger WHERE sequence = {number}")).await;
        }
    }

    async fn entries_that_changed_places_are_named(place: &Place) {
        six(place).await;
        let report = after(
            place,
            "UPDATE ledger SET sequence = -2 WHERE sequence = 2; UPDATE ledger SET sequence = 2 WHERE sequence = 5; \
             UPDATE ledger SET sequence = 5 WHERE sequence = -2",
        )
        .await;
        assert_eq!(report.fault, Some(Fault::Moved { sequence: 2 }));
    }

    async fn closing_a_gap_by_counting_anew_is_found_at_the_gap(place: &Place) {
        six(place).await;
        let report = after(
            place,
            "DELETE FROM ledger WHERE sequence = 3; UPDATE ledger SET sequence = 3 WHERE sequence = 4; \
             UPDATE ledger SET sequence = 4 WHERE sequence = 5; UPDATE ledger SET sequence = 5 WHERE sequence = 6",
        )
        .await;
        assert_eq!(report.fault, Some(Fault::Moved { sequence: 3 }));
    }

    async fn a_page_of_the_ledger_is_found_by_verb_subject_actor_or_hash(place: &Place) {
        six(place).await;
        let store = place.open().await;
        let mut reading = store.read().await.unwrap();
        let (rows, total) = reading.ledger(&LedgerPart::BesideReports("ADD-person"), 0, 4).await.unwrap();
        assert_eq!((rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), total), (vec![6, 5, 4, 3], 6));
        for (search, expected) in [("person 00000000000000000000000000000004", 1), ("nobody", 0), (&rows[1].hash, 1)] {
            let found = reading.ledger(&LedgerPart::BesideReports(search), 0, 25).await.unwrap();
            assert_eq!(found.1, expected, "{search}");
        }
    }
}
