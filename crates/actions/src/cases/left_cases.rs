//! What somebody had taken up who leaves.

use std::collections::BTreeSet;

use domain::PersonId;
use policy::rules::reporting;

use crate::cases::case_people::rule_of;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;
use crate::known::waiting::Whose;

impl Desk {
    /// Tells those who receive a report which somebody had taken up who leaves that it is there to be taken up. Looked at
    /// are the reports of those who leave, and no others.
    pub(crate) async fn tell_of_left_cases(
        &self,
        change: &mut DeskChange,
        by: &Authorised,
        leavers: &[PersonId],
    ) -> Result<(), records::Error> {
        let (known, published_policies) = (self.known(by), self.published_policies());
        for leaver in leavers {
            let theirs = known.waiting.cases(&BTreeSet::from([Whose::Person(*leaver)]));
            for case in theirs.iter().filter(|case| case.taken_up_by() == Some(*leaver)) {
                let report = rule_of(&published_policies, case);
                let mut candidates = self.around(by, case, report).candidates;
                candidates.retain(|candidate| !leavers.contains(&candidate.person));
                let is_absent = |role| self.is_absent(role);
                let people = reporting::people(case, report, &candidates, &self.roles(), &is_absent);
                let told = TaskKind::TakeUp { case: case.id }.told();
                change.take_back_notices(told).await?;
                self.tell(change, &people.receivers, told, self.case_urgency(case)).await?;
            }
        }
        Ok(())
    }
}
