//! The registers that somebody keeps or writes in: one with its entries, one entry, and the form of one.

use actions::{
    AwaitingConsents, CheckRegister, Enter, EnterError, EntryAct, EntryConsent, EntryPage, EntryProblems,
    EntryStanding, ListQuery, Paged, RegisterCard, RegisterChecks, RegisterEntryLine, RegisterPage, ShownEntries,
    StepEntry, StepEntryError, Stocktake, entry_columns,
};
use askama::Template;
use axum::extract::Path;
use domain::{CaseId, EntryId, PolicyId, RequestId, Role};

use crate::answer::{Answer, go, page, page_again};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::clause_fields::ClauseFields;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::pages::home::TaskLine;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

mod consent_lists;
mod import;
mod labels;
mod signing_for;
mod to_do;

pub fn routes(pages: Pages) -> Pages {
    labels::routes(signing_for::routes(to_do::routes(import::routes(pages))))
        .get("/registers", all)
        .get("/registers/{policy}/{register}", one)
        .get("/registers/{policy}/{register}/enter", enter_form)
        .post("/registers/{policy}/{register}/enter", enter)
        .get("/registers/{policy}/{register}/check", check_form)
        .post("/registers/{policy}/{register}/check", check)
        .get("/entries/{id}", entry)
        .post("/entries/{id}", step)
        .get("/entries/{id}/correct", correct_form)
        .post("/entries/{id}/correct", correct)
}

#[derive(Template)]
#[template(path = "registers/all.html")]
struct AllPage {
    frame: Frame,
    cards: Vec<RegisterCard>,
}

fn href(card: &RegisterCard) -> String {
    format!("/registers/{}/{}", card.policy, card.register)
}

async fn all(signed: Visitor) -> Answer {
    let cards = signed.desk.registers(&signed.actor).await?;
    page(&AllPage { frame: signed.frame("Registers"), cards })
}

#[derive(Template)]
#[template(path = "registers/one.html")]
struct OnePage {
    frame: Frame,
    card: RegisterCard,
    clause: Option<CitedClause>,
    href: String,
    /// When the register is next to be checked, and its checks.
    checks: Option<(String, RegisterChecks)>,
    /// The requests that wait for consents and would become entries of it.
    awaiting: Vec<AwaitingConsents>,
    /// What is listed, for those to whom the register is shown.
    shown: Option<Listing>,
    /// Whether there may be entries that the reader reads whole: those that they keep, wrote or were there for.
    has_entries: bool,
    listing: Listing,
}

/// When the register is next to be checked.
fn next_check(checks: &RegisterChecks) -> String {
    match checks.due {
        Some(day) if checks.is_due => format!("It was to be checked from {} on.", domain::day_words(day)),
        Some(day) => format!("The next check is due on {}.", domain::day_words(day)),
        None => "When the next check is due, the school’s calendar does not say yet.".to_owned(),
    }
}

fn clause(signed: &Visitor, card: &RegisterCard) -> Option<CitedClause> {
    CitedClause::of(&card.document, card.version.0, &card.clause, signed)
}

async fn one(signed: Visitor, Path((policy, register)): Path<(String, String)>, asked: ListParams) -> Answer {
    let list = ListQuery { whole: asked.csv, ..asked.list.clone() };
    let RegisterPage { card, checks, entries, shown } =
        signed.desk.register(&signed.actor, &PolicyId(policy), &register, list).await?;
    let frame = signed.frame(card.title.clone()).crumb("Registers", "/registers");
    if card.follows && card.in_force {
        return consent_lists::show(&signed, frame, &card, &entries, &asked).await;
    }
    let fields: Vec<String> = card.form.iter().map(domain::FormField::label).collect();
    let listing = entries_listing("Entries", &card, &fields, &asked, &entries, &frame);
    let listing = listing.empty("There is no entry here that you read.");
    let shown = shown.map(|shown| listed(&shown, &asked));
    let is_whole = entries.total > 0 || card.may_enter || card.keeps;
    // Beside entries that are read whole, what is shown is the smaller list.
    let shown = shown.map(|shown| if is_whole { shown.plain() } else { shown });
    if asked.csv {
        return shown.filter(|_| !is_whole).unwrap_or(listing).csv(&card.register);
    }
    let awaiting = signed.desk.awaiting_consents(&signed.actor, &card.policy, &card.register).await?;
    page(&OnePage {
        href: href(&card),
        awaiting,
        checks: checks.map(|checks| (next_check(&checks), checks)),
        has_entries: is_whole || shown.is_none(),
        shown,
        clause: clause(&signed, &card),
        frame,
        card,
        listing,
    })
}

