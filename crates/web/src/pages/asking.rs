//! What may be asked for, and asking for it.

use actions::{Ask, AskError, NamedFor, PermissionCard, RequestPreview, Verb, Wants};
use askama::Template;
use axum::extract::Path;
use domain::{Category, Group, NoEnd, Opens, Recipient, RequestState};
use policy::kinds::Recipients;

use crate::answer::{Answer, go, page, page_again, page_at};
use crate::clause::CitedClause;
use crate::error::PageError;
use crate::forms::check::{Check, CheckStep};
use crate::forms::clause_fields::ClauseFields;
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::forms::{end_picker, start_picker};
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/ask", cards).get("/ask/{policy}/{permission}", ask_form).post("/ask/{policy}/{permission}", ask)
}

/// A permission that is open to somebody, as a card.
pub struct Card {
    pub title: String,
    pub href: String,
    pub opens: String,
    pub decides: String,
    pub longest: String,
    pub clause: CitedClause,
    /// They may give it, nobody having asked.
    pub gives: bool,
}

impl Card {
    pub fn of(card: &PermissionCard, asked: &ListParams, signed: &Visitor) -> Card {
        let path = format!("/ask/{}/{}", card.policy, card.permission);
        let categories: Vec<String> = card.categories.iter().map(|category| category.title().to_owned()).collect();
        let opens = match card.opens {
            Opens::Site if categories.is_empty() => "Opens a site".to_owned(),
            Opens::Site => format!("Opens a site among: {}", sentences::list(&categories, "and")),
            Opens::Category => format!("Opens a kind of site: {}", sentences::list(&categories, "or")),
            other => other.title().to_owned(),
        };
        Card {
            title: card.title.clone(),
            href: asked.carried_to(&path),
            opens,
            decides: card.who_decides.clone(),
            longest: card.longest.map_or_else(|| "until it is taken back".to_owned(), |longest| longest.to_string()),
            clause: clause(card, signed),
            gives: card.gives_unasked,
        }
    }
}

fn clause(card: &PermissionCard, signed: &Visitor) -> CitedClause {
    CitedClause {
        policy: card.policy.to_string(),
        policy_title: card.policy_title.clone(),
        version: card.version.0,
        id: card.clause.clone(),
        number: card.number.clone(),
        title: card.clause_title.clone(),
        prose_html: signed.filled(&card.prose_html),
    }
}

#[derive(Template)]
#[template(path = "asking/cards.html")]
struct CardsPage {
    frame: Frame,
    site: String,
    cards: Vec<Card>,
    /// Whether some clause says by which ways they reach others.
    may_reach: bool,
}

async fn cards(signed: Visitor, asked: ListParams) -> Answer {
    let site = asked.get("site").to_owned();
    let cards = signed.desk.may_ask(&signed.actor).await?;
    let open_sites = |card: &&PermissionCard| site.is_empty() || matches!(card.opens, Opens::Site | Opens::Category);
    let cards = cards.iter().filter(open_sites).map(|card| Card::of(card, &asked, &signed)).collect();
    let may_reach = signed.desk.may(&signed.actor, Verb::InTouch);
    page(&CardsPage { frame: signed.frame("Ask"), site, cards, may_reach })
}

/// The hidden field that tells one form from another, so that one sent twice asks once.
const FORM: &str = "form";

#[derive(Template)]
#[template(path = "asking/form.html")]
struct AskPage<'a> {
    frame: Frame,
    form: &'a Form,
    card: &'a PermissionCard,
    clause: CitedClause,
    recipients: Vec<FormChoice>,
    by_username: bool,
    categories: Vec<FormChoice>,
    fields: ClauseFields,
    starts: Vec<FormChoice>,
    ends: Vec<FormChoice>,
    ends_hint: String,
    /// Why it can't be asked for now: the school's calendar does not tell when it would end.
    no_end: Option<String>,
    /// What is asked where it is neither a site nor a kind of site.
    question: &'static str,
    /// Who reads why it is asked for.
    reader: &'static str,
}

impl AskPage<'_> {
    fn is_site(&self) -> bool {
        self.card.opens == Opens::Site
    }

    fn is_category(&self) -> bool {
        self.card.opens == Opens::Category
    }
}

async fn find(signed: &Visitor, policy: &str, permission: &str) -> Result<PermissionCard, PageError> {
    let cards = signed.desk.may_ask(&signed.actor).await?;
    cards
        .into_iter()
        .find(|card| card.policy.0 == policy && card.permission == permission)
        .ok_or_else(|| PageError::forbidden("This permission is not open to you, or the policy no longer offers it."))
}

