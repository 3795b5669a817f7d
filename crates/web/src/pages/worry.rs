//! Reporting a worry, or anything else that a clause lets the visitor report: what it is about, where there is a choice, one
//! form, its answers once more, a receipt. Addresses and titles say nothing of what is reported.

use std::collections::BTreeMap;

use actions::{NamedFor, Report, ReportAbout, ReportError, ReportForm, ReportLost, ReportRoute};
use askama::Template;
use axum::extract::{Path, Query};
use domain::{Audience, EntryId, Helpline, HelpsWith};
use policy::rules::reporting::report_sorting::ReportSort;

use crate::answer::{Answer, of_form, page, page_again, page_at, page_once};
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::check::{Check, CheckStep};
use crate::forms::clause_fields::ClauseFields;
use crate::forms::fields::FormChoice;
use crate::forms::kept::FORM_KEY;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::worry::harm_first::{CHOSEN, OTHER, harm_first, harm_page, is_opened, waits_for_harm};
use crate::pages::worry::set_aside::SetAside;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::sentences::{self, Keeper};
use crate::visitor::Anyone;

mod harm_first;
mod set_aside;

const TITLE: &str = "Report a worry";

pub fn routes(pages: Pages) -> Pages {
    pages.get_for_anyone("/worry", worry).get_for_anyone("/worry/{form}", other).post_for_anyone("/worry", sent)
}

/// A link to the form of a report.
struct Offered {
    title: String,
    about: Option<String>,
    href: String,
}

/// What the visitor may report, under headings.
#[derive(Template)]
#[template(path = "reporting/about.html")]
struct AboutPage {
    frame: Frame,
    /// The form for a child who is worried, before all that there is to choose from.
    start: Option<String>,
    groups: Vec<(&'static str, Vec<Offered>)>,
    keepers: Vec<Keeper>,
    helplines: Vec<Helpline>,
}

#[derive(Template)]
#[template(path = "reporting/form.html")]
struct WorryPage<'a> {
    frame: Frame,
    form: &'a Form,
    report: &'a ReportForm,
    name: String,
    heading: String,
    fields: ClauseFields,
    about: Vec<FormChoice>,
    /// What of the school’s may be lost or stolen, of what names the reporter.
    lost: Vec<FormChoice>,
    choices: Vec<FormChoice>,
    capacities: Vec<FormChoice>,
    goes_to: String,
    clause: Option<CitedClause>,
    set_aside: Option<SetAside<'a>>,
    /// Whether it was set aside until harm was reported, which is done.
    after_harm: bool,
    has_others: bool,
    /// Whether harm is reported on other forms too.
    has_other_harm: bool,
    keepers: Vec<Keeper>,
    helplines: Vec<Helpline>,
}

async fn worry(anyone: Anyone) -> Answer {
    let forms = anyone.desk.report_forms(anyone.actor.as_ref()).await?;
    let form = empty(&anyone);
    let begun = forms.iter().find(|known| name_of(known) == form.value("report"));
    match (begun, &forms[..]) {
        (None, _) if waits_for_harm(&forms, &form) => page(&harm_page(&anyone, &forms, &form)),
        (Some(report), _) | (None, [report]) => page(&worry_page(&anyone, &forms, report, &form)),
        // What was typed in a form that is not here any more is not lost.
        (None, _) if !form.value("told").is_empty() => signed_out_page(&anyone, &form),
        (None, forms) => page(&about_page(&anyone, forms)),
    }
}

/// Under what forms are offered, in the order in which they come.
fn heading_of(sort: ReportSort) -> &'static str {
    match sort {
        ReportSort::Harm => "Somebody may be hurt or at risk, or something worries you",
        ReportSort::Incident => "Something has gone wrong, or somebody has broken a rule",
        ReportSort::Complaint | ReportSort::Question => "A complaint or a question",
        ReportSort::Breach => "Personal data or a device is lost, or somebody has seen what they should not",
        ReportSort::Search => "A device was searched",
    }
}

