//! Who may look at monitored data, for which purposes, with whose agreement, and when the person is told.

use std::collections::BTreeSet;

use domain::{Audience, Duty, NoEnd, PersonId, Role, Roles, Timetable};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::document::{Clause, Document};
use crate::kinds::{Data, Rule, Tell, View};
use crate::rules::Rules;
use crate::somebody::Somebody;

/// How long one statement of purpose lets somebody look. Afterwards they state it again.
pub const HOLDS_FOR: SignedDuration = SignedDuration::from_mins(60);

/// Days for which whoever looks may put off that the person is told, unless the school sets others.
pub const LONGEST_UNTOLD_DAYS: u32 = 180;

/// Why somebody may not look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotLook {
    /// No rule speaks of this kind of data.
    NoSuchClause,
    /// It is for these roles.
    For(Vec<Role>),
    /// The policies whose clauses would let them look don't speak to the person, who has been told of none.
    NotToldOfIt,
}

/// Why somebody may not agree to a viewing as its second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNotSecond {
    OwnViewing,
    AboutThemselves,
    /// It is for these roles.
    For(Vec<Role>),
    Agreed,
    Lapsed,
}

/// Why the person can't be told when the viewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTelling {
    /// The clause says when.
    Fixed,
    ReasonMissing,
    /// It has passed, or is too far away.
    OutsideSpan,
    /// The school's calendar does not tell when the clause has the person told.
    NoEnd(NoEnd),
}

/// A viewing as its purpose was stated.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a> {
    pub viewer: PersonId,
    /// The person whose data it is, where it is one person's.
    pub subject: Option<PersonId>,
    /// The roles of which one must agree, as the clause said when the purpose was stated.
    pub seconds: &'a [Role],
    pub asked_at: Timestamp,
    pub seconded_at: Option<Timestamp>,
}

/// What a stated purpose lets its viewer do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Open,
    AwaitsSecond,
    Lapsed,
}

/// The clauses that say who may look at a kind of data.
pub fn views(document: &Document, what: Data) -> impl Iterator<Item = (&Clause, &View)> {
    document.rules().filter_map(move |(clause, rule)| match rule {
        Rule::View(view) if view.what.contains(&what) => Some((clause, view)),
        _ => None,
    })
}

/// The rule by which somebody may look at a kind of data: of `clause`, where one is named; `of`, where it is one person's,
/// is the audience that person is of.
pub fn right<'a>(
    document: &'a Document,
    what: Data,
    clause: Option<&str>,
    of: Option<Audience>,
    somebody: Somebody<'_>,
) -> Result<(&'a Clause, &'a View), WhyNotLook> {
    let of_clause = || views(document, what).filter(|(stands, _)| clause.is_none_or(|clause| stands.id == clause));
    let Some(right) = of_clause().find(|(_, view)| may_look(view, somebody)) else {
        let roles: Vec<Role> = of_clause().flat_map(|(_, view)| view.who.iter().copied()).collect();
        return Err(if roles.is_empty() { WhyNotLook::NoSuchClause } else { WhyNotLook::For(roles) });
    };
    if of.is_some_and(|audience| !is_told_of(document, audience)) {
        return Err(WhyNotLook::NotToldOfIt);
    }
    Ok(right)
}

/// The audiences whose activity the clauses of a policy open: those that it speaks to, for nobody else has been told.
pub fn opened(document: &Document) -> BTreeSet<Audience> {
    document.audiences.iter().copied().collect()
}

/// Whether people of an audience are told who may look, by a policy that opens what they do, or what they did: past pupils
/// were pupils then.
pub fn is_told_of(document: &Document, audience: Audience) -> bool {
    let opened = opened(document);
    opened.contains(&audience) || (audience == Audience::ExPupil && opened.contains(&Audience::Pupil))
}

/// Whether a clause lets somebody look.
pub fn may_look(view: &View, somebody: Somebody<'_>) -> bool {
    somebody.holds_any(&view.who)
}

/// Whether a clause lets somebody see, as it happens and without names, which sites are visited: it opens use of the web
/// to them without a second person. Where it asks for one, nobody has agreed to what is live.
pub fn may_see_live(view: &View, somebody: Somebody<'_>) -> bool {
    view.what.contains(&Data::Web) && view.second_person.is_none() && may_look(view, somebody)
}

