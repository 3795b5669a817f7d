//! A consent that stands no longer ends what rests on it, whoever's leaving or whatever change took it away.

use actions::{
    Actor, AnswerConsent, EditPerson, ErrorKind, ImportFile, ImportPeople, LeftBy, MarkLeaver, SetParticulars,
};
use domain::{Audience, GrantId, Role, Said, StandingSaid, Told};
use jiff::SignedDuration;

use crate::standing_consents::{ALBUM, approve, ask, asked_for_pictures, says, with_other_parent};
use crate::test_school::{PEOPLE, TestSchool};

const BECAUSE: &str = "A consent that it needs is not given.";

/// A picture of Ada that Pat allowed and one of Olive that Mia did, each granted to Tom, who has read of both.
async fn two_grants() -> (TestSchool, GrantId, GrantId) {
    let test = with_other_parent().await;
    let request = asked_for_pictures(&test, "ada").await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    let of_ada = approve(&test, request).await.unwrap();
    let other = ask(&test, "orphan").await;
    says(&test, "mia", "orphan", StandingSaid::Yes).await.unwrap();
    let of_olive = approve(&test, other).await.unwrap();
    for request in [request, other] {
        test.school.request(&test.actor("tom").await, request).await.unwrap();
    }
    (test, of_ada, of_olive)
}

async fn why_ended(test: &TestSchool, grant: GrantId) -> Option<String> {
    test.school.grant(&test.actor("hal").await, grant).await.unwrap().revoke_reason
}

/// Ada's grant has ended and Tom is told, and Olive's stands.
async fn only_adas_ended(test: &TestSchool, of_ada: GrantId, of_olive: GrantId) {
    assert_eq!(why_ended(test, of_ada).await.as_deref(), Some(BECAUSE));
    assert_eq!(why_ended(test, of_olive).await, None, "another child's consent stands");
    let news = test.school.home(&test.actor("tom").await).await.unwrap().news;
    assert!(matches!(news[..], [ref one] if matches!(one.told, Told::RequestEnded(_))), "{news:?}");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    let by: Vec<String> = sqlx::query_scalar("SELECT revoked_by FROM grants WHERE revoked_by IS NOT NULL")
        .fetch_all(&test.database().await)
        .await
        .unwrap();
    assert_eq!(by, [uuid::Uuid::from_u128(1).simple().to_string()], "whose doing it was is not kept");
}

async fn edit(test: &TestSchool, username: &str, children: &[&str]) {
    let of = test.actor(username).await;
    let input = EditPerson {
        person: of.person(),
        name: of.name().to_owned(),
        mail: None,
        audience: Audience::Parent,
        groups: Vec::new(),
        roles: Vec::<Role>::new(),
        children: children.iter().map(|child| (*child).to_owned()).collect(),
    };
    test.school.edit_person(&test.actor("oli").await, input).await.expect("the office edits parents");
}

async fn import(test: &TestSchool, people: &str, mark_missing_as_leavers: bool) {
    let files = vec![ImportFile { name: "people.csv".to_owned(), bytes: people.as_bytes().to_vec() }];
    let input = ImportPeople { files, digest: None, mark_missing_as_leavers, leavers_confirmed: None };
    test.school.import_people(&Actor::operator(), input).await.expect("the list is sound");
}

#[tokio::test]
async fn the_yes_of_a_parent_who_leaves_ends_what_rests_on_it_in_the_same_change() {
    let (test, of_ada, of_olive) = two_grants().await;
    let before = test.ledger().await;
    let left = MarkLeaver { person: test.id("pat").await };
    test.school.mark_leaver(&test.actor("oli").await, left).await.unwrap();
    only_adas_ended(&test, of_ada, of_olive).await;
    assert_eq!(test.ledger().await, before + 2, "that she left, and that the grant ended");
    assert_eq!(test.school.tick().await.unwrap().grants_ended, 0, "nothing is left to the tick");
}

#[tokio::test]
async fn the_yes_of_a_parent_who_leaves_by_date_ends_what_rests_on_it_at_that_tick() {
    let (test, of_ada, of_olive) = two_grants().await;
    let date = SetParticulars {
        person: test.id("pat").await,
        manager: String::new(),
        born: String::new(),
        hours: String::new(),
        teaches: String::new(),
        absent_from: String::new(),
        absent_until: String::new(),
        stand_in: String::new(),
        leaving_date: "2026-05-12".to_owned(),
    };
    test.school.set_particulars(&test.actor("oli").await, date).await.unwrap();
    assert_eq!(why_ended(&test, of_ada).await, None, "she is here until the day is over");
    test.turn(SignedDuration::from_hours(24));
    let tick = test.school.tick().await.unwrap();
    assert_eq!((tick.left, tick.grants_ended), (1, 1));
    only_adas_ended(&test, of_ada, of_olive).await;
}

