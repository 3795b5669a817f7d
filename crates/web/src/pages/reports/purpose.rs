//! The purpose is stated before anybody looks: the clause, what happened, whose activity, from when to when.

use actions::{NamedFor, Subject, Tell, TellLater, ViewActivity, ViewClause};
use askama::Template;
use domain::{Host, PersonId, PolicyId};
use jiff::{SignedDuration, Timestamp};

use crate::answer::{Answer, go, page, page_again};
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::moment;
use crate::routes::Pages;
use crate::visitor::Visitor;

/// How far back the span reaches that the form suggests.
const SUGGESTED_HOURS: i64 = 24 * 7;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/reports/activity/new", show).post("/reports/activity/new", state)
}

#[derive(Template)]
#[template(path = "reports/purpose.html")]
struct PurposePage<'a> {
    frame: Frame,
    form: &'a Form,
    purposes: Vec<FormChoice>,
    subjects: Vec<FormChoice>,
    notes: Vec<String>,
    /// When the person is told, where a clause leaves it to the viewer; empty where none does.
    tell: Vec<FormChoice>,
}

fn rights(signed: &Visitor) -> Result<Vec<ViewClause>, PageError> {
    let rights = signed.desk.viewing_rights(&signed.actor);
    if rights.is_empty() {
        return Err(PageError::forbidden(
            "Use of the web is looked at by the roles that a policy’s view clause names, for the purposes that it names. \
             No clause names a role of yours.",
        ));
    }
    Ok(rights)
}

/// Each purpose of each clause, by its place among them: texts of policies do not go into a form's values.
fn purposes(rights: &[ViewClause]) -> impl Iterator<Item = (String, &ViewClause, &String)> {
    rights.iter().enumerate().flat_map(|(place, clause)| {
        clause.purposes.iter().enumerate().map(move |(number, purpose)| (format!("{place}-{number}"), clause, purpose))
    })
}

fn purpose_page<'a>(signed: &Visitor, rights: &[ViewClause], form: &'a Form) -> PurposePage<'a> {
    let note = |clause: &ViewClause| {
        let mut notes = Vec::new();
        if !clause.second_person.is_empty() {
            let who = signed.roles_in_sentence(&clause.second_person, "or");
            notes.push(format!("{} {}: somebody else must agree first: {who}.", clause.number, clause.title));
        }
        match clause.tell {
            Tell::AtOnce => notes.push(format!("{} {}: the person is told at once.", clause.number, clause.title)),
            Tell::After(span) => {
                notes.push(format!("{} {}: the person is told {span} later.", clause.number, clause.title));
            }
            Tell::WhenTheViewerSays => {}
        }
        notes.extend(
            clause
                .marked_personal
                .as_ref()
                .map(|marked| format!("{} {}: what is marked personal: {marked}", clause.number, clause.title)),
        );
        notes
    };
    PurposePage {
        frame: signed
            .frame("State a purpose")
            .crumb("Reports", "/reports")
            .crumb("Use of the web", "/reports/activity")
            .form(form),
        form,
        purposes: purposes(rights)
            .map(|(value, clause, purpose)| {
                FormChoice::new(value, purpose)
                    .hint(format!("{} {} ({})", clause.number, clause.title, clause.policy_title))
            })
            .collect(),
        subjects: vec![
            FormChoice::new("person", "One person").hint("Give their username below."),
            FormChoice::new("site", "Everybody’s visits to one site")
                .hint("Give the site below. You are shown the visits of those to whom the clause’s policy speaks."),
            FormChoice::new("everyone", "Everybody’s use of the web")
                .hint("Of those to whom the clause’s policy speaks. Only where nothing less answers the question."),
        ],
        notes: rights.iter().flat_map(note).collect(),
        tell: if rights.iter().any(|clause| clause.tell == Tell::WhenTheViewerSays) {
            vec![
                FormChoice::new("at-once", "As soon as I look"),
                FormChoice::new("later", "Later, because telling them now could put somebody at risk")
                    .hint("Say until when and why below."),
            ]
        } else {
            Vec::new()
        },
    }
}

