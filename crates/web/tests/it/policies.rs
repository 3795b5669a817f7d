//! Policies: read with what runs each clause, compared, drafted, approved, published.

use std::sync::Arc;

use actions::{Actor, AddPerson};
use axum::http::StatusCode;
use domain::Audience;

use crate::desk::role;
use crate::desk::{Browser, SmallSchool};
use crate::people::send_files;

const POLICY: &str = include_str!("policy.md");

/// The school with a governor who approves policies, and the governor's browser.
async fn with_governor(school: &SmallSchool) -> Browser {
    let governor = AddPerson {
        username: "gus".to_owned(),
        name: "Gus Quillmere".to_owned(),
        mail: None,
        audience: Audience::Governor,
        groups: Vec::new(),
        roles: vec![role("governors")],
        children: Vec::new(),
    };
    let person = school.school.add_person(&Actor::operator(), governor).await.expect("gus is added");
    let invite = actions::Invite { person };
    let invitation = school.school.invite(&Actor::operator(), invite).await.expect("gus is invited");
    let proof = actions::PasswordProof::Invitation { token: invitation.token };
    let password = actions::SetPassword { proof, password: "gus-password-1".into(), again: "gus-password-1".into() };
    school.school.set_password(password).await.expect("gus sets a password");
    school.signed_in("gus").await
}

fn changed() -> String {
    let text = POLICY.replace("Games are closed, and", "All games are closed, and");
    text.replace("sites  = [\"games\", \"reddit.com\"]", "sites  = [\"games\", \"chat\", \"reddit.com\"]")
}

