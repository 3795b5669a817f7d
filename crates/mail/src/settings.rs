//! The mail server that a school has.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How the connection to the mail server is kept private.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// It begins in clear and goes on by TLS, or not at all; usually on port 587.
    #[default]
    StartTls,
    /// TLS from the first byte; usually on port 465.
    Always,
    /// In clear: for a mail server on the same machine.
    Never,
}

/// The section `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MailSettings {
    /// The mail server that takes the desk's mail. Without one nobody is told by mail, and the desk says so.
    pub host: Option<String>,
    pub port: u16,
    pub tls: Tls,
    /// Whom the mail is from: `Schoolgate <no-reply@school.example>`.
    pub from: String,
    /// The name that the mail server knows the desk by, where it asks for one.
    pub user: Option<String>,
    /// A file that holds the password for it, in one line.
    pub password_file: Option<PathBuf>,
    /// The authorities that the mail server's certificate is held against, as PEM.
    pub certificates: PathBuf,
    /// Seconds that the mail server has to take one mail.
    pub answer_seconds: u16,
}

impl Default for MailSettings {
    fn default() -> MailSettings {
        MailSettings {
            host: None,
            port: 587,
            tls: Tls::StartTls,
            from: String::new(),
            user: None,
            password_file: None,
            certificates: PathBuf::from("/etc/ssl/certs/ca-certificates.crt"),
            answer_seconds: 30,
        }
    }
}

/// Why no mail can be sent by these settings.
#[derive(Debug, thiserror::Error)]
pub enum MailSettingsError {
    #[error(
        "mail.from is '{from}', which is no sender: write it as in 'Schoolgate <no-reply@school.example>' ({cause})"
    )]
    From { from: String, cause: lettre::address::AddressError },
    #[error("mail.user is set and mail.password-file is not: name the file that holds the password")]
    NoPassword,
    #[error("mail.password-file is set and mail.user is not: name the user whose password it is")]
    NoUser,
    #[error("mail.password-file '{}' can't be read: {cause}", path.display())]
    Password { path: PathBuf, cause: std::io::Error },
    #[error("mail.certificates '{}' can't be read: {cause}; on Debian they are in the package ca-certificates", path.display())]
    CertificatesMissing { path: PathBuf, cause: std::io::Error },
    #[error("mail.certificates '{}' holds no certificates that can be used: {cause}", path.display())]
    Certificates { path: PathBuf, cause: lettre::transport::smtp::Error },
    #[error(
        "mail.tls is 'never' and mail.host is '{host}', another machine: passwords and addresses would go over the network \
         in clear. Write mail.tls = 'start-tls' or 'always'"
    )]
    InClear { host: String },
}
