//! Changes come one at a time: nobody decides by what another is about to change.

use std::cell::RefCell;

use actions::*;
use domain::{Audience, PersonId, Role};
use testkit::role;

use crate::test_school::{POLICY, TestSchool};

const OLD: &str = "lantern-harbour-teapot";

/// Leaves a member of staff with these roles.
fn with_roles(person: PersonId, name: &str, roles: &[Role]) -> EditPerson {
    EditPerson {
        person,
        name: name.to_owned(),
        mail: None,
        audience: Audience::Staff,
        groups: Vec::new(),
        roles: roles.to_vec(),
        children: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_demote_each_other_at_once_do_not_both_succeed() {
    let test = TestSchool::open().await;
    test.import("username,name,audience,roles\nira,Ira Cobblewick,staff,it-director\n").await;
    let (ian, ira) = (test.actor("ian").await, test.actor("ira").await);
    let director = [role("it-director")];
    for round in 0..10 {
        let demote_ira = with_roles(ira.person(), ira.name(), &[]);
        let demote_ian = with_roles(ian.person(), ian.name(), &[]);
        let (one, other) =
            tokio::join!(test.school.edit_person(&ian, demote_ira), test.school.edit_person(&ira, demote_ian));
        assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "round {round}: {one:?} {other:?}");
        let refused = one.err().or(other.err()).expect("one was refused");
        assert_eq!(refused.kind(), ErrorKind::Forbidden, "{refused}");
        for lost in [&ian, &ira] {
            let again = with_roles(lost.person(), lost.name(), &director);
            test.school.edit_person(&Actor::operator(), again).await.expect("the operator gives it back");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_races_a_new_password_leaves_no_session_of_the_old_one() {
    let test = TestSchool::open().await;
    let ada = test.id("ada").await;
    let mut old = OLD.to_owned();
    for round in 0..10 {
        let invitation = test.school.invite(&Actor::operator(), Invite { person: ada }).await.expect("an invitation");
        let proof = PasswordProof::Invitation { token: invitation.token };
        let new = format!("marble saddle tunnel {round}");
        let setting = SetPassword { proof, password: new.clone(), again: new.clone() };
        let signing = SignIn { username: "ada".to_owned(), password: old, address: None };
        let (set, signed) = tokio::join!(test.school.set_password(setting), test.school.sign_in(signing));
        set.expect("the password is set");
        if let Ok(signed) = signed {
            let still = test.school.authenticate(signed.token.as_str()).await.expect("the records are there");
            assert!(still.is_none(), "round {round}: the old password left a session");
        }
        old = new;
    }
}

#[tokio::test]
async fn a_verb_takes_up_what_another_program_changed_before_it_checks() {
    let test = TestSchool::open().await;
    let other = test.beside().await;
    let tom = test.id("tom").await;
    other.school.mark_leaver(&Actor::operator(), MarkLeaver { person: tom }).await.expect("tom leaves");
    assert!(test.school.actor_named(&Actor::operator(), "tom").await.is_ok(), "no tick has passed");
    let again = test.school.mark_leaver(&test.actor("ian").await, MarkLeaver { person: tom }).await.unwrap_err();
    assert!(matches!(again, LeaverError::HasLeft), "{again}");
    assert!(test.school.actor_named(&Actor::operator(), "tom").await.is_err(), "the change took it up");
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

/// A text that takes long to read, check and run.
fn long_policy() -> String {
    let clauses = (0..2_000).map(|number| {
        format!(
            "\n## Site {number} {{#site-{number}}}\nThis site is closed to pupils.\n\n```rule\n[block]\nsites = \
             [\"site-{number}.example\"]\nfor = [\"pupil\"]\n```\n"
        )
    });
    std::iter::once(POLICY.to_owned()).chain(clauses).collect()
}

#[tokio::test]
async fn a_long_draft_that_has_to_be_examined_anew_holds_up_nobodys_change() {
    let test = TestSchool::open().await;
    let (fay, hal) = (test.actor("fay").await, test.actor("hal").await);
    let (file_name, summary) = ("web-use.md".to_owned(), "Many sites".to_owned());
    let upload = UploadDraft { file_name, text: long_policy(), minor: false, summary };
    let draft = test.school.upload_draft(&fay, upload).await.expect("a draft");
    // What the draft was examined beside is no longer what it is beside.
    test.know_the_starter_list();
    let done = RefCell::new(Vec::new());
    let approve = async {
        let input = ApprovePolicy { version: draft.id, text_hash: draft.text_hash.clone(), role: role("headteacher") };
        test.school.approve_policy(&hal, input).await.expect("approved");
        done.borrow_mut().push("approved");
    };
    let sign = async {
        test.sign_for("ada").await;
        done.borrow_mut().push("signed");
    };
    tokio::join!(approve, sign);
    assert_eq!(*done.borrow(), ["signed", "approved"]);
}
