//! A school with roles of its own, from the catalogue to the decision.

use axum::http::StatusCode;

use crate::desk::{Browser, SmallSchool};
use crate::people::send_files;

const READING: &str = r#"+++
id          = "reading"
title       = "Reading and playing in year 9"
audiences   = ["pupil"]
owner       = "headteacher"
approved_by = ["headteacher", "head-of-year"]
+++

# Reading and playing in year 9

## Chess {#chess}
Chess is closed to pupils. Your head of year may open it for you for a day.

```rule
[block]
sites  = ["chess.com"]
for    = ["pupil"]
unless = "chess-site"

[permission]
id      = "chess-site"
title   = "Play chess online"
asks    = ["pupil"]
decides = ["head-of-year"]
opens   = "site"
longest = "1 day"
```

```example
pupil asks chess-site -> head-of-year decides until 1 day #chess
```

## Books {#books}
The librarian lends books for longer when you ask.

```rule
[permission]
id      = "longer-loan"
title   = "Keep a book for longer"
asks    = ["pupil"]
decides = ["librarian"]
opens   = "other"
```
"#;

async fn add_role(browser: &mut Browser, name: &str, title: &str, duties: &[&str]) {
    browser.get("/roles/edit").await;
    let fields = [("name", name), ("title", title), ("may-hold", "staff"), ("empty", "yes")];
    let duties = duties.iter().map(|duty| ("duties", *duty));
    let fields: Vec<_> = fields.into_iter().chain(duties).collect();
    let page = browser.post("/roles/edit", &fields).await;
    assert_eq!(page.location(), "/roles", "{}", page.body);
}

async fn give_roles(browser: &mut Browser, school: &SmallSchool, username: &str, roles: &[&str]) {
    let person = school.school.actor_named(&actions::Actor::operator(), username).await.expect("somebody is called so");
    let path = format!("/people/{}/edit", person.person());
    assert!(browser.get(&path).await.has("name=\"roles\""));
    let fields = [("name", person.name()), ("audience", "staff"), ("groups", "9B")];
    let fields: Vec<_> = fields.into_iter().chain(roles.iter().map(|role| ("roles", *role))).collect();
    let page = browser.post(&path, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

async fn approve(browser: &mut Browser, draft: &str, role: &str) {
    let page = browser.get(draft).await;
    assert!(page.has("Approve this draft"), "{role}: {}", page.body);
    let hash = page.value("text_hash");
    let page = browser.post(&format!("{draft}/approve"), &[("text_hash", hash.as_str()), ("role", role)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{role}: {}", page.body);
}

async fn ask(browser: &mut Browser, permission: &str, wants: &str, until: &str) -> String {
    let form = format!("/ask/reading/{permission}");
    assert_eq!(browser.get(&form).await.status, StatusCode::OK);
    let fields = [("wants", wants), ("reason", "For the club."), ("until", until)];
    let page = browser.post_checked(&form, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.location().split(['/', '?']).nth(2).expect("a request's address").to_owned()
}

#[tokio::test]
async fn a_pupil_asks_and_the_schools_own_head_of_year_decides() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let before = hedy.get("/policies/upload").await;
    assert_eq!(before.status, StatusCode::OK);
    let fields = [("text", ""), ("minor", "no"), ("summary", "Chess and books.")];
    let early = send_files(&mut hedy, "/policies/upload", &fields, &[("file", "reading.md", READING)]).await;
    assert!(
        early.status == StatusCode::UNPROCESSABLE_ENTITY || hedy.get(early.location()).await.has("no role"),
        "a role must be in the catalogue before a policy names it: {}",
        early.body
    );

    add_role(&mut hedy, "head-of-year", "Head of year", &["see-people", "approve-policies"]).await;
    add_role(&mut hedy, "librarian", "Librarian", &[]).await;
    give_roles(&mut hedy, &school, "tess", &["teacher", "head-of-year"]).await;
    give_roles(&mut hedy, &school, "ivo", &["it-staff", "librarian"]).await;

    hedy.get("/policies/upload").await;
    let uploaded = send_files(&mut hedy, "/policies/upload", &fields, &[("file", "reading.md", READING)]).await;
    assert_eq!(uploaded.status, StatusCode::SEE_OTHER, "{}", uploaded.body);
    let draft = uploaded.location().to_owned();
    approve(&mut hedy, &draft, "headteacher").await;
    let one = hedy.get(&draft).await;
    assert!(one.has("Head of year has not approved it yet"), "{}", one.body);
    let mut tess = school.signed_in("tess").await;
    approve(&mut tess, &draft, "head-of-year").await;
    let hash = hedy.get(&format!("{draft}/publish")).await.value("text_hash");
    let page = hedy.post(&format!("{draft}/publish"), &[("text_hash", hash.as_str())]).await;
    assert!(page.has("is in force"), "{}", page.body);

    let mut pip = school.signed_in("pip").await;
    let chess = ask(&mut pip, "chess-site", "chess.com", "2026-05-12T14:30:00Z").await;
    assert!(pip.get(&format!("/requests/{chess}")).await.has("Waiting for the head of year"));
    let book = ask(&mut pip, "longer-loan", "The atlas", "revoked").await;
    let mut ivo = school.signed_in("ivo").await;
    assert_eq!(ivo.get(&format!("/decide/{chess}")).await.status, StatusCode::NOT_FOUND, "it is not the librarian’s");
    assert_eq!(tess.get(&format!("/decide/{book}")).await.status, StatusCode::NOT_FOUND);
    assert!(tess.get("/").await.has(&format!("/decide/{chess}")));
    tess.get(&format!("/decide/{chess}")).await;
    let fields = [("answer", "approve"), ("until", "2026-05-12T14:30:00Z")];
    let page = tess.post(&format!("/decide/{chess}"), &fields).await;
    assert_eq!(page.location(), format!("/requests/{chess}?done=decided"), "{}", page.body);
    assert!(pip.get(&format!("/requests/{chess}")).await.has("Approved"));
    ivo.get(&format!("/decide/{book}")).await;
    let page = ivo.post(&format!("/decide/{book}"), &[("answer", "refuse"), ("reason", "It is reserved.")]).await;
    assert_eq!(page.location(), format!("/requests/{book}?done=decided"), "{}", page.body);

    let directory = school.feed.borrow().directory.clone();
    let (_, member) = directory.by_username("pip").expect("the gate knows them");
    assert!(member.standing.grants.iter().any(|grant| grant.permission == "chess-site"), "the gate obeys it");
}
