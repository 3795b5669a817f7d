//! Going back and reloading after a form, and forms whose session ended before they were sent.

use axum::body::Body;
use axum::http::StatusCode;
use domain::{Activity, PersonId};
use jiff::SignedDuration;

use crate::desk::{Browser, Page, SmallSchool, form_to, web_form};
use crate::gate::activity_that_is_dropped;
use crate::people::send_files;
use crate::routes::filled;

const FORM: &str = "/ask/use/open-site";
const REASON: &str = "We look at openings together.";

#[tokio::test]
async fn the_answer_to_a_form_has_an_address_of_its_own_that_opens_to_its_sender_alone() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    tess.get(FORM).await;
    let sent = tess.post_once(FORM, &[("wants", "reddit.com"), ("reason", REASON)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let address = sent.location().to_owned();
    assert!(address.starts_with(&format!("{FORM}?kept=")) && !address.contains("reddit"), "{address}");
    for _ in 0..2 {
        let again = tess.get(&address).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.has(REASON) && again.has("There is a problem"), "{}", again.body);
    }
    assert!(!school.signed_in("hedy").await.get(&address).await.has(REASON));
    assert!(school.browser().get(&address).await.location().starts_with("/sign-in"));
    let next = tess.post_once(&address, &[("wants", "reddit.com")]).await;
    assert_eq!(next.location().matches("kept=").count(), 1, "{}", next.location());
    school.wait(SignedDuration::from_mins(31));
    let later = tess.get(&address).await;
    assert!(later.status == StatusCode::OK && !later.has(REASON), "{}", later.body);
}

#[tokio::test]
async fn every_page_that_answers_a_form_can_be_come_back_to() {
    let school = SmallSchool::open().await;
    let cases = [("pip", "/password"), ("pip", "/worry"), ("hedy", "/roles/edit"), ("dora", "/reports/activity/new")];
    for (username, path) in cases {
        let mut browser = school.signed_in(username).await;
        let sent = browser.post_once(path, &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{username} {path}: {}", sent.body);
        let first = browser.get(sent.location()).await;
        assert!(!first.body.is_empty() && first.status != StatusCode::SEE_OTHER, "{username} {path}");
        assert_eq!(browser.get(sent.location()).await.body, first.body, "{username} {path}");
    }
}

#[tokio::test]
async fn what_is_shown_once_is_not_come_back_to() {
    let school = SmallSchool::open().await;
    let pip = person(&school, "pip").await;
    let mut olga = school.signed_in("olga").await;
    let path = format!("/people/{pip}/invite");
    let sent = olga.post_once(&path, &[]).await;
    assert!(olga.get(sent.location()).await.has("/welcome/"));
    let again = olga.get(sent.location()).await;
    assert!(again.status == StatusCode::OK && !again.has("/welcome/"), "{}", again.body);
    let sent = olga.post_once(&format!("/people/{pip}/edit"), &[]).await;
    assert!(olga.get(sent.location()).await.has("There is a problem"));
    assert!(!olga.get(sent.location()).await.has("There is a problem"), "it shows what is kept of somebody");
}

#[tokio::test]
async fn who_signs_out_leaves_no_answer_behind() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let sent = tess.post_once(FORM, &[("reason", REASON)]).await;
    let address = sent.location().to_owned();
    assert!(tess.get(&address).await.has(REASON));
    tess.post("/sign-out", &[]).await;
    tess.sign_in("tess", "tess-password-1").await;
    assert!(!tess.get(&address).await.has(REASON));
}

/// Sends a form after its session has ended, signs in again and goes on to where the desk then leads.
async fn sent_too_late(school: &SmallSchool, browser: &mut Browser, username: &str, send: Page) -> Page {
    assert_eq!(send.status, StatusCode::SEE_OTHER, "{}", send.body);
    assert!(send.location().starts_with("/sign-in?next="), "{}", send.location());
    let asked = browser.get(send.location()).await;
    assert!(asked.has("You were signed out before we got your form"), "{}", asked.body);
    let next = asked.value("next").replace("&#38;", "&").replace("&amp;", "&");
    let password = format!("{username}-password-1");
    let fields = [("username", username), ("password", password.as_str()), ("next", next.as_str())];
    let signed_in = browser.post_once("/sign-in", &fields).await;
    assert_eq!(signed_in.location(), next, "{}", signed_in.body);
    school.wait(SignedDuration::from_mins(1));
    browser.get(&next).await
}

async fn person(school: &SmallSchool, username: &str) -> PersonId {
    school.school.actor_named(&actions::Actor::operator(), username).await.expect("somebody").person()
}

