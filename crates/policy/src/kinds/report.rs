//! What is reported, and where it goes.

use domain::{Audience, FieldKind, FormField, LineKind, Role, Roles, Span, Within};

use crate::kinds::watch::soon;
use crate::kinds::{Acts, Sentences, choices, kind};
use crate::rules::reporting::report_sorting;
use crate::state::State;
use crate::value::{Deciders, FieldsWithoutPeople, Id, Routes, ThenSteps, Who, form, join};
use crate::wording::{self, upper_first};

choices! {
    /// What must be written down of a report before it is closed.
    BeforeClosing, "line of a report", "lines of a report" {
        Decision = "decision", "what was decided";
        Parents = "parents", "whether the parents were told";
        Referral = "referral", "whether it was referred";
        Regulator = "regulator", "whether the regulator was told";
        People = "people", "whether the people concerned were told";
    }
}

choices! {
    /// What a report is of, where its clause says so.
    ReportMatter, "matter of a report", "matters of a report" {
        Harm = "harm", "somebody who may be hurt or at risk";
        Incident = "incident", "something else that was done or went wrong";
        Complaint = "complaint", "a complaint";
        Question = "question", "a question";
    }
}

impl ReportMatter {
    /// Whether it is dealt with by a procedure of its own, for which a child at risk must not wait.
    pub(crate) fn has_own_procedure(self) -> bool {
        matches!(self, ReportMatter::Complaint | ReportMatter::Question)
    }
}

/// The field in which the form of a complaint or a question asks whether harm is to be reported first.
pub const CHILD_AT_RISK: &str = "may-a-child-be-at-risk-of-harm";

kind! {
    /// What is reported, by whom, and where it goes by when.
    Report, "report": "What is reported, by whom, and where it goes by when.", r#"id    = "data-breach"
title = "Facts about people have gone astray"
to    = ["data-protection-lead"]
instead-if-about = { data-protection-lead = ["headteacher"] }
in-absence = { data-protection-lead = ["headteacher"] }
within = "at once"
clock  = "72 hours"
clock-from = "known-since"
before-closing = ["regulator"]
refer  = ["regulator"]
needs  = ["what-was-lost"]
fields = { known-since = "date-time", whose = ["pupils", "staff", "others"] }"# {
        id "id": Id, required: "Its name, unique in the policy."
            => Acts::Names;
        title "title": String, required: "What people read on the form."
            => Acts::Names;
        who "who": Who, or Who::everyone(), "everyone": "Who may report. `\"unidentified\"`: whoever is not signed in too, as with `\"everyone\"`."
            => Acts::Enforced("rules::reporting");
        about "about": Option<String>, optional: "What the report is about, in words that stand on its form."
            => Acts::Shows("the form", |_| true);
        matter "matter": Option<ReportMatter>, optional: "What it is of, where that is not to be told from where it goes. A `\"complaint\"` or a `\"question\"` has a procedure of its own: whoever has a child here may write as a parent, the form asks whether a child may be at risk of harm, and what says so goes first where `\"harm\"` is reported."
            => Acts::Enforced("rules::reporting::report_sorting");
        to "to": Deciders, or Deciders::default(), "nobody": "Where it goes: to all of these roles. It or `to-one-of` is needed."
            => Acts::Enforced("rules::reporting");
        to_one_of "to-one-of": Option<Deciders>, optional: "Where it goes besides: to the one of these roles that the reporter chooses."
            => Acts::Enforced("rules::reporting");
        instead_if_about "instead-if-about": Option<Routes>, optional:
            "For each role, who gets the report instead where it is about a holder of that role. Whoever it is about never receives it, named here or not."
            => Acts::Enforced("rules::reporting");
        in_absence "in-absence": Option<Routes>, optional:
            "Who receives it too while every holder of a role that it goes to is absent, by that role."
            => Acts::Enforced("rules::reporting");
        within "within": Option<Within>, optional: "How soon it must be reported, and taken up by one of those it goes to."
            => Acts::Depends("the date by which it is due, and the reminders before and at it", |_, _| State::Recorded);
        escalate "escalate": Option<Deciders>, optional: "The roles that it goes to besides when a time of it is over: nobody has taken it up in the time that `within` says, it is not passed on in the time of a step of `then`, or the `clock` has run out. \"At once\" and \"as soon as possible\" count as an hour, or as the school sets it."
            => Acts::Enforced("rules::reporting");
        in_confidence "in-confidence": bool, or false, "false": "Whether the reporter's name stays with those it goes to first, where it is passed on to others."
            => Acts::Enforced("rules::reporting");
        clock "clock": Option<Span>, optional: "The deadline that outside law or guidance sets, counted from the report or from what `clock-from` names. When it is over and what it asks for is not done (of a data breach, that it is said whether the regulator was told; of anything else, that it is closed), the report goes to the roles of `escalate` too or, where that is left out, to the first role that receives reports in the last resort and has it not."
            => Acts::Depends("the deadline on the report's page, and the reminders before and at it", |_, _| State::Recorded);
        clock_from "clock-from": Option<String>, optional: "The date and time of its form from which the clock runs, where that is before the report. Left out: from the report."
            => Acts::Depends("the deadline on the report's page, and the reminders before and at it", |_, _| State::Recorded);
        refer "refer": Option<Deciders>, optional: "The roles that it may be passed on to, outside or in. To no others."
            => Acts::Enforced("rules::reporting");
        then "then": Option<ThenSteps>, optional: "The roles that it must be passed on to before it is closed. Of the steps that are left, those who take the one that is due first are reminded when three quarters of the time that its `within` says are over (where it is to be done at once, not before it is late), and everybody who has the report when all of it is. That it went to a role of `escalate` passes nothing on."
            => Acts::Enforced("rules::reporting::report_clocks");
        closes "closes": Option<Deciders>, optional: "The roles that close it, and read it too. Left out: whoever receives it."
            => Acts::Enforced("rules::reporting");
        before_closing "before-closing": Option<Vec<BeforeClosing>>, optional: "What must be written down of it before it is closed, or why not. With `\"regulator\"` it is dealt with as a data breach: what the regulator asks is written down part by part, and why it is told late, and the report stands in the list of data breaches."
            => Acts::Enforced("rules::reporting");
        closes_site "closes-site": Option<String>, optional: "The field of its form with the address of a site that goes into the school’s own list when those who have the report agree: the gate then closes the host, and all under it, to everybody whom the policy binds, save what is always open and what a clause of the policy opens of a part of it. Whoever does not know the address leaves the field empty. Not with `in-confidence`."
            => Acts::Enforced("rules::reporting::site_reports");
        needs "needs": Option<Vec<String>>, optional: "Lines of text that the form asks for, beside what happened and whom it is about."
            => Acts::Enforced("rules::reporting");
        fields "fields": Option<FieldsWithoutPeople>, optional: "Fields of other kinds that the form asks for, each checked as what it is. They name no people: whom a report is about the form asks by itself."
            => Acts::Enforced("rules::reporting");
    }
}

