//! What is on record of consents that are asked once, as rules look at it.

use domain::StandingAnswer;
use policy::rules::shown;
use policy::rules::standing_consents::OnRecord;

use crate::desk::desk_state::Desk;
use crate::known::people_index::PeopleIndex;

impl Desk {
    pub(crate) fn on_record<T>(
        &self,
        people_index: &PeopleIndex,
        said: &[StandingAnswer],
        what: impl FnOnce(OnRecord<'_, '_>) -> T,
    ) -> T {
        let find = |id| people_index.here(id);
        let published_policies = self.published_policies();
        let is_as_told = |answer: &StandingAnswer| {
            let then = published_policies.version(&answer.policy, answer.version);
            let now = published_policies.current(&answer.policy);
            then.zip(now).is_some_and(|(then, now)| {
                let told_then = shown::told_of_consent(&then.document, &answer.consent);
                told_then == shown::told_of_consent(&now.document, &answer.consent)
            })
        };
        what(OnRecord { said, find: &find, is_as_told: &is_as_told, now: self.now(), timetable: self.timetable() })
    }
}
