use domain::{CaseId, Notice, RequestId, Told};
use records::Store;

use crate::place::on_both_engines;
use crate::sample::{add, at, id, keep, person};

const TRIES: u32 = 3;

fn came(number: u128, to: u128, mail_from: i64) -> Notice {
    let told = Told::ReportCame(CaseId(uuid::Uuid::from_u128(70)));
    Notice { id: id(number), person: id(to), told, urgent: false, made_at: at(10), mail_from: at(mail_from) }
}

fn decided(number: u128, to: u128, mail_from: i64) -> Notice {
    Notice { told: Told::RequestDecided(RequestId(uuid::Uuid::from_u128(80))), ..came(number, to, mail_from) }
}

/// Two people with a mail address and one without.
async fn people(store: &Store) {
    for number in [1, 2, 3] {
        add(store, number).await;
    }
    keep(store, 5, async |change| {
        for number in [1, 2] {
            let mut record = person(number);
            record.person.mail = Some(format!("{number}@larkfield.example"));
            change.save_person(&record).await.unwrap();
        }
    })
    .await;
}

async fn waiting(store: &Store, now: i64) -> Vec<(String, u128)> {
    let outgoing = store.read().await.unwrap().outgoing(at(now), TRIES).await.unwrap();
    outgoing.into_iter().map(|outgoing| (outgoing.to, outgoing.notice.id.0.as_u128())).collect()
}

on_both_engines! {
    async fn what_is_due_goes_with_all_that_waits_for_the_same_person(place: &Place) {
        let store = place.begin().await;
        people(&store).await;
        let all = [came(11, 1, 20), decided(12, 1, 90), came(13, 2, 50), came(14, 3, 20)];
        keep(&store, 10, async |change| change.add_notices(&all).await.unwrap()).await;
        let mail = |number: u128| format!("{number}@larkfield.example");
        assert_eq!(waiting(&store, 19).await, []);
        assert_eq!(waiting(&store, 20).await, [(mail(1), 11), (mail(1), 12)]);
        assert_eq!(store.read().await.unwrap().next_outgoing(false, TRIES).await.unwrap(), Some(at(20)));
        store.notices_mailed(&[id(11), id(12)], at(21)).await.unwrap();
        assert_eq!(waiting(&store, 50).await, [(mail(2), 13)]);
        assert_eq!(store.read().await.unwrap().unread_notices(id(1)).await.unwrap().len(), 2);
    }

    async fn what_was_read_on_the_desk_goes_by_no_mail(place: &Place) {
        let store = place.begin().await;
        people(&store).await;
        keep(&store, 10, async |change| change.add_notices(&[came(11, 1, 20), decided(12, 1, 20)]).await.unwrap()).await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.unread_by(came(11, 1, 20).told).await.unwrap(), [id(1)].into());
        drop(reading);
        store.notices_seen(&[id(11)], at(15)).await.unwrap();
        let mut reading = store.read().await.unwrap();
        assert!(reading.unread_by(came(11, 1, 20).told).await.unwrap().is_empty());
        assert_eq!(reading.told_to(came(11, 1, 20).told).await.unwrap(), [id(1)].into());
        drop(reading);
        assert_eq!(store.read().await.unwrap().unread_notices(id(1)).await.unwrap(), [decided(12, 1, 20)]);
        assert_eq!(waiting(&store, 30).await.len(), 1);
    }

    async fn what_fails_is_tried_later_and_given_up_in_the_end(place: &Place) {
        let store = place.begin().await;
        people(&store).await;
        keep(&store, 10, async |change| change.add_notices(&[came(11, 1, 20)]).await.unwrap()).await;
        for next in [30, 40, 50] {
            assert_eq!(waiting(&store, next - 10).await.len(), 1);
            store.notices_failed(&[id(11)], at(next)).await.unwrap();
            assert_eq!(waiting(&store, next - 1).await, []);
        }
        assert_eq!(waiting(&store, 100).await, []);
        let mut reading = store.read().await.unwrap();
        assert_eq!((reading.next_outgoing(false, TRIES).await.unwrap(), reading.count_given_up(TRIES).await.unwrap()), (None, 1));
    }

    async fn what_is_taken_back_is_told_to_nobody(place: &Place) {
        let store = place.begin().await;
        people(&store).await;
        let all = [came(11, 1, 20), came(12, 2, 20), decided(13, 1, 20)];
        keep(&store, 10, async |change| {
            change.add_notices(&all).await.unwrap();
            assert!(change.was_told(all[0].told).await.unwrap());
            change.take_back_all_notices(id(1), all[0].told.about()).await.unwrap();
        })
        .await;
        assert_eq!(waiting(&store, 20).await.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [13, 12]);
        keep(&store, 11, async |change| change.take_back_notices(all[0].told).await.unwrap()).await;
        assert_eq!(waiting(&store, 20).await.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [13]);
        assert!(!store.read().await.unwrap().was_told(all[0].told).await.unwrap());
    }
}
