//! The pages by which a site that was reported is closed, listed, and opened again.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::{Browser, Page, SmallSchool};

const SITES: &str = r#"+++
id          = "sites"
title       = "Sites"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
+++

# Sites

## A bad site {#bad-site}
Tell us at once.

```rule
[report]
id          = "bad-site"
title       = "A bad site"
who         = ["staff"]
to          = ["dsl"]
closes-site = "address"
fields      = { address = "site" }
```
"#;

async fn school() -> (SmallSchool, Browser) {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "sites.md".to_owned(), text: SITES.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let tess = school.signed_in("tess").await;
    (school, tess)
}

/// The form of the report, filled in, looked at once more.
async fn fills(browser: &mut Browser, address: &str) -> Page {
    let offered = browser.get("/worry").await;
    let mut links = offered.body.split("href=\"/worry/").skip(1);
    let link = links.find(|rest| rest.split("</a>").next().is_some_and(|link| link.contains("A bad site")));
    let name = link.and_then(|rest| rest.split('"').next()).expect("it is offered");
    let form = browser.get(&format!("/worry/{name}")).await;
    assert!(form.has("Address (if known)"), "{}", form.body);
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [
        ("report", report.as_str()),
        ("key", &key),
        ("told", "It came up in a lesson"),
        ("about", "no"),
        ("field.address", address),
        ("do", "check"),
    ];
    browser.post("/worry", &fields).await
}

async fn reported(school: &SmallSchool, tess: &mut Browser, address: &str) -> (Browser, String) {
    let checked = fills(tess, address).await;
    assert!(tess.send_checked("/worry", &checked).await.has("Your code"));
    let mut dora = school.signed_in("dora").await;
    let list = dora.get("/concerns").await;
    let id = list.body.split("href=\"/concerns/").nth(1).and_then(|rest| rest.split('"').next()).expect("a report");
    (dora, format!("/concerns/{id}"))
}

#[tokio::test]
async fn a_pasted_address_is_shown_as_its_site_and_words_are_no_address() {
    let (_school, mut tess) = school().await;
    let wrong = fills(&mut tess, "the shop").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("‘Address’ must be the address of a site, such as www.example.org."), "{}", wrong.body);
    assert!(wrong.has("the shop") && wrong.has("It came up in a lesson"), "nothing that was typed is lost");
    let long = format!("https://www.bad.example/{}?with=more", "a-long-path/".repeat(40));
    let checked = fills(&mut tess, &long).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);
    assert!(checked.has("<dd class=\"govuk-summary-list__value\">www.bad.example</dd>"), "{}", checked.body);
    let unknown = fills(&mut tess, "").await;
    assert!(tess.send_checked("/worry", &unknown).await.has("Your code"), "nobody has to know it");
}

#[tokio::test]
async fn an_ending_that_many_sites_share_has_no_button_that_closes_it_and_a_mail_address_is_no_site() {
    let (school, mut tess) = school().await;
    let mail = fills(&mut tess, "someone@mail.example").await;
    assert_eq!(mail.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", mail.body);
    let (mut dora, case) = reported(&school, &mut tess, "github.io").await;
    let path = format!("{case}/site");
    let page = dora.get(&path).await;
    assert!(page.has("Many different sites end in this") && !page.has("value=\"close\""), "{}", page.body);
    let refused = dora.post(&path, &[("do", "close"), ("text", "They are bad")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Many different sites end in github.io"), "{}", refused.body);
    assert_eq!(dora.post(&path, &[("do", "leave-open"), ("text", "It is many")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whoever_has_the_report_closes_the_site_with_a_reason_and_opens_it_again_from_the_list() {
    let (school, mut tess) = school().await;
    let (mut dora, case) = reported(&school, &mut tess, "https://www.bad.example/page").await;
    let page = dora.get(&case).await;
    assert!(page.has("What the gate says of it now") && page.has("Pupils"), "{}", page.body);
    assert!(!dora.get("/concerns").await.has("/closed-sites"), "there is none");
    let path = format!("{case}/site");
    assert!(page.has(&format!("href=\"{path}\"")));
    assert!(dora.get(&path).await.has("Close www.bad.example, or leave it open"));
    let unsaid = dora.post(&path, &[("do", "close"), ("text", " ")]).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unsaid.has("Write something first."), "{}", unsaid.body);
    let neither = dora.post(&path, &[("text", "It is violent")]).await;
    assert!(neither.has("Choose whether to close this site") && neither.has("It is violent"), "{}", neither.body);
    let mut hedy = school.signed_in("hedy").await;
    assert_eq!(hedy.post(&path, &[("do", "close"), ("text", "Mine")]).await.status, StatusCode::NOT_FOUND);
    let done = dora.post(&path, &[("do", "close"), ("text", "It is violent")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", done.body);
    let page = dora.get(&case).await;
    assert!(page.has("It is on the school’s own list of closed sites.") && page.has("Open it again"), "{}", page.body);
    assert!(page.has("closed the site, www.bad.example: It is violent"), "{}", page.body);
    assert!(
        tess.get(&case.replace("concerns", "my-reports"))
            .await
            .has("The school has closed www.bad.example. It is violent")
    );
    let moved_on = dora.post(&path, &[("do", "leave-open"), ("text", "It is not")]).await;
    assert_eq!(moved_on.status, StatusCode::CONFLICT, "{}", moved_on.body);

    assert!(dora.get("/concerns").await.has("href=\"/closed-sites\""));
    let list = dora.get("/closed-sites").await;
    for part in ["www.bad.example", "Dora", "It is violent", "bad-site"] {
        assert!(list.has(part), "{part}: {}", list.body);
    }
    let csv = dora.get("/closed-sites?format=csv").await;
    assert!(csv.has("www.bad.example,") && csv.has("It is violent"), "{}", csv.body);
    assert_eq!(tess.get("/closed-sites").await.status, StatusCode::FORBIDDEN);
    let one = list.body.split("href=\"/closed-sites/").nth(1).and_then(|rest| rest.split('"').next()).expect("a site");
    let one = format!("/closed-sites/{one}");
    assert_eq!(tess.get(&one).await.status, StatusCode::FORBIDDEN);
    let unsaid = dora.post(&one, &[("reason", "")]).await;
    assert!(unsaid.has("Say why it is opened again"), "{}", unsaid.body);
    assert_eq!(dora.post(&one, &[("reason", "It is mended")]).await.status, StatusCode::SEE_OTHER);
    let page = dora.get(&one).await;
    assert!(page.has("It is mended") && !page.has("Open this site again"), "{}", page.body);
    assert!(dora.get(&path).await.has("or leave it open"), "it can be closed once more");
}
