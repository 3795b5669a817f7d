//! A small school with its desk, and a browser that keeps its cookie and the token of the last form it saw.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use actions::{Actor, Desk, HashCost, ImportFile, ImportPeople, InstallPolicy, Opening};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use domain::{Clock, Identifiers, Timetable};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;
use web::{DeskParts, DeskSettings, GateInfo};

const PEOPLE: &str = "\
username,name,audience,groups,roles,mail,children,password
pip,Pip Fernhaven,pupil,9B,,,,pip-password-1
pat,Pat Fernhaven,parent,,,,pip,pat-password-1
tess,Tess Kettlewind,staff,9B;science,teacher,,,tess-password-1
ivo,Ivo Marblewick,staff,,it-staff,,,ivo-password-1
dina,Dina Lanternfield,staff,,it-director,,,dina-password-1
hedy,Hedy Inkermoss,staff,,headteacher,,,hedy-password-1
olga,Olga Thimblegate,staff,,office,,,olga-password-1
dora,Dora Honeystone,staff,,dsl,,,dora-password-1
";

/// A clock that a test turns.
pub struct TurnedClock(Mutex<Timestamp>);

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics with the clock in hand")
    }
}

struct Counted(AtomicU64);

impl Identifiers for Counted {
    fn random(&self) -> [u8; 10] {
        let mut bytes = [7; 10];
        bytes[..8].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}

pub struct SmallSchool {
    pub school: Desk,
    pub app: Router,
    pub clock: Arc<TurnedClock>,
    pub activity: Arc<activity::ActivityLog>,
    /// What the gate goes by.
    pub feed: watch::Sender<Arc<feed::Feed>>,
    pub folder: TempDir,
    sites: watch::Sender<Arc<sites::Index>>,
}

impl SmallSchool {
    /// The school of the list above, on a Tuesday morning in lessons, with its one policy in force.
    pub async fn open() -> SmallSchool {
        SmallSchool::open_at("http://localhost:8080").await
    }

    pub async fn open_at(url: &str) -> SmallSchool {
        SmallSchool::open_in(url, Timetable::default()).await
    }

    pub async fn open_in(url: &str, timetable: Timetable) -> SmallSchool {
        let folder = TempDir::new().expect("a temporary folder");
        let now = "2026-05-12T09:00:00Z".parse().expect("a moment");
        let clock = Arc::new(TurnedClock(Mutex::new(now)));
        let (sites, watched) = watch::channel(Arc::new(sites::Index::empty()));
        let activity =
            activity::ActivityLog::open(&folder.path().join("activity"), activity::ActivitySettings::default());
        let feed = watch::Sender::new(Arc::new(feed::Feed::empty()));
        let activity = Arc::new(activity.expect("the activity log opens"));
        let settings = actions::PeopleSettings {
            school_name: "Larkfield School".to_owned(),
            password_hash: HashCost::CHEAP,
            ..actions::PeopleSettings::default()
        };
        let mut facts = policy::SchoolFacts { timetable, ..policy::SchoolFacts::default() };
        facts.facts.insert("dsl.name".to_owned(), "Dora <Honeystone>".to_owned());
        let school = Desk::begin(Opening {
            data: folder.path().join("data"),
            settings,
            facts,
            clock: clock.clone(),
            identifiers: Arc::new(Counted(AtomicU64::new(1))),
            sites: watched,
            activity: activity.clone(),
            feed: feed.clone(),
            scanner: None,
        })
        .await
        .expect("the school begins");
        let app = web::desk(DeskParts {
            desk: school.clone(),
            settings: DeskSettings { url: url.to_owned(), ..DeskSettings::default() },
            gate: GateInfo {
                proxy_address: "gate.example:3128".to_owned(),
                authority_pem: "-----BEGIN CERTIFICATE-----\n".to_owned(),
                ..GateInfo::default()
            },
            secret: [9; 32],
        });
        let small = SmallSchool { school, app, clock, activity, feed, folder, sites };
        small.import(PEOPLE).await;
        small.install("use.md", include_str!("policy.md")).await;
        small
    }

    /// Puts a policy in force.
    pub async fn install(&self, file_name: &str, text: &str) {
        let policy = InstallPolicy { file_name: file_name.to_owned(), text: text.to_owned() };
        self.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    }

    /// From now on sites are looked up in the starter list.
    pub fn know_the_starter_list(&self) {
        self.sites.send_replace(Arc::new(sites::starter()));
    }

    /// The identifier of somebody.
    pub async fn id_of(&self, username: &str) -> String {
        let named = self.school.actor_named(&Actor::operator(), username).await;
        named.expect("somebody is called so").person().to_string()
    }

