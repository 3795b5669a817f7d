//! Devices that have to be on a register: each is an address of this machine from which a client connects.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use domain::{EntryId, ListedDevice, Outcome, PolicyId};
use feed::Directory;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use crate::closing::{closes_within, is_open};
use crate::harness::{Answer, POLICY, Plan, TestGate, basic, directory, mirror, pupil, read_answer, read_head, rules};
use crate::tunnels::{school, tls, tls_site};

const TABLET: &str = "127.0.0.2";
const LAPTOP: &str = "127.0.0.3";

const REGISTER: &str = r#"
## Devices {#devices}
Only what stands in our list may join the network.

```rule
[permission]
id          = "join"
title       = "Join the network"
asks        = ["pupil"]
decides     = ["it-staff"]
opens       = "device"
fields      = { address = "network-address" }
enforced-by = "approved-devices"
longest     = "12 months"

[register]
id       = "approved-devices"
title    = "Devices that may join"
keeper   = ["it-staff"]
fields   = { address = "network-address" }
known-by = "address"
```
"#;

/// A gate that asks about the devices of a network, before a site.
async fn gate_before(site: SocketAddr, network: &str) -> TestGate {
    let network = network.parse().unwrap();
    let plan = Plan::new(site).settings(|settings| settings.registered_devices = vec![network]);
    let gate = plan.start().await;
    gate.new_rules(rules(&format!("{POLICY}{REGISTER}")));
    gate
}

fn listing(register: &str, until: Option<&str>) -> ListedDevice {
    ListedDevice {
        entry: EntryId(Uuid::from_u128(7)),
        policy: PolicyId("pupil-use".to_owned()),
        register: register.to_owned(),
        from: None,
        until: until.map(|until| until.parse().unwrap()),
        is_lost: false,
    }
}

fn with_device(device: &str, listed: ListedDevice) -> Directory {
    let mut directory = directory(pupil());
    directory.set_device(device.parse().unwrap(), vec![listed]);
    directory
}

async fn connect(gate: &TestGate, device: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(device.parse::<IpAddr>().unwrap(), 0)).unwrap();
    socket.connect(gate.address).await.unwrap()
}

/// What Ana's device is answered.
async fn get(gate: &TestGate, device: &str, host: &str) -> Answer {
    let mut stream = connect(gate, device).await;
    let signed_in = basic("ana", "puss-in-boots");
    let request = format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n{signed_in}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    read_answer(&mut stream, false).await.expect("an answer")
}

/// A tunnel of Ana's device as far as the gate's answer.
async fn tunnel(gate: &TestGate, device: &str, host: &str) -> TcpStream {
    let mut stream = connect(gate, device).await;
    let signed_in = basic("ana", "puss-in-boots");
    let request = format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n{signed_in}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    assert_eq!(read_head(&mut stream).await.expect("an answer").status, 200);
    stream
}

#[tokio::test]
async fn a_device_that_no_entry_lists_is_refused_with_the_clause_and_told_where_to_ask() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    let answer = get(&gate, TABLET, "open.test").await;
    assert_eq!(answer.status, 403);
    let page = answer.text();
    assert!(page.contains("This device is not on the school’s list"), "{page}");
    assert!(page.contains(TABLET) && page.contains("Only what stands in our list may join the network."), "{page}");
    assert!(page.contains("https://desk.test/ask/pupil-use/join"), "{page}");
    let line = gate.journal.done(1).await;
    assert_eq!((line.outcome, line.reason.as_str()), (Outcome::Blocked, "device-not-listed"));
    assert_eq!((line.policy.as_deref(), line.clause.as_deref()), (Some("pupil-use"), Some("devices")));
}

#[tokio::test]
async fn a_device_that_one_entry_says_is_lost_is_let_in_by_no_other_and_its_page_says_so() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    let mut directory = directory(pupil());
    let lost = ListedDevice { is_lost: true, ..listing("approved-devices", None) };
    directory.set_device(TABLET.parse().unwrap(), vec![listing("approved-devices", None), lost]);
    gate.new_directory(directory);
    let page = get(&gate, TABLET, "open.test").await.text();
    assert!(page.contains("This device is marked as lost or stolen") && page.contains("found it"), "{page}");
    assert!(!page.contains("desk.test/ask/"), "{page}");
}

