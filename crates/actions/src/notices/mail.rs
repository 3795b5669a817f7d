//! What goes by mail, to whom and when. The desk sends nothing itself: the program asks what is due, sends it, and says
//! what came of it. What was sent just before the program was killed may be sent again.

use domain::{NoticeId, wait_after};
use jiff::Timestamp;
use uuid::Uuid;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::Unavailable;
use crate::desk::health::mail_figures::{MailFigures, MailServer};

/// One mail to one person, for all that waits for them. It is to say nothing of what that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    /// Some of it is urgent.
    pub urgent: bool,
    notices: Vec<NoticeId>,
    /// How often the one that failed most has failed.
    failures: u32,
}

impl Mail {
    /// What the mail is known by: the same each time that it is tried, until more is told to the same person.
    pub fn id(&self) -> Uuid {
        self.notices.last().map_or(Uuid::nil(), |notice| notice.0)
    }
}

impl Desk {
    /// The mails that are due, one for each person.
    pub async fn due_mail(&self) -> Result<Vec<Mail>, Unavailable> {
        let by = Authorised::program(Verb::SendMail);
        let tries = self.settings().notices.tries;
        let mut reading = self.stores().read(&by).await?;
        let outgoing = reading.outgoing(self.now(), tries).await?;
        let given_up = reading.count_given_up(tries).await?;
        drop(reading);
        self.mail_counts().given_up = given_up;
        let mut mails: Vec<Mail> = Vec::new();
        let mut last = None;
        for one in outgoing {
            let person = one.notice.person;
            if last != Some(person) {
                mails.push(Mail { to: one.to, urgent: false, notices: Vec::new(), failures: 0 });
                last = Some(person);
            }
            if let Some(mail) = mails.last_mut() {
                mail.urgent |= one.notice.urgent;
                mail.failures = mail.failures.max(one.tries);
                mail.notices.push(one.notice.id);
            }
        }
        let now = self.now();
        let is_mail_hour = self.next_mail_hour(now) <= now;
        mails.retain(|mail| mail.urgent || is_mail_hour);
        Ok(mails)
    }

    /// When the next mail is due, as things stand.
    pub async fn next_mail(&self) -> Result<Option<Timestamp>, Unavailable> {
        let by = Authorised::program(Verb::SendMail);
        let tries = self.settings().notices.tries;
        let mut reading = self.stores().read(&by).await?;
        let urgent = reading.next_outgoing(true, tries).await?;
        let ordinary = reading.next_outgoing(false, tries).await?.map(|at| self.next_mail_hour(at.max(self.now())));
        Ok(urgent.into_iter().chain(ordinary).min())
    }

    /// The mail server has taken it.
    pub async fn mail_sent(&self, mail: &Mail) -> Result<(), Unavailable> {
        let by = Authorised::program(Verb::SendMail);
        self.mail_counts().sent += 1;
        Ok(self.stores().notices_mailed(&by, &mail.notices, self.now()).await?)
    }

    /// The mail server has not taken it. It is tried again later, each time later still.
    pub async fn mail_failed(&self, mail: &Mail) -> Result<(), Unavailable> {
        let (by, now) = (Authorised::program(Verb::SendMail), self.now());
        self.mail_counts().refused += 1;
        let next = now.saturating_add(wait_after(mail.failures.saturating_add(1))).unwrap_or(now);
        Ok(self.stores().notices_failed(&by, &mail.notices, next).await?)
    }

    /// How the mail server is. While it is away, what is due stays due.
    pub fn mail_server_is(&self, answers: bool) {
        let now = self.now();
        let mut figures = self.mail_counts();
        figures.server = match (answers, figures.server) {
            (true, _) => MailServer::Answers,
            (false, MailServer::Away { since }) => MailServer::Away { since },
            (false, _) => MailServer::Away { since: now },
        };
    }

    /// How mail fares, for whoever watches over the program.
    pub fn mail_figures(&self) -> MailFigures {
        *self.mail_counts()
    }
}
