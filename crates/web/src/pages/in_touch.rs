//! By which ways the visitor may reach somebody: whom, and then how.

use actions::{InTouchChoice, InTouchPage, OfficialAccounts, WayException, WaysOfPolicy, WriteDown};
use askama::Template;
use axum::extract::Path;

use crate::address::with_query;
use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

const IN_TOUCH: &str = "/in-touch";

pub fn routes(pages: Pages) -> Pages {
    pages.get(IN_TOUCH, whom).get("/in-touch/{whom}", how)
}

#[derive(Template)]
#[template(path = "in-touch/whom.html")]
struct WhomPage {
    frame: Frame,
    choices: Vec<InTouchChoice>,
    accounts: Vec<Accounts>,
}

/// The school's own accounts, as the page shows those of one register.
struct Accounts {
    listing: Listing,
    clause: Option<CitedClause>,
    register: String,
    /// What the register is called.
    title: String,
}

async fn whom(signed: Visitor, asked: ListParams) -> Answer {
    let choices = signed.desk.in_touch_choices(&signed.actor).await?;
    let accounts = signed.desk.official_accounts(&signed.actor).await?;
    let accounts = accounts.iter().map(|accounts| shown_accounts(&signed, accounts, &asked)).collect();
    page(&WhomPage { frame: signed.frame("Get in touch"), choices, accounts })
}

fn shown_accounts(signed: &Visitor, accounts: &OfficialAccounts, asked: &ListParams) -> Accounts {
    let (card, fields) = (&accounts.card, &accounts.fields);
    let row = |said: &Vec<(String, String)>| -> Vec<Cell> {
        let says = |label: &String| said.iter().find(|(known, _)| known == label).map(|(_, words)| words.clone());
        fields.iter().map(|label| Cell::text(says(label).unwrap_or_default())).collect()
    };
    let columns = fields.iter().cloned().map(Column::new).collect();
    let listing = Listing::on_one_page(&card.title, columns, asked, &accounts.rows, row).plain();
    Accounts {
        listing: listing.empty("No account is listed at the moment."),
        clause: CitedClause::of(&card.document, card.version.0, &card.clause, signed),
        register: format!("/registers/{}/{}", card.policy, card.register),
        title: card.title.clone(),
    }
}

/// What one policy says, as the page shows it.
struct Ways {
    policy_title: String,
    approved: Vec<String>,
    exceptions: Vec<ExceptionLine>,
    write_down: Vec<Link>,
    clauses: Vec<CitedClause>,
}

struct ExceptionLine {
    title: String,
    /// What is tried before, in words, where the clause names it.
    tried_first: Option<String>,
    /// It has to be asked for first.
    is_asked_for: bool,
    link: Option<Link>,
}

struct Link {
    href: String,
    text: String,
}

#[derive(Template)]
#[template(path = "in-touch/how.html")]
struct HowPage {
    frame: Frame,
    ways: Vec<Ways>,
}

async fn how(signed: Visitor, Path(whom): Path<String>) -> Answer {
    let InTouchPage { choice, policies } = signed.desk.in_touch(&signed.actor, &whom).await?;
    let frame = signed.frame(format!("Get in touch: {}", choice.title)).crumb("Get in touch", IN_TOUCH);
    let ways = policies.into_iter().map(|ways| shown(&signed, ways)).collect();
    page(&HowPage { frame, ways })
}

fn shown(signed: &Visitor, ways: WaysOfPolicy) -> Ways {
    let cited = |clause: &String| CitedClause::of(&ways.document, ways.version.0, clause, signed);
    let policy = ways.document.id.to_string();
    Ways {
        policy_title: ways.document.title.clone(),
        clauses: ways.clauses.iter().filter_map(cited).collect(),
        approved: ways.approved,
        exceptions: ways.exceptions.into_iter().map(|exception| exception_line(&policy, exception)).collect(),
        write_down: ways.write_down.iter().map(|into| Link { href: href(into), text: into.title.clone() }).collect(),
    }
}

fn exception_line(policy: &str, exception: WayException) -> ExceptionLine {
    let link = match (&exception.permission, &exception.write_down) {
        (Some((permission, true)), _) => {
            Some(Link { href: format!("/ask/{policy}/{permission}"), text: "Ask for it".to_owned() })
        }
        (Some(_), _) => None,
        (None, into) => {
            into.as_ref().map(|into| Link { href: href(into), text: "Use it, and write it down".to_owned() })
        }
    };
    ExceptionLine {
        title: sentences::upper_first(&exception.title),
        tried_first: (!exception.tried_first.is_empty()).then(|| sentences::list(&exception.tried_first, "or")),
        is_asked_for: exception.permission.is_some(),
        link,
    }
}

fn href(into: &WriteDown) -> String {
    let form = format!("/registers/{}/{}/enter", into.policy, into.register);
    with_query(&form, into.begun.iter().map(|(field, words)| (field.as_str(), words.as_str())))
}
