//! Cases: what is kept of them, and that it reads as it was written.

use domain::{
    BreachPart, Case, CaseAction, CaseEntry, CaseEvent, CaseLine, CaseState, Escalation, FieldAnswer, FormAnswers,
    Host, LineForm, PolicyId, ReferredTo, SiteDecision, Version,
};
use jiff::civil::date;
use records::{CaseRecord, CasesOf};

use crate::place::on_both_engines;
use crate::sample::{add, at, id, keep, role};

pub fn record(number: u128, reporter: Option<u128>) -> CaseRecord {
    CaseRecord {
        case: Case {
            id: id(number),
            policy: PolicyId("web-use".to_owned()),
            version: Version(1),
            clause: "tell-an-adult".to_owned(),
            report: "worry".to_owned(),
            reporter: reporter.map(id),
            in_confidence: true,
            about: vec![id(2)],
            sent_to: vec![role("dsl"), role("deputy-dsl")],
            passed_to: Vec::new(),
            escalation: None,
            reopened_at: None,
            clock_from: None,
            regulator_said_at: None,
            opened_at: at(i64::try_from(number).expect("small")),
            due: Some(at(90)),
            deadline: None,
            actions: Vec::new(),
            lost: Vec::new(),
            state: CaseState::Open,
        },
        told: "Somebody took a picture".to_owned(),
        needs: FormAnswers::from([("where".to_owned(), FieldAnswer::Text("In the hall".to_owned()))]),
    }
}

/// The histories of cases as they were kept at first, with two lines of one.
const BEFORE_LINES: &str = "
DROP TABLE case_entries;
CREATE TABLE case_entries (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN ('taken-up', 'noted', 'answered', 'passed-on', 'is-about', 'closed', 'reopened')),
    words   TEXT,
    to_role TEXT,
    other   TEXT,
    PRIMARY KEY (case_id, number)
);
INSERT INTO case_entries (case_id, number, at, person, kind, words) VALUES
    ('0000000000000000000000000000000b', 0, 0, '00000000000000000000000000000002', 'noted', 'Some words'),
    ('0000000000000000000000000000000b', 1, 0, '00000000000000000000000000000002', 'closed', 'Some words');
";

/// A line as it was kept before there were actions.
const LINE_BEFORE_ACTIONS: &str = "INSERT INTO case_entries (case_id, number, at, person, kind, line) VALUES
    ('0000000000000000000000000000000b', 2, 0, '00000000000000000000000000000002', 'written-down',
     '{\"line\":\"no-referral\",\"reason\":\"Some words\"}');";

