//! Sends what people are to be told by mail, when it is due.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use actions::Desk;
use domain::Clock;
use mail::{NotSent, OutgoingMail, Sender};
use tokio_util::sync::CancellationToken;

use super::{TICK, schedule};

/// How long a mail server that is away is left alone at the most.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// Asks the desk what is due by mail, and hands it to the mail server.
pub struct MailDelivery {
    desk: Desk,
    sender: Sender,
    clock: Arc<dyn Clock>,
    pause: Duration,
}

impl MailDelivery {
    pub fn new(desk: Desk, sender: Sender, clock: Arc<dyn Clock>) -> MailDelivery {
        MailDelivery { desk, sender, clock, pause: TICK }
    }

    /// Does it until the program stops.
    pub async fn keep(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        self.look_at_server().await;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(self.until_next().await) => {}
            }
            self.send_due(&stop).await;
        }
    }

    /// Until the next mail is due; while the mail server is away, until it is tried again.
    async fn until_next(&self) -> Duration {
        let next = self.desk.next_mail().await.ok().flatten();
        if self.pause > TICK { self.pause } else { schedule::pause(next, self.clock.now(), TICK) }
    }

    /// Whether the mail server can be used. Where it can't, it is left alone for twice as long each time.
    async fn look_at_server(&mut self) -> bool {
        match self.sender.check().await {
            Ok(()) => {
                self.desk.mail_server_is(true);
                true
            }
            Err(error) => {
                self.leave_alone(&error);
                false
            }
        }
    }

    fn leave_alone(&mut self, error: &NotSent) {
        tracing::warn!(error = error as &dyn Error, "no mail is sent for now; what is due is sent later");
        self.desk.mail_server_is(false);
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }

    /// Sends what is due. A mail that is begun is ended, so that one that was taken is marked as sent.
    async fn send_due(&mut self, stop: &CancellationToken) {
        let due = match self.desk.due_mail().await {
            Ok(due) => due,
            Err(error) => {
                return tracing::warn!(error = &error as &dyn Error, "it is not known which mail is due");
            }
        };
        let is_away = self.pause > TICK;
        if (due.is_empty() && !is_away) || !self.look_at_server().await {
            return;
        }
        // It answers again, and nothing is due that would show whether it takes mail.
        if due.is_empty() {
            self.pause = TICK;
        }
        for mail in due {
            if stop.is_cancelled() {
                return;
            }
            let outgoing = OutgoingMail { to: &mail.to, urgent: mail.urgent, id: mail.id(), at: self.clock.now() };
            let noted = match self.sender.send(&outgoing).await {
                Ok(()) => self.desk.mail_sent(&mail).await,
                Err(error @ (NotSent::Away(_) | NotSent::Silent)) => return self.leave_alone(&error),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn Error, "a mail was not taken; it is tried again");
                    self.desk.mail_failed(&mail).await
                }
            };
            self.pause = TICK;
            if let Err(error) = noted {
                return tracing::warn!(error = &error as &dyn Error, "what came of a mail could not be noted");
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
