//! The school's own certificate authority, in whose name the page of a blocked site is shown over HTTPS.
//!
//! It signs for nothing else: what is allowed is never decrypted. So that its key would be worth less to a thief, its
//! certificate is good for web servers alone, for no authority beneath it, and not for the names of
//! [`NEVER_IMPERSONATED`].

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{Clock, Host};
use files::Readers;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use parking_lot::Mutex;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, NameConstraints, SerialNumber,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use sha2::{Digest, Sha256};

/// Names for which the authority's certificate is void, and all that lies under them: where a forged page would do the
/// most harm, and which no school has cause to block. A blocked tunnel to one of them is refused without a page.
pub const NEVER_IMPERSONATED: &[&str] = &["gov.uk", "nhs.uk", "police.uk", "parliament.uk", "mod.uk"];

const KEY_FILE: &str = "authority.key";
const CERTIFICATE_FILE: &str = "authority.pem";
const AUTHORITY_YEARS: i64 = 10;
/// Apple takes no leaf of more than 825 days, other browsers of more than 398.
const LEAF_DAYS: i64 = 60;
const MOST_LEAVES: usize = 4_096;

/// The school's own certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate_pem: String,
    certificate: rustls::pki_types::CertificateDer<'static>,
    leaf_key: KeyPair,
    leaves: Mutex<HashMap<Host, Leaf>>,
}

struct Leaf {
    day: Date,
    config: Arc<ServerConfig>,
}

#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("{what} {path}: {error}")]
    File { what: &'static str, path: PathBuf, error: std::io::Error },
    #[error(
        "{path} holds no certificate and key of an authority that fit each other ({error}); \
         put the right files back, or move them away so that new ones are made (every device must then trust anew)"
    )]
    Unsound { path: PathBuf, error: rcgen::Error },
    #[error(
        "{certificate} is there, but not its key beside it; put the key back, or move the certificate away so that new \
         ones are made (every device must then trust anew)"
    )]
    NoKey { certificate: PathBuf },
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("no TLS could be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl Authority {
    /// Reads the authority from `folder`, or makes it there at the first start: `authority.key` (for the owner alone,
    /// mode 0600) and `authority.pem`, the certificate that devices are to trust.
    ///
    /// # Errors
    /// The files can't be read or written, or are not a key and its certificate.
    pub fn load_or_create(folder: &Path, school: &str, clock: &dyn Clock) -> Result<Authority, AuthorityError> {
        let (key_path, certificate_path) = (folder.join(KEY_FILE), folder.join(CERTIFICATE_FILE));
        let unsound = |path: &Path, error| AuthorityError::Unsound { path: path.to_owned(), error };
        match (key_path.exists(), certificate_path.exists()) {
            (false, true) => return Err(AuthorityError::NoKey { certificate: certificate_path }),
            (false, false) => {
                std::fs::create_dir_all(folder).map_err(|error| AuthorityError::File {
                    what: "cannot make the folder",
                    path: folder.to_owned(),
                    error,
                })?;
                write(&key_path, KeyPair::generate()?.serialize_pem().as_bytes(), Readers::Owner)?;
            }
            (true, _) => {}
        }
        let key = KeyPair::from_pem(&read(&key_path)?).map_err(|error| unsound(&key_path, error))?;
        // Also where a start was broken off between the two files.
        if !certificate_path.exists() {
            write(
                &certificate_path,
                Authority::certificate_for(&key, school, clock.now())?.as_bytes(),
                Readers::Everyone,
            )?;
        }
        let certificate_pem = read(&certificate_path)?;
        let certificate = pem_certificate(&certificate_pem)
            .ok_or_else(|| unsound(&certificate_path, rcgen::Error::CouldNotParseCertificate))?;
        if !contains(&certificate, key.public_key_raw()) {
            return Err(unsound(&certificate_path, rcgen::Error::CouldNotParseKeyPair));
        }
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|error| unsound(&certificate_path, error))?;
        let leaf_key = KeyPair::generate()?;
        Ok(Authority { issuer, certificate_pem, certificate, leaf_key, leaves: Mutex::default() })
    }

    fn certificate_for(key: &KeyPair, school: &str, now: Timestamp) -> Result<String, AuthorityError> {
        let today = day(now);
        let mut params = CertificateParams::default();
        holds_until(&mut params, today, today.saturating_add(AUTHORITY_YEARS.years()));
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, school);
        params.distinguished_name.push(DnType::CommonName, format!("{school}: pages of the web gate"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: Vec::new(),
            excluded_subtrees: NEVER_IMPERSONATED
                .iter()
                .map(|name| GeneralSubtree::DnsName((*name).to_owned()))
                .collect(),
        });
        Ok(params.self_signed(key)?.pem())
    }

    /// The certificate that devices are to trust, as PEM: for download at the desk.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The same as DER, as some devices want it.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }

    /// Whether the authority may sign for `host`.
    pub fn may_sign_for(&self, host: &Host) -> bool {
        !host.and_parents().any(|name| NEVER_IMPERSONATED.contains(&name))
    }

    /// What is needed to speak TLS as `host`. Kept for the next time, and made anew every day.
    ///
    /// # Errors
    /// No certificate could be made for such a name.
    pub fn server_for(&self, host: &Host, now: Timestamp) -> Result<Arc<ServerConfig>, AuthorityError> {
        let today = day(now);
        if let Some(leaf) = self.leaves.lock().get(host).filter(|leaf| leaf.day == today) {
            return Ok(leaf.config.clone());
        }
        let config = Arc::new(self.leaf(host, today)?);
        let mut leaves = self.leaves.lock();
        if leaves.len() >= MOST_LEAVES {
            leaves.clear();
        }
        leaves.insert(host.clone(), Leaf { day: today, config: config.clone() });
        Ok(config)
    }

    fn leaf(&self, host: &Host, today: Date) -> Result<ServerConfig, AuthorityError> {
        let mut params = CertificateParams::new([host.as_str().to_owned()])?;
        holds_until(&mut params, today, today.saturating_add(LEAF_DAYS.days()));
        params.distinguished_name = rcgen::DistinguishedName::new();
        if host.as_str().len() <= 64 {
            params.distinguished_name.push(DnType::CommonName, host.as_str());
        }
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Firefox refuses two certificates of one authority with the same number.
        let number = Sha256::new()
            .chain_update(self.leaf_key.public_key_raw())
            .chain_update(host.as_str())
            .chain_update(today.to_string())
            .finalize();
        let mut number = number[..16].to_vec();
        number[0] = number[0] & 0x7f | 0x40;
        params.serial_number = Some(SerialNumber::from(number));
        let certificate = params.signed_by(&self.leaf_key, &self.issuer)?;
        let key = PrivateKeyDer::Pkcs8(self.leaf_key.serialize_der().into());
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

fn contains(certificate: &[u8], key: &[u8]) -> bool {
    certificate.windows(key.len()).any(|window| window == key)
}

fn pem_certificate(pem: &str) -> Option<rustls::pki_types::CertificateDer<'static>> {
    use rustls::pki_types::pem::PemObject;
    rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).ok()
}

fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// A day of grace before, for devices whose clocks are slow.
fn holds_until(params: &mut CertificateParams, today: Date, end: Date) {
    let midnight =
        |date: Date| rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs());
    params.not_before = midnight(today.saturating_sub(1.day()));
    params.not_after = midnight(end);
}

fn read(path: &Path) -> Result<String, AuthorityError> {
    std::fs::read_to_string(path).map_err(|error| AuthorityError::File {
        what: "cannot read",
        path: path.to_owned(),
        error,
    })
}

fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), AuthorityError> {
    files::replace(path, bytes, readers).map_err(|error| AuthorityError::File {
        what: "cannot write",
        path: path.to_owned(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FixedClock;
    use rustls::pki_types::{ServerName, UnixTime};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConnection};
    use std::os::unix::fs::PermissionsExt;

    fn clock() -> FixedClock {
        FixedClock("2026-05-12T09:00:00Z".parse().unwrap())
    }

    fn load(folder: &Path) -> Result<Authority, AuthorityError> {
        Authority::load_or_create(folder, "Meadow School", &clock())
    }

    #[derive(Debug)]
    struct ThatMorning;

    impl rustls::time_provider::TimeProvider for ThatMorning {
        fn current_time(&self) -> Option<UnixTime> {
            let second = clock().0.as_second().unsigned_abs();
            Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(second)))
        }
    }

    /// A handshake between a client that trusts `authority` alone and a server that speaks as `host`.
    fn shakes_hands(authority: &Authority, host: &str) -> Result<(), rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_details(provider, Arc::new(ThatMorning))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).unwrap();
        let mut client = ClientConnection::new(Arc::new(config), name)?;
        let leaf = authority.server_for(&Host::parse(host).unwrap(), clock().0).unwrap();
        let mut server = ServerConnection::new(leaf)?;
        while client.is_handshaking() || server.is_handshaking() {
            let mut bytes = Vec::new();
            client.write_tls(&mut bytes).unwrap();
            server.read_tls(&mut &bytes[..]).unwrap();
            server.process_new_packets()?;
            bytes.clear();
            server.write_tls(&mut bytes).unwrap();
            client.read_tls(&mut &bytes[..]).unwrap();
            client.process_new_packets()?;
        }
        Ok(())
    }

    #[test]
    fn the_authority_is_made_once_and_its_key_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = load(&folder.path().join("new/place")).unwrap();
        let again = load(&folder.path().join("new/place")).unwrap();
        assert_eq!(first.certificate_pem(), again.certificate_pem());
        assert_eq!(first.certificate_der(), again.certificate_der());
        let mode =
            |file: &str| std::fs::metadata(folder.path().join("new/place").join(file)).unwrap().permissions().mode();
        assert_eq!(mode(KEY_FILE) & 0o777, 0o600);
        assert!(shakes_hands(&again, "www.closed.test").is_ok());
    }

    #[test]
    fn it_speaks_for_names_and_addresses_but_not_for_those_that_are_never_impersonated() {
        let folder = tempfile::tempdir().unwrap();
        let authority = load(folder.path()).unwrap();
        for host in ["closed.test", "xn--bcher-kva.example", "192.0.2.7"] {
            shakes_hands(&authority, host).unwrap_or_else(|error| panic!("{host}: {error}"));
        }
        for host in ["www.nhs.uk", "tax.service.gov.uk"] {
            assert!(!authority.may_sign_for(&Host::parse(host).unwrap()));
            let error = shakes_hands(&authority, host).unwrap_err();
            assert!(matches!(error, rustls::Error::InvalidCertificate(_)), "{host}: {error}");
        }
    }

    #[test]
    fn files_that_do_not_fit_each_other_are_refused_and_left_alone() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        load(one.path()).unwrap();
        load(other.path()).unwrap();
        std::fs::copy(other.path().join(KEY_FILE), one.path().join(KEY_FILE)).unwrap();
        assert!(matches!(load(one.path()), Err(AuthorityError::Unsound { .. })));
        std::fs::remove_file(one.path().join(KEY_FILE)).unwrap();
        assert!(matches!(load(one.path()), Err(AuthorityError::NoKey { .. })));
        std::fs::remove_file(other.path().join(CERTIFICATE_FILE)).unwrap();
        assert!(load(other.path()).is_ok(), "a start that was broken off between the files goes on");
    }
}
