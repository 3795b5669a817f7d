//! Whom a policy tells what is watched of theirs.

use domain::{Audience, RoleSet};
use policy::Somebody;
use policy::rules::notices::tells_of_watching;

const RULES: [&str; 4] = [
    "[watch]\nfor = [\"pupil\"]\nin = [\"search\"]\nphrases = [\"a phrase\"]\nseverity = \"medium\"\ntell = [\"dsl\"]\nwithin = \"at once\"",
    "[view]\nwhat = [\"web\"]\nwho = [\"dsl\"]\npurposes = [\"Keeping a pupil safe\"]",
    "[retain]\nwhat = [\"web activity\"]\nfor = \"30 days\"\nthen = \"delete\"",
    "[block]\nsites = [\"games\"]\nfor = [\"pupil\"]",
];

#[test]
fn a_notice_of_watching_names_what_watches_and_who_may_look() {
    let document = crate::read(&crate::policy_of("p", "\"pupil\", \"staff\"", &RULES.map(str::to_owned)));
    let told = |audience: Audience| {
        let nobody = RoleSet::new();
        let somebody = Somebody { audience, roles: &nobody, groups: &[] };
        let rules = document.rules().filter(|(_, rule)| tells_of_watching(&document, rule, somebody));
        rules.map(|(_, rule)| rule.kind()).collect::<Vec<_>>()
    };
    assert_eq!(told(Audience::Pupil), ["watch", "view", "retain"]);
    assert_eq!(told(Audience::Staff), ["view", "retain"], "no watch is for staff");
    assert_eq!(told(Audience::Visitor), [""; 0], "the policy does not speak to visitors");
}
