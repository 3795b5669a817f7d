//! A register from its page to a closed entry, and whom it is shown to.

use actions::{Actor, Ask, Decide, InstallPolicy, RequestAnswer, Wants};
use axum::http::StatusCode;
use domain::{PolicyId, Recipient};
use jiff::SignedDuration;

use crate::desk::{Browser, Page, SmallSchool};
use crate::routes::check_html;

const KEEPING: &str = r#"+++
id          = "keeping"
title       = "What we keep"
audiences   = ["staff"]
owner       = "headteacher"
+++

# What we keep

## Searches {#searches}
Two people search a device, and both are written down.

```rule
[register]
id     = "searches"
title  = "Searches of devices"
keeper = ["headteacher"]
later  = ["found"]
second-person = ["dsl"]
refuse = { where = ["at home"] }

[register.fields]
pupil = "pupil"
when  = "date-time"
where = ["at school", "at home"]
found = "text"
```

## Work telephones {#phones}
Whoever has one stands in a list.

```rule
[register]
id     = "phones"
title  = "Work telephones"
keeper = ["headteacher"]
fields = { holder = "person" }
```

## Licences {#licences}
No more copies are in use than a licence is for.

```rule
[register]
id      = "licences"
title   = "Licences of programs"
keeper  = ["headteacher"]
fields  = { program = "text", copies = "number", installed = "number" }
later   = ["installed"]
at-most = { installed = "copies" }
```
"#;

/// A policy whose register the headteacher keeps too, who does not decide what is entered in it.
const DEVICES: &str = r#"+++
id          = "devices"
title       = "Devices of people's own"
audiences   = ["staff"]
owner       = "headteacher"
+++

# Devices of people's own

## Own devices {#devices}
A device of your own is written down.

```rule
[permission]
id      = "own-device"
title   = "Bring a device of your own"
asks    = ["staff"]
decides = ["it-staff"]
opens   = "device"
fields  = { device = "text" }
longest = "1 week"
enforced-by = "devices"

[register]
id     = "devices"
title  = "Devices of people's own"
keeper = ["headteacher", "it-staff"]
fields = { owner = "person", device = "text" }
```
"#;

const REGISTER: &str = "/registers/keeping/searches";

pub async fn school() -> SmallSchool {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "keeping.md".to_owned(), text: KEEPING.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

async fn write(browser: &mut Browser, place: &str, second: &str) -> Page {
    let form = browser.get(&format!("{REGISTER}/enter")).await;
    let id = form.value("form");
    let fields = [
        ("form", id.as_str()),
        ("field.pupil", "pip"),
        ("field.when", "2026-05-12"),
        ("field.when.time", "09:30"),
        ("field.where", place),
        ("field.found", ""),
        ("second", second),
    ];
    browser.post(&format!("{REGISTER}/enter"), &fields).await
}

#[tokio::test]
async fn an_entry_is_written_corrected_and_closed_and_all_problems_are_told_at_once() {
    let school = school().await;
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get("/").await.has("href=\"/registers\""));
    assert!(hedy.get("/registers").await.has("Searches of devices"));
    let empty = hedy.get(REGISTER).await;
    assert!(empty.has("There is no entry here that you read."), "{}", empty.body);
    let wrong = write(&mut hedy, "at home", "hedy").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("can’t be ‘at home’") && wrong.has("somebody else"), "{}", wrong.body);
    let done = write(&mut hedy, "at school", "dora").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let entry = done.location().to_owned();
    let page = hedy.get(&entry).await;
    for words in ["Pip Fernhaven", "Dora Honeystone", "Hedy Inkermoss", "Holds", "12 May 2026"] {
        assert!(page.has(words), "{words}: {}", page.body);
    }

    let form = hedy.get(&format!("{entry}/correct")).await;
    assert_eq!(["field.pupil", "field.when.time", "second"].map(|name| form.value(name)), ["pip", "09:30", ""]);
    let fields = [
        ("field.pupil", "pip"),
        ("field.when", "2026-05-12"),
        ("field.when.time", "09:30"),
        ("field.where", "at school"),
        ("field.found", "Nothing at all"),
        ("second", "dora"),
        ("reason", "We know now"),
    ];
    let corrected = hedy.post(&format!("{entry}/correct"), &fields).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.body);
    assert!(hedy.get(&entry).await.has("Nothing at all"));
    let unclosed = hedy.post(&entry, &[("do", "close"), ("reason", "")]).await;
    assert!(unclosed.has("Say why, in a sentence."), "{}", unclosed.body);
    hedy.post(&entry, &[("do", "close"), ("reason", "It was given back")]).await;
    let closed = hedy.get(&entry).await;
    assert!(closed.has("Closed by Hedy Inkermoss") && closed.has("Reopen the entry"), "{}", closed.body);
    let table = hedy.get(&format!("{REGISTER}?format=csv")).await;
    assert!(table.has("Pupil,When,Where,Found,Written by,State") && table.has("Nothing at all"), "{}", table.body);
}

