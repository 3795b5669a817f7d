//! Opening an address, and searching.

use std::net::IpAddr;

use domain::{Address, GrantId, GrantScope, LiveGrant, Outcome, Standing};
use jiff::Timestamp;

use super::{ExampleAnswer, Run, standing};
use crate::example::{At, ExampleActor};
use crate::rules::{Rules, asking};
use crate::verdict::{Evidence, Says, Verdict, Visit, VisitFrom};

impl Run<'_> {
    pub(super) fn opens(
        &self,
        who: &ExampleActor,
        (address, from): (&Address, Option<IpAddr>),
        at: Option<At>,
        with: &[String],
        allowed: bool,
    ) -> ExampleAnswer {
        let mut standing = standing(who);
        standing.grants = with.iter().map(|permission| self.grant(permission, address)).collect();
        let verdict = self.decide(&standing, (address, from), at);
        ExampleAnswer {
            words: if verdict.is_allowed() { "allowed" } else { "blocked" }.to_owned(),
            agrees: verdict.is_allowed() == allowed,
            clauses: deciding_clauses(self.rules, &verdict),
        }
    }

    /// A search with Google stands for all engines that are locked to safe results.
    pub(super) fn searches(&self, who: &ExampleActor, text: &str, safe: bool) -> ExampleAnswer {
        let words = text.split_whitespace().collect::<Vec<_>>().join("+");
        let address = Address::parse("https://www.google.com/search").expect("an address");
        let address = Address { path: Some(format!("/search?q={words}")), ..address };
        let verdict = self.decide(&standing(who), (&address, None), None);
        let locks = verdict.evidence.iter().filter(|evidence| evidence.says == Says::SafeSearch);
        let clauses: Vec<String> = locks.map(|evidence| self.rules.citation(evidence.rule).clause.clone()).collect();
        let words = match (verdict.outcome, verdict.safe_search) {
            (Outcome::Blocked, _) => "blocked",
            (_, Some(_)) => "safe",
            (_, None) => "plain",
        };
        ExampleAnswer { words: words.to_owned(), agrees: words == if safe { "safe" } else { "plain" }, clauses }
    }

    /// No device is listed in an example, which has no registers.
    fn decide(&self, standing: &Standing, (address, from): (&Address, Option<IpAddr>), at: Option<At>) -> Verdict {
        let address = address.clone().seen_by_the_gate();
        let categories = (self.categories)(&address);
        let from = from.map_or(VisitFrom::AnyDevice, |address| VisitFrom::DeviceAt { address, listed: &[] });
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories, from, closed: &[] };
        self.rules.decide(standing, visit, self.rules.moment(self.at(at).timestamp()))
    }

    /// A live grant of a permission, for the address's host.
    fn grant(&self, permission: &str, address: &Address) -> LiveGrant {
        let scoped = self.document.permission(permission).is_none_or(|(_, permission)| asking::opens_sites(permission));
        LiveGrant {
            id: "00000000000000000000000000000000".parse::<GrantId>().expect("zeros are an identifier"),
            policy: self.document.id.clone(),
            permission: permission.to_owned(),
            scope: if scoped { GrantScope::Site(address.host.clone()) } else { GrantScope::Words(String::new()) },
            from: Timestamp::MIN,
            until: None,
        }
    }
}

/// The clauses that decided. A grant rests on the clause that gives the permission and on the one that it opens; where rules
/// of several clauses say the same with the same strength, each of them decides.
pub(crate) fn deciding_clauses(rules: &Rules, verdict: &Verdict) -> Vec<String> {
    let Some(deciding) = verdict.deciding() else { return Vec::new() };
    let alike = |evidence: &&Evidence| match deciding.says {
        Says::Grants(_) => matches!(evidence.says, Says::Grants(_) | Says::Blocks),
        says => evidence.says == says && evidence.category.is_some() == deciding.category.is_some(),
    };
    let alike = verdict.evidence.iter().filter(alike);
    alike.map(|evidence| rules.citation(evidence.rule).clause.clone()).collect()
}
