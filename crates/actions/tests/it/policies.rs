use actions::{
    Actor, ApprovePolicy, DraftState, ErrorKind, InstallPolicy, PolicyDiff, PublishError, PublishPolicy, UploadDraft,
    UploadError, VerbError,
};
use domain::{Outcome, Role, Version};

use crate::test_school::{FIRST, POLICY, TestSchool, is_private, policy_id};
use testkit::role;

fn upload(text: String, minor: bool) -> UploadDraft {
    UploadDraft { file_name: "web-use.md".to_owned(), text, minor, summary: "Two sites".to_owned() }
}

fn second() -> String {
    POLICY.replace("sites  = [\"reddit.com\"]", "sites  = [\"reddit.com\", \"example.net\"]")
}

async fn approve(test: &TestSchool, draft: &actions::DraftPage, username: &str, role: Role) {
    let input = ApprovePolicy { version: draft.id, text_hash: draft.text_hash.clone(), role };
    test.school.approve_policy(&test.actor(username).await, input).await.expect("approved");
}

#[tokio::test]
async fn a_draft_is_approved_by_each_role_then_published_and_runs_at_once() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    assert_eq!(test.gate("ada", "example.net").await.0, Outcome::Allowed);
    let fay = test.actor("fay").await;
    let draft = test.school.upload_draft(&fay, upload(second(), false)).await.unwrap();
    assert_eq!((draft.state, draft.problems.len(), draft.current), (DraftState::Draft, 0, Some(FIRST)));
    assert!(draft.examples.len() == 2 && draft.examples.iter().all(|example| example.passed));
    assert!(!draft.changes.is_empty());
    let publish = || PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    let early = test.school.publish_policy(&fay, publish()).await.unwrap_err();
    assert!(early.to_string().contains("Headteacher has not approved it yet"), "{early}");
    approve(&test, &draft, "hal", role("headteacher")).await;
    assert!(matches!(test.school.publish_policy(&fay, publish()).await, Err(PublishError::NotReady { .. })));
    approve(&test, &draft, "gil", role("governors")).await;
    assert_eq!(test.school.draft(&fay, draft.id).await.unwrap().state, DraftState::Approved);
    let published = test.school.publish_policy(&fay, publish()).await.unwrap();
    assert_eq!(published.version, Version(2));
    assert_eq!(test.gate("ada", "example.org").await, (Outcome::Blocked, "not-signed"), "a new text, a new signature");
    test.sign_for("ada").await;
    assert_eq!(test.gate("ada", "example.net").await, (Outcome::Blocked, "blocked-by-host"));
    let again = test.school.publish_policy(&fay, publish()).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);
    let diff = PolicyDiff { policy: policy_id(), from: FIRST, to: Version(2) };
    assert_eq!(test.school.policy_diff(&fay, diff).await.unwrap().len(), draft.changes.len());
}

#[tokio::test]
async fn a_minor_correction_keeps_everybodys_signature() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    let fay = test.actor("fay").await;
    let text = POLICY.replace("Access may be withdrawn.", "Access to the web may be withdrawn.");
    let draft = test.school.upload_draft(&fay, upload(text, true)).await.unwrap();
    approve(&test, &draft, "hal", role("headteacher")).await;
    approve(&test, &draft, "gil", role("governors")).await;
    let input = PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    assert_eq!(test.school.publish_policy(&fay, input).await.unwrap().version, Version(2));
    assert_eq!(test.gate("ada", "example.org").await.0, Outcome::Allowed);
    let mine = test.school.my_agreements(&test.actor("ada").await).await.unwrap();
    assert!(mine.owed.is_empty() && mine.own.iter().all(|line| line.current && line.version == FIRST));
}

#[tokio::test]
async fn a_change_of_what_runs_is_no_minor_correction() {
    let test = TestSchool::open().await;
    let draft = test.school.upload_draft(&test.actor("fay").await, upload(second(), true)).await.unwrap();
    approve(&test, &draft, "hal", role("headteacher")).await;
    approve(&test, &draft, "gil", role("governors")).await;
    let input = PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    let refused = test.school.publish_policy(&test.actor("fay").await, input).await.unwrap_err();
    assert!(refused.to_string().contains("minor correction"), "{refused}");
}

