//! Who may withdraw somebody's access, and who may give it back.

use domain::{Audience, PolicyId, Role, RoleSet};
use policy::rules::sanctions;
use policy::{Document, Somebody};

use crate::role;

/// A policy with these sanctions, each with an id of its own.
fn policy_with(id: &str, sanctions: &[&str]) -> Document {
    let rules = sanctions.iter().enumerate();
    let rules: Vec<String> =
        rules.map(|(number, fields)| format!("[sanction]\nid = \"s{number}\"\n{fields}")).collect();
    crate::read(&crate::policy_of(id, "\"pupil\"", &rules))
}

const WITHDRAWS: &str = "decides = [\"headteacher\"]\nmay = [\"withdraw-access\"]";
const DISCIPLINES: &str = "decides = [\"teacher\"]\nmay = [\"discipline\"]";

fn holding(roles: &RoleSet) -> Somebody<'_> {
    Somebody { audience: Audience::Staff, roles, groups: &[] }
}

#[test]
fn access_is_withdrawn_by_a_rule_that_says_so_and_by_its_roles() {
    let document = policy_with("p", &[DISCIPLINES, WITHDRAWS]);
    let pupil = Somebody { audience: Audience::Pupil, ..Somebody::unidentified() };
    let by: Vec<&str> = sanctions::withdrawing(&document, pupil).map(|(clause, _)| clause.id.as_str()).collect();
    assert_eq!(by, ["clause-2"]);
    let (heads, teachers) = (RoleSet::from_iter([role("headteacher")]), RoleSet::from_iter([role("teacher")]));
    assert!(sanctions::may_withdraw(&document, holding(&heads)));
    assert!(!sanctions::may_withdraw(&document, holding(&teachers)), "theirs is a rule that withdraws nothing");
}

#[test]
fn access_is_given_back_by_the_clauses_own_roles_and_by_others_only_where_it_is_gone() {
    let policies = [
        policy_with("p", &[WITHDRAWS, "decides = [\"dsl\"]\nmay = [\"withdraw-access\"]", DISCIPLINES]),
        policy_with("q", &["decides = [\"it-staff\"]\nmay = [\"withdraw-access\"]"]),
    ];
    let restorers =
        |policy: &str, clause| -> Vec<Role> { sanctions::restorers(&policies, &PolicyId(policy.to_owned()), clause) };
    assert_eq!(restorers("p", "clause-1"), [role("headteacher")]);
    assert_eq!(restorers("p", "clause-2"), [role("dsl")]);
    assert_eq!(restorers("q", "clause-1"), [role("it-staff")]);
    assert_eq!(restorers("p", "clause-9"), [role("headteacher"), role("dsl"), role("it-staff")]);
}
