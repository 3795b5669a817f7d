//! The gate live: the latest verdicts without names, which clauses close how much, and why a site is open or closed.

use std::collections::BTreeSet;

use actions::{
    Desk, EvidenceLine, LatestQuery, LiveVerdict, LogHealth, MailServer, ScannerState, WhoIs, WhyIsSite, WhyPage,
};
use askama::Template;
use domain::{Audience, Group, Outcome, Roles};

use crate::address::with_query;
use crate::answer::{Answer, page, page_again};
use crate::cells::{Cell, LookUp};
use crate::clause::CitedClause;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::moment;
use crate::pages::asking::Card;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/gate", live).get("/gate/why", why).get("/gate/reference", reference)
}

#[derive(Template)]
#[template(path = "gate/live.html")]
struct LivePage {
    frame: Frame,
    form: Form,
    outcomes: Vec<FormChoice>,
    clauses: Vec<FormChoice>,
    counts: Listing,
    verdicts: Listing,
    here: String,
    /// What is wrong with keeping activity, each a sentence.
    losses: Vec<String>,
    /// Whose sites are shown, in words; empty where nobody's are.
    sites_of: String,
}

async fn live(signed: Visitor, asked: ListParams) -> Answer {
    let query = LatestQuery {
        list: asked.list.clone(),
        outcome: match asked.get("outcome") {
            "allowed" => Some(Outcome::Allowed),
            "blocked" => Some(Outcome::Blocked),
            _ => None,
        },
        clause: Some(asked.get("clause").to_owned()).filter(|clause| !clause.is_empty()),
    };
    let latest = signed.desk.latest_verdicts(&signed.actor, query).await?;
    let counted = signed.desk.verdicts_by_clause(&signed.actor).await?;
    let frame = signed.frame("Gate");
    let columns = ["Site", "When", "Verdict", "Why", "Clause", "Who"].map(Column::new).to_vec();
    let verdicts = Listing::paged("Latest verdicts", columns, &asked, &latest, |line| {
        vec![
            match &line.host {
                Some(host) => {
                    let asked = vec![("site", host.clone()), ("as", line.audience.name().to_owned())];
                    Cell::look_up(host, LookUp { csrf: signed.csrf.clone(), page: "/gate/why", asked })
                }
                None => Cell::text("Not shown"),
            },
            Cell::when(&line.at, frame.zone()),
            outcome(line.outcome),
            Cell::text(line.reason.replace('-', " ")),
            match (&line.policy, &line.clause) {
                (Some(policy), Some(clause)) => Cell::link(line.clause_title.as_ref().unwrap_or(clause), format!("/policies/{policy}#clause-{clause}")),
                _ => Cell::text("none"),
            },
            Cell::text(line.audience.title()),
        ]
    })
    .empty("The gate has decided nothing since it started, or nothing like this. Requests appear here as they happen, without names.");
    if asked.csv {
        return verdicts.csv("verdicts");
    }
    let any = |words: &str| std::iter::once(FormChoice::new("", words));
    let clauses = any("Any clause")
        .chain(counted.iter().map(|line| FormChoice::new(&line.clause, format!("{} ({})", line.title, line.policy))))
        .collect();
    let columns = vec![Column::new("Clause"), Column::new("Policy"), Column::new("Blocked").numeric()];
    let counts = Listing::whole("Blocked, by clause", columns, &ListParams::default(), &counted, |line| {
        let to = with_query("/gate", [("clause", line.clause.as_str()), ("outcome", "blocked")]);
        vec![Cell::link(&line.title, to), Cell::text(&line.policy), Cell::text(line.blocked)]
    })
    .empty("No clause has blocked anything since the gate started.")
    .plain();
    let form = signed.form().with("outcome", asked.get("outcome")).with("clause", asked.get("clause"));
    let form = form.with("search", &asked.list.search);
    let outcomes = any("Any verdict")
        .chain([FormChoice::new("allowed", "Allowed"), FormChoice::new("blocked", "Blocked")])
        .collect();
    page(&LivePage {
        frame,
        form,
        outcomes,
        clauses,
        counts,
        verdicts: verdicts.without_search(),
        here: signed.here.clone(),
        losses: losses(&signed.desk.log_health(&signed.actor)?, &signed.desk),
        sites_of: sites_of(&signed.desk.audiences_whose_sites_show(&signed.actor)),
    })
}

