//! Reading a policy and agreeing to it, for oneself or for a child, or saying why not.

use actions::{
    AgreementLine, Awaited, Decline, Manner, SignAgreement, SignAgreementError, SigningPage, ToSign, WebAfter,
};
use askama::Template;
use axum::extract::Path;
use domain::{PersonId, PolicyId, Version};

use crate::address::with_query;
use crate::answer::{Answer, go, page, page_again, page_at};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::document::{DocumentSection, anchor, sections};
use crate::error::PageError;
use crate::forms::check::{Check, CheckStep};
use crate::forms::fields::FormChoice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::parts::{DonePage, Facts};
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/sign/{policy}", read)
        .post("/sign/{policy}", agree)
        .get("/sign/{policy}/decline", decline_form)
        .post("/sign/{policy}/decline", decline)
}

/// What whoever reads to the end ticks.
const READ: &str = "I have read it";

/// A change since the version that was signed last, with where to read it.
struct ChangeLine {
    sentence: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "signing/read.html")]
struct ReadPage<'a> {
    frame: Frame,
    form: &'a Form,
    signing: &'a SigningPage,
    changes: Vec<ChangeLine>,
    sections: Vec<DocumentSection>,
    countersigners: String,
    decline: String,
    /// Sentences to tick before signing.
    ticks: Vec<FormChoice>,
    /// Fields of the agreement that the desk fills in itself, with what it fills in.
    printed: Vec<(&'static str, String)>,
    /// What a child is told whose parent's signature alone is missing.
    waiting: Option<String>,
}

impl ReadPage<'_> {
    fn is_signed(&self) -> bool {
        self.signing.manner == Manner::Sign
    }

    /// Whether the name that was typed is another than the one on record: sent once more as it is, it counts.
    fn asks_about_the_name(&self) -> bool {
        self.form.error("printed_name").is_some() && !self.form.value("printed_name").is_empty()
    }
}

async fn read(signed: Visitor, Path(policy): Path<String>, asked: ListParams) -> Answer {
    let child = child_of(asked.get("for"))?;
    let signing = to_sign(&signed, &policy, child).await?;
    let form = signed.form();
    page(&read_page(&signed, &signing, &form))
}

async fn to_sign(signed: &Visitor, policy: &str, for_child: Option<PersonId>) -> Result<SigningPage, PageError> {
    let input = ToSign { policy: PolicyId(policy.to_owned()), for_child };
    Ok(signed.desk.to_sign(&signed.actor, input).await?)
}

fn child_of(text: &str) -> Result<Option<PersonId>, PageError> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| PageError::no_such_page()),
    }
}

fn read_page<'a>(signed: &Visitor, signing: &'a SigningPage, form: &'a Form) -> ReadPage<'a> {
    let sections = sections(&signing.document, signed);
    let changes = signing
        .changes
        .iter()
        .map(|change| ChangeLine {
            sentence: change.sentence.clone(),
            href: sections
                .iter()
                .any(|section| section.clause.as_deref() == Some(change.clause.as_str()))
                .then(|| format!("#{}", anchor(&change.clause))),
        })
        .collect();
    let frame = signed.frame(format!("Read and sign: {}", signing.title)).form(form).back("/");
    let roles = signed.role_titles(signed.actor.roles());
    let roles = if roles.is_empty() { signed.actor.audience().title().to_owned() } else { roles };
    let printed = signing
        .needs
        .iter()
        .filter_map(|need| match need.as_str() {
            "role" => Some(("Your role, as the receipt’s reader knows it", roles.clone())),
            "date" => Some(("Date", frame.when(frame.now()))),
            _ => None,
        })
        .collect();
    let own = signing.owed.as_ref().filter(|_| signing.signing_for.is_none());
    let waiting = own.and_then(|owed| owed.parents_asked).map(|asked| asked.sentence(frame.zone()));
    ReadPage {
        waiting,
        decline: address(&signing.policy.0, "/decline", signing.signing_for.as_ref().map(|child| child.id)),
        countersigners: match signing.countersigned_by.as_slice() {
            [] => String::new(),
            roles => signed.roles_in_sentence(roles, "or"),
        },
        frame,
        form,
        signing,
        changes,
        sections,
        ticks: signing.ticks.iter().map(|tick| FormChoice::new(tick, tick)).collect(),
        printed,
    }
}

