//! The desk: the pages on which people read and sign, ask and decide, look after policies and people.
//!
//! Every page is one call of an action and one template. This crate knows [`actions`], [`policy`] and [`domain`], never
//! the records, the activity log or the gate: what it needs of the gate (its address, its authority's certificate)
//! it is given as values. It decides nothing: who may do what is the actions' business, and a page shows their answer.
//!
//! To add a page: a module under `pages/` with its handlers and its line in `pages.rs`, a template under `templates/`
//! that extends `layout.html`. A handler takes [`Visitor`](visitor::Visitor) (a page for somebody signed in) or
//! [`Anyone`](visitor::Anyone); a POST also takes [`Posted`](forms::posted::Posted) or [`Uploaded`](forms::upload::Uploaded), which
//! check that the form came from us. Pages work without JavaScript: there is none. A form that is not lightly taken back
//! shows its answers once more before they count, by [`Check`](forms::check::Check).

mod address;
mod answer;
mod cells;
mod clause;
mod document;
mod error;
mod forms;
mod frame;
mod limits;
mod listing;
mod moment;
mod pages;
mod parts;
mod prose;
mod routes;
mod sentences;
mod session;
mod settings;
mod visitor;

use std::sync::Arc;

use axum::Router;

pub use limits::DeskLimits;
pub use routes::{Access, Route};
pub use settings::{DeskSettings, DeskSettingsError, GateInfo};

/// What the desk needs, given as values.
#[derive(Clone)]
pub struct DeskParts {
    pub desk: actions::Desk,
    pub settings: DeskSettings,
    pub gate: GateInfo,
    /// 32 bytes that nobody can guess, new at every start: they key the tokens of forms.
    pub secret: [u8; 32],
}

/// The desk as a service. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that a sign-in knows
/// the address that it came from.
pub fn desk(parts: DeskParts) -> Router {
    session::warn_where_cookies_are_open(&parts.settings);
    routes::router(Arc::new(visitor::AppState::new(parts)))
}

/// Every route of the desk and whom it lets in, for the tests that hold each of them.
pub fn routes() -> Vec<Route> {
    pages::all().table()
}
