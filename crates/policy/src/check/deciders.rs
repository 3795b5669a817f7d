//! Relative roles and routes in absence that could never act.

use std::sync::Arc;

use domain::{FieldKind, LineKind, RelativeRole, Role};

use super::line;
use crate::document::Document;
use crate::kinds::{Permission, Recipients, Rule};
use crate::problem::Problem;
use crate::rules::pictures;

pub(super) fn check(document: &Document, text: &Arc<str>, problems: &mut Vec<Problem>) {
    for (clause, rule) in document.rules() {
        let Rule::Permission(permission) = rule else { continue };
        let mut problem = |message: String, mend: String| {
            problems.push(Problem::new(&document.file, text, line(text, clause.line), message, mend));
        };
        let decides_alone = permission.decides.is_asker || !permission.decides.is_empty();
        match (decides_alone, &permission.decides_all) {
            (false, None) => problem(
                format!("nobody decides '{}'", permission.id),
                "add 'decides', a list of roles, or 'decides-all'".to_owned(),
            ),
            (true, Some(_)) => problem(
                format!("'{}' has both 'decides' and 'decides-all'", permission.id),
                "keep the one that is meant".to_owned(),
            ),
            _ => {}
        }
        if permission.decides.is_asker && permission.consents.is_some() {
            problem(
                format!("'{}' opens on the asker's own word, and waits for no consent", permission.id),
                "say who decides, or take 'consents' out".to_owned(),
            );
        }
        if pictures::can_lack(permission) && (permission.decides.is_asker || permission.unasked) {
            problem(
                format!("'{}' waits for a picture, and is given before anybody could add one", permission.id),
                "say who decides and leave 'unasked' out, or take 'pictures' and 'pictures-when' out".to_owned(),
            );
        }
        if permission.consents.is_some() && !permission.names_people() {
            problem(
                format!("'{}' waits for consents about the people whom its form names, and it names nobody", permission.id),
                "give the form a field of the kind \"person\", \"pupil\" or \"pupils\", write to = \"person\", or take 'consents' out".to_owned(),
            );
        }
        if let Some((message, mend)) = never_given_unasked(permission) {
            problem(message, mend);
        }
        if let Some((message, mend)) = late_for_nothing(permission) {
            problem(message, mend);
        }
        for role in permission.asks.roles.iter().copied().chain(permission.named_roles()) {
            if let Some((relative, needed)) = never_held(role, permission.to) {
                problem(
                    format!(
                        "nobody is '{relative}' towards '{}', which is given for {}",
                        permission.id,
                        permission.to.words()
                    ),
                    format!("write to = {needed}, or take the role out"),
                );
            }
        }
        if let Some((message, mend)) = nobody_concerned(permission) {
            problem(message, mend);
        }
        for role in absent_strangers(permission) {
            problem(
                format!("'in-absence' names '{role}', which does not decide '{}'", permission.id),
                "name a role that 'decides' lists, or take it out".to_owned(),
            );
        }
    }
}

/// A relative role that nobody can hold towards what is given for these recipients, and the recipients that it needs.
fn never_held(role: Role, to: Recipients) -> Option<(RelativeRole, &'static str)> {
    let relative = RelativeRole::of(role)?;
    let needed = match (relative, to) {
        (RelativeRole::LineManagerOfAsker | RelativeRole::TeacherOfLesson | RelativeRole::PersonConcerned, _)
        | (RelativeRole::TeacherOfGroup, Recipients::Group)
        | (RelativeRole::TeacherOfPupil | RelativeRole::ParentOfPupil, Recipients::Own | Recipients::Person) => {
            return None;
        }
        (RelativeRole::TeacherOfGroup, _) => "\"group\"",
        (RelativeRole::TeacherOfPupil | RelativeRole::ParentOfPupil, _) => "\"person\" or \"self\"",
    };
    Some((relative, needed))
}

