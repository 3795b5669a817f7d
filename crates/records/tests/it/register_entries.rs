use std::collections::BTreeMap;

use domain::{
    EntryActor, EntryEvent, EntryId, EntryLine, EntrySignature, EntryStep, FieldAnswer, FormAnswers, Grant, GrantScope,
    KeptEntries, PersonId, PolicyId, Recipient, RegisterEntry, RegisterReader, Request, RequestState, Version,
};
use records::{EntryRecord, OpenAt, RETENTION, RequestRecord};

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
        earlier_seconds: Vec::new(),
        closed: None,
        lost: None,
        renewed_at: None,
    }
}

/// Somebody who keeps the register and whom no entry names.
fn keeper() -> RegisterReader {
    RegisterReader { person: id(9), is_own: false, keeps: KeptEntries::All }
}

fn by_hand(entry: RegisterEntry) -> EntryRecord {
    EntryRecord { entry, grant_begins: None, grant_ends: None, grant_is_gone: false, request: None, said: None }
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
        let listed = reading.register_entries((&policy(), "devices"), &keeper(), 0, 9).await.unwrap();
        assert_eq!(listed, (vec![by_hand(entry(12)), by_hand(entry(11))], 2));
    }

    async fn an_entry_comes_with_what_was_said_to_it_last_and_all_of_it_is_kept(place: &Place) {
        let store = place.begin().await;
        let declined = EntrySignature {
            entry: id(11),
            by: id(1),
            at: at(20),
            version: Version(3),
            shown: says("a tablet"),
            declined: Some("It is broken".to_owned()),
            handed_by: None,
        };
        let signed = EntrySignature { at: at(30), declined: None, handed_by: Some(id(2)), ..declined.clone() };
        keep(&store, 11, async |change| {
            change.add_entry(&entry(11)).await.unwrap();
            change.add_entry(&entry(12)).await.unwrap();
        })
        .await;
        for said in [&declined, &signed] {
            keep(&store, 20, async |change| change.add_entry_signature(said).await.unwrap()).await;
        }
        let mut reading = store.read().await.unwrap();
        let said_to = |record: EntryRecord| record.said;
        assert_eq!(reading.register_entry(id(11)).await.unwrap().and_then(said_to), Some(signed.clone()));
        assert_eq!(reading.register_entry(id(12)).await.unwrap().and_then(said_to), None);
        assert_eq!(reading.entry_signatures(id(11)).await.unwrap(), [declined, signed]);
    }

    async fn an_entry_is_kept_as_each_step_left_it_and_its_history_keeps_what_stood_there(place: &Place) {
        let store = place.begin().await;
        keep(&store, 11, async |change| change.add_entry(&entry(11)).await.unwrap()).await;
        let (mut now, mut lines) = (entry(11), Vec::new());
        let keeper = EntryActor { person: id(2), keeps: true };
        let reason = || "as the test says".to_owned();
        let steps = [
            EntryStep::Correct { answers: says("a laptop"), second: None, reason: reason() },
            EntryStep::MarkLost { reason: reason() },
            EntryStep::MarkFound { reason: reason() },
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
            EntryRecord { entry: given.clone(), grant_begins: Some(grant.from), grant_ends: Some(at(90)), grant_is_gone: false, request: Some(id(31)), said: None };
        let gone = EntryRecord { entry: lost, grant_begins: None, grant_ends: None, grant_is_gone: true, request: None, said: None };
        assert_eq!(reading.register_entries((&policy(), "devices"), &keeper(), 0, 9).await.unwrap(), (vec![gone, holds], 2));
        drop(reading);
        keep(&store, 30, async |change| assert!(change.revoke_grant(id(21), id(2), "Lost").await.unwrap())).await;
        let revoked = store.read().await.unwrap().register_entry(id(11)).await.unwrap();
        assert_eq!(revoked.map(|record| record.grant_ends), Some(Some(at(30))));
        let (mut reading, reader, of) = (store.read().await.unwrap(), keeper(), (&policy(), "devices"));
        for (outlast_grants, second, wanted) in [(false, 29, 1), (false, 30, 0), (true, 29, 2), (true, 30, 2)] {
            let open = OpenAt { at: at(second), outlast_grants };
            assert_eq!(reading.open_entries(of, open).await.unwrap().len() as u64, wanted, "{open:?}");
            assert_eq!(reading.count_open_entries(of, &reader, open).await.unwrap(), wanted, "{open:?}");
            assert_eq!(reading.unseen_entries(of, &reader, (None, open), 9).await.unwrap().1, wanted, "{open:?}");
        }
    }

    async fn what_has_to_come_back_is_kept_until_it_is_closed_however_long_ago_its_grant_ended(place: &Place) {
        let store = place.begin().await;
        let of_grant = |number| RegisterEntry { grant: Some(id(21)), ..entry(number) };
        let entries = RETENTION.iter().find(|table| table.table == "register_entries").unwrap();
        keep(&store, 20, async |change| {
            change.add_entry_of_grant(&of_grant(11), true).await.unwrap();
            change.add_entry_of_grant(&of_grant(12), false).await.unwrap();
            assert_eq!(change.remove_past_keeping(entries, at(35), 9).await.unwrap(), 1);
        })
        .await;
        let mut reading = store.read().await.unwrap();
        assert!(reading.register_entry(id(11)).await.unwrap().is_some());
        assert!(reading.register_entry(id(12)).await.unwrap().is_none());
    }

    async fn a_register_is_read_a_page_at_a_time(place: &Place) {
        let store = place.begin().await;
        keep(&store, 60, async |change| {
            for number in 11..=40 {
                change.add_entry(&entry(number)).await.unwrap();
            }
        })
        .await;
        let mut reading = store.read().await.unwrap();
        for (skip, newest, many) in [(0, 40, 10), (25, 15, 5), (30, 0, 0), (90, 0, 0)] {
            let (page, total) = reading.register_entries((&policy(), "devices"), &keeper(), skip, 10).await.unwrap();
            let read: Vec<EntryId> = page.iter().map(|record| record.entry.id).collect();
            let wanted: Vec<EntryId> = (0..many).map(|back| id(newest - back)).collect();
            assert_eq!((read, total), (wanted, 30), "after {skip}");
        }
    }

    async fn a_page_holds_what_the_rule_lets_somebody_read_whoever_they_are(place: &Place) {
        let store = place.begin().await;
        let says = |people: &[u128]| -> FormAnswers {
            let named: Vec<PersonId> = people.iter().map(|person| id(*person)).collect();
            BTreeMap::from([
                ("first".to_owned(), FieldAnswer::Person(named.first().copied().unwrap_or(id(5)))),
                ("all".to_owned(), FieldAnswer::People(named)),
            ])
        };
        let mut entries = Vec::new();
        for (written_by, second) in [(1, Some(2)), (2, None), (3, Some(1)), (4, None)] {
            for people in [&[][..], &[1], &[2], &[1, 2], &[3], &[1, 2, 3]] {
                let (written_by, second) = (id(written_by), second.map(id));
                let number = 11 + entries.len() as u128;
                let earlier_seconds = if people == [3] { vec![id(4), id(5)] } else { Vec::new() };
                let answers = says(people);
                entries.push(RegisterEntry { answers, written_by, second, earlier_seconds, ..entry(number) });
            }
        }
        keep(&store, 90, async |change| {
            for entry in &entries {
                change.add_entry(entry).await.unwrap();
                let line = EntryLine { at: at(90), by: Some(id(2)), reason: "A slip".to_owned(), what: EntryEvent::Reopened };
                change.step_entry(entry, &line).await.unwrap();
            }
        })
        .await;
        let mut kept = vec![KeptEntries::None, KeptEntries::All];
        kept.extend([&[][..], &[1], &[1, 2], &[4]].map(|others: &[u128]| {
            KeptEntries::AboutAllOf(others.iter().map(|person| id(*person)).collect())
        }));
        let mut reading = store.read().await.unwrap();
        for person in 1..=5 {
            for (is_own, keeps) in [false, true].into_iter().flat_map(|own| kept.iter().map(move |keeps| (own, keeps))) {
                let reader = RegisterReader { person: id(person), is_own, keeps: keeps.clone() };
                let (page, total) = reading.register_entries((&policy(), "devices"), &reader, 0, 99).await.unwrap();
                let read: Vec<RegisterEntry> = page.into_iter().map(|record| record.entry).collect();
                let wanted: Vec<RegisterEntry> = entries.iter().rev().filter(|entry| reader.reads(entry)).cloned().collect();
                assert_eq!(read, wanted, "{reader:?}");
                assert_eq!(total, wanted.len() as u64, "{reader:?}");
                let any = reading.reads_any_entry((&policy(), "devices"), &reader).await.unwrap();
                assert_eq!(any, !wanted.is_empty(), "{reader:?}");
            }
        }
    }

    async fn whom_an_entry_names_follows_its_correction(place: &Place) {
        let store = place.begin().await;
        keep(&store, 11, async |change| change.add_entry(&entry(11)).await.unwrap()).await;
        let named = RegisterReader { person: id(1), is_own: false, keeps: KeptEntries::All };
        assert!(!store.read().await.unwrap().reads_any_entry((&policy(), "devices"), &named).await.unwrap());
        let answers = BTreeMap::from([("holder".to_owned(), FieldAnswer::Person(id(4)))]);
        let step = EntryStep::Correct { answers, second: None, reason: "It is another's".to_owned() };
        let changed = entry(11).step(EntryActor { person: id(2), keeps: true }, step, at(20)).expect("a keeper's step");
        keep(&store, 20, async |change| change.step_entry(&changed.entry, &changed.line).await.unwrap()).await;
        assert!(store.read().await.unwrap().reads_any_entry((&policy(), "devices"), &named).await.unwrap());
    }

    async fn who_was_there_before_older_corrections_is_read_from_the_history(place: &Place) {
        let store = place.begin().await;
        keep(&store, 11, async |change| change.add_entry(&entry(11)).await.unwrap()).await;
        keep(&store, 12, async |change| change.add_entry(&entry(12)).await.unwrap()).await;
        let (mut now, reason) = (entry(11), "A slip".to_owned());
        for (moment, second) in [(20, 4), (21, 5), (22, 4)] {
            let answers = says(&moment.to_string());
            let step = EntryStep::Correct { answers, second: Some(id(second)), reason: reason.clone() };
            let changed = now.step(EntryActor { person: id(2), keeps: true }, step, at(moment)).expect("a step");
            keep(&store, moment, async |change| change.step_entry(&changed.entry, &changed.line).await.unwrap()).await;
            now = changed.entry;
        }
        store.close().await;
        place.meddle("ALTER TABLE register_entries DROP COLUMN earlier_seconds;").await;
        place.meddle(&place.migration("0019_earlier_seconds")).await;
        let store = place.open().await;
        let mut reading = store.read().await.unwrap();
        let mut earlier = reading.register_entry(id(11)).await.unwrap().expect("an entry").entry.earlier_seconds;
        earlier.sort();
        assert_eq!(earlier, [id(3), id(5)]);
        assert!(reading.register_entry(id(12)).await.unwrap().expect("an entry").entry.earlier_seconds.is_empty());
    }

    async fn whom_older_entries_name_is_read_from_their_answers(place: &Place) {
        let store = place.begin().await;
        let people = FieldAnswer::People(vec![id(4), id(1), id(4)]);
        let text = FieldAnswer::Text("{\"person\": \"nobody\"}".to_owned());
        let older = [
            RegisterEntry { answers: BTreeMap::from([("who".to_owned(), people), ("what".to_owned(), text)]), ..entry(11) },
            RegisterEntry { answers: says("a tablet"), ..entry(12) },
            RegisterEntry { answers: FormAnswers::new(), ..entry(13) },
        ];
        keep(&store, 60, async |change| {
            for entry in &older {
                change.add_entry(entry).await.unwrap();
            }
        })
        .await;
        store.close().await;
        place.meddle("DROP TABLE register_named;").await;
        place.meddle(&place.migration("0018_register_named")).await;
        let store = place.open().await;
        let mut reading = store.read().await.unwrap();
        for (person, read) in [(1, 1), (4, 2), (9, 3)] {
            let reader = RegisterReader { person: id(person), is_own: false, keeps: KeptEntries::All };
            let (_, total) = reading.register_entries((&policy(), "devices"), &reader, 0, 9).await.unwrap();
            assert_eq!(total, read, "{person}");
        }
    }
}
