//! What pages show of a rule: its name, what its form asks for, whom it names. A rule's fields are read nowhere outside this
//! crate, and no decision rests on what stands here.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    CategorySet, FieldKind, FormField, LineKind, Longest, Opens, RelativeRole, Role, RoleSet, Span, Within, upper_first,
};

use crate::document::Document;
use crate::kinds::{self, How, Recipients, Rule, Signer, Tell};
use crate::rules::reporting::site_reports;
use crate::rules::{Rules, asking, gate_sites, sanctions};
use crate::value::{Who, join};
use crate::wording;

/// An agreement, as the page on which it is read and signed shows it.
#[derive(Debug, Clone, Copy)]
pub struct ShownAgreement<'a> {
    /// Whose signatures are needed.
    pub by: &'a [Signer],
    /// `None`: the audiences that the policy speaks to.
    pub who: Option<&'a Who>,
    pub how: How,
    /// The titles of the parts that are read; `None`: the whole policy.
    pub part: Option<&'a [String]>,
    /// Fields that the form prints.
    pub needs: &'a [String],
    /// Sentences to tick before signing.
    pub ticks: &'a [String],
}

pub fn agreement(rule: &kinds::Agreement) -> ShownAgreement<'_> {
    ShownAgreement {
        by: &rule.by,
        who: rule.who.as_ref(),
        how: rule.how,
        part: rule.part.as_deref(),
        needs: rule.needs.as_deref().unwrap_or_default(),
        ticks: rule.ticks.as_deref().unwrap_or_default(),
    }
}

/// A permission, as its card and its form show it.
#[derive(Debug, Clone)]
pub struct ShownPermission<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub opens: Opens,
    /// What it may open; `None` where the clause sets no limit.
    pub categories: Option<CategorySet>,
    pub to: Recipients,
    /// The fields that its form has beside those of every form.
    pub form: Vec<FormField>,
    pub longest: Option<Longest>,
}

pub fn permission(rule: &kinds::Permission) -> ShownPermission<'_> {
    ShownPermission {
        id: &rule.id,
        title: &rule.title,
        opens: rule.opens,
        categories: rule.categories,
        to: rule.to,
        form: rule.form(),
        longest: rule.longest,
    }
}

/// A report, as its form shows it.
#[derive(Debug, Clone)]
pub struct ShownReport<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub about: Option<&'a str>,
    pub within: Option<Within>,
    /// The deadline that outside law or guidance sets.
    pub clock: Option<Span>,
    pub in_confidence: bool,
    /// Whether the clause says itself that it is of harm: it is meant before those of which that follows from where they go.
    pub says_harm: bool,
    /// The fields that its form has beside those of every form.
    pub form: Vec<FormField>,
    /// The field of them with the site that may be closed; it may be left empty.
    pub site_field: Option<&'a str>,
    /// The roles that it goes to in any case.
    pub to: Vec<Role>,
    /// The roles of which the reporter chooses one; empty where the clause leaves no choice.
    pub choices: Vec<Role>,
    /// The roles to which it may come though nobody passes it on.
    pub may_come_to: Vec<Role>,
    /// The roles that close it; empty where whoever receives it does.
    pub closes: Vec<Role>,
    pub is_for_everyone: bool,
}

pub fn report(rule: &kinds::Report) -> ShownReport<'_> {
    ShownReport {
        may_come_to: may_come_to(rule),
        closes: rule.closes.as_ref().map(|roles| roles.to_vec()).unwrap_or_default(),
        id: &rule.id,
        title: &rule.title,
        about: rule.about.as_deref(),
        within: rule.within,
        clock: rule.clock,
        in_confidence: rule.in_confidence,
        says_harm: rule.matter == Some(kinds::ReportMatter::Harm),
        form: rule.form(),
        site_field: site_reports::site_field(rule),
        to: rule.to.to_vec(),
        choices: rule.to_one_of.as_ref().map(|roles| roles.to_vec()).unwrap_or_default(),
        is_for_everyone: rule.who.everyone,
    }
}

/// Every role to which a report may come though nobody passes it on: those that the clause sends it to, lets the reporter
/// choose, has close it, and names for when one is absent, is whom it is about or has not taken it up in time.
fn may_come_to(report: &kinds::Report) -> Vec<Role> {
    let named = report.to.iter().chain(report.to_one_of.iter().flat_map(|roles| roles.iter()));
    let later = report.escalate.iter().chain(&report.closes).flat_map(|roles| roles.iter());
    let routes = report.instead_if_about.iter().chain(&report.in_absence).flat_map(|routes| &routes.0);
    let mut roles: Vec<Role> = Vec::new();
    for role in named.chain(later).chain(routes.flat_map(|(_, instead)| instead)) {
        if !roles.contains(role) {
            roles.push(*role);
        }
    }
    roles
}

