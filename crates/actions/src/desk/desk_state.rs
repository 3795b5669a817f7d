//! The school as the desk holds it: its records, its policies as they run, its people as the gate knows them.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use activity::ActivityLog;
use credentials::{PasswordChecker, Throttle};
use domain::{Clock, ClosedSite, Host, Identifiers, Person, PersonId, PolicyId, Roles, Timetable, Version};
use ed25519_dalek::SigningKey;
use feed::{Changed, Feed, Saved};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parking_lot::{Mutex, MutexGuard, RwLock};
use policy::{Document, Rules};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::due::DueQueue;
use crate::desk::error::{Forbidden, ReadError};
use crate::desk::health::mail_figures::MailFigures;
use crate::desk::health::virus_scanner::VirusScanner;
use crate::desk::last_known::Unsaved;
use crate::desk::secrets::keys;
use crate::desk::settings::PeopleSettings;
use crate::desk::stores::Stores;
use crate::desk::turn::Turn;
use crate::known::everything::Known;
use crate::known::examined_drafts::ExaminedDrafts;
use crate::known::people_index::PeopleIndex;
use crate::known::published_policies::{PublishedPolicies, UnreadablePolicy};

/// Everything that the school is made of, given as values.
pub struct Opening {
    /// The folder for records, key and what the gate starts from; made, readable by its owner alone.
    pub data: PathBuf,
    pub settings: PeopleSettings,
    /// Timetable, always-open sites, the facts for the policies' blanks.
    pub facts: policy::SchoolFacts,
    pub clock: Arc<dyn Clock>,
    pub identifiers: Arc<dyn RandomSource>,
    pub sites: watch::Receiver<Arc<sites::Index>>,
    pub activity: Arc<ActivityLog>,
    /// Where the gate's part of what is known goes: rules and directory, whenever either changes. It holds password
    /// hashes, so the desk hands it to nobody else.
    pub feed: watch::Sender<Arc<Feed>>,
    /// What looks for viruses in files before they are kept, where there is one.
    pub scanner: Option<Arc<dyn VirusScanner>>,
}

/// A source of what nobody can guess, as a value that can be handed around.
pub use domain::Identifiers as RandomSource;

