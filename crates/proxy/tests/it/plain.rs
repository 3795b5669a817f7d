//! Plain HTTP: what is allowed goes on, as RFC 9110 and 9112 have it.

use tokio::io::AsyncWriteExt;

use crate::harness::{Plan, get, mirror, read_answer, read_head, read_request, site};

#[tokio::test]
async fn an_allowed_site_is_handed_on_in_the_origin_form_with_via_and_without_what_is_between_neighbours() {
    let gate = Plan::new(mirror().await).start().await;
    let request = "GET http://open.test/page?x=1 HTTP/1.1\r\nHost: open.test\r\nProxy-Connection: keep-alive\r\n\
                   Connection: X-Own\r\nX-Own: 1\r\nCookie: a=b\r\n\r\n";
    let answer = gate.ask(request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("via"), Some("1.1 schoolgate"));
    let seen = answer.text().to_lowercase();
    assert!(seen.starts_with("get /page?x=1 http/1.1\r\n"), "{seen}");
    for line in ["host: open.test\r\n", "cookie: a=b\r\n", "via: 1.1 schoolgate\r\n"] {
        assert!(seen.contains(line), "{line} in {seen}");
    }
    for line in ["proxy-", "x-own", "connection"] {
        assert!(!seen.contains(line), "{line} in {seen}");
    }
}

#[tokio::test]
async fn the_absolute_form_wins_over_the_host() {
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.ask("GET http://open.test/ HTTP/1.1\r\nHost: closed.test\r\n\r\n").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("host: open.test\r\n"), "{}", answer.text());
    let answer = gate.ask("GET http://closed.test/ HTTP/1.1\r\nHost: open.test\r\n\r\n").await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn many_requests_go_over_one_connection_each_decided_for_itself() {
    let gate = Plan::new(mirror().await).start().await;
    let mut stream = gate.connect().await;
    for (address, status) in [
        ("http://open.test/1", 200),
        ("http://closed.test/2", 403),
        ("http://open.test/3", 200),
        ("http://other.test/", 200),
    ] {
        stream.write_all(get(address).as_bytes()).await.unwrap();
        assert_eq!(read_answer(&mut stream, false).await.unwrap().status, status, "{address}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_site_closes_is_replaced_without_the_client_noticing() {
    // One answer a connection, though it promises to keep it open.
    let address = site(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        read_request(&mut stream).await;
    })
    .await;
    let gate = Plan::new(address).settings(|settings| settings.workers = 1).start().await;
    for _ in 0..20 {
        assert_eq!(gate.get("http://open.test/").await.text(), "ok");
    }
}

#[tokio::test]
async fn a_client_of_http_1_0_is_answered_in_its_own_way() {
    let chunked = site(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").await;
    })
    .await;
    let gate = Plan::new(chunked).start().await;
    let answer = gate.ask("GET http://open.test/ HTTP/1.0\r\n\r\n").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "abc"));
    assert!(answer.header("transfer-encoding").is_none(), "{}", answer.head);
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.ask("GET http://open.test/old HTTP/1.0\r\n\r\n").await;
    assert!(answer.text().starts_with("GET /old HTTP/1.1\r\n"), "{}", answer.text());
    assert!(answer.text().contains("via: 1.0 schoolgate\r\n"), "{}", answer.text());
}

#[tokio::test]
async fn head_and_304_have_no_body_and_do_not_hold_up_what_follows() {
    let address = site(|mut stream| async move {
        while let Some(request) = read_request(&mut stream).await {
            let answer = if request.head.starts_with("HEAD") {
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
            } else {
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"
            };
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    })
    .await;
    let gate = Plan::new(address).start().await;
    let mut stream = gate.connect().await;
    stream.write_all(b"HEAD http://open.test/ HTTP/1.1\r\nHost: open.test\r\n\r\n").await.unwrap();
    let answer = read_head(&mut stream).await.unwrap();
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("1000")));
    stream.write_all(get("http://open.test/").as_bytes()).await.unwrap();
    assert_eq!(read_head(&mut stream).await.unwrap().status, 304);
    assert_eq!(gate.journal.done(2).await.status, Some(304));
}

#[tokio::test]
async fn a_site_that_does_not_answer_gives_a_page_that_says_so() {
    let gone = site(|_stream| async {}).await;
    let gate = Plan::new(gone).start().await;
    let answer = gate.get("http://open.test/").await;
    assert_eq!(answer.status, 502);
    assert!(answer.text().contains("does not answer as it should"), "{}", answer.text());
    assert_eq!(gate.get("http://no-such-name.invalid/").await.status, 502);
    let silent = site(|mut stream| async move {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let gate = Plan::new(silent).limits(|limits| limits.answer = std::time::Duration::from_millis(200)).start().await;
    assert_eq!(gate.get("http://open.test/").await.status, 504);
}

#[tokio::test]
async fn a_plain_request_goes_to_allowed_ports_alone() {
    let gate = Plan::new(mirror().await).settings(|settings| settings.plain_ports = [80, 8080].into()).start().await;
    for port in [25, 22, 6379, 443, 8081] {
        let answer = gate.get(&format!("http://open.test:{port}/")).await;
        assert_eq!(answer.status, 403, "{port}: {}", answer.text());
        assert!(answer.text().contains(&format!("port {port}")), "{}", answer.text());
    }
    assert_eq!(gate.journal.done(1).await.reason, "closed-port");
    assert_eq!(gate.get("http://open.test:8080/").await.status, 200);
    assert!(gate.get("http://closed.test:25/").await.header("schoolgate-clause").is_some(), "the rules come first");
}

#[tokio::test]
async fn safe_search_leads_to_the_safe_host_and_asks_it_for_the_same_site() {
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.get("http://www.google.com/search?q=cats").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().contains("host: www.google.com\r\n"), "{}", answer.text());
    assert_eq!(gate.journal.done(1).await.search.as_deref(), Some("cats"));
}
