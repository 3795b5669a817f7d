use std::collections::BTreeMap;

use domain::{
    EntryActor, EntryStep, FieldAnswer, FormAnswers, Grant, GrantScope, PolicyId, Recipient, RegisterEntry, Request,
    RequestState, Version,
};
use records::{EntryRecord, RequestRecord};

use crate::place::on_both_engines;
use crate::sample::{add, at, id, keep};

fn policy() -> PolicyId {
    PolicyId("web-use".to_owned())
}

fn says(device: &str) -> FormAnswers {
    BTreeMap::from([
        ("device".to_owned(), FieldAnswer::Text(device.to_owned())),
        ("encrypted".to_owned(), FieldAnswer::YesNo(true)),
        ("holder".to_owned(), FieldAnswer::Person(id(1))),
    ])
}

fn entry(number: u128) -> RegisterEntry {
    RegisterEntry {
        id: id(number),
        policy: policy(),
        version: Version(1),
        clause: "devices".to_owned(),
        register: "devices".to_owned(),
        answers: says("a tablet"),
        second: Some(id(3)),
        written_by: id(2),
        written_at: at(i64::try_from(number).expect("small")),
        grant: None,
        closed: None,
    }
}

fn by_hand(entry: RegisterEntry) -> EntryRecord {
    EntryRecord { entry, grant_ends: None, grant_is_gone: false, request: None }
}

on_both_engines! {
    async fn an_entry_reads_as_it_was_written_and_a_register_newest_first(place: &Place) {
        let store = place.begin().await;
        let other = RegisterEntry { register: "images".to_owned(), ..entry(13) };
        keep(&store, 20, async |change| {
            for entry in [&entry(11), &entry(12), &other] {
                change.add_entry(entry).await.unwrap();
            }
        })
        .await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.register_entry(id(11)).await.unwrap(), Some(by_hand(entry(11))));
        assert_eq!(reading.register_entry(id(99)).await.unwrap(), None);
        let listed = reading.register_entries(&policy(), "devices").await.unwrap();
        assert_eq!(listed, [by_hand(entry(12)), by_hand(entry(11))]);
    }

    async fn an_entry_is_kept_as_each_step_left_it_and_its_history_keeps_what_stood_there(place: &Place) {
        let store = place.begin().await;
        keep(&store, 11, async |change| change.add_entry(&entry(11)).await.unwrap()).await;
        let (mut now, mut lines) = (entry(11), Vec::new());
        let keeper = EntryActor { person: id(2), keeps: true };
        let reason = || "as the test says".to_owned();
        let steps = [
            EntryStep::Correct { answers: says("a laptop"), second: None, reason: reason() },
            EntryStep::Close { reason: reason() },
            EntryStep::Reopen { reason: reason() },
            EntryStep::Close { reason: reason() },
        ];
        for (moment, step) in (20..).zip(steps) {
            let changed = now.step(keeper, step, at(moment)).expect("a keeper's step");
            keep(&store, moment, async |change| change.step_entry(&changed.entry, &changed.line).await.unwrap()).await;
            let mut reading = store.read().await.unwrap();
            assert_eq!(reading.register_entry(id(11)).await.unwrap(), Some(by_hand(changed.entry.clone())));
            (now, lines) = (changed.entry, [lines, vec![changed.line]].concat());
        }
        assert_eq!(store.read().await.unwrap().entry_lines(id(11)).await.unwrap(), lines);
    }

    async fn an_entry_that_writes_down_a_grant_says_when_that_ends(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let request = Request {
            id: id(31),
            policy: policy(),
            version: Version(1),
            clause: "devices".to_owned(),
            permission: "own-device".to_owned(),
            asker: id(1),
            recipient: Recipient::Person(id(1)),
            concerned: None,
            scope: GrantScope::Words("a laptop".to_owned()),
            reason: "For work".to_owned(),
            asked_at: at(1),
            from: None,
            until: Some(at(90)),
            due: None,
            escalation: None,
            state: RequestState::Waiting,
        };
        let grant = Grant {
            id: id(21),
            request: id(31),
            policy: policy(),
            clause: "devices".to_owned(),
            permission: "own-device".to_owned(),
            recipient: Recipient::Person(id(1)),
            scope: GrantScope::Words("a laptop".to_owned()),
            by: id(2),
            from: at(20),
            until: Some(at(90)),
            revoked_at: None,
        };
        let (answers, handed_to) = (FormAnswers::new(), None);
        let record = RequestRecord { request, answers, handed_to, assents: Vec::new(), consents: Vec::new() };
        let given = RegisterEntry { grant: Some(id(21)), ..entry(11) };
        let lost = RegisterEntry { grant: Some(id(22)), ..entry(12) };
        keep(&store, 20, async |change| {
            change.add_request(&record).await.unwrap();
            change.add_grant(&grant).await.unwrap();
            change.add_entry(&given).await.unwrap();
            change.add_entry(&lost).await.unwrap();
        })
        .await;
        let mut reading = store.read().await.unwrap();
        let holds =
            EntryRecord { entry: given.clone(), grant_ends: Some(at(90)), grant_is_gone: false, request: Some(id(31)) };
        let gone = EntryRecord { entry: lost, grant_ends: None, grant_is_gone: true, request: None };
        assert_eq!(reading.register_entries(&policy(), "devices").await.unwrap(), [gone, holds]);
        drop(reading);
        keep(&store, 30, async |change| assert!(change.revoke_grant(id(21), id(2), "Lost").await.unwrap())).await;
        let revoked = store.read().await.unwrap().register_entry(id(11)).await.unwrap();
        assert_eq!(revoked.map(|record| record.grant_ends), Some(Some(at(30))));
    }
}
