use domain::{Agreement, Countersignature, DeclineId, OnBehalf, PolicyId, Version};
use records::{
    AgreementRecord, DeclineRecord, Error, Event, Fault, LedgerEntry, PublishedText, ReminderRecord, Store,
    VersionRecord, VersionState,
};

use crate::place::on_both_engines;
use crate::sample::{add, at, entry, id, keep, role};

fn policy() -> PolicyId {
    PolicyId("web-use".to_owned())
}

fn draft(number: u128) -> VersionRecord {
    VersionRecord {
        id: id(number),
        policy: policy(),
        number: Version(0),
        state: VersionState::Draft,
        file_name: "web-use.md".to_owned(),
        text: format!("Text {number}: ‘quoted’ and ?1"),
        text_hash: format!("hash {number}"),
        minor: number.is_multiple_of(2),
        summary: String::new(),
        uploaded_by: id(1),
        uploaded_at: at(i64::try_from(number).expect("small")),
        published_by: None,
        published_at: None,
    }
}

fn signature(number: u128, signer: u128, on_behalf: OnBehalf) -> AgreementRecord {
    AgreementRecord {
        agreement: Agreement {
            id: id(number),
            policy: policy(),
            version: Version(1),
            text_hash: "hash".to_owned(),
            signer: id(signer),
            on_behalf,
            printed_name: "A. Name".to_owned(),
            signed_at: at(i64::try_from(number).expect("small")),
            countersigned: None,
        },
        clause: "signing".to_owned(),
    }
}

