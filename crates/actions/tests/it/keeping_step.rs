//! What is known is kept in step with the records one change at a time; it must always be what a start from nothing
//! would find there.

use actions::*;
use domain::{Audience, Group, Outcome, PersonId, Role};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::test_school::{TestSchool, policy_id};

/// Usernames of the small school, without the two who hold it together.
const PEOPLE: [&str; 7] = ["ada", "ben", "orphan", "pat", "tom", "gil", "vic"];
const PASSWORD: &str = "lantern-harbour-teapot";

/// One thing that somebody may do. Where the rules refuse it, nothing must change.
#[derive(Debug, Clone)]
enum Step {
    Sign { who: usize },
    SignForChild { child: usize },
    Countersign,
    SignIn { who: usize, from: u8 },
    SignOut { who: usize },
    SetPassword { who: usize },
    AskAndDecide,
    Revoke,
    Withdraw { hours: Option<u8> },
    Restore,
    Edit { who: usize, group: u8 },
    Leave { who: usize },
    BringBack { who: usize },
    Import { people: u8 },
    Turn { minutes: u16 },
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    prop_oneof![
        4 => who.clone().prop_map(|who| Step::Sign { who }),
        2 => (0..3_usize).prop_map(|child| Step::SignForChild { child }),
        1 => Just(Step::Countersign),
        4 => (who.clone(), 1..4_u8).prop_map(|(who, from)| Step::SignIn { who, from }),
        2 => who.clone().prop_map(|who| Step::SignOut { who }),
        2 => who.clone().prop_map(|who| Step::SetPassword { who }),
        2 => Just(Step::AskAndDecide),
        1 => Just(Step::Revoke),
        2 => prop::option::of(1..48_u8).prop_map(|hours| Step::Withdraw { hours }),
        1 => Just(Step::Restore),
        2 => (who.clone(), 0..3_u8).prop_map(|(who, group)| Step::Edit { who, group }),
        1 => who.clone().prop_map(|who| Step::Leave { who }),
        2 => who.prop_map(|who| Step::BringBack { who }),
        1 => (1..4_u8).prop_map(|people| Step::Import { people }),
        4 => prop_oneof![1..30_u16, 600..2_000_u16, 20_000..60_000_u16].prop_map(|minutes| Step::Turn { minutes }),
    ]
}

/// Who has done what so far, for the steps that undo it.
#[derive(Default)]
struct Past {
    grants: Vec<domain::GrantId>,
    sanction: Option<domain::SanctionId>,
    sessions: Vec<(usize, Actor)>,
}

