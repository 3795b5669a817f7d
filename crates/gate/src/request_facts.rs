//! What is known of a request when it is decided about, and how the journal keeps it.

use std::net::IpAddr;

use domain::{Activity, ActivityId, Host, Outcome, Phase, Standing};
use jiff::Timestamp;

use crate::explained_verdict::ExplainedVerdict;
use crate::identity::Identity;
use crate::search_terms::search_terms;

/// A request as the journal needs it.
pub struct RequestFacts<'a> {
    pub id: ActivityId,
    pub at: Timestamp,
    pub client: IpAddr,
    pub method: &'a str,
    pub scheme: &'static str,
    pub host: &'a Host,
    pub port: u16,
    pub path: Option<&'a str>,
}

impl RequestFacts<'_> {
    /// The activity as far as it is known when the decision is made.
    pub(crate) fn activity(&self, identity: &Identity, standing: &Standing, decision: &ExplainedVerdict) -> Activity {
        let mut activity = Activity {
            id: self.id,
            phase: Phase::Done,
            at: self.at,
            client: self.client,
            device: None,
            person: identity.person(),
            audience: standing.audience,
            method: self.method.to_owned(),
            scheme: self.scheme.to_owned(),
            host: self.host.as_str().to_owned(),
            port: self.port,
            path: self.path.map(str::to_owned),
            search: self.path.and_then(|path| search_terms(self.host, decision.categories, path)),
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
        note_decision(&mut activity, decision);
        activity
    }
}

/// Writes what was decided, and on which clause, into the activity.
pub fn note_decision(activity: &mut Activity, decision: &ExplainedVerdict) {
    let citation = decision.citation();
    activity.outcome = decision.verdict.outcome;
    activity.reason = decision.verdict.reason.name().to_owned();
    activity.categories = decision.categories;
    activity.policy = citation.map(|citation| citation.policy.0.clone());
    activity.clause = citation.map(|citation| citation.clause.clone());
    activity.version = citation.map(|citation| citation.version.0);
}
