//! Asking for a permission that a clause offers.

use std::collections::BTreeMap;

use domain::{
    FieldProblem, GrantId, GrantScope, Host, NoEnd, PersonId, PolicyId, Recipient, Request, RequestId, RequestState,
    moment_words,
};
use jiff::Timestamp;
use policy::Clause;
use policy::kinds::Permission;
use policy::rules::asking::{self, Wants, WhyNotWithdraw, WrongRecipient, WrongScope};
use policy::rules::deciding;
use policy::rules::grant_times::{self, WrongEnd};
use records::{Event, RequestRecord};

use crate::cases::requests::decide::keep_grant;
use crate::cases::requests::request_lines::{GrantLine, RequestLine};
use crate::cases::requests::told::take_back_notices_to_decide;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::stores::{DeskChange, LedgerNote};
use crate::desk::texts::TooLong;
use crate::entries::form_answers::join;
use crate::entries::given::NotEntered;
use crate::known::published_policies::Text;
use crate::known::waiting::Matter;

#[derive(Debug, Clone)]
pub struct Ask {
    pub policy: PolicyId,
    pub permission: String,
    pub recipient: Recipient,
    pub wants: Wants,
    pub reason: String,
    /// When it is to begin; `None`: as soon as it is given.
    pub from: Option<Timestamp>,
    /// `None`: as long as the clause lets it.
    pub until: Option<Timestamp>,
    /// What was typed into the fields of the clause's form, by their names.
    pub answers: BTreeMap<String, String>,
    /// The identifier that the form was shown with, so that a form sent twice asks once ([`Desk::new_request_id`]).
    pub id: Option<RequestId>,
}

/// What becomes of a request, before it is made.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestPreview {
    pub line: RequestLine,
    /// What follows a yes: `For 9B, reddit.com opens until 14 May 2026, 15:30.`
    pub effect: String,
    /// Whether it is given at once, on the asker's own word or because they may give it unasked.
    pub at_once: bool,
    /// Whether somebody is there today who may decide it; where several must agree, somebody of each list.
    pub can_be_decided: bool,
}

verb_error! {
    AskError {
        #[error("There is no such permission in the school's policies any more. Look at what you may ask for.")]
        NoSuchPermission => NotFound;
        #[error("'{typed}' is not the address of a site. Write it as in 'www.example.org'.")]
        NotASite { typed: String } => Invalid("wants");
        #[error("Many sites that don't belong together end in '{typed}'. Give the address of one site.")]
        SharedEnding { typed: String } => Invalid("wants");
        #[error("{site} is on a list of illegal content, which nobody can open.")]
        Sealed { site: Host } => Invalid("wants");
        #[error("This permission opens only {allowed}; {wanted} is something else.")]
        OutsideCategories { wanted: String, allowed: String } => Invalid("wants");
        #[error("The timetable has no lesson with a teacher there at that time, so there is nobody to ask. Write the room as the timetable names it.")]
        NoLesson => Invalid("wants");
        #[error("The person whom it is about decides this. Name somebody other than yourself.")]
        NobodyConcerned => Invalid("answers");
        #[error("Say what you ask for.")]
        WantsMissing => Invalid("wants");
        #[error("Say why, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("{}", join(problems))]
        Answers { problems: Vec<FieldProblem> } => Invalid("answers");
        #[error("The register in which this becomes an entry does not let it in. Change what you say in the form, or ask whoever keeps the register.")]
        RegisterRefuses => Invalid("answers");
        #[error("{too_long}")]
        LongWants { too_long: TooLong } => Invalid("wants");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
        #[error("Choose one of your own classes or groups.")]
        NotYourGroup => Invalid("recipient");
        #[error("A parent or a teacher of the pupil has to agree. Name a pupil for whom it is.")]
        NotAPupil => Invalid("recipient");
        #[error("This permission is given for {allowed}.")]
        WrongRecipient { allowed: String } => Invalid("recipient");
        #[error("That end has passed. Choose a later one.")]
        EndPassed => Invalid("until");
        #[error("It would end before it begins. Choose a later end, or an earlier start.")]
        BeforeStart => Invalid("until");
        #[error("The time that was asked for is over. Refuse the request: whoever asked can ask again.")]
        Over => Conflict;
        #[error("It may be open until {latest} at the latest.")]
        TooLong { latest: String } => Invalid("until");
        #[error("{why}")]
        NoEnd { why: NoEnd } => Invalid("until");
    }
}

verb_error! {
    WithdrawRequestError {
        #[error("There is no request here with this address.")]
        NotFound => NotFound;
        #[error("This request has been decided already.")]
        Decided => Conflict;
    }
}

