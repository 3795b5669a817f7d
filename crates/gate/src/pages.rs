//! The pages that the gate shows instead of a site. No script, no picture, nothing fetched: one short text each.

use askama::Template;
use domain::{ActivityId, Helpline, Host, moment_words};
use jiff::Timestamp;
use policy::{Citation, Reason};

use crate::explained_verdict::ExplainedVerdict;
use crate::settings::GateSettings;

/// The one style sheet that every page carries within itself.
pub const STYLE: &str = include_str!("../templates/style.css");

/// What every page shows around its own text.
struct PageFrame<'a> {
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
    frame: PageFrame<'a>,
    host: &'a str,
    sentence: String,
    citation: Option<&'a Citation>,
    person_known: bool,
    /// Whether a permission opens it, and whether this person may ask for that.
    can_be_opened: bool,
    /// Who may ask for that, at the start of a sentence.
    askers: Option<&'a str>,
    may_ask: bool,
}

#[derive(Template)]
#[template(path = "withdrawn.html")]
struct Withdrawn<'a> {
    frame: PageFrame<'a>,
    host: &'a str,
    because: &'a str,
    citation: Option<&'a Citation>,
}

#[derive(Template)]
#[template(path = "device_not_listed.html")]
struct DeviceNotListed<'a> {
    frame: PageFrame<'a>,
    host: &'a str,
    /// By which the gate knows the device, and the form asks for it.
    device: String,
    is_lost: bool,
    citation: Option<&'a Citation>,
    /// The permission with which this person may ask for the device to be listed.
    ask_with: Option<&'a str>,
    /// Who may ask for that, at the start of a sentence.
    askers: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "sign.html")]
struct Sign<'a> {
    frame: PageFrame<'a>,
    host: &'a str,
    /// What a child is told whose parent's signature alone is missing.
    parents: Option<String>,
    citation: Option<&'a Citation>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInForm<'a> {
    frame: PageFrame<'a>,
    sentence: &'a str,
    citation: Option<&'a Citation>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: PageFrame<'a>,
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

/// A page, whatever it is sent over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status that says the same.
    pub status: u16,
    pub html: String,
    /// The clause that the page rests on, in ASCII: `policy-id#clause-id; title="…"; version=3`.
    pub clause: Option<String>,
}

/// When and under which reference a page is shown.
#[derive(Clone, Copy)]
pub struct PageContext {
    pub at: Timestamp,
    pub id: Option<ActivityId>,
}

/// Makes the pages, in one school's name.
pub struct GatePages {
    settings: GateSettings,
}

impl GatePages {
    pub fn new(settings: &GateSettings) -> GatePages {
        GatePages { settings: settings.clone() }
    }

    fn frame(&self, context: PageContext) -> PageFrame<'_> {
        PageFrame {
            school: &self.settings.school,
            desk: self.settings.desk_url.trim_end_matches('/'),
            helplines: &self.settings.helplines,
            style: STYLE,
            time: moment_words(context.at, &self.settings.time_zone),
            reference: context.id.map(reference).unwrap_or_default(),
        }
    }

    /// The page for a verdict that blocks: 403, or 511 where a signature is owed.
    pub fn blocked(&self, decision: &ExplainedVerdict, host: &Host, context: PageContext) -> Page {
        let cited = decision.citation().map(Citation::for_readers);
        let (frame, host, citation) = (self.frame(context), host.as_str(), cited.as_ref());
        let (status, page) = match decision.verdict.reason {
            Reason::NotSigned => {
                let parents = decision.parents.map(|parents| parents.sentence(&self.settings.time_zone));
                (511, Sign { frame, host, parents, citation }.render())
            }
            Reason::Withdrawn => {
                let because = decision.withdrawn_because.as_str();
                (403, Withdrawn { frame, host, because, citation }.render())
            }
            Reason::DeviceNotListed => {
                let device = decision.unlisted_device.map(|address| address.to_string()).unwrap_or_default();
                let (ask_with, askers) = (decision.ask_with.as_deref(), decision.askers.as_deref());
                (
                    403,
                    DeviceNotListed { frame, host, device, is_lost: decision.is_lost, citation, ask_with, askers }
                        .render(),
                )
            }
            _ => {
                let page = Blocked {
                    frame,
                    host,
                    sentence: sentence(decision),
                    citation,
                    person_known: decision.person_known,
                    can_be_opened: decision.can_be_opened,
                    askers: decision.askers.as_deref(),
                    may_ask: decision.ask_with.is_some(),
                };
                (403, page.render())
            }
        };
        finished(status, page, citation)
    }

    /// 407: who is asking must be known first.
    pub fn sign_in(&self, decision: Option<&ExplainedVerdict>, why: &str, context: PageContext) -> Page {
        let cited = decision.and_then(ExplainedVerdict::citation).map(Citation::for_readers);
        let citation = cited.as_ref();
        let page = SignInForm { frame: self.frame(context), sentence: why, citation }.render();
        finished(407, page, citation)
    }

    /// Something else that stands in the way.
    pub fn problem(&self, problem: &GateProblem, context: PageContext) -> Page {
        let page = ProblemPage {
            frame: self.frame(context),
            heading: problem.heading,
            sentence: &problem.sentence,
            mend: problem.mend,
        };
        finished(problem.status, page.render(), None)
    }
}

/// What stands in the way of an answer, where no verdict does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateProblem {
    /// The HTTP status that says the same.
    pub status: u16,
    /// The stable word for the journal.
    pub word: &'static str,
    pub heading: &'static str,
    pub sentence: String,
    pub mend: &'static str,
}

/// The reason in one sentence.
fn sentence(decision: &ExplainedVerdict) -> String {
    if let Some(reason) = decision.citation().and_then(|citation| citation.for_readers().reason) {
        return reason;
    }
    let category = decision.verdict.deciding().and_then(|evidence| evidence.category);
    match (decision.verdict.reason, category) {
        (Reason::BlockedByCategory, Some(category)) => format!("It is one of these: {}.", category.title()),
        (reason, _) => reason.sentence().to_owned(),
    }
}

fn finished(status: u16, page: askama::Result<String>, citation: Option<&Citation>) -> Page {
    let html = page.unwrap_or_else(|_| format!("This page could not be shown ({status})."));
    Page { status, html, clause: citation.map(clause_value) }
}

/// `policy-id#clause-id; title="…"; version=3`, in ASCII as headers are.
fn clause_value(citation: &Citation) -> String {
    let title: String = citation
        .title
        .chars()
        .map(|letter| match letter {
            '‘' | '’' | '“' | '”' | '"' => '\'',
            '–' | '—' => '-',
            '\\' => '/',
            ' '..='~' => letter,
            _ => '?',
        })
        .collect();
    let (policy, clause, version) = (&citation.policy, &citation.clause, citation.version);
    format!("{policy}#{clause}; title=\"{title}\"; version={version}")
}
