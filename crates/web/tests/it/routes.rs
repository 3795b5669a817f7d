//! Every route of the desk, held one by one: whom it lets in, and that no form is taken that is not ours.

use axum::http::{Method, StatusCode};
use web::Access;

use crate::desk::SmallSchool;

/// A path with something in each blank.
pub fn filled(path: &str) -> String {
    path.replace("{id}", "0190a0a0a0a07000800000000000abcd")
        .replace("{policy}", "use")
        .replace("{permission}", "open-site")
        .replace("{token}", "no-such-token")
        .replace("{n}", "1")
        .split('/')
        .map(|part| if part.starts_with('{') { "1" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[tokio::test]
async fn no_page_for_people_signed_in_opens_to_anybody_else() {
    let school = SmallSchool::open().await;
    for route in web::routes().into_iter().filter(|route| route.access == Access::SignedIn) {
        let mut browser = school.browser();
        let path = filled(route.path);
        let page = match route.method {
            Method::GET => browser.get(&path).await,
            _ => browser.post(&path, &[]).await,
        };
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{} {path}", route.method);
        assert!(page.location().starts_with("/sign-in"), "{} {path} → {}", route.method, page.location());
    }
}

#[tokio::test]
async fn only_these_pages_are_for_anyone() {
    let mut open: Vec<String> = web::routes()
        .into_iter()
        .filter(|route| route.access != Access::SignedIn)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    open.sort();
    assert_eq!(
        open,
        [
            "GET /assets/desk.css",
            "GET /assets/icon.svg",
            "GET /gate/authority.pem",
            "GET /gate/setup",
            "GET /health",
            "GET /help",
            "GET /mistake",
            "GET /proxy.pac",
            "GET /sign-in",
            "GET /signed-already",
            "GET /welcome",
            "GET /welcome/{token}",
            "GET /worry",
            "GET /worry-code",
            "GET /worry/{form}",
            "POST /sign-in",
            "POST /welcome",
            "POST /welcome/{token}",
            "POST /worry",
            "POST /worry-code",
        ]
    );
}

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("hedy").await;
    let forms: Vec<_> = web::routes().into_iter().filter(|route| route.method == Method::POST).collect();
    assert!(forms.len() > 10);
    for route in forms {
        let path = filled(route.path);
        for fields in [[].as_slice(), &[("csrf", "AAAA")]] {
            let page = browser.post_bare(&path, fields).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {}", page.body);
            assert!(page.has("Nothing was done"), "{path}");
        }
    }
    assert_eq!(browser.get("/you").await.status, StatusCode::OK, "nothing was done, so hedy is still signed in");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_with_its_token() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("hedy").await;
    let token = browser.csrf.clone();
    let request = axum::http::Request::post("/sign-out")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example")
        .header("host", "localhost:8080");
    let page = browser.send(request, axum::body::Body::from(format!("csrf={token}"))).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/you").await.status, StatusCode::OK);
}

/// Who may and who may not, page by page; the actions' own table says the same.
#[tokio::test]
async fn pages_open_to_those_who_may_and_refuse_the_others() {
    let school = SmallSchool::open().await;
    let everybody = ["pip", "pat", "tess", "ivo", "hedy", "olga", "dora"];
    let pages: &[(&str, &[&str])] = &[
        ("/", &everybody),
        ("/you", &everybody),
        ("/password", &everybody),
        ("/agreements", &everybody),
        ("/requests", &everybody),
        ("/ask", &everybody),
        ("/watched", &everybody),
        ("/declines", &everybody),
        ("/policies", &everybody),
        ("/help", &everybody),
        ("/worry", &everybody),
        ("/worry-code", &everybody),
        ("/my-reports", &everybody),
        ("/concerns", &["hedy", "dora"]),
        ("/concerns/breaches", &["hedy", "dora"]),
        ("/closed-sites", &["hedy", "dora"]),
        ("/registers", &["hedy", "dora"]),
        ("/in-touch", &[]),
        ("/mistake?site=reddit.com&policy=use&clause=games", &everybody),
        ("/signed-already?reference=3f9a-07bc", &everybody),
        ("/gate/setup", &everybody),
        ("/sign/use", &everybody),
        ("/countersign", &["olga"]),
        ("/decide", &["ivo"]),
        ("/ask/use/open-site?site=reddit.com", &["tess"]),
        ("/gate", &["ivo", "hedy", "dora"]),
        ("/gate/why?site=reddit.com&as=pupil", &["ivo", "hedy", "dora"]),
        ("/gate/reference", &["ivo", "hedy", "dora"]),
        ("/grants", &["ivo", "hedy", "dora"]),
    ];
    for username in everybody {
        let mut browser = school.signed_in(username).await;
        for (path, who) in pages {
            let page = browser.follow(path).await;
            let expected = if who.contains(&username) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, expected, "{username} {path}: {}", page.body);
            check_html(path, &page.body);
        }
    }
}

/// What axe-core would say first: one main heading, headings in order, no id twice, a title, a label for each field.
pub fn check_html(path: &str, html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{path} has one main heading");
    assert!(html.contains("<title>") && html.contains(" – Larkfield School</title>"), "{path} has a title");
    assert!(html.contains("<main ") && html.contains("lang=\"en-GB\""), "{path}");
    assert!(!html.contains("<script") && !html.contains(" style=\"") && !html.contains(" onclick"), "{path}");
    let main = html.split("<main ").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
    let mut before = 0;
    for heading in main.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)) {
        assert!(heading <= before + 1, "{path}: a heading of level {heading} follows one of level {before}");
        before = heading;
    }
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for id in &ids {
        assert_eq!(ids.iter().filter(|other| other == &id).count(), 1, "{path}: the id '{id}' is there twice");
    }
    let labels: Vec<&str> = html.split(" for=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for field in
        html.split('<').filter(|tag| ["input ", "select ", "textarea "].iter().any(|name| tag.starts_with(name)))
    {
        if field.contains("type=\"hidden\"") {
            continue;
        }
        let id = field.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        assert!(labels.contains(&id), "{path}: the field '{field}' has no label");
    }
}
