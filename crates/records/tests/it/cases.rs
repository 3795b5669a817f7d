use std::collections::{BTreeMap, HashMap};

use domain::{
    Assent, ClosedSite, ConsentAnswer, Decision, Escalation, FieldAnswer, Grant, GrantId, GrantScope, Group, Host,
    PolicyId, Recipient, Request, RequestState, Said, Sanction, Version,
};
use records::{ClosedSiteRecord, GrantsOf, HandOn, RequestRecord, Store, Viewing};

use crate::place::on_both_engines;
use crate::sample::{add, at, id, keep, role};

fn policy() -> PolicyId {
    PolicyId("web-use".to_owned())
}

pub fn request(number: u128) -> RequestRecord {
    RequestRecord {
        request: Request {
            id: id(number),
            policy: policy(),
            version: Version(1),
            clause: "social-media".to_owned(),
            permission: "lesson-site".to_owned(),
            asker: id(1),
            recipient: Recipient::Group(Group("9B".to_owned())),
            concerned: Some(id(2)),
            scope: GrantScope::Site(Host::parse("moving-pictures.example").expect("a host")),
            reason: "For a lesson".to_owned(),
            asked_at: at(i64::try_from(number).expect("small")),
            from: Some(at(50)),
            until: Some(at(100)),
            due: Some(at(90)),
            escalation: None,
            state: RequestState::Waiting,
        },
        answers: BTreeMap::from([("lesson".to_owned(), FieldAnswer::Text("Chemistry".to_owned()))]),
        handed_to: None,
        assents: Vec::new(),
        consents: Vec::new(),
    }
}

fn grant(number: u128, until: Option<i64>) -> Grant {
    let record = request(11);
    Grant {
        id: id(number),
        request: id(11),
        policy: policy(),
        clause: record.request.clause,
        permission: record.request.permission,
        recipient: record.request.recipient,
        scope: record.request.scope,
        by: id(2),
        from: at(20),
        until: until.map(at),
        revoked_at: None,
    }
}

async fn with_requests(store: &Store) {
    add(store, 1).await;
    keep(store, 2, async |change| {
        for number in [11, 12, 13] {
            change.add_request(&request(number)).await.unwrap();
        }
    })
    .await;
}