#[tokio::test]
async fn the_page_leads_to_the_permission_that_its_reader_may_ask_for_and_else_says_who_asks() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    let for_staff = REGISTER.split_once("[register]").expect("a permission stands before the register").0;
    let for_staff = for_staff.split_once("[permission]").expect("a permission").1;
    let for_staff =
        format!("[permission]{for_staff}").replace("\"join\"", "\"join-staff\"").replace("\"pupil\"", "\"staff\"");
    let both = REGISTER.replacen("[permission]", &format!("{for_staff}```\n\n```rule\n[permission]"), 1);
    gate.new_rules(rules(&format!("{POLICY}{both}")));
    let page = get(&gate, TABLET, "open.test").await.text();
    assert!(page.contains("https://desk.test/ask/pupil-use/join\""), "{page}");
    assert!(!page.contains("join-staff"), "{page}");
    let theirs_alone = REGISTER.replace("asks        = [\"pupil\"]", "asks        = [\"staff\"]");
    gate.new_rules(rules(&format!("{POLICY}{theirs_alone}")));
    let page = get(&gate, TABLET, "open.test").await.text();
    assert!(!page.contains("desk.test/ask/"), "{page}");
    assert!(page.contains("Staff can ask for it to be put on the list."), "{page}");
}

#[tokio::test]
async fn a_device_is_let_through_as_soon_as_it_is_listed_and_no_other_with_it() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    gate.new_directory(with_device(TABLET, listing("approved-devices", None)));
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 200);
    assert_eq!(get(&gate, LAPTOP, "open.test").await.status, 403);
    gate.new_directory(directory(pupil()));
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 403, "its entry is closed");
}

#[tokio::test]
async fn a_list_that_no_clause_makes_binding_lets_no_device_in() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    gate.new_directory(with_device(TABLET, listing("lent-devices", None)));
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 403);
}

#[tokio::test]
async fn what_a_yes_wrote_lets_its_device_in_no_longer_than_it_lasts_though_nothing_tells_the_gate() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    gate.new_directory(with_device(TABLET, listing("approved-devices", Some("2026-05-12T10:00:00Z"))));
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 200);
    gate.clock.turn(Duration::from_hours(1));
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 403);
}

#[tokio::test]
async fn in_a_network_that_is_not_named_no_device_is_asked_about() {
    let gate = gate_before(mirror().await, TABLET).await;
    assert_eq!(get(&gate, LAPTOP, "open.test").await.status, 200);
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 403);
}

#[tokio::test]
async fn where_no_clause_has_a_register_of_devices_a_named_network_refuses_none() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    gate.new_rules(rules(POLICY));
    assert_eq!(get(&gate, TABLET, "open.test").await.status, 200);
}

#[tokio::test]
async fn help_is_open_to_a_device_that_is_not_listed() {
    let gate = gate_before(mirror().await, "127.0.0.0/8").await;
    assert_eq!(get(&gate, TABLET, "help.test").await.status, 200);
}

#[tokio::test]
async fn over_https_a_device_that_is_not_listed_gets_the_page_and_no_site() {
    let (site, certificate) = tls_site().await;
    let gate = gate_before(site, "127.0.0.0/8").await;
    let stream = tunnel(&gate, TABLET, "open.test").await;
    assert!(tls(stream, "open.test", certificate).await.is_err(), "the site itself does not answer");
    let stream = tunnel(&gate, TABLET, "open.test").await;
    let mut page = tls(stream, "open.test", school(&gate)).await.unwrap();
    page.write_all(b"GET / HTTP/1.1\r\nHost: open.test\r\n\r\n").await.unwrap();
    let answer = read_answer(&mut page, false).await.unwrap();
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("This device is not on the school’s list"), "{}", answer.text());
}

#[tokio::test]
async fn a_tunnel_that_is_open_closes_when_its_device_comes_off_the_list() {
    let (site, certificate) = tls_site().await;
    let gate = gate_before(site, "127.0.0.0/8").await;
    gate.new_directory(with_device(TABLET, listing("approved-devices", None)));
    let stream = tunnel(&gate, TABLET, "open.test").await;
    let mut stream = tls(stream, "open.test", certificate).await.unwrap();
    assert!(is_open(&mut stream).await);
    gate.new_directory(directory(pupil()));
    assert!(closes_within(&mut stream, Duration::from_secs(1)).await);
}
