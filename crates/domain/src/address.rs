//! Addresses in one canonical form, so that a list, a clause and a request name a site alike.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A host in canonical form: lower-case ASCII, international names in punycode (UTS 46), no trailing dot; an IP address
/// in its shortest usual form, IPv6 without brackets and an IPv4-mapped one as IPv4.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Host(String);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    #[error("the name of a host is empty")]
    Empty,
    #[error("'{0}' is longer than the 253 letters that a host's name may have")]
    TooLong(String),
    #[error("'{0}' is not the name of a host; write it as in 'www.example.org'")]
    Malformed(String),
}

impl Host {
    /// Brings a host to its canonical form.
    ///
    /// # Errors
    /// What is empty, longer than 253 letters, or has letters that no host's name has.
    pub fn parse(text: &str) -> Result<Host, HostError> {
        let trimmed = text.strip_suffix('.').unwrap_or(text);
        if trimmed.is_empty() {
            return Err(HostError::Empty);
        }
        let bare = trimmed.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(trimmed);
        if bare.contains(':') {
            let address: Ipv6Addr = bare.parse().map_err(|_| HostError::Malformed(text.to_owned()))?;
            return Ok(Host::from(IpAddr::V6(address)));
        }
        let name = if is_canonical(trimmed) {
            Cow::Borrowed(trimmed)
        } else {
            idna::domain_to_ascii_cow(trimmed.as_bytes(), idna::AsciiDenyList::EMPTY)
                .map_err(|_| HostError::Malformed(text.to_owned()))?
        };
        let name = name.strip_suffix('.').unwrap_or(&name);
        if name.is_empty() {
            return Err(HostError::Empty);
        }
        if name.len() > 253 {
            return Err(HostError::TooLong(text.to_owned()));
        }
        if !name.split('.').all(is_label) {
            return Err(HostError::Malformed(text.to_owned()));
        }
        if ends_in_a_number(name) {
            let address = parse_ipv4(name).ok_or_else(|| HostError::Malformed(text.to_owned()))?;
            return Ok(Host(address.to_string()));
        }
        Ok(Host(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The IP address, where the host is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.0.parse().ok()
    }

    /// The host and, for a name, each name that it lies under, longest first: `a.b.org`, `b.org`, `org`.
    pub fn and_parents(&self) -> impl Iterator<Item = &str> {
        parents(&self.0)
    }

    /// Whether the host is `other` or lies under it.
    pub fn is_within(&self, other: &Host) -> bool {
        self.and_parents().any(|name| name == other.0)
    }
}

fn parents(name: &str) -> impl Iterator<Item = &str> {
    let is_address = name.contains(':') || name.bytes().last().is_some_and(|byte| byte.is_ascii_digit());
    std::iter::successors(
        Some(name),
        move |name| if is_address { None } else { name.split_once('.').map(|(_, parent)| parent) },
    )
}

/// Already lower-case ASCII with no label in punycode: nothing to convert.
fn is_canonical(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_'))
        && !name.split('.').any(|label| label.starts_with("xn--"))
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

fn ends_in_a_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    !last.is_empty()
        && (last.bytes().all(|byte| byte.is_ascii_digit())
            || last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())))
}

/// IPv4 in every form that browsers take (WHATWG URL): `10.1`, `0x7f.1`, `2130706433`.
fn parse_ipv4(name: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = name.split('.').collect();
    let (last, leading) = parts.split_last()?;
    if parts.len() > 4 {
        return None;
    }
    let mut address: u32 = 0;
    for (place, part) in leading.iter().enumerate() {
        let octet = u8::try_from(parse_number(part)?).ok()?;
        address |= u32::from(octet) << (24 - 8 * place);
    }
    let last = u32::try_from(parse_number(last)?).ok()?;
    let room = 8 * (4 - u32::try_from(leading.len()).ok()?);
    if room < 32 && last >> room != 0 {
        return None;
    }
    Some(Ipv4Addr::from(address | last))
}

