//! What is watched; whom to tell of a mistake; help; whether the desk is well.

use actions::{PermissionCard, ViewingLine, WatchedClause};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use domain::{HelpsWith, Host, Opens};
use policy::rules::shown;

use crate::answer::{Answer, page};
use crate::clause::CitedClause;
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::routes::Pages;
use crate::sentences::Keeper;
use crate::visitor::{Anyone, SharedApp, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/watched", watched)
        .get_for_anyone("/mistake", mistake)
        .get_for_anyone("/help", help)
        .get_public("/health", health)
}

/// A clause that watches or lets somebody look, in words.
struct WatchedLine {
    sentences: Vec<String>,
    clause: CitedClause,
}

#[derive(Template)]
#[template(path = "help/watched.html")]
struct WatchedPage {
    frame: Frame,
    done: Vec<WatchedLine>,
    not_done: Vec<WatchedLine>,
    viewings: Vec<ViewingLine>,
}

async fn watched(signed: Visitor) -> Answer {
    let watched = signed.desk.what_is_watched(&signed.actor).await?;
    let in_words = |of: fn(&WatchedClause) -> &Vec<String>| {
        let lines = watched.clauses.iter().filter(|line| !of(line).is_empty());
        let line = |line: &WatchedClause| WatchedLine {
            clause: CitedClause::cited(&line.citation, &signed),
            sentences: of(line).clone(),
        };
        lines.map(line).collect()
    };
    let (done, not_done) = (in_words(|line| &line.done), in_words(|line| &line.not_done));
    page(&WatchedPage { frame: signed.frame("What is watched"), done, not_done, viewings: watched.viewings })
}

#[derive(Template)]
#[template(path = "help/mistake.html")]
struct MistakePage {
    frame: Frame,
    site: String,
    /// Where to ask for it.
    ask: String,
    /// The reference on the page that the visitor comes from; empty where they don't.
    reference: String,
    clause: Option<CitedClause>,
    /// Whether the clause takes access away, and closes no kind of site.
    is_withdrawn: bool,
    /// Whether a permission opens it, as far as the clause that closed it is known.
    can_be_opened: bool,
    /// Who may ask for that, at the start of a sentence, as far as the clause is known.
    askers: String,
    /// Whether the visitor may ask for that themselves.
    may_ask: bool,
    is_signed_in: bool,
    keepers: Vec<Keeper>,
}

/// The site, the reference and the clause may come from the page that said 'blocked'.
async fn mistake(anyone: Anyone, asked: ListParams) -> Answer {
    let site = asked.get("site").parse::<Host>().map(|host| host.to_string()).unwrap_or_default();
    let clause = CitedClause::published(asked.get("policy"), asked.get("clause"), &anyone);
    let rules = anyone.desk.rules();
    let closed_by =
        rules.policies().iter().find(|known| clause.is_some() && known.document.id.0 == asked.get("policy"));
    let openers = closed_by.map(|closed| shown::opened_by(&closed.document, asked.get("clause")));
    let askers = closed_by.zip(openers.as_deref());
    let askers = askers.and_then(|(closed, openers)| shown::askers(&closed.document, openers.iter().copied()));
    let opens = |card: &PermissionCard| match &openers {
        Some(openers) => {
            let of_policy = card.policy.0 == asked.get("policy");
            of_policy && openers.iter().any(|opener| card.permission == shown::permission(opener).id)
        }
        None => card.opens == Opens::Site,
    };
    let may_ask = match &anyone.actor {
        Some(actor) => anyone.desk.may_ask(actor).await?.iter().any(opens),
        None => false,
    };
    let taken = closed_by.map(|closed| shown::access_deciders(&closed.document, asked.get("clause")));
    let taken = taken.filter(|deciders| !deciders.is_empty());
    let is_withdrawn = taken.is_some();
    let deciders = taken.unwrap_or_else(|| shown::site_deciders(&anyone.desk.rules()));
    page(&MistakePage {
        frame: anyone.frame("Something is blocked by mistake"),
        site,
        ask: asked.carried_to("/ask"),
        reference: asked.reference(),
        clause,
        is_withdrawn,
        askers: askers.unwrap_or_else(|| "They".to_owned()),
        can_be_opened: openers.is_none_or(|openers| !openers.is_empty()),
        may_ask,
        is_signed_in: anyone.actor.is_some(),
        keepers: deciders.iter().map(|role| anyone.keeper(role)).collect(),
    })
}

#[derive(Template)]
#[template(path = "help/help.html")]
struct HelpPage {
    frame: Frame,
    keepers: Vec<Keeper>,
    receipt_fingerprint: String,
}

async fn help(anyone: Anyone) -> Answer {
    let mut keepers = anyone.keepers(HelpsWith::TheSchool);
    keepers.extend(anyone.keepers(HelpsWith::Computers));
    let receipt_fingerprint = anyone.desk.receipt_fingerprint();
    page(&HelpPage { frame: anyone.frame("Help"), keepers, receipt_fingerprint })
}

/// For whoever watches over the program: whether the desk could keep a change now.
async fn health(State(shared): State<SharedApp>) -> Response {
    let (status, word) = match shared.desk.check_health().await {
        Ok(()) => (StatusCode::OK, "well\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the records can't be written\n"),
    };
    (status, [(CACHE_CONTROL, "no-store")], word).into_response()
}

impl Keeper {
    /// `Designated safeguarding lead: Ms Lee, room 4`
    pub fn line(&self) -> String {
        match (&self.name, &self.contact) {
            (None, None) => self.title.clone(),
            (Some(only), None) | (None, Some(only)) => format!("{}: {only}", self.title),
            (Some(name), Some(contact)) => format!("{}: {name}, {contact}", self.title),
        }
    }
}
