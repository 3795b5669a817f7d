//! Whom each address of the desk lets in, as a table that stands beside this test: every route, for everybody, about things
//! that are there.

use std::fmt::Write;
use std::path::Path;

use axum::http::{Method, StatusCode};
use web::{Access, Route};

use crate::desk::{Browser, Page};
use crate::one_of_each::OneOfEach;
use crate::people::send_form;
use crate::whole_school::{EVERYBODY, STRANGER, browser_of};

const HEAD: &str = "\
# Who gets in

Made by the test `each_address_lets_in_whom_the_table_says`; a change of it is a change of who gets in. After one that is meant:
`UPDATE_DOCS=1 cargo nextest run -p web each_address_lets_in`.

`in`: they get the page, or the form that they sent as good as empty with what is wrong in it. `led on`: they are led to another
page, as after something that was done. `no`: they are told that they may not. `hidden`: it is to them as if it were not there.
`sign in`: they are asked to sign in first. As CSV each list answers as its page does. Everybody sends forms in a school of their
own, one after another as they stand here.
";

/// What nothing in this school waits for: the second person of a viewing, and a consent to one request. Tests of actions hold
/// whom they let in.
const NOT_THERE: [&str; 2] = ["/reports/activity/{id}/agree", "/requests/{id}/consent"];

/// What comes of asking for something.
fn outcome(page: &Page) -> &'static str {
    let to = page.location();
    match page.status {
        StatusCode::SEE_OTHER if to.starts_with("/sign-in") && !to.contains("done=") => "sign in",
        StatusCode::SEE_OTHER => "led on",
        StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => {
            "in"
        }
        StatusCode::FORBIDDEN => "no",
        StatusCode::NOT_FOUND => "hidden",
        other => panic!("{other}: {}", page.body),
    }
}

fn as_csv(path: &str) -> String {
    format!("{path}{}format=csv", if path.contains('?') { '&' } else { '?' })
}

/// What comes of going to an address. What is looked for leaves it before anybody is asked who they are.
async fn got(browser: &mut Browser, path: &str) -> &'static str {
    let page = browser.get(path).await;
    after(browser, &page).await
}

/// What comes of a page that leads on to where its answer is shown, or of itself.
async fn after(browser: &mut Browser, page: &Page) -> &'static str {
    match page.location() {
        to if to.contains("looked-for=") || to.contains("kept=") => outcome(&browser.get(to).await),
        _ => outcome(page),
    }
}

async fn asked(each: &OneOfEach, browser: &mut Browser, username: &str, route: &Route) -> &'static str {
    let path = each.address(route.path);
    if route.path == "/sign-out" && username != STRANGER {
        // They stay signed in where they are.
        return outcome(&send_form(&mut browser_of(&each.school, username).await, &path, &[]).await);
    }
    if route.method == Method::POST && route.path == "/sign-in" {
        // Whoever signs in wrongly is led back to the form.
        let page = send_form(browser, &path, &[]).await;
        return if page.location().starts_with("/sign-in") { "in" } else { outcome(&page) };
    }
    if route.method == Method::POST {
        let fields: &[(&str, &str)] = match route.path {
            "/decide/{id}" => &[("answer", "refuse"), ("reason", "No")],
            // Which version of a policy is signed stands in its form.
            _ => &[("version", "1")],
        };
        let page = send_form(browser, &path, fields).await;
        return after(browser, &page).await;
    }
    let gets = got(browser, &path).await;
    if gets != "in" {
        assert_eq!(got(browser, &as_csv(&path)).await, gets, "{username} {path} as CSV");
    }
    gets
}

#[tokio::test]
async fn each_address_lets_in_whom_the_table_says() {
    let each = OneOfEach::open().await;
    let mut routes = web::routes();
    routes.sort_by_key(|route| (route.method == Method::POST, route.path));
    let mut rows: Vec<Vec<&str>> = vec![Vec::new(); routes.len()];
    let is_of = |method: Method| move |(route, _): &(&Route, &mut Vec<&str>)| route.method == method;
    for (username, _) in EVERYBODY {
        let mut browser = browser_of(&each.school, username).await;
        browser.get("/worry-code").await;
        for (route, row) in routes.iter().zip(&mut rows).filter(is_of(Method::GET)) {
            row.push(asked(&each, &mut browser, username, route).await);
        }
        // What somebody sends may change what others get.
        let own = OneOfEach::open().await;
        let mut browser = browser_of(&own.school, username).await;
        browser.get("/worry-code").await;
        for (route, row) in routes.iter().zip(&mut rows).filter(is_of(Method::POST)) {
            row.push(asked(&own, &mut browser, username, route).await);
        }
    }
    let lets_in = |row: &[&str]| row.iter().any(|gets| ["in", "led on"].contains(gets));
    let nobody = routes.iter().zip(&rows).filter(|(route, row)| !lets_in(row) && !NOT_THERE.contains(&route.path));
    let nobody: Vec<String> = nobody.map(|(route, row)| format!("{} {} {row:?}", route.method, route.path)).collect();
    assert!(nobody.is_empty(), "these let nobody in, as what stands in their blanks is not there: {nobody:#?}");
    let is_open = |route: &Route| route.access != Access::SignedIn;
    let others = routes.iter().zip(&rows).filter(|(route, row)| (row[0] != "sign in") != is_open(route));
    let others: Vec<String> =
        others.map(|(route, row)| format!("{} {} {}", route.method, route.path, row[0])).collect();
    assert!(others.is_empty(), "whoever is not signed in gets otherwise: {others:#?}");

    let mut made = HEAD.to_owned();
    let titles = EVERYBODY.map(|(_, is)| is);
    write!(made, "\n| | {} |\n|---|{}\n", titles.join(" | "), "---|".repeat(titles.len())).expect("it is written");
    for (route, row) in routes.iter().zip(&rows) {
        writeln!(made, "| {} `{}` | {} |", route.method, route.path, row.join(" | ")).expect("it is written");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/who-gets-in.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("the table can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, committed) in made.lines().zip(committed.lines()) {
        assert_eq!(made, committed, "who gets in is another than tests/it/who-gets-in.md says");
    }
    assert_eq!(made.lines().count(), committed.lines().count(), "tests/it/who-gets-in.md lists other routes");
}