/// Why the school could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data folder '{path}' can't be used: {cause}")]
    Folder { path: PathBuf, cause: std::io::Error },
    #[error(
        "no school has been begun in '{path}': run 'schoolgate init' there, or name another data folder in the configuration"
    )]
    NotBegun { path: PathBuf },
    #[error("a school was begun in '{path}' already ({found}); open that one, or name an empty data folder")]
    BegunAlready { path: PathBuf, found: String },
    #[error(
        "the school's records are missing from {location}, but one was begun in '{path}' ({found}). Put the newest copy of \
         the records back; nothing is begun in their place"
    )]
    RecordsMissing { path: PathBuf, location: String, found: String },
    #[error(transparent)]
    Location(#[from] records::LocationError),
    #[error(transparent)]
    Records(#[from] records::Error),
    #[error(transparent)]
    Policy(#[from] UnreadablePolicy),
    #[error("the school's key '{path}' is not 32 bytes long; put the right one back, or receipts can't be made")]
    Key { path: PathBuf },
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
}

/// The school. Cloning it is cheap.
#[derive(Clone)]
pub struct Desk {
    state: Arc<DeskState>,
}

/// The school as what saves it in the background holds it: without keeping it open.
pub(crate) struct WeakDesk(std::sync::Weak<DeskState>);

impl WeakDesk {
    pub(crate) fn upgrade(&self) -> Option<Desk> {
        self.0.upgrade().map(|state| Desk { state })
    }
}

/// When reports came: by whether they are complaints or questions, and by address.
pub(crate) type ReportsFrom = HashMap<(bool, Option<IpAddr>), Vec<Timestamp>>;

struct DeskState {
    stores: Stores,
    data: PathBuf,
    settings: PeopleSettings,
    facts: policy::SchoolFacts,
    /// The usernames of those who take lessons by the timetable, so that whoever asks for a right walks no timetable.
    lesson_teachers: HashSet<String>,
    clock: Arc<dyn Clock>,
    identifiers: Arc<dyn RandomSource>,
    sites: watch::Receiver<Arc<sites::Index>>,
    key: SigningKey,
    known: RwLock<Arc<Known>>,
    feed: watch::Sender<Arc<Feed>>,
    due: Mutex<DueQueue>,
    examined_drafts: Mutex<ExaminedDrafts>,
    turns: Arc<tokio::sync::Mutex<()>>,
    unsaved: Mutex<Unsaved>,
    changed: Arc<Notify>,
    saving: tokio::sync::Mutex<Option<Saved>>,
    /// When the gate last saw somebody at an address: it keeps their session from going idle.
    seen: Mutex<HashMap<IpAddr, Timestamp>>,
    passwords: Arc<PasswordChecker>,
    /// Wrong codes of reports, by address.
    report_codes: Throttle,
    /// When somebody who was not signed in reported, complaints and questions apart, by address.
    reports_from: Mutex<ReportsFrom>,
    /// When somebody typed a label that fits nothing, or several things, on the school's lists.
    wrong_labels: Mutex<HashMap<PersonId, Vec<Timestamp>>>,
    mail: Mutex<MailFigures>,
    scanner: Option<Arc<dyn VirusScanner>>,
    /// Since when the scanner has not been of use.
    scanner_away: Mutex<Option<Timestamp>>,
}

/// What waits for the next change learns that there will be none.
impl Drop for DeskState {
    fn drop(&mut self) {
        self.changed.notify_one();
    }
}

impl Desk {
    /// Opens the school that was begun in its folder.
    pub async fn open(opening: Opening) -> Result<Desk, OpenError> {
        let data = opening.data;
        let stores = Stores::open(&data, &opening.settings.records, opening.activity).await?;
        files::create_private_folder(&data).map_err(|cause| OpenError::Folder { path: data.clone(), cause })?;
        let key = keys::load_or_make(&data.join(keys::KEY), opening.identifiers.as_ref())?;
        let (throttle, cost) = (opening.settings.throttle, opening.settings.password_hash);
        let passwords = Arc::new(PasswordChecker::new(throttle, cost, opening.identifiers.as_ref()));
        let rules = Arc::new(Rules::compile(&[], &opening.facts));
        let known = Known::empty(Arc::new(Feed { rules, directory: Arc::default() }));
        let desk = Desk {
            state: Arc::new(DeskState {
                stores,
                data,
                settings: opening.settings,
                lesson_teachers: opening.facts.timetable.lesson_teachers(),
                facts: opening.facts,
                clock: opening.clock,
                identifiers: opening.identifiers,
                sites: opening.sites,
                key,
                known: RwLock::new(Arc::new(known)),
                feed: opening.feed,
                due: Mutex::default(),
                examined_drafts: Mutex::default(),
                turns: Arc::default(),
                unsaved: Mutex::new(Unsaved { directory: Changed::everything(), policies: true }),
                changed: Arc::default(),
                saving: tokio::sync::Mutex::default(),
                seen: Mutex::default(),
                passwords,
                report_codes: Throttle::new(throttle),
                reports_from: Mutex::default(),
                wrong_labels: Mutex::default(),
                mail: Mutex::default(),
                scanner: opening.scanner,
                scanner_away: Mutex::default(),
            }),
        };
        let mut reading = desk.stores().read(&Authorised::program(Verb::InformGate)).await?;
        desk.stores().compare_ledger(&mut reading).await?;
        drop(reading);
        desk.stores().take_stale();
        desk.refresh(&desk.turn().await).await?;
        // What the gate would start from is saved behind whoever waits for the desk: what was saved before still serves,
        // and on a full disk the desk still opens.
        desk.save_whenever_it_changes();
        Ok(desk)
    }

    pub fn rules(&self) -> Arc<Rules> {
        self.memory().feed.rules.clone()
    }

    /// What the school's own list closes of a host.
    pub(crate) fn closed_of(&self, host: &Host) -> Vec<ClosedSite> {
        self.memory().feed.directory.closed_of(host)
    }

    /// The text that has a clause which is cited: in force, or else the last that had it.
    pub fn text_with_clause(&self, policy: &PolicyId, clause: &str) -> Option<(Arc<Document>, Version)> {
        let published_policies = self.published_policies();
        let text = published_policies.with_clause(policy, clause)?;
        Some((text.document.clone(), text.version()))
    }

    /// How many people are here.
    pub fn count_people(&self) -> usize {
        self.memory().feed.directory.len()
    }

    pub fn settings(&self) -> &PeopleSettings {
        &self.state.settings
    }

    pub fn facts(&self) -> &policy::SchoolFacts {
        &self.state.facts
    }

    /// The roles of this school, and the duties that they carry.
    pub fn roles(&self) -> Arc<Roles> {
        self.memory().roles.clone()
    }

    pub fn timetable(&self) -> &Timetable {
        &self.state.facts.timetable
    }

    /// Whether somebody takes a lesson by the timetable.
    pub(crate) fn takes_lessons(&self, person: &Person) -> bool {
        self.state.lesson_teachers.contains(&person.username)
    }

    pub fn time_zone(&self) -> &TimeZone {
        &self.state.facts.timetable.time_zone
    }

    /// The time, to the millisecond: what the records keep.
    pub fn now(&self) -> Timestamp {
        let now = self.state.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Today in the school's time zone.
    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(self.time_zone().clone()).date()
    }

    pub(crate) fn downgrade(&self) -> WeakDesk {
        WeakDesk(Arc::downgrade(&self.state))
    }

    pub(crate) fn stores(&self) -> &Stores {
        &self.state.stores
    }

    pub(crate) fn data(&self) -> &Path {
        &self.state.data
    }

    pub(crate) fn sites(&self) -> Arc<sites::Index> {
        self.state.sites.borrow().clone()
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.state.key
    }

    /// The checker of passwords, which the gate shares.
    pub fn passwords(&self) -> Arc<PasswordChecker> {
        self.state.passwords.clone()
    }

    pub(crate) fn report_codes(&self) -> &Throttle {
        &self.state.report_codes
    }

    pub(crate) fn reports_from(&self) -> MutexGuard<'_, ReportsFrom> {
        self.state.reports_from.lock()
    }

    /// When somebody has typed wrong labels since. Those of others that are older are forgotten with theirs.
    pub(crate) fn wrong_labels_since(&self, person: PersonId, since: Timestamp) -> Vec<Timestamp> {
        let mut wrong_labels = self.state.wrong_labels.lock();
        wrong_labels.retain(|_, times| {
            times.retain(|time| *time > since);
            !times.is_empty()
        });
        wrong_labels.get(&person).cloned().unwrap_or_default()
    }

    pub(crate) fn note_wrong_label(&self, person: PersonId, at: Timestamp) {
        self.state.wrong_labels.lock().entry(person).or_default().push(at);
    }

    pub(crate) fn mail_counts(&self) -> MutexGuard<'_, MailFigures> {
        self.state.mail.lock()
    }

    pub(crate) fn scanner(&self) -> Option<&dyn VirusScanner> {
        self.state.scanner.as_deref()
    }

    pub(crate) fn scanner_away(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.state.scanner_away.lock()
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, HashMap<IpAddr, Timestamp>> {
        self.state.seen.lock()
    }

    pub(crate) fn identifiers(&self) -> &dyn Identifiers {
        self.state.identifiers.as_ref()
    }

    /// Sixteen bytes that nobody can guess, for a new password's hash.
    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt.copy_from_slice(&crate::desk::secrets::random_bytes(self.identifiers())[..16]);
        salt
    }

    pub(crate) fn new_id<Id: From<Uuid>>(&self, at: Timestamp) -> Id {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        Id::from(uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.identifiers().random()).into_uuid())
    }

    /// All that is known at this moment, to whoever may do something.
    pub(crate) fn known(&self, _: &Authorised) -> Arc<Known> {
        self.memory()
    }

    /// All that is known at this moment: for what says who may do something, and for what keeps it in step.
    pub(crate) fn memory(&self) -> Arc<Known> {
        self.state.known.read().clone()
    }

    pub(crate) fn published_policies(&self) -> Arc<PublishedPolicies> {
        self.memory().published_policies.clone()
    }

    pub(crate) fn people_index(&self, by: &Authorised) -> Arc<PeopleIndex> {
        self.known(by).people_index.clone()
    }

    /// Puts what is known now in the place of what was known, for desk and gate. Where the gate's part is the same value, the
    /// gate is told nothing, and nothing has to be saved for it.
    pub(crate) fn swap(&self, _: &Turn, known: Known, changed: Changed) {
        let known = Arc::new(known);
        let before = std::mem::replace(&mut *self.state.known.write(), known.clone());
        if Arc::ptr_eq(&before.feed, &known.feed) {
            return;
        }
        self.state.feed.send_replace(known.feed.clone());
        let mut unsaved = self.unsaved();
        unsaved.policies |= !Arc::ptr_eq(&before.published_policies, &known.published_policies);
        unsaved.directory.join(changed);
        drop(unsaved);
        self.state.changed.notify_one();
    }

    pub(crate) fn mark_stale(&self) {
        self.state.stores.mark_stale();
    }

    pub(crate) fn due(&self) -> MutexGuard<'_, DueQueue> {
        self.state.due.lock()
    }

    pub(crate) fn examined_drafts(&self) -> MutexGuard<'_, ExaminedDrafts> {
        self.state.examined_drafts.lock()
    }

    pub(crate) fn unsaved(&self) -> MutexGuard<'_, Unsaved> {
        self.state.unsaved.lock()
    }

    pub(crate) fn changed(&self) -> Arc<Notify> {
        self.state.changed.clone()
    }

    pub(crate) fn turns(&self) -> Arc<tokio::sync::Mutex<()>> {
        self.state.turns.clone()
    }

    pub(crate) fn saving(&self) -> &tokio::sync::Mutex<Option<Saved>> {
        &self.state.saving
    }
}

/// What a page asks for by its address, or that it is not there.
pub(crate) fn found<T>(thing: Option<T>, what: &'static str) -> Result<T, ReadError> {
    thing.ok_or(ReadError::NotFound { what })
}