fn parse_number(part: &str) -> Option<u64> {
    if let Some(digits) = part.strip_prefix("0x") {
        return if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 16).ok() };
    }
    match part.strip_prefix('0') {
        Some(digits) if !digits.is_empty() => u64::from_str_radix(digits, 8).ok(),
        _ => part.parse().ok(),
    }
}

impl From<IpAddr> for Host {
    fn from(address: IpAddr) -> Self {
        Host(address.to_canonical().to_string())
    }
}

/// So that a host is found by its name.
impl Borrow<str> for Host {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Host {
    type Err = HostError;
    fn from_str(text: &str) -> Result<Self, HostError> {
        Host::parse(text)
    }
}

impl<'de> Deserialize<'de> for Host {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Host::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

/// Where a request goes: scheme, host, port and, where it can be seen, the path with its query.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// `http` or `https`.
    pub scheme: String,
    pub host: Host,
    pub port: u16,
    /// Begins with `/`. `None` where only the host is known, as in a tunnel.
    pub path: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("'{0}' is not a port; a port is a number from 1 to 65535")]
    Port(String),
    #[error("'{0}' is neither http nor https")]
    Scheme(String),
}

impl Address {
    /// The address as the gate sees it: of `https` and `wss` the host alone, as the rest is enciphered.
    #[must_use]
    pub fn seen_by_the_gate(self) -> Address {
        let is_enciphered = matches!(self.scheme.as_str(), "https" | "wss");
        Address { path: self.path.filter(|_| !is_enciphered), ..self }
    }

    /// Reads an address as a person writes it: `https://www.bbc.co.uk/bitesize`, `reddit.com`, `example.org:8080/x`.
    /// Without a scheme it is https. What stands before an `@` (a user's name) and after a `#` is dropped.
    ///
    /// # Errors
    /// A host or a port that is none, or another scheme than http and https.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let text = text.trim();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("https".to_owned(), text),
        };
        let standard = match scheme.as_str() {
            "http" | "ws" => 80,
            "https" | "wss" => 443,
            _ => return Err(AddressError::Scheme(scheme)),
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = split_port(authority)?;
        let path = path.split_once('#').map_or(path, |(path, _)| path);
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{}", path.trim_start_matches('\\')) };
        Ok(Address { scheme, host: Host::parse(host)?, port: port.unwrap_or(standard), path: Some(path) })
    }

    /// The address of a tunnel, of which no path is seen: `host:port`.
    ///
    /// # Errors
    /// A host or a port that is none.
    pub fn tunnel(authority: &str) -> Result<Address, AddressError> {
        let (host, port) = split_port(authority)?;
        Ok(Address { scheme: "https".to_owned(), host: Host::parse(host)?, port: port.unwrap_or(443), path: None })
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), AddressError> {
    let after_bracket = authority.rfind(']').map_or(0, |end| end + 1);
    let Some(colon) = authority[after_bracket..].find(':').map(|place| place + after_bracket) else {
        return Ok((authority, None));
    };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    if port.is_empty() {
        return Ok((host, None));
    }
    match port.parse() {
        Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => Ok((host, Some(number))),
        _ => Err(AddressError::Port(port.to_owned())),
    }
}

