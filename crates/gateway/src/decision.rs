//! A verdict together with what is needed to explain it.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Activity, ActivityId, CategorySet, Host, Outcome, Phase, Standing};
use jiff::Timestamp;
use policy::{Because, Citation, Moment, Reason, Rules, Verdict, Visit};

use crate::identity::Who;
use crate::search::search_term;

/// What the gate decided about one visit.
pub(crate) struct Decision {
    pub verdict: Verdict,
    pub categories: CategorySet,
    pub person_known: bool,
    rules: Arc<Rules>,
}

impl Decision {
    /// Decides by `rules`, with the site's categories from `sites`.
    pub fn make(
        rules: Arc<Rules>,
        sites: &sites::Index,
        standing: &Standing,
        (host, path): (&Host, Option<&str>),
        moment: Moment,
    ) -> Decision {
        let categories = sites.categories(host, path);
        let verdict = rules.decide(standing, Visit { host, path, categories }, moment);
        Decision { verdict, categories, person_known: standing.person.is_some(), rules }
    }

    pub fn is_allowed(&self) -> bool {
        self.verdict.is_allowed()
    }

    /// The clause that decided.
    pub fn citation(&self) -> Option<&Citation> {
        self.verdict.deciding().map(|evidence| self.rules.citation(evidence.rule))
    }

    /// Whether it is blocked because nobody knows who asks, and might be open to somebody who signs in.
    pub fn may_open_on_sign_in(&self) -> bool {
        if self.person_known || self.is_allowed() {
            return false;
        }
        let for_the_unidentified =
            self.verdict.deciding().is_some_and(|evidence| evidence.because == Because::NotIdentified);
        let a_permission_opens_it = || self.citation().is_some_and(|citation| citation.unless.is_some());
        match self.verdict.reason {
            Reason::NotIdentified => true,
            Reason::Sealed => false,
            _ => for_the_unidentified || a_permission_opens_it(),
        }
    }
}

/// One visit, as it is asked for.
pub(crate) struct Visited<'a> {
    pub id: ActivityId,
    pub at: Timestamp,
    pub client: IpAddr,
    pub method: &'a str,
    pub scheme: &'static str,
    pub host: &'a Host,
    pub port: u16,
    pub path: Option<&'a str>,
}

impl Visited<'_> {
    /// The visit as the journal keeps it, up to here.
    pub fn activity(&self, who: &Who, standing: &Standing, decision: &Decision) -> Activity {
        let mut activity = Activity {
            id: self.id,
            phase: Phase::Done,
            at: self.at,
            client: self.client,
            device: None,
            person: who.person(),
            audience: standing.audience,
            method: self.method.to_owned(),
            scheme: self.scheme.to_owned(),
            host: self.host.as_str().to_owned(),
            port: self.port,
            path: self.path.map(str::to_owned),
            search: self.path.and_then(|path| search_term(self.host, decision.categories, path)),
            categories: decision.categories,
            outcome: Outcome::Allowed,
            reason: String::new(),
            policy: None,
            clause: None,
            version: None,
            status: None,
            sent: 0,
            received: 0,
            duration: 0,
        };
        note(&mut activity, decision);
        activity
    }
}

/// Writes what was decided, and on which clause, into the activity.
pub(crate) fn note(activity: &mut Activity, decision: &Decision) {
    let citation = decision.citation();
    activity.outcome = decision.verdict.outcome;
    activity.reason = decision.verdict.reason.name().to_owned();
    activity.categories = decision.categories;
    activity.policy = citation.map(|citation| citation.policy.0.clone());
    activity.clause = citation.map(|citation| citation.clause.clone());
    activity.version = citation.map(|citation| citation.version.0);
}
