//! The site that a report is of: closing it, or saying why it is left open.

use actions::{ConcernPage, HandleCase, ReportedSite};
use askama::Template;
use axum::extract::Path;
use domain::{CaseStep, SiteDecision};

use crate::answer::{Answer, go, page, page_again};
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::pages::cases::concerns::parse;
use crate::routes::Pages;
use crate::sentences;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.get("/concerns/{id}/site", empty).post("/concerns/{id}/site", decide)
}

#[derive(Template)]
#[template(path = "concerns/site.html")]
struct SitePage<'a> {
    frame: Frame,
    form: &'a Form,
    concern: &'a ConcernPage,
    site: &'a ReportedSite,
    says: Vec<String>,
}

fn site_page<'a>(signed: &Visitor, concern: &'a ConcernPage, site: &'a ReportedSite, form: &'a Form) -> SitePage<'a> {
    let address = format!("/concerns/{}", concern.line.id);
    let frame = signed.frame("A report").form(form).crumb("Concerns", "/concerns").crumb("A report", address);
    SitePage { frame, form, concern, site, says: says(site) }
}

/// What the gate says of a site, each sentence with those to whom it is said.
pub fn says(site: &ReportedSite) -> Vec<String> {
    let to = |audiences: &[domain::Audience]| {
        let titles: Vec<String> = audiences.iter().map(|audience| audience.title().to_owned()).collect();
        sentences::list(&titles, "and")
    };
    site.says.iter().map(|(sentence, audiences)| format!("{}: {sentence}", to(audiences))).collect()
}

async fn empty(signed: Visitor, Path(id): Path<String>) -> Answer {
    let concern = signed.desk.concern(&signed.actor, parse(&id)?).await?;
    match concern.site.as_ref().filter(|site| site.may_decide) {
        Some(site) => page(&site_page(&signed, &concern, site, &signed.form())),
        None => go(format!("/concerns/{id}")),
    }
}

async fn decide(signed: Visitor, Path(id): Path<String>, Posted(mut form): Posted) -> Answer {
    let case = parse(&id)?;
    let concern = signed.desk.concern(&signed.actor, case).await?;
    let Some(site) = &concern.site else { return go(format!("/concerns/{id}")) };
    let decision = match form.value("do") {
        "close" => SiteDecision::Close,
        "leave-open" => SiteDecision::LeaveOpen,
        _ => {
            form.blame("text", "Choose whether to close this site or to leave it open.");
            return page_again(&site_page(&signed, &concern, site, &form));
        }
    };
    let step = CaseStep::DecideSite { site: site.host.clone(), decision, reason: form.value("text").to_owned() };
    match signed.desk.handle_case(&signed.actor, HandleCase { case, step }).await {
        Ok(_) => go(format!("/concerns/{case}")),
        Err(error) => {
            form.refused(error)?;
            page_again(&site_page(&signed, &concern, site, &form))
        }
    }
}
