//! What Home lists of requests and reports, found without a look at what is for others: it is what the pages of each say,
//! for everybody, whatever changes.

use std::collections::BTreeSet;

use actions::*;
use domain::{CaseId, CaseStep, Group, Lesson, RequestId, Role, Timetable};
use jiff::SignedDuration;

use crate::casework::{about_ada, came, concern, export, today};
use crate::consents::{PICTURES, pictures_of};
use crate::deciding_together::{CONTACT, own_number, seat};
use crate::giving_oneself::nothing;
use crate::reporting::{SAFETY, reported, school, step, words, worry};
use crate::test_school::{PEOPLE, TestSchool};

/// A school where requests and reports wait for holders of roles, parents, teachers, line managers and stand-ins.
struct Busy {
    test: TestSchool,
    requests: Vec<RequestId>,
}

impl Busy {
    async fn open() -> Busy {
        let lesson = Lesson {
            class: Group("9B".to_owned()),
            when: "tue 09:50-10:40".parse().expect("times"),
            room: Some("IT 1".to_owned()),
            teacher: Some("tom".to_owned()),
            week: None,
        };
        let test = TestSchool::open_in(Timetable { lessons: vec![lesson], ..Timetable::default() }).await;
        for (name, text) in [("contact.md", CONTACT), ("pictures.md", PICTURES), ("safety.md", SAFETY)] {
            let policy = InstallPolicy { file_name: name.to_owned(), text: text.to_owned() };
            test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        }
        let mut requests = Vec::new();
        for (asker, input) in [
            ("tom", test.ask_reddit()),
            ("tom", own_number(&test, "ada").await),
            ("tom", own_number(&test, "orphan").await),
            ("tom", pictures_of(&test, "tom", "ada, ben").await),
            ("ben", seat(&test, "IT 1").await),
        ] {
            requests.push(test.school.ask(&test.actor(asker).await, input).await.expect("it may be asked for").id);
        }
        for (reporter, report) in [("ada", "tell"), ("ben", "bullying")] {
            reported(&test, reporter, worry(&test, report, "Somebody frightens me")).await;
        }
        let screen = Report { policy: own_number(&test, "ada").await.policy, ..worry(&test, "screen", "It is dark") };
        reported(&test, "ada", screen).await;
        let home = Report { pupil: Some(test.id("ada").await), ..worry(&test, "home", "A word with you") };
        reported(&test, "tom", home).await;
        Busy { test, requests }
    }

    /// Home lists what the pages say, to everybody; what is known is what the records hold.
    async fn agrees(&self, after: &str) {
        for line in PEOPLE.lines().skip(1) {
            let username = line.split(',').next().expect("a username");
            if self.test.directory().by_username(username).is_none() {
                continue;
            }
            let actor = self.test.actor(username).await;
            let home = self.test.school.home(&actor).await.expect("Home").tasks;
            assert_eq!(listed(&home), self.by_the_pages(&actor).await, "{username} after {after}");
        }
        assert_eq!(self.test.school.out_of_step().await.expect("the records"), None, "after {after}");
    }

    async fn by_the_pages(&self, actor: &Actor) -> Listed {
        let (desk, mut listed) = (&self.test.school, Listed::default());
        for id in &self.requests {
            let Ok(page) = desk.request(actor, *id).await else { continue };
            listed.decide.extend(page.may_decide.then_some(*id));
            let missing = |line: &&ConsentLine| line.may_say_yes && line.state_words == "nobody has answered";
            listed.consent.extend(page.consents.iter().filter(missing).map(|_| *id));
        }
        for line in desk.concerns(actor).await.unwrap_or_default() {
            let page = desk.concern(actor, line.id).await.expect("it is in their list");
            let taken_up_by = page.taken_up_by.map(|person| person.id);
            listed.take_up.extend((page.may_take_up && taken_up_by.is_none()).then_some(line.id));
            listed.answer.extend((!line.is_closed && taken_up_by == Some(actor.person())).then_some(line.id));
        }
        listed
    }

    async fn set(&self, username: &str, change: impl FnOnce(&mut SetParticulars)) {
        let mut input = nothing(self.test.id(username).await);
        change(&mut input);
        self.test.school.set_particulars(&Actor::operator(), input).await.expect("it may be set");
    }

