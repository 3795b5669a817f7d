//! What policies can say of sites, parts, choices and reviews, and the mistakes that are found in it.

use domain::{
    Audience, Category, CategorySet, GrantId, GrantScope, Host, LiveGrant, PolicyId, Roles, Standing, WeeklyTimes,
};
use policy::rules::signing;
use policy::{Document, Rule, Rules, Source, Visit, explain};

const SITE: &str = "title = \"t\"\nasks = [\"staff\"]\ndecides = [\"it-staff\"]\nopens = \"site\"";

fn policy_with(rules: &[&str]) -> Document {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    crate::read(&crate::policy_of("p", "\"pupil\", \"staff\"", &rules))
}

fn is_open(rules: &Rules, standing: &Standing, host: &str, categories: &[Category], at: &str) -> bool {
    let host = Host::parse(host).expect("a host");
    let categories = categories.iter().copied().collect::<CategorySet>();
    let moment = rules.moment(at.parse().expect("a moment"));
    rules
        .decide(
            standing,
            Visit { host: &host, path: None, categories, from: policy::VisitFrom::AnyDevice, closed: &[] },
            moment,
        )
        .is_allowed()
}

const LESSON: &str = "2026-05-12T09:00:00Z";
const BREAK: &str = "2026-05-12T11:30:00Z";

/// The messages of the problems of a policy with these rules.
fn problems_of(rules: &[&str]) -> Vec<String> {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    problems(&crate::policy_of("p", "\"pupil\", \"staff\"", &rules))
}

fn problems(text: &str) -> Vec<String> {
    let (_, problems) = policy::parse(&Source::new("policy.md", text), Roles::ready());
    problems.into_iter().map(|problem| format!("{} ({})", problem.message, problem.mend)).collect()
}

#[test]
fn any_of_several_permissions_opens_what_a_block_closes() {
    let block = "[block]\nsites = [\"games\"]\nunless = [\"one\", \"other\"]";
    let permission = |id: &str| format!("[permission]\nid = \"{id}\"\n{SITE}");
    let document = policy_with(&[block, &permission("one"), &permission("other"), &permission("third")]);
    let rules = crate::compile(&[document]);
    let holding = |permission: &str| Standing {
        grants: vec![LiveGrant {
            id: "00000000000000000000000000000007".parse::<GrantId>().expect("an identifier"),
            policy: PolicyId("p".to_owned()),
            permission: permission.to_owned(),
            scope: GrantScope::Site(Host::parse("roblox.com").expect("a host")),
            from: "2026-05-12T08:00:00Z".parse().expect("a moment"),
            until: None,
        }],
        ..Standing::of(Audience::Staff)
    };
    for (permission, opens) in [("one", true), ("other", true), ("third", false)] {
        let open = is_open(&rules, &holding(permission), "roblox.com", &[Category::Games], LESSON);
        assert_eq!(open, opens, "{permission}");
    }
}

#[test]
fn a_block_of_everything_leaves_open_what_it_names() {
    let rules = crate::compile(&[policy_with(&[
        "[block]\nsites = [\"*\"]\nother-than = [\"news\", \"search-engines\", \"example.org\"]\nnot-during = [\"breaks\"]",
    ])]);
    let staff = Standing::of(Audience::Staff);
    let open = |host, categories: &[Category], at| is_open(&rules, &staff, host, categories, at);
    assert!(open("theguardian.com", &[Category::News], LESSON));
    assert!(open("www.example.org", &[Category::Games], LESSON), "a host is named whatever it is");
    assert!(
        !open("mail.google.com", &[Category::SearchEngines, Category::Webmail], LESSON),
        "one of them is not named"
    );
    assert!(!open("roblox.com", &[Category::Games], LESSON));
    assert!(!open("unheard-of.example", &[], LESSON), "nothing is known of it, and it is not named");
    assert!(open("roblox.com", &[Category::Games], BREAK));
}

