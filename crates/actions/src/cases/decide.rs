//! Answering a request: yes, until when; no, and why; or on to another role that the clause names.

use domain::{Assent, FileOf, Grant, GrantId, GrantScope, Group, NoEnd, Recipient, Request, RequestId, Role, Standing};
use jiff::Timestamp;
use policy::rules::consents::ConsentDetail;
use policy::rules::deciding::{self, Yes};
use policy::rules::grant_times;
use records::{Answered, Event, GrantRecord, HandOn, RequestRecord};

use crate::cases::ask::AskError;
use crate::cases::consents::ConsentLine;
use crate::cases::kept_files::FileLine;
use crate::cases::request_lines::{GrantLine, RequestLine};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::texts::TooLong;
use crate::desk::wording::{effect_words, role_words};
use crate::entries::given::NotEntered;
use crate::known::system_actors::PROGRAM;
use crate::known::waiting::Matter;
use crate::policies::permission_cards::PermissionCard;
use crate::verdicts::explain_verdict::WhyVerdict;

#[derive(Debug, Clone)]
pub struct Decide {
    pub request: RequestId,
    pub answer: RequestAnswer,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestAnswer {
    /// `until: None`: what was asked for, or as long as the clause lets it.
    Approve {
        until: Option<Timestamp>,
    },
    Refuse {
        reason: String,
    },
    HandOn {
        to: Role,
        note: String,
    },
}

#[derive(Debug, Clone)]
pub struct Decided {
    pub request: RequestLine,
    pub grant: Option<GrantLine>,
    /// What follows, in a sentence.
    pub effect: String,
}

/// One request with all that its decision rests on.
#[derive(Debug, Clone)]
pub struct RequestPage {
    pub line: RequestLine,
    pub card: Option<PermissionCard>,
    /// `For 9B, reddit.com opens until 14 May 2026, 15:30.`
    pub effect: String,
    /// What the gate says to whom it is for as things are, and would say after a yes. Only for sites.
    pub now: Option<WhyVerdict>,
    pub after: Option<WhyVerdict>,
    /// When a grant begins that is given now.
    pub begins: Timestamp,
    /// The latest end of a grant that is given now; or why there can be none, in words.
    pub latest_end: Result<Option<Timestamp>, String>,
    /// The classes whose lesson it may end with.
    pub lesson_classes: Vec<Group>,
    pub may_decide: bool,
    pub why_not: Option<String>,
    /// Other roles that the clause names.
    pub hand_to: Vec<Role>,
    pub history: Vec<HistoryLine>,
    pub mine: bool,
    /// The consents that the request needs, those of which the reader is told something.
    pub consents: Vec<ConsentLine>,
    /// Whether one of them, missing or refused, holds a yes back.
    pub held_back: bool,
    /// The pictures that it asks to publish; `None` where it takes none, or the reader may not see them.
    pub pictures: Option<Vec<FileLine>>,
    pub may_add_picture: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    pub at: Timestamp,
    pub who: String,
    pub what: String,
}

verb_error! {
    DecideError {
        #[error("There is no request here with this address.")]
        NotFound => NotFound;
        #[error("Somebody has decided this request already.")]
        Decided => Conflict;
        #[error("The policy no longer offers this. Refuse the request, and say so.")]
        NoSuchPermission => Conflict;
        #[error("A consent that the clause asks for is missing or refused. Wait for it, or refuse the request.")]
        ConsentMissing => Conflict;
        #[error("Say why, in a sentence: the asker reads it.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("{too_long}")]
        LongNote { too_long: TooLong } => Invalid("note");
        #[error("The register in which a yes becomes an entry does not let this in any more. Refuse the request and say why: whoever asked can ask again.")]
        RegisterRefuses => Conflict;
        #[error("Hand it on to another role that the clause names: {roles}.")]
        NotNamed { roles: String } => Invalid("to");
        #[error("That end has passed. Choose a later one.")]
        EndPassed => Invalid("until");
        #[error("It would end before it begins. Choose a later end.")]
        BeforeStart => Invalid("until");
        #[error("A consent that it needs ends before it would begin. Whoever gave it can give it again.")]
        ConsentEnds => Conflict;
        #[error("The time that was asked for is over. Refuse the request: whoever asked can ask again.")]
        Over => Conflict;
        #[error("It may be open until {latest} at the latest.")]
        TooLong { latest: String } => Invalid("until");
        #[error("{why}")]
        NoEnd { why: NoEnd } => Invalid("until");
    }
}

impl From<AskError> for DecideError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::TooLong { latest } => DecideError::TooLong { latest },
            AskError::EndPassed => DecideError::EndPassed,
            AskError::BeforeStart => DecideError::BeforeStart,
            AskError::Over => DecideError::Over,
            AskError::NoEnd { why } => DecideError::NoEnd { why },
            AskError::Forbidden(forbidden) => DecideError::Forbidden(forbidden),
            AskError::Unavailable(unavailable) => DecideError::Unavailable(unavailable),
            _ => DecideError::NoSuchPermission,
        }
    }
}