    /// Reads in more people, or what else is known of some.
    pub async fn import(&self, list: &str) {
        let people = ImportFile { name: "people.csv".to_owned(), bytes: list.as_bytes().to_vec() };
        let import =
            ImportPeople { files: vec![people], digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
        self.school.import_people(&Actor::operator(), import).await.expect("the people are read in");
    }

    pub fn browser(&self) -> Browser {
        Browser { app: self.app.clone(), cookie: None, csrf: String::new() }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_in(username, &format!("{username}-password-1")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{username} signs in: {}", page.body);
        browser.get("/you").await;
        browser
    }

    pub fn wait(&self, length: SignedDuration) {
        *self.clock.0.lock().expect("no test panics with the clock in hand") += length;
    }
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }

    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// The value of a hidden or filled field.
    pub fn value(&self, name: &str) -> String {
        let marks = format!("name=\"{name}\"");
        let tag = self.body.split('<').find(|tag| tag.contains(&marks)).unwrap_or_default();
        let value = tag.split_once("value=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap_or_default());
        value.to_owned()
    }

    /// Whether it shows a form's answers once more, before they count.
    pub fn is_check(&self) -> bool {
        self.has("name=\"do\" value=\"send\"")
    }

    /// The hidden fields of its forms, as a browser sends them.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let fields = self.body.split("<input type=\"hidden\" name=\"").skip(1);
        let fields = fields.filter_map(|field| field.split('>').next()?.split_once("\" value=\""));
        fields.map(|(name, value)| (name.to_owned(), unescaped(value.trim_end_matches('"')))).collect()
    }
}

fn unescaped(value: &str) -> String {
    let marks = [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    let marks = marks.into_iter().chain([("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]);
    marks.fold(value.to_owned(), |value, (mark, letter)| value.replace(mark, letter))
}

pub struct Browser {
    app: Router,
    pub cookie: Option<String>,
    pub csrf: String,
}

impl Browser {
    /// Sends a request. Where a form is answered by a page of its own address, on to there.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let page = self.send_once(request, body).await;
        let address = page.location().to_owned();
        if address.contains("kept=") && !address.starts_with("/sign-in?next=") {
            self.get(&address).await
        } else {
            page
        }
    }

    /// Sends a request and goes nowhere after.
    pub async fn send_once(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let request = request.body(body).expect("a request");
        let response = self.app.clone().oneshot(request).await.expect("the desk answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 16 << 20).await.expect("a body");
        let page =
            Page { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() };
        if let Some(set) = page.headers.get(SET_COOKIE).and_then(|set| set.to_str().ok()) {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        let token = page.value("csrf");
        if !token.is_empty() {
            self.csrf = token;
        }
        page
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send_once(Request::get(path), Body::empty()).await
    }

    /// Gets a page, or where its address leads on to the desk.
    pub async fn follow(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        if page.status == StatusCode::SEE_OTHER { self.get(page.location()).await } else { page }
    }

    /// Looks for something on a page.
    pub async fn look_for(&mut self, page: &str, asked: &[(&str, &str)]) -> Page {
        let asked: Vec<(&str, &str)> = std::iter::once(("list", page)).chain(asked.iter().copied()).collect();
        let found = self.post_once("/search", &asked).await;
        self.get(found.location()).await
    }

    /// Sends a form with the token of the last one seen.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.csrf.clone();
        let fields: Vec<(&str, &str)> =
            std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()).collect();
        self.post_bare(path, &fields).await
    }

    /// Sends a form as it stands.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(form_to(path), Body::from(web_form(fields))).await
    }

    /// Sends a form with the token of the last one seen, and goes nowhere after.
    pub async fn post_once(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.csrf.clone();
        let fields: Vec<(&str, &str)> =
            std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied()).collect();
        self.send_once(form_to(path), Body::from(web_form(&fields))).await
    }

    /// Sends a form, and its answers from the page that shows them once more.
    pub async fn post_checked(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let checked = self.post(path, fields).await;
        if checked.is_check() { self.send_checked(path, &checked).await } else { checked }
    }

    /// Sends the answers that a page shows once more.
    pub async fn send_checked(&mut self, path: &str, checked: &Page) -> Page {
        let hidden = checked.hidden();
        let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = fields.chain([("do", "send")]).collect();
        self.post_bare(path, &fields).await
    }

    pub async fn sign_in(&mut self, username: &str, password: &str) -> Page {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("username", username), ("password", password)]).await
    }

    /// Reads and signs the policy, for oneself or for a child.
    pub async fn sign_policy(&mut self, query: &str, name: &str) -> Page {
        let page = self.get(&format!("/sign/use{query}")).await;
        let (version, hash, child) = (page.value("version"), page.value("text_hash"), page.value("for"));
        let fields = [
            ("version", version.as_str()),
            ("text_hash", hash.as_str()),
            ("for", child.as_str()),
            ("printed_name", name),
            ("read", "yes"),
        ];
        self.post_checked("/sign/use", &fields).await
    }
}

pub fn form_to(path: &str) -> axum::http::request::Builder {
    Request::builder().method(Method::POST).uri(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

pub fn web_form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// One of the roles that ship with the program.
pub fn role(name: &str) -> domain::Role {
    domain::Roles::ready().find(name).expect("a ready role")
}
