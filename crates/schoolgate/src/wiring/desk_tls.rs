//! HTTPS at the desk: under the school's certificate where it has one, else under the school's own authority.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::Context;
use domain::{Clock, Host};
use parking_lot::Mutex;
use proxy::Authority;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::clock::MachineClock;

/// Where the desk's certificates come from.
pub enum DeskTls {
    School(SchoolCertificate),
    /// Made by the school's own authority, anew every day.
    Authority {
        authority: Arc<Authority>,
        host: Host,
    },
}

impl DeskTls {
    /// What the desk's section asks for; `None` where another server speaks HTTPS for the desk, or nobody does.
    ///
    /// # Errors
    /// A certificate and key that can't be read or don't fit each other, or a name that the authority can't sign for.
    pub fn new(desk: &web::DeskSettings, authority: &Arc<Authority>) -> anyhow::Result<Option<DeskTls>> {
        if let (Some(certificate), Some(key)) = (&desk.certificate, &desk.key) {
            return Ok(Some(DeskTls::School(SchoolCertificate::read(certificate, key)?)));
        }
        if !desk.speaks_https() {
            return Ok(None);
        }
        let host = domain::Address::parse(&desk.url).with_context(|| format!("'{}' in desk.url", desk.url))?.host;
        anyhow::ensure!(
            authority.may_sign_for(&host),
            "the school's own authority makes no certificate for {host}; name one in desk.certificate and desk.key"
        );
        let tls = DeskTls::Authority { authority: authority.clone(), host };
        tls.config()?;
        Ok(Some(tls))
    }

    /// What is needed to speak TLS now.
    ///
    /// # Errors
    /// The authority could make no certificate.
    pub fn config(&self) -> anyhow::Result<Arc<ServerConfig>> {
        match self {
            DeskTls::School(certificate) => Ok(certificate.current()),
            DeskTls::Authority { authority, host } => {
                authority.server_for(host, MachineClock.now()).context("no certificate could be made for the desk")
            }
        }
    }
}

/// When the files of a certificate and of its key were changed last.
type ModifiedTimes = [Option<SystemTime>; 2];

/// A certificate and its key, read again when one of their files has changed.
pub struct SchoolCertificate {
    certificate: PathBuf,
    key: PathBuf,
    read: Mutex<(ModifiedTimes, Arc<ServerConfig>)>,
}

impl SchoolCertificate {
    fn read(certificate: &Path, key: &Path) -> anyhow::Result<SchoolCertificate> {
        let changed = [certificate, key].map(changed_at);
        let config = Arc::new(server_config(certificate, key)?);
        let read = Mutex::new((changed, config));
        Ok(SchoolCertificate { certificate: certificate.to_owned(), key: key.to_owned(), read })
    }

    /// One that can't be read does not replace the last good one.
    fn current(&self) -> Arc<ServerConfig> {
        let changed = [&self.certificate, &self.key].map(|file| changed_at(file));
        let mut read = self.read.lock();
        if changed != read.0 {
            read.0 = changed;
            match server_config(&self.certificate, &self.key) {
                Ok(config) => read.1 = Arc::new(config),
                Err(error) => tracing::error!("the desk goes on with the certificate that it has: {error:#}"),
            }
        }
        read.1.clone()
    }
}

fn changed_at(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|file| file.modified()).ok()
}

fn server_config(certificate: &Path, key: &Path) -> anyhow::Result<ServerConfig> {
    let named = |file: &Path, what: &str| format!("{} holds no {what} in PEM", file.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| named(certificate, "certificate"))?;
    anyhow::ensure!(!chain.is_empty(), "{}", named(certificate, "certificate"));
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| named(key, "private key"))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .with_context(|| format!("{} and {} don't fit each other", certificate.display(), key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests;
