//! What waits for a parent's signature, as the child is told it, and asking the parent again.

use domain::{ParentsAsked, PolicyId};
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::known::signing_tasks::SigningTask;

verb_error! {
    AskParentAgainError {
        #[error("There is no policy here with this address.")]
        NoSuchPolicy => NotFound;
        #[error("No signature of a parent alone is missing for this policy.")]
        NothingMissing => Conflict;
        #[error("The school has no parent on record for you. Tell the school office.")]
        NoParent => Conflict;
        #[error("They have been asked today already. You can ask again tomorrow.")]
        AskedToday => Conflict;
    }
}

/// A policy for which a parent's signature alone is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitsForParent {
    pub policy: PolicyId,
    pub title: String,
    /// What the child is told, here and at the gate.
    pub sentence: String,
    pub may_ask_again: bool,
}

impl Desk {
    /// Asks the actor's parents again to sign. Their Home page says that the child asked, and when; no mail is sent.
    pub async fn ask_parent_again(&self, actor: &Actor, policy: &PolicyId) -> Result<(), AskParentAgainError> {
        let (actor, mut change) = self.begin_change(actor, Verb::AskParentAgain).await?;
        if self.published_policies().current(policy).is_none() {
            return Err(AskParentAgainError::NoSuchPolicy);
        }
        let (_, owed) = self.agreements_about(&actor, actor.person).await?;
        let owed = owed.into_iter().find(|owed| owed.policy == *policy);
        let asked = owed.and_then(|owed| owed.parents_asked).ok_or(AskParentAgainError::NothingMissing)?;
        if !asked.on_record {
            return Err(AskParentAgainError::NoParent);
        }
        let mut record = change.person(actor.person).await?.ok_or(AskParentAgainError::NothingMissing)?;
        let last = record.parents_asked.insert(policy.clone(), change.at()).map_or(asked.at, |last| last.max(asked.at));
        if !self.may_ask_again(ParentsAsked { at: last, ..asked }) {
            return Err(AskParentAgainError::AskedToday);
        }
        change.save_person(&record).await?;
        let kept = change.commit(&actor, Event::AskParentAgain { policy: policy.into() }).await?;
        Ok(self.refresh_people(&kept.turn, &[actor.person]).await?)
    }

    /// The policies for which a parent's signature alone is missing, as the child is told.
    pub(crate) fn waits_for_parent(&self, owed: &[SigningTask]) -> Vec<WaitsForParent> {
        let waits = owed.iter().filter_map(|owed| Some((owed, owed.parents_asked?)));
        let line = |(owed, asked): (&SigningTask, ParentsAsked)| WaitsForParent {
            policy: owed.policy.clone(),
            title: owed.title.clone(),
            sentence: asked.sentence(self.time_zone()),
            may_ask_again: asked.on_record && self.may_ask_again(asked),
        };
        waits.map(line).collect()
    }

    /// Once a day: on the day on which they were asked, nobody asks again.
    fn may_ask_again(&self, asked: ParentsAsked) -> bool {
        asked.at.to_zoned(self.time_zone().clone()).date() < self.today()
    }
}
