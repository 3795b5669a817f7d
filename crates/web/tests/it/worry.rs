//! A worry from the form to its answer, and what stands in no address, no title and nobody else's page.

use axum::http::StatusCode;

use crate::desk::{Browser, Page, SmallSchool};

const TOLD: &str = "Somebody sends me nasty messages";

async fn fill(browser: &mut Browser, about: &str, told: &str) -> Page {
    let form = browser.get("/worry").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [("report", report.as_str()), ("key", &key), ("told", told), ("about", about), ("do", "check")];
    browser.post("/worry", &fields).await
}

async fn send(browser: &mut Browser, checked: &Page) -> Page {
    browser.send_checked("/worry", checked).await
}

fn code_of(receipt: &Page) -> String {
    let start = receipt.body.split("<strong>").find(|part| part.get(4..5) == Some("-")).expect("a code");
    start.chars().take(14).collect()
}

#[tokio::test]
async fn a_worry_is_checked_sent_taken_up_answered_and_followed_by_its_code() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let empty = fill(&mut pip, "no", " ").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("Say what happened."), "{}", empty.body);
    let checked = fill(&mut pip, "no", TOLD).await;
    assert!(checked.has(TOLD) && checked.has("Nothing has been sent yet"), "{}", checked.body);
    let mut dora = school.signed_in("dora").await;
    assert!(dora.get("/concerns").await.has("There is no open report for you."));
    let receipt = send(&mut pip, &checked).await;
    assert!(receipt.has("Your code") && receipt.has("at once") && receipt.has("0800 1111"), "{}", receipt.body);
    assert_eq!(code_of(&send(&mut pip, &checked).await), code_of(&receipt), "sent twice, it is one report");

    assert!(dora.get("/").await.has("Take up a report"));
    let list = dora.get("/concerns").await;
    let at = list.body.split("href=\"/concerns/").nth(1).and_then(|rest| rest.split('"').next()).expect("a report");
    let path = format!("/concerns/{at}");
    let page = dora.get(&path).await;
    assert!(page.has(TOLD), "{}", page.body);
    let title = page.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert_eq!(title, "A report – Larkfield School");
    for username in ["tess", "ivo", "hedy", "olga", "pat"] {
        let status = school.signed_in(username).await.get(&path).await.status;
        assert!([StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&status), "{username}: {status}");
    }
    assert_eq!(dora.post(&path, &[("do", "take-up"), ("from", "")]).await.status, StatusCode::SEE_OTHER);
    let unclosed = dora.post(&path, &[("do", "close"), ("text", "")]).await;
    assert!(unclosed.has("Write something first."), "{}", unclosed.body);
    dora.post(&path, &[("do", "note"), ("text", "Rang home")]).await;
    let about = format!("{path}/about");
    assert!(dora.post(&about, &[("person", "nobody"), ("do", "check")]).await.has("nobody with this username"));
    let checked = dora.post(&about, &[("person", "tess"), ("do", "check")]).await;
    assert!(checked.has("it never comes to them") && checked.has("Nothing has been noted yet"), "{}", checked.body);
    assert!(!dora.get(&path).await.has("Tess"), "it was looked at and not said");
    assert_eq!(dora.send_checked(&about, &checked).await.status, StatusCode::SEE_OTHER);
    assert!(dora.get(&path).await.has("Tess"), "it is about her");
    dora.post(&path, &[("do", "answer"), ("text", "Come and see me at break")]).await;

    let mine = pip.get("/my-reports").await;
    assert!(mine.has("You have an answer.") && !mine.has(TOLD), "{}", mine.body);
    let mut nobody = school.browser();
    nobody.get("/worry-code").await;
    assert!(nobody.post("/worry-code", &[("code", "ABCD-EFGH-JKLM")]).await.has("There is no report with this code"));
    let followed = nobody.post("/worry-code", &[("code", &code_of(&receipt))]).await;
    assert!(followed.has("Come and see me at break") && followed.has(TOLD), "{}", followed.body);
    assert!(!followed.has("Rang home"), "{}", followed.body);
}

