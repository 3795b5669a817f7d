//! The cases that have come to somebody, and one of them with all that is kept of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{
    Case, CaseEntry, CaseEvent, CaseId, CaseLine, CaseState, FileOf, LineForm, PersonId, PolicyId, Role, day_words,
    moment_words,
};
use jiff::{SignedDuration, Timestamp};
use policy::kinds::{BeforeClosing, Report};
use policy::rules::reporting::{self, report_clocks};
use policy::rules::{registers::losses, shown};
use records::{CaseRecord, CasesOf, Reading};
use uuid::Uuid;

use crate::cases::breaches::BreachFacts;
use crate::cases::case_actions::{self, ActionLine};
use crate::cases::case_lines;
use crate::cases::case_people::{Around, rule_of};
use crate::cases::closed_sites::ReportedSite;
use crate::cases::export_cases::{ExportLine, export_lines};
use crate::cases::kept_files::FileLine;
use crate::cases::lost_devices::LostLine;
use crate::cases::requests::request_page::HistoryLine;
use crate::cases::write_down::{CaseMeasure, line_forms, search_clause};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::wording::{all_role_words, role_words};
use crate::known::people_index::PersonLine;
use crate::known::published_policies::PublishedPolicies;

/// For how long closed cases are listed.
const LISTED_CLOSED: SignedDuration = SignedDuration::from_hours(24 * 365);

/// A case as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernLine {
    pub id: CaseId,
    pub title: String,
    pub opened_at: Timestamp,
    pub due: Option<Timestamp>,
    pub is_closed: bool,
    /// `Nobody has taken it up`, `Taken up by …`, `Closed on …`.
    pub state_words: String,
}

/// A case with all that its reader may see.
#[derive(Debug, Clone)]
pub struct ConcernPage {
    pub line: ConcernLine,
    pub policy: PolicyId,
    pub clause: String,
    pub told: String,
    /// What the form asked for besides, each with its field's name.
    pub needs: Vec<(String, String)>,
    pub deadline: Option<Timestamp>,
    /// The reporter's name, or why it is not said.
    pub reporter_words: String,
    pub about: Vec<PersonLine>,
    pub receivers: Vec<PersonLine>,
    /// Who has taken it up and has it still.
    pub taken_up_by: Option<PersonLine>,
    /// Who took it up last, whether or not they have it still.
    pub taken_up_from: Option<PersonId>,
    pub history: Vec<HistoryLine>,
    pub files: Vec<FileLine>,
    /// What was written down on forms of their own, by what it is of, for the top of the page.
    pub written_down: Vec<(&'static str, Vec<String>)>,
    /// The clause by which a device may be searched, where the policy has one.
    pub search_clause: Option<String>,
    /// The measures that the reader may write down as what came of it.
    pub measures: Vec<CaseMeasure>,
    /// The forms on which the reader writes such lines down.
    pub line_forms: Vec<LineForm>,
    /// What is known of a data breach, where it is dealt with as one.
    pub breach: Option<BreachFacts>,
    /// What must be done before it is closed, and by when.
    pub outstanding: Vec<(String, Option<Timestamp>)>,
    /// What those who have it are to do about it, and what came of that.
    pub actions: Vec<ActionLine>,
    /// The other cases that belong to it, as far as the reader has them.
    pub linked: Vec<ConcernLine>,
    /// What it says is lost or stolen of what a register lists.
    pub lost: Vec<LostLine>,
    /// Whether the reader can say so of something.
    pub may_say_lost: bool,
    /// The site that it is of, where its clause lets one be closed.
    pub site: Option<ReportedSite>,
    /// The files by which it was handed out.
    pub exports: Vec<ExportLine>,
    pub pass_on_to: Vec<Role>,
    pub may_handle: bool,
    pub may_take_up: bool,
    pub may_close: bool,
    pub may_reopen: bool,
}

/// For whom a case's page is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MadeFor {
    Reader,
    /// Somebody who gets it as a file: they learn of no other report, of nobody else who got it, and not who reported in
    /// confidence.
    Outside,
}

