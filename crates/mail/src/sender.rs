//! Hands mails to the school's mail server by SMTP.

use std::fs;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::time::timeout;
use uuid::Uuid;

use crate::settings::{MailSettings, MailSettingsError, Tls};
use crate::words;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends mails through one mail server.
pub struct Sender {
    transport: Transport,
    from: Mailbox,
    /// How long one mail may take.
    answer_within: Duration,
    school: String,
    desk: String,
}

/// One mail: to whom, and nothing of why.
#[derive(Debug, Clone)]
pub struct OutgoingMail<'a> {
    /// A mail address.
    pub to: &'a str,
    pub urgent: bool,
    /// What the mail is known by. A mail that is sent again has the same, so that mail servers can tell.
    pub id: Uuid,
    pub at: Timestamp,
}

/// Why a mail was not sent. It holds no address.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// The mail server was not reached, or does not let the desk in: no mail would be taken now.
    #[error("the mail server can't be used: {0}")]
    Away(#[source] lettre::transport::smtp::Error),
    /// It said nothing for as long as the settings let it.
    #[error("the mail server does not answer")]
    Silent,
    /// It did not take this one.
    #[error("the mail server did not take the mail (code {code})")]
    Refused { code: String },
    /// Nobody can be reached at the address, or not by this mail server.
    #[error("the address is none that mail can be sent to")]
    Address,
}

impl Sender {
    /// The sender that the settings describe; `None` where they name no mail server. `desk` is the desk's address,
    /// without a slash at its end.
    ///
    /// # Errors
    /// Settings that do not hold, with the key.
    pub fn new(settings: &MailSettings, school: &str, desk: &str) -> Result<Option<Sender>, MailSettingsError> {
        let Some(host) = &settings.host else { return Ok(None) };
        let from = settings.from.parse();
        let from = from.map_err(|cause| MailSettingsError::From { from: settings.from.clone(), cause })?;
        let answer_within = Duration::from_secs(u64::from(settings.answer_seconds));
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port)
            .timeout(Some(answer_within))
            .tls(tls(settings, host)?);
        let transport = match credentials(settings)? {
            Some(credentials) => transport.credentials(credentials),
            None => transport,
        };
        Ok(Some(Sender {
            transport: transport.build(),
            from,
            answer_within,
            school: school.to_owned(),
            desk: desk.to_owned(),
        }))
    }

    /// Whether the mail server can be used now.
    ///
    /// # Errors
    /// It is not reached, its certificate is not one to be believed, or it does not let the desk in.
    pub async fn check(&self) -> Result<(), NotSent> {
        // lettre's own time is for the connection alone.
        let checked = timeout(self.answer_within, self.transport.test_connection()).await;
        checked.map_err(|_| NotSent::Silent)?.map(|_| ()).map_err(NotSent::Away)
    }

    /// Hands one mail to the mail server. When this returns the mail server has taken it.
    ///
    /// # Errors
    /// The mail server is away, or did not take it.
    pub async fn send(&self, mail: &OutgoingMail<'_>) -> Result<(), NotSent> {
        let message = self.message(mail).ok_or(NotSent::Address)?;
        let sent = timeout(self.answer_within, self.transport.send(message)).await;
        match sent.map_err(|_| NotSent::Silent)? {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.status() {
                Some(code) => NotSent::Refused { code: code.to_string() },
                // This mail can't be put to this mail server; others can.
                None if error.is_client() || error.is_response() => NotSent::Address,
                None => NotSent::Away(error),
            }),
        }
    }

    /// `None` where the address is none.
    fn message(&self, mail: &OutgoingMail<'_>) -> Option<Message> {
        let to = Mailbox::new(None, mail.to.parse().ok()?);
        let id = format!("<{}@{}>", mail.id.simple(), self.from.email.domain());
        // No answers from mailboxes whose people are away (RFC 3834, section 5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        MessageBuilder::new()
            .from(self.from.clone())
            .to(to)
            .date(SystemTime::from(mail.at))
            .message_id(Some(id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .subject(words::subject(mail.urgent))
            .header(ContentType::TEXT_PLAIN)
            .body(words::body(&self.school, &self.desk, mail.urgent))
            .ok()
    }
}

fn tls(settings: &MailSettings, host: &str) -> Result<lettre::transport::smtp::client::Tls, MailSettingsError> {
    use lettre::transport::smtp::client::Tls as How;
    let here = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match settings.tls {
        Tls::Never if here => Ok(How::None),
        Tls::Never => Err(MailSettingsError::InClear { host: host.to_owned() }),
        Tls::StartTls => Ok(How::Required(parameters(settings, host)?)),
        Tls::Always => Ok(How::Wrapper(parameters(settings, host)?)),
    }
}

/// The mail server's certificate is held against those of a file: what a machine trusts can be read there.
fn parameters(settings: &MailSettings, host: &str) -> Result<TlsParameters, MailSettingsError> {
    let path = &settings.certificates;
    let pem = fs::read(path).map_err(|cause| MailSettingsError::CertificatesMissing { path: path.clone(), cause })?;
    let unusable = |cause| MailSettingsError::Certificates { path: path.clone(), cause };
    let certificate = Certificate::from_pem(&pem).map_err(unusable)?;
    TlsParameters::builder(host.to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(certificate)
        .build_rustls()
        .map_err(unusable)
}

fn credentials(settings: &MailSettings) -> Result<Option<Credentials>, MailSettingsError> {
    match (&settings.user, &settings.password_file) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(MailSettingsError::NoPassword),
        (None, Some(_)) => Err(MailSettingsError::NoUser),
        (Some(user), Some(path)) => {
            let password = fs::read_to_string(path);
            let password = password.map_err(|cause| MailSettingsError::Password { path: path.clone(), cause })?;
            Ok(Some(Credentials::new(user.clone(), password.trim_end_matches(['\r', '\n']).to_owned())))
        }
    }
}