#[tokio::test]
async fn a_faulty_draft_is_kept_with_its_problems_and_nobody_can_approve_it() {
    let test = TestSchool::open().await;
    let fay = test.actor("fay").await;
    let text = POLICY.replace("for    = [\"pupil\"]\nunless", "for    = [\"puppil\"]\nunless");
    let draft = test.school.upload_draft(&fay, upload(text.clone(), false)).await.unwrap();
    let line = text.lines().position(|line| line.contains("puppil")).unwrap() + 1;
    assert_eq!(draft.problems[0].line as usize, line, "{:?}", draft.problems);
    assert_eq!(draft.text, text);
    let kept = test.school.draft(&fay, draft.id).await.unwrap();
    assert_eq!(kept.problems.len(), draft.problems.len());
    let input = ApprovePolicy { version: draft.id, text_hash: draft.text_hash, role: role("headteacher") };
    let refused = test.school.approve_policy(&test.actor("hal").await, input).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert_eq!(test.gate("ada", "example.org").await.1, "not-signed", "the old policy stays");
}

#[tokio::test]
async fn what_changes_in_a_draft_is_said_no_longer_than_the_school_lets_it_be() {
    let test = TestSchool::open().await;
    let fay = test.actor("fay").await;
    let summary = "é".repeat(actions::PeopleSettings::default().longest_text);
    let long = UploadDraft { summary: format!("{summary}é"), ..upload(second(), false) };
    let refused = test.school.upload_draft(&fay, long).await.unwrap_err();
    assert!(refused.field() == Some("summary") && refused.to_string().contains("Make it shorter"), "{refused}");
    test.school.upload_draft(&fay, UploadDraft { summary, ..upload(second(), false) }).await.unwrap();
}

#[tokio::test]
async fn a_draft_whose_worked_example_fails_cannot_be_published() {
    let test = TestSchool::open().await;
    let text = POLICY.replace("-> blocked #social-media", "-> allowed #social-media");
    let draft = test.school.upload_draft(&test.actor("fay").await, upload(text, false)).await.unwrap();
    assert!(draft.why_not_publish[0].contains("worked example"), "{:?}", draft.why_not_publish);
    let input = PublishPolicy { version: draft.id, text_hash: draft.text_hash };
    let refused = test.school.publish_policy(&test.actor("fay").await, input).await.unwrap_err();
    assert!(refused.to_string().contains("worked example"), "{refused}");
}

#[tokio::test]
async fn an_example_that_fails_by_the_schools_own_list_of_sites_is_a_warning() {
    // The list of this school has no site in it.
    let test = TestSchool::open().await;
    let clause = "## Games {#games}\n\nGames are closed.\n\n```rule\n[block]\nsites = [\"games\"]\n```\n\n\
                  ```example\npupil opens https://www.chess.com/ -> blocked #games\n```\n";
    let text = format!("{POLICY}\n{clause}");
    let draft = test.school.upload_draft(&test.actor("fay").await, upload(text, false)).await.unwrap();
    assert!(draft.examples.iter().all(|example| example.passed), "{:?}", draft.examples);
    let differ: Vec<&str> = draft.differ_by_list.iter().map(|example| example.got.as_str()).collect();
    assert_eq!(differ, ["allowed"]);
    assert!(!draft.why_not_publish.iter().any(|why| why.contains("worked example")), "{:?}", draft.why_not_publish);
}

#[tokio::test]
async fn a_bad_policy_is_not_installed_and_the_same_one_only_once() {
    let test = TestSchool::open().await;
    let operator = actions::Actor::operator();
    let install = |text: &str| InstallPolicy { file_name: "web-use.md".to_owned(), text: text.to_owned() };
    let bad = test.school.install_policy(&operator, install(&POLICY.replace("[block]", "[blok]"))).await.unwrap_err();
    assert!(bad.to_string().contains("web-use.md:"), "{bad}");
    let same = test.school.install_policy(&operator, install(POLICY)).await.unwrap();
    assert_eq!(same.version, FIRST);
}

#[tokio::test]
async fn approving_takes_the_role_and_the_text_that_was_shown() {
    let test = TestSchool::open().await;
    let draft = test.school.upload_draft(&test.actor("fay").await, upload(second(), false)).await.unwrap();
    let input = |role, text_hash: &str| ApprovePolicy { version: draft.id, text_hash: text_hash.to_owned(), role };
    let hal = test.actor("hal").await;
    let not_his = test.school.approve_policy(&hal, input(role("governors"), &draft.text_hash)).await.unwrap_err();
    assert_eq!(not_his.kind(), ErrorKind::Forbidden);
    let not_named = test.school.approve_policy(&hal, input(role("countersigner"), &draft.text_hash)).await.unwrap_err();
    assert_eq!(not_named.field(), Some("role"));
    let other = test.school.approve_policy(&hal, input(role("headteacher"), "00")).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Conflict);
    let teacher = test.school.draft(&test.actor("tom").await, draft.id).await.unwrap_err();
    assert_eq!(teacher.kind(), ErrorKind::NotFound, "drafts are for those who own or approve the policy");
}