#[tokio::test]
async fn a_worry_about_a_receiver_goes_past_them_and_a_form_can_be_changed_first() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let form = pip.get("/worry").await;
    let about = form.body.split("name=\"about\"").filter_map(|rest| rest.split("value=\"").nth(1)).nth(2);
    let about = about.and_then(|rest| rest.split('"').next()).expect("somebody to choose").to_owned();
    let gone = fill(&mut pip, "somebody who was on the list", TOLD).await;
    assert!(gone.status == StatusCode::UNPROCESSABLE_ENTITY && gone.has("has changed meanwhile"), "{}", gone.body);
    let checked = fill(&mut pip, &about, TOLD).await;
    assert!(checked.has("It is about"), "{}", checked.body);
    let hidden = checked.hidden();
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("change", "told"));
    let again = pip.post_once("/worry", &fields).await;
    assert!(again.location().ends_with("#told"), "{}", again.location());
    let again = pip.get(again.location()).await;
    assert!(again.has(TOLD) && again.has("What happened?"), "{}", again.body);
    send(&mut pip, &checked).await;
    let mut dora = school.signed_in("dora").await;
    assert!(dora.get("/concerns").await.has("There is no open report for you."));
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get("/concerns").await.has("Something worried me online"));
}

#[tokio::test]
async fn what_is_added_to_a_worry_that_had_arrived_is_sent_as_another() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let form = pip.get("/worry").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = |key: &str, told: &str, step: &str| {
        [
            ("report", report.clone()),
            ("key", key.to_owned()),
            ("told", told.to_owned()),
            ("about", "no".to_owned()),
            ("do", step.to_owned()),
        ]
    };
    let mut post = async |key: &str, told: &str| {
        let fields = fields(key, told, "send");
        pip.post("/worry", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await
    };
    assert!(post(&key, TOLD).await.has("Your code"));
    let more = "Somebody sends me nasty messages. He is waiting outside";
    let again = post(&key, more).await;
    assert!(again.has("as another report") && again.has("waiting outside"), "{}", again.body);
    assert_ne!(again.value("key"), key);
    assert!(post(&again.value("key"), more).await.has("Your code"));
    let list = school.signed_in("dora").await.get("/concerns").await;
    assert_eq!(list.body.matches("href=\"/concerns/").count(), 2, "{}", list.body);
}

#[tokio::test]
async fn whoever_is_not_signed_in_reports_and_what_a_form_that_is_gone_held_is_shown_again() {
    let school = SmallSchool::open().await;
    let mut nobody = school.browser();
    let confidence = "Your name stays with those who get it first";
    assert!(school.signed_in("pip").await.get("/worry").await.has(confidence));
    assert!(!nobody.get("/worry").await.has(confidence), "it takes no name");
    let checked = fill(&mut nobody, "no", TOLD).await;
    assert!(send(&mut nobody, &checked).await.has("Your code"));
    let lost = nobody.post("/worry", &[("report", "gone"), ("told", TOLD), ("do", "send")]).await;
    assert!(lost.has("Nothing has been sent") && lost.has(TOLD), "{}", lost.body);
}

#[tokio::test]
async fn a_worry_that_was_sent_is_forgotten_and_no_other_form_with_it() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let other = pip.post_once("/password", &[("current", "wrong")]).await.location().to_owned();
    let mut checked = Vec::new();
    for told in [TOLD, "Somebody took my bag"] {
        let form = pip.get("/worry").await;
        let (report, key) = (form.value("report"), form.value("key"));
        let fields = [("report", report.as_str()), ("key", &key), ("told", told), ("about", "no"), ("do", "check")];
        checked.push(pip.post_once("/worry", &fields).await.location().to_owned());
    }
    let first = pip.get(&checked[0]).await;
    assert!(send(&mut pip, &first).await.has("Your code"));
    assert!(!pip.get(&checked[0]).await.has(TOLD), "it was sent");
    assert!(pip.get(&checked[1]).await.has("Somebody took my bag"), "it was not");
    assert!(pip.get(&other).await.has("There is a problem"));
}

#[tokio::test]
async fn what_a_report_asks_for_is_checked_at_once_and_shown_as_it_is_read() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let form = form_of(&mut tess, "A lost device").await;
    assert!(form.has("If you don’t know, say so."), "{}", form.body);
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = |since: &'static str, told: &'static str, step: &'static str| {
        let fixed = [("report", report.clone()), ("key", key.clone())];
        let typed = [
            ("told", told),
            ("about", "no"),
            ("field.which-device", "A tablet"),
            ("field.known-since", since),
            ("field.known-since.time", "08:30"),
            ("field.personal-data-on-it", "yes"),
            ("do", step),
        ];
        fixed.into_iter().chain(typed.map(|(name, text)| (name, text.to_owned()))).collect::<Vec<_>>()
    };
    let mut post = async |fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
        tess.post("/worry", &fields).await
    };
    let wrong = post(fields("lately", "", "check")).await;
    assert!(wrong.has("Say what happened.") && wrong.has("must be a date and a time"), "{}", wrong.body);
    let checked = post(fields("2026-05-11", "It is gone", "check")).await;
    assert!(checked.has("11 May 2026, 08:30") && checked.has("A tablet"), "{}", checked.body);
    assert_eq!(checked.value("field.known-since.time"), "08:30", "it is sent along");
    let sent = post(fields("2026-05-11", "It is gone", "send")).await;
    assert!(sent.has("Your code"), "{}", sent.body);
}