#[tokio::test]
async fn a_register_and_its_entries_are_shown_to_those_who_read_them_and_its_pages_are_sound() {
    let school = school().await;
    let mut hedy = school.signed_in("hedy").await;
    let entry = write(&mut hedy, "at school", "dora").await.location().to_owned();
    for username in ["pip", "tess", "ivo", "olga"] {
        let mut browser = school.signed_in(username).await;
        assert_eq!(browser.get(&entry).await.status, StatusCode::NOT_FOUND, "{username}");
        assert_eq!(browser.get(REGISTER).await.status, StatusCode::FORBIDDEN, "{username}");
    }
    let mut dora = school.signed_in("dora").await;
    for path in ["/registers", REGISTER, entry.as_str()] {
        let page = dora.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        check_html(path, &page.body);
    }
    assert!(!dora.get(&entry).await.has("Close the entry"), "whoever was there reads, and does not keep");
    assert_eq!(dora.get(&format!("{REGISTER}/enter")).await.status, StatusCode::FORBIDDEN);
    for path in [format!("{REGISTER}/enter"), format!("{entry}/correct"), entry] {
        check_html(&path, &hedy.get(&path).await.body);
    }
}

async fn enter_phone(browser: &mut Browser, holder: &str) -> Page {
    let form = "/registers/keeping/phones/enter";
    let id = browser.get(form).await.value("form");
    browser.post(form, &[("form", id.as_str()), ("field.holder", holder)]).await
}

#[tokio::test]
async fn what_begins_later_says_from_when_and_its_request_is_linked_for_those_who_may_open_it() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "devices.md".to_owned(), text: DEVICES.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let named = async |username: &str| {
        school.school.actor_named(&Actor::operator(), username).await.expect("somebody is called so")
    };
    let (tess, ivo) = (named("tess").await, named("ivo").await);
    let ask = Ask {
        policy: PolicyId("devices".to_owned()),
        permission: "own-device".to_owned(),
        recipient: Recipient::Person(tess.person()),
        wants: Wants::Words("a laptop".to_owned()),
        reason: "For marking at home".to_owned(),
        from: Some("2026-05-14T09:00:00Z".parse().expect("a moment")),
        until: Some("2026-05-15T09:00:00Z".parse().expect("a moment")),
        answers: [("device".to_owned(), "a laptop".to_owned())].into(),
        id: None,
    };
    let asked = school.school.ask(&tess, ask).await.expect("it is asked");
    let yes = Decide { request: asked.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    school.school.decide(&ivo, yes).await.expect("it is given");

    let mut browsers = [school.signed_in("hedy").await, school.signed_in("ivo").await];
    let list = browsers[0].get("/registers/devices/devices").await;
    assert!(list.has("From 14 May 2026, 10:00") && !list.has(">Holds<"), "{}", list.body);
    let entry = list.body.split("href=\"").find(|rest| rest.starts_with("/entries/")).expect("a link to the entry");
    let entry = entry.split('"').next().unwrap_or_default().to_owned();
    let request = format!("/requests/{}", asked.id);
    for (browser, opens) in browsers.iter_mut().zip([false, true]) {
        let page = browser.get(&entry).await;
        assert!(page.has("Holds from 14 May 2026, 10:00 until 15 May 2026, 10:00"), "{}", page.body);
        assert!(page.has("A request that was approved"), "{}", page.body);
        assert_eq!(page.has(&format!("href=\"{request}\"")), opens, "{}", page.body);
        let there = if opens { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(browser.get(&request).await.status, there);
    }
    school.wait(SignedDuration::from_hours(48));
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get(&entry).await.has("Holds until 15 May 2026, 10:00"));
    assert!(hedy.get("/registers/devices/devices").await.has("Holds"));
}