impl Desk {
    /// The cases that the actor reads: open ones, oldest first, then those that were closed within the year.
    pub async fn concerns(&self, actor: &Actor) -> Result<Vec<ConcernLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Concerns)?;
        let mut reading = self.stores().read(&actor).await?;
        let mut records = reading.cases(CasesOf::Open).await?;
        records.extend(reading.cases(CasesOf::ClosedSince(self.now() - LISTED_CLOSED)).await?);
        drop(reading);
        let published_policies = self.published_policies();
        let mine = records.iter().filter(|record| self.reads(&actor, &published_policies, &record.case));
        Ok(mine.map(|record| self.concern_line(&actor, &published_policies, &record.case)).collect())
    }

    pub(crate) fn reads(&self, actor: &Authorised, published: &PublishedPolicies, case: &Case) -> bool {
        let report = rule_of(published, case);
        self.may_come_to(actor, case, report) && self.around(actor, case, report).people.read_by(actor.person)
    }

    /// What there is to take up, and what the actor has taken up, as Home lists it: nothing of the case but that there is
    /// one.
    pub(crate) fn report_tasks(&self, actor: &Authorised) -> Vec<Task> {
        if !self.may(actor, Verb::Concerns) {
            return Vec::new();
        }
        let published_policies = self.published_policies();
        let tasks = |case: &Arc<Case>| {
            let report = rule_of(&published_policies, case);
            let around = self.around(actor, case, report);
            let people = &around.people;
            let of_case = match case.state {
                CaseState::TakenUp { by, at } if by == actor.person && people.read_by(by) => {
                    Some(self.answer_task(case, report, at))
                }
                _ if people.waits(case) && people.receivers.contains(&actor.person) => Some(take_up_task(case)),
                _ if people.read_by(actor.person) => self.late_task(actor, case, report, &around),
                _ => None,
            };
            let actions = self.own_actions(actor, case, people);
            of_case.into_iter().chain(actions).collect::<Vec<Task>>()
        };
        self.known(actor).waiting.cases(&self.reports_may_be_theirs(actor)).iter().flat_map(tasks).collect()
    }

    /// What whoever has taken a case up is to do: by the first of its times that is still to be kept.
    fn answer_task(&self, case: &Case, report: Option<&Report>, taken_up_at: Timestamp) -> Task {
        let next = report_clocks::next_to_follow(case, report, self.timetable()).map(|(_, due)| due);
        Task {
            kind: TaskKind::Answer { case: case.id },
            title: "Deal with a report that you have taken up".to_owned(),
            detail: match next {
                Some(_) => "It is to be passed on, and is open until it is closed.".to_owned(),
                None => "It is open until it is closed.".to_owned(),
            },
            date: TaskDate::new(next.into_iter().chain(case.open_deadline()).min(), taken_up_at),
            urgent: false,
        }
    }

    /// One case, for those who read it. To anybody else it is not there.
    pub async fn concern(&self, actor: &Actor, id: CaseId) -> Result<ConcernPage, ReadError> {
        let actor = self.authorise(actor, Verb::Concerns)?;
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.case(id).await?, "report")?;
        let page = self.concern_page(&mut reading, &actor, &record, MadeFor::Reader).await?;
        drop(reading);
        let page = found(page, "report")?;
        let of_case: BTreeSet<Uuid> = page.actions.iter().map(|action| action.id.0).chain([id.0]).collect();
        self.note_read_of(&actor, |told| of_case.contains(&told.about())).await?;
        Ok(page)
    }

    /// A case with all that the actor may see; `None`: they don't have it.
    pub(crate) async fn concern_page(
        &self,
        reading: &mut Reading,
        actor: &Authorised,
        record: &CaseRecord,
        made_for: MadeFor,
    ) -> Result<Option<ConcernPage>, records::Error> {
        let published_policies = self.published_policies();
        let case = &record.case;
        let report = rule_of(&published_policies, case);
        let around = self.around(actor, case, report);
        if !around.people.read_by(actor.person) {
            return Ok(None);
        }
        let mut entries = reading.case_entries(case.id).await?;
        let mut others = ever_linked(reading, &entries).await?;
        others.retain(|other| self.reads(actor, &published_policies, other));
        // That there is another report is said to whoever has that one too.
        let has_it = |to: &CaseId| others.iter().any(|other| other.id == *to);
        let of_others = |what: &CaseEvent| match what {
            CaseEvent::Linked { to } | CaseEvent::Unlinked { to } => !has_it(to),
            _ => false,
        };
        entries.retain(|entry| !of_others(&entry.what));
        let linked_still = domain::linked_cases(&entries);
        let mut linked: Vec<Case> = others.into_iter().filter(|other| linked_still.contains(&other.id)).collect();
        if made_for == MadeFor::Outside {
            let of_others = |what: &CaseEvent| {
                use CaseEvent::{Exported, Linked, NoReceipt, ReceiptNoted, Unlinked};
                matches!(
                    what,
                    Linked { .. } | Unlinked { .. } | Exported { .. } | ReceiptNoted { .. } | NoReceipt { .. }
                )
            };
            entries.retain(|entry| !of_others(&entry.what));
            linked.clear();
        }
        let lost = self.lost_lines(actor, reading, case, made_for == MadeFor::Reader).await?;
        let current = published_policies.current(&case.policy);
        let loses = current.is_some_and(|text| losses::registers_of(&text.document, &case.report).next().is_some());
        let people_index = self.people_index(actor);
        let lines = |people: &[PersonId]| people.iter().map(|person| people_index.line(*person)).collect();
        let stands = around.people.actor(actor.person);
        let site = self.site_of_case(actor, reading, record, stands.receives).await?;
        let taken_up_by = case.taken_up_by();
        let files = self.file_lines(actor, reading.files(FileOf::Case(case.id)).await?);
        // A file that was taken out is no part of what is handed out, and why it was may tell of somebody else.
        let taken_out = match made_for {
            MadeFor::Reader => reading.taken_out_files(FileOf::Case(case.id)).await?,
            MadeFor::Outside => Vec::new(),
        };
        let history = self.case_history(actor, case, &entries, &files);
        Ok(Some(ConcernPage {
            line: self.concern_line(actor, &published_policies, case),
            policy: case.policy.clone(),
            clause: case.clause.clone(),
            deadline: case.deadline,
            reporter_words: match made_for {
                MadeFor::Outside if case.in_confidence => "Kept in confidence".to_owned(),
                _ => self.reporter_words(actor, case, report, &around),
            },
            about: lines(&case.about),
            receivers: lines(&around.people.receivers),
            taken_up_by: taken_up_by
                .filter(|person| around.people.read_by(*person))
                .map(|person| people_index.line(person)),
            taken_up_from: taken_up_by,
            written_down: case_lines::summary(&entries, &self.line_words(actor, case)),
            measures: self.case_measures(actor, &published_policies, case),
            search_clause: search_clause(&published_policies, case),
            line_forms: line_forms(&published_policies, case, report, stands),
            history: self.with_taken_out(actor, FileOf::Case(case.id), &taken_out, history),
            files,
            actions: self.action_lines(actor, case),
            linked: linked.iter().map(|other| self.concern_line(actor, &published_policies, other)).collect(),
            may_say_lost: loses && stands.receives && !case.is_closed() && !case.in_confidence,
            lost,
            site,
            exports: export_lines(&entries),
            breach: self.breach_facts(actor, record, report, &entries),
            outstanding: self.outstanding_words(case, report, &entries),
            pass_on_to: reporting::may_pass_on_to(case, report),
            may_handle: stands.receives && !case.is_closed(),
            may_take_up: stands.receives && !case.is_closed() && taken_up_by != Some(actor.person),
            may_close: stands.may_close && !case.is_closed(),
            may_reopen: stands.may_close && case.is_closed(),
            told: record.told.clone(),
            needs: self.answer_words(actor, &record.needs),
        }))
    }

    fn outstanding_words(
        &self,
        case: &Case,
        report: Option<&Report>,
        entries: &[CaseEntry],
    ) -> Vec<(String, Option<Timestamp>)> {
        let written: Vec<&CaseLine> = case_lines::written(entries).collect();
        let lines = reporting::to_write_down(report, &written).into_iter().map(|line| {
            let due = case.deadline.filter(|_| line == BeforeClosing::Regulator);
            (format!("somebody writes down {}, or why not", line.words()), due)
        });
        let (catalogue, open) = (self.roles(), report_clocks::outstanding(case, report, self.timetable()));
        let words = |roles: &[Role]| role_words(&catalogue, roles);
        open.iter()
            .map(|open| (format!("{} passes it on to {}", words(&open.step.by), words(&open.step.to)), open.due))
            .chain(lines)
            .collect()
    }

    fn reporter_words(&self, actor: &Authorised, case: &Case, report: Option<&Report>, around: &Around) -> String {
        match case.reporter {
            None => "Somebody who was not signed in".to_owned(),
            Some(_) if !self.knows_reporter(actor, (case, report), around) => {
                "Kept in confidence by those whom it went to first".to_owned()
            }
            Some(person) => self.people_index(actor).line(person).name,
        }
    }

    fn knows_reporter(&self, actor: &Authorised, (case, report): (&Case, Option<&Report>), around: &Around) -> bool {
        around.candidate(actor.person).is_some_and(|candidate| {
            reporting::knows_reporter(case, report, candidate, &around.people, &|role| self.is_absent(role))
        })
    }

    pub(crate) fn concern_line(&self, by: &Authorised, published: &PublishedPolicies, case: &Case) -> ConcernLine {
        let name = |person: PersonId| self.people_index(by).line(person).name;
        let state_words = match &case.state {
            CaseState::Open => "Nobody has taken it up".to_owned(),
            CaseState::TakenUp { by: handler, .. } if !self.has_it(by, published, case, *handler) => {
                format!("Nobody has it in hand: {}, who took it up, does not have it any more", name(*handler))
            }
            CaseState::TakenUp { by, .. } => format!("Taken up by {}", name(*by)),
            CaseState::Closed { by, at, .. } => {
                format!("Closed by {} on {}", name(*by), moment_words(*at, self.time_zone()))
            }
        };
        ConcernLine {
            id: case.id,
            title: report_title(published, case),
            opened_at: case.opened_at,
            due: case.due,
            is_closed: case.is_closed(),
            state_words,
        }
    }

    /// Whether somebody receives or closes a case today.
    fn has_it(&self, by: &Authorised, published: &PublishedPolicies, case: &Case, person: PersonId) -> bool {
        self.around(by, case, rule_of(published, case)).people.read_by(person)
    }

    /// What happened with a case, in the order of time: from its entries, and from the files that were added to it. That a case
    /// in confidence changed hands, whoever is not told who reported it does not read: it may be the reporter who changed.
    pub(crate) fn case_history(
        &self,
        by: &Authorised,
        case: &Case,
        entries: &[CaseEntry],
        files: &[FileLine],
    ) -> Vec<HistoryLine> {
        let (people_index, catalogue) = (self.people_index(by), self.roles());
        let name = |person: PersonId| people_index.line(person).name;
        let line_words = self.line_words(by, case);
        let mut lines = vec![HistoryLine {
            at: case.opened_at,
            who: "It was reported".to_owned(),
            what: format!("and went to {}", all_role_words(&catalogue, &case.sent_to)),
        }];
        let published_policies = self.published_policies();
        let report = rule_of(&published_policies, case);
        let knows_reporter = self.knows_reporter(by, (case, report), &self.around(by, case, report));
        let is_told = |entry: &&CaseEntry| knows_reporter || !matches!(entry.what, CaseEvent::HandedOver { .. });
        lines.extend(entries.iter().filter(is_told).map(|entry| {
            let what = match &entry.what {
                CaseEvent::TakenUp { from: None } => "took it up".to_owned(),
                CaseEvent::TakenUp { from: Some(before) } => format!("took it up from {}", name(*before)),
                CaseEvent::Noted { text } => format!("noted: {text}"),
                CaseEvent::WrittenDown(line) => case_lines::in_history(line, &line_words),
                CaseEvent::Answered { text } => format!("answered the reporter: {text}"),
                CaseEvent::PassedOn { to, note } if note.is_empty() => {
                    format!("passed it on to {}", catalogue.in_sentence(*to))
                }
                CaseEvent::PassedOn { to, note } => format!("passed it on to {}: {note}", catalogue.in_sentence(*to)),
                CaseEvent::IsAbout { person, to } if to.is_empty() => {
                    format!("said that it is about {}", name(*person))
                }
                CaseEvent::IsAbout { person, to } => {
                    let to = all_role_words(&catalogue, to);
                    format!("said that it is about {}; by the policy it goes to {to} instead", name(*person))
                }
                CaseEvent::ActionSet(action) => case_actions::set_words(action, &name(action.owner)),
                CaseEvent::ActionDone { text, outcome, .. } => format!("said what came of ‘{text}’: {outcome}"),
                CaseEvent::KnownSinceCorrected { before, since, reason } => {
                    let words = |at: Timestamp| moment_words(at, self.time_zone());
                    let (since, before) = (words(*since), words(*before));
                    format!("put right since when it is known: {since}, and not {before}. The reason: {reason}")
                }
                CaseEvent::HandedOver { had, have } => handed_over(had, have, &name),
                CaseEvent::Linked { .. } => "said that another report belongs to this one".to_owned(),
                CaseEvent::Unlinked { .. } => {
                    "said that a report which was linked does not belong to this one".to_owned()
                }
                CaseEvent::SiteDecided { site, decision, reason } => format!("{}, {site}: {reason}", decision.title()),
                CaseEvent::SaidLost { .. } => "marked something as lost or stolen on its list".to_owned(),
                CaseEvent::Exported { to, reason, .. } => format!("exported it for {to}: {reason}"),
                CaseEvent::ReceiptNoted { by, on, .. } => {
                    format!("wrote down that {by} confirmed on {} that they have what was exported", day_words(*on))
                }
                CaseEvent::NoReceipt { reason, .. } => {
                    format!("wrote down that no receipt will come for what was exported: {reason}")
                }
                CaseEvent::Closed { reason } => format!("closed it: {reason}"),
                CaseEvent::Reopened { reason } => format!("reopened it: {reason}"),
            };
            let who = match &entry.what {
                // Whoever changed the roles or the classes has nothing to do with the case.
                CaseEvent::HandedOver { .. } => "It changed hands:".to_owned(),
                _ => name(entry.by),
            };
            HistoryLine { at: entry.at, who, what }
        }));
        if let Some(escalation) = &case.escalation {
            let to = all_role_words(&catalogue, &escalation.to);
            lines.push(HistoryLine {
                at: escalation.at,
                who: "Something was not done in time".to_owned(),
                what: format!("and it went to {to} too"),
            });
        }
        lines.extend(files.iter().map(FileLine::in_history));
        lines.sort_by_key(|line| line.at);
        lines
    }
}

