//! Adding a person, and changing what the records say of one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{Audience, Group, Particulars, Person, PersonId, PersonStatus, Role, RoleSet, unfit_for_a_name};
use records::{Event, PersonRecord};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::stores::LedgerNote;
use crate::people::guarded_people::{Emptied, MayNotHold, may_not_hold};
use crate::people::person_pages::PersonPage;

#[derive(Debug, Clone)]
pub struct EditPerson {
    pub person: PersonId,
    pub name: String,
    pub mail: Option<String>,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: Vec<Role>,
    /// For a parent or carer: the usernames of the pupils they answer for.
    pub children: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct AddPerson {
    pub username: String,
    pub name: String,
    pub mail: Option<String>,
    pub audience: Audience,
    pub groups: Vec<Group>,
    pub roles: Vec<Role>,
    pub children: Vec<String>,
}

verb_error! {
    EditPersonError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
        #[error("Type a name.")]
        NameMissing => Invalid("name");
        #[error("The name holds a character that is not seen (U+{:04X}). Type the name again, without copying it.", u32::from(*.letter))]
        NameUnseen { letter: char } => Invalid("name");
        #[error("'{mail}' is not a mail address. Leave it empty where there is none.")]
        Mail { mail: String } => Invalid("mail");
        #[error("'{audience}' is not an audience that a person can be in.")]
        Audience { audience: Audience } => Invalid("audience");
        #[error("No pupil here signs in as '{username}'.")]
        NoSuchChild { username: String } => Invalid("children");
        #[error(
            "'{username}' can't be a username: it has letters, digits, dots, hyphens and underscores, and no more than 64."
        )]
        Username { username: String } => Invalid("username");
        #[error("{}.", sentence(.why))]
        MayNotHold { why: MayNotHold } => Invalid("roles");
        #[error("{why}")]
        Emptied { why: Emptied } => Conflict("roles");
        #[error("Somebody else signs in as '{username}'. Choose another name.")]
        UsernameTaken { username: String } => Conflict("username");
    }
}

/// A cause as a sentence begins.
pub(crate) fn sentence(why: &impl ToString) -> String {
    let why = why.to_string();
    let mut letters = why.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A username's letters: those that need no quoting in a mail address, a proxy's sign-in or a file.
pub(crate) fn is_username(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._-@".contains(letter))
}

pub(crate) fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.chars().any(|letter| letter.is_whitespace() || letter == ',')
    })
}

impl Desk {
    /// Changes what the records say of somebody; roles only by administrators, and never one's own.
    pub async fn edit_person(&self, actor: &Actor, input: EditPerson) -> Result<PersonPage, EditPersonError> {
        let (actor, mut change) = self.begin_change(actor, Verb::EditPerson).await?;
        let mut record = change.person(input.person).await?.ok_or(EditPersonError::NotFound)?;
        let before = record.clone();
        let roles: RoleSet = input.roles.iter().copied().collect();
        if roles != record.person.roles {
            self.authorise(&actor, Verb::EditRoles)?;
            if actor.person == input.person {
                return Err(Forbidden::because("nobody changes their own roles").into());
            }
        }
        let person = &mut record.person;
        (person.roles, person.audience) = (roles, input.audience);
        person.name = input.name.trim().to_owned();
        person.mail = input.mail.map(|mail| mail.trim().to_owned()).filter(|mail| !mail.is_empty());
        person.groups = tidy(input.groups);
        person.children = self.children(&actor, &input.children)?;
        check(person)?;
        let differs = changed(&before.person, &record.person);
        if !differs.is_empty() && actor.person != input.person {
            self.refuse_above(&actor, &before.person.roles)?;
            self.refuse_above(&actor, &record.person.roles)?;
        }
        self.refuse_misplaced(&before.person, &record.person)?;
        self.refuse_emptying(&actor, &HashMap::from([(input.person, record.person.roles.clone())]))
            .map_err(|why| EditPersonError::Emptied { why })?;
        let standing = |person: &Person| (person.audience, person.groups.clone(), person.children.clone());
        if actor.person == input.person && standing(&before.person) != standing(&record.person) {
            return Err(Forbidden::because("nobody changes their own audience, groups or children").into());
        }
        change.save_person(&record).await?;
        self.tell_of_moved_cases(&mut change, &actor, std::slice::from_ref(&record)).await?;
        let event = Event::EditPerson {
            person: input.person,
            changed: differs,
            audience: record.person.audience,
            authority: (&record.person).into(),
        };
        let without = self.end_without_consent_of(&mut change, &actor, std::slice::from_ref(&record)).await?;
        let kept = change.commit_all(LedgerNote::new(&actor, event), without.notes).await?;
        self.refresh_people(&kept.turn, &[input.person]).await?;
        self.refresh_grants(&kept.turn, &without.changed).await?;
        Ok(self.person_page(&actor, record).await?)
    }

