use records::{InvitationRecord, Session};

use crate::place::on_both_engines;
use crate::sample::{add, at, id, keep};

fn invitation(token: &str, moment: i64) -> InvitationRecord {
    InvitationRecord {
        token_hash: token.to_owned(),
        code_hash: format!("code of {token}"),
        person: id(1),
        made_by: id(2),
        made_at: at(moment),
        expires_at: at(moment + 100),
        used_at: None,
    }
}

fn session(number: u128, moment: i64) -> Session {
    Session {
        id: id(number),
        token_hash: format!("token {number}"),
        person: id(1),
        address: Some("2001:db8::7".parse().expect("an address")),
        started_at: at(moment),
        last_seen: at(moment),
        ends_at: at(moment + 100),
        ended_at: None,
    }
}

on_both_engines! {
    async fn the_password_set_last_is_the_one_that_holds(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        for hash in ["first", "second"] {
            keep(&store, 2, async |change| change.save_password(id(1), hash).await.unwrap()).await;
        }
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.password_hash(id(1)).await.unwrap().as_deref(), Some("second"));
        assert_eq!(reading.password_hash(id(2)).await.unwrap(), None);
        assert_eq!(reading.password_hashes().await.unwrap().len(), 1);
    }

    async fn an_invitation_is_used_once_and_a_newer_one_takes_its_place(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        for (token, moment) in [("old", 2), ("new", 3)] {
            keep(&store, moment, async |change| change.save_invitation(&invitation(token, moment)).await.unwrap()).await;
        }
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.invitation("old").await.unwrap(), None);
        assert_eq!(reading.newest_invitation(id(1)).await.unwrap(), Some(invitation("new", 3)));
        drop(reading);
        keep(&store, 4, async |change| {
            assert!(change.use_invitation("new").await.unwrap());
            assert!(!change.use_invitation("new").await.unwrap());
        })
        .await;
        let used = store.read().await.unwrap().invitation("new").await.unwrap().unwrap();
        assert_eq!(used.used_at, Some(at(4)));
    }

    async fn a_session_is_touched_ends_once_and_all_of_a_person_end_together(place: &Place) {
        let store = place.begin().await;
        add(&store, 1).await;
        keep(&store, 2, async |change| {
            for number in [11, 12, 13] {
                change.save_session(&session(number, 2)).await.unwrap();
            }
        })
        .await;
        store.touch_session(id(11), at(9)).await.unwrap();
        store.touch_session(id(11), at(5)).await.unwrap();
        let touched = store.read().await.unwrap().session("token 11").await.unwrap().unwrap();
        assert_eq!(touched, Session { last_seen: at(9), ..session(11, 2) }, "an older moment overwrote a newer one");
        let mut reading = store.read().await.unwrap();
        let open = reading.open_sessions().await.unwrap();
        assert_eq!(reading.open_sessions_of(&[id(2), id(1)]).await.unwrap(), open);
        assert_eq!((open.len(), reading.open_sessions_of(&[id(2)]).await.unwrap()), (3, Vec::new()));
        drop(reading);
        keep(&store, 10, async |change| {
            assert!(change.end_session(id(11)).await.unwrap());
            assert!(!change.end_session(id(11)).await.unwrap());
            assert_eq!(change.end_sessions_of(id(1)).await.unwrap(), 2);
        })
        .await;
        assert_eq!(store.read().await.unwrap().open_sessions().await.unwrap(), []);
    }
}
