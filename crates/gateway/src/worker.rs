//! One thread's share of the gate: its connections to sites, and the answering of its clients' requests.

use std::borrow::Cow;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use domain::{Directory, Host, PeriodSet, PersonId, Standing};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, StatusCode, Uri};
use jiff::Timestamp;
use policy::{Moment, Reason, Rules};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::body::AnswerBody;
use crate::decision::{Decision, Visited};
use crate::forward;
use crate::gate::Gate;
use crate::identity::{Credentials, Who};
use crate::journal::Entry;
use crate::pages::{Occasion, Problem};
use crate::proof::Answer;
use crate::seats::Seat;
use crate::settings::SignIn;
use crate::target::{Kind, Target, ambiguous};
use crate::tunnel;
use crate::upstream::Pool;
use crate::wire::Finding;

pub(crate) struct Worker {
    pub gate: Arc<Gate>,
    pub pool: Pool,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    periods: Mutex<Option<(usize, i64, PeriodSet)>>,
}

/// One client's connection.
pub(crate) struct Client {
    pub address: IpAddr,
    pub finding: Finding,
    seat: Mutex<Option<Seat<PersonId>>>,
}

impl Client {
    pub fn new(address: IpAddr, finding: Finding) -> Client {
        Client { address, finding, seat: Mutex::default() }
    }

    /// Counts the connection as this person's, unless they have too many.
    fn seat_for(&self, person: PersonId, gate: &Gate) -> bool {
        let mut seat = self.seat.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if seat.as_ref().is_some_and(|seat| seat.key == person) {
            return true;
        }
        *seat = gate.people.take(person);
        seat.is_some()
    }
}

/// A request that is about to be answered.
pub(crate) struct Asked {
    pub at: Timestamp,
    pub target: Target,
    pub who: Who,
    pub entry: Entry,
}

/// Nobody's password was asked for, or it was looked at.
enum Identified {
    Known(Who),
    Wrong,
    TooMany,
}

impl Worker {
    pub fn new(gate: Arc<Gate>, stop: CancellationToken) -> Worker {
        let pool = Pool::new(&gate.settings.limits);
        Worker { gate, pool, tasks: TaskTracker::new(), stop, periods: Mutex::default() }
    }

    /// The moment, with the school's periods looked up once a second.
    fn moment(&self, rules: &Arc<Rules>, at: Timestamp) -> Moment {
        let (these, second) = (Arc::as_ptr(rules) as usize, at.as_second());
        let mut kept = self.periods.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((rules, then, periods)) = *kept
            && (rules, then) == (these, second)
        {
            return Moment { at, periods };
        }
        let moment = rules.moment(at);
        *kept = Some((these, second, moment.periods));
        moment
    }

    /// Decides about a visit now.
    pub fn decide(&self, standing: &Standing, host: &Host, path: Option<&str>, at: Timestamp) -> Decision {
        let rules = self.gate.rules();
        let moment = self.moment(&rules, at);
        Decision::make(rules, &self.gate.sites(), standing, (host, path), moment)
    }

    async fn identify(&self, request: &Request<Incoming>, client: &Client, directory: &Directory) -> Identified {
        let gate = &self.gate;
        match Credentials::of(request.headers()) {
            Credentials::None => Identified::Known(Who::at(client.address, directory)),
            Credentials::Unreadable => Identified::Wrong,
            Credentials::Basic(token) => {
                let limits = &gate.settings.limits;
                match gate.proofs.check(token, client.address, directory, limits, &gate.metrics).await {
                    Answer::Known(who) => Identified::Known(who),
                    Answer::Wrong => Identified::Wrong,
                    Answer::TooMany => Identified::TooMany,
                }
            }
        }
    }

