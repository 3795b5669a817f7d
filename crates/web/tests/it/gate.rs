//! The gate's pages: why a site is open or closed, setting a device up, whom to tell.

use axum::http::StatusCode;
use domain::Activity;

use crate::desk::SmallSchool;

#[tokio::test]
async fn why_a_site_is_closed_is_told_with_every_rule_and_what_opens_it() {
    let school = SmallSchool::open().await;
    let mut ivo = school.signed_in("ivo").await;
    let page = ivo
        .look_for("/gate/why", &[("site", "https://www.reddit.com/r/chess"), ("as", "pupil"), ("group", "9B")])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("www.reddit.com is closed") && page.has("Games"), "{}", page.body);
    assert!(page.has("Open a site for a class"), "{}", page.body);
    school.know_the_starter_list();
    let page =
        ivo.look_for("/gate/why", &[("site", "https://www.childline.org.uk/"), ("as", "pupil"), ("group", "9B")]).await;
    assert!(
        page.has("What is always open") && !page.has("/policies/schoolgate"),
        "no policy to lead to: {}",
        page.body
    );
    let page = ivo.look_for("/gate/why", &[("site", "not a site"), ("as", "pupil")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("href=\"#site\"") && page.value("site") == "not a site", "{}", page.body);
}

#[tokio::test]
async fn the_pac_file_sends_all_but_the_desk_through_the_gate() {
    let school = SmallSchool::open_at("https://desk.larkfield.example").await;
    let mut browser = school.browser();
    let pac = browser.get("/proxy.pac").await;
    assert_eq!(pac.headers["content-type"], "application/x-ns-proxy-autoconfig");
    assert!(
        pac.has("\"localhost\"")
            && pac.has("\"desk.larkfield.example\"")
            && pac.has("return \"PROXY gate.example:3128\"")
    );
    assert!(!pac.has("; DIRECT"), "there is no way around the gate");
    let authority = browser.get("/gate/authority.pem").await;
    assert!(authority.has("BEGIN CERTIFICATE"));
    assert!(browser.get("/gate/setup").await.has("https://desk.larkfield.example/proxy.pac"));
}

#[tokio::test]
async fn whoever_comes_from_the_blocked_page_is_told_whom_to_tell() {
    let school = SmallSchool::open().await;
    let mut nobody = school.browser();
    let page = nobody.follow("/mistake?site=reddit.com&policy=use&clause=games").await;
    assert!(page.has("reddit.com") && page.has("Games") && page.has("IT staff"), "{}", page.body);
    assert!(page.has("tell your teacher. A teacher can ask for it to be opened"), "{}", page.body);
    let page = nobody.follow("/mistake?site=reddit.com&policy=use&clause=signing").await;
    assert!(page.has("No permission opens it") && !page.has("ask for it to be opened"), "{}", page.body);
    let page = nobody.get("/worry").await;
    assert!(
        page.has("What happened?") && page.has("Dora &#60;Honeystone&#62;") && page.has("0800 1111"),
        "{}",
        page.body
    );
    let page = nobody.follow("/mistake?site=%3Cscript%3E").await;
    assert!(!page.has("<script") && !page.has("&lt;script"));
    let mut tess = school.signed_in("tess").await;
    let mistake = tess.follow("/mistake?site=reddit.com").await;
    let ask = mistake.body.split("href=\"").find(|rest| rest.starts_with("/ask?looked-for=")).expect("a link");
    assert!(tess.get(ask.split('"').next().unwrap_or_default()).await.has("Ask for reddit.com"));
}

/// An activity of a time that the log can't hold, so that it is dropped.
pub fn activity_that_is_dropped() -> Activity {
    Activity {
        id: "00000000-0000-0000-0000-000000000001".parse().unwrap(),
        phase: domain::Phase::Done,
        at: jiff::Timestamp::MAX,
        client: "10.1.2.3".parse().unwrap(),
        device: None,
        person: None,
        audience: domain::Audience::Pupil,
        method: "GET".to_owned(),
        scheme: "http".to_owned(),
        host: "pond-life.example".to_owned(),
        port: 80,
        path: None,
        search: None,
        categories: domain::CategorySet::EMPTY,
        outcome: domain::Outcome::Allowed,
        reason: "nothing-against".to_owned(),
        policy: None,
        clause: None,
        version: None,
        status: None,
        sent: 0,
        received: 0,
        duration: 0,
    }
}

#[tokio::test]
async fn the_reference_on_a_page_that_says_closed_is_looked_up_by_those_who_see_the_gate() {
    let school = SmallSchool::open().await;
    let blocked = Activity {
        id: "0190a0a0-a0a0-7000-8000-00003f9a07bc".parse().unwrap(),
        at: school.school.now(),
        outcome: domain::Outcome::Blocked,
        reason: "blocked-by-category".to_owned(),
        policy: Some("use".to_owned()),
        clause: Some("games".to_owned()),
        version: Some(1),
        ..activity_that_is_dropped()
    };
    school.activity.append(&blocked).unwrap();
    let allowed = Activity { id: "0190a0a0-a0a0-7000-8000-00003f9a07bd".parse().unwrap(), ..blocked.clone() };
    school.activity.append(&Activity { outcome: domain::Outcome::Allowed, ..allowed }).unwrap();

    let mut nobody = school.browser();
    let mistake = nobody.follow("/mistake?site=pond-life.example&reference=3f9a-07bc").await;
    assert!(mistake.has("3f9a-07bc") && mistake.has("Nothing is sent from this page"), "{}", mistake.body);

    let mut ivo = school.signed_in("ivo").await;
    assert!(ivo.get("/gate").await.has("href=\"/gate/reference\""));
    let found = ivo.look_for("/gate/reference", &[("reference", "3F9A-07BC")]).await;
    assert!(found.has("12 May 2026, 10:00") && found.has("Games") && found.has("Blocked"), "{}", found.body);
    for (typed, said) in
        [("3f9a", "has eight letters"), ("00000000", "No page with this"), ("3f9a07bd", "No page with this")]
    {
        let page = ivo.get(&format!("/gate/reference?reference={typed}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.has(said) && page.value("reference") == typed, "{}", page.body);
    }
    let mut pip = school.signed_in("pip").await;
    let refused = pip.get("/gate/reference?reference=3f9a-07bc").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.has("Games"), "{}", refused.body);
}

#[tokio::test]
async fn whoever_sees_the_gate_sees_how_much_activity_was_lost_and_why() {
    let school = SmallSchool::open().await;
    let mut ivo = school.signed_in("ivo").await;
    assert!(!ivo.get("/gate").await.has("Activities that could not be kept"));
    school.activity.append(&activity_that_is_dropped()).unwrap_err();
    let page = ivo.get("/gate").await;
    assert!(page.has("Activities that could not be kept since the program started: 1."), "{}", page.body);
    assert!(page.has("outside the years 1678 to 2261"));
    let mut tess = school.signed_in("tess").await;
    assert_eq!(tess.get("/gate").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_desk_says_that_it_is_well() {
    let school = SmallSchool::open().await;
    let page = school.browser().get("/health").await;
    assert_eq!((page.status, page.body.as_str()), (StatusCode::OK, "well\n"));
}