fn offered(form: &ReportForm) -> Offered {
    Offered {
        title: form.title.clone(),
        about: form.about.as_deref().map(sentences::upper_first),
        href: format!("/worry/{}", name_of(form)),
    }
}

fn about_page(anyone: &Anyone, forms: &[ReportForm]) -> AboutPage {
    let mut groups: Vec<(&'static str, Vec<Offered>)> = Vec::new();
    for form in forms {
        let heading = heading_of(form.sort);
        match groups.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, links)) => links.push(offered(form)),
            None => groups.push((heading, vec![offered(form)])),
        }
    }
    let is_child = anyone.actor.as_ref().is_none_or(|actor| actor.audience() == Audience::Pupil);
    let harm = forms.iter().find(|form| form.sort == ReportSort::Harm);
    let start = |form: &ReportForm| format!("{}?{STARTED}=yes", offered(form).href);
    AboutPage {
        frame: anyone.frame(TITLE),
        start: harm.filter(|_| is_child).map(start),
        groups,
        keepers: anyone.keepers(HelpsWith::Worries),
        helplines: anyone.settings.helplines.clone(),
    }
}

async fn other(anyone: Anyone, Path(name): Path<String>, Query(asked): Query<BTreeMap<String, String>>) -> Answer {
    let forms = anyone.desk.report_forms(anyone.actor.as_ref()).await?;
    let report = forms.iter().find(|form| name_of(form) == name).ok_or_else(PageError::no_such_page)?;
    let form = empty(&anyone);
    let form = if asked.contains_key(STARTED) { form.with(STARTED, "yes") } else { form };
    page(&worry_page(&anyone, &forms, report, &form))
}

/// The hidden field of a form that a child has opened who did not sort what worries them: it has no title but the page's.
const STARTED: &str = "started";

fn empty(anyone: &Anyone) -> Form {
    anyone.form().with("about", "no").with("lost", "no").with(FORM_KEY, anyone.desk.new_report_key())
}

fn worry_page<'a>(anyone: &Anyone, forms: &'a [ReportForm], report: &'a ReportForm, form: &'a Form) -> WorryPage<'a> {
    let choices = report.choices.iter().map(|role| FormChoice::new(role, anyone.role_title(*role)));
    let capacities = report.capacities.iter().filter(|_| report.capacities.len() > 1);
    WorryPage {
        frame: anyone.frame(TITLE).form(form),
        name: name_of(report),
        heading: if forms.len() > 1 && !form.ticked(STARTED) { report.title.clone() } else { TITLE.to_owned() },
        fields: fields_of(report, form),
        about: about_choices(report),
        lost: lost_choices(report),
        choices: choices.collect(),
        capacities: capacities.map(|capacity| capacity_choice(*capacity)).collect(),
        goes_to: anyone.roles_in_sentence(&report.goes_to, "and"),
        clause: CitedClause::published(&report.policy.0, &report.clause, anyone),
        set_aside: SetAside::of(forms, form),
        after_harm: form.ticked(set_aside::AFTER_HARM),
        has_others: forms.len() > 1,
        has_other_harm: forms.iter().filter(|known| known.sort == ReportSort::Harm).count() > 1,
        keepers: anyone.keepers(HelpsWith::Worries),
        helplines: anyone.settings.helplines.clone(),
        report,
        form,
    }
}

/// The name of a form in its address, from which nothing can be read.
fn name_of(form: &ReportForm) -> String {
    let mut name = actions::sha256(format!("{} {}", form.policy, form.report).as_bytes());
    name.truncate(32);
    name
}

/// The fields that a form asks for beside those of every form.
fn fields_of(report: &ReportForm, form: &Form) -> ClauseFields {
    ClauseFields::of_report(&report.asked(form.ticked(set_aside::AFTER_HARM)), report.site_field.as_deref())
}

