//! The school's roles: what each is called, who may hold it, which duties it carries; a role of the school's own added.

use actions::Verb;
use askama::Template;
use domain::{Audience, Duty, Role, RoleEntry};

use crate::address::with_query;
use crate::answer::{Answer, go, page, page_again};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/roles", list).get("/roles/edit", show_edit).post("/roles/edit", edit)
}

#[derive(Template)]
#[template(path = "people/roles.html")]
struct RolesPage {
    frame: Frame,
    listing: Listing,
    may_change: bool,
}

async fn list(signed: Visitor, asked: ListParams) -> Answer {
    let roles = signed.desk.role_catalogue(&signed.actor).await?;
    let may_change = signed.desk.may(&signed.actor, Verb::ChangeRoles);
    let columns = ["Role", "Name in policies", "Who may hold it", "May be empty", "Duties"].map(Column::new).to_vec();
    let listing = Listing::whole("Roles", columns, &asked, roles.entries(), |entry| {
        let name = entry.role.name();
        let audiences: Vec<&str> = entry.may_hold.iter().map(|audience| audience.title()).collect();
        let duties: Vec<&str> = entry.duties.iter().map(|duty| duty.title()).collect();
        vec![
            if may_change {
                Cell::link(&entry.title, with_query("/roles/edit", [("name", name)]))
            } else {
                Cell::text(&entry.title)
            },
            Cell::text(name),
            Cell::text(if audiences.is_empty() { "Nobody in the school".to_owned() } else { audiences.join(", ") }),
            Cell::text(if entry.may_stand_empty { "Yes" } else { "No" }),
            Cell::text(duties.join("; ")),
        ]
    });
    if asked.csv {
        return listing.csv("roles");
    }
    page(&RolesPage { frame: signed.frame("Roles").crumb("People", "/people"), listing, may_change })
}

#[derive(Template)]
#[template(path = "people/role.html")]
struct RolePage<'a> {
    frame: Frame,
    form: &'a Form,
    /// The title of a role that is there already.
    title: Option<String>,
    audiences: Vec<FormChoice>,
    empty: Vec<FormChoice>,
    duties: Vec<FormChoice>,
}

fn role_page<'a>(signed: &Visitor, form: &'a Form) -> RolePage<'a> {
    let roles = signed.desk.roles();
    let known = roles.find(form.value("name")).ok();
    RolePage {
        frame: signed.frame("A role").crumb("People", "/people").crumb("Roles", "/roles").form(form),
        form,
        title: known.filter(|_| form.ticked("known")).map(|role| roles.title(role).to_owned()),
        audiences: super::audience_choices(),
        empty: vec![
            FormChoice::new("yes", "Yes"),
            FormChoice::new("no", "No, its last holder stays until there is another"),
        ],
        duties: Duty::ALL.iter().map(|duty| FormChoice::new(duty, duty.title())).collect(),
    }
}

fn may_change(signed: &Visitor) -> Result<(), PageError> {
    if signed.desk.may(&signed.actor, Verb::ChangeRoles) {
        Ok(())
    } else {
        Err(PageError::forbidden("Roles are changed by those who give them, such as the headteacher. Ask one of them."))
    }
}

async fn show_edit(signed: Visitor, asked: ListParams) -> Answer {
    may_change(&signed)?;
    let roles = signed.desk.roles();
    let entry = roles.find(asked.get("name")).ok().and_then(|role| roles.entry(role));
    let form = match entry {
        Some(entry) => filled(signed.form(), entry),
        None => signed.form().with("empty", "yes"),
    };
    page(&role_page(&signed, &form))
}

fn filled(form: Form, entry: &RoleEntry) -> Form {
    let form = form
        .with("known", "yes")
        .with("name", entry.role)
        .with("title", &entry.title)
        .with("empty", if entry.may_stand_empty { "yes" } else { "no" });
    let form = entry.may_hold.iter().fold(form, |form, audience| form.with("may-hold", audience));
    entry.duties.iter().fold(form, |form, duty| form.with("duties", duty))
}

async fn edit(signed: Visitor, Posted(mut form): Posted) -> Answer {
    may_change(&signed)?;
    let Some(entry) = read(&signed, &mut form) else { return page_again(&role_page(&signed, &form)) };
    match signed.desk.save_role(&signed.actor, entry).await {
        Ok(_) => go("/roles"),
        Err(error) => {
            form.refused(error)?;
            page_again(&role_page(&signed, &form))
        }
    }
}

/// The role that the form describes, or what must be put right at its fields.
fn read(signed: &Visitor, form: &mut Form) -> Option<RoleEntry> {
    let roles = signed.desk.roles();
    let known = roles.find(form.value("name")).ok();
    let role = match (known, form.ticked("known")) {
        (Some(role), true) => Some(role),
        (Some(_), false) => {
            form.blame("name", "There is a role of this name already. Choose another name");
            None
        }
        (None, _) => match Role::named(form.value("name")) {
            Ok(role) => Some(role),
            Err(_) => {
                form.blame(
                    "name",
                    "Type a name of lower-case letters and digits joined by hyphens, such as head-of-year",
                );
                None
            }
        },
    };
    if form.value("title").is_empty() {
        form.blame("title", "Type the title that people read");
    }
    let may_hold: Vec<Audience> = form.all("may-hold").filter_map(|audience| audience.parse().ok()).collect();
    let duties: Vec<Duty> = form.all("duties").filter_map(|duty| duty.parse().ok()).collect();
    let role = role.filter(|_| !form.has_problems())?;
    let before = known.and_then(|role| roles.entry(role));
    // The words in a sentence follow the title, but where the title stays as it was.
    let same_title = before.filter(|entry| entry.title == form.value("title"));
    Some(RoleEntry {
        role,
        title: form.value("title").to_owned(),
        in_sentence: same_title.and_then(|entry| entry.in_sentence.clone()),
        plural: same_title.is_some_and(|entry| entry.plural),
        may_hold,
        may_stand_empty: form.value("empty") != "no",
        duties,
        helps_with: before.map(|entry| entry.helps_with.clone()).unwrap_or_default(),
    })
}