fn address(policy: &str, tail: &str, child: Option<PersonId>) -> String {
    let path = format!("/sign/{policy}{tail}");
    match child {
        None => path,
        Some(child) => with_query(&path, [("for", child.to_string().as_str())]),
    }
}

async fn agree(signed: Visitor, Path(policy): Path<String>, Posted(mut form): Posted) -> Answer {
    let for_child = child_of(form.value("for"))?;
    let signing = to_sign(&signed, &policy, for_child).await?;
    if let CheckStep::Change(field) = CheckStep::of(&form) {
        return page_at(field, &read_page(&signed, &signing, &form));
    }
    let input = SignAgreement {
        policy: PolicyId(policy.clone()),
        version: version_of(&form)?,
        text_hash: form.value("text_hash").to_owned(),
        for_child,
        printed_name: form.value("printed_name").to_owned(),
        name_confirmed: form.value("name_confirmed") == form.value("printed_name"),
        read: form.ticked("read"),
        ticks: form.all("ticks").map(str::to_owned).collect(),
    };
    let is_signed = signing.manner == Manner::Sign;
    // both are said at once, so that nobody sends the form three times
    if is_signed && input.printed_name.is_empty() {
        form.blame("printed_name", "Type your full name.");
    }
    if !input.read {
        form.blame("read", "Tick that you have read it.");
    }
    if !form.has_problems() {
        // whoever only reads gives no name, and has nothing to look at once more
        let is_sent = !is_signed || CheckStep::of(&form) == CheckStep::Send;
        match if is_sent { sign(&signed, input).await } else { check(&signed, &signing, &form, &input).await } {
            Ok(answer) => return answer,
            Err(error) => {
                // sent twice, it is one signature
                let is_twice = matches!(error, SignAgreementError::AlreadySigned);
                if is_twice && let Some(already) = to_sign(&signed, &policy, for_child).await?.already {
                    return go(signed_address(&already));
                }
                form.refused(error)?;
            }
        }
    }
    page_again(&read_page(&signed, &signing, &form))
}

fn signed_address(agreement: &AgreementLine) -> String {
    format!("/agreements/{}/signed", agreement.id)
}

async fn sign(signed: &Visitor, input: SignAgreement) -> Result<Answer, SignAgreementError> {
    let done = signed.desk.sign_agreement(&signed.actor, input).await?;
    Ok(go(signed_address(&done.agreement)))
}

/// What is to be signed, by whom and for whom, and what follows by the rules as they are.
async fn check(
    signed: &Visitor,
    signing: &SigningPage,
    form: &Form,
    input: &SignAgreement,
) -> Result<Answer, SignAgreementError> {
    let preview = signed.desk.check_signature(&signed.actor, input).await?;
    let reading = read_page(signed, signing, form);
    let child = signing.signing_for.as_ref().map(|child| child.name.as_str());
    let button = child.map_or_else(|| "I agree".to_owned(), |child| format!("I agree for {child}"));
    let mut check = Check::new("Check your answers before you sign", format!("/sign/{}", signing.policy), button);
    check.not_yet = "You have not signed yet.";
    check = check.fixed("What you sign", format!("{}, version {}", signing.title, signing.version));
    check = check.fixed("Who it is for", child.unwrap_or("You"));
    for (key, value) in &reading.printed {
        check = check.fixed(*key, value);
    }
    check = check.answer("Your full name", &input.printed_name, "printed_name");
    let ticked = std::iter::once(READ.to_owned()).chain(input.ticks.iter().cloned()).collect();
    check = check.answers("What you have ticked", ticked, "read");
    let accepts = Some(&reading.countersigners).filter(|roles| !roles.is_empty());
    let accepts = accepts.map(|roles| format!("{} then accepts it for the school", sentences::upper_first(roles)));
    let lapses = preview.lapses.as_ref().map(|lapses| format!("Until {}", reading.frame.when(lapses)));
    check.follows = Facts::new()
        .row_if("Who accepts it", accepts)
        .row_if("The web", web_words(&preview.web, child))
        .row_if("How long it counts", lapses)
        .row("What you get", "A receipt that proves what was signed, by whom and when");
    check.clause = CitedClause::published(&signing.policy.0, &signing.clause, signed);
    Ok(check.show(signed.frame(format!("Check and sign: {}", signing.title)), form))
}