    /// A new person. They need an invitation before they can sign in.
    pub async fn add_person(&self, actor: &Actor, input: AddPerson) -> Result<PersonId, EditPersonError> {
        let (actor, mut change) = self.begin_change(actor, Verb::AddPerson).await?;
        if !input.roles.is_empty() {
            self.authorise(&actor, Verb::EditRoles)?;
        }
        let now = change.at();
        let username = input.username.trim().to_lowercase();
        if !is_username(&username) {
            return Err(EditPersonError::Username { username });
        }
        let record = PersonRecord {
            person: Person {
                id: self.new_id(now),
                username: username.clone(),
                name: input.name.trim().to_owned(),
                mail: input.mail.map(|mail| mail.trim().to_owned()).filter(|mail| !mail.is_empty()),
                audience: input.audience,
                groups: tidy(input.groups),
                roles: input.roles.iter().copied().collect(),
                children: self.children(&actor, &input.children)?,
                status: PersonStatus::Here,
                particulars: Particulars::default(),
            },
            joined_at: now,
            left_at: None,
            parents_asked: BTreeMap::new(),
        };
        check(&record.person)?;
        self.refuse_above(&actor, &record.person.roles)?;
        if let Some(why) = may_not_hold(&self.roles(), &record.person.roles, record.person.audience) {
            return Err(EditPersonError::MayNotHold { why });
        }
        match change.save_person(&record).await {
            Err(error) if error.is_duplicate() => return Err(EditPersonError::UsernameTaken { username }),
            saved => saved?,
        }
        self.tell_of_moved_cases(&mut change, &actor, std::slice::from_ref(&record)).await?;
        let (person, authority) = (record.person.id, (&record.person).into());
        let event = Event::AddPerson { person, audience: record.person.audience, authority };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[person]).await?;
        Ok(person)
    }

    /// Refuses a role that is new to a person, or a new part of the school, where the two don't go together. What
    /// stood before the catalogue said so stays until it is changed.
    fn refuse_misplaced(&self, before: &Person, after: &Person) -> Result<(), EditPersonError> {
        let fresh = |role: &Role| before.audience != after.audience || !before.roles.contains(*role);
        let roles: RoleSet = after.roles.iter().filter(fresh).collect();
        match may_not_hold(&self.roles(), &roles, after.audience) {
            Some(why) => Err(EditPersonError::MayNotHold { why }),
            None => Ok(()),
        }
    }

    fn children(&self, by: &Authorised, usernames: &[String]) -> Result<Vec<PersonId>, EditPersonError> {
        let people_index = self.people_index(by);
        usernames
            .iter()
            .map(|username| username.trim())
            .filter(|username| !username.is_empty())
            .map(|username| match people_index.named(username) {
                Some(record) if record.person.audience == Audience::Pupil => Ok(record.person.id),
                _ => Err(EditPersonError::NoSuchChild { username: username.to_owned() }),
            })
            .collect()
    }
}

fn check(person: &Person) -> Result<(), EditPersonError> {
    if person.name.is_empty() {
        return Err(EditPersonError::NameMissing);
    }
    if let Some(letter) = unfit_for_a_name(&person.name) {
        return Err(EditPersonError::NameUnseen { letter });
    }
    if person.audience == Audience::Unidentified {
        return Err(EditPersonError::Audience { audience: person.audience });
    }
    match &person.mail {
        Some(mail) if !is_mail(mail) => Err(EditPersonError::Mail { mail: mail.clone() }),
        _ => Ok(()),
    }
}

fn tidy(groups: Vec<Group>) -> Vec<Group> {
    let mut groups: Vec<Group> = groups.into_iter().map(|group| Group(group.0.trim().to_owned())).collect();
    groups.retain(|group| !group.0.is_empty());
    groups.sort();
    groups.dedup();
    groups
}

/// Which fields differ: the ledger names them and not what stands in them.
pub(crate) fn changed(before: &Person, after: &Person) -> Vec<&'static str> {
    let mut fields = Vec::new();
    let mut note = |differs: bool, field| {
        if differs {
            fields.push(field);
        }
    };
    note(before.name != after.name, "name");
    note(before.mail != after.mail, "mail");
    note(before.audience != after.audience, "audience");
    note(before.groups != after.groups, "groups");
    note(before.roles != after.roles, "roles");
    let children = |person: &Person| person.children.iter().copied().collect::<BTreeSet<PersonId>>();
    note(children(before) != children(after), "children");
    note(before.status != after.status, "status");
    let (before, after) = (&before.particulars, &after.particulars);
    note(before.manager != after.manager, "manager");
    note(before.born != after.born, "birth date");
    note(before.hours != after.hours, "working hours");
    note(before.teaches != after.teaches, "classes taught");
    note(before.absence != after.absence, "absence");
    note(before.leaving_date != after.leaving_date, "leaving date");
    fields
}