#[tokio::test]
async fn a_form_that_is_sent_after_its_session_ended_is_there_as_it_was_after_signing_in() {
    const TYPED: &str = "Typed before the session ended";
    let school = SmallSchool::open().await;
    let pip = person(&school, "pip").await;
    let forms = [
        ("tess", FORM.to_owned(), "reason"),
        ("pip", "/sign/use/decline".to_owned(), "reason"),
        ("pip", "/sign/use".to_owned(), "printed_name"),
        ("pip", "/worry".to_owned(), "told"),
        ("olga", "/people/add".to_owned(), "name"),
        ("olga", format!("/people/{pip}/edit"), "name"),
        ("olga", format!("/people/{pip}/particulars"), "hours"),
        ("hedy", "/roles/edit".to_owned(), "title"),
        ("dora", "/reports/activity/new".to_owned(), "case"),
    ];
    for (username, path, field) in forms {
        let mut browser = school.signed_in(username).await;
        browser.get(&path).await;
        school.wait(SignedDuration::from_hours(13));
        let sent = browser.post_once(&path, &[(field, TYPED)]).await;
        let page = sent_too_late(&school, &mut browser, username, sent).await;
        assert_eq!(page.status, StatusCode::OK, "{username} {path}: {}", page.body);
        assert!(page.has(TYPED), "{username} {path}: {}", page.body);
        assert!(page.has("nothing has been done"), "{username} {path}: {}", page.body);
    }
    assert!(
        school.signed_in("pip").await.get("/my-reports").await.has("You have reported nothing yet"),
        "no worry was sent"
    );
}

#[tokio::test]
async fn the_text_of_a_draft_is_there_again_and_its_file_is_not() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    school.wait(SignedDuration::from_hours(13));
    let fields = [("summary", "Clearer words"), ("text", "A long text")];
    let sent =
        send_files(&mut hedy, "/policies/use/upload", &fields, &[("file", "use.md", "secret of the file")]).await;
    let page = sent_too_late(&school, &mut hedy, "hedy", sent).await;
    assert!(page.has("Clearer words") && page.has("A long text") && !page.has("secret of the file"), "{}", page.body);
}

#[tokio::test]
async fn passwords_and_codes_of_such_a_form_are_gone_and_nobody_else_finds_it() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    school.wait(SignedDuration::from_hours(13));
    let typed = [("current", "secret-one"), ("password", "secret-two"), ("again", "secret-two"), ("other", "seen")];
    let sent = pip.post_once("/password", &typed).await;
    let page = sent_too_late(&school, &mut pip, "pip", sent).await;
    assert!(page.has("Change your password") && !page.has("secret-"), "{}", page.body);

    let mut tess = school.signed_in("tess").await;
    school.wait(SignedDuration::from_hours(13));
    let sent = tess.post_once(FORM, &[("reason", REASON)]).await;
    let page = sent_too_late(&school, &mut tess, "hedy", sent).await;
    assert!(!page.has(REASON), "it was Tess's form, and Hedy signed in: {}", page.body);
}

#[tokio::test]
async fn the_page_that_the_browser_names_is_the_one_that_is_come_back_to() {
    let school = SmallSchool::open().await;
    let pip = person(&school, "pip").await;
    for (referer, next) in [
        (format!("http://localhost:8080/sign/use?for={pip}"), format!("/sign/use?for={pip}&kept=")),
        ("https://evil.example//evil.example/x".to_owned(), "/sign/use?kept=".to_owned()),
    ] {
        let mut pat = school.signed_in("pat").await;
        school.wait(SignedDuration::from_hours(13));
        let request = form_to("/sign/use").header("referer", referer);
        let fields = [("csrf", pat.csrf.as_str()), ("printed_name", "Pat")];
        let body = Body::from(web_form(&fields));
        let sent = pat.send_once(request, body).await;
        let (_, given) = form_urlencoded::parse(sent.location().split_once('?').expect("a query").1.as_bytes())
            .next()
            .expect("a next page");
        assert!(given.starts_with(&next), "{given}");
    }
}