impl Desk {
    /// What would become of asking, with everything checked that asking checks; nothing is kept.
    pub async fn check_ask(&self, actor: &Actor, input: &Ask) -> Result<RequestPreview, AskError> {
        let actor = self.authorise(actor, Verb::Ask)?;
        let (published_policies, now) = (self.published_policies(), self.now());
        let named = published_policies.permission(&input.policy, &input.permission);
        let named = named.ok_or(AskError::NoSuchPermission)?;
        let mut record = self.draw_up_request(&actor, input, named, now)?;
        record.request.until = self.asked_end(&actor, named.2, &record.request, input, now)?;
        let (_, effect) = self.if_given(&actor, &record, now);
        let at_once = self.opens_at_once(&actor, named.2, &record.request);
        let can_be_decided = self.can_be_decided_today(&actor, named.2, &record);
        Ok(RequestPreview { line: self.request_line(&actor, &record), effect, at_once, can_be_decided })
    }

    /// Whether somebody is there today who may decide a request; where several must agree, somebody of each list.
    fn can_be_decided_today(&self, by: &Authorised, permission: &Permission, record: &RequestRecord) -> bool {
        let people_index = self.people_index(by);
        let is_there = |person: &PersonId| {
            people_index.here(*person).is_some_and(|person| !person.particulars.is_absent_on(self.today()))
        };
        let lists = deciding::still_to_agree(permission, &record.assents, &|role| self.is_absent(role));
        let lists = if lists.is_empty() { vec![self.deciders(record)] } else { lists };
        lists.iter().all(|roles| self.people_who_decide(by, record, roles).iter().any(is_there))
    }