fn about_choices(report: &ReportForm) -> Vec<FormChoice> {
    if report.may_be_about.is_empty() {
        return Vec::new();
    }
    let named = report.may_be_about.iter();
    let named = named.map(|(about, words)| FormChoice::new(about_value(about), sentences::upper_first(words)));
    std::iter::once(FormChoice::new("no", "No")).chain(named).collect()
}

/// Whom a report is about, as its form says it: themselves and not their place in a list, which may be another by the time
/// it is sent.
fn about_value(about: &ReportAbout) -> String {
    match about {
        ReportAbout::Nobody => "no".to_owned(),
        ReportAbout::Person(person) => person.to_string(),
        ReportAbout::HoldersOf(role) => role.name().to_owned(),
    }
}

/// Whom the form says that a report is about, with their words; `None` where it names nobody on the list any more.
fn about_of<'a>(report: &'a ReportForm, form: &Form) -> Option<(ReportAbout, Option<&'a str>)> {
    let typed = form.value("about");
    if ["", "no"].contains(&typed) {
        return Some((ReportAbout::Nobody, None));
    }
    let named = report.may_be_about.iter().find(|(about, _)| about_value(about) == typed)?;
    Some((named.0.clone(), Some(&named.1)))
}

/// What of the school’s may be lost or stolen; empty where the form does not ask.
fn lost_choices(report: &ReportForm) -> Vec<FormChoice> {
    if !report.asks_lost {
        return Vec::new();
    }
    let theirs = report.may_be_lost.iter().map(|(entry, words)| FormChoice::new(entry, words));
    let other = FormChoice::new("other", "Something else of the school’s").hint("Type what stands on its label below.");
    std::iter::once(FormChoice::new("no", "No")).chain(theirs).chain([other]).collect()
}

/// What the form says is lost or stolen, with its words; `None` where nothing can be meant by what was chosen.
fn lost_of(report: &ReportForm, form: &Form) -> Option<(ReportLost, Option<String>)> {
    if !report.asks_lost {
        return Some((ReportLost::Nothing, None));
    }
    match form.value("lost") {
        "" | "no" => Some((ReportLost::Nothing, None)),
        "other" => {
            let label = form.value("label").to_owned();
            Some((ReportLost::Labelled(label.clone()), Some(label)))
        }
        // Whether it is still theirs, the desk looks at: what was sent already is answered as it was then.
        chosen => {
            let entry: EntryId = chosen.parse().ok()?;
            let listed = report.may_be_lost.iter().find(|(known, _)| *known == entry);
            Some((ReportLost::Entry(entry), Some(listed.map(|(_, words)| words.clone()).unwrap_or_default())))
        }
    }
}

#[derive(Template)]
#[template(path = "reporting/sent.html")]
struct SentPage<'a> {
    frame: Frame,
    code: String,
    goes_to: String,
    /// Those who close it and don't receive it.
    closed_by: Option<String>,
    due: Option<jiff::Timestamp>,
    is_signed_in: bool,
    form: &'a Form,
    set_aside: Option<SetAside<'a>>,
    helplines: Vec<Helpline>,
}

#[derive(Template)]
#[template(path = "reporting/signed-out.html")]
struct SignedOutPage {
    frame: Frame,
    told: String,
}

/// Whoever was signed out meanwhile keeps what they wrote.
fn signed_out_page(anyone: &Anyone, form: &Form) -> Answer {
    page_again(&SignedOutPage { frame: anyone.frame(TITLE), told: form.raw("told").to_owned() })
}

async fn sent(anyone: Anyone, Posted(mut form): Posted) -> Answer {
    let forms = anyone.desk.report_forms(anyone.actor.as_ref()).await?;
    harm_first(&anyone, &forms, &mut form);
    if form.value(OTHER.0) == OTHER.1 {
        form.set("report", "");
    }
    let key = form.value(FORM_KEY).to_owned();
    of_form(step(anyone, &forms, form).await, key)
}

