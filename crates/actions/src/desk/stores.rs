//! The records and the activity log, behind the one door to them: each look and each change asks for an [`Authorised`],
//! and the ledger takes who did what from it. The two stores are private to this file; `crates/actions/tests` holds that
//! no other file names them.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use activity::{ActivityLog, ViewingPermit};
use domain::{GrantId, NoticeId, PersonId, SessionId, Told};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use records::{Event, LedgerEntry, LedgerReport, Location, Reading};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::beginning::{LEDGER_HEAD, traces};
use crate::desk::desk_state::OpenError;
use crate::desk::error::Unavailable;
use crate::desk::turn::Turn;

/// How long one successful write stands for the next check of the program's health.
const CHECK_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// Where the school keeps what it knows.
pub(crate) struct Stores {
    records: records::Store,
    activity: Arc<ActivityLog>,
    /// When a write was last seen to succeed.
    written: tokio::sync::Mutex<Option<Timestamp>>,
    step: Arc<Step>,
}

/// Whether what is known keeps step with the records. Other programs change them too (a list of people brought in at the
/// command line), and the ledger tells: it holds an entry for every change, so one that was not written here is another's.
/// All of this is done in the turn to change something.
#[derive(Default)]
struct Step {
    /// The number of the last entry that was written here or seen.
    last: AtomicU64,
    stale: AtomicBool,
}

impl Step {
    /// The ledger ends with this number.
    fn saw(&self, last: u64) {
        if self.last.fetch_max(last, Ordering::AcqRel) < last {
            self.stale.store(true, Ordering::Release);
        }
    }
}

impl Stores {
    /// Begins empty records at `address`, taken from the data folder on, and closes them again.
    pub(crate) async fn begin(data: &Path, address: &str) -> Result<(), OpenError> {
        let location = Location::parse(address, data)?;
        records::Store::begin(&location, &data.join(LEDGER_HEAD)).await?.close().await;
        Ok(())
    }

