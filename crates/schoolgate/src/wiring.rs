//! The wiring: each crate is handed what it needs, and everything is stopped in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actions::{Desk, OpenError, Opening, VirusScanner};
use activity::ActivityLog;
use anyhow::Context;
use axum::Router;
use credentials::PasswordChecker;
use domain::Activity;
use feed::Feed;
use gate::{Feeds, Gate, Journal, Metrics, NotRecorded, Parts};
use mail::Sender;
use proxy::Authority;
use sites::Index;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::{MachineClock, MachineIdentifiers};
use crate::configuration::Configuration;
use crate::wiring::desk_tls::DeskTls;
use crate::wiring::housekeeping::Housekeeping;
use crate::wiring::mail_delivery::MailDelivery;
use crate::wiring::page_server::PageServer;
use crate::wiring::site_index::SiteIndex;
use crate::wiring::virus_scanner::Clamd;

mod away;
mod clock_watch;
mod desk_tls;
mod housekeeping;
mod mail_delivery;
mod metrics;
mod page_server;
mod schedule;
pub mod site_index;
pub mod virus_scanner;

/// How long it may take until the program sees what another changed: the records, a site index that was replaced. What the
/// program itself knows to be due is done on time.
const TICK: Duration = Duration::from_secs(5);

/// A school's desk and gate, running.
pub struct Running {
    /// `None` while the records are away: the gate goes on by what it knew last, and the desk says so.
    pub school: Option<Desk>,
    pub gate: SocketAddr,
    pub desk: SocketAddr,
    /// Where figures are read, where the configuration asks for it.
    pub metrics: Option<SocketAddr>,
    /// The desk's public address, without a slash at the end.
    pub desk_url: String,
    /// The certificate of the school's own authority.
    pub authority_pem: String,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<anyhow::Result<()>>>,
}

/// The school's records and log, opened without serving: what the other commands work on.
pub async fn open_school(
    configuration: &Configuration,
    sites: watch::Receiver<Arc<Index>>,
    log: Arc<ActivityLog>,
    feed: watch::Sender<Arc<Feed>>,
) -> anyhow::Result<Desk> {
    Ok(Desk::open(opening(configuration, sites, log, feed)?).await?)
}

/// Begins a school in an empty data folder.
pub async fn begin_school(configuration: &Configuration) -> anyhow::Result<()> {
    let passing = tempfile::tempdir()?;
    let log = open_log(&Configuration { data: passing.path().to_owned(), ..configuration.clone() })?;
    let sites = watch::Sender::new(Arc::new(sites::starter()));
    let feed = watch::Sender::new(Arc::new(Feed::empty()));
    Desk::begin(opening(configuration, sites.subscribe(), log, feed)?).await?.flush().await;
    Ok(())
}

fn opening(
    configuration: &Configuration,
    sites: watch::Receiver<Arc<Index>>,
    log: Arc<ActivityLog>,
    feed: watch::Sender<Arc<Feed>>,
) -> anyhow::Result<Opening> {
    Ok(Opening {
        data: configuration.data.clone(),
        settings: actions::PeopleSettings {
            records: configuration.records.clone(),
            evidence: configuration.evidence.limits(),
            ..configuration.people.clone()
        },
        facts: configuration.school()?,
        clock: Arc::new(MachineClock),
        identifiers: Arc::new(MachineIdentifiers),
        sites,
        activity: log,
        feed,
        scanner: Clamd::new(&configuration.evidence).map(|clamd| Arc::new(clamd) as Arc<dyn VirusScanner>),
    })
}

pub fn open_log(configuration: &Configuration) -> anyhow::Result<Arc<ActivityLog>> {
    let folder = configuration.data.join("activity");
    Ok(Arc::new(ActivityLog::open(&folder, configuration.activity.clone())?))
}