/// What the gate then does for whom it is for; `None` where nothing changes. That a child's access is withdrawn is for the
/// school to tell their parent.
fn web_words(web: &WebAfter, child: Option<&str>) -> Option<String> {
    let whom = child.unwrap_or("you");
    match web {
        WebAfter::OpenAlready => None,
        WebAfter::Withdrawn if child.is_some() => None,
        WebAfter::Withdrawn => Some("Stays closed to you while your access is withdrawn".to_owned()),
        WebAfter::Opens => Some(format!("Opens to {whom} at once")),
        WebAfter::Awaits(awaited) => {
            let awaited: Vec<String> = awaited.iter().map(|awaited| awaited_words(awaited, child)).collect();
            Some(format!("Stays closed to {whom} until {}", sentences::list(&awaited, "and")))
        }
    }
}

fn awaited_words(awaited: &Awaited, child: Option<&str>) -> String {
    match (awaited, child) {
        (Awaited::OwnSignature(title), None) => format!("you sign ‘{title}’"),
        (Awaited::OwnSignature(title), Some(child)) => format!("{child} signs ‘{title}’"),
        (Awaited::ParentsSignature(title), None) => format!("your parent signs ‘{title}’ too"),
        (Awaited::ParentsSignature(title), Some(_)) => format!("you sign ‘{title}’ for them"),
        (Awaited::Acceptance(title), _) => format!("the signature under ‘{title}’ is accepted for the school"),
    }
}

fn version_of(form: &Form) -> Result<Version, PageError> {
    form.parse("version").map(Version).ok_or_else(PageError::form_not_ours)
}

#[derive(Template)]
#[template(path = "signing/decline.html")]
struct DeclinePage<'a> {
    frame: Frame,
    form: &'a Form,
    title: String,
    version: u32,
    child: Option<(String, String)>,
    owner: String,
}

async fn decline_form(signed: Visitor, Path(policy): Path<String>, asked: ListParams) -> Answer {
    let child = child_of(asked.get("for"))?;
    let signing = to_sign(&signed, &policy, child).await?;
    let form = signed.form();
    page(&decline_page(&signed, &signing, &form))
}

fn decline_page<'a>(signed: &Visitor, signing: &SigningPage, form: &'a Form) -> DeclinePage<'a> {
    let child = signing.signing_for.as_ref();
    let back = address(&signing.policy.0, "", child.map(|child| child.id));
    DeclinePage {
        frame: signed.frame("I can’t agree").form(form).back(back),
        form,
        title: signing.title.clone(),
        version: signing.version.0,
        child: child.map(|child| (child.id.to_string(), child.name.clone())),
        owner: signed.role_in_sentence(signing.document.owner),
    }
}

async fn decline(signed: Visitor, Path(policy): Path<String>, Posted(mut form): Posted) -> Answer {
    let for_child = child_of(form.value("for"))?;
    let input = Decline {
        policy: PolicyId(policy.clone()),
        version: version_of(&form)?,
        for_child,
        reason: form.value("reason").to_owned(),
    };
    match signed.desk.decline(&signed.actor, input).await {
        Ok(declined) => page(&DonePage {
            frame: signed.frame("We have your reason"),
            done: "We have your reason".to_owned(),
            detail: String::new(),
            next: vec![
                format!(
                    "We’ve sent it to {}, who will read it and reply to you here.",
                    signed.role_in_sentence(declined.owner)
                ),
                "Anything that needs your signature stays closed until you agree. You can read and sign at any time."
                    .to_owned(),
            ],
            links: vec![Cell::link("See the answer when it comes", "/declines"), Cell::link("Go to Home", "/")],
        }),
        Err(error) => {
            form.refused(error)?;
            let signing = to_sign(&signed, &policy, for_child).await?;
            page_again(&decline_page(&signed, &signing, &form))
        }
    }
}