async fn ask_form(signed: Visitor, Path((policy, permission)): Path<(String, String)>, asked: ListParams) -> Answer {
    let card = find(&signed, &policy, &permission).await?;
    let mut form = signed.form().with("wants", asked.get("site")).with(FORM, signed.desk.new_request_id());
    if let Recipients::Group = card.to
        && let [only] = card.groups.as_slice()
    {
        form = form.with("recipient", format!("group:{only}"));
    }
    page(&ask_page(&signed, &card, &form))
}

fn ask_page<'a>(signed: &Visitor, card: &'a PermissionCard, form: &'a Form) -> AskPage<'a> {
    let recipients = match card.to {
        Recipients::Group => {
            card.groups.iter().map(|group| FormChoice::new(format!("group:{group}"), &group.0)).collect()
        }
        _ => Vec::new(),
    };
    let categories: &[Category] = if card.categories.is_empty() { Category::ALL } else { &card.categories };
    let pick = FormChoice::new("", "Choose a kind of site");
    let ends = end_picker::choices(signed, card.latest_end.unwrap_or_default(), &card.lesson_classes);
    let classes = if card.to == Recipients::Group { &card.groups } else { &card.lesson_classes };
    let starts = start_picker::choices(signed, classes);
    AskPage {
        frame: signed.frame(card.title.clone()).form(form).crumb("Ask", "/ask"),
        form,
        clause: clause(card, signed),
        recipients,
        by_username: card.to == Recipients::Person,
        categories: std::iter::once(pick)
            .chain(categories.iter().map(|category| FormChoice::new(category, category.title())))
            .collect(),
        fields: ClauseFields::of(&card.form),
        ends_hint: match card.longest {
            Some(longest) => format!("The clause’s longest: {longest}."),
            None => "The clause sets no longest time.".to_owned(),
        },
        ends,
        no_end: card
            .latest_end
            .err()
            .filter(|why| *why != NoEnd::NoLesson || !start_picker::has_lessons(&starts))
            .map(|why| why.to_string()),
        starts,
        question: if card.gives_unasked { "What do you give?" } else { "What do you ask for?" },
        reader: if card.on_own_word {
            "Whoever looks after the gate can read it."
        } else if card.gives_unasked {
            "It is kept with the permission."
        } else {
            "Whoever decides reads it."
        },
        card,
    }
}

async fn ask(signed: Visitor, Path((policy, permission)): Path<(String, String)>, Posted(mut form): Posted) -> Answer {
    let card = find(&signed, &policy, &permission).await?;
    if let CheckStep::Change(field) = CheckStep::of(&form) {
        return page_at(field, &ask_page(&signed, &card, &form));
    }
    let recipient = recipient(&card, &mut form, &signed);
    let wants = wants(&card, &mut form);
    let fields = ClauseFields::of(&card.form);
    let answers = fields.typed(&form);
    let problems = signed.desk.wrong_answers(&signed.actor, &card.policy, &permission, &answers)?;
    fields.blame(&mut form, &problems);
    if form.value("reason").is_empty() {
        form.blame("reason", "Say why, in a sentence.");
    }
    let start = start_picker::chosen(&mut form, &signed);
    let until = match start.and_then(|start| start.lesson_end) {
        Some(end) => Ok(Some(end)),
        None => end_picker::chosen(&mut form, &signed),
    };
    if let (Some(recipient), Some(wants), Some(start), Ok(until), false) =
        (recipient, wants, start, until, form.has_problems())
    {
        let from = start.from;
        let reason = form.value("reason").to_owned();
        let id = form.parse(FORM);
        let input = Ask { policy: card.policy.clone(), permission, recipient, wants, reason, from, until, answers, id };
        let is_sent = CheckStep::of(&form) == CheckStep::Send;
        match if is_sent { send(&signed, input).await } else { check(&signed, &card, &form, &input).await } {
            Ok(answer) => return answer,
            Err(error) => form.refused(error)?,
        }
    }
    form.in_order(["wants", "recipient"].into_iter().chain(fields.names()).chain([
        "reason",
        "from",
        "from_date",
        "until",
        "until_date",
    ]));
    page_again(&ask_page(&signed, &card, &form))
}

async fn send(signed: &Visitor, input: Ask) -> Result<Answer, AskError> {
    let request = signed.desk.ask(&signed.actor, input).await?;
    let done = if request.state == RequestState::Waiting { "asked" } else { "opened" };
    Ok(go(format!("/requests/{}?done={done}", request.id)))
}

