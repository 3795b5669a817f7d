//! Names within one policy: each given once, each use of one answered; and rules that can't mean what they say.

use std::ops::Range;

use domain::{Category, CategorySet, FieldKind, FormField, LineKind, Opens};

use crate::check::line;
use crate::document::{Class, Clause};
use crate::kinds::{Channel, Permission, Register, Report, Rule};
use crate::problem::Problems;
use crate::rules::channels::{self, WayAtTheGate};
use crate::rules::pictures;
use crate::rules::registers::{self, checklists, consent_lists, counting, losses};
use crate::value::{AtMost, EntryAnswers, Sites, twice};

/// A name in a rule or an example.
pub(crate) struct Name {
    pub(crate) how: Use,
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// What a name is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    GivesPermission,
    GivesReport,
    GivesRegister,
    GivesConsent,
    GivesTraining,
    GivesSanction,
    GivesChoice,
    OfPermission,
    OfConsent,
    OfRegister,
    OfReport,
    OfClause,
}

impl Use {
    /// What an `id` in a rule of a kind gives a name to.
    pub(crate) fn giving(kind: &str) -> Option<Use> {
        Some(match kind {
            "permission" => Use::GivesPermission,
            "report" => Use::GivesReport,
            "register" => Use::GivesRegister,
            "consent" => Use::GivesConsent,
            "training" => Use::GivesTraining,
            "sanction" => Use::GivesSanction,
            "choice" => Use::GivesChoice,
            _ => return None,
        })
    }

    /// What a use looks for, and what that is called.
    fn wants(self) -> Option<(Use, &'static str)> {
        Some(match self {
            Use::OfPermission => (Use::GivesPermission, "permission"),
            Use::OfConsent => (Use::GivesConsent, "consent"),
            Use::OfRegister => (Use::GivesRegister, "register"),
            Use::OfReport => (Use::GivesReport, "report"),
            _ => return None,
        })
    }

    fn called(self) -> &'static str {
        match self {
            Use::GivesPermission => "permission",
            Use::GivesReport => "report",
            Use::GivesRegister => "register",
            Use::GivesConsent => "consent",
            Use::GivesTraining => "training",
            Use::GivesSanction => "sanction",
            Use::GivesChoice => "choice",
            _ => "name",
        }
    }
}

pub(super) fn check(clauses: &[Clause], names: &[Name], problems: &mut Problems) {
    given_once(names, problems);
    for name in names {
        if let Some((wanted, what)) = name.how.wants() {
            let given = names.iter().filter(|given| given.how == wanted).map(|given| given.text.as_str());
            answered(name, what, given.collect(), problems);
        } else if name.how == Use::OfClause {
            answered(name, "clause", clauses.iter().map(|clause| clause.id.as_str()).collect(), problems);
        }
    }
    clauses.iter().for_each(|clause| can_be_meant(clause, problems));
}

fn given_once(names: &[Name], problems: &mut Problems) {
    for (position, name) in names.iter().enumerate() {
        let first = names[..position].iter().find(|first| first.how == name.how && first.text == name.text);
        if let (Some(first), true) = (first, name.how.called() != "name") {
            let first_line = problems.line(first.span.start);
            problems.add(
                name.span.clone(),
                format!("the {} '{}' is there twice; the first is on line {first_line}", name.how.called(), name.text),
                "give one of them another id",
            );
        }
    }
}

