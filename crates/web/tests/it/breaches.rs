//! The pages of data breaches: what is known of one and missing, what would be told to the regulator, and the list of all.

use axum::http::StatusCode;

use crate::desk::{Browser, SmallSchool};

/// Has Tess report a lost device, known of since a day long ago, and hands back the report's address.
async fn report(school: &SmallSchool, dora: &mut Browser) -> String {
    let mut tess = school.signed_in("tess").await;
    let form = crate::worry::form_of(&mut tess, "A lost device").await;
    assert!(form.has("Which device"), "{}", form.body);
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [
        ("report", report.as_str()),
        ("key", &key),
        ("told", "Left on the train"),
        ("about", "no"),
        ("field.which-device", "A tablet"),
        ("field.known-since", "2020-01-02"),
        ("field.known-since.time", "10:00"),
        ("field.personal-data-on-it", "yes"),
        ("do", "send"),
    ];
    let sent = tess.post("/worry", &fields).await;
    assert!(sent.has("Your code"), "{}", sent.body);
    let list = dora.get("/concerns").await;
    let links = list.body.split("href=\"/concerns/").skip(1).filter_map(|rest| rest.split('"').next());
    format!("/concerns/{}", links.last().expect("a report"))
}

#[tokio::test]
async fn a_breach_shows_what_is_known_and_is_not_closed_before_it_is_said_whether_the_regulator_was_told() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let page = dora.get(&case).await;
    assert!(
        page.has("2 January 2020, 10:00") && page.has("5 January 2020, 10:00"),
        "the clock runs from what is known"
    );
    assert_eq!(page.body.matches("Not known yet").count(), 7, "{}", page.body);
    for kind in ["breach", "regulator", "people"] {
        assert!(page.has(&format!("href=\"{case}/line/{kind}\"")), "{kind}");
    }
    let refused = dora.post(&case, &[("do", "close"), ("text", "Found again")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Before it is closed, write down whether the regulator was told"), "{}", refused.body);
    assert!(refused.has("Found again"), "what was typed is kept");

    let form = format!("{case}/line/breach");
    let nothing = dora.post(&form, &[("nature", " ")]).await;
    assert!(nothing.has("Say what is known of at least one of these."), "{}", nothing.body);
    dora.post(&form, &[("nature", "A lost <b>tablet</b>"), ("people-number", "About 30")]).await;
    assert!(dora.get(&form).await.has("Known so far: About 30"));
    let page = dora.get(&case).await;
    assert_eq!(page.body.matches("Not known yet").count(), 5);
    assert!(!page.has("<b>tablet</b>") && page.has("tablet"), "what was typed is text");

    let form = format!("{case}/line/regulator");
    let told = |delay| {
        let day = ("on", "2020-02-01");
        [("told", "yes"), day, ("time", "09:30"), ("reference", "IC-9"), ("reason", "At risk"), ("delay", delay)]
    };
    let late = dora.post(&form, &told("")).await;
    assert!(
        late.has("It was told after the deadline. Say why it was told so late.") && late.has("IC-9"),
        "{}",
        late.body
    );
    let wrong = [
        (vec![], "Choose whether the regulator was told."),
        (vec![("told", "yes"), ("on", "2020-02-01"), ("reason", "x")], "Give the time as hours and minutes"),
        (vec![("told", "none"), ("reason", "x"), ("reference", "kept")], "has no place for this"),
        (vec![("told", "none")], "Give the reason."),
    ];
    for (fields, message) in wrong {
        let again = dora.post(&form, &fields).await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.has(message), "{message}: {}", again.body);
    }
    assert_eq!(dora.post(&form, &told("Nobody was there")).await.location(), case);
    let people = [("told", "none"), ("reason", "It was locked")];
    assert_eq!(dora.post(&format!("{case}/line/people"), &people).await.location(), case);

    let printed = dora.get(&format!("{case}/regulator")).await;
    for words in ["Told on 1 February 2020, 09:30, reference IC-9", "Nobody was there", "It was locked", "About 30"] {
        assert!(printed.has(words), "{words}: {}", printed.body);
    }
    assert!(printed.has("Still to be found out: which kinds of people it is about"), "{}", printed.body);
    assert!(!printed.has("Tess"), "it does not say who reported");
    assert_eq!(dora.post(&case, &[("do", "close"), ("text", "Found again")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_list_of_breaches_and_its_csv_are_for_those_who_have_them() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    assert!(!dora.get("/concerns").await.has("/concerns/breaches"), "there is none");
    assert!(dora.get("/concerns/breaches").await.has("No data breach has come to you."));
    let case = report(&school, &mut dora).await;
    dora.post(&format!("{case}/line/breach"), &[("nature", "=A lost tablet")]).await;
    assert!(dora.get("/concerns").await.has("href=\"/concerns/breaches\""));
    let list = dora.get("/concerns/breaches").await;
    for words in [&format!("href=\"{case}\""), "A lost device", "Not decided yet", "2 January 2020"] {
        assert!(list.has(words), "{words}: {}", list.body);
    }
    let csv = dora.get("/concerns/breaches?format=csv").await;
    assert!(csv.has("'=A lost tablet") && csv.has("A lost device"), "{}", csv.body);
    for username in ["pip", "tess", "ivo", "hedy", "olga", "pat"] {
        let mut other = school.signed_in(username).await;
        for path in
            ["/concerns/breaches".to_owned(), "/concerns/breaches?format=csv".to_owned(), format!("{case}/regulator")]
        {
            let seen = other.get(&path).await;
            assert!(!seen.has("tablet") && !seen.has("A lost device"), "{username} {path}: {}", seen.body);
        }
    }
    let worry = crate::case_lines::report(&school, &mut dora).await;
    for kind in ["line/breach", "line/regulator", "line/people", "regulator"] {
        let path = format!("{worry}/{kind}");
        assert_eq!(dora.get(&path).await.status, StatusCode::NOT_FOUND, "a worry is no breach: {kind}");
    }
}

#[tokio::test]
async fn since_when_a_breach_is_known_is_put_right_on_a_page_of_its_own() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let case = report(&school, &mut dora).await;
    let form = format!("{case}/known-since");
    assert!(dora.get(&case).await.has(&format!("href=\"{form}\"")));
    let page = dora.get(&form).await;
    assert!(page.has("value=\"2020-01-02\"") && page.has("value=\"10:00\""), "{}", page.body);
    let title = page.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert_eq!(title, "A report – Larkfield School");
    let wrong: [(&str, &str, &str, &str); 4] = [
        ("2026-13-01", "09:00", "kept", "a day, a month and a year"),
        ("2026-05-11", "", "kept", "Give the time as hours and minutes"),
        ("2999-01-01", "09:00", "kept", "It was known when it was reported at the latest."),
        ("2026-05-11", "09:00", "", "Write something first."),
    ];
    for (on, time, text, message) in wrong {
        let again = dora.post(&form, &[("on", on), ("time", time), ("text", text)]).await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.has(message), "{message}: {}", again.body);
        assert!(again.has(text) && again.has(&format!("value=\"{on}\"")), "{message}: {}", again.body);
    }
    let right = [("on", "2026-05-11"), ("time", "09:00"), ("text", "The year was wrong")];
    for _ in 0..2 {
        let done = dora.post(&form, &right).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", done.body);
    }
    let page = dora.get(&case).await;
    assert!(page.has("14 May 2026, 09:00"), "the deadline: {}", page.body);
    assert_eq!(page.body.matches("The reason: The year was wrong").count(), 1, "{}", page.body);
    assert!(dora.get("/concerns/breaches").await.has("11 May 2026, 09:00"));
    for username in ["pip", "tess", "ivo", "olga"] {
        let mut other = school.signed_in(username).await;
        let refused = [other.get(&form).await, other.post(&form, &right).await];
        assert!(refused.iter().all(|page| page.status.is_client_error()), "{username}");
    }
}
