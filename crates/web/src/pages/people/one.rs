//! A person's page: who they are, what they signed and owe, what is open to them, and what may be done here.

use actions::{AgreementLine, GrantLine, ParticularsLine, PersonPage, SigningTask};
use askama::Template;
use axum::extract::Path;
use domain::{PersonId, PersonStatus, day_words};

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::pages::home::TaskLine;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::{AppState, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages.get("/people/{id}", one)
}

/// Reads an id out of an address.
pub fn person_id(id: &str) -> Result<PersonId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

/// The person that an address names, as this visitor may see them.
pub async fn person(signed: &Visitor, id: &str) -> Result<PersonPage, PageError> {
    Ok(signed.desk.person(&signed.actor, person_id(id)?).await?)
}

/// What a page shows of a sanction that holds.
struct ShownSanction {
    id: String,
    /// Shown to those who decide about it.
    reason: Option<String>,
    from: String,
    until: String,
    by: String,
    clause: Option<CitedClause>,
    may_restore: bool,
}

#[derive(Template)]
#[template(path = "people/one.html")]
struct OnePage {
    frame: Frame,
    id: PersonId,
    name: String,
    left: bool,
    facts: Facts,
    /// What there is for the reader to do because the person has left.
    tasks: Vec<TaskLine>,
    owed: Listing,
    agreements: Listing,
    grants: Listing,
    sanction: Option<ShownSanction>,
    may_edit: bool,
    may_set_particulars: bool,
    may_leave: bool,
    may_return: bool,
    may_look: bool,
    may_invite: bool,
    may_withdraw: bool,
}

async fn one(signed: Visitor, Path(id): Path<String>, asked: ListParams) -> Answer {
    let person = person(&signed, &id).await?;
    let left = person.status == PersonStatus::Left;
    let frame = signed.frame("A person’s page").crumb("People", "/people");
    page(&OnePage {
        id: person.line.id,
        name: person.line.name.clone(),
        left,
        facts: facts(&person, &frame, &signed),
        tasks: person.to_do.iter().map(|task| TaskLine::of(task.clone(), &signed)).collect(),
        owed: owed(&asked, &person.owed, &frame),
        agreements: agreements(&asked, &person.agreements, &frame),
        grants: grants(&asked, &person.grants, &frame),
        sanction: person.sanction.as_ref().map(|sanction| ShownSanction {
            id: sanction.id.to_string(),
            reason: sanction.reason.clone(),
            from: frame.when(&sanction.from),
            until: sanction
                .until
                .as_ref()
                .map_or_else(|| "until it is given back".to_owned(), |at| format!("until {}", frame.when(at))),
            by: sanction.imposed_by.name.clone(),
            clause: CitedClause::published(&sanction.policy.0, &sanction.clause, &signed),
            may_restore: sanction.may_restore && person.may.restore_access,
        }),
        may_edit: person.may.edit && !left,
        may_set_particulars: person.may.set_particulars && !left,
        may_leave: person.may.mark_leaver,
        may_return: person.may.bring_back,
        may_invite: person.may.invite,
        may_withdraw: !person.may.withdraw_access.is_empty(),
        may_look: !signed.desk.viewing_rights(&signed.actor).is_empty(),
        frame,
    })
}

fn facts(person: &PersonPage, frame: &Frame, app: &AppState) -> Facts {
    let others = |people: &[actions::PersonLine]| -> Vec<Cell> {
        people.iter().map(|other| Cell::link(&other.name, format!("/people/{}", other.id))).collect()
    };
    let groups = super::group_words(&person.line.groups);
    let roles = app.role_titles(&person.roles);
    let mut facts = Facts::new();
    if person.status == PersonStatus::Left {
        let left = person.left_at.as_ref().map_or_else(String::new, |at| format!("on {}", frame.when(at)));
        facts = facts.cells("Here", vec![Cell::tag("Has left", "grey"), Cell::text(left)]);
    }
    facts = facts
        .row("On record since", frame.when(&person.joined_at))
        .row("Username", &person.line.username)
        .row("Part of the school", person.line.audience.title())
        .row("Groups", if groups.is_empty() { "None".to_owned() } else { groups })
        .row("Roles", if roles.is_empty() { "None".to_owned() } else { roles })
        .row("Mail", person.mail.as_deref().unwrap_or("None on record"))
        .row("Password", if person.has_password { "Set" } else { "None yet: invite them to set one" });
    if !person.children.is_empty() {
        facts = facts.cells("Answers for", others(&person.children));
    }
    if !person.parents.is_empty() {
        facts = facts.cells("Parents and carers", others(&person.parents));
    }
    match &person.particulars {
        Some(particulars) => particulars_facts(facts, particulars),
        None => facts,
    }
}

