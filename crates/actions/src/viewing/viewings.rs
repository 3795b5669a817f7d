//! Looking at monitored data. The purpose, the subject, the span and, where the clause asks it, a second person stand
//! in the ledger before anything is shown; this is the one place that makes an [`activity::ViewingPermit`].

use std::cmp::Reverse;
use std::collections::BTreeSet;

use activity::{ActivityQuery, ViewingPermit};
use domain::{Activity, Audience, Category, Host, Person, PersonId, PolicyId, Role, Told, ViewingId};
use jiff::Timestamp;
use jiff::civil::Date;
use policy::kinds::{Data, Tell, View};
use policy::rules::viewing::{Look, Stated, WhyNotLook, WhyNotSecond, WrongTelling};
use policy::rules::{shown, viewing as viewing_rules};
use records::{Event, PagesRead, Viewing};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::paging::{ListQuery, PAGE_SIZE, Paged};
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;
use crate::desk::texts::TooLong;
use crate::desk::wording::role_words;
use crate::known::people_index::PersonLine;
use crate::viewing::subject::{Subject, subject_of, subject_text};

#[derive(Debug, Clone)]
pub struct ViewActivity {
    pub subject: Subject,
    /// The clause that lets the actor look.
    pub policy: PolicyId,
    pub clause: String,
    /// One of the clause's purposes, with what makes it one in this case.
    pub purpose: String,
    pub from: Timestamp,
    /// The span ends before this.
    pub to: Timestamp,
    /// That the person is told later, where the clause leaves it to the viewer.
    pub tell_later: Option<TellLater>,
}

/// Why somebody whose activity is looked at is not told at once, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellLater {
    pub until: Timestamp,
    /// Kept in the record of the viewing alone.
    pub reason: String,
}

/// A clause by which the actor may look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewClause {
    pub policy: PolicyId,
    pub policy_title: String,
    pub clause: String,
    pub number: String,
    pub title: String,
    pub purposes: Vec<String>,
    /// One of these must agree first; empty where the clause asks for no second person.
    pub second_person: Vec<Role>,
    pub marked_personal: Option<String>,
    /// When the person is told.
    pub tell: Tell,
}

/// One look, or the wish for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewingLine {
    pub id: ViewingId,
    pub viewer: PersonLine,
    pub subject: Subject,
    pub subject_words: String,
    pub purpose: String,
    pub policy: PolicyId,
    pub clause: String,
    pub from: Timestamp,
    pub to: Timestamp,
    pub asked_at: Timestamp,
    /// A holder of one of these roles must still agree.
    pub awaits: Vec<Role>,
    pub second: Option<PersonLine>,
    /// When what was stated no longer lets anybody look.
    pub until: Timestamp,
    /// The person is not told before this; for the viewer and whoever agrees.
    pub untold_until: Option<Timestamp>,
    pub untold_reason: Option<String>,
}

/// One use of the web, with whose it was.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityRow {
    pub activity: Activity,
    pub person: Option<PersonLine>,
    /// A visit to somebody who helps. Only the safeguarding lead is shown these.
    pub sought_help: bool,
}

/// One page of what a viewing opens.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityPage {
    pub page: Paged<ActivityRow>,
    /// Days, in UTC, whose activity is damaged on the disk: what happened on them is missing.
    pub unreadable: BTreeSet<Date>,
}

/// All that a viewing opens.
#[derive(Debug, Clone, PartialEq)]
pub struct AllActivity {
    pub rows: Vec<ActivityRow>,
    /// As [`ActivityPage::unreadable`].
    pub unreadable: BTreeSet<Date>,
}