fn sites_of(audiences: &BTreeSet<Audience>) -> String {
    audiences.iter().map(|audience| audience.title().to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// Whether people are told by mail that there is something for them.
fn mail_words(desk: &Desk) -> Vec<String> {
    let figures = desk.mail_figures();
    let mut words = Vec::new();
    match figures.server {
        MailServer::Answers => {}
        MailServer::None => words.push(
            "No mail server is configured, so people are told on their home page alone. Name one in [mail] of the \
             configuration."
                .to_owned(),
        ),
        MailServer::Away { since } => words.push(format!(
            "The mail server has not been of use since {}. What is due goes as soon as it answers.",
            domain::moment_words(since, desk.time_zone())
        )),
    }
    if figures.given_up > 0 {
        words.push(format!(
            "Notices that the mail server took in none of all tries, and that nobody has read: {}. See that people’s mail \
             addresses are right.",
            figures.given_up
        ));
    }
    words
}

/// Whether files that are added to reports are looked at for viruses.
fn scanner_words(desk: &Desk) -> Option<String> {
    match desk.scanner_state() {
        ScannerState::Answers => None,
        ScannerState::None => Some(
            "No virus scanner is configured, so files are kept with reports as they come. Name clamd in [evidence] of the \
             configuration."
                .to_owned(),
        ),
        ScannerState::Away { since } => Some(format!(
            "The virus scanner has not been of use since {}. No file is kept with a report until it answers; why it does \
             not stands in the program’s log.",
            domain::moment_words(since, desk.time_zone())
        )),
    }
}

/// What whoever looks after the gate has to know and see to.
fn losses(health: &LogHealth, desk: &Desk) -> Vec<String> {
    let mut losses = mail_words(desk);
    losses.extend(scanner_words(desk));
    if let Some(cause) = &health.outage {
        losses.push(format!("Activity is not being kept just now: {cause}."));
    }
    if health.dropped > 0 {
        losses.push(format!("Activities that could not be kept since the program started: {}.", health.dropped));
    }
    if health.damaged_lines > 0 {
        losses.push(format!(
            "Lines of the activity log that the disk has damaged since the program started: {}. They are beside the \
             sealed days, in files named 'damaged'.",
            health.damaged_lines
        ));
    }
    losses
}

fn outcome(outcome: Outcome) -> Cell {
    match outcome {
        Outcome::Allowed => Cell::tag("Allowed", "green"),
        Outcome::Blocked => Cell::tag("Blocked", "red"),
    }
}

#[derive(Template)]
#[template(path = "gate/reference.html")]
struct ReferenceTemplate<'a> {
    frame: Frame,
    form: &'a Form,
    found: Vec<(Facts, Option<CitedClause>)>,
}

/// What the gate decided, by the reference on the page that it showed.
async fn reference(signed: Visitor, asked: ListParams) -> Answer {
    let typed = asked.get("reference");
    let mut form = signed.form().with("reference", typed);
    let mut found = Vec::new();
    if typed.is_empty() {
        // only those who see the verdicts are offered to look one up
        signed.desk.log_health(&signed.actor)?;
    } else {
        match signed.desk.verdicts_with_reference(&signed.actor, typed).await {
            Ok(verdicts) => found = verdicts,
            Err(error) => form.refused(error)?,
        }
    }
    let frame = signed.frame("Look up a reference").crumb("Gate", "/gate").form(&form);
    let found = found.iter().map(|verdict| (facts_of(verdict, &frame), clause_of(verdict, &signed))).collect();
    let reference_page = ReferenceTemplate { frame, form: &form, found };
    if form.has_problems() { page_again(&reference_page) } else { page(&reference_page) }
}

fn facts_of(verdict: &LiveVerdict, frame: &Frame) -> Facts {
    Facts::new()
        .row("When", frame.when(&verdict.at))
        .cells("Verdict", vec![outcome(verdict.outcome)])
        .row("Why", verdict.reason.replace('-', " "))
        .row("Site", verdict.host.as_deref().unwrap_or("Not shown: no policy lets you see it without a second person"))
        .row("Who", verdict.audience.title())
        .row_if("Version of the policy", verdict.version)
}

fn clause_of(verdict: &LiveVerdict, signed: &Visitor) -> Option<CitedClause> {
    let (policy, clause) = verdict.policy.as_ref().zip(verdict.clause.as_deref())?;
    CitedClause::published(&policy.0, clause, signed)
}

#[derive(Template)]
#[template(path = "gate/why.html")]
struct WhyTemplate<'a> {
    frame: Frame,
    form: &'a Form,
    audiences: Vec<FormChoice>,
    roles: Vec<FormChoice>,
    person: bool,
    found: Option<Found>,
}

