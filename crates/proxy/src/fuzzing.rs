//! What clients' bytes reach first, as plain functions: for the fuzz targets, and for nothing else.

use crate::http::framing::Framing;
use crate::tls::client_hello::{self, Hello};

/// The head that [`framing`] follows at the most, in bytes. What is longer, HTTP's own limits refuse.
pub const LONGEST_HEAD: usize = 64 * 1024;

/// Follows requests, one after the other, chunked ones too, as a connection brings them in parts of `step` bytes.
/// However they arrive, the same bytes are refused or not, as long as no head is longer than [`LONGEST_HEAD`].
///
/// # Errors
/// Why the framing of one of them can be read in two ways.
pub fn framing(bytes: &[u8], step: usize) -> Result<(), String> {
    let mut framing = Framing::new(LONGEST_HEAD);
    bytes.chunks(step.max(1)).try_for_each(|part| framing.see(part)).map_err(|ambiguous| ambiguous.to_string())
}

/// What the first bytes of a tunnel are found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirstBytes {
    Incomplete,
    NotTls,
    /// A ClientHello, and the site that it names.
    ClientHello(Option<String>),
}

/// Reads the first bytes of a tunnel. Once they are found to be something they stay that, whatever follows.
pub fn client_hello(bytes: &[u8]) -> FirstBytes {
    match client_hello::read(bytes) {
        Hello::Incomplete => FirstBytes::Incomplete,
        Hello::NotTls => FirstBytes::NotTls,
        Hello::Tls { server_name } => FirstBytes::ClientHello(server_name),
    }
}
