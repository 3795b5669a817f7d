//! What came of a report, for whoever made it: signed in, or by its code.

use actions::FollowedReport;
use askama::Template;
use axum::extract::Path;

use crate::answer::{Answer, page, page_again, page_once};
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::parts::Facts;
use crate::routes::Pages;
use crate::visitor::{Anyone, Visitor};

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/my-reports", mine)
        .get("/my-reports/{id}", one)
        .get_for_anyone("/worry-code", code_form)
        .post_for_anyone("/worry-code", by_code)
}

#[derive(Template)]
#[template(path = "reporting/mine.html")]
struct MinePage {
    frame: Frame,
    /// When each was made, what came of it, and where it is.
    reports: Vec<(jiff::Timestamp, &'static str, String)>,
}

async fn mine(signed: Visitor) -> Answer {
    let reports = signed.desk.my_reports(&signed.actor).await?;
    let line = |report: &FollowedReport| (report.opened_at, progress(report), format!("/my-reports/{}", report.id));
    page(&MinePage { frame: signed.frame("What I have reported"), reports: reports.iter().map(line).collect() })
}

/// A report's state, as its reporter reads it.
fn progress(report: &FollowedReport) -> &'static str {
    match report.progress {
        "open" => "It has been delivered. Nobody has taken it up yet.",
        "taken up" => "Somebody has taken it up.",
        "answered" => "You have an answer.",
        _ => "It is closed.",
    }
}

#[derive(Template)]
#[template(path = "reporting/one.html")]
struct OnePage {
    frame: Frame,
    progress: &'static str,
    facts: Facts,
    answers: Vec<(jiff::Timestamp, String)>,
}

fn one_page(frame: Frame, report: FollowedReport) -> OnePage {
    let mut facts = Facts::new().row("Sent", frame.when(&report.opened_at)).row("What happened", &report.told);
    for (label, words) in &report.needs {
        facts = facts.row(label, words);
    }
    OnePage { progress: progress(&report), facts, answers: report.answers, frame }
}

async fn one(signed: Visitor, Path(id): Path<String>) -> Answer {
    let id = id.parse().map_err(|_| PageError::no_such_page())?;
    let report = signed.desk.my_report(&signed.actor, id).await?;
    page(&one_page(signed.frame("A report of mine").crumb("What I have reported", "/my-reports"), report))
}

#[derive(Template)]
#[template(path = "reporting/code.html")]
struct CodePage<'a> {
    frame: Frame,
    form: &'a Form,
}

async fn code_form(anyone: Anyone) -> Answer {
    let form = anyone.form();
    page(&CodePage { frame: anyone.frame("What came of a report"), form: &form })
}

/// The report itself, and no address that would lead to it again.
async fn by_code(anyone: Anyone, Posted(mut form): Posted) -> Answer {
    match anyone.desk.follow_report(form.value("code"), anyone.client).await {
        Ok(report) => page_once(&one_page(anyone.frame("What came of a report"), report)),
        Err(error) => {
            form.refused(error)?;
            page_again(&CodePage { frame: anyone.frame("What came of a report").form(&form), form: &form })
        }
    }
}