on_both_engines! {
    async fn a_newer_draft_supersedes_one_that_waited(place: &Place) {
        let store = place.begin().await;
        for number in [11, 12] {
            keep(&store, 1, async |change| change.add_draft(&draft(number)).await.unwrap()).await;
        }
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.drafts().await.unwrap(), [draft(12)]);
        assert_eq!(reading.version(id(11)).await.unwrap().unwrap().state, VersionState::Superseded);
        assert_eq!(reading.published_versions().await.unwrap(), []);
    }

    async fn versions_are_numbered_as_they_are_published(place: &Place) {
        let store = place.begin().await;
        for (number, version) in [(11, 1), (12, 2)] {
            keep(&store, 20, async |change| {
                change.add_draft(&draft(number)).await.unwrap();
                assert!(change.add_approval(id(number), role("headteacher"), id(1)).await.unwrap());
                assert!(!change.add_approval(id(number), role("headteacher"), id(1)).await.unwrap());
                let others = change.add_approval(id(number), role("headteacher"), id(2)).await.unwrap();
                assert!(others, "the uploader's own gives way");
                assert!(!change.add_approval(id(number), role("headteacher"), id(3)).await.unwrap());
                assert!(change.mark_approved(id(number)).await.unwrap());
                assert!(!change.mark_approved(id(number)).await.unwrap());
                assert_eq!(change.mark_published(id(number), id(2)).await.unwrap(), Some(Version(version)));
                assert_eq!(change.mark_published(id(number), id(2)).await.unwrap(), None);
            })
            .await;
        }
        let mut reading = store.read().await.unwrap();
        let numbers: Vec<u32> = reading.published_versions().await.unwrap().iter().map(|found| found.number.0).collect();
        assert_eq!(numbers, [1, 2]);
        let second = reading.published(&policy(), Version(2)).await.unwrap().unwrap();
        assert_eq!((second.published_by, second.published_at), (Some(id(2)), Some(at(20))));
        let approvals = reading.approvals(id(12)).await.unwrap();
        assert_eq!((approvals.len(), approvals[0].person), (1, id(2)));
    }

    async fn a_text_that_was_changed_behind_the_program_is_not_opened(place: &Place) {
        let store = place.begin().await;
        let text_hash = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9".to_owned();
        let draft = VersionRecord { text: "hello world".to_owned(), text_hash: text_hash.clone(), ..draft(11) };
        let mut change = store.change(at(20)).await.unwrap();
        change.add_draft(&draft).await.unwrap();
        change.mark_published(draft.id, id(1)).await.unwrap();
        let event = Event::PublishPolicy(PublishedText {
            version: draft.id,
            policy: (&draft.policy).into(),
            number: Version(1),
            text: text_hash.as_str().into(),
            minor: false,
        });
        change.commit(LedgerEntry { event, ..entry(1) }).await.unwrap();
        store.close().await;
        place.open().await.close().await;
        let other_hash = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7";
        for statement in [
            "UPDATE versions SET text = 'world'".to_owned(),
            // "world", with its own hash: only the ledger knows.
            format!("UPDATE versions SET text_hash = '{other_hash}'"),
        ] {
            place.meddle(&statement).await;
            let refused = Store::open(&place.location, &place.head()).await.unwrap_err();
            assert!(matches!(refused, Error::Altered { number: 1, .. }), "{refused}");
            let look = Store::look(&place.location, &place.head()).await.unwrap();
            let fault = look.verify_ledger().await.unwrap().fault;
            assert!(matches!(fault, Some(Fault::Text { number: 1, .. })), "verifying tells of it too: {fault:?}");
            look.close().await;
        }
    }

    async fn signatures_are_kept_for_whom_they_bind_and_accepted_once(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        add(&store, 2).await;
        let (own, child) = (signature(11, 1, OnBehalf::Own), signature(12, 2, OnBehalf::Child(id(1))));
        keep(&store, 3, async |change| {
            change.add_agreement(&own).await.unwrap();
            change.add_agreement(&child).await.unwrap();
        })
        .await;
        let accepted = Countersignature { by: id(2), printed_name: "B. Name".to_owned(), at: at(15) };
        keep(&store, 15, async |change| {
            assert!(change.add_countersignature(id(12), &accepted).await.unwrap());
            assert!(!change.add_countersignature(id(12), &accepted).await.unwrap());
        })
        .await;
        let mut child = child;
        child.agreement.countersigned = Some(accepted);
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.agreements().await.unwrap(), [own.clone(), child.clone()]);
        assert_eq!(reading.agreements_binding_any(&[id(2), id(1)]).await.unwrap(), [own.clone(), child.clone()]);
        assert_eq!(reading.agreements_binding_any(&[id(2)]).await.unwrap(), []);
        assert_eq!(reading.agreements_binding(id(1)).await.unwrap(), [own, child.clone()]);
        assert_eq!(reading.agreements_binding(id(2)).await.unwrap(), []);
        assert_eq!(reading.agreement(id(12)).await.unwrap(), Some(child));
    }

    async fn a_decline_is_answered_once(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let decline = DeclineRecord {
            id: id(11),
            policy: policy(),
            version: Version(1),
            person: id(1),
            binds: id(1),
            reason: "I have a question".to_owned(),
            at: at(2),
            answer: None,
            answered_by: None,
            answered_at: None,
        };
        keep(&store, 2, async |change| change.add_decline(&decline).await.unwrap()).await;
        assert_eq!(store.read().await.unwrap().declines_of(&policy(), Version(1)).await.unwrap(), [decline]);
        assert_eq!(store.read().await.unwrap().declines_of(&policy(), Version(2)).await.unwrap(), []);
        keep(&store, 3, async |change| {
            assert!(change.answer_decline(id(11), id(2), "Ask away").await.unwrap());
            assert!(!change.answer_decline(id(11), id(2), "Again").await.unwrap());
        })
        .await;
        let answered = store.read().await.unwrap().decline(id(11)).await.unwrap().unwrap();
        assert_eq!((answered.answer.as_deref(), answered.answered_at), (Some("Ask away"), Some(at(3))));
    }

    async fn declines_come_a_page_at_a_time_to_whoever_gave_them_and_to_the_owner(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        add(&store, 2).await;
        let other = PolicyId("other".to_owned());
        let decline = |number: u128, person, policy: &PolicyId| DeclineRecord {
            id: id(number),
            policy: policy.clone(),
            version: Version(1),
            person: id(person),
            binds: id(person),
            reason: "I have a question".to_owned(),
            at: at(2),
            answer: None,
            answered_by: None,
            answered_at: None,
        };
        let given = [(11, 1, policy()), (12, 2, policy()), (13, 1, other.clone()), (14, 2, other)];
        keep(&store, 2, async |change| {
            for (number, person, policy) in &given {
                change.add_decline(&decline(*number, *person, policy)).await.unwrap();
            }
        })
        .await;
        let mut reading = store.read().await.unwrap();
        let owned = policy();
        let pages: [(&[&PolicyId], u64, &[u128], u64); 4] =
            [(&[], 0, &[13, 11], 2), (&[&owned], 0, &[13, 12], 3), (&[&owned], 2, &[11], 3), (&[&owned], 9, &[], 3)];
        for (owned, skip, numbers, all) in pages {
            let (page, total) = reading.declines_by_or_of(id(1), owned, skip, 2).await.unwrap();
            let read: Vec<DeclineId> = page.iter().map(|record| record.id).collect();
            let wanted: Vec<DeclineId> = numbers.iter().map(|number| id(*number)).collect();
            assert_eq!((read, total), (wanted, all), "{owned:?} after {skip}");
        }
    }

    async fn the_same_reminder_is_kept_once(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let reminder =
            ReminderRecord { person: id(1), policy: policy(), version: Version(1), number: 2, at: at(2), given_by: id(2) };
        for _ in 0..2 {
            keep(&store, 2, async |change| change.add_reminder(&reminder).await.unwrap()).await;
        }
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.reminders_of(&policy(), Version(1)).await.unwrap(), [reminder]);
        assert_eq!(reading.reminders_of(&policy(), Version(2)).await.unwrap(), []);
    }
}
