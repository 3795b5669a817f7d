//! Registers that follow from a consent: what they can't have, whom they list, and who is shown a register with a permission.

use domain::Roles;
use policy::{Source, explain, run_examples};

const CONSENT: &str = "[consent]\nid = \"images\"\ntitle = \"Photographs\"\nfrom = [\"parent\"]\nabout = [\"pupil\"]\n\
    for = \"the website\"\npurposes = [\"in print\", \"on the website\"]\nexpires = \"12 months\"\nasked = \"once\"";
const REGISTER: &str = "[register]\nid = \"no-images\"\ntitle = \"No pictures of these\"\nkeeper = [\"office\"]\n\
    without-consent = \"images\"";
const PERMISSION: &str = "[permission]\nid = \"see\"\ntitle = \"See it\"\nasks = [\"staff\"]\ndecides = [\"office\"]\n\
    opens = \"other\"\nlongest = \"1 week\"";
const SHOWN: &str = "[register]\nid = \"keys\"\ntitle = \"Keys\"\nkeeper = [\"office\"]\n\
    fields = { door = \"text\", code = \"text\" }\nshown-with = \"see\"\nshows = [\"door\"]";

fn text(rules: &[&str]) -> String {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    crate::policy_of("p", "\"pupil\", \"parent\", \"staff\"", &rules)
}

/// What is wrong with a policy of these rules, each with its mend.
fn problems(rules: &[&str]) -> Vec<String> {
    let (document, mut problems) = policy::parse(&Source::new("policy.md", text(rules)), Roles::ready());
    problems.extend(document.iter().flat_map(|document| policy::check(std::slice::from_ref(document))));
    problems.into_iter().map(|problem| format!("{} ({})", problem.message, problem.mend)).collect()
}

fn holds(rules: &[&str], story: &str) {
    let document = crate::read(&format!("{}\n```story\n{story}\n```\n", text(rules)));
    assert!(policy::check(std::slice::from_ref(&document)).is_empty());
    let rules = crate::compile(std::slice::from_ref(&document));
    let outcomes = run_examples(&[document], &rules, &|_| domain::CategorySet::EMPTY).into_iter();
    let failed = outcomes.filter(|outcome| !outcome.passed);
    let failed: Vec<String> = failed.map(|outcome| format!("{} | got {}", outcome.text, outcome.got)).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_register_that_follows_from_a_consent_has_no_entries_to_say_anything_of() {
    assert!(problems(&[CONSENT, REGISTER]).is_empty());
    let with_entries = format!("{REGISTER}\nfields = [\"child\"]\ncheck-every = \"every term\"");
    assert_eq!(
        problems(&[CONSENT, &with_entries]),
        [
            "nobody writes in the register 'no-images', which follows from a consent: 'fields' is about entries (take 'fields' out, or 'without-consent')",
            "nobody writes in the register 'no-images', which follows from a consent: 'check-every' is about entries (take 'check-every' out, or 'without-consent')",
        ]
    );
    let nothing = "[register]\nid = \"empty\"\ntitle = \"Empty\"\nkeeper = [\"office\"]";
    assert_eq!(
        problems(&[nothing]),
        [
            "the register 'empty' does not say what an entry says (write its 'fields', as in fields = { device = \"text\" })"
        ]
    );
}

#[test]
fn a_register_follows_from_a_consent_of_the_policy_that_is_asked_once_and_a_yes_writes_nothing_in_it() {
    let anew = CONSENT.replace("\nasked = \"once\"", "");
    assert_eq!(
        problems(&[&anew, REGISTER]),
        [
            "the register 'no-images' follows from the consent 'images', which is asked anew for each request (write asked = \"once\" in the consent 'images', or take 'without-consent' out)"
        ]
    );
    assert_eq!(
        problems(&[REGISTER]),
        ["this policy has no consent 'images' (name a consent of this policy, or add one)"]
    );
    let with = format!("{REGISTER}\nshown-with = \"sea\"");
    assert_eq!(problems(&[CONSENT, &with, PERMISSION]), ["this policy has no permission 'sea' (did you mean 'see'?)"]);
    let enters = format!("{PERMISSION}\nenforced-by = \"no-images\"");
    assert_eq!(
        problems(&[CONSENT, REGISTER, &enters]),
        [
            "a yes to 'see' becomes an entry of 'no-images', which follows from a consent (take 'enforced-by' out, or 'without-consent')"
        ]
    );
}

#[test]
fn somebody_is_listed_until_there_is_a_yes_for_each_purpose_from_a_parent_who_is_here() {
    holds(
        &[CONSENT, REGISTER],
        "Monday 08:00: parent Pat answers for pupil Ada\n\
         Monday 08:01: office finds pupil Ada listed in no-images -> not given #clause-2\n\
         Monday 08:02: parent Pat says yes to images about pupil Ada -> allowed\n\
         Monday 08:03: office finds pupil Ada listed in no-images -> no\n\
         Monday 08:03: office finds pupil Bo listed in no-images -> not given\n\
         13 months later: office finds pupil Ada listed in no-images -> not given\n\
         1 hour later: parent Pat says yes to images about pupil Ada -> allowed\n\
         1 hour later: office finds pupil Ada listed in no-images -> no\n\
         1 hour later: parent Pat leaves\n\
         1 hour later: office finds pupil Ada listed in no-images -> not given\n\
         1 hour later: office enters no-images -> refused",
    );
}

#[test]
fn those_to_whom_the_clause_shows_the_list_read_it_and_nobody_else() {
    let shown = format!("{REGISTER}\nshown-to = [\"teacher\"]");
    holds(
        &[CONSENT, &shown],
        "Monday 08:01: teacher finds pupil Ada listed in no-images -> not given\n\
         Monday 08:01: staff Sid finds pupil Ada listed in no-images -> no\n\
         Monday 08:02: parent Pat finds pupil Ada listed in no-images -> no\n\
         Monday 08:02: pupil Ada finds pupil Ada listed in no-images -> no",
    );
    let document = crate::read(&text(&[CONSENT, &format!("{shown}\nshown-with = \"see\""), PERMISSION]));
    let said = explain(&document)[1].sentences.join(" ");
    for part in
        ["follows from what is said to the consent", "A teacher can read it", "the permission 'see' can read it"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let concerned = format!("{REGISTER}\nshown-to = [\"person-concerned\"]");
    let found = problems(&[CONSENT, &concerned]);
    assert!(
        found.iter().any(|problem| problem.starts_with("'shown-to' of the register 'no-images' is about people")),
        "{found:?}"
    );
}

#[test]
fn a_register_of_entries_is_shown_with_a_permission_as_long_as_it_is_held() {
    holds(
        &[SHOWN, PERMISSION],
        "Monday 08:00: office enters keys -> allowed\n\
         Monday 08:01: staff Sid finds an entry in keys -> no\n\
         Monday 08:01: staff Sid asks see for \"the sports day\" -> allowed\n\
         Monday 08:02: office approves see -> allowed\n\
         Monday 08:03: staff Sid finds an entry in keys -> yes\n\
         Monday 08:03: staff Tom finds an entry in keys -> no\n\
         2 weeks later: staff Sid finds an entry in keys -> no",
    );
    let without = SHOWN.replace("\nshows = [\"door\"]", "");
    assert!(problems(&[&without, PERMISSION])[0].contains("to whom it is shown or what they are shown, and not both"));
}
