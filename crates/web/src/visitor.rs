//! Who is at the desk: somebody signed in, or anyone.

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actions::{Actor, Desk, DeskSight};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::error::PageError;
use crate::forms::csrf::FormKey;
use crate::forms::kept::{IN_NO_ADDRESS, KEPT, KeptAnswers, KeptContent, LOOKED_FOR, Owner};
use crate::forms::posted::Form;
use crate::forms::unread;
use crate::frame::Frame;
use crate::{DeskParts, DeskSettings, GateInfo, address, answer, routes, session};

/// What every handler may reach.
pub struct AppState {
    pub desk: Desk,
    pub settings: DeskSettings,
    pub gate: GateInfo,
    pub key: FormKey,
    /// Answers to forms that can be come back to, and forms that came too late.
    pub kept: KeptAnswers,
    /// The addresses of pages, with names in braces for what differs.
    pages: Vec<&'static str>,
    count: AtomicU64,
}

impl AppState {
    pub fn new(parts: DeskParts) -> AppState {
        let pages = crate::routes().into_iter().filter(|route| route.method == Method::GET);
        AppState {
            key: FormKey::new(parts.secret),
            kept: KeptAnswers::new(parts.settings.limits.clone()),
            pages: pages.map(|route| route.path).collect(),
            desk: parts.desk,
            settings: parts.settings,
            gate: parts.gate,
            count: AtomicU64::new(0),
        }
    }

    /// A number that never comes twice in one start.
    fn next_count(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether there is a page at `path`.
    pub fn is_page(&self, path: &str) -> bool {
        self.pages.iter().any(|pattern| routes::matches(pattern, path))
    }

    /// The page at `path`, or the nearest above it.
    pub fn nearest_page<'p>(&self, path: &'p str) -> &'p str {
        let mut above = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above));
        above.find(|path| self.is_page(path)).unwrap_or("/")
    }
}

pub type SharedApp = Arc<AppState>;

/// Anyone at all, signed in or not. Dereferences to what every handler may reach: `anyone.desk`, `anyone.settings`.
#[derive(Clone)]
pub struct Anyone {
    inner: SharedApp,
    pub actor: Option<Actor>,
    /// The token that this visitor's forms carry.
    pub csrf: String,
    /// The cookie that the token belongs to.
    pub(crate) cookie: String,
    /// Path and query of this page.
    pub here: String,
    /// Where the visitor's browser connects from.
    pub client: Option<IpAddr>,
    /// What was typed into the form of this page, where it came after its session had ended.
    unread: Option<Arc<Vec<(String, String)>>>,
}

impl Deref for Anyone {
    type Target = AppState;
    fn deref(&self) -> &AppState {
        &self.inner
    }
}

