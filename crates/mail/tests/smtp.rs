//! Mails on their way to Debian's SMTP server for Python, which keeps what it takes in a Maildir.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use mail::{MailSettings, MailSettingsError, NotSent, OutgoingMail, Sender, Tls};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use uuid::Uuid;

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp_server.py");

struct MailServer {
    folder: tempfile::TempDir,
    port: u16,
    _child: Child,
}

impl MailServer {
    async fn in_clear() -> MailServer {
        let folder = tempfile::tempdir().expect("a folder");
        MailServer::start(folder, &[]).await
    }

    /// Speaks TLS under a certificate of its own and asks for a name and a password.
    async fn private() -> MailServer {
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        fs::write(&certificate, made.cert.pem()).expect("a file");
        fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
        MailServer::start(folder, &[certificate, key]).await
    }

    async fn start(folder: tempfile::TempDir, tls: &[PathBuf]) -> MailServer {
        let mut child = Command::new("/usr/bin/python3")
            .arg(SERVER)
            .arg(folder.path().join("Maildir"))
            .args(tls)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Debian's Python runs");
        let out = child.stdout.take().expect("its output");
        let line = BufReader::new(out).lines().next_line().await.expect("its output can be read");
        let port = line.expect("the package python3-aiosmtpd is installed: run 'make packages'");
        MailServer { folder, port: port.parse().expect("a port"), _child: child }
    }

    fn settings(&self, tls: Tls) -> MailSettings {
        MailSettings {
            host: Some("localhost".to_owned()),
            port: self.port,
            tls,
            from: "Schoolgate <no-reply@larkfield.example>".to_owned(),
            answer_seconds: 10,
            ..MailSettings::default()
        }
    }

    /// The texts of what was taken.
    fn taken(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.folder.path().join("Maildir/new")) else { return Vec::new() };
        files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("a text")).collect()
    }
}

fn sender(settings: &MailSettings) -> Sender {
    let sender = Sender::new(settings, "Larkfield School", "https://desk.larkfield.example");
    sender.expect("the settings hold").expect("they name a server")
}

fn mail_to(to: &str) -> OutgoingMail<'_> {
    OutgoingMail { to, urgent: true, id: Uuid::from_u128(7), at: "2026-05-12T09:00:00Z".parse().expect("a moment") }
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, text).expect("a file");
    file
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let server = MailServer::in_clear().await;
    let sender = sender(&server.settings(Tls::Never));
    sender.check().await.expect("the server answers");
    sender.send(&mail_to("dee@larkfield.example")).await.expect("it is taken");
    let [text] = &server.taken()[..] else { panic!("one mail") };
    for line in [
        "Subject: Urgent: something on Schoolgate needs you",
        "From: \"Schoolgate\" <no-reply@larkfield.example>",
        "To: dee@larkfield.example",
        "Date: Tue, 12 May 2026 09:00:00 +0000",
        "Message-ID: <00000000000000000000000000000007@larkfield.example>",
        "Auto-Submitted: auto-generated",
        "https://desk.larkfield.example/",
    ] {
        assert!(
            text.lines().any(|found| found.trim_end() == line || found.replace('"', "") == line.replace('"', "")),
            "{line}: {text}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_refused_is_told_apart_from_a_server_that_is_away() {
    let server = MailServer::in_clear().await;
    let settings = server.settings(Tls::Never);
    let sender = sender(&settings);
    let refused = sender.send(&mail_to("refused@larkfield.example")).await.unwrap_err();
    assert!(matches!(&refused, NotSent::Refused { code } if code == "550"), "{refused}");
    assert!(!format!("{refused:?} {refused}").contains("refused@"), "an address has no place in a log");
    assert!(matches!(sender.send(&mail_to("nobody")).await, Err(NotSent::Address)));
    sender.send(&mail_to("dan@larkfield.example")).await.expect("the next one is taken");
    drop(server);
    assert!(matches!(sender.check().await, Err(NotSent::Away(_))));
    assert!(matches!(sender.send(&mail_to("dan@larkfield.example")).await, Err(NotSent::Away(_))));
}

#[tokio::test]
async fn a_server_with_a_certificate_is_believed_only_under_a_listed_one_and_lets_in_who_has_the_password() {
    let server = MailServer::private().await;
    let folder = server.folder.path();
    let settings = MailSettings {
        user: Some("desk".to_owned()),
        password_file: Some(write(folder, "password", "lantern\n")),
        certificates: folder.join("certificate.pem"),
        ..server.settings(Tls::StartTls)
    };
    let trusting = sender(&settings);
    trusting.check().await.expect("the server is the right one");
    trusting.send(&mail_to("dee@larkfield.example")).await.expect("it is taken");
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate").cert.pem();
    let settings = MailSettings { answer_seconds: 3, ..settings };
    let elsewhere = MailSettings { certificates: write(folder, "other.pem", &other), ..settings.clone() };
    assert!(matches!(sender(&elsewhere).check().await, Err(NotSent::Away(_) | NotSent::Silent)));
    let wrong = MailSettings { password_file: Some(write(folder, "wrong", "teapot")), ..settings };
    assert!(matches!(sender(&wrong).check().await, Err(NotSent::Away(_) | NotSent::Silent)));
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn settings_that_can_not_hold_are_refused_with_their_key() {
    let good = MailSettings {
        host: Some("localhost".to_owned()),
        tls: Tls::Never,
        from: "no-reply@larkfield.example".to_owned(),
        ..MailSettings::default()
    };
    let refused = |settings: MailSettings| Sender::new(&settings, "", "").err().map(|error| error.to_string());
    assert_eq!(refused(good.clone()), None);
    assert_eq!(refused(MailSettings::default()), None, "no mail server is no mistake");
    let in_clear = refused(MailSettings { host: Some("mail.larkfield.example".to_owned()), ..good.clone() });
    assert!(in_clear.is_some_and(|said| said.contains("mail.tls")));
    for (settings, key) in [
        (MailSettings { from: "Schoolgate".to_owned(), ..good.clone() }, "mail.from"),
        (MailSettings { user: Some("desk".to_owned()), ..good.clone() }, "mail.password-file"),
        (MailSettings { tls: Tls::Always, certificates: "/nowhere".into(), ..good.clone() }, "mail.certificates"),
    ] {
        let said = refused(settings);
        assert!(said.as_ref().is_some_and(|said| said.contains(key)), "{key}: {said:?}");
    }
    let alone = Sender::new(&MailSettings { password_file: Some("/nowhere".into()), ..good }, "", "");
    assert!(matches!(alone, Err(MailSettingsError::NoUser)));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_no_longer_than_the_settings_let_it() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let settings = MailSettings {
        host: Some("localhost".to_owned()),
        port: silent.local_addr().expect("its address").port(),
        tls: Tls::Never,
        from: "no-reply@larkfield.example".to_owned(),
        answer_seconds: 1,
        ..MailSettings::default()
    };
    let sender = sender(&settings);
    assert!(matches!(sender.check().await, Err(NotSent::Silent)));
    assert!(matches!(sender.send(&mail_to("dee@larkfield.example")).await, Err(NotSent::Silent)));
}
