//! The pages that people meet.

use domain::{Audience, ParentsAsked, PolicyId, Standing, Unsigned, Withdrawal};
use proxy::CLAUSE_HEADER;

use tokio::io::AsyncWriteExt;

use crate::harness::{Plan, mirror, pupil, read_request, site};

fn unsigned() -> Standing {
    Standing {
        unsigned: vec![Unsigned { policy: PolicyId("pupil-use".into()), clause: "signing".into(), parents: None }],
        ..pupil()
    }
}

#[tokio::test]
async fn a_blocked_site_gives_the_page_with_the_clause_in_it_and_in_the_header() {
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.get("http://closed.test/page").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header(CLAUSE_HEADER.as_str()), Some("pupil-use#closed; title=\"Closed sites\"; version=3"));
    let page = answer.text();
    let line = gate.journal.done(1).await;
    for part in [
        "This site is closed here",
        "Closed sites",
        "“always”",
        "Using the web, version 3",
        "pupil-use#closed",
        "https://desk.test/mistake?site=closed.test",
        "policy=pupil-use&amp;clause=closed",
        "https://desk.test/worry",
        "Childline",
        "12 May 2026, 10:00",
        &gate::reference(line.id),
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("/ask?") && !page.contains("can ask"), "no permission opens it: {page}");
    assert!(page.len() < 20_000, "{}", page.len());
    assert!(!page.contains("<script"), "{page}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn who_may_ask_for_sites_is_led_to_asking_for_this_one() {
    let teacher = Standing {
        roles: [domain::Role::named("teacher").unwrap()].into_iter().collect(),
        ..Standing::of(Audience::Staff)
    };
    let gate = Plan::new(mirror().await).standing(Standing { person: pupil().person, ..teacher }).start().await;
    let page = gate.get("http://games.test/page").await.text();
    assert!(page.contains("https://desk.test/ask?site=games.test"), "{page}");
    assert!(!page.contains("tell your teacher"), "{page}");
    let page = gate.get("http://closed.test/page").await.text();
    assert!(!page.contains("/ask?") && !page.contains("can ask"), "no permission opens it: {page}");
}

#[tokio::test]
async fn who_may_ask_by_a_relation_is_led_to_asking_as_the_desk_has_it() {
    let relation = domain::RelativeRole::TeacherOfGroup.role();
    for may_be in [vec![relation], Vec::new()] {
        let teaches = !may_be.is_empty();
        let teacher =
            Standing { person: pupil().person, may_be: may_be.into_iter().collect(), ..Standing::of(Audience::Staff) };
        let gate = Plan::new(mirror().await).standing(teacher).start().await;
        let page = gate.get("http://class.test/page").await.text();
        assert_eq!(page.contains("https://desk.test/ask?site=class.test"), teaches, "{page}");
        assert_eq!(page.contains("the person you work with at school. They can ask"), !teaches, "{page}");
    }
}

#[tokio::test]
async fn a_pupil_is_told_that_others_can_ask_for_what_a_permission_opens() {
    let gate = Plan::new(mirror().await).start().await;
    let page = gate.get("http://social.test/page").await.text();
    assert!(page.contains("tell your teacher") && page.contains("A teacher can ask for it to be opened"), "{page}");
    assert!(!page.contains("/ask?"), "pupils can't ask, so that it is not offered: {page}");
}

#[tokio::test]
async fn the_style_in_the_page_is_the_one_that_its_security_policy_lets_through() {
    use base64::Engine;
    use sha2::Digest;
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.get("http://closed.test/").await;
    let page = answer.text();
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style.as_bytes()));
    assert!(answer.header("content-security-policy").unwrap().contains(&format!("'sha256-{hash}'")));
}

