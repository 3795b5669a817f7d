//! What is done when its time has come: what the desk owes the clock, sealing, sweeping.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actions::Desk;
use activity::{ActivityLog, SweepSettings};
use domain::Clock;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;

use super::clock_watch::ClockWatch;
use super::{TICK, schedule};

/// How often the day's activity so far is sealed, so that a search reads columns and few lines, and swept.
const SEAL_EVERY: Duration = Duration::from_hours(1);

/// Does what is due by the clock while the school's desk runs.
pub struct Housekeeping {
    /// `None` while the records are away: then nothing is swept, for the ledger could not say so.
    desk: Option<Desk>,
    log: Arc<ActivityLog>,
    clock: Arc<dyn Clock>,
    watch: ClockWatch,
    settings: SweepSettings,
    /// When, on the steady clock, activity was last sealed and swept.
    last_sealed: Option<Duration>,
}

impl Housekeeping {
    pub fn new(
        desk: Option<Desk>,
        log: Arc<ActivityLog>,
        clock: Arc<dyn Clock>,
        settings: &SweepSettings,
    ) -> Housekeeping {
        Housekeeping {
            desk,
            log,
            clock,
            watch: ClockWatch::new(settings),
            settings: settings.clone(),
            last_sealed: None,
        }
    }

    /// Does it until the program stops.
    pub async fn keep(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        let started = Instant::now();
        loop {
            // Begun, it is ended.
            self.turn(started.elapsed()).await;
            let pause = schedule::pause(self.next_due().await, self.clock.now(), TICK);
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// When the desk next owes the clock something, as far as is known.
    async fn next_due(&self) -> Option<Timestamp> {
        self.desk.as_ref()?.next_due().await.ok().flatten()
    }

    /// Does what is due `running` after the program's start, by a clock that never jumps.
    async fn turn(&mut self, running: Duration) {
        // The clock is looked at first: by one that has jumped ahead, people would leave before their time.
        let now = self.clock.now();
        if let Some(jump) = self.watch.look(now, running) {
            tracing::error!(
                hours = jump.as_hours(),
                "the machine's clock has jumped; no activity is removed and nobody leaves by their leaving date until it \
                 has gone on without another jump for activity.sweep.trusted-after; see that it is right"
            );
        }
        self.tick(running).await;
        if self.last_sealed.is_none_or(|last_sealed| running.saturating_sub(last_sealed) >= SEAL_EVERY) {
            self.last_sealed = Some(running);
            self.seal(now).await;
            self.sweep(running).await;
        }
    }

    /// What the desk owes the clock.
    async fn tick(&self, running: Duration) {
        let Some(desk) = &self.desk else { return };
        let is_doubtful = !self.watch.is_trusted(running) || desk.doubts_leaving(&self.settings).await.unwrap_or(true);
        let done = if is_doubtful { desk.tick_by_doubtful_clock().await } else { desk.tick().await };
        if let Err(error) = done {
            tracing::warn!(error = &error as &dyn Error, "what was due could not be done; it is tried again");
        }
    }

    /// Finished days become one file each, today's lines so far another.
    async fn seal(&self, now: Timestamp) {
        let failed =
            |error: &(dyn Error + 'static)| tracing::warn!(error, "activity could not be sealed; it stays as it is");
        match self.log.seal_finished_days(now).await {
            Ok(days) => days.iter().filter_map(|(_, sealed)| sealed.as_ref().err()).for_each(|error| failed(error)),
            Err(error) => failed(&error),
        }
        if let Err(error) = self.log.seal(now.to_zoned(TimeZone::UTC).date()).await {
            failed(&error);
        }
    }

    /// What is past keeping goes, by a clock that can be believed and with an entry in the ledger.
    async fn sweep(&self, running: Duration) {
        let Some(desk) = &self.desk else { return };
        if !self.watch.is_trusted(running) {
            return tracing::warn!("nothing past keeping is removed, because the machine's clock has jumped");
        }
        match desk.sweep_records(&self.settings).await {
            Ok(swept) if swept.doubted => {
                tracing::warn!(
                    "no records are removed and nobody leaves by their leaving date: the ledger has a gap before now; see \
                     that the clock is right"
                );
            }
            Ok(swept) => swept
                .removed
                .iter()
                .for_each(|(table, rows)| tracing::info!(%table, rows, "records past keeping were removed")),
            Err(error) => tracing::warn!(error = &error as &dyn Error, "records past keeping could not be removed"),
        }
        match desk.sweep_activity().await {
            Ok(plan) => {
                if let Some(doubt) = plan.doubt {
                    tracing::warn!(%doubt, days = plan.left, "activity that looks past keeping is not removed");
                }
                if let (Some(first), Some(last)) = (plan.days.first(), plan.days.last()) {
                    tracing::info!(days = plan.days.len(), %first, %last, "activity past keeping was removed");
                }
            }
            Err(error) => tracing::warn!(error = &error as &dyn Error, "activity past keeping could not be removed"),
        }
    }
}

#[cfg(test)]
mod tests;