/// The person concerned where nobody is, or where that may be several people.
fn nobody_concerned(permission: &Permission) -> Option<(String, String)> {
    let (id, concerned) = (&permission.id, RelativeRole::PersonConcerned.role());
    if permission.asks.roles.contains(&concerned) {
        let message =
            format!("nobody asks for '{id}' as 'person-concerned': whoever asks is not the one whom it is about");
        return Some((message, "name others who ask, or take it out".to_owned()));
    }
    if !permission.named_roles().any(|role| role == concerned) {
        return None;
    }
    let is_one = |kind: &FieldKind| matches!(kind, FieldKind::Line(LineKind::Person | LineKind::Pupil));
    let is_several = |kind: &FieldKind| matches!(kind, FieldKind::Line(LineKind::Pupils));
    let form = permission.form();
    let of_kind = |is: &dyn Fn(&FieldKind) -> bool| form.iter().filter(|field| is(&field.kind)).count();
    let named = of_kind(&is_one) + usize::from(permission.to == Recipients::Person);
    if named == 1 && of_kind(&is_several) == 0 {
        return None;
    }
    let message = if named == 0 {
        format!("nobody is 'person-concerned' towards '{id}', which names nobody")
    } else {
        format!("it is not plain who is 'person-concerned' towards '{id}', which names more than one person")
    };
    let mend = "write to = \"person\", or give the form one field of the kind \"person\" or \"pupil\"; where several must agree, write 'consents'";
    Some((message, mend.to_owned()))
}

/// A time by which nobody has to decide, or roles that would decide at the end of one where they can't.
fn late_for_nothing(permission: &Permission) -> Option<(String, String)> {
    let id = &permission.id;
    if permission.decides.is_asker && permission.within.is_some() {
        let message = format!("'{id}' opens on the asker's own word, and waits for nobody");
        return Some((message, "say who decides, or take 'within' out".to_owned()));
    }
    let escalate = permission.escalate.as_ref()?;
    if permission.within.is_none() {
        return Some((
            format!("'escalate' of '{id}' never comes about: the clause does not say how soon it is decided"),
            "add 'within', or take 'escalate' out".to_owned(),
        ));
    }
    if permission.decides_all.is_some() {
        let message = format!("several must agree to '{id}', and nobody agrees in the place of one who has not");
        return Some((message, "take 'escalate' out".to_owned()));
    }
    if permission.decides.iter().all(|role| *role == RelativeRole::PersonConcerned.role()) {
        let message = format!("'{id}' is the person's own to decide, and nobody decides it in their place");
        return Some((message, "take 'escalate' out, or name beside the person who may decide".to_owned()));
    }
    let role = escalate.iter().find(|role| permission.decides.contains(role))?;
    let message = format!("'escalate' names '{role}', which decides '{id}' from the beginning");
    Some((message, "name another role, or take it out".to_owned()))
}

/// `unasked` where nobody could give it so: it takes a request, or somebody who follows from one.
fn never_given_unasked(permission: &Permission) -> Option<(String, String)> {
    if !permission.unasked {
        return None;
    }
    let id = &permission.id;
    let wrong = |why: &str| Some((format!("nobody gives '{id}' unasked: {why}"), "take 'unasked' out".to_owned()));
    if permission.decides.is_asker {
        return wrong("whoever asks decides");
    }
    if permission.decides_all.is_some() || permission.consents.is_some() {
        return wrong("others have to agree, and that takes a request");
    }
    if permission.to == Recipients::Own {
        return wrong("it is given for the asker alone");
    }
    let relative = permission.decides.iter().find_map(|role| RelativeRole::of(*role))?;
    wrong(&format!("'{relative}' follows from a request"))
}

/// Roles that `in-absence` names and that do not decide.
fn absent_strangers(permission: &Permission) -> impl Iterator<Item = Role> {
    let routes = permission.in_absence.iter().flat_map(|routes| &routes.0);
    routes.map(|(absent, _)| *absent).filter(|absent| permission.named_roles().all(|role| role != *absent))
}
