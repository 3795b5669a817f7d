//! A teacher asks for a site for a class, IT staff decide, the grant is taken back.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::{Browser, SmallSchool};

const FORM: &str = "/ask/use/open-site";

fn request(until: &str) -> Vec<(&str, &str)> {
    vec![
        ("wants", "https://www.reddit.com/r/chess"),
        ("recipient", "group:9B"),
        ("field.lesson", "Chess & logic"),
        ("reason", "We look at openings."),
        ("until", until),
    ]
}

async fn asked(tess: &mut Browser) -> String {
    tess.get(FORM).await;
    let page = tess.post_checked(FORM, &request("2026-05-12T14:30:00Z")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.location().split(['/', '?']).nth(2).unwrap().to_owned()
}

#[tokio::test]
async fn the_site_from_the_blocked_page_is_filled_in() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let cards = tess.follow("/ask?site=reddit.com").await;
    let link = cards.body.split("href=\"").find(|rest| rest.starts_with("/ask/use/open-site?looked-for="));
    let link = link.and_then(|rest| rest.split('"').next()).expect("a card that leads to a form");
    let form = tess.get(link).await;
    assert_eq!(form.value("wants"), "reddit.com");
    assert!(form.has("group:9B") && form.has("group:science") && form.has("13 May 2026, 10:00"), "{}", form.body);
}

#[tokio::test]
async fn what_is_missing_is_said_at_each_field_and_what_was_typed_is_kept() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    tess.get(FORM).await;
    let page = tess.post(FORM, &[("wants", "reddit.com"), ("reason", "Because \"chess\".")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["recipient", "until", "field.lesson"] {
        assert!(
            page.has(&format!("href=\"#{field}\"")) && page.has(&format!("id=\"{field}\"")),
            "{field}: {}",
            page.body
        );
    }
    assert_eq!(page.value("wants"), "reddit.com");
    assert!(page.has("Because &#34;chess&#34;.") || page.has("Because &quot;chess&quot;."), "{}", page.body);
    let mut late = request("other");
    late.extend([("until_date", "2026-06-30"), ("until_time", "10:00")]);
    let page = tess.post(FORM, &late).await;
    assert!(page.has("href=\"#until\"") && page.has("value=\"2026-06-30\""), "{}", page.body);
}

#[tokio::test]
async fn a_request_is_decided_with_its_effect_in_sight_and_the_grant_taken_back() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let id = asked(&mut tess).await;
    assert!(tess.get("/requests").await.has("Waiting"));
    assert_eq!(school.signed_in("dora").await.get(&format!("/decide/{id}")).await.status, StatusCode::NOT_FOUND);

    let mut ivo = school.signed_in("ivo").await;
    assert!(ivo.get("/").await.has(&format!("/decide/{id}")));
    assert!(ivo.get("/decide").await.has("Tess Kettlewind"));
    let path = format!("/decide/{id}");
    let page = ivo.get(&path).await;
    assert!(page.has("For 9B, www.reddit.com opens until 12 May 2026, 15:30."), "{}", page.body);
    assert!(
        page.has("Open www.reddit.com for 9B</button>") && page.has("Chess &#38; logic")
            || page.has("Chess &amp; logic"),
        "{}",
        page.body
    );
    let page = ivo.post(&path, &[("answer", "refuse")]).await;
    assert!(page.has("href=\"#reason\""), "{}", page.body);
    let page = ivo.post(&path, &[("answer", "approve"), ("until", "2026-05-12T14:30:00Z")]).await;
    assert_eq!(page.location(), format!("/requests/{id}?done=decided"), "{}", page.body);
    assert!(tess.get(&format!("/requests/{id}")).await.has("Approved"));
    assert_eq!(
        ivo.post(&path, &[("answer", "approve"), ("until", "2026-05-12T14:30:00Z")]).await.status,
        StatusCode::CONFLICT
    );

    let mut hedy = school.signed_in("hedy").await;
    let seen = hedy.get("/grants").await;
    assert!(
        seen.has("www.reddit.com") && !seen.has("href=\"/requests/") && !seen.has("href=\"/decide\""),
        "{}",
        seen.body
    );

    let grants = ivo.get("/grants").await;
    let revoke = grants.body.split("href=\"").find(|rest| rest.contains("/revoke\"")).expect("a link to take it back");
    let revoke = revoke.split('"').next().unwrap().to_owned();
    let page = ivo.get(&revoke).await;
    assert!(page.has("Close www.reddit.com for 9B?") && page.has("closes at once"), "{}", page.body);
    assert!(ivo.post(&revoke, &[]).await.has("href=\"#reason\""));
    assert!(ivo.post(&revoke, &[("reason", "Done.")]).await.has("www.reddit.com is closed for 9B"));
    assert!(ivo.get("/grants").await.has("No permissions are in force."));
}