fn entries_listing(
    caption: &str,
    card: &RegisterCard,
    fields: &[String],
    asked: &ListParams,
    entries: &Paged<RegisterEntryLine>,
    frame: &Frame,
) -> Listing {
    let before = [entry_columns::WRITTEN].map(Column::new);
    let in_use = card.is_counted.then_some(entry_columns::IN_USE);
    let signed_for = card.is_signed_for.then_some(entry_columns::SIGNED_FOR);
    let checklist = card.checklists.as_ref().map(|_| entry_columns::CHECKLIST);
    let after = [entry_columns::WRITTEN_BY, entry_columns::STATE].into_iter().chain(signed_for).chain(checklist);
    let after = in_use.into_iter().chain(after).map(Column::new);
    let columns = before.into_iter().chain(fields.iter().cloned().map(Column::new)).chain(after).collect();
    Listing::paged(caption, columns, asked, entries, |line| row(line, fields, card, frame))
}

fn listed(shown: &ShownEntries, asked: &ListParams) -> Listing {
    let columns = shown.fields.iter().cloned().map(Column::new).collect();
    let row = |said: &Vec<(String, String)>| -> Vec<Cell> {
        let says = |label: &String| said.iter().find(|(known, _)| known == label).map(|(_, words)| words.clone());
        shown.fields.iter().map(|label| Cell::text(says(label).unwrap_or_default())).collect()
    };
    let caption = if shown.name_reader { "What is listed for you" } else { "What is listed" };
    Listing::paged(caption, columns, asked, &shown.rows, row).empty("Nothing is listed at the moment.")
}

fn row(line: &RegisterEntryLine, fields: &[String], card: &RegisterCard, frame: &Frame) -> Vec<Cell> {
    let says = |label: &String| line.answers.iter().find(|(known, _)| known == label).map(|(_, words)| words.clone());
    let link = Cell::when(&line.written_at, frame.zone()).to(format!("/entries/{}", line.id));
    let mut cells = vec![link.about(line.name.clone())];
    cells.extend(fields.iter().map(|label| Cell::text(says(label).unwrap_or_default())));
    let in_use = || Cell::text(line.in_use.map(|in_use| in_use.to_string()).unwrap_or_default());
    cells.extend(card.is_counted.then(in_use));
    cells.push(Cell::text(&line.written_by.name));
    cells.push(state(line, frame));
    cells.extend(card.is_signed_for.then(|| signing_for::tag(line, frame)));
    cells.extend(card.checklists.as_ref().map(|_| checklist_tag(line)));
    cells
}

/// Whether the checklist was written that an entry wants, as a tag.
fn checklist_tag(line: &RegisterEntryLine) -> Cell {
    match line.has_checklist {
        None => Cell::text(""),
        Some(true) => Cell::tag("Written", "green"),
        Some(false) => Cell::tag("None", "red"),
    }
}

fn checklist_words(is_there: bool, title: &str) -> String {
    if is_there {
        format!("‘{title}’ was written before, on the same day")
    } else {
        format!("None. Nobody wrote ‘{title}’ on the same day before it.")
    }
}

fn state(line: &RegisterEntryLine, frame: &Frame) -> Cell {
    if let Some(begins) = line.begins {
        return Cell::tag(format!("From {}", frame.when(&begins)), "blue");
    }
    match (line.standing, line.may_leave) {
        (EntryStanding::Closed, _) => Cell::tag(entry_columns::CLOSED, "grey"),
        (EntryStanding::ToBeClosed, _) => Cell::tag("To be closed", "orange"),
        (EntryStanding::Lost, _) => {
            let since = line.lost_on.map(|day| format!(" since {}", domain::day_words(day))).unwrap_or_default();
            Cell::tag(format!("{}{since}", entry_columns::LOST), "red")
        }
        (EntryStanding::Ended, _) => Cell::tag(entry_columns::ENDED, "grey"),
        (EntryStanding::Holds, Some(true)) => Cell::tag("May leave the premises", "green"),
        (EntryStanding::Holds, Some(false)) => Cell::tag("Must stay on the premises", "red"),
        (EntryStanding::Holds, None) => Cell::tag("Holds", "green"),
    }
}