    /// Asks. The request waits for the roles that the clause names; what it opens on the asker's own word, or lets the actor
    /// give unasked, is given at once, and the gate obeys before this returns.
    pub async fn ask(&self, actor: &Actor, input: Ask) -> Result<RequestLine, AskError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Ask).await?;
        let (published_policies, now) = (self.published_policies(), change.at());
        let named = published_policies.permission(&input.policy, &input.permission);
        let named = named.ok_or(AskError::NoSuchPermission)?;
        let mut record = self.draw_up_request(&actor, &input, named, now)?;
        if let Some(id) = input.id {
            match change.request(id).await? {
                Some(before) if is_same(&before, &record, (input.from, input.until)) => {
                    return Ok(self.request_line(&actor, &before));
                }
                Some(_) => {}
                None => record.request.id = id,
            }
        }
        record.request.until = self.asked_end(&actor, named.2, &record.request, &input, now)?;
        let request = &record.request;
        change.add_request(&record).await?;
        let event = Event::Ask {
            request: request.id,
            policy: (&request.policy).into(),
            version: request.version,
            permission: request.permission.as_str().into(),
            recipient: (&request.recipient).into(),
            scope: (&request.scope).into(),
            from: request.from,
            until: request.until,
        };
        if self.opens_at_once(&actor, named.2, &record.request) {
            return self.open_at_once(&actor, change, record, event).await;
        }
        self.tell_deciders(&mut change, &actor, &record).await?;
        self.tell_asked_for_consent(&mut change, &actor, &record).await?;
        let kept = change.commit(&actor, event).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(record.request.id)]).await?;
        self.await_reminder(self.request_reminders(&record.request), Due::Request(record.request.id), now);
        Ok(self.request_line(&actor, &record))
    }

    fn opens_at_once(&self, actor: &Authorised, permission: &Permission, request: &Request) -> bool {
        self.gives_unasked(actor, permission, &request.recipient) || deciding::opens_on_own_word(permission)
    }

    /// The request as it would be kept, everything in it checked but its end.
    fn draw_up_request(
        &self,
        actor: &Authorised,
        input: &Ask,
        (text, clause, permission): (&Text, &Clause, &Permission),
        now: Timestamp,
    ) -> Result<RequestRecord, AskError> {
        let begins = input.from.map_or(now, |from| from.max(now));
        let roles = self.asks_as(actor, &input.recipient, begins);
        let somebody = actor.somebody_as(&roles);
        let gives = self.gives_unasked(actor, permission, &input.recipient);
        if !gives && !asking::may_ask(&text.document, permission, somebody) {
            return Err(Forbidden::because("the clause does not let you ask for it").into());
        }
        let people_index = self.people_index(actor);
        let audience = |person| people_index.here(person).map(|person| person.audience);
        let groups = actor.asks_for_groups();
        let recipient = asking::recipient(permission, actor.person, &groups, input.recipient.clone(), audience)?;
        let sites = self.sites();
        let scope = asking::scope(permission, input.wants.clone(), |address| {
            sites.categories(&address.host, address.path.as_deref())
        })?;
        let lesson_teacher = self.lesson_teacher(actor, actor.person, &recipient, Some(&scope), begins);
        if asking::lacks_lesson(permission, lesson_teacher) {
            return Err(AskError::NoLesson);
        }
        if let GrantScope::Words(words) = &scope {
            self.text(words).map_err(|too_long| AskError::LongWants { too_long })?;
        }
        let reason = self.text(&input.reason).map_err(|too_long| AskError::LongReason { too_long })?;
        if reason.is_empty() {
            return Err(AskError::ReasonMissing);
        }
        let answers = self.asked_answers(actor, (&text.document, permission), &input.answers);
        let answers = answers.map_err(|problems| AskError::Answers { problems })?;
        let concerned = asking::concerned(actor.person, &recipient, &answers);
        if asking::lacks_concerned(permission, concerned) {
            return Err(AskError::NobodyConcerned);
        }
        let request = Request {
            id: self.new_id(now),
            policy: input.policy.clone(),
            version: text.version(),
            clause: clause.id.clone(),
            permission: input.permission.clone(),
            asker: actor.person,
            recipient,
            concerned,
            scope,
            reason,
            asked_at: now,
            from: input.from.filter(|from| *from > now),
            until: None,
            due: deciding::due(permission, &now.to_zoned(self.time_zone().clone()), &self.timetable().calendar),
            escalation: None,
            state: RequestState::Waiting,
        };
        Ok(RequestRecord { request, answers, handed_to: None, assents: Vec::new(), consents: Vec::new() })
    }

    /// When what a request asks for would end, as the clause lets it.
    fn asked_end(
        &self,
        actor: &Authorised,
        permission: &Permission,
        request: &Request,
        input: &Ask,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, AskError> {
        let classes = self.lesson_classes(actor, actor.person, &request.recipient);
        let classes = grant_times::with_class_in_room(&request.scope, request.begins(now), self.timetable(), classes);
        let until = grant_times::asked_end(permission, (input.from, input.until), now, self.timetable(), &classes);
        until.map_err(|wrong| self.wrong_end(wrong))
    }

    /// Gives at once what the actor asked for or gives unasked, where the clause lets nobody else decide.
    async fn open_at_once(
        &self,
        actor: &Authorised,
        mut change: DeskChange,
        record: RequestRecord,
        asked: Event,
    ) -> Result<RequestLine, AskError> {
        let (now, until) = (change.at(), record.request.until);
        let given = record.request.clone().approve(self.new_id(now), actor.person, now, until);
        let Some((request, grant)) = given else { return Ok(self.request_line(actor, &record)) };
        let mut notes =
            vec![LedgerNote::new(&actor.part(Verb::Decide)?, keep_grant(&mut change, &request, &grant).await?)];
        if let Some(event) = self.write_grant(actor, &mut change, &record, &grant).await? {
            notes.push(LedgerNote::new(&actor.part(Verb::Enter)?, event));
        }
        let kept = change.commit_all(LedgerNote::new(actor, asked), notes).await?;
        self.refresh_grants(&kept.turn, &[grant.id]).await?;
        Ok(self.request_line(actor, &RequestRecord { request, ..record }))
    }

    /// An identifier for a request, to show a form with.
    pub fn new_request_id(&self) -> RequestId {
        self.new_id(self.now())
    }

    /// Why a grant can't end when it was asked to, in words.
    pub(crate) fn wrong_end(&self, wrong: WrongEnd) -> AskError {
        match wrong {
            WrongEnd::Passed => AskError::EndPassed,
            WrongEnd::BeforeStart => AskError::BeforeStart,
            WrongEnd::Over => AskError::Over,
            WrongEnd::NoEnd(why) => AskError::NoEnd { why },
            WrongEnd::TooLate { latest } => AskError::TooLong { latest: moment_words(latest, self.time_zone()) },
        }
    }

    /// Takes back a request of one's own that nobody has decided.
    pub async fn withdraw_request(&self, actor: &Actor, id: RequestId) -> Result<RequestLine, WithdrawRequestError> {
        let (actor, mut change) = self.begin_change(actor, Verb::WithdrawRequest).await?;
        let mut record = change.request(id).await?.ok_or(WithdrawRequestError::NotFound)?;
        asking::may_withdraw(&record.request, actor.person).map_err(|why_not| match why_not {
            WhyNotWithdraw::NotTheAsker => Forbidden::because("only whoever asked can take a request back").into(),
            WhyNotWithdraw::Decided => WithdrawRequestError::Decided,
        })?;
        record.request.state = RequestState::Withdrawn { at: change.at() };
        if !change.settle_request(&record.request).await? {
            return Err(WithdrawRequestError::Decided);
        }
        take_back_notices_to_decide(&mut change, id).await?;
        let kept = change.commit(&actor, Event::WithdrawRequest { request: id }).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Request(id)]).await?;
        Ok(self.request_line(&actor, &record))
    }

    /// What the actor asked for, newest first.
    pub async fn my_requests(&self, actor: &Actor, query: ListQuery) -> Result<Paged<RequestLine>, ReadError> {
        let actor = self.authorise(actor, Verb::MayAsk)?;
        let all = self.stores().read(&actor).await?.requests_by(actor.person).await?;
        let lines = all
            .iter()
            .map(|record| self.request_line(&actor, record))
            .filter(|line| query.matches([line.title.as_str(), line.scope_words.as_str(), line.reason.as_str()]))
            .collect();
        Ok(Paged::of(lines, &query))
    }

    /// Grants that the actor asked for, that are for them, or about them where they decide such, and that hold or have yet
    /// to begin. Of others that are about them nobody is told by this list: it might warn whom it must not.
    pub async fn my_grants(&self, actor: &Actor) -> Result<Vec<GrantLine>, ReadError> {
        let actor = self.authorise(actor, Verb::MayAsk)?;
        let now = self.now();
        let mut reading = self.stores().read(&actor).await?;
        let mut grants = reading.open_grants_asked_by_or_about(actor.person).await?;
        let own = self.grants_for(&actor);
        for id in own.iter().copied() {
            grants.extend(reading.grant(id).await?);
        }
        grants.sort_by_key(|record| (record.grant.from, record.grant.id));
        grants.dedup_by_key(|record| record.grant.id);
        let mut lines = Vec::new();
        for record in grants {
            if record.grant.has_ended(now) {
                continue;
            }
            let Some(request) = reading.request(record.grant.request).await? else { continue };
            let asked = request.request.asker == actor.person;
            if !asked && !own.contains(&record.grant.id) && !self.is_decided_by_concerned(&request.request) {
                continue;
            }
            lines.push(self.grant_line(&actor, &record, &request.request));
        }
        Ok(lines)
    }

    pub(crate) fn is_decided_by_concerned(&self, request: &Request) -> bool {
        let published = self.published_policies();
        let named = published.permission_ever(&request.policy, &request.permission);
        named.is_some_and(|(_, _, permission)| deciding::is_decided_by_concerned(permission))
    }

    /// The grants that are for somebody who is here: their own, their groups', everybody's.
    fn grants_for(&self, actor: &Authorised) -> Vec<GrantId> {
        let known = self.known(actor);
        let person = known.people_index.here(actor.person);
        person.map(|person| known.grants.of(person).map(|grant| grant.id).collect()).unwrap_or_default()
    }
}