verb_error! {
    ViewError {
        #[error("There is no viewing here with this address.")]
        NotFound => NotFound;
        #[error("This clause lets nobody look at the use of the web.")]
        NoSuchClause => Invalid("clause");
        #[error("State the purpose: what happened that makes you look.")]
        PurposeMissing => Invalid("purpose");
        #[error("{too_long}")]
        LongPurpose { too_long: TooLong } => Invalid("purpose");
        #[error("The clause names other purposes. Begin with one of them, then say what happened: {purposes}.")]
        OtherPurpose { purposes: String } => Invalid("purpose");
        #[error("The span ends before it begins. Put the earlier moment first.")]
        SpanReversed => Invalid("to");
        #[error("This site helps people who are in trouble. Only the safeguarding lead may see who went there.")]
        Helpline => Invalid("site");
        #[error("The clause says when the person is told, so it can't wait longer.")]
        TellingIsFixed => Invalid("tell");
        #[error("Choose a moment after now and no more than {days} days away.")]
        TellLaterSpan { days: u32 } => Invalid("tell-on");
        #[error("Say why telling them now would do harm. The reason stays in the record of this look.")]
        TellLaterReason => Invalid("tell-reason");
        #[error("{too_long}")]
        LongTellReason { too_long: TooLong } => Invalid("tell-reason");
        #[error("{why}")]
        NoTelling { why: domain::NoEnd } => Conflict;
        #[error("There is nobody on record with this address.")]
        NoSuchPerson => Invalid("subject");
        #[error("The policy of this clause does not speak to people like them, so it lets nobody look at what they do. Choose a clause of a policy that does.")]
        NotToldOfIt => Invalid("subject");
        #[error("A second person must agree first: {roles}.")]
        AwaitsSecond { roles: String } => Conflict;
        #[error("Somebody has agreed already.")]
        Agreed => Conflict;
        #[error("What you stated held for an hour. State your purpose again.")]
        Lapsed => Conflict;
        #[error("The clause asks for a second person now. State your purpose again.")]
        SecondAsked => Conflict;
    }
}

impl Desk {
    /// The clauses by which the actor may look at the use of the web.
    pub fn viewing_rights(&self, actor: &Actor) -> Vec<ViewClause> {
        let Ok(actor) = self.authorise(actor, Verb::ViewActivity) else { return Vec::new() };
        let published_policies = self.published_policies();
        let mut clauses = Vec::new();
        for text in published_policies.currents() {
            let views = viewing_rules::views(&text.document, Data::Web);
            for (clause, view) in views.filter(|(_, view)| viewing_rules::may_look(view, actor.somebody())) {
                let shown = shown::view(view);
                clauses.push(ViewClause {
                    policy: text.record.policy.clone(),
                    policy_title: text.document.title.clone(),
                    clause: clause.id.clone(),
                    number: clause.number.clone(),
                    title: clause.title.clone(),
                    purposes: shown.purposes.to_vec(),
                    second_person: viewing_rules::seconds(view).to_vec(),
                    marked_personal: shown.marked_personal.map(str::to_owned),
                    tell: shown.tell,
                });
            }
        }
        clauses
    }

    /// States a purpose. Nothing is shown by this: [`Desk::read_activity`] does, for an hour.
    pub async fn view_activity(&self, actor: &Actor, input: ViewActivity) -> Result<ViewingLine, ViewError> {
        let (actor, mut change) = self.begin_change(actor, Verb::ViewActivity).await?;
        let now = change.at();
        let of = match &input.subject {
            Subject::Person(person) => {
                Some(self.people_index(&actor).person(*person).ok_or(ViewError::NoSuchPerson)?.audience)
            }
            Subject::Host(_) | Subject::Everyone => None,
        };
        let (view, _) = self.right(&actor, &input.policy, &input.clause, of).map_err(|why_not| match why_not {
            WhyNotLook::NoSuchClause => ViewError::NoSuchClause,
            WhyNotLook::NotToldOfIt => ViewError::NotToldOfIt,
            WhyNotLook::For(roles) => {
                Forbidden::because(format!("it is for {}", role_words(&self.roles(), &roles))).into()
            }
        })?;
        let purpose = self.text(&input.purpose).map_err(|too_long| ViewError::LongPurpose { too_long })?;
        if purpose.is_empty() {
            return Err(ViewError::PurposeMissing);
        }
        if !viewing_rules::is_purpose(&view, &purpose) {
            return Err(ViewError::OtherPurpose { purposes: shown::view(&view).purposes.join("; ") });
        }
        if input.to <= input.from {
            return Err(ViewError::SpanReversed);
        }
        if let Subject::Host(host) = &input.subject
            && self.is_helpline(host)
            && !viewing_rules::sees_help(&view, &self.roles(), actor.somebody())
        {
            return Err(ViewError::Helpline);
        }
        let untold_reason = input.tell_later.as_ref().map(|later| self.text(&later.reason)).transpose();
        let untold_reason = untold_reason.map_err(|too_long| ViewError::LongTellReason { too_long })?;
        let later = input.tell_later.as_ref().map(|later| later.until).zip(untold_reason.as_deref());
        let longest = self.settings().longest_untold_days;
        let untold_until = viewing_rules::untold_until(&view, later, now, longest, self.timetable())
            .map_err(|wrong| wrong_telling(wrong, longest))?;
        let viewing = Viewing {
            id: self.new_id(now),
            viewer: actor.person,
            subject: subject_text(&input.subject),
            purpose,
            policy: input.policy,
            clause: input.clause,
            from: input.from,
            to: input.to,
            asked_at: now,
            second_of: viewing_rules::seconds(&view).to_vec(),
            second: None,
            second_at: None,
            opened_at: None,
            untold_until,
            untold_reason,
        };
        change.add_viewing(&viewing).await?;
        self.tell_second_people(&mut change, &actor, &viewing).await?;
        let event = Event::StateViewing {
            viewing: viewing.id,
            subject: (&input.subject).into(),
            from: viewing.from,
            to: viewing.to,
            policy: (&viewing.policy).into(),
            clause: viewing.clause.as_str().into(),
            second_of: viewing.second_of.clone(),
            untold_until: viewing.untold_until,
        };
        change.commit(&actor, event).await?;
        Ok(self.viewing_line(&actor, &viewing))
    }