/// The hidden field with the moment of the last check, or sighting, that a form was shown with.
const AFTER: &str = "after";

/// The hidden field that tells one form from another, so that one sent twice writes once.
const FORM: &str = "form";

#[derive(Template)]
#[template(path = "registers/form.html")]
struct FormPage<'a> {
    frame: Frame,
    form: &'a Form,
    card: &'a RegisterCard,
    clause: Option<CitedClause>,
    fields: ClauseFields,
    /// Who may be the second person; empty where none is asked for.
    second_of: String,
    corrects: bool,
}

fn form_page<'a>(signed: &Visitor, card: &'a RegisterCard, form: &'a Form, corrects: Option<EntryId>) -> FormPage<'a> {
    let title = if corrects.is_some() { "Correct an entry" } else { "Write an entry" };
    let frame = signed.frame(title).form(form).crumb("Registers", "/registers").crumb(card.title.clone(), href(card));
    let frame = match corrects {
        Some(id) => frame.crumb("Entry", format!("/entries/{id}")),
        None => frame,
    };
    let titles = |roles: &[Role]| roles.iter().map(|role| signed.role_title(*role)).collect::<Vec<_>>();
    FormPage {
        frame,
        form,
        clause: clause(signed, card),
        fields: ClauseFields::of_entry(&card.form, &card.later),
        second_of: sentences::list(&titles(&card.second_of), "or"),
        corrects: corrects.is_some(),
        card,
    }
}

async fn find(signed: &Visitor, policy: &str, register: &str) -> Result<RegisterCard, PageError> {
    let cards = signed.desk.registers(&signed.actor).await?;
    cards
        .into_iter()
        .find(|card| card.policy.0 == policy && card.register == register && card.may_enter)
        .ok_or_else(|| PageError::forbidden("You can’t write in this register, or the policy no longer has it."))
}

/// The form, begun with what the link to it says of its fields, which is checked as if it had been typed.
async fn enter_form(signed: Visitor, Path((policy, register)): Path<(String, String)>, asked: ListParams) -> Answer {
    let card = find(&signed, &policy, &register).await?;
    let said = card.form.iter().map(|field| (field.name.clone(), asked.get(&field.name).to_owned()));
    let begun = said.filter(|(_, words)| !words.is_empty()).collect();
    let form = ClauseFields::of_entry(&card.form, &card.later).filled(signed.form(), &begun);
    let form = form.with(FORM, signed.desk.new_entry_id());
    page(&form_page(&signed, &card, &form, None))
}

async fn enter(signed: Visitor, Path((policy, register)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let card = find(&signed, &policy, &register).await?;
    let fields = ClauseFields::of_entry(&card.form, &card.later);
    let (answers, second) = (fields.typed(&form), form.value("second").to_owned());
    let input = Enter { policy: card.policy.clone(), register, answers, second, id: form.parse(FORM) };
    match signed.desk.enter(&signed.actor, input).await {
        Ok(id) => return go(written(&signed, &card, id).await),
        Err(EnterError::Wrong { problems }) => blame(&mut form, &fields, problems),
        Err(error) => form.refused(error)?,
    }
    page_again(&form_page(&signed, &card, &form, None))
}

/// The page of an entry; of one that is about whoever wrote it, who does not read it, its register.
async fn written(signed: &Visitor, card: &RegisterCard, entry: EntryId) -> String {
    match signed.desk.register_entry(&signed.actor, entry).await {
        Ok(_) => format!("/entries/{entry}"),
        Err(_) => href(card),
    }
}

fn blame(form: &mut Form, fields: &ClauseFields, problems: EntryProblems) {
    fields.blame(form, &problems.fields);
    if let Some(second) = problems.second {
        form.blame("second", second);
    }
}

#[derive(Template)]
#[template(path = "registers/check.html")]
struct CheckPage<'a> {
    frame: Frame,
    form: &'a Form,
    card: &'a RegisterCard,
    clause: Option<CitedClause>,
    stocktake: Stocktake,
}

