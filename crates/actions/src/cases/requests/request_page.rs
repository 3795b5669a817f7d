//! One request with all that its decision rests on, and the list of those that wait for somebody.

use domain::{Decision, FileOf, GrantId, GrantScope, Group, Recipient, RequestId, RequestState, Role, Standing};
use jiff::Timestamp;
use policy::rules::consents::ConsentDetail;
use policy::rules::{grant_times, pictures};
use records::{GrantRecord, HandOn, RequestRecord};

use crate::cases::kept_files::FileLine;
use crate::cases::requests::consents::ConsentLine;
use crate::cases::requests::request_lines::RequestLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::wording::{effect_words, role_words};
use crate::known::system_actors::PROGRAM;
use crate::policies::permission_cards::PermissionCard;
use crate::verdicts::explain_verdict::WhyVerdict;

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
    /// Whether a yes waits for a picture.
    pub lacks_picture: bool,
    pub may_take_out_picture: bool,
}

impl RequestPage {
    pub fn is_waiting(&self) -> bool {
        self.line.state == RequestState::Waiting
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    pub at: Timestamp,
    pub who: String,
    pub what: String,
}

impl Desk {
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
        let of = FileOf::Request(id);
        let (files, mut taken_out) = (reading.files(of).await?, reading.taken_out_files(of).await?);
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
        let sees_pictures = self.sees_pictures(&actor, &record);
        let may_add_picture = self.why_not_add_picture(&actor, &record, (&files, &taken_out)).is_none();
        taken_out.retain(|_| sees_pictures);
        let history = self.history(&actor, &record, &hand_ons, given.as_ref());
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
            history: self.with_taken_out(&actor, of, &taken_out, history),
            mine: request.asker == actor.person,
            consents,
            held_back: self.is_held_back(&actor, &record),
            may_add_picture,
            lacks_picture: named
                .is_some_and(|(_, _, permission)| pictures::lacks(permission, &record.answers, files.len())),
            pictures: sees_pictures.then(|| self.file_lines(&actor, files)),
            may_take_out_picture: self.why_not_take_out_picture(&actor, &record).is_none(),
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
