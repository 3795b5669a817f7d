//! Consents that are asked once, from the task on Home to what the school then may do.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::{Browser, SmallSchool};
use crate::routes::check_html;

const ALBUM: &str = r#"+++
id          = "album"
title       = "Pictures of pupils"
audiences   = ["staff", "pupil", "parent"]
owner       = "headteacher"
+++

# Pictures of pupils

## In the album {#album}
A parent says once whether a child may be shown.

```rule
[consent]
id    = "album"
title = "My child in the album"
from  = ["parent"]
about = ["pupil"]
for   = "Showing the child in the album."
asked = "once"
```
"#;

const PAGE: &str = "/consents/album/album";

async fn school() -> SmallSchool {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "album.md".to_owned(), text: ALBUM.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

/// The name of the one field of a parent's form.
async fn field(browser: &mut Browser) -> String {
    let form = browser.get(PAGE).await;
    let begins = form.body.find("name=\"say-").expect("there is a question") + "name=\"".len();
    form.body[begins..].split('"').next().expect("a name ends").to_owned()
}

#[tokio::test]
async fn a_parent_answers_after_looking_once_more_and_changes_it_later() {
    let school = school().await;
    let mut pat = school.signed_in("pat").await;
    assert!(pat.get("/").await.has("Say yes or no: My child in the album"));
    assert!(pat.get("/agreements").await.has("href=\"/consents\""));
    let list = pat.get("/consents").await;
    assert!(list.has("About Pip Fernhaven") && list.has("No answer counts as no."), "{}", list.body);
    let name = field(&mut pat).await;
    let nothing = pat.post(PAGE, &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.has("Choose an answer for at least one of them"), "{}", nothing.body);
    let check = pat.post(PAGE, &[(&name, "yes")]).await;
    assert!(check.is_check() && check.has("Check your answers"), "{}", check.body);
    assert!(pat.get("/consents").await.has("Nobody has answered."), "it does not count yet");
    let done = pat.send_checked(PAGE, &check).await;
    assert!(done.has("Your answers count from now on") && done.has("take it back at any time"), "{}", done.body);
    let list = pat.get("/consents").await;
    assert!(list.has("Yes, since 12 May 2026") && list.has("Pat Fernhaven said yes"), "{}", list.body);
    assert!(!pat.get("/").await.has("My child in the album"), "there is nothing to do any more");
    let back = pat.post_checked(PAGE, &[(&name, "taken-back")]).await;
    assert!(back.has("What you said counts no longer"), "{}", back.body);
    let list = pat.get("/consents").await;
    assert!(list.has("Nobody has answered.") && list.has("Pat Fernhaven said yes"), "what was said stays on record");
    for path in ["/consents", PAGE] {
        check_html(path, &pat.get(path).await.body);
    }
}

#[tokio::test]
async fn nobody_else_is_asked_or_told() {
    let school = school().await;
    let mut pat = school.signed_in("pat").await;
    let name = field(&mut pat).await;
    pat.post_checked(PAGE, &[(&name, "no")]).await;
    assert!(pat.get("/consents").await.has("No, since 12 May 2026"));
    for other in ["pip", "tess", "hedy"] {
        let mut other = school.signed_in(other).await;
        let page = other.get("/consents").await;
        for told in ["About Pip", "My child in the album", "since 12 May 2026"] {
            assert!(!page.has(told), "{told}: {}", page.body);
        }
        assert_eq!(other.get(PAGE).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(PAGE, &[(&name, "yes")]).await.status, StatusCode::NOT_FOUND);
    }
}