async fn show(signed: Visitor, asked: ListParams) -> Answer {
    let rights = rights(&signed)?;
    let (zone, now) = (signed.desk.time_zone(), signed.desk.now());
    let civil = |at: Timestamp| at.to_zoned(zone.clone()).datetime();
    let (from, to) = (civil(now - SignedDuration::from_hours(SUGGESTED_HOURS)), civil(now));
    let mut form = signed
        .form()
        .with("from", from.date())
        .with("from-time", from.strftime("%H:%M"))
        .with("to", to.date())
        .with("to-time", to.strftime("%H:%M"));
    if let Some(person) = asked.parse::<PersonId>("person") {
        form = form.with("kind", "person");
        if let Ok(person) = signed.desk.person(&signed.actor, person).await {
            form = form.with("subject", person.line.username);
        }
    }
    page(&purpose_page(&signed, &rights, &form))
}

/// Whose activity the form names, or at its fields what must be put right.
fn subject(signed: &Visitor, form: &mut Form) -> Option<Subject> {
    match form.value("kind") {
        "person" => {
            let found = signed.desk.find_person(&signed.actor, form.value("subject"), NamedFor::Viewing).ok().flatten();
            if found.is_none() {
                form.blame("subject", "Nobody here signs in with this username");
            }
            found.map(Subject::Person)
        }
        "site" => {
            let host = Host::parse(form.value("site")).ok();
            if host.is_none() {
                form.blame("site", "Type the site’s name, such as example.org");
            }
            host.map(Subject::Host)
        }
        "everyone" => Some(Subject::Everyone),
        _ => {
            form.blame("kind", "Choose whose use of the web you need to see");
            None
        }
    }
}

fn moment_of(signed: &Visitor, form: &mut Form, date: &'static str, time: &'static str) -> Option<Timestamp> {
    let read = moment::read(form.value(date), form.value(time), signed.desk.time_zone());
    if read.is_none() {
        form.blame(date, "Give a date and a time");
    }
    read
}

/// That the person is told later, where the clause leaves it to the viewer and the viewer says so.
fn tell_later(signed: &Visitor, clause: &ViewClause, form: &mut Form) -> Option<TellLater> {
    if clause.tell != Tell::WhenTheViewerSays {
        return None;
    }
    match form.value("tell") {
        "at-once" => None,
        "later" => {
            let until = moment::read(form.value("tell-on"), "", signed.desk.time_zone());
            if until.is_none() {
                form.blame("tell-on", "Give the day on which they can be told");
            }
            let reason = form.value("tell-reason").to_owned();
            if reason.is_empty() {
                form.blame("tell-reason", "Say why telling them now would do harm");
            }
            Some(TellLater { until: until?, reason })
        }
        _ => {
            form.blame("tell", "Choose when the person is told");
            None
        }
    }
}

async fn read(signed: &Visitor, rights: &[ViewClause], form: &mut Form) -> Option<ViewActivity> {
    let chosen = purposes(rights).find(|(value, ..)| value == form.value("purpose"));
    if chosen.is_none() {
        form.blame("purpose", "Choose the purpose; you may look for no other");
    }
    let case = form.value("case").to_owned();
    if case.is_empty() {
        form.blame("case", "Say what happened that makes you look");
    }
    let subject = subject(signed, form);
    let from = moment_of(signed, form, "from", "from-time");
    let to = moment_of(signed, form, "to", "to-time");
    let tell_later = chosen.as_ref().and_then(|(_, clause, _)| tell_later(signed, clause, form));
    let (_, clause, purpose) = chosen.filter(|_| !form.has_problems())?;
    Some(ViewActivity {
        subject: subject?,
        policy: PolicyId(clause.policy.0.clone()),
        clause: clause.clause.clone(),
        purpose: format!("{purpose}: {case}"),
        from: from?,
        to: to?,
        tell_later,
    })
}

async fn state(signed: Visitor, Posted(mut form): Posted) -> Answer {
    let rights = rights(&signed)?;
    let Some(input) = read(&signed, &rights, &mut form).await else {
        return page_again(&purpose_page(&signed, &rights, &form));
    };
    match signed.desk.view_activity(&signed.actor, input).await {
        Ok(viewing) => go(format!("/reports/activity/{}", viewing.id)),
        Err(error) => {
            form.refused(error)?;
            page_again(&purpose_page(&signed, &rights, &form))
        }
    }
}