/// Who has a case no longer and who has it now: `Ms Lee has it no longer; Mr Ode has it now`.
fn handed_over(had: &[PersonId], have: &[PersonId], name: &dyn Fn(PersonId) -> String) -> String {
    let say = |people: &[PersonId], one: &str, several: &str| {
        let names: Vec<String> = people.iter().map(|person| name(*person)).collect();
        let (last, others) = names.split_last()?;
        Some(match others {
            [] => format!("{last} {one}"),
            others => format!("{} and {last} {several}", others.join(", ")),
        })
    };
    let parts = [say(had, "has it no longer", "have it no longer"), say(have, "has it now", "have it now")];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The cases that a history links to, or has linked to.
async fn ever_linked(reading: &mut Reading, entries: &[CaseEntry]) -> Result<Vec<Case>, records::Error> {
    let mut linked: Vec<Case> = Vec::new();
    for entry in entries {
        if let CaseEvent::Linked { to } = entry.what
            && !linked.iter().any(|known| known.id == to)
        {
            linked.extend(reading.case(to).await?.map(|record| record.case));
        }
    }
    Ok(linked)
}

fn take_up_task(case: &Case) -> Task {
    Task {
        kind: TaskKind::TakeUp { case: case.id },
        title: "Take up a report".to_owned(),
        detail: match (&case.state, &case.escalation) {
            (CaseState::TakenUp { .. }, _) => {
                "Somebody has reported something, and whoever took it up is away or does not receive it any more."
                    .to_owned()
            }
            (_, Some(_)) => "Somebody has reported something, and nobody has taken it up in time.".to_owned(),
            (_, None) => "Somebody has reported something, and nobody has taken it up.".to_owned(),
        },
        date: TaskDate::new(case.due, case.opened_at),
        urgent: false,
    }
}

/// The title of the report that a case was made by.
pub(crate) fn report_title(published: &PublishedPolicies, case: &Case) -> String {
    rule_of(published, case).map_or_else(|| case.report.clone(), |report| shown::report(report).title.to_owned())
}
