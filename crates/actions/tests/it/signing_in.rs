use actions::{
    Actor, ErrorKind, InstallPolicy, Invite, PasswordProof, SetPassword, SetPasswordError, SignIn, SignInError,
    VerbError,
};
use jiff::SignedDuration;

use crate::test_school::TestSchool;

const PASSWORD: &str = "lantern-harbour-teapot";

fn attempt(username: &str, password: &str) -> SignIn {
    let address = Some("10.0.0.7".parse().unwrap());
    SignIn { username: username.to_owned(), password: password.to_owned(), address }
}

#[tokio::test]
async fn the_right_password_signs_in_and_the_gate_knows_the_person_at_their_address() {
    let test = TestSchool::open().await;
    let signed_in = test.school.sign_in(attempt(" ADA ", PASSWORD)).await.unwrap();
    assert_eq!(signed_in.actor.username(), "ada");
    let actor = test.school.authenticate(signed_in.token.as_str()).await.unwrap().expect("signed in");
    assert_eq!(actor.person(), signed_in.actor.person());
    let at = test.directory().by_address("10.0.0.7".parse().unwrap()).map(|(person, _)| person);
    assert_eq!(at, Some(actor.person()));
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_answered_alike() {
    let test = TestSchool::open().await;
    let wrong = test.school.sign_in(attempt("ada", "wrong")).await.unwrap_err();
    let unknown = test.school.sign_in(attempt("nobody", PASSWORD)).await.unwrap_err();
    assert!(matches!(wrong, SignInError::Wrong));
    assert_eq!(wrong.to_string(), unknown.to_string());
    assert!(test.school.sign_in(attempt("tom", "nobody's password")).await.is_err(), "he has no password");
}

#[tokio::test]
async fn too_many_wrong_passwords_make_even_the_right_one_wait() {
    let test = TestSchool::open().await;
    for _ in 0..5 {
        assert!(matches!(test.school.sign_in(attempt("ada", "wrong")).await, Err(SignInError::Wrong)));
    }
    let refused = test.school.sign_in(attempt("ada", PASSWORD)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Throttled);
    test.turn(SignedDuration::from_secs(2));
    assert!(test.school.sign_in(attempt("ada", PASSWORD)).await.is_ok(), "a delay, no lock");
}

#[tokio::test]
async fn wrong_passwords_from_elsewhere_keep_nobody_from_signing_in_where_they_are_at_home() {
    let test = TestSchool::open().await;
    assert!(test.school.sign_in(attempt("ada", PASSWORD)).await.is_ok());
    for number in 1..=30 {
        let stranger = Some(format!("10.9.0.{number}").parse().unwrap());
        let guess = SignIn { address: stranger, ..attempt("ada", "guess") };
        assert!(test.school.sign_in(guess).await.is_err());
    }
    assert!(test.school.sign_in(attempt("ada", PASSWORD)).await.is_ok());
    let new_place = SignIn { address: Some("10.9.1.1".parse().unwrap()), ..attempt("ada", PASSWORD) };
    assert!(test.school.sign_in(new_place).await.is_ok(), "a password known from before is right everywhere");
    let stranger = SignIn { address: Some("10.9.1.2".parse().unwrap()), ..attempt("ada", "guess") };
    assert_eq!(test.school.sign_in(stranger).await.unwrap_err().kind(), ErrorKind::Throttled);
}

#[tokio::test]
async fn what_is_guessed_at_the_gate_makes_the_desk_wait() {
    let test = TestSchool::open().await;
    for _ in 0..5 {
        test.school.passwords().throttle().failed(
            "ada",
            Some("10.0.0.7".parse().unwrap()),
            domain::Clock::now(&*test.clock),
        );
    }
    assert_eq!(test.school.sign_in(attempt("ada", PASSWORD)).await.unwrap_err().kind(), ErrorKind::Throttled);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_the_gate_forgets_the_address() {
    let test = TestSchool::open().await;
    let signed_in = test.sign_in("ada", PASSWORD).await;
    test.school.sign_out(&signed_in.actor).await.unwrap();
    assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_none());
    assert!(test.directory().by_address("10.0.0.7".parse().unwrap()).is_none());
}

#[tokio::test]
async fn a_session_goes_idle_as_the_clause_says_unless_it_is_used() {
    let test = TestSchool::open().await;
    let signed_in = test.sign_in("ada", PASSWORD).await;
    for _ in 0..4 {
        test.turn(SignedDuration::from_mins(9));
        assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_some());
    }
    test.turn(SignedDuration::from_mins(10));
    assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_none());
    let tick = test.school.tick().await.unwrap();
    assert_eq!(tick.sessions_ended, 1);
    assert!(test.directory().by_address("10.0.0.7".parse().unwrap()).is_none());
}

#[tokio::test]
async fn a_session_ends_with_the_day_as_the_clause_says() {
    let test = TestSchool::open().await;
    test.turn(SignedDuration::from_mins(13 * 60 + 55));
    let signed_in = test.sign_in("ada", PASSWORD).await;
    assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_some());
    test.turn(SignedDuration::from_mins(6));
    assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_none());
}

async fn welcome(test: &TestSchool) -> actions::Invitation {
    let person = test.id("tom").await;
    test.school.invite(&test.actor("sam").await, Invite { person }).await.unwrap()
}

#[tokio::test]
async fn the_office_invites_nobody_who_holds_a_role() {
    let test = TestSchool::open().await;
    let invite = Invite { person: test.id("hal").await };
    let refused = test.school.invite(&test.actor("oli").await, invite).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Forbidden);
}

