//! What a register lets in, who reads it, and what a yes writes into it.

use domain::{FieldAnswer, FormAnswers, FormChecks, Opens, PersonId, Recipient, TextLimits};
use policy::kinds::Rule;
use policy::rules::{registers, shown};
use policy::{Document, Source, run_examples};
use uuid::Uuid;

use crate::consents::request_for;
use crate::five_policies::{POLICIES, read};
use crate::site_lists::SiteLists;

const RULES: [&str; 8] = [
    "[register]\nid = \"devices\"\ntitle = \"Devices\"\nkeeper = [\"it-staff\"]\nlater = [\"given-back\"]\n\
     fields = { device = \"text\", encrypted = \"yes-no\", given-back = \"date\" }\n\
     refuse = { encrypted = [\"no\"] }",
    "[register]\nid = \"searches\"\ntitle = \"Searches\"\nkeeper = [\"headteacher\"]\nfields = [\"device\", \"found\"]\n\
     second-person = [\"slt\"]",
    "[register]\nid = \"known-people\"\ntitle = \"Known people\"\nkeeper = [\"slt\"]\nfields = [\"whom\"]\n\
     declared-by = \"self\"\nfor = [\"staff\"]",
    "[register]\nid = \"outside\"\ntitle = \"May go out\"\nkeeper = [\"it-staff\"]\n\
     fields = { device = \"text\", encrypted = \"yes-no\" }\nmay-leave-when = { encrypted = [\"yes\"] }",
    "[register]\nid = \"own-devices\"\ntitle = \"Own devices\"\nkeeper = [\"it-staff\"]\n\
     fields = { owner = \"person\", device = \"text\", lock = [\"a code\", \"none\"] }\nrefuse = { lock = [\"none\"] }",
    "[permission]\nid = \"own-device\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"it-staff\"]\nopens = \"device\"\n\
     needs = [\"device\", \"why-it-is-needed\"]\nfields = { lock = [\"a code\", \"none\"] }\n\
     enforced-by = \"own-devices\"\nlongest = \"1 week\"",
    "[register]\nid = \"phones\"\ntitle = \"Work telephones\"\nkeeper = [\"it-staff\"]\n\
     fields = { holder = \"person\", number = \"text\" }",
    "[permission]\nid = \"take-home\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"it-staff\"]\nopens = \"device\"\n\
     fields = { encrypted = \"yes-no\" }\nrefuse = { encrypted = [\"no\"] }",
];

fn policy(block: &str, lines: &str) -> String {
    let rules = RULES.map(str::to_owned);
    format!("{}\n```{block}\n{lines}\n```\n", crate::policy_of("p", "\"pupil\", \"staff\"", &rules))
}

