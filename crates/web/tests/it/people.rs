//! People: found, added, changed, invited, let go and brought back; a list of them read in; access taken and given.

use actions::{Actor, InstallPolicy};
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};

use crate::desk::role;
use crate::desk::{Browser, Page, SmallSchool};

const SANCTIONS: &str = r#"+++
id          = "conduct"
title       = "When rules are broken"
audiences   = ["pupil", "staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# When rules are broken

## Losing access {#losing-access}
Who breaks the rules may lose access.

```rule
[sanction]
id      = "lose-access"
may     = ["withdraw-access"]
decides = ["headteacher"]
```
"#;

/// Sends a form with files, its token first, as a browser does.
pub async fn send_files(
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &str)],
) -> Page {
    let mut body = String::new();
    let token = browser.csrf.clone();
    for (name, value) in std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()) {
        body.push_str(&format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    for (field, name, text) in files {
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: text/plain\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str("--edge--\r\n");
    let request = Request::post(path).header(CONTENT_TYPE, "multipart/form-data; boundary=edge");
    browser.send(request, Body::from(body)).await
}

/// Sends a form, as one with a file where it is one.
pub async fn send_form(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.post_once(path, fields).await;
    if page.has("Nothing was done") { send_files(browser, path, fields, &[]).await } else { page }
}

#[tokio::test]
async fn the_list_is_searched_and_filtered_and_is_no_pupils_business() {
    let school = SmallSchool::open().await;
    let mut olga = school.signed_in("olga").await;
    let all = olga.get("/people").await;
    assert_eq!(all.status, StatusCode::OK);
    assert!(all.has("Pip Fernhaven") && all.has("Hedy Inkermoss") && all.has("9B (2)"), "{}", all.body);
    let pupils = olga.get("/people?audience=pupil").await;
    assert!(pupils.has("Pip Fernhaven") && !pupils.has("Hedy Inkermoss"));
    let office = olga.get("/people?role=office").await;
    assert!(office.has("Olga Thimblegate") && !office.has("Pip Fernhaven"));
    let found = olga.follow("/people?search=fernhaven&group=9B").await;
    assert!(found.has("Pip Fernhaven") && !found.has("Pat Fernhaven"));
    let left = olga.get("/people?leavers=yes").await;
    assert!(left.has("Nobody who has left matches"), "{}", left.body);
    let csv = olga.get("/people?audience=pupil&format=csv").await;
    assert!(
        csv.body.starts_with("Name,Username,Part of the school,Groups\r\nPip Fernhaven,pip,Pupils,9B\r\n"),
        "{}",
        csv.body
    );
    for username in ["pip", "pat", "tess"] {
        let page = school.signed_in(username).await.get("/people").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{username}");
        assert!(!page.has("Hedy Inkermoss"));
    }
}

#[tokio::test]
async fn people_are_sorted_by_the_column_that_is_chosen() {
    let school = SmallSchool::open().await;
    let mut olga = school.signed_in("olga").await;
    let first = async |olga: &mut Browser, sort: &str| {
        let page = olga.get(&format!("/people?sort={sort}&format=csv")).await;
        page.body.lines().nth(1).and_then(|line| line.split(',').next()).expect("a first row").to_owned()
    };
    let (name, last_name) = (first(&mut olga, "name").await, first(&mut olga, "-name").await);
    assert!(name < last_name, "{name} comes before {last_name}");
    let page = olga.get("/people").await;
    for key in ["name", "username", "part"] {
        assert!(page.has(&format!("sort={key}")), "a link sorts by {key}: {}", page.body);
    }
    assert!(olga.get("/people?sort=-part").await.has("aria-sort=\"descending\""));
}

#[tokio::test]
async fn a_persons_page_shows_what_they_owe_and_offers_only_what_the_visitor_may() {
    let school = SmallSchool::open().await;
    let pip = school.id_of("pip").await;
    let page = school.signed_in("olga").await.get(&format!("/people/{pip}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("Their own and a parent’s") && page.has("Closed until signed"), "{}", page.body);
    assert!(page.has("Pat Fernhaven") && page.has("Change these details") && page.has("Mark them as having left"));
    assert!(!page.has("Withdraw their access"), "no clause lets the office withdraw access");
    assert!(!page.body.split("</title>").next().unwrap_or_default().contains("Pip"), "no name in a title");
    let governor = school.signed_in("dora").await.get(&format!("/people/{pip}")).await;
    assert!(governor.has("Pip Fernhaven") && !governor.has("Change these details"), "{}", governor.body);
    assert!(governor.has("/reports/activity/new?person="), "a clause lets the safeguarding lead look");
    let tess = school.signed_in("tess").await.get(&format!("/people/{pip}")).await;
    assert_eq!(tess.status, StatusCode::FORBIDDEN);
    assert_eq!(school.signed_in("olga").await.get("/people/nobody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_about_a_person_keeps_what_was_typed_and_says_what_to_mend() {
    let school = SmallSchool::open().await;
    let mut olga = school.signed_in("olga").await;
    assert_eq!(olga.get("/people/add").await.status, StatusCode::OK);
    let page = olga.post("/people/add", &[("username", "zed"), ("mail", "zed@example.com")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.has("<title>Error: ") && page.has("href=\"#name\"") && page.has("href=\"#audience\""),
        "{}",
        page.body
    );
    assert_eq!((page.value("username").as_str(), page.value("mail").as_str()), ("zed", "zed@example.com"));
    let taken = [("username", "pip"), ("name", "Zed Example"), ("audience", "pupil")];
    let page = olga.post("/people/add", &taken).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("href=\"#username\"") && page.has("id=\"username-error\""), "{}", page.body);
    let fields = [("username", "zed"), ("name", "Zed Example"), ("audience", "pupil"), ("groups", "9B, chess")];
    let page = olga.post("/people/add", &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let one = olga.get(page.location()).await;
    assert!(one.has("Zed Example") && one.has("9B, chess"), "{}", one.body);
    assert_eq!(school.signed_in("tess").await.get("/people/add").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn dates_work_and_an_absence_are_set_on_a_page_and_shown_to_those_who_manage_people() {
    let school = SmallSchool::open().await;
    let tess = school.id_of("tess").await;
    let mut olga = school.signed_in("olga").await;
    let place = format!("/people/{tess}/particulars");
    let form = olga.get(&place).await;
    assert!(form.has("name=\"born\"") && !form.has("name=\"stand-in\""), "the office names no stand-in: {}", form.body);
    assert!(!form.has("name=\"absent-from\""), "nor sets an absence: {}", form.body);
    assert!(!form.has("name=\"teaches\"") && !form.has("name=\"manager\""), "nor who decides: {}", form.body);
    let wrong = olga.post(&place, &[("born", "31 May")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("href=\"#born\"") && wrong.has("is not a day"), "{}", wrong.body);
    let fields = [
        ("manager", "hedy"),
        ("born", "1990-05-31"),
        ("hours", "mon-fri 08:30-16:00"),
        ("teaches", "9B; 9C"),
        ("leaving-date", "2026-07-21"),
    ];
    let absence = [("absent-from", "2026-05-11"), ("absent-until", "2026-05-13")];
    let page = school.signed_in("dina").await.post(&place, &[fields.as_slice(), &absence].concat()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let shown_to_office = [("born", "1990-05-30"), ("hours", "mon-fri 08:30-16:00"), ("leaving-date", "2026-07-21")];
    let page = olga.post(&place, &shown_to_office).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let again = school.signed_in("dina").await.get(&place).await;
    assert_eq!((again.value("born").as_str(), again.value("teaches").as_str()), ("1990-05-30", "9B; 9C"), "it is kept");
    let shown = olga.get(&format!("/people/{tess}")).await;
    assert!(shown.has("30 May 1990") && shown.has("11 May 2026 to 13 May 2026"), "{}", shown.body);
    assert!(shown.has("mon-fri 08:30-16:00") && shown.has("9B, 9C") && shown.has("21 July 2026"), "{}", shown.body);
    let mut own = school.signed_in("tess").await;
    assert!(!own.get(&format!("/people/{tess}")).await.has("30 May 1990"));
    assert_eq!(own.get(&place).await.status, StatusCode::FORBIDDEN);
    let own = school.id_of("olga").await;
    assert!(!olga.get(&format!("/people/{own}")).await.has("/particulars"), "nobody is offered their own");
    assert_eq!(olga.get(&format!("/people/{own}/particulars")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn details_change_and_roles_stay_where_the_form_shows_none() {
    let school = SmallSchool::open().await;
    let tess = school.id_of("tess").await;
    let mut olga = school.signed_in("olga").await;
    let form = olga.get(&format!("/people/{tess}/edit")).await;
    assert_eq!(form.value("name"), "Tess Kettlewind");
    assert_eq!(form.value("groups"), "9B, science");
    assert!(!form.has("name=\"roles\""), "the office gives no roles");
    let fields = [("name", "Tess Kettlewind-Hill"), ("audience", "staff"), ("groups", "9C")];
    let page = olga.post(&format!("/people/{tess}/edit"), &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let after = school.school.actor_named(&Actor::operator(), "tess").await.unwrap();
    assert_eq!(after.name(), "Tess Kettlewind-Hill");
    assert!(after.holds(role("teacher")), "the role is still there");
    let mut teacher = school.signed_in("tess").await;
    assert_eq!(
        teacher.get(&format!("/people/{tess}/edit")).await.status,
        StatusCode::FORBIDDEN,
        "details are for those who manage people"
    );
    let mut dina = school.signed_in("dina").await;
    assert!(dina.get(&format!("/people/{tess}/edit")).await.has("name=\"roles\""));
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_lets_its_person_in() {
    let school = SmallSchool::open().await;
    let pip = school.id_of("pip").await;
    let mut olga = school.signed_in("olga").await;
    let ask = olga.get(&format!("/people/{pip}/invite")).await;
    assert!(ask.has("no longer counts") && ask.has("Make an invitation"), "{}", ask.body);
    let page = olga.post(&format!("/people/{pip}/invite"), &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let link =
        page.body.split("http://localhost:8080").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    assert!(link.starts_with("/welcome/"), "{}", page.body);
    assert!(school.browser().get(link).await.has("pip"), "the link greets the person by their username");
    assert_eq!(
        school.signed_in("tess").await.get(&format!("/people/{pip}/invite")).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_leaver_is_signed_out_and_comes_back() {
    let school = SmallSchool::open().await;
    let pip = school.id_of("pip").await;
    let mut browser = school.signed_in("pip").await;
    let mut olga = school.signed_in("olga").await;
    let ask = olga.get(&format!("/people/{pip}/leave")).await;
    assert!(ask.has("Mark Pip Fernhaven as having left?") && ask.has("signed out"), "{}", ask.body);
    let page = olga.post(&format!("/people/{pip}/leave"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "their session is over");
    assert!(olga.get(&format!("/people/{pip}")).await.has("Has left"));
    assert!(olga.get("/people?leavers=yes").await.has("Pip Fernhaven"));
    let page = olga.post(&format!("/people/{pip}/return"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert!(olga.get("/people").await.has("Pip Fernhaven"));
    let page = school.signed_in("tess").await.post(&format!("/people/{pip}/leave"), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn access_is_withdrawn_by_a_clause_with_a_reason_and_given_back() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "conduct.md".to_owned(), text: SANCTIONS.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let pip = school.id_of("pip").await;
    let mut hedy = school.signed_in("hedy").await;
    let path = format!("/people/{pip}/withdraw");
    let form = hedy.get(&path).await;
    assert!(form.has("Losing access") && form.has("conduct#losing-access"), "{}", form.body);
    let page = hedy.post(&path, &[("clause", "conduct#another"), ("until", "yesterday")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["clause", "reason", "until"] {
        assert!(page.has(&format!("href=\"#{field}\"")), "{field}: {}", page.body);
    }
    let fields = [("clause", "conduct#losing-access"), ("reason", "A proxy was used."), ("until", "2026-05-20")];
    let page = hedy.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let one = hedy.get(&format!("/people/{pip}")).await;
    assert!(one.has("Withdrawn") && one.has("A proxy was used.") && one.has("20 May 2026, 23:59"), "{}", one.body);
    let mut told = school.signed_in("pip").await;
    for place in ["/", "/you"] {
        let page = told.get(place).await;
        assert!(page.has("The reason that was given: A proxy was used."), "{place}: {}", page.body);
    }
    let mistake = told.follow("/mistake?site=reddit.com&policy=conduct&clause=losing-access").await;
    assert!(
        mistake.has("Your access was taken away by this clause") && mistake.has("<li>Headteacher</li>"),
        "{}",
        mistake.body
    );
    assert!(
        !mistake.has("IT staff") && !mistake.has("No permission opens it"),
        "who opens sites can't give it back: {}",
        mistake.body
    );
    let restore = one.body.split(&format!("/people/{pip}/restore/")).nth(1).and_then(|rest| rest.split('"').next());
    let restore = format!("/people/{pip}/restore/{}", restore.expect("a way to give it back"));
    assert_eq!(school.signed_in("olga").await.get(&restore).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hedy.get(&restore).await.status, StatusCode::OK);
    let page = hedy.post(&restore, &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("href=\"#reason\""), "{}", page.body);
    let page = hedy.post(&restore, &[("reason", "It is settled.")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert!(!hedy.get(&format!("/people/{pip}")).await.has("Withdrawn</strong>"));
    assert_eq!(school.signed_in("olga").await.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_list_with_mistakes_shows_each_and_does_nothing() {
    let school = SmallSchool::open().await;
    let mut dina = school.signed_in("dina").await;
    assert_eq!(dina.get("/people/import").await.status, StatusCode::OK);
    let page = send_files(&mut dina, "/people/import", &[], &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("href=\"#files\""), "{}", page.body);
    let wrong = "username,name,audience,groups,roles,mail,children,password\nnew,New Example,puppil,,,,,\n,No Name,pupil,,,,,\n";
    let page = send_files(&mut dina, "/people/import", &[], &[("files", "people.csv", wrong)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("puppil") && page.has("all or nothing"), "{}", page.body);
    assert!(page.body.matches("people.csv</th>").count() >= 2, "each problem has its line: {}", page.body);
    assert!(!page.has("Import these people") && school.school.actor_named(&Actor::operator(), "new").await.is_err());
    assert_eq!(school.signed_in("olga").await.get("/people/import").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_was_seen_is_what_is_done_or_nothing_is() {
    let school = SmallSchool::open().await;
    let mut dina = school.signed_in("dina").await;
    let list = "username,name,audience,groups,roles,mail,children\nnew,New Example,pupil,9B,,,\npip,Pip Fernhaven,pupil,9C,,,\n";
    dina.get("/people/import").await;
    let plan = send_files(&mut dina, "/people/import", &[], &[("files", "people.csv", list)]).await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.body);
    assert!(plan.has("1 person would be added, 1 changed") && plan.has("Olga Thimblegate"), "{}", plan.body);
    assert!(plan.has("groups: from ‘9B’ to ‘9C’"), "what changes is shown from what to what: {}", plan.body);
    assert!(school.school.actor_named(&Actor::operator(), "new").await.is_err(), "a dry run does nothing");
    let (digest, body) = (plan.value("digest"), plan.value("file-body"));
    let carried = [("digest", digest.as_str()), ("file-name", "people.csv"), ("file-body", body.as_str())];
    let page = send_files(&mut dina, "/people/import/apply", &carried, &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("href=\"#seen\""), "{}", page.body);
    let seen: Vec<_> = carried.iter().copied().chain([("seen", "yes")]).collect();
    let page = send_files(&mut dina, "/people/import/apply", &seen, &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.has("1 new, 1 changed, 0 left"), "{}", page.body);
    assert!(
        school.school.actor_named(&Actor::operator(), "new").await.is_ok()
            && school.school.actor_named(&Actor::operator(), "olga").await.is_ok()
    );
    let page = send_files(&mut dina, "/people/import/apply", &seen, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the plan is out of date: {}", page.body);
    assert!(page.has("changed since the dry run"), "{}", page.body);
}

#[tokio::test]
async fn a_school_adds_a_role_of_its_own_and_the_desk_offers_it() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let wrong = hedy.post("/roles/edit", &[("name", "Head of year"), ("title", ""), ("empty", "yes")]).await;
    assert!(wrong.has("joined by hyphens") && wrong.has("Type the title"), "{}", wrong.body);
    let fields = [
        ("name", "head-of-year"),
        ("title", "Head of year"),
        ("may-hold", "staff"),
        ("empty", "yes"),
        ("duties", "see-people"),
    ];
    assert_eq!(hedy.post("/roles/edit", &fields).await.location(), "/roles");
    assert!(hedy.get("/roles").await.has("head-of-year"));
    assert!(hedy.get("/people").await.has("Head of year"), "people can be filtered by it");
    assert!(hedy.post("/roles/edit", &fields).await.has("There is a role of this name already"));
    let mut tess = school.signed_in("tess").await;
    assert_eq!(tess.post("/roles/edit", &fields).await.status, axum::http::StatusCode::FORBIDDEN);
}

/// Carries the plan that was shown on to its form, with these fields beside it.
async fn carry_out(browser: &mut Browser, plan: &Page, fields: &[(&str, &str)]) -> Page {
    let (digest, body) = (plan.value("digest"), plan.value("file-body"));
    let carried =
        [("digest", digest.as_str()), ("file-name", "people.csv"), ("file-body", body.as_str()), ("seen", "yes")];
    let fields: Vec<_> = carried.into_iter().chain(fields.iter().copied()).collect();
    send_files(browser, "/people/import/apply", &fields, &[]).await
}

#[tokio::test]
async fn many_leavers_are_asked_about_a_second_time_and_brought_back_on_a_page() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let pupils: String = (0..30).map(|number| format!("p{number},Pupil Number {number},pupil\n")).collect();
    let list = format!("username,name,audience\n{pupils}");
    hedy.get("/people/import").await;
    let plan = send_files(&mut hedy, "/people/import", &[], &[("files", "people.csv", &list)]).await;
    let done = carry_out(&mut hedy, &plan, &[]).await;
    assert!(done.has("30 new, 0 changed, 0 left"), "{}", done.body);

    let staff = "username,name,audience,groups,roles,children\n\
        pip,Pip Fernhaven,pupil,9B,,\npat,Pat Fernhaven,parent,,,pip\ntess,Tess Kettlewind,staff,9B;science,teacher,\n\
        ivo,Ivo Marblewick,staff,,it-staff,\ndina,Dina Lanternfield,staff,,it-director,\n\
        hedy,Hedy Inkermoss,staff,,headteacher,\nolga,Olga Thimblegate,staff,,office,\ndora,Dora Honeystone,staff,,dsl,\n";
    hedy.get("/people/import").await;
    let plan = send_files(&mut hedy, "/people/import", &[], &[("files", "people.csv", staff)]).await;
    assert!(plan.has("30 people on record are not in the file") && plan.has("Pupil Number 7"), "{}", plan.body);
    assert!(plan.has("name=\"leavers\""), "the second question is on the page: {}", plan.body);
    for unsure in [vec![("missing-left", "yes")], vec![("missing-left", "yes"), ("leavers", "29")]] {
        let asked = carry_out(&mut hedy, &plan, &unsure).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.has("href=\"#leavers\"") && asked.has("type the number 30"), "{}", asked.body);
        assert!(school.school.actor_named(&Actor::operator(), "p7").await.is_ok(), "nobody has left");
    }
    let done = carry_out(&mut hedy, &plan, &[("missing-left", "yes"), ("leavers", "30")]).await;
    assert!(done.has("0 new, 0 changed, 30 left") && done.has("/people/import/undo"), "{}", done.body);
    assert!(school.school.actor_named(&Actor::operator(), "p7").await.is_err());

    let ask = hedy.get("/people/import/undo").await;
    assert!(ask.has("Bring back everybody who left by the last import?") && ask.has("Pupil Number 7"), "{}", ask.body);
    assert_eq!(hedy.post("/people/import/undo", &[]).await.location(), "/people");
    assert!(school.school.actor_named(&Actor::operator(), "p7").await.is_ok());
    assert!(hedy.get("/people/import/undo").await.has("Nothing to undo"));

    let dated = "username,name,audience,leaving-date\np7,Pupil Number 7,pupil,2026-05-12\n";
    let plan = send_files(&mut hedy, "/people/import", &[], &[("files", "people.csv", dated)]).await;
    assert!(plan.has("Leaving dates that are new or other than on record: 1"), "{}", plan.body);
    carry_out(&mut hedy, &plan, &[]).await;
    school.wait(jiff::SignedDuration::from_hours(24));
    assert_eq!(school.school.tick().await.unwrap().left, 1);
    let mut hedy = school.signed_in("hedy").await;
    let place = "/people/import/undo?by=date";
    assert!(hedy.get("/people/import").await.has(place));
    let ask = hedy.get(place).await;
    assert!(ask.has("everybody who left on the last leaving date?") && ask.has("Pupil Number 7"), "{}", ask.body);
    assert_eq!(hedy.post("/people/import/undo", &[("by", "date")]).await.location(), "/people");
    assert!(school.school.actor_named(&Actor::operator(), "p7").await.is_ok());
    assert_eq!(school.signed_in("olga").await.get("/people/import/undo").await.status, StatusCode::FORBIDDEN);
}