impl Running {
    /// Opens the school and serves its desk and its gate. `listen` in the configuration says where; port 0 is any free
    /// one, and the addresses that the pages name follow it. `sites` is the index where the configuration names none.
    ///
    /// # Errors
    /// An address in use, a configuration that does not hold, or records that are away before anything was known.
    pub async fn start(mut configuration: Configuration, sites: fn() -> Index) -> anyhow::Result<Running> {
        // Before a file is made in a folder that is no school's.
        if !Desk::was_begun(&configuration.data) {
            return Err(OpenError::NotBegun { path: configuration.data }.into());
        }
        let desk_listener = bind(configuration.listen.desk, "the desk").await?;
        let gate_listener = bind(configuration.listen.gate, "the gate").await?;
        let (desk, gate) = (desk_listener.local_addr()?, gate_listener.local_addr()?);
        let metrics_listener = match configuration.metrics.listen {
            Some(address) => Some(bind(address, "metrics").await?),
            None => None,
        };
        let metrics = metrics_listener.as_ref().map(TcpListener::local_addr).transpose()?;
        settle(&mut configuration, desk)?;

        let mut site_index = SiteIndex::new(&configuration, sites);
        let sites = watch::Sender::new(Arc::new(site_index.open()?));
        let log = open_log(&configuration)?;
        let (feed, school_feed) = watch::channel(Arc::new(Feed::empty()));
        let opened = open_school(&configuration, sites.subscribe(), log.clone(), feed.clone()).await;
        let authority = Arc::new(
            Authority::load_or_create(&configuration.data.join("authority"), &configuration.school.name, &MachineClock)
                .context("the school's certificate authority")?,
        );
        let tls = DeskTls::new(&configuration.desk, &authority)?;
        let passwords = match &opened {
            Ok(school) => school.passwords(),
            Err(_) => {
                let people = &configuration.people;
                Arc::new(PasswordChecker::new(people.throttle, people.password_hash, &MachineIdentifiers))
            }
        };
        let (school, pages) = match opened {
            Ok(school) => {
                let pages = desk_pages(&configuration, &school, gate, &authority);
                (Some(school), pages)
            }
            Err(error) if records_are_away(&error) => {
                let known = feed::load(&configuration.data, &configuration.school()?);
                feed.send_replace(Arc::new(known.with_context(|| format!("{error:#}"))?));
                tracing::error!("the records can't be opened: {error:#}; the gate goes on by what it knew last");
                (None, away::pages())
            }
            Err(error) => return Err(error),
        };
        let mail_delivery =
            match (&school, Sender::new(&configuration.mail, &configuration.school.name, configuration.desk.origin())?)
            {
                (Some(school), Some(sender)) => Some(MailDelivery::new(school.clone(), sender, Arc::new(MachineClock))),
                _ => None,
            };
        let stop = CancellationToken::new();
        let parts = Parts {
            settings: configuration.gate.clone(),
            feeds: Feeds { school: school_feed, sites: sites.subscribe() },
            journal: Arc::new(KeptActivity { log: log.clone(), school: school.clone() }),
            clock: Arc::new(MachineClock),
            identifiers: Arc::new(MachineIdentifiers),
            metrics: Arc::new(Metrics::default()),
            passwords,
        };
        let housekeeping =
            Housekeeping::new(school.clone(), log.clone(), Arc::new(MachineClock), &configuration.activity.sweep);
        let checking = Arc::new(Gate::new(parts));
        let mut tasks = vec![
            tokio::spawn(serve_gate(gate_listener, checking.clone(), authority.clone(), stop.clone())),
            tokio::spawn(
                PageServer::new(pages, &configuration.desk, handles(), tls).serve(desk_listener, stop.clone()),
            ),
            tokio::spawn(housekeeping.keep(stop.clone())),
            tokio::spawn(site_index.follow(sites, stop.clone())),
        ];
        tasks.extend(mail_delivery.map(|mail_delivery| tokio::spawn(mail_delivery.keep(stop.clone()))));
        if let Some(listener) = metrics_listener {
            let limits = web::DeskLimits {
                connections: configuration.metrics.connections,
                connections_per_client: configuration.metrics.connections,
                ..configuration.desk.limits.clone()
            };
            let settings = web::DeskSettings { limits, trusted_proxies: Vec::new(), ..configuration.desk.clone() };
            let figures = PageServer::new(metrics::pages(checking, log, school.clone()), &settings, None, None);
            tasks.push(tokio::spawn(figures.serve(listener, stop.clone())));
        }
        Ok(Running {
            school,
            gate,
            desk,
            metrics,
            desk_url: configuration.desk.origin().to_owned(),
            authority_pem: authority.certificate_pem().to_owned(),
            stop,
            tasks,
        })
    }

