//! For somebody whom the gate asks to sign and who has signed already: what is still missing, and whom to turn to.

use actions::{Manner, MyAgreements, WaitsForParent};
use askama::Template;
use domain::HelpsWith;

use crate::address::with_query;
use crate::answer::{Answer, page};
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::routes::Pages;
use crate::sentences::{self, Keeper};
use crate::visitor::{Anyone, AppState};

pub fn routes(pages: Pages) -> Pages {
    pages.get_for_anyone("/signed-already", signed_already)
}

/// What keeps the web closed to somebody.
#[derive(Default)]
struct Missing {
    /// What they sign or read themselves: what to do, its title and where.
    own: Vec<(&'static str, String, String)>,
    waiting: Vec<WaitsForParent>,
    /// What is signed and the school has still to accept: its title and who accepts it.
    to_accept: Vec<(String, String)>,
}

impl Missing {
    fn of(agreements: MyAgreements, app: &AppState) -> Missing {
        let own = agreements.owed.iter().filter(|owed| owed.bars_access && owed.by_self);
        let to_accept = agreements.own.iter().filter(|line| line.current && line.opens_when_accepted);
        let who = |roles: &[domain::Role]| {
            let titles: Vec<String> = roles.iter().map(|role| app.role_in_sentence(*role)).collect();
            sentences::list(&titles, "or")
        };
        Missing {
            own: own.map(|owed| (verb(owed.manner), owed.title.clone(), format!("/sign/{}", owed.policy))).collect(),
            to_accept: to_accept.map(|line| (line.title.clone(), who(&line.awaits_countersign))).collect(),
            waiting: agreements.waits_for_parent,
        }
    }

    fn is_empty(&self) -> bool {
        self.own.is_empty() && self.waiting.is_empty() && self.to_accept.is_empty()
    }
}

fn verb(manner: Manner) -> &'static str {
    if manner == Manner::Sign { "Read and sign" } else { "Read" }
}

#[derive(Template)]
#[template(path = "signing/signed-already.html")]
struct SignedAlreadyPage {
    frame: Frame,
    form: Form,
    /// `None`: nobody is signed in.
    missing: Option<Missing>,
    /// The reference on the page that the visitor comes from; empty where they don't.
    reference: String,
    /// To sign in and come back here.
    sign_in: String,
    keepers: Vec<Keeper>,
}

async fn signed_already(anyone: Anyone, asked: ListParams) -> Answer {
    let missing = match &anyone.actor {
        Some(actor) => Some(Missing::of(anyone.desk.my_agreements(actor).await?, &anyone)),
        None => None,
    };
    let mut keepers = anyone.keepers(HelpsWith::TheSchool);
    keepers.extend(anyone.keepers(HelpsWith::Computers));
    let reference = asked.reference();
    let named = (!reference.is_empty()).then_some(("reference", reference.as_str()));
    let here = with_query("/signed-already", named);
    page(&SignedAlreadyPage {
        frame: anyone.frame("I have signed already"),
        form: anyone.form(),
        missing,
        sign_in: with_query("/sign-in", [("next", here.as_str())]),
        reference,
        keepers,
    })
}
