//! The forms on which those who have a report set an action, link another report, and hand reports out as one file.

use axum::http::StatusCode;

use crate::case_lines::report;
use crate::desk::{Browser, SmallSchool};

async fn dora_with_report(school: &SmallSchool) -> (Browser, String) {
    let mut dora = school.signed_in("dora").await;
    let case = report(school, &mut dora).await;
    (dora, case)
}

/// Where a page leads below an address.
fn links_below(body: &str, address: &str) -> Vec<String> {
    let before = format!("href=\"{address}");
    let after = body.split(&before).skip(1);
    after.filter_map(|rest| rest.split('"').next()).map(|rest| format!("{address}{rest}")).collect()
}

#[tokio::test]
async fn an_action_is_set_shown_and_done_and_the_report_says_what_holds_it_open() {
    let school = SmallSchool::open().await;
    let (mut dora, case) = dora_with_report(&school).await;
    let path = format!("{case}/action");
    assert!(dora.get(&case).await.has(&format!("href=\"{path}\"")));
    let form = dora.get(&path).await;
    let owner =
        form.body.split("name=\"owner\" type=\"radio\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let owner = owner.expect("somebody to choose").to_owned();
    let wrong: [(&[(&str, &str)], &str); 4] = [
        (&[("text", "kept"), ("due", "2999-01-01")], "Choose who is to do it."),
        (&[("text", "kept"), ("owner", &owner), ("due", "soon")], "a day, a month and a year"),
        (&[("text", "kept"), ("owner", &owner), ("due", "2020-01-01")], "This day is over."),
        (&[("owner", &owner), ("due", "2999-01-01")], "Write something first."),
    ];
    for (fields, message) in wrong {
        let again = dora.post(&path, fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{message}");
        assert!(again.has(message), "{message}: {}", again.body);
        assert!(fields[0].1 != "kept" || again.has("kept"), "{}", again.body);
    }
    let key = dora.get(&path).await.value("form");
    for _ in 0..2 {
        let fields = [("text", "Ring <b>home</b>"), ("owner", owner.as_str()), ("due", "2999-01-01"), ("form", &key)];
        let set = dora.post(&path, &fields).await;
        assert_eq!((set.status, set.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", set.body);
    }
    let other = [("text", "kept"), ("owner", owner.as_str()), ("due", "2999-01-01"), ("form", &key)];
    let again = dora.post(&path, &other).await;
    assert!(again.has("An action was set with this form already.") && again.has("kept"), "{}", again.body);
    assert_ne!(again.value("form"), key, "sent again, it sets another");
    let page = dora.get(&case).await;
    assert!(page.has("by 1 January 2999.") && !page.has("<b>home</b>"), "{}", page.body);
    let [action] = &links_below(&page.body, &format!("{case}/action/"))[..] else { panic!("{}", page.body) };
    assert!(dora.get("/").await.has(&format!("href=\"{action}\"")), "it stands on Home");
    let held = dora.post(&case, &[("do", "close"), ("text", "Done")]).await;
    assert!(held.has("Before it is closed, its actions have to be done"), "{}", held.body);

    assert!(dora.post(action, &[("text", " ")]).await.has("Write something first."));
    let done = dora.post(action, &[("text", "They will come")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, case.as_str()));
    assert!(dora.get(&case).await.has("What came of it: They will come"));
    let late = dora.post(action, &[("text", "kept")]).await;
    assert!(late.has("Somebody has said meanwhile") && late.has("kept"), "{}", late.body);
    let again = dora.get(action).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, case.as_str()), "it is done");
    let unknown = format!("{case}/action/00000000000000000000000000000001");
    assert_eq!(dora.get(&unknown).await.status, StatusCode::NOT_FOUND);
    assert_eq!(dora.post(&case, &[("do", "close"), ("text", "Done")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn reports_are_linked_from_the_list_of_those_that_one_has() {
    let school = SmallSchool::open().await;
    let (mut dora, first) = dora_with_report(&school).await;
    let path = format!("{first}/link");
    assert!(dora.get(&path).await.has("You have no other report that could be linked."));
    school.wait(jiff::SignedDuration::from_mins(1));
    report(&school, &mut dora).await;
    let form = dora.get(&path).await;
    let others: Vec<&str> = form.body.split("name=\"to\" type=\"radio\" value=\"").skip(1).collect();
    let [other] = others[..] else { panic!("{}", form.body) };
    let other = other.split('"').next().expect("a report");
    let none = dora.post(&path, &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.has("Choose a report."), "{}", none.body);
    assert_eq!(dora.post(&path, &[("to", other)]).await.location(), first);
    let linked = format!("href=\"/concerns/{other}\"");
    assert!(dora.get(&first).await.has(&linked));
    assert!(dora.get(&format!("/concerns/{other}")).await.has(&format!("href=\"{first}\"")));
    assert!(!dora.get(&path).await.has(other), "it is linked already");
}

#[tokio::test]
async fn a_report_is_handed_out_as_one_file_that_says_for_whom_and_is_noted_with_its_receipt() {
    let school = SmallSchool::open().await;
    let (mut dora, case) = dora_with_report(&school).await;
    dora.post(&case, &[("do", "note"), ("text", "She <i>cried</i>")]).await;
    let path = format!("{case}/export");
    let wrong: [(&[(&str, &str)], &str); 2] =
        [(&[("reason", "kept")], "Say whom the file is for."), (&[("to", "kept")], "Give the reason.")];
    for (fields, message) in wrong {
        let again = dora.post(&path, fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{message}");
        assert!(again.has(message) && again.has("kept"), "{}", again.body);
    }
    assert!(!dora.get(&case).await.has("Exported"), "nothing was handed out");
    let in_two_weeks = school.school.now() + jiff::SignedDuration::from_hours(24 * 14);
    let reminded_at = domain::moment_words(in_two_weeks, school.school.time_zone());
    let form = dora.get(&path).await;
    assert!(form.has("A receipt is then awaited.") && form.has(&reminded_at), "{}", form.body);
    let file = dora.post(&path, &[("to", "Oakmere School"), ("reason", "She moves")]).await;
    assert_eq!(file.status, StatusCode::OK);
    let disposition = file.headers["content-disposition"].to_str().expect("letters").to_owned();
    assert!(
        disposition.starts_with("attachment; filename=\"reports-") && disposition.ends_with(".html\""),
        "{disposition}"
    );
    for word in ["Nasty messages", "She &#60;i&#62;cried", "Oakmere School", "She moves", "Kept in confidence"] {
        assert!(file.has(word), "{word}: {}", file.body);
    }
    assert!(!file.has("href=\"/") && !file.has("<script") && !file.has("csrf"), "it stands alone: {}", file.body);

    let page = dora.get(&case).await;
    assert!(page.has("Nobody has confirmed yet that they have it."), "{}", page.body);
    let [receipt] = &links_below(&page.body, &format!("{case}/receipt/"))[..] else { panic!("{}", page.body) };
    assert!(dora.get(receipt).await.has("Oakmere School"));
    let wrong: [(&[(&str, &str)], &str); 4] = [
        (&[("by", "kept"), ("on", "2020-01-02")], "Say whether it is received, or that no receipt will come."),
        (&[("said", "came"), ("by", "kept"), ("on", "soon")], "a day, a month and a year"),
        (&[("said", "came"), ("reason", "kept"), ("on", "2020-01-02")], "You have said that it is received"),
        (&[("said", "came"), ("by", " "), ("on", "2020-01-02")], "Say who has confirmed"),
    ];
    for (fields, message) in wrong {
        let again = dora.post(receipt, fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{message}");
        let typed = fields.iter().any(|(_, typed)| *typed == "kept");
        assert!(again.has(message) && again.has("kept") == typed, "{}", again.body);
    }
    let noted = dora.post(receipt, &[("said", "came"), ("by", "Their office"), ("on", "2020-01-02")]).await;
    assert_eq!((noted.status, noted.location()), (StatusCode::SEE_OTHER, case.as_str()));
    assert!(dora.get(&case).await.has("Their office confirmed on 2 January 2020 that they have it."));
    assert_eq!(dora.get(receipt).await.status, StatusCode::SEE_OTHER, "it is noted");
    let unknown = format!("{case}/receipt/00000000000000000000000000000001");
    assert_eq!(dora.get(&unknown).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_is_said_on_the_page_of_a_receipt_that_none_will_come_and_one_that_comes_is_written_down_all_the_same() {
    let school = SmallSchool::open().await;
    let (mut dora, case) = dora_with_report(&school).await;
    dora.post(&format!("{case}/export"), &[("to", "The meeting"), ("reason", "They talk about her")]).await;
    let page = dora.get(&case).await;
    let [receipt] = &links_below(&page.body, &format!("{case}/receipt/"))[..] else { panic!("{}", page.body) };
    assert!(dora.get("/").await.has(&format!("href=\"{receipt}\"")), "it stands on Home");
    let form = dora.get(receipt).await;
    assert!(form.has("Is it received?") && form.has("No receipt will come"), "{}", form.body);
    let both = dora.post(receipt, &[("said", "will-not-come"), ("by", "kept")]).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(both.has("You have said that no receipt will come.") && both.has("kept"), "{}", both.body);
    let no_reason = dora.post(receipt, &[("said", "will-not-come")]).await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no_reason.has("Give the reason why no receipt will come."), "{}", no_reason.body);
    let said = dora.post(receipt, &[("said", "will-not-come"), ("reason", "It was <b>printed</b>")]).await;
    assert_eq!((said.status, said.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", said.body);
    let page = dora.get(&case).await;
    assert!(page.has("No receipt will come: It was &#60;b&#62;printed") && page.has(receipt), "{}", page.body);
    assert!(!dora.get("/").await.has(receipt), "nothing is awaited");
    let again = dora.post(receipt, &[("said", "will-not-come"), ("reason", "Twice")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.has("Somebody has written down meanwhile that no receipt will come."), "{}", again.body);
    let form = dora.get(receipt).await;
    assert!(!form.has("Is it received?") && form.value("said") == "came", "{}", form.body);
    let came = dora.post(receipt, &[("said", "came"), ("by", "The chair"), ("on", "2020-01-02")]).await;
    assert_eq!((came.status, came.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", came.body);
    assert!(dora.get(&case).await.has("The chair confirmed on 2 January 2020 that they have it."));
}

#[tokio::test]
async fn nobody_without_the_report_gets_its_forms_or_its_file() {
    let school = SmallSchool::open().await;
    let (_, case) = dora_with_report(&school).await;
    let one = "00000000000000000000000000000001";
    let below = [
        "action".to_owned(),
        "link".to_owned(),
        "export".to_owned(),
        "lost".to_owned(),
        format!("unlink/{one}"),
        format!("action/{one}"),
        format!("receipt/{one}"),
    ];
    let fields = [
        ("to", "Me"),
        ("reason", "I want it"),
        ("text", "x"),
        ("owner", one),
        ("due", "2999-01-01"),
        ("by", "Me"),
        ("on", "2020-01-01"),
    ];
    let people = school.signed_in("dora").await.get("/concerns").await;
    assert!(people.has(&case), "whoever has it sees it");
    for username in ["pip", "tess", "ivo", "hedy", "olga", "pat"] {
        let mut other = school.signed_in(username).await;
        let paths = below.iter().map(|rest| format!("{case}/{rest}"));
        for path in paths.chain([format!("/chronology/{one}"), format!("/chronology/{one}/export")]) {
            for page in [other.get(&path).await, other.post(&path, &fields).await] {
                let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
                assert!(refused.contains(&page.status) && !page.has("Nasty"), "{username} {path}: {}", page.status);
            }
        }
    }
}