#[tokio::test]
async fn the_yes_of_a_parent_who_is_no_longer_the_childs_ends_what_rests_on_it() {
    let (test, of_ada, of_olive) = two_grants().await;
    edit(&test, "pat", &["ben", "ada"]).await;
    assert_eq!(why_ended(&test, of_ada).await, None, "she is still Ada's parent");
    edit(&test, "pat", &["ben"]).await;
    only_adas_ended(&test, of_ada, of_olive).await;
}

#[tokio::test]
async fn a_list_that_drops_a_parent_or_their_child_ends_what_rests_on_their_yes() {
    let others = "mo,Mo Fernhaven,parent,,,,ada,\nmia,Mia Emberlow,parent,,,,orphan,\n";
    let all = format!("{PEOPLE}{others}");
    for (list, leavers) in [
        (all.replace("pat@larkfield.example,ada;ben", "pat@larkfield.example,ben"), false),
        (all.replace("pat,Pat Fernhaven,parent,,,pat@larkfield.example,ada;ben,\n", ""), true),
    ] {
        assert_ne!(list, all);
        let (test, of_ada, of_olive) = two_grants().await;
        import(&test, &list, leavers).await;
        only_adas_ended(&test, of_ada, of_olive).await;
    }
}

#[tokio::test]
async fn a_parent_who_comes_back_with_a_no_ends_what_another_parent_allowed() {
    let (test, of_ada, of_olive) = two_grants().await;
    says(&test, "pat", "ada", StandingSaid::TakenBack).await.unwrap();
    assert_eq!(why_ended(&test, of_ada).await.as_deref(), Some(BECAUSE));
    says(&test, "mo", "ada", StandingSaid::No).await.unwrap();
    let (oli, mo) = (test.actor("oli").await, test.id("mo").await);
    test.school.mark_leaver(&oli, MarkLeaver { person: mo }).await.unwrap();
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    let request = ask(&test, "ada").await;
    let again = approve(&test, request).await.expect("a no counts while whoever said it is here");
    test.school.bring_back(&oli, mo).await.unwrap();
    assert_eq!(why_ended(&test, again).await.as_deref(), Some(BECAUSE));
    assert_eq!(why_ended(&test, of_olive).await, None);
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn leavers_who_come_back_together_are_looked_at_by_the_next_tick() {
    let (test, of_ada, _) = two_grants().await;
    says(&test, "mo", "ada", StandingSaid::No).await.unwrap();
    assert_eq!(why_ended(&test, of_ada).await.as_deref(), Some(BECAUSE));
    let others = "mia,Mia Emberlow,parent,,,,orphan,\n";
    import(&test, &format!("{PEOPLE}{others}"), true).await;
    let request = ask(&test, "ada").await;
    let again = approve(&test, request).await.expect("Mo is away");
    test.school.undo_leavers(&test.actor("sam").await, LeftBy::LastImport).await.unwrap();
    assert_eq!(test.school.next_due().await.unwrap(), Some(test.school.now()), "it is due at once");
    assert_eq!(test.school.tick().await.unwrap().grants_ended, 1);
    assert_eq!(why_ended(&test, again).await.as_deref(), Some(BECAUSE));
}

#[tokio::test]
async fn a_clause_that_is_published_in_other_words_ends_what_rests_on_the_old_ones() {
    let (test, of_ada, of_olive) = two_grants().await;
    test.install("album.md", &ALBUM.replace("A parent says once", "Each parent says once")).await;
    test.school.tick().await.unwrap();
    assert_eq!(why_ended(&test, of_ada).await, None, "the consent says what it said");
    test.install("album.md", &ALBUM.replace("Showing the child in the album.", "Showing the child anywhere.")).await;
    assert_eq!(test.school.next_due().await.unwrap(), Some(test.school.now()), "it is due at once");
    assert_eq!(test.school.tick().await.unwrap().grants_ended, 2);
    for grant in [of_ada, of_olive] {
        assert_eq!(why_ended(&test, grant).await.as_deref(), Some(BECAUSE));
    }
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    assert_eq!(test.school.tick().await.unwrap().grants_ended, 0);
}

#[tokio::test]
async fn a_yes_to_one_request_counts_no_longer_once_whoever_gave_it_speaks_for_the_child_no_more() {
    let test = with_other_parent().await;
    test.install("album.md", &ALBUM.replace("asked    = \"once\"\n", "")).await;
    let request = ask(&test, "ada").await;
    let yes = |who: &'static str| {
        let test = &test;
        async move {
            let answer =
                AnswerConsent { request, consent: "album".to_owned(), about: test.id("ada").await, said: Said::Yes };
            test.school.answer_consent(&test.actor(who).await, answer).await.expect("it is theirs to say")
        }
    };
    yes("pat").await;
    edit(&test, "pat", &["ben"]).await;
    let refused = approve(&test, request).await.unwrap_err();
    assert_eq!(actions::VerbError::kind(&refused), ErrorKind::Conflict, "{refused}");
    yes("mo").await;
    let grant = approve(&test, request).await.unwrap();
    assert_eq!(why_ended(&test, grant).await, None);
    edit(&test, "mo", &[]).await;
    assert_eq!(why_ended(&test, grant).await.as_deref(), Some(BECAUSE));
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn a_consent_that_ends_sooner_than_the_one_before_has_the_grant_end_with_it() {
    let test = with_other_parent().await;
    let spans = ALBUM.replace("\"end of year\"", "\"6 weeks\"");
    let request = asked_for_pictures(&test, "ada").await;
    test.install("album.md", &spans).await;
    says(&test, "mo", "ada", StandingSaid::Yes).await.unwrap();
    test.turn(SignedDuration::from_hours(24 * 7));
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    let grant = approve(&test, request).await.unwrap();
    let hal = test.actor("hal").await;
    let until = async || test.school.grant(&hal, grant).await.unwrap().until.map(|end| end.to_string());
    assert_eq!(until().await.as_deref(), Some("2026-06-30T09:00:00Z"), "six weeks after Pat's yes");
    test.school.request(&test.actor("tom").await, request).await.unwrap();
    says(&test, "pat", "ada", StandingSaid::TakenBack).await.unwrap();
    assert_eq!(until().await.as_deref(), Some("2026-06-23T09:00:00Z"), "six weeks after Mo's");
    let news = test.school.home(&test.actor("tom").await).await.unwrap().news;
    assert!(matches!(news[..], [ref one] if one.told == Told::RequestShortened(request)), "{news:?}");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    assert_eq!(until().await.as_deref(), Some("2026-06-23T09:00:00Z"), "it never ends later than it was given");
    test.install("album.md", &spans.replace("6 weeks", "2 weeks")).await;
    test.school.tick().await.unwrap();
    assert_eq!(until().await.as_deref(), Some("2026-06-02T09:00:00Z"), "the clause has it end sooner");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
    test.ledger().await;
}

#[tokio::test]
async fn whoever_asked_and_whoever_decides_read_why_it_ended_and_not_whose_doing_it_was() {
    let (test, of_ada, _) = two_grants().await;
    let request = test.school.grant(&test.actor("hal").await, of_ada).await.unwrap().request;
    says(&test, "pat", "ada", StandingSaid::TakenBack).await.unwrap();
    for username in ["tom", "hal"] {
        let page = test.school.request(&test.actor(username).await, request).await.unwrap();
        let last = page.history.last().expect("something happened");
        assert_eq!((last.who.as_str(), last.what.as_str()), ("It ended", "a consent that it needs is not given"));
        assert!(!page.history.iter().any(|line| line.who.contains("Pat")), "{:?}", page.history);
    }
}

#[tokio::test]
async fn a_parent_who_has_answered_is_told_when_their_other_child_comes_up() {
    let test = with_other_parent().await;
    let owed = async || {
        test.turn(SignedDuration::from_mins(6));
        let mails = test.school.due_mail().await.unwrap();
        for mail in &mails {
            test.school.mail_sent(mail).await.unwrap();
        }
        mails.iter().filter(|mail| mail.to.starts_with("pat@")).count()
    };
    asked_for_pictures(&test, "ada").await;
    assert_eq!(owed().await, 1);
    ask(&test, "ada").await;
    assert_eq!(owed().await, 0, "she was told");
    test.school.my_consents(&test.actor("pat").await).await.unwrap();
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    ask(&test, "ada").await;
    assert_eq!(owed().await, 0, "what she said stands");
    ask(&test, "ben").await;
    assert_eq!(owed().await, 1, "nothing was said about Ben");
}

#[tokio::test]
async fn a_consent_that_is_said_not_to_be_needed_has_nothing_end_with_it() {
    let test = with_other_parent().await;
    let waived =
        ALBUM.replace("\"end of year\"", "\"6 weeks\"").replace("longest  =", "waive    = [\"dsl\"]\nlongest  =");
    test.install("album.md", &waived).await;
    let request = ask(&test, "ada").await;
    says(&test, "pat", "ada", StandingSaid::Yes).await.unwrap();
    let said = Said::NotNeeded { reason: "It shows her back".to_owned() };
    let answer = AnswerConsent { request, consent: "album".to_owned(), about: test.id("ada").await, said };
    test.school.answer_consent(&test.actor("dee").await, answer).await.expect("the clause names her");
    let grant = approve(&test, request).await.unwrap();
    assert_eq!(test.school.grant(&test.actor("hal").await, grant).await.unwrap().until, None);
    says(&test, "pat", "ada", StandingSaid::TakenBack).await.unwrap();
    assert_eq!(why_ended(&test, grant).await, None, "it does not rest on hers");
}