fn particulars_facts(mut facts: Facts, particulars: &ParticularsLine) -> Facts {
    let link = |person: &actions::PersonLine| Cell::link(&person.name, format!("/people/{}", person.id));
    if let Some(manager) = &particulars.manager {
        facts = facts.cells("Line manager", vec![link(manager)]);
    }
    if let Some(born) = particulars.born {
        let age = match (particulars.age, particulars.is_former_pupil_under_18) {
            (Some(age), true) => format!(" (aged {age}: a former pupil under 18)"),
            (Some(age), false) => format!(" (aged {age})"),
            (None, _) => String::new(),
        };
        facts = facts.row("Birth date", format!("{}{age}", day_words(born)));
    }
    if !particulars.hours.is_empty() {
        facts = facts.row("Working hours", particulars.hours.to_string());
    }
    if !particulars.teaches.is_empty() {
        facts = facts.row("Teaches", super::group_words(&particulars.teaches));
    }
    if let Some(absence) = &particulars.absence {
        let days = Cell::text(format!("{} to {}", day_words(absence.from), day_words(absence.until)));
        facts = facts.cells("Absent", vec![days]);
        if let Some(stand_in) = &absence.stand_in {
            facts = facts.cells("Stand-in", vec![link(stand_in)]);
        }
    }
    if let Some(leaving_date) = particulars.leaving_date {
        let kept = particulars.kept_by.as_ref().map_or_else(String::new, |why| format!(". They are still here: {why}"));
        facts = facts.row("Leaving date", format!("{}{kept}", day_words(leaving_date)));
    }
    facts
}

fn owed(asked: &ListParams, owed: &[SigningTask], frame: &Frame) -> Listing {
    let columns = vec![
        Column::new("Policy"),
        Column::new("Whose signature is missing"),
        Column::new("The web"),
        Column::new("By when"),
    ];
    Listing::whole("Still to sign", columns, asked, owed, |line| {
        let whose = match (line.by_self, line.by_parent, line.no_parent_on_record) {
            (_, true, true) => "A parent’s, and no parent is on record",
            (true, true, _) => "Their own and a parent’s",
            (false, true, _) => "A parent’s",
            _ => "Their own",
        };
        let closed = if line.bars_access { Cell::tag("Closed until signed", "red") } else { Cell::text("Open") };
        let due = line.due.as_ref().map_or_else(|| "At once".to_owned(), |due| frame.when(due));
        vec![Cell::link(&line.title, format!("/policies/{}", line.policy)), Cell::text(whose), closed, Cell::text(due)]
    })
    .empty("Nothing to sign: this person has signed every policy that asks them to.")
    .plain()
}

fn agreements(asked: &ListParams, agreements: &[AgreementLine], frame: &Frame) -> Listing {
    let columns = vec![Column::new("Policy"), Column::new("Signed"), Column::new("By"), Column::new("State")];
    Listing::whole("Agreements", columns, asked, agreements, |line| {
        let state = match (line.current, !line.awaits_countersign.is_empty()) {
            (true, true) => Cell::tag("Awaits a countersignature", "yellow"),
            (true, false) => Cell::tag("Holds", "green"),
            (false, _) => Cell::tag("Superseded", "grey"),
        };
        vec![
            Cell::link_if(
                line.may_read,
                format!("{}, version {}", line.title, line.version),
                format!("/agreements/{}", line.id),
            ),
            Cell::when(&line.signed_at, frame.zone()),
            Cell::text(&line.signer.name),
            state,
        ]
    })
    .empty("Nothing has been signed yet. Signatures appear here as soon as they are given.")
    .plain()
}

fn grants(asked: &ListParams, grants: &[GrantLine], frame: &Frame) -> Listing {
    let columns = vec![Column::new("What"), Column::new("For"), Column::new("Until"), Column::new("Given by")];
    Listing::whole("Grants", columns, asked, grants, |line| {
        vec![
            Cell::link_if(line.may_read_request, &line.scope_words, format!("/requests/{}", line.request)),
            Cell::text(&line.recipient_words),
            Cell::text(frame.until(&line.until)),
            Cell::text(&line.by.name),
        ]
    })
    .empty("Nothing has been opened for this person. A permission that they are given appears here until it ends.")
    .plain()
}
