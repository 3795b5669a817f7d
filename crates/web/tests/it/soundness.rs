//! Pages that have an address of their own in each school: their markup is held as that of the fixed ones is.

use actions::{Actor, UploadDraft};
use axum::http::StatusCode;

use crate::desk::SmallSchool;
use crate::people::send_files;
use crate::routes::check_html;

#[tokio::test]
async fn pages_about_people_policies_and_reports_are_sound() {
    let school = SmallSchool::open().await;
    let pip = school.school.actor_named(&Actor::operator(), "pip").await.unwrap().person();
    let wrong = include_str!("policy.md").replace("\"games\", \"reddit.com\"", "\"gamess\", \"reddit.com\"");
    let draft = UploadDraft { file_name: "use.md".into(), text: wrong, minor: false, summary: "Less.".into() };
    let faulty = school.school.upload_draft(&Actor::operator(), draft).await.expect("a draft").id;
    let text = include_str!("policy.md").replace("Games are closed", "All games are closed");
    let draft = UploadDraft { file_name: "use.md".into(), text, minor: false, summary: "Clearer.".into() };
    let draft = school.school.upload_draft(&Actor::operator(), draft).await.expect("a draft").id;
    let pages = [
        ("olga", vec!["/people".to_owned(), "/people?audience=pupil&search=pip".to_owned(), format!("/people/{pip}")]),
        ("olga", ["edit", "leave", "invite"].map(|verb| format!("/people/{pip}/{verb}")).to_vec()),
        ("olga", vec!["/people/add".to_owned(), "/reports/unsigned/use".to_owned()]),
        ("dina", vec!["/people/import".to_owned(), "/people/add".to_owned()]),
        ("pip", ["", "/v/1", "/diff"].map(|rest| format!("/policies/use{rest}")).to_vec()),
        ("hedy", ["/policies", "/policies/upload", "/policies/use/upload"].map(str::to_owned).to_vec()),
        ("hedy", vec![format!("/drafts/{faulty}"), format!("/drafts/{draft}"), format!("/drafts/{draft}/read")]),
        (
            "hedy",
            ["", "/reminders", "/reminders/use/told", "/ledger", "/ledger/check"]
                .map(|rest| format!("/reports{rest}"))
                .to_vec(),
        ),
        ("dora", ["/reports", "/reports/activity", "/reports/activity/new"].map(str::to_owned).to_vec()),
    ];
    for (username, paths) in pages {
        let mut browser = school.signed_in(username).await;
        for path in paths {
            let page = browser.follow(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{username} {path}: {}", page.body);
            check_html(&path, &page.body);
        }
    }
}

#[tokio::test]
async fn what_comes_back_from_a_form_is_sound() {
    let school = SmallSchool::open().await;
    let mut dina = school.signed_in("dina").await;
    let page = dina.post("/people/add", &[]).await;
    check_sent("/people/add, sent empty", &page.body);
    let wrong = "username,name,audience\n,,\nnew,New Example,pupil\n";
    let right = "username,name,audience\nnew,New Example,pupil\n";
    for list in [wrong, right] {
        let page = send_files(&mut dina, "/people/import", &[], &[("files", "people.csv", list)]).await;
        check_sent("/people/import, sent", &page.body);
    }
    let mut hedy = school.signed_in("hedy").await;
    let page = send_files(&mut hedy, "/policies/use/upload", &[], &[]).await;
    check_sent("/policies/use/upload, sent empty", &page.body);
    let mut dora = school.signed_in("dora").await;
    let page = dora.post("/reports/activity/new", &[]).await;
    check_sent("/reports/activity/new, sent empty", &page.body);
}

/// The summary of errors stands before the main heading with a heading of its own, as GOV.UK Frontend draws it.
fn check_sent(path: &str, html: &str) {
    let summary = "<h2 class=\"govuk-error-summary__title\">There is a problem</h2>";
    check_html(path, &html.replace(summary, ""));
}