    /// Agrees to somebody else's viewing, as the second person that the clause asks for.
    pub async fn second_viewing(&self, actor: &Actor, id: ViewingId) -> Result<ViewingLine, ViewError> {
        let (actor, mut change) = self.begin_change(actor, Verb::SecondViewing).await?;
        let viewing = change.viewing(id).await?.ok_or(ViewError::NotFound)?;
        let why_not = stated(&viewing).why_not_second(actor.person, actor.somebody(), change.at());
        if let Some(why_not) = why_not {
            let because = match why_not {
                WhyNotSecond::OwnViewing => "the second person is somebody else".to_owned(),
                WhyNotSecond::AboutThemselves => "it is about you, so somebody else must agree".to_owned(),
                WhyNotSecond::For(roles) => format!("it is for {}", role_words(&self.roles(), &roles)),
                WhyNotSecond::Agreed => return Err(ViewError::Agreed),
                WhyNotSecond::Lapsed => return Err(ViewError::Lapsed),
            };
            return Err(Forbidden::because(because).into());
        }
        if !change.second_viewing(id, actor.person).await? {
            return Err(ViewError::Agreed);
        }
        change.take_back_notices(TaskKind::SecondViewing { viewing: id }.told()).await?;
        let after = change.viewing(id).await?.unwrap_or(viewing);
        change.commit(&actor, Event::SecondViewing { viewing: id }).await?;
        Ok(self.viewing_line(&actor, &after))
    }

    /// The viewings that the actor stated, and those that wait for them as second person; newest first.
    pub async fn viewings(&self, actor: &Actor) -> Result<Vec<ViewingLine>, ViewError> {
        let actor = self.looks_or_seconds(actor)?;
        let mut reading = self.stores().read(&actor).await?;
        let mut mine = reading.viewings_by(actor.person).await?;
        let awaiting = reading.unseconded_viewings(self.now() - viewing_rules::HOLDS_FOR).await?;
        drop(reading);
        self.note_read_of(&actor, |told| matches!(told, Told::SecondAsked(_))).await?;
        mine.extend(awaiting.into_iter().filter(|viewing| self.awaits(&actor, viewing)));
        mine.sort_by_key(|viewing| Reverse((viewing.asked_at, viewing.id)));
        Ok(mine.iter().map(|viewing| self.viewing_line(&actor, viewing)).collect())
    }

    /// One of [`Desk::viewings`].
    pub async fn viewing(&self, actor: &Actor, id: ViewingId) -> Result<ViewingLine, ViewError> {
        let actor = self.looks_or_seconds(actor)?;
        let viewing = self.stores().read(&actor).await?.viewing(id).await?;
        let mine = viewing.filter(|viewing| viewing.viewer == actor.person || self.awaits(&actor, viewing));
        Ok(self.viewing_line(&actor, &mine.ok_or(ViewError::NotFound)?))
    }

    fn looks_or_seconds(&self, actor: &Actor) -> Result<Authorised, Forbidden> {
        self.authorise(actor, Verb::ViewActivity).or_else(|_| self.authorise(actor, Verb::SecondViewing))
    }