    /// Answers one request.
    pub async fn answer(
        self: Arc<Self>,
        client: Arc<Client>,
        request: Request<Incoming>,
    ) -> Result<Response<AnswerBody>, Infallible> {
        let gate = &self.gate;
        gate.metrics.requests.one_more();
        let (started, at) = (Instant::now(), gate.clock.now());
        let unnamed = Occasion { at, id: None };
        if let Some(why) = client.finding.get() {
            return Ok(self.refuse(&ambiguous(*why), unnamed));
        }
        let target = match Target::read(&request) {
            Ok(target) => target,
            Err(problem) => return Ok(self.refuse(&problem, unnamed)),
        };
        let directory = gate.directory();
        let identified = self.identify(&request, &client, &directory).await;
        let who = match &identified {
            Identified::Known(who) => who.clone(),
            Identified::Wrong | Identified::TooMany => Who::Nobody,
        };
        let standing = who.standing(client.address, &directory);
        let path = match target.kind {
            Kind::Plain => Some(path_of(request.uri())),
            Kind::Tunnel => None,
        };
        let path = path.as_deref();
        let decision = self.decide(standing, &target.host, path, at);
        let is_help = decision.verdict.reason == Reason::AlwaysOpen;
        let id = gate.next_id(at);
        let visited = Visited {
            id,
            at,
            client: client.address,
            method: request.method().as_str(),
            scheme: if target.kind == Kind::Plain { "http" } else { "https" },
            host: &target.host,
            port: target.port,
            path,
        };
        let mut entry = Entry::new(gate.clone(), started, visited.activity(&who, standing, &decision));
        // Help is never held up: not by a wrong password, nor by how many connections somebody has.
        match identified {
            Identified::Wrong if !is_help => return Ok(self.wrong_password(entry)),
            Identified::TooMany if !is_help => return Ok(self.too_many_wrong(entry)),
            _ => {}
        }
        if let Some(person) = who.person()
            && !client.seat_for(person, gate)
            && !is_help
        {
            gate.metrics.turned_away.one_more();
            return Ok(self.hold_back(&too_many_connections(), entry));
        }
        if self.asks_to_sign_in(&who, &decision) {
            gate.metrics.blocked.one_more();
            let why = "The gate has to know who you are before it can open this for you.";
            let response = gate.pages.sign_in(Some(&decision), why, Occasion { at, id: Some(id) });
            let activity = entry.activity();
            activity.outcome = domain::Outcome::Blocked;
            if decision.is_allowed() {
                activity.reason = Reason::NotIdentified.name().to_owned();
            }
            return Ok(done(entry, response));
        }
        let asked = Asked { at, target, who, entry };
        Ok(match asked.target.kind {
            Kind::Tunnel => tunnel::open(self, client, request, asked, decision).await,
            Kind::Plain if decision.is_allowed() => forward::forward(self, client, request, asked, decision).await,
            Kind::Plain => {
                gate.metrics.blocked.one_more();
                let response = gate.pages.blocked(&decision, &asked.target.host, Occasion { at, id: Some(id) });
                done(asked.entry, response)
            }
        })
    }

    fn asks_to_sign_in(&self, who: &Who, decision: &Decision) -> bool {
        *who == Who::Nobody
            && (decision.may_open_on_sign_in()
                || (self.gate.settings.sign_in == SignIn::Always
                    && !matches!(decision.verdict.reason, Reason::AlwaysOpen | Reason::Sealed)))
    }

    /// A request that goes nowhere; the connection is closed, since what follows on it can't be trusted either.
    fn refuse(&self, problem: &Problem, occasion: Occasion) -> Response<AnswerBody> {
        self.gate.metrics.refused.one_more();
        let mut response = self.gate.pages.problem(problem, occasion);
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    fn wrong_password(&self, mut entry: Entry) -> Response<AnswerBody> {
        let activity = entry.activity();
        activity.reason = "wrong-password".to_owned();
        activity.outcome = domain::Outcome::Blocked;
        let occasion = Occasion { at: activity.at, id: Some(activity.id) };
        done(entry, self.gate.pages.sign_in(None, "That name and password don’t fit.", occasion))
    }

    fn too_many_wrong(&self, entry: Entry) -> Response<AnswerBody> {
        let problem = Problem {
            status: StatusCode::TOO_MANY_REQUESTS,
            word: "too-many-sign-ins",
            heading: "Please wait a little",
            sentence: "There were too many wrong passwords from this computer.".to_owned(),
            mend: "Wait a few minutes, or sign in at the desk, and try again.",
        };
        let mut response = self.hold_back(&problem, entry);
        let wait = self.gate.settings.limits.sign_in_window.as_secs();
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
        response
    }

    /// The gate's own no to something that the rules allow: written down with its word.
    pub fn hold_back(&self, problem: &Problem, mut entry: Entry) -> Response<AnswerBody> {
        let activity = entry.activity();
        activity.reason = problem.word.to_owned();
        activity.outcome = domain::Outcome::Blocked;
        let occasion = Occasion { at: activity.at, id: Some(activity.id) };
        done(entry, self.gate.pages.problem(problem, occasion))
    }

    /// A site that could not be reached, or did not answer as it should.
    pub fn failed(&self, problem: &Problem, mut entry: Entry) -> Response<AnswerBody> {
        self.gate.metrics.unreachable.one_more();
        let activity = entry.activity();
        let occasion = Occasion { at: activity.at, id: Some(activity.id) };
        done(entry, self.gate.pages.problem(problem, occasion))
    }
}

/// The page is complete: the activity is written down before it goes out.
pub(crate) fn done(mut entry: Entry, response: Response<AnswerBody>) -> Response<AnswerBody> {
    let activity = entry.activity();
    activity.status = Some(response.status().as_u16());
    if let AnswerBody::Page(page) = response.body() {
        activity.received = page.len() as u64;
    }
    entry.finish();
    response
}

/// The path with its query; `http://a.example?b` means `/?b`.
pub(crate) fn path_of(uri: &Uri) -> Cow<'_, str> {
    match uri.path_and_query().map_or("/", |path| path.as_str()) {
        path if path.starts_with('/') => Cow::Borrowed(path),
        other => Cow::Owned(format!("/{other}")),
    }
}

fn too_many_connections() -> Problem {
    Problem {
        status: StatusCode::TOO_MANY_REQUESTS,
        word: "too-many-connections",
        heading: "Too much at once",
        sentence: "Your computer has very many connections open.".to_owned(),
        mend: "Close some pages and try again in a minute.",
    }
}
