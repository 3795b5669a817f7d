//! Pictures of a request to publish something: who adds them, and who is shown them.

use domain::{
    Assent, ConsentAnswer, FieldAnswer, FieldKind, FieldProblem, FormAnswers, FormField, LineKind, Opens, Person,
    PersonId, Request, RequestState, Said, WrongAnswer,
};
use jiff::Timestamp;

use crate::kinds::Permission;
use crate::rules::consents::{self, Whoever};
use crate::rules::deciding;
use crate::rules::registers::is_met;

/// Why somebody may not add a picture to a request, or take one out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureRefusal {
    /// It takes none, or somebody else asked.
    NotTheirs,
    Decided,
    /// It waits, and one of several who must agree, or whose consent it needs, has said yes to it as it is.
    Agreed,
}

/// When a picture of a request was there: from when it was added until it was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureThere {
    pub from: Timestamp,
    /// `None`: it is there still.
    pub until: Option<Timestamp>,
}

impl PictureThere {
    fn was_there(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at <= until)
    }
}

/// Why somebody may not add a picture to a request: whoever asked to publish something adds what is to be published, until
/// somebody has looked at it and said yes or no. What was said while there was no picture was said of all that would be added.
pub fn why_not_add(
    permission: &Permission,
    request: &Request,
    (assents, consents): (&[Assent], &[ConsentAnswer]),
    pictures: &[PictureThere],
    by: PersonId,
) -> Option<PictureRefusal> {
    let of_pictures =
        |answer: &ConsentAnswer| answer.said != Said::No && pictures.iter().any(|picture| picture.was_there(answer.at));
    let is_agreed = !assents.is_empty() || consents.iter().any(of_pictures);
    if permission.opens != Opens::Publication || request.asker != by {
        Some(PictureRefusal::NotTheirs)
    } else if request.state != RequestState::Waiting {
        Some(PictureRefusal::Decided)
    } else if is_agreed {
        Some(PictureRefusal::Agreed)
    } else {
        None
    }
}

/// Whether a request that answers so, and has so many pictures, can't be approved for want of one.
pub fn lacks(permission: &Permission, answers: &FormAnswers, pictures: usize) -> bool {
    pictures == 0 && (permission.pictures || is_about_pictures(permission, answers))
}

fn is_about_pictures(permission: &Permission, answers: &FormAnswers) -> bool {
    permission.pictures_when.as_ref().is_some_and(|when| is_met(when, answers))
}

/// The answers of a form, where whom it names agrees with whether it is about pictures.
pub(super) fn agreeing(permission: &Permission, answers: FormAnswers) -> Result<FormAnswers, Vec<FieldProblem>> {
    let Some(field) = &permission.pictures_show else { return Ok(answers) };
    let (label, named) = (FormField::text(field).label(), answers.get(field).map(FieldAnswer::people));
    let names_somebody = named.is_some_and(|named| !named.is_empty());
    let wrong = match (is_about_pictures(permission, &answers), names_somebody) {
        (true, false) => WrongAnswer::NobodyShown { label },
        (false, true) => WrongAnswer::NoPicture { label },
        (true, true) | (false, false) => return Ok(answers),
    };
    Err(vec![FieldProblem { field: field.clone(), wrong }])
}

/// What is wrong with the field that says whom the pictures show, and how it is mended; `None`: nothing.
pub(crate) fn wrong_field(permission: &Permission) -> Option<(String, &'static str)> {
    let (id, name) = (&permission.id, permission.pictures_show.as_ref()?);
    if permission.pictures_when.is_none() {
        let message = format!(
            "'pictures-show' of the permission '{id}' is about pictures, and no answer says that there are any"
        );
        return Some((message, "write 'pictures-when' too, or take it out"));
    }
    let is_it = |field: &FormField| field.name == *name && field.kind == FieldKind::Line(LineKind::Pupils);
    let message = format!("'pictures-show' of the permission '{id}' names '{name}', in which no pupils can be named");
    (!permission.form().iter().any(is_it)).then_some((message, "name one of its fields of the kind \"pupils\""))
}

/// Whether some of its requests wait for a picture.
pub(crate) fn can_lack(permission: &Permission) -> bool {
    permission.pictures || permission.pictures_when.is_some()
}

/// Why somebody may not take a picture out of a request: whoever asked may while nobody has agreed to it, and once it is taken
/// back, when nothing is said of it any more that would be said of another thing then.
pub fn why_not_take_out(
    permission: Option<&Permission>,
    request: &Request,
    assents: &[Assent],
    by: PersonId,
) -> Option<PictureRefusal> {
    if permission.is_none_or(|permission| permission.opens != Opens::Publication) || request.asker != by {
        return Some(PictureRefusal::NotTheirs);
    }
    match request.state {
        RequestState::Waiting if assents.is_empty() => None,
        RequestState::Waiting => Some(PictureRefusal::Agreed),
        RequestState::Withdrawn { .. } => None,
        RequestState::Decided(_) => Some(PictureRefusal::Decided),
    }
}

/// Whether somebody who reads a request is shown its pictures: whoever asked, those who know of everybody whom it names, and
/// whoever decides it where it names nobody but them, their children and whoever asked. A picture shows whoever is in it, so
/// others are told of their own alone.
pub fn may_see(
    permission: &Permission,
    (request, answers): (&Request, &FormAnswers),
    whoever: Whoever<'_>,
    own: &Person,
) -> bool {
    let is_own = |person: &PersonId| [own.id, request.asker].contains(person) || own.children.contains(person);
    permission.opens == Opens::Publication
        && (request.asker == own.id
            || consents::knows_all_named(permission, request, whoever)
            || deciding::decides(permission, whoever.somebody, whoever.is_absent)
                && consents::people_named(request, answers).iter().all(is_own))
}
