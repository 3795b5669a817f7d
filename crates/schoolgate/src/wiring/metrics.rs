//! The program's figures for a monitoring system, in Prometheus' text format (version 0.0.4), at `/metrics` of a listener
//! of their own. They are counts: nothing in them is personal, and nobody signs in to read them.

use std::fmt::Write as _;
use std::sync::Arc;

use actions::{Desk, MailFigures, MailServer, ScannerState};
use activity::{ActivityLog, Health};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use gate::{Gate, Sample, SampleKind};

const TEXT_FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The one page of the figures.
pub fn pages(gate: Arc<Gate>, log: Arc<ActivityLog>, school: Option<Desk>) -> Router {
    let answer = async move || {
        let samples = gate.samples().into_iter().chain(of_the_log(&log.health()));
        let samples = samples.chain(school.iter().flat_map(|school| of_the_mail(&school.mail_figures())));
        let samples = samples.chain(school.iter().map(|school| of_the_scanner(school.scanner_state())));
        ([(CONTENT_TYPE, TEXT_FORMAT)], render(samples))
    };
    Router::new().route("/metrics", get(answer))
}

fn of_the_log(health: &Health) -> [Sample; 4] {
    let Health { dropped, failed_syncs, damaged_lines, outage } = health;
    let sample = |name, help, kind, value| Sample { name, help, kind, value };
    let counter = |name, help, value: u64| sample(name, help, SampleKind::Counter, value);
    [
        counter("schoolgate_activity_dropped_total", "Activities that could not be written down.", *dropped),
        counter("schoolgate_activity_failed_syncs_total", "Syncs of activity to the disk that failed.", *failed_syncs),
        counter(
            "schoolgate_activity_damaged_lines_total",
            "Lines of activity that the disk did not give back as they were written.",
            *damaged_lines,
        ),
        sample(
            "schoolgate_activity_kept",
            "1 while activity is being written down, 0 while it can't be.",
            SampleKind::Gauge,
            u64::from(outage.is_none()),
        ),
    ]
}

fn of_the_mail(figures: &MailFigures) -> [Sample; 4] {
    let MailFigures { server, sent, refused, given_up } = figures;
    let sample = |name, help, kind, value| Sample { name, help, kind, value };
    [
        sample("schoolgate_mail_sent_total", "Mails that the mail server has taken.", SampleKind::Counter, *sent),
        sample(
            "schoolgate_mail_refused_total",
            "Mails that the mail server did not take; each is tried again.",
            SampleKind::Counter,
            *refused,
        ),
        sample(
            "schoolgate_mail_given_up",
            "Notices that no mail could tell of in all tries, and that nobody has read.",
            SampleKind::Gauge,
            *given_up,
        ),
        sample(
            "schoolgate_mail_answers",
            "1 while the mail server can be used, 0 while it can't be or none is configured.",
            SampleKind::Gauge,
            u64::from(*server == MailServer::Answers),
        ),
    ]
}

fn of_the_scanner(state: ScannerState) -> Sample {
    Sample {
        name: "schoolgate_virus_scanner_answers",
        help: "1 while the virus scanner can be used, 0 while it can't be or none is configured.",
        kind: SampleKind::Gauge,
        value: u64::from(state == ScannerState::Answers),
    }
}

/// None of the texts holds a line feed or a backslash, which the format would want escaped.
fn render(samples: impl Iterator<Item = Sample>) -> String {
    let mut out = String::new();
    for Sample { name, help, kind, value } in samples {
        let kind = match kind {
            SampleKind::Counter => "counter",
            SampleKind::Gauge => "gauge",
        };
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    }
    out
}