    /// Tells those who may agree as the second person, where the clause asks for one. Mail that would go only when the
    /// stated purpose no longer holds is not written.
    async fn tell_second_people(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        viewing: &Viewing,
    ) -> Result<(), records::Error> {
        if self.mail_from(change.at()) >= stated(viewing).lapses() {
            return Ok(());
        }
        let (people_index, now) = (self.people_index(by), change.at());
        let may_agree = |person: &&Person| stated(viewing).why_not_second(person.id, (*person).into(), now).is_none();
        let holders = viewing.second_of.iter().flat_map(|role| people_index.holders_here(*role));
        let people: Vec<PersonId> = holders.filter(may_agree).map(|person| person.id).collect();
        self.tell(change, &people, TaskKind::SecondViewing { viewing: viewing.id }.told(), Urgency::Ordinary).await
    }

    pub(crate) fn awaits(&self, actor: &Actor, viewing: &Viewing) -> bool {
        stated(viewing).why_not_second(actor.person, actor.somebody(), self.now()).is_none()
    }

    /// Whether somebody who looks by a clause is shown visits to helplines. It depends on them and the clause alone, never
    /// on what was visited: who is not shown such visits must not learn that there were any.
    pub fn sees_help(&self, actor: &Actor, policy: &PolicyId, clause: &str) -> bool {
        let right = self.right(actor, policy, clause, None);
        right.is_ok_and(|(view, _)| viewing_rules::sees_help(&view, &self.roles(), actor.somebody()))
    }