/// Uploads a text as the next version of the policy, and answers the draft's address.
async fn upload(browser: &mut Browser, text: &str) -> String {
    browser.get("/policies/use/upload").await;
    let fields = [("text", ""), ("minor", "no"), ("summary", "Chat is closed too.")];
    let page = send_files(browser, "/policies/use/upload", &fields, &[("file", "use.md", text)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    page.location().to_owned()
}

#[tokio::test]
async fn everybody_reads_a_policy_with_what_runs_each_clause() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let list = pip.get("/policies").await;
    assert!(list.has("href=\"/policies/use\"") && !list.has("Upload a draft"), "{}", list.body);
    let page = pip.get("/policies/use").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has("id=\"clause-games\"") && page.has("On your word"), "{}", page.body);
    assert!(page.has("&lt;script&gt;alert(1)") && page.has("Dora &lt;Honeystone&gt;"));
    assert!(page.has("What is behind its 8 clauses"), "{}", page.body);
    assert!(!page.has("Upload a draft of the next version"));
    assert_eq!(pip.get("/policies/use/v/1").await.status, StatusCode::OK);
    assert_eq!(pip.get("/policies/use/v/9").await.status, StatusCode::NOT_FOUND);
    assert_eq!(pip.get("/policies/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(pip.get("/policies/use/v/1/text").await.body, POLICY);
    assert!(pip.get("/policies/use/diff").await.has("There is only one version"));
    for path in ["/policies/upload", "/policies/use/upload"] {
        assert_eq!(pip.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_form_of_uploading_says_what_is_missing_and_keeps_the_text() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    assert!(hedy.get("/policies").await.has("/policies/upload"));
    hedy.get("/policies/use/upload").await;
    let page = send_files(&mut hedy, "/policies/use/upload", &[("text", "")], &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["file", "summary", "minor"] {
        assert!(page.has(&format!("href=\"#{field}\"")), "{field}: {}", page.body);
    }
    let fields = [("text", "no policy at all"), ("minor", "no"), ("summary", "Everything")];
    let page = send_files(&mut hedy, "/policies/use/upload", &fields, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("href=\"#text\"") && page.has("no policy at all") && page.has("Everything"), "{}", page.body);
    let other = POLICY.replace("id          = \"use\"", "id          = \"other\"");
    let fields = [("text", other.as_str()), ("minor", "no"), ("summary", "Everything")];
    let page = send_files(&mut hedy, "/policies/use/upload", &fields, &[]).await;
    assert!(page.has("This text is the policy ‘other’"), "{}", page.body);
    let same = [("text", POLICY), ("minor", "no"), ("summary", "Nothing")];
    let page = send_files(&mut hedy, "/policies/use/upload", &same, &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has("published already"), "{}", page.body);
}

#[tokio::test]
async fn a_draft_with_problems_shows_each_under_its_line() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let wrong = POLICY.replace("\"games\", \"reddit.com\"", "\"gamess\", \"reddit.com\"");
    let line = wrong.lines().position(|line| line.contains("gamess")).expect("the line is there") + 1;
    let draft = upload(&mut hedy, &wrong).await;
    let page = hedy.get(&draft).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.has(&format!("<li value=\"{line}\" class=\"desk-lines__wrong\">")), "{}", page.body);
    assert!(page.has(&format!("Line {line}, column ")) && page.has("To mend it:"));
    assert!(!page.has(&format!("{draft}/publish")) && page.has("can’t be read yet"), "{}", page.body);
    let claims =
        ["Governing body", "What it would change", "would be different", "names no role", "Approve this draft"];
    for claim in claims {
        assert!(!page.has(claim), "nobody can say '{claim}' of a text that can't be read: {}", page.body);
    }
    assert_eq!(hedy.get(&format!("{draft}/read")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(hedy.get(&format!("{draft}/publish")).await.status, StatusCode::FORBIDDEN);
    for username in ["pip", "tess"] {
        let page = school.signed_in(username).await.get(&draft).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{username} sees no draft");
    }
}

#[tokio::test]
async fn a_worked_example_that_fails_is_shown_with_what_comes_of_it() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let text = POLICY.replace(
        "### Opening a site",
        "```example\npupil opens reddit.com -> allowed\npupil opens reddit.com -> blocked #games\n```\n\n### Opening a site",
    );
    let draft = upload(&mut hedy, &text).await;
    let page = hedy.get(&draft).await;
    assert!(page.has("Worked examples that fail") && page.has("Of 2, these come out otherwise"), "{}", page.body);
    assert!(page.has("pupil opens reddit.com -&#62; allowed"), "{}", page.body);
}

#[tokio::test]
async fn a_draft_is_approved_in_a_role_published_and_then_compared() {
    let school = SmallSchool::open().await;
    let mut gus = with_governor(&school).await;
    let mut hedy = school.signed_in("hedy").await;
    let draft = upload(&mut hedy, &changed()).await;
    let page = hedy.get(&draft).await;
    assert!(
        page.has("What it would change, and who for") && page.has("Governing body has not approved it yet"),
        "{}",
        page.body
    );
    assert!(!page.has("Approve this draft"), "the headteacher is no governor");
    let read = hedy.get(&format!("{draft}/read")).await;
    assert!(read.has("All games are closed") && read.has("holds for nobody"), "{}", read.body);

    let page = gus.get(&draft).await;
    assert!(page.has("Approve this draft"), "{}", page.body);
    let hash = page.value("text_hash");
    let none = gus.post(&format!("{draft}/approve"), &[("text_hash", hash.as_str())]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.has("href=\"#role\""), "{}", none.body);
    let stale = gus.post(&format!("{draft}/approve"), &[("text_hash", "0000"), ("role", "governors")]).await;
    assert!(
        stale.status == StatusCode::UNPROCESSABLE_ENTITY && stale.has("not the text that you were shown"),
        "{}",
        stale.body
    );
    let page = gus.post(&format!("{draft}/approve"), &[("text_hash", hash.as_str()), ("role", "governors")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);

    let ask = hedy.get(&format!("{draft}/publish")).await;
    assert!(ask.has("takes the place of version 1") && ask.has("9 people are asked to sign it"), "{}", ask.body);
    let page = hedy.post(&format!("{draft}/publish"), &[("text_hash", hash.as_str())]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.has("is in force") && page.has("Version 2"), "{}", page.body);

    let mut pip = school.signed_in("pip").await;
    let old = pip.get("/policies/use/v/1").await;
    assert!(old.has("no longer in force") && old.has("Games are closed"), "{}", old.body);
    let compared = pip.get("/policies/use/diff").await;
    assert!(
        compared.has("From version 1 to version 2") && compared.has("/policies/use/v/2#clause-games"),
        "{}",
        compared.body
    );
    assert!(pip.get("/policies/use/diff?from=2&to=2").await.has("are the same"));
    assert!(pip.get("/policies/use").await.has("Chat is closed too."));
}

#[tokio::test]
async fn a_draft_that_lets_more_people_look_says_so_before_it_is_approved_and_before_it_is_published() {
    let school = SmallSchool::open().await;
    let mut gus = with_governor(&school).await;
    let mut hedy = school.signed_in("hedy").await;
    let warning = "lets more people look at what the school keeps about people";
    let same = upload(&mut hedy, &changed()).await;
    assert!(!gus.get(&same).await.has(warning), "that draft widens nothing");
    let wider = POLICY.replace("who      = [\"dsl\"]", "who      = [\"dsl\", \"headteacher\"]");
    let draft = upload(&mut hedy, &wider).await;
    let page = gus.get(&draft).await;
    let sentence = "The headteacher could look at";
    assert!(page.has(warning) && page.has(sentence) && page.has("clause ‘look’"), "{}", page.body);
    let hash = page.value("text_hash");
    let page = gus.post(&format!("{draft}/approve"), &[("text_hash", hash.as_str()), ("role", "governors")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let ask = hedy.get(&format!("{draft}/publish")).await;
    assert!(ask.has("It lets more people look") && ask.has(sentence), "{}", ask.body);
}

#[tokio::test]
async fn a_policy_with_empty_blanks_can_not_be_approved() {
    let school = SmallSchool::open().await;
    let mut gus = with_governor(&school).await;
    let mut hedy = school.signed_in("hedy").await;
    let text = changed().replace("All games are closed, and", "All games are closed on {{platform}}, and");
    let draft = upload(&mut hedy, &text).await;
    let page = gus.get(&draft).await;
    assert!(page.has("Nothing fills 1 blank of the text: platform."), "{}", page.body);
    assert!(!page.has("Approve this draft"), "{}", page.body);
    let hash = actions::sha256(text.as_bytes());
    gus.get("/you").await;
    let page = gus.post(&format!("{draft}/approve"), &[("text_hash", hash.as_str()), ("role", "governors")]).await;
    assert!(page.has("can&#39;t be approved yet") && page.status.is_client_error(), "{}: {}", page.status, page.body);
    let read = gus.get(&format!("{draft}/read")).await;
    assert!(read.has("[platform]") && !read.has("{{"), "{}", read.body);
}

/// The policy with 4,000 clauses more, each with its rule.
fn long_policy() -> String {
    let clauses = (0..4_000).map(|number| {
        format!(
            "\n## Site {number} {{#site-{number}}}\nThis site is closed to pupils.\n\n```rule\n[block]\nsites = \
             [\"site-{number}.example\"]\nfor = [\"pupil\"]\n```\n"
        )
    });
    std::iter::once(include_str!("policy.md").to_owned()).chain(clauses).collect()
}

#[tokio::test]
async fn a_draft_of_4000_clauses_is_taken_and_read_once_for_all_who_look_at_it() {
    let school = SmallSchool::open().await;
    let mut hedy = school.signed_in("hedy").await;
    let text = long_policy();
    let (document, problems) = policy::parse(&policy::Source::new("use.md", text.as_str()), &school.school.roles());
    assert!(document.is_some_and(|document| document.clauses.len() > 4_000) && problems.is_empty(), "{problems:?}");

    let fields = [("summary", "Many sites"), ("minor", "no")];
    let sent = send_files(&mut hedy, "/policies/use/upload", &fields, &[("file", "use.md", &text)]).await;
    let id = sent.location().strip_prefix("/drafts/").unwrap_or_else(|| panic!("{}", sent.body)).to_owned();

    let actor = school.school.actor_named(&Actor::operator(), "hedy").await.unwrap();
    let id = id.parse().unwrap();
    let shown = [school.school.draft(&actor, id).await.unwrap(), school.school.draft(&actor, id).await.unwrap()];
    let [first, second] = shown.map(|draft| draft.document.expect("a readable draft"));
    assert!(Arc::ptr_eq(&first, &second), "it was read again to be shown");
}
