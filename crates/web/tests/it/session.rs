//! Signing in and out, and passwords.

use actions::Invite;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use jiff::SignedDuration;

use crate::desk::SmallSchool;

#[tokio::test]
async fn a_session_cookie_is_for_this_host_alone_and_not_for_scripts() {
    for (url, name, secure) in [
        ("http://localhost:8080", "schoolgate", true),
        ("https://desk.larkfield.example", "__Host-schoolgate", true),
        ("http://desk.larkfield.example", "schoolgate", false),
    ] {
        let school = SmallSchool::open_at(url).await;
        let page = school.browser().sign_in("pip", "pip-password-1").await;
        let cookie = page.headers[SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(&format!("{name}=")) && !cookie.starts_with(&format!("{name}=new.")), "{cookie}");
        assert!(
            cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"),
            "{cookie}"
        );
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn who_signs_in_goes_on_to_where_they_were_going_and_nowhere_else() {
    let school = SmallSchool::open().await;
    let mut browser = school.browser();
    let page = browser.get("/sign/use").await;
    assert_eq!(page.location(), "/sign-in?next=%2Fsign%2Fuse");
    for (next, goes) in [
        ("/sign/use", "/sign/use"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let mut browser = school.browser();
        browser.get("/sign-in").await;
        let fields = [("username", "pip"), ("password", "pip-password-1"), ("next", next)];
        let page = browser.post("/sign-in", &fields).await;
        assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, goes), "{next}");
    }
}

#[tokio::test]
async fn who_signs_in_to_ask_for_a_site_finds_it_filled_in_and_nobody_else_does() {
    let school = SmallSchool::open().await;
    let mut browser = school.browser();
    let asked = browser.get("/ask?site=reddit.com").await.location().to_owned();
    assert!(asked.starts_with("/ask?looked-for="), "{asked}");
    let page = browser.get(&asked).await;
    assert!(page.location().starts_with("/sign-in?next=%2Fask%3Flooked-for%3D"), "{}", page.location());
    browser.get(page.location()).await;
    let fields = [("username", "tess"), ("password", "tess-password-1"), ("next", asked.as_str())];
    assert_eq!(browser.post("/sign-in", &fields).await.location(), asked);
    assert!(browser.get(&asked).await.has("Ask for reddit.com"));
    assert!(!school.signed_in("ivo").await.get(&asked).await.has("reddit.com"));
}

#[tokio::test]
async fn a_wrong_password_keeps_the_username_and_never_the_password() {
    let school = SmallSchool::open().await;
    let page = school.browser().sign_in("pip", "wrong-password").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.value("username"), "pip");
    assert!(!page.has("wrong-password"));
    assert!(page.has("There is a problem") && page.has("href=\"#password\"") && page.has("<title>Error: "));
}

#[tokio::test]
async fn nobody_who_uses_the_browser_next_comes_back_to_who_tried_to_sign_in() {
    let school = SmallSchool::open().await;
    let mut browser = school.browser();
    for (path, fields) in [
        ("/sign-in", vec![("username", "pip"), ("password", "wrong-password")]),
        ("/welcome", vec![("username", "pip"), ("code", "WRONGONE"), ("password", "a"), ("again", "b")]),
    ] {
        browser.get(path).await;
        let sent = browser.post_once(path, &fields).await;
        assert!(sent.location().starts_with(path) && !sent.location().contains("pip"), "{path}: {}", sent.location());
        let failed = browser.get(sent.location()).await;
        assert!(failed.has("There is a problem") && failed.value("username") == "pip", "{path}: {}", failed.body);
        for again in [sent.location(), path] {
            let next = browser.get(again).await;
            assert!(!next.has("pip") && next.value("username").is_empty(), "{again}: {}", next.body);
        }
    }
}

#[tokio::test]
async fn too_many_wrong_passwords_are_told_to_wait() {
    let school = SmallSchool::open().await;
    let mut browser = school.browser();
    for _ in 0..5 {
        browser.sign_in("pip", "wrong-password").await;
    }
    assert_eq!(browser.sign_in("pip", "pip-password-1").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn signing_out_ends_the_session_itself() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    let stolen = browser.cookie.clone();
    let page = browser.post("/sign-out", &[]).await;
    assert_eq!(page.location(), "/sign-in?done=signed-out");
    assert!(page.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    browser.cookie = stolen;
    assert_eq!(browser.get("/you").await.location(), "/sign-in?next=%2Fyou");
}

#[tokio::test]
async fn a_session_ends_after_its_longest_time() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    school.wait(SignedDuration::from_hours(13));
    assert_eq!(browser.get("/you").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_invitation_sets_a_password_that_keeps_the_clause_and_works_once() {
    let school = SmallSchool::open().await;
    let office = school.school.actor_named(&actions::Actor::operator(), "olga").await.unwrap();
    let pip = school.school.actor_named(&actions::Actor::operator(), "pip").await.unwrap().person();
    let invitation = school.school.invite(&office, Invite { person: pip }).await.unwrap();
    let path = format!("/welcome/{}", invitation.token);
    let mut browser = school.browser();
    let page = browser.get(&path).await;
    assert!(page.has("Pip Fernhaven") && page.has("at least 10 characters"), "{}", page.body);
    let page = browser.post(&path, &[("password", "short"), ("again", "short")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("href=\"#password\"") && !page.has("value=\"short\""));
    let page = browser.post(&path, &[("password", "teapot-meadow-7"), ("again", "teapot-meadow-8")]).await;
    assert!(page.has("href=\"#again\""));
    let page = browser.post(&path, &[("password", "teapot-meadow-7"), ("again", "teapot-meadow-7")]).await;
    assert_eq!(page.location(), "/sign-in?done=password", "{}", page.body);
    assert_eq!(browser.get(&path).await.status, StatusCode::CONFLICT);
    assert_eq!(browser.sign_in("pip", "teapot-meadow-7").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_code_from_the_office_sets_a_password() {
    let school = SmallSchool::open().await;
    let office = school.school.actor_named(&actions::Actor::operator(), "olga").await.unwrap();
    let pip = school.school.actor_named(&actions::Actor::operator(), "pip").await.unwrap().person();
    let code = school.school.invite(&office, Invite { person: pip }).await.unwrap().code;
    let mut browser = school.browser();
    browser.get("/welcome").await;
    let new = "teapot-meadow-7";
    let wrong = [("username", "pip"), ("code", "WRONGONE"), ("password", new), ("again", new)];
    let page = browser.post("/welcome", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("username", "pip"), ("code", code.as_str()), ("password", new), ("again", new)];
    assert_eq!(browser.post("/welcome", &right).await.location(), "/sign-in?done=password");
}

#[tokio::test]
async fn changing_ones_password_asks_for_the_one_that_one_has() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    let new = "teapot-meadow-7";
    let page = browser.post("/password", &[("current", "wrong"), ("password", new), ("again", new)]).await;
    assert!(page.has("href=\"#current\""), "{}", page.body);
    let page = browser.post("/password", &[("current", "pip-password-1"), ("password", new), ("again", new)]).await;
    assert_eq!(page.location(), "/sign-in?done=password");
}
