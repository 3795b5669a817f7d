//! Accepting a signature for the school.

use std::sync::Arc;

use domain::{AgreementId, Countersignature, Person, Told};
use policy::rules::signing::{self, WhyNotAccept};
use records::{AgreementRecord, Event};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::stores::DeskChange;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::wording::role_words;
use crate::known::open_signing::OpenSigning;
use crate::known::signing_tasks::{SigningTasks, rule_of};
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
        self.untell_accepting(&mut change, &actor, &record).await?;
        let record = change.agreement(input.agreement).await?.ok_or(CountersignError::NotFound)?;
        let agreement = &record.agreement;
        let policy = (&agreement.policy).into();
        let event = Event::Countersign { agreement: agreement.id, policy, version: agreement.version };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[agreement.binds()]).await?;
        Ok(self.agreement_line(&actor, &record, &published_policies))
    }

    /// Signatures that wait for the school's acceptance and that this actor may accept; oldest first.
    pub async fn to_countersign(&self, actor: &Actor, query: ListQuery) -> Result<Paged<AgreementLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Countersign)?;
        let known = self.known(&actor);
        self.note_read_of(&actor, |told| matches!(told, Told::SignatureCame(_))).await?;
        let line = |record: Arc<AgreementRecord>| self.agreement_line(&actor, &record, &known.published_policies);
        if query.searches() {
            let reads = |line: &AgreementLine| {
                query.matches([line.title.as_str(), line.signer.name.as_str(), line.binds.name.as_str()])
            };
            let all = oldest_to_accept(&known.open_signing, &actor, usize::MAX);
            return Ok(Paged::of(all.into_iter().map(line).filter(reads).collect(), &query));
        }
        let (id, somebody) = (actor.person, actor.somebody());
        let of_each = known.open_signing.acceptances(somebody);
        let total: usize = of_each.map(|acceptance| known.open_signing.count_to_accept(acceptance, id, somebody)).sum();
        let places = query.places();
        let oldest = oldest_to_accept(&known.open_signing, &actor, places.end);
        Ok(Paged::given(oldest.into_iter().skip(places.start).map(line).collect(), total as u64, &query))
    }

    /// Tells those who may accept a signature for the school that there is one, where its clause asks for that. Those who
    /// have not read yet that there are signatures of this policy to accept are not told again.
    pub(crate) async fn tell_accepting(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        record: &AgreementRecord,
    ) -> Result<(), records::Error> {
        let known = self.known(by);
        let Some(text) = known.published_policies.current(&record.agreement.policy) else { return Ok(()) };
        let tasks = SigningTasks {
            published_policies: &known.published_policies,
            people_index: &known.people_index,
            timetable: self.timetable(),
            now: change.at(),
        };
        let told = TaskKind::CountersignSeveral { version: text.record.id }.told();
        let before = change.unread_by(told).await?;
        let mut accepting = Vec::new();
        for to_accept in tasks.to_accept(std::slice::from_ref(record)) {
            let holders = to_accept.awaited.iter().flat_map(|role| known.people_index.holders_here(*role));
            let accepts = |person: &&Person| {
                signing::is_to_accept(&to_accept.awaited, person.id, (*person).into(), &record.agreement)
            };
            accepting.extend(holders.filter(accepts).map(|person| person.id));
        }
        accepting.retain(|person| !before.contains(person));
        self.tell(change, &accepting, told, Urgency::Ordinary).await
    }

    /// Tells nobody any more that there are signatures of a policy to accept, where this was the last.
    async fn untell_accepting(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        accepted: &AgreementRecord,
    ) -> Result<(), records::Error> {
        let (known, policy) = (self.known(by), &accepted.agreement.policy);
        let Some(text) = known.published_policies.current(policy) else { return Ok(()) };
        if known.open_signing.is_last_to_accept(policy, accepted.agreement.id) {
            change.take_back_notices(TaskKind::CountersignSeveral { version: text.record.id }.told()).await?;
        }
        Ok(())
    }

    /// A task for each policy of which the actor has signatures to accept.
    pub(crate) fn accepting_tasks(&self, actor: &Authorised) -> Vec<Task> {
        let known = self.known(actor);
        let (id, somebody, open) = (actor.person, actor.somebody(), &known.open_signing);
        let tasks = open.acceptances(somebody).filter_map(|acceptance| {
            let version = known.published_policies.current(&acceptance.policy)?.record.id;
            let oldest = open.to_accept(acceptance, id, somebody).next()?;
            let line = self.agreement_line(actor, oldest, &known.published_policies);
            let (kind, title) = match open.count_to_accept(acceptance, id, somebody) {
                1 => (
                    TaskKind::Countersign { agreement: line.id, version },
                    format!("Accept the signature of {}", line.signer.name),
                ),
                count => (TaskKind::CountersignSeveral { version }, format!("Accept {count} signatures")),
            };
            let detail = format!("'{}'", line.title);
            Some(Task { kind, title, detail, date: TaskDate::Since(line.signed_at), urgent: false })
        });
        tasks.collect()
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

/// The oldest signatures that the actor is to accept, at most so many.
fn oldest_to_accept(open: &OpenSigning, actor: &Authorised, most: usize) -> Vec<Arc<AgreementRecord>> {
    let (id, somebody) = (actor.person, actor.somebody());
    let of_each = open.acceptances(somebody).flat_map(|acceptance| open.to_accept(acceptance, id, somebody).take(most));
    let mut oldest: Vec<Arc<AgreementRecord>> = of_each.cloned().collect();
    oldest.sort_by_key(|record| (record.agreement.signed_at, record.agreement.id));
    oldest.truncate(most);
    oldest
}
