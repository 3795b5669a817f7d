//! Signatures as pages show them.

use std::sync::Arc;

use domain::{AgreementId, PersonId, PolicyId, Role, Version};
use jiff::Timestamp;
use policy::Document;
use policy::kinds::{Agreement, Rule};
use records::AgreementRecord;

use crate::actor::Actor;
use crate::authorisation::Verb;
use crate::book::Book;
use crate::crowd::{Crowd, PersonLine};
use crate::error::ReadError;
use crate::owing::{OwedLine, Owing, lapses};
use crate::school::{School, found};

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AgreementLine {
    pub id: AgreementId,
    pub policy: PolicyId,
    pub title: String,
    pub version: Version,
    pub text_hash: String,
    pub clause: String,
    pub signer: PersonLine,
    /// Whom it binds: the signer, or their child.
    pub binds: PersonLine,
    pub printed_name: String,
    pub signed_at: Timestamp,
    /// When the clause asks for it again.
    pub lapses_at: Option<Timestamp>,
    /// Whether it still counts: of a version that needs no new signature, and not lapsed.
    pub current: bool,
    pub countersigned: Option<CountersignedLine>,
    /// The school has still to accept it: one of these roles.
    pub awaits_countersign: Vec<Role>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CountersignedLine {
    pub by: PersonLine,
    pub printed_name: String,
    pub at: Timestamp,
}

/// What one signed and owes, and each of one's children.
#[derive(Debug, Clone)]
pub struct MyAgreements {
    pub own: Vec<AgreementLine>,
    pub owed: Vec<OwedLine>,
    pub children: Vec<ChildAgreements>,
}

#[derive(Debug, Clone)]
pub struct ChildAgreements {
    pub child: PersonLine,
    pub agreements: Vec<AgreementLine>,
    pub owed: Vec<OwedLine>,
}

/// One signature with the text that was signed.
#[derive(Debug, Clone)]
pub struct AgreementPage {
    pub line: AgreementLine,
    pub document: Arc<Document>,
    pub may_countersign: bool,
}

/// The agreement rule that a signature answers, in the version that was signed.
pub(crate) fn rule_of<'b>(book: &'b Book, crowd: &Crowd, record: &AgreementRecord) -> Option<&'b Agreement> {
    let text = book.version(&record.agreement.policy, record.agreement.version)?;
    let clause = text.document.clause(&record.clause)?;
    let rules = clause.rules.iter().filter_map(|rule| match rule {
        Rule::Agreement(agreement) => Some(agreement),
        _ => None,
    });
    // a clause may hold one rule for pupils and another for staff: it is the one for whom the signature binds
    let bound = crowd.person(record.agreement.binds());
    rules
        .clone()
        .find(|rule| bound.is_some_and(|person| Book::asks(text, rule, person)))
        .or_else(|| rules.clone().next())
}

impl School {
    pub(crate) fn agreement_line(&self, record: &AgreementRecord, book: &Book, crowd: &Crowd) -> AgreementLine {
        let agreement = &record.agreement;
        let rule = rule_of(book, crowd, record);
        let lapses_at = rule.and_then(|rule| lapses(rule, agreement.signed_at, self.time_zone()));
        let base = book.base(&agreement.policy).map(|text| text.version());
        let text = book.version(&agreement.policy, agreement.version);
        let countersign = rule.and_then(|rule| rule.countersign.clone()).unwrap_or_default();
        AgreementLine {
            id: agreement.id,
            policy: agreement.policy.clone(),
            title: text.map_or_else(|| agreement.policy.0.clone(), |text| text.document.title.clone()),
            version: agreement.version,
            text_hash: agreement.text_hash.clone(),
            clause: record.clause.clone(),
            signer: crowd.line(agreement.signer),
            binds: crowd.line(agreement.binds()),
            printed_name: agreement.printed_name.clone(),
            signed_at: agreement.signed_at,
            lapses_at,
            current: base.is_some_and(|base| agreement.version >= base)
                && lapses_at.is_none_or(|lapse| self.now() < lapse),
            countersigned: agreement.countersigned.as_ref().map(|countersigned| CountersignedLine {
                by: crowd.line(countersigned.by),
                printed_name: countersigned.printed_name.clone(),
                at: countersigned.at,
            }),
            awaits_countersign: if agreement.countersigned.is_some() { Vec::new() } else { countersign },
        }
    }

    /// What the actor signed and owes, and each of their children.
    pub async fn my_agreements(&self, actor: &Actor) -> Result<MyAgreements, ReadError> {
        let actor = self.authorise(actor, Verb::MyAgreements)?;
        let (own, owed) = self.agreements_about(actor.person).await?;
        let mut children = Vec::new();
        for child in &actor.children {
            if self.crowd().here(*child).is_some() {
                let (agreements, owed) = self.agreements_about(*child).await?;
                children.push(ChildAgreements { child: self.crowd().line(*child), agreements, owed });
            }
        }
        children.sort_by(|one: &ChildAgreements, other| one.child.name.cmp(&other.child.name));
        Ok(MyAgreements { own, owed, children })
    }

    /// The signatures that bind a person, newest first, and what is owed.
    pub(crate) async fn agreements_about(
        &self,
        person: PersonId,
    ) -> Result<(Vec<AgreementLine>, Vec<OwedLine>), records::Error> {
        let (book, crowd) = (self.book(), self.crowd());
        let signatures = self.store().read().await?.agreements_binding(person).await?;
        let owing = Owing { book: &book, crowd: &crowd, zone: self.time_zone(), now: self.now() };
        let owed = crowd.record(person).map(|record| owing.of(record, &signatures)).unwrap_or_default();
        let lines = signatures.iter().rev().map(|record| self.agreement_line(record, &book, &crowd)).collect();
        Ok((lines, owed))
    }

    /// One signature: the signer's, of whom it binds, of whoever may countersign it, of leaders and office.
    pub async fn agreement(&self, actor: &Actor, id: AgreementId) -> Result<AgreementPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadAgreement)?;
        let (book, crowd) = (self.book(), self.crowd());
        let record = found(self.store().read().await?.agreement(id).await?, "agreement")?;
        if !self.may_read_agreement(&actor, &record, &book) {
            return Err(ReadError::NotFound { what: "agreement" });
        }
        let text = found(book.version(&record.agreement.policy, record.agreement.version), "agreement")?;
        let line = self.agreement_line(&record, &book, &crowd);
        let may_countersign = actor.holds_any(&line.awaits_countersign)
            && line.signer.id != actor.person
            && line.binds.id != actor.person;
        Ok(AgreementPage { line, document: text.document.clone(), may_countersign })
    }

    pub(crate) fn may_read_agreement(&self, actor: &Actor, record: &AgreementRecord, book: &Book) -> bool {
        let agreement = &record.agreement;
        let own = agreement.signer == actor.person || agreement.binds() == actor.person;
        let countersigner = rule_of(book, &self.crowd(), record)
            .and_then(|rule| rule.countersign.as_ref())
            .is_some_and(|roles| actor.holds_any(roles));
        own || countersigner || actor.children.contains(&agreement.binds()) || self.may(actor, Verb::SigningProgress)
    }
}
