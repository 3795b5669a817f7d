//! Reading a policy and agreeing to it, for oneself or for a child, or saying why not.

use actions::{Decline, Manner, SignAgreement, SigningPage, ToSign};
use askama::Template;
use axum::extract::Path;
use domain::{PersonId, PolicyId, Version};

use crate::address::with_query;
use crate::answer::{Answer, go, page, page_again};
use crate::cells::Cell;
use crate::document::{DocumentSection, anchor, sections};
use crate::error::PageError;
use crate::forms::fields::Choice;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::ListParams;
use crate::parts::DonePage;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/sign/{policy}", read)
        .post("/sign/{policy}", agree)
        .get("/sign/{policy}/decline", decline_form)
        .post("/sign/{policy}/decline", decline)
}

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
    ticks: Vec<Choice>,
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
    Ok(signed.school.to_sign(&signed.actor, input).await?)
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
        ticks: signing.ticks.iter().map(|tick| Choice::new(tick, tick)).collect(),
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
    // both are said at once, so that nobody sends the form three times
    if form.value("shown").is_empty() && input.printed_name.is_empty() {
        form.blame("printed_name", "Type your full name.");
    }
    if !input.read {
        form.blame("read", "Tick that you have read it.");
    }
    if !form.has_problems() {
        match signed.school.sign_agreement(&signed.actor, input).await {
            Ok(done) => return go(format!("/agreements/{}/signed", done.agreement.id)),
            Err(error) => form.refused(error)?,
        }
    }
    let signing = to_sign(&signed, &policy, for_child).await?;
    page_again(&read_page(&signed, &signing, &form))
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
    match signed.school.decline(&signed.actor, input).await {
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
