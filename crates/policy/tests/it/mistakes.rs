//! Every problem of a file, with its place and its mend.

use domain::Roles;
use policy::{Problem, Source};

fn problems_of(text: &str) -> Vec<Problem> {
    policy::parse(&Source::new("policy.md", text), Roles::ready()).1
}

#[test]
fn ten_mistakes_are_ten_problems_on_their_lines() {
    let problems = problems_of(include_str!("../fixtures/ten-mistakes.md"));
    let found: Vec<(u32, u32, &str, &str)> = problems
        .iter()
        .map(|problem| (problem.line, problem.column, problem.message.as_str(), problem.mend.as_str()))
        .collect();
    insta::assert_debug_snapshot!(found);
    let lines: Vec<u32> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [5, 11, 16, 17, 25, 26, 27, 33, 34, 40]);
}

#[test]
fn a_problem_shows_itself_in_the_text() {
    let problems = problems_of(include_str!("../fixtures/ten-mistakes.md"));
    let mut shown = String::new();
    let theme = miette::GraphicalTheme::unicode_nocolor();
    miette::GraphicalReportHandler::new_themed(theme)
        .render_report(&mut shown, &problems[0])
        .expect("a report can be written to a text");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_text_without_a_head_says_so_and_its_body_is_read_all_the_same() {
    let problems = problems_of("# Title\n\n## Games {#games}\n\n```rule\n[blok]\nsites = [\"games\"]\n```\n");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["this policy has no head", "there is no kind of rule 'blok'"]);
}

#[test]
fn a_head_without_its_fields_names_each() {
    let problems = problems_of("+++\nid = \"x\"\nowners = \"dsl\"\n+++\n");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the head lacks 'title'",
            "the head lacks 'audiences'",
            "the head lacks 'owner'",
            "the head has no field 'owners'"
        ]
    );
}

fn of_heading(attributes: &str, rules: &str) -> Vec<String> {
    let text = crate::policy_of("p", "\"pupil\"", &[rules.to_owned()]).replace("{#clause-1}", attributes);
    let problems = problems_of(&text).into_iter();
    problems.map(|problem| format!("{}: {} ({})", problem.column, problem.message, problem.mend)).collect()
}

#[test]
fn a_clause_leaves_to_word_only_what_it_answers() {
    let rule = "[block]\nsites = [\"games\"]";
    let whole = of_heading(r#"{#clause-1 answers="games-closed games-fair" word="games-fair"}"#, rule);
    assert_eq!(whole, [""; 0]);
    let others = of_heading(r#"{#clause-1 answers="games-closed" word="games-closd other"}"#, rule);
    assert_eq!(
        others,
        [
            "53: this clause does not answer 'games-closd', so it can't leave it to each person's word (did you mean 'games-closed'?)",
            "65: this clause does not answer 'other', so it can't leave it to each person's word (write 'other' in 'answers' too, or leave it out of 'word')",
        ]
    );
}

#[test]
fn a_clause_without_a_rule_leaves_nothing_to_word() {
    let text = "+++\nid = \"p\"\ntitle = \"p\"\naudiences = [\"pupil\"]\nowner = \"headteacher\"\n+++\n\n# p\n\n\
                ## Games {#games answers=\"games\" word=\"games\"}\n\nPlay fair.\n";
    let messages: Vec<String> = problems_of(text).into_iter().map(|problem| problem.message).collect();
    assert_eq!(messages, ["this clause has no rule, so all that it answers rests on each person's word"]);
}

fn body(rules: &str) -> Vec<String> {
    let text = crate::policy_of("p", "\"pupil\"", &[rules.to_owned()]);
    problems_of(&text)
        .into_iter()
        .map(|problem| format!("{}: {} ({})", problem.line, problem.message, problem.mend))
        .collect()
}

#[test]
fn what_cannot_be_meant_is_refused() {
    insta::assert_snapshot!(body("[allow]\nsites = [\"illegal\"]").join("\n"), @"10: the clause 'clause-1' allows the category 'illegal', which nobody can open (take 'illegal' out of its sites)");
    let report = "[report]\nid = \"r\"\ntitle = \"t\"\nto = [\"dsl\"]\ninstead-if-about = { dsl = [\"dsl\"] }";
    insta::assert_snapshot!(body(report).join("\n"), @"10: a report 'r' about 'dsl' would go to 'dsl' (name another role in its 'instead-if-about' for 'dsl')");
}

#[test]
fn toml_that_cannot_be_read_is_a_problem_at_its_place() {
    insta::assert_snapshot!(body("[block]\nsites = [\"games\"\nfor = [\"pupil\"]").join("\n"));
    insta::assert_snapshot!(body("[block]\nsites = [\"games\"]\n[block]\nsites = [\"chat\"]").join("\n"));
}

#[test]
fn names_given_twice_and_names_given_never_are_found() {
    let consent = "[consent]\nid = \"c\"\ntitle = \"t\"\nfrom = [\"parent\"]\nabout = [\"pupil\"]\nfor = \"x\"";
    let permission = "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"pupil\"]\ndecides = [\"dsl\"]\nopens = \"other\"\nconsents = [\"photo\"]";
    let text = crate::policy_of("p", "\"pupil\"", &[consent.to_owned(), consent.to_owned(), permission.to_owned()]);
    let messages: Vec<String> = problems_of(&text).into_iter().map(|problem| problem.message).collect();
    assert_eq!(
        messages,
        ["the consent 'c' is there twice; the first is on line 14", "this policy has no consent 'photo'"]
    );
}

#[test]
fn two_policies_of_one_id_are_refused_together() {
    let document = crate::school();
    let problems = policy::check(&[document.clone(), document]);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].line, 2);
}

