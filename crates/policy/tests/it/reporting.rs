//! Where reports go, past whom, and who may do what with them: by stories and examples, which call what the desk calls.

use std::sync::Arc;

use domain::{Calendar, CaseId, CaseStep, FormAnswers, PersonId, PolicyId, Roles, Version};
use jiff::Zoned;
use policy::rules::reporting::{self, CasePeople, Made};
use policy::{Source, run_examples};
use uuid::Uuid;

const WORRY: &str = "[report]\nid = \"worry\"\ntitle = \"Tell us\"\nwho = [\"pupil\", \"staff\", \"unidentified\"]\n\
    to = [\"dsl\", \"deputy-dsl\"]\nwithin = \"2 hours\"\nclock = \"72 hours\"\nin-confidence = true\n\
    refer = [\"police\", \"counsellor\"]\nneeds = [\"where\"]\n\
    in-absence = { dsl = [\"headteacher\"] }";
const DAMAGE: &str = "[report]\nid = \"damage\"\ntitle = \"Damage\"\nto-one-of = [\"it-staff\", \"librarian\"]";
const HEAD: &str = "[report]\nid = \"breach\"\ntitle = \"Breach\"\nto = [\"headteacher\"]\n\
    in-confidence = true\n\
    instead-if-about = { headteacher = [\"deputy-headteacher\"], deputy-headteacher = [\"governors\"] }";
/// As the one before, with its lines the other way round.
const TURNED: &str = "[report]\nid = \"turned\"\ntitle = \"Breach\"\nto = [\"headteacher\"]\n\
    instead-if-about = { deputy-headteacher = [\"governors\"], headteacher = [\"deputy-headteacher\"] }";
const OWN: &str = "[report]\nid = \"own-pastoral\"\ntitle = \"Pastoral\"\nto = [\"head-of-year\"]\ncloses = [\"slt\"]";
const HOME: &str = "[report]\nid = \"home\"\ntitle = \"Home\"\nwho = [\"staff\"]\nto = [\"parent-of:pupil\"]";
const MANAGER: &str = "[report]\nid = \"mail\"\ntitle = \"Mail\"\nwho = [\"staff\"]\nto = [\"line-manager-of:asker\"]\n\
    then = [{ by = [\"line-manager-of:asker\"], to = [\"it-staff\"], within = \"1 day\" }]";
const LATE: &str = "[report]\nid = \"late\"\ntitle = \"Late\"\nto = [\"dsl\"]\nwithin = \"2 hours\"\n\
    in-confidence = true\nescalate = [\"headteacher\"]\ninstead-if-about = { headteacher = [\"slt\"] }";
const HELD: &str = "[report]\nid = \"held\"\ntitle = \"Held\"\nto = [\"dsl\"]\nwithin = \"2 hours\"\n\
    in-confidence = true\nescalate = [\"headteacher\"]\nin-absence = { headteacher = [\"deputy-headteacher\"] }\n\
    closes = [\"governors\"]";
const SCREEN: &str = "[report]\nid = \"screen\"\ntitle = \"Something on a screen\"\nwho = [\"pupil\"]\n\
    to = [\"teacher-of:lesson\"]";
const LATER: &str = "[report]\nid = \"later\"\ntitle = \"Later\"\nto = [\"it-staff\"]\nwithin = \"at once\"\n\
    escalate = [\"line-manager-of:asker\"]";
const LEAK: &str = "[report]\nid = \"leak\"\ntitle = \"Leak\"\nto = [\"it-staff\"]\nescalate = [\"headteacher\"]\n\
    then = [{ by = [\"it-staff\"], to = [\"dsl\"], within = \"4 hours\" },\
    { by = [\"it-staff\"], to = [\"office\"], within = \"4 days\" }]";
const LATE_BY_LAW: &str =
    "[report]\nid = \"late-by-law\"\ntitle = \"Late by law\"\nto = [\"dsl\"]\nclock = \"48 hours\"";
/// The same to whoever the clause names for when it is late.
const NAMED_BY_LAW: &str = "[report]\nid = \"named-by-law\"\ntitle = \"Named by law\"\nto = [\"dsl\"]\n\
    clock = \"48 hours\"\nescalate = [\"headteacher\"]\ninstead-if-about = { dsl = [\"headteacher\"] }";
