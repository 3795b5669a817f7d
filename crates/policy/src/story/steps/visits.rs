//! Opening an address through the gate.

use domain::Address;

use crate::example::deciding_clauses;
use crate::story::play::{Scene, StepAnswer};
use crate::verdict::Visit;

impl Scene<'_> {
    pub(super) fn opens(&self, who: usize, address: &Address) -> StepAnswer {
        let address = address.clone().seen_by_the_gate();
        let categories = (self.categories)(&address);
        let visit = Visit { host: &address.host, path: address.path.as_deref(), categories };
        let standing = self.records.standing(who, self.at());
        let verdict = self.rules.decide(&standing, visit, self.rules.moment(self.at()));
        let clauses = deciding_clauses(self.rules, &verdict);
        StepAnswer::of(if verdict.is_allowed() { "allowed" } else { "blocked" }, clauses)
    }
}
