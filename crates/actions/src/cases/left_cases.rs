//! What somebody was to take up, or had taken up, who leaves.

use std::collections::BTreeSet;

use domain::{PersonId, Reminder, Told};
use policy::rules::reporting;

use crate::cases::case_people::rule_of;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::notices::Urgency;
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;
use crate::known::waiting::may_be_theirs;

impl Desk {
    /// Tells those who receive a report which somebody had taken up who leaves that it is there to be taken up, and those who
    /// come to receive one that nobody has taken up because somebody leaves; and of an action of somebody who leaves, those whose
    /// it is to do then. Looked at are the reports of those who leave, and
    /// no others.
    pub(crate) async fn tell_of_left_cases(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        leavers: &[PersonId],
    ) -> Result<(), records::Error> {
        let (known, published_policies) = (self.known(by), self.published_policies());
        let leaving = leavers.iter().filter_map(|leaver| known.people_index.person(*leaver));
        let whose: BTreeSet<_> =
            leaving.flat_map(|leaver| may_be_theirs(&known.people_index, leaver, &leaver.roles)).collect();
        for case in known.waiting.cases(&whose) {
            let report = rule_of(&published_policies, &case);
            let before = self.around(by, &case, report);
            let mut candidates = before.candidates;
            candidates.retain(|known| !leavers.contains(&known.person) || case.is_about(known.person));
            let is_absent = |role| self.is_absent(role);
            let after = reporting::people(&case, report, &candidates, &self.roles(), &is_absent);
            for action in case.open_actions().filter(|action| leavers.contains(&action.owner)) {
                change.take_back_all_notices(action.owner, action.id.0).await?;
                let tell = reporting::to_remind(&case, &after, Reminder::ActionDueSoon(action.id));
                self.tell(change, &tell, Told::ActionCame(action.id), Urgency::Ordinary).await?;
            }
            let told = TaskKind::TakeUp { case: case.id }.told();
            let mut tell = after.receivers.clone();
            if case.taken_up_by().is_some_and(|person| leavers.contains(&person)) {
                change.take_back_notices(told).await?;
            } else if after.waits(&case) {
                tell.retain(|person| !before.people.receivers.contains(person));
            } else {
                continue;
            }
            self.tell(change, &tell, told, self.case_urgency(&case)).await?;
        }
        Ok(())
    }
}