/// A policy by which there is more to report than one thing.
const COMPLAINTS: &str = r#"+++
id = "complaints"
title = "If you are unhappy"
audiences = ["pupil", "staff", "parent", "governor"]
owner = "headteacher"
+++

# If you are unhappy

## Complaints {#complaints}
Write to us.

```rule
[report]
id = "complaint"
title = "A complaint about the school"
who = ["parent"]
matter = "complaint"
to = ["headteacher"]
needs = ["what-you-asked-for"]
fields = { known-since = "date-time" }
```

```rule
[report]
id = "broken"
title = "Something is broken"
who = ["parent", "staff"]
to = ["it-staff"]
```
"#;

async fn with_complaints() -> SmallSchool {
    let school = SmallSchool::open().await;
    let policy = actions::InstallPolicy { file_name: "complaints.md".to_owned(), text: COMPLAINTS.to_owned() };
    school.school.install_policy(&actions::Actor::operator(), policy).await.expect("the policy is installed");
    school
}

/// The form behind a link on the page that asks what it is about.
pub async fn form_of(browser: &mut Browser, title: &str) -> Page {
    let page = browser.get("/worry").await;
    let before = page.body.split(&format!(">{title}</a>")).next().unwrap_or_default();
    let href = before.rsplit("href=\"").next().and_then(|rest| rest.split('"').next()).expect("a link");
    browser.get(href).await
}

#[tokio::test]
async fn where_there_is_a_choice_it_is_asked_what_it_is_about_with_harm_first() {
    let school = with_complaints().await;
    let mut pat = school.signed_in("pat").await;
    let page = pat.get("/worry").await;
    assert!(page.has("<h1 class=\"govuk-heading-l\">What is it about?</h1>") && page.has("phone 999"), "{}", page.body);
    assert!(page.has("Dora &#60;Honeystone&#62;") && page.has("0800 1111"), "{}", page.body);
    let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}: {}", page.body));
    let order =
        ["may be hurt or at risk", "Something worried me online", "Something is broken", "A complaint or a question"];
    assert!(order.map(at).is_sorted(), "{}", page.body);
    assert!(at("A complaint or a question") < at("A complaint about the school"));
    assert!(!page.has("Something worries me<"), "{}", page.body);
    let mut tess = school.signed_in("tess").await;
    let staff = tess.get("/worry").await;
    assert!(staff.has("A lost device") && !staff.has("A complaint"), "{}", staff.body);
    let form = form_of(&mut tess, "A lost device").await;
    assert!(form.has("<h1 class=\"govuk-heading-l\">A lost device</h1>") && form.has("Report something else"));
    let title = form.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert_eq!(title, "Report a worry – Larkfield School");
}

const AT_RISK: &str = "field.may-a-child-be-at-risk-of-harm";

/// What a parent types into the form for a complaint.
async fn complain(browser: &mut Browser, at_risk: &str) -> Page {
    let form = form_of(browser, "A complaint about the school").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [
        ("report", report.as_str()),
        ("key", &key),
        ("told", TOLD),
        (AT_RISK, at_risk),
        ("field.what-you-asked-for", "An answer to \"my\" letters"),
        ("field.known-since", "2026-05-11"),
        ("field.known-since.time", "08:30"),
        ("do", "check"),
    ];
    browser.post("/worry", &fields).await
}

/// Sends what is hidden in a page, with these fields besides or in its place.
async fn go_on(browser: &mut Browser, page: &Page, fields: &[(&str, &str)]) -> Page {
    let hidden = page.hidden();
    let is_replaced = |name: &str| name == "csrf" || fields.iter().any(|(field, _)| *field == name);
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let sent: Vec<(&str, &str)> = hidden.filter(|(name, _)| !is_replaced(name)).chain(fields.iter().copied()).collect();
    browser.post("/worry", &sent).await
}