    /// Serves until somebody says stop (Ctrl-C, SIGTERM) or a part of it fails; then closes in order.
    ///
    /// # Errors
    /// What made a part fail.
    pub async fn run(mut self) -> anyhow::Result<()> {
        tokio::select! {
            () = asked_to_stop() => {}
            () = self.stop.cancelled() => {}
        }
        self.stop.cancel();
        let mut ended = Ok(());
        for task in self.tasks.drain(..) {
            ended = ended.and(task.await?);
        }
        if let Some(school) = &self.school {
            school.flush().await;
        }
        ended
    }
}

/// What follows from the configuration, and from where the desk turned out to listen.
fn settle(configuration: &mut Configuration, desk: SocketAddr) -> anyhow::Result<()> {
    if configuration.listen.desk.port() == 0 {
        let scheme = if configuration.desk.is_https() { "https" } else { "http" };
        configuration.desk.url = format!("{scheme}://localhost:{}", desk.port());
    }
    configuration.gate.desk_url = configuration.desk.origin().to_owned();
    configuration.gate.school.clone_from(&configuration.school.name);
    configuration.gate.time_zone.clone_from(&configuration.school.timetable.time_zone);
    configuration.gate.helplines.clone_from(&configuration.school.helplines);
    configuration.desk.helplines.clone_from(&configuration.school.helplines);
    configuration.people.school_name.clone_from(&configuration.school.name);
    anyhow::ensure!(
        !configuration.listen.gate.ip().is_unspecified() || configuration.listen.gate_address.is_some(),
        "the gate listens on every address, so devices can't be told which: say it in listen.gate-address, as in \
         'gate.school.example:3128'"
    );
    configuration.desk.check()?;
    let is_open = !desk.ip().is_loopback() && !configuration.desk.is_https();
    anyhow::ensure!(
        !is_open || configuration.desk.plain_http,
        "the desk listens on {desk}, beyond this machine, and its address is {}: passwords would go over the network in \
         clear. Write desk.url as in 'https://desk.school.example', and the desk speaks HTTPS under the school's own \
         authority, or under the certificate in desk.certificate and desk.key, or an HTTPS server before it does that is \
         named in desk.trusted-proxies. Where no other device is on the network, write desk.plain-http = true.",
        configuration.desk.url
    );
    Ok(())
}

fn desk_pages(configuration: &Configuration, school: &Desk, gate: SocketAddr, authority: &Authority) -> Router {
    web::desk(web::DeskParts {
        desk: school.clone(),
        settings: configuration.desk.clone(),
        gate: web::GateInfo {
            proxy_address: configuration.listen.gate_address.clone().unwrap_or_else(|| gate.to_string()),
            authority_pem: authority.certificate_pem().to_owned(),
            authority_fingerprint: Some(actions::sha256(authority.certificate_der())),
            bypass_hosts: Vec::new(),
        },
        secret: secret(),
    })
}

fn records_are_away(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(OpenError::Records(_) | OpenError::RecordsMissing { .. }))
}

async fn bind(address: SocketAddr, what: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{what} can't listen on {address}; stop what listens there, or name another address"))
}

async fn serve_gate(
    listener: TcpListener,
    gate: Arc<Gate>,
    authority: Arc<Authority>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let _ends_the_others = stop.clone().drop_guard();
    Ok(proxy::serve(listener, gate, authority, stop).await?)
}

/// How many files the program may have open, after it has asked for as many as the system lets it have.
fn handles() -> Option<u64> {
    proxy::raise_handle_limit().inspect_err(|error| tracing::warn!(%error, "the limit of open files is not known")).ok()
}

async fn asked_to_stop() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => {
            tracing::warn!(%error, "no signal can be waited for");
            return std::future::pending().await;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// The gate's journal: the activity log, and the desk's view of the latest verdicts.
struct KeptActivity {
    log: Arc<ActivityLog>,
    school: Option<Desk>,
}

impl Journal for KeptActivity {
    fn record(&self, activity: &Activity) -> Result<(), NotRecorded> {
        let kept = self.log.append(activity).map_err(|_| NotRecorded);
        if let Some(school) = &self.school {
            school.note(activity);
        }
        kept
    }
}

fn secret() -> [u8; 32] {
    use domain::Identifiers as _;
    let mut bytes = [0; 32];
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&MachineIdentifiers.random()[..chunk.len()]);
    }
    bytes
}

#[cfg(test)]
mod tests;
