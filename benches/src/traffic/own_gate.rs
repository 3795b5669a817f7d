//! Our gate as a school runs it, in a process of its own.

use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use credentials::{HashCost, PasswordChecker, ThrottleSettings};
use domain::{Activity, Audience, PersonId, Standing, Version};
use feed::{Directory, Feed, Member};
use gate::{Feeds, Gate, GateSettings, Journal, Metrics, NotRecorded, Parts};
use policy::{Published, Rules, SchoolFacts, Source};
use proxy::Authority;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::machine::{MachineClock, Numbers};

const POLICY: &str = "policies/primary-whole-school.md";

/// Serves until the process is ended; prints its address first.
///
/// # Errors
/// A policy that can't be read, or an address that can't be had.
pub fn run() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = std::fs::read_to_string(root.join(POLICY)).context(POLICY)?;
        let (document, _) = policy::parse(&Source { name: POLICY.to_owned(), text }, domain::Roles::ready());
        let document = Arc::new(document.context("no document")?);
        let rules = Rules::compile(&[Published { document, version: Version(1) }], &SchoolFacts::default());
        let directory = Arc::new(a_school_of(1_200));
        let (_school, school) = watch::channel(Arc::new(Feed { rules: Arc::new(rules), directory }));
        let (_sites, sites) = watch::channel(Arc::new(sites::starter()));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let parts = Parts {
            // The site of the bench listens on this machine, on any free port.
            settings: GateSettings {
                allow_local: true,
                plain_ports: (1..=u16::MAX).collect(),
                ..GateSettings::default()
            },
            feeds: Feeds { school, sites },
            journal: Arc::new(ToFile(File::create(folder.path().join("activity.jsonl"))?)),
            clock: Arc::new(MachineClock),
            identifiers: Arc::new(Numbers::from(1)),
            metrics: Arc::new(Metrics::default()),
            passwords: Arc::new(PasswordChecker::new(ThrottleSettings::default(), HashCost::CHEAP, &Numbers::from(1))),
        };
        let authority = Arc::new(Authority::load_or_create(folder.path(), "Bench School", &MachineClock)?);
        proxy::serve(listener, Arc::new(Gate::new(parts)), authority, CancellationToken::new()).await?;
        Ok(())
    })
}

/// So many pupils who have signed everything; the first is signed in at this machine.
fn a_school_of(people: u128) -> Directory {
    let mut directory = Directory::default();
    for number in 0..people {
        let person = PersonId(Uuid::from_u128(number));
        let standing = Standing { person: Some(person), ..Standing::of(Audience::Pupil) };
        directory.insert(person, &format!("pupil{number}"), Member { standing, password: None });
    }
    directory.sign_in(IpAddr::V4(Ipv4Addr::LOCALHOST), PersonId(Uuid::from_u128(0)));
    directory
}

struct ToFile(File);

impl Journal for ToFile {
    fn record(&self, activity: &Activity) -> Result<(), NotRecorded> {
        let mut line = serde_json::to_vec(activity).map_err(|_| NotRecorded)?;
        line.push(b'\n');
        (&self.0).write_all(&line).map_err(|_| NotRecorded)
    }
}
