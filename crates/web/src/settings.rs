//! What a school may set about its desk.

use std::net::IpAddr;
use std::path::PathBuf;

use domain::Helpline;
use serde::{Deserialize, Serialize};

use crate::limits::DeskLimits;

/// The section `[desk]` of the configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeskSettings {
    /// The desk's public address, as browsers see it: `https://desk.desk.example`.
    pub url: String,
    /// Addresses of the HTTPS servers that stand before the desk. What comes from one of these is from the client that its
    /// last `X-Forwarded-For` names; from anybody else that header means nothing.
    pub trusted_proxies: Vec<IpAddr>,
    /// The school's certificate for the desk with its chain, and its private key, both in PEM. Without them the school's
    /// own authority makes one. They are read again when the files change.
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
    /// Whether the desk may be reached beyond this machine without HTTPS, so that passwords go over the network in clear.
    pub plain_http: bool,
    /// The largest form that is read, in bytes.
    pub form_bytes: usize,
    /// The largest upload (a policy, a list of people) that is read, in bytes, all its files together.
    pub upload_bytes: usize,
    pub limits: DeskLimits,
    /// How many days ahead the lessons are offered with which something may begin.
    pub lessons_ahead_days: u16,
    /// Who else helps, shown where somebody reports a worry. They are set for the school, and taken over from there.
    #[serde(skip)]
    pub helplines: Vec<Helpline>,
}

impl Default for DeskSettings {
    fn default() -> Self {
        DeskSettings {
            url: "http://localhost:8080".to_owned(),
            trusted_proxies: Vec::new(),
            certificate: None,
            key: None,
            plain_http: false,
            form_bytes: 256 * 1024,
            upload_bytes: 8 * 1024 * 1024,
            limits: DeskLimits::default(),
            lessons_ahead_days: 14,
            helplines: Helpline::national(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskSettingsError {
    #[error("desk.url '{0}' is not a web address; write it as in 'https://desk.desk.example', without a path")]
    Url(String),
    #[error("desk.certificate and desk.key go together: name both, or neither")]
    HalfCertificate,
    #[error("desk.certificate is for HTTPS, but desk.url is '{0}'; write it with https://")]
    CertificateWithoutHttps(String),
}

impl DeskSettings {
    /// # Errors
    /// An `url` that is no bare http or https address, half of a certificate, or one that is of no use.
    pub fn check(&self) -> Result<(), DeskSettingsError> {
        let wrong = || DeskSettingsError::Url(self.url.clone());
        let rest = self.url.strip_prefix("https://").or_else(|| self.url.strip_prefix("http://")).ok_or_else(wrong)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let address = domain::Address::tunnel(authority).map_err(|_| wrong())?;
        if address.host.as_str().is_empty() || authority.contains(['/', '?', '#', '@']) {
            return Err(wrong());
        }
        match (&self.certificate, &self.key) {
            (Some(_), None) | (None, Some(_)) => Err(DeskSettingsError::HalfCertificate),
            (Some(_), Some(_)) if !self.is_https() => Err(DeskSettingsError::CertificateWithoutHttps(self.url.clone())),
            _ => Ok(()),
        }
    }

    /// Whether the desk itself speaks HTTPS: its address says so, and no other server does it in its place.
    pub fn speaks_https(&self) -> bool {
        self.is_https() && (self.trusted_proxies.is_empty() || self.certificate.is_some())
    }

    /// Whether another server speaks HTTPS in the desk's place.
    pub fn has_https_front(&self) -> bool {
        self.is_https() && !self.speaks_https()
    }

    /// Scheme, host and port, as a browser's `Origin` header says it.
    pub fn origin(&self) -> &str {
        self.url.trim_end_matches('/')
    }

    pub fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// The host of the desk, without its port.
    pub(crate) fn host(&self) -> String {
        domain::Address::parse(&self.url).map_or_else(|_| "localhost".to_owned(), |address| address.host.to_string())
    }

    /// Browsers treat this machine's own names as safe, so a `Secure` cookie is kept there over plain http too.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.host();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// What the desk tells about the gate. The desk does not know the gate; the program hands these over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GateInfo {
    /// `host:port` that devices use as their proxy.
    pub proxy_address: String,
    /// The certificate of the school's own authority, in PEM.
    pub authority_pem: String,
    /// Its SHA-256 fingerprint, where the program has worked it out, for people to compare.
    pub authority_fingerprint: Option<String>,
    /// Hosts that devices reach without the gate, beside the desk itself and their own machine.
    pub bypass_hosts: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_pass_their_own_check() {
        assert_eq!(DeskSettings::default().check(), Ok(()));
        let half = DeskSettings { certificate: Some("desk.pem".into()), ..DeskSettings::default() };
        assert_eq!(half.check(), Err(DeskSettingsError::HalfCertificate));
        let useless = DeskSettings { key: Some("desk.key".into()), ..half };
        assert!(useless.check().unwrap_err().to_string().contains("https://"), "{:?}", useless.check());
    }

    #[test]
    fn an_address_with_a_path_is_no_address_of_a_desk() {
        for url in ["desk.desk.example", "ftp://x.org", "https://x.org/desk", "https://a@x.org", "https://"] {
            let settings = DeskSettings { url: url.to_owned(), ..DeskSettings::default() };
            assert!(settings.check().is_err(), "{url}");
        }
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert!(serde_json::from_str::<DeskSettings>(r#"{"uploads":1}"#).is_err());
    }
}
