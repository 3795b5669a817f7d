//! Taking somebody's access away by a clause that allows it, and giving it back.

use domain::{Person, PersonId, PolicyId, Sanction, SanctionId};
use jiff::Timestamp;
use policy::rules::sanctions::{self, WhyNotDecideAccess};
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::texts::TooLong;
use crate::desk::wording::role_words;
use crate::known::people_index::PersonLine;

#[derive(Debug, Clone)]
pub struct WithdrawAccess {
    pub person: PersonId,
    pub policy: PolicyId,
    /// The clause that it rests on.
    pub clause: String,
    pub reason: String,
    /// `None`: until somebody gives it back.
    pub until: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct RestoreAccess {
    pub sanction: SanctionId,
    pub reason: String,
}

/// A clause by which access may be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanctionClause {
    pub policy: PolicyId,
    pub policy_title: String,
    pub clause: String,
    pub number: String,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanctionLine {
    pub id: SanctionId,
    pub person: PersonLine,
    pub policy: PolicyId,
    pub policy_title: String,
    pub clause: String,
    /// For the person, whoever imposed it and those who may give access back; nobody else is told why.
    pub reason: Option<String>,
    pub imposed_by: PersonLine,
    pub from: Timestamp,
    pub until: Option<Timestamp>,
    pub lifted_at: Option<Timestamp>,
    pub may_restore: bool,
}

verb_error! {
    SanctionError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
        #[error("This clause does not let access be withdrawn from them.")]
        NoSuchClause => Invalid("clause");
        #[error("Say why, in a sentence: they can read it.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("That end has passed. Choose a later one, or leave it open.")]
        EndPassed => Invalid("until");
        #[error("Their access has been withdrawn already.")]
        Already => Conflict;
        #[error("Their access has been given back already.")]
        Lifted => Conflict;
    }
}

impl Desk {
    /// Withdraws somebody's access. The gate obeys before this returns.
    pub async fn withdraw_access(&self, actor: &Actor, input: WithdrawAccess) -> Result<SanctionLine, SanctionError> {
        let (actor, mut change) = self.begin_change(actor, Verb::WithdrawAccess).await?;
        let (published_policies, people_index, now) =
            (self.published_policies(), self.people_index(&actor), change.at());
        let person = people_index.here(input.person).ok_or(SanctionError::NotFound)?;
        let document = published_policies.current(&input.policy).map(|text| &*text.document);
        let (decider, subject) = ((actor.person, actor.somebody()), (person.id, person.into()));
        sanctions::may_decide(document, &input.clause, decider, subject)
            .map_err(|why_not| self.why_not_withdraw(why_not))?;
        let reason = self.text(&input.reason).map_err(|too_long| SanctionError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(SanctionError::ReasonMissing);
        }
        if input.until.is_some_and(|until| until <= now) {
            return Err(SanctionError::EndPassed);
        }
        let sanction = Sanction {
            id: self.new_id(now),
            person: input.person,
            policy: input.policy,
            clause: input.clause,
            reason,
            imposed_by: actor.person,
            from: now,
            until: input.until,
            lifted_at: None,
            lifted_by: None,
            lift_reason: None,
        };
        if change.sanctions_of(input.person).await?.iter().any(|known| known.is_in_force(now)) {
            return Err(SanctionError::Already);
        }
        change.add_sanction(&sanction).await?;
        let event = Event::WithdrawAccess {
            sanction: sanction.id,
            person: input.person,
            policy: (&sanction.policy).into(),
            clause: sanction.clause.as_str().into(),
            until: sanction.until,
        };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[input.person]).await?;
        Ok(self.sanction_line(&actor, sanction))
    }

    /// Gives access back before its time.
    pub async fn restore_access(&self, actor: &Actor, input: RestoreAccess) -> Result<SanctionLine, SanctionError> {
        let (actor, mut change) = self.begin_change(actor, Verb::RestoreAccess).await?;
        let sanction = change.sanction(input.sanction).await?.ok_or(SanctionError::NotFound)?;
        if let Some(why_not) = self.why_not_restore(&actor, &sanction) {
            return Err(self.why_not_withdraw(why_not));
        }
        let reason = self.text(&input.reason).map_err(|too_long| SanctionError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(SanctionError::ReasonMissing);
        }
        if !change.lift_sanction(sanction.id, actor.person, &reason).await? {
            return Err(SanctionError::Lifted);
        }
        let after = change.sanction(sanction.id).await?.unwrap_or(sanction);
        let kept = change.commit(&actor, Event::RestoreAccess { sanction: after.id, person: after.person }).await?;
        self.refresh_people(&kept.turn, &[after.person]).await?;
        Ok(self.sanction_line(&actor, after))
    }

    fn why_not_withdraw(&self, why_not: WhyNotDecideAccess) -> SanctionError {
        match why_not {
            WhyNotDecideAccess::NoSuchClause => SanctionError::NoSuchClause,
            WhyNotDecideAccess::OwnAccess => Forbidden::because("nobody decides about their own access").into(),
            WhyNotDecideAccess::For(roles) => {
                Forbidden::because(format!("it is for {}", role_words(&self.roles(), &roles))).into()
            }
        }
    }

    fn why_not_restore(&self, actor: &Actor, sanction: &Sanction) -> Option<WhyNotDecideAccess> {
        let published_policies = self.published_policies();
        let policies = published_policies.currents().map(|text| &*text.document);
        let restorers = sanctions::restorers(policies, &sanction.policy, &sanction.clause);
        sanctions::why_not_restore(&restorers, (actor.person, actor.somebody()), sanction.person)
    }

    /// The clauses by which the actor may withdraw this person's access.
    pub(crate) fn sanction_clauses(&self, actor: &Actor, person: &Person) -> Vec<SanctionClause> {
        let published_policies = self.published_policies();
        let mut clauses = Vec::new();
        for text in published_policies.currents() {
            for (clause, rule) in sanctions::withdrawing(&text.document, person.into()) {
                if sanctions::decides(rule, actor.somebody()) {
                    clauses.push(SanctionClause {
                        policy: text.record.policy.clone(),
                        policy_title: text.document.title.clone(),
                        clause: clause.id.clone(),
                        number: clause.number.clone(),
                        title: clause.title.clone(),
                    });
                }
            }
        }
        clauses
    }

    pub(crate) fn sanction_line(&self, actor: &Authorised, sanction: Sanction) -> SanctionLine {
        let people_index = self.people_index(actor);
        let in_force = sanction.is_in_force(self.now());
        let decides = self.why_not_restore(actor, &sanction).is_none();
        let is_told_why = decides || [sanction.person, sanction.imposed_by].contains(&actor.person);
        SanctionLine {
            may_restore: in_force && decides,
            id: sanction.id,
            person: people_index.line(sanction.person),
            policy_title: self.published_policies().title(&sanction.policy),
            policy: sanction.policy,
            clause: sanction.clause,
            reason: is_told_why.then_some(sanction.reason),
            imposed_by: people_index.line(sanction.imposed_by),
            from: sanction.from,
            until: sanction.until,
            lifted_at: sanction.lifted_at,
        }
    }
}
