//! Who may ask for a permission, for whom, for what, and what the form must say.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Address, Audience, Category, CategorySet, FieldAnswer, FieldProblem, FormAnswers, FormChecks, FormField,
    GrantScope, Group, Host, Opens, PersonId, Recipient, RelativeRole, Request, RequestState, Role, WrongAnswer,
    read_answers,
};

use crate::document::Document;
use crate::kinds::{Permission, Recipients};
use crate::rules::deciding::{IsAbsent, may_give_unasked};
use crate::rules::pictures;
use crate::rules::registers::{self, is_refused};
use crate::rules::reporting::follows_from_pupil;
use crate::rules::reporting::site_reports::is_shared_ending;
use crate::somebody::Somebody;
use crate::value::{join, options};
use crate::wording;

/// What is wanted, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wants {
    Site(String),
    Category(Category),
    Words(String),
}

/// Why a permission can't be given to those for whom it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongRecipient {
    NotYourGroup,
    /// Those who decide follow from a pupil, as a parent does, and it is for none.
    NotAPupil,
    /// It is given to others than these.
    GivenTo(Recipients),
}

/// Why a permission can't open what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WrongScope {
    Missing,
    NotASite {
        typed: String,
    },
    /// The end of many people's addresses, as `co.uk` is.
    SharedEnding {
        typed: String,
    },
    Sealed {
        site: Host,
    },
    OutsideCategories {
        wanted: String,
        allowed: String,
    },
}

/// Why somebody may not take a request back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNotWithdraw {
    /// Somebody else asked.
    NotTheAsker,
    Decided,
}

/// Whether somebody may take a request back: it is their own, and nobody has decided it.
///
/// # Errors
/// Why they may not.
pub fn may_withdraw(request: &Request, by: PersonId) -> Result<(), WhyNotWithdraw> {
    if request.asker != by {
        Err(WhyNotWithdraw::NotTheAsker)
    } else if request.state == RequestState::Waiting {
        Ok(())
    } else {
        Err(WhyNotWithdraw::Decided)
    }
}

/// Whether a permission opens a site or a kind of site.
pub fn opens_sites(permission: &Permission) -> bool {
    matches!(permission.opens, Opens::Site | Opens::Category)
}

/// Whether the clause lets somebody ask.
pub fn may_ask(document: &Document, permission: &Permission, somebody: Somebody<'_>) -> bool {
    document.concerns(&permission.asks, somebody).is_some()
}

/// Whether somebody may ask for something by a permission, or give it when nobody has asked: for whom, shows when they do.
/// `asks` holds the relative roles that they may come to hold, `gives` the roles of those for whom they stand in.
pub fn may_ask_or_give(
    document: &Document,
    permission: &Permission,
    (asks, gives): (Somebody<'_>, Somebody<'_>),
    is_absent: IsAbsent<'_>,
) -> bool {
    may_ask(document, permission, asks) || may_give_unasked(permission, gives, is_absent)
}

/// The classes and groups for which somebody may ask: their own, and those that they teach.
pub fn groups_to_ask_for(groups: &[Group], teaches: &[Group]) -> Vec<Group> {
    let both: BTreeSet<&Group> = groups.iter().chain(teaches).collect();
    both.into_iter().cloned().collect()
}

/// Those for whom it is asked, where the clause lets it be given to them. `groups` are those for which the asker may ask
/// ([`groups_to_ask_for`]); `audience` tells the audience of a person who is at the school.
pub fn recipient(
    permission: &Permission,
    asker: PersonId,
    groups: &[Group],
    asked: Recipient,
    audience: impl Fn(PersonId) -> Option<Audience>,
) -> Result<Recipient, WrongRecipient> {
    let is_here = |person: PersonId| audience(person).is_some();
    let is_pupil = matches!(&asked, Recipient::Person(person) if audience(*person) == Some(Audience::Pupil));
    if needs_pupil(permission) && !is_pupil {
        return Err(WrongRecipient::NotAPupil);
    }
    match (permission.to, &asked) {
        (Recipients::Own, Recipient::Person(person)) if *person == asker => Ok(asked),
        (Recipients::Group, Recipient::Group(group)) if groups.contains(group) => Ok(asked),
        (Recipients::Group, Recipient::Group(_)) => Err(WrongRecipient::NotYourGroup),
        (Recipients::Person, Recipient::Person(person)) if is_here(*person) => Ok(asked),
        (Recipients::Audience(audience), Recipient::Audience(named)) if audience == *named => Ok(asked),
        (Recipients::Everyone, Recipient::Everyone) => Ok(asked),
        (allowed, _) => Err(WrongRecipient::GivenTo(allowed)),
    }
}

/// Whether nobody could decide but those who follow from a pupil, or nobody of one of the lists that must each agree.
fn needs_pupil(permission: &Permission) -> bool {
    let all_follow = |roles: &[Role]| !roles.is_empty() && roles.iter().all(|role| follows_from_pupil(&[*role]));
    let mut lists = permission.decides_all.iter().flat_map(|panels| &panels.0);
    all_follow(&permission.decides) || lists.any(|panel| all_follow(panel))
}

/// Whether nobody could decide but whoever takes a lesson, and the timetable has none with a teacher.
pub fn lacks_lesson(permission: &Permission, lesson_teacher: Option<PersonId>) -> bool {
    let of_lesson =
        |roles: &[Role]| !roles.is_empty() && roles.iter().all(|role| *role == RelativeRole::TeacherOfLesson.role());
    let mut lists = permission.decides_all.iter().flat_map(|panels| &panels.0);
    lesson_teacher.is_none() && (of_lesson(&permission.decides) || lists.any(|panel| of_lesson(panel)))
}

