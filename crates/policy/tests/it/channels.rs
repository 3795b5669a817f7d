//! By which ways people reach each other: whom a clause is about, which ways every clause approves, and exceptions.

use domain::{Audience, RoleSet};
use policy::rules::channels::{self, Exception, Reachable, Reached, ReachedPeople, WayStanding};
use policy::rules::registers;
use policy::{Document, Somebody};

use crate::role;
use crate::site_lists::SiteLists;

const REGISTER: &str = "[register]\nid = \"calls\"\ntitle = \"Calls\"\nkeeper = [\"dsl\"]\nfields = [\"why\"]\ndeclared-by = \"self\"\nfor = [\"staff\"]";

fn of(channels: &[&str]) -> Document {
    let rules: Vec<String> = channels.iter().map(|fields| format!("[channel]\n{fields}")).collect();
    let rules: Vec<String> = rules.into_iter().chain([REGISTER.to_owned()]).collect();
    crate::read(&crate::policy_of("p", "\"staff\", \"pupil\"", &rules))
}

fn somebody(audience: Audience) -> Somebody<'static> {
    Somebody { audience, ..Somebody::unidentified() }
}

fn keys(document: &Document, from: Audience) -> Vec<(ReachedPeople, Option<u8>, Option<u8>)> {
    let choices = channels::choices(document, somebody(from)).into_iter();
    choices.map(|choice| (choice.named, choice.from, choice.under)).collect()
}

fn only(document: &Document) -> Reachable {
    let choices = channels::choices(document, somebody(Audience::Staff));
    let [only] = choices[..] else { panic!("{choices:?}") };
    only
}

#[test]
fn the_ways_that_every_clause_approves_stand_in_the_order_of_the_first() {
    let document = of(&[
        "from = [\"staff\"]\nto = [\"pupil\"]\nby = [\"letter\", \"School Mail\", \"telephone\"]",
        "from = [\"staff\"]\nto = [\"pupil\"]\nby = [\"telephone\", \"school mail\"]",
    ]);
    let said = only(&document).said(&document, somebody(Audience::Staff));
    assert_eq!(channels::approved(&said), ["School Mail", "telephone"]);
    let stands = |way| channels::way_standing(&said, way);
    assert_eq!([stands("school mail"), stands("letter")], [WayStanding::Approved, WayStanding::NotApproved]);
    assert_eq!(channels::way_standing(&[], "letter"), WayStanding::NotLimited);
}

#[test]
fn an_audience_falls_into_parts_at_the_ages_that_clauses_name() {
    let document = of(&[
        "from = [\"staff\"]\nto = [\"ex-pupil:under-18\"]\nby = [\"mail\"]",
        "from = [\"staff\"]\nto = [\"ex-pupil:under-21\"]\nby = [\"mail\", \"text\"]",
    ]);
    let named = ReachedPeople::Audience(Audience::ExPupil);
    let parts = [(named, None, Some(18)), (named, Some(18), Some(21)), (named, Some(21), None)];
    assert_eq!(keys(&document, Audience::Staff), parts);
    assert_eq!(keys(&document, Audience::Pupil), []);
    let ways = |age: Option<u8>| {
        let reached = Reached { somebody: somebody(Audience::ExPupil), age };
        let choices = channels::choices(&document, somebody(Audience::Staff));
        let choice = choices.into_iter().find(|choice| choice.includes(reached)).expect("one includes them");
        let said = choice.said(&document, somebody(Audience::Staff));
        (said.len(), channels::approved(&said))
    };
    assert_eq!(ways(Some(17)), (2, vec!["mail"]));
    assert_eq!(ways(Some(18)), (1, vec!["mail", "text"]));
    assert_eq!(ways(Some(20)), (1, vec!["mail", "text"]));
    assert_eq!(ways(Some(21)), (0, vec![]));
    assert_eq!(ways(None), (2, vec!["mail"]), "whose age is not known counts as young");
}