async fn check_page<'a>(signed: &Visitor, card: &'a RegisterCard, form: &'a Form) -> Result<CheckPage<'a>, PageError> {
    let frame = signed.frame("Check a register").form(form);
    let frame = frame.crumb("Registers", "/registers").crumb(card.title.clone(), href(card));
    let stocktake = signed.desk.stocktake(&signed.actor, &card.policy, &card.register).await?;
    Ok(CheckPage { frame, form, clause: clause(signed, card), card, stocktake })
}

/// A register that its reader checks.
async fn find_checked(signed: &Visitor, policy: &str, register: &str) -> Result<RegisterCard, PageError> {
    let policy = PolicyId(policy.to_owned());
    let found = signed.desk.register(&signed.actor, &policy, register, ListQuery::default()).await?;
    let refused = || PageError::forbidden("You don’t check this register, or its clause no longer asks for checks.");
    found.checks.map(|_| found.card).ok_or_else(refused)
}

async fn check_form(signed: Visitor, Path((policy, register)): Path<(String, String)>) -> Answer {
    let card = find_checked(&signed, &policy, &register).await?;
    page(&check_page(&signed, &card, &signed.form()).await?)
}

async fn check(signed: Visitor, Path((policy, register)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let card = find_checked(&signed, &policy, &register).await?;
    let (finding, after) = (form.value("finding").to_owned(), form.parse(AFTER));
    match signed
        .desk
        .check_register(&signed.actor, CheckRegister { policy: card.policy.clone(), register, finding, after })
        .await
    {
        Ok(()) => go(href(&card)),
        Err(error) => {
            form.refused(error)?;
            page_again(&check_page(&signed, &card, &form).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "registers/entry.html")]
struct EntryView<'a> {
    frame: Frame,
    /// What there is for the reader to do about it.
    tasks: Vec<TaskLine>,
    form: &'a Form,
    entry: &'a EntryPage,
    facts: Facts,
    clause: Option<CitedClause>,
}

fn parse(id: &str) -> Result<EntryId, PageError> {
    id.parse().map_err(|_| PageError::no_such_page())
}

async fn entry(signed: Visitor, Path(id): Path<String>) -> Answer {
    let entry = signed.desk.register_entry(&signed.actor, parse(&id)?).await?;
    let from = came_from(&signed, &entry).await?;
    page(&entry_view(&signed, &entry, from, &signed.form()))
}

/// What else an entry's reader may open: the request that it comes from, and the reports that say that what it lists is lost.
struct CameFrom {
    request: Option<RequestId>,
    reports: Vec<(CaseId, String)>,
    /// The consents on which it rests.
    consents: Vec<EntryConsent>,
}

async fn came_from(signed: &Visitor, entry: &EntryPage) -> Result<CameFrom, PageError> {
    let request = match entry.line.request {
        Some(request) if signed.desk.may_read_request(&signed.actor, request).await? => Some(request),
        _ => None,
    };
    Ok(CameFrom {
        request,
        reports: signed.desk.reports_losing(&signed.actor, entry.line.id).await?,
        consents: signed.desk.consents_of_entry(&signed.actor, entry.line.id).await?,
    })
}

fn entry_view<'a>(signed: &Visitor, entry: &'a EntryPage, from: CameFrom, form: &'a Form) -> EntryView<'a> {
    let (card, line) = (&entry.card, &entry.line);
    let frame = signed.frame(format!("Entry: {}", card.title)).form(form);
    let frame = frame.crumb_if_reachable("Registers", "/registers").crumb(card.title.clone(), href(card));
    let mut facts = Facts::new();
    for (label, says) in &line.answers {
        facts = facts.row(label, says);
    }
    facts = facts.row("Written by", &line.written_by.name).row("Written", frame.when(&line.written_at));
    facts = facts.row_if("Also there", line.second.as_ref().map(|person| &person.name));
    if line.request.is_some() {
        let given_by = match from.request {
            Some(request) => Cell::link("A request that was approved", format!("/requests/{request}")),
            None => Cell::text("A request that was approved"),
        };
        facts = facts.cells("Given by", vec![given_by]);
    }
    facts = facts.row_if(entry_columns::IN_USE, line.in_use);
    if !from.consents.is_empty() {
        facts = facts.cells("Consents", consent_cells(&from.consents));
    }
    if let Some(may_leave) = line.may_leave {
        facts = facts.row("May it leave the premises?", if may_leave { "Yes" } else { "No, not as it is" });
    }
    let facts = facts.row("State", &line.standing_words);
    let report = |(case, title): (CaseId, String)| Cell::link(title, format!("/concerns/{case}"));
    let reports: Vec<Cell> = from.reports.into_iter().map(report).collect();
    let facts = if reports.is_empty() { facts } else { facts.cells("Reported as lost or stolen", reports) };
    let signed_for = line.signed_for.map(|_| vec![signing_for::tag(line, &frame)]);
    let facts = match signed_for {
        Some(tag) => facts.cells("Signed for", tag),
        None => facts,
    };
    let checklist = line.has_checklist.zip(card.checklists.as_ref());
    let facts =
        facts.row_if(entry_columns::CHECKLIST, checklist.map(|(is_there, title)| checklist_words(is_there, title)));
    let tasks = entry.to_do.iter().map(|task| TaskLine::of(task.clone(), signed)).collect();
    EntryView { clause: clause(signed, card), frame, tasks, form, entry, facts }
}

/// How many of an entry's consents are missing, and what stands of each.
fn consent_cells(consents: &[EntryConsent]) -> Vec<Cell> {
    let missing = consents.iter().filter(|consent| consent.is_missing).count();
    let colour = if missing == 0 { "green" } else { "red" };
    let each = consents
        .iter()
        .map(|consent| Cell::text(format!("{}, {}: {}", consent.title, consent.about, consent.state_words)));
    std::iter::once(Cell::tag(format!("{missing} of {} missing", consents.len()), colour)).chain(each).collect()
}

async fn step(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let entry = parse(&id)?;
    if form.value("do") == "see" {
        signed.desk.see_entry(&signed.actor, entry, form.parse(AFTER)).await?;
        return go(format!("/entries/{entry}"));
    }
    let act = match form.value("do") {
        "reopen" => EntryAct::Reopen,
        "lost" => EntryAct::MarkLost,
        "found" => EntryAct::MarkFound,
        _ => EntryAct::Close,
    };
    let said_in = if matches!(act, EntryAct::MarkLost | EntryAct::MarkFound) { "loss" } else { "reason" };
    let reason = form.value(said_in).to_owned();
    match signed.desk.step_entry(&signed.actor, StepEntry { entry, act, reason }).await {
        Ok(()) => go(format!("/entries/{entry}")),
        Err(error @ (StepEntryError::ReasonMissing | StepEntryError::LongReason { .. })) if said_in == "loss" => {
            form.blame(said_in, error.to_string());
            again(&signed, entry, &form).await
        }
        Err(error) => {
            form.refused(error)?;
            again(&signed, entry, &form).await
        }
    }
}

async fn again(signed: &Visitor, entry: EntryId, form: &Form) -> Answer {
    let found = signed.desk.register_entry(&signed.actor, entry).await?;
    let from = came_from(signed, &found).await?;
    page_again(&entry_view(signed, &found, from, form))
}

async fn correct_form(signed: Visitor, Path(id): Path<String>) -> Answer {
    let found = signed.desk.register_entry(&signed.actor, parse(&id)?).await?;
    if !found.may_correct {
        return go(format!("/entries/{id}"));
    }
    let fields = ClauseFields::of_entry(&found.card.form, &found.card.later);
    let form = fields.filled(signed.form(), &found.typed);
    page(&form_page(&signed, &found.card, &form, Some(found.line.id)))
}

async fn correct(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let entry = parse(&id)?;
    let found = signed.desk.register_entry(&signed.actor, entry).await?;
    let fields = ClauseFields::of_entry(&found.card.form, &found.card.later);
    let act = EntryAct::Correct { answers: fields.typed(&form), second: form.value("second").to_owned() };
    let reason = form.value("reason").to_owned();
    match signed.desk.step_entry(&signed.actor, StepEntry { entry, act, reason }).await {
        Ok(()) => return go(written(&signed, &found.card, entry).await),
        Err(StepEntryError::Wrong { problems }) => blame(&mut form, &fields, problems),
        Err(error) => form.refused(error)?,
    }
    page_again(&form_page(&signed, &found.card, &form, Some(entry)))
}
