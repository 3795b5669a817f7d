//! Watches the bytes of a client's connection for requests whose framing could be read in two ways.
//!
//! hyper settles such requests quietly (it drops a `Content-Length` beside a `Transfer-Encoding`), which is allowed; a
//! gate refuses them, since nobody but an attacker writes them (RFC 9112 sections 6.1, 6.3 and 11.2). The watcher
//! follows the framing only as far as it needs to tell heads from bodies; what it can't follow, hyper refuses anyway.

/// The most bytes of a chunk's size and extensions: hyper reads any number of zeros, and no client sends them.
const LONGEST_CHUNK_SIZE_LINE: usize = 8 * 1024;

/// Where the watcher is in the stream of bytes.
#[derive(Debug)]
enum FramingState {
    /// In a request's line and headers, of which these bytes came before.
    Head(Vec<u8>),
    Body(u64),
    ChunkSize(Vec<u8>),
    /// In a chunk, with so many bytes to come, its line end included.
    Chunk(u64),
    /// In the trailers, of whose line so many bytes have come.
    Trailers(usize),
    /// In a tunnel, or in something that can't be followed.
    Unwatched,
}

/// The watcher of one connection.
#[derive(Debug)]
pub(crate) struct Framing {
    place: FramingState,
    longest_head: usize,
}

/// The framing of a request can be read in two ways; why, for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Ambiguous {
    #[error("it has both a Content-Length and a Transfer-Encoding")]
    BothLengths,
    #[error("it has more than one Content-Length")]
    SeveralLengths,
    #[error("its Content-Length is not a number")]
    BadLength,
    #[error("its Transfer-Encoding is not 'chunked' alone")]
    BadTransferEncoding,
    #[error("one of its headers goes on over a second line")]
    FoldedHeader,
    #[error("one of its lines has a carriage return inside")]
    BareCarriageReturn,
    #[error("one of its headers has no name, or a space in it")]
    BadHeaderName,
    #[error("the line with the size of one of its chunks is longer than {LONGEST_CHUNK_SIZE_LINE} bytes")]
    LongChunkSize,
}

impl Framing {
    pub fn new(longest_head: usize) -> Framing {
        Framing { place: FramingState::Head(Vec::new()), longest_head }
    }

    /// Looks at the next bytes from the client.
    pub fn see(&mut self, mut bytes: &[u8]) -> Result<(), Ambiguous> {
        while !bytes.is_empty() {
            bytes = match &mut self.place {
                FramingState::Unwatched => return Ok(()),
                FramingState::Head(before) => {
                    if before.is_empty() {
                        // Empty lines before a request are passed over (RFC 9112 section 2.2).
                        let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                        bytes = &bytes[blank..];
                    }
                    if before.is_empty()
                        && let Some(end) = end_of_head(bytes)
                    {
                        self.place = after_head(&bytes[..end])?;
                        &bytes[end..]
                    } else if bytes.is_empty() {
                        return Ok(());
                    } else {
                        let known = before.len();
                        before.extend_from_slice(bytes);
                        match end_of_head(before) {
                            Some(end) => {
                                let head = std::mem::take(before);
                                self.place = after_head(&head[..end])?;
                                &bytes[end - known..]
                            }
                            None => {
                                if before.len() > self.longest_head {
                                    self.place = FramingState::Unwatched;
                                }
                                return Ok(());
                            }
                        }
                    }
                }
                FramingState::Body(left) | FramingState::Chunk(left) => {
                    let part = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= part as u64;
                    if *left == 0 {
                        self.place = match self.place {
                            FramingState::Chunk(_) => FramingState::ChunkSize(Vec::new()),
                            _ => FramingState::Head(Vec::new()),
                        };
                    }
                    &bytes[part..]
                }
                FramingState::ChunkSize(line) => {
                    let end = bytes.iter().position(|byte| *byte == b'\n');
                    line.extend_from_slice(&bytes[..end.unwrap_or(bytes.len())]);
                    if line.len() > LONGEST_CHUNK_SIZE_LINE {
                        return Err(Ambiguous::LongChunkSize);
                    }
                    let Some(end) = end else { return Ok(()) };
                    self.place = after_chunk_size(line);
                    &bytes[end + 1..]
                }
                FramingState::Trailers(length) => match bytes.iter().position(|byte| *byte == b'\n') {
                    Some(end) => {
                        let line = *length + bytes[..end].iter().filter(|byte| **byte != b'\r').count();
                        self.place = if line == 0 { FramingState::Head(Vec::new()) } else { FramingState::Trailers(0) };
                        &bytes[end + 1..]
                    }
                    None => {
                        *length += bytes.iter().filter(|byte| **byte != b'\r').count();
                        return Ok(());
                    }
                },
            };
        }
        Ok(())
    }
}