impl Anyone {
    /// The frame of a page: the school's name, the navigation, the title.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(title.into(), self)
    }

    /// The form of a page: empty, or as its visitor left it when their session ended.
    pub fn form(&self) -> Form {
        match &self.unread {
            Some(values) => Form::unread(self.csrf.clone(), values.to_vec()),
            None => Form::empty(self.csrf.clone()),
        }
    }

    /// Whose the things are that are kept for this visitor.
    pub fn owner(&self) -> Owner {
        match &self.actor {
            Some(actor) => Owner::Person(actor.person()),
            None => Owner::Browser(self.cookie.clone()),
        }
    }

    /// Keeps something for `owner` to come back to, and says at which address; `None` where it is too large.
    pub fn keep(&self, owner: Owner, what: KeptContent, page: &str) -> Option<String> {
        let key = self.key.kept(self.next_count());
        let question = if matches!(what, KeptContent::LookedFor(_)) { LOOKED_FOR } else { KEPT };
        let address = address::asking_for(page, question, &key);
        self.kept.keep(key, owner, what, self.desk.now()).is_ok().then_some(address)
    }

    /// What this page's address names, where it is kept for this visitor.
    fn kept_here(&self) -> Option<KeptContent> {
        let key = address::answer_in(&self.here, KEPT)?;
        let kept = self.kept.find(&key, &self.owner(), self.desk.now())?;
        let is_theirs = !matches!(&kept, KeptContent::Page { sight, .. } if *sight != self.sight());
        is_theirs.then_some(kept)
    }

    /// What lets whoever is signed in see what they see.
    pub fn sight(&self) -> Option<Arc<DeskSight>> {
        self.actor.as_ref().and_then(|actor| self.desk.sight(actor)).map(Arc::new)
    }

    /// What this visitor looks for on a page, questions and answers, by the key in its address.
    pub fn looked_for(&self, key: &str) -> Option<Vec<(String, String)>> {
        match self.kept.find(key, &self.owner(), self.desk.now()) {
            Some(KeptContent::LookedFor(asked)) => Some(asked),
            _ => None,
        }
    }

    /// Whether this page's address names something that is looked for and that is kept for this visitor no longer.
    pub fn search_ended(&self) -> bool {
        address::answer_in(&self.here, LOOKED_FOR).is_some_and(|key| self.looked_for(&key).is_none())
    }

    /// The address of `page` where this is looked for, which does not say what; of the page alone where nothing is.
    pub fn looking_for(&self, page: &str, asked: Vec<(String, String)>) -> String {
        let found = (!asked.is_empty()).then(|| self.keep(self.owner(), KeptContent::LookedFor(asked), page));
        found.flatten().unwrap_or_else(|| page.to_owned())
    }

    /// This page's address without what stands in none; `None` where nothing of the kind is in it. The gate's pages and
    /// bookmarks lead to such addresses.
    fn without_what_is_looked_for(&self) -> Option<String> {
        let (path, query) = self.here.split_once('?')?;
        let questions = form_urlencoded::parse(query.as_bytes()).into_owned();
        let (mut asked, others): (Vec<_>, Vec<_>) =
            questions.partition(|(name, _)| IN_NO_ADDRESS.contains(&name.as_str()));
        if asked.is_empty() {
            return None;
        }
        asked.retain(|(_, answer)| !answer.is_empty());
        let others = others.iter().map(|(name, answer)| (name.as_str(), answer.as_str()));
        Some(self.looking_for(address::safe_next(Some(&address::with_query(path, others))), asked))
    }

    pub(crate) fn shared(&self) -> &SharedApp {
        &self.inner
    }
}

/// Somebody signed in; who isn't is asked to sign in first. Dereferences to [`Anyone`].
#[derive(Clone)]
pub struct Visitor {
    pub actor: Actor,
    pub anyone: Anyone,
}

impl Deref for Visitor {
    type Target = Anyone;
    fn deref(&self) -> &Anyone {
        &self.anyone
    }
}

impl FromRequestParts<SharedApp> for Anyone {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &SharedApp) -> Result<Self, PageError> {
        // the middleware below has put it there for every page
        parts.extensions.get::<Anyone>().cloned().ok_or_else(PageError::unavailable)
    }
}

impl FromRequestParts<SharedApp> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &SharedApp) -> Result<Self, Response> {
        let anyone = Anyone::from_request_parts(parts, shared).await.map_err(IntoResponse::into_response)?;
        match anyone.actor.clone() {
            Some(actor) => Ok(Visitor { actor, anyone }),
            None => Err(to_sign_in(&anyone, parts.method == Method::GET)),
        }
    }
}

/// To the sign-in form, and back here afterwards, or back home.
fn to_sign_in(anyone: &Anyone, back_here: bool) -> Response {
    let next = if back_here { anyone.here.as_str() } else { "/" };
    let to = if next == "/" { "/sign-in".to_owned() } else { address::with_query("/sign-in", [("next", next)]) };
    Redirect::to(&to).into_response()
}

