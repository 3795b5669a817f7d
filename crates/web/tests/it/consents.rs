//! Consents that are asked once, from the task on Home to what the school then may do.

use std::collections::BTreeMap;

use actions::{Actor, Ask, Decide, InstallPolicy, RequestAnswer, Wants};
use axum::http::StatusCode;
use domain::{PolicyId, Recipient};

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

const LIST: &str = "/registers/album/no-album";

/// The same policy with the register that follows from its consent, and the permission to see it.
async fn school_with_list() -> SmallSchool {
    let school = SmallSchool::open().await;
    let rules = "asked = \"once\"\n\n[register]\nid = \"no-album\"\ntitle = \"Not in the album\"\nkeeper = [\"office\"]\n\
        without-consent = \"album\"\nshown-with = \"see-list\"\n\n[permission]\nid = \"see-list\"\ntitle = \"See the list\"\n\
        asks = [\"staff\"]\ndecides = [\"office\"]\nopens = \"other\"\nlongest = \"1 week\"";
    let text = ALBUM.replace("asked = \"once\"", rules);
    let policy = InstallPolicy { file_name: "album.md".to_owned(), text };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

async fn give_list(school: &SmallSchool, to: &str) {
    let actor = async |name: &str| school.school.actor_named(&Actor::operator(), name).await.expect("somebody");
    let (asker, keeper) = (actor(to).await, actor("olga").await);
    let ask = Ask {
        policy: PolicyId("album".to_owned()),
        permission: "see-list".to_owned(),
        recipient: Recipient::Person(asker.person()),
        wants: Wants::Words("the sports day".to_owned()),
        reason: "I take the pictures".to_owned(),
        until: None,
        answers: BTreeMap::new(),
        from: None,
        id: None,
    };
    let request = school.school.ask(&asker, ask).await.expect("staff may ask").id;
    let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    school.school.decide(&keeper, decide).await.expect("the office decides");
}

#[tokio::test]
async fn the_list_of_those_without_a_yes_is_read_by_its_keeper_and_whoever_holds_the_permission() {
    let school = school_with_list().await;
    let mut pat = school.signed_in("pat").await;
    let name = field(&mut pat).await;
    pat.post_checked(PAGE, &[(&name, "no")]).await;
    let mut olga = school.signed_in("olga").await;
    assert!(olga.get("/registers").await.has("It follows from a consent, and nobody writes in it."));
    let list = olga.get(LIST).await;
    for words in ["Not in the album", "As of 12 May 2026", "Pip Fernhaven", "9B", "Refused", "12 May 2026"] {
        assert!(list.has(words), "{words}: {}", list.body);
    }
    for words in ["Pat Fernhaven", "Write an entry", "Print labels", "Written by"] {
        assert!(!list.has(words), "{words}: {}", list.body);
    }
    check_html(LIST, &list.body);
    let csv = olga.get(&format!("{LIST}?format=csv")).await;
    assert_eq!(
        csv.body,
        "Name,Class and groups,Permission,Since\r\nPip Fernhaven,9B,Refused,\"12 May 2026, 10:00\"\r\n"
    );
    let none = olga.get(&format!("{LIST}?group=10A")).await;
    assert!(none.has("Nobody of this group is listed.") && !none.has("Pip Fernhaven"), "{}", none.body);
    let part = olga.get(&format!("{LIST}?group=9B")).await;
    assert!(part.has("Pip Fernhaven") && part.has("As of 12 May 2026, 10:00. Only 9B."), "{}", part.body);
    assert!(!list.has("Only "), "{}", list.body);
    for path in [format!("{LIST}/enter"), format!("{LIST}/check")] {
        assert!(olga.get(&path).await.status.is_client_error(), "{path}");
    }
    for other in ["tess", "hedy", "pip", "pat"] {
        let mut other = school.signed_in(other).await;
        for path in [LIST.to_owned(), format!("{LIST}?format=csv")] {
            let page = other.get(&path).await;
            assert!(page.status.is_client_error() && !page.has("Refused"), "{}", page.body);
        }
    }
    give_list(&school, "tess").await;
    let mut tess = school.signed_in("tess").await;
    assert!(tess.get("/").await.has("href=\"/registers\""));
    assert!(tess.get("/registers").await.has(&format!("href=\"{LIST}\"")));
    assert!(tess.get(LIST).await.has("Pip Fernhaven"));
    pat.post_checked(PAGE, &[(&name, "yes")]).await;
    let list = tess.get(LIST).await;
    assert!(list.has("Nobody is listed: a yes stands for everybody") && !list.has("Pip Fernhaven"), "{}", list.body);
}

#[tokio::test]
async fn whoever_keeps_the_list_reads_who_was_written_in_it_by_hand_before() {
    let school = school_with_list().await;
    let install = async |text: String| {
        let policy = InstallPolicy { file_name: "album.md".to_owned(), text };
        school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    };
    let follows =
        school.school.rules().policy(&PolicyId("album".to_owned())).expect("it is there").document.text.clone();
    let by_hand = "fields = { child = \"pupil\", why = \"text\" }";
    install(follows.replace("without-consent = \"album\"\nshown-with = \"see-list\"", by_hand)).await;
    let mut olga = school.signed_in("olga").await;
    olga.post_checked(&format!("{LIST}/enter"), &[("field.child", "pip"), ("field.why", "A letter")]).await;
    install(follows.clone()).await;
    let mut pat = school.signed_in("pat").await;
    let name = field(&mut pat).await;
    pat.post_checked(PAGE, &[(&name, "yes")]).await;
    let list = olga.get(LIST).await;
    for words in ["Entries written by hand before", "Child", "Pip Fernhaven", "A letter"] {
        assert!(list.has(words), "{words}: {}", list.body);
    }
    check_html(LIST, &list.body);
}

/// A request to show a picture of Pip that Pat has consented to and the office has approved.
async fn approved_with_consent(school: &SmallSchool, pat: &mut Browser) -> String {
    let rules = "\n[permission]\nid = \"show\"\ntitle = \"Show a picture\"\nasks = [\"staff\"]\ndecides = [\"office\"]\n\
        opens = \"publication\"\nfields = { shown = \"pupils\" }\nconsents = [\"album\"]";
    let text = ALBUM.replace("asked = \"once\"", rules);
    let policy = InstallPolicy { file_name: "album.md".to_owned(), text };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let actor = async |name: &str| school.school.actor_named(&Actor::operator(), name).await.expect("somebody");
    let (asker, decider) = (actor("tess").await, actor("olga").await);
    let ask = Ask {
        policy: PolicyId("album".to_owned()),
        permission: "show".to_owned(),
        recipient: Recipient::Person(asker.person()),
        wants: Wants::Words("the sports day".to_owned()),
        reason: "For the hall".to_owned(),
        until: None,
        answers: BTreeMap::from([("shown".to_owned(), "pip".to_owned())]),
        from: None,
        id: None,
    };
    let request = school.school.ask(&asker, ask).await.expect("staff may ask").id;
    let path = format!("/requests/{request}");
    let page = pat.get(&path).await;
    assert!(page.has("No, I do not agree") && !page.has("what was given ends at once"), "{}", page.body);
    let about = actor("pip").await.person().to_string();
    let yes = [("consent", "album"), ("about", about.as_str()), ("said", "yes")];
    pat.post(&format!("{path}/consent"), &yes).await;
    let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    school.school.decide(&decider, decide).await.expect("the office decides");
    path
}

#[tokio::test]
async fn a_parent_finds_what_they_consented_to_for_one_request_and_takes_it_back() {
    let school = SmallSchool::open().await;
    let mut pat = school.signed_in("pat").await;
    let path = approved_with_consent(&school, &mut pat).await;
    let mut tess = school.signed_in("tess").await;
    assert!(!tess.get("/consents").await.has("For one request"), "it is not hers to take back");
    let list = pat.get("/consents").await;
    assert!(list.has("For one request") && list.has(&format!("href=\"{path}\"")), "{}", list.body);
    check_html("/consents", &list.body);
    let page = pat.get(&path).await;
    assert!(page.has("If you say no now, what was given ends at once.") && !page.has("Yes, I agree"), "{}", page.body);
    check_html(&path, &page.body);
    let about = page.body.split("name=\"about\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let no = [("consent", "album"), ("about", about.expect("a form")), ("said", "no")];
    assert_eq!(pat.post(&format!("{path}/consent"), &no).await.location(), "/consents?done=ended");
    let done = pat.get("/consents?done=ended").await;
    assert!(done.has("Your answer counts from now") && !done.has("For one request"), "{}", done.body);
    check_html("/consents?done=ended", &done.body);
    assert!(tess.get(&path).await.has("a consent that it needs is not given"));
    let again = pat.post(&format!("{path}/consent"), &no).await;
    assert_eq!(again.location(), "/consents?done=ended", "a form that is sent twice answers once: {}", again.body);
}
