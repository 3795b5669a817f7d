//! Signing for what a register's entry says was given to somebody: on the keeper's device, or from their own account.

use std::collections::BTreeMap;

use actions::{
    Enter, EntryAct, ErrorKind, ListQuery, SignForEntry, SignForEntryError, SignedFor, StepEntry, TaskKind, VerbError,
};
use domain::{EntryId, PolicyId};
use jiff::SignedDuration;

use crate::test_school::TestSchool;

/// The policy of a register whose entries are signed for.
pub const HANDING_OUT: &str = r#"+++
id          = "handing-out"
title       = "What we hand out"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# What we hand out

## Tablets {#tablets}
Whoever is given a tablet signs for it.

```rule
[register]
id        = "tablets"
title     = "Tablets that are handed out"
keeper    = ["it-staff"]
fields    = { item = "text", holder = "person", note = "text", until = "date", back = "date" }
later     = ["note", "until", "back"]
due       = "until"
done      = "back"
shown-to  = ["person-concerned"]
shows     = ["item", "until"]
signed-by = "holder"
```
"#;

const PASSWORD: &str = "lantern-harbour-teapot";

fn policy() -> PolicyId {
    PolicyId("handing-out".to_owned())
}

async fn school() -> TestSchool {
    let test = TestSchool::open().await;
    test.import("username,name,audience,groups,mail\nada,Ada Fernhaven,pupil,9B;year-9,ada@larkfield.example\n").await;
    test.install("handing-out.md", HANDING_OUT).await;
    test
}

fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}

pub async fn hands_out(test: &TestSchool, who: &str, fields: &[(&str, &str)]) -> EntryId {
    let (answers, second) = (typed(fields), String::new());
    let enter = Enter { policy: policy(), register: "tablets".to_owned(), answers, second, id: None };
    test.school.enter(&test.actor(who).await, enter).await.expect("the register lets it in")
}

async fn step(test: &TestSchool, entry: EntryId, act: EntryAct) {
    let step = StepEntry { entry, act, reason: "as it is".to_owned() };
    test.school.step_entry(&test.actor("ivy").await, step).await.expect("she keeps it");
}

async fn corrects(test: &TestSchool, entry: EntryId, fields: &[(&str, &str)]) {
    step(test, entry, EntryAct::Correct { answers: typed(fields), second: String::new() }).await;
}

async fn signs(test: &TestSchool, who: &str, entry: EntryId, password: &str) -> Result<(), SignForEntryError> {
    let input = SignForEntry { entry, declines: None, password: password.to_owned() };
    test.school.sign_for_entry(&test.actor(who).await, input).await
}

async fn declines(test: &TestSchool, who: &str, entry: EntryId, reason: &str) -> Result<(), SignForEntryError> {
    let input = SignForEntry { entry, declines: Some(reason.to_owned()), password: PASSWORD.to_owned() };
    test.school.sign_for_entry(&test.actor(who).await, input).await
}

/// What somebody is to sign for, by the titles of the tasks on their Home.
async fn to_sign(test: &TestSchool, who: &str) -> Vec<String> {
    let home = test.school.home(&test.actor(who).await).await.expect("everybody has a Home");
    let tasks = home.tasks.into_iter().filter(|task| matches!(task.kind, TaskKind::SignForEntry { .. }));
    tasks.map(|task| task.title).collect()
}

/// What is not signed for, as whoever keeps the register reads it: its name, and whether somebody said why not.
async fn unsigned(test: &TestSchool) -> Vec<(String, bool)> {
    let ivy = test.actor("ivy").await;
    let list = test.school.unsigned_entries(&ivy, &policy(), "tablets", ListQuery::default()).await;
    let lines = list.expect("she keeps it").1.rows.into_iter();
    lines.map(|line| (line.name, matches!(line.signed_for, Some(SignedFor::Declined(_))))).collect()
}

async fn history(test: &TestSchool, entry: EntryId) -> Vec<String> {
    let page = test.school.register_entry(&test.actor("ivy").await, entry).await.expect("she keeps it");
    page.history.into_iter().map(|line| format!("{} {}", line.who, line.what)).collect()
}

const TABLET: [(&str, &str); 3] = [("item", "Tablet 4"), ("holder", "ada"), ("note", "scratched")];

#[tokio::test]
async fn whoever_is_given_something_signs_for_it_from_their_own_account() {
    let test = school().await;
    let entry = hands_out(&test, "ivy", &TABLET).await;
    assert_eq!(to_sign(&test, "ada").await, ["Sign for ‘Tablet 4’"]);
    assert_eq!(unsigned(&test).await, [("Tablet 4".to_owned(), false)]);
    let page = test.school.entry_to_sign(&test.actor("ada").await, entry).await.unwrap();
    assert_eq!(page.shown, [("Item".to_owned(), "Tablet 4".to_owned())], "and what the clause does not show them, not");
    assert!(!page.is_handed_over);

    test.turn(SignedDuration::from_mins(1));
    signs(&test, "ada", entry, "").await.unwrap();
    assert!(to_sign(&test, "ada").await.is_empty() && unsigned(&test).await.is_empty());
    assert_eq!(history(&test, entry).await, ["Ivy Lanternfield wrote it", "Ada Fernhaven signed for it"]);
    let again = signs(&test, "ada", entry, "").await.unwrap_err();
    assert!(matches!(again, SignForEntryError::SignedAlready { .. }), "{again}");
    test.turn(SignedDuration::from_mins(6));
    assert!(test.school.due_mail().await.unwrap().is_empty(), "what was asked is taken back once it is done");
}

