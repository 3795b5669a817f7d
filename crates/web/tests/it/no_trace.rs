//! A report in confidence leaves no trace: nobody but those who have it finds a word of it, wherever they look.

use std::collections::{BTreeSet, VecDeque};

use axum::http::{Method, StatusCode};

use crate::desk::{Browser, SmallSchool};

/// What the reporter wrote and read, each in a word that stands nowhere else.
const TO_THE_REPORTER: [&str; 2] = ["Zonkwords", "Quibbleanswer"];

/// What only those read who have the report.
const TO_RECEIVERS: [&str; 9] = [
    "Wobblenote",
    "Adalindsaid",
    "Stepfrobnicate",
    "Nettlesomewhy",
    "Ringgormless",
    "Outcomebrouhaha",
    "Oakmerefile",
    "Becausemugwump",
    "Closedflummox",
];

/// More pages than anybody of the small school reaches.
const MOST_PAGES: usize = 1200;

/// Has Pip report in confidence, and Dora do with it all that there is to do. Hands back where she reads it, and all that
/// leads to it.
async fn case_in_confidence(school: &SmallSchool) -> (String, Vec<String>) {
    let mut pip = school.signed_in("pip").await;
    let form = pip.get("/worry").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [("report", report.as_str()), ("key", &key), ("told", "Zonkwords"), ("about", "no"), ("do", "send")];
    let sent = pip.post("/worry", &fields).await;
    assert!(sent.has("Your code"), "{}", sent.body);
    let mut dora = school.signed_in("dora").await;
    let list = dora.get("/concerns").await;
    let id = list.body.split("href=\"/concerns/").nth(1).and_then(|rest| rest.split('"').next()).expect("a report");
    let case = format!("/concerns/{id}");
    // It turns out to be about a teacher.
    dora.post_checked(&format!("{case}/about"), &[("person", "tess"), ("do", "check")]).await;
    let chronology = dora.get(&case).await.body;
    let chronology = chronology.split("href=\"/chronology/").nth(1).and_then(|rest| rest.split('"').next());
    let chronology = format!("/chronology/{}", chronology.expect("it is about a person"));
    let owner = dora.get(&format!("{case}/action")).await.body;
    let owner = owner.split("name=\"owner\" type=\"radio\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let owner = owner.expect("somebody to choose");
    let steps: [(String, &[(&str, &str)]); 7] = [
        (case.clone(), &[("do", "note"), ("text", "Wobblenote")]),
        (case.clone(), &[("do", "answer"), ("text", "Quibbleanswer")]),
        (format!("{case}/line/words"), &[("whom", "Pip"), ("on", "2020-01-02"), ("text", "Adalindsaid")]),
        (format!("{case}/line/decision"), &[("text", "Stepfrobnicate"), ("reason", "Nettlesomewhy")]),
        (format!("{case}/action"), &[("text", "Ringgormless"), ("owner", owner), ("due", "2999-01-01")]),
        (format!("{case}/export"), &[("to", "Oakmerefile"), ("reason", "Becausemugwump")]),
        (case.clone(), &[("do", "take-up")]),
    ];
    for (path, fields) in steps {
        let page = dora.post(&path, fields).await;
        assert!([StatusCode::SEE_OTHER, StatusCode::OK].contains(&page.status), "{path}: {}", page.body);
    }
    let page = dora.get(&case).await.body;
    let below = |what: &str| {
        let before = format!("href=\"{case}/{what}/");
        let rest = page.split(&before).nth(1).and_then(|rest| rest.split('"').next());
        format!("{case}/{what}/{}", rest.expect("it is linked from the report"))
    };
    let (action, receipt) = (below("action"), below("receipt"));
    dora.post(&action, &[("text", "Outcomebrouhaha")]).await;
    dora.post(&case, &[("do", "close"), ("text", "Closedflummox")]).await;
    let leading = vec![case.clone(), action, receipt, chronology.clone(), format!("{chronology}/export")];
    (id.to_owned(), leading)
}

/// Every page that a browser reaches: from Home by every link, and each page of the desk with this in its blanks.
async fn reached(browser: &mut Browser, case: &str, leading: &[String]) -> Vec<(String, String)> {
    let pages = web::routes().into_iter().filter(|route| route.method == Method::GET);
    let blanks = pages.map(|route| {
        let parts = route.path.split('/').map(|part| if part.starts_with('{') { case } else { part });
        parts.collect::<Vec<_>>().join("/")
    });
    // Each once more as what a spreadsheet opens: a page without a list answers as it does otherwise.
    let pages: Vec<String> = blanks.chain(leading.iter().cloned()).collect();
    let lists = pages.iter().map(|path| format!("{path}?format=csv"));
    let mut next: VecDeque<String> = pages.iter().cloned().chain(lists).collect();
    let mut seen: BTreeSet<String> = next.iter().cloned().collect();
    let mut read = Vec::new();
    while let Some(path) = next.pop_front() {
        assert!(read.len() < MOST_PAGES, "there is no end of pages: {path}");
        let page = browser.get(&path).await;
        assert!(!page.status.is_server_error(), "{path}: {}", page.body);
        let links = page.body.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.map(|link| format!("/{}", link.split('#').next().unwrap_or_default().replace("&amp;", "&"))) {
            if seen.insert(link.clone()) {
                next.push_back(link);
            }
        }
        let headers: Vec<String> = page.headers.values().map(|value| format!("{value:?}")).collect();
        read.push((path, format!("{}\n{}", headers.join("\n"), page.body)));
    }
    read
}

#[tokio::test]
async fn nobody_but_those_who_have_a_report_in_confidence_finds_a_word_of_it_anywhere() {
    let school = SmallSchool::open().await;
    let (case, leading) = case_in_confidence(&school).await;
    for username in ["pip", "pat", "tess", "ivo", "hedy", "olga"] {
        let mut browser = school.signed_in(username).await;
        let hidden = TO_RECEIVERS.iter().chain(TO_THE_REPORTER.iter().filter(|_| username != "pip"));
        let hidden: Vec<&str> = hidden.copied().collect();
        let pages = reached(&mut browser, &case, &leading).await;
        assert!(pages.len() > 60, "{username} reaches {} pages", pages.len());
        for (path, page) in &pages {
            for word in &hidden {
                assert!(!page.contains(word), "{username} finds '{word}' in {path}");
            }
        }
    }
    // The search can fail: whoever has the report finds every word.
    let mut dora = school.signed_in("dora").await;
    let pages = reached(&mut dora, &case, &leading).await;
    for word in TO_RECEIVERS.iter().chain(&TO_THE_REPORTER) {
        assert!(pages.iter().any(|(_, page)| page.contains(word)), "Dora finds '{word}'");
    }
}
