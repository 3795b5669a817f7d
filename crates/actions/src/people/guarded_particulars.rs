//! Who may change what makes somebody a decider. A manager, a class taught, a stand-in, an absence settle who may ask and who
//! decides, so nobody sets them for themselves or gives themselves a part in somebody else's.

use domain::{Particulars, PersonId};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::people::listed_particulars::{
    ABSENT_FROM, BORN, HOURS, LEAVING_DATE, MANAGER, ParticularsFault, STAND_IN, TEACHES,
};

impl Desk {
    /// Why the actor may not put `after` in the place of what was kept of a person; `None` where they may.
    pub(crate) fn why_not_set(
        &self,
        actor: &Actor,
        person: PersonId,
        before: &Particulars,
        after: &Particulars,
    ) -> Option<ParticularsFault> {
        let fault = |column, message: &str, mend| Some(ParticularsFault { column, message: message.to_owned(), mend });
        if person == actor.person
            && let Some((column, what)) = first_difference(before, after)
        {
            let mend = "leave it as it is, or have somebody else bring this line in";
            return fault(column, &format!("somebody else must set your {what}"), mend);
        }
        let is_new = |part: fn(&Particulars) -> Option<PersonId>| {
            part(after) == Some(actor.person) && part(before) != part(after)
        };
        if is_new(|particulars| particulars.manager) {
            let mend = "have somebody else bring this line in";
            return fault(MANAGER, "nobody makes themselves somebody’s line manager", mend);
        }
        // Whoever is a line manager or teaches a class decides by it, and whoever manages people can act as one they invite.
        if !self.may(actor, Verb::EditRoles) {
            let mend = "have somebody who gives roles bring this line in";
            if before.manager != after.manager {
                return fault(MANAGER, "a line manager is set by those who give roles", mend);
            }
            if before.teaches != after.teaches {
                return fault(TEACHES, "the classes that somebody teaches are set by those who give roles", mend);
            }
        }
        if before.absence == after.absence {
            return None;
        }
        if after.absence.and_then(|absence| absence.stand_in) == Some(actor.person) {
            let mend = "have somebody else who gives roles bring this line in";
            return fault(STAND_IN, "nobody names themselves as a stand-in", mend);
        }
        if !self.may(actor, Verb::EditRoles) {
            let mend = "have somebody who gives roles bring this line in";
            return fault(ABSENT_FROM, "an absence and its stand-in are set by those who give roles", mend);
        }
        None
    }
}

/// The first thing that differs, by its column and in words.
fn first_difference(before: &Particulars, after: &Particulars) -> Option<(&'static str, &'static str)> {
    [
        (before.manager != after.manager, MANAGER, "line manager"),
        (before.born != after.born, BORN, "birth date"),
        (before.hours != after.hours, HOURS, "working hours"),
        (before.teaches != after.teaches, TEACHES, "classes"),
        (before.absence != after.absence, ABSENT_FROM, "absence"),
        (before.leaving_date != after.leaving_date, LEAVING_DATE, "leaving date"),
    ]
    .into_iter()
    .find_map(|(differs, column, words)| differs.then_some((column, words)))
}
