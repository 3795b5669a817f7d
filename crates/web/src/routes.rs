//! The table of routes, and the layers that every answer passes through.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::{PageError, dress_errors};
use crate::pages;
use crate::visitor::{SharedApp, find_visitor, require_signed};

/// No scripts at all; styles and pictures from here alone; forms go nowhere else; nobody frames a page.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                              frame-ancestors 'none'; base-uri 'none'";

/// Whom a route lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A file or a word for machines; the visitor is not looked at.
    Public,
    /// A page for anyone, signed in or not.
    Anyone,
    /// Somebody signed in; what they may do there is the action's to say.
    SignedIn,
}

/// One route of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
}

/// The routes as modules hand them in: each call adds to a router and to the table.
#[derive(Default)]
pub struct Pages {
    public: Router<SharedApp>,
    anyone: Router<SharedApp>,
    signed: Router<SharedApp>,
    table: Vec<Route>,
}

macro_rules! adders {
    ($($name:ident: $method:ident, $router:ident, $access:ident;)+) => {$(
        pub fn $name<H, T>(mut self, path: &'static str, handler: H) -> Self
        where
            H: Handler<T, SharedApp>,
            T: 'static,
        {
            self.$router = self.$router.route(path, $method(handler));
            let method = if stringify!($method) == "get" { Method::GET } else { Method::POST };
            self.table.push(Route { method, path, access: Access::$access });
            self
        }
    )+};
}

impl Pages {
    adders! {
        get: get, signed, SignedIn;
        post: post, signed, SignedIn;
        get_for_anyone: get, anyone, Anyone;
        post_for_anyone: post, anyone, Anyone;
        get_public: get, public, Public;
    }

    pub fn table(self) -> Vec<Route> {
        self.table
    }
}

/// Whether a path is one of those that a pattern with names in braces stands for.
pub fn matches(pattern: &str, path: &str) -> bool {
    let (mut parts, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), given.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given || part.starts_with('{') && !given.is_empty() => {}
            _ => return false,
        }
    }
}

/// The whole desk.
pub fn router(shared: SharedApp) -> Router {
    let pages = pages::all();
    let visited = pages
        .anyone
        .merge(pages.signed.route_layer(from_fn(require_signed)))
        .fallback(|| async { PageError::no_such_page() })
        .method_not_allowed_fallback(|| async { PageError::no_such_page() })
        .layer(from_fn(dress_errors))
        .layer(from_fn_with_state(shared.clone(), find_visitor))
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")));
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    pages
        .public
        .merge(visited)
        .layer(DefaultBodyLimit::max(shared.settings.form_bytes))
        .layer(CatchPanicLayer::custom(|_| PageError::unavailable().bare()))
        .layer(SetResponseHeaderLayer::if_not_present(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CONTENT_POLICY),
        ))
        // 'no-referrer' would make browsers send 'Origin: null' with our own forms
        .layer(header(REFERRER_POLICY, "same-origin"))
        .layer(header(X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(X_FRAME_OPTIONS, "DENY"))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"))
        .with_state(shared)
}