    /// One page of what a viewing opens, newest first. Each page that is read stands in the ledger.
    pub async fn read_activity(
        &self,
        actor: &Actor,
        id: ViewingId,
        query: ListQuery,
    ) -> Result<ActivityPage, ViewError> {
        let read = PagesRead::One { page: query.page.max(1), searched: !query.search.trim().is_empty() };
        let actor = self.authorise(actor, Verb::ViewActivity)?;
        let look = self.open_viewing(&actor, id, read).await?;
        let search = query.search.trim();
        let asked = ActivityQuery {
            text: (!search.is_empty()).then(|| search.to_owned()),
            offset: usize::try_from(query.skip()).unwrap_or(usize::MAX),
            limit: usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX),
            ..ActivityQuery::default()
        };
        let (rows, total, unreadable) = self.search_activity(&actor, &look, asked).await?;
        Ok(ActivityPage { page: Paged::given(rows, total, &query), unreadable })
    }

    /// All that a viewing opens, newest first. That all of it was read stands in the ledger.
    pub async fn read_all_activity(&self, actor: &Actor, id: ViewingId) -> Result<AllActivity, ViewError> {
        let actor = self.authorise(actor, Verb::ViewActivity)?;
        let look = self.open_viewing(&actor, id, PagesRead::All).await?;
        let mut all = AllActivity { rows: Vec::new(), unreadable: BTreeSet::new() };
        loop {
            let asked = ActivityQuery { offset: all.rows.len(), ..ActivityQuery::default() };
            let (rows, total, unreadable) = self.search_activity(&actor, &look, asked).await?;
            let is_last = rows.is_empty();
            all.rows.extend(rows);
            all.unreadable.extend(unreadable);
            if is_last || all.rows.len() as u64 >= total {
                return Ok(all);
            }
        }
    }

    /// The permit for one look, once the look stands in the ledger.
    async fn open_viewing(&self, actor: &Authorised, id: ViewingId, read: PagesRead) -> Result<OpenViewing, ViewError> {
        let (actor, mut change) = self.begin_change(actor, actor.verb()).await?;
        let viewing = change.viewing(id).await?.filter(|viewing| viewing.viewer == actor.person);
        let viewing = viewing.ok_or(ViewError::NotFound)?;
        match stated(&viewing).look(change.at()) {
            Look::Open => {}
            Look::AwaitsSecond => {
                return Err(ViewError::AwaitsSecond { roles: role_words(&self.roles(), &viewing.second_of) });
            }
            Look::Lapsed => return Err(ViewError::Lapsed),
        }
        let Ok((view, audiences)) = self.right(&actor, &viewing.policy, &viewing.clause, None) else {
            return Err(Forbidden::because("the clause no longer lets you look").into());
        };
        if viewing.second.is_none() && !viewing_rules::seconds(&view).is_empty() {
            return Err(ViewError::SecondAsked);
        }
        change.mark_viewing_opened(id).await?;
        let number = change.commit(&actor, Event::ReadActivity { viewing: id, read }).await?.number;
        let subject = match subject_of(&viewing) {
            Subject::Person(person) => activity::PermitSubject::Person(person),
            Subject::Host(host) => activity::PermitSubject::Host(host.to_string()),
            Subject::Everyone => activity::PermitSubject::Everyone,
        };
        let permit = ViewingPermit::recorded(number, viewing.purpose, (subject, audiences), viewing.from, viewing.to);
        let sees_help = viewing_rules::sees_help(&view, &self.roles(), actor.somebody());
        Ok(OpenViewing { permit, sees_help })
    }

    /// The rule of a clause by which the actor may look at use of the web now, and whose it opens. `of` is the audience of
    /// the one person that is looked at, where it is one.
    fn right(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        clause: &str,
        of: Option<Audience>,
    ) -> Result<(View, BTreeSet<Audience>), WhyNotLook> {
        let published_policies = self.published_policies();
        let document = &published_policies.current(policy).ok_or(WhyNotLook::NoSuchClause)?.document;
        let (_, view) = viewing_rules::right(document, Data::Web, Some(clause), of, actor.somebody())?;
        Ok((view.clone(), viewing_rules::opened(document)))
    }

    fn is_helpline(&self, host: &Host) -> bool {
        self.sites().categories(host, None).contains(Category::Helplines)
    }

    async fn search_activity(
        &self,
        actor: &Authorised,
        look: &OpenViewing,
        asked: ActivityQuery,
    ) -> Result<(Vec<ActivityRow>, u64, BTreeSet<Date>), ViewError> {
        let asked = ActivityQuery { without: (!look.sees_help).then_some(Category::Helplines), ..asked };
        let page = self.stores().search_activity(actor, &look.permit, asked).await?;
        let people_index = self.people_index(actor);
        let row = |activity: Activity| ActivityRow {
            person: activity.person.map(|id| people_index.line(id)),
            sought_help: activity.categories.contains(Category::Helplines),
            activity,
        };
        Ok((page.rows.into_iter().map(row).collect(), page.total, page.unreadable))
    }

    pub(crate) fn viewing_line(&self, by: &Authorised, viewing: &Viewing) -> ViewingLine {
        let people_index = self.people_index(by);
        let subject = subject_of(viewing);
        ViewingLine {
            id: viewing.id,
            viewer: people_index.line(viewing.viewer),
            subject_words: match &subject {
                Subject::Person(person) => people_index.line(*person).name,
                Subject::Host(host) => format!("visits to {host}"),
                Subject::Everyone => "everybody".to_owned(),
            },
            subject,
            purpose: viewing.purpose.clone(),
            policy: viewing.policy.clone(),
            clause: viewing.clause.clone(),
            from: viewing.from,
            to: viewing.to,
            asked_at: viewing.asked_at,
            awaits: if viewing.second.is_none() { viewing.second_of.clone() } else { Vec::new() },
            second: viewing.second.map(|person| people_index.line(person)),
            until: stated(viewing).lapses(),
            untold_until: viewing.untold_until,
            untold_reason: viewing.untold_reason.clone(),
        }
    }
}

/// A viewing as the rules look at it.
fn stated(viewing: &Viewing) -> Stated<'_> {
    Stated {
        viewer: viewing.viewer,
        subject: match subject_of(viewing) {
            Subject::Person(person) => Some(person),
            Subject::Host(_) | Subject::Everyone => None,
        },
        seconds: &viewing.second_of,
        asked_at: viewing.asked_at,
        seconded_at: viewing.second_at,
    }
}

fn wrong_telling(wrong: WrongTelling, days: u32) -> ViewError {
    match wrong {
        WrongTelling::Fixed => ViewError::TellingIsFixed,
        WrongTelling::ReasonMissing => ViewError::TellLaterReason,
        WrongTelling::OutsideSpan => ViewError::TellLaterSpan { days },
        WrongTelling::NoEnd(why) => ViewError::NoTelling { why },
    }
}

/// One look: the permit for it, and whether visits to people who help are part of it.
struct OpenViewing {
    permit: ViewingPermit,
    sees_help: bool,
}
