//! Signatures as pages show them.

use std::sync::Arc;

use domain::{AgreementId, Duty, PersonId, PolicyId, Role, Version};
use jiff::Timestamp;
use policy::Document;
use policy::rules::signing;
use records::AgreementRecord;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::known::people_index::PersonLine;
use crate::known::published_policies::PublishedPolicies;
use crate::known::signing_tasks::{SigningTask, SigningTasks, rule_of};
use crate::signing::ask_parent_again::WaitsForParent;

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
    /// Whether the reader may open it.
    pub may_read: bool,
    /// Whether the web is closed until it is accepted.
    pub opens_when_accepted: bool,
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
    pub owed: Vec<SigningTask>,
    pub waits_for_parent: Vec<WaitsForParent>,
    pub children: Vec<ChildAgreements>,
}

#[derive(Debug, Clone)]
pub struct ChildAgreements {
    pub child: PersonLine,
    pub agreements: Vec<AgreementLine>,
    pub owed: Vec<SigningTask>,
}

/// One signature with the text that was signed.
#[derive(Debug, Clone)]
pub struct AgreementPage {
    pub line: AgreementLine,
    pub document: Arc<Document>,
    pub may_countersign: bool,
}

impl Desk {
    pub(crate) fn agreement_line(
        &self,
        by: &Authorised,
        record: &AgreementRecord,
        published_policies: &PublishedPolicies,
    ) -> AgreementLine {
        let (agreement, people_index) = (&record.agreement, self.people_index(by));
        let rule = rule_of(published_policies, &people_index, record);
        let lapses_at = rule.and_then(|rule| signing::lapses(rule, agreement.signed_at, self.timetable()));
        let in_force = published_policies.current(&agreement.policy).map(|text| published_policies.in_force(text));
        let is_current = |policy| signing::is_current(policy, rule, agreement, self.now(), self.timetable());
        let text = published_policies.version(&agreement.policy, agreement.version);
        let awaiting = rule.filter(|rule| signing::is_to_be_accepted(rule, agreement));
        AgreementLine {
            id: agreement.id,
            policy: agreement.policy.clone(),
            title: text.map_or_else(|| agreement.policy.0.clone(), |text| text.document.title.clone()),
            version: agreement.version,
            text_hash: agreement.text_hash.clone(),
            clause: record.clause.clone(),
            signer: people_index.line(agreement.signer),
            binds: people_index.line(agreement.binds()),
            printed_name: agreement.printed_name.clone(),
            signed_at: agreement.signed_at,
            lapses_at,
            current: in_force.is_some_and(is_current),
            countersigned: agreement.countersigned.as_ref().map(|countersigned| CountersignedLine {
                by: people_index.line(countersigned.by),
                printed_name: countersigned.printed_name.clone(),
                at: countersigned.at,
            }),
            may_read: self.may_read_agreement(by, record, published_policies),
            opens_when_accepted: awaiting.is_some_and(signing::waits_for_acceptance),
            awaits_countersign: awaiting.map(|rule| signing::accepting_roles(rule).to_vec()).unwrap_or_default(),
        }
    }

    /// What the actor signed and owes, and each of their children.
    pub async fn my_agreements(&self, actor: &Actor) -> Result<MyAgreements, ReadError> {
        let actor = self.authorise(actor, Verb::MyAgreements)?;
        let (own, owed) = self.agreements_about(&actor, actor.person).await?;
        let mut children = Vec::new();
        for child in &actor.children {
            if self.people_index(&actor).here(*child).is_some() {
                let (agreements, owed) = self.agreements_about(&actor, *child).await?;
                children.push(ChildAgreements { child: self.people_index(&actor).line(*child), agreements, owed });
            }
        }
        children.sort_by(|one: &ChildAgreements, other| one.child.name.cmp(&other.child.name));
        let waits_for_parent = self.waits_for_parent(&owed);
        Ok(MyAgreements { own, owed, waits_for_parent, children })
    }

    /// The signatures that bind a person, newest first, and what is owed.
    pub(crate) async fn agreements_about(
        &self,
        actor: &Authorised,
        person: PersonId,
    ) -> Result<(Vec<AgreementLine>, Vec<SigningTask>), records::Error> {
        let (published_policies, people_index) = (self.published_policies(), self.people_index(actor));
        let signatures = self.stores().read(actor).await?.agreements_binding(person).await?;
        let signing_tasks = SigningTasks {
            published_policies: &published_policies,
            people_index: &people_index,
            timetable: self.timetable(),
            now: self.now(),
        };
        let owed = people_index.record(person).map(|record| signing_tasks.of(record, &signatures)).unwrap_or_default();
        let lines =
            signatures.iter().rev().map(|record| self.agreement_line(actor, record, &published_policies)).collect();
        Ok((lines, owed))
    }

    /// One signature: the signer's, of whom it binds, of whoever may countersign it, of those who follow signing.
    pub async fn agreement(&self, actor: &Actor, id: AgreementId) -> Result<AgreementPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadAgreement)?;
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&actor));
        let record = found(self.stores().read(&actor).await?.agreement(id).await?, "agreement")?;
        if !self.may_read_agreement(&actor, &record, &published_policies) {
            return Err(ReadError::NotFound { what: "agreement" });
        }
        let text = found(published_policies.version(&record.agreement.policy, record.agreement.version), "agreement")?;
        let line = self.agreement_line(&actor, &record, &published_policies);
        let rule = rule_of(&published_policies, &people_index, &record);
        let may_countersign =
            signing::why_not_accept(rule, actor.person, actor.somebody(), &record.agreement).is_none();
        Ok(AgreementPage { line, document: text.document.clone(), may_countersign })
    }

    pub(crate) fn may_read_agreement(
        &self,
        actor: &Authorised,
        record: &AgreementRecord,
        published_policies: &PublishedPolicies,
    ) -> bool {
        let agreement = &record.agreement;
        let own = signing::is_party(actor.person, agreement);
        let countersigner = rule_of(published_policies, &self.people_index(actor), record)
            .is_some_and(|rule| signing::accepts(rule, actor.somebody()));
        // Whoever owns or approves some policy follows who has signed; what somebody signed and wrote is not theirs to read.
        let follows_signing = self.carries(actor, Duty::FollowSigning);
        own || countersigner || actor.children.contains(&agreement.binds()) || follows_signing
    }
}
