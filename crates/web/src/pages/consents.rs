//! Consents that are asked once: what the visitor is asked about themselves and their children, and what they say.

use actions::{
    ConsentAbout, ConsentAsked, RequestConsents, SayToConsent, SayToConsentError, SayToPurpose, StandingConsent,
};
use askama::Template;
use axum::extract::Path;
use domain::StandingSaid;
use policy::rules::standing_consents::Stands;

use crate::answer::{Answer, page, page_again, page_at};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::check::{Check, CheckStep};
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::parts::{DonePage, Facts};
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/consents", all)
        .get("/consents/{policy}/{consent}", answer_form)
        .post("/consents/{policy}/{consent}", say)
}

/// One consent as it stands about one person.
struct ConsentRow {
    title: String,
    purpose: String,
    facts: Facts,
    href: String,
    link: &'static str,
}

/// The consents about the visitor, or a child of theirs.
struct PersonConsents {
    heading: String,
    lines: Vec<ConsentRow>,
}

#[derive(Template)]
#[template(path = "consents/all.html")]
struct AllPage {
    frame: Frame,
    people: Vec<PersonConsents>,
    /// What was given for one request with a consent that the visitor may take back.
    requests: Vec<RequestConsents>,
    has_ended: bool,
}

async fn all(signed: Visitor, asked: ListParams) -> Answer {
    let consents = signed.desk.my_consents(&signed.actor).await?;
    let requests = signed.desk.my_request_consents(&signed.actor).await?;
    let frame = signed.frame("Consents").crumb("My agreements", "/agreements");
    let mut people: Vec<PersonConsents> = Vec::new();
    for consent in &consents {
        for about in &consent.about {
            let (heading, line) = (whose(about), line(consent, about, &frame));
            match people.iter_mut().find(|known| known.heading == heading) {
                Some(known) => known.lines.push(line),
                None => people.push(PersonConsents { heading, lines: vec![line] }),
            }
        }
    }
    page(&AllPage { frame, people, requests, has_ended: asked.get("done") == "ended" })
}

fn whose(about: &ConsentAbout) -> String {
    if about.is_own { "About yourself".to_owned() } else { format!("About {}", about.about.name) }
}

fn line(consent: &StandingConsent, about: &ConsentAbout, frame: &Frame) -> ConsentRow {
    let mut facts = Facts::new();
    for asked in &about.asked {
        let key = if asked.purpose.is_empty() { "What stands" } else { asked.purpose.as_str() };
        let mut cells = vec![Cell::text(stands_words(asked.stands, frame))];
        cells.extend(
            asked.said.iter().map(|line| {
                Cell::text(format!("{} {} on {}", line.by.name, said_words(line.said), frame.when(&line.at)))
            }),
        );
        facts = facts.cells(key, cells);
    }
    let is_asked = about.asked.iter().any(|asked| asked.is_asked);
    ConsentRow {
        title: consent.title.clone(),
        purpose: consent.purpose.clone(),
        facts,
        href: format!("/consents/{}/{}", consent.policy, consent.consent),
        link: if is_asked { "Say yes or no" } else { "Change what you said" },
    }
}

fn said_words(said: StandingSaid) -> &'static str {
    match said {
        StandingSaid::Yes => "said yes",
        StandingSaid::No => "said no",
        StandingSaid::TakenBack => "took back what they said",
    }
}

/// What stands, in a sentence or two.
fn stands_words(stands: Stands, frame: &Frame) -> String {
    match stands {
        Stands::Missing => "Nobody has answered. No answer counts as no.".to_owned(),
        Stands::Ended { at } => {
            format!("What was said ended on {}. It counts as no until it is answered again.", frame.when(&at))
        }
        Stands::Given { since, until: None } => format!("Yes, since {}.", frame.when(&since)),
        Stands::Given { since, until: Some(until) } => {
            format!("Yes, since {}. It ends on {}.", frame.when(&since), frame.when(&until))
        }
        Stands::Refused { since } => format!("No, since {}.", frame.when(&since)),
    }
}

/// One answer that the form asks for.
struct Question {
    /// The name of its field.
    name: String,
    legend: String,
    stands: String,
    choices: Vec<FormChoice>,
}

#[derive(Template)]
#[template(path = "consents/answer.html")]
struct AnswerPage<'a> {
    frame: Frame,
    form: &'a Form,
    consent: &'a StandingConsent,
    clause: Option<CitedClause>,
    questions: Vec<Question>,
}

/// Each person and purpose that the form asks about, with the name of its field.
fn asked(consent: &StandingConsent) -> impl Iterator<Item = (String, &ConsentAbout, &ConsentAsked)> {
    consent.about.iter().flat_map(|about| {
        let each = about.asked.iter().enumerate();
        each.map(move |(number, asked)| (format!("say-{}-{number}", about.about.id), about, asked))
    })
}

fn legend(about: &ConsentAbout, asked: &ConsentAsked) -> String {
    let name = if about.is_own { "About yourself" } else { about.about.name.as_str() };
    if asked.purpose.is_empty() { name.to_owned() } else { format!("{name}: {}", asked.purpose) }
}

fn answer_words(said: StandingSaid) -> &'static str {
    match said {
        StandingSaid::Yes => "Yes",
        StandingSaid::No => "No",
        StandingSaid::TakenBack => "I take back what I said",
    }
}

fn choices(asked: &ConsentAsked) -> Vec<FormChoice> {
    let may = |said: &StandingSaid| match said {
        StandingSaid::Yes => asked.may_say_yes,
        StandingSaid::No => asked.may_say_no,
        StandingSaid::TakenBack => asked.own.is_some(),
    };
    StandingSaid::ALL.into_iter().filter(may).map(|said| FormChoice::new(said, answer_words(said))).collect()
}

