//! Devices that registers list: what is written down counts at the gate at once, and no longer than it holds.

use std::collections::BTreeMap;

use actions::{Ask, Decide, Enter, EnterError, EntryAct, RequestAnswer, Revoke, StepEntry, Wants};
use domain::{EntryId, Outcome, PolicyId, Recipient, RequestId};
use jiff::{SignedDuration, Timestamp};

use crate::test_school::{PEOPLE, TestSchool};

const DEVICES: &str = r#"+++
id          = "devices"
title       = "Devices"
audiences   = ["staff", "pupil"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Devices

## Devices on our network {#network}
Join the network only with a device on our list.

```rule
[permission]
id          = "join"
title       = "Join the network"
asks        = ["staff"]
decides     = ["it-staff"]
opens       = "device"
fields      = { device = "text", address = "network-address" }
enforced-by = "network"
longest     = "1 week"

[register]
id       = "network"
title    = "Devices that may join"
keeper   = ["it-staff"]
fields   = { device = "text", address = "network-address", left = "date" }
later    = ["left"]
done     = "left"
known-by = "address"
```

## Devices that we lend {#lent}
What we lend stands in a list.

```rule
[register]
id     = "lent"
title  = "Devices that are lent"
keeper = ["it-staff"]
fields = { device = "text", address = "network-address" }
```
"#;

const ALLOWED: (Outcome, &str) = (Outcome::Allowed, "nothing-forbids");
const REFUSED: (Outcome, &str) = (Outcome::Blocked, "device-not-listed");

struct Devices {
    test: TestSchool,
}

fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect()
}

impl Devices {
    async fn open() -> Devices {
        let test = TestSchool::empty().await;
        test.import(PEOPLE).await;
        test.install("devices.md", DEVICES).await;
        Devices { test }
    }

    async fn enters(&self, register: &str, address: &str) -> Result<EntryId, EnterError> {
        let input = Enter {
            policy: PolicyId("devices".to_owned()),
            register: register.to_owned(),
            answers: typed(&[("device", "a tablet"), ("address", address)]),
            second: String::new(),
            id: None,
        };
        self.test.school.enter(&self.test.actor("ivy").await, input).await
    }

    /// Tom asks that a tablet may join the network.
    async fn asks_to_join(&self, from: Option<Timestamp>) -> RequestId {
        let ask = Ask {
            policy: PolicyId("devices".to_owned()),
            permission: "join".to_owned(),
            recipient: Recipient::Person(self.test.id("tom").await),
            wants: Wants::Words("a tablet".to_owned()),
            reason: "For marking".to_owned(),
            from,
            until: None,
            answers: typed(&[("device", "a tablet"), ("address", "10.20.0.7")]),
            id: None,
        };
        self.test.school.ask(&self.test.actor("tom").await, ask).await.expect("staff ask").id
    }

    async fn steps(&self, entry: EntryId, act: EntryAct) {
        let step = StepEntry { entry, act, reason: "as it is".to_owned() };
        self.test.school.step_entry(&self.test.actor("ivy").await, step).await.expect("she keeps it");
    }

    async fn corrects(&self, entry: EntryId, fields: &[(&str, &str)]) {
        self.steps(entry, EntryAct::Correct { answers: typed(fields), second: String::new() }).await;
    }

    /// What the gate says to a device, which is the same whoever uses it; and what it knows is what the records hold.
    async fn gate(&self, device: &str) -> (Outcome, &'static str) {
        assert_eq!(self.test.school.out_of_step().await.unwrap(), None);
        let said = self.test.gate_from("tom", "example.org", Some(device)).await;
        assert_eq!(self.test.gate_from("ada", "example.org", Some(device)).await, said);
        assert_eq!(self.test.gate("tom", "example.org").await, ALLOWED, "in another network nobody asks");
        said
    }
}