/// It must be passed on to whoever has it once that is late.
const UPWARDS: &str = "[report]\nid = \"upwards\"\ntitle = \"Upwards\"\nto = [\"it-staff\"]\n\
    escalate = [\"headteacher\"]\n\
    then = [{ by = [\"it-staff\"], to = [\"headteacher\"], within = \"4 hours\" }]";
const STRAYED: &str = "[report]\nid = \"strayed\"\ntitle = \"Strayed\"\nto = [\"headteacher\"]\nclock = \"72 hours\"\n\
    clock-from = \"known-since\"\nfields = { known-since = \"date-time\" }\n\
    before-closing = [\"decision\", \"parents\", \"referral\", \"regulator\"]";
const LOST: &str = "[report]\nid = \"lost\"\ntitle = \"Lost\"\nto = [\"it-staff\"]\nneeds = [\"device\"]\n\
    fields = { known-since = \"date-time\", whose = [\"pupils\", \"staff\"] }";

fn role(name: &str) -> domain::Role {
    Roles::ready().find(name).expect("a ready role")
}

/// The ready roles and three of a school's own.
fn catalogue() -> Arc<Roles> {
    let own = ["head-of-year", "counsellor", "librarian"]
        .map(|name| format!("[[role]]\nname = \"{name}\"\ntitle = \"{name}\"\nmay-hold = [\"staff\"]\n"));
    Arc::new(Roles::parse(&[Roles::ready().to_toml(), own.concat()].concat()).expect("the roles can be read"))
}

fn failures(kind: &str, lines: &str) -> Vec<String> {
    let rules = [
        WORRY,
        DAMAGE,
        HEAD,
        OWN,
        HOME,
        MANAGER,
        LATE,
        LATER,
        HELD,
        LOST,
        SCREEN,
        TURNED,
        STRAYED,
        LEAK,
        LATE_BY_LAW,
        NAMED_BY_LAW,
        UPWARDS,
    ]
    .map(str::to_owned);
    let text = format!("{}\n```{kind}\n{lines}\n```\n", crate::policy_of("p", "\"pupil\", \"staff\"", &rules));
    let (document, problems) = policy::parse(&Source::new("p.md".to_owned(), text), &catalogue());
    assert!(problems.is_empty(), "{problems:?}");
    let document = document.expect("the policy can be read");
    assert!(policy::check(std::slice::from_ref(&document)).is_empty());
    let rules = crate::compile(std::slice::from_ref(&document));
    let outcomes = run_examples(&[document], &rules, &|_| domain::CategorySet::default());
    let failed = outcomes.into_iter().filter(|outcome| !outcome.passed);
    failed.map(|outcome| format!("{} | got {}", outcome.text, outcome.got)).collect()
}

pub fn holds(story: &str) {
    let failed = failures("story", story);
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_report_goes_to_its_receivers_and_is_shown_to_nobody_else() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports worry -> dsl and deputy-dsl within 2 hours clock 72 hours in confidence #clause-1\n\
         09:01: staff Lee as dsl reads worry -> yes\n\
         09:01: staff Dee as deputy-dsl reads worry -> yes\n\
         09:01: headteacher reads worry -> no\n\
         09:01: staff Ivy as it-staff reads worry -> no\n\
         09:01: it-staff takes up worry -> refused\n\
         09:01: pupil Ben in 5B follows worry -> nothing\n\
         09:02: staff Lee takes up worry -> allowed\n\
         09:02: staff Dee takes up worry -> refused\n\
         09:02: pupil Ada follows worry -> taken up",
    );
}

#[test]
fn an_absent_receivers_stand_in_and_whom_the_clause_names_receive_it_too() {
    holds(
        "Monday 09:00: staff Lee as dsl is away until Friday 16:00, staff Sid stands in\n\
         09:01: pupil Ada in 5B reports worry -> dsl and deputy-dsl\n\
         09:02: staff Sid reads worry -> yes\n\
         09:02: headteacher reads worry -> yes\n\
         09:02: staff Tom reads worry -> no",
    );
}

#[test]
fn a_report_reaches_a_schools_own_role_and_only_those_close_it_whom_the_clause_names() {
    holds(
        "Monday 09:00: staff Tom reports own-pastoral -> head-of-year #clause-4\n\
         09:01: staff Sue as slt reads own-pastoral -> yes\n\
         09:01: staff Pat as head-of-year takes up own-pastoral -> allowed\n\
         09:02: staff Pat closes own-pastoral because it is done -> refused\n\
         09:03: staff Sue closes own-pastoral because it is done -> allowed\n\
         09:04: staff Sue reopens own-pastoral because it is not -> allowed",
    );
}