on_both_engines! {
    async fn a_case_reads_as_it_was_written_and_is_found_by_its_code_alone(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2, 3] { add(&store, number).await; }
        keep(&store, 20, async |change| {
            change.add_case(&record(11, Some(1)), "hash-a").await.unwrap();
            change.add_case(&record(12, None), "hash-b").await.unwrap();
        })
        .await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.case(id(11)).await.unwrap(), Some(record(11, Some(1))));
        assert_eq!(reading.case_by_code("hash-b").await.unwrap(), Some(record(12, None)));
        assert_eq!(reading.case_by_code("hash-c").await.unwrap(), None);
        assert_eq!(reading.cases(CasesOf::Open).await.unwrap(), [record(11, Some(1)), record(12, None)]);
        assert_eq!(reading.cases(CasesOf::Reporter(id(1))).await.unwrap(), [record(11, Some(1))]);
        assert_eq!(reading.cases(CasesOf::About(id(2))).await.unwrap(), [record(11, Some(1)), record(12, None)]);
        assert_eq!(reading.cases(CasesOf::About(id(3))).await.unwrap(), []);
        let of_reports = |ids: &[&str]| CasesOf::Reports(ids.iter().map(|id| (*id).to_owned()).collect());
        let both = [record(12, None), record(11, Some(1))];
        assert_eq!(reading.cases(of_reports(&["another", &record(11, None).case.report])).await.unwrap(), both);
        assert_eq!(reading.cases(of_reports(&["another"])).await.unwrap(), []);
        assert_eq!(reading.cases(of_reports(&[])).await.unwrap(), []);
        let case = record(11, None).case;
        let came = [(case.policy, case.report)];
        assert_eq!(reading.reports_by(Some(id(1)), at(10)).await.unwrap(), came);
        assert_eq!(reading.reports_by(Some(id(1)), at(11)).await.unwrap(), []);
        assert_eq!(reading.reports_by(None, at(0)).await.unwrap(), came);
    }

    async fn each_step_of_a_case_is_kept_with_its_history(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2, 3] { add(&store, number).await; }
        let mut kept = record(11, Some(1));
        keep(&store, 20, async |change| change.add_case(&record(11, Some(1)), "hash-a").await.unwrap()).await;
        let (text, site) = (|| "Some words".to_owned(), || Host::parse("bad.example").unwrap());
        let referral = CaseLine::Referral {
            to: ReferredTo::SocialCare,
            whom: text(),
            reference: "A1".to_owned(),
            reason: text(),
            on: date(2026, 5, 14),
        };
        let action = CaseAction {
            id: id(50),
            text: text(),
            owner: id(3),
            due: date(2026, 5, 20),
            set_at: at(42),
            outcome: None,
        };
        let told = CaseLine::RegulatorTold { at: at(29), reference: text(), reason: text(), delay: text() };
        let events = [
            CaseEvent::TakenUp { from: None },
            CaseEvent::TakenUp { from: Some(id(2)) },
            CaseEvent::Noted { text: text() },
            CaseEvent::WrittenDown(CaseLine::OwnWords { whom: text(), text: text(), on: date(2026, 5, 14) }),
            CaseEvent::WrittenDown(CaseLine::ParentsTold { whom: text(), text: text(), on: date(2026, 5, 14) }),
            CaseEvent::WrittenDown(CaseLine::ParentsNotTold { reason: text() }),
            CaseEvent::WrittenDown(CaseLine::Decision { text: text(), reason: text() }),
            CaseEvent::WrittenDown(referral),
            CaseEvent::WrittenDown(CaseLine::NoReferral { reason: text() }),
            CaseEvent::WrittenDown(CaseLine::BreachKnown { parts: [(BreachPart::Nature, text())].into() }),
            CaseEvent::WrittenDown(told),
            CaseEvent::WrittenDown(CaseLine::RegulatorNotTold { reason: text() }),
            CaseEvent::WrittenDown(CaseLine::PeopleNotTold { reason: text() }),
            CaseEvent::Answered { text: text() },
            CaseEvent::PassedOn { to: role("police"), note: text() },
            CaseEvent::IsAbout { person: id(1), to: vec![role("governors"), role("slt")] },
            CaseEvent::ActionSet(action.clone()),
            CaseEvent::ActionDone { action: action.id, text: text(), outcome: text() },
            CaseEvent::Linked { to: id(12) },
            CaseEvent::Unlinked { to: id(12) },
            CaseEvent::SaidLost { entry: id(70) },
            CaseEvent::SiteDecided { site: site(), decision: SiteDecision::LeaveOpen, reason: text() },
            CaseEvent::SiteDecided { site: site(), decision: SiteDecision::Close, reason: text() },
            CaseEvent::SiteDecided { site: site(), decision: SiteDecision::Reopen, reason: text() },
            CaseEvent::Exported { export: id(60), to: text(), reason: text() },
            CaseEvent::NoReceipt { export: id(60), reason: text() },
            CaseEvent::ReceiptNoted { export: id(60), by: text(), on: date(2026, 5, 21) },
            CaseEvent::KnownSinceCorrected { before: at(28), since: at(27), reason: text() },
            CaseEvent::HandedOver { had: vec![id(1)], have: vec![id(2), id(3)] },
            CaseEvent::Closed { reason: text() },
            CaseEvent::Reopened { reason: text() },
        ];
        let entries: Vec<CaseEntry> =
            events.into_iter().zip(30..).map(|(what, second)| CaseEntry { at: at(second), by: id(2), what }).collect();
        for entry in &entries {
            match &entry.what {
                CaseEvent::TakenUp { .. } => kept.case.state = CaseState::TakenUp { by: id(2), at: entry.at },
                CaseEvent::PassedOn { to, .. } => kept.case.passed_to.push(*to),
                CaseEvent::IsAbout { person, .. } => kept.case.about.push(*person),
                CaseEvent::Closed { reason } => {
                    kept.case.state = CaseState::Closed { by: id(2), at: entry.at, reason: reason.clone() };
                }
                CaseEvent::Reopened { .. } => kept.case.state = CaseState::Open,
                CaseEvent::ActionSet(action) => kept.case.actions.push(action.clone()),
                CaseEvent::SaidLost { entry } => kept.case.lost.push(*entry),
                CaseEvent::ActionDone { .. } => kept.case.actions[0].outcome = Some(text()),
                CaseEvent::KnownSinceCorrected { since, .. } => {
                    (kept.case.clock_from, kept.case.deadline) = (Some(*since), Some(at(99)));
                }
                CaseEvent::WrittenDown(line) if line.form() == LineForm::Regulator => {
                    kept.case.regulator_said_at.get_or_insert(entry.at);
                }
                CaseEvent::Noted { .. }
                | CaseEvent::HandedOver { .. }
                | CaseEvent::WrittenDown(_)
                | CaseEvent::Answered { .. }
                | CaseEvent::Linked { .. }
                | CaseEvent::Unlinked { .. }
                | CaseEvent::SiteDecided { .. }
                | CaseEvent::Exported { .. }
                | CaseEvent::NoReceipt { .. }
                | CaseEvent::ReceiptNoted { .. } => {}
            }
            let after = kept.clone();
            keep(&store, 40, async |change| change.step_case(&after.case, entry).await.unwrap()).await;
            assert_eq!(store.read().await.unwrap().case(id(11)).await.unwrap(), Some(kept.clone()));
            let closed = store.read().await.unwrap().cases(CasesOf::ClosedSince(at(30))).await.unwrap();
            assert_eq!(closed.len(), usize::from(kept.case.is_closed()));
        }
        assert_eq!(store.read().await.unwrap().case_entries(id(11)).await.unwrap(), entries);
    }

    async fn where_a_case_went_that_nobody_took_up_in_time_is_kept(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2] { add(&store, number).await; }
        let escalation = Escalation { at: at(90), to: vec![role("headteacher")] };
        keep(&store, 20, async |change| change.add_case(&record(11, None), "hash-a").await.unwrap()).await;
        keep(&store, 90, async |change| change.escalate_case(id(11), &escalation).await.unwrap()).await;
        let kept = store.read().await.unwrap().case(id(11)).await.unwrap().unwrap();
        assert_eq!(kept.case, Case { escalation: Some(escalation), ..record(11, None).case });
    }

    async fn in_which_order_it_was_said_whom_older_cases_are_about_is_read_from_the_history(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2, 3] { add(&store, number).await; }
        let mut case = record(11, None).case;
        keep(&store, 20, async |change| change.add_case(&record(11, None), "hash-a").await.unwrap()).await;
        for (second, person) in [(30, 3), (31, 1)] {
            case.about.push(id(person));
            let entry = CaseEntry { at: at(second), by: id(2), what: CaseEvent::IsAbout { person: id(person), to: Vec::new() } };
            keep(&store, second, async |change| change.step_case(&case, &entry).await.unwrap()).await;
        }
        store.close().await;
        place.meddle("ALTER TABLE case_about DROP COLUMN number;").await;
        place.meddle(&place.migration("0025_case_about_order")).await;
        let kept = place.open().await.read().await.unwrap().case(id(11)).await.unwrap().unwrap();
        assert_eq!(kept.case.about, [id(2), id(3), id(1)]);
    }

    async fn when_it_was_said_whether_the_regulator_was_told_is_read_from_the_history(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2] { add(&store, number).await; }
        let case = record(11, None).case;
        keep(&store, 20, async |change| {
            change.add_case(&record(11, None), "hash-a").await.unwrap();
            change.add_case(&record(12, None), "hash-b").await.unwrap();
        })
        .await;
        // What somebody writes in their own words says nothing of the regulator, whatever they write.
        let words = || "{\"line\":\"regulator-told\"".to_owned();
        let lines = [
            CaseLine::NoReferral { reason: words() },
            CaseLine::RegulatorNotTold { reason: words() },
            CaseLine::RegulatorNotTold { reason: words() },
        ];
        for (second, line) in (30..).zip(lines) {
            let entry = CaseEntry { at: at(second), by: id(2), what: CaseEvent::WrittenDown(line) };
            keep(&store, second, async |change| change.step_case(&case, &entry).await.unwrap()).await;
        }
        store.close().await;
        place.meddle("ALTER TABLE cases DROP COLUMN regulator_said_at;").await;
        place.meddle(&place.migration("0043_regulator_said")).await;
        let store = place.open().await;
        let said = async |case| store.read().await.unwrap().case(case).await.unwrap().unwrap().case.regulator_said_at;
        assert_eq!((said(id(11)).await, said(id(12)).await), (Some(at(31)), None));
    }

    async fn lines_of_a_history_from_before_actions_read_as_they_were_written(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2] { add(&store, number).await; }
        keep(&store, 20, async |change| change.add_case(&record(11, None), "hash-a").await.unwrap()).await;
        store.close().await;
        place.meddle(BEFORE_LINES).await;
        for migration in ["0028_case_lines", "0034_case_actions"] {
            place.meddle("DROP INDEX IF EXISTS case_about_by_person;").await;
            place.meddle(&place.migration(migration)).await;
            if migration == "0028_case_lines" {
                place.meddle(LINE_BEFORE_ACTIONS).await;
            }
        }
        let kept = place.open().await.read().await.unwrap().case_entries(id(11)).await.unwrap();
        let events: Vec<CaseEvent> = kept.into_iter().map(|entry| entry.what).collect();
        let text = || "Some words".to_owned();
        let line = CaseLine::NoReferral { reason: text() };
        let written = CaseEvent::WrittenDown(line);
        assert_eq!(events, [CaseEvent::Noted { text: text() }, CaseEvent::Closed { reason: text() }, written]);
    }

    async fn a_code_belongs_to_one_case(place: &Place) {
        let store = place.begin().await;
        for number in [1, 2] { add(&store, number).await; }
        keep(&store, 20, async |change| change.add_case(&record(11, None), "hash-a").await.unwrap()).await;
        let mut change = store.change(at(30)).await.unwrap();
        assert!(change.add_case(&record(12, None), "hash-a").await.is_err());
    }
}
