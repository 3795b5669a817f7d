//! A host, an address and a path, as a client sends them.
#![no_main]

use std::sync::LazyLock;

use domain::{Address, Audience, CategorySet, Host, Standing, Version};
use libfuzzer_sys::fuzz_target;
use policy::{Published, Rules, SchoolFacts, SiteEntry, Source, Visit};

/// Under example.org only what lies under /open is open.
const POLICY: &str = "+++\nid = \"p\"\ntitle = \"p\"\naudiences = [\"pupil\"]\nowner = \"headteacher\"\n+++\n\n\
    ## A {#a}\n\n```rule\n[block]\nsites = [\"example.org\"]\n\n[allow]\nsites = [\"example.org/open\"]\n```\n";

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let (document, problems) = policy::parse(&Source::new("p.md", POLICY), domain::Roles::ready());
    assert!(problems.is_empty());
    let document = document.expect("a policy").into();
    Rules::compile(&[Published { document, version: Version(1) }], &SchoolFacts::default())
});

fuzz_target!(|text: &str| {
    if let Ok(host) = Host::parse(text) {
        assert_eq!(Host::parse(host.as_str()).as_ref(), Ok(&host));
        assert!(host.is_within(&host));
    }
    if let Ok(address) = Address::parse(text) {
        let again = Address::parse(&address.to_string()).expect("an address is written as it is read");
        assert_eq!(again.host, address.host);
        assert_eq!(again.port, address.port);
    }
    let _ = Address::tunnel(text);
    if let Ok(entry) = text.parse::<SiteEntry>() {
        assert_eq!(entry.to_string().parse::<SiteEntry>().map(|again| again.host).ok(), Some(entry.host));
    }
    let host = Host::parse("www.example.org").expect("a host");
    let visit = Visit { host: &host, path: Some(text), categories: CategorySet::EMPTY };
    let moment = RULES.moment(jiff::Timestamp::UNIX_EPOCH);
    let allowed = RULES.decide(&Standing::of(Audience::Pupil), visit, moment).is_allowed();
    assert!(!allowed || text.contains("open") || text.contains('%'), "{text}");
});
