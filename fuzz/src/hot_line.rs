//! A line of the activity log's hot segment, under a checksum that fits: not understood, or written again as it was read.

use activity::fuzzing::{decode, encode, line_of};
use domain::{Activity, Audience, Category, CategorySet, Outcome, Phase};
use jiff::Timestamp;

use crate::Target;

pub const TARGET: Target = Target {
    name: "hot_line",
    seeds: || vec![serde_json::to_vec(&sample()).expect("an activity can be written")],
    words: &[
        "null",
        "\"opened\"",
        "\"done\"",
        "\"allowed\"",
        "18446744073709551616",
        "-1",
        "1e400",
        "\\u0000",
        "\\ud800",
        "{}",
        "[]",
    ],
    check,
};

fn sample() -> Activity {
    Activity {
        id: "01990000-0000-7000-8000-000000000001".parse().expect("it is an id"),
        phase: Phase::Done,
        at: Timestamp::UNIX_EPOCH,
        client: std::net::Ipv4Addr::new(192, 0, 2, 1).into(),
        device: Some("laptop-1".to_owned()),
        person: "01990000-0000-7000-8000-000000000002".parse().ok(),
        audience: Audience::Pupil,
        method: "GET".to_owned(),
        scheme: "http".to_owned(),
        host: "www.example.org".to_owned(),
        port: 80,
        path: Some("/a \"quoted\" path".to_owned()),
        search: None,
        categories: CategorySet::from_iter([Category::Games]),
        outcome: Outcome::Blocked,
        reason: "blocked-by-category".to_owned(),
        policy: Some("pupil-use".to_owned()),
        clause: Some("games".to_owned()),
        version: Some(3),
        status: Some(403),
        sent: 412,
        received: 5_120,
        duration: 37,
    }
}

fn check(bytes: &[u8]) {
    let _ = decode(bytes);
    let Ok(activity) = decode(&line_of(bytes)) else { return };
    let mut line = Vec::new();
    encode(&activity, &mut line).expect("what was read can be written");
    let whole = line.strip_suffix(b"\n").expect("a line ends in a newline");
    assert!(!whole.contains(&b'\n'), "one activity is one line");
    assert_eq!(decode(whole).expect("what was written can be read"), activity);
}
