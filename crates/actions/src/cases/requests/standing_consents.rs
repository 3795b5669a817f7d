//! Consents that are asked once: what is asked of a family, what it says, and what follows for requests and grants.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::{ConsentAnswer, Person, PersonId, PolicyId, StandingAnswer, StandingSaid, Told, Version};
use jiff::Timestamp;
use policy::Document;
use policy::rules::consents::Needed;
use policy::rules::shown;
use policy::rules::standing_consents::{self, AskedOnce, OnRecord, Stands};
use records::{Event, RequestRecord};

use crate::cases::requests::consent_ends::Coming;
use crate::cases::requests::consents::needed;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::stores::LedgerNote;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::known::people_index::{PeopleIndex, PersonLine};
use crate::known::published_policies::Text;

/// What somebody says of a consent that is asked once, about those for whom they answer.
#[derive(Debug, Clone)]
pub struct SayToConsent {
    pub policy: PolicyId,
    /// The consent's id in its policy.
    pub consent: String,
    pub said: Vec<SayToPurpose>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SayToPurpose {
    pub about: PersonId,
    /// One of the consent's purposes; empty where it has none but its own.
    pub purpose: String,
    pub said: StandingSaid,
}

/// A consent that is asked once, as those who answer it are shown it.
#[derive(Debug, Clone)]
pub struct StandingConsent {
    pub policy: PolicyId,
    pub version: Version,
    pub document: Arc<Document>,
    pub clause: String,
    pub consent: String,
    pub title: String,
    /// What the yes is for.
    pub purpose: String,
    pub about: Vec<ConsentAbout>,
}

/// What stands about one person.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentAbout {
    pub about: PersonLine,
    pub is_own: bool,
    pub asked: Vec<ConsentAsked>,
}

/// What stands about one person, for one purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentAsked {
    /// Empty where the consent has no purposes but its own.
    pub purpose: String,
    pub stands: Stands,
    /// Whether the reader is asked, because nothing stands.
    pub is_asked: bool,
    pub may_say_yes: bool,
    pub may_say_no: bool,
    /// What the reader said last, where they did not take it back.
    pub own: Option<StandingSaid>,
    /// Everything that was said, the last first.
    pub said: Vec<StandingLine>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StandingLine {
    pub at: Timestamp,
    pub by: PersonLine,
    pub said: StandingSaid,
}

verb_error! {
    SayToConsentError {
        #[error("The school does not ask for this consent any more.")]
        NotFound => NotFound;
        #[error("Say yes or no to at least one of them.")]
        NothingSaid => Invalid("said");
    }
}

impl Desk {
    /// The consents that are asked once about the actor and their children, and about which they may say something.
    pub async fn my_consents(&self, actor: &Actor) -> Result<Vec<StandingConsent>, ReadError> {
        let actor = self.authorise(actor, Verb::MyConsents)?;
        self.note_read_of(&actor, |told| matches!(told, Told::ConsentOwed(_))).await?;
        Ok(self.standing_consents_of(&actor))
    }

    fn standing_consents_of(&self, actor: &Authorised) -> Vec<StandingConsent> {
        let (published_policies, people_index) = (self.published_policies(), self.people_index(actor));
        let Some(by) = people_index.here(actor.person) else { return Vec::new() };
        let mut found: Vec<StandingConsent> = Vec::new();
        for about in family(&people_index, by) {
            for text in published_policies.currents() {
                for (clause, consent) in standing_consents::asked_about(&text.document, about) {
                    let purposes = standing_consents::purposes(consent).into_iter();
                    let once = |purpose| AskedOnce { document: &text.document, consent, purpose, about };
                    let asked: Vec<ConsentAsked> =
                        purposes.filter_map(|purpose| self.consent_asked(actor, once(purpose), by)).collect();
                    if asked.is_empty() {
                        continue;
                    }
                    let shown = shown::consent(consent);
                    let of_person =
                        ConsentAbout { about: people_index.line(about.id), is_own: about.id == by.id, asked };
                    let is_same =
                        |known: &&mut StandingConsent| known.policy == text.record.policy && known.consent == shown.id;
                    match found.iter_mut().find(is_same) {
                        Some(known) => known.about.push(of_person),
                        None => found.push(StandingConsent {
                            policy: text.record.policy.clone(),
                            version: text.version(),
                            document: text.document.clone(),
                            clause: clause.id.clone(),
                            consent: shown.id.to_owned(),
                            title: shown.title.to_owned(),
                            purpose: shown.purpose.to_owned(),
                            about: vec![of_person],
                        }),
                    }
                }
            }
        }
        found
    }

