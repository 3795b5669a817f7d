//! What becomes of a signature, before it is given.

use std::collections::BTreeSet;

use domain::PolicyId;
use jiff::Timestamp;
use policy::rules::signing;
use records::{AgreementRecord, PersonRecord};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::known::signing_tasks::{SigningTasks, bound as bound_person, values};
use crate::signing::sign_agreement::{SignAgreement, SignAgreementError};
use crate::signing::to_sign::bound;

/// What becomes of a signature, before it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignaturePreview {
    pub web: WebAfter,
    /// When it stops counting; `None`: it counts for as long as the text does.
    pub lapses: Option<Timestamp>,
}

/// What the gate then does for whom the signature binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebAfter {
    /// No signature keeps the web closed, before as after.
    OpenAlready,
    /// Their access is withdrawn, and a signature does not give it back.
    Withdrawn,
    Opens,
    /// It is closed until all of this is done as well.
    Awaits(Vec<Awaited>),
}

/// What the web waits for, by the title of its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    OwnSignature(String),
    ParentsSignature(String),
    Acceptance(String),
}

impl Desk {
    /// What would become of signing, with everything checked that signing checks; nothing is kept.
    pub async fn check_signature(
        &self,
        actor: &Actor,
        input: &SignAgreement,
    ) -> Result<SignaturePreview, SignAgreementError> {
        let actor = self.authorise(actor, Verb::SignAgreement)?;
        let (published_policies, people_index, now) =
            (self.published_policies(), self.people_index(&actor), self.now());
        let text = published_policies.current(&input.policy).ok_or(SignAgreementError::NoSuchPolicy)?;
        let binds = bound(&actor, input.for_child, &people_index).ok_or(SignAgreementError::NotYourChild)?.id;
        let person = people_index.record(binds).ok_or(SignAgreementError::NotYourChild)?;
        let mut reading = self.stores().read(&actor).await?;
        let before = reading.agreements_binding(binds).await?;
        let is_withdrawn = reading.sanctions_of(binds).await?.iter().any(|sanction| sanction.is_in_force(now));
        drop(reading);
        let given = self.draw_up_signature(&actor, input, text, &before, now)?;
        let rule = signing::answered(&text.document, &given.clause, (&person.person).into());
        let lapses = rule.and_then(|rule| signing::lapses(rule, now, self.timetable()));
        let signing_tasks = SigningTasks {
            published_policies: &published_policies,
            people_index: &people_index,
            timetable: self.timetable(),
            now,
        };
        let web = if is_withdrawn { WebAfter::Withdrawn } else { web_after(&signing_tasks, person, before, given) };
        Ok(SignaturePreview { web, lapses })
    }
}

fn web_after(
    signing_tasks: &SigningTasks<'_>,
    person: &PersonRecord,
    mut signatures: Vec<AgreementRecord>,
    given: AgreementRecord,
) -> WebAfter {
    if signing_tasks.unsigned(person, &signatures).is_empty() {
        return WebAfter::OpenAlready;
    }
    signatures.push(given);
    let missing = signing_tasks.unsigned(person, &signatures);
    if missing.is_empty() {
        return WebAfter::Opens;
    }
    let policies: BTreeSet<PolicyId> = missing.into_iter().map(|unsigned| unsigned.policy).collect();
    let awaited = policies.iter().flat_map(|policy| awaited(signing_tasks, person, &signatures, policy));
    WebAfter::Awaits(awaited.collect())
}

/// What the web still waits for by one policy: signatures that are owed, and the acceptance of those that were given.
fn awaited(
    signing_tasks: &SigningTasks<'_>,
    person: &PersonRecord,
    signatures: &[AgreementRecord],
    policy: &PolicyId,
) -> Vec<Awaited> {
    let Some(text) = signing_tasks.published_policies.current(policy) else { return Vec::new() };
    let in_force = signing_tasks.published_policies.in_force(text);
    let owed = signing_tasks.of_policy(text, person, signatures).filter(|owed| owed.bars_access);
    let acceptance = signing::awaits_acceptance(
        in_force,
        bound_person(person),
        &values(signatures),
        signing_tasks.now,
        signing_tasks.timetable,
    );
    let title = || text.document.title.clone();
    let mut awaited = Vec::new();
    if owed.as_ref().is_some_and(|owed| owed.by_self) {
        awaited.push(Awaited::OwnSignature(title()));
    }
    if owed.is_some_and(|owed| owed.by_parent) {
        awaited.push(Awaited::ParentsSignature(title()));
    }
    if acceptance.is_some() {
        awaited.push(Awaited::Acceptance(title()));
    }
    awaited
}