#[test]
fn sites_in_no_category_are_closed_and_left_open_by_name() {
    let staff = Standing::of(Audience::Staff);
    let closed = crate::compile(&[policy_with(&["[block]\nsites = [\"uncategorised\"]"])]);
    assert!(!is_open(&closed, &staff, "unheard-of.example", &[], LESSON));
    assert!(is_open(&closed, &staff, "roblox.com", &[Category::Games], LESSON));
    let left = crate::compile(&[policy_with(&["[block]\nsites = [\"*\"]\nother-than = [\"uncategorised\"]"])]);
    assert!(is_open(&left, &staff, "unheard-of.example", &[], LESSON));
    assert!(!is_open(&left, &staff, "roblox.com", &[Category::Games], LESSON));
}

#[test]
fn somebody_is_let_out_of_their_own_working_hours_in_a_break() {
    let rules = crate::compile(&[policy_with(&[
        "[block]\nsites = [\"games\"]\nduring = [\"own working hours\"]\nnot-during = [\"breaks\"]",
    ])]);
    let hours: WeeklyTimes = "mon-fri 08:30-16:30".parse().expect("hours");
    let working = Standing { hours, ..Standing::of(Audience::Staff) };
    let open = |standing: &Standing, at| is_open(&rules, standing, "roblox.com", &[Category::Games], at);
    assert!(!open(&working, LESSON) && open(&working, BREAK) && open(&working, "2026-05-12T17:00:00Z"));
    assert!(open(&Standing::of(Audience::Staff), LESSON), "no hours are on record");
}

#[test]
fn a_block_that_rests_on_who_is_present_closes_nothing_and_says_so() {
    let document = policy_with(&["[block]\nsites = [\"games\"]\nwhile-present = [\"pupil\"]"]);
    let explanation = &explain(&document)[0].rules[0];
    assert_eq!(explanation.state, policy::State::Word);
    assert_eq!(explanation.on_word, ["sites", "while-present"]);
    let rules = crate::compile(&[document]);
    assert!(is_open(&rules, &Standing::of(Audience::Pupil), "roblox.com", &[Category::Games], LESSON));
}

#[test]
fn what_is_closed_off_site_rests_on_word_and_closes_nothing_here() {
    let document = policy_with(&["[block]\nsites = [\"games\"]\nduring = [\"off site\"]"]);
    let explanation = &explain(&document)[0].rules[0];
    assert_eq!((explanation.state, explanation.on_word.as_slice()), (policy::State::Word, ["during"].as_slice()));
    assert_eq!(explanation.sentences[0], "Nobody may open games off the school site.");
    let rules = crate::compile(&[document]);
    assert!(is_open(&rules, &Standing::of(Audience::Pupil), "roblox.com", &[Category::Games], LESSON));
}

#[test]
fn everybody_reads_what_the_school_chose() {
    let document =
        policy_with(&["[session]\nidle = \"10 minutes\"\nend-of-day = true\nchosen = [\"idle\", \"end-of-day\"]"]);
    let sentences = &explain(&document)[0].sentences;
    let last = sentences.last().expect("a sentence");
    assert_eq!(last, "The school’s own choice: after how long and that it holds at the end of the day.");
    let wrong = problems_of(&["[session]\nidle = \"10 minutes\"\nchosen = [\"tell\"]"]);
    assert_eq!(
        wrong,
        ["'chosen' names 'tell', and [session] has no such field (name one of 'for', 'idle' or 'end-of-day')"]
    );
}

#[test]
fn a_view_says_what_those_who_look_may_do_and_what_holds_for_what_is_marked_personal() {
    let view = "[view]\nwhat = [\"mail\"]\nwho = [\"dsl\"]\npurposes = [\"Safety\"]\n";
    let acts = "acts = [\"inspect\", \"monitor\", \"intercept\", \"assess\", \"record\", \"disclose\"]";
    let document = policy_with(&[&format!("{view}{acts}\nmarked-personal = \"Left alone but for a crime\"")]);
    let sentences = explain(&document)[0].sentences.join(" ");
    for words in [
        "lead inspect, monitor, intercept, assess, record and disclose what they may look at.",
        "What is marked personal: Left alone but for a crime.",
        "it rests on each person's word",
    ] {
        assert!(sentences.contains(words), "{words}: {sentences}");
    }
    let wrong = problems_of(&[&format!("{view}acts = [\"intercpet\"]")]);
    assert!(wrong.len() == 1 && wrong[0].contains("did you mean 'intercept'?"), "{wrong:?}");
}