#[test]
fn an_agreement_of_strangers_is_refused() {
    let text = crate::policy_of("p", "\"pupil\"", &["[agreement]\nby = [\"self\"]\nfor = [\"governor\"]".to_owned()]);
    let problems = policy::check(&[crate::read(&text)]);
    assert!(problems[0].message.contains("asks 'governor' to agree"), "{problems:?}");
}

#[test]
fn a_path_that_could_never_act_is_refused() {
    let checked = |rule: &str, example: &str| {
        let text = crate::policy_of("p", "\"pupil\"", &[rule.to_owned()]);
        let document = crate::read(&format!("{text}\n```example\n{example}\n```\n"));
        let problems = policy::check(std::slice::from_ref(&document));
        problems.iter().map(|problem| format!("{}; {}", problem.message, problem.mend)).collect::<Vec<_>>()
    };
    let paths = "[block]\nsites = [\"reddit.com/r/chess\", \"chess.com\", \"www.chess.com/play\"]";
    let over_https = checked(paths, "pupil opens https://www.reddit.com/r/chess -> allowed");
    assert_eq!(
        over_https,
        [
            "nothing shows that 'reddit.com/r/chess' acts: of an https visit the gate sees the host alone, and no worked \
             example opens it over http; name the whole host, 'reddit.com', or add an example that opens \
             'http://reddit.com/r/chess'",
            "'www.chess.com/play' adds nothing: the same rule names its whole host; take out 'www.chess.com/play', or \
             the host",
        ]
    );
    let path = "[block]\nsites = [\"reddit.com/r/chess\"]";
    assert_eq!(checked(path, "pupil opens http://www.reddit.com/r/chess/top -> blocked"), Vec::<String>::new());
}

#[test]
fn a_line_of_blanks_that_are_never_closed_is_one_problem() {
    let text = crate::policy_of("p", "\"pupil\"", &[]) + &"{{".repeat(450_000);
    let problems = problems_of(&text);
    let unclosed = problems.iter().filter(|problem| problem.message == "this blank is never closed");
    assert_eq!(unclosed.count(), 1);
}

#[test]
fn of_one_file_a_thousand_problems_are_told() {
    let text = crate::policy_of("p", "\"pupil\"", &[]) + &"{{\n".repeat(300_000);
    assert_eq!(problems_of(&text).len(), 1000);
}