impl FromStr for Address {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        Address::parse(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = self.host.as_str().contains(':');
        let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
        write!(out, "{}://{open}{}{close}", self.scheme, self.host)?;
        if !matches!((self.scheme.as_str(), self.port), ("http", 80) | ("https", 443)) {
            write!(out, ":{}", self.port)?;
        }
        out.write_str(self.path.as_deref().unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_host_has_one_canonical_form() {
        for (written, canonical) in [
            ("WWW.Reddit.COM", "www.reddit.com"),
            ("reddit.com.", "reddit.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("ｒeddit.com", "reddit.com"),
            ("love_missyou.hot.lu", "love_missyou.hot.lu"),
            ("127.0.0.1", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("017700000001", "127.0.0.1"),
            ("[::1]", "::1"),
            ("[::FFFF:10.0.0.1]", "10.0.0.1"),
            ("10.1", "10.0.0.1"),
            ("10.256", "10.0.1.0"),
            ("1.2.65535", "1.2.255.255"),
            ("4294967295", "255.255.255.255"),
            ("0x", "0.0.0.0"),
        ] {
            assert_eq!(Host::parse(written).unwrap().as_str(), canonical, "{written}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "",
            ".",
            "a..b",
            "a b.com",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.65536",
            "4294967296",
            "xn--a.example",
            "[::1",
            "x/y",
            "a:b:c",
            "%2e.com",
        ] {
            assert!(Host::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_has_two_hundred_and_fifty_three_letters_at_most() {
        let name = |letters: usize| {
            let labels = "a".repeat(63) + ".";
            labels.repeat(4)[..letters].trim_end_matches('.').to_owned()
        };
        assert_eq!(name(253).len(), 253);
        assert!(Host::parse(&name(253)).is_ok());
        assert!(matches!(Host::parse(&name(254)), Err(HostError::TooLong(_))));
    }

    #[test]
    fn a_host_is_an_address_or_a_name_within_others() {
        let host = |text| Host::parse(text).unwrap();
        assert_eq!(host("10.0.0.1").ip(), Some("10.0.0.1".parse().unwrap()));
        assert_eq!(host("[::1]").ip(), Some("::1".parse().unwrap()));
        assert_eq!(host("reddit.com").ip(), None);
        for (inner, outer, is_within) in [
            ("old.reddit.com", "reddit.com", true),
            ("reddit.com", "reddit.com", true),
            ("reddit.com", "old.reddit.com", false),
            ("notreddit.com", "reddit.com", false),
        ] {
            assert_eq!(host(inner).is_within(&host(outer)), is_within, "{inner} in {outer}");
        }
    }

    #[test]
    fn the_gate_sees_the_path_of_plain_addresses_alone() {
        let seen = |text| Address::parse(text).unwrap().seen_by_the_gate().path;
        assert_eq!(seen("http://example.org/a"), Some("/a".to_owned()));
        assert_eq!(seen("ws://example.org/a"), Some("/a".to_owned()));
        assert_eq!(seen("https://example.org/a"), None);
        assert_eq!(seen("wss://example.org/a"), None);
    }

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for (written, canonical) in [
            ("https://www.reddit.com/r/chemistry", "https://www.reddit.com/r/chemistry"),
            ("reddit.com", "https://reddit.com/"),
            ("HTTP://Example.ORG:80/A?b#c", "http://example.org/A?b"),
            ("http://user:word@example.org:8080", "http://example.org:8080/"),
            ("https://[::1]:8443/x", "https://[::1]:8443/x"),
        ] {
            assert_eq!(Address::parse(written).unwrap().to_string(), canonical, "{written}");
        }
        assert_eq!(Address::parse("ftp://x.org"), Err(AddressError::Scheme("ftp".into())));
        for port in ["99999", "0", "+80", "8o"] {
            assert_eq!(Address::parse(&format!("x.org:{port}")), Err(AddressError::Port(port.into())));
        }
        assert_eq!(Address::tunnel("[2001:db8::1]:8443").map(|tunnel| tunnel.port), Ok(8443));
    }

    #[test]
    fn a_name_lies_under_its_parents_and_an_address_under_none() {
        let host = Host::parse("a.b.org").unwrap();
        assert_eq!(host.and_parents().collect::<Vec<_>>(), ["a.b.org", "b.org", "org"]);
        let address = Host::parse("10.0.0.1").unwrap();
        assert_eq!(address.and_parents().collect::<Vec<_>>(), ["10.0.0.1"]);
    }

    proptest! {
        #[test]
        fn the_canonical_form_of_a_canonical_form_is_itself(text in "\\PC{0,40}") {
            if let Ok(host) = Host::parse(&text) {
                prop_assert_eq!(Host::parse(host.as_str()).unwrap(), host);
            }
        }

        #[test]
        fn reading_an_address_never_panics(text in "\\PC{0,60}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert_eq!(Address::parse(&address.to_string()).unwrap().host, address.host);
            }
        }
    }
}
