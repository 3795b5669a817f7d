//! Telling people of what is done, in the change that does it, and noting what they have read.

use std::collections::BTreeSet;

use domain::{Notice, NoticeId, PersonId, Told};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::stores::DeskChange;

/// Whether mail of it waits for the hours of a school day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    Ordinary,
    Urgent,
}

impl Desk {
    /// Tells each of these people once.
    pub(crate) async fn tell(
        &self,
        change: &mut DeskChange,
        people: &[PersonId],
        told: Told,
        urgency: Urgency,
    ) -> Result<(), records::Error> {
        let (now, urgent) = (change.at(), urgency == Urgency::Urgent);
        let mail_from = if urgent { now } else { self.mail_from(now) };
        let people: BTreeSet<PersonId> = people.iter().copied().collect();
        let notice = |person| Notice { id: self.new_id(now), person, told, urgent, made_at: now, mail_from };
        let notices: Vec<Notice> = people.into_iter().map(notice).collect();
        change.add_notices(&notices).await
    }

    /// When mail goes at the earliest of what is told now and is not urgent.
    pub(crate) fn mail_from(&self, now: Timestamp) -> Timestamp {
        let gathered = SignedDuration::from_mins(i64::from(self.settings().notices.gathered_minutes));
        self.next_mail_hour(now.saturating_add(gathered).unwrap_or(now))
    }

    /// From when on, at `at` or later, mail goes that is not urgent. Mail that was refused or found no server waits for those
    /// hours too.
    pub(crate) fn next_mail_hour(&self, at: Timestamp) -> Timestamp {
        let at = at.to_zoned(self.time_zone().clone());
        self.settings().notices.mail_hours.next(&at, &self.timetable().calendar)
    }

    /// Tells those of whom something is asked now, and who have not been told so yet, and takes it back from those of whom it
    /// is asked no longer.
    pub(crate) async fn tell_asked(
        &self,
        change: &mut DeskChange,
        asked: &[PersonId],
        told: Told,
    ) -> Result<(), records::Error> {
        let before = change.told_to(told).await?;
        for person in before.iter().filter(|person| !asked.contains(person)) {
            change.take_back_notice_to(*person, told).await?;
        }
        let new: Vec<PersonId> = asked.iter().copied().filter(|person| !before.contains(person)).collect();
        self.tell(change, &new, told, Urgency::Ordinary).await
    }

    /// Notes that somebody has read all that they were told of a case or a request.
    pub(crate) async fn note_read(&self, by: &Authorised, about: Uuid) -> Result<(), records::Error> {
        self.note_read_of(by, |told| told.about() == about).await
    }

    /// Notes that somebody has read these of the things that they were told. Where that can't be written, they stay
    /// unread, and the page is shown all the same.
    pub(crate) async fn note_read_of(
        &self,
        by: &Authorised,
        is_read: impl Fn(Told) -> bool,
    ) -> Result<(), records::Error> {
        let unread = self.stores().read(by).await?.unread_notices(by.person).await?;
        let read = unread.into_iter().filter(|notice| is_read(notice.told)).map(|notice| notice.id);
        let read: Vec<NoticeId> = read.collect();
        if !read.is_empty()
            && let Err(error) = self.stores().notices_seen(by, &read, self.now()).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "a notice that was read stays unread");
        }
        Ok(())
    }
}
