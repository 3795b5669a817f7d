//! What is written down.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::{Audience, Outcome, Phase};
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;

use crate::harness::{Plan, ana, get, mirror, read_answer, read_request, site};

#[tokio::test]
async fn a_line_says_who_asked_for_what_from_where_and_what_came_of_it() {
    let gate = Plan::new(mirror().await).start().await;
    let request = "POST http://open.test:80/a?b=c HTTP/1.1\r\nHost: open.test:80\r\nContent-Length: 4\r\n\r\nbody";
    let answer = gate.ask(request).await;
    let line = gate.journal.lines().remove(0);
    assert_eq!(line.phase, Phase::Done);
    assert_eq!(line.client, "127.0.0.1".parse::<std::net::IpAddr>().unwrap());
    assert_eq!((line.person, line.audience), (Some(ana()), Audience::Pupil));
    assert_eq!(
        (line.method.as_str(), line.scheme.as_str(), line.host.as_str(), line.port),
        ("POST", "http", "open.test", 80)
    );
    assert_eq!(line.path.as_deref(), Some("/a?b=c"));
    assert_eq!((line.outcome, line.reason.as_str()), (Outcome::Allowed, "nothing-forbids"));
    assert_eq!((line.status, line.sent, line.received), (Some(200), 4, answer.body.len() as u64));
    assert!(line.at.to_string().starts_with("2026-05-12T09:00:0"), "{}", line.at);
    assert!(line.duration < 5_000);
}

#[tokio::test]
async fn a_blocked_line_names_the_clause_and_its_version() {
    let gate = Plan::new(mirror().await).start().await;
    gate.get("http://closed.test/x").await;
    let line = gate.journal.lines().remove(0);
    assert_eq!((line.outcome, line.reason.as_str(), line.status), (Outcome::Blocked, "blocked-by-host", Some(403)));
    assert_eq!(
        (line.policy.as_deref(), line.clause.as_deref(), line.version),
        (Some("pupil-use"), Some("closed"), Some(3))
    );
}

#[tokio::test]
async fn an_answer_that_was_received_was_written_down_before() {
    let gate = Plan::new(mirror().await).start().await;
    let mut stream = gate.connect().await;
    for number in 1..=500 {
        let address = if number % 3 == 0 { "http://closed.test/" } else { "http://open.test/" };
        stream.write_all(get(address).as_bytes()).await.unwrap();
        read_answer(&mut stream, false).await.unwrap();
        assert_eq!(gate.journal.lines().len(), number, "as soon as the answer is here, the line is there");
    }
}

#[tokio::test]
async fn every_activity_has_an_id_of_its_own_in_the_order_of_time() {
    let gate = Plan::new(mirror().await).start().await;
    for _ in 0..20 {
        gate.get("http://open.test/").await;
        gate.clock.turn(std::time::Duration::from_millis(2));
    }
    let ids: Vec<_> = gate.journal.lines().into_iter().map(|line| line.id).collect();
    assert!(ids.is_sorted_by(|before, after| before < after), "{ids:?}");
}

#[tokio::test]
async fn the_gate_goes_on_when_nothing_can_be_written_down() {
    let gate = Plan::new(mirror().await).start().await;
    gate.journal.broken.store(true, Ordering::SeqCst);
    assert_eq!(gate.get("http://open.test/").await.status, 200);
    assert_eq!(gate.get("http://closed.test/").await.status, 403);
    assert_eq!(gate.metrics.journal_failures.get(), 2);
}

#[tokio::test]
async fn who_goes_away_before_the_answer_is_written_down_all_the_same() {
    let asked = Arc::new(Notify::new());
    let told = asked.clone();
    let silent = site(move |mut stream| {
        let told = told.clone();
        async move {
            read_request(&mut stream).await;
            told.notify_one();
            std::future::pending::<()>().await;
        }
    })
    .await;
    let gate = Plan::new(silent).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(get("http://open.test/slow").as_bytes()).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(5), asked.notified()).await.expect("the site is asked");
    drop(stream);
    let line = gate.journal.done(1).await;
    assert_eq!((line.path.as_deref(), line.status), (Some("/slow"), None));
}

#[tokio::test]
async fn a_long_path_and_a_long_method_are_cut_in_the_journal_and_reach_the_site_whole() {
    let plan = Plan::new(mirror().await).limits(|limits| limits.kept_path_bytes = 100);
    let gate = plan.limits(|limits| limits.kept_method_bytes = 10).start().await;
    let path = format!("/{}", "x".repeat(50_000));
    let method = "M".repeat(1_000);
    let answer = gate.ask(&format!("{method} http://open.test{path} HTTP/1.1\r\nHost: open.test\r\n\r\n")).await;
    assert!(answer.text().starts_with(&format!("{method} {path} ")), "{}", answer.status);
    let line = gate.journal.done(1).await;
    assert_eq!(line.path.unwrap(), format!("/{}… (49901 bytes cut off)", "x".repeat(99)));
    assert_eq!(line.method, "MMMMMMMMMM… (990 bytes cut off)");
}

#[tokio::test]
async fn who_is_not_identified_fills_so_many_lines_a_minute_and_what_goes_beyond_is_counted() {
    let plan = Plan::new(mirror().await).nobody_signed_in();
    let gate = plan.limits(|limits| limits.unidentified_activities_per_minute = 3).start().await;
    for _ in 0..10 {
        assert_eq!(gate.get("http://closed.test/").await.status, 407);
    }
    assert_eq!(gate.journal.lines().len(), 3);
    assert_eq!(gate.metrics.activities_not_kept.get(), 7);
    let request = format!(
        "GET http://open.test/ HTTP/1.1\r\nHost: open.test\r\n{}\r\n",
        crate::harness::basic("ana", "puss-in-boots")
    );
    assert_eq!(gate.ask(&request).await.status, 200);
    assert_eq!(gate.journal.lines().len(), 4, "who is identified is always kept");
    gate.clock.turn(std::time::Duration::from_mins(1));
    gate.get("http://closed.test/").await;
    assert_eq!(gate.journal.lines().len(), 5, "another minute");
}
