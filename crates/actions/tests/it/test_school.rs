//! A small school with one policy, a clock to turn, and somebody for every role that the policy names.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use actions::{
    Actor, Ask, Decide, Desk, GrantLine, HashCost, ImportFile, ImportPeople, InstallPolicy, OpenError, Opening,
    PeopleSettings, RequestAnswer, RequestLine, RetentionSettings, SignAgreement, SignIn, SignedIn, Wants,
};
use activity::ActivityLog;
use domain::{Group, Host, Outcome, PersonId, PolicyId, Recipient, Span, Timetable, Unit, Version};
use feed::{Directory, Feed};
use jiff::SignedDuration;
use policy::{Visit, VisitFrom};
use testkit::{SeededIdentifiers, TurnableClock};
use tokio::sync::watch;

pub const POLICY: &str = include_str!("policy.md");

pub const PEOPLE: &str = "\
username,name,audience,groups,roles,mail,children,password
ada,Ada Fernhaven,pupil,9B;year-9,,,,lantern-harbour-teapot
ben,Ben Quillfeather,pupil,9C;year-9,,,,
orphan,Olive Emberlow,pupil,9C,,,,
pat,Pat Fernhaven,parent,,,pat@larkfield.example,ada;ben,
tom,Tom Kiteswell,staff,9B;science,subject-teacher;teacher,,,
ivy,Ivy Lanternfield,staff,,it-staff,,,
ian,Ian Jollybrook,staff,,it-director,,,
hal,Hal Brackenwick,staff,,headteacher;countersigner,,,
gil,Gil Saffronmere,governor,,governors,,,
fay,Fay Thimblegate,staff,,finance-operations-director,,,
dee,Dee Inkermoss,staff,,dsl,,,
dan,Dan Oatcakeham,staff,,deputy-dsl,,,
oli,Oli Marblewick,staff,,office,,,
sam,Sam Zephyrstone,staff,,system-manager,,,
vic,Vic Umberlight,visitor,,,,,
";

pub struct TestSchool {
    pub school: Desk,
    pub clock: Arc<TurnableClock>,
    pub activity: Arc<ActivityLog>,
    pub folder: Arc<tempfile::TempDir>,
    /// What the gate goes by.
    pub feed: watch::Sender<Arc<Feed>>,
    sites_sender: watch::Sender<Arc<sites::Index>>,
}

impl TestSchool {
    /// A Tuesday morning in term; the policy was published a moment ago and nobody has signed it.
    pub async fn open() -> TestSchool {
        TestSchool::open_in(Timetable::default()).await
    }

    /// The same in a school with a timetable and a calendar of its own.
    pub async fn open_in(timetable: Timetable) -> TestSchool {
        let test = TestSchool::empty_in(timetable).await;
        test.import(PEOPLE).await;
        let policy = InstallPolicy { file_name: "web-use.md".to_owned(), text: POLICY.to_owned() };
        test.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
        test
    }

    /// A school without people or policies.
    pub async fn empty() -> TestSchool {
        TestSchool::empty_in(Timetable::default()).await
    }

    async fn empty_in(timetable: Timetable) -> TestSchool {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let (data, clock) = (folder.path().join("data"), Arc::new(TurnableClock::at("2026-05-12T10:00:00+01:00")));
        let begin = async |opening: Opening| {
            let facts = policy::SchoolFacts { timetable, ..opening.facts };
            Desk::begin(Opening { facts, ..opening }).await
        };
        TestSchool::with_data(folder, data, clock, 1, begin).await.expect("the school begins")
    }

    pub async fn reopen(folder: impl Into<Arc<tempfile::TempDir>>, clock: TurnableClock, seed: u64) -> TestSchool {
        TestSchool::at(folder, clock, seed, Desk::open).await.expect("the school opens")
    }

