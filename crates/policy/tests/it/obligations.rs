//! What people owe and what binds their passwords and sessions.

use domain::{Audience, PolicyId, RoleSet};
use policy::kinds::{How, Signer};
use policy::rules::{shown, signing};
use policy::{Document, Somebody};

use crate::role;

fn somebody(audience: Audience) -> Somebody<'static> {
    Somebody { audience, ..Somebody::unidentified() }
}

fn asked_of(document: &Document, audience: Audience) -> usize {
    signing::agreements(document, somebody(audience)).len()
}

#[test]
fn an_agreement_is_owed_by_those_whom_it_names_and_by_nobody_else() {
    let school = crate::school();
    let asked = [Audience::Pupil, Audience::Staff, Audience::Governor].map(|audience| asked_of(&school, audience));
    assert_eq!(asked, [1, 0, 0]);
}

#[test]
fn an_agreement_that_names_nobody_is_owed_by_the_policys_audiences() {
    let text = crate::policy_of("p", "\"staff\"", &["[agreement]\nby = [\"self\"]".to_owned()]);
    let document = crate::read(&text);
    assert_eq!((asked_of(&document, Audience::Staff), asked_of(&document, Audience::Pupil)), (1, 0));
}

#[test]
fn of_several_agreements_the_one_that_asks_most_is_asked() {
    let rules = [
        "[agreement]\nby = [\"self\"]\nhow = \"shown\"\nbefore = \"access\"",
        "[agreement]\nby = [\"self\"]\nbefore = \"access\"",
    ];
    let document = crate::read(&crate::policy_of("p", "\"staff\"", &rules.map(str::to_owned)));
    let (clause, agreement) =
        signing::agreement_for(&document, somebody(Audience::Staff), Signer::Own).expect("staff sign");
    assert_eq!((clause.id.as_str(), shown::agreement(agreement).how), ("clause-2", How::Sign));
}

#[test]
fn a_permission_is_found_by_its_policy_and_id() {
    let rules = crate::compile(&[crate::school()]);
    let (clause, permission) = rules.permission(&PolicyId("pupil-use".to_owned()), "lesson-site").expect("it is there");
    assert_eq!((clause.id.as_str(), shown::permission(permission).title), ("social-media", "Open a site for a class"));
    assert!(rules.permission(&PolicyId("other".to_owned()), "lesson-site").is_none());
    assert_eq!(rules.permissions().count(), 1);
}

#[test]
fn the_strictest_session_holds() {
    let rules =
        ["[session]\nidle = \"1 hour\"\nend-of-day = true", "[session]\nfor = [\"dsl\"]\nidle = \"10 minutes\""];
    let text = crate::policy_of("p", "\"staff\"", &rules.map(str::to_owned));
    let rules = crate::compile(&[crate::read(&text)]);
    let teacher = somebody(Audience::Staff);
    let leads = RoleSet::from_iter([role("dsl")]);
    let lead = Somebody { roles: &leads, ..somebody(Audience::Staff) };
    let limits = rules.session_for(teacher);
    assert_eq!((limits.idle.map(|span| span.to_string()), limits.end_of_day), (Some("1 hour".to_owned()), true));
    let limits = rules.session_for(lead);
    assert_eq!((limits.idle.map(|span| span.to_string()), limits.end_of_day), (Some("10 minutes".to_owned()), true));
    assert_eq!(rules.citation(limits.clause.expect("a rule says so")).clause, "clause-2");
}

#[test]
fn a_password_must_meet_every_rule_that_concerns_its_person() {
    let rules = [
        "[password]\nshortest = 8\nnot-in = [\"common\", \"own-details\"]",
        "[password]\nfor = [\"staff\"]\nshortest = 12\nneeds = [\"capitals\", \"digits\"]",
    ];
    let text = crate::policy_of("p", "\"staff\", \"pupil\"", &rules.map(str::to_owned));
    let rules = crate::compile(&[crate::read(&text)]);
    let (pupil, staff) = (somebody(Audience::Pupil), somebody(Audience::Staff));
    assert_eq!(rules.check_password(pupil, "gravel otter", &["Amara"]), []);
    assert_eq!(rules.check_password(pupil, "password1", &[]).len(), 1);
    assert_eq!(rules.check_password(pupil, "amara-otter-lamp", &["Amara"]).len(), 1);
    let short = crate::compile(&[]).check_password(pupil, "river", &[]);
    assert_eq!(short.iter().map(|problem| problem.citation).collect::<Vec<_>>(), [None], "no rule asks for more");
    let problems = rules.check_password(staff, "otter lamp", &[]);
    let cited: Vec<&str> =
        problems.iter().map(|problem| rules.citation(problem.citation.expect("a rule")).clause.as_str()).collect();
    assert_eq!(cited, ["clause-2", "clause-2", "clause-2"]);
    assert_eq!(rules.check_password(staff, "Otter lamp gravel 9", &[]), []);
}
