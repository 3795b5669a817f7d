//! What is typed about a person: read from the form of adding and of changing alike.

use actions::PersonPage;
use domain::{Audience, Group, Role, Roles};

use crate::forms::posted::Form;

/// What a form says of a person, once it can be read.
pub struct Details {
    pub name: String,
    pub mail: Option<String>,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: Vec<Role>,
    /// Usernames of the pupils whom a parent answers for.
    pub children: Vec<String>,
}

impl Details {
    /// Reads the form, or says at its fields what must be put right.
    pub fn read(form: &mut Form, catalogue: &Roles) -> Option<Details> {
        let audience: Option<Audience> = form.parse("audience").filter(|audience| *audience != Audience::Unidentified);
        let name = form.value("name").to_owned();
        if name.is_empty() {
            form.blame("name", "Type the person’s full name");
        }
        if audience.is_none() {
            form.blame("audience", "Choose the part of the school that they belong to");
        }
        Some(Details {
            mail: form.optional("mail"),
            audience: audience.filter(|_| !name.is_empty())?,
            groups: listed(form.value("groups")).map(Group).collect(),
            children: listed(form.value("children")).collect(),
            roles: form.all("roles").filter_map(|role| catalogue.find(role).ok()).collect(),
            name,
        })
    }
}

/// What is typed with commas or semicolons between.
fn listed(text: &str) -> impl Iterator<Item = String> {
    text.split([',', ';']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned)
}

/// The form as the person stands now.
pub fn filled(form: Form, person: &PersonPage) -> Form {
    let groups = super::group_words(&person.line.groups);
    let children: Vec<&str> = person.children.iter().map(|child| child.username.as_str()).collect();
    let form = form
        .with("name", &person.line.name)
        .with("mail", person.mail.as_deref().unwrap_or_default())
        .with("audience", person.line.audience)
        .with("groups", groups)
        .with("children", children.join(", "));
    person.roles.iter().fold(form, |form, role| form.with("roles", role))
}
