//! A policy that shows a notice where people sign in, and of which staff read and sign their part alone.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::SmallSchool;

const TEXT: &str = r#"+++
id          = "parts"
title       = "Our parts"
audiences   = ["staff"]
owner       = "headteacher"
reviewed    = "March 2026"
next_review = "Spring 2027"
related     = ["use", "anti-bullying"]
+++

# Our parts

Before the parts.

## For staff

### Watching {#watching}

Services watch over our systems.

```rule
[notice]
at = ["sign-in"]

[agreement]
by    = ["self"]
part  = ["For staff"]
ticks = ["I have read the e-safety policy"]
```

## For those who adapt it

### Adapting {#adapting}

Nobody signs this.
"#;

async fn school() -> SmallSchool {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "parts.md".to_owned(), text: TEXT.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

#[tokio::test]
async fn the_notice_is_read_by_whoever_comes_to_sign_in() {
    let school = school().await;
    let page = school.browser().get("/sign-in").await;
    assert!(page.has("Services watch over our systems.") && !page.has("Nobody signs this."), "{}", page.body);
}

#[tokio::test]
async fn staff_read_their_part_and_sign_only_with_every_tick() {
    let school = school().await;
    let mut tess = school.signed_in("tess").await;
    let page = tess.get("/sign/parts").await;
    assert!(page.has("Services watch over our systems."), "{}", page.body);
    assert!(!page.has("Nobody signs this.") && !page.has("Before the parts."), "{}", page.body);
    assert!(page.has("I have read the e-safety policy"));
    let (version, hash) = (page.value("version"), page.value("text_hash"));
    let signed = [
        ("version", version.as_str()),
        ("text_hash", hash.as_str()),
        ("printed_name", "Tess Kettlewind"),
        ("read", "yes"),
        ("ticks", "I have read the e-safety policy"),
    ];
    let refused = tess.post("/sign/parts", &signed[..4]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Tick ‘I have read the e-safety policy’"), "{}", refused.body);
    let done = tess.post_checked("/sign/parts", &signed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

#[tokio::test]
async fn a_policys_page_tells_its_reviews_and_what_is_read_with_it() {
    let school = school().await;
    let page = school.signed_in("tess").await.get("/policies/parts").await;
    assert!(page.has("March 2026") && page.has("Spring 2027"), "{}", page.body);
    assert!(page.has("href=\"/policies/use\"") && page.has("anti bullying"), "{}", page.body);
}

#[tokio::test]
async fn a_policys_page_tells_when_it_is_due_for_review_where_its_head_says_only_how_often() {
    let school = SmallSchool::open().await;
    let text = TEXT.replace("next_review = \"Spring 2027\"", "review      = \"every 18 months\"");
    let policy = InstallPolicy { file_name: "parts.md".to_owned(), text };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let page = school.signed_in("tess").await.get("/policies/parts").await;
    assert!(page.has("every 18 months") && page.has("1 September 2027"), "{}", page.body);
}