on_both_engines! {
    async fn a_request_is_settled_once_and_reads_as_it_was_decided(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        assert_eq!(store.read().await.unwrap().waiting_requests().await.unwrap(), [request(11), request(12), request(13)]);
        let states = [
            RequestState::Decided(Decision::Approved { by: id(2), at: at(20), grant: id(21) }),
            RequestState::Decided(Decision::Refused { by: id(2), at: at(20), reason: "It shows advertising".to_owned() }),
            RequestState::Withdrawn { at: at(20) },
        ];
        for (number, state) in (11..).zip(states) {
            let mut settled = request(number);
            settled.request.state = state;
            keep(&store, 20, async |change| {
                assert!(change.settle_request(&settled.request).await.unwrap());
                assert!(!change.settle_request(&settled.request).await.unwrap());
            })
            .await;
            assert_eq!(store.read().await.unwrap().request(id(number)).await.unwrap(), Some(settled));
        }
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.waiting_requests().await.unwrap(), []);
        assert_eq!(reading.requests_by(id(1)).await.unwrap().len(), 3);
    }

    async fn a_request_that_waits_is_handed_on_with_a_note(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        let hand_on = HandOn { by: id(2), to: role("it-director"), note: "Please look".to_owned(), at: at(15) };
        keep(&store, 15, async |change| assert!(change.hand_on_request(id(11), &hand_on).await.unwrap())).await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.hand_ons(id(11)).await.unwrap(), [hand_on]);
        assert_eq!(reading.request(id(11)).await.unwrap().unwrap().handed_to, Some(role("it-director")));
    }

    async fn where_a_request_went_that_nobody_decided_in_time_is_kept_while_it_waits(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        let escalation = Escalation { at: at(90), to: vec![role("headteacher")] };
        keep(&store, 90, async |change| assert!(change.escalate_request(id(11), &escalation).await.unwrap())).await;
        let kept = store.read().await.unwrap().request(id(11)).await.unwrap().unwrap();
        assert_eq!(kept.request, Request { escalation: Some(escalation), ..request(11).request });
    }

    async fn a_request_keeps_who_has_agreed_to_it_while_it_waits(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        let roles = [role("headteacher")].into_iter().collect();
        let agreed = vec![Assent { by: id(2), at: at(15), until: Some(at(90)), roles }];
        keep(&store, 15, async |change| assert!(change.keep_assents(id(11), &agreed).await.unwrap())).await;
        let refused = RequestState::Decided(Decision::Refused { by: id(3), at: at(16), reason: "No".to_owned() });
        let mut settled = request(11);
        settled.request.state = refused;
        settled.assents = agreed;
        keep(&store, 16, async |change| {
            assert!(change.settle_request(&settled.request).await.unwrap());
            assert!(!change.keep_assents(id(11), &[]).await.unwrap());
        })
        .await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.request(id(11)).await.unwrap(), Some(settled));
        assert_eq!(reading.request(id(12)).await.unwrap(), Some(request(12)));
    }

    async fn a_request_keeps_what_was_said_about_its_consents_until_it_is_refused_or_taken_back(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        let answer = |by: u128, said| ConsentAnswer { consent: "pictures".to_owned(), about: id(1), by: id(by), at: at(15), said };
        let said = vec![answer(2, Said::Yes), answer(3, Said::NotNeeded { reason: "They are away".to_owned() })];
        keep(&store, 15, async |change| assert!(change.keep_consents(id(11), &said).await.unwrap())).await;
        let mut withdrawn = request(11);
        withdrawn.request.state = RequestState::Withdrawn { at: at(16) };
        withdrawn.consents = said;
        keep(&store, 16, async |change| {
            assert!(change.settle_request(&withdrawn.request).await.unwrap());
            assert!(!change.keep_consents(id(11), &[]).await.unwrap());
        })
        .await;
        assert_eq!(store.read().await.unwrap().request(id(11)).await.unwrap(), Some(withdrawn));
    }

    async fn a_grant_is_revoked_or_ends_but_not_both(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        keep(&store, 20, async |change| {
            for (number, until) in [(21, None), (22, Some(50)), (23, Some(90))] {
                change.add_grant(&grant(number, until)).await.unwrap();
            }
        })
        .await;
        keep(&store, 60, async |change| {
            assert!(change.revoke_grant(id(21), id(1), "No longer needed").await.unwrap());
            assert!(!change.revoke_grant(id(22), id(1), "Its end has come").await.unwrap());
            assert_eq!(change.next_grant_end().await.unwrap(), Some(at(50)));
            let due: Vec<_> = change.due_grants(at(60)).await.unwrap().iter().map(|found| found.grant.id).collect();
            assert_eq!(due, [id(22)]);
            assert!(change.end_grant(id(22)).await.unwrap());
            assert!(!change.end_grant(id(22)).await.unwrap());
        })
        .await;
        let mut reading = store.read().await.unwrap();
        let revoked = reading.grant(id(21)).await.unwrap().unwrap();
        assert_eq!((revoked.grant.revoked_at, revoked.revoked_by), (Some(at(60)), Some(id(1))));
        let open: Vec<_> = reading.open_grants().await.unwrap().iter().map(|found| found.grant.id).collect();
        assert_eq!(open, [id(23)]);
    }

    async fn grants_come_a_page_at_a_time_with_the_requests_that_they_came_from(place: &Place) {
        let store = place.begin().await;
        with_requests(&store).await;
        keep(&store, 20, async |change| {
            for (number, until) in [(21, None), (22, Some(50)), (23, Some(90)), (24, None)] {
                change.add_grant(&grant(number, until)).await.unwrap();
            }
        })
        .await;
        keep(&store, 30, async |change| assert!(change.revoke_grant(id(21), id(1), "Lost").await.unwrap())).await;
        let mut reading = store.read().await.unwrap();
        let policy = policy();
        let of = |permission| GrantsOf { permissions: vec![(&policy, permission)], not_about: id(99), not_ended_by: None };
        let permission = grant(24, None).permission;
        let pages: [(Option<i64>, u64, &[u128], u64); 5] = [
            (None, 0, &[24, 23], 4),
            (None, 3, &[21], 4),
            (Some(40), 0, &[24, 23], 3),
            (Some(50), 0, &[24, 23], 2),
            (Some(90), 0, &[24], 1),
        ];
        for (not_ended_by, skip, numbers, all) in pages {
            let which = GrantsOf { not_ended_by: not_ended_by.map(at), ..of(&permission) };
            let (page, total) = reading.grants(&which, skip, 2).await.unwrap();
            let read: Vec<GrantId> = page.iter().map(|record| record.grant.id).collect();
            let wanted: Vec<GrantId> = numbers.iter().map(|number| id(*number)).collect();
            assert_eq!((read, total), (wanted, all), "{not_ended_by:?} after {skip}");
        }
        let requests = reading.requests(&[id(11), id(12), id(99)]).await.unwrap();
        assert_eq!(requests, HashMap::from([(id(11), request(11)), (id(12), request(12))]));
        assert!(reading.requests(&[]).await.unwrap().is_empty());
    }

    async fn a_sanction_is_lifted_once(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let sanction = Sanction {
            id: id(11),
            person: id(1),
            policy: policy(),
            clause: "consequences".to_owned(),
            reason: "Shared a password".to_owned(),
            imposed_by: id(2),
            from: at(2),
            until: None,
            lifted_at: None,
            lifted_by: None,
            lift_reason: None,
        };
        keep(&store, 2, async |change| change.add_sanction(&sanction).await.unwrap()).await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.open_sanctions_of(&[id(2), id(1)]).await.unwrap(), reading.open_sanctions().await.unwrap());
        assert_eq!(reading.open_sanctions_of(&[id(2)]).await.unwrap(), []);
        assert_eq!(reading.open_sanctions().await.unwrap(), [sanction]);
        drop(reading);
        keep(&store, 3, async |change| {
            assert!(change.lift_sanction(id(11), id(2), "It is settled").await.unwrap());
            assert!(!change.lift_sanction(id(11), id(2), "Again").await.unwrap());
        })
        .await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.open_sanctions().await.unwrap(), []);
        assert_eq!(reading.open_sanctions_of(&[id(1)]).await.unwrap(), []);
        assert_eq!(reading.sanctions_of(id(1)).await.unwrap()[0].lifted_at, Some(at(3)));
        assert!(reading.sanction(id(11)).await.unwrap().is_some());
    }

    async fn a_site_is_closed_once_by_a_policy_and_opened_once_though_its_report_is_gone(place: &Place) {
        let store = place.begin().await;
        let site = |policy: &str, host: &str| ClosedSite {
            host: Host::parse(host).unwrap(),
            policy: PolicyId(policy.to_owned()),
            clause: "report".to_owned(),
        };
        let closing = |number: u128, site: ClosedSite| ClosedSiteRecord {
            id: id(number),
            case: id(90),
            report: "bad-site".to_owned(),
            site,
            closed_at: at(2),
            closed_by: id(2),
            reason: "It is violent".to_owned(),
            opened: None,
        };
        let (first, other) = (closing(11, site("web-use", "bad.example")), closing(12, site("staff-use", "bad.example")));
        let third = closing(13, site("web-use", "worse.example"));
        keep(&store, 2, async |change| {
            for record in [&first, &other, &third] {
                change.close_site(record).await.unwrap();
            }
        })
        .await;
        let again = store.change(at(3)).await.unwrap().close_site(&closing(14, site("web-use", "bad.example"))).await;
        assert!(again.is_err(), "it is on the list already");
        let mut reading = store.read().await.unwrap();
        let (bad, all) = (first.site.host.clone(), vec![other.clone(), first.clone(), third.clone()]);
        assert_eq!(reading.closings_of(&bad).await.unwrap(), [other.clone(), first.clone()]);
        assert_eq!(reading.closings().await.unwrap(), all);
        drop(reading);
        keep(&store, 4, async |change| {
            assert!(change.reopen_site(id(11), id(3), "It is mended").await.unwrap());
            assert!(!change.reopen_site(id(11), id(3), "Again").await.unwrap());
        })
        .await;
        let mut reading = store.read().await.unwrap();
        let opened = ClosedSiteRecord { opened: Some((at(4), id(3), "It is mended".to_owned())), ..first };
        assert_eq!(reading.closed_site(id(11)).await.unwrap(), Some(opened.clone()));
        assert_eq!(reading.closings_of(&bad).await.unwrap(), std::slice::from_ref(&other));
        assert_eq!(reading.closed_sites().await.unwrap(), [third, other, opened], "what was opened again is kept too");
        drop(reading);
        keep(&store, 5, async |change| change.close_site(&closing(14, site("web-use", "bad.example"))).await.unwrap()).await;
    }

    async fn a_viewing_has_one_second_person_and_is_opened_once(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        let viewing = Viewing {
            id: id(11),
            viewer: id(1),
            subject: "\"everyone\"".to_owned(),
            purpose: "A safeguarding concern".to_owned(),
            policy: policy(),
            clause: "looking".to_owned(),
            from: at(0),
            to: at(5),
            asked_at: at(5),
            second_of: vec![role("deputy-dsl")],
            second: None,
            second_at: None,
            opened_at: None,
            untold_until: Some(at(9)),
            untold_reason: Some("harm".to_owned()),
        };
        keep(&store, 5, async |change| change.add_viewing(&viewing).await.unwrap()).await;
        keep(&store, 6, async |change| {
            assert!(change.second_viewing(id(11), id(2)).await.unwrap());
            assert!(!change.second_viewing(id(11), id(3)).await.unwrap());
        })
        .await;
        for moment in [7, 8] {
            keep(&store, moment, async |change| change.mark_viewing_opened(id(11)).await.unwrap()).await;
        }
        let opened = Viewing { second: Some(id(2)), second_at: Some(at(6)), opened_at: Some(at(7)), ..viewing };
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.viewings_by(id(1)).await.unwrap(), std::slice::from_ref(&opened));
        assert_eq!(reading.viewings_by(id(2)).await.unwrap(), []);
        assert_eq!(reading.viewing(id(11)).await.unwrap(), Some(opened));
    }
}