    /// What stands, for somebody who may say something about it; `None` for anybody else.
    fn consent_asked(&self, actor: &Authorised, once: AskedOnce<'_>, by: &Person) -> Option<ConsentAsked> {
        let may = standing_consents::may_say(once, by);
        if !may.yes && !may.no {
            return None;
        }
        let (known, people_index) = (self.known(actor), self.people_index(actor));
        let answers = known.standing_answers.about(once.about.id);
        let id = shown::consent(once.consent).id;
        let is_of_it = |answer: &&StandingAnswer| {
            answer.policy == once.document.id && answer.consent == id && answer.purpose == once.purpose
        };
        let said: Vec<&StandingAnswer> = answers.iter().filter(is_of_it).rev().collect();
        let own = said.iter().find(|answer| answer.by == by.id).map(|answer| answer.said);
        let (stands, is_asked) = self.on_record(&people_index, answers, |record| {
            (standing_consents::stands(once, record), standing_consents::is_asked(once, record, by))
        });
        let line = |answer: &&StandingAnswer| StandingLine {
            at: answer.at,
            by: people_index.line(answer.by),
            said: answer.said,
        };
        Some(ConsentAsked {
            purpose: once.purpose.to_owned(),
            stands,
            is_asked,
            may_say_yes: may.yes,
            may_say_no: may.no,
            own: own.filter(|said| *said != StandingSaid::TakenBack),
            said: said.iter().map(line).collect(),
        })
    }

    /// Says yes or no to a consent that is asked once, or takes back what was said. Requests and grants go by it at once.
    pub async fn say_to_consent(&self, actor: &Actor, input: SayToConsent) -> Result<(), SayToConsentError> {
        let (by, mut change) = self.begin_change(actor, Verb::SayToConsent).await?;
        let asked = self.standing_consents_of(&by);
        let is_it = |known: &StandingConsent| known.policy == input.policy && known.consent == input.consent;
        let asked = asked.into_iter().find(is_it).ok_or(SayToConsentError::NotFound)?;
        let mut answers: Vec<StandingAnswer> = Vec::new();
        for said in &input.said {
            let about = asked.about.iter().find(|known| known.about.id == said.about);
            let purpose = about.and_then(|known| known.asked.iter().find(|asked| asked.purpose == said.purpose));
            let purpose = purpose.ok_or(SayToConsentError::NotFound)?;
            let may = if said.said == StandingSaid::Yes { purpose.may_say_yes } else { purpose.may_say_no };
            if !may {
                return Err(Forbidden::because("only those whom the clause names can give this consent").into());
            }
            // What stands already is not said again; a yes is, for it may end later than the one before.
            if purpose.own.is_none() && said.said == StandingSaid::TakenBack
                || purpose.own == Some(said.said) && said.said == StandingSaid::No
            {
                continue;
            }
            answers.push(StandingAnswer {
                policy: input.policy.clone(),
                version: asked.version,
                consent: input.consent.clone(),
                purpose: said.purpose.clone(),
                about: said.about,
                by: by.person,
                at: change.at(),
                said: said.said,
            });
        }
        if input.said.is_empty() {
            return Err(SayToConsentError::NothingSaid);
        }
        let mut notes: Vec<LedgerNote> = Vec::new();
        let about: BTreeSet<PersonId> = answers.iter().map(|answer| answer.about).collect();
        if !about.is_empty() {
            let (policy, consent) = ((&input.policy).into(), input.consent.as_str().into());
            let about = about.into_iter().collect();
            notes.push(LedgerNote::new(&by, Event::SayToConsent { policy, version: asked.version, consent, about }));
        }
        if notes.is_empty() {
            return Ok(());
        }
        if let Some(text) = self.published_policies().current(&input.policy) {
            change.forget_notice_to(by.person, Told::ConsentOwed(text.record.id)).await?;
        }
        for answer in &answers {
            change.add_standing_answer(answer).await?;
        }
        let without = self.end_without_consent_said(&mut change, &by, &answers).await?;
        notes.extend(without.notes);
        let about: Vec<PersonId> =
            answers.iter().map(|answer| answer.about).collect::<BTreeSet<_>>().into_iter().collect();
        let kept = change.commit_all(notes.remove(0), notes).await?;
        self.refresh_standing_answers(&kept.turn, &about).await?;
        self.refresh_grants(&kept.turn, &without.changed).await?;
        Ok(())
    }

