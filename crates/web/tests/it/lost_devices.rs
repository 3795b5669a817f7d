//! What is lost or stolen: named in the form of a report, of a report that came, and on its list.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::{Browser, Page, SmallSchool};

const LOSSES: &str = r#"+++
id          = "losses"
title       = "Laptops"
audiences   = ["staff"]
owner       = "headteacher"
+++

# Laptops

## Lost {#lost}
Tell us at once.

```rule
[report]
id             = "lost-data"
title          = "Personal data may be lost"
who            = ["staff"]
to             = ["dsl"]
clock          = "72 hours"
before-closing = ["regulator"]
refer          = ["headteacher"]
```

## Laptops {#laptops}
We keep a list.

```rule
[register]
id         = "laptops"
title      = "Our laptops"
keeper     = ["headteacher"]
fields     = { laptop = "text", holder = "person" }
later      = ["holder"]
on-leaving = "return"
shown-to   = ["person-concerned"]
shows      = ["laptop"]
lost-by    = ["lost-data"]
labelled-with = ["laptop"]
```
"#;

const REGISTER: &str = "/registers/losses/laptops";

async fn school() -> (SmallSchool, Browser) {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "losses.md".to_owned(), text: LOSSES.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let hedy = school.signed_in("hedy").await;
    (school, hedy)
}

