//! What a list says of its entries beside their fields: how many are in use, and whether a checklist came before.

use actions::{Actor, InstallPolicy};
use axum::http::StatusCode;

use crate::desk::SmallSchool;
use crate::people::send_files;
use crate::registers::school;
use crate::routes::check_html;

const LESSONS: &str = r#"+++
id          = "lessons"
title       = "Live lessons"
audiences   = ["staff"]
owner       = "headteacher"
+++

# Live lessons

## The log {#log}
Enter the checks first. The log marks a lesson without them.

```rule
[register]
id     = "checks"
title  = "Checks before a lesson"
keeper = ["headteacher"]
fields = { begins = "date-time", class = "text" }
```

```rule
[register]
id           = "log"
title        = "Log of lessons"
keeper       = ["headteacher"]
fields       = { begins = "date-time", class = "text", what-happened = "text" }
checklist    = "checks"
checklist-by = ["class", "begins"]
```
"#;

#[tokio::test]
async fn a_licence_says_how_many_copies_are_in_use_and_the_one_too_many_is_refused_with_the_clause() {
    const LICENCES: &str = "/registers/keeping/licences";
    let school = school().await;
    let mut hedy = school.signed_in("hedy").await;
    let form = hedy.get(&format!("{LICENCES}/enter")).await.value("form");
    let says = |installed: &'static str| {
        [("field.program", "A quiz"), ("field.copies", "5"), ("field.installed", installed), ("reason", "Counted")]
    };
    let written = |installed| [&[("form", form.as_str())], &says(installed)[..]].concat();
    let refused = hedy.post(&format!("{LICENCES}/enter"), &written("6")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    for words in ["‘Installed’ can’t be 6 while ‘Copies’ is 5", "No more copies are in use than a licence is for."]
    {
        assert!(refused.has(words), "{words}: {}", refused.body);
    }
    let done = hedy.post(&format!("{LICENCES}/enter"), &written("")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let entry = done.location().to_owned();
    assert!(!hedy.get(&entry).await.has("In use"), "nobody has counted yet");
    let corrected = hedy.post(&format!("{entry}/correct"), &says("3")).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.body);
    let too_many = hedy.post(&format!("{entry}/correct"), &says("6")).await;
    assert!(too_many.has("‘Installed’ can’t be 6 while ‘Copies’ is 5"), "{}", too_many.body);
    assert!(hedy.get(&entry).await.has("3 of 5"));
    let list = hedy.get(LICENCES).await;
    check_html(LICENCES, &list.body);
    assert!(list.has("In use") && list.has("3 of 5"), "{}", list.body);

    let taken = hedy.get(&format!("{LICENCES}?format=csv")).await.body;
    assert!(taken.contains("Program,Copies,Installed,In use,Written by,State"), "{taken}");
    let import = format!("{LICENCES}/import");
    hedy.get(&import).await;
    let plan = send_files(&mut hedy, &import, &[], &[("files", "licences.csv", &taken)]).await;
    assert!(plan.status == StatusCode::OK && plan.has("Enter 1 "), "what it counts is not read back: {}", plan.body);
}

#[tokio::test]
async fn a_list_marks_each_entry_for_which_nobody_wrote_the_checklist_first() {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "lessons.md".to_owned(), text: LESSONS.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    let mut hedy = school.signed_in("hedy").await;
    let day = school.school.now().to_zoned(school.school.time_zone().clone()).date().to_string();
    let mut enter = async |register: &str, class: &str| {
        let form = format!("/registers/lessons/{register}/enter");
        let id = hedy.get(&form).await.value("form");
        let fields = [
            ("form", id.as_str()),
            ("field.begins", day.as_str()),
            ("field.begins.time", "23:50"),
            ("field.class", class),
            ("field.what-happened", "A stranger joined"),
        ];
        let done = hedy.post(&form, &fields[..if register == "log" { 5 } else { 4 }]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        hedy.get(done.location()).await
    };
    assert!(!enter("checks", "5B").await.has("Checklist before it"));
    assert!(enter("log", "5B").await.has("‘Checks before a lesson’ was written before, on the same day"));
    assert!(enter("log", "6A").await.has("Nobody wrote ‘Checks before a lesson’ on the same day before it."));
    let list = hedy.get("/registers/lessons/log").await;
    for words in ["Checklist before it", ">None</strong>", ">Written</strong>"] {
        assert!(list.has(words), "{words}: {}", list.body);
    }
    check_html("/registers/lessons/log", &list.body);
    assert!(!hedy.get("/registers/lessons/checks").await.has("Checklist before it"));
}