/// A verb may refuse; the records may not be away.
fn fine<T, E: VerbError>(done: Result<T, E>) -> Option<T> {
    match done {
        Ok(done) => Some(done),
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::Unavailable, "{error}");
            None
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each step")]
async fn carry_out(test: &TestSchool, people: &[PersonId], past: &mut Past, step: &Step) {
    let desk = &test.school;
    let named = async |username: &str| desk.actor_named(&Actor::operator(), username).await.ok();
    match *step {
        Step::Sign { who } => {
            if let Some(actor) = named(PEOPLE[who]).await {
                fine(desk.sign_agreement(&actor, test.signature(None)).await);
            }
        }
        Step::SignForChild { child } => {
            if let Some(parent) = named("pat").await {
                fine(desk.sign_agreement(&parent, test.signature(Some(people[child]))).await);
            }
        }
        Step::Countersign => {
            let head = test.actor("hal").await;
            for line in fine(desk.to_countersign(&head, ListQuery::default()).await).expect("hal countersigns").rows {
                let input = Countersign { agreement: line.id, printed_name: "Hal Brackenwick".to_owned() };
                fine(desk.countersign(&head, input).await);
            }
        }
        Step::SignIn { who, from } => {
            let address = Some(format!("10.0.0.{from}").parse().expect("an address"));
            let input = SignIn { username: PEOPLE[who].to_owned(), password: PASSWORD.to_owned(), address };
            past.sessions.extend(fine(desk.sign_in(input).await).map(|signed| (who, signed.actor)));
        }
        Step::SignOut { who } => {
            if let Some(place) = past.sessions.iter().position(|(whose, _)| *whose == who) {
                fine(desk.sign_out(&past.sessions.remove(place).1).await);
            }
        }
        Step::SetPassword { who } => {
            let invited = desk.invite(&test.actor("ian").await, Invite { person: people[who] }).await;
            if let Some(invitation) = fine(invited) {
                let proof = PasswordProof::Invitation { token: invitation.token };
                let (password, again) = (PASSWORD.to_owned(), PASSWORD.to_owned());
                fine(desk.set_password(SetPassword { proof, password, again }).await);
            }
        }
        Step::AskAndDecide => {
            let Some(teacher) = named("tom").await else { return };
            if let Some(request) = fine(desk.ask(&teacher, test.ask_reddit()).await) {
                let decide =
                    Decide { request: request.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
                let decided = fine(desk.decide(&test.actor("ivy").await, decide).await);
                past.grants.extend(decided.and_then(|decided| decided.grant).map(|grant| grant.id));
            }
        }
        Step::Revoke => {
            if let Some(grant) = past.grants.pop() {
                fine(desk.revoke(&test.actor("ivy").await, Revoke { grant, reason: "It is over".to_owned() }).await);
            }
        }
        Step::Withdraw { hours } => {
            let input = WithdrawAccess {
                person: people[0],
                policy: policy_id(),
                clause: "consequences".to_owned(),
                reason: "She shared her password".to_owned(),
                until: hours.map(|hours| desk.now() + SignedDuration::from_hours(i64::from(hours))),
            };
            let line = fine(desk.withdraw_access(&test.actor("hal").await, input).await);
            past.sanction = line.map(|line| line.id).or(past.sanction);
        }
        Step::Restore => {
            if let Some(sanction) = past.sanction.take() {
                let input = RestoreAccess { sanction, reason: "We have talked".to_owned() };
                fine(desk.restore_access(&test.actor("hal").await, input).await);
            }
        }
        Step::Edit { who, group } => {
            let head = test.actor("ian").await;
            let Some(page) = fine(desk.person(&head, people[who]).await) else { return };
            let input = EditPerson {
                person: people[who],
                name: format!("{} {group}", PEOPLE[who]),
                mail: None,
                audience: page.line.audience,
                groups: vec![Group(format!("9{}", ["A", "B", "C"][usize::from(group)]))],
                roles: page.roles.iter().collect::<Vec<Role>>(),
                children: page.children.iter().map(|child| child.username.clone()).collect(),
            };
            fine(desk.edit_person(&head, input).await);
        }
        Step::Leave { who } => {
            fine(desk.mark_leaver(&test.actor("ian").await, MarkLeaver { person: people[who] }).await);
        }
        Step::BringBack { who } => {
            fine(desk.bring_back(&test.actor("ian").await, people[who]).await);
        }
        Step::Import { people } => {
            let mut list = "username,name,audience,groups\n".to_owned();
            for number in 0..people {
                list.push_str(&format!(
                    "new-{number},New {number} Pebble,pupil,9{}\n",
                    ["A", "B"][usize::from(people % 2)]
                ));
            }
            test.import(&list).await;
        }
        Step::Turn { minutes } => {
            test.turn(SignedDuration::from_mins(i64::from(minutes)));
            desk.tick().await.expect("what is due is done");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_sequence_of_verbs_what_is_known_is_what_the_records_hold(steps in prop::collection::vec(step(), 40..80)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let test = TestSchool::open().await;
            let mut people = Vec::new();
            for username in PEOPLE {
                people.push(test.id(username).await);
            }
            let mut past = Past::default();
            for (place, step) in steps.iter().enumerate() {
                Box::pin(carry_out(&test, &people, &mut past, step)).await;
                let differs = test.school.out_of_step().await.unwrap();
                assert_eq!(differs, None, "after {:?}", &steps[..=place]);
            }
            test.school.flush().await;
            let kept = feed::load(&test.data(), test.school.facts()).unwrap();
            assert_eq!(kept.directory, test.directory(), "the disk holds what the gate goes by");
        });
    }
}

#[tokio::test]
async fn what_another_program_changed_in_the_records_is_taken_up_at_the_next_tick() {
    let test = TestSchool::open().await;
    let other = test.beside().await;
    other.import("username,name,audience\nzoe,Zoe Linnet,pupil\n").await;
    other.school.flush().await;
    assert!(test.directory().by_username("zoe").is_none());
    test.school.tick().await.unwrap();
    assert!(test.directory().by_username("zoe").is_some());
    test.sign_for("ada").await;
    test.school.flush().await;
    let kept = feed::load(&test.data(), test.school.facts()).unwrap();
    assert_eq!(kept.directory, test.directory(), "the other program's start did not cut off what is kept");
}

#[tokio::test]
async fn a_time_of_grace_ends_at_the_gate_without_anybody_doing_anything() {
    let test = TestSchool::open().await;
    assert_eq!(test.gate("tom", "example.org").await.0, Outcome::Allowed);
    let person = test.id("tom").await;
    let audience = test.directory().member(person).unwrap().standing.audience;
    assert_eq!(audience, Audience::Staff);
    test.turn(SignedDuration::from_hours(24 * 15));
    test.school.tick().await.unwrap();
    assert_eq!(test.gate("tom", "example.org").await, (Outcome::Blocked, "not-signed"));
}

#[tokio::test]
async fn nothing_is_published_while_nothing_is_due() {
    let test = TestSchool::open().await;
    test.sign_for("ada").await;
    test.school.tick().await.unwrap();
    let mut feed = test.feed.subscribe();
    feed.mark_unchanged();
    for _ in 0..20 {
        test.turn(SignedDuration::from_secs(5));
        test.school.tick().await.unwrap();
    }
    assert!(!feed.has_changed().unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn changes_made_here_at_the_same_time_are_not_taken_for_another_programs() {
    let test = TestSchool::open().await;
    for round in 0..4 {
        let mut signing_in = tokio::task::JoinSet::new();
        for visitor in 0..32_u8 {
            let (desk, address) = (test.school.clone(), std::net::Ipv4Addr::new(10, 0, round, visitor).into());
            let (username, password) = ("ada".to_owned(), PASSWORD.to_owned());
            signing_in.spawn(async move { desk.sign_in(SignIn { username, password, address: Some(address) }).await });
        }
        signing_in.join_all().await.into_iter().for_each(|signed_in| drop(signed_in.unwrap()));
        let mut feed = test.feed.subscribe();
        feed.mark_unchanged();
        test.school.tick().await.unwrap();
        assert!(!feed.has_changed().unwrap(), "everything was made anew");
    }
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}

#[tokio::test]
async fn what_the_gate_starts_from_is_saved_at_a_later_tick_where_it_could_not_be_at_once() {
    let test = TestSchool::open().await;
    test.school.flush().await;
    let base = std::fs::read_dir(test.data()).unwrap().map(|entry| entry.unwrap().path());
    let base = base.filter(|path| path.extension().is_some_and(|ending| ending == "base"));
    base.for_each(|base| std::fs::remove_file(base).unwrap());
    // A folder where the first base would be written.
    let in_the_way = test.data().join(".directory.1.base.new");
    std::fs::create_dir(&in_the_way).unwrap();
    test.sign_for("ada").await;
    test.school.flush().await;
    assert!(feed::load(&test.data(), test.school.facts()).is_err(), "it could be saved");

    std::fs::remove_dir(&in_the_way).unwrap();
    test.school.tick().await.unwrap();
    let kept = async || loop {
        match feed::load(&test.data(), test.school.facts()) {
            Ok(kept) => return kept,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    let kept = tokio::time::timeout(std::time::Duration::from_secs(20), kept()).await.expect("it is tried again");
    assert_eq!(kept.directory, test.directory());
}

#[tokio::test]
async fn the_gate_is_told_by_which_relation_somebody_may_ask_and_when_they_may_no_longer() {
    let test = TestSchool::open().await;
    let may_be = async |username: &str| {
        let member = test.directory().member(test.id(username).await).expect("they are here").clone();
        member.standing.may_be.iter().map(|role| role.name().to_owned()).collect::<Vec<_>>()
    };
    test.import(
        "username,name,audience,roles,manager,teaches\n\
         ivy,Ivy Lanternfield,staff,it-staff,sam,\noli,Oli Marblewick,staff,office,,9B\n",
    )
    .await;
    assert_eq!(may_be("sam").await, ["line-manager-of:asker"]);
    assert!(may_be("oli").await.contains(&"teacher-of:group".to_owned()));
    test.import(
        "username,name,audience,roles,manager,teaches\n\
         ivy,Ivy Lanternfield,staff,it-staff,,\noli,Oli Marblewick,staff,office,,\n",
    )
    .await;
    assert!(may_be("sam").await.is_empty(), "they manage nobody any more");
    assert!(may_be("oli").await.is_empty());
    assert_eq!(test.school.out_of_step().await.unwrap(), None);
}