#[test]
fn everyone_is_each_audience_and_a_role_is_a_choice_of_its_own() {
    let document = of(&["from = [\"staff\"]\nto = [\"dsl\"]\nby = [\"mail\"]"]);
    assert_eq!(only(&document).named, ReachedPeople::Role(role("dsl")));
    let leads = RoleSet::from_iter([role("dsl")]);
    let lead = Somebody { roles: &leads, ..somebody(Audience::Staff) };
    assert!(only(&document).includes(Reached { somebody: lead, age: None }));
    assert!(!only(&document).includes(Reached { somebody: somebody(Audience::Staff), age: None }));
    let document = of(&["from = [\"staff\"]\nto = [\"everyone\"]\nby = [\"mail\"]"]);
    let everyone = keys(&document, Audience::Staff);
    assert!(everyone.contains(&(ReachedPeople::Audience(Audience::Pupil), None, None)), "{everyone:?}");
    assert!(!everyone.contains(&(ReachedPeople::Audience(Audience::Unidentified), None, None)), "{everyone:?}");
}

#[test]
fn an_exception_is_tried_after_what_is_preferred_and_written_down_by_those_who_may_write() {
    let document = of(&[
        "from = [\"staff\", \"dsl\"]\nto = [\"pupil\"]\nby = [\"mail\"]\nexcept = [\"an emergency\"]\nprefer = [\"the office\"]\nlog = \"calls\"",
    ]);
    let said = only(&document).said(&document, somebody(Audience::Staff));
    let [(clause, channel)] = said[..] else { panic!("{said:?}") };
    assert!(matches!(channels::exceptions(&document, channel)[..], [Exception::Words("an emergency")]));
    assert_eq!(channels::tried_first(channel), ["the office"]);
    assert_eq!(channels::way_standing(&said, "the office"), WayStanding::TriedFirst);
    assert_eq!(channels::excepting(&document, &said, "An emergency").len(), 1);
    assert_eq!(channels::excepting(&document, &said, "a hurry").len(), 0);
    let (_, register) =
        channels::written_down_in(&document, channel, somebody(Audience::Staff)).expect("staff write it down");
    assert_eq!((registers::id(register), clause.id.as_str()), ("calls", "clause-1"));
    assert!(channels::written_down_in(&document, channel, somebody(Audience::Pupil)).is_none());
}

const PERMISSION: &str = "[permission]\nid = \"class-chat\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"dsl\"]\n\
                          opens = \"contact\"\nlongest = \"1 day\"";