#[test]
fn a_report_reaches_the_parents_of_the_pupil_whom_it_is_about() {
    holds(
        "Monday 09:00: parent Eve answers for pupil Ada in 5B\n\
         09:01: staff Tom reports home -> refused\n\
         09:01: staff Tom reports home about pupil Ada in 5B -> parent-of:pupil #clause-5\n\
         09:02: parent Eve reads home -> yes\n\
         09:02: parent Ned reads home -> no",
    );
}

#[test]
fn a_report_reaches_whoever_takes_the_pupils_lesson_by_the_timetable() {
    holds(
        "Monday 08:00: staff Tess takes the lesson of 9B in \"S4\" mon 08:50-09:50\n\
         08:00: staff Theo takes the lesson of 9C in \"S5\" mon 08:50-09:50\n\
         08:55: pupil Ada in 9B reports screen -> teacher-of:lesson #clause-11\n\
         08:56: staff Theo reads screen -> no\n\
         08:56: staff Tess reads screen -> yes\n\
         10:00: staff Tess takes up screen -> allowed",
    );
}

#[test]
fn a_report_reaches_the_line_managers_stand_in_and_is_closed_once_it_is_passed_on() {
    holds(
        "Monday 09:00: staff Mo manages staff Tom\n\
         09:00: staff Mo is away until Friday 16:00, staff Sid stands in\n\
         09:01: staff Tom reports mail -> line-manager-of:asker #clause-6\n\
         09:02: staff Sid closes mail because it is done -> refused\n\
         09:03: staff Sid passes on mail to it-staff -> allowed\n\
         09:04: staff Ivy as it-staff closes mail because it is done -> allowed",
    );
}

#[test]
fn in_confidence_the_reporters_name_is_not_passed_on() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports worry -> dsl and deputy-dsl\n\
         09:01: staff Lee as dsl passes on worry to headteacher -> refused\n\
         09:01: staff Lee passes on worry to counsellor -> allowed\n\
         09:02: staff Cy as counsellor reads worry -> yes\n\
         09:02: staff Cy knows who reported worry -> no\n\
         09:02: staff Lee knows who reported worry -> yes",
    );
}

#[test]
fn what_nobody_takes_up_in_time_goes_to_those_whom_the_clause_names_without_the_reporters_name() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports late -> dsl within 2 hours #clause-7\n\
         09:00: staff Lee as dsl reads late -> yes\n\
         10:59: staff Hal as headteacher reads late -> no\n\
         10:59: staff Hal is reminded of late -> no\n\
         11:00: staff Hal reads late -> yes #clause-7\n\
         11:00: staff Hal is reminded of late -> yes\n\
         11:00: staff Hal knows who reported late -> no\n\
         11:00: staff Lee knows who reported late -> yes\n\
         11:05: staff Hal takes up late -> allowed\n\
         11:06: staff Hal closes late because it is done -> allowed",
    );
}

#[test]
fn in_confidence_neither_a_stand_in_of_those_it_went_to_later_nor_who_closes_it_is_told_who_reported_it() {
    holds(
        "Monday 08:55: staff Hal as headteacher is away until Friday 16:00\n\
         09:00: pupil Ada in 5B reports held -> dsl within 2 hours\n\
         09:00: governor Gil as governors reads held -> yes\n\
         09:00: governor Gil knows who reported held -> no\n\
         09:00: staff Lee as dsl knows who reported held -> yes\n\
         11:00: staff Dee as deputy-headteacher reads held -> yes\n\
         11:00: staff Dee knows who reported held -> no",
    );
}

#[test]
fn what_comes_to_somebody_for_an_absence_alone_goes_on_when_the_absent_are_back_and_do_nothing() {
    holds(
        "Monday 08:50: staff Hal as headteacher is active\n\
         08:55: staff Lee as dsl is away until Tuesday 08:00\n\
         09:00: pupil Ada in 5B reports late -> dsl within 2 hours\n\
         09:01: staff Hal reads late -> yes\n\
         Tuesday 09:00: staff Hal reads late -> yes",
    );
}

#[test]
fn a_reporter_chooses_among_those_whom_the_clause_leaves_to_choose() {
    holds(
        "Monday 09:00: staff Tom reports damage, to librarian -> librarian\n\
         09:01: staff Tom reports damage, to dsl -> refused\n\
         09:02: staff Tom reports damage -> refused",
    );
}

