//! Activities to write down, and a log to write them in.

use std::fs;
use std::path::{Path, PathBuf};

use activity::{ActivityLog, ActivityQuery, ActivitySettings, FoundActivities, Order, PermitSubject, ViewingPermit};
use domain::{Activity, ActivityId, Audience, Category, Outcome, PersonId, Phase};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

pub const FRIDAY: Date = date(2026, 5, 15);
pub const SATURDAY: Date = date(2026, 5, 16);

/// Noon of Friday in UTC.
pub fn noon() -> Timestamp {
    "2026-05-15T12:00:00Z".parse().expect("a moment")
}

/// The `number`th activity: one a second from noon.
pub fn activity(number: u64) -> Activity {
    Activity {
        id: ActivityId(Uuid::from_u128(number.into())),
        phase: Phase::Done,
        at: noon() + i64::try_from(number).expect("a small number").seconds(),
        client: "10.1.2.3".parse().expect("an address"),
        device: Some("laptop-7".to_owned()),
        person: Some(PersonId(Uuid::from_u128(7))),
        audience: Audience::Pupil,
        method: "GET".to_owned(),
        scheme: "http".to_owned(),
        host: "cards.example".to_owned(),
        port: 80,
        path: Some("/table?seat=é\n\"4\"".to_owned()),
        search: Some("how to win".to_owned()),
        categories: [Category::Gambling, Category::Games].into_iter().collect(),
        outcome: Outcome::Blocked,
        reason: "blocked-by-category".to_owned(),
        policy: Some("pupil-use".to_owned()),
        clause: Some("gambling".to_owned()),
        version: Some(3),
        status: Some(403),
        sent: 512,
        received: 4096,
        duration: 12,
    }
}

pub fn settings() -> ActivitySettings {
    ActivitySettings { sync_every: 50, page_rows: 1_000_000, ..ActivitySettings::default() }
}

pub fn open(folder: &Path) -> ActivityLog {
    ActivityLog::open(folder, settings()).expect("the log opens")
}

/// A permit for everyone at all times.
pub fn permit() -> ViewingPermit {
    permit_for(PermitSubject::Everyone, Timestamp::MIN, Timestamp::MAX)
}

/// A permit for a subject and a span, whatever audience people are of.
pub fn permit_for(subject: PermitSubject, from: Timestamp, until: Timestamp) -> ViewingPermit {
    let everyone = Audience::ALL.iter().copied().collect();
    ViewingPermit::recorded(1, "a test".to_owned(), (subject, everyone), from, until)
}

/// Runs work to its end.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

pub fn found(log: &ActivityLog, permit: &ViewingPermit, query: ActivityQuery) -> FoundActivities {
    wait(log.search(permit, query)).expect("the search answers")
}

/// All that the log holds, the oldest first.
pub fn all(log: &ActivityLog) -> Vec<Activity> {
    let page = found(log, &permit(), ActivityQuery { order: Order::OldestFirst, ..ActivityQuery::default() });
    assert_eq!((page.total, page.unreadable.len()), (page.rows.len() as u64, 0));
    page.rows
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Puts a copy of one folder in another's place.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for file in files(from) {
        copy_file(from, to, file.strip_prefix(from).expect("the file is in the folder"));
    }
}

pub fn copy_file(from: &Path, to: &Path, name: &Path) {
    let place = to.join(name);
    fs::create_dir_all(place.parent().expect("a file is in a folder")).expect("the folder can be made");
    fs::copy(from.join(name), place).expect("the file can be copied");
}
