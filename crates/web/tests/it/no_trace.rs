//! A report in confidence leaves no trace: whoever does not have it is shown, wherever they look, what they were shown before
//! there was one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::Method;
use jiff::SignedDuration;

use crate::confidential_case::{CaseInConfidence, TO_RECEIVERS, TO_THE_REPORTER, reported};
use crate::desk::{Browser, Page, SmallSchool};
use crate::people::send_form;
use crate::whole_school::{self, EVERYBODY};

/// More pages than anybody of the small school reaches.
const MOST_PAGES: usize = 1200;

/// An identifier that nothing has.
const ABSENT: &str = "0190a0a0a0a07000800000000000abcd";

/// What they look for in each list, besides the case's identifier.
const SEARCHES: [&str; 3] = ["Zonkwords", "report", "case"];

fn absent() -> CaseInConfidence {
    let [id, other, action, export, file] = [ABSENT; 5].map(str::to_owned);
    CaseInConfidence { id, other, action, export, file, person: ABSENT.to_owned() }
}

/// A page without what is new each time: the tokens of its forms, the keys of what is kept, the identifiers of the case.
fn told(page: &Page, case: &CaseInConfidence) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .filter(|(name, _)| *name != "set-cookie")
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    let is_new = |input: &str| {
        ["csrf", "key", "form", "looked-for"].iter().any(|name| input.contains(&format!("name=\"{name}\"")))
    };
    let hidden = "<input type=\"hidden\"";
    let mut body = page.body.split(hidden);
    let first = body.next().unwrap_or_default().to_owned();
    let body = body.fold(first, |told, rest| match rest.split_once('>') {
        Some((input, after)) if is_new(input) => told + after,
        _ => told + hidden + rest,
    });
    let text = format!("{}\n{}\n{body}", page.status, headers.join("\n"));
    let text = ["looked-for=", "kept="].into_iter().fold(text, |text, of_key| without_keys(&text, of_key));
    case.ids().into_iter().fold(text, |text, id| text.replace(id, "an-id"))
}

/// A text without the keys that follow these words, by which what was typed is kept.
fn without_keys(text: &str, of_key: &str) -> String {
    let mut parts = text.split(of_key);
    let first = parts.next().unwrap_or_default().to_owned();
    let is_key = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    parts.fold(first, |told, rest| told + of_key + rest.trim_start_matches(is_key))
}

/// Where a browser begins to look: each page of the desk with this case in its blanks, and all that leads to it.
fn beginnings(case: &CaseInConfidence) -> Vec<String> {
    let pages: Vec<&str> =
        web::routes().into_iter().filter(|route| route.method == Method::GET).map(|route| route.path).collect();
    let below = pages.iter().filter(|path| is_of_case(path)).map(|path| case.address(path));
    let blanks = pages.iter().map(|path| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { case.id.as_str() } else { part });
        parts.collect::<Vec<_>>().join("/")
    });
    below.chain(blanks).collect()
}

/// Whether a route is below a report, or a person's reports.
fn is_of_case(path: &str) -> bool {
    ["/concerns/{", "/chronology/{", "/my-reports/{"].iter().any(|below| path.starts_with(below))
}

/// Every page that a browser reaches: from Home by every link, from each beginning, and by what it looks for in each list.
async fn reached(browser: &mut Browser, case: &CaseInConfidence) -> BTreeMap<String, String> {
    let mut next: VecDeque<String> = beginnings(case).into();
    let mut seen: BTreeSet<String> = next.iter().cloned().collect();
    let mut read = BTreeMap::new();
    let key = |path: &str| case.ids().into_iter().fold(path.to_owned(), |path, id| path.replace(id, "an-id"));
    while let Some(path) = next.pop_front() {
        assert!(read.len() < MOST_PAGES, "there is no end of pages: {path}");
        let page = browser.get(&path).await;
        assert!(!page.status.is_server_error(), "{path}: {}", page.body);
        let links = page.body.split("href=\"/").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.map(|link| format!("/{}", link.split('#').next().unwrap_or_default().replace("&amp;", "&"))) {
            // What was looked for is kept under another key each time, and is looked for below.
            if !link.contains("looked-for=") && seen.insert(link.clone()) {
                next.push_back(link);
            }
        }
        if page.has("<table") && !path.contains('?') {
            next.push_back(format!("{path}?format=csv"));
            for words in SEARCHES.into_iter().chain([case.id.as_str()]) {
                let found = browser.look_for(&path, &[("search", words)]).await;
                read.insert(format!("{} searched for {}", key(&path), key(words)), told(&found, case));
            }
        }
        // Addresses that differ by their identifiers alone are one, and all that they show is compared.
        read.entry(key(&path)).or_insert_with(String::new).push_str(&told(&page, case));
    }
    read
}