#[test]
fn a_sanction_says_what_follows_in_any_case_for_what_and_by_which_code() {
    let sanction = "[sanction]\nid = \"s\"\nfor = [\"staff\"]\nmust = [\"discipline\"]\nmay = [\"end-contract\"]\n\
        grounds = [\"Pictures kept\", \"Mail forged\"]\nby-code = \"the code of conduct\"\ndecides = [\"headteacher\"]";
    let sentences = explain(&policy_with(&[sanction]))[0].sentences.join(" ");
    for words in [
        "A breach by staff always brings disciplinary steps, and may bring the end of the contract.",
        "It is decided by the code of conduct.",
        "It is for these breaches: Pictures kept; Mail forged.",
        "it rests on each person's word",
    ] {
        assert!(sentences.contains(words), "{words}: {sentences}");
    }
    let wrong = problems_of(&[&sanction.replace("discipline", "disciplin")]);
    assert!(wrong.len() == 1 && wrong[0].contains("did you mean 'discipline'?"), "{wrong:?}");
}

#[test]
fn an_agreement_shows_its_parts_and_no_others() {
    let text = "+++\nid = \"p\"\ntitle = \"P\"\naudiences = [\"pupil\"]\nowner = \"headteacher\"\n+++\n\n# P\n\nBefore.\n\n## For you\n\n\
        ### Yours {#yours}\n\nRead this.\n\n```rule\n[agreement]\nby = [\"self\"]\npart = [\"For you\"]\n```\n\n## For others\n\n\
        ### Theirs {#theirs}\n\nNot this.\n";
    let document = crate::read(text);
    let Some((_, Rule::Agreement(agreement))) = document.rules().next() else { panic!("no agreement") };
    let read = signing::read_by(&document, agreement);
    let prose = read.prose_html();
    assert!(prose.contains("Read this.") && prose.contains("For you"), "{prose}");
    assert!(!prose.contains("Not this.") && !prose.contains("Before."), "{prose}");
    assert!(read.shows("yours") && !read.shows("theirs"));
    let is_read = |clause| signing::is_read(agreement, &read, clause);
    assert!(is_read("yours") && !is_read("theirs"), "what has changed in other parts is not told");
    let wrong = problems(&text.replace("[\"For you\"]", "[\"For yuo\"]"));
    assert_eq!(wrong, ["this policy has no part 'For yuo', which 'yours' names (did you mean 'For you'?)"]);
}

#[test]
fn the_head_tells_reviews_as_days_months_and_terms() {
    let head = |fields: &str| {
        let head = format!("audiences = [\"staff\"]\nowner = \"headteacher\"\n{fields}\n+++\n");
        format!("+++\nid = \"p\"\ntitle = \"P\"\n{head}\n# P\n")
    };
    let dated = crate::read(&head("reviewed = \"2026-03-20\"\nnext_review = \"Spring 2027\""));
    let words = (dated.reviewed.as_ref().map(ToString::to_string), dated.next_review.as_ref().map(ToString::to_string));
    assert_eq!(words, (Some("20 March 2026".to_owned()), Some("Spring 2027".to_owned())));
    assert!(problems(&head("reviewed = \"Easter 2026\""))[0].contains("'Easter 2026' is no day, month or term"));
    let backwards = problems(&head("reviewed = \"March 2026\"\nnext_review = \"Spring 2026\""));
    assert!(backwards[0].contains("comes before the last"), "{backwards:?}");
}

