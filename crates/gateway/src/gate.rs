//! What all of the gate's workers share.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Activity, ActivityId, Clock, Directory, Identifiers, PersonId};
use jiff::Timestamp;
use policy::Rules;
use tokio::sync::watch;

use crate::authority::Authority;
use crate::headers::Via;
use crate::journal::Journal;
use crate::metrics::Metrics;
use crate::pages::Pages;
use crate::proof::Proofs;
use crate::reach::{HostsError, Reach};
use crate::seats::Seats;
use crate::settings::Settings;
use crate::tunnels::Tunnels;

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
    pub authority: Arc<Authority>,
    pub clock: Arc<dyn Clock>,
    pub identifiers: Arc<dyn Identifiers>,
    pub metrics: Arc<Metrics>,
}

/// What can be wrong with a gate's settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(transparent)]
    Hosts(#[from] HostsError),
    #[error("'{0}' is no time zone; write an IANA name such as 'Europe/London'")]
    TimeZone(String),
}

pub(crate) struct Gate {
    pub settings: Settings,
    pub feeds: Feeds,
    pub authority: Arc<Authority>,
    pub clock: Arc<dyn Clock>,
    pub metrics: Arc<Metrics>,
    pub pages: Pages,
    pub proofs: Proofs,
    pub reach: Reach,
    pub via: Via,
    pub tunnels: Tunnels,
    pub clients: Arc<Seats<IpAddr>>,
    pub people: Arc<Seats<PersonId>>,
    journal: Arc<dyn Journal>,
    identifiers: SharedIdentifiers,
}

struct SharedIdentifiers(Arc<dyn Identifiers>);

impl Identifiers for SharedIdentifiers {
    fn random(&self) -> [u8; 10] {
        self.0.random()
    }
}

impl Gate {
    pub fn new(parts: Parts) -> Result<Gate, SettingsError> {
        let Parts { settings, feeds, journal, authority, clock, identifiers, metrics } = parts;
        if jiff::tz::TimeZone::get(&settings.time_zone).is_err() {
            return Err(SettingsError::TimeZone(settings.time_zone));
        }
        let mut key = [0; 32];
        key.chunks_mut(10).for_each(|part| part.copy_from_slice(&identifiers.random()[..part.len()]));
        let limits = &settings.limits;
        Ok(Gate {
            pages: Pages::new(&settings),
            proofs: Proofs::new(key, limits),
            reach: Reach::new(&settings)?,
            via: Via::new(&settings.name),
            tunnels: Tunnels::default(),
            clients: Seats::new(limits.connections_per_client),
            people: Seats::new(limits.connections_per_person),
            settings,
            feeds,
            authority,
            clock,
            metrics,
            journal,
            identifiers: SharedIdentifiers(identifiers),
        })
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

    /// Writes an activity down. Where that fails the gate goes on and counts it.
    pub fn record(&self, activity: &Activity) {
        if self.journal.record(activity).is_err() {
            self.metrics.journal_failures.one_more();
        }
    }
}
