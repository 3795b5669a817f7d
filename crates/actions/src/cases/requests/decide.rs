//! Answering a request: yes, until when; no, and why; or on to another role that the clause names.

use domain::{Assent, FileId, FileOf, Grant, Group, NoEnd, Request, RequestId, Role};
use jiff::Timestamp;
use policy::rules::deciding::{self, Yes};
use policy::rules::{grant_times, pictures};
use records::{Answered, Event, GrantRecord, HandOn, RequestRecord};

use crate::cases::requests::ask::AskError;
use crate::cases::requests::request_lines::{GrantLine, RequestLine};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::texts::TooLong;
use crate::desk::wording::{effect_words, role_words};
use crate::entries::given::NotEntered;
use crate::known::waiting::Matter;

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
        /// The pictures that whoever decides was shown.
        seen: Vec<FileId>,
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
        #[error("No picture has been added, and the clause asks for one. Wait for it, or refuse the request.")]
        PictureMissing => Conflict;
        #[error("A picture was added after you opened this page. Look at it first, and then decide.")]
        PictureUnseen => Invalid("pictures");
        #[error("Say why, in a sentence: the asker reads it.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("{too_long}")]
        LongNote { too_long: TooLong } => Invalid("note");
        #[error("The register in which a yes becomes an entry does not let this in any more. Refuse the request and say why: whoever asked can ask again.")]
        RegisterRefuses => Conflict;
        #[error("The device with this address is marked as lost or stolen. Whoever keeps its list has to mark it as found first. Otherwise refuse the request and say why.")]
        DeviceLost => Conflict;
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
        let record = change.request(input.request).await?.ok_or(DecideError::NotFound)?;
        if self.is_kept_from(&actor, &record) {
            return Err(DecideError::NotFound);
        }
        if record.request.state != domain::RequestState::Waiting {
            let is_read = self.reads_request(&actor, &record, &self.consent_lines(&actor, &record));
            return Err(if is_read { DecideError::Decided } else { DecideError::NotFound });
        }
        if let Some(why_not) = self.why_not_decide(&actor, &record) {
            return Err(Forbidden::because(why_not).into());
        }
        match input.answer {
            RequestAnswer::Approve { until, seen } => self.approve(&actor, change, record, (until, &seen)).await,
            RequestAnswer::Refuse { reason } => self.refuse(&actor, change, record, &reason).await,
            RequestAnswer::HandOn { to, note } => self.hand_on(&actor, change, record, (to, &note)).await,
        }
    }

    async fn approve(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        record: RequestRecord,
        (until, seen): (Option<Timestamp>, &[FileId]),
    ) -> Result<Decided, DecideError> {
        let (published_policies, now) = (self.published_policies(), change.at());
        let named = published_policies.permission(&record.request.policy, &record.request.permission);
        let (_, _, permission) = named.ok_or(DecideError::NoSuchPermission)?;
        if self.is_held_back(actor, &record) {
            return Err(DecideError::ConsentMissing);
        }
        let pictures = change.files(FileOf::Request(record.request.id)).await?;
        if pictures::lacks(permission, &record.answers, pictures.len()) {
            return Err(DecideError::PictureMissing);
        }
        if self.sees_pictures(actor, &record) && pictures.iter().any(|picture| !seen.contains(&picture.id)) {
            return Err(DecideError::PictureUnseen);
        }
        let classes = self.classes_of(actor, &record.request);
        let chosen = (until, record.assents.as_slice());
        let end = grant_times::grant_end(permission, chosen, &record.request, now, self.timetable(), &classes);
        let end = end.map_err(|wrong| self.wrong_end(wrong))?;
        let consents_end = self.first_consent_end(actor, &record);
        if consents_end.is_some_and(|end| end <= record.request.begins(now)) {
            return Err(DecideError::ConsentEnds);
        }
        let end = end.into_iter().chain(consents_end).min();
        let roles = self.decides_as(actor, &record.request);
        if let Yes::Assent(roles) = deciding::yes(permission, &record.assents, actor.somebody_as(&roles)) {
            let assent = Assent { by: actor.person, at: now, until, roles };
            return self.agree(actor, change, record, assent).await;
        }
        let approved = record.request.clone().approve(self.new_id(now), actor.person, now, end);
        let (request, grant) = approved.ok_or(DecideError::Decided)?;
        let given = keep_grant(&mut change, &request, &grant).await?;
        let mut entered = Vec::new();
        if let Some(event) = self.write_grant(actor, &mut change, &record, &grant).await? {
            entered.push(LedgerNote::new(&actor.part(Verb::Enter)?, event));
        }
        self.tell_decided(&mut change, actor, &request).await?;
        let kept = change.commit_all(LedgerNote::new(actor, given), entered).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(request.id)]).await?;
        self.refresh_grants(&kept.turn, &[grant.id]).await?;
        let times = (request.from.filter(|from| *from > now), end);
        let effect = effect_words(&grant.recipient, &grant.scope, times, &self.people_index(actor), self.time_zone());
        let given = GrantRecord { grant, revoked_by: None, revoke_reason: None, ended_at: None };
        let grant = Some(self.grant_line(actor, &given, &request));
        let request = self.request_line(actor, &RequestRecord { request, ..record });
        Ok(Decided { request, grant, effect })
    }

    async fn refuse(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        record: RequestRecord,
        reason: &str,
    ) -> Result<Decided, DecideError> {
        let reason = self.text(reason).map_err(|too_long| DecideError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(DecideError::ReasonMissing);
        }
        let refused = record.request.clone().refuse(actor.person, change.at(), reason);
        let request = refused.ok_or(DecideError::Decided)?;
        change.settle_request(&request).await?;
        self.tell_decided(&mut change, actor, &request).await?;
        let event = Event::Decide { request: request.id, answer: Answered::Refused };
        let kept = change.commit(actor, event).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(request.id)]).await?;
        let request = self.request_line(actor, &RequestRecord { request, ..record });
        let effect = format!("Nothing opens. {} can read why.", request.asker.name);
        Ok(Decided { request, grant: None, effect })
    }

    async fn hand_on(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        record: RequestRecord,
        (to, note): (Role, &str),
    ) -> Result<Decided, DecideError> {
        let others = self.hand_to(&record);
        if !others.contains(&to) {
            return Err(DecideError::NotNamed { roles: role_words(&self.roles(), &others) });
        }
        let note = self.text(note).map_err(|too_long| DecideError::LongNote { too_long })?;
        let request = record.request.id;
        let hand_on = HandOn { by: actor.person, to, note, at: change.at() };
        change.hand_on_request(request, &hand_on).await?;
        let record = RequestRecord { handed_to: Some(to), ..record };
        self.tell_deciders(&mut change, actor, &record).await?;
        let event = Event::Decide { request, answer: Answered::HandedOn { to } };
        let kept = change.commit(actor, event).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(request)]).await?;
        let effect = format!("It is with {} now.", self.roles().in_sentence(to));
        Ok(Decided { request: self.request_line(actor, &record), grant: None, effect })
    }

    /// The classes whose lesson a grant of a request may end with.
    pub(crate) fn classes_of(&self, by: &Authorised, request: &Request) -> Vec<Group> {
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
}

impl From<NotEntered> for DecideError {
    fn from(why: NotEntered) -> Self {
        match why {
            NotEntered::Refused => DecideError::RegisterRefuses,
            NotEntered::DeviceLost => DecideError::DeviceLost,
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
