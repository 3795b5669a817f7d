//! Removing the days of activity that are past keeping.

use activity::SweepPlan;
use records::Event;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;

/// Why activity that is past keeping stays. The next sweep tries again.
#[derive(Debug, thiserror::Error)]
pub enum SweepActivityError {
    #[error("the activity log's folders can't be read")]
    Folders(#[source] std::io::Error),
    #[error("the sweep can't be written to the ledger, so no activity was removed")]
    Ledger(#[from] Unavailable),
    #[error("not all of the activity that the ledger says was swept could be removed")]
    Days(#[from] activity::SweepError),
}

impl Desk {
    /// Removes the days of activity that are past keeping, as far as the log believes the clock. The ledger says which
    /// days before any of them goes, so that no activity is ever gone without a trace: if the program is killed in
    /// between, the next sweep names the days again.
    ///
    /// # Errors
    /// A log or records that can't be reached; what was not removed stays.
    pub async fn sweep_activity(&self) -> Result<SweepPlan, SweepActivityError> {
        let sweeping = Authorised::program(Verb::SweepActivity);
        let now = self.now();
        let plan = self.stores().plan_activity_sweep(&sweeping, now).map_err(SweepActivityError::Folders)?;
        if plan.days.is_empty() {
            return Ok(plan);
        }
        let change = self.begin_within(self.turn().await, &sweeping).await?;
        let swept = Event::SweepActivity { days: plan.days.clone() };
        change.commit(&sweeping, swept).await.map_err(Unavailable::from)?;
        self.stores().remove_activity(&sweeping, plan.days.clone()).await?;
        Ok(plan)
    }
}