    /// Opens the records at `address`, taken from the data folder on.
    pub(crate) async fn open(data: &Path, address: &str, activity: Arc<ActivityLog>) -> Result<Stores, OpenError> {
        let location = Location::parse(address, data)?;
        match records::Store::open(&location, &data.join(LEDGER_HEAD)).await {
            Ok(records) => {
                Ok(Stores { records, activity, written: tokio::sync::Mutex::default(), step: Arc::default() })
            }
            Err(records::Error::NotBegun { location }) => Err(not_begun(data, location)),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes to the records without changing anything, and waits for the disk; a success a moment ago will do, since
    /// whoever comes can ask for this.
    pub(crate) async fn check_write(&self, _: &Authorised, now: Timestamp) -> Result<(), records::Error> {
        let mut written = self.written.lock().await;
        if written.is_some_and(|last| last <= now && now.duration_since(last) < CHECK_EVERY) {
            return Ok(());
        }
        self.records.check_write().await?;
        *written = Some(now);
        Ok(())
    }

    /// Looks whether somebody else wrote to the ledger. It is asked in the turn to change something.
    pub(crate) async fn compare_ledger(&self, reading: &mut Reading) -> Result<(), records::Error> {
        self.step.saw(reading.ledger_length().await?);
        Ok(())
    }

    /// What is known must be made anew.
    pub(crate) fn mark_stale(&self) {
        self.step.stale.store(true, Ordering::Release);
    }

    /// Whether what is known must be made anew; whoever asks does it.
    pub(crate) fn take_stale(&self) -> bool {
        self.step.stale.swap(false, Ordering::AcqRel)
    }

    /// One look at the records.
    pub(crate) async fn read(&self, _: &Authorised) -> Result<Reading, records::Error> {
        self.records.read().await
    }

    /// Begins a change of the records, made at `at`. Verbs come here by [`crate::desk::desk_state::Desk::begin_change`].
    pub(crate) async fn change(&self, _: &Authorised, at: Timestamp, turn: Turn) -> Result<DeskChange, records::Error> {
        Ok(DeskChange { records: self.records.change(at).await?, step: self.step.clone(), turn })
    }

    /// Walks the ledger from its first entry.
    pub(crate) async fn verify_ledger(&self, _: &Authorised) -> Result<LedgerReport, records::Error> {
        self.records.verify_ledger().await
    }

    /// Notes that a session was in use.
    pub(crate) async fn touch_session(
        &self,
        _: &Authorised,
        session: SessionId,
        at: Timestamp,
    ) -> Result<(), records::Error> {
        self.records.touch_session(session, at).await
    }

    /// Notes that somebody has read what they were told.
    pub(crate) async fn notices_seen(
        &self,
        _: &Authorised,
        ids: &[NoticeId],
        at: Timestamp,
    ) -> Result<(), records::Error> {
        self.records.notices_seen(ids, at).await
    }

    /// Notes that notices have gone by mail.
    pub(crate) async fn notices_mailed(
        &self,
        _: &Authorised,
        ids: &[NoticeId],
        at: Timestamp,
    ) -> Result<(), records::Error> {
        self.records.notices_mailed(ids, at).await
    }

    /// Notes that notices could not go by mail, and when they are tried again.
    pub(crate) async fn notices_failed(
        &self,
        _: &Authorised,
        ids: &[NoticeId],
        next: Timestamp,
    ) -> Result<(), records::Error> {
        self.records.notices_failed(ids, next).await
    }

    /// One page of what a permit opens.
    pub(crate) async fn search_activity(
        &self,
        _: &Authorised,
        permit: &ViewingPermit,
        query: activity::ActivityQuery,
    ) -> Result<activity::FoundActivities, Unavailable> {
        self.activity.search(permit, query).await.map_err(Unavailable::new)
    }

    /// The newest activities, without names.
    pub(crate) fn latest_activities(&self, _: &Authorised, most: usize) -> Vec<activity::RecentVerdict> {
        self.activity.latest(most)
    }

    /// The latest blocked activities whose identifier ends so, without names.
    pub(crate) fn blocked_ending_in(&self, _: &Authorised, digits: &str) -> Vec<activity::RecentVerdict> {
        self.activity.blocked_ending_in(digits)
    }

    /// Which days of activity are past keeping.
    pub(crate) fn plan_activity_sweep(&self, _: &Authorised, now: Timestamp) -> std::io::Result<activity::SweepPlan> {
        self.activity.plan_sweep(now, &BTreeSet::new())
    }

    /// Removes days of activity for good.
    pub(crate) async fn remove_activity(&self, _: &Authorised, days: Vec<Date>) -> Result<(), activity::SweepError> {
        self.activity.remove_days(days).await
    }

    /// How well activity is being kept: counts, which are nobody's.
    pub(crate) fn log_health(&self) -> activity::Health {
        self.activity.health()
    }
}

/// Why there are no records: none were begun, or they are missing.
fn not_begun(data: &Path, location: String) -> OpenError {
    let (path, found) = (data.to_owned(), traces(data).join(", "));
    if found.is_empty() { OpenError::NotBegun { path } } else { OpenError::RecordsMissing { path, location, found } }
}

/// A change of the records that is not yet kept. It can be kept with a ledger entry alone, and who did it, and that they
/// may, it takes from an [`Authorised`].
#[must_use = "a change that is not committed leaves nothing"]
pub(crate) struct DeskChange {
    records: records::Change,
    step: Arc<Step>,
    turn: Turn,
}

impl DeskChange {
    pub(crate) fn turn(&self) -> &Turn {
        &self.turn
    }

    /// Leaves everything as it was; the turn goes on.
    pub(crate) fn into_turn(self) -> Turn {
        self.turn
    }

    /// Ends a grant before its time; what it gave out is to come back today and not on the day that people were told of.
    /// Whether it still held.
    pub(crate) async fn end_grant_early(
        &mut self,
        grant: GrantId,
        by: PersonId,
        reason: &str,
    ) -> Result<bool, records::Error> {
        if !self.revoke_grant(grant, by, reason).await? {
            return Ok(false);
        }
        if let Some(written_down) = self.entry_of_grant(grant).await? {
            self.forget_notices(Told::EntryDue(written_down.entry.id)).await?;
        }
        Ok(true)
    }

    /// Keeps the change and says so in the ledger.
    pub(crate) async fn commit(self, by: &Authorised, event: Event) -> Result<Committed, records::Error> {
        self.commit_all(LedgerNote::new(by, event), Vec::new()).await
    }

    /// As [`DeskChange::commit`], with further entries where one change did several things.
    pub(crate) async fn commit_all(
        self,
        first: LedgerNote,
        others: Vec<LedgerNote>,
    ) -> Result<Committed, records::Error> {
        let count = 1 + others.len() as u64;
        let number = self.records.commit_all(first.0, others.into_iter().map(|note| note.0).collect()).await?;
        self.step.last.fetch_max(number + count - 1, Ordering::AcqRel);
        Ok(Committed { number, turn: self.turn })
    }
}

/// A change that was kept, in the turn in which it is to be made known.
pub(crate) struct Committed {
    /// The number of its first entry in the ledger.
    pub number: u64,
    pub turn: Turn,
}

impl Deref for DeskChange {
    type Target = records::Change;
    fn deref(&self) -> &records::Change {
        &self.records
    }
}

impl DerefMut for DeskChange {
    fn deref_mut(&mut self) -> &mut records::Change {
        &mut self.records
    }
}

/// What the ledger will say of one thing that was done.
pub(crate) struct LedgerNote(LedgerEntry);

impl LedgerNote {
    /// The event stands in the source beside the right to it, so that one which is another verb's is a mistake of ours.
    pub(crate) fn new(by: &Authorised, event: Event) -> LedgerNote {
        assert_eq!(event.verb(), by.verb().name(), "the right is to something else than what was done");
        LedgerNote(LedgerEntry { actor: by.person, event })
    }
}

/// Walks the ledger of the records at `address`, taken from the data folder on, from its first entry, and changes no byte
/// of them. It shows hashes and numbers, and nothing of what anybody did.
///
/// # Errors
/// Anybody but the operator; records that are not there or can't be read.
pub async fn verify_ledger(operator: &Actor, data: &Path, address: &str) -> Result<LedgerReport, OpenError> {
    Authorised::operator(operator, Verb::ReadLedger)?;
    let location = Location::parse(address, data)?;
    let store = records::Store::look(&location, &data.join(LEDGER_HEAD)).await?;
    let report = store.verify_ledger().await?;
    store.close().await;
    Ok(report)
}
