//! What every protocol that asks the gate shares.

use std::net::IpAddr;
use std::sync::Arc;

use credentials::{Attempt, PasswordChecker, PasswordOutcome};
use domain::{ActivityId, Clock, Host, Identifiers, PersonId, Standing};
use feed::{Directory, Feed};
use jiff::Timestamp;
use policy::{Moment, Rules, Visit, VisitFrom};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::connection_limits::ConnectionLimits;
use crate::explained_verdict::ExplainedVerdict;
use crate::identity::{Identity, PasswordCheck};
use crate::journal::{Journal, JournalEntry, JournalWriter};
use crate::metrics::{Metrics, Sample, SampleKind};
use crate::moments::Moments;
use crate::open_connections::OpenConnections;
use crate::pages::GatePages;
use crate::request_facts::RequestFacts;
use crate::settings::GateSettings;

/// What the gate decides by: each value is whole, immutable, and swapped for the next.
#[derive(Clone)]
pub struct Feeds {
    /// Rules and directory, of one moment.
    pub school: watch::Receiver<Arc<Feed>>,
    pub sites: watch::Receiver<Arc<sites::Index>>,
}

/// What a gate is made of.
pub struct Parts {
    pub settings: GateSettings,
    pub feeds: Feeds,
    pub journal: Arc<dyn Journal>,
    pub clock: Arc<dyn Clock>,
    pub identifiers: Arc<dyn Identifiers>,
    pub metrics: Arc<Metrics>,
    /// The one that the desk checks by too, so that a guess costs the same at both.
    pub passwords: Arc<PasswordChecker>,
}

/// One school's gate.
pub struct Gate {
    pub settings: GateSettings,
    pub metrics: Arc<Metrics>,
    pub pages: GatePages,
    /// How many connections each person has open.
    pub people: Arc<ConnectionLimits<PersonId>>,
    pub open_connections: Arc<OpenConnections>,
    pub(crate) feeds: Feeds,
    clock: Arc<dyn Clock>,
    identifiers: SharedIdentifiers,
    journal: Arc<JournalWriter>,
    passwords: Arc<PasswordChecker>,
}

/// What is known of rules, people, devices and sites at one moment.
pub(crate) struct KnownAtGate<'a> {
    pub rules: &'a Arc<Rules>,
    pub moment: Moment,
    pub directory: &'a Directory,
    pub sites: &'a sites::Index,
}

struct SharedIdentifiers(Arc<dyn Identifiers>);

impl Identifiers for SharedIdentifiers {
    fn random(&self) -> [u8; 10] {
        self.0.random()
    }
}

impl Gate {
    pub fn new(parts: Parts) -> Gate {
        let Parts { settings, feeds, journal, clock, identifiers, metrics, passwords } = parts;
        let limits = &settings.limits;
        Gate {
            pages: GatePages::new(&settings),
            people: ConnectionLimits::new(limits.connections_per_person),
            open_connections: OpenConnections::new(metrics.clone()),
            journal: Arc::new(JournalWriter::new(journal, metrics.clone(), limits)),
            settings,
            feeds,
            clock,
            metrics,
            passwords,
            identifiers: SharedIdentifiers(identifiers),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn rules(&self) -> Arc<Rules> {
        self.feeds.school.borrow().rules.clone()
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.feeds.school.borrow().directory.clone()
    }

    pub fn sites(&self) -> Arc<sites::Index> {
        self.feeds.sites.borrow().clone()
    }

    pub fn next_id(&self, at: Timestamp) -> ActivityId {
        self.identifiers.next(at)
    }

    /// Every figure of the gate, as a monitoring system reads it.
    pub fn samples(&self) -> Vec<Sample> {
        let mut samples = self.metrics.samples();
        samples.push(Sample {
            name: "schoolgate_passwords_measured_total",
            help: "Passwords measured against a hash, at the desk and at the gate.",
            kind: SampleKind::Counter,
            value: self.passwords.measured(),
        });
        samples
    }

    /// Who is known by the address of `client` alone: nobody, in a network whose addresses stand for several devices.
    pub fn identify_by_address(&self, client: IpAddr, directory: &Directory) -> Identity {
        if self.settings.shared_networks.iter().any(|network| network.contains(client)) {
            return Identity::Nobody;
        }
        Identity::at(client, directory, self.now())
    }

    /// Whom a name and a password prove somebody to be.
    pub async fn identify(&self, name: &str, password: &str, client: IpAddr, directory: &Directory) -> PasswordCheck {
        let now = self.now();
        let member = directory.by_username(name).filter(|(_, member)| !member.standing.has_left(now));
        let known = member.and_then(|(person, member)| Some((person, member.password.as_deref()?)));
        let attempt = Attempt { name, password, address: Some(client), at: now };
        match (self.passwords.check(attempt, known.map(|(_, hash)| hash)).await, known) {
            (PasswordOutcome::Right(hash), Some((person, _))) => {
                PasswordCheck::Known(Identity::Password { person, hash })
            }
            (PasswordOutcome::TooSoon { until }, _) => PasswordCheck::TooSoon { until },
            _ => PasswordCheck::Wrong,
        }
    }

    /// From which device a client comes, in a network whose devices have to be on a register.
    fn device_of<'d>(&self, client: IpAddr, directory: &'d Directory) -> VisitFrom<'d> {
        if !self.settings.registered_devices.iter().any(|network| network.contains(client)) {
            return VisitFrom::AnyDevice;
        }
        let address = client.to_canonical();
        VisitFrom::DeviceAt { address, listed: directory.device_at(address) }
    }

    /// Decides about a visit from a client at this time.
    pub fn decide(
        &self,
        moments: &Moments,
        standing: &Standing,
        place: (&Host, Option<&str>),
        (client, directory): (IpAddr, &Directory),
        at: Timestamp,
    ) -> ExplainedVerdict {
        let (rules, sites) = (self.rules(), self.sites());
        let moment = moments.at(&rules, at);
        self.decide_by(&KnownAtGate { rules: &rules, moment, directory, sites: &sites }, standing, place, client)
    }

    /// As [`Gate::decide`], by what was known at one moment.
    pub(crate) fn decide_by(
        &self,
        known: &KnownAtGate<'_>,
        standing: &Standing,
        (host, path): (&Host, Option<&str>),
        client: IpAddr,
    ) -> ExplainedVerdict {
        let (categories, closed) = (known.sites.categories(host, path), known.directory.closed_of(host));
        let from = self.device_of(client, known.directory);
        let visit = Visit { host, path, categories, from, closed: &closed };
        ExplainedVerdict::make(known.rules.clone(), standing, visit, known.moment)
    }

    /// Begins the entry of a request in the journal.
    pub fn begin(
        &self,
        started: Instant,
        facts: &RequestFacts<'_>,
        identity: &Identity,
        standing: &Standing,
        decision: &ExplainedVerdict,
    ) -> JournalEntry {
        JournalEntry::new(self.journal.clone(), started, facts.activity(identity, standing, decision))
    }
}
