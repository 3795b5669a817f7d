//! A host, an address and a path, as a client sends them.

use std::sync::LazyLock;

use domain::{Address, Audience, CategorySet, Host, Standing, Version};
use policy::{Published, Rules, SchoolFacts, SiteEntry, Source, Visit};

use crate::{Target, text};

pub const TARGET: Target = Target {
    name: "address",
    seeds: || {
        text::seeds(&[
            "www.example.org",
            "https://www.example.org:8443/open/../closed?q=1#top",
            "xn--bcher-kva.example",
            "bücher.example",
            "[2001:db8::1]:443",
            "192.0.2.1",
            "example.org/open/%2e%2e/closed",
            "/open%2F..%5C..//closed/./",
        ])
    },
    words: &["..", "%2e", "%2f", "%5c", "%00", "//", "://", "@", ":443", "[::1]", "xn--", "\u{ad}", "。", "ß"],
    check,
};

/// Under example.org only what lies under /open is open.
const POLICY: &str = "+++\nid = \"p\"\ntitle = \"p\"\naudiences = [\"pupil\"]\nowner = \"headteacher\"\n+++\n\n\
    ## A {#a}\n\n```rule\n[block]\nsites = [\"example.org\"]\n\n[allow]\nsites = [\"example.org/open\"]\n```\n";

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let (document, problems) = policy::parse(&Source::new("p.md", POLICY), domain::Roles::ready());
    assert!(problems.is_empty(), "{problems:?}");
    let document = document.expect("the policy has no problem").into();
    Rules::compile(&[Published { document, version: Version(1) }], &SchoolFacts::default())
});

fn check(bytes: &[u8]) {
    let text = text::of(bytes);
    if let Ok(host) = Host::parse(&text) {
        assert_eq!(Host::parse(host.as_str()).as_ref(), Ok(&host), "a canonical host is its own canonical form");
        assert!(host.is_within(&host));
    }
    if let Ok(address) = Address::parse(&text) {
        let again = Address::parse(&address.to_string()).expect("an address is written as it is read");
        assert_eq!((again.host, again.port), (address.host, address.port));
    }
    if let Ok(entry) = text.parse::<SiteEntry>() {
        assert_eq!(entry.to_string().parse::<SiteEntry>().map(|again| again.host).ok(), Some(entry.host));
    }
    let _ = Address::tunnel(&text);
    let host = Host::parse("www.example.org").expect("it is a host");
    let visit = Visit {
        host: &host,
        path: Some(&text),
        categories: CategorySet::EMPTY,
        from: policy::VisitFrom::AnyDevice,
        closed: &[],
    };
    let moment = RULES.moment(jiff::Timestamp::UNIX_EPOCH);
    let allowed = RULES.decide(&Standing::of(Audience::Pupil), visit, moment).is_allowed();
    assert!(!allowed || text.contains("open") || text.contains('%'), "{text:?} is open, and does not lie under /open");
}