#[tokio::test]
async fn everybody_reads_what_is_published_with_what_runs_it() {
    let test = TestSchool::open().await;
    let ada = test.actor("ada").await;
    assert_eq!(test.school.policies(&ada).await.unwrap().len(), 1);
    let page = test.school.policy(&ada, &policy_id()).await.unwrap();
    assert_eq!((page.version, page.explanation.len()), (FIRST, page.document.clauses.len()));
    assert!(!page.may_upload);
}

#[tokio::test]
async fn the_gate_can_start_from_the_disk_alone_with_the_same_verdicts() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    test.open_reddit().await;
    test.school.flush().await;
    let known = feed::load(&test.data(), test.school.facts()).unwrap();
    assert_eq!(known.directory, test.directory());
    assert_eq!(known.rules.policies()[0].version, FIRST);
    let kept = std::fs::read_dir(test.data()).unwrap().map(|entry| entry.unwrap().path());
    let directory: Vec<_> = kept.filter(|path| path.to_string_lossy().contains("directory.")).collect();
    assert_eq!(directory.len(), 2, "{directory:?}");
    assert!(directory.iter().all(|file| is_private(file)));
    assert!(is_private(&test.data().join("school.key")));
    assert!(is_private(&test.data().join("records.sqlite")));
}

#[tokio::test]
async fn nobody_brings_in_alone_a_policy_that_opens_everybodys_activity_to_them() {
    let test = TestSchool::open().await;
    let hal = test.actor("hal").await;
    let own = POLICY
        .replace("id          = \"web-use\"", "id          = \"my-view\"")
        .replace("approved_by = [\"headteacher\", \"governors\"]", "approved_by = [\"headteacher\"]")
        .replace("who           = [\"dsl\"]", "who           = [\"headteacher\"]");
    let refused = test.school.upload_draft(&hal, upload(own.clone(), false)).await.unwrap_err();
    assert_eq!(refused.field(), Some("text"), "{refused}");
    assert!(refused.to_string().contains("needs two people"), "{refused}");
    // A role that approves no policies is no second person either.
    let by_office = own.replace("approved_by = [\"headteacher\"]", "approved_by = [\"office\"]");
    assert!(test.school.upload_draft(&hal, upload(by_office, false)).await.is_err());
    let by_governors = own.replace("approved_by = [\"headteacher\"]", "approved_by = [\"governors\"]");
    let draft = test.school.upload_draft(&hal, upload(by_governors, false)).await.unwrap();
    assert!(draft.may_approve.is_empty());
    let input = ApprovePolicy { version: draft.id, text_hash: draft.text_hash.clone(), role: role("headteacher") };
    assert!(test.school.approve_policy(&hal, input).await.is_err());
    let publish = PublishPolicy { version: draft.id, text_hash: draft.text_hash };
    assert!(matches!(test.school.publish_policy(&hal, publish).await, Err(PublishError::NotReady { .. })));
}

#[tokio::test]
async fn the_uploaders_own_approval_never_suffices() {
    let test = TestSchool::open().await;
    let alone = POLICY.replace("approved_by = [\"headteacher\", \"governors\"]", "approved_by = [\"headteacher\"]");
    let policy = InstallPolicy { file_name: "web-use.md".to_owned(), text: alone.clone() };
    test.school.install_policy(&actions::Actor::operator(), policy).await.unwrap();
    let hal = test.actor("hal").await;
    let text = alone.replace("Access may be withdrawn.", "Access to the web may be withdrawn.");
    let draft = test.school.upload_draft(&hal, upload(text, false)).await.unwrap();
    approve(&test, &draft, "hal", role("headteacher")).await;
    let publish = || PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    let refused = test.school.publish_policy(&hal, publish()).await.unwrap_err();
    assert!(refused.to_string().contains("Somebody else"), "{refused}");
    let again = ApprovePolicy { version: draft.id, text_hash: draft.text_hash.clone(), role: role("headteacher") };
    assert_eq!(test.school.approve_policy(&hal, again).await.unwrap_err().kind(), ErrorKind::Conflict);
    let seen = test.school.draft(&test.actor("gil").await, draft.id).await.unwrap();
    assert_eq!(seen.may_approve, [role("governors")]);
    approve(&test, &draft, "gil", role("governors")).await;
    assert_eq!(test.school.publish_policy(&hal, publish()).await.unwrap().version, Version(3));
}

