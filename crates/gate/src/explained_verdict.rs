//! A verdict together with what is needed to explain it.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{CategorySet, Host, ParentsAsked, Standing, Unsigned};
use policy::kinds::Permission;
use policy::rules::asking::may_ask_or_give;
use policy::rules::shown;
use policy::{Because, Citation, Moment, Published, Reason, Rules, Somebody, Verdict, Visit, VisitFrom};

/// What the gate decided about one visit.
pub struct ExplainedVerdict {
    pub verdict: Verdict,
    pub categories: CategorySet,
    pub person_known: bool,
    /// The reason that was given for withdrawing the person's access; empty where it is not withdrawn.
    pub withdrawn_because: String,
    /// The address of the device that has to be on a register and is not listed.
    pub unlisted_device: Option<IpAddr>,
    /// Whether that device is marked as lost or stolen.
    pub is_lost: bool,
    /// Of the signature that it is blocked for, a parent's alone is missing.
    pub parents: Option<ParentsAsked>,
    /// Whether a permission opens what is closed here.
    pub can_be_opened: bool,
    /// Who may ask for such a permission, at the start of a sentence.
    pub askers: Option<String>,
    /// The first such permission that this person may ask for, or give when nobody has asked, by its id.
    pub ask_with: Option<String>,
    rules: Arc<Rules>,
}

impl ExplainedVerdict {
    /// Decides by `rules`.
    pub(crate) fn make(rules: Arc<Rules>, standing: &Standing, visit: Visit<'_>, moment: Moment) -> ExplainedVerdict {
        let Visit { categories, from, .. } = visit;
        let verdict = rules.decide(standing, visit, moment);
        let verdict_reason = verdict.reason;
        let withdrawn_because = standing.withdrawn.as_ref().map(|withdrawal| withdrawal.reason.clone());
        let mut decision = ExplainedVerdict {
            verdict,
            categories,
            person_known: standing.person.is_some(),
            withdrawn_because: withdrawn_because.unwrap_or_default(),
            unlisted_device: match from {
                VisitFrom::DeviceAt { address, .. } if verdict_reason == Reason::DeviceNotListed => Some(address),
                _ => None,
            },
            is_lost: matches!(from, VisitFrom::DeviceAt { listed, .. } if listed.iter().any(|device| device.is_lost)),
            parents: None,
            can_be_opened: false,
            askers: None,
            ask_with: None,
            rules,
        };
        if let Some(citation) = decision.citation().filter(|_| !decision.is_allowed()) {
            let asks = |(policy, permission): (&Published, &Permission)| {
                let asks_as = standing.roles.union(&standing.may_be);
                let asks = Somebody { roles: &asks_as, ..standing.into() };
                may_ask_or_give(&policy.document, permission, (asks, standing.into()), &|_| false)
            };
            let openers: Vec<(&Published, &Permission)> = decision.rules.openers(citation).collect();
            let (can_be_opened, theirs) = (!openers.is_empty(), openers.iter().copied().find(|opener| asks(*opener)));
            let ask_with = theirs.map(|(_, permission)| shown::permission(permission).id.to_owned());
            let document = openers.first().map(|(policy, _)| &policy.document);
            let permissions = openers.iter().map(|(_, permission)| *permission);
            let askers = document.and_then(|document| shown::askers(document, permissions));
            (decision.can_be_opened, decision.ask_with, decision.askers) = (can_be_opened, ask_with, askers);
        }
        if decision.verdict.reason == Reason::NotSigned {
            decision.parents = decision.citation().and_then(|citation| {
                let named =
                    |unsigned: &&Unsigned| unsigned.policy == citation.policy && unsigned.clause == citation.clause;
                standing.unsigned.iter().find(named)?.parents
            });
        }
        decision
    }

    pub fn is_allowed(&self) -> bool {
        self.verdict.is_allowed()
    }

    /// Where a visit to `asked` is carried: to the search engine's safe address where a clause locks it.
    pub fn destination(&self, asked: &Host) -> Host {
        let safe = self.verdict.safe_search.and_then(|safe| Host::parse(safe).ok());
        safe.unwrap_or_else(|| asked.clone())
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
        match self.verdict.reason {
            Reason::NotIdentified => true,
            Reason::Sealed => false,
            _ => for_the_unidentified || self.can_be_opened,
        }
    }
}