#[tokio::test]
async fn who_has_not_signed_is_led_to_the_signing_page() {
    let gate = Plan::new(mirror().await).standing(unsigned()).start().await;
    let answer = gate.get("http://open.test/").await;
    assert_eq!(answer.status, 511);
    assert_eq!(answer.header(CLAUSE_HEADER.as_str()), Some("pupil-use#signing; title=\"Signing\"; version=3"));
    assert!(answer.text().contains("https://desk.test/sign/pupil-use"), "{}", answer.text());
    assert!(answer.text().contains("<strong>first</strong>"), "{}", answer.text());
    assert!(answer.text().contains("https://desk.test/signed-already?reference="), "{}", answer.text());
    assert!(!answer.text().contains("/mistake"), "who opens sites can't sign: {}", answer.text());
    let line = gate.journal.done(1).await;
    assert_eq!((line.reason.as_str(), line.status, line.clause.as_deref()), ("not-signed", Some(511), Some("signing")));
    let mut signed = crate::harness::directory(pupil());
    signed.sign_in("127.0.0.1".parse().unwrap(), crate::harness::ana());
    gate.new_directory(signed);
    assert_eq!(gate.get("http://open.test/").await.status, 200, "after signing");
}

#[tokio::test]
async fn a_child_who_has_signed_is_told_that_a_parent_has_to_sign_too() {
    let asked = ParentsAsked { at: "2026-05-03T09:00:00Z".parse().unwrap(), on_record: true };
    let mut standing = unsigned();
    standing.unsigned[0].parents = Some(asked);
    let gate = Plan::new(mirror().await).standing(standing).start().await;
    let answer = gate.get("http://open.test/").await;
    assert_eq!(answer.status, 511);
    let sentence = asked.sentence(&jiff::tz::TimeZone::get("Europe/London").unwrap());
    assert!(sentence.contains("on 3 May 2026") && answer.text().contains(&sentence), "{}", answer.text());
    assert!(answer.text().contains("https://desk.test/signed-already?reference="), "{}", answer.text());
    assert!(!answer.text().contains("/sign/pupil-use"), "there is nothing for the child to sign: {}", answer.text());
}

#[tokio::test]
async fn who_has_lost_access_is_told_without_blame() {
    let withdrawn = Some(Withdrawal {
        policy: PolicyId("pupil-use".into()),
        clause: "closed".into(),
        until: None,
        reason: "Given by the school".into(),
    });
    let gate = Plan::new(mirror().await).standing(Standing { withdrawn, ..pupil() }).start().await;
    let answer = gate.get("http://open.test/").await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("The web is closed to you for now"), "{}", answer.text());
    assert!(answer.text().contains("The reason that they gave: Given by the school"), "{}", answer.text());
}

#[tokio::test]
async fn who_calls_the_gate_itself_gets_a_page_that_says_what_it_is() {
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.ask("GET / HTTP/1.1\r\nHost: gate.test:3128\r\n\r\n").await;
    assert_eq!(answer.status, 421);
    assert!(answer.text().contains("This is the school’s web gate"), "{}", answer.text());
}

#[tokio::test]
async fn a_site_cannot_write_into_the_page() {
    let gate = Plan::new(mirror().await).start().await;
    let answer = gate.ask("GET http://a.closed.test/?%3Cscript%3E HTTP/1.1\r\nHost: \"<script>\r\n\r\n").await;
    assert!(!answer.text().contains("<script"), "{}", answer.text());
}

#[tokio::test]
async fn a_site_cannot_say_in_the_gates_name_which_clause_its_answer_rests_on() {
    let forger = site(|mut stream| async move {
        read_request(&mut stream).await;
        let answer = "HTTP/1.1 200 OK\r\nSchoolgate-Clause: pupil-use#closed; version=3\r\nTransfer-Encoding: chunked\r\n\
                      Trailer: Schoolgate-Clause, X-Sum\r\n\r\n2\r\nok\r\n0\r\nSchoolgate-Clause: forged\r\nX-Sum: 2\r\n\r\n";
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    let gate = Plan::new(forger).start().await;
    let request = "GET http://open.test/ HTTP/1.1\r\nHost: open.test\r\nTE: trailers\r\nConnection: TE\r\n\r\n";
    let answer = gate.ask(request).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok"));
    assert_eq!(answer.header(CLAUSE_HEADER.as_str()), None, "{}", answer.head);
    assert_eq!(answer.trailers.to_lowercase(), "x-sum: 2\n");
}
