//! What those who have reports read of them: links that were taken back, the tables of a chronology, and what the file of an
//! export holds.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::case_lines::report;
use crate::desk::{Browser, SmallSchool};
use crate::routes::check_html;

/// Says that a report is about somebody.
async fn is_about(dora: &mut Browser, case: &str, username: &str) {
    let done = dora.post_checked(&format!("{case}/about"), &[("person", username), ("do", "check")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

/// Where the reports about somebody stand, to whom the newest report leads.
async fn chronology(dora: &mut Browser, case: &str) -> String {
    let page = dora.get(case).await;
    let id = page.body.split("href=\"/chronology/").nth(1).and_then(|rest| rest.split('"').next());
    format!("/chronology/{}", id.expect("it is about somebody"))
}

#[tokio::test]
async fn a_link_is_looked_at_before_it_is_taken_back_and_both_reports_say_that_it_was() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let first = report(&school, &mut dora).await;
    school.wait(SignedDuration::from_mins(1));
    report(&school, &mut dora).await;
    let list = dora.get("/concerns").await;
    let mut ids = list.body.split("href=\"/concerns/").skip(1).filter_map(|rest| rest.split('"').next());
    let other = ids.find(|id| !first.ends_with(id) && *id != "breaches").expect("another report").to_owned();
    assert_eq!(dora.post(&format!("{first}/link"), &[("to", &other)]).await.location(), first);
    let unlink = format!("{first}/unlink/{other}");
    assert!(dora.get(&first).await.has(&format!("href=\"{unlink}\"")));
    let asked = dora.get(&unlink).await;
    check_html(&unlink, &asked.body);
    assert!(asked.has("Take the link back") && asked.has("nor the other way round"), "{}", asked.body);
    assert!(dora.get(&first).await.has(&format!("href=\"/concerns/{other}\"")), "nothing has been taken back yet");
    for username in ["pip", "tess", "hedy"] {
        let mut stranger = school.signed_in(username).await;
        for page in [stranger.get(&unlink).await, stranger.post(&unlink, &[]).await] {
            assert!([StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&page.status), "{username}");
        }
    }
    let back = dora.post(&unlink, &[]).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, first.as_str()), "{}", back.body);
    for (case, linked) in [(first.clone(), format!("/concerns/{other}")), (format!("/concerns/{other}"), first.clone())]
    {
        let page = dora.get(&case).await;
        assert!(!page.has(&format!("href=\"{linked}\"")), "{}", page.body);
        for words in ["said that another report belongs to this one", "does not belong to this one"] {
            assert!(page.has(words), "{words}: {}", page.body);
        }
    }
    assert_eq!(dora.get(&unlink).await.status, StatusCode::NOT_FOUND, "there is no link");
}

#[tokio::test]
async fn a_chronology_counts_the_reports_of_each_month_in_a_table_and_those_about_an_adult_apart() {
    let school = SmallSchool::open().await;
    for adult in [false, false, true] {
        let mut dora = school.signed_in("dora").await;
        let case = report(&school, &mut dora).await;
        is_about(&mut dora, &case, "pip").await;
        if adult {
            is_about(&mut dora, &case, "tess").await;
        }
        dora.post(&case, &[("do", "close"), ("text", "It is settled")]).await;
        school.wait(SignedDuration::from_hours(24 * 31));
    }
    let mut dora = school.signed_in("dora").await;
    let newest = dora.get("/concerns").await;
    let id = newest.body.split("href=\"/concerns/").nth(1).and_then(|rest| rest.split('"').next()).expect("a report");
    let all = chronology(&mut dora, &format!("/concerns/{id}")).await;
    let page = dora.get(&all).await;
    check_html("/chronology", &page.body);
    assert!(page.has("3 reports, 0 of them open"), "{}", page.body);
    let table = page.body.split("<table").nth(1).and_then(|rest| rest.split("</table>").next()).expect("a table");
    assert!(table.contains("Month by month") && table.contains("<th scope=\"col\""), "{table}");
    let rows: Vec<&str> = table.split("<th scope=\"row\"").skip(1).collect();
    assert_eq!(rows.len(), 2, "of each month with a report about no adult: {table}");
    assert!(rows.iter().all(|row| row.contains("1 × ")), "{table}");
    assert!(page.has("About an adult too, and counted apart: 1 × "), "{}", page.body);
    assert!(page.body.matches("It is settled").count() >= 3, "each report’s history stands in the order of time");
}

#[tokio::test]
async fn the_file_of_an_export_holds_what_its_reports_hold_and_nothing_of_others() {
    let school = SmallSchool::open().await;
    let mut dora = school.signed_in("dora").await;
    let mut cases = Vec::new();
    for told in ["First", "Second"] {
        let case = report(&school, &mut dora).await;
        dora.post(&case, &[("do", "note"), ("text", &format!("{told} note"))]).await;
        dora.post(&format!("{case}/line/decision"), &[("text", &format!("{told} decision")), ("reason", "As it was")])
            .await;
        is_about(&mut dora, &case, "pip").await;
        dora.post(&case, &[("do", "close"), ("text", &format!("{told} is settled"))]).await;
        cases.push(case);
        school.wait(SignedDuration::from_mins(1));
    }
    let all = chronology(&mut dora, &cases[0]).await;
    let whole = dora.post(&format!("{all}/export"), &[("to", "Oakmere School"), ("reason", "She moves")]).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.body);
    assert_eq!(whole.body.matches("<section>").count(), 2, "each report is a part");
    for words in [
        "First note",
        "First decision",
        "Second note",
        "Second decision",
        "As it was",
        "First is settled",
        "Pip Fernhaven",
        "for Oakmere School",
        "The reason: She moves",
        "These are the reports that Dora Honeystone has",
    ] {
        assert!(whole.has(words), "{words}: {}", whole.body);
    }
    let one = dora.post(&format!("{}/export", cases[1]), &[("to", "The police"), ("reason", "They asked")]).await;
    assert!(one.has("Second note") && !one.has("First note") && !one.has("Oakmere"), "{}", one.body);
    assert!(!one.has("href=\"/") && !one.has("<script"), "it stands alone: {}", one.body);
}
