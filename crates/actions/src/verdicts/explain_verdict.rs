//! Why is this site open or closed, to whom: the gate's own answer, with its evidence.

use domain::{
    Address, AddressError, Audience, Category, CategorySet, Duty, Group, Host, Outcome, PersonId, PolicyId, Role,
    Roles, Standing,
};
use jiff::Timestamp;
use policy::rules::shown;
use policy::{Because, Citation, Evidence, Reason, Rules, Says, Visit, VisitFrom};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::policies::permission_cards::PermissionCard;

#[derive(Debug, Clone)]
pub struct WhyIsSite {
    /// As it was typed.
    pub address: String,
    pub who: WhoIs,
    /// `None`: now.
    pub at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub enum WhoIs {
    /// Somebody as they stand now, with what they have signed and been granted.
    Person(PersonId),
    /// Anybody of an audience who has signed everything.
    Audience { audience: Audience, groups: Vec<Group>, roles: Vec<Role> },
}

#[derive(Debug, Clone)]
pub struct WhyPage {
    pub host: Host,
    pub path: Option<String>,
    pub categories: CategorySet,
    pub who_words: String,
    pub at: Timestamp,
    pub outcome: Outcome,
    pub reason: Reason,
    pub sentence: String,
    /// Every rule that spoke, the deciding one first.
    pub evidence: Vec<EvidenceLine>,
    /// Permissions that would open it.
    pub permissions: Vec<PermissionCard>,
    /// The host that the gate connects to instead, so that results are safe.
    pub safe_search: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceLine {
    pub citation: Citation,
    /// `closes it`, `opens it` …
    pub says: String,
    /// Why it concerns this person.
    pub because: String,
    pub category: Option<Category>,
    pub deciding: bool,
}

/// One verdict in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyVerdict {
    pub outcome: Outcome,
    pub reason: Reason,
    pub sentence: String,
    /// The clause that decided.
    pub policy: Option<PolicyId>,
    pub clause: Option<String>,
}

verb_error! {
    WhyError {
        #[error("{cause}. Write the address as in 'www.example.org/page'.")]
        NotAnAddress { cause: AddressError } => Invalid("address");
        #[error("There is nobody here with this name. Look for them in the list of people.")]
        NoSuchPerson => Invalid("who");
    }
}

impl Desk {
    /// What the gate would say, and why.
    pub async fn why_is_site(&self, actor: &Actor, input: WhyIsSite) -> Result<WhyPage, WhyError> {
        let actor = self.authorise(actor, Verb::WhyIsSite)?;
        let address =
            Address::parse(&input.address).map_err(|cause| WhyError::NotAnAddress { cause })?.seen_by_the_gate();
        let (standing, who_words) = self.standing_of(&actor, &input.who)?;
        let at = input.at.unwrap_or_else(|| self.now());
        let rules = self.rules();
        let categories = self.sites().categories(&address.host, address.path.as_deref());
        let (path, closed) = (address.path.as_deref(), self.closed_of(&address.host));
        let visit = Visit { host: &address.host, path, categories, from: VisitFrom::AnyDevice, closed: &closed };
        let verdict = rules.decide(&standing, visit, rules.moment(at));
        let evidence = verdict
            .evidence
            .iter()
            .enumerate()
            .map(|(place, evidence)| {
                evidence_line(&rules, &self.roles(), evidence, place == 0 && verdict.deciding().is_some())
            })
            .collect::<Vec<_>>();
        let permissions = self.opening_permissions(&actor, &rules, &verdict.evidence);
        Ok(WhyPage {
            host: address.host,
            path: address.path,
            categories,
            who_words,
            at,
            outcome: verdict.outcome,
            reason: verdict.reason,
            sentence: verdict.reason.sentence().to_owned(),
            evidence,
            permissions,
            safe_search: verdict.safe_search.map(str::to_owned),
        })
    }

