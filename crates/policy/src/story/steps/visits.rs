//! Opening an address through the gate.

use domain::Address;

use crate::story::play::{Answer, Scene};
use crate::verdict::{Says, Visit};

impl Scene<'_> {
    pub(super) fn opens(&self, who: usize, address: &Address) -> Answer {
        let address = address.clone().seen_by_the_gate();
        let categories = (self.categories)(&address);
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories };
        let standing = self.records.standing(who, self.at());
        let verdict = self.rules.decide(&standing, visit, self.rules.moment(self.at()));
        let deciding = verdict.deciding();
        let grants = deciding.is_some_and(|evidence| matches!(evidence.says, Says::Grants(_)));
        // A grant rests on the clause that gives the permission and on the one that it opens.
        let cited = verdict.evidence.iter().take(if grants { usize::MAX } else { usize::from(deciding.is_some()) });
        let clauses = cited.map(|evidence| self.rules.citation(evidence.rule).clause.clone()).collect();
        Answer::of(if verdict.is_allowed() { "allowed" } else { "blocked" }, clauses)
    }
}