/// What comes of sending something to each address below the case.
async fn refused(browser: &mut Browser, case: &CaseInConfidence) -> BTreeMap<&'static str, String> {
    let fields = [
        ("do", "note"),
        ("text", "Something"),
        ("reason", "Something"),
        ("to", case.other.as_str()),
        ("owner", case.person.as_str()),
        ("due", "2999-01-01"),
        ("person", "tess"),
        ("by", "Somebody"),
        ("on", "2020-01-02"),
    ];
    let mut answers = BTreeMap::new();
    for route in web::routes().into_iter().filter(|route| route.method == Method::POST && is_of_case(route.path)) {
        let page = send_form(browser, &case.address(route.path), &fields).await;
        answers.insert(route.path, told(&page, case));
    }
    answers
}

/// To whom mail is due, without what stands after the name in the address; from then on it is sent.
async fn mailed(school: &SmallSchool) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for mail in school.school.due_mail().await.expect("the mail that is due") {
        names.insert(mail.to.split('@').next().unwrap_or_default().to_owned());
        school.school.mail_sent(&mail).await.expect("it was sent");
    }
    names
}

#[tokio::test]
async fn nobody_but_those_who_have_a_report_in_confidence_learns_anywhere_that_there_is_one() {
    let school = whole_school::open().await;
    school.school.tick().await.expect("a tick");
    school.wait(SignedDuration::from_mins(6));
    mailed(&school).await;
    let mut dora = school.signed_in("dora").await;
    let mut pip = school.signed_in("pip").await;
    let mut outsiders = Vec::new();
    for (username, _) in EVERYBODY.into_iter().filter(|(username, _)| !["dora", "pip"].contains(username)) {
        outsiders.push((username, whole_school::browser_of(&school, username).await));
    }
    let before_case = CaseInConfidence { person: school.id_of("tess").await, ..absent() };
    let mut before = Vec::new();
    for (_, browser) in &mut outsiders {
        // What they were told is news once.
        browser.get("/").await;
        before.push((reached(browser, &before_case).await, refused(browser, &before_case).await));
    }
    let case = CaseInConfidence::happens(&school, &mut pip, &mut dora).await;
    for ((username, browser), (pages, _)) in outsiders.iter_mut().zip(&before) {
        assert_eq!(&reached(browser, &case).await, pages, "{username} is shown another page while it is open");
    }
    case.is_closed(&mut dora).await;
    for ((username, browser), (pages, answers)) in outsiders.iter_mut().zip(before) {
        let now = reached(browser, &case).await;
        assert!(now.len() > 100, "{username} reaches {} pages", now.len());
        for (path, page) in &now {
            let was = pages.get(path).unwrap_or_else(|| panic!("{username} is led to {path}"));
            assert_eq!(page, was, "{username} is shown another {path}");
            for word in TO_RECEIVERS.iter().chain(&TO_THE_REPORTER) {
                assert!(
                    !page.contains(word) || path.ends_with(&format!(" {word}")),
                    "{username} finds '{word}' in {path}"
                );
            }
        }
        assert_eq!(now.len(), pages.len(), "{username} is led to fewer pages");
        assert_eq!(refused(browser, &case).await, answers, "{username}");
    }
    let pages = reached(&mut pip, &case).await;
    for (path, page) in &pages {
        for word in TO_RECEIVERS {
            assert!(!page.contains(word), "the reporter finds '{word}' in {path}");
        }
    }
    // The search can fail: whoever has the report finds every word, and every address is one of the report.
    let pages = reached(&mut dora, &case).await;
    for word in TO_RECEIVERS.iter().chain(&TO_THE_REPORTER) {
        assert!(pages.values().any(|page| page.contains(word)), "Dora finds '{word}'");
    }
    // What she has read goes by no mail: this she has not.
    reported(&mut pip, "Thirdzonk", &school.id_of("dell").await).await;
    school.wait(SignedDuration::from_mins(6));
    school.school.tick().await.expect("a tick");
    assert_eq!(mailed(&school).await, BTreeSet::from(["dora".to_owned()]));
}