#[test]
fn what_somebody_has_taken_up_in_time_goes_no_further() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports late -> dsl\n\
         10:59: staff Lee as dsl takes up late -> allowed\n\
         12:00: staff Hal as headteacher reads late -> no",
    );
}

#[test]
fn what_nobody_takes_up_in_time_goes_to_none_whom_it_is_about() {
    holds(
        "Monday 09:00: pupil Ada in 5B reports late -> dsl\n\
         09:10: staff Lee as dsl says late is about staff Hal as headteacher -> allowed\n\
         09:10: staff Sue as slt reads late -> no\n\
         11:00: staff Hal reads late -> no\n\
         11:00: staff Sue reads late -> yes",
    );
    holds(
        "Monday 09:00: staff Lee as dsl is active\n\
         09:00: staff Tom reports later about staff Mo -> it-staff\n\
         09:00: staff Ivy as it-staff reads later -> yes\n\
         09:00: staff Mo manages staff Tom\n\
         09:00: governor Gil as governors reads later -> no\n\
         10:00: staff Mo reads later -> no\n\
         10:00: governor Gil reads later -> yes",
    );
}

#[test]
fn what_was_to_be_taken_up_at_once_goes_to_the_line_managers_stand_in_an_hour_later() {
    holds(
        "Monday 09:00: staff Mo manages staff Tom\n\
         09:00: staff Mo is away until Friday 16:00, staff Sid stands in\n\
         09:01: staff Tom reports later -> it-staff\n\
         09:01: staff Ivy as it-staff reads later -> yes\n\
         10:00: staff Sid reads later -> no\n\
         10:01: staff Sid reads later -> yes\n\
         10:01: staff Ned reads later -> no",
    );
}

#[test]
fn what_is_closed_and_what_somebody_there_receives_opens_for_no_absence() {
    let reported = "Monday 09:00: staff Hal as headteacher is active\n\
                    09:00: pupil Ada in 5B reports held -> dsl\n\
                    09:01: staff Lee as dsl reads held -> yes\n";
    holds(&format!(
        "{reported}09:02: staff Lee takes up held -> allowed\n\
         09:03: governor Gil as governors closes held because it is settled -> allowed\n\
         09:04: staff Lee is away until Friday 16:00\n\
         09:05: staff Hal reads held -> no"
    ));
    holds(&format!(
        "{reported}09:02: staff Moe as dsl reads held -> yes\n\
         09:03: staff Lee is away until Friday 16:00\n\
         09:04: staff Hal reads held -> no\n\
         09:05: staff Moe is away until Friday 16:00\n\
         09:06: staff Hal reads held -> yes"
    ));
}

#[test]
fn whoever_is_not_signed_in_reports_where_the_clause_lets_them() {
    holds(
        "Monday 09:00: unidentified reports worry -> dsl and deputy-dsl\n\
         09:01: unidentified follows worry -> open\n\
         09:02: unidentified reports home -> refused\n\
         09:03: pupil Ada in 5B reports worry, without where -> refused",
    );
}

