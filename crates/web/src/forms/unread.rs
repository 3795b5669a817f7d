//! Forms that came after their session had ended. Nothing is done with them; whoever they were made for finds them again
//! once signed in, as they were, but for secrets and files.

use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_TYPE, REFERER};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use domain::PersonId;

use crate::address::{self, safe_next};
use crate::forms::kept::{KeptContent, Owner};
use crate::forms::posted::Posted;
use crate::forms::upload::Uploaded;
use crate::visitor::Anyone;

/// Fields that are never kept: passwords, codes that stand in for one, and lists of people, which may hold first passwords.
pub const SECRETS: [&str; 6] = ["csrf", "password", "again", "current", "code", "file-body"];

/// What the token of a form says about it.
pub enum FormStanding {
    Ours,
    /// Made for somebody whose session has ended since.
    TooLate(PersonId),
    NotOurs,
}

impl FormStanding {
    pub fn of(token: &str, visitor: &Anyone) -> FormStanding {
        let here = visitor.actor.as_ref().map(actions::Actor::person);
        match visitor.key.made_for(token) {
            made_for if made_for == here && visitor.key.holds(&visitor.cookie, token) => FormStanding::Ours,
            Some(person) if here.is_none_or(|here| here == person) => FormStanding::TooLate(person),
            _ => FormStanding::NotOurs,
        }
    }
}

/// Keeps what was typed for `person`, and leads there: by way of signing in where nobody is signed in.
pub fn keep(
    visitor: &Anyone,
    person: PersonId,
    mut values: Vec<(String, String)>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Response {
    values.retain(|(name, _)| !SECRETS.contains(&name.as_str()));
    let page = page_of_form(visitor, uri, headers);
    let to = visitor.keep(Owner::Person(person), KeptContent::Form(values), &page).unwrap_or(page);
    let signed_in = visitor.actor.is_some();
    Redirect::to(&if signed_in { to } else { address::with_query("/sign-in", [("next", to.as_str())]) }).into_response()
}

/// The page on which the form stood: as the browser says, or the nearest above where the form was sent to.
fn page_of_form(visitor: &Anyone, uri: &Uri, headers: &HeaderMap) -> String {
    let said = headers.get(REFERER).and_then(|referer| referer.to_str().ok()?.parse::<Uri>().ok());
    let said = said.filter(|said| visitor.is_page(said.path()));
    let said = said.and_then(|said| said.path_and_query().map(|page| safe_next(Some(page.as_str())).to_owned()));
    said.unwrap_or_else(|| visitor.nearest_page(uri.path()).to_owned())
}

/// A form whose sender is not signed in, kept where it was made for somebody who was.
pub async fn kept_if_made_here(visitor: &Anyone, request: Request) -> Option<Response> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answer = if content_type.starts_with("multipart/form-data") {
        Uploaded::from_request(request, visitor.shared()).await.err()
    } else {
        Posted::from_request(request, visitor.shared()).await.err()
    };
    answer.filter(|answer| answer.status().is_redirection())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The names that templates give to fields drawn by `form.password`.
    fn password_fields(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the templates").flatten() {
            if entry.path().is_dir() {
                password_fields(&entry.path(), found);
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).expect("a template");
            let names = text.split("form.password(\"").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(str::to_owned));
        }
    }

    #[test]
    fn no_field_of_a_password_is_kept() {
        let mut fields = Vec::new();
        password_fields(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut fields);
        assert!(fields.len() >= 4, "{fields:?}");
        for field in fields {
            assert!(SECRETS.contains(&field.as_str()), "'{field}' holds a password and would be kept");
        }
    }
}
