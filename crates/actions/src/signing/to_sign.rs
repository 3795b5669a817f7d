//! The page on which one reads and signs.

use std::sync::Arc;

use domain::{OnBehalf, Person, PersonId, PolicyId, Role, Told, Version};
use policy::rules::shown;
use policy::rules::signing::{self, WhyNotSign};
use policy::{Document, PolicyChange};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::known::people_index::{PeopleIndex, PersonLine};
use crate::known::signing_tasks::{Manner, SigningTask, SigningTasks};
use crate::signing::agreements::AgreementLine;

#[derive(Debug, Clone)]
pub struct ToSign {
    pub policy: PolicyId,
    /// A parent reads for this child.
    pub for_child: Option<PersonId>,
}

#[derive(Debug, Clone)]
pub struct SigningPage {
    pub policy: PolicyId,
    pub title: String,
    pub version: Version,
    pub text_hash: String,
    /// What the signer reads: the whole policy, or the parts that are theirs.
    pub document: Arc<Document>,
    /// The clause that asks for the signature.
    pub clause: String,
    pub manner: Manner,
    /// Fields that the form prints.
    pub needs: Vec<String>,
    /// Sentences to tick before signing.
    pub ticks: Vec<String>,
    /// The child for whom a parent signs.
    pub signing_for: Option<PersonLine>,
    /// What is owed, from the person's side; `None` where nothing is.
    pub owed: Option<SigningTask>,
    /// Whether it is this actor's signature that is missing.
    pub asks_you: bool,
    /// The version that the actor signed last, and what changed since.
    pub last_signed: Option<Version>,
    pub changes: Vec<PolicyChange>,
    /// The actor's signature that still counts.
    pub already: Option<AgreementLine>,
    pub countersigned_by: Vec<Role>,
}

/// Whom a signature would bind, where they are here: the actor, or the child for whom they sign.
pub(crate) fn bound<'c>(
    actor: &Actor,
    for_child: Option<PersonId>,
    people_index: &'c PeopleIndex,
) -> Option<&'c Person> {
    people_index.here(for_child.unwrap_or(actor.person))
}

pub(crate) fn on_behalf(for_child: Option<PersonId>) -> OnBehalf {
    for_child.map_or(OnBehalf::Own, OnBehalf::Child)
}

impl Desk {
    /// What the actor reads before they sign, for themselves or for a child.
    pub async fn to_sign(&self, actor: &Actor, input: ToSign) -> Result<SigningPage, ReadError> {
        let actor = self.authorise(actor, Verb::ToSign)?;
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&actor));
        let text = found(published_policies.current(&input.policy), "policy to sign")?;
        let person = found(bound(&actor, input.for_child, &people_index), "child of yours")?;
        let on_behalf = on_behalf(input.for_child);
        let may_sign = signing::may_sign_for(&text.document, &actor.children, on_behalf, person.into());
        let (clause, agreement) = may_sign.map_err(|why_not| ReadError::NotFound {
            what: match why_not {
                WhyNotSign::NotYourChild => "child of yours",
                WhyNotSign::NotAsked => "policy to sign",
            },
        })?;
        self.note_read_of(&actor, |told| told == Told::SignatureOwed(text.record.id)).await?;
        let signatures = self.stores().read(&actor).await?.agreements_binding(person.id).await?;
        let signing_tasks = SigningTasks {
            published_policies: &published_policies,
            people_index: &people_index,
            timetable: self.timetable(),
            now: self.now(),
        };
        let record = found(people_index.record(person.id), "person")?;
        let owed = signing_tasks.of_policy(text, record, &signatures);
        let asks_you = owed.as_ref().is_some_and(|owed| owed.asks(on_behalf));
        let last = signatures
            .iter()
            .rev()
            .find(|signed| signed.agreement.policy == input.policy && signed.agreement.signer == actor.person);
        let document = signing::read_by(&text.document, agreement);
        let mut changes = match last.and_then(|last| published_policies.version(&input.policy, last.agreement.version))
        {
            Some(old) if old.version() < text.version() => policy::diff(&old.document, &text.document),
            _ => Vec::new(),
        };
        changes.retain(|change| signing::is_read(agreement, &document, &change.clause));
        let last_signed = last.map(|last| last.agreement.version);
        let already =
            last.map(|last| self.agreement_line(&actor, last, &published_policies)).filter(|line| line.current);
        let shown = shown::agreement(agreement);
        Ok(SigningPage {
            policy: input.policy,
            title: text.document.title.clone(),
            version: text.version(),
            text_hash: text.record.text_hash.clone(),
            document: document.into(),
            clause: clause.id.clone(),
            manner: shown.how.into(),
            needs: shown.needs.to_vec(),
            ticks: shown.ticks.to_vec(),
            signing_for: input.for_child.map(|child| people_index.line(child)),
            owed,
            asks_you,
            last_signed,
            changes,
            already,
            countersigned_by: signing::accepting_roles(agreement).to_vec(),
        })
    }
}