#[tokio::test]
async fn a_form_from_before_its_person_signed_in_anew_is_given_back_and_not_acted_on() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let old = tess.csrf.clone();
    tess.post("/sign-out", &[]).await;
    tess.sign_in("tess", "tess-password-1").await;
    let page = tess.post_bare(FORM, &[("csrf", old.as_str()), ("reason", REASON)]).await;
    assert!(page.has(REASON) && page.has("nothing has been done"), "{}", page.body);
    let mut hedy = school.signed_in("hedy").await;
    let page = hedy.post_bare(FORM, &[("csrf", old.as_str()), ("reason", REASON)]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_form_is_sent_from_a_page_that_can_be_found_again() {
    let routes = web::routes();
    let pages: Vec<&str> = routes.iter().filter(|route| route.method == "GET").map(|route| route.path).collect();
    for route in routes.iter().filter(|route| route.method == "POST") {
        let above = std::iter::successors(Some(route.path), |path| path.rsplit_once('/').map(|(above, _)| above));
        let found = above.into_iter().find(|path| pages.contains(path));
        assert!(
            found.is_some() || ["/sign-out", "/search", "/ask-parent-again/{policy}"].contains(&route.path),
            "no page is at or above {}",
            route.path
        );
    }
}

#[tokio::test]
async fn whose_name_is_looked_for_stands_in_no_address() {
    let school = SmallSchool::open().await;
    let pupils: String = (0..30).map(|number| format!("extra{number},Extra Example {number},pupil\n")).collect();
    let list = format!("username,name,audience\n{pupils}");
    let files = vec![actions::ImportFile { name: "more.csv".to_owned(), bytes: list.into_bytes() }];
    let more = actions::ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    school.school.import_people(&actions::Actor::operator(), more).await.expect("the people are read in");
    let mut olga = school.signed_in("olga").await;
    let list = olga.get("/people?audience=pupil").await;
    assert!(list.has("action=\"/search\"") && list.value("list") == "/people?audience=pupil", "{}", list.body);
    let sent = olga.post_once("/search", &[("list", "/people?audience=pupil"), ("search", "Fernhaven")]).await;
    let address = sent.location().to_owned();
    assert!(address.starts_with("/people?audience=pupil&looked-for=") && !address.contains("Fern"), "{address}");
    let found = olga.get(&address).await;
    assert!(found.has("Pip Fernhaven") && !found.has("Extra Example"), "{}", found.body);
    let links = found.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    assert!(links.clone().any(|href| href.contains("looked-for=")), "sorting and CSV keep what is looked for");
    for href in links {
        assert!(!href.contains("Fernhaven"), "{href}");
    }
    let elsewhere = olga.post_once("/search", &[("list", "https://evil.example/"), ("search", "a")]).await;
    assert!(elsewhere.location().starts_with("/?looked-for="), "{}", elsewhere.location());
    let others = school.signed_in("hedy").await.get(&address).await;
    assert!(others.has("Extra Example") && others.has(SEARCH_ENDED), "it is not Hedy's search: {}", others.body);
}

const SEARCH_ENDED: &str = "Your search has ended";

#[tokio::test]
async fn whoever_comes_back_to_a_search_that_is_kept_no_longer_is_told_so_and_may_search_again() {
    let school = SmallSchool::open().await;
    let mut olga = school.signed_in("olga").await;
    let sent = olga.post_once("/search", &[("list", "/people"), ("search", "Fernhaven")]).await;
    let address = sent.location().to_owned();
    let found = olga.get(&address).await;
    assert!(!found.has(SEARCH_ENDED) && !found.has("Hedy"), "{}", found.body);
    school.wait(SignedDuration::from_mins(31));
    let mut olga = school.signed_in("olga").await;
    let ended = olga.get(&address).await;
    assert!(ended.has(SEARCH_ENDED) && ended.has("Hedy Inkermoss"), "{}", ended.body);
    assert!(ended.has("id=\"search\"") && ended.value("list") == "/people", "few people, and a box: {}", ended.body);
    let again = olga.get("/people").await;
    assert!(!again.has(SEARCH_ENDED) && !again.has("id=\"search\""), "{}", again.body);
    let refused = school.signed_in("pip").await.get(&address).await;
    assert!(refused.status == StatusCode::FORBIDDEN && !refused.has(SEARCH_ENDED), "{}", refused.body);
}

const LOOKED_FOR: [&str; 2] = ["Fernhaven", "pond-life.example"];

/// Every address that a page leads to, and every form of it that browsers send as an address.
fn addresses_and_forms(body: &str) -> (Vec<&str>, Vec<&str>) {
    let after = |mark: &str| body.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>();
    let marks = ["href=\"", "action=\"", "name=\"list\" value=\"", "name=\"next\" value=\""];
    let forms = body.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    (
        marks.into_iter().flat_map(after).collect(),
        forms.filter(|form| form.split('>').next().is_some_and(|tag| !tag.contains("method=\"post\""))).collect(),
    )
}

#[tokio::test]
async fn what_is_looked_for_stands_in_no_address_of_any_page() {
    let school = SmallSchool::open().await;
    let shown = Activity {
        at: school.school.now(),
        host: LOOKED_FOR[1].to_owned(),
        outcome: domain::Outcome::Blocked,
        ..activity_that_is_dropped()
    };
    school.activity.append(&shown).expect("it is kept");
    let pages: Vec<String> = web::routes()
        .into_iter()
        .filter(|route| route.method == "GET" && route.access != web::Access::Public)
        .map(|route| filled(route.path))
        .collect();
    let mut found = 0;
    for username in ["", "tess", "ivo", "hedy", "olga", "dora"] {
        let mut browser = if username.is_empty() { school.browser() } else { school.signed_in(username).await };
        for path in &pages {
            let [name, site] = LOOKED_FOR;
            let sent = browser.get(&format!("{path}?search={name}&site={site}&audience=pupil")).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{username} {path}");
            let page = browser.get(sent.location()).await;
            let (mut addresses, forms) = addresses_and_forms(&page.body);
            addresses.extend([sent.location(), page.location()]);
            for address in addresses {
                assert!(!LOOKED_FOR.iter().any(|word| address.contains(word)), "{username} {path}: {address}");
            }
            for form in forms {
                let mut fields = form.split('<').filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea"));
                let is_chosen = |field: &str| {
                    ["hidden", "checkbox", "radio"].iter().any(|kind| field.contains(&format!("type=\"{kind}\"")))
                };
                assert!(fields.all(is_chosen), "what is typed in this form would stand in an address: {form}");
            }
            found += usize::from(page.status == StatusCode::OK && page.has(site));
        }
    }
    assert!(found > 5, "{found} pages showed what was looked for");
    let elsewhere = school.browser().get("//evil.example/?site=pond-life.example").await;
    assert!(elsewhere.location().starts_with("/?looked-for="), "{}", elsewhere.location());
}

/// The address of the page that answers a step of a worry, by a browser.
async fn step_of_a_worry(browser: &mut Browser, step: &str) -> String {
    let form = browser.get("/worry").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields =
        [("report", report.as_str()), ("key", &key), ("told", "Somebody is unkind"), ("about", "no"), ("do", step)];
    browser.post_once("/worry", &fields).await.location().to_owned()
}

#[tokio::test]
async fn nobody_comes_back_to_the_code_of_a_report_nor_to_what_was_typed_where_nobody_is_signed_in() {
    let school = SmallSchool::open().await;
    for mut browser in [school.signed_in("pip").await, school.browser()] {
        let sent = step_of_a_worry(&mut browser, "send").await;
        assert!(browser.get(&sent).await.has("Your code"), "it is shown");
        assert!(!browser.get(&sent).await.has("Your code"), "and once");
    }
    let mut nobody = school.browser();
    let checked = step_of_a_worry(&mut nobody, "check").await;
    assert!(nobody.get(&checked).await.has("Somebody is unkind"));
    assert!(!nobody.get(&checked).await.has("Somebody is unkind"));
    assert!(!nobody.get("/worry").await.has("Somebody is unkind"));
}

#[tokio::test]
async fn a_list_of_people_is_kept_nowhere() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let list = "username,name,audience,password\nnew,Nell Quarrystone,pupil,lantern-harbour-teapot-9\n";
    hedy.get("/people/import").await;
    let token = hedy.csrf.clone();
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--edge\r\nContent-Disposition: form-data; \
         name=\"files\"; filename=\"people.csv\"\r\nContent-Type: text/plain\r\n\r\n{list}\r\n--edge--\r\n"
    );
    let request =
        axum::http::Request::post("/people/import").header("content-type", "multipart/form-data; boundary=edge");
    let plan = hedy.send_once(request, Body::from(body)).await;
    assert_eq!(plan.status, StatusCode::OK, "it has an address: {}", plan.location());
    assert!(plan.has("Nell Quarrystone"), "{}", plan.body);
}

#[tokio::test]
async fn a_kept_page_is_shown_to_nobody_who_may_see_other_things_by_now() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    for (what, line) in [
        ("another group", "tess,Tess Kettlewind,staff,9B,teacher,"),
        ("a class that she teaches", "tess,Tess Kettlewind,staff,9B,teacher,9B"),
        ("another role", "tess,Tess Kettlewind,staff,9B,it-staff,9B"),
    ] {
        let sent = tess.post_once(FORM, &[("reason", REASON)]).await;
        let address = sent.location().to_owned();
        assert!(tess.get(&address).await.has(REASON), "before {what}");
        let list = format!("username,name,audience,groups,roles,teaches\n{line}\n");
        let files = vec![actions::ImportFile { name: "people.csv".to_owned(), bytes: list.into_bytes() }];
        let input =
            actions::ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
        school.school.import_people(&actions::Actor::operator(), input).await.expect("the list is sound");
        assert!(!tess.get(&address).await.has(REASON), "after {what}");
    }
}