/// The one person whom a request is about and who did not ask: for whom it is, or whom alone its form names. `None` where
/// there is none, or more than one.
pub fn concerned(asker: PersonId, recipient: &Recipient, answers: &FormAnswers) -> Option<PersonId> {
    let recipient = match recipient {
        Recipient::Person(person) => Some(*person),
        Recipient::Group(_) | Recipient::Audience(_) | Recipient::Everyone => None,
    };
    let named = answers.values().filter_map(|answer| match answer {
        FieldAnswer::Person(person) => Some(*person),
        _ => None,
    });
    let people: BTreeSet<PersonId> = recipient.into_iter().chain(named).filter(|person| *person != asker).collect();
    people.first().copied().filter(|_| people.len() == 1)
}

/// Whether nobody could decide but the person concerned, and there is none beside the asker.
pub fn lacks_concerned(permission: &Permission, concerned: Option<PersonId>) -> bool {
    let of_them =
        |roles: &[Role]| !roles.is_empty() && roles.iter().all(|role| *role == RelativeRole::PersonConcerned.role());
    let mut lists = permission.decides_all.iter().flat_map(|panels| &panels.0);
    concerned.is_none() && (of_them(&permission.decides) || lists.any(|panel| of_them(panel)))
}

/// What a grant would open. `categories` tells the categories of an address.
pub fn scope(
    permission: &Permission,
    wants: Wants,
    categories: impl Fn(&Address) -> CategorySet,
) -> Result<GrantScope, WrongScope> {
    match (permission.opens, wants) {
        (Opens::Site, Wants::Site(typed)) => site(permission, typed, categories),
        (Opens::Category, Wants::Category(category)) => {
            let outside = |allowed| {
                let wanted = category.title().to_owned();
                Err(WrongScope::OutsideCategories { wanted, allowed })
            };
            match permission.categories {
                _ if Category::SEALED.contains(category) => outside("what is not sealed".to_owned()),
                Some(allowed) if !allowed.contains(category) => outside(words(allowed)),
                _ => Ok(GrantScope::Category(category)),
            }
        }
        (Opens::Site | Opens::Category, _) => Err(WrongScope::Missing),
        (_, Wants::Words(words)) if !words.trim().is_empty() => Ok(GrantScope::Words(words.trim().to_owned())),
        _ => Err(WrongScope::Missing),
    }
}

fn site(
    permission: &Permission,
    typed: String,
    categories: impl Fn(&Address) -> CategorySet,
) -> Result<GrantScope, WrongScope> {
    let Ok(address) = Address::parse(&typed) else { return Err(WrongScope::NotASite { typed }) };
    let host = address.host.as_str();
    if address.host.ip().is_none() {
        if !host.contains('.') {
            return Err(WrongScope::NotASite { typed });
        }
        if is_shared_ending(&address.host) {
            return Err(WrongScope::SharedEnding { typed });
        }
    }
    let categories = categories(&address);
    if !categories.intersection(Category::SEALED).is_empty() {
        return Err(WrongScope::Sealed { site: address.host });
    }
    match permission.categories {
        Some(allowed) if !categories.is_empty() && categories.intersection(allowed).is_empty() => {
            Err(WrongScope::OutsideCategories { wanted: address.host.to_string(), allowed: words(allowed) })
        }
        _ => Ok(GrantScope::Site(address.host)),
    }
}

/// `video and social networks`
fn words(categories: CategorySet) -> String {
    join(wording::categories(categories), "and")
}

/// What was given in the fields of the clause's form.
///
/// # Errors
/// Everything that is wrong, that the clause refuses, or that the register refuses in which a yes becomes an entry, in the
/// order of the fields.
pub fn answers(
    document: &Document,
    permission: &Permission,
    typed: &BTreeMap<String, String>,
    checks: &FormChecks<'_>,
) -> Result<FormAnswers, Vec<FieldProblem>> {
    let form = permission.form();
    let read = read_answers(&form, typed, checks);
    let refused = no_leave(permission, &form, typed);
    let refused: Vec<FieldProblem> =
        refused.into_iter().chain(registers::refused_request(document, permission, typed)).collect();
    // An answer that is refused says nothing about the others.
    let read = if refused.is_empty() { read.and_then(|read| pictures::agreeing(permission, read)) } else { read };
    registers::without_refused(&form, read, refused)
}

/// The answers with which the clause gives nothing.
fn no_leave(permission: &Permission, form: &[FormField], typed: &BTreeMap<String, String>) -> Vec<FieldProblem> {
    let refused = |field: &FormField| {
        let answer = typed.get(&field.name)?.trim();
        let wrong = WrongAnswer::NoLeave { label: field.label(), answer: answer.to_owned() };
        is_refused(permission.refuse.as_ref(), field, answer).then(|| FieldProblem { field: field.name.clone(), wrong })
    };
    form.iter().filter_map(refused).collect()
}

/// The answers that do, of those between which a field lets choose; none where it is free.
pub(crate) fn fitting<'a>(document: &Document, permission: &Permission, field: &'a FormField) -> Vec<&'a str> {
    let register = registers::of_permission(document, permission).and_then(|(_, register)| register.refuse.as_ref());
    let refused = [permission.refuse.as_ref(), register];
    let does = |answer: &&str| refused.iter().all(|refused| !is_refused(*refused, field, answer));
    options(field).into_iter().filter(does).collect()
}