/// What the look-up found.
struct Found {
    heading: String,
    outcome: Cell,
    sentence: String,
    facts: Facts,
    evidence: Vec<SaidLine>,
    cards: Vec<Card>,
}

/// One rule that spoke.
struct SaidLine {
    says: String,
    because: String,
    category: Option<&'static str>,
    deciding: bool,
    clause: CitedClause,
}

async fn why(signed: Visitor, asked: ListParams) -> Answer {
    let mut form = signed.form();
    for name in ["site", "as", "group", "role", "date", "time"] {
        form = form.with(name, asked.get(name));
    }
    let mut found = None;
    let who = who(&asked, &signed.desk.roles());
    if !asked.get("site").is_empty() {
        let at = match asked.get("date") {
            "" => None,
            date => {
                let at = moment::read(date, asked.get("time"), signed.desk.time_zone());
                if at.is_none() {
                    form.blame("date", "Give the date as a day, a month and a year.");
                }
                at
            }
        };
        let input = WhyIsSite { address: asked.get("site").to_owned(), who: who.clone(), at };
        match signed.desk.why_is_site(&signed.actor, input).await {
            Ok(answer) => found = Some(show(&answer, &asked, &signed)),
            Err(error) => refused_at_site(&mut form, error)?,
        }
    }
    let frame = signed.frame("Why is this site …?").form(&form);
    let frame = frame.crumb_if_reachable("Gate", "/gate");
    let audiences = Audience::ALL.iter().map(|audience| FormChoice::new(audience, audience.title())).collect();
    let roles =
        std::iter::once(FormChoice::new("", "No role")).chain(crate::pages::people::role_choices(&signed)).collect();
    let why = WhyTemplate { frame, form: &form, audiences, roles, person: matches!(who, WhoIs::Person(_)), found };
    if form.has_problems() { page_again(&why) } else { page(&why) }
}

/// The fields here have shorter names than the action's.
fn refused_at_site(form: &mut Form, error: actions::WhyError) -> Result<(), crate::error::PageError> {
    use actions::VerbError;
    match error.field() {
        Some("address") => form.blame("site", error.to_string()),
        Some("who") => form.blame("as", error.to_string()),
        _ => return Err(error.into()),
    }
    Ok(())
}

/// An audience with groups and a role, or `person:ID`.
fn who(asked: &ListParams, roles: &Roles) -> WhoIs {
    let named = asked.get("as");
    if let Some(person) = named.strip_prefix("person:").and_then(|id| id.parse().ok()) {
        return WhoIs::Person(person);
    }
    let groups = asked.get("group").split([',', ';']).map(str::trim).filter(|group| !group.is_empty());
    WhoIs::Audience {
        audience: named.parse().unwrap_or(Audience::Pupil),
        groups: groups.map(|group| Group(group.to_owned())).collect(),
        roles: roles.find(asked.get("role")).into_iter().collect(),
    }
}

fn show(answer: &WhyPage, asked: &ListParams, signed: &Visitor) -> Found {
    let categories: Vec<&str> = answer.categories.iter().map(domain::Category::title).collect();
    let place = format!("{}{}", answer.host, answer.path.as_deref().filter(|path| *path != "/").unwrap_or(""));
    let is = if answer.outcome == Outcome::Allowed { "open" } else { "closed" };
    let zone = signed.desk.time_zone();
    Found {
        heading: format!("{place} is {is}"),
        outcome: outcome(answer.outcome),
        sentence: answer.sentence.clone(),
        facts: Facts::new()
            .row("For", &answer.who_words)
            .row("At", moment::when(&answer.at, zone))
            .row("Kinds of site", if categories.is_empty() { "In no list".to_owned() } else { categories.join(", ") })
            .row_if("Sent to, for safe results", answer.safe_search.as_ref()),
        evidence: answer.evidence.iter().map(|line| said(line, signed)).collect(),
        cards: answer.permissions.iter().map(|card| Card::of(card, asked, signed)).collect(),
    }
}

fn said(line: &EvidenceLine, signed: &Visitor) -> SaidLine {
    SaidLine {
        says: line.says.clone(),
        because: line.because.clone(),
        category: line.category.map(domain::Category::title),
        deciding: line.deciding,
        clause: CitedClause::cited(&line.citation, signed),
    }
}