fn holds(block: &str, lines: &str) {
    let document = crate::read(&policy(block, lines));
    assert!(policy::check(std::slice::from_ref(&document)).is_empty());
    let (lists, rules) = (SiteLists::read(), crate::compile(std::slice::from_ref(&document)));
    let failed: Vec<String> = run_examples(&[document], &rules, &|address| lists.categories(address))
        .into_iter()
        .filter(|outcome| !outcome.passed)
        .map(|outcome| format!("{} | got {}", outcome.text, outcome.got))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_register_lets_in_what_its_keepers_write_and_nothing_that_it_refuses() {
    holds(
        "example",
        "it-staff enters devices -> allowed #clause-1\n\
         it-staff enters devices, without given-back -> allowed\n\
         it-staff enters devices, with given-back \"next week\" -> refused\n\
         it-staff enters devices, without device -> refused #clause-1\n\
         it-staff enters devices, with encrypted \"no\" -> refused #clause-1\n\
         staff enters devices -> refused\n\
         pupil enters devices -> refused",
    );
}

#[test]
fn where_a_clause_asks_for_a_second_person_another_holder_of_a_role_must_be_there() {
    holds(
        "example",
        "headteacher enters searches -> refused #clause-2\n\
         headteacher enters searches, beside slt -> allowed #clause-2\n\
         headteacher enters searches, beside teacher -> refused\n\
         slt enters searches, beside headteacher -> refused",
    );
    holds(
        "story",
        "Monday 09:00: staff Hal as headteacher, slt enters searches, beside staff Hal -> refused #clause-2\n\
         09:00: staff Hal enters searches, beside staff Sid as slt -> allowed\n\
         09:01: staff Sid finds an entry in searches -> yes\n\
         09:01: staff Una as slt finds an entry in searches -> no\n\
         09:02: staff Sid closes the entry in searches -> refused\n\
         09:03: staff Hal corrects the entry in searches, with found \"nothing\" -> refused\n\
         09:03: staff Hal corrects the entry in searches, with found \"nothing\", beside staff Sid -> allowed",
    );
}

#[test]
fn a_correction_needs_a_second_person_again_who_neither_wrote_nor_corrects() {
    holds(
        "story",
        "Monday 09:00: staff Hal as headteacher enters searches, beside staff Sid as slt -> allowed\n\
         09:01: staff Hope as headteacher, slt corrects the entry in searches, with found \"a film\" -> refused\n\
         09:01: staff Hope corrects the entry in searches, with found \"a film\", beside staff Hope -> refused\n\
         09:02: staff Hope corrects the entry in searches, with found \"a film\", beside staff Una as slt -> allowed\n\
         09:03: staff Una finds an entry in searches -> yes\n\
         09:03: staff Sid finds an entry in searches -> yes",
    );
    let document = crate::read(&crate::policy_of("p", "\"pupil\", \"staff\"", &[RULES[1].to_owned()]));
    let says = policy::explain(&document)[0].sentences.concat();
    assert!(says.contains("again for each correction of it"), "{says}");
}

#[test]
fn where_entries_are_peoples_own_each_writes_theirs_and_the_keepers_read_them() {
    holds(
        "story",
        "Monday 09:00: pupil Cal enters known-people -> refused #clause-3\n\
         09:00: staff Ada enters known-people -> allowed #clause-3\n\
         09:01: staff Sid as slt finds an entry in known-people -> yes\n\
         09:01: staff Ben finds an entry in known-people -> no\n\
         09:02: staff Ben closes the entry in known-people -> refused\n\
         09:02: staff Ada corrects the entry in known-people, with whom \"a cousin\" -> allowed\n\
         09:03: staff Ada closes the entry in known-people -> allowed\n\
         09:04: staff Sid finds an entry in known-people -> no",
    );
}

#[test]
fn nobody_reads_or_closes_what_is_about_them_and_another_keeper_does_or_those_who_receive_reports() {
    holds(
        "story",
        "Monday 09:00: staff Ivy as it-staff enters phones, with holder \"staff\" -> allowed\n\
         09:00: staff Ivy finds an entry in phones -> yes #clause-7\n\
         09:00: staff Hal as headteacher finds an entry in phones -> no\n\
         09:01: staff Ivy enters phones, with holder \"Ivy\" -> allowed #clause-7\n\
         09:01: staff Ivy finds an entry in phones -> no #clause-7\n\
         09:01: staff Ivy closes the entry in phones -> refused\n\
         09:01: staff Gil as governors finds an entry in phones -> no\n\
         09:01: staff Hal finds an entry in phones -> yes\n\
         09:02: staff Ian as it-staff finds an entry in phones -> yes\n\
         09:02: staff Hal finds an entry in phones -> no\n\
         09:03: staff Ian closes the entry in phones -> allowed",
    );
}

#[test]
fn a_keeper_reads_and_closes_what_they_declared_themselves() {
    holds(
        "story",
        "Monday 09:00: staff Sid as slt enters known-people -> allowed #clause-3\n\
         09:00: staff Hal as headteacher finds an entry in known-people -> yes\n\
         09:01: staff Sid finds an entry in known-people -> yes\n\
         09:01: staff Sid closes the entry in known-people -> allowed",
    );
}

#[test]
fn the_explanation_says_that_nobody_reads_what_names_them_where_an_entry_can_name_somebody() {
    let says = |rule: &str| {
        let document = crate::read(&crate::policy_of("p", "\"pupil\", \"staff\"", &[rule.to_owned()]));
        policy::explain(&document)[0].sentences.concat().contains("Nobody reads or changes an entry that names them")
    };
    assert!(says(RULES[6]));
    assert!(!says(RULES[0]));
}

#[test]
fn what_may_leave_the_premises_is_what_the_entry_says_that_it_must_be() {
    holds(
        "example",
        "it-staff enters outside -> may leave #clause-4\n\
         it-staff enters outside, with encrypted \"no\" -> must stay #clause-4\n\
         staff enters outside -> refused",
    );
}

#[test]
fn a_yes_becomes_an_entry_which_ends_with_it_and_what_the_register_refuses_can_not_be_asked() {
    holds(
        "story",
        "Monday 09:00: staff Ada asks own-device for \"a laptop\", with lock \"none\" -> refused #clause-6\n\
         09:00: staff Ada asks own-device for \"a laptop\", with lock \"a code\" -> it-staff decides\n\
         09:01: it-staff finds an entry in own-devices -> no\n\
         09:02: it-staff approves own-device -> allowed\n\
         09:03: it-staff finds an entry in own-devices -> yes #clause-5\n\
         09:03: it-staff closes the entry in own-devices -> refused\n\
         8 days later: it-staff finds an entry in own-devices -> no\n\
         09:00: staff Ben asks own-device for \"a telephone\" -> it-staff decides\n\
         09:01: it-staff approves own-device -> allowed\n\
         09:02: it-staff finds an entry in own-devices -> yes\n\
         09:03: it-staff revokes own-device -> allowed\n\
         09:04: it-staff finds an entry in own-devices -> no",
    );
}

fn problems(rules: &[&str]) -> Vec<String> {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    let text = crate::policy_of("p", "\"staff\"", &rules);
    let (document, problems) = policy::parse(&Source::new("p.md", text), domain::Roles::ready());
    let across =
        if problems.is_empty() { policy::check(&document.into_iter().collect::<Vec<_>>()) } else { Vec::new() };
    problems.into_iter().chain(across).map(|problem| format!("{} ({})", problem.message, problem.mend)).collect()
}

#[test]
fn a_register_that_could_not_work_is_refused_with_its_mend() {
    let register = "[register]\nid = \"d\"\ntitle = \"t\"\nkeeper = [\"dsl\"]\n";
    let fields = "fields = { device = \"text\", encrypted = \"yes-no\" }\n";
    let with = |rest: &str| problems(&[&format!("{register}{fields}{rest}")]);
    assert_eq!(
        with("refuse = { encrypted = [\"perhaps\"], device = [\"none\"], lock = [\"none\"] }").join("\n"),
        "'refuse' of the register 'd': 'perhaps' is no answer in 'encrypted' (name a field of the kind \"yes-no\", or one with a list of words, and its answers to the letter)\n\
         'refuse' of the register 'd': what stands in 'device' is for whoever writes it to say (name a field of the kind \"yes-no\", or one with a list of words, and its answers to the letter)\n\
         'refuse' of the register 'd': there is no field 'lock' (name a field of the kind \"yes-no\", or one with a list of words, and its answers to the letter)"
    );
    assert_eq!(
        with("lost-by = [\"lost\"]").first().map(String::as_str),
        Some(
            "the register 'd' does not say what stands on the label of what is lost (write 'labelled-with', as in labelled-with = [\"serial-number\"])"
        )
    );
    assert_eq!(
        with("lost-by = [\"lost\"]\nlabelled-with = [\"encrypted\"]").first().map(String::as_str),
        Some(
            "'labelled-with' of the register 'd' names 'encrypted', which is no text of it (name one of its fields of the kind \"text\")"
        )
    );
    assert_eq!(
        with("labelled-with = [\"device\"]"),
        [
            "'labelled-with' of the register 'd' says by what something is named that is lost, and nothing can be (write 'lost-by' too, or take 'labelled-with' out)"
        ]
    );
    assert_eq!(
        with("later = [\"returned\"]"),
        [
            "'later' of the register 'd' names 'returned', which is no field of it (name one of its fields, or take it out)"
        ]
    );
    assert_eq!(
        problems(&[&format!("{register}fields = [\"device\", \"device\"]")]),
        ["the register 'd' has the field 'device' twice (take one of them out)"]
    );
}

#[test]
fn what_counts_names_two_numbers_of_which_the_second_is_known_from_the_start() {
    let with = |rest: &str| {
        problems(&[&format!(
            "[register]\nid = \"d\"\ntitle = \"t\"\nkeeper = [\"dsl\"]\n\
             fields = {{ name = \"text\", copies = \"number\", installed = \"number\" }}\n{rest}"
        )])
    };
    assert_eq!(
        with("at-most = { installed = \"name\" }"),
        [
            "'at-most' of the register 'd' names 'name', which is no number of it (name one of its fields of the kind \"number\")"
        ]
    );
    assert_eq!(
        with("at-most = { in-use = \"copies\" }"),
        [
            "'at-most' of the register 'd' names 'in-use', which is no number of it (name one of its fields of the kind \"number\")"
        ]
    );
    assert_eq!(
        with("at-most = { copies = \"copies\" }"),
        [
            "'at-most' of the register 'd' holds 'copies' against itself (name the number that are in use, and then how many there are)"
        ]
    );
    assert_eq!(
        with("at-most = { installed = \"copies\" }\nlater = [\"copies\", \"installed\"]"),
        ["'copies' of the register 'd' limits nothing while it is left empty (take it out of 'later')"]
    );
    assert_eq!(
        with("at-most = { installed = \"copies\", copies = \"installed\" }").first().map(String::as_str),
        Some(
            "'at-most' holds one field against another, and there are 2 (write a table with two fields, such as { copies-installed = \"number-of-copies\" })"
        )
    );
    assert_eq!(
        with("at-most = \"copies\"").first().map(String::as_str),
        Some(
            "'at-most' has a text, and takes something else (write a table with two fields, such as { copies-installed = \"number-of-copies\" })"
        )
    );
    assert_eq!(with("at-most = { installed = \"copies\" }\nlater = [\"installed\"]"), [""; 0]);
    let register = "[register]\nid = \"d\"\ntitle = \"t\"\nkeeper = [\"dsl\"]\n\
                    fields = { copies = \"number\", in-use = \"number\" }\n";
    assert_eq!(
        problems(&[&format!("{register}at-most = {{ in-use = \"copies\" }}")]),
        [
            "'in-use' of the register 'd' is called as its column of how many are in use, 'In use' (name it otherwise, such as 'copies-installed')"
        ]
    );
    assert_eq!(problems(&[register]), [""; 0], "without a count it has no such column");
}

/// Licences of which a yes writes down how many copies it is for.
const LICENCES: [&str; 2] = [
    "[register]\nid = \"licences\"\ntitle = \"Licences\"\nkeeper = [\"it-staff\"]\nlater = [\"installed\"]\n\
     fields = { copies = \"number\", installed = \"number\" }\nat-most = { installed = \"copies\" }",
    "[permission]\nid = \"buy-software\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"it-staff\"]\n\
     opens = \"device\"\nfields = { copies = \"number\", installed = \"number\" }\nenforced-by = \"licences\"",
];

#[test]
fn more_in_use_than_there_are_is_entered_neither_by_hand_nor_by_a_yes() {
    let text = crate::policy_of("p", "\"staff\"", &LICENCES.map(str::to_owned));
    let document = crate::read(&format!(
        "{text}\n```story\n\
         Monday 09:00: it-staff enters licences, with copies \"2\", with installed \"3\" -> refused #clause-1\n\
         09:00: it-staff enters licences, with copies \"2\", without installed -> allowed #clause-1\n\
         09:01: it-staff corrects the entry in licences, with copies \"2\", with installed \"2\" -> allowed\n\
         09:02: it-staff corrects the entry in licences, with copies \"2\", with installed \"3\" -> refused #clause-1\n\
         09:03: staff Ada asks buy-software for \"a quiz\", with copies \"2\", with installed \"3\" -> refused #clause-2\n\
         09:04: staff Ada asks buy-software for \"a quiz\", with copies \"3\", with installed \"3\" -> it-staff decides\n\
         09:05: it-staff approves buy-software -> allowed\n```\n"
    ));
    let rules = crate::compile(std::slice::from_ref(&document));
    let outcomes = run_examples(std::slice::from_ref(&document), &rules, &|_| domain::CategorySet::default());
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    assert!(outcomes.len() == 7 && failed.is_empty(), "{failed:#?}");
    let says = policy::explain(&document)[0].sentences.concat();
    assert!(says.contains("has no entry in which 'installed' is above 'copies'"), "{says}");

    let (_, licences) = registers::register(&document, "licences").expect("a register");
    let says = |copies, installed| {
        FormAnswers::from([
            ("copies".to_owned(), FieldAnswer::Number(copies)),
            ("installed".to_owned(), FieldAnswer::Number(installed)),
        ])
    };
    assert!(registers::lets_in(licences, &says(2, 2)));
    assert!(!registers::lets_in(licences, &says(2, 3)), "a yes to what was asked before the clause was changed");
    let in_use = registers::counting::in_use(licences, &says(5, 3)).map(|in_use| in_use.to_string());
    let in_use = in_use.expect("both numbers are known");
    assert_eq!(in_use, "3 of 5");
    assert!(registers::counting::InUse::is_written(&in_use));
    assert!(!["31", "", "3 of", "most of 5"].into_iter().any(registers::counting::InUse::is_written));
}

#[test]
fn a_yes_that_could_become_no_entry_is_refused_with_its_mend() {
    let permission = "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"dsl\"]\nopens = \"device\"\n\
                      needs = [\"device\"]\nenforced-by = \"d\"";
    let register = "[register]\nid = \"d\"\ntitle = \"t\"\nkeeper = [\"dsl\"]\n\
                    fields = { owner = \"person\", device = \"text\", encrypted = \"yes-no\" }\n";
    let found = problems(&[permission, &format!("{register}second-person = [\"slt\"]\ndeclared-by = \"self\"")]);
    assert_eq!(
        found,
        [
            "a yes to 'p' becomes an entry of 'd', and its form does not ask for 'encrypted' (ask for 'encrypted' (yes or no) in 'fields', or take it out of the register)",
            "a yes to 'p' becomes an entry of 'd', which needs a second person (take 'enforced-by' out, or 'second-person')",
            "a yes to 'p' becomes an entry of 'd', in which people write about themselves (take 'enforced-by' out, or 'declared-by')",
        ]
    );
}

/// Of the permissions that open nothing at the gate and stand in a clause with a register, those whose yes becomes no entry
/// in it: their policy, their id, and why.
const ENTERED_NOWHERE: [(&str, &str, &str); 1] = [(
    "all-through-school",
    "see-no-photographs",
    "it lets somebody see the register, whose entries are children and not those who look",
)];

#[test]
fn a_permission_beside_a_register_becomes_an_entry_where_it_opens_nothing_at_the_gate() {
    let mut entered = 0;
    for policy in POLICIES {
        let document = read(policy);
        for (clause, permission) in document.permissions() {
            let shown = shown::permission(permission);
            let opens_at_the_gate = matches!(shown.opens, Opens::Site | Opens::Category | Opens::PersonalUse);
            let stands_beside_a_register = clause.rules.iter().any(|rule| matches!(rule, Rule::Register(_)));
            if opens_at_the_gate || !stands_beside_a_register {
                continue;
            }
            let excused = ENTERED_NOWHERE.iter().any(|(of, id, _)| (*of, *id) == (policy, shown.id));
            let named = registers::of_permission(&document, permission);
            assert_eq!(named.is_none(), excused, "{policy}: a yes to '{}' and the register beside it", shown.id);
            if let Some((_, register)) = named {
                let register = registers::id(register);
                assert!(
                    shows_the_entry(&document, shown.id, register),
                    "{policy}: no story shows '{}' in '{register}'",
                    shown.id
                );
                entered += 1;
            }
        }
    }
    assert!(entered >= 15, "only {entered} permissions become entries");
}

/// Whether a story has the entry found that a yes has written.
fn shows_the_entry(document: &Document, permission: &str, register: &str) -> bool {
    let stories = document.text.split("```story\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let approves = format!(" approves {permission} ");
    let finds = format!(" finds an entry in {register} ");
    stories.into_iter().any(|story| {
        let after = story.split_once(&approves).map(|(_, after)| after).unwrap_or_default();
        after.lines().any(|line| line.contains(&finds) && line.contains("-> yes"))
    })
}

#[test]
fn answers_with_which_a_permission_is_not_given_can_not_be_sent_and_the_form_must_have_them() {
    holds(
        "story",
        "Monday 09:00: staff Ada asks take-home for \"a laptop\", with encrypted \"no\" -> refused #clause-8\n\
         09:00: staff Ada asks take-home for \"a laptop\", with encrypted \"yes\" -> it-staff decides #clause-8\n\
         09:01: staff Ben asks take-home for \"a laptop\" -> it-staff decides #clause-8",
    );
    let permission = "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"dsl\"]\nopens = \"device\"\n\
                      needs = [\"device\"]\nrefuse = { device = [\"none\"], lock = [\"none\"] }";
    assert_eq!(
        problems(&[permission]),
        [
            "'refuse' of the permission 'p': what stands in 'device' is for whoever writes it to say (name a field of the kind \"yes-no\", or one with a list of words, and its answers to the letter)",
            "'refuse' of the permission 'p': there is no field 'lock' (name a field of the kind \"yes-no\", or one with a list of words, and its answers to the letter)",
        ]
    );
}

#[test]
fn a_yes_says_in_its_entry_why_it_was_asked_for_and_for_whom_and_leaves_open_what_may_come_later() {
    let permission = "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"dsl\"]\nopens = \"device\"\n\
                      enforced-by = \"d\"";
    let register = "[register]\nid = \"d\"\ntitle = \"t\"\nkeeper = [\"dsl\"]\nlater = [\"given-out-by\", \"colour\"]\n\
                    fields = { purpose = \"long-text\", what = \"text\", holder = \"person\", given-out-by = \"person\", \
                    colour = \"text\" }";
    let rules = [permission, register].map(str::to_owned);
    let document = crate::read(&crate::policy_of("p", "\"staff\"", &rules));
    assert!(policy::check(std::slice::from_ref(&document)).is_empty());
    let (_, register) = registers::register(&document, "d").expect("a register");
    let holder = PersonId(Uuid::from_u128(7));
    let request = request_for(Recipient::Person(holder));
    let answers = registers::of_request(register, &request, &FormAnswers::new());
    let wanted = [
        ("holder".to_owned(), FieldAnswer::Person(holder)),
        ("purpose".to_owned(), FieldAnswer::Text(request.reason.clone())),
        ("what".to_owned(), FieldAnswer::Text("a photograph".to_owned())),
    ];
    assert_eq!(answers, FormAnswers::from(wanted));
}

#[test]
fn everything_wrong_in_an_entry_is_told_in_the_order_of_its_form() {
    let document = crate::read(&policy("example", "it-staff enters devices, with encrypted \"no\" -> refused"));
    let (_, devices) = registers::register(&document, "devices").expect("a register");
    let checks = FormChecks {
        limits: TextLimits { line: 100, long_text: 1000 },
        zone: &jiff::tz::TimeZone::UTC,
        person: &|_| None,
        is_group: &|_| false,
    };
    let typed = [("encrypted".to_owned(), "no".to_owned())].into();
    let problems = registers::answers(devices, &typed, &checks).unwrap_err();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["device", "encrypted"]);
}
