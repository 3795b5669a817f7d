//! What every protocol that asks the gate shares.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{ActivityId, Clock, Directory, Host, Identifiers, PersonId, Standing};
use jiff::Timestamp;
use policy::Rules;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::connection_limits::ConnectionLimits;
use crate::decision::Decision;
use crate::identity::Identity;
use crate::journal::{Entry, Journal, JournalWriter};
use crate::metrics::Metrics;
use crate::moments::Moments;
use crate::open_connections::OpenConnections;
use crate::pages::Pages;
use crate::password_cache::{PasswordCache, PasswordCheck};
use crate::request_facts::RequestFacts;
use crate::settings::Settings;

/// What the gate decides by: each value is whole, immutable, and swapped for the next.
#[derive(Clone)]
pub struct Feeds {
    pub rules: watch::Receiver<Arc<Rules>>,
    pub directory: watch::Receiver<Arc<Directory>>,
    pub sites: watch::Receiver<Arc<sites::Index>>,
}

/// What a gate is made of.
pub struct Parts {
    pub settings: Settings,
    pub feeds: Feeds,
    pub journal: Arc<dyn Journal>,
    pub clock: Arc<dyn Clock>,
    pub identifiers: Arc<dyn Identifiers>,
    pub metrics: Arc<Metrics>,
}

/// What can be wrong with a gate's settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("'{0}' is no time zone; write an IANA name such as 'Europe/London'")]
    TimeZone(String),
}

/// One school's gate.
pub struct Gate {
    pub settings: Settings,
    pub metrics: Arc<Metrics>,
    pub pages: Pages,
    /// How many connections each person has open.
    pub people: Arc<ConnectionLimits<PersonId>>,
    pub open_connections: Arc<OpenConnections>,
    pub(crate) feeds: Feeds,
    clock: Arc<dyn Clock>,
    identifiers: SharedIdentifiers,
    journal: Arc<JournalWriter>,
    passwords: PasswordCache,
}

struct SharedIdentifiers(Arc<dyn Identifiers>);

impl Identifiers for SharedIdentifiers {
    fn random(&self) -> [u8; 10] {
        self.0.random()
    }
}

impl Gate {
    /// # Errors
    /// The settings are not sound.
    pub fn new(parts: Parts) -> Result<Gate, SettingsError> {
        let Parts { settings, feeds, journal, clock, identifiers, metrics } = parts;
        if jiff::tz::TimeZone::get(&settings.time_zone).is_err() {
            return Err(SettingsError::TimeZone(settings.time_zone));
        }
        let mut key = [0; 32];
        key.chunks_mut(10).for_each(|part| part.copy_from_slice(&identifiers.random()[..part.len()]));
        let limits = &settings.limits;
        Ok(Gate {
            pages: Pages::new(&settings),
            passwords: PasswordCache::new(key, limits),
            people: ConnectionLimits::new(limits.connections_per_person),
            open_connections: OpenConnections::new(metrics.clone()),
            journal: Arc::new(JournalWriter::new(journal, metrics.clone(), limits)),
            settings,
            feeds,
            clock,
            metrics,
            identifiers: SharedIdentifiers(identifiers),
        })
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn rules(&self) -> Arc<Rules> {
        self.feeds.rules.borrow().clone()
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.feeds.directory.borrow().clone()
    }

    pub fn sites(&self) -> Arc<sites::Index> {
        self.feeds.sites.borrow().clone()
    }

    pub fn next_id(&self, at: Timestamp) -> ActivityId {
        self.identifiers.next(at)
    }

    /// Whom a name and a password prove somebody to be.
    pub async fn identify(&self, name: &str, password: &str, client: IpAddr, directory: &Directory) -> PasswordCheck {
        self.passwords.check((name, password), client, directory, &self.settings.limits, &self.metrics).await
    }

    /// Decides about a visit at this time.
    pub fn decide(
        &self,
        moments: &Moments,
        standing: &Standing,
        place: (&Host, Option<&str>),
        at: Timestamp,
    ) -> Decision {
        let rules = self.rules();
        let moment = moments.at(&rules, at);
        Decision::make(rules, &self.sites(), standing, place, moment)
    }

    /// Begins the entry of a request in the journal.
    pub fn begin(
        &self,
        started: Instant,
        facts: &RequestFacts<'_>,
        identity: &Identity,
        standing: &Standing,
        decision: &Decision,
    ) -> Entry {
        Entry::new(self.journal.clone(), started, facts.activity(identity, standing, decision))
    }
}
