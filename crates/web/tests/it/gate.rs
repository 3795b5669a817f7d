//! The gate's pages: why a site is open or closed, setting a device up, whom to tell.

use axum::http::StatusCode;

use crate::desk::SmallSchool;

#[tokio::test]
async fn why_a_site_is_closed_is_told_with_every_rule_and_what_opens_it() {
    let school = SmallSchool::open().await;
    let mut ivo = school.signed_in("ivo").await;
    let page = ivo.get("/gate/why?site=https://www.reddit.com/r/chess&as=pupil&group=9B").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("www.reddit.com/r/chess is closed") && page.has("Games"), "{}", page.body);
    assert!(page.has("Open a site for a class"), "{}", page.body);
    school.know_the_starter_list();
    let page = ivo.get("/gate/why?site=https://www.childline.org.uk/&as=pupil&group=9B").await;
    assert!(
        page.has("What is always open") && !page.has("/policies/schoolgate"),
        "no policy to lead to: {}",
        page.body
    );
    let page = ivo.get("/gate/why?site=not%20a%20site&as=pupil").await;
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
    let page = nobody.get("/mistake?site=reddit.com&policy=use&clause=games").await;
    assert!(page.has("reddit.com") && page.has("Games") && page.has("IT staff"), "{}", page.body);
    let page = nobody.get("/worry").await;
    assert!(
        page.has("Something worried me online") && page.has("Dora &#60;Honeystone&#62;") && page.has("0800 1111"),
        "{}",
        page.body
    );
    let page = nobody.get("/mistake?site=%3Cscript%3E").await;
    assert!(!page.has("<script") && !page.has("&lt;script"));
    let mut tess = school.signed_in("tess").await;
    assert!(tess.get("/mistake?site=reddit.com").await.has("/ask?site=reddit.com"));
}

#[tokio::test]
async fn the_desk_says_that_it_is_well() {
    let school = SmallSchool::open().await;
    let page = school.browser().get("/health").await;
    assert_eq!((page.status, page.body.as_str()), (StatusCode::OK, "well\n"));
}
