//! Who to tell today that a signature is owed, and the note that they were told.

use std::collections::BTreeMap;

use actions::{MailServer, ReminderLine};
use askama::Template;
use axum::extract::Path;
use domain::PolicyId;

use crate::answer::page;
use crate::answer::{Answer, go};
use crate::cells::Cell;
use crate::error::PageError;
use crate::forms::posted::{Form, Posted};
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::moment::{count, day};
use crate::parts::Confirm;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages
        .get("/reports/reminders", due)
        .get("/reports/reminders/{policy}/told", show_told)
        .post("/reports/reminders/{policy}/told", told)
}

#[derive(Template)]
#[template(path = "reports/reminders.html")]
struct RemindersPage {
    frame: Frame,
    sends_mail: bool,
    listing: Listing,
    /// A link for each policy to note that its people were told.
    told: Vec<Cell>,
}

async fn due(signed: Visitor, asked: ListParams) -> Answer {
    let lines = signed.desk.reminders_due(&signed.actor).await?;
    let listing = listing(&asked, &lines);
    if asked.csv {
        return listing.csv("reminders");
    }
    let may_note = |line: &&ReminderLine| signed.desk.may_note_reminders(&signed.actor, &line.policy);
    let mut policies: BTreeMap<&PolicyId, (&str, i64)> = BTreeMap::new();
    for line in lines.iter().filter(may_note) {
        policies.entry(&line.policy).or_insert((&line.title, 0)).1 += 1;
    }
    let told = policies.into_iter().map(|(policy, (title, people))| {
        let words = format!(
            "Note that {} told about ‘{title}’",
            if people == 1 { "1 person was".to_owned() } else { format!("all {people} people were") }
        );
        Cell::link(words, format!("/reports/reminders/{policy}/told"))
    });
    page(&RemindersPage {
        frame: signed.frame("Who to remind").crumb("Reports", "/reports"),
        told: told.collect(),
        sends_mail: sends_mail(&signed),
        listing,
    })
}

fn number_words(number: u8) -> &'static str {
    match number {
        0 => "First notice",
        1 => "First reminder",
        2 => "Second reminder",
        _ => "Third reminder",
    }
}

fn listing(asked: &ListParams, lines: &[ReminderLine]) -> Listing {
    let columns = vec![
        Column::new("Who to tell"),
        Column::new("Mail"),
        Column::new("About"),
        Column::new("For"),
        Column::new("Which"),
        Column::new("Due on"),
    ];
    Listing::whole("To be told today", columns, asked, lines, |line| {
        let for_whom = if line.binds.id == line.person.id { "Themselves" } else { &line.binds.name };
        vec![
            Cell::text(&line.person.name),
            Cell::text(line.mail.as_deref().unwrap_or("None on record")),
            Cell::text(&line.title),
            Cell::text(for_whom),
            Cell::text(number_words(line.number)),
            Cell::text(day(&line.due_on)),
        ]
    })
    .empty(
        "Nobody is to be told today. Names come here on the first school day on which a signature is owed, and three \
         times more while it is missing; never at a weekend, and never those who have left.",
    )
}

/// How many are to be told about a policy today, and its title.
async fn due_for(signed: &Visitor, policy: &str) -> Result<Option<(u64, String)>, PageError> {
    if !signed.desk.may_note_reminders(&signed.actor, &PolicyId(policy.to_owned())) {
        return Err(PageError::forbidden(
            "Reminders are noted by the school’s leaders, the office and who looks after the policy.",
        ));
    }
    let lines = signed.desk.reminders_due(&signed.actor).await?;
    let mut of_policy = lines.iter().filter(|line| line.policy.0 == policy).peekable();
    let title = of_policy.peek().map(|line| line.title.clone());
    Ok(title.map(|title| (of_policy.count() as u64, title)))
}

fn sends_mail(signed: &Visitor) -> bool {
    signed.desk.mail_figures().server != MailServer::None
}

/// How people come to know of it.
fn mail_words(signed: &Visitor) -> String {
    if sends_mail(signed) {
        "Those who have a mail address get a mail on the next school day at the latest: it says that there is something to do \
         on Schoolgate, and not what. Tell the others yourself, by letter or word of mouth: the list says who has no address."
            .to_owned()
    } else {
        "No mail server is configured, so the desk sends no mail: tell them first, by mail, letter or word of mouth."
            .to_owned()
    }
}

fn confirm(signed: &Visitor, policy: &str, (people, title): (u64, String), form: &Form) -> Answer {
    let confirm = Confirm {
        question: &if sends_mail(signed) {
            format!("Tell them all about ‘{title}’?")
        } else {
            format!("Have they all been told about ‘{title}’?")
        },
        follows: vec![
            format!(
                "{} on today’s list for this policy.",
                if people == 1 { "1 person is".to_owned() } else { format!("{people} people are") }
            ),
            format!(
                "They leave the list; those who still have not signed come back {} later.",
                count(u64::from(signed.desk.settings().reminder_days.get()), "day")
            ),
            mail_words(signed),
        ],
        button: if sends_mail(signed) { "Tell them, and note it" } else { "Note that they were told" },
        action: &format!("/reports/reminders/{policy}/told"),
        back: "/reports/reminders",
        reason: None,
        hidden: Vec::new(),
    };
    confirm.show(signed.frame("Note that people were told"), form)
}

async fn show_told(signed: Visitor, Path(policy): Path<String>) -> Answer {
    match due_for(&signed, &policy).await? {
        Some(due) => confirm(&signed, &policy, due, &signed.form()),
        None => go("/reports/reminders"),
    }
}

async fn told(signed: Visitor, Path(policy): Path<String>, Posted(_): Posted) -> Answer {
    signed.desk.reminders_given(&signed.actor, &PolicyId(policy)).await?;
    go("/reports/reminders")
}