#[tokio::test]
async fn a_form_that_asks_for_a_username_says_where_a_small_childs_is_known() {
    let school = school().await;
    let form = school.signed_in("hedy").await.get(&format!("{REGISTER}/enter")).await;
    assert!(form.has("If they never sign in, the school office knows it."), "{}", form.body);
}

#[tokio::test]
async fn whoever_writes_an_entry_that_names_them_comes_back_to_the_register_and_does_not_see_it() {
    let school = school().await;
    let mut hedy = school.signed_in("hedy").await;
    let own = enter_phone(&mut hedy, "hedy").await;
    assert_eq!(own.location(), "/registers/keeping/phones", "{}", own.body);
    let page = hedy.get("/registers/keeping/phones").await;
    assert!(page.has("You don’t see entries that name you.") && page.has("There is no entry here"), "{}", page.body);
    check_html("/registers/keeping/phones", &page.body);
    let other = enter_phone(&mut hedy, "tess").await;
    assert!(hedy.get(other.location()).await.has("Tess Kettlewind"));
}

#[tokio::test]
async fn a_register_that_the_policy_no_longer_has_is_shown_with_its_clause_and_takes_nothing_new() {
    let school = school().await;
    let mut hedy = school.signed_in("hedy").await;
    let entry = write(&mut hedy, "at school", "dora").await.location().to_owned();
    let text = KEEPING.replace("id     = \"searches\"", "id     = \"looks\"").replace("{#searches}", "{#looks}");
    let policy = InstallPolicy { file_name: "keeping.md".to_owned(), text };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");

    assert!(hedy.get("/registers").await.has("The policy no longer has it."));
    let page = hedy.get(REGISTER).await;
    assert!(page.has("version 1 was the last that had it") && page.has("Two people search a device"), "{}", page.body);
    assert!(!page.has("Write an entry"));
    assert_eq!(hedy.get(&format!("{REGISTER}/enter")).await.status, StatusCode::FORBIDDEN);
    for path in ["/registers", REGISTER, entry.as_str()] {
        check_html(path, &hedy.get(path).await.body);
    }
    let closed = hedy.post(&entry, &[("do", "close"), ("reason", "Given back")]).await;
    assert_eq!(closed.location(), entry);
}

pub const LENDING: &str = r#"+++
id          = "lending"
title       = "What we lend"
audiences   = ["staff"]
owner       = "headteacher"
+++

# What we lend

## Loans {#loans}
What we lend stands in a list, and comes back.

```rule
[register]
id          = "loans"
title       = "What is lent to staff"
keeper      = ["it-staff"]
fields      = { item = "text", holder = "person", back = "date" }
shown-to    = ["staff"]
shows       = ["item"]
later       = ["back"]
done        = "back"
check-every = "every 3 months"
on-leaving  = "return"
```
"#;

pub const LOANS: &str = "/registers/lending/loans";