    /// A school in a folder, begun or opened.
    pub async fn at(
        folder: impl Into<Arc<tempfile::TempDir>>,
        clock: TurnableClock,
        seed: u64,
        open: impl AsyncFnOnce(Opening) -> Result<Desk, OpenError>,
    ) -> Result<TestSchool, OpenError> {
        let folder = folder.into();
        let data = folder.path().join("data");
        TestSchool::with_data(folder, data, Arc::new(clock), seed, open).await
    }

    /// Another program at the same records, with a log of its own.
    pub async fn beside(&self) -> TestSchool {
        let folder = Arc::new(tempfile::tempdir().expect("a folder"));
        let test = TestSchool::with_data(folder, self.data(), self.clock.clone(), 77, Desk::open).await;
        test.expect("the school opens")
    }

    async fn with_data(
        folder: Arc<tempfile::TempDir>,
        data: std::path::PathBuf,
        clock: Arc<TurnableClock>,
        seed: u64,
        open: impl AsyncFnOnce(Opening) -> Result<Desk, OpenError>,
    ) -> Result<TestSchool, OpenError> {
        let activity = Arc::new(open_log(&folder.path().join("activity")).await);
        let (sites_sender, sites) = watch::channel(Arc::new(sites::Index::empty()));
        let feed = watch::Sender::new(Arc::new(Feed::empty()));
        let opening = Opening {
            data,
            settings: PeopleSettings {
                school_name: "Larkfield School".to_owned(),
                password_hash: HashCost::CHEAP,
                retention: RetentionSettings {
                    reports: Some(Span { count: 1, unit: Unit::Month }),
                    ..RetentionSettings::default()
                },
                ..PeopleSettings::default()
            },
            facts: policy::SchoolFacts::default(),
            clock: clock.clone(),
            identifiers: Arc::new(SeededIdentifiers::new(seed)),
            sites,
            activity: activity.clone(),
            feed: feed.clone(),
            scanner: None,
        };
        let school = open(opening).await?;
        Ok(TestSchool { school, clock, activity, folder, feed, sites_sender })
    }

    /// The people as the gate knows them.
    pub fn directory(&self) -> Arc<Directory> {
        self.feed.borrow().directory.clone()
    }

    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The records past the program.
    pub async fn database(&self) -> sqlx::SqlitePool {
        let file = sqlx::sqlite::SqliteConnectOptions::new().filename(self.data().join("records.sqlite"));
        sqlx::SqlitePool::connect_with(file).await.expect("the records")
    }

    /// Publishes a policy that is sound.
    pub async fn install(&self, file_name: &str, text: &str) {
        let policy = InstallPolicy { file_name: file_name.to_owned(), text: text.to_owned() };
        self.school.install_policy(&Actor::operator(), policy).await.expect("the policy is sound");
    }

    /// From now on sites are looked up in the starter list.
    pub fn know_the_starter_list(&self) {
        self.sites_sender.send_replace(Arc::new(sites::starter()));
    }

    pub fn turn(&self, by: SignedDuration) {
        self.clock.turn(by);
    }

    pub async fn import(&self, people: &str) {
        let files = vec![ImportFile { name: "people.csv".to_owned(), bytes: people.as_bytes().to_vec() }];
        let input = ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
        self.school.import_people(&Actor::operator(), input).await.expect("the list is sound");
    }

    pub async fn actor(&self, username: &str) -> Actor {
        self.school.actor_named(&Actor::operator(), username).await.expect("somebody by this name")
    }