fn answered(name: &Name, what: &str, given: Vec<&str>, problems: &mut Problems) {
    if given.contains(&name.text.as_str()) {
        return;
    }
    let nearest = given
        .into_iter()
        .map(|known| (domain::edit_distance(&name.text, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4)
        .min();
    let mend = match nearest {
        Some((_, near)) => format!("did you mean '{near}'?"),
        None => format!("name a {what} of this policy, or add one"),
    };
    problems.add(name.span.clone(), format!("this policy has no {what} '{}'", name.text), mend);
}

/// Rules that contradict themselves or what no policy can change. They stand at their clause's heading.
fn can_be_meant(clause: &Clause, problems: &mut Problems) {
    let at = line(problems.text(), clause.line);
    if clause.is(Class::Prose) && !clause.rules.is_empty() {
        problems.add(
            at.clone(),
            format!("the clause '{}' is marked .prose, which asks nothing of anybody, and has a rule", clause.id),
            "take away the class .prose, or the rule",
        );
    }
    let opens_sealed = |categories: CategorySet| !categories.intersection(Category::SEALED).is_empty();
    for rule in &clause.rules {
        match rule {
            Rule::Block(block) => {
                if let Some((message, mend)) = block.other_than.as_ref().and_then(|sites| other_than(sites, clause)) {
                    problems.add(at.clone(), message, mend);
                }
            }
            Rule::Allow(allow) if opens_sealed(allow.sites.categories) => problems.add(
                at.clone(),
                format!("the clause '{}' allows the category 'illegal', which nobody can open", clause.id),
                "take 'illegal' out of its sites",
            ),
            Rule::Channel(channel) if opens_at_the_gate(channel, opens_sealed) => problems.add(
                at.clone(),
                format!(
                    "a way that the clause '{}' approves is of the category 'illegal', which nobody can open",
                    clause.id
                ),
                "take 'illegal' out of its sites",
            ),
            Rule::Permission(permission) if permission.categories.is_some_and(opens_sealed) => problems.add(
                at.clone(),
                format!("the permission '{}' names the category 'illegal', which nobody can open", permission.id),
                "take 'illegal' out of its categories",
            ),
            Rule::Permission(permission)
                if permission.categories.is_some()
                    && !matches!(permission.opens, Opens::Site | Opens::Category | Opens::PersonalUse) =>
            {
                problems.add(
                    at.clone(),
                    format!("the permission '{}' names categories and opens nothing of the web", permission.id),
                    "write opens = \"site\", \"category\" or \"personal-use\", or leave the categories out",
                );
            }
            Rule::Permission(permission)
                if pictures::can_lack(permission) && permission.opens != Opens::Publication =>
            {
                problems.add(
                    at.clone(),
                    format!("the permission '{}' asks for pictures and publishes nothing", permission.id),
                    "write opens = \"publication\", or leave 'pictures' and 'pictures-when' out",
                );
            }
            Rule::Permission(permission) => form_can_be_meant(permission, &at, problems),
            Rule::Register(register) => register_can_be_meant(register, &at, problems),
            Rule::Choice(choice) => {
                for taken in choice.taken.iter().filter(|taken| !choice.options.contains(taken)) {
                    problems.add(
                        at.clone(),
                        format!("'{taken}' is not among the options of the choice '{}'", choice.id),
                        "write an option to the letter, or add it to the options",
                    );
                }
            }
            Rule::Sanction(sanction) if sanction.may.is_empty() && sanction.must.is_none() => problems.add(
                at.clone(),
                format!("nothing follows by the sanction '{}'", sanction.id),
                "say what follows in 'may' or 'must'",
            ),
            Rule::Report(report) => {
                report_form_can_be_meant(report, &at, problems);
                for (about, instead) in report.instead_if_about.iter().flat_map(|routes| &routes.0) {
                    if instead.contains(about) {
                        problems.add(
                            at.clone(),
                            format!("a report '{}' about '{about}' would go to '{about}'", report.id),
                            format!("name another role in its 'instead-if-about' for '{about}'"),
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the gate opens such categories for a way that a clause approves.
fn opens_at_the_gate(channel: &Channel, are_such: impl Fn(CategorySet) -> bool) -> bool {
    channels::ways_at_the_gate(channel).any(|(_, sites, way)| way == WayAtTheGate::Open && are_such(sites.categories))
}

/// What is wrong with the sites that a block leaves open.
fn other_than(sites: &Sites, clause: &Clause) -> Option<(String, &'static str)> {
    if sites.everything {
        let message = format!("the block of the clause '{}' leaves every site open", clause.id);
        return Some((message, "name in 'other-than' what stays open, or take the block out"));
    }
    let entry = sites.entries.iter().find(|entry| entry.path.is_some())?;
    let message = format!("'other-than' of the clause '{}' names the path '{entry}'", clause.id);
    Some((message, "name whole hosts and categories there; a path is opened by an allow rule"))
}

/// Fields that the form has twice, or that every form of such a permission has.
fn form_can_be_meant(permission: &Permission, at: &Range<usize>, problems: &mut Problems) {
    let form = permission.form();
    for field in twice(&form) {
        let message = format!("the form of '{}' has the field '{field}' twice", permission.id);
        problems.add(at.clone(), message, "take it out of 'needs' or out of 'fields'");
    }
    for field in form.iter().filter(|field| permission.asks_anyway(&field.name)) {
        let message = format!("every form like that of '{}' asks for '{}'", permission.id, field.name);
        problems.add(at.clone(), message, "take it out: whoever asks would fill it in twice");
    }
    if permission.pictures && permission.pictures_when.is_some() {
        let message = format!("'{}' always waits for a picture, and waits for one with some answers", permission.id);
        problems.add(at.clone(), message, "keep 'pictures' or 'pictures-when', the one that is meant");
    }
    if let Some((message, mend)) = pictures::wrong_field(permission) {
        problems.add(at.clone(), message, mend);
    }
    let of = format!("of the permission '{}'", permission.id);
    for named in [("refuse", permission.refuse.as_ref()), ("pictures-when", permission.pictures_when.as_ref())] {
        answers_can_be_given(named, &of, &form, (at, problems));
    }
}

/// Fields that the form has twice, or that would name people past the question whom the report is about.
fn report_form_can_be_meant(report: &Report, at: &Range<usize>, problems: &mut Problems) {
    let form = report.form();
    for field in twice(&form) {
        let message = format!("the form of '{}' has the field '{field}' twice", report.id);
        problems.add(at.clone(), message, "take it out of 'needs' or out of 'fields'");
    }
    for field in form.iter().filter(|field| field.names_people()) {
        let message = format!("the form of '{}' would name people in '{}'", report.id, field.name);
        problems.add(at.clone(), message, "write the kind \"text\": whom a report is about the form asks by itself");
    }
}

/// Answers named by the field `name` of a rule that its form does not let choose.
fn answers_can_be_given(
    (name, answers): (&str, Option<&EntryAnswers>),
    of: &str,
    form: &[FormField],
    (at, problems): (&Range<usize>, &mut Problems),
) {
    for wrong in answers.iter().flat_map(|answers| answers.problems(form)) {
        let mend = "name a field of the kind \"yes-no\", or one with a list of words, and its answers to the letter";
        problems.add(at.clone(), format!("'{name}' {of}: {wrong}"), mend);
    }
}

/// Fields that an entry has twice, and answers that nobody could give.
fn register_can_be_meant(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    match consent_lists::unfit_fields(register) {
        None if register.form().is_empty() => {
            let message = format!("the register '{}' does not say what an entry says", register.id);
            problems.add(at.clone(), message, "write its 'fields', as in fields = { device = \"text\" }");
        }
        None => {}
        Some(unfit) => {
            for field in unfit {
                let message = format!(
                    "nobody writes in the register '{}', which follows from a consent: '{field}' is about entries",
                    register.id
                );
                problems.add(at.clone(), message, format!("take '{field}' out, or 'without-consent'"));
            }
            if registers::is_shown_to_the_named(register) {
                let message = format!(
                    "'shown-to' of the register '{}' is about people whom an entry names, and it has no entries",
                    register.id
                );
                problems.add(
                    at.clone(),
                    message,
                    "take \"person-concerned\" out: families read what they said on their own page",
                );
            }
            return;
        }
    }
    for field in twice(register.form()) {
        let message = format!("the register '{}' has the field '{field}' twice", register.id);
        problems.add(at.clone(), message, "take one of them out");
    }
    let is_field = |name: &&String| register.form().iter().any(|field| field.name == **name);
    for stranger in register.later.iter().flatten().filter(|name| !is_field(name)) {
        let message = format!("'later' of the register '{}' names '{stranger}', which is no field of it", register.id);
        problems.add(at.clone(), message, "name one of its fields, or take it out");
    }
    days_are_fields(register, at, problems);
    signer_is_a_field(register, at, problems);
    known_by_is_an_address(register, at, problems);
    label_is_texts(register, at, problems);
    count_is_of_numbers(register, at, problems);
    if let Some((message, mend)) = checklists::wrong_fields(register) {
        problems.add(at.clone(), message, mend);
    }
    let about_people =
        [("on-leaving", register.on_leaving.is_some()), ("shown-to", registers::is_shown_to_the_named(register))];
    let names_nobody = !registers::is_own(register) && !registers::names_people(register);
    for (name, _) in about_people.into_iter().filter(|(_, is_written)| *is_written && names_nobody) {
        let message = format!("'{name}' of the register '{}' is about people, whom no field of it names", register.id);
        problems.add(at.clone(), message, format!("give it a field of the kind \"person\", or take '{name}' out"));
    }
    what_is_shown_is_there(register, at, problems);
    let of = format!("of the register '{}'", register.id);
    let conditions = [
        ("refuse", register.refuse.as_ref()),
        ("may-leave-when", register.may_leave_when.as_ref()),
        ("shown-when", register.shown_when.as_ref()),
    ];
    for named in conditions {
        answers_can_be_given(named, &of, register.form(), (at, problems));
    }
}

/// 'due' and 'done' that name no field for a day, and a day on which something is done that would have to be known at once.
fn days_are_fields(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    let is_day = |kind: &FieldKind| matches!(kind, FieldKind::Line(LineKind::Date | LineKind::DateTime));
    for (name, written) in [("due", &register.due_field), ("done", &register.done_field)] {
        let Some(written) = written else { continue };
        let field = register.form().iter().find(|field| field.name == *written);
        if field.is_none_or(|field| !is_day(&field.kind)) {
            let message =
                format!("'{name}' of the register '{}' names '{written}', which is no day of it", register.id);
            problems.add(at.clone(), message, "name one of its fields of the kind \"date\" or \"date-time\"");
        } else if name == "done" && !field.is_some_and(|field| registers::may_come_later(register, field)) {
            let message = format!("'{written}' of the register '{}' is known only once it is done", register.id);
            problems.add(at.clone(), message, "name it in 'later' too");
        }
    }
}

/// 'signed-by' that names no field for one person, or asks somebody to sign for what they are not shown.
fn signer_is_a_field(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    let Some(written) = &register.signed_by else { return };
    let is_one = |field: &FormField| matches!(field.kind, FieldKind::Line(LineKind::Person | LineKind::Pupil));
    if !register.form().iter().any(|field| field.name == *written && is_one(field)) {
        let message =
            format!("'signed-by' of the register '{}' names '{written}', which is no person of it", register.id);
        problems.add(at.clone(), message, "name one of its fields of the kind \"person\" or \"pupil\"");
    }
    if !registers::is_shown_to_the_named(register) {
        let message =
            format!("'signed-by' of the register '{}' asks people to sign for what they are not shown", register.id);
        problems.add(
            at.clone(),
            message,
            "write \"person-concerned\" in 'shown-to', and in 'shows' what they sign for",
        );
    }
}

/// 'labelled-with' that names no text of one line, and a register of which something can be lost that says nothing of its label.
fn label_is_texts(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    let is_one = |name: &str| register.form().iter().any(|field| field.name == name && losses::can_be_label(field));
    for written in register.labelled_with.iter().flatten().filter(|name| !is_one(name)) {
        let message =
            format!("'labelled-with' of the register '{}' names '{written}', which is no text of it", register.id);
        problems.add(at.clone(), message, "name one of its fields of the kind \"text\"");
    }
    match &register.labelled_with {
        Some(_) if !losses::can_be_lost(register) => problems.add(
            at.clone(),
            format!(
                "'labelled-with' of the register '{}' says by what something is named that is lost, and nothing can be",
                register.id
            ),
            "write 'lost-by' too, or take 'labelled-with' out",
        ),
        None if losses::can_be_lost(register) => problems.add(
            at.clone(),
            format!("the register '{}' does not say what stands on the label of what is lost", register.id),
            "write 'labelled-with', as in labelled-with = [\"serial-number\"]",
        ),
        _ => {}
    }
}

/// 'at-most' that names something else than two numbers, or a limit that may be left empty and would then be none.
fn count_is_of_numbers(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    let Some(AtMost { counted, limit }) = register.at_most.as_deref() else { return };
    let number = |name: &str| register.form().iter().find(|field| field.name == name && counting::can_count(field));
    for written in [counted, limit].into_iter().filter(|name| number(name).is_none()) {
        let message =
            format!("'at-most' of the register '{}' names '{written}', which is no number of it", register.id);
        problems.add(at.clone(), message, "name one of its fields of the kind \"number\"");
    }
    if counted == limit {
        let message = format!("'at-most' of the register '{}' holds '{counted}' against itself", register.id);
        problems.add(at.clone(), message, "name the number that are in use, and then how many there are");
    }
    if number(limit).is_some_and(|field| registers::may_come_later(register, field)) {
        let message = format!("'{limit}' of the register '{}' limits nothing while it is left empty", register.id);
        problems.add(at.clone(), message, "take it out of 'later'");
    }
    if let Some(field) = register.form().iter().find(|field| field.label() == counting::IN_USE) {
        let (name, label) = (&field.name, counting::IN_USE);
        let message = format!(
            "'{name}' of the register '{}' is called as its column of how many are in use, '{label}'",
            register.id
        );
        problems.add(at.clone(), message, "name it otherwise, such as 'copies-installed'");
    }
}

/// 'known-by' that names no field for a network address.
fn known_by_is_an_address(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    let Some(written) = &register.known_by else { return };
    let is_address = |field: &FormField| field.kind == FieldKind::Line(LineKind::NetworkAddress);
    if !register.form().iter().any(|field| field.name == *written && is_address(field)) {
        let message = format!(
            "'known-by' of the register '{}' names '{written}', which is no network address of it",
            register.id
        );
        problems.add(at.clone(), message, "name one of its fields of the kind \"network-address\"");
    }
}

/// A register that is shown to somebody without saying what of it, or a field that it would show and lacks.
fn what_is_shown_is_there(register: &Register, at: &Range<usize>, problems: &mut Problems) {
    let mut problem = |message: String, mend: &str| problems.add(at.clone(), message, mend);
    let is_shown = register.shown_to.is_some() || register.shown_with.is_some();
    if is_shown != register.shows.is_some() {
        let message =
            format!("the register '{}' says to whom it is shown or what they are shown, and not both", register.id);
        problem(message, "write 'shown-to' or 'shown-with', and 'shows', or none of them");
    }
    if register.shown_when.is_some() && !is_shown {
        let message = format!("'shown-when' of the register '{}' is for those to whom it is shown", register.id);
        problem(message, "write 'shown-to' or 'shown-with', and 'shows' too, or take it out");
    }
    if registers::lists_accounts(register) && register.shows.is_none() {
        let message =
            format!("the register '{}' lists official accounts and does not say what of them is shown", register.id);
        problem(message, "write 'shown-to' and 'shows', or take 'official-accounts' out");
    }
    for name in register.shows.iter().flatten() {
        if !register.form().iter().any(|field| field.name == *name) {
            let message = format!("'shows' of the register '{}' names '{name}', which is no field of it", register.id);
            problem(message, "name one of its fields, or take it out");
        }
    }
}
