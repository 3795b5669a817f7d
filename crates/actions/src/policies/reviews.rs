//! Telling the owners of policies that they are due for review.

use domain::{PersonId, VersionId};
use records::Event;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::notices::Urgency;
use crate::desk::stores::LedgerNote;
use crate::desk::task::TaskKind;
use crate::desk::turn::Turn;

impl Desk {
    /// Tells the owners of these versions that they are due for review, each once, as far as they are in force and due. Hands
    /// back of how many somebody was told.
    pub(crate) async fn tell_of_reviews(&self, turn: Turn, versions: &[VersionId]) -> Result<(Turn, u64), Unavailable> {
        if versions.is_empty() {
            return Ok((turn, 0));
        }
        let by = Authorised::program(Verb::Remind);
        let (published_policies, people_index) = (self.published_policies(), self.people_index(&by));
        let mut change = self.begin_within(turn, &by).await?;
        let (now, mut notes) = (change.at(), Vec::new());
        for text in published_policies.currents().filter(|text| versions.contains(&text.record.id)) {
            let (policy, version) = (text.record.policy.clone(), text.record.id);
            let told = TaskKind::Review { policy, version }.told();
            let is_due = self.review_told_at(&published_policies, text).is_some_and(|at| at <= now);
            let owners = people_index.holders_here(text.document.owner).map(|person| person.id);
            let owners: Vec<PersonId> = owners.collect();
            if !is_due || owners.is_empty() || change.was_told(told).await? {
                continue;
            }
            self.tell(&mut change, &owners, told, Urgency::Ordinary).await?;
            notes.push(LedgerNote::new(&by, Event::RemindOfReview { version }));
        }
        if notes.is_empty() {
            return Ok((change.into_turn(), 0));
        }
        let (told, first) = (notes.len() as u64, notes.remove(0));
        Ok((change.commit_all(first, notes).await?.turn, told))
    }
}