#[tokio::test]
async fn a_complaint_in_which_a_child_is_at_risk_waits_as_it_was_written_until_that_is_reported() {
    let school = with_complaints().await;
    let mut pat = school.signed_in("pat").await;
    let unsaid = complain(&mut pat, "").await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.has(TOLD), "{}", unsaid.body);
    let harm = complain(&mut pat, "yes").await;
    assert!(harm.has("Something worried me online") && harm.has(TOLD), "{}", harm.body);
    assert!(harm.has("What happened is on this page as you wrote it") && harm.has("‘A complaint about the school’"));
    assert_ne!(harm.value("key"), harm.value("set-aside.key"), "they are two reports");
    let unread = go_on(&mut pat, &harm, &[("told", " "), ("about", "no"), ("do", "check")]).await;
    assert!(unread.has("Say what happened.") && unread.value("set-aside.report") == harm.value("set-aside.report"));
    let checked = go_on(&mut pat, &harm, &[("told", TOLD), ("about", "no"), ("do", "check")]).await;
    let sent = send(&mut pat, &checked).await;
    assert!(sent.has("Your code") && sent.has("‘A complaint about the school’ is not sent yet"), "{}", sent.body);
    assert!(school.signed_in("dora").await.get("/concerns").await.has("Something worried me online"));
    assert!(!school.signed_in("hedy").await.get("/concerns").await.has("A complaint about the school"));

    let again = go_on(&mut pat, &sent, &[("do", "open")]).await;
    assert!(again.has("A complaint about the school</h1>") && again.has(TOLD), "{}", again.body);
    assert!(
        again.has("You have reported that a child may be at risk of harm") && !again.has(AT_RISK),
        "{}",
        again.body
    );
    assert_eq!(again.value("field.known-since.time"), "08:30");
    assert_eq!(again.value("field.what-you-asked-for"), "An answer to &#34;my&#34; letters");
    assert_eq!(
        (again.value("key"), again.value("field.known-since")),
        (harm.value("set-aside.key"), "2026-05-11".to_owned())
    );
    // It goes to the headteacher, as a parent's, and says nothing of the report of harm.
    let typed = [
        ("told", TOLD),
        ("field.what-you-asked-for", "An answer to my letters"),
        ("field.known-since", "2026-05-11"),
        ("field.known-since.time", "08:30"),
        ("do", "check"),
    ];
    let checked = go_on(&mut pat, &again, &typed).await;
    assert!(checked.has("You write as one of") && checked.has("Parents and carers"), "{}", checked.body);
    let sent = send(&mut pat, &checked).await;
    assert!(sent.has("Your code") && !sent.has("is not sent yet"), "{}", sent.body);
    let mut hedy = school.signed_in("hedy").await;
    let list = hedy.get("/concerns").await;
    assert!(list.has("A complaint about the school"));
    let case = list.body.split("href=\"/concerns/").nth(1).and_then(|rest| rest.split('"').next()).expect("a report");
    let complaint = hedy.get(&format!("/concerns/{case}")).await;
    assert!(complaint.has(TOLD) && !complaint.has("risk of harm"), "{}", complaint.body);
}

#[tokio::test]
async fn a_complaint_that_needs_mending_after_harm_was_reported_still_does_not_ask_about_it() {
    let school = with_complaints().await;
    let mut pat = school.signed_in("pat").await;
    let harm = complain(&mut pat, "yes").await;
    let checked = go_on(&mut pat, &harm, &[("told", TOLD), ("about", "no"), ("do", "check")]).await;
    let sent = send(&mut pat, &checked).await;
    let again = go_on(&mut pat, &sent, &[("do", "open")]).await;
    let unread = go_on(&mut pat, &again, &[("told", " "), ("do", "check")]).await;
    assert!(unread.status == StatusCode::UNPROCESSABLE_ENTITY && unread.has("Say what happened."), "{}", unread.body);
    assert!(!unread.has(AT_RISK) && unread.has("You have reported that a child may be at risk"), "{}", unread.body);
    let other = complain(&mut pat, "").await;
    assert!(other.has(AT_RISK), "another complaint asks: {}", other.body);
}