#[test]
fn a_policy_is_due_for_review_when_its_head_says_or_so_long_after_the_last_one() {
    let due = |fields: &str| {
        let head = format!("audiences = [\"staff\"]\nowner = \"headteacher\"\n{fields}\n");
        let document = crate::read(&format!("+++\nid = \"p\"\ntitle = \"P\"\n{head}+++\n\n# P\n"));
        let time_zone = jiff::tz::TimeZone::get("Europe/London").expect("a time zone");
        // Five minutes past midnight in London.
        let in_force_since = "2026-05-11T23:05:00Z".parse().expect("a moment");
        let due = document.review_due(in_force_since, &time_zone, &domain::Calendar::sample(2025, 3));
        due.map(|due| format!("{due}: {}", due.begins()))
    };
    let is = |words: &str| Some(words.to_owned());
    let (yearly, last) = ("review = \"every 12 months\"", "reviewed = \"2026-03-20\"");
    assert_eq!(due(&format!("{yearly}\n{last}\nnext_review = \"Spring 2027\"")), is("Spring 2027: 2027-01-01"));
    assert_eq!(due("next_review = \"2027-02-14\""), is("14 February 2027: 2027-02-14"));
    assert_eq!(due(&format!("{yearly}\n{last}")), is("20 March 2027: 2027-03-20"));
    assert_eq!(due(&format!("{yearly}\nreviewed = \"March 2026\"")), is("1 March 2027: 2027-03-01"));
    assert_eq!(due(yearly), is("12 May 2027: 2027-05-12"), "a year after it came into force");
    assert_eq!((due(last), due("")), (None, None), "nothing says how often");
}

#[test]
fn rules_that_say_nothing_are_found() {
    let wrong = problems_of(&[
        "[block]\nsites = [\"games\"]\nother-than = [\"*\"]",
        "[block]\nsites = [\"games\"]\nother-than = [\"example.org/a\"]",
        "[sanction]\nid = \"s\"\ndecides = [\"dsl\"]",
        "[choice]\nid = \"c\"\noptions = [\"a\", \"b\"]\ntaken = [\"z\"]",
        "[channel]\nfrom = [\"staff\"]\nto = [\"ex-pupil:under-x\"]\nby = [\"school mail\"]",
        "[hold]\nabout = \"x\"\nregister = \"none\"\nopened-by = [\"dsl\"]",
    ]);
    let wanted = [
        "leaves every site open",
        "names the path 'example.org/a'",
        "nothing follows by the sanction 's'",
        "'z' is not among the options of the choice 'c'",
        "'ex-pupil:under-x' gives no age in years",
        "this policy has no register 'none'",
    ];
    for words in wanted {
        assert_eq!(wrong.iter().filter(|problem| problem.contains(words)).count(), 1, "{words}: {wrong:#?}");
    }
    assert_eq!(wrong.len(), wanted.len(), "{wrong:#?}");
}

#[test]
fn a_clause_says_why_it_rests_on_word() {
    let sentences = |attributes: &str| {
        let text = crate::policy_of("p", "\"staff\"", &["[session]\nidle = \"10 minutes\"".to_owned()]);
        let document = crate::read(&format!("{text}\n## Care {{#care {attributes}}}\n\nTake care.\n"));
        explain(&document).pop().expect("a clause").sentences
    };
    let word = "This rests on each person's word.";
    assert_eq!(sentences(""), [word]);
    assert_eq!(sentences("because=\"Mail is in another system.\""), [word, "Mail is in another system."]);
    assert_eq!(sentences(".person"), [word, "Only people can do this, or see whether it is done."]);
    let head = |attributes: &str| {
        let head = "+++\nid = \"p\"\ntitle = \"P\"\naudiences = [\"staff\"]\nowner = \"headteacher\"\n+++\n\n# P\n";
        problems(&format!("{head}\n## Care {{#care {attributes}}}\n\nTake care.\n"))
    };
    for (attributes, wanted) in [
        ("because=\"mail\"", "'because' is not a sentence"),
        (".prose because=\"Mail is elsewhere.\"", "prose asks nothing of anybody"),
        (".person because=\"Mail is elsewhere.\"", "'.person' is a reason already"),
    ] {
        let problems = head(attributes);
        assert!(problems.len() == 1 && problems[0].contains(wanted), "{attributes}: {problems:?}");
    }
}
