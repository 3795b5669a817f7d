//! Signing a policy: for oneself, or a parent for a child.

use domain::{Agreement, PersonId, PolicyId, Version, may_be_name_of};
use jiff::Timestamp;
use policy::rules::signing::{self, WhyNotSign};
use records::{AgreementRecord, Event};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::task::Task;
use crate::known::published_policies::Text;
use crate::known::signing_tasks::{SigningTasks, values};
use crate::signing::agreements::AgreementLine;
use crate::signing::receipts::Receipt;
use crate::signing::to_sign::{bound, on_behalf};

#[derive(Debug, Clone)]
pub struct SignAgreement {
    pub policy: PolicyId,
    /// What the page showed: a text that has changed since is not signed by mistake.
    pub version: Version,
    pub text_hash: String,
    pub for_child: Option<PersonId>,
    /// The name that the signer typed; may be empty where the text is only shown.
    pub printed_name: String,
    /// Whether they said once more that this is their name, though it is another than the one on record.
    pub name_confirmed: bool,
    /// Whether they ticked that they have read it.
    pub read: bool,
    /// The sentences that they ticked besides.
    pub ticks: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Signed {
    pub agreement: AgreementLine,
    pub receipt: Receipt,
    /// What there is for them to do next.
    pub next: Vec<Task>,
}

verb_error! {
    SignAgreementError {
        #[error("There is no policy here with this address.")]
        NoSuchPolicy => NotFound;
        #[error("The policy changed while you were reading: version {current} holds now. Read what changed, then sign that.")]
        Outdated { current: Version } => Conflict;
        #[error("This policy does not ask for your signature.")]
        NotAsked => Conflict;
        #[error("This child is not linked to you in the school's records. Ask the school office to put that right.")]
        NotYourChild => Forbidden;
        #[error("You have signed this version already.")]
        AlreadySigned => Conflict;
        #[error("Type your full name.")]
        NameMissing => Invalid("printed_name");
        #[error(
            "The name on record for you is {on_record}. If ‘{typed}’ is your name too, send the form once more as it is."
        )]
        AnotherName { typed: String, on_record: String } => Invalid("printed_name");
        #[error("Tick that you have read it.")]
        NotRead => Invalid("read");
        #[error("Tick ‘{sentence}’, or say why you can’t agree.")]
        NotTicked { sentence: String } => Invalid("ticks");
    }
}

impl Desk {
    /// Signs the version that was shown.
    pub async fn sign_agreement(&self, actor: &Actor, input: SignAgreement) -> Result<Signed, SignAgreementError> {
        let (actor, mut change) = self.begin_change(actor, Verb::SignAgreement).await?;
        let (published_policies, people_index, now) =
            (self.published_policies(), self.people_index(&actor), change.at());
        let text = published_policies.current(&input.policy).ok_or(SignAgreementError::NoSuchPolicy)?;
        let binds = bound(&actor, input.for_child, &people_index).ok_or(SignAgreementError::NotYourChild)?.id;
        let before = change.agreements_binding(binds).await?;
        let record = self.draw_up_signature(&actor, &input, text, &before, now)?;
        change.add_agreement(&record).await?;
        self.tell_accepting(&mut change, &actor, &record).await?;
        let event = Event::SignAgreement {
            agreement: record.agreement.id,
            policy: (&input.policy).into(),
            version: text.version(),
            clause: record.clause.as_str().into(),
            text: text.record.text_hash.as_str().into(),
            binds,
        };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[binds]).await?;
        // The next who changes something need not wait for what is only shown.
        drop(kept);
        let agreement = self.agreement_line(&actor, &record, &published_policies);
        let receipt = self.receipt_of(&record, text, &people_index);
        Ok(Signed { agreement, receipt, next: self.signing_tasks(&actor).await? })
    }

    /// The signature as it would be kept, everything in it checked. `before` are those that bind the same person.
    pub(crate) fn draw_up_signature(
        &self,
        actor: &Authorised,
        input: &SignAgreement,
        text: &Text,
        before: &[AgreementRecord],
        now: Timestamp,
    ) -> Result<AgreementRecord, SignAgreementError> {
        if text.version() != input.version || text.record.text_hash != input.text_hash {
            return Err(SignAgreementError::Outdated { current: text.version() });
        }
        let people_index = self.people_index(actor);
        let person = bound(actor, input.for_child, &people_index).ok_or(SignAgreementError::NotYourChild)?;
        let on_behalf = on_behalf(input.for_child);
        let (clause, rule) = signing::may_sign_for(&text.document, &actor.children, on_behalf, person.into())?;
        let printed_name = input.printed_name.trim();
        if signing::lacks_name(rule, printed_name) {
            return Err(SignAgreementError::NameMissing);
        }
        if !printed_name.is_empty() && !input.name_confirmed && !may_be_name_of(printed_name, actor.name()) {
            let (typed, on_record) = (printed_name.to_owned(), actor.name().to_owned());
            return Err(SignAgreementError::AnotherName { typed, on_record });
        }
        if !input.read {
            return Err(SignAgreementError::NotRead);
        }
        if let Some(sentence) = signing::unticked(rule, &input.ticks) {
            return Err(SignAgreementError::NotTicked { sentence: sentence.to_owned() });
        }
        let policy = self.published_policies().in_force(text);
        let signed = (text.version(), actor.person);
        if signing::has_signed(policy, rule, signed, &values(before), now, self.timetable()) {
            return Err(SignAgreementError::AlreadySigned);
        }
        Ok(AgreementRecord {
            clause: clause.id.clone(),
            agreement: Agreement {
                id: self.new_id(now),
                policy: input.policy.clone(),
                version: text.version(),
                text_hash: text.record.text_hash.clone(),
                signer: actor.person,
                on_behalf,
                printed_name: printed_name.to_owned(),
                signed_at: now,
                countersigned: None,
            },
        })
    }

    /// What the actor has still to sign, for themselves and for their children.
    pub(crate) async fn signing_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let (published_policies, people_index) = (self.published_policies(), self.people_index(actor));
        let signing_tasks = SigningTasks {
            published_policies: &published_policies,
            people_index: &people_index,
            timetable: self.timetable(),
            now: self.now(),
        };
        let mut reading = self.stores().read(actor).await?;
        let mut tasks = Vec::new();
        for (person, for_child) in
            std::iter::once((actor.person, None)).chain(actor.children.iter().map(|child| (*child, Some(*child))))
        {
            let Some(record) = people_index.record(person).filter(|_| people_index.here(person).is_some()) else {
                continue;
            };
            let signatures = reading.agreements_binding(person).await?;
            for owed in signing_tasks.of(record, &signatures) {
                let text = published_policies.current(&owed.policy);
                if let Some(text) = text.filter(|_| owed.asks(on_behalf(for_child))) {
                    let child = for_child.map(|child| people_index.line(child));
                    tasks.push(Task::sign(&owed, text.record.id, child, self.time_zone()));
                }
            }
        }
        Ok(tasks)
    }
}

impl From<WhyNotSign> for SignAgreementError {
    fn from(why_not: WhyNotSign) -> SignAgreementError {
        match why_not {
            WhyNotSign::NotYourChild => SignAgreementError::NotYourChild,
            WhyNotSign::NotAsked => SignAgreementError::NotAsked,
        }
    }
}
