//! A school of any size, with its records in SQLite in a temporary folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actions::{
    Actor, Ask, Desk, HashCost, ImportFile, ImportPeople, InstallPolicy, Opening, Report, ReportAbout, ReportLost,
    SignAgreement, SignIn, ToSign, Wants,
};
use activity::ActivityLog;
use anyhow::{Context, Result, ensure};
use benches::machine::{MachineClock, Numbers};
use domain::{Group, Lesson, PolicyId, Recipient, Timetable, WeeklyTimes};
use tempfile::TempDir;
use tokio::sync::watch;

pub const POLICY: &str = "primary-whole-school";
const PASSWORD: &str = "Lantern-Harbour-Teapot-20";
/// So many pupils have a password, hashed at the cheapest cost: an import is measured without the hashing.
pub const WITH_PASSWORD: usize = 200;
/// A pupil stands in each of the first six of ten places of the list.
pub const SMALLEST: usize = WITH_PASSWORD * 2;

/// One school, with how long it took to import its people and to open it again.
pub struct School {
    pub desk: Desk,
    pub size: usize,
    pub import: Duration,
    pub opening: Duration,
    /// The folder of the school's files and the sender of its site index: they are there for as long as the desk is.
    _kept: (TempDir, watch::Sender<Arc<sites::Index>>),
}

impl School {
    pub async fn of(size: usize) -> Result<School> {
        let folder = tempfile::tempdir()?;
        let (sender, sites) = watch::channel(Arc::new(sites::starter()));
        let opening = opening(folder.path(), size, sites.clone(), 1).await?;
        let desk = Desk::begin(opening).await?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let file_name = format!("{POLICY}.md");
        let text = std::fs::read_to_string(root.join("policies").join(&file_name)).context(POLICY)?;
        desk.install_policy(&Actor::operator(), InstallPolicy { file_name, text }).await?;

        let files = vec![ImportFile { name: "people.csv".to_owned(), bytes: people(size).into_bytes() }];
        let input = ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
        let start = Instant::now();
        desk.import_people(&Actor::operator(), input).await?;
        let import = start.elapsed();

        drop(desk);
        // Far from the first numbers, so that no identifier comes twice.
        let opening = self::opening(folder.path(), size, sites, 1 << 40).await?;
        let start = Instant::now();
        let desk = Desk::open(opening).await?;
        let opening = start.elapsed();
        ensure!(desk.count_people() == size, "{} people are here, not {size}", desk.count_people());
        keep_waiting(&desk, size).await?;
        Ok(School { desk, size, import, opening, _kept: (folder, sender) })
    }

    /// Signs a pupil in.
    pub async fn sign_in(&self, pupil: usize) -> Result<Duration> {
        let start = Instant::now();
        self.desk.sign_in(SignIn { username: username(pupil), password: password().to_owned(), address: None }).await?;
        Ok(start.elapsed())
    }

    /// Has a pupil sign the policy; reading it beforehand is not counted.
    pub async fn sign(&self, pupil: usize) -> Result<Duration> {
        let actor = self.desk.actor_named(&Actor::operator(), &username(pupil)).await?;
        let policy = PolicyId(POLICY.to_owned());
        let page = self.desk.to_sign(&actor, ToSign { policy: policy.clone(), for_child: None }).await?;
        let input = SignAgreement {
            policy,
            version: page.version,
            text_hash: page.text_hash,
            for_child: None,
            printed_name: actor.name().to_owned(),
            name_confirmed: false,
            read: true,
            ticks: Vec::new(),
        };
        let start = Instant::now();
        self.desk.sign_agreement(&actor, input).await?;
        Ok(start.elapsed())
    }

    /// Opens the headteacher's Home page.
    pub async fn home_of_the_head(&self) -> Result<Duration> {
        let head = self.desk.actor_named(&Actor::operator(), "staff-0").await?;
        let start = Instant::now();
        self.desk.home(&head).await?;
        Ok(start.elapsed())
    }
}