/// Finds out who is there before any page is made.
pub async fn find_visitor(State(shared): State<SharedApp>, request: Request, next: Next) -> Response {
    let sent = session::read(request.headers(), &shared.settings);
    let actor = match sent.as_deref().filter(|token| !token.starts_with(session::BEFORE_SESSION)) {
        Some(token) => match shared.desk.authenticate(token).await {
            Ok(actor) => actor,
            Err(_) => return PageError::unavailable().into_response(),
        },
        None => None,
    };
    let is_new = sent.is_none();
    let cookie = sent
        .unwrap_or_else(|| format!("{}{}", session::BEFORE_SESSION, shared.key.before_session(shared.next_count())));
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let client = peer.and_then(|peer| client_behind(peer, &request, &shared.settings.trusted_proxies));
    let here = request.uri().path_and_query().map_or("/", |here| here.as_str()).to_owned();
    let csrf = shared.key.token(&cookie, actor.as_ref().map(Actor::person));
    let set_cookie = is_new.then(|| session::set(&cookie, &shared.settings));
    let mut visitor = Anyone { inner: shared, actor, csrf, cookie, here, client, unread: None };
    let is_read = request.method() == Method::GET;
    let elsewhere = is_read.then(|| visitor.without_what_is_looked_for()).flatten();
    let kept = is_read.then(|| visitor.kept_here()).flatten();
    let mut response = match (elsewhere, kept) {
        (Some(address), _) => Redirect::to(&address).into_response(),
        (_, Some(KeptContent::Page { status, body, .. })) => return (status, Html(body)).into_response(),
        (_, Some(KeptContent::Form(values))) => {
            visitor.unread = Some(Arc::new(values));
            answered(visitor, request, next).await
        }
        (_, Some(KeptContent::LookedFor(_)) | None) => answered(visitor, request, next).await,
    };
    // a sign-in that has just set its own cookie keeps it
    if let Some(cookie) = set_cookie
        && !response.headers().contains_key(SET_COOKIE)
    {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

async fn answered(visitor: Anyone, mut request: Request, next: Next) -> Response {
    let sent = request.method() == Method::POST;
    request.extensions_mut().insert(visitor.clone());
    let response = next.run(request).await;
    if sent { answer::with_address(&visitor, response).await } else { response }
}

/// No page for somebody signed in is reached by anybody else, whatever its handler asks for.
pub async fn require_signed(request: Request, next: Next) -> Response {
    match request.extensions().get::<Anyone>().cloned() {
        Some(anyone) if anyone.actor.is_some() => next.run(request).await,
        Some(anyone) if request.method() == Method::POST => {
            unread::kept_if_made_here(&anyone, request).await.unwrap_or_else(|| to_sign_in(&anyone, false))
        }
        Some(anyone) => to_sign_in(&anyone, true),
        None => PageError::unavailable().into_response(),
    }
}

/// The client's address: the peer's own, or what a trusted front says of it. `None` where a trusted front does not say.
fn client_behind(peer: IpAddr, request: &Request, trusted: &[IpAddr]) -> Option<IpAddr> {
    if !trusted.iter().any(|front| front.to_canonical() == peer) {
        return Some(peer);
    }
    let said = request.headers().get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    said.rsplit(',').next()?.trim().parse::<IpAddr>().ok().map(|client| client.to_canonical())
}

#[cfg(test)]
mod client_tests {
    use super::*;

    fn asked(forwarded: &str) -> Request {
        Request::builder().header("x-forwarded-for", forwarded).body(axum::body::Body::empty()).unwrap()
    }

    #[test]
    fn only_a_trusted_front_says_who_the_client_is() {
        let [front, other]: [IpAddr; 2] = ["127.0.0.1", "10.0.0.9"].map(|text| text.parse().unwrap());
        let client: IpAddr = "10.0.0.7".parse().unwrap();
        assert_eq!(client_behind(front, &asked("1.2.3.4, 10.0.0.7"), &[front]), Some(client));
        assert_eq!(client_behind(other, &asked("10.0.0.7"), &[front]), Some(other));
        assert_eq!(client_behind(front, &asked("nonsense"), &[front]), None);
    }
}
