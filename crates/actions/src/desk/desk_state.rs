//! The school as the desk holds it: its records, its policies as they run, its people as the gate knows them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use activity::ActivityLog;
use credentials::PasswordChecker;
use domain::{Clock, Directory, Identifiers, Roles, Timetable};
use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use policy::Rules;
use tokio::sync::watch;
use uuid::Uuid;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::error::ReadError;
use crate::desk::keys;
use crate::desk::settings::Settings;
use crate::desk::stores::Stores;
use crate::people::people_index::PeopleIndex;
use crate::policies::published_policies::{PublishedPolicies, UnreadablePolicy};

/// Everything that the school is made of, given as values.
pub struct Opening {
    /// The folder for records, key and what the gate starts from; made, readable by its owner alone.
    pub data: PathBuf,
    pub settings: Settings,
    /// Timetable, always-open sites, the facts for the policies' blanks.
    pub facts: policy::SchoolFacts,
    pub clock: Arc<dyn Clock>,
    pub identifiers: Arc<dyn RandomSource>,
    pub sites: watch::Receiver<Arc<sites::Index>>,
    pub activity: Arc<ActivityLog>,
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
}

/// Why no actor was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody here signs in as '{username}'")]
pub struct ActorError {
    pub username: String,
}

/// The school. Cloning it is cheap.
#[derive(Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

/// The school as what saves it in the background holds it: without keeping it open.
pub(crate) struct WeakDesk(std::sync::Weak<Inner>);

impl WeakDesk {
    pub(crate) fn upgrade(&self) -> Option<Desk> {
        self.0.upgrade().map(|inner| Desk { inner })
    }
}

struct Inner {
    stores: Stores,
    data: PathBuf,
    settings: Settings,
    facts: policy::SchoolFacts,
    roles: RwLock<Arc<Roles>>,
    clock: Arc<dyn Clock>,
    identifiers: Arc<dyn RandomSource>,
    sites: watch::Receiver<Arc<sites::Index>>,
    key: SigningKey,
    rules: watch::Sender<Arc<Rules>>,
    directory: watch::Sender<Arc<Directory>>,
    published_policies: RwLock<Arc<PublishedPolicies>>,
    people_index: RwLock<Arc<PeopleIndex>>,
    /// One publishes at a time, so that an older state never follows a newer one.
    publishing: tokio::sync::Mutex<()>,
    saving: tokio::sync::Mutex<()>,
    /// When the gate last saw somebody at an address: it keeps their session from going idle.
    seen: Mutex<HashMap<IpAddr, Timestamp>>,
    passwords: Arc<PasswordChecker>,
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
        let mut reading = stores.read(&Authorised::program(Verb::InformGate)).await?;
        let roles = reading.roles().await?;
        let published_policies = PublishedPolicies::new(reading.published_versions().await?, &roles)?;
        drop(reading);
        let rules = Rules::compile(&published_policies.published(), &opening.facts);
        let school = Desk {
            inner: Arc::new(Inner {
                stores,
                data,
                settings: opening.settings,
                facts: opening.facts,
                roles: RwLock::new(roles),
                clock: opening.clock,
                identifiers: opening.identifiers,
                sites: opening.sites,
                key,
                rules: watch::Sender::new(Arc::new(rules)),
                directory: watch::Sender::new(Arc::new(Directory::default())),
                published_policies: RwLock::new(Arc::new(published_policies)),
                people_index: RwLock::default(),
                publishing: tokio::sync::Mutex::default(),
                saving: tokio::sync::Mutex::default(),
                seen: Mutex::default(),
                passwords,
            }),
        };
        school.refresh().await?;
        // On a full disk the desk still opens: what is in the records can be read, and the gate goes by it.
        school.flush().await;
        school.save_whenever_it_changes();
        Ok(school)
    }

    pub fn rules(&self) -> Arc<Rules> {
        self.inner.rules.borrow().clone()
    }

    pub fn watch_rules(&self) -> watch::Receiver<Arc<Rules>> {
        self.inner.rules.subscribe()
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.inner.directory.borrow().clone()
    }

    pub fn watch_directory(&self) -> watch::Receiver<Arc<Directory>> {
        self.inner.directory.subscribe()
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub fn facts(&self) -> &policy::SchoolFacts {
        &self.inner.facts
    }

    /// The roles of this school, and the duties that they carry.
    pub fn roles(&self) -> Arc<Roles> {
        self.inner.roles.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn timetable(&self) -> &Timetable {
        &self.inner.facts.timetable
    }

    pub fn time_zone(&self) -> &TimeZone {
        &self.inner.facts.timetable.time_zone
    }

    /// The time, to the millisecond: what the records keep.
    pub fn now(&self) -> Timestamp {
        let now = self.inner.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Somebody who is here, by the name they sign in with. For the command line and tests: a page's visitor is known
    /// through [`Desk::authenticate`].
    pub async fn actor_named(&self, username: &str) -> Result<Actor, ActorError> {
        let people_index = self.people_index();
        let person = people_index.named(username).and_then(|record| people_index.here(record.person.id));
        person.map(|person| Actor::of(person, None)).ok_or_else(|| ActorError { username: username.to_owned() })
    }

    pub(crate) fn downgrade(&self) -> WeakDesk {
        WeakDesk(Arc::downgrade(&self.inner))
    }

    pub(crate) fn stores(&self) -> &Stores {
        &self.inner.stores
    }

    pub(crate) fn data(&self) -> &Path {
        &self.inner.data
    }

    pub(crate) fn sites(&self) -> Arc<sites::Index> {
        self.inner.sites.borrow().clone()
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.inner.key
    }

    /// The checker of passwords, which the gate shares.
    pub fn passwords(&self) -> Arc<PasswordChecker> {
        self.inner.passwords.clone()
    }

    pub(crate) fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Timestamp>> {
        self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn identifiers(&self) -> &dyn Identifiers {
        self.inner.identifiers.as_ref()
    }

    /// Sixteen bytes that nobody can guess, for a new password's hash.
    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt.copy_from_slice(&crate::access::secrets::random_bytes(self.identifiers())[..16]);
        salt
    }

    pub(crate) fn new_id<Id: From<Uuid>>(&self, at: Timestamp) -> Id {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
        Id::from(uuid::Builder::from_unix_timestamp_millis(milliseconds, &self.identifiers().random()).into_uuid())
    }

    pub(crate) fn published_policies(&self) -> Arc<PublishedPolicies> {
        self.inner.published_policies.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn people_index(&self) -> Arc<PeopleIndex> {
        self.inner.people_index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_published_policies(&self, published_policies: PublishedPolicies) {
        *self.inner.published_policies.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(published_policies);
    }

    pub(crate) fn set_roles(&self, roles: Arc<Roles>) {
        *self.inner.roles.write().unwrap_or_else(PoisonError::into_inner) = roles;
    }

    pub(crate) fn set_people_index(&self, people_index: Arc<PeopleIndex>) {
        *self.inner.people_index.write().unwrap_or_else(PoisonError::into_inner) = people_index;
    }

    pub(crate) fn rules_sender(&self) -> &watch::Sender<Arc<Rules>> {
        &self.inner.rules
    }

    pub(crate) fn directory_sender(&self) -> &watch::Sender<Arc<Directory>> {
        &self.inner.directory
    }

    pub(crate) fn publishing(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.publishing
    }

    pub(crate) fn saving(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.saving
    }
}

/// What a page asks for by its address, or that it is not there.
pub(crate) fn found<T>(thing: Option<T>, what: &'static str) -> Result<T, ReadError> {
    thing.ok_or(ReadError::NotFound { what })
}
