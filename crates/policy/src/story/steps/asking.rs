//! Asking for a permission, and taking a request back.

use std::collections::BTreeMap;

use domain::{FormAnswers, FormChecks, Group, PersonId, Recipient, Request, RequestState, TextLimits};
use uuid::Uuid;

use super::allowed;
use crate::document::Clause;
use crate::example::well_filled;
use crate::kinds::{Permission, Recipients};
use crate::rules::asking::{self, Wants};
use crate::rules::deciding::{self, SoFar};
use crate::rules::{grant_times, shown};
use crate::somebody::Somebody;
use crate::story::play::{Scene, StepAnswer};
use crate::story::records::{AskedRequest, VERSION};
use crate::story::{For, StoryMoment};

/// What whoever asks puts into the form.
pub(super) struct AskingForm<'a> {
    /// Whether they give it, nobody having asked.
    pub(super) gives: bool,
    pub(super) wants: Option<Wants>,
    pub(super) recipient: Option<&'a For>,
    pub(super) from: Option<StoryMoment>,
    pub(super) until: Option<StoryMoment>,
    /// What is typed into fields, by their names; every other one is filled in as it should be.
    pub(super) typed: &'a [(String, String)],
}

impl Scene<'_> {
    pub(super) fn asks(&mut self, who: usize, id: &str, form: &AskingForm<'_>) -> StepAnswer {
        let document = self.records.document;
        let Some((clause, permission)) = document.permission(id) else { return allowed(false, Vec::new()) };
        let clauses = vec![clause.id.clone()];
        let Some((request, answers)) = self.request(who, clause, permission, form) else {
            return allowed(false, clauses);
        };
        let gives = self.gives_unasked(who, permission, &request.recipient);
        if form.gives && !gives {
            return allowed(false, clauses);
        }
        let decides = deciding::deciders(Some(permission), SoFar::default(), &|role| self.is_absent(role));
        let classes = self.lesson_classes(&request);
        let begins = request.begins(self.at());
        let Ok(latest) = grant_times::latest_end(permission, begins, &self.records.timetable, &classes) else {
            return allowed(false, clauses);
        };
        let until = request.until;
        self.records.requests.push(AskedRequest {
            request,
            handed_to: None,
            assents: Vec::new(),
            answers,
            consents: Vec::new(),
            added: Vec::new(),
        });
        if gives || deciding::opens_on_own_word(permission) {
            self.give(who, self.records.requests.len() - 1, until);
        }
        let together = deciding::decide_together(permission);
        StepAnswer { deciding: Some((decides, latest)), together, classes, ..allowed(true, clauses) }
    }

    /// The request as the desk would take it; `None` where it would not.
    fn request(
        &mut self,
        who: usize,
        clause: &Clause,
        permission: &Permission,
        form: &AskingForm<'_>,
    ) -> Option<(Request, FormAnswers)> {
        let asked_for = match form.recipient {
            Some(For::Somebody(actor)) => Some(self.records.somebody(actor)),
            _ => None,
        };
        let asker = self.person(who).clone();
        let groups = asking::groups_to_ask_for(&asker.groups, &asker.particulars.teaches);
        let recipient = match form.recipient {
            Some(For::Everyone) => Recipient::Everyone,
            Some(For::Group(group)) => Recipient::Group(group.clone()),
            Some(For::Somebody(_)) => Recipient::Person(self.id(asked_for?)),
            None => usual_recipient(permission, asker.id, &groups)?,
        };
        let begins = form.from.map_or_else(|| self.now.clone(), |from| self.moment(from));
        let roles = self.asks_as(who, &recipient, &begins);
        let somebody = Somebody { roles: &roles, ..Somebody::from(&asker) };
        let gives = self.gives_unasked(who, permission, &recipient);
        if !gives && !asking::may_ask(self.records.document, permission, somebody) {
            return None;
        }
        let audience = |id| Some(self.records.people.iter().find(|known| known.person.id == id)?.person.audience);
        let recipient = asking::recipient(permission, asker.id, &groups, recipient, audience).ok()?;
        let scope = asking::scope(permission, form.wants.clone().unwrap_or(Wants::Words(String::new())), |address| {
            (self.categories)(address)
        });
        let scope = scope.ok()?;
        let lesson_teacher = self.records.lesson_teacher(asker.id, &recipient, Some(&scope), &begins);
        if asking::lacks_lesson(permission, lesson_teacher) {
            return None;
        }
        let answers = self.answers(permission, form.typed)?;
        let concerned = asking::concerned(asker.id, &recipient, &answers);
        if asking::lacks_concerned(permission, concerned) {
            return None;
        }
        let times = [form.from, form.until].map(|moment| moment.map(|moment| self.moment(moment).timestamp()));
        let [from, until] = times;
        let mut request = Request {
            id: self.records.new_id(),
            policy: self.records.document.id.clone(),
            version: VERSION,
            clause: clause.id.clone(),
            permission: shown::permission(permission).id.to_owned(),
            asker: asker.id,
            recipient,
            concerned,
            scope,
            reason: "as the story says".to_owned(),
            asked_at: self.at(),
            from,
            until,
            due: deciding::due(permission, &self.now, &self.records.timetable.calendar),
            escalation: None,
            state: RequestState::Waiting,
        };
        let classes = self.lesson_classes(&request);
        let end = grant_times::asked_end(permission, (from, until), self.at(), &self.records.timetable, &classes);
        request.until = end.ok()?;
        Some((request, answers))
    }

    /// Whether somebody gives it to a recipient when nobody has asked.
    fn gives_unasked(&self, who: usize, permission: &Permission, recipient: &Recipient) -> bool {
        let roles = self.records.own_roles(who, self.now.date());
        let giver = Somebody { roles: &roles, ..Somebody::from(self.person(who)) };
        deciding::gives_unasked(permission, (self.id(who), giver), recipient, &|role| self.is_absent(role))
    }

    /// What is given in the form's fields; `None` where the desk would not take it.
    fn answers(&self, permission: &Permission, typed: &[(String, String)]) -> Option<FormAnswers> {
        let document = self.records.document;
        let usual = shown::permission(permission).form.into_iter().map(|field| {
            let fitting = asking::fitting(document, permission, &field).first().map(|answer| (*answer).to_owned());
            let typed = fitting.unwrap_or_else(|| well_filled(&field.kind));
            (field.name, typed)
        });
        let mut filled: BTreeMap<String, String> = usual.collect();
        filled.extend(typed.iter().cloned());
        self.check_form(|checks| asking::answers(document, permission, &filled, checks)).ok()
    }

    /// Reads a form against the people of the story.
    pub(super) fn check_form<T>(&self, read: impl FnOnce(&FormChecks<'_>) -> T) -> T {
        let checks = FormChecks {
            limits: TextLimits::default(),
            zone: &self.records.timetable.time_zone,
            // A story says the name of somebody in it, or of anybody else who they are: "pupil", "staff".
            person: &|who| match self.records.people.iter().find(|known| known.person.name == who) {
                Some(known) => Some((known.person.id, known.person.audience)),
                None => Some((PersonId(Uuid::nil()), who.parse().ok()?)),
            },
            is_group: &|_| true,
        };
        read(&checks)
    }

    /// The classes whose lesson a grant may end with.
    pub(super) fn lesson_classes(&self, request: &Request) -> Vec<Group> {
        let find = |id| self.records.people.iter().map(|known| &known.person).find(|person| person.id == id);
        let classes = grant_times::lesson_classes(&request.recipient, request.asker, find);
        let begins = request.begins(request.asked_at);
        grant_times::with_class_in_room(&request.scope, begins, &self.records.timetable, classes)
    }

    pub(super) fn takes_back(&mut self, who: usize, id: &str) -> StepAnswer {
        let (by, now) = (self.id(who), self.at());
        let clauses = self.permission(id).map(|(clause, _)| clause.id.clone()).into_iter().collect();
        let of_permission = |asked: &AskedRequest| asked.request.permission == id;
        let newest = self.records.requests.iter().rposition(of_permission);
        let open = newest.filter(|place| asking::may_withdraw(&self.records.requests[*place].request, by).is_ok());
        if let Some(place) = open {
            self.records.requests[place].request.state = RequestState::Withdrawn { at: now };
        }
        allowed(open.is_some(), clauses)
    }
}

/// Those whom the form offers first: the asker, or their only group.
fn usual_recipient(permission: &Permission, asker: PersonId, groups: &[Group]) -> Option<Recipient> {
    match (shown::permission(permission).to, groups) {
        (Recipients::Own | Recipients::Person, _) => Some(Recipient::Person(asker)),
        (Recipients::Audience(audience), _) => Some(Recipient::Audience(audience)),
        (Recipients::Everyone, _) => Some(Recipient::Everyone),
        (Recipients::Group, [only]) => Some(Recipient::Group(only.clone())),
        (Recipients::Group, _) => None,
    }
}