pub async fn lend(browser: &mut Browser, item: &str, holder: &str) -> String {
    let id = browser.get(&format!("{LOANS}/enter")).await.value("form");
    let fields = [("form", id.as_str()), ("field.item", item), ("field.holder", holder), ("field.back", "")];
    let done = browser.post(&format!("{LOANS}/enter"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    done.location().to_owned()
}

#[tokio::test]
async fn a_register_says_when_it_is_to_be_checked_and_what_was_found() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "lending.md".to_owned(), text: LENDING.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let mut ivo = school.signed_in("ivo").await;
    lend(&mut ivo, "Laptop 12", "tess").await;
    let early = ivo.get(LOANS).await;
    assert!(early.has("The next check is due on 12 August 2026.") && early.has("Nobody has checked it yet."));
    assert!(!ivo.get("/").await.has("Check the register"));

    school.wait(SignedDuration::from_hours(24 * 93));
    let mut ivo = school.signed_in("ivo").await;
    assert!(ivo.get("/").await.has("Check the register ‘What is lent to staff’"));
    let check = format!("{LOANS}/check");
    let form = ivo.get(&check).await;
    check_html(&check, &form.body);
    let long = ivo.post(&check, &[("finding", "a".repeat(100_000).as_str())]).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = ivo.post(&check, &[("finding", "Laptop 12 has a <scratch>.")]).await;
    assert_eq!(done.location(), LOANS, "{}", done.body);
    let page = ivo.get(LOANS).await;
    assert!(page.has("Ivo Marblewick checked it: 1 entry. Laptop 12 has a &#60;scratch&#62;."), "{}", page.body);
    assert!(page.has("The next check is due on 13 November 2026."), "{}", page.body);
    check_html(LOANS, &page.body);
    assert!(!ivo.get("/").await.has("Check the register"));

    let mut tess = school.signed_in("tess").await;
    let shown = tess.get(LOANS).await;
    assert!(shown.has("What is listed") && shown.has("Laptop 12"), "{}", shown.body);
    for hidden in ["Tess Kettlewind</td>", "scratch", "Write an entry", "Checks", "/entries/"] {
        assert!(!shown.has(hidden), "{hidden}: {}", shown.body);
    }
    check_html(LOANS, &shown.body);
    let table = tess.get(&format!("{LOANS}?format=csv")).await;
    assert_eq!(table.body.trim_start_matches('\u{feff}'), "Item\r\nLaptop 12\r\n");
    for (method, page) in [("get", tess.get(&check).await), ("post", tess.post(&check, &[("finding", "")]).await)] {
        assert!(matches!(page.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{method}: {}", page.status);
        assert!(!page.has("scratch"));
    }
}

#[tokio::test]
async fn what_a_leaver_has_stands_on_their_page_until_it_is_back() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "lending.md".to_owned(), text: LENDING.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let tess = school.school.actor_named(&Actor::operator(), "tess").await.expect("she is here").person();
    let (mut ivo, mut olga) = (school.signed_in("ivo").await, school.signed_in("olga").await);
    let entry = lend(&mut ivo, "Laptop 12", "tess").await;
    let person = format!("/people/{tess}");
    assert!(!ivo.get(&person).await.has("Take back"));
    olga.get(&format!("{person}/leave")).await;
    assert_eq!(olga.post(&format!("{person}/leave"), &[]).await.status, StatusCode::SEE_OTHER);

    let page = ivo.get(&person).await;
    assert!(page.has("Still to do now that they have left") && page.has("Take back ‘Laptop 12’"), "{}", page.body);
    check_html(&person, &page.body);
    assert!(!olga.get(&person).await.has("Laptop 12"), "the office does not keep the register");
    let shown = ivo.get(&entry).await;
    assert!(shown.has("Tess Kettlewind has left."), "{}", shown.body);
    check_html(&entry, &shown.body);

    let form = ivo.get(&format!("{entry}/correct")).await;
    assert_eq!(form.value("field.holder"), "tess", "she stays in the entry");
    let back = [
        ("field.item", "Laptop 12"),
        ("field.holder", "tess"),
        ("field.back", "2026-05-12"),
        ("reason", "It came back"),
    ];
    let done = ivo.post(&format!("{entry}/correct"), &back).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(!ivo.get(&person).await.has("Take back") && !ivo.get("/").await.has("Take back"));
}

#[tokio::test]
async fn labels_are_printed_and_what_they_open_is_seen() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "lending.md".to_owned(), text: LENDING.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let mut ivo = school.signed_in("ivo").await;
    let labels = format!("{LOANS}/labels");
    assert!(ivo.get(&labels).await.has("there is nothing to print"));
    let entry = lend(&mut ivo, "Laptop <12>", "tess").await;
    let page = ivo.get(&labels).await;
    assert!(page.has("<svg") && page.has("Laptop &#60;12&#62;") && !page.has("Tess Kettlewind"), "{}", page.body);
    check_html(&labels, &page.body);
    let check = format!("{LOANS}/check");
    let before = ivo.get(&check).await;
    assert!(before.has("Nobody has seen 1 entry since the last check") && before.has(&entry), "{}", before.body);
    ivo.get(&entry).await;
    assert_eq!(ivo.post(&entry, &[("do", "see")]).await.location(), entry);
    assert!(ivo.get(&entry).await.has("Ivo Marblewick saw it"));
    let after = ivo.get(&check).await;
    assert!(after.has("Somebody has seen all that is listed since the last check."), "{}", after.body);
    check_html(&check, &after.body);

    // Whoever keeps the register and has something themselves takes the register away as CSV, not what is listed for them.
    let table = ivo.get(&format!("{LOANS}?format=csv")).await;
    assert!(table.body.contains("Written by"), "{}", table.body);

    let mut tess = school.signed_in("tess").await;
    assert_eq!(tess.get(&labels).await.status, StatusCode::FORBIDDEN);
    let refused = tess.post(&entry, &[("do", "see")]).await;
    assert!(matches!(refused.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{}", refused.status);
}