    async fn away(&self, username: &str, stand_in: &str) {
        self.set(username, |input| {
            input.absent_from = "2026-05-11".to_owned();
            input.absent_until = "2026-05-15".to_owned();
            input.stand_in = stand_in.to_owned();
        })
        .await;
        self.agrees(&format!("{username} is away, {stand_in} stands in")).await;
    }

    async fn edit(&self, username: &str, change: impl FnOnce(&mut EditPerson)) {
        let ian = self.test.actor("ian").await;
        let page = self.test.school.person(&ian, self.test.id(username).await).await.expect("their page");
        let mut input = EditPerson {
            person: page.line.id,
            name: page.line.name.clone(),
            mail: None,
            audience: page.line.audience,
            groups: page.line.groups.clone(),
            roles: page.roles.iter().collect::<Vec<Role>>(),
            children: page.children.iter().map(|child| child.username.clone()).collect(),
        };
        change(&mut input);
        self.test.school.edit_person(&ian, input).await.expect("it may be changed");
        self.agrees(&format!("{username} was changed")).await;
    }

    async fn step(&self, username: &str, case: CaseId, with: CaseStep) {
        let after = format!("{username}: {with:?}");
        step(&self.test, username, case, with).await.expect("they receive it");
        self.agrees(&after).await;
    }

    async fn decide(&self, username: &str, request: RequestId, answer: RequestAnswer) {
        let after = format!("{username}: {answer:?}");
        let decided = self.test.school.decide(&self.test.actor(username).await, Decide { request, answer }).await;
        decided.expect("it waits for them");
        self.agrees(&after).await;
    }
}

#[derive(Debug, Default, PartialEq)]
struct Listed {
    decide: BTreeSet<RequestId>,
    /// As often as there are consents of it to answer.
    consent: Vec<RequestId>,
    take_up: BTreeSet<CaseId>,
    answer: BTreeSet<CaseId>,
}

fn listed(tasks: &[Task]) -> Listed {
    let mut listed = Listed::default();
    for task in tasks {
        match task.kind {
            TaskKind::Decide { request } => drop(listed.decide.insert(request)),
            TaskKind::AnswerConsent { request } => listed.consent.push(request),
            TaskKind::TakeUp { case } => drop(listed.take_up.insert(case)),
            TaskKind::Answer { case } => drop(listed.answer.insert(case)),
            _ => {}
        }
    }
    listed
}

#[tokio::test]
async fn home_lists_the_requests_and_reports_that_are_somebodys_whoever_changes() {
    let busy = Busy::open().await;
    busy.agrees("nothing").await;
    busy.away("dee", "tom").await;
    busy.away("dan", "tom").await;
    busy.away("tom", "oli").await;
    busy.away("hal", "sam").await;
    // The report for a parent of Ada goes to the last resort once she has none, and back.
    busy.edit("pat", |pat| pat.children.retain(|child| child != "ada")).await;
    busy.edit("pat", |pat| pat.children.push("ada".to_owned())).await;
    busy.edit("ada", |ada| ada.groups = vec![Group("9C".to_owned())]).await;
    busy.edit("ada", |ada| ada.groups = vec![Group("9B".to_owned())]).await;
    let pat = busy.test.id("pat").await;
    let ian = busy.test.actor("ian").await;
    busy.test.school.mark_leaver(&ian, MarkLeaver { person: pat }).await.unwrap();
    busy.agrees("Pat has left").await;
    busy.test.school.bring_back(&ian, pat).await.unwrap();
    busy.agrees("Pat is back").await;
    busy.test.turn(SignedDuration::from_hours(24 * 7));
    busy.test.school.tick().await.unwrap();
    busy.agrees("a week").await;
}

