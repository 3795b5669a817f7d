//! The first bytes of a TLS connection: what is said of a beginning is not taken back when more arrives.

use proxy::fuzzing::{FirstBytes, client_hello};

use crate::Target;

pub const TARGET: Target = Target {
    name: "client_hello",
    seeds: || vec![in_records(&hello("www.example.org"), usize::MAX), in_records(&hello("a.example"), 11)],
    words: &["\u{16}\u{3}\u{1}", "\0\0", "\0\u{1}", "\0\u{5}", "example.org", "\0\0\0\u{e}\0\u{c}\0\0\u{9}a.example"],
    check,
};

/// A ClientHello (RFC 8446 section 4.1.2) that names a site.
fn hello(name: &str) -> Vec<u8> {
    let host_name = [&[0], &prefixed(name.as_bytes())[..]].concat();
    let server_name = [&[0, 0], &prefixed(&prefixed(&host_name))[..]].concat();
    let protocols = [&[0, 16], &prefixed(&prefixed(b"\x08http/1.1"))[..]].concat();
    let extensions = prefixed(&[protocols, server_name].concat());
    // Version, random, an empty session, one cipher suite, no compression.
    let body = [&[3, 3][..], &[7; 32], &[0], &[0, 2, 0x13, 1], &[1, 0], &extensions].concat();
    [&[1, 0], &prefixed(&body)[..]].concat()
}

/// The bytes after their length.
fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a seed is short");
    [&length.to_be_bytes()[..], bytes].concat()
}

/// A message spread over records of so many bytes at the most.
fn in_records(message: &[u8], longest: usize) -> Vec<u8> {
    let record = |part: &[u8]| [&[22, 3, 1], &prefixed(part)[..]].concat();
    message.chunks(longest).flat_map(record).collect()
}

fn check(bytes: &[u8]) {
    let mut before = FirstBytes::Incomplete;
    let step = (bytes.len() / 24).max(1);
    for end in (0..bytes.len()).step_by(step).chain([bytes.len()]) {
        let now = client_hello(&bytes[..end]);
        assert!(before == FirstBytes::Incomplete || before == now, "{before:?} became {now:?} at byte {end}");
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_are_sound() {
        let named = (TARGET.seeds)().iter().map(|seed| client_hello(seed)).collect::<Vec<_>>();
        let sites = ["www.example.org", "a.example"];
        assert_eq!(named, sites.map(|site| FirstBytes::ClientHello(Some(site.to_owned()))));
    }
}