/// A register, as its page and its entries' form show it.
#[derive(Debug, Clone, Copy)]
pub struct ShownRegister<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub form: &'a [FormField],
    /// The exception after whose use an entry is made.
    pub after_use_of: Option<&'a str>,
    /// Whether those sign who are given what it lists.
    pub is_signed_for: bool,
    /// Whether it counts how many of what an entry lists are in use.
    pub is_counted: bool,
}

pub fn register(rule: &kinds::Register) -> ShownRegister<'_> {
    ShownRegister {
        id: &rule.id,
        title: &rule.title,
        form: rule.form(),
        after_use_of: rule.after_use_of.as_deref(),
        is_signed_for: rule.signed_by.is_some(),
        is_counted: rule.at_most.is_some(),
    }
}

/// A right to look, as the page on which a purpose is stated shows it.
#[derive(Debug, Clone, Copy)]
pub struct ShownView<'a> {
    pub purposes: &'a [String],
    /// When the person is told.
    pub tell: Tell,
    /// What holds for what is marked as personal.
    pub marked_personal: Option<&'a str>,
}

pub fn view(rule: &kinds::View) -> ShownView<'_> {
    ShownView { purposes: &rule.purposes, tell: rule.tell, marked_personal: rule.marked_personal.as_deref() }
}

/// A consent, as the pages of consents and of a request that needs it show it.
#[derive(Debug, Clone, Copy)]
pub struct ShownConsent<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// What the yes is for.
    pub purpose: &'a str,
}

pub fn consent(rule: &kinds::Consent) -> ShownConsent<'_> {
    ShownConsent { id: &rule.id, title: &rule.title, purpose: &rule.purpose }
}

/// What people are told of a consent before they answer: its title, what it is for, and its purposes.
pub fn told_of_consent<'a>(document: &'a Document, id: &str) -> Option<(&'a str, &'a str, &'a [String])> {
    document.rules().find_map(|(_, rule)| match rule {
        Rule::Consent(consent) if *consent.id == *id => {
            Some((&*consent.title, &*consent.purpose, consent.purposes.as_deref().unwrap_or_default()))
        }
        _ => None,
    })
}

/// The permissions any of which opens what a clause closes; none where nothing opens it.
pub fn opened_by<'a>(document: &'a Document, clause: &str) -> Vec<&'a kinds::Permission> {
    let rules = document.rules().filter(|(stands, _)| stands.id == clause);
    rules.flat_map(|(_, rule)| gate_sites::openers(document, rule)).collect()
}

/// Who may ask for one of these permissions, at the start of a sentence: `Staff and the librarian`. Who holds a relative role
/// depends on whom it is for: they are `They`, whom the sentence before names. `None` where nobody may ask.
pub fn askers<'a>(document: &Document, permissions: impl IntoIterator<Item = &'a kinds::Permission>) -> Option<String> {
    let permissions: Vec<_> = permissions.into_iter().filter(|permission| !permission.asks.is_nobody()).collect();
    let words = permissions.iter().map(|permission| {
        let mut asks = permission.asks.0.clone();
        asks.roles.retain(|role| RelativeRole::of(*role).is_none());
        wording::who(&document.roles, &asks)
    });
    let words: BTreeSet<String> = words.filter(|words| !words.is_empty()).collect();
    if words.is_empty() {
        return (!permissions.is_empty()).then(|| "They".to_owned());
    }
    Some(upper_first(&join(words.into_iter().collect(), "and")))
}

/// The roles that decide by a clause about access to the web, who can give it back; none where the clause takes none away.
pub fn access_deciders(document: &Document, clause: &str) -> RoleSet {
    let of_clause = sanctions::withdrawing_rules(document).filter(|(stands, _)| stands.id == clause);
    of_clause.flat_map(|(_, sanction)| sanction.decides.iter().copied()).collect()
}

/// The roles that decide about a site or a kind of site, by whatever clause, whom the help page names. Relative roles are
/// left out: who holds one depends on who asks.
pub fn site_deciders(rules: &Rules) -> RoleSet {
    let of_sites = rules.permissions().map(|(_, _, permission)| permission);
    let of_sites = of_sites.filter(|permission| asking::opens_sites(permission));
    let named = of_sites.flat_map(kinds::Permission::named_deciders);
    named.filter(|role| RelativeRole::of(*role).is_none()).collect()
}

/// With what an entry begins that writes down how somebody was reached: whom, and by which exception, in those of its texts that
/// are called so. Whoever writes it puts the rest in, and may put other words there.
pub fn begun(register: &kinds::Register, whom: &str, exception: Option<&str>) -> BTreeMap<String, String> {
    let said = |field: &FormField| match field.name.as_str() {
        "with-whom" | "whom" => Some(whom.to_owned()),
        "why" | "reason" => exception.map(str::to_owned),
        _ => None,
    };
    let texts = register
        .form()
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Line(LineKind::Text | LineKind::LongText)));
    texts.filter_map(|field| Some((field.name.clone(), said(field)?))).collect()
}
