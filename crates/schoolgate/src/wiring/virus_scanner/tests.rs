use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use actions::{Actor, AddFile, AddFileError, Desk, ScannerState};
use domain::CaseId;
use tokio::process::{Child, Command};

use super::*;
use crate::wiring::mail_delivery::tests::school;

/// A text that is harmless, and the mark that this test has clamd look for.
const MARK: &str = "Schoolgate looks for this text and means no harm by it";

/// Debian's clamd, which knows the one mark, listens at `listens`, and takes 1 MB at the most.
async fn clamd(folder: &Path, listens: &str, address: &ClamdAddress) -> Child {
    let database = folder.join("database");
    std::fs::create_dir_all(&database).expect("a folder");
    let mark: String = MARK.bytes().map(|byte| format!("{byte:02x}")).collect();
    std::fs::write(database.join("test.ndb"), format!("Schoolgate.Test:0:*:{mark}\n")).expect("a signature");
    let settings = format!(
        "Foreground yes\nDatabaseDirectory {}\nStreamMaxLength 1M\nMaxScanSize 512K\nAlertExceedsMax yes\n{listens}\n",
        database.display()
    );
    let file = folder.join("clamd.conf");
    std::fs::write(&file, settings).expect("a file");
    let mut child = Command::new("/usr/sbin/clamd")
        .arg("--config-file")
        .arg(&file)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("clamd runs: run 'make packages'");
    let answers = async || match address {
        ClamdAddress::Tcp(address) => tokio::net::TcpStream::connect(address).await.is_ok(),
        ClamdAddress::Socket(path) => tokio::net::UnixStream::connect(path).await.is_ok(),
    };
    for _ in 0..600 {
        if answers().await {
            return child;
        }
        assert!(child.try_wait().expect("its state").is_none(), "clamd ended by itself");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("clamd does not listen");
}

fn scanner(address: &ClamdAddress) -> Arc<dyn VirusScanner> {
    let seconds = NonZeroU32::new(20).unwrap();
    let settings =
        EvidenceSettings { clamd: Some(address.clone()), answer_seconds: seconds, ..EvidenceSettings::default() };
    Arc::new(Clamd::new(&settings).expect("it is set"))
}

/// Has the safeguarding lead add a text to the one report there is.
async fn add(desk: &Desk, text: &str) -> Result<(), AddFileError> {
    let (dee, case) = reader(desk).await;
    let input =
        AddFile { of: domain::FileOf::Case(case), name: "note.txt".to_owned(), content: text.as_bytes().to_vec() };
    desk.add_file(&dee, input).await
}

async fn reader(desk: &Desk) -> (Actor, CaseId) {
    let dee = desk.actor_named(&Actor::operator(), "dee").await.unwrap();
    let case = desk.concerns(&dee).await.unwrap()[0].id;
    (dee, case)
}

async fn files(desk: &Desk) -> usize {
    let (dee, case) = reader(desk).await;
    desk.concern(&dee, case).await.unwrap().files.len()
}

#[tokio::test]
async fn a_file_is_kept_when_clamd_finds_nothing_and_refused_by_name_when_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("clamd.socket");
    let address = ClamdAddress::Socket(socket.clone());
    let _clamd = clamd(folder.path(), &format!("LocalSocket {}", socket.display()), &address).await;
    let (desk, _) = school(folder.path(), Some(scanner(&address))).await;
    add(&desk, "He wrote to me again").await.expect("it is clean");
    assert_eq!(files(&desk).await, 1);
    let refused = add(&desk, &format!("He wrote: {MARK}")).await.unwrap_err();
    let found = matches!(&refused, AddFileError::Infected { found } if found.starts_with("Schoolgate.Test"));
    assert!(found, "{refused}");
    assert_eq!((files(&desk).await, desk.scanner_state()), (1, ScannerState::Answers));
    for (length, what) in [(700 * 1024, "more than clamd looks through"), (2 * 1024 * 1024, "more than clamd takes")] {
        let refused = add(&desk, &"a line\n".repeat(length / 7)).await.unwrap_err();
        assert!(matches!(refused, AddFileError::NotScanned), "{what}: {refused}");
        assert!(matches!(desk.scanner_state(), ScannerState::Away { .. }), "{what}");
    }
    assert_eq!(files(&desk).await, 1);
}

#[tokio::test]
async fn nothing_is_kept_while_clamd_is_away_and_files_are_taken_again_when_it_answers() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = ClamdAddress::Tcp(format!("127.0.0.1:{port}"));
    let (desk, _) = school(folder.path(), Some(scanner(&address))).await;
    let refused = add(&desk, "He wrote to me again").await.unwrap_err();
    assert!(matches!(refused, AddFileError::NotScanned), "{refused}");
    let state = desk.scanner_state();
    assert!(
        matches!(state, ScannerState::Away { since } if since == desk.now()) && files(&desk).await == 0,
        "{state:?}"
    );
    let _clamd = clamd(folder.path(), &format!("TCPSocket {port}\nTCPAddr 127.0.0.1"), &address).await;
    add(&desk, "He wrote to me again").await.expect("it answers");
    assert_eq!((files(&desk).await, desk.scanner_state()), (1, ScannerState::Answers));
    let infected = add(&desk, MARK).await.unwrap_err();
    assert!(matches!(infected, AddFileError::Infected { .. }), "{infected}");
    let (without, _) = school(&folder.path().join("without"), None).await;
    add(&without, MARK).await.expect("nobody looks");
    assert_eq!(without.scanner_state(), ScannerState::None);
}

#[test]
fn an_answer_that_is_neither_clean_nor_a_name_is_no_answer() {
    assert_eq!(meaning("stream: OK\0"), Some(Scanned::Clean));
    let found = |name: &str| Some(Scanned::Infected { found: name.to_owned() });
    assert_eq!(meaning("stream: Eicar-Test-Signature FOUND\0"), found("Eicar-Test-Signature"));
    for answer in ["", "OK", "stream: ", "INSTREAM size limit exceeded. ERROR\0", "stream: lstat() failed. ERROR\0"] {
        assert_eq!(meaning(answer), None, "{answer}");
    }
    assert_eq!(meaning("stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"), None);
}