#[test]
fn examples_say_whom_a_report_goes_past_and_between_whom_the_reporter_chooses() {
    let failed = failures(
        "example",
        "staff reports damage -> it-staff or librarian #clause-2\n\
         staff reports damage to librarian -> librarian #clause-2\n\
         staff reports worry to it-staff -> refused\n\
         staff reports worry about dsl -> deputy-dsl within 2 hours clock 72 hours in confidence\n\
         staff reports breach about headteacher -> deputy-headteacher\n\
         staff reports own-pastoral about head-of-year -> headteacher",
    );
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_route_that_leads_nowhere_is_a_problem_that_says_how_to_mend_it() {
    let wrong = |rule: &str, words: &str| {
        let text =
            crate::policy_of("p", "\"pupil\", \"staff\"", &[format!("[report]\nid = \"r\"\ntitle = \"t\"\n{rule}")]);
        let (document, problems) = policy::parse(&Source::new("p.md".to_owned(), text), &catalogue());
        let mut problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        problems.extend(
            document
                .iter()
                .flat_map(|document| policy::check(std::slice::from_ref(document)))
                .map(|problem| problem.to_string()),
        );
        assert!(problems.iter().any(|problem| problem.contains(words)), "{rule}: {problems:?}");
    };
    wrong("who = [\"staff\"]", "goes to nobody");
    wrong("to = [\"police\"]", "nobody in the school may hold");
    wrong("to = [\"teacher-of:group\"]", "about no group");
    wrong("to = [\"person-concerned\"]", "nobody receives a report about themselves");
    wrong("to-one-of = [\"dsl\"]", "leaves no choice");
    wrong("to = [\"dsl\"]\nin-absence = { slt = [\"headteacher\"] }", "never goes to");
    wrong("to = [\"dsl\"]\nthen = [{ by = [\"slt\"], to = [\"police\"] }]", "does not go to");
    wrong("to = [\"dsl\"]\nescalate = [\"slt\"]", "does not say how soon anything is done");
    wrong("to = [\"dsl\"]\nwithin = \"1 day\"\nescalate = [\"dsl\"]", "goes at once");
    wrong("to = [\"dsl\"]\nwithin = \"1 day\"\nescalate = [\"police\"]", "nobody in the school may hold");
    wrong("to = [\"dsl\"]\nthen = [{ to = [\"police\"] }]", "lacks 'by'");
    wrong("to = [\"dsl\"]\nbefore-closing = [\"regulator\"]", "there is no clock");
    wrong("to = [\"dsl\"]\nclock-from = \"when\"\nfields = { when = \"date-time\" }", "starts no clock");
    let clock = "to = [\"dsl\"]\nclock = \"72 hours\"\nclock-from = \"when\"";
    wrong(clock, "no date and time of the form");
    wrong(&format!("{clock}\nfields = {{ when = \"date\" }}"), "no date and time of the form");
    wrong("to = [\"dsl\"]\ncloses-site = \"address\"", "no site in the form");
    wrong("to = [\"dsl\"]\ncloses-site = \"address\"\nneeds = [\"address\"]", "no site in the form");
    wrong(
        "to = [\"dsl\"]\nin-confidence = true\ncloses-site = \"address\"\nfields = { address = \"site\" }",
        "would cite it for a site",
    );
    wrong("to = [\"dsl\"]\nbefore-closing = [\"police\"]", "there is no line of a report 'police'");
}

#[test]
fn what_a_form_asks_for_is_checked_as_what_it_is() {
    holds(
        "Monday 09:00: staff Ada reports lost, with known-since \"lately\" -> refused #clause-10\n\
         09:00: staff Ada reports lost, with whose \"nobody\" -> refused #clause-10\n\
         09:00: staff Ada reports lost, without device -> refused #clause-10\n\
         09:00: staff Ada reports lost, with known-since \"2026-05-11T08:30\", with whose \"staff\" -> it-staff #clause-10",
    );
}

#[test]
fn a_form_of_a_report_has_each_field_once_and_names_no_people_but_those_it_is_about() {
    let report = "[report]\nid = \"r\"\ntitle = \"t\"\nto = [\"dsl\"]\nneeds = [\"when\"]\n\
                  fields = { when = \"date\", who-did-it = \"person\" }";
    let text = crate::policy_of("p", "\"staff\"", &[report.to_owned()]);
    let (_, problems) = policy::parse(&Source::new("p.md".to_owned(), text), &catalogue());
    let told: Vec<String> =
        problems.into_iter().map(|problem| format!("{} ({})", problem.message, problem.mend)).collect();
    assert_eq!(
        told,
        [
            "the form of 'r' has the field 'when' twice (take it out of 'needs' or out of 'fields')",
            "the form of 'r' would name people in 'who-did-it' (write the kind \"text\": whom a report is about the form asks by itself)",
        ]
    );
    let pages = policy::kinds::pages();
    let page = pages.iter().find(|page| page.name == "report").expect("a page of the manual");
    let fields = page.fields.iter().find(|field| field.name == "fields").expect("its fields");
    assert!(fields.written.contains("`\"date\"`") && fields.written.contains("`\"group\"`"), "{}", fields.written);
    let people = ["person", "pupil", "pupils"].map(|kind| format!("`\"{kind}\"`"));
    assert!(
        !people.iter().any(|kind| fields.written.contains(kind)),
        "what is refused is not offered: {}",
        fields.written
    );
}

/// One rule, read from its text.
fn with_report(rule: &str, look: impl FnOnce(&policy::kinds::Report)) {
    let text = crate::policy_of("p", "\"staff\"", &[rule.to_owned()]);
    let (document, problems) = policy::parse(&Source::new("p.md".to_owned(), text), &catalogue());
    assert!(problems.is_empty(), "{problems:?}");
    let document = document.expect("the policy can be read");
    let (_, report) = reporting::reports(&document).next().expect("a report");
    look(report);
}

#[test]
fn a_report_about_two_goes_once_to_those_instead_of_both_and_past_one_who_is_instead_of_the_other() {
    with_report(HEAD, |report| {
        let about = ["headteacher", "deputy-headteacher"].map(role).into_iter().collect();
        assert_eq!(reporting::route(report, None, &about), Ok(vec![role("governors")]));
    });
    let both = HEAD.replace("[\"deputy-headteacher\"]", "[\"governors\"]");
    with_report(&both, |report| {
        let about = ["headteacher", "deputy-headteacher"].map(role).into_iter().collect();
        assert_eq!(reporting::route(report, None, &about), Ok(vec![role("governors")]));
    });
}

#[test]
fn a_case_waits_until_somebody_sees_to_it_who_reads_it_and_is_there() {
    let at: Zoned = "2026-05-12T09:00[Europe/London]".parse().expect("a moment");
    let person = |number| PersonId(Uuid::from_u128(number));
    let made = Made {
        id: CaseId(Uuid::from_u128(1)),
        policy: PolicyId("p".to_owned()),
        version: Version(1),
        clause: "clause-1".to_owned(),
        reporter: None,
        about: Vec::new(),
        route: vec![role("headteacher")],
    };
    with_report(HEAD, |report| {
        let case = reporting::open(report, made, &FormAnswers::new(), &at, &Calendar::default());
        let people = CasePeople { receivers: vec![person(7)], closers: vec![person(7)], ..CasePeople::default() };
        assert!(people.waits(&case), "nobody has taken it up");
        let take_up = CaseStep::TakeUp { from: None };
        let (taken, _) = case.step(people.actor(person(7)), take_up, at.timestamp()).expect("it is theirs");
        assert!(!people.waits(&taken));
        let close = CaseStep::Close { reason: "Settled".to_owned() };
        let (closed, _) = taken.step(people.actor(person(7)), close, at.timestamp()).expect("it is theirs to close");
        assert!(!people.waits(&closed));
        let away = CasePeople { away: vec![person(7)], ..people };
        assert!(away.waits(&taken) && !away.waits(&closed), "who took it up is away");
        let others = CasePeople { receivers: vec![person(8)], closers: vec![person(8)], ..CasePeople::default() };
        assert!(others.waits(&taken) && !others.waits(&closed), "who took it up reads it no more");
    });
}

#[test]
fn a_report_is_closed_once_each_line_is_written_down_that_its_clause_names() {
    let said = [
        ["decision", "decision"],
        ["parents-told", "parents-not-told"],
        ["referral", "no-referral"],
        ["regulator-told", "regulator-not-told"],
    ];
    for way in [0, 1] {
        let lines = said.map(|ways| format!("09:30: headteacher writes down {} of strayed -> allowed\n", ways[way]));
        for left_out in 0..lines.len() {
            let others = lines.iter().enumerate().filter(|(place, _)| *place != left_out);
            let others: String = others.map(|(_, line)| line.as_str()).collect();
            holds(&format!(
                "Monday 09:00: staff Tom reports strayed -> headteacher\n{others}\
                 09:40: headteacher closes strayed because Done -> refused\n{}\
                 09:50: headteacher closes strayed because Done -> allowed",
                lines[left_out].replace("09:30", "09:45")
            ));
        }
    }
}

#[test]
fn a_clock_runs_from_what_the_form_says_and_lines_of_breaches_are_of_breaches_alone() {
    holds(
        "Monday 09:00: staff Tom reports strayed, with known-since \"2026-05-01T09:00\" -> headteacher\n\
         09:00: headteacher writes down regulator-told of strayed -> refused\n\
         09:01: headteacher writes down regulator-told of strayed, with delay \"Nobody asked\" -> allowed\n\
         09:02: headteacher writes down people-told of strayed, without how -> refused\n\
         09:03: headteacher writes down people-not-told of strayed -> allowed\n\
         09:04: staff Tom writes down decision of strayed -> refused\n\
         09:10: staff Tom reports damage, to it-staff -> it-staff\n\
         09:11: it-staff writes down breach-known of damage -> refused\n\
         09:12: it-staff writes down own-words of damage -> allowed",
    );
}
