//! The forms offer the ends that the school's timetable and calendar have, and say so where they have none.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;
use domain::Timetable;
use jiff::SignedDuration;

use crate::desk::SmallSchool;

async fn school(timetable: Timetable) -> SmallSchool {
    let school = SmallSchool::open_in("http://localhost:8080", timetable).await;
    let policy = InstallPolicy { file_name: "keys.md".to_owned(), text: include_str!("keys.md").to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

#[tokio::test]
async fn the_form_offers_the_end_of_the_lesson_and_of_the_term_with_their_dates() {
    let school = school(Timetable::sample(2025, 1)).await;
    let mut tess = school.signed_in("tess").await;
    let form = tess.get("/ask/keys/key").await;
    for offered in ["End of lesson 1", "12 May 2026, 10:50", "End of term", "17 July 2026, 23:59"] {
        assert!(form.has(offered), "{offered}: {}", form.body);
    }
    let form = tess.get("/ask/keys/seat").await;
    assert!(form.has("End of lesson 1") && !form.has("End of term"), "{}", form.body);

    let fields = [("wants", "Hall"), ("reason", "Choir."), ("until", "2026-07-17T22:59:59Z")];
    let asked = tess.post_checked("/ask/keys/key", &fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    school.wait(SignedDuration::from_hours(2));
    let mut ivo = school.signed_in("ivo").await;
    let id = asked.location().split(['/', '?']).nth(2).expect("a request's address");
    let page = ivo.get(&format!("/decide/{id}")).await;
    assert!(page.has("End of lesson 2") && page.has("12 May 2026, 12:20"), "the clock has turned: {}", page.body);
}

#[tokio::test]
async fn a_school_without_terms_is_told_which_dates_are_missing() {
    let school = school(Timetable::default()).await;
    let mut tess = school.signed_in("tess").await;
    let form = tess.get("/ask/keys/key").await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.has("term dates have not been entered"), "{}", form.body);
    assert!(!form.has("name=\"until\""), "nothing can be asked for without an end: {}", form.body);
    assert!(tess.get("/ask/keys/seat").await.has("End of lesson 1"), "a lesson needs no terms");
}

#[tokio::test]
async fn a_lesson_of_the_timetable_is_offered_to_begin_and_end_with() {
    let lesson = domain::Lesson {
        class: domain::Group("9B".to_owned()),
        when: "thu 11:10-12:20".parse().expect("times"),
        room: None,
        teacher: None,
        week: None,
    };
    let school = school(Timetable { lessons: vec![lesson], ..Timetable::sample(2025, 1) }).await;
    let mut tess = school.signed_in("tess").await;
    let form = tess.get("/ask/use/open-site").await;
    assert!(form.has("For 9B: 14 May 2026, 11:10 to 12:20") && form.has("For 9B: 21 May 2026"), "{}", form.body);
    assert!(!form.has("For 9B: 28 May 2026"), "a half term has no lessons: {}", form.body);
    let fields = [
        ("wants", "www.reddit.com"),
        ("recipient", "group:9B"),
        ("field.lesson", "Chess"),
        ("reason", "We look at openings."),
        ("from", "lesson 2026-05-14T10:10:00Z 2026-05-14T11:20:00Z"),
    ];
    let asked = tess.post_checked("/ask/use/open-site", &fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let page = tess.get(asked.location()).await;
    assert!(page.has("opens from 14 May 2026, 11:10 until 14 May 2026, 12:20."), "{}", page.body);
}