#[tokio::test]
async fn whoever_is_not_signed_in_complains_in_a_capacity_after_harm_was_reported_and_follows_both() {
    let school = SmallSchool::open().await;
    let text = COMPLAINTS.replace("who = [\"parent\"]", "who = [\"parent\", \"unidentified\"]");
    let policy = actions::InstallPolicy { file_name: "complaints.md".to_owned(), text };
    school.school.install_policy(&actions::Actor::operator(), policy).await.expect("the policy is installed");
    let mut nobody = school.browser();
    let unsaid = complain(&mut nobody, "no").await;
    assert!(unsaid.has("Say which of these you write as.") && unsaid.has("none of these"), "{}", unsaid.body);
    let harm = complain(&mut nobody, "yes").await;
    assert!(harm.has("Something worried me online") && harm.has(TOLD), "{}", harm.body);
    let checked = go_on(&mut nobody, &harm, &[("told", TOLD), ("about", "no"), ("do", "check")]).await;
    let first = send(&mut nobody, &checked).await;
    assert!(first.has("‘A complaint about the school’ is not sent yet"), "{}", first.body);
    let again = go_on(&mut nobody, &first, &[("do", "open")]).await;
    assert!(again.has("A complaint about the school</h1>") && !again.has(AT_RISK), "{}", again.body);
    let typed = [
        ("told", TOLD),
        ("capacity", "parent"),
        ("field.what-you-asked-for", "An answer"),
        ("field.known-since", "2026-05-11"),
        ("field.known-since.time", "08:30"),
        ("do", "check"),
    ];
    let checked = go_on(&mut nobody, &again, &typed).await;
    assert!(checked.has("You write as one of") && checked.has("Parents and carers"), "{}", checked.body);
    let second = send(&mut nobody, &checked).await;
    for receipt in [&first, &second] {
        let followed = nobody.post("/worry-code", &[("code", &code_of(receipt))]).await;
        assert!(followed.has(TOLD), "{}", followed.body);
    }
    assert!(school.signed_in("hedy").await.get("/concerns").await.has("A complaint about the school"));
}

/// A second form for harm.
const HARM: &str = r#"+++
id = "phones"
title = "Phones near children"
audiences = ["pupil", "staff", "parent"]
owner = "headteacher"
+++

# Phones near children

## Phones {#phones}
Tell us.

```rule
[report]
id = "phone"
title = "A member of staff's phone"
to = ["dsl"]
```
"#;

async fn with_harm() -> SmallSchool {
    let school = with_complaints().await;
    let policy = actions::InstallPolicy { file_name: "phones.md".to_owned(), text: HARM.to_owned() };
    school.school.install_policy(&actions::Actor::operator(), policy).await.expect("the policy is installed");
    school
}

#[tokio::test]
async fn where_harm_is_reported_on_several_forms_whoever_writes_chooses_one() {
    let school = with_harm().await;
    let mut pat = school.signed_in("pat").await;
    let choice = complain(&mut pat, "yes").await;
    assert!(
        choice.has("Something worried me online") && choice.has("A member of staff&#39;s phone"),
        "{}",
        choice.body
    );
    assert!(!choice.has("Something is broken") && choice.has("phone 999"), "{}", choice.body);
    let unchosen = go_on(&mut pat, &choice, &[("do", "open")]).await;
    assert!(unchosen.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", unchosen.body);
    assert!(unchosen.has("Choose what it is about."), "{}", unchosen.body);
    let chosen = choice.body.split("name=\"report\"").nth(2).and_then(|rest| rest.split('"').nth(3)).expect("a choice");
    let form = go_on(&mut pat, &unchosen, &[("report", chosen), ("do", "open")]).await;
    assert_eq!(form.value("report"), chosen);
    assert!(form.has(TOLD) && form.has("‘A complaint about the school’"), "{}", form.body);
    let mistaken = go_on(&mut pat, &form, &[("told", "It is worse"), ("about", "no"), ("do", "other")]).await;
    assert!(mistaken.has("What is it about?") && mistaken.value("told") == "It is worse", "{}", mistaken.body);
    assert_eq!(mistaken.value("set-aside.told"), TOLD, "the complaint goes along");
    let form = go_on(&mut pat, &mistaken, &[("report", chosen), ("told", TOLD), ("do", "open")]).await;
    let checked = go_on(&mut pat, &form, &[("told", TOLD), ("about", "no"), ("do", "check")]).await;
    assert!(send(&mut pat, &checked).await.has("‘A complaint about the school’ is not sent yet"));
}

#[tokio::test]
async fn a_child_and_whoever_is_not_signed_in_find_one_button_and_who_helps_before_the_list() {
    let school = with_harm().await;
    for mut browser in [school.signed_in("pip").await, school.browser()] {
        let page = browser.get("/worry").await;
        let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}: {}", page.body));
        let order = [
            "Report a worry</h1>",
            "Something worries me<",
            "phone 999",
            "0800 1111",
            "Something worried me online</a>",
        ];
        assert!(order.map(at).is_sorted(), "{}", page.body);
        let href =
            page.body[..at("Something worries me<")].rsplit("href=\"").next().and_then(|rest| rest.split('"').next());
        let form = browser.get(href.expect("a link")).await;
        assert!(
            form.has("<h1 class=\"govuk-heading-l\">Report a worry</h1>"),
            "they have not sorted it: {}",
            form.body
        );
    }
}