/// What waits for others than the headteacher, as much more as the school is larger: of each tenth member of staff a
/// request for the IT staff, and a report for the parent of a pupil.
async fn keep_waiting(desk: &Desk, size: usize) -> Result<()> {
    let policy = PolicyId(POLICY.to_owned());
    for number in (1..staff(size)).step_by(10) {
        let teacher = desk.actor_named(&Actor::operator(), &format!("staff-{number}")).await?;
        let request = Ask {
            policy: policy.clone(),
            permission: "lesson-site".to_owned(),
            recipient: Recipient::Group(Group(format!("class-{number}"))),
            wants: Wants::Site("https://www.facebook.com".to_owned()),
            reason: "We look at what is advertised to whom".to_owned(),
            from: None,
            until: None,
            answers: BTreeMap::new(),
            id: None,
        };
        desk.ask(&teacher, request).await?;
        let report = Report {
            policy: policy.clone(),
            report: "pupil-it-use".to_owned(),
            told: "There is something to talk about".to_owned(),
            needs: BTreeMap::new(),
            chosen: None,
            about: ReportAbout::Nobody,
            pupil: Some(desk.actor_named(&Actor::operator(), &username(number)).await?.person()),
            lost: ReportLost::Nothing,
            capacity: None,
            has_reported_harm: false,
            key: desk.new_report_key(),
            address: None,
        };
        desk.report(Some(&teacher), report).await?;
    }
    Ok(())
}

/// The name by which the pupil at this place signs in.
pub fn username(pupil: usize) -> String {
    format!("pupil-{pupil}")
}

pub fn password() -> &'static str {
    PASSWORD
}

async fn opening(
    folder: &Path,
    size: usize,
    sites: watch::Receiver<Arc<sites::Index>>,
    first_identifier: u64,
) -> Result<Opening> {
    Ok(Opening {
        data: folder.join("data"),
        settings: actions::PeopleSettings {
            school_name: "Larkfield School".to_owned(),
            password_hash: HashCost::CHEAP,
            ..actions::PeopleSettings::default()
        },
        facts: policy::SchoolFacts { timetable: timetable(size)?, ..policy::SchoolFacts::default() },
        clock: Arc::new(MachineClock),
        identifiers: Arc::new(Numbers::from(first_identifier)),
        sites,
        activity: Arc::new(open_log(&folder.join("activity")).await?),
        feed: watch::Sender::new(Arc::new(feed::Feed::empty())),
        scanner: None,
    })
}

/// Opens the activity log as soon as the desk before has let go of it.
async fn open_log(folder: &Path) -> Result<ActivityLog> {
    for _ in 0..1_000 {
        match ActivityLog::open(folder, activity::ActivitySettings::default()) {
            Err(activity::LogOpenError::InUse(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
            log => return Ok(log?),
        }
    }
    anyhow::bail!("somebody keeps the activity log open")
}

/// Ten lessons a week of each member of staff, each with a class of theirs: as the school grows, so does its timetable.
fn timetable(size: usize) -> Result<Timetable> {
    let when: Vec<WeeklyTimes> =
        ["mon-fri 08:50-09:50", "mon-fri 11:10-12:20"].map(str::parse).into_iter().collect::<Result<_, _>>()?;
    let lesson = |staff: usize, when: &WeeklyTimes| Lesson {
        class: Group(format!("class-{staff}")),
        when: when.clone(),
        room: None,
        teacher: Some(format!("staff-{staff}")),
        week: None,
    };
    let lessons = (0..staff(size)).flat_map(|staff| when.iter().map(move |when| lesson(staff, when))).collect();
    Ok(Timetable { lessons, ..Timetable::default() })
}

/// So many of a school's people are its staff.
fn staff(size: usize) -> usize {
    size - size * 6 / 10 - size * 3 / 10
}

/// Six pupils in ten people, three parents of one child each, one member of staff.
fn people(size: usize) -> String {
    let mut list = String::from("username,name,audience,groups,roles,mail,children,password\n");
    let (pupils, parents) = (size * 6 / 10, size * 3 / 10);
    for pupil in 0..pupils {
        let (class, password) = (pupil / 30, if pupil < WITH_PASSWORD { PASSWORD } else { "" });
        let _ = writeln!(list, "{},Pupil Number {pupil},pupil,class-{class},,,,{password}", username(pupil));
    }
    for parent in 0..parents {
        let child = username(parent);
        let _ = writeln!(list, "parent-{parent},Parent Number {parent},parent,,,,{child},");
    }
    for staff in 0..staff(size) {
        let role = if staff == 0 { "headteacher" } else { "teacher" };
        let _ = writeln!(list, "staff-{staff},Staff Number {staff},staff,class-{staff},{role},,,");
    }
    list
}
