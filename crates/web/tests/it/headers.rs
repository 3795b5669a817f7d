//! What stands in the headers of every answer.

use axum::http::StatusCode;

use crate::desk::SmallSchool;

#[tokio::test]
async fn every_answer_forbids_scripts_frames_and_guessing() {
    let school = SmallSchool::open().await;
    let mut browser = school.browser();
    for path in ["/sign-in", "/", "/nowhere", "/assets/desk.css", "/proxy.pac", "/health"] {
        let page = browser.get(path).await;
        let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
            "{path}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn pages_are_never_kept_and_the_stylesheet_is() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    assert_eq!(browser.get("/agreements").await.headers["cache-control"], "no-store");
    assert_eq!(browser.get("/nowhere").await.headers["cache-control"], "no-store");
    let styles = browser.get("/assets/desk.css").await;
    assert!(styles.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(styles.body.contains("govuk-generic-header"));
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_within_the_desk() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    for path in ["/nowhere", "/agreements/xyz", "/agreements/0190a0a0a0a07000800000000000abcd", "/sign/none"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.has("Larkfield School") && page.has("Sign out"), "{path}");
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    let long = "x".repeat(400 * 1024);
    let page = browser.post("/sign/use/decline", &[("reason", &long)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}