async fn enters(hedy: &mut Browser, laptop: &str, holder: &str) -> String {
    let form = hedy.get(&format!("{REGISTER}/enter")).await.value("form");
    let fields = [("form", form.as_str()), ("field.laptop", laptop), ("field.holder", holder)];
    let done = hedy.post(&format!("{REGISTER}/enter"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    done.location().to_owned()
}

/// The form with which a laptop is reported as lost.
async fn form_of_loss(browser: &mut Browser) -> Page {
    let offered = browser.get("/worry").await;
    let mut links = offered.body.split("href=\"/worry/").skip(1);
    let link = links.find(|rest| rest.split("</a>").next().is_some_and(|link| link.contains("data may be lost")));
    let name = link.and_then(|rest| rest.split('"').next()).expect("it is offered");
    let form = browser.get(&format!("/worry/{name}")).await;
    assert!(form.has("lost or stolen?"), "{}", form.body);
    form
}

async fn fills(browser: &mut Browser, form: &Page, lost: &str, label: &str) -> Page {
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [
        ("report", report.as_str()),
        ("key", &key),
        ("told", "My bag is gone"),
        ("about", "no"),
        ("lost", lost),
        ("label", label),
        ("do", "check"),
    ];
    browser.post("/worry", &fields).await
}

async fn case(browser: &mut Browser) -> String {
    let list = browser.get("/concerns").await;
    let mut leads = list.body.split("href=\"/concerns/").skip(1).filter_map(|rest| rest.split('"').next());
    let id = leads.find(|id| *id != "breaches").expect("a report");
    format!("/concerns/{id}")
}

#[tokio::test]
async fn what_is_lost_is_chosen_in_the_form_of_the_report_and_stands_on_its_list_with_its_date() {
    let (school, mut hedy) = school().await;
    let entry = enters(&mut hedy, "Laptop 12", "tess").await;
    let mut tess = school.signed_in("tess").await;
    let form = form_of_loss(&mut tess).await;
    assert!(form.has("Laptop 12 (Our laptops)") && form.has("lost or stolen?"), "{}", form.body);
    let unlabelled = fills(&mut tess, &form, "other", "").await;
    assert!(unlabelled.has("Type what stands on its label") && unlabelled.has("My bag is gone"), "{}", unlabelled.body);
    let unknown = fills(&mut tess, &form, "other", "Laptop 99").await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.has("Nothing on the school’s lists has this name") && unknown.has("Laptop 99"), "{}", unknown.body);
    let unchosen = fills(&mut tess, &form, "no", "Laptop 12").await;
    assert_eq!(unchosen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unchosen.has("You have typed what stands on a label") && unchosen.has("Laptop 12"), "{}", unchosen.body);
    let checked = fills(&mut tess, &form, entry.trim_start_matches("/entries/"), "").await;
    assert!(checked.has("Laptop 12 (Our laptops)") && checked.has("not who reported it"), "{}", checked.body);
    assert!(hedy.get(&entry).await.has("Mark it as lost or stolen"), "it is looked at once more first");
    let sent = tess.send_checked("/worry", &checked).await;
    assert!(sent.has("Your code"), "{}", sent.body);
    let again = tess.send_checked("/worry", &checked).await;
    assert!(again.has("Your code"), "two presses are one report: {}", again.body);
    let mut dora = school.signed_in("dora").await;
    assert_eq!(dora.get("/concerns").await.body.matches("href=\"/concerns/0").count(), 1);

    let page = hedy.get(&entry).await;
    assert!(page.has("Lost or stolen: reported on") && page.has("A report marked it"), "{}", page.body);
    assert!(!page.has("Correct it") && !page.has("/concerns/"), "she learns of no report: {}", page.body);
    let list = hedy.get(REGISTER).await;
    assert!(list.has("Lost or stolen since"), "{}", list.body);
    assert!(hedy.get(&format!("{REGISTER}?format=csv")).await.has("Lost or stolen since"));
    let case = case(&mut dora).await;
    assert!(dora.get(&case).await.has("Laptop 12 (Our laptops)"));

    let unsaid = hedy.post(&entry, &[("do", "found"), ("loss", " ")]).await;
    assert!(unsaid.has("Say why, in a sentence."), "{}", unsaid.body);
    assert_eq!(hedy.post(&entry, &[("do", "found"), ("loss", "On the bus")]).await.status, StatusCode::SEE_OTHER);
    assert!(hedy.get(&entry).await.has("marked it as found: On the bus"));
    assert!(dora.get(&case).await.has("Laptop 12 (Our laptops), found since"));
}

#[tokio::test]
async fn whoever_has_the_report_says_by_its_label_what_is_lost_and_both_pages_lead_to_each_other_for_who_has_both() {
    let (school, mut hedy) = school().await;
    let entry = enters(&mut hedy, "Laptop 12", "").await;
    let mut tess = school.signed_in("tess").await;
    let form = form_of_loss(&mut tess).await;
    let checked = fills(&mut tess, &form, "no", "").await;
    tess.send_checked("/worry", &checked).await;
    let mut dora = school.signed_in("dora").await;
    let case = case(&mut dora).await;
    let path = format!("{case}/lost");
    assert!(dora.get(&case).await.has(&format!("href=\"{path}\"")));
    let wrong = dora.post(&path, &[("label", "Laptop 99")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("Nothing on the school’s lists") && wrong.has("Laptop 99"), "{}", wrong.body);
    assert_eq!(hedy.get(&path).await.status, StatusCode::NOT_FOUND);
    let said = dora.post(&path, &[("label", "laptop 12")]).await;
    assert_eq!((said.status, said.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", said.body);
    let again = dora.post(&path, &[("label", "laptop 12")]).await;
    assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", again.body);
    let page = dora.get(&case).await;
    assert_eq!(
        page.body.matches("marked something as lost or stolen").count(),
        1,
        "two presses are one: {}",
        page.body
    );
    assert!(!dora.get(&case).await.has(&format!("href=\"{entry}\"")), "she does not keep the list");
    assert!(!hedy.get(&entry).await.has(&case), "she does not have the report");
    dora.post(&case, &[("do", "pass-on"), ("to", "headteacher"), ("text", "")]).await;
    assert!(hedy.get(&case).await.has(&format!("href=\"{entry}\"")));
    assert!(hedy.get(&entry).await.has(&format!("href=\"{case}\"")));
    assert_eq!(hedy.post(&entry, &[("do", "found"), ("loss", "On the bus")]).await.status, StatusCode::SEE_OTHER);
    let found = dora.post(&path, &[("label", "laptop 12")]).await;
    assert!(found.has("it was found since"), "nothing is marked, and nothing says that it is: {}", found.body);
    assert!(hedy.get(&entry).await.has("Mark it as lost or stolen"));
}

#[tokio::test]
async fn what_another_report_has_marked_stands_in_this_one_too_and_stays_marked_by_the_first() {
    let (school, mut hedy) = school().await;
    let entry = enters(&mut hedy, "Laptop 12", "tess").await;
    let mut dora = school.signed_in("dora").await;
    for (who, lost) in [("tess", entry.trim_start_matches("/entries/")), ("olga", "no")] {
        let mut browser = school.signed_in(who).await;
        let form = form_of_loss(&mut browser).await;
        let checked = fills(&mut browser, &form, lost, "").await;
        browser.send_checked("/worry", &checked).await;
    }
    let list = dora.get("/concerns").await;
    let leads = list.body.split("href=\"/concerns/").skip(1).filter_map(|rest| rest.split('"').next());
    let mut cases: Vec<String> = leads.filter(|id| *id != "breaches").map(|id| format!("/concerns/{id}")).collect();
    cases.sort();
    cases.dedup();
    assert_eq!(cases.len(), 2, "{}", list.body);
    let before = hedy.get(&entry).await;
    for case in &cases {
        let said = dora.post(&format!("{case}/lost"), &[("label", "Laptop 12")]).await;
        assert_eq!((said.status, said.location()), (StatusCode::SEE_OTHER, case.as_str()), "{}", said.body);
        assert!(dora.get(case).await.has("Laptop 12 (Our laptops)"));
    }
    let after = hedy.get(&entry).await;
    assert_eq!(after.body.matches("A report marked it").count(), before.body.matches("A report marked it").count());
}