#[tokio::test]
async fn of_two_who_hold_the_one_role_that_approves_the_other_approves_what_one_uploaded() {
    let test = TestSchool::open().await;
    let alone = POLICY.replace("approved_by = [\"headteacher\", \"governors\"]", "approved_by = [\"headteacher\"]");
    let policy = InstallPolicy { file_name: "web-use.md".to_owned(), text: alone.clone() };
    test.school.install_policy(&actions::Actor::operator(), policy).await.unwrap();
    test.import("username,name,audience,roles\nhen,Hen Larkspur,staff,headteacher\n").await;
    let hal = test.actor("hal").await;
    let text = alone.replace("Access may be withdrawn.", "Access to the web may be withdrawn.");
    let draft = test.school.upload_draft(&hal, upload(text, false)).await.unwrap();
    approve(&test, &draft, "hal", role("headteacher")).await;
    let seen = test.school.draft(&test.actor("hen").await, draft.id).await.unwrap();
    assert_eq!(seen.may_approve, [role("headteacher")]);
    approve(&test, &draft, "hen", role("headteacher")).await;
    let publish = PublishPolicy { version: draft.id, text_hash: draft.text_hash.clone() };
    assert_eq!(test.school.publish_policy(&hal, publish).await.unwrap().version, Version(3));
}

#[tokio::test]
async fn a_draft_says_whom_it_would_newly_let_look_at_people() {
    let test = TestSchool::open().await;
    let fay = test.actor("fay").await;
    let same = test.school.upload_draft(&fay, upload(second(), false)).await.unwrap();
    assert!(same.widens_view.is_empty(), "{:?}", same.widens_view);
    let wider = POLICY.replace("who           = [\"dsl\"]", "who           = [\"dsl\", \"it-staff\"]");
    let draft = test.school.upload_draft(&fay, upload(wider, false)).await.unwrap();
    let sentences: Vec<&str> = draft.widens_view.iter().map(|widened| widened.sentence.as_str()).collect();
    let expected =
        "IT staff could look at use of the web, with the deputy safeguarding lead, for: a safeguarding concern.";
    assert_eq!(sentences, [expected]);
    let alone = POLICY.replace("second-person = [\"deputy-dsl\"]\n", "");
    let draft = test.school.upload_draft(&fay, upload(alone, false)).await.unwrap();
    assert!(draft.widens_view[0].sentence.contains("alone"), "{:?}", draft.widens_view);
}

#[tokio::test]
async fn a_draft_that_has_people_told_later_of_who_looked_at_them_is_said_to_widen_the_view() {
    let who = "who           = [\"dsl\"]\n";
    let telling = |text: &str, tell: &str| text.replace(who, &format!("{who}tell = \"{tell}\"\n"));
    for (before, after, widens) in [
        ("at once", "after 30 days", true),
        ("at once", "when the viewer says", true),
        ("after 1 day", "after 30 days", true),
        ("after 30 days", "at once", false),
        ("after 30 days", "after 1 day", false),
        ("after 30 days", "after 30 days", false),
    ] {
        let test = TestSchool::open().await;
        let installed = InstallPolicy { file_name: "web-use.md".to_owned(), text: telling(POLICY, before) };
        test.school.install_policy(&Actor::operator(), installed).await.unwrap();
        let fay = test.actor("fay").await;
        let draft = test.school.upload_draft(&fay, upload(telling(&second(), after), false)).await.unwrap();
        let sentences: Vec<&str> = draft.widens_view.iter().map(|widened| widened.sentence.as_str()).collect();
        let later = sentences.iter().filter(|words| words.ends_with("The person could be told of it later than now."));
        assert_eq!(
            (sentences.len(), later.count()),
            (widens.into(), widens.into()),
            "{before}, {after}: {sentences:?}"
        );
    }
}

/// With its one thread for long work taken, nothing can be read beside the thread that answers.
#[test]
fn an_upload_is_read_off_the_threads_that_answer() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let test = TestSchool::open().await;
        let hal = test.actor("hal").await;
        let (free, taken) = std::sync::mpsc::channel::<()>();
        let long_work = tokio::task::spawn_blocking(move || taken.recv());
        let mut read = std::pin::pin!(test.school.upload_draft(&hal, upload("No head".to_owned(), false)));
        let was_read = tokio::select! {
            biased;
            _ = &mut read => true,
            () = std::future::ready(()) => false,
        };
        assert!(!was_read, "whoever else is answered by this thread waited for it");
        drop(free);
        assert!(matches!(read.await, Err(UploadError::NoId)));
        long_work.await.expect("it ends").unwrap_err();
    });
}
