//! Who is asking.

use feed::Directory;
use tokio::io::AsyncWriteExt;

use crate::harness::{Plan, ana, basic, directory, mirror, pupil, read_answer};

fn request(address: &str, more: &str) -> String {
    let host = address.trim_start_matches("http://").split('/').next().unwrap();
    format!("GET {address} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n")
}

#[tokio::test]
async fn a_name_and_a_password_say_who_it_is_and_are_not_handed_on() {
    let gate = Plan::new(mirror().await).nobody_signed_in().start().await;
    for _ in 0..3 {
        let answer = gate.ask(&request("http://open.test/", &basic("Ana", "puss-in-boots"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(!answer.text().to_lowercase().contains("authorization"), "{}", answer.text());
    }
    assert_eq!(gate.journal.done(1).await.person, Some(ana()));
    assert_eq!(gate.passwords.measured(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_asked_for_again_and_at_last_not_even_checked() {
    let plan = Plan::new(mirror().await).throttle(|throttle| throttle.failures_per_username_and_address = 2);
    let gate = plan.start().await;
    for status in [407, 407, 429] {
        let answer = gate.ask(&request("http://open.test/", &basic("ana", "guess"))).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("proxy-authenticate").is_some(), status == 407);
        assert_eq!(answer.header("retry-after"), (status == 429).then_some("2"));
    }
    assert_eq!(gate.passwords.measured(), 2);
}

#[tokio::test]
async fn a_username_has_a_cap_over_all_addresses_and_the_desk_counts_into_it() {
    let plan = Plan::new(mirror().await).throttle(|throttle| throttle.failures_per_username = 3);
    let gate = plan.nobody_signed_in().start().await;
    let now = domain::Clock::now(&*gate.clock);
    for number in 1..=3 {
        let desk = format!("10.0.0.{number}").parse().unwrap();
        gate.passwords.throttle().failed("ana", Some(desk), now);
    }
    let right = request("http://open.test/", &basic("ana", "puss-in-boots"));
    assert_eq!(gate.ask(&right).await.status, 429);
    gate.clock.turn(std::time::Duration::from_secs(2));
    assert_eq!(gate.ask(&right).await.status, 200, "a delay, no lock");
}

#[tokio::test]
async fn help_is_never_held_up_by_a_wrong_password_nor_by_too_many() {
    let plan = Plan::new(mirror().await).throttle(|throttle| throttle.failures_per_username_and_address = 2);
    let gate = plan.start().await;
    for _ in 0..4 {
        let answer = gate.ask(&request("http://help.test/", &basic("ana", "guess"))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_wrong_password_is_written_down() {
    let gate = Plan::new(mirror().await).start().await;
    gate.ask(&request("http://open.test/", &basic("ana", "guess"))).await;
    let line = gate.journal.done(1).await;
    assert_eq!((line.reason.as_str(), line.person, line.status), ("wrong-password", None, Some(407)));
}

#[tokio::test]
async fn nobody_is_asked_to_sign_in_when_the_rules_for_the_unidentified_block() {
    let gate = Plan::new(mirror().await).nobody_signed_in().start().await;
    let answer = gate.get("http://social.test/").await;
    assert_eq!(answer.status, 407, "{}", answer.text());
    assert_eq!(answer.header("proxy-authenticate"), Some("Basic realm=\"Meadow School\", charset=\"UTF-8\""));
    assert!(answer.text().contains("https://desk.test/"), "{}", answer.text());
    let line = gate.journal.done(1).await;
    assert_eq!((line.person, line.status, line.audience.name()), (None, Some(407), "unidentified"));
    let (_stream, answer) = gate.tunnel("social.test:443").await;
    assert_eq!(answer.status, 407);
}

#[tokio::test]
async fn in_a_shared_network_an_address_names_nobody_and_a_password_does() {
    let plan = Plan::new(mirror().await);
    let gate = plan.settings(|settings| settings.shared_networks = vec!["127.0.0.0/8".parse().unwrap()]).start().await;
    gate.get("http://open.test/").await;
    assert_eq!(gate.journal.done(1).await.person, None);
    gate.ask(&request("http://open.test/", &basic("ana", "puss-in-boots"))).await;
    assert_eq!(gate.journal.done(2).await.person, Some(ana()));
}

#[tokio::test]
async fn where_everybody_must_sign_in_nobody_passes_unknown() {
    let plan = Plan::new(mirror().await).nobody_signed_in();
    let gate = plan.settings(|settings| settings.sign_in = gate::SignInDemand::Always).start().await;
    assert_eq!(gate.get("http://open.test/").await.status, 407);
    assert_eq!(gate.ask(&request("http://open.test/", &basic("ana", "puss-in-boots"))).await.status, 200);
}

#[tokio::test]
async fn signing_out_at_the_desk_counts_from_the_next_request_of_the_same_connection() {
    let gate = Plan::new(mirror().await).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(request("http://social.test/", "").as_bytes()).await.unwrap();
    assert_eq!(read_answer(&mut stream, false).await.unwrap().status, 403);
    gate.new_directory(directory(pupil()));
    stream.write_all(request("http://social.test/", "").as_bytes()).await.unwrap();
    assert_eq!(read_answer(&mut stream, false).await.unwrap().status, 407);
}

#[tokio::test]
async fn who_has_left_the_directory_is_nobody_though_their_password_was_checked_before() {
    let gate = Plan::new(mirror().await).nobody_signed_in().start().await;
    let with_password = request("http://open.test/", &basic("ana", "puss-in-boots"));
    assert_eq!(gate.ask(&with_password).await.status, 200);
    gate.new_directory(Directory::default());
    assert_eq!(gate.ask(&with_password).await.status, 407);
}

#[tokio::test]
async fn a_person_has_so_many_connections_and_no_more() {
    let plan = Plan::new(mirror().await).limits(|limits| limits.connections_per_person = 2);
    let gate = plan.start().await;
    let mut open = Vec::new();
    for status in [200, 200, 429] {
        let mut stream = gate.connect().await;
        stream.write_all(request("http://open.test/", "").as_bytes()).await.unwrap();
        assert_eq!(read_answer(&mut stream, false).await.unwrap().status, status);
        open.push(stream);
    }
    drop(open);
    crate::harness::eventually(|| (gate.metrics.connections_open.get() == 0).then_some(())).await;
    assert_eq!(gate.get("http://open.test/").await.status, 200);
}
