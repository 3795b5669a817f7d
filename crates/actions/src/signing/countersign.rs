//! Accepting a signature for the school.

use std::collections::HashMap;

use domain::{AgreementId, Countersignature};
use policy::rules::signing::{self, Given, WhyNotAccept};
use records::{AgreementRecord, Event};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::wording::role_words;
use crate::known::signing_tasks::rule_of;
use crate::signing::agreements::AgreementLine;

#[derive(Debug, Clone)]
pub struct Countersign {
    pub agreement: AgreementId,
    pub printed_name: String,
}

verb_error! {
    CountersignError {
        #[error("There is no agreement here with this address.")]
        NotFound => NotFound;
        #[error("This agreement needs no countersignature.")]
        NotAsked => Conflict;
        #[error("This agreement has been countersigned already.")]
        Already => Conflict;
        #[error("Type your full name.")]
        NameMissing => Invalid("printed_name");
    }
}

impl Desk {
    /// Accepts a signature for the school.
    pub async fn countersign(&self, actor: &Actor, input: Countersign) -> Result<AgreementLine, CountersignError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Countersign).await?;
        let (published_policies, people_index, now) =
            (self.published_policies(), self.people_index(&actor), change.at());
        let record = change.agreement(input.agreement).await?.ok_or(CountersignError::NotFound)?;
        let rule = rule_of(&published_policies, &people_index, &record);
        let why_not = signing::why_not_accept(rule, actor.person, actor.somebody(), &record.agreement);
        if let Some(why_not) = why_not {
            return Err(self.why_not_countersign(why_not));
        }
        let printed_name = input.printed_name.trim();
        if printed_name.is_empty() {
            return Err(CountersignError::NameMissing);
        }
        let countersignature = Countersignature { by: actor.person, printed_name: printed_name.to_owned(), at: now };
        if !change.add_countersignature(record.agreement.id, &countersignature).await? {
            return Err(CountersignError::Already);
        }
        let record = change.agreement(input.agreement).await?.ok_or(CountersignError::NotFound)?;
        let agreement = &record.agreement;
        let policy = (&agreement.policy).into();
        let event = Event::Countersign { agreement: agreement.id, policy, version: agreement.version };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[agreement.binds()]).await?;
        Ok(self.agreement_line(&record, &published_policies, &people_index))
    }

    /// Signatures that wait for the school's acceptance and that this actor may accept; oldest first.
    pub async fn to_countersign(&self, actor: &Actor, query: ListQuery) -> Result<Paged<AgreementLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Countersign)?;
        let lines = self
            .countersigning(&actor)
            .into_iter()
            .filter(|line| query.matches([line.title.as_str(), line.signer.name.as_str(), line.binds.name.as_str()]))
            .collect();
        Ok(Paged::of(lines, &query))
    }

    pub(crate) fn countersigning(&self, actor: &Authorised) -> Vec<AgreementLine> {
        // Whoever accepts nothing by any clause does not pay for all that waits.
        if !self.may(actor, Verb::Countersign) {
            return Vec::new();
        }
        let known = self.known(actor);
        let (published_policies, people_index) = (&known.published_policies, &known.people_index);
        let open: HashMap<AgreementId, &AgreementRecord> =
            known.open_signing.to_accept().map(|record| (record.agreement.id, record)).collect();
        let given = open.values().map(|record| Given {
            policy: published_policies.current(&record.agreement.policy).map(|text| published_policies.in_force(text)),
            agreement: rule_of(published_policies, people_index, record),
            signature: &record.agreement,
        });
        let theirs = signing::to_accept(given, actor.person, actor.somebody(), self.now(), self.timetable());
        let records = theirs.into_iter().filter_map(|signature| open.get(&signature.id));
        records.map(|record| self.agreement_line(record, published_policies, people_index)).collect()
    }

    fn why_not_countersign(&self, why_not: WhyNotAccept) -> CountersignError {
        match why_not {
            WhyNotAccept::NotAsked => CountersignError::NotAsked,
            WhyNotAccept::Accepted => CountersignError::Already,
            WhyNotAccept::For(roles) => {
                Forbidden::because(format!("it is for {}", role_words(&self.roles(), &roles))).into()
            }
            WhyNotAccept::OwnSignature => {
                Forbidden::because("somebody else must accept a signature of your own").into()
            }
        }
    }
}