/// The form to be looked at once more, sent, or changed.
async fn step(anyone: Anyone, forms: &[ReportForm], mut form: Form) -> Answer {
    let name = form.value("report").to_owned();
    let Some(report) = forms.iter().find(|known| name_of(known) == name) else {
        if !waits_for_harm(forms, &form) {
            return signed_out_page(&anyone, &form);
        }
        if name.is_empty() && form.ticked(CHOSEN) {
            form.blame("report", "Choose what it is about.");
            return page_again(&harm_page(&anyone, forms, &form));
        }
        return page(&harm_page(&anyone, forms, &form));
    };
    if let CheckStep::Change(field) = CheckStep::of(&form) {
        return page_at(field, &worry_page(&anyone, forms, report, &form));
    }
    if is_opened(&form) {
        return page(&worry_page(&anyone, forms, report, &form));
    }
    if let Some(input) = read(&anyone, report, &mut form)? {
        if CheckStep::of(&form) == CheckStep::Send {
            match anyone.desk.report(anyone.actor.as_ref(), input).await {
                Ok(reported) => {
                    // whoever uses this browser next does not go back to what was written
                    anyone.kept.forget_form(&anyone.owner(), form.value(FORM_KEY));
                    anyone.kept.forget_form(&anyone.owner(), set_aside::key(&form));
                    return sent_page(&anyone, reported.code, &reported.route, (forms, &form));
                }
                Err(error) => {
                    // What is sent next is another report.
                    if matches!(error, ReportError::SentAlready) {
                        anyone.kept.forget_form(&anyone.owner(), form.value(FORM_KEY));
                        form.set(FORM_KEY, anyone.desk.new_report_key());
                    }
                    form.refused(error)?;
                }
            }
        } else {
            match anyone.desk.check_report(anyone.actor.as_ref(), &input).await {
                Ok(route) => return check_page(&anyone, report, &form, &route),
                Err(error) => form.refused(error)?,
            }
        }
    }
    page_again(&worry_page(&anyone, forms, report, &form))
}

/// What was typed; `None` where something must be put right, which the form then says.
fn read(anyone: &Anyone, report: &ReportForm, form: &mut Form) -> Result<Option<Report>, PageError> {
    if form.value("told").is_empty() {
        form.blame("told", "Say what happened.");
    }
    let has_reported_harm = form.ticked(set_aside::AFTER_HARM);
    let fields = fields_of(report, form);
    let needs = fields.typed(form);
    let reporter = anyone.actor.as_ref();
    let wrong = anyone.desk.wrong_in_report(reporter, &report.policy, &report.report, &needs, has_reported_harm)?;
    fields.blame(form, &wrong);
    let about = about_of(report, form).map(|(about, _)| about);
    if about.is_none() {
        form.blame("about", "Who gets this has changed meanwhile. Say once more whether it is about one of them.");
    }
    let lost = lost_of(report, form).map(|(lost, _)| lost);
    match &lost {
        None => form.blame("lost", "This is no longer on your list. Say once more what is lost or stolen."),
        Some(ReportLost::Labelled(label)) if label.is_empty() => {
            form.blame("label", "Type what stands on its label, or choose ‘No’ and say it in your own words.");
        }
        Some(ReportLost::Labelled(_)) => {}
        Some(_) if report.asks_lost && !form.value("label").is_empty() => {
            form.blame(
                "lost",
                "You have typed what stands on a label. Choose ‘Something else of the school’s’ too, or empty that.",
            );
        }
        Some(_) => {}
    }
    let chosen = report.choices.iter().copied().find(|role| role.name() == form.value("chosen"));
    if chosen.is_none() && !report.choices.is_empty() {
        form.blame("chosen", "Choose who is to get it.");
    }
    let capacity = report.capacities.iter().copied().find(|known| known.name() == form.value("capacity"));
    if capacity.is_none() && report.capacities.len() > 1 {
        form.blame("capacity", "Say which of these you write as.");
    }
    let mut pupil = None;
    if report.asks_pupil {
        let named = form.value("pupil");
        let found = anyone.actor.as_ref().map(|actor| anyone.desk.find_person(actor, named, NamedFor::Report));
        pupil = found.and_then(Result::ok).flatten();
        if pupil.is_none() {
            form.blame("pupil", "There is nobody with this username. Ask the school office for it.");
        }
    }
    Ok((!form.has_problems()).then(|| Report {
        policy: report.policy.clone(),
        report: report.report.clone(),
        told: form.value("told").to_owned(),
        needs,
        chosen,
        about: about.unwrap_or(ReportAbout::Nobody),
        pupil,
        lost: lost.unwrap_or_default(),
        capacity,
        has_reported_harm,
        key: form.value(FORM_KEY).to_owned(),
        address: anyone.client,
    }))
}

