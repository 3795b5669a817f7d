//! Reporting, and what follows a report.

use std::collections::BTreeMap;

use domain::{Audience, Case, CaseEvent, CaseLine, CaseStep, FormAnswers, PersonId, Reminder, Role, RoleSet, Span};
use jiff::Timestamp;

use super::{allowed, at_once, yes};
use crate::example::{ExampleActor, Routed, well_filled};
use crate::kinds::{CHILD_AT_RISK, Report};
use crate::rules::reporting::report_clocks;
use crate::rules::reporting::report_sorting::{self, ReportSort};
use crate::rules::reporting::site_reports;
use crate::rules::reporting::{self, Candidate, CasePeople, Made};
use crate::rules::{sanctions, searching, shown};
use crate::somebody::Somebody;
use crate::story::case_lines;
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::{ReportedCase, VERSION};

impl Scene<'_> {
    pub(super) fn reports(
        &mut self,
        who: usize,
        id: &str,
        about: Option<&ExampleActor>,
        chosen: Option<Role>,
        (typed, losing): (&[(String, String)], Option<&str>),
    ) -> StepAnswer {
        let document = self.records.document;
        let Some((clause, report)) = reporting::report(document, id) else {
            return StepAnswer::of(format!("no report '{id}'"), Vec::new());
        };
        let (about, clauses) = (about.map(|about| self.records.somebody(about)), vec![clause.id.clone()]);
        let Some((mut case, answers)) = self.case(who, report, &clause.id, about, chosen, typed) else {
            return StepAnswer::of("refused", clauses);
        };
        let lost = losing.map(|register| self.marks_lost_by(id, register));
        if lost == Some(None) {
            return StepAnswer::of("refused", clauses);
        }
        case.lost.extend(lost.flatten());
        let is_only_about = |role| self.records.is_only_about(role, &case.about);
        let roles = reporting::shown_route(&case.sent_to, &document.roles, &is_only_about);
        let routed = Routed::of(&case, roles, false);
        let site = site_reports::reported_site(Some(report), &answers).cloned();
        self.records.cases.push(ReportedCase { case, is_answered: false, lines: Vec::new(), site });
        let mut answer = StepAnswer::of(routed.words(&self.now), clauses);
        answer.routed = Some(routed);
        answer
    }

    /// The case as the desk would open it, with the answers of its form; `None` where it would not.
    fn case(
        &mut self,
        who: usize,
        report: &Report,
        clause: &str,
        about: Option<usize>,
        chosen: Option<Role>,
        typed: &[(String, String)],
    ) -> Option<(Case, FormAnswers)> {
        let document = self.records.document;
        if !self.may_report(who, report) {
            return None;
        }
        let usual = shown::report(report).form.into_iter().map(|field| (field.name, well_filled(&field.kind)));
        let mut filled: BTreeMap<String, String> = usual.collect();
        filled.entry(CHILD_AT_RISK.to_owned()).and_modify(|usual| "no".clone_into(usual));
        let now = self.now.strftime("%Y-%m-%dT%H:%M").to_string();
        filled.extend(reporting::clock_field(report).map(|field| (field.to_owned(), now)));
        filled.extend(typed.iter().cloned());
        let at = self.at();
        let answers = self.check_form(|checks| reporting::answers(report, &filled, false, checks, at)).ok()?;
        if report_sorting::tells_of_harm(report, &answers) && self.reports_harm(who) {
            return None;
        }
        let about_roles = about.map(|about| self.person(about).roles.clone()).unwrap_or_default();
        let route = reporting::route(report, chosen, &about_roles).ok()?;
        let made = Made {
            id: self.records.new_id(),
            policy: document.id.clone(),
            version: VERSION,
            clause: clause.to_owned(),
            reporter: self.reporter(who),
            about: about.map(|about| self.id(about)).into_iter().collect(),
            route,
        };
        let case = reporting::open(report, made, &answers, &self.now, &self.records.timetable.calendar);
        let parties = self.records.parties(&case);
        (!reporting::lacks_pupil(&case.sent_to, parties)).then_some((case, answers))
    }

    fn may_report(&self, who: usize, report: &Report) -> bool {
        let person = self.person(who);
        let is_parent = !person.children.is_empty();
        !report_sorting::capacities(self.records.document, report, person.into(), is_parent).is_empty()
    }

    /// Whether somebody can report harm by a clause of this policy.
    fn reports_harm(&self, who: usize) -> bool {
        let document = self.records.document;
        let mut reports = reporting::reports(document);
        reports.any(|(clause, report)| {
            report_sorting::sort(document, clause, report) == ReportSort::Harm && self.may_report(who, report)
        })
    }

    /// Who reports; `None` for somebody who is not signed in.
    fn reporter(&self, who: usize) -> Option<PersonId> {
        let person = self.person(who);
        (person.audience != Audience::Unidentified).then_some(person.id)
    }

    /// The newest case of a report, with those who receive it and close it.
    pub(super) fn newest(&self, id: &str) -> Option<(usize, CasePeople, Vec<Candidate>)> {
        let place = self.records.cases.iter().rposition(|reported| reported.case.report == id)?;
        let (case, today) = (&self.records.cases[place].case, self.now.date());
        let report = self.report_of(id);
        let candidates = self.records.candidates(case, today);
        let is_absent = |role| self.is_absent(role);
        let people = reporting::people(case, report, &candidates, &self.records.document.roles, &is_absent);
        Some((place, people, candidates))
    }

    /// Where reports go of which a time is over by now, as the desk has it the moment it is over.
    pub(super) fn escalates_reports(&mut self) {
        for place in 0..self.records.cases.len() {
            let mut over = self.reminders_given(&self.records.cases[place].case);
            over.retain(|(_, reminder)| reminder.is_late());
            for (at, reminder) in over {
                let case = &self.records.cases[place].case;
                let day = at.to_zoned(self.now.time_zone().clone()).date();
                let candidates = self.records.candidates(case, day);
                let (report, catalogue) = (self.report_of(&case.report), &self.records.document.roles);
                let escalation = report_clocks::escalation(case, report, &candidates, catalogue, (reminder, at));
                let case = &mut self.records.cases[place].case;
                case.escalation = case.escalation.take().or(escalation);
            }
        }
    }

    /// The reminders of a case that are given by now, the earliest first.
    fn reminders_given(&self, case: &Case) -> Vec<(Timestamp, Reminder)> {
        let report = self.report_of(&case.report);
        let mut given = report_clocks::reminders(case, report, at_once(), &self.records.timetable);
        given.retain(|(at, _)| *at <= self.at());
        given.sort_by_key(|(at, _)| *at);
        given
    }

    fn report_of(&self, id: &str) -> Option<&'_ Report> {
        reporting::report(self.records.document, id).map(|(_, report)| report)
    }

    pub(super) fn clauses_of(&self, id: &str) -> Vec<String> {
        reporting::report(self.records.document, id).map(|(clause, _)| clause.id.clone()).into_iter().collect()
    }

    pub(super) fn steps(&mut self, who: usize, id: &str, step: CaseStep) -> StepAnswer {
        let (clauses, by, now) = (self.clauses_of(id), self.id(who), self.at());
        let Some((place, people, _)) = self.newest(id) else { return allowed(false, clauses) };
        let stepped = self.records.cases[place].case.step(people.actor(by), step, now);
        let is_allowed = stepped.is_ok();
        if let Ok((case, effects)) = stepped {
            let reported = &mut self.records.cases[place];
            reported.is_answered |= effects.entry.what.answers_reporter();
            if let CaseEvent::WrittenDown(line) = effects.entry.what {
                reported.lines.push(line);
            }
            reported.case = case;
        }
        allowed(is_allowed, clauses)
    }

    pub(super) fn takes_up(&mut self, who: usize, id: &str) -> StepAnswer {
        self.steps(who, id, CaseStep::TakeUp { from: None })
    }

    pub(super) fn passes_on(&mut self, who: usize, id: &str, to: Role) -> StepAnswer {
        let may = self.newest(id).is_some_and(|(place, ..)| {
            reporting::may_pass_on_to(&self.records.cases[place].case, self.report_of(id)).contains(&to)
        });
        if !may {
            return allowed(false, self.clauses_of(id));
        }
        self.steps(who, id, CaseStep::PassOn { to, note: String::new() })
    }

    pub(super) fn says_about(&mut self, who: usize, id: &str, person: &ExampleActor) -> StepAnswer {
        let about = self.records.somebody(person);
        let instead = self.newest(id).map(|(place, ..)| {
            let case = &self.records.cases[place].case;
            let people = self.records.people.iter().map(|known| &known.person);
            let before = people.filter(|person| case.is_about(person.id));
            let held = before.chain([self.person(about)]).flat_map(|person| person.roles.iter()).collect();
            reporting::instead_of(case, self.report_of(id), &held)
        });
        let instead = instead.unwrap_or_default();
        self.steps(who, id, CaseStep::IsAbout { person: self.id(about), instead })
    }

    pub(super) fn says_known(&mut self, who: usize, id: &str, before: Span) -> StepAnswer {
        let step = self.newest(id).and_then(|(place, ..)| {
            let case = &self.records.cases[place].case;
            let since = before.fixed_before(&case.opened_at.to_zoned(self.now.time_zone().clone()))?;
            let (times, reason) = ((case.clock_runs_from(), &since), "as the story says".to_owned());
            reporting::correct_known_since(self.report_of(id), times, reason, &self.records.timetable.calendar)
        });
        match step {
            Some(step) => self.steps(who, id, step),
            None => allowed(false, self.clauses_of(id)),
        }
    }

    pub(super) fn writes_line(
        &mut self,
        who: usize,
        id: &str,
        line: &str,
        typed: &[(String, String)],
        beside: Option<&ExampleActor>,
    ) -> StepAnswer {
        let (document, by) = (self.records.document, self.id(who));
        let beside = beside.map(|beside| self.records.somebody(beside));
        let forms = self
            .newest(id)
            .map(|(_, people, _)| reporting::line_forms(Some(document), self.report_of(id), people.actor(by)))
            .unwrap_or_default();
        let people = (by, beside.map(|beside| self.id(beside)));
        let line = case_lines::line(line, typed, &self.now, people).filter(|line| forms.contains(&line.form()));
        let Some(line) = line else { return allowed(false, self.clauses_of(id)) };
        let mut clauses = self.clauses_of(id);
        if let (CaseLine::DeviceSearch { .. }, Some(beside)) = (&line, beside) {
            let searcher = (by, self.person(who).into());
            match searching::clause(document, searcher, (self.id(beside), self.person(beside).into())) {
                Ok(clause) => clauses.push(clause.id.clone()),
                Err(_) => return allowed(false, clauses),
            }
        }
        if let CaseLine::Outcome { measure, .. } = &line
            && !measure.is_empty()
        {
            let Some((place, ..)) = self.newest(id) else { return allowed(false, clauses) };
            let about = &self.records.cases[place].case.about;
            let people = self.records.people.iter().map(|known| &known.person);
            let concerned: Vec<Somebody<'_>> =
                people.filter(|person| about.contains(&person.id)).map(Somebody::from).collect();
            let measures = sanctions::measures(document, self.person(who).into(), &concerned);
            match measures.iter().find(|(_, known)| known.name() == measure) {
                Some((clause, _)) => clauses.push(clause.id.clone()),
                None => return allowed(false, clauses),
            }
        }
        let answer = self.steps(who, id, CaseStep::WriteDown { line, today: self.now.date() });
        StepAnswer { clauses, ..answer }
    }

    pub(super) fn closes(&mut self, who: usize, id: &str, reason: &str) -> StepAnswer {
        let is_ready = self.newest(id).is_some_and(|(place, ..)| {
            let ReportedCase { case, lines, .. } = &self.records.cases[place];
            let (report, written) = (self.report_of(id), lines.iter().collect::<Vec<_>>());
            report_clocks::outstanding(case, report, &self.records.timetable).is_empty()
                && reporting::to_write_down(report, &written).is_empty()
        });
        if !is_ready {
            return allowed(false, self.clauses_of(id));
        }
        self.steps(who, id, CaseStep::Close { reason: reason.to_owned() })
    }

    pub(super) fn reads(&self, who: usize, id: &str) -> StepAnswer {
        let reads = self.newest(id).is_some_and(|(_, people, _)| people.read_by(self.id(who)));
        yes(reads, self.clauses_of(id))
    }

    pub(super) fn is_reminded(&self, who: usize, id: &str) -> StepAnswer {
        let is_reminded = self.newest(id).is_some_and(|(place, people, candidates)| {
            let (case, report) = (&self.records.cases[place].case, self.report_of(id));
            let (around, timetable) = ((&people, &candidates[..]), &self.records.timetable);
            let reminds = |reminder| report_clocks::reminded(case, report, around, reminder, timetable);
            self.reminders_given(case).into_iter().any(|(_, reminder)| reminds(reminder).contains(&self.id(who)))
        });
        yes(is_reminded, self.clauses_of(id))
    }

    pub(super) fn knows_reporter(&self, who: usize, id: &str) -> StepAnswer {
        let by = self.id(who);
        let knows = self.newest(id).is_some_and(|(place, people, candidates)| {
            let case = &self.records.cases[place].case;
            let own = candidates.iter().find(|candidate| candidate.person == by);
            let is_absent = |role| self.is_absent(role);
            own.is_some_and(|own| reporting::knows_reporter(case, self.report_of(id), own, &people, &is_absent))
        });
        yes(knows, self.clauses_of(id))
    }

    pub(super) fn follows(&self, who: usize, id: &str) -> StepAnswer {
        let own = self
            .records
            .cases
            .iter()
            .rev()
            .find(|reported| reported.case.report == id && reported.case.reporter == self.reporter(who));
        let words = own.map_or("nothing", |own| reporting::progress(&own.case, own.is_answered));
        StepAnswer::of(words, self.clauses_of(id))
    }
}

impl crate::story::records::Records<'_> {
    /// Whether a report is about all the holders of a role whom the story has.
    fn is_only_about(&self, role: Role, about: &[PersonId]) -> bool {
        let mut holders = self.people.iter().filter(|known| known.person.roles.contains(role)).peekable();
        holders.peek().is_some() && holders.all(|holder| about.contains(&holder.person.id))
    }

    /// Everybody, in the roles that they hold towards a case.
    fn candidates(&self, case: &Case, day: jiff::civil::Date) -> Vec<Candidate> {
        let towards = |place: usize| -> RoleSet { self.receives_as(place, case, day) };
        (0..self.people.len())
            .map(|place| {
                let person = &self.people[place].person;
                let is_away = person.particulars.is_absent_on(day);
                Candidate { person: person.id, roles: towards(place), is_away }
            })
            .collect()
    }
}