#[tokio::test]
async fn a_device_is_let_in_once_it_is_entered_under_its_address_alone_and_until_it_is_closed() {
    let devices = Devices::open().await;
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
    let entry = devices.enters("network", "10.20.0.7").await.unwrap();
    assert_eq!(devices.gate("10.20.0.7").await, ALLOWED);
    assert_eq!(devices.gate("10.20.0.8").await, REFUSED);
    devices.corrects(entry, &[("device", "a tablet"), ("address", "10.20.0.8")]).await;
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
    assert_eq!(devices.gate("10.20.0.8").await, ALLOWED);
    devices.steps(entry, EntryAct::Close).await;
    assert_eq!(devices.gate("10.20.0.8").await, REFUSED);
    devices.steps(entry, EntryAct::Reopen).await;
    assert_eq!(devices.gate("10.20.0.8").await, ALLOWED);
    devices.corrects(entry, &[("device", "a tablet"), ("address", "10.20.0.8"), ("left", "2026-05-12")]).await;
    assert_eq!(devices.gate("10.20.0.8").await, REFUSED, "it has left");
}

#[tokio::test]
async fn of_two_entries_for_one_address_the_other_still_counts_when_one_is_closed() {
    let devices = Devices::open().await;
    let first = devices.enters("network", "10.20.0.7").await.unwrap();
    let second = devices.enters("network", "10.20.0.7").await.unwrap();
    devices.steps(first, EntryAct::Close).await;
    assert_eq!(devices.gate("10.20.0.7").await, ALLOWED);
    devices.steps(second, EntryAct::Close).await;
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
}

#[tokio::test]
async fn a_register_that_no_clause_makes_binding_lets_no_device_in() {
    let devices = Devices::open().await;
    devices.enters("lent", "10.20.0.7").await.unwrap();
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
}

#[tokio::test]
async fn what_is_no_address_of_a_device_is_not_written_down_and_its_mend_is_told() {
    let devices = Devices::open().await;
    for wrong in ["the tablet", "10.20.0.0/16", "0.0.0.0"] {
        let EnterError::Wrong { problems } = devices.enters("network", wrong).await.unwrap_err() else {
            panic!("'{wrong}' is refused for what it is");
        };
        let told = problems.fields.iter().map(|problem| problem.wrong.to_string()).collect::<Vec<_>>();
        assert_eq!(told, ["‘Address’ must be an IP address, such as 10.20.0.7."], "{wrong}");
    }
}

#[tokio::test]
async fn a_yes_lets_the_device_in_until_it_is_taken_back_or_ends() {
    let devices = Devices::open().await;
    let test = &devices.test;
    for is_taken_back in [true, false] {
        let request = devices.asks_to_join(None).await;
        assert_eq!(devices.gate("10.20.0.7").await, REFUSED, "nobody has decided");
        let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
        let decided = test.school.decide(&test.actor("ivy").await, decide).await.expect("IT decides");
        assert_eq!(devices.gate("10.20.0.7").await, ALLOWED);
        if is_taken_back {
            let revoke = Revoke { grant: decided.grant.expect("a grant").id, reason: "It was lost".to_owned() };
            test.school.revoke(&test.actor("ivy").await, revoke).await.expect("IT takes it back");
        } else {
            test.turn(SignedDuration::from_hours(24 * 7));
            assert_eq!(test.gate_from("tom", "example.org", Some("10.20.0.7")).await, REFUSED, "before any tick");
            test.school.tick().await.unwrap();
        }
        assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
    }
}

#[tokio::test]
async fn a_yes_that_begins_later_lets_the_device_in_from_then_on() {
    let devices = Devices::open().await;
    let test = &devices.test;
    let tomorrow = test.school.now() + SignedDuration::from_hours(24);
    let request = devices.asks_to_join(Some(tomorrow)).await;
    let decide = Decide { request, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    test.school.decide(&test.actor("ivy").await, decide).await.expect("IT decides");
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED, "it begins tomorrow");
    test.turn(SignedDuration::from_hours(24));
    assert_eq!(test.gate_from("tom", "example.org", Some("10.20.0.7")).await, ALLOWED, "before any tick");
}

#[tokio::test]
async fn a_version_that_no_longer_makes_the_register_binding_lets_every_device_in() {
    let devices = Devices::open().await;
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
    devices.test.install("devices.md", &DEVICES.replace("known-by = \"address\"\n", "")).await;
    assert_eq!(devices.gate("10.20.0.7").await, ALLOWED);
    devices.test.install("devices.md", DEVICES).await;
    assert_eq!(devices.gate("10.20.0.7").await, REFUSED);
}