#[tokio::test]
async fn home_lists_a_request_or_a_report_for_as_long_as_it_waits() {
    let busy = Busy::open().await;
    let test = &busy.test;
    let [reddit, number, other, pictures, seat] = busy.requests[..] else { panic!("five requests") };
    let yes = || RequestAnswer::Approve { until: None, seen: Vec::new() };
    busy.decide("hal", number, yes()).await;
    busy.decide("pat", number, yes()).await;
    busy.decide("ian", reddit, RequestAnswer::HandOn { to: testkit::role("it-staff"), note: String::new() }).await;
    busy.decide("ivy", reddit, RequestAnswer::Refuse { reason: "Not today".to_owned() }).await;
    busy.decide("tom", seat, yes()).await;
    test.school.withdraw_request(&test.actor("tom").await, other).await.unwrap();
    busy.agrees("it was taken back").await;
    let about = test.id("ada").await;
    let answer = AnswerConsent { request: pictures, consent: "website".to_owned(), about, said: domain::Said::Yes };
    test.school.answer_consent(&test.actor("pat").await, answer).await.unwrap();
    busy.agrees("a consent was given").await;

    let concerns = test.school.concerns(&test.actor("dee").await).await.unwrap();
    let case = concerns.iter().find(|line| line.title == "Something worries me").expect("hers").id;
    busy.step("dee", case, CaseStep::TakeUp { from: None }).await;
    busy.step("dee", case, CaseStep::PassOn { to: testkit::role("office"), note: String::new() }).await;
    busy.step("dee", case, CaseStep::Close { reason: words("We have talked") }).await;
    busy.step("dee", case, CaseStep::Reopen { reason: words("It goes on") }).await;
    let (dan, dee) = (test.id("dan").await, test.id("dee").await);
    busy.step("dan", case, CaseStep::is_about(dee)).await;
    busy.step("dan", case, CaseStep::is_about(dan)).await;
    // The other report goes to the headteacher too, since nobody has taken it up in time.
    test.turn(SignedDuration::from_hours(6));
    test.school.tick().await.unwrap();
    busy.agrees("it is overdue").await;
}

/// Who finds the receipt on Home, without a look at what the records hold of receipts.
async fn are_to_note_receipt(test: &TestSchool) -> Vec<&'static str> {
    assert_eq!(test.school.out_of_step().await.expect("the records"), None);
    let pool = test.database().await;
    sqlx::raw_sql("ALTER TABLE awaited_receipts RENAME TO out_of_sight").execute(&pool).await.expect("it is away");
    let mut names = Vec::new();
    for username in ["dan", "dee", "hal", "tom"] {
        let home = test.school.home(&test.actor(username).await).await.expect("Home");
        let receipts = home.tasks.iter().filter(|task| matches!(task.kind, TaskKind::NoteReceipt { .. }));
        names.extend(receipts.map(|_| username));
    }
    sqlx::raw_sql("ALTER TABLE out_of_sight RENAME TO awaited_receipts").execute(&pool).await.expect("it is back");
    pool.close().await;
    names
}

#[tokio::test]
async fn home_lists_a_receipt_for_as_long_as_it_is_awaited_and_to_those_whose_it_is() {
    let test = school().await;
    let case = about_ada(&test, "She is hungry").await;
    let input = export(ExportOf::Case(case), "Oakmere School", "She moves");
    test.school.export_cases(&test.actor("dee").await, input).await.expect("she has it");
    assert_eq!(are_to_note_receipt(&test).await, ["dee"]);
    step(&test, "dee", case, CaseStep::Close { reason: words("Fed") }).await.expect("she closes it");
    assert_eq!(are_to_note_receipt(&test).await, ["dee"]);
    let roles =
        "username,name,audience,groups,roles\ndee,Dee Inkermoss,staff,,\ntom,Tom Kiteswell,staff,9B,teacher;dsl\n";
    test.import(roles).await;
    assert_eq!(are_to_note_receipt(&test).await, ["dan", "tom"], "it passes with the role");
    let dan = test.id("dan").await;
    step(&test, "tom", case, CaseStep::Reopen { reason: words("Again") }).await.expect("he has it");
    step(&test, "tom", case, CaseStep::is_about(dan)).await.expect("he has it");
    assert_eq!(are_to_note_receipt(&test).await, ["tom"]);
    let tom = test.id("tom").await;
    step(&test, "tom", case, CaseStep::is_about(tom)).await.expect("he has it");
    assert_eq!(are_to_note_receipt(&test).await, ["hal"], "nobody else receives it");
    let line = concern(&test, "hal", case).await.exports.remove(0).id;
    let said = came("Their office", today(&test));
    let input = NoteReceipt { case, export: line, said };
    test.school.note_receipt(&test.actor("hal").await, input).await.expect("he has it");
    assert_eq!(are_to_note_receipt(&test).await, [""; 0]);
}
