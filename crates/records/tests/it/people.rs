use domain::{Absence, Audience, Group, Particulars, PersonStatus, PolicyId};
use jiff::civil::date;
use records::{Event, LedgerEntry, PeopleFilter, PeopleOrder};

use crate::place::on_both_engines;
use crate::sample::{add, at, entry, id, keep, person, role};

on_both_engines! {
    async fn a_person_is_read_as_they_were_saved(place: &Place) {
        let store = place.begin().await;
        let mut parent = person(2);
        parent.person.audience = Audience::Parent;
        parent.person.mail = Some("parent@larkfield.example".to_owned());
        parent.person.groups = Vec::new();
        parent.person.children = vec![id(1)];
        let mut teacher = person(3);
        teacher.person.audience = Audience::Staff;
        teacher.person.roles.insert(role("teacher"));
        teacher.person.groups = vec![Group("9B".to_owned()), Group("science".to_owned())];
        keep(&store, 0, async |change| {
            for record in [&person(1), &parent, &teacher] {
                change.save_person(record).await.unwrap();
            }
        })
        .await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.everybody().await.unwrap(), [person(1), parent.clone(), teacher.clone()]);
        assert_eq!(reading.person(id(2)).await.unwrap(), Some(parent));
        assert_eq!(reading.person_named(" PERSON-3 ").await.unwrap(), Some(teacher));
        assert_eq!(reading.person(id(9)).await.unwrap(), None);
        assert_eq!(reading.parents_of(id(1)).await.unwrap(), [id(2)]);
        assert_eq!(reading.groups().await.unwrap(), [(Group("9B".to_owned()), 2), (Group("science".to_owned()), 1)]);
    }

    async fn saving_again_replaces_what_was_there(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let mut record = person(1);
        record.person.name = "Person Renamed".to_owned();
        record.person.groups = Vec::new();
        record.person.status = PersonStatus::Left;
        record.left_at = Some(at(5));
        record.parents_asked.insert(PolicyId("pupil-use".to_owned()), at(4));
        keep(&store, 5, async |change| change.save_person(&record).await.unwrap()).await;
        assert_eq!(store.read().await.unwrap().everybody().await.unwrap(), [record]);
    }

    async fn many_are_saved_at_once_whomever_they_name_among_themselves(place: &Place) {
        let store = place.begin().await;
        let last = 2_000;
        let mut people: Vec<_> = (1..=last).map(person).collect();
        for record in &mut people {
            // Somebody who comes later in the list, and for the last of all the first.
            let next = id(record.person.id.0.as_u128() % last + 1);
            record.person.children = vec![next];
            record.person.particulars.manager = Some(next);
            record.person.roles = [role("teacher"), role("staff")].into_iter().collect();
        }
        let saved = people.clone();
        let mut change = store.change(at(0)).await.unwrap();
        change.save_people(&saved).await.unwrap();
        change.save_passwords(&[(id(1), "one".to_owned()), (id(last), "two".to_owned())]).await.unwrap();
        let first = change.commit_all(entry(1), (2..=last).map(entry).collect()).await.unwrap();
        assert_eq!(first, 1);
        people.sort_by(|one, other| one.person.name.cmp(&other.person.name));
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.everybody().await.unwrap(), people);
        assert_eq!(reading.password_hash(id(last)).await.unwrap().as_deref(), Some("two"));
        let named = [id(last), id(1), id(9), id(5_000)];
        let some: Vec<_> = reading.people_of(&named).await.unwrap();
        assert_eq!(some.iter().map(|record| record.person.id).collect::<Vec<_>>(), named[..3], "nobody has the last");
        assert!(some.iter().all(|record| people.contains(record)));
        let hashes = reading.password_hashes_of(&named[..2]).await.unwrap();
        assert_eq!((hashes.len(), hashes[&id(last)].as_str()), (2, "two"));
        let report = store.verify_ledger().await.unwrap();
        assert_eq!((report.entries, report.fault), (2_000, None));
        let (newest, _) = reading.ledger(&records::LedgerPart::BesideReports(""), 0, 1).await.unwrap();
        assert_eq!(newest[0].subject, entry(last).event.subject(), "the entries are in another order than they were given");
    }

    async fn everything_that_is_kept_beside_who_somebody_is_can_be_taken_out_again(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let mut record = person(2);
        record.person.particulars = Particulars {
            manager: Some(id(1)),
            born: Some(date(2008, 2, 29)),
            hours: "mon-thu 08:30-16:00; fri 08:30-12:00".parse().unwrap(),
            teaches: vec![Group("5B".to_owned()), Group("5C".to_owned())],
            absence: Some(Absence { from: date(2026, 5, 11), until: date(2026, 5, 15), stand_in: Some(id(1)) }),
            leaving_date: Some(date(2026, 7, 21)),
        };
        keep(&store, 1, async |change| change.save_person(&record).await.unwrap()).await;
        assert_eq!(store.read().await.unwrap().person(id(2)).await.unwrap().unwrap(), record);
        record.person.particulars = Particulars::default();
        keep(&store, 2, async |change| change.save_person(&record).await.unwrap()).await;
        assert_eq!(store.read().await.unwrap().everybody().await.unwrap()[1], record);
    }

    async fn a_username_that_somebody_has_is_refused_as_a_duplicate(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let mut twin = person(2);
        twin.person.username = "Person-1".to_owned();
        let mut change = store.change(at(2)).await.unwrap();
        assert!(change.save_person(&twin).await.unwrap_err().is_duplicate());
        drop(change);
        add(&store, 2).await;
    }

    async fn what_names_nobody_on_record_is_not_kept(place: &Place) {
        let store = place.begin().await;
        let mut change = store.change(at(0)).await.unwrap();
        let orphan = change.save_password(id(9), "hash").await;
        assert!(orphan.is_err(), "a password of nobody was kept");
    }

    async fn those_who_left_by_date_are_known_by_what_the_ledger_says_of_the_program(place: &Place) {
        let store = place.begin().await;
        let (program, office) = (id(90), id(91));
        for number in 1..=4 {
            add(&store, number).await;
        }
        assert_eq!(store.read().await.unwrap().last_left_by_date(program).await.unwrap(), None);
        // By date at 100 and 200, by hand at 300.
        for (number, moment, actor) in [(1, 100, program), (2, 200, program), (3, 200, program), (4, 300, office)] {
            let mut change = store.change(at(moment)).await.unwrap();
            let mut record = person(number);
            (record.person.status, record.left_at) = (PersonStatus::Left, Some(at(moment)));
            change.save_person(&record).await.unwrap();
            let event = Event::LeaveByDate { person: id(number), sessions_ended: 0 };
            let by_hand = Event::MarkLeaver { person: id(number), sessions_ended: 0 };
            let event = if actor == program { event } else { by_hand };
            change.commit(LedgerEntry { actor, event }).await.unwrap();
        }
        let leavers = async |since| {
            let leavers = store.read().await.unwrap().leavers_by_date(program, at(since)).await.unwrap();
            leavers.into_iter().map(|record| record.person.id).collect::<Vec<_>>()
        };
        assert_eq!(store.read().await.unwrap().last_left_by_date(program).await.unwrap(), Some(at(200)));
        assert_eq!(leavers(0).await, [id(1), id(2), id(3)]);
        assert_eq!(leavers(200).await, [id(2), id(3)]);
        assert_eq!(leavers(201).await, []);
        keep(&store, 400, async |change| change.save_person(&person(2)).await.unwrap()).await;
        assert_eq!(leavers(0).await, [id(1), id(3)], "who came back is no leaver");
    }

    async fn a_search_takes_wildcards_for_letters_and_capitals_for_small_ones(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let mut reading = store.read().await.unwrap();
        let mut found = async |search: &str| {
            let filter = PeopleFilter { search: search.to_owned(), ..PeopleFilter::default() };
            reading.people(&filter, 0, 25).await.unwrap().1
        };
        assert_eq!(found("son 1").await, 1);
        assert_eq!(found("SON 1").await, 1);
        assert_eq!(found("%").await, 0);
        assert_eq!(found("_").await, 0);
        assert_eq!(found("\\").await, 0);
    }

    async fn a_list_is_filtered_and_comes_a_page_at_a_time_in_the_order_of_its_letters(place: &Place) {
        let store = place.begin().await;
        let names = ["bramble", "Alder", "Éclair", "alder", "Zephyr"];
        keep(&store, 0, async |change| {
            for (number, name) in (1..).zip(names) {
                let mut record = person(number);
                record.person.name = name.to_owned();
                if number == 2 {
                    record.person.groups.push(Group("choir".to_owned()));
                    record.person.roles.insert(role("teacher"));
                }
                change.save_person(&record).await.unwrap();
            }
        })
        .await;
        let mut reading = store.read().await.unwrap();
        let mut list = async |filter: PeopleFilter, skip, take| {
            let (people, total) = reading.people(&filter, skip, take).await.unwrap();
            (people.into_iter().map(|record| record.person.name).collect::<Vec<_>>(), total)
        };
        // As their bytes stand, so that both engines turn the same pages.
        assert_eq!(list(PeopleFilter::default(), 0, 3).await.0, ["Alder", "Zephyr", "alder"]);
        assert_eq!(list(PeopleFilter::default(), 3, 3).await, (vec!["bramble".to_owned(), "Éclair".to_owned()], 5));
        let last_first = PeopleFilter { descending: true, ..PeopleFilter::default() };
        assert_eq!(list(last_first, 0, 2).await.0, ["Éclair", "bramble"]);
        let by_username = PeopleFilter { order: PeopleOrder::Username, descending: true, ..PeopleFilter::default() };
        let by_part = PeopleFilter { order: PeopleOrder::Audience, ..PeopleFilter::default() };
        assert_eq!(list(by_username, 0, 1).await.0, ["Zephyr"], "she has the last username");
        assert_eq!(list(by_part, 0, 3).await.0, ["Alder", "Zephyr", "alder"], "all are pupils, so by name");
        let one = (vec!["Alder".to_owned()], 1);
        let choir = PeopleFilter { group: Some(Group("choir".to_owned())), ..PeopleFilter::default() };
        assert_eq!(list(choir, 0, 25).await, one);
        assert_eq!(list(PeopleFilter { role: Some(role("teacher")), ..PeopleFilter::default() }, 0, 25).await, one);
        let staff = PeopleFilter { audience: Some(Audience::Staff), ..PeopleFilter::default() };
        assert_eq!(list(staff, 0, 25).await.1, 0);
        assert_eq!(list(PeopleFilter { leavers: true, ..PeopleFilter::default() }, 0, 25).await.1, 0);
    }
}
