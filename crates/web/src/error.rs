//! What a handler answers when it can't give the page: one type, which hides what is inside.

use actions::{ErrorKind, VerbError};
use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use crate::frame::Frame;
use crate::visitor::Anyone;

/// Why there is no page, in words for the person at the desk.
#[derive(Debug, Clone)]
pub struct PageError {
    status: StatusCode,
    title: &'static str,
    message: String,
    /// It answers what nobody known has sent.
    unproven: bool,
}

impl PageError {
    /// Whether it refuses a form of which we can't tell who sent it.
    pub fn is_unproven(&self) -> bool {
        self.unproven
    }

    pub fn no_such_page() -> PageError {
        PageError {
            status: StatusCode::NOT_FOUND,
            title: "Page not found",
            message:
                "There is no such page, or what it was about is no longer here. If you typed the address, check it."
                    .to_owned(),
            unproven: false,
        }
    }

    pub fn form_not_ours() -> PageError {
        PageError {
            status: StatusCode::FORBIDDEN,
            title: "Send the form again",
            message: "We can't tell that the form came from your own page here: it may have stood open for long. \
                      Nothing was done. Go back, reload the page and send it again."
                .to_owned(),
            unproven: true,
        }
    }

    pub fn too_large(most: usize) -> PageError {
        PageError {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            title: "That is too large",
            message: format!(
                "What you sent is larger than the {} KB that are taken here. Nothing was done.",
                most / 1024
            ),
            unproven: true,
        }
    }

    pub fn forbidden(message: impl Into<String>) -> PageError {
        PageError::of(ErrorKind::Forbidden, message.into())
    }

    pub fn unavailable() -> PageError {
        let message = "Something is away that this page needs. What you did before is kept. Try again in a few minutes; \
                       if it stays so, tell the IT staff.";
        PageError::of(ErrorKind::Unavailable, message.to_owned())
    }

    fn of(kind: ErrorKind, message: String) -> PageError {
        let (status, title) = match kind {
            ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "You can’t do this"),
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, "Not found"),
            ErrorKind::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "There is a problem"),
            ErrorKind::Conflict => (StatusCode::CONFLICT, "Things have moved on"),
            ErrorKind::Throttled => (StatusCode::TOO_MANY_REQUESTS, "Try again later"),
            ErrorKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "The desk is not available"),
        };
        PageError { status, title, message, unproven: false }
    }

    /// The error without a frame, where nobody knows who is there.
    pub fn bare(self) -> Response {
        let page = BarePage { title: self.title, message: &self.message };
        let body = page.render().unwrap_or_else(|_| self.message.clone());
        (self.status, Html(body)).into_response()
    }
}

impl<E: VerbError> From<E> for PageError {
    fn from(error: E) -> PageError {
        PageError::of(error.kind(), error.to_string())
    }
}

#[derive(Template)]
#[template(path = "bare-error.html")]
struct BarePage<'a> {
    title: &'static str,
    message: &'a str,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    message: String,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.clone().bare();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives an error the frame of a page, with the visitor's own navigation.
pub async fn dress_errors(request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Anyone>().cloned();
    let response = next.run(request).await;
    let (Some(error), Some(visitor)) = (response.extensions().get::<PageError>().cloned(), visitor) else {
        return response;
    };
    // Of a search there is nothing to say where nothing is listed.
    let mut frame = visitor.frame(error.title);
    frame.search_ended = false;
    let page = ErrorPage { frame, message: error.message.clone() };
    let Ok(body) = page.render() else { return response };
    let mut dressed = (error.status, Html(body)).into_response();
    dressed.extensions_mut().insert(error);
    dressed
}
