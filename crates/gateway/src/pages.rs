//! The pages that the gate shows instead of a site. No script, no picture, nothing fetched: one short text each.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{ActivityId, Host};
use hyper::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use policy::{Citation, Reason};
use sha2::{Digest, Sha256};

use crate::body::AnswerBody;
use crate::decision::Decision;
use crate::settings::{Helpline, Settings};

/// Carries the clause that a page rests on: `policy-id#clause-id; title="…"; version=3`.
pub const CLAUSE_HEADER: HeaderName = HeaderName::from_static("schoolgate-clause");

const STYLE: &str = include_str!("../templates/style.css");

static SECURITY_POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("base64 and words are a header's value")
});

/// What every page shows around its own text.
struct Frame<'a> {
    school: &'a str,
    desk: &'a str,
    helplines: &'a [Helpline],
    style: &'static str,
    time: String,
    reference: String,
}

#[derive(Template)]
#[template(path = "blocked.html")]
struct Blocked<'a> {
    frame: Frame<'a>,
    host: &'a str,
    sentence: String,
    citation: Option<&'a Citation>,
    person_known: bool,
    can_be_asked_for: bool,
}

#[derive(Template)]
#[template(path = "withdrawn.html")]
struct Withdrawn<'a> {
    frame: Frame<'a>,
    host: &'a str,
    citation: Option<&'a Citation>,
}

#[derive(Template)]
#[template(path = "sign.html")]
struct Sign<'a> {
    frame: Frame<'a>,
    host: &'a str,
    citation: Option<&'a Citation>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame<'a>,
    sentence: &'a str,
    citation: Option<&'a Citation>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: Frame<'a>,
    heading: &'a str,
    sentence: &'a str,
    mend: &'a str,
}

/// The short reference on a page: the last eight hexadecimal digits of the activity's id, in two groups. Staff find the
/// activity by the end of its id.
pub fn reference(id: ActivityId) -> String {
    let digits = id.to_string();
    let end = &digits[digits.len() - 8..];
    format!("{}-{}", &end[..4], &end[4..])
}

/// When and under which reference a page is shown.
#[derive(Clone, Copy)]
pub(crate) struct Occasion {
    pub at: Timestamp,
    pub id: Option<ActivityId>,
}

/// Makes the pages, in one school's name.
pub(crate) struct Pages {
    settings: Settings,
    zone: TimeZone,
}

impl Pages {
    pub fn new(settings: &Settings) -> Pages {
        let zone = TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC);
        Pages { settings: settings.clone(), zone }
    }

    fn frame(&self, occasion: Occasion) -> Frame<'_> {
        Frame {
            school: &self.settings.school,
            desk: self.settings.desk_url.trim_end_matches('/'),
            helplines: &self.settings.helplines,
            style: STYLE,
            time: occasion.at.to_zoned(self.zone.clone()).strftime("%-d %B %Y, %H:%M").to_string(),
            reference: occasion.id.map(reference).unwrap_or_default(),
        }
    }

    /// The page for a verdict that blocks: 403, or 511 where a signature is owed.
    pub fn blocked(&self, decision: &Decision, host: &Host, occasion: Occasion) -> Response<AnswerBody> {
        let (frame, host, citation) = (self.frame(occasion), host.as_str(), decision.citation());
        let (status, page) = match decision.verdict.reason {
            Reason::NotSigned => (StatusCode::NETWORK_AUTHENTICATION_REQUIRED, Sign { frame, host, citation }.render()),
            Reason::Withdrawn => (StatusCode::FORBIDDEN, Withdrawn { frame, host, citation }.render()),
            reason => {
                let page = Blocked {
                    frame,
                    host,
                    sentence: sentence(decision),
                    citation,
                    person_known: decision.person_known,
                    can_be_asked_for: reason != Reason::Sealed,
                };
                (StatusCode::FORBIDDEN, page.render())
            }
        };
        cite(answer(status, page), citation)
    }

    /// 407: who is asking must be known first.
    pub fn sign_in(&self, decision: Option<&Decision>, why: &str, occasion: Occasion) -> Response<AnswerBody> {
        let citation = decision.and_then(Decision::citation);
        let page = SignIn { frame: self.frame(occasion), sentence: why, citation }.render();
        let mut response = answer(StatusCode::PROXY_AUTHENTICATION_REQUIRED, page);
        let realm: String =
            self.settings.school.chars().filter(|letter| letter.is_ascii() && !matches!(letter, '"' | '\\')).collect();
        let challenge = format!("Basic realm=\"{realm}\", charset=\"UTF-8\"");
        if let Ok(challenge) = HeaderValue::try_from(challenge) {
            response.headers_mut().insert(hyper::header::PROXY_AUTHENTICATE, challenge);
        }
        cite(response, citation)
    }

    /// Something else that stands in the way.
    pub fn problem(&self, problem: &Problem, occasion: Occasion) -> Response<AnswerBody> {
        let page = ProblemPage {
            frame: self.frame(occasion),
            heading: problem.heading,
            sentence: &problem.sentence,
            mend: problem.mend,
        };
        answer(problem.status, page.render())
    }
}

/// What stands in the way of an answer, where no verdict does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub status: StatusCode,
    /// The stable word for the journal.
    pub word: &'static str,
    pub heading: &'static str,
    pub sentence: String,
    pub mend: &'static str,
}

/// The reason in one sentence.
fn sentence(decision: &Decision) -> String {
    if let Some(reason) = decision.citation().and_then(|citation| citation.reason.clone()) {
        return reason;
    }
    let category = decision.verdict.deciding().and_then(|evidence| evidence.category);
    match (decision.verdict.reason, category) {
        (Reason::BlockedByCategory, Some(category)) => format!("It is one of these: {}.", category.title()),
        (reason, _) => reason.sentence().to_owned(),
    }
}

fn cite(mut response: Response<AnswerBody>, citation: Option<&Citation>) -> Response<AnswerBody> {
    if let Some(value) = citation.and_then(clause_value) {
        response.headers_mut().insert(CLAUSE_HEADER, value);
    }
    response
}

/// `policy-id#clause-id; title="…"; version=3`, in ASCII as headers are.
fn clause_value(citation: &Citation) -> Option<HeaderValue> {
    let title: String = citation
        .title
        .chars()
        .map(|letter| match letter {
            '‘' | '’' => '\'',
            '“' | '”' | '"' => '\'',
            '–' | '—' => '-',
            '\\' => '/',
            ' '..='~' => letter,
            _ => '?',
        })
        .collect();
    let (policy, clause, version) = (&citation.policy, &citation.clause, citation.version);
    HeaderValue::try_from(format!("{policy}#{clause}; title=\"{title}\"; version={version}")).ok()
}

fn answer(status: StatusCode, page: askama::Result<String>) -> Response<AnswerBody> {
    let page = page.unwrap_or_else(|_| status.to_string());
    let length = page.len();
    let mut response = Response::new(AnswerBody::page(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, SECURITY_POLICY.clone());
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    response
}