fn check_page(anyone: &Anyone, report: &ReportForm, form: &Form, route: &ReportRoute) -> Answer {
    let goes_to = anyone.roles_in_sentence(&route.roles, "and");
    let mut check = Check::new("Check before you send it", "/worry", format!("Send it to {goes_to}"));
    check = check.answer("What happened", form.value("told"), "told");
    let fields = fields_of(report, form);
    for (label, words, field) in fields.read_again(form) {
        check = check.answer(label, words, field);
    }
    if let Some(capacity) = written_as(report, form) {
        check = check.answer("You write as one of", capacity.title(), "capacity");
    }
    if report.asks_pupil {
        check = check.answer("Which pupil", form.value("pupil"), "pupil");
    }
    let lost = lost_of(report, form).and_then(|(_, words)| words);
    if let Some(lost) = &lost {
        check = check.answer("Lost or stolen", lost, "lost");
    }
    if let Some((_, Some(about))) = about_of(report, form) {
        check = check.answer("It is about", sentences::upper_first(about), "about");
    }
    let frame = anyone.frame(TITLE);
    let answered_by = route.due.as_ref().map(|due| frame.when(due));
    let follows = Facts::new().row("Who gets it", sentences::upper_first(&goes_to));
    let follows = follows.row_if("Who closes it, and can read it too", closed_by(anyone, route));
    let marked = lost
        .map(|_| "Its list says that it is lost or stolen. Those who keep the list see that, and not who reported it.");
    check.follows = follows.row_if("They are to look at it by", answered_by).row_if("What is lost", marked);
    check.show(frame, form)
}

fn capacity_choice(capacity: Audience) -> FormChoice {
    let choice = FormChoice::new(capacity, capacity.title());
    if capacity == Audience::Unidentified {
        choice.hint("You are none of these, or would rather not say.")
    } else {
        choice
    }
}

/// In what capacity a complaint or a question is written.
fn written_as(report: &ReportForm, form: &Form) -> Option<Audience> {
    let chosen = report.capacities.iter().copied().find(|known| known.name() == form.value("capacity"));
    chosen.or_else(|| report.capacities.first().copied())
}

fn closed_by(anyone: &Anyone, route: &ReportRoute) -> Option<String> {
    let words = || sentences::upper_first(&anyone.roles_in_sentence(&route.closed_by, "and"));
    (!route.closed_by.is_empty()).then(words)
}

fn sent_page(anyone: &Anyone, code: String, route: &ReportRoute, (forms, form): (&[ReportForm], &Form)) -> Answer {
    let parts: Vec<&str> = [0..4, 4..8, 8..12].into_iter().filter_map(|part| code.get(part)).collect();
    page_once(&SentPage {
        frame: anyone.frame(TITLE),
        code: parts.join("-"),
        goes_to: anyone.roles_in_sentence(&route.roles, "and"),
        closed_by: closed_by(anyone, route),
        due: route.due,
        is_signed_in: anyone.actor.is_some(),
        set_aside: SetAside::of(forms, form),
        form,
        helplines: anyone.settings.helplines.clone(),
    })
}