fn answer_page<'a>(signed: &Visitor, consent: &'a StandingConsent, form: &'a Form) -> AnswerPage<'a> {
    let frame = signed.frame(consent.title.clone()).form(form);
    let frame = frame.crumb("My agreements", "/agreements").crumb("Consents", "/consents");
    let question = |(name, about, asked): (String, &ConsentAbout, &ConsentAsked)| Question {
        name,
        legend: legend(about, asked),
        stands: stands_words(asked.stands, &frame),
        choices: choices(asked),
    };
    let questions = asked(consent).map(question).collect();
    let clause = CitedClause::of(&consent.document, consent.version.0, &consent.clause, signed);
    AnswerPage { frame, form, consent, clause, questions }
}

async fn find(signed: &Visitor, policy: &str, consent: &str) -> Result<StandingConsent, PageError> {
    let consents = signed.desk.my_consents(&signed.actor).await?;
    let found = consents.into_iter().find(|known| known.policy.0 == policy && known.consent == consent);
    found.ok_or_else(PageError::no_such_page)
}

async fn answer_form(signed: Visitor, Path((policy, consent)): Path<(String, String)>) -> Answer {
    let consent = find(&signed, &policy, &consent).await?;
    let said = asked(&consent).filter_map(|(name, _, asked)| Some((name, asked.own?)));
    let form = said.fold(signed.form(), |form, (name, said)| form.with(&name, said));
    page(&answer_page(&signed, &consent, &form))
}

async fn say(signed: Visitor, Path((policy, consent)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let consent = find(&signed, &policy, &consent).await?;
    if let CheckStep::Change(field) = CheckStep::of(&form) {
        return page_at(field, &answer_page(&signed, &consent, &form));
    }
    let chosen: Vec<(String, &ConsentAbout, &ConsentAsked, StandingSaid)> = asked(&consent)
        .filter_map(|(name, about, asked)| {
            let said: StandingSaid = form.parse(&name)?;
            (asked.own != Some(said)).then_some((name, about, asked, said))
        })
        .collect();
    if chosen.is_empty() {
        let first = asked(&consent).next().map(|(name, ..)| name).unwrap_or_default();
        form.blame(&first, "Choose an answer for at least one of them that is not what you have said already.");
        return page_again(&answer_page(&signed, &consent, &form));
    }
    if CheckStep::of(&form) != CheckStep::Send {
        return check_page(&signed, &consent, &form, &chosen);
    }
    let said = chosen.iter().map(|(_, about, asked, said)| SayToPurpose {
        about: about.about.id,
        purpose: asked.purpose.clone(),
        said: *said,
    });
    let input = SayToConsent { policy: consent.policy.clone(), consent: consent.consent.clone(), said: said.collect() };
    match signed.desk.say_to_consent(&signed.actor, input).await {
        Ok(()) => done_page(&signed, &consent, &chosen),
        Err(SayToConsentError::Forbidden(forbidden)) => Err(SayToConsentError::Forbidden(forbidden).into()),
        Err(error) => {
            form.refused(error)?;
            page_again(&answer_page(&signed, &consent, &form))
        }
    }
}

type Chosen<'a> = (String, &'a ConsentAbout, &'a ConsentAsked, StandingSaid);

fn check_page(signed: &Visitor, consent: &StandingConsent, form: &Form, chosen: &[Chosen<'_>]) -> Answer {
    let action = format!("/consents/{}/{}", consent.policy, consent.consent);
    let mut check = Check::new("Check your answers", action, "Send my answers");
    check = check.fixed("What it is for", &consent.purpose);
    for (name, about, asked, said) in chosen {
        check = check.answer(legend(about, asked), answer_words(*said), name);
    }
    check.follows = follows(chosen).into_iter().fold(Facts::new(), |facts, (key, words)| facts.row(key, words));
    check.clause = CitedClause::of(&consent.document, consent.version.0, &consent.clause, signed);
    check.show(signed.frame(format!("Check your answers: {}", consent.title)), form)
}

/// What follows from the answers, each with a name.
fn follows(chosen: &[Chosen<'_>]) -> Vec<(&'static str, &'static str)> {
    let any = |wanted: StandingSaid| chosen.iter().any(|(_, _, _, said)| *said == wanted);
    let mut follows = Vec::new();
    if any(StandingSaid::Yes) {
        follows.push(("Yes", "It counts at once, unless somebody else says no. You can take it back at any time."));
    }
    if any(StandingSaid::No) {
        follows.push(("No", "It counts at once, whatever anybody else says. What rests on an earlier yes ends."));
    }
    if any(StandingSaid::TakenBack) {
        follows.push((
            "Taken back",
            "What you said counts no longer, at once. If nobody else has said yes, it counts as no, and what rests on it ends.",
        ));
    }
    follows
}

fn done_page(signed: &Visitor, consent: &StandingConsent, chosen: &[Chosen<'_>]) -> Answer {
    let names: Vec<String> = chosen.iter().map(|(_, about, asked, _)| legend(about, asked)).collect();
    page(&DonePage {
        frame: signed.frame("Answered").crumb("My agreements", "/agreements").crumb("Consents", "/consents"),
        done: "Your answers count from now on".to_owned(),
        detail: format!("{}. {}", consent.title, sentences::list(&names, "and")),
        next: follows(chosen).into_iter().map(|(_, words)| words.to_owned()).collect(),
        links: vec![Cell::link("See all consents", "/consents"), Cell::link("Go to Home", "/")],
    })
}