#[test]
fn a_relative_role_that_nobody_could_hold_is_a_problem_with_its_mend() {
    let permission = |asks: &str, decides: &str, rest: &str| {
        format!(
            "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"{asks}\"]\ndecides = [\"{decides}\"]\nopens = \"other\"\n{rest}"
        )
    };
    let read = |rule: String| problems_of(&crate::policy_of("p", "\"staff\"", &[rule]));
    let unknown = read(permission("staff", "line-manager-of:asked", ""));
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert_eq!(unknown[0].message, "there is no relative role 'line-manager-of:asked'");
    assert_eq!(unknown[0].mend, "did you mean 'line-manager-of:asker'?");
    let own = read(permission("line-manager-of:asker", "slt", ""));
    assert_eq!(own[0].message, "nobody asks as their own line manager");
    let elsewhere = read("[block]\nsites = [\"games\"]\nfor = [\"teacher-of:group\"]".to_owned());
    assert_eq!(elsewhere.len(), 1, "a block takes no relative role: {elsewhere:?}");
    let across = |rule: String| {
        let document = crate::read(&crate::policy_of("p", "\"staff\"", &[rule]));
        policy::check(&[document]).into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(
        across(permission("staff", "teacher-of:group", "to = \"self\"")),
        ["nobody is 'teacher-of:group' towards 'p', which is given for the asker alone"]
    );
    assert_eq!(across(permission("staff", "teacher-of:group", "to = \"group\"")), [""; 0]);
    assert_eq!(
        across(permission("staff", "person-concerned", "to = \"self\"")),
        ["nobody is 'person-concerned' towards 'p', which names nobody"]
    );
    assert_eq!(across(permission("staff", "person-concerned", "fields = { about = \"person\" }")), [""; 0]);
    assert_eq!(
        across(permission("person-concerned", "slt", "to = \"person\"")),
        ["nobody asks for 'p' as 'person-concerned': whoever asks is not the one whom it is about"]
    );
    assert_eq!(
        across(permission("staff", "slt", "in-absence = { headteacher = [\"slt\"] }")),
        ["'in-absence' names 'headteacher', which does not decide 'p'"]
    );
}

#[test]
fn a_permission_says_once_who_decides() {
    let permission = |decides: &str| {
        format!(
            "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\nopens = \"other\"\n{decides}\nto = \"person\""
        )
    };
    let across = |decides: &str| {
        let document = crate::read(&crate::policy_of("p", "\"staff\"", &[permission(decides)]));
        policy::check(&[document]).into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(across(""), ["nobody decides 'p'"]);
    let both = "decides = \"asker\"\ndecides-all = [[\"slt\"], [\"parent-of:pupil\"]]";
    assert_eq!(across(both), ["'p' has both 'decides' and 'decides-all'"]);
    assert_eq!(across("decides-all = [[\"slt\"], [\"parent-of:pupil\"]]"), [""; 0]);
    let concerned = "decides = [\"person-concerned\"]";
    assert_eq!(across(concerned), [""; 0]);
    assert_eq!(
        across(&format!("{concerned}\nfields = {{ about = \"person\" }}")),
        ["it is not plain who is 'person-concerned' towards 'p', which names more than one person"]
    );
    assert_eq!(
        across(&format!("{concerned}\nwithin = \"2 days\"\nescalate = [\"slt\"]")),
        ["'p' is the person's own to decide, and nobody decides it in their place"]
    );
    let late = "decides = [\"slt\"]\nescalate = [\"headteacher\"]";
    assert_eq!(across(late), ["'escalate' of 'p' never comes about: the clause does not say how soon it is decided"]);
    assert_eq!(across(&format!("{late}\nwithin = \"2 days\"")), [""; 0]);
    assert_eq!(
        across("decides = [\"slt\"]\nwithin = \"2 days\"\nescalate = [\"slt\"]"),
        ["'escalate' names 'slt', which decides 'p' from the beginning"]
    );
    assert_eq!(
        across("decides-all = [[\"slt\"], [\"dsl\"]]\nwithin = \"2 days\"\nescalate = [\"headteacher\"]"),
        ["several must agree to 'p', and nobody agrees in the place of one who has not"]
    );
    assert_eq!(
        across("decides = \"asker\"\nwithin = \"2 days\""),
        ["'p' opens on the asker's own word, and waits for nobody"]
    );
    assert_eq!(
        across("decides-all = [[\"slt\"], [\"teacher-of:group\"]]"),
        ["nobody is 'teacher-of:group' towards 'p', which is given for one person"]
    );
    let read = |decides: &str| {
        let problems = problems_of(&crate::policy_of("p", "\"staff\"", &[permission(decides)]));
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(read("decides-all = [[\"slt\"]]"), ["'decides-all' needs two lists at least"]);
    assert_eq!(read("decides = \"slt\""), ["'decides' has a text, and takes something else"]);
    let across = |decides: &str| {
        let publishes = permission(decides).replace("\"other\"", "\"publication\"");
        let document = crate::read(&crate::policy_of("p", "\"staff\"", &[publishes]));
        policy::check(&[document]).into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let early = ["'p' waits for a picture, and is given before anybody could add one"];
    assert_eq!(across("decides = \"asker\"\npictures = true"), early);
    assert_eq!(across("decides = [\"slt\"]\nunasked = true\npictures = true"), early);
    assert_eq!(
        across("decides = \"asker\"\nfields = { shown = \"yes-no\" }\npictures-when = { shown = [\"yes\"] }"),
        early
    );
    assert_eq!(across("decides = [\"slt\"]\npictures = true"), [""; 0]);
}

#[test]
fn some_requests_wait_for_a_picture_only_where_something_is_published_and_the_form_lets_choose_so() {
    let read = |opens: &str, fields: &str| {
        let rule = format!(
            "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"slt\"]\nopens = \"{opens}\"\n{fields}"
        );
        let problems = problems_of(&crate::policy_of("p", "\"staff\"", &[rule]));
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let when = "fields = { shown = [\"a child\", \"nobody\"] }\npictures-when = { shown = [\"a child\"] }";
    assert_eq!(read("publication", when), [""; 0]);
    assert_eq!(read("other", when), ["the permission 'p' asks for pictures and publishes nothing"]);
    assert_eq!(
        read("publication", &format!("pictures = true\n{when}")),
        ["'p' always waits for a picture, and waits for one with some answers"]
    );
    let nobody_chooses = read("publication", &when.replace("= [\"a child\"] }", "= [\"a cat\"] }"));
    assert!(nobody_chooses[0].starts_with("'pictures-when' of the permission 'p': "), "{nobody_chooses:?}");
    let show = "pictures-show = \"who\"";
    let with_who = when.replace("fields = {", "fields = { who = \"pupils\",");
    assert_eq!(read("publication", &format!("{with_who}\n{show}")), [""; 0]);
    let none = ["'pictures-show' of the permission 'p' names 'who', in which no pupils can be named"];
    assert_eq!(read("publication", &format!("{when}\n{show}")), none);
    assert_eq!(read("publication", &format!("{}\n{show}", with_who.replace("\"pupils\"", "\"text\""))), none);
    assert_eq!(
        read("publication", &format!("fields = {{ who = \"pupils\" }}\n{show}")),
        ["'pictures-show' of the permission 'p' is about pictures, and no answer says that there are any"]
    );
}

#[test]
fn what_takes_a_request_is_not_given_unasked() {
    let across = |fields: &str| {
        let rule = format!(
            "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\nopens = \"other\"\nunasked = true\n{fields}"
        );
        let consent =
            "[consent]\nid = \"c\"\ntitle = \"t\"\nfrom = [\"parent\"]\nabout = [\"pupil\"]\nfor = \"a picture\"";
        let document = crate::read(&crate::policy_of("p", "\"staff\"", &[rule, consent.to_owned()]));
        policy::check(&[document]).into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let slt = "decides = [\"slt\"]";
    assert_eq!(across(&format!("{slt}\nto = \"everyone\"")), [""; 0]);
    assert_eq!(across(&format!("{slt}\nto = \"parent\"")), [""; 0]);
    assert_eq!(across(slt), ["nobody gives 'p' unasked: it is given for the asker alone"]);
    assert_eq!(across("decides = \"asker\"\nto = \"everyone\""), ["nobody gives 'p' unasked: whoever asks decides"]);
    assert_eq!(
        across(&format!("{slt}\nto = \"person\"\nconsents = [\"c\"]")),
        ["nobody gives 'p' unasked: others have to agree, and that takes a request"]
    );
    assert_eq!(
        across("decides = [\"line-manager-of:asker\"]\nto = \"everyone\""),
        ["nobody gives 'p' unasked: 'line-manager-of:asker' follows from a request"]
    );
}

fn wrong_in_channel(fields: &str, register: &str) -> Vec<String> {
    let channel = format!("[channel]\nfrom = [\"staff\"]\nto = [\"pupil\"]\nby = [\"school mail\"]\n{fields}");
    let kept = "id = \"calls\"\ntitle = \"t\"\nkeeper = [\"office\"]\nfields = [\"who\", \"why\"]";
    let text = crate::policy_of("p", "\"staff\"", &[channel, format!("[register]\n{kept}\n{register}")]);
    match policy::parse(&Source::new("policy.md", text), Roles::ready()) {
        (Some(document), problems) if problems.is_empty() => policy::check(&[document]),
        (_, problems) => problems,
    }
    .into_iter()
    .map(|problem| problem.message)
    .collect()
}

const STAFF_WRITE: &str = "declared-by = \"self\"\nfor = [\"staff\"]";

#[test]
fn a_channel_without_an_exception_has_nothing_that_is_tried_before_one() {
    let prefer = "prefer = [\"a school telephone\"]";
    assert_eq!(wrong_in_channel(&format!("except = [\"an emergency\"]\n{prefer}"), STAFF_WRITE), [""; 0]);
    assert_eq!(
        wrong_in_channel(prefer, STAFF_WRITE),
        ["'prefer' of the channel in 'clause-1' speaks of an exception, and there is none"]
    );
}

#[test]
fn whoever_reaches_others_may_write_in_the_register_that_the_channel_names() {
    let log = "log = \"calls\"";
    assert_eq!(wrong_in_channel(log, STAFF_WRITE), [""; 0]);
    assert_eq!(wrong_in_channel(log, "declared-by = \"self\""), [""; 0]);
    let wrong = ["'log' of the channel in 'clause-1' is 'calls', in which not all of 'from' may write"];
    assert_eq!(wrong_in_channel(log, ""), wrong);
    assert_eq!(wrong_in_channel(log, "declared-by = \"self\"\nfor = [\"governor\"]"), wrong);
}

#[test]
fn an_exception_that_looks_like_an_id_is_a_permission_of_the_policy() {
    assert_eq!(wrong_in_channel("except = [\"emergencies\"]", ""), [""; 0]);
    assert_eq!(wrong_in_channel("except = [\"own-telephone\"]", ""), ["this policy has no permission 'own-telephone'"]);
    assert_eq!(wrong_in_channel("log = \"letters\"", STAFF_WRITE), ["this policy has no register 'letters'"]);
}

#[test]
fn a_consent_that_nothing_could_be_about_or_whose_end_nobody_can_tell_is_a_problem() {
    let permission = |more: &str| {
        format!(
            "[permission]\nid = \"p\"\ntitle = \"t\"\nasks = [\"staff\"]\ndecides = [\"slt\"]\nopens = \"publication\"\n\
             consents = [\"c\"]\n{more}"
        )
    };
    let consent = |more: &str| {
        format!(
            "[consent]\nid = \"c\"\ntitle = \"t\"\nfrom = [\"parent\"]\nabout = [\"pupil\"]\nfor = \"a picture\"\n{more}"
        )
    };
    let wrong = |rules: [String; 2]| {
        let text = crate::policy_of("p", "\"staff\"", &rules);
        match policy::parse(&Source::new("policy.md", text), Roles::ready()) {
            (Some(document), problems) if problems.is_empty() => policy::check(&[document]),
            (_, problems) => problems,
        }
        .into_iter()
        .map(|problem| problem.message)
        .collect::<Vec<_>>()
    };
    for names in ["fields = { shown = \"pupils\" }", "fields = { shown = \"pupil\" }", "to = \"person\""] {
        assert_eq!(wrong([permission(names), consent("expires = \"12 months\"")]), [""; 0]);
    }
    assert_eq!(
        wrong([permission("needs = [\"who\"]"), consent("")]),
        ["'p' waits for consents about the people whom its form names, and it names nobody"]
    );
    let named = permission("to = \"person\"");
    assert_eq!(wrong([named.clone(), consent("expires = \"end of year\"")]), [""; 0]);
    assert_eq!(
        wrong([named, consent("expires = \"2 terms\"")]),
        ["a consent does not end in terms, as '2 terms' has it"]
    );
}

#[test]
fn a_register_that_wants_checklists_says_by_what_they_are_known_and_both_ask_for_that() {
    let across = |fields: &str, by: &str| {
        let checks = "[register]\nid = \"checks\"\ntitle = \"t\"\nkeeper = [\"office\"]\n\
                      fields = { class = \"group\", begins = \"date-time\", room = \"text\" }";
        let log =
            format!("[register]\nid = \"log\"\ntitle = \"t\"\nkeeper = [\"office\"]\nfields = {{ {fields} }}\n{by}");
        let text = crate::policy_of("p", "\"staff\"", &[checks.to_owned(), log]);
        let problems = problems_of(&text);
        let problems = if problems.is_empty() { policy::check(&[crate::read(&text)]) } else { problems };
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let (fields, checklist) = ("class = \"group\", begins = \"date-time\"", "checklist = \"checks\"");
    let by = |by: &str| across(fields, &format!("{checklist}\nchecklist-by = {by}"));
    assert_eq!(by("[\"class\", \"begins\"]"), [""; 0]);
    assert_eq!(
        across(fields, checklist),
        ["the register 'log' does not say by which fields a checklist is known to belong to an entry"]
    );
    assert_eq!(
        across(fields, "checklist-by = [\"class\", \"begins\"]"),
        ["'checklist-by' of the register 'log' is about a checklist, and it wants none"]
    );
    assert_eq!(by("[\"form\"]"), ["'checklist-by' of the register 'log' names 'form', which is no field of it"]);
    let no_moment = ["'checklist-by' of the register 'log' does not name the one moment before which it is written"];
    assert_eq!(by("[\"class\"]"), no_moment);
    assert_eq!(
        across(
            "class = \"text\", begins = \"date-time\"",
            "checklist = \"checks\"\nchecklist-by = [\"class\", \"begins\"]"
        ),
        ["an entry of 'log' finds its checklist in 'checks' by 'class', for which that register does not ask"]
    );
    assert_eq!(
        across(fields, "checklist = \"cheks\"\nchecklist-by = [\"class\", \"begins\"]"),
        ["this policy has no register 'cheks'"]
    );
}

#[test]
fn a_register_of_official_accounts_says_what_of_them_is_shown() {
    let rule = "[register]\nid = \"accounts\"\ntitle = \"t\"\nkeeper = [\"office\"]\nfields = [\"account\"]\nofficial-accounts = true";
    let read = |rule: String| {
        let problems = problems_of(&crate::policy_of("p", "\"staff\"", &[rule]));
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    assert_eq!(
        read(rule.to_owned()),
        ["the register 'accounts' lists official accounts and does not say what of them is shown"]
    );
    let shown = format!("{rule}\nshown-to = [\"staff\"]\nshows = [\"account\"]");
    assert_eq!(read(shown.clone()), [""; 0]);
    let across = |rules: &[String]| {
        let problems = policy::check(&[crate::read(&crate::policy_of("p", "\"staff\"", rules))]);
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>()
    };
    let channel = "[channel]\nfrom = [\"staff\"]\nto = [\"pupil\"]\nby = [\"school mail\"]".to_owned();
    assert_eq!(across(&[shown.clone(), channel]), [""; 0]);
    assert_eq!(
        across(&[shown]),
        ["the register 'accounts' lists official accounts, and the policy has no channel beside which they are shown"]
    );
}