/// What was typed once more, and what follows by the rules as they are.
async fn check(signed: &Visitor, card: &PermissionCard, form: &Form, input: &Ask) -> Result<Answer, AskError> {
    let RequestPreview { line, effect, at_once, can_be_decided } = signed.desk.check_ask(&signed.actor, input).await?;
    let frame = signed.frame(card.title.clone()).crumb("Ask", "/ask");
    let gives = at_once && card.gives_unasked;
    let heading = if at_once { "Check your answers before it opens" } else { "Check your answers" };
    let mut check = Check::new(heading, format!("/ask/{}/{}", card.policy, card.permission), button(card, gives));
    check.not_yet = if at_once { "Nothing has been opened yet." } else { "Nothing has been sent yet." };
    let fields = ClauseFields::of(&card.form);
    check = check.answer(wanted(card), &line.scope_words, "wants");
    check = match card.to {
        Recipients::Group | Recipients::Person => check.answer("Who it is for", &line.recipient_words, "recipient"),
        Recipients::Own | Recipients::Audience(_) | Recipients::Everyone => {
            check.fixed("Who it is for", sentences::upper_first(&line.recipient_words))
        }
    };
    for (label, words) in &line.answers {
        check = match fields.named(label) {
            Some(field) => check.answer(label, words, field),
            None => check.fixed(label, words),
        };
    }
    let begins = if at_once { "At once" } else { "As soon as the answer is yes" };
    let from = line.from.as_ref().map_or_else(|| begins.to_owned(), |from| frame.when(from));
    check = check.answer("Why", &line.reason, "reason").answer("When it begins", from, "from").answer(
        "When it ends",
        sentences::upper_first(&frame.until(&line.until)),
        "until",
    );
    let follows = if gives {
        Facts::new().row("Who decides", "You do. It holds at once, under your name.").row("What opens", effect)
    } else if card.on_own_word {
        Facts::new()
            .row("Who decides", "Nobody else. It opens on your word, under your name.")
            .row("What opens", effect)
    } else {
        let mut decides = sentences::upper_first(&line.waits_for);
        if !can_be_decided {
            decides.push_str(". It can’t be decided today: whoever would decide it is not there.");
        }
        let decides = Facts::new().row("Who decides", decides);
        let due = line.due.as_ref().map(|due| frame.when(due));
        decides.row_if("To be decided by", due).row("If the answer is yes", effect)
    };
    check.follows = if card.opens == Opens::Publication && !at_once {
        follows.row("Pictures", "You add them to the request once it is sent.")
    } else {
        follows
    };
    check.clause = Some(clause(card, signed));
    Ok(check.show(frame, form))
}

/// What is wanted, as the name of its answer.
fn wanted(card: &PermissionCard) -> &'static str {
    match card.opens {
        Opens::Site => "Which site",
        Opens::Category => "Which kind of site",
        _ if card.gives_unasked => "What you give",
        _ => "What you ask for",
    }
}

fn button(card: &PermissionCard, gives: bool) -> String {
    if card.on_own_word {
        "Open it".to_owned()
    } else if gives {
        "Give it".to_owned()
    } else {
        format!("Ask {}", card.who_decides)
    }
}

fn recipient(card: &PermissionCard, form: &mut Form, signed: &Visitor) -> Option<Recipient> {
    match card.to {
        Recipients::Own => Some(Recipient::Person(signed.actor.person())),
        Recipients::Audience(audience) => Some(Recipient::Audience(audience)),
        Recipients::Everyone => Some(Recipient::Everyone),
        Recipients::Group => {
            let group = form.value("recipient").strip_prefix("group:").map(|group| Group(group.to_owned()));
            if group.is_none() {
                form.blame("recipient", "Choose the class or group that it is for.");
            }
            group.map(Recipient::Group)
        }
        Recipients::Person => {
            let found =
                signed.desk.find_person(&signed.actor, form.value("recipient"), NamedFor::Request).ok().flatten();
            if found.is_none() {
                form.blame("recipient", "There is nobody with this username. Ask them or the school office for it.");
            }
            found.map(Recipient::Person)
        }
    }
}

fn wants(card: &PermissionCard, form: &mut Form) -> Option<Wants> {
    let typed = form.value("wants").to_owned();
    let (wants, missing) = match card.opens {
        Opens::Site => (Wants::Site(typed.clone()), "Give the address of the site."),
        Opens::Category => {
            let category = typed.parse().ok().map(Wants::Category);
            if category.is_none() {
                form.blame("wants", "Choose a kind of site.");
            }
            return category;
        }
        _ => (Wants::Words(typed.clone()), "Say what you ask for."),
    };
    if typed.is_empty() {
        form.blame("wants", missing);
        return None;
    }
    Some(wants)
}
