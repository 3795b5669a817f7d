//! Reads the name of the site out of the first message of TLS, the ClientHello, without taking part in the handshake.

/// What the first bytes of a connection are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hello {
    /// Not enough bytes yet.
    Incomplete,
    /// No TLS: these bytes never become a ClientHello.
    NotTls,
    /// A ClientHello and the site that it names (the `server_name` extension, RFC 6066 section 3).
    Tls { server_name: Option<String> },
}

/// The most bytes that are looked at. A ClientHello with post-quantum key shares has some 2,000.
pub(crate) const LONGEST_HELLO: usize = 32 * 1024;

const HANDSHAKE_RECORD: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const SERVER_NAME: u16 = 0;
const HOST_NAME: u8 = 0;

/// Reads the first bytes of a connection (RFC 8446 sections 4.1.2 and 5.1). A message may be spread over several records.
pub(crate) fn read(bytes: &[u8]) -> Hello {
    let mut message = Vec::new();
    let mut rest = bytes;
    loop {
        match rest.first() {
            None => return if bytes.len() >= LONGEST_HELLO { Hello::NotTls } else { Hello::Incomplete },
            Some(&kind) if kind != HANDSHAKE_RECORD => return Hello::NotTls,
            Some(_) => {}
        }
        if rest.get(1).is_some_and(|major| *major != 3) {
            return Hello::NotTls;
        }
        let Some((header, after)) = rest.split_at_checked(5) else { return Hello::Incomplete };
        let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
        if length == 0 || length > 16 * 1024 {
            return Hello::NotTls;
        }
        let part = &after[..length.min(after.len())];
        message.extend_from_slice(part);
        if message.first().is_some_and(|kind| *kind != CLIENT_HELLO) {
            return Hello::NotTls;
        }
        if let [_, high, middle, low, body @ ..] = message.as_slice() {
            let length = usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low);
            if length > LONGEST_HELLO {
                return Hello::NotTls;
            }
            if let Some(body) = body.get(..length) {
                return match server_name(body) {
                    Some(server_name) => Hello::Tls { server_name },
                    None => Hello::NotTls,
                };
            }
        }
        if part.len() < length {
            return if bytes.len() >= LONGEST_HELLO { Hello::NotTls } else { Hello::Incomplete };
        }
        rest = &after[length..];
    }
}

/// The inner `None`: a sound ClientHello that names no site. The outer: not sound.
#[expect(clippy::option_option, reason = "the two say different things, in the one place that reads them")]
fn server_name(body: &[u8]) -> Option<Option<String>> {
    let mut body = HelloReader(body);
    body.take(2 + 32)?;
    body.vector8()?;
    body.vector16()?;
    body.vector8()?;
    if body.0.is_empty() {
        return Some(None);
    }
    let mut extensions = HelloReader(body.vector16()?);
    while !extensions.0.is_empty() {
        let kind = extensions.number16()?;
        let content = extensions.vector16()?;
        if kind == SERVER_NAME {
            let mut names = HelloReader(HelloReader(content).vector16()?);
            while !names.0.is_empty() {
                let kind = names.take(1)?[0];
                let name = names.vector16()?;
                if kind == HOST_NAME {
                    return Some(Some(String::from_utf8(name.to_vec()).ok()?));
                }
            }
        }
    }
    Some(None)
}

struct HelloReader<'a>(&'a [u8]);

impl<'a> HelloReader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn vector8(&mut self) -> Option<&'a [u8]> {
        let length = self.take(1)?[0];
        self.take(usize::from(length))
    }

    fn vector16(&mut self) -> Option<&'a [u8]> {
        let length = self.number16()?;
        self.take(usize::from(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// The first bytes that a real TLS client sends.
    fn client_hello(name: &str) -> Vec<u8> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
        let mut client = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        let mut bytes = Vec::new();
        client.write_tls(&mut bytes).unwrap();
        bytes
    }

    fn named(name: &str) -> Hello {
        Hello::Tls { server_name: Some(name.to_owned()) }
    }

    #[test]
    fn the_site_is_read_from_a_real_hello() {
        assert_eq!(read(&client_hello("www.example.org")), named("www.example.org"));
    }

    #[test]
    fn a_hello_to_an_address_names_no_site() {
        assert_eq!(read(&client_hello("192.0.2.1")), Hello::Tls { server_name: None });
    }

    #[test]
    fn every_part_of_a_hello_is_incomplete_until_the_last_byte() {
        let hello = client_hello("www.example.org");
        for end in 0..hello.len() {
            assert_eq!(read(&hello[..end]), Hello::Incomplete, "{end}");
        }
    }

    #[test]
    fn a_hello_spread_over_many_records_is_put_together() {
        let hello = client_hello("www.example.org");
        let mut spread = Vec::new();
        for part in hello[5..].chunks(7) {
            spread.extend_from_slice(&[22, 3, 1, 0, u8::try_from(part.len()).unwrap()]);
            spread.extend_from_slice(part);
        }
        assert_eq!(read(&spread), named("www.example.org"));
    }

    #[test]
    fn other_protocols_are_not_tls() {
        for bytes in [&b"SSH-2.0-OpenSSH_9.9\r\n"[..], b"GET / HTTP/1.1\r\n", &[22, 2, 0], &[21, 3, 1, 0, 2]] {
            assert_eq!(read(bytes), Hello::NotTls, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            read(&bytes);
        }

        #[test]
        fn no_change_to_a_hello_makes_it_panic(place in 0usize..300, byte in any::<u8>()) {
            let mut hello = client_hello("www.example.org");
            if let Some(target) = hello.get_mut(place) {
                *target = byte;
            }
            read(&hello);
        }
    }
}
