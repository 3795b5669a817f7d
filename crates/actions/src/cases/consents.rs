//! Saying yes or no to what a request needs somebody's consent for.

use domain::{ConsentAnswer, PersonId, Request, RequestId, RequestState, Said};
use policy::kinds::Permission;
use policy::rules::consents::{self, ConsentState, Needed};
use policy::rules::shown;
use records::{Event, RequestRecord};

use crate::cases::request_lines::RequestLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::texts::TooLong;
use crate::known::people_index::PersonLine;
use crate::known::published_policies::Text;
use crate::known::waiting::Matter;

#[derive(Debug, Clone)]
pub struct AnswerConsent {
    pub request: RequestId,
    /// The consent's id in the request's policy.
    pub consent: String,
    /// The person whom it is about.
    pub about: PersonId,
    pub said: Said,
}

/// A consent that a request needs, as pages show it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentLine {
    pub consent: String,
    pub title: String,
    /// What the yes is for.
    pub purpose: String,
    pub about: PersonLine,
    pub state: ConsentState,
    /// `given by Pat Fernhaven`; for those who have nothing to do with it, the state alone.
    pub state_words: String,
    pub may_say_yes: bool,
    pub may_say_no: bool,
    pub may_waive: bool,
}

verb_error! {
    AnswerConsentError {
        #[error("There is no request here with this address.")]
        NotFound => NotFound;
        #[error("This request has been decided already.")]
        Decided => Conflict;
        #[error("The request does not need this consent any more.")]
        NotNeeded => Conflict;
        #[error("Say why no consent is needed, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
    }
}

impl Desk {
    /// Says yes or no to a consent, or that it is not needed. What the same person said of it before is replaced.
    pub async fn answer_consent(&self, actor: &Actor, input: AnswerConsent) -> Result<RequestLine, AnswerConsentError> {
        let (by, mut change) = self.begin_change(actor, Verb::AnswerConsent).await?;
        let record = change.request(input.request).await?.ok_or(AnswerConsentError::NotFound)?;
        if record.request.state != RequestState::Waiting {
            return Err(AnswerConsentError::Decided);
        }
        let lines = self.consent_lines(&by, &record);
        let line = lines.into_iter().find(|line| line.consent == input.consent && line.about.id == input.about);
        let line = line.ok_or(AnswerConsentError::NotNeeded)?;
        let (may, who) = match &input.said {
            Said::Yes => (line.may_say_yes, "only those whom the clause names can give this consent"),
            Said::No => (line.may_say_no, "only those whom the clause names can refuse this consent"),
            Said::NotNeeded { .. } => (line.may_waive, "only those whom the clause names can say that none is needed"),
        };
        if !may {
            return Err(Forbidden::because(who).into());
        }
        let said = match input.said {
            Said::NotNeeded { reason } => {
                let reason = self.text(&reason).map_err(|too_long| AnswerConsentError::LongReason { too_long })?;
                if reason.is_empty() {
                    return Err(AnswerConsentError::ReasonMissing);
                }
                Said::NotNeeded { reason }
            }
            said => said,
        };
        let event = Event::AnswerConsent {
            request: input.request,
            consent: input.consent.as_str().into(),
            about: input.about,
            said: (&said).into(),
        };
        let ConsentLine { consent, about, .. } = line;
        let answer = ConsentAnswer { consent, about: about.id, by: by.person, at: change.at(), said };
        let answers = consents::with_answer(record.consents.clone(), answer);
        if !change.keep_consents(input.request, &answers).await? {
            return Err(AnswerConsentError::Decided);
        }
        let kept = change.commit(&by, event).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(input.request)]).await?;
        Ok(self.request_line(&by, &RequestRecord { consents: answers, ..record }))
    }

    /// Whether a yes to the request is held back by a consent that is missing or refused.
    pub(crate) fn is_held_back(&self, by: &Authorised, record: &RequestRecord) -> bool {
        self.of_named(&record.request, false, |text, permission| {
            consents::hold_back(&self.needed(by, text, permission, record), &record.consents)
        })
    }

    /// The consents that a request needs, with what the actor may say of them.
    pub(crate) fn consent_lines(&self, actor: &Authorised, record: &RequestRecord) -> Vec<ConsentLine> {
        self.of_named(&record.request, Vec::new(), |text, permission| {
            let needed = self.needed(actor, text, permission, record);
            let line = |needed| self.consent_line(actor, (text, permission), record, needed);
            needed.into_iter().map(line).collect()
        })
    }

    fn consent_line(
        &self,
        actor: &Authorised,
        (text, permission): (&Text, &Permission),
        record: &RequestRecord,
        needed: Needed<'_>,
    ) -> ConsentLine {
        let (people_index, request) = (self.people_index(actor), &record.request);
        let own = people_index.here(actor.person).zip(people_index.person(needed.about));
        let may = own.map(|(by, about)| consents::may_say(&text.document, needed, request, about, by));
        let waits = request.state == RequestState::Waiting;
        let state = consents::state(needed, &record.consents);
        let shown = shown::consent(needed.consent);
        let of_it = record.consents.iter().filter(|said| said.consent == shown.id && said.about == needed.about);
        let names: Vec<String> = of_it.map(|said| said_words(said, &people_index.line(said.by).name)).collect();
        ConsentLine {
            consent: shown.id.to_owned(),
            title: shown.title.to_owned(),
            purpose: shown.purpose.to_owned(),
            about: people_index.line(needed.about),
            state,
            state_words: if names.is_empty() { "nobody has answered".to_owned() } else { names.join("; ") },
            may_say_yes: waits && may.is_some_and(|may| may.yes),
            may_say_no: waits && may.is_some_and(|may| may.no),
            may_waive: waits && consents::may_waive(permission, request, actor.person, actor.somebody()),
        }
    }

    fn needed<'t>(
        &self,
        by: &Authorised,
        text: &'t Text,
        permission: &Permission,
        record: &RequestRecord,
    ) -> Vec<Needed<'t>> {
        let people_index = self.people_index(by);
        consents::needed(&text.document, permission, &record.request, &record.answers, |id| people_index.person(id))
    }

    fn of_named<T>(&self, request: &Request, otherwise: T, what: impl FnOnce(&Text, &Permission) -> T) -> T {
        let published_policies = self.published_policies();
        let named = published_policies.permission(&request.policy, &request.permission);
        named.map_or(otherwise, |(text, _, permission)| what(text, permission))
    }

    /// The consents that the actor is asked for and that are missing.
    pub(crate) fn consent_tasks(&self, actor: &Authorised) -> Vec<Task> {
        let waiting = self.known(actor).waiting.requests(&self.may_be_theirs(actor));
        let mut tasks = Vec::new();
        for record in &waiting {
            let lines = self.consent_lines(actor, record).into_iter();
            let missing = lines.filter(|line| line.may_say_yes && line.state == ConsentState::Missing);
            tasks.extend(missing.map(|line| Task {
                kind: TaskKind::AnswerConsent { request: record.request.id },
                title: format!("Say yes or no: {}", line.title),
                detail: format!("About {}. {}", line.about.name, line.purpose),
                date: TaskDate::Since(record.request.asked_at),
                urgent: false,
            }));
        }
        tasks
    }
}

/// `Pat Fernhaven said yes`
fn said_words(answer: &ConsentAnswer, name: &str) -> String {
    match &answer.said {
        Said::Yes => format!("{name} said yes"),
        Said::No => format!("{name} said no"),
        Said::NotNeeded { reason } => format!("{name} says that it is not needed: {reason}"),
    }
}