    fn standing_of(&self, actor: &Actor, who: &WhoIs) -> Result<(Standing, String), WhyError> {
        match who {
            WhoIs::Person(person) => {
                let actor = self.authorise(actor, Verb::People)?;
                // The answer says what was given to them, which those who decide something else are not told.
                if !self.carries(&actor, Duty::SeeGate) {
                    return Err(Forbidden::because("it is for those who see both people and the gate").into());
                }
                let known = self.known(&actor);
                let member = known.feed.directory.member(*person).ok_or(WhyError::NoSuchPerson)?;
                Ok((member.standing.clone(), known.people_index.line(*person).name))
            }
            WhoIs::Audience { audience, groups, roles } => {
                let standing = Standing {
                    groups: groups.clone(),
                    roles: roles.iter().copied().collect(),
                    ..Standing::of(*audience)
                };
                let mut words = audience.title().to_owned();
                for group in groups {
                    words.push_str(&format!(" in {group}"));
                }
                let catalogue = self.roles();
                for role in roles {
                    words.push_str(&format!(", {}", catalogue.title(*role)));
                }
                Ok((standing, words))
            }
        }
    }

    /// The permissions of the rules that close it, or would but for one that was given. A rule that opens it may close other sites
    /// that a permission opens.
    fn opening_permissions(&self, actor: &Authorised, rules: &Rules, evidence: &[Evidence]) -> Vec<PermissionCard> {
        let published_policies = self.published_policies();
        let mut cards: Vec<PermissionCard> = Vec::new();
        let closing = evidence.iter().filter(|line| !matches!(line.says, Says::Allows));
        let named = closing.flat_map(|line| {
            let citation = rules.citation(line.rule);
            citation.unless.iter().map(move |id| (&citation.policy, id))
        });
        for (text, clause, permission) in named.filter_map(|(policy, id)| published_policies.permission(policy, id)) {
            let id = shown::permission(permission).id;
            if !cards.iter().any(|card| card.policy == text.record.policy && card.permission == id) {
                cards.push(self.card(actor, text, clause, permission));
            }
        }
        cards
    }

    pub(crate) fn verdict_for(
        &self,
        standing: &Standing,
        host: &Host,
        path: Option<&str>,
        at: Timestamp,
    ) -> WhyVerdict {
        let rules = self.rules();
        let categories = self.sites().categories(host, path);
        let closed = self.closed_of(host);
        let visit = Visit { host, path, categories, from: VisitFrom::AnyDevice, closed: &closed };
        let verdict = rules.decide(standing, visit, rules.moment(at));
        let citation = verdict.deciding().map(|evidence| rules.citation(evidence.rule));
        WhyVerdict {
            outcome: verdict.outcome,
            reason: verdict.reason,
            sentence: verdict.reason.sentence().to_owned(),
            policy: citation.map(|citation| citation.policy.clone()),
            clause: citation.map(|citation| citation.clause.clone()),
        }
    }
}

fn evidence_line(rules: &Rules, catalogue: &Roles, evidence: &Evidence, deciding: bool) -> EvidenceLine {
    let says = match evidence.says {
        Says::Blocks => "closes it",
        Says::Allows => "opens it",
        Says::Grants(_) => "opens it by a permission that was given",
        Says::MustSign => "asks for a signature first",
        Says::Withdraws => "has had access withdrawn",
        Says::MustBeListed => "lets in devices alone that are on its list",
        Says::SafeSearch => "locks it to safe results",
    };
    let because = match evidence.because {
        Because::Everyone => "it is for everyone".to_owned(),
        Because::Audience => "it is for this audience".to_owned(),
        Because::Role(role) => format!("it is for {}", catalogue.in_sentence(role)),
        Because::Group => "it is for a group that they are in".to_owned(),
        Because::NotIdentified => "nobody has signed in".to_owned(),
        Because::Person => "it is about this person alone".to_owned(),
    };
    EvidenceLine {
        citation: rules.citation(evidence.rule).clone(),
        says: says.to_owned(),
        because,
        category: evidence.category,
        deciding,
    }
}