/// Where the empty line that ends a head ends.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(place) = bytes[from..].iter().position(|byte| *byte == b'\n') {
        let next = from + place + 1;
        match bytes.get(next..) {
            Some([b'\n', ..]) => return Some(next + 1),
            Some([b'\r', b'\n', ..]) => return Some(next + 2),
            _ => from = next,
        }
    }
    None
}

fn after_chunk_size(line: &[u8]) -> FramingState {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    match std::str::from_utf8(&line[..digits]).ok().and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
        Some(0) => FramingState::Trailers(0),
        Some(size) if size < u64::MAX - 2 => FramingState::Chunk(size + 2),
        _ => FramingState::Unwatched,
    }
}

/// Reads a head's framing: what comes after it.
fn after_head(head: &[u8]) -> Result<FramingState, Ambiguous> {
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let request = lines.next().unwrap_or_default();
    let (mut length, mut chunked) = (None, false);
    for line in lines {
        if line.is_empty() {
            continue;
        }
        if line[0] == b' ' || line[0] == b'\t' {
            return Err(Ambiguous::FoldedHeader);
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Ambiguous::BadHeaderName)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.is_empty() || name.iter().any(u8::is_ascii_whitespace) {
            return Err(Ambiguous::BadHeaderName);
        }
        if value.contains(&b'\r') {
            return Err(Ambiguous::BareCarriageReturn);
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            if length.is_some() {
                return Err(Ambiguous::SeveralLengths);
            }
            if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
                return Err(Ambiguous::BadLength);
            }
            let number = std::str::from_utf8(value).ok().and_then(|digits| digits.parse::<u64>().ok());
            length = Some(number.ok_or(Ambiguous::BadLength)?);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Ambiguous::BadTransferEncoding);
            }
            chunked = true;
        }
    }
    if request.contains(&b'\r') {
        return Err(Ambiguous::BareCarriageReturn);
    }
    match (length, chunked) {
        (Some(_), true) => Err(Ambiguous::BothLengths),
        _ if request.starts_with(b"CONNECT ") => Ok(FramingState::Unwatched),
        (_, true) => Ok(FramingState::ChunkSize(Vec::new())),
        (Some(length), false) if length > 0 => Ok(FramingState::Body(length)),
        _ => Ok(FramingState::Head(Vec::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watch(bytes: &[u8], step: usize) -> Result<(), Ambiguous> {
        let mut framing = Framing::new(64 * 1024);
        bytes.chunks(step).try_for_each(|part| framing.see(part))
    }

    #[test]
    fn requests_that_can_be_read_in_two_ways_are_seen_however_they_arrive() {
        for (headers, why) in [
            ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", Ambiguous::BothLengths),
            ("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", Ambiguous::BothLengths),
            ("Content-Length: 3\r\nContent-Length: 4\r\n", Ambiguous::SeveralLengths),
            ("Content-Length: 3, 3\r\n", Ambiguous::BadLength),
            ("Content-Length: +3\r\n", Ambiguous::BadLength),
            ("Transfer-Encoding: chunked, identity\r\n", Ambiguous::BadTransferEncoding),
            ("Transfer-Encoding: xchunked\r\n", Ambiguous::BadTransferEncoding),
            ("Transfer-Encoding: \x0bchunked\r\n", Ambiguous::BadTransferEncoding),
            ("X: a\r\n b\r\n", Ambiguous::FoldedHeader),
            ("X: a\rTransfer-Encoding: chunked\r\n", Ambiguous::BareCarriageReturn),
            ("Content-Length : 3\r\n", Ambiguous::BadHeaderName),
            ("nonsense\r\n", Ambiguous::BadHeaderName),
        ] {
            let request = format!("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n{headers}\r\n");
            for step in [1, 7, 4096] {
                assert_eq!(watch(request.as_bytes(), step), Err(why), "{headers:?} in steps of {step}");
            }
        }
    }

    #[test]
    fn what_stands_in_a_body_is_no_head() {
        let trap = "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let plain = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{trap}", trap.len());
        let chunked = format!(
            "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n{:x};a=b\r\n{trap}\r\n0\r\nX: y\r\n\r\n",
            trap.len()
        );
        for step in [1, 5, 4096] {
            for request in [&plain, &chunked] {
                assert_eq!(watch(request.as_bytes(), step), Ok(()));
                let twice = format!("{request}\r\n{trap}");
                assert_eq!(watch(twice.as_bytes(), step), Err(Ambiguous::BothLengths), "{twice:?}");
            }
        }
    }

    #[test]
    fn zeros_before_a_chunk_size_do_not_end_the_body() {
        let trap = "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let body = format!("\r\n{trap}");
        let size = format!("{:0>90x}", body.len());
        let request = format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{body}\r\n0\r\n\r\n");
        for step in [1, 5, 4096] {
            assert_eq!(watch(request.as_bytes(), step), Ok(()), "in steps of {step}");
            assert_eq!(
                watch(format!("{request}{trap}").as_bytes(), step),
                Err(Ambiguous::BothLengths),
                "in steps of {step}"
            );
        }
    }

    #[test]
    fn nothing_in_a_tunnel_is_a_head() {
        let bytes = b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\nX: a\r\n b\r\n\r\n";
        assert_eq!(watch(bytes, 3), Ok(()));
    }

    #[test]
    fn a_head_that_never_ends_is_kept_no_longer_than_the_longest_and_refused_elsewhere() {
        let head = format!("GET http://a.example/ HTTP/1.1\r\nX: {}", "y".repeat(300));
        for step in [7, 4096] {
            let mut framing = Framing::new(100);
            head.as_bytes().chunks(step).for_each(|part| framing.see(part).unwrap());
            assert!(matches!(framing.place, FramingState::Unwatched), "in steps of {step}: {framing:?}");
        }
        let mut framing = Framing::new(head.len());
        framing.see(head.as_bytes()).unwrap();
        assert!(matches!(framing.place, FramingState::Head(_)), "the longest itself is followed");
    }

    #[test]
    fn trailers_are_no_head_and_the_head_after_them_is_seen() {
        // Were the body over after the first of them, the others would be a head.
        let trailers = "X: y\r\nZ: z\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";
        let chunked = format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n{trailers}");
        let trap = "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for step in 1..60 {
            assert_eq!(watch(format!("{chunked}{trap}").as_bytes(), step), Err(Ambiguous::BothLengths), "{step}");
            assert_eq!(watch(chunked.as_bytes(), step), Ok(()), "{step}");
        }
    }

    #[test]
    fn a_chunk_size_with_a_line_that_never_ends_is_refused_beyond_its_limit() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let sized = |digits: usize| format!("{head}{}", "0".repeat(digits));
        for step in [7, 100_000] {
            assert_eq!(watch(sized(LONGEST_CHUNK_SIZE_LINE).as_bytes(), step), Ok(()), "{step}");
            assert_eq!(watch(sized(9_000).as_bytes(), step), Err(Ambiguous::LongChunkSize), "{step}");
        }
    }

    #[test]
    fn a_chunk_of_a_length_that_no_number_holds_is_followed_no_further() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for size in ["fffffffffffffffe", "ffffffffffffffff", "10000000000000000"] {
            let mut framing = Framing::new(1024);
            framing.see(format!("{head}{size}\r\n").as_bytes()).unwrap();
            assert!(matches!(framing.place, FramingState::Unwatched), "{size}: {framing:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(parts in proptest::collection::vec("[ -~\r\n\t]{0,40}", 0..12)) {
            let mut framing = Framing::new(256);
            for part in parts {
                let _ = framing.see(part.as_bytes());
            }
        }
    }
}