/// The audiences whose use of the web somebody may see live by these rules.
pub fn seen_live(rules: &Rules, somebody: Somebody<'_>) -> BTreeSet<Audience> {
    let shown = rules.each().filter(|(_, _, _, rule)| matches!(rule, Rule::View(view) if may_see_live(view, somebody)));
    shown.flat_map(|(_, policy, _, _)| opened(&policy.document)).collect()
}

/// Whether what somebody states is one of the clause's purposes, in whatever capitals, and goes on to say what makes it
/// one in this case.
pub fn is_purpose(view: &View, stated: &str) -> bool {
    let stated = stated.trim().to_lowercase();
    let mut cases = view.purposes.iter().filter_map(|purpose| stated.strip_prefix(&purpose.trim().to_lowercase()));
    cases.any(|case| !case.starts_with(char::is_alphanumeric) && case.contains(char::is_alphanumeric))
}

/// Whether those who look by a clause are shown visits to helplines: only where it names them by a role with the duty.
pub fn sees_help(view: &View, roles: &Roles, somebody: Somebody<'_>) -> bool {
    roles
        .carrying(Duty::SeeHelpSeeking)
        .any(|entry| view.who.contains(&entry.role) && somebody.holds_any(&[entry.role]))
}

/// Until when the person is not told, by the clause or by what the viewer says: until when, and why. `None`: they are
/// told at once. A viewer may put it off for `longest` days.
pub fn untold_until(
    view: &View,
    later: Option<(Timestamp, &str)>,
    now: Timestamp,
    longest: u32,
    timetable: &Timetable,
) -> Result<Option<Timestamp>, WrongTelling> {
    let now_here = now.to_zoned(timetable.time_zone.clone());
    match (view.tell, later) {
        (Tell::AtOnce | Tell::WhenTheViewerSays, None) => Ok(None),
        (Tell::After(span), None) => {
            let told = span.after(&now_here, &timetable.calendar).map_err(WrongTelling::NoEnd)?;
            Ok(Some(told.timestamp()))
        }
        (Tell::AtOnce | Tell::After(_), Some(_)) => Err(WrongTelling::Fixed),
        (Tell::WhenTheViewerSays, Some((_, reason))) if reason.trim().is_empty() => Err(WrongTelling::ReasonMissing),
        (Tell::WhenTheViewerSays, Some((until, _))) => {
            let latest = now_here.saturating_add(i64::from(longest).days()).timestamp();
            if until <= now || until > latest { Err(WrongTelling::OutsideSpan) } else { Ok(Some(until)) }
        }
    }
}

/// Whether the person whose data it was is told of a viewing by now: it was opened, and the time to wait is over.
pub fn is_told(opened_at: Option<Timestamp>, untold_until: Option<Timestamp>, now: Timestamp) -> bool {
    opened_at.is_some() && untold_until.is_none_or(|until| until <= now)
}

/// Whether somebody may be the second person of a viewing by a clause.
pub fn may_second(view: &View, somebody: Somebody<'_>) -> bool {
    somebody.holds_any(seconds(view))
}

/// The roles of which one must agree before anything is shown; none where the clause asks for no second person.
pub fn seconds(view: &View) -> &[Role] {
    view.second_person.as_deref().unwrap_or_default()
}

impl Stated<'_> {
    /// When it no longer lets anybody look: an hour after it was stated or, where a second person agreed, an hour after
    /// that.
    pub fn lapses(&self) -> Timestamp {
        let from = self.seconded_at.unwrap_or(self.asked_at);
        from.checked_add(HOLDS_FOR).unwrap_or(Timestamp::MAX)
    }

    pub fn look(&self, now: Timestamp) -> Look {
        if self.lapses() <= now {
            Look::Lapsed
        } else if !self.seconds.is_empty() && self.seconded_at.is_none() {
            Look::AwaitsSecond
        } else {
            Look::Open
        }
    }

    /// Why a person may not agree to it as its second person; `None` where they may.
    pub fn why_not_second(&self, id: PersonId, somebody: Somebody<'_>, now: Timestamp) -> Option<WhyNotSecond> {
        if self.viewer == id {
            Some(WhyNotSecond::OwnViewing)
        } else if self.subject == Some(id) {
            Some(WhyNotSecond::AboutThemselves)
        } else if !somebody.holds_any(self.seconds) {
            Some(WhyNotSecond::For(self.seconds.to_vec()))
        } else if self.seconded_at.is_some() {
            Some(WhyNotSecond::Agreed)
        } else if self.look(now) == Look::Lapsed {
            Some(WhyNotSecond::Lapsed)
        } else {
            None
        }
    }
}