/// Whether a form that is sent again asks for what it asked for before, and is not one that was filled in anew.
fn is_same(
    before: &RequestRecord,
    again: &RequestRecord,
    (from, until): (Option<Timestamp>, Option<Timestamp>),
) -> bool {
    let (answers_before, answers_again) = (&before.answers, &again.answers);
    let (before, again) = (&before.request, &again.request);
    before.asker == again.asker
        && before.permission == again.permission
        && before.recipient == again.recipient
        && before.scope == again.scope
        && before.reason == again.reason
        && answers_before == answers_again
        && from.is_none_or(|from| before.from == Some(from) || (before.from.is_none() && from <= before.asked_at))
        && until.is_none_or(|until| before.until == Some(until))
}

impl From<NotEntered> for AskError {
    fn from(why: NotEntered) -> Self {
        match why {
            NotEntered::Refused | NotEntered::DeviceLost => AskError::RegisterRefuses,
            NotEntered::Unavailable(cause) => cause.into(),
        }
    }
}

impl From<WrongRecipient> for AskError {
    fn from(wrong: WrongRecipient) -> Self {
        match wrong {
            WrongRecipient::NotAPupil => AskError::NotAPupil,
            WrongRecipient::NotYourGroup => AskError::NotYourGroup,
            WrongRecipient::GivenTo(allowed) => AskError::WrongRecipient { allowed: allowed.words() },
        }
    }
}

impl From<WrongScope> for AskError {
    fn from(wrong: WrongScope) -> Self {
        match wrong {
            WrongScope::Missing => AskError::WantsMissing,
            WrongScope::NotASite { typed } => AskError::NotASite { typed },
            WrongScope::SharedEnding { typed } => AskError::SharedEnding { typed },
            WrongScope::Sealed { site } => AskError::Sealed { site },
            WrongScope::OutsideCategories { wanted, allowed } => AskError::OutsideCategories { wanted, allowed },
        }
    }
}
