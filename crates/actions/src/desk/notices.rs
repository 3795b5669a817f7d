//! Telling people of what is done, in the change that does it, and noting what they have read.

use std::collections::BTreeSet;

use domain::{Notice, PersonId, Told};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::stores::Change;

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
        change: &mut Change,
        people: &[PersonId],
        told: Told,
        urgency: Urgency,
    ) -> Result<(), records::Error> {
        let (now, urgent) = (change.at(), urgency == Urgency::Urgent);
        let settings = &self.settings().notices;
        let gathered = SignedDuration::from_mins(i64::from(settings.gathered_minutes));
        let ordinary = now.saturating_add(gathered).unwrap_or(now).to_zoned(self.time_zone().clone());
        let mail_from = if urgent { now } else { settings.mail_hours.next(&ordinary, &self.timetable().calendar) };
        let people: BTreeSet<PersonId> = people.iter().copied().collect();
        let notice = |person| Notice { id: self.new_id(now), person, told, urgent, made_at: now, mail_from };
        let notices: Vec<Notice> = people.into_iter().map(notice).collect();
        change.add_notices(&notices).await
    }

    /// Notes that somebody has read what they were told of a case or a request. Where that can't be written, it stays
    /// unread, and the page is shown all the same.
    pub(crate) async fn note_read(&self, by: &Authorised, about: Uuid) -> Result<(), records::Error> {
        let unread = self.stores().read(by).await?.unread_notices(by.person).await?;
        if unread.iter().any(|notice| notice.told.about() == about)
            && let Err(error) = self.stores().notices_seen(by, about, self.now()).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "a notice that was read stays unread");
        }
        Ok(())
    }
}
