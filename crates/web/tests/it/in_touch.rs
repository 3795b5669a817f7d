//! The page that tells by which ways somebody may be reached, from Home to the entry of an exception.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::SmallSchool;
use crate::routes::check_html;

const CHANNELS: &str = r#"+++
id          = "channels"
title       = "Getting in touch"
audiences   = ["staff"]
owner       = "headteacher"
+++

# Getting in touch

## Pupils and parents {#pupils}
Write to pupils and parents by school mail.

```rule
[channel]
from   = ["staff"]
to     = ["pupil", "ex-pupil:under-18"]
by     = ["school mail", "school telephone"]
except = ["own-number", "an emergency"]
prefer = ["the office"]
log    = "contacts"

[permission]
id      = "own-number"
title   = "Give a pupil your number"
asks    = ["staff"]
decides = ["headteacher"]
opens   = "contact"
longest = "1 week"

[register]
id          = "contacts"
title       = "In touch in another way"
keeper      = ["headteacher"]
fields      = { with-whom = "text", in-what-way = "text", why = "long-text" }
declared-by = "self"
for         = ["staff"]
```

## Our own accounts {#accounts}
Staff see who posts for the school.

```rule
[register]
id         = "accounts"
title      = "The school's accounts"
keeper     = ["headteacher"]
fields     = { account = "text", poster = "person", password-kept = "text" }
shown-to   = ["staff"]
shows      = ["account", "poster"]
official-accounts = true
```
"#;

async fn school() -> SmallSchool {
    school_by(CHANNELS).await
}

async fn school_by(text: &str) -> SmallSchool {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "channels.md".to_owned(), text: text.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

#[tokio::test]
async fn staff_find_the_ways_from_home_and_write_down_an_exception_that_its_keeper_reads() {
    let school = school().await;
    let mut tess = school.signed_in("tess").await;
    for path in ["/", "/ask"] {
        assert!(tess.get(path).await.has("href=\"/in-touch\""), "{path}");
    }
    let choices = tess.get("/in-touch").await;
    for words in ["/in-touch/pupil\"", "Past pupils under 18", "Past pupils aged 18 or over"] {
        assert!(choices.has(words), "{words}: {}", choices.body);
    }
    let ways = tess.get("/in-touch/pupil").await;
    let (mail, telephone) = (ways.body.find("<li>school mail"), ways.body.find("<li>school telephone"));
    assert!(mail.is_some() && mail < telephone, "{}", ways.body);
    for words in [
        "Pupils and parents",
        "An emergency. First try the office.",
        "Use it, and write it down",
        "href=\"/ask/channels/own-number\"",
        "In touch in another way",
    ] {
        assert!(ways.has(words), "{words}: {}", ways.body);
    }
    let form = "/registers/channels/contacts/enter";
    assert!(ways.has(&format!("href=\"{form}")), "{}", ways.body);
    // The entry of an exception begins with it, and what the link says is checked as if it had been typed.
    let begun = format!("{form}?why=an+emergency&#38;with-whom=Pupils");
    assert!(ways.has(&format!("href=\"{begun}\"")), "{}", ways.body);
    assert!(ways.has(&format!("href=\"{form}?with-whom=Pupils\"")), "another way begins with whom alone");
    let page = tess.get(&begun.replace("&#38;", "&")).await;
    assert_eq!(["field.with-whom", "field.in-what-way"].map(|name| page.value(name)), ["Pupils", ""]);
    assert!(page.has(">an emergency</textarea>"), "{}", page.body);
    let odd = tess.get(&format!("{form}?why=%3Cb%3E&with-whom={}&stranger=1", "x".repeat(3000))).await;
    assert!(!odd.has("<b>") && !odd.has("stranger"), "{}", odd.body);
    let kept =
        [("form", odd.value("form")), ("field.with-whom", odd.value("field.with-whom")), ("field.why", "so".into())];
    let kept: Vec<(&str, &str)> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(tess.post(form, &kept).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it is too long");
    let id = page.value("form");
    let done = tess
        .post(
            form,
            &[
                ("form", id.as_str()),
                ("field.with-whom", "Pip"),
                ("field.in-what-way", "By text"),
                ("field.why", "The coach broke down"),
            ],
        )
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get("/registers/channels/contacts").await.has("The coach broke down"));
    let grown = tess.get("/in-touch/ex-pupil-from-18").await;
    assert!(grown.has("No clause says in which ways you may reach them."), "{}", grown.body);
}

#[tokio::test]
async fn whom_no_clause_names_is_shown_neither_the_page_nor_the_way_to_it() {
    let school = school().await;
    for username in ["pip", "pat"] {
        let mut browser = school.signed_in(username).await;
        assert!(!browser.get("/").await.has("/in-touch"), "{username}");
        for path in ["/in-touch", "/in-touch/pupil", "/in-touch/nobody"] {
            assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{username} {path}");
        }
    }
    let mut tess = school.signed_in("tess").await;
    for path in ["/in-touch/governor", "/in-touch/nobody"] {
        let page = tess.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.body);
    }
    for path in ["/in-touch", "/in-touch/pupil", "/in-touch/ex-pupil-from-18"] {
        check_html(path, &tess.get(path).await.body);
    }
}

#[tokio::test]
async fn where_nothing_is_to_be_tried_first_the_page_names_nothing() {
    let school = school_by(&CHANNELS.replace("prefer = [\"the office\"]\n", "")).await;
    let ways = school.signed_in("tess").await.get("/in-touch/pupil").await;
    assert!(ways.has("An emergency. <a"), "{}", ways.body);
}

#[tokio::test]
async fn the_page_shows_the_schools_accounts_with_who_posts_there_and_leads_to_their_register() {
    let school = school().await;
    let none = school.signed_in("tess").await.get("/in-touch").await;
    assert!(none.has("No account is listed at the moment."), "{}", none.body);
    let mut hedy = school.signed_in("hedy").await;
    let form = "/registers/channels/accounts/enter";
    let id = hedy.get(form).await.value("form");
    let answers = [
        ("form", id.as_str()),
        ("field.account", "The school on X"),
        ("field.poster", "tess"),
        ("field.password-kept", "In the safe"),
    ];
    assert_eq!(hedy.post(form, &answers).await.status, StatusCode::SEE_OTHER);
    let page = school.signed_in("tess").await.get("/in-touch").await;
    for words in ["The school on X", "Tess", "href=\"/registers/channels/accounts\"", "Our own accounts"] {
        assert!(page.has(words), "{words}: {}", page.body);
    }
    assert!(!page.has("In the safe"), "{}", page.body);
    check_html("/in-touch", &page.body);
}