impl Report {
    /// The fields of the form, beside those that every form has.
    pub fn form(&self) -> Vec<FormField> {
        let at_risk = FormField { name: CHILD_AT_RISK.to_owned(), kind: FieldKind::Line(LineKind::YesNo) };
        let asks = self.matter.is_some_and(ReportMatter::has_own_procedure);
        let own = form(self.needs.as_deref(), self.fields.as_ref().map(|fields| &fields.0));
        asks.then_some(at_risk).into_iter().chain(own).collect()
    }

    /// Every role that may receive or close it by this clause, some of them only in certain cases.
    pub fn named_roles(&self) -> impl Iterator<Item = Role> + '_ {
        let routes = self.instead_if_about.iter().chain(&self.in_absence).flat_map(|routes| &routes.0);
        let others = self.to_one_of.iter().chain(&self.refer).chain(&self.closes).flat_map(|roles| roles.iter());
        let others = others.chain(self.escalate.iter().flat_map(|roles| roles.iter()));
        let then = self.then.iter().flat_map(|steps| &steps.0).flat_map(|step| &step.to);
        self.to.iter().chain(others).chain(routes.flat_map(|(_, roles)| roles)).chain(then).copied()
    }
}

impl Sentences for Report {
    fn sentences(&self, catalogue: &Roles) -> Vec<String> {
        let within = self.within.map(soon).unwrap_or_default();
        let mut sentences = vec![format!(
            "{} may report '{}' ({}){within}. {}",
            upper_first(&wording::who(catalogue, &self.who)),
            self.id,
            self.title,
            self.goes_to(catalogue),
        )];
        if let Some(matter) = self.matter {
            sentences.push(format!("It is offered as a report of {}.", matter.words()));
        }
        if self.matter.is_some_and(ReportMatter::has_own_procedure) {
            sentences.push(
                "Whoever has a child here may write as a parent. Where a child may be at risk of harm, that is reported first, \
                 and does not wait for it."
                    .to_owned(),
            );
            let is_open_to_all = self.who.everyone || self.who.audiences.contains(&Audience::Unidentified);
            if is_open_to_all && report_sorting::says_capacity(self) {
                sentences.push("Whoever is not signed in says in what capacity they write.".to_owned());
            }
        }
        for (about, instead) in self.instead_if_about.iter().flat_map(|routes| &routes.0) {
            sentences.push(format!(
                "A report about {} goes to {} instead; where it has come to them and turns out to be about them, it goes \
                 there too.",
                catalogue.in_sentence(*about),
                wording::roles(catalogue, instead, "and")
            ));
        }
        sentences.push("Nobody receives a report about themselves.".to_owned());
        for (absent, instead) in self.in_absence.iter().flat_map(|routes| &routes.0) {
            sentences.push(format!(
                "While every holder of the role '{}' is absent, it goes to {} too.",
                catalogue.title(*absent),
                wording::roles(catalogue, instead, "and"),
            ));
        }
        let escalate = self.escalate.as_ref().map(|roles| wording::roles(catalogue, roles, "and"));
        if let (Some(roles), Some(_)) = (&escalate, self.within) {
            sentences.push(format!("If nobody has taken it up in time, it goes to {roles} too."));
        }
        if self.in_confidence {
            sentences.push(
                "It is kept in confidence: where it is passed on, the reporter's name is not passed on with it."
                    .to_owned(),
            );
        }
        if let Some(clock) = self.clock {
            let from = self.clock_from.as_ref().map(|field| format!(", or from '{field}' where that is before it"));
            sentences.push(format!("A clock of {clock} runs from the report{}.", from.unwrap_or_default()));
            let mut lines = self.before_closing.iter().flatten();
            let is_missing = match lines.find(|line| **line == BeforeClosing::Regulator) {
                Some(line) => format!("nobody has written down {}", line.words()),
                None => "it is not closed".to_owned(),
            };
            let last_resort = || "those who receive reports in the last resort".to_owned();
            let roles = escalate.clone().unwrap_or_else(last_resort);
            sentences.push(format!(
                "Those who have it are reminded before that time is over. If {is_missing} by then, they are reminded again, \
                 and it goes to {roles} too."
            ));
        }
        if let Some(refer) = &self.refer {
            sentences.push(format!("It may be passed on to {}.", wording::roles(catalogue, refer, "or")));
        }
        for step in self.then.iter().flat_map(|steps| &steps.0) {
            let within = step.within.map(soon).unwrap_or_default();
            sentences.push(format!(
                "Before it is closed, {} must pass it on to {}{within}.",
                wording::roles(catalogue, &step.by, "or"),
                wording::roles(catalogue, &step.to, "and"),
            ));
            if let (Some(_), Some(roles)) = (step.within, &escalate) {
                sentences.push(format!("If that is not done in time, it goes to {roles} too."));
            }
        }
        if let Some(lines) = &self.before_closing {
            let lines = join(lines.iter().map(|line| line.words().to_owned()).collect(), "and");
            sentences.push(format!("Before it is closed, somebody must write down {lines}."));
        }
        if let Some(field) = &self.closes_site {
            sentences.push(format!(
                "Those who have it may close the site in '{field}', which may be left empty, and open it again, each with a \
                 reason."
            ));
        }
        if let Some(closes) = &self.closes {
            sentences.push(format!("Only {} may close it.", wording::roles(catalogue, closes, "or")));
        }
        sentences.extend(wording::form(&self.form()));
        sentences
    }
}

impl Report {
    fn goes_to(&self, catalogue: &Roles) -> String {
        let all = wording::roles(catalogue, &self.to, "and");
        let one = self.to_one_of.as_ref().map(|roles| wording::roles(catalogue, roles, "or"));
        match (self.to.is_empty(), one) {
            (false, None) => format!("It goes to {all}."),
            (true, Some(one)) => format!("It goes to {one}, as the reporter chooses."),
            (_, Some(one)) => format!("It goes to {all}, and to {one}, as the reporter chooses."),
            (true, None) => String::new(),
        }
    }
}
