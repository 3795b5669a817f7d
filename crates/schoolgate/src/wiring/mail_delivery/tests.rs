use std::path::Path;
use std::process::Stdio;

use actions::{Actor, ImportFile, ImportPeople, InstallPolicy, MailServer, Opening, Report, ReportAbout, ReportLost};
use activity::ActivityLog;
use domain::PolicyId;
use mail::{MailSettings, Tls};
use testkit::{SeededIdentifiers, TurnableClock};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use super::*;

const PEOPLE: &str = "username,name,audience,groups,roles,mail\n\
                      ada,Ada Fernhaven,pupil,9B,,ada@larkfield.example\n\
                      dee,Dee Inkermoss,staff,,dsl,dee@larkfield.example\n\
                      dan,Dan Oatcakeham,staff,,dsl,refused@larkfield.example\n";

const POLICY: &str = "+++\nid = \"safety\"\ntitle = \"Staying safe\"\naudiences = [\"pupil\", \"staff\"]\nowner = \"dsl\"\n+++\n\
                      \n# Staying safe\n\n## Tell an adult {#tell}\n\nTell us.\n\n```rule\n[report]\nid = \"tell\"\n\
                      title = \"Something worries me\"\nto = [\"dsl\"]\nwithin = \"at once\"\n```\n";

/// A school in which a pupil has reported something that two people are to be told of.
pub(in crate::wiring) async fn school(
    folder: &Path,
    scanner: Option<Arc<dyn actions::VirusScanner>>,
) -> (Desk, Arc<TurnableClock>) {
    let clock = Arc::new(TurnableClock::at("2026-05-16T10:00:00+01:00"));
    let log = ActivityLog::open(&folder.join("activity"), activity::ActivitySettings::default()).unwrap();
    let desk = Desk::begin(Opening {
        data: folder.join("data"),
        settings: actions::PeopleSettings::default(),
        facts: policy::SchoolFacts::default(),
        clock: clock.clone(),
        identifiers: Arc::new(SeededIdentifiers::new(1)),
        sites: watch::channel(Arc::new(sites::Index::empty())).1,
        activity: Arc::new(log),
        feed: watch::Sender::new(Arc::new(feed::Feed::empty())),
        scanner,
    });
    let desk = desk.await.unwrap();
    let files = vec![ImportFile { name: "people.csv".to_owned(), bytes: PEOPLE.as_bytes().to_vec() }];
    let people = ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    desk.import_people(&Actor::operator(), people).await.unwrap();
    let policy = InstallPolicy { file_name: "safety.md".to_owned(), text: POLICY.to_owned() };
    desk.install_policy(&Actor::operator(), policy).await.unwrap();
    let report = Report {
        policy: PolicyId("safety".to_owned()),
        report: "tell".to_owned(),
        told: "Somebody frightens me".to_owned(),
        needs: std::collections::BTreeMap::new(),
        chosen: None,
        about: ReportAbout::Nobody,
        pupil: None,
        lost: ReportLost::Nothing,
        capacity: None,
        has_reported_harm: false,
        key: desk.new_report_key(),
        address: None,
    };
    desk.report(Some(&desk.actor_named(&Actor::operator(), "ada").await.unwrap()), report).await.unwrap();
    (desk, clock)
}

/// Debian's SMTP server for Python, which takes no mail for `refused@`.
async fn mail_server(folder: &Path) -> (Child, u16) {
    let mut child = Command::new("/usr/bin/python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../mail/tests/smtp_server.py"))
        .arg(folder.join("Maildir"))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Debian's Python runs");
    let out = child.stdout.take().expect("its output");
    let port = BufReader::new(out).lines().next_line().await.expect("its output can be read");
    (child, port.expect("run 'make packages'").parse().expect("a port"))
}

fn sender(port: u16) -> Sender {
    let settings = MailSettings {
        host: Some("localhost".to_owned()),
        port,
        tls: Tls::Never,
        from: "no-reply@larkfield.example".to_owned(),
        ..MailSettings::default()
    };
    Sender::new(&settings, "Larkfield School", "https://desk.larkfield.example").unwrap().unwrap()
}

/// A port at which nobody answers.
fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn came(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("Maildir/new")).map_or(0, Iterator::count)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mail_server_that_is_away_can_not_take_goes_when_it_answers() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, clock) = school(folder.path(), None).await;
    let going_on = CancellationToken::new();
    let mut away = MailDelivery::new(desk.clone(), sender(closed_port()), clock.clone());
    for _ in 0..20 {
        away.send_due(&going_on).await;
    }
    assert_eq!(away.pause, LONGEST_PAUSE);
    assert_eq!(desk.mail_figures().server, MailServer::Away { since: desk.now() });
    assert_eq!(desk.due_mail().await.unwrap().len(), 2, "a server that is away costs a mail none of its tries");

    let (_child, port) = mail_server(folder.path()).await;
    let mut mail_delivery = MailDelivery::new(desk.clone(), sender(port), clock.clone());
    mail_delivery.send_due(&going_on).await;
    let figures = desk.mail_figures();
    assert_eq!((figures.server, figures.sent, figures.refused), (MailServer::Answers, 1, 1));
    mail_delivery.send_due(&going_on).await;
    assert_eq!(came(folder.path()), 1, "what was taken is not sent again");
    clock.turn(jiff::SignedDuration::from_mins(1));
    mail_delivery.send_due(&going_on).await;
    assert_eq!((desk.mail_figures().refused, came(folder.path())), (2, 1), "what was not taken is tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_answers_again_is_seen_to_though_nothing_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, clock) = school(folder.path(), None).await;
    let going_on = CancellationToken::new();
    let mut mail_delivery = MailDelivery::new(desk.clone(), sender(closed_port()), clock);
    mail_delivery.send_due(&going_on).await;
    for mail in desk.due_mail().await.unwrap() {
        desk.mail_failed(&mail).await.unwrap();
    }
    mail_delivery.send_due(&going_on).await;
    assert_eq!(desk.mail_figures().server, MailServer::Away { since: desk.now() });
    let (_child, port) = mail_server(folder.path()).await;
    mail_delivery.sender = sender(port);
    mail_delivery.send_due(&going_on).await;
    assert_eq!((desk.mail_figures().server, mail_delivery.pause), (MailServer::Answers, TICK));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_mail_server_has_no_letters_for_holds_up_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, clock) = school(folder.path(), None).await;
    let list = PEOPLE.replace("refused@", "oatcäkeham@").into_bytes();
    let files = vec![ImportFile { name: "people.csv".to_owned(), bytes: list }];
    let people = ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None };
    desk.import_people(&Actor::operator(), people).await.unwrap();
    let (_child, port) = mail_server(folder.path()).await;
    MailDelivery::new(desk.clone(), sender(port), clock).send_due(&CancellationToken::new()).await;
    let figures = desk.mail_figures();
    assert_eq!((figures.server, figures.sent, figures.refused), (MailServer::Answers, 1, 1));
    assert_eq!(came(folder.path()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_stops_begins_no_further_mail() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, clock) = school(folder.path(), None).await;
    let (_child, port) = mail_server(folder.path()).await;
    let stopping = CancellationToken::new();
    stopping.cancel();
    MailDelivery::new(desk.clone(), sender(port), clock).send_due(&stopping).await;
    assert_eq!((desk.due_mail().await.unwrap().len(), came(folder.path())), (2, 0));
}