/// Whether examples hold in a policy of these rules, beside a permission that an exception may name.
fn holds(rules: &[&str], examples: &str) {
    let rules: Vec<String> = [PERMISSION].iter().chain(rules).map(|rule| (*rule).to_owned()).collect();
    let text = crate::policy_of("p", "\"staff\", \"pupil\"", &rules);
    let document = crate::read(&format!("{text}\n```example\n{examples}\n```\n"));
    let problems = policy::check(std::slice::from_ref(&document));
    assert!(problems.is_empty(), "{problems:#?}");
    let (lists, compiled) = (SiteLists::read(), crate::compile(std::slice::from_ref(&document)));
    let outcomes = policy::run_examples(&[document], &compiled, &|address| lists.categories(address));
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

const WAYS: &str = "[channel]\nfrom = [\"staff\"]\nto = [\"pupil\"]\nby = [\"Class Board\"]\n\
                    prefer = [\"text\"]\nexcept = [\"class-chat\", \"a pupil in danger\"]\n\
                    sites = { \"class board\" = [\"board.example\"], \"chat\" = [\"chat.example\", \"dating\"], \
                    \"text\" = [\"text.example\"], \"A pupil in danger\" = [\"call.example\"] }";

#[test]
fn the_gate_opens_the_ways_that_a_clause_approves_and_closes_those_that_it_names_nowhere_else() {
    holds(
        &[WAYS, "[block]\nsites = [\"*\"]"],
        "staff opens https://board.example -> allowed #clause-2\n\
         staff opens https://chat.example -> blocked #clause-2\n\
         staff opens https://text.example -> blocked #clause-3\n\
         staff opens https://call.example -> blocked #clause-3\n\
         pupil opens https://board.example -> blocked #clause-3",
    );
    holds(
        &[WAYS],
        "staff opens https://tinder.com -> blocked #clause-2\n\
         staff opens https://text.example -> allowed\n\
         staff opens https://call.example -> allowed\n\
         pupil opens https://chat.example -> allowed\n\
         staff opens https://chat.example with class-chat -> allowed #clause-2",
    );
}

#[test]
fn a_way_ranks_as_any_other_allow_and_block_and_of_two_clauses_the_one_that_approves_it_opens_it() {
    const PARENTS: &str = "[channel]\nfrom = [\"staff\"]\nto = [\"parent\"]\nby = [\"mail\"]\n\
                           sites = { \"class board\" = [\"board.example\"] }";
    holds(&[PARENTS], "staff opens https://board.example -> blocked #clause-2");
    holds(&[PARENTS, WAYS], "staff opens https://board.example -> allowed #clause-3");
    holds(
        &[WAYS, "[block]\nsites = [\"games.board.example\"]"],
        "staff opens https://games.board.example -> blocked #clause-3\n\
         staff opens https://board.example -> allowed #clause-2",
    );
    holds(
        &["[channel]\nfrom = [\"staff\"]\nto = [\"pupil\"]\nby = [\"board\"]\n\
           sites = { \"board\" = [\"board.example\"], \"play\" = [\"play.board.example\"] }"],
        "staff opens https://play.board.example -> blocked #clause-2\n\
         staff opens https://board.example -> allowed #clause-2",
    );
}

#[test]
fn an_exception_that_is_given_to_whoever_is_reached_opens_nothing_for_whoever_reaches_them() {
    let ways = WAYS.replace("class-chat", "to-a-pupil");
    let permission = format!("{}\nto = \"person\"", PERMISSION.replace("class-chat", "to-a-pupil"));
    holds(&[&permission, &ways], "staff opens https://chat.example with to-a-pupil -> blocked #clause-3");
    let states = |ways: &str| {
        let rules = [PERMISSION.to_owned(), permission.clone(), ways.to_owned()];
        let document = crate::read(&crate::policy_of("p", "\"staff\", \"pupil\"", &rules));
        let clauses = policy::explain(&document);
        let [own, theirs, closing] = &clauses[..] else { panic!("{clauses:?}") };
        let is_offered = closing.sentences.iter().any(|sentence| sentence.starts_with("The permission '"));
        (own.state, theirs.state, is_offered)
    };
    let (enforced, recorded) = (Some(policy::State::Enforced), Some(policy::State::Recorded));
    assert_eq!(states(&ways), (recorded, recorded, false));
    assert_eq!(states(WAYS), (enforced, recorded, true));
}

/// What `policy check` says of these rules.
fn refused(rules: &[&str]) -> Vec<String> {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    let document = crate::read(&crate::policy_of("p", "\"staff\", \"pupil\"", &rules));
    policy::check(&[document]).into_iter().map(|problem| problem.message).collect()
}

#[test]
fn two_clauses_about_the_same_people_agree_on_a_way_that_the_gate_opens() {
    let channel = |from: &str, to: &str, by: &str, rest: &str| {
        format!("[channel]\nfrom = [\"{from}\"]\nto = [\"{to}\"]\nby = [\"{by}\"]\n{rest}")
    };
    let board = channel("staff", "pupil", "board", "sites = { board = [\"board.example\"] }");
    let wrong = [
        "the gate would open 'board' by the channel in 'clause-1', and 'clause-2' does not approve it for the same people",
    ];
    for to in ["pupil", "everyone", "pupil:under-18"] {
        assert_eq!(refused(&[&board, &channel("staff", to, "mail", "")]), wrong, "{to}");
    }
    assert_eq!(refused(&[&board, &channel("everyone", "pupil", "mail", "")]), wrong);
    for (from, to) in [("staff", "parent"), ("pupil", "pupil"), ("dsl", "pupil")] {
        assert_eq!(refused(&[&board, &channel(from, to, "mail", "")]), [""; 0], "{from} to {to}");
    }
    assert_eq!(refused(&[&board, &channel("staff", "pupil", "Board", "")]), [""; 0], "both approve it");
    let closed = channel("staff", "pupil", "mail", "sites = { board = [\"board.example\"] }");
    assert_eq!(refused(&[&closed, &channel("staff", "pupil", "board", "")]), [""; 0], "both desk and gate refuse it");
}

#[test]
fn sites_of_which_nothing_follows_and_a_way_that_is_closed_by_a_slip_are_refused() {
    let with = |rest: &str| {
        let channel = "[channel]\nfrom = [\"staff\"]\nto = [\"pupil\"]\nby = [\"Google Classroom\", \"X\"]";
        refused(&[&format!("{channel}\nexcept = [\"a trip\"]\nprefer = [\"the office\"]\nsites = {rest}")])
    };
    let nothing = [
        "'sites' of the channel in 'clause-1' names only ways of 'prefer' or 'except', about which the gate does nothing",
    ];
    assert_eq!(with("{ \"The office\" = [\"text.example/office\"], \"a trip\" = [\"trip.example\"] }"), nothing);
    let beside = "{ \"the office\" = [\"text.example/office\"], \"chat\" = [\"chat.example\"] }";
    assert_eq!(with(beside), [""; 0], "a path of which the gate does nothing need not act");
    assert_eq!(
        with("{ \"Google Clasroom\" = [\"classroom.google.com\"] }"),
        [
            "'sites' of the channel in 'clause-1' closes 'Google Clasroom', which is written almost as its way 'Google Classroom'"
        ]
    );
    for other in ["Google Meet", "Y"] {
        assert_eq!(with(&format!("{{ \"{other}\" = [\"other.example\"] }}")), [""; 0], "{other}");
    }
}

#[test]
fn what_a_way_opens_and_closes_stands_in_the_explanation_and_what_could_not_act_is_refused() {
    let rules = [WAYS.replace("\"class-chat\", ", ""), PERMISSION.to_owned(), WAYS.to_owned()];
    let document = crate::read(&crate::policy_of("p", "\"staff\", \"pupil\"", &rules));
    let says =
        policy::explain(&document).into_iter().flat_map(|clause| clause.sentences).collect::<Vec<_>>().join("\n");
    for sentence in [
        "The gate opens board.example for staff: 'class board' is approved.",
        "The gate closes dating and chat.example for staff: 'chat' is not approved.",
        "For 'text' the gate neither opens nor closes text.example.",
    ] {
        assert!(says.contains(sentence), "{sentence}\n{says}");
    }
    let opened = "The permission 'class-chat' opens what is closed here, for those who hold it.";
    assert_eq!(says.matches(opened).count(), 1, "an exception in plain words opens nothing: {says}");
    let problems = |sites: &str| {
        let rule = format!("[channel]\nfrom = [\"staff\"]\nto = [\"pupil\"]\nby = [\"board\"]\nsites = {sites}");
        let text = crate::policy_of("p", "\"staff\", \"pupil\"", &[rule]);
        let (document, problems) = policy::parse(&policy::Source::new("p.md", text), domain::Roles::ready());
        let across = policy::check(&document.into_iter().collect::<Vec<_>>());
        problems.into_iter().chain(across).map(|problem| problem.message).collect::<Vec<_>>()
    };
    let only = |sites: &str| problems(sites).into_iter().next().unwrap_or_default();
    assert_eq!(
        only("{ board = [\"illegal\"] }"),
        "a way that the clause 'clause-1' approves is of the category 'illegal', which nobody can open"
    );
    assert!(only("{ board = [\"board.example/class\"] }").starts_with("nothing shows that 'board.example/class' acts"));
    assert_eq!(only("[\"board.example\"]"), "'sites' has a list, and takes something else");
    assert_eq!(only("{}"), "this table is empty");
    assert!(!only("{ board = [\"boards\"] }").is_empty());
}