#[tokio::test]
async fn a_beginning_that_is_typed_is_read_in_the_schools_own_time() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let mut ahead = request("2026-05-12T14:30:00Z");
    ahead.extend([("from", "other"), ("from_date", "2026-05-12"), ("from_time", "13:30")]);
    let asked = tess.post_checked(FORM, &ahead).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    let page = tess.get(asked.location()).await;
    assert!(page.has("opens from 12 May 2026, 13:30 until 12 May 2026, 15:30."), "{}", page.body);
}

#[tokio::test]
async fn whoever_decides_about_other_things_finds_nothing_of_it_on_the_page_or_in_the_csv() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "events.md".to_owned(), text: EVENTS.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let mut tess = school.signed_in("tess").await;
    let fair = [("wants", "The summer fair"), ("reason", "It is a happy day."), ("until", "2026-05-12T14:30:00Z")];
    let asked = tess.post_checked("/ask/events/photographs", &fair).await;
    let id = asked.location().split(['/', '?']).nth(2).expect("a request's address").to_owned();
    let mut hedy = school.signed_in("hedy").await;
    hedy.get(&format!("/decide/{id}")).await;
    hedy.post(&format!("/decide/{id}"), &[("answer", "approve"), ("until", "2026-05-12T14:30:00Z")]).await;
    let mut ivo = school.signed_in("ivo").await;
    for path in ["/grants", "/grants?format=csv"] {
        assert!(hedy.get(path).await.has("The summer fair"), "{path}: who decides such requests sees it");
        let page = ivo.get(path).await;
        assert!(page.status == StatusCode::OK && !page.has("summer fair"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn what_the_policy_no_longer_offers_is_refused_from_its_page_and_given_by_none() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let install = async |text: &str| {
        let policy = InstallPolicy { file_name: "events.md".to_owned(), text: text.to_owned() };
        school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    };
    install(EVENTS).await;
    let fair = [("wants", "The summer fair"), ("reason", "It is a happy day."), ("until", "2026-05-12T14:30:00Z")];
    let asked = tess.post_checked("/ask/events/photographs", &fair).await;
    let id = asked.location().split(['/', '?']).nth(2).expect("a request's address").to_owned();
    let (before, _) = EVENTS.split_once("```rule").expect("its rule");
    install(before).await;
    let (mut hedy, path) = (school.signed_in("hedy").await, format!("/decide/{id}"));
    let page = hedy.get(&path).await;
    assert!(
        page.has("The policy no longer offers this. Refuse the request") && page.has("Photographs"),
        "{}",
        page.body
    );
    assert!(!page.has("value=\"approve\""), "{}", page.body);
    let refused = hedy.post(&path, &[("answer", "refuse"), ("reason", "The policy has changed.")]).await;
    assert_eq!(refused.location(), format!("/requests/{id}?done=decided"), "{}", refused.body);
}

#[tokio::test]
async fn a_request_is_handed_on_refused_or_taken_back() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let id = asked(&mut tess).await;
    let mut ivo = school.signed_in("ivo").await;
    let path = format!("/decide/{id}");
    ivo.get(&path).await;
    let page = ivo.post(&path, &[("answer", "hand-on"), ("to", "it-director"), ("note", "Yours?")]).await;
    assert_eq!(page.location(), "/decide", "{}", page.body);
    let mut dina = school.signed_in("dina").await;
    let page = dina.post(&path, &[("answer", "refuse"), ("reason", "Not in lessons.")]).await;
    assert_eq!(page.location(), format!("/requests/{id}?done=decided"), "{}", page.body);
    assert!(tess.get(&format!("/requests/{id}")).await.has("Not in lessons."));

    let id = asked(&mut tess).await;
    assert!(tess.get(&format!("/requests/{id}/withdraw")).await.has("Take this request back?"));
    tess.post(&format!("/requests/{id}/withdraw"), &[]).await;
    assert!(tess.get(&format!("/requests/{id}")).await.has("Taken back"));
}

#[tokio::test]
async fn a_list_is_had_as_csv_and_no_cell_is_a_formula() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    asked(&mut tess).await;
    let page = tess.get("/requests?format=csv").await;
    assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
    assert!(
        page.body.starts_with("What,Who for,Asked,State\r\nwww.reddit.com,9B,\"12 May 2026, 10:00\",Waiting\r\n"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once_in_the_order_of_the_page_and_a_form_sent_twice_asks_once() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let form = tess.get(FORM).await.value("form");
    let page = tess.post(FORM, &[("form", &form), ("from", "other")]).await;
    let place = |field: &str| page.body.find(&format!("href=\"#{field}\"")).unwrap_or_else(|| panic!("{field}"));
    let places = ["wants", "recipient", "field.lesson", "reason", "from_date", "until"].map(place);
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(page.value("form"), form, "it is the same form still");

    let mut fields = request("2026-05-12T14:30:00Z");
    fields.push(("form", &form));
    let checked = tess.post(FORM, &fields).await;
    let first = tess.send_checked(FORM, &checked).await;
    let second = tess.send_checked(FORM, &checked).await;
    assert_eq!((first.status, first.location()), (StatusCode::SEE_OTHER, second.location()));
}

const EVENTS: &str = r#"+++
id          = "events"
title       = "Our events"
audiences   = ["staff", "parent"]
owner       = "headteacher"
+++

# Our events

## Photographs {#photographs}

The headteacher says when photographs may be taken.

```rule
[permission]
id      = "photographs"
title   = "Photographs at an event"
asks    = ["staff"]
decides = ["headteacher"]
unasked = true
opens   = "other"
to      = "parent"
longest = "end of day"
```
"#;

#[tokio::test]
async fn whoever_decides_gives_it_from_the_form_on_which_others_ask() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "events.md".to_owned(), text: EVENTS.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let form = "/ask/events/photographs";
    let given = [("wants", "The summer fair"), ("reason", "It is a happy day."), ("until", "2026-05-12T14:30:00Z")];
    let mut tess = school.signed_in("tess").await;
    let page = tess.get(form).await;
    assert!(page.has("This is for the headteacher to decide.") && page.has("What do you ask for?"), "{}", page.body);
    let mut hedy = school.signed_in("hedy").await;
    let page = hedy.get(form).await;
    assert!(
        page.has("You may give this to others without being asked.") && page.has("What do you give?"),
        "{}",
        page.body
    );
    let checked = hedy.post(form, &given).await;
    assert!(checked.has("You do. It holds at once") && checked.has("Give it</button>"), "{}", checked.body);
    let page = hedy.send_checked(form, &checked).await;
    assert!(page.location().ends_with("?done=opened"), "{} {}", page.status, page.body);
    let for_parents = "The summer fair";
    assert!(school.signed_in("pat").await.get("/requests").await.has(for_parents), "every parent is given it");
    assert!(!tess.get("/requests").await.has(for_parents), "and nobody else");
    let checked = tess.post(form, &given).await;
    let page = tess.send_checked(form, &checked).await;
    assert!(page.location().ends_with("?done=asked"), "{} {}", page.status, page.body);
}

#[tokio::test]
async fn whoever_asks_reads_before_that_nobody_who_decides_is_there() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let mut check = request("2026-05-12T14:30:00Z");
    check.push(("do", "check"));
    let waits = "It can’t be decided today";
    let page = tess.post(FORM, &check).await;
    assert!(page.has("Nothing has been sent yet") && !page.has(waits), "{}", page.body);
    let list = "username,name,audience,roles,absent-from,absent-until\n\
                ivo,Ivo Marblewick,staff,it-staff,2026-05-11,2026-05-15\n\
                dina,Dina Lanternfield,staff,it-director,2026-05-11,2026-05-15\n";
    let files = vec![actions::ImportFile { name: "people.csv".to_owned(), bytes: list.as_bytes().to_vec() }];
    let away = actions::ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    school.school.import_people(&actions::Actor::operator(), away).await.unwrap();
    let page = tess.post(FORM, &check).await;
    assert!(page.has("Nothing has been sent yet") && page.has(waits), "{}", page.body);
}
