//! A form: what was typed, what must be put right, and the proof that it came from us.

use std::fmt::Display;
use std::str::FromStr;

use actions::{ErrorKind, VerbError};
use askama::Template;
use askama::filters::HtmlSafe;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};

use crate::error::PageError;
use crate::forms::csrf;
use crate::forms::unread::{self, FormStanding};
use crate::visitor::{Anyone, SharedApp};

/// A message that belongs to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormProblem {
    /// The field's name, which is also the id of its (first) control. `None`: about the whole form.
    pub field: Option<String>,
    pub message: String,
}

/// What a form holds. Templates draw its fields with the methods of `fields.rs`.
#[derive(Debug, Clone)]
pub struct Form {
    csrf: String,
    values: Vec<(String, String)>,
    problems: Vec<FormProblem>,
    /// Whether it holds what was typed before the session ended.
    unread: bool,
}

impl Form {
    pub fn empty(csrf: String) -> Form {
        Form { csrf, values: Vec::new(), problems: Vec::new(), unread: false }
    }

    pub(crate) fn sent(csrf: String, values: Vec<(String, String)>) -> Form {
        Form { values, ..Form::empty(csrf) }
    }

    /// What was typed into a form that came after its session had ended.
    pub(crate) fn unread(csrf: String, values: Vec<(String, String)>) -> Form {
        let mut form = Form { values, unread: true, ..Form::empty(csrf) };
        form.blame_all(
            "You were signed out before we got this form, so nothing has been done. Check it and send it again. Give any \
             files and passwords again.",
        );
        form
    }

    /// Fills a field before the form is first shown; what was typed before is left as it is.
    pub fn with(mut self, name: &str, value: impl Display) -> Form {
        if !self.unread {
            self.values.push((name.to_owned(), value.to_string()));
        }
        self
    }

    /// Puts a value in the place of whatever was there.
    pub fn set(&mut self, name: &str, value: impl Display) {
        self.values.retain(|(found, _)| found != name);
        self.values.push((name.to_owned(), value.to_string()));
    }

    /// What was typed there, without spaces around it; empty where nothing was.
    pub fn value(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// What was typed there, to the letter: for passwords and texts.
    pub fn raw(&self, name: &str) -> &str {
        self.values.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field that may come more than once.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.trim())
    }

    /// The fields in which something was typed or chosen, with it, without spaces around it.
    pub fn filled(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.values.iter().map(|(name, value)| (name.as_str(), value.trim()));
        fields.filter(|(_, value)| !value.is_empty())
    }

    pub fn ticked(&self, name: &str) -> bool {
        self.values.iter().any(|(found, _)| found == name)
    }

    /// `None` where nothing was typed.
    pub fn optional(&self, name: &str) -> Option<String> {
        Some(self.value(name)).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// What was typed, as the thing it stands for.
    pub fn parse<T: FromStr>(&self, name: &str) -> Option<T> {
        self.value(name).parse().ok()
    }

    /// Everything that was typed, but for the fields that are named.
    pub fn values_but(&self, names: &[&str]) -> Vec<(&str, &str)> {
        let values = self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        values.filter(|(name, _)| !names.contains(name)).collect()
    }

    /// Leaves nothing of what was typed but these fields.
    pub fn keep_only(&mut self, names: &[&str]) {
        self.values.retain(|(found, _)| names.contains(&found.as_str()));
    }

    /// Says what must be put right at a field.
    pub fn blame(&mut self, field: &str, message: impl Into<String>) {
        self.problems.push(FormProblem { field: Some(field.to_owned()), message: message.into() });
    }

    /// Says what is wrong with the whole.
    pub fn blame_all(&mut self, message: impl Into<String>) {
        self.problems.push(FormProblem { field: None, message: message.into() });
    }

    /// Takes what an action refused into the form, where the person can put it right; anything else is a page's error:
    /// `form.refused(error)?;` and then the page again.
    ///
    /// # Errors
    /// An error that nothing typed in this form can mend.
    pub fn refused<E: VerbError>(&mut self, error: E) -> Result<(), PageError> {
        match (error.kind(), error.field()) {
            (ErrorKind::Invalid | ErrorKind::Conflict | ErrorKind::Throttled, Some(field)) => {
                self.blame(field, error.to_string());
                Ok(())
            }
            (ErrorKind::Invalid, None) => {
                self.blame_all(error.to_string());
                Ok(())
            }
            _ => Err(error.into()),
        }
    }

    /// Puts what must be put right into the order of the fields on the page; what is about the whole stands first.
    pub fn in_order<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        let order: Vec<&str> = names.into_iter().collect();
        self.problems.sort_by_key(|problem| {
            let name = problem.field.as_deref();
            name.map(|name| order.iter().position(|known| *known == name).unwrap_or(order.len()))
        });
    }

    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    pub fn error(&self, name: &str) -> Option<&str> {
        self.problems
            .iter()
            .find(|problem| problem.field.as_deref() == Some(name))
            .map(|problem| problem.message.as_str())
    }

    /// The hidden field that every form begins with.
    pub fn token(&self) -> Token<'_> {
        Token { csrf: &self.csrf }
    }

    /// What must be put right, first thing on the page; nothing where nothing must.
    pub fn error_summary(&self) -> ErrorSummary<'_> {
        ErrorSummary { problems: &self.problems }
    }
}

#[derive(Template)]
#[template(source = r#"<input type="hidden" name="csrf" value="{{ csrf }}">"#, ext = "html")]
pub struct Token<'a> {
    csrf: &'a str,
}
impl HtmlSafe for Token<'_> {}

#[derive(Template)]
#[template(path = "components/error-summary.html")]
pub struct ErrorSummary<'a> {
    problems: &'a [FormProblem],
}
impl HtmlSafe for ErrorSummary<'_> {}

/// A form that was sent from our own page, and whose. Take it last among a handler's arguments.
pub struct Posted(pub Form);

impl FromRequest<SharedApp> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &SharedApp) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Anyone::from_request_parts(&mut parts, shared).await.map_err(IntoResponse::into_response)?;
        if !csrf::is_same_origin(&parts.headers, shared.settings.origin()) {
            return Err(PageError::form_not_ours().into_response());
        }
        let (uri, headers) = (parts.uri.clone(), parts.headers.clone());
        let body = Bytes::from_request(Request::from_parts(parts, body), shared)
            .await
            .map_err(|_| PageError::too_large(shared.settings.form_bytes).into_response())?;
        let values: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        let form = Form::sent(visitor.csrf.clone(), values);
        match FormStanding::of(form.raw("csrf"), &visitor) {
            FormStanding::Ours => Ok(Posted(form)),
            FormStanding::TooLate(person) => Err(unread::keep(&visitor, person, form.values, &uri, &headers)),
            FormStanding::NotOurs => Err(PageError::form_not_ours().into_response()),
        }
    }
}
