//! Pictures of a request to publish something: who adds them, and who is shown them.

use domain::{Assent, ConsentAnswer, FormAnswers, Opens, Person, PersonId, Request, RequestState, Said};
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
    let is_about_pictures = || permission.pictures_when.as_ref().is_some_and(|when| is_met(when, answers));
    pictures == 0 && (permission.pictures || is_about_pictures())
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
/// whoever decides it where it names nobody but them, their children and whoever asked. A picture shows whoever is in it, so others are told
/// of their own alone.
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