#[tokio::test]
async fn on_the_keepers_device_they_sign_with_their_own_password() {
    let test = school().await;
    let entry = hands_out(&test, "ivy", &TABLET).await;
    let page = test.school.entry_to_sign(&test.actor("ivy").await, entry).await.unwrap();
    assert_eq!((page.signer.name.as_str(), page.is_handed_over), ("Ada Fernhaven", true));
    let wrong = signs(&test, "ivy", entry, "not hers").await.unwrap_err();
    assert!(matches!(wrong, SignForEntryError::WrongPassword), "{wrong}");
    assert_eq!(to_sign(&test, "ada").await.len(), 1);

    test.turn(SignedDuration::from_mins(2));
    signs(&test, "ivy", entry, PASSWORD).await.unwrap();
    assert!(to_sign(&test, "ada").await.is_empty() && unsigned(&test).await.is_empty());
    let signed = "Ada Fernhaven signed for it, on the device of Ivy Lanternfield";
    assert_eq!(history(&test, entry).await[1], signed);
    let ledger: Vec<(String, String)> =
        sqlx::query_as("SELECT actor, details FROM ledger WHERE verb = 'sign-for-entry'")
            .fetch_all(&test.database().await)
            .await
            .unwrap();
    let (ada, ivy) = (test.id("ada").await, test.id("ivy").await);
    let details = format!(r#"{{"handed-by":"{}","signed":true}}"#, ivy.0);
    assert_eq!(ledger, [(ada.to_string(), details)], "the step is hers, and a wrong password is none");
}

#[tokio::test]
async fn too_many_wrong_passwords_have_to_wait() {
    let test = school().await;
    let entry = hands_out(&test, "ivy", &TABLET).await;
    let mut waits = false;
    for _ in 0..40 {
        let wrong = signs(&test, "ivy", entry, "a guess").await.unwrap_err();
        waits |= wrong.kind() == ErrorKind::Throttled;
    }
    assert!(waits, "whoever keeps the register can't try out passwords");
}

#[tokio::test]
async fn what_somebody_declines_is_listed_with_the_reason_and_can_still_be_signed_for() {
    let test = school().await;
    let entry = hands_out(&test, "ivy", &TABLET).await;
    let no_reason = declines(&test, "ada", entry, "  ").await.unwrap_err();
    assert!(matches!(no_reason, SignForEntryError::ReasonMissing), "{no_reason}");
    test.turn(SignedDuration::from_mins(1));
    declines(&test, "ivy", entry, "It has a crack.").await.unwrap();
    assert_eq!(unsigned(&test).await, [("Tablet 4".to_owned(), true)]);
    assert!(to_sign(&test, "ada").await.is_empty(), "she has answered");
    let said = "Ada Fernhaven did not sign for it, on the device of Ivy Lanternfield: It has a crack.";
    assert_eq!(history(&test, entry).await[1], said);
    test.turn(SignedDuration::from_mins(1));
    signs(&test, "ada", entry, "").await.unwrap();
    assert!(unsigned(&test).await.is_empty());
}

#[tokio::test]
async fn nobody_else_signs_and_to_nobody_else_it_is_there() {
    let test = school().await;
    let entry = hands_out(&test, "ivy", &TABLET).await;
    for who in ["ben", "tom", "hal", "pat"] {
        assert_eq!(signs(&test, who, entry, PASSWORD).await.unwrap_err().kind(), ErrorKind::NotFound, "{who}");
        let read = test.school.entry_to_sign(&test.actor(who).await, entry).await.unwrap_err();
        assert_eq!(read.kind(), ErrorKind::NotFound, "{who}");
        let list =
            test.school.unsigned_entries(&test.actor(who).await, &policy(), "tablets", ListQuery::default()).await;
        // The headteacher would keep what is about all who keep it, and reads nothing of this.
        assert!(list.map_or(true, |(_, entries)| entries.rows.is_empty()), "{who}");
    }
    // Whoever keeps the register and has something themselves signs for it from their own account.
    let own = hands_out(&test, "ivy", &[("item", "Tablet 5"), ("holder", "ivy")]).await;
    assert_eq!(to_sign(&test, "ivy").await, ["Sign for ‘Tablet 5’"]);
    signs(&test, "ivy", own, "").await.unwrap();
}

#[tokio::test]
async fn a_correction_asks_anew_where_something_else_was_given_and_what_came_back_asks_nobody() {
    let test = school().await;
    let entry = hands_out(&test, "ivy", &TABLET).await;
    signs(&test, "ada", entry, "").await.unwrap();
    corrects(&test, entry, &[("item", "Tablet 4"), ("holder", "ada"), ("until", "2026-07-01")]).await;
    assert!(to_sign(&test, "ada").await.is_empty(), "another day changes nothing");
    corrects(&test, entry, &[("item", "Tablet 7"), ("holder", "ada"), ("until", "2026-07-01")]).await;
    assert_eq!(to_sign(&test, "ada").await, ["Sign for ‘Tablet 7’"]);
    corrects(&test, entry, &[("item", "Tablet 7"), ("holder", "ben")]).await;
    assert_eq!((to_sign(&test, "ada").await.len(), to_sign(&test, "ben").await.len()), (0, 1));
    assert_eq!(signs(&test, "ada", entry, "").await.unwrap_err().kind(), ErrorKind::NotFound);
    corrects(&test, entry, &[("item", "Tablet 7"), ("holder", "ben"), ("back", "2026-05-12")]).await;
    assert!(to_sign(&test, "ben").await.is_empty() && unsigned(&test).await.is_empty());
    assert_eq!(signs(&test, "ivy", entry, PASSWORD).await.unwrap_err().kind(), ErrorKind::Conflict);
    let other = hands_out(&test, "ivy", &TABLET).await;
    step(&test, other, EntryAct::Close).await;
    assert!(to_sign(&test, "ada").await.is_empty());
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}