    /// What was said to the consents that a request needs: of this request, and what stands of those that are asked once.
    pub(crate) fn said_to(
        &self,
        by: &Authorised,
        text: &Text,
        needed: &[Needed<'_>],
        record: &RequestRecord,
    ) -> Vec<ConsentAnswer> {
        self.said_with(by, text, needed, record, Coming::nothing(&self.people_index(by)))
    }

    /// As [`Desk::said_to`], with what is coming.
    pub(crate) fn said_with(
        &self,
        by: &Authorised,
        text: &Text,
        needed: &[Needed<'_>],
        record: &RequestRecord,
        coming: Coming<'_>,
    ) -> Vec<ConsentAnswer> {
        self.on_record_of(by, needed, coming, |on_record| {
            standing_consents::said_of_request(&text.document, needed, &record.consents, on_record)
        })
    }

    /// When the first of the consents ends on which a yes to a request rests.
    pub(crate) fn first_consent_end(&self, by: &Authorised, record: &RequestRecord) -> Option<Timestamp> {
        self.of_named(&record.request, None, |text, permission| {
            let people_index = self.people_index(by);
            let needed = needed(&people_index, text, permission, record);
            self.first_end_with(by, text, &needed, record, Coming::nothing(&people_index))
        })
    }

    /// When the first of these consents ends, with what is coming.
    pub(crate) fn first_end_with(
        &self,
        by: &Authorised,
        text: &Text,
        needed: &[Needed<'_>],
        record: &RequestRecord,
        coming: Coming<'_>,
    ) -> Option<Timestamp> {
        self.on_record_of(by, needed, coming, |on_record| {
            standing_consents::first_end(&text.document, needed, &record.consents, on_record)
        })
    }

    fn on_record_of<T>(
        &self,
        by: &Authorised,
        needed: &[Needed<'_>],
        coming: Coming<'_>,
        what: impl FnOnce(OnRecord<'_, '_>) -> T,
    ) -> T {
        let known = self.known(by);
        let about: BTreeSet<PersonId> = needed.iter().map(|needed| needed.about).collect();
        let kept = about.iter().flat_map(|about| known.standing_answers.about(*about));
        let said: Vec<StandingAnswer> = kept.chain(coming.said).cloned().collect();
        self.on_record(coming.people_index, &said, what)
    }

    /// The consents that the actor is asked for, because nothing stands: one task for each, whomever it is about.
    pub(crate) fn standing_consent_tasks(&self, actor: &Authorised) -> Vec<Task> {
        let published_policies = self.published_policies();
        let task = |consent: StandingConsent| {
            let is_asked = |known: &&ConsentAbout| known.asked.iter().any(|asked| asked.is_asked);
            let about: Vec<&ConsentAbout> = consent.about.iter().filter(is_asked).collect();
            let text = published_policies.current(&consent.policy)?;
            let name = |known: &&ConsentAbout| {
                if known.is_own { "you".to_owned() } else { known.about.name.clone() }
            };
            let names: Vec<String> = about.iter().map(name).collect();
            (!names.is_empty()).then(|| Task {
                kind: TaskKind::GiveConsent {
                    policy: consent.policy.clone(),
                    version: text.record.id,
                    consent: consent.consent.clone(),
                },
                title: format!("Say yes or no: {}", consent.title),
                detail: format!("About {}. No answer counts as no.", names.join(", ")),
                date: TaskDate::Since(text.published_at()),
                urgent: false,
            })
        };
        self.standing_consents_of(actor).into_iter().filter_map(task).collect()
    }
}

/// Somebody and their children who are here, the children by name.
fn family<'a>(people_index: &'a PeopleIndex, by: &'a Person) -> Vec<&'a Person> {
    let children = by.children.iter().filter_map(|child| people_index.here(*child));
    let by_name: BTreeMap<(&str, PersonId), &Person> =
        children.map(|child| ((child.name.as_str(), child.id), child)).collect();
    std::iter::once(by).chain(by_name.into_values()).collect()
}
