//! The bytes of a client's requests, heads, lengths and chunks: however they are cut up on their way, the watcher finds
//! the same.

use proxy::fuzzing::{LONGEST_HEAD, framing};

use crate::{Target, text};

pub const TARGET: Target = Target {
    name: "request_framing",
    seeds: || {
        text::seeds(&[
            "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nX: y\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n\x16\x03\x01",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ])
    },
    words: &[
        "Content-Length: ",
        "Transfer-Encoding: ",
        "chunked",
        "\r\n",
        "\r\n\r\n",
        "\n\n",
        "\r",
        " \t",
        "0\r\n",
        "00000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffffffffffff",
        "18446744073709551616",
        "GET / HTTP/1.1\r\n",
        "CONNECT ",
        ";x=\"\r\n\"",
    ],
    check,
};

fn check(bytes: &[u8]) {
    if bytes.len() > LONGEST_HEAD {
        return;
    }
    let whole = framing(bytes, bytes.len());
    for step in [1, 7, 100] {
        assert_eq!(framing(bytes, step), whole, "in steps of {step}");
    }
}