fn new_password(proof: PasswordProof, password: &str) -> SetPassword {
    SetPassword { proof, password: password.to_owned(), again: password.to_owned() }
}

#[tokio::test]
async fn an_invitation_sets_a_password_once_and_looking_at_it_uses_nothing_up() {
    let test = TestSchool::open().await;
    let invitation = welcome(&test).await;
    for _ in 0..3 {
        let page = test.school.invitation(&invitation.token).await.unwrap().expect("it is open");
        assert_eq!(page.username, "tom");
    }
    let proof = || PasswordProof::Invitation { token: invitation.token.clone() };
    let short = test.school.set_password(new_password(proof(), "short")).await.unwrap_err();
    let SetPasswordError::Weak { faults } = &short else { panic!("{short}") };
    assert_eq!(faults[0].citation.as_ref().unwrap().clause, "passwords");
    test.school.set_password(new_password(proof(), "velvet orchard drum")).await.unwrap();
    assert!(test.school.sign_in(attempt("tom", "velvet orchard drum")).await.is_ok());
    let again = test.school.set_password(new_password(proof(), "another orchard")).await.unwrap_err();
    assert!(matches!(again, SetPasswordError::Expired));
}

#[tokio::test]
async fn a_password_that_may_hold_no_own_details_holds_no_birth_date_either() {
    let test = TestSchool::open().await;
    let text = "+++\nid = \"own-details\"\ntitle = \"Own details\"\naudiences = [\"staff\"]\nowner = \"headteacher\"\n+++\n\n\
        # Own details\n\n## Not your own details {#not-yours}\nThey are easily guessed.\n\n\
        ```rule\n[password]\nnot-in = [\"own-details\"]\n```\n";
    let policy = InstallPolicy { file_name: "own-details.md".to_owned(), text: text.to_owned() };
    test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    let invitation = welcome(&test).await;
    test.import("username,name,audience,born\ntom,Tom Ashgrove,staff,1990-05-31\n").await;
    let proof = || PasswordProof::Invitation { token: invitation.token.clone() };
    for guess in ["velvet 1990 orchard", "velvet orchard 310590", "velvet3105orchard"] {
        let refused = test.school.set_password(new_password(proof(), guess)).await.unwrap_err();
        let SetPasswordError::Weak { faults } = &refused else { panic!("{guess}: {refused}") };
        assert_eq!(faults[0].citation.as_ref().unwrap().clause, "not-yours", "{guess}");
    }
    test.school.set_password(new_password(proof(), "velvet orchard 27 drum")).await.unwrap();
}

#[tokio::test]
async fn a_code_works_with_its_own_username_alone_and_guessing_it_is_throttled() {
    let test = TestSchool::open().await;
    let invitation = welcome(&test).await;
    let proof = |username: &str, code: &str| PasswordProof::Code {
        username: username.to_owned(),
        code: code.to_owned(),
        address: None,
    };
    let other = test.school.set_password(new_password(proof("ivy", &invitation.code), "velvet orchard drum")).await;
    assert!(matches!(other, Err(SetPasswordError::CodeWrong)));
    for _ in 0..5 {
        let guess = test.school.set_password(new_password(proof("tom", "AAAAAAAA"), "velvet orchard drum")).await;
        assert!(matches!(guess, Err(SetPasswordError::CodeWrong)));
    }
    let typed = format!("{}-{}", &invitation.code[..4].to_lowercase(), &invitation.code[4..]);
    let throttled = test.school.set_password(new_password(proof("tom", &typed), "velvet orchard drum")).await;
    assert_eq!(throttled.unwrap_err().kind(), ErrorKind::Throttled);
    test.turn(SignedDuration::from_mins(16));
    test.school.set_password(new_password(proof("tom", &typed), "velvet orchard drum")).await.unwrap();
}

#[tokio::test]
async fn an_invitation_runs_out() {
    let test = TestSchool::open().await;
    let invitation = welcome(&test).await;
    test.turn(SignedDuration::from_hours(24 * 14));
    assert!(test.school.invitation(&invitation.token).await.unwrap().is_none());
}

#[tokio::test]
async fn changing_a_password_takes_the_old_one_and_ends_every_session() {
    let test = TestSchool::open().await;
    let signed_in = test.sign_in("ada", PASSWORD).await;
    let proof =
        |password: &str| PasswordProof::Current { actor: signed_in.actor.clone(), password: password.to_owned() };
    let wrong = test.school.set_password(new_password(proof("wrong"), "marble saddle tunnel")).await.unwrap_err();
    assert_eq!(wrong.field(), Some("current"));
    test.school.set_password(new_password(proof(PASSWORD), "marble saddle tunnel")).await.unwrap();
    assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_none());
}

#[tokio::test]
async fn somebody_who_left_is_signed_out_and_stays_out() {
    let test = TestSchool::open().await;
    let signed_in = test.sign_in("ada", PASSWORD).await;
    let person = signed_in.actor.person();
    test.school.mark_leaver(&test.actor("oli").await, actions::MarkLeaver { person }).await.unwrap();
    assert!(test.school.authenticate(signed_in.token.as_str()).await.unwrap().is_none());
    assert!(matches!(test.school.sign_in(attempt("ada", PASSWORD)).await, Err(SignInError::Wrong)));
    assert!(test.directory().by_username("ada").is_none());
    let stale = test.school.home(&signed_in.actor).await.unwrap_err();
    assert_eq!(stale.kind(), ErrorKind::Forbidden);
    let operator = Actor::operator();
    test.school.bring_back(&operator, person).await.unwrap();
    assert!(test.school.sign_in(attempt("ada", PASSWORD)).await.is_ok());
}
