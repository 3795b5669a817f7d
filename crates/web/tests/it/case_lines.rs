//! The forms on which those who receive a report write down what a child said, the parents, a decision, a referral.

use axum::http::StatusCode;

use crate::desk::{Browser, SmallSchool};

/// A form, what is typed into it, and what the answer or the report says then.
type Sent = (&'static str, &'static [(&'static str, &'static str)], &'static str);

/// A report of Pip's, and where Dora reads it.
pub async fn report(school: &SmallSchool, dora: &mut Browser) -> String {
    let mut pip = school.signed_in("pip").await;
    let form = pip.get("/worry").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields =
        [("report", report.as_str()), ("key", &key), ("told", "Nasty messages"), ("about", "no"), ("do", "send")];
    assert!(pip.post("/worry", &fields).await.has("Your code"));
    let list = dora.get("/concerns").await;
    let id = list.body.split("href=\"/concerns/").nth(1).and_then(|rest| rest.split('"').next()).expect("a report");
    format!("/concerns/{id}")
}

pub fn title(body: &str) -> &str {
    body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default()
}

#[tokio::test]
async fn each_kind_has_a_form_of_its_own_that_says_what_is_missing_and_keeps_what_was_typed() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let page = dora.get(&case).await;
    let wrong: [Sent; 9] = [
        ("words", &[("whom", "Pip"), ("on", "2020-02-31"), ("text", "kept")], "a day, a month and a year"),
        ("words", &[("whom", "Pip"), ("on", "2999-01-01"), ("text", "kept")], "This day is still to come."),
        ("parents", &[("reason", "kept")], "Choose whether the parents were told."),
        ("parents", &[("told", "none")], "Give the reason."),
        ("parents", &[("told", "none"), ("reason", "x"), ("text", "kept")], "has no place for this"),
        ("parents", &[("told", "yes"), ("whom", "kept"), ("reason", "x")], "has no place for this"),
        ("referral", &[("to", "none"), ("reason", "kept"), ("reference", "A1")], "has no place for this"),
        ("decision", &[("text", "kept")], "Give the reason."),
        ("referral", &[("reason", "kept")], "Choose to whom it was referred"),
    ];
    for (kind, fields, message) in wrong {
        let path = format!("{case}/line/{kind}");
        assert!(page.has(&format!("href=\"{path}\"")), "{kind} is linked from the report");
        let empty = dora.get(&path).await;
        assert_eq!((empty.status, title(&empty.body)), (StatusCode::OK, "A report – Larkfield School"));
        let again = dora.post(&path, fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
        assert!(again.has(message), "{kind}: {}", again.body);
        let keeps = !fields.iter().any(|(_, typed)| *typed == "kept") || again.has("kept");
        assert!(keeps, "{kind}: {}", again.body);
    }
    assert_eq!(dora.get(&format!("{case}/line/other")).await.status, StatusCode::NOT_FOUND);
    assert!(!dora.get(&case).await.has("kept"), "none of it was written down");
}

#[tokio::test]
async fn what_is_written_down_is_read_in_the_report_and_not_by_whoever_does_not_have_it() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let written: [Sent; 6] = [
        (
            "words",
            &[("whom", "Pip"), ("on", "2020-01-02"), ("text", "He <b>hit</b> me")],
            "Pip, on 2 January 2020: “He ",
        ),
        (
            "parents",
            &[("told", "yes"), ("whom", "His aunt"), ("on", "2020-01-03"), ("text", "All")],
            "Told on 3 January",
        ),
        ("parents", &[("told", "none"), ("reason", "Not safe")], "Not safe"),
        ("decision", &[("text", "Watch him."), ("reason", "Alone")], "decided: Watch him. The reason: Alone"),
        ("referral", &[("to", "police"), ("on", "2020-01-04"), ("reason", "Hurt")], "On 4 January 2020 to the police"),
        ("referral", &[("to", "none"), ("reason", "Settled")], "decided not to refer it: Settled"),
    ];
    for (kind, fields, words) in written {
        let path = format!("{case}/line/{kind}");
        let answer = dora.post(&path, fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", answer.body);
        let page = dora.get(&case).await;
        assert!(page.has(words), "{kind}: {}", page.body);
        for username in ["pip", "tess", "ivo", "hedy", "olga", "pat"] {
            let mut other = school.signed_in(username).await;
            let (read, wrote) = (other.get(&path).await, other.post(&path, fields).await);
            for status in [read.status, wrote.status] {
                let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
                assert!(refused.contains(&status), "{username} {kind}: {status}");
            }
            assert!(!wrote.has("Write it down") && !other.get("/my-reports").await.has(words), "{username} {kind}");
        }
        assert_eq!(dora.get(&case).await.body.matches(words).count(), page.body.matches(words).count(), "{kind}");
    }
    assert!(!dora.get(&case).await.has("<b>hit</b>"), "what was typed is text");
    dora.post(&case, &[("do", "close"), ("text", "Settled")]).await;
    let closed = dora.get(&format!("{case}/line/words")).await;
    assert_eq!(
        (closed.status, closed.location()),
        (StatusCode::SEE_OTHER, case.as_str()),
        "a closed one takes no line"
    );
    let page = dora.get(&case).await;
    assert!(!["/line/", "/action", "/link"].into_iter().any(|form| page.has(form)), "{}", page.body);
}

#[tokio::test]
async fn the_search_of_a_device_is_written_down_with_the_clause_shown_and_a_second_person_named() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let path = format!("{case}/line/search");
    assert!(dora.get(&case).await.has(&format!("href=\"{path}\"")));
    let empty = dora.get(&path).await;
    assert!(empty.has("Searching a device") && empty.has("Write down the search of a device"), "{}", empty.body);
    let typed = |by: &'static str, beside: &'static str, reason: &'static str| {
        [
            ("device", "Pip’s telephone"),
            ("by", by),
            ("beside", beside),
            ("on", "2020-01-02"),
            ("found", "A picture"),
            ("deleted", "The picture"),
            ("reason", reason),
            ("police", "yes"),
        ]
    };
    for (fields, message) in [
        (typed("nobody", "tess", "kept"), "There is nobody with this username."),
        (typed("dora", "dora", "kept"), "Somebody else has to be there when a device is searched."),
        (typed("dora", "tess", ""), "Give the reason."),
    ] {
        let again = dora.post(&path, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.has(message) && again.has("Pip’s telephone"), "{}", again.body);
    }
    let answer = dora.post(&path, &typed("dora", "tess", "It hurts")).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", answer.body);
    let page = dora.get(&case).await;
    assert!(page.has("Deleted: The picture. Why: It hurts. It is kept for the police."), "{}", page.body);
}

#[tokio::test]
async fn the_outcome_is_written_down_on_a_form_by_whoever_may_close_the_report() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let path = format!("{case}/line/outcome");
    assert!(dora.get(&case).await.has(&format!("href=\"{path}\"")));
    assert!(!dora.get(&path).await.has("What follows"), "nothing may follow by a clause that she decides");
    let again = dora.post(&path, &[("reason", "kept")]).await;
    assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.has("kept"), "{}", again.body);
    let forged = [("measure", "look/discipline"), ("text", "A talk"), ("reason", "It helps")];
    let refused = dora.post(&path, &forged).await;
    assert!(refused.has("Choose a measure of a clause by which you decide"), "{}", refused.body);
    let answer = dora.post(&path, &[("text", "A talk"), ("reason", "It helps")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", answer.body);
    assert!(dora.get(&case).await.has("wrote down the outcome. A talk. The reason: It helps"));
}