    pub async fn id(&self, username: &str) -> PersonId {
        self.actor(username).await.person()
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> SignedIn {
        let address = Some("10.0.0.7".parse().expect("an address"));
        let input = SignIn { username: username.to_owned(), password: password.to_owned(), address };
        self.school.sign_in(input).await.expect("the password is right")
    }

    /// What signing the policy as it holds now takes.
    pub fn signature(&self, for_child: Option<PersonId>) -> SignAgreement {
        let rules = self.school.rules();
        let published = rules.policy(&policy_id()).expect("the policy is published");
        SignAgreement {
            policy: policy_id(),
            version: published.version,
            text_hash: actions::sha256(published.document.text.as_bytes()),
            for_child,
            printed_name: "A. Name".to_owned(),
            name_confirmed: true,
            read: true,
            ticks: Vec::new(),
        }
    }

    /// The pupil and their parent both sign.
    pub async fn sign_for(&self, pupil: &str) {
        let pupil = self.actor(pupil).await;
        self.school.sign_agreement(&pupil, self.signature(None)).await.expect("the pupil signs");
        let parent = self.actor("pat").await;
        let for_child = Some(pupil.person());
        self.school.sign_agreement(&parent, self.signature(for_child)).await.expect("the parent signs");
    }

    #[expect(clippy::unused_self, reason = "it reads beside the other things that the school does")]
    pub fn ask_reddit(&self) -> Ask {
        Ask {
            policy: policy_id(),
            permission: "lesson-site".to_owned(),
            recipient: Recipient::Group(Group("9B".to_owned())),
            wants: Wants::Site("https://reddit.com".to_owned()),
            reason: "We look at how chemists explain".to_owned(),
            until: None,
            answers: BTreeMap::from([("lesson".to_owned(), "Chemistry".to_owned())]),
            from: None,
            id: None,
        }
    }

    /// The teacher asks for a site and IT approves.
    pub async fn open_reddit(&self) -> (RequestLine, GrantLine) {
        let request = self.school.ask(&self.actor("tom").await, self.ask_reddit()).await.expect("the teacher asks");
        let decide = Decide { request: request.id, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
        let decided = self.school.decide(&self.actor("ivy").await, decide).await.expect("IT approves");
        (decided.request, decided.grant.expect("a grant"))
    }

    /// What the gate says, by what was published to it.
    pub async fn gate(&self, username: &str, host: &str) -> (Outcome, &'static str) {
        self.gate_from(username, host, None).await
    }

    /// What the gate says to a device in a network whose devices have to be on a register, by what was published to it.
    pub async fn gate_from(&self, username: &str, host: &str, device: Option<&str>) -> (Outcome, &'static str) {
        let directory = self.directory();
        let device: Option<IpAddr> = device.map(|address| address.parse().expect("an address"));
        let from = device.map_or(VisitFrom::AnyDevice, |address| VisitFrom::DeviceAt {
            address,
            listed: directory.device_at(address),
        });
        let (_, member) = directory.by_username(username).expect("somebody whom the gate knows");
        let host = Host::parse(host).expect("a host");
        let rules = self.school.rules();
        let (categories, closed) = (domain::CategorySet::EMPTY, directory.closed_of(&host));
        let visit = Visit { host: &host, path: None, categories, from, closed: &closed };
        let verdict = rules.decide(&member.standing, visit, rules.moment(self.school.now()));
        (verdict.outcome, verdict.reason.name())
    }

    /// The ledger fits, and has so many entries.
    pub async fn ledger(&self) -> u64 {
        let address = &self.school.settings().records;
        let report = actions::verify_ledger(&Actor::operator(), &self.data(), address).await;
        let report = report.expect("the ledger can be read");
        assert_eq!(report.fault, None);
        report.entries
    }
}

pub fn policy_id() -> PolicyId {
    PolicyId("web-use".to_owned())
}

pub const FIRST: Version = Version(1);

pub fn is_private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("the file is there").permissions().mode().trailing_zeros() >= 6
}

/// Opens the log, once whoever had it open is done with it.
async fn open_log(folder: &std::path::Path) -> ActivityLog {
    let open = async || loop {
        match ActivityLog::open(folder, activity::ActivitySettings::default()) {
            Err(activity::LogOpenError::InUse(_)) => tokio::task::yield_now().await,
            log => return log.expect("the log opens"),
        }
    };
    let log = tokio::time::timeout(std::time::Duration::from_secs(10), open()).await;
    log.expect("nobody keeps the log open")
}
