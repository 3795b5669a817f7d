//! Saying yes or no to what a request needs somebody's consent for.

use domain::{
    ConsentAnswer, Decision, FieldAnswer, FormAnswers, GrantId, PersonId, PolicyId, Request, RequestId, RequestState,
    Said,
};
use policy::kinds::Permission;
use policy::rules::consents::{self, ConsentDetail, ConsentState, MaySay, Needed, RequestStage, Whoever};
use policy::rules::shown;
use records::{Event, RequestRecord};

use crate::cases::requests::consent_ends::{Coming, WithoutConsent};
use crate::cases::requests::request_lines::RequestLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::stores::LedgerNote;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::texts::TooLong;
use crate::known::people_index::{PeopleIndex, PersonLine};
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
    /// `Pat Fernhaven said yes`; for those who are not told who said what, whether it was given.
    pub state_words: String,
    pub detail: ConsentDetail,
    pub may_say_yes: bool,
    pub may_say_no: bool,
    /// Where the reader answers it, for this request and every other: its policy, and its id there.
    pub asked_once: Option<(PolicyId, String)>,
    pub may_waive: bool,
}

/// A request for which something holds, with those of its consents that the reader may take back.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestConsents {
    pub line: RequestLine,
    pub consents: Vec<ConsentLine>,
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
    /// Says yes or no to a consent, or that it is not needed. What the same person said of it before is replaced; where it is the same,
    /// nothing is done.
    pub async fn answer_consent(&self, actor: &Actor, input: AnswerConsent) -> Result<RequestLine, AnswerConsentError> {
        let (by, mut change) = self.begin_change(actor, Verb::AnswerConsent).await?;
        let record = change.request(input.request).await?.ok_or(AnswerConsentError::NotFound)?;
        let is_again = |answer: &ConsentAnswer| {
            (answer.by, answer.about, &answer.consent) == (by.person, input.about, &input.consent)
                && answer.said == input.said
        };
        // A form that was sent twice answers once.
        if record.consents.iter().any(is_again) {
            return Ok(self.request_line(&by, &record));
        }
        let stage = self.request_stage(&by, &record.request);
        if stage == RequestStage::Over {
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
        let event =
            Event::AnswerConsent { request: input.request, consent: input.consent.as_str().into(), about: input.about };
        let ConsentLine { consent, about, .. } = line;
        let answer = ConsentAnswer { consent, about: about.id, by: by.person, at: change.at(), said };
        let answers = consents::with_answer(record.consents.clone(), answer);
        if !change.keep_consents(input.request, &answers).await? {
            return Err(AnswerConsentError::Decided);
        }
        let record = RequestRecord { consents: answers, ..record };
        let mut without = WithoutConsent::default();
        match stage {
            RequestStage::Waits => self.tell_asked_for_consent(&mut change, &by, &record).await?,
            RequestStage::Holds | RequestStage::Over => {
                let resting = given_for(&record.request).into_iter().collect();
                let people_index = self.people_index(&by);
                let coming = Coming::nothing(&people_index);
                without = self.end_without_consent(&mut change, &by, &resting, coming).await?;
            }
        }
        let kept = change.commit_all(LedgerNote::new(&by, event), without.notes).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(input.request)]).await?;
        self.refresh_grants(&kept.turn, &without.changed).await?;
        Ok(self.request_line(&by, &record))
    }

    /// What a request has come to, as far as answers to its consents matter.
    fn request_stage(&self, by: &Authorised, request: &Request) -> RequestStage {
        let known = self.known(by);
        let open = known.grants.for_recipient(&request.recipient);
        match request.state {
            RequestState::Waiting => RequestStage::Waits,
            _ if open.iter().any(|grant| given_for(request) == Some(grant.id)) => RequestStage::Holds,
            _ => RequestStage::Over,
        }
    }

    /// The requests, each about the actor or a child of theirs, for which something holds that a no of theirs would end.
    pub async fn my_request_consents(&self, actor: &Actor) -> Result<Vec<RequestConsents>, ReadError> {
        let actor = self.authorise(actor, Verb::MyConsents)?;
        let (known, people_index) = (self.known(&actor), self.people_index(&actor));
        let Some(own) = people_index.here(actor.person) else { return Ok(Vec::new()) };
        let of_family = known.grants.resting_on(|person| person == own.id || own.children.contains(&person));
        let mut reading = self.stores().read(&actor).await?;
        let mut found = Vec::new();
        for grant in of_family {
            let Some(given) = reading.grant(grant).await? else { continue };
            let Some(record) = reading.request(given.grant.request).await? else { continue };
            let consents = self.consent_lines(&actor, &record).into_iter();
            let consents: Vec<ConsentLine> = consents.filter(|line| line.may_say_no).collect();
            if !consents.is_empty() {
                found.push(RequestConsents { line: self.request_line(&actor, &record), consents });
            }
        }
        Ok(found)
    }

    /// Whether a yes to the request is held back by a consent that is missing or refused.
    pub(crate) fn is_held_back(&self, by: &Authorised, record: &RequestRecord) -> bool {
        self.of_named(&record.request, false, |text, permission| {
            let needed = needed(&self.people_index(by), text, permission, record);
            consents::hold_back(&needed, &self.said_to(by, text, &needed, record))
        })
    }

    /// The consents that a request needs, with what the actor may say of them.
    pub(crate) fn consent_lines(&self, actor: &Authorised, record: &RequestRecord) -> Vec<ConsentLine> {
        self.of_named(&record.request, Vec::new(), |text, permission| {
            let needed = needed(&self.people_index(actor), text, permission, record);
            let said = self.said_to(actor, text, &needed, record);
            let line = |needed| self.consent_line(actor, (text, permission), (record, &said), needed);
            needed.into_iter().map(line).collect()
        })
    }

    fn consent_line(
        &self,
        actor: &Authorised,
        (text, permission): (&Text, &Permission),
        (record, said): (&RequestRecord, &[ConsentAnswer]),
        needed: Needed<'_>,
    ) -> ConsentLine {
        let (people_index, request) = (self.people_index(actor), &record.request);
        let own = people_index.here(actor.person).zip(people_index.person(needed.about));
        let may = own.map(|(by, about)| consents::may_say(&text.document, needed, request, about, by));
        let may = may.unwrap_or(MaySay { yes: false, no: false });
        let detail = self.as_whoever(actor, request, |whoever| consents::detail(permission, request, may, whoever));
        let stage = self.request_stage(actor, request);
        let waits = stage == RequestStage::Waits;
        let answers = consents::may_answer(needed, may, stage);
        let state = consents::state(needed, said);
        let shown = shown::consent(needed.consent);
        let of_it = said.iter().filter(|said| said.consent == shown.id && said.about == needed.about);
        let names: Vec<String> = of_it.map(|said| said_words(said, &people_index.line(said.by).name)).collect();
        let state_words = match detail {
            ConsentDetail::WhoSaidWhat if names.is_empty() => "nobody has answered".to_owned(),
            ConsentDetail::WhoSaidWhat => names.join("; "),
            ConsentDetail::WhetherGiven | ConsentDetail::Nothing => words_of_state(state).to_owned(),
        };
        ConsentLine {
            consent: shown.id.to_owned(),
            title: shown.title.to_owned(),
            purpose: shown.purpose.to_owned(),
            about: people_index.line(needed.about),
            state,
            state_words,
            detail,
            may_say_yes: answers.yes,
            may_say_no: answers.no,
            asked_once: (waits && answers != may).then(|| (text.record.policy.clone(), shown.id.to_owned())),
            may_waive: waits
                && !self.is_kept_from(actor, record)
                && consents::may_waive(permission, request, actor.person, actor.somebody()),
        }
    }

    /// What a request's form says, as far as it is for the actor to know: of people whom it names, a family is told of its
    /// own alone, unless it asked.
    pub(crate) fn answers_for(&self, actor: &Authorised, record: &RequestRecord) -> FormAnswers {
        if self.knows_all_named(actor, record) {
            return record.answers.clone();
        }
        let people_index = self.people_index(actor);
        let own = people_index.here(actor.person);
        let is_own = |id: &PersonId| own.is_some_and(|own| own.id == *id || own.children.contains(id));
        let told = |answer: &FieldAnswer| match answer {
            FieldAnswer::Person(person) => is_own(person).then(|| answer.clone()),
            FieldAnswer::People(people) => {
                let own: Vec<PersonId> = people.iter().copied().filter(is_own).collect();
                (!own.is_empty()).then_some(FieldAnswer::People(own))
            }
            _ => Some(answer.clone()),
        };
        let told = record.answers.iter().filter_map(|(field, answer)| Some((field.clone(), told(answer)?)));
        told.collect()
    }

    /// Whether the actor asked, or otherwise knows of everybody whom a request names.
    pub(crate) fn knows_all_named(&self, actor: &Authorised, record: &RequestRecord) -> bool {
        let request = &record.request;
        request.asker == actor.person
            || self.of_permission(request, |permission| {
                permission.is_some_and(|permission| {
                    self.as_whoever(actor, request, |whoever| consents::knows_all_named(permission, request, whoever))
                })
            })
    }

    /// The actor as a rule sees whoever is shown a request.
    pub(crate) fn as_whoever<T>(
        &self,
        actor: &Authorised,
        request: &Request,
        what: impl FnOnce(Whoever<'_>) -> T,
    ) -> T {
        let roles = self.decides_as(actor, request);
        let is_absent = |role| self.is_absent(role);
        what(Whoever { id: actor.person, somebody: actor.somebody_as(&roles), is_absent: &is_absent })
    }

    /// By the permission that a request asks for. Where it is gone nobody can say yes, and no consent is asked for.
    pub(crate) fn of_named<T>(&self, request: &Request, otherwise: T, what: impl FnOnce(&Text, &Permission) -> T) -> T {
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

/// The consents that a request needs, by who people are.
pub(crate) fn needed<'t>(
    people_index: &PeopleIndex,
    text: &'t Text,
    permission: &Permission,
    record: &RequestRecord,
) -> Vec<Needed<'t>> {
    consents::needed(&text.document, permission, &record.request, &record.answers, |id| people_index.person(id))
}

/// The grant that a request came to.
fn given_for(request: &Request) -> Option<GrantId> {
    match request.state {
        RequestState::Decided(Decision::Approved { grant, .. }) => Some(grant),
        _ => None,
    }
}

fn words_of_state(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Missing => "it is missing",
        ConsentState::Given => "it is given",
        ConsentState::Refused => "it is refused",
        ConsentState::NotNeeded => "it is not needed",
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
