//! Saying that one can't agree, and why: it goes to the policy's owner, who answers.

use domain::{DeclineId, PersonId, PolicyId, Role, Told, Version};
use jiff::Timestamp;
use policy::rules::signing::{self, WhyNotSign};
use records::DeclineRecord as Record;
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{ReadError, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::task::TaskKind;
use crate::desk::texts::TooLong;
use crate::known::people_index::PersonLine;
use crate::signing::to_sign::{bound, on_behalf};

#[derive(Debug, Clone)]
pub struct Decline {
    pub policy: PolicyId,
    pub version: Version,
    pub for_child: Option<PersonId>,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct Declined {
    /// Who reads the reason and answers.
    pub owner: Role,
}

/// A reason that somebody gave for not agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineLine {
    pub id: DeclineId,
    pub policy: PolicyId,
    pub title: String,
    pub version: Version,
    pub person: PersonLine,
    pub binds: PersonLine,
    pub reason: String,
    pub at: Timestamp,
    pub answer: Option<String>,
    pub answered_by: Option<PersonLine>,
    pub answered_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct AnswerDecline {
    pub decline: DeclineId,
    pub answer: String,
}

verb_error! {
    DeclineError {
        #[error("There is no policy here with this address.")]
        NoSuchPolicy => NotFound;
        #[error("The policy changed while you were reading: version {current} holds now. Read what changed first.")]
        Outdated { current: Version } => Conflict;
        #[error("This policy does not ask for your signature.")]
        NotAsked => Conflict;
        #[error("This child is not linked to you in the school's records. Ask the school office to put that right.")]
        NotYourChild => Forbidden;
        #[error("Say why you can't agree, in a sentence or two. It goes to the policy's owner.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
    }
}

verb_error! {
    AnswerDeclineError {
        #[error("There is nothing here with this address.")]
        NotFound => NotFound;
        #[error("This has been answered already.")]
        Answered => Conflict;
        #[error("Write an answer.")]
        AnswerMissing => Invalid("answer");
        #[error("{too_long}")]
        LongAnswer { too_long: TooLong } => Invalid("answer");
    }
}

impl Desk {
    /// Notes that the actor can't agree. Nothing is withheld by it that the missing signature does not withhold.
    pub async fn decline(&self, actor: &Actor, input: Decline) -> Result<Declined, DeclineError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Decline).await?;
        let (published_policies, people_index, now) =
            (self.published_policies(), self.people_index(&actor), change.at());
        let text = published_policies.current(&input.policy).ok_or(DeclineError::NoSuchPolicy)?;
        if text.version() != input.version {
            return Err(DeclineError::Outdated { current: text.version() });
        }
        let person = bound(&actor, input.for_child, &people_index).ok_or(DeclineError::NotYourChild)?;
        signing::may_sign_for(&text.document, &actor.children, on_behalf(input.for_child), person.into())?;
        let reason = self.text(&input.reason).map_err(|too_long| DeclineError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(DeclineError::ReasonMissing);
        }
        let record = Record {
            id: self.new_id(now),
            policy: input.policy.clone(),
            version: input.version,
            person: actor.person,
            binds: person.id,
            reason,
            at: now,
            answer: None,
            answered_by: None,
            answered_at: None,
        };
        change.add_decline(&record).await?;
        let owners = people_index.holders_here(text.document.owner).map(|person| person.id);
        let owners: Vec<PersonId> = owners.filter(|person| *person != actor.person).collect();
        self.tell(&mut change, &owners, TaskKind::ReadDecline { decline: record.id }.told(), Urgency::Ordinary).await?;
        let policy = (&input.policy).into();
        let event = Event::Decline { decline: record.id, policy, version: input.version, binds: person.id };
        change.commit(&actor, event).await?;
        Ok(Declined { owner: text.document.owner })
    }

    /// Declines that the actor gave, and those of the policies that they own; newest first.
    pub async fn declines(&self, actor: &Actor, query: ListQuery) -> Result<Paged<DeclineLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Decline)?;
        let published_policies = self.published_policies();
        let currents = published_policies.currents().map(|text| &text.record.policy);
        let owned: Vec<&PolicyId> = currents.filter(|policy| self.owns(&actor, policy)).collect();
        let (skip, take) = query.part();
        let mut reading = self.stores().read(&actor).await?;
        let (records, total) = reading.declines_by_or_of(actor.person, &owned, skip, take).await?;
        drop(reading);
        self.note_read_of(&actor, |told| matches!(told, Told::DeclineCame(_))).await?;
        let lines = records.into_iter().map(|record| self.decline_line(&actor, record)).collect();
        let is_found =
            |line: &DeclineLine| query.matches([line.title.as_str(), line.person.name.as_str(), line.reason.as_str()]);
        Ok(Paged::of_part(lines, total, &query, is_found))
    }

    /// One decline, for whoever gave it and for the owner of its policy. To anybody else it is not there.
    pub async fn read_decline(&self, actor: &Actor, id: DeclineId) -> Result<DeclineLine, ReadError> {
        let actor = self.authorise(actor, Verb::Decline)?;
        let record = found(self.stores().read(&actor).await?.decline(id).await?, "decline")?;
        if record.person != actor.person && !self.owns(&actor, &record.policy) {
            return Err(ReadError::NotFound { what: "decline" });
        }
        Ok(self.decline_line(&actor, record))
    }

    /// The owner's answer to somebody who can't agree.
    pub async fn answer_decline(&self, actor: &Actor, input: AnswerDecline) -> Result<DeclineLine, AnswerDeclineError> {
        let (actor, mut change) = self.begin_change(actor, Verb::AnswerDecline).await?;
        let answer = self.text(&input.answer).map_err(|too_long| AnswerDeclineError::LongAnswer { too_long })?;
        let record = change.decline(input.decline).await?.ok_or(AnswerDeclineError::NotFound)?;
        if !self.owns(&actor, &record.policy) {
            return Err(crate::desk::error::Forbidden::because("it is for the owner of the policy").into());
        }
        if answer.is_empty() {
            return Err(AnswerDeclineError::AnswerMissing);
        }
        if !change.answer_decline(record.id, actor.person, &answer).await? {
            return Err(AnswerDeclineError::Answered);
        }
        change.take_back_notices(TaskKind::ReadDecline { decline: record.id }.told()).await?;
        let after = change.decline(record.id).await?.unwrap_or(record);
        change.commit(&actor, Event::AnswerDecline { decline: after.id }).await?;
        Ok(self.decline_line(&actor, after))
    }

    pub(crate) fn owns(&self, actor: &Actor, policy: &PolicyId) -> bool {
        self.published_policies().current(policy).is_some_and(|text| actor.holds(text.document.owner))
    }

    pub(crate) fn decline_line(&self, by: &Authorised, record: Record) -> DeclineLine {
        let people_index = self.people_index(by);
        DeclineLine {
            id: record.id,
            title: self.published_policies().title(&record.policy),
            policy: record.policy,
            version: record.version,
            person: people_index.line(record.person),
            binds: people_index.line(record.binds),
            reason: record.reason,
            at: record.at,
            answer: record.answer,
            answered_by: record.answered_by.map(|person| people_index.line(person)),
            answered_at: record.answered_at,
        }
    }
}

impl From<WhyNotSign> for DeclineError {
    fn from(why_not: WhyNotSign) -> DeclineError {
        match why_not {
            WhyNotSign::NotYourChild => DeclineError::NotYourChild,
            WhyNotSign::NotAsked => DeclineError::NotAsked,
        }
    }
}