impl Desk {
    /// Decides a request. After a yes the gate obeys before this returns.
    pub async fn decide(&self, actor: &Actor, input: Decide) -> Result<Decided, DecideError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Decide).await?;
        let published_policies = self.published_policies();
        let now = change.at();
        let record = change.request(input.request).await?.ok_or(DecideError::NotFound)?;
        if self.is_kept_from(&actor, &record) {
            return Err(DecideError::NotFound);
        }
        if record.request.state != domain::RequestState::Waiting {
            return Err(DecideError::Decided);
        }
        if let Some(why_not) = self.why_not_decide(&actor, &record) {
            return Err(Forbidden::because(why_not).into());
        }
        let event = |answer| Event::Decide { request: input.request, answer };
        match input.answer {
            RequestAnswer::Approve { until } => {
                let named = published_policies.permission(&record.request.policy, &record.request.permission);
                let (_, _, permission) = named.ok_or(DecideError::NoSuchPermission)?;
                if self.is_held_back(&actor, &record) {
                    return Err(DecideError::ConsentMissing);
                }
                let classes = self.classes_of(&actor, &record.request);
                let chosen = (until, record.assents.as_slice());
                let end = grant_times::grant_end(permission, chosen, &record.request, now, self.timetable(), &classes);
                let end = end.map_err(|wrong| self.wrong_end(wrong))?;
                let consents_end = self.first_consent_end(&actor, &record);
                if consents_end.is_some_and(|end| end <= record.request.begins(now)) {
                    return Err(DecideError::ConsentEnds);
                }
                let end = end.into_iter().chain(consents_end).min();
                let roles = self.decides_as(&actor, &record.request);
                if let Yes::Assent(roles) = deciding::yes(permission, &record.assents, actor.somebody_as(&roles)) {
                    let assent = Assent { by: actor.person, at: now, until, roles };
                    return self.agree(&actor, change, record, assent).await;
                }
                let approved = record.request.clone().approve(self.new_id(now), actor.person, now, end);
                let (request, grant) = approved.ok_or(DecideError::Decided)?;
                let given = keep_grant(&mut change, &request, &grant).await?;
                let mut entered = Vec::new();
                if let Some(event) = self.write_grant(&actor, &mut change, &record, &grant).await? {
                    entered.push(LedgerNote::new(&actor.part(Verb::Enter)?, event));
                }
                self.tell_decided(&mut change, &actor, &request).await?;
                let kept = change.commit_all(LedgerNote::new(&actor, given), entered).await?;
                self.refresh_waiting(&kept.turn, &[Matter::Request(request.id)]).await?;
                self.refresh_grants(&kept.turn, &[grant.id]).await?;
                let times = (request.from.filter(|from| *from > now), end);
                let effect =
                    effect_words(&grant.recipient, &grant.scope, times, &self.people_index(&actor), self.time_zone());
                let given = GrantRecord { grant, revoked_by: None, revoke_reason: None, ended_at: None };
                let grant = Some(self.grant_line(&actor, &given, &request));
                let request = self.request_line(&actor, &RequestRecord { request, ..record });
                Ok(Decided { request, grant, effect })
            }
            RequestAnswer::Refuse { reason } => {
                let reason = self.text(&reason).map_err(|too_long| DecideError::LongReason { too_long })?;
                if reason.is_empty() {
                    return Err(DecideError::ReasonMissing);
                }
                let refused = record.request.clone().refuse(actor.person, now, reason);
                let request = refused.ok_or(DecideError::Decided)?;
                change.settle_request(&request).await?;
                self.tell_decided(&mut change, &actor, &request).await?;
                let kept = change.commit(&actor, event(Answered::Refused)).await?;
                self.refresh_waiting(&kept.turn, &[Matter::Request(request.id)]).await?;
                let request = self.request_line(&actor, &RequestRecord { request, ..record });
                let effect = format!("Nothing opens. {} can read why.", request.asker.name);
                Ok(Decided { request, grant: None, effect })
            }
            RequestAnswer::HandOn { to, note } => {
                let others = self.hand_to(&record);
                if !others.contains(&to) {
                    return Err(DecideError::NotNamed { roles: role_words(&self.roles(), &others) });
                }
                let note = self.text(&note).map_err(|too_long| DecideError::LongNote { too_long })?;
                let hand_on = HandOn { by: actor.person, to, note, at: now };
                change.hand_on_request(record.request.id, &hand_on).await?;
                let record = RequestRecord { handed_to: Some(to), ..record };
                self.tell_deciders(&mut change, &actor, &record).await?;
                let kept = change.commit(&actor, event(Answered::HandedOn { to })).await?;
                self.refresh_waiting(&kept.turn, &[Matter::Request(record.request.id)]).await?;
                let request = self.request_line(&actor, &record);
                Ok(Decided {
                    request,
                    grant: None,
                    effect: format!("It is with {} now.", self.roles().in_sentence(to)),
                })
            }
        }
    }

    /// The classes whose lesson a grant of a request may end with.
    fn classes_of(&self, by: &Authorised, request: &Request) -> Vec<Group> {
        let classes = self.lesson_classes(by, request.asker, &request.recipient);
        grant_times::with_class_in_room(&request.scope, request.begins(request.asked_at), self.timetable(), classes)
    }

    /// Keeps the yes of one of several who must agree.
    async fn agree(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        mut record: RequestRecord,
        assent: Assent,
    ) -> Result<Decided, DecideError> {
        let agreed = Answered::Agreed { roles: assent.roles.clone(), until: assent.until };
        record.assents.push(assent);
        if !change.keep_assents(record.request.id, &record.assents).await? {
            return Err(DecideError::Decided);
        }
        self.tell_deciders(&mut change, actor, &record).await?;
        let kept = change.commit(actor, Event::Decide { request: record.request.id, answer: agreed }).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(record.request.id)]).await?;
        let effect = format!("Nothing opens yet. It waits for {}.", self.waits_for(&record));
        Ok(Decided { request: self.request_line(actor, &record), grant: None, effect })
    }

    /// The requests that wait for this actor, oldest first.
    pub async fn queue(&self, actor: &Actor, query: ListQuery) -> Result<Paged<RequestLine>, ReadError> {
        let actor = self.authorise(actor, Verb::Decide)?;
        let lines = self.queue_of(&actor);
        let lines = lines
            .into_iter()
            .filter(|line| query.matches([line.title.as_str(), line.scope_words.as_str(), line.asker.name.as_str()]))
            .collect();
        Ok(Paged::of(lines, &query))
    }

    pub(crate) fn queue_of(&self, actor: &Authorised) -> Vec<RequestLine> {
        if !self.may(actor, Verb::Decide) {
            return Vec::new();
        }
        let waiting = self.known(actor).waiting.requests(&self.may_be_theirs(actor));
        let mine = waiting.iter().filter(|record| self.why_not_decide(actor, record).is_none());
        mine.map(|record| self.request_line(actor, record)).collect()
    }

    /// Whoever asked, those who answer a consent that it needs, and those who decide such requests: not one about
    /// themselves, which might warn whom it must not.
    pub(crate) fn reads_request(&self, actor: &Authorised, record: &RequestRecord, consents: &[ConsentLine]) -> bool {
        let request = &record.request;
        let answers = consents.iter().any(|line| line.may_say_yes || line.may_say_no || line.may_waive);
        request.asker == actor.person
            || answers
            || self.decides_such(actor, request) && !self.is_kept_from(actor, record)
    }

    /// Whether the actor may open a request that they came upon elsewhere; not for one that is kept no longer.
    pub async fn may_read_request(&self, actor: &Actor, id: RequestId) -> Result<bool, ReadError> {
        let actor = self.authorise(actor, Verb::ReadRequest)?;
        let record = self.stores().read(&actor).await?.request(id).await?;
        Ok(record.is_some_and(|record| self.reads_request(&actor, &record, &self.consent_lines(&actor, &record))))
    }

    /// One request: for whoever asked, and for those who decide such requests.
    pub async fn request(&self, actor: &Actor, id: RequestId) -> Result<RequestPage, ReadError> {
        let actor = self.authorise(actor, Verb::ReadRequest)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.request(id).await?, "request")?;
        let hand_ons = reading.hand_ons(id).await?;
        let files = reading.files(FileOf::Request(id)).await?;
        let given = reading.grant_of_request(id).await?;
        drop(reading);
        let request = &record.request;
        let named = published_policies.permission(&request.policy, &request.permission);
        let mut consents = self.consent_lines(&actor, &record);
        if !self.reads_request(&actor, &record, &consents) {
            return Err(ReadError::NotFound { what: "request" });
        }
        consents.retain(|line| line.detail != ConsentDetail::Nothing);
        self.note_read(&actor, id.0).await?;
        let now = self.now();
        let why_not = self.why_not_decide(&actor, &record);
        let lesson_classes = self.classes_of(&actor, request);
        let (latest_end, effect) = self.if_given(&actor, &record, now);
        let (begins, until) = (request.begins(now), latest_end.clone().unwrap_or_default());
        // What is open to others tells what they were given: it is for those who decide alone.
        let (before, after) =
            if why_not.is_none() { self.preview(&actor, &record, until, begins) } else { (None, None) };
        Ok(RequestPage {
            card: named.map(|(text, clause, permission)| self.card(&actor, text, clause, permission)),
            effect,
            now: before,
            after: after.filter(|_| latest_end.is_ok()),
            begins,
            latest_end,
            lesson_classes,
            may_decide: why_not.is_none(),
            why_not,
            hand_to: self.hand_to(&record),
            history: self.history(&actor, &record, &hand_ons, given.as_ref()),
            mine: request.asker == actor.person,
            consents,
            held_back: self.is_held_back(&actor, &record),
            pictures: self.sees_pictures(&actor, &record).then(|| self.file_lines(&actor, files)),
            may_add_picture: self.why_not_add_picture(&actor, &record).is_none(),
            line: self.request_line(&actor, &record),
        })
    }

    /// The latest end of a grant that is given at `now`, or why there can be none; and what follows, in words.
    pub(crate) fn if_given(
        &self,
        actor: &Authorised,
        record: &RequestRecord,
        now: Timestamp,
    ) -> (Result<Option<Timestamp>, String>, String) {
        let (request, published_policies) = (&record.request, self.published_policies());
        let named = published_policies.permission(&request.policy, &request.permission);
        let (assents, classes) = (&record.assents, self.classes_of(actor, request));
        let latest_end = match named {
            Some((_, _, permission)) => {
                grant_times::latest_grant_end(permission, (request, assents), now, self.timetable(), &classes)
                    .map_err(|wrong| self.wrong_end(wrong).to_string())
            }
            None => Err("The policy no longer offers this, so nobody can say yes.".to_owned()),
        };
        let effect = match &latest_end {
            Ok(until) => {
                let times = (request.from.filter(|from| *from > now), *until);
                effect_words(&request.recipient, &request.scope, times, &self.people_index(actor), self.time_zone())
            }
            Err(why) => why.clone(),
        };
        (latest_end, effect)
    }

    /// What the gate says to whom a request is for, without and with a yes, at `at`. What one person of a class was given is
    /// not the class's.
    fn preview(
        &self,
        by: &Authorised,
        record: &RequestRecord,
        until: Option<Timestamp>,
        at: Timestamp,
    ) -> (Option<WhyVerdict>, Option<WhyVerdict>) {
        let request = &record.request;
        let GrantScope::Site(host) = &request.scope else { return (None, None) };
        let known = self.known(by);
        let directory = &known.feed.directory;
        let someone = match &request.recipient {
            Recipient::Person(person) => directory.member(*person),
            Recipient::Group(group) => {
                let members = || known.people_index.members_of(group).filter_map(|id| directory.member(id));
                let is_pupil = |member: &&feed::Member| member.standing.audience == domain::Audience::Pupil;
                members().find(is_pupil).or_else(|| members().next())
            }
            Recipient::Audience(audience) => {
                let mut members = known.people_index.of_audience(*audience);
                members.find_map(|person| directory.member(person.id))
            }
            Recipient::Everyone => directory.members().next().map(|(_, member)| member),
        };
        let Some(member) = someone else { return (None, None) };
        // The preview is about the clause, not about what one person of the group still has to sign.
        let mut before = Standing { unsigned: Vec::new(), withdrawn: None, ..member.standing.clone() };
        if !matches!(request.recipient, Recipient::Person(_)) {
            let audience = Recipient::Audience(member.standing.audience);
            let all = [&request.recipient, &audience, &Recipient::Everyone];
            let theirs: Vec<GrantId> =
                all.into_iter().flat_map(|one| known.grants.for_recipient(one)).map(|grant| grant.id).collect();
            before.grants.retain(|live| theirs.contains(&live.id));
        }
        let mut after = before.clone();
        after.grants.push(domain::LiveGrant {
            id: self.new_id(at),
            policy: request.policy.clone(),
            permission: request.permission.clone(),
            scope: request.scope.clone(),
            from: at,
            until,
        });
        (Some(self.verdict_for(&before, host, None, at)), Some(self.verdict_for(&after, host, None, at)))
    }

    fn history(
        &self,
        by: &Authorised,
        record: &RequestRecord,
        hand_ons: &[HandOn],
        given: Option<&GrantRecord>,
    ) -> Vec<HistoryLine> {
        use domain::{Decision, RequestState};
        let people_index = self.people_index(by);
        let request = &record.request;
        let line = |at, who, what: String| HistoryLine { at, who: people_index.line(who).name, what };
        let mut lines = vec![line(request.asked_at, request.asker, "asked".to_owned())];
        lines.extend(hand_ons.iter().map(|hand_on| {
            let note = if hand_on.note.is_empty() { String::new() } else { format!(": {}", hand_on.note) };
            line(hand_on.at, hand_on.by, format!("handed it on to {}{note}", self.roles().in_sentence(hand_on.to)))
        }));
        lines.extend(record.assents.iter().map(|assent| line(assent.at, assent.by, "agreed".to_owned())));
        if let Some(escalation) = &request.escalation {
            let who = "Nobody had decided it in time".to_owned();
            let what = format!("and it went to {} too", role_words(&self.roles(), &escalation.to));
            lines.push(HistoryLine { at: escalation.at, who, what });
        }
        lines.sort_by_key(|line| line.at);
        match &request.state {
            RequestState::Waiting => {}
            RequestState::Withdrawn { at } => lines.push(line(*at, request.asker, "took it back".to_owned())),
            RequestState::Decided(Decision::Approved { by, at, .. }) => {
                let what = if *by == request.asker { "opened it on their own word" } else { "approved" };
                lines.push(line(*at, *by, what.to_owned()));
            }
            RequestState::Decided(Decision::Refused { by, at, reason }) => {
                lines.push(line(*at, *by, format!("refused: {reason}")));
            }
        }
        // Whoever is told of their own family alone would learn by it what another said.
        let knows_all = self.knows_all_named(by, record);
        let ended = given.filter(|given| knows_all && given.revoked_by == Some(PROGRAM));
        lines.extend(ended.and_then(|given| {
            let who = "It ended".to_owned();
            let what = "a consent that it needs is not given".to_owned();
            Some(HistoryLine { at: given.grant.revoked_at?, who, what })
        }));
        lines
    }
}

impl From<NotEntered> for DecideError {
    fn from(why: NotEntered) -> Self {
        match why {
            NotEntered::Refused => DecideError::RegisterRefuses,
            NotEntered::Unavailable(cause) => cause.into(),
        }
    }
}

/// Writes a request that was approved, and its grant. What the ledger will say of it.
pub(crate) async fn keep_grant(
    change: &mut DeskChange,
    request: &Request,
    grant: &Grant,
) -> Result<Event, records::Error> {
    change.settle_request(request).await?;
    change.add_grant(grant).await?;
    let answer = Answered::Approved {
        grant: grant.id,
        permission: grant.permission.as_str().into(),
        recipient: (&grant.recipient).into(),
        scope: (&grant.scope).into(),
        until: grant.until,
    };
    Ok(Event::Decide { request: request.id, answer })
}
