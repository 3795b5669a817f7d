//! Setting what is kept of somebody beyond who they are: who manages them, when they were born, when they work, whom they
//! teach, when they are away with whom in their place, and when they leave.

use std::collections::HashMap;

use domain::PersonId;
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, verb_error};
use crate::people::edit_person::{changed, sentence};
use crate::people::listed_particulars::{
    ABSENT_FROM, ABSENT_UNTIL, BORN, HOURS, LEAVING_DATE, ListedParticulars, MANAGER, ParticularsFault, STAND_IN,
    TEACHES,
};

/// As they are typed: usernames, days as `2026-05-12`, hours as `mon-fri 08:30-16:00`, classes parted by semicolons. What is
/// empty is taken out.
#[derive(Debug, Clone)]
pub struct SetParticulars {
    pub person: PersonId,
    pub manager: String,
    pub born: String,
    pub hours: String,
    pub teaches: String,
    pub absent_from: String,
    pub absent_until: String,
    pub stand_in: String,
    pub leaving_date: String,
}

verb_error! {
    SetParticularsError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
        #[error("{why}")]
        Manager { why: String } => Invalid("manager");
        #[error("{why}")]
        Born { why: String } => Invalid("born");
        #[error("{why}")]
        Hours { why: String } => Invalid("hours");
        #[error("{why}")]
        AbsentFrom { why: String } => Invalid("absent-from");
        #[error("{why}")]
        AbsentUntil { why: String } => Invalid("absent-until");
        #[error("{why}")]
        StandIn { why: String } => Invalid("stand-in");
        #[error("{why}")]
        LeavingDate { why: String } => Invalid("leaving-date");
    }
}

impl From<ParticularsFault> for SetParticularsError {
    fn from(fault: ParticularsFault) -> Self {
        let why = format!("{}. {}.", sentence(&fault.message), sentence(&fault.mend));
        match fault.column {
            MANAGER => SetParticularsError::Manager { why },
            BORN => SetParticularsError::Born { why },
            HOURS => SetParticularsError::Hours { why },
            LEAVING_DATE => SetParticularsError::LeavingDate { why },
            ABSENT_FROM => SetParticularsError::AbsentFrom { why },
            ABSENT_UNTIL => SetParticularsError::AbsentUntil { why },
            _ => SetParticularsError::StandIn { why },
        }
    }
}

impl Desk {
    /// Sets them all, within what [`Desk::why_not_set`] lets the actor change.
    pub async fn set_particulars(&self, actor: &Actor, input: SetParticulars) -> Result<(), SetParticularsError> {
        let (actor, mut change) = self.begin_change(actor, Verb::EditPerson).await?;
        let mut record = change.person(input.person).await?.ok_or(SetParticularsError::NotFound)?;
        let before = record.person.clone();
        if actor.person != input.person {
            self.refuse_above(&actor, &before.roles)?;
        }
        let typed = [
            (MANAGER, input.manager),
            (BORN, input.born),
            (HOURS, input.hours),
            (TEACHES, input.teaches),
            (ABSENT_FROM, input.absent_from),
            (ABSENT_UNTIL, input.absent_until),
            (STAND_IN, input.stand_in),
            (LEAVING_DATE, input.leaving_date),
        ];
        let typed: HashMap<_, _> = typed.into_iter().map(|(column, text)| (column, text.trim().to_owned())).collect();
        let people_index = self.people_index(&actor);
        let find = |username: &str| people_index.named(username).map(|record| (record.person.id, record.person.status));
        let mut faults = Vec::new();
        let particulars =
            ListedParticulars(typed).over(&before.particulars, input.person, self.today(), find, &mut faults);
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault.into());
        }
        if let Some(refused) = self.why_not_set(&actor, input.person, &before.particulars, &particulars) {
            return Err(Forbidden::because(refused.message).into());
        }
        record.person.particulars = particulars;
        change.save_person(&record).await?;
        self.tell_of_moved_cases(&mut change, &actor, std::slice::from_ref(&record)).await?;
        let event = Event::EditParticulars {
            person: input.person,
            changed: changed(&before, &record.person),
            authority: (&record.person).into(),
        };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[input.person]).await?;
        Ok(())
    }
}
