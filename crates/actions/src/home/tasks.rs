//! What there is for somebody to do: one list, worked out from what holds and stored nowhere.

use policy::rules::viewing::HOLDS_FOR;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::known::published_policies::Text;

impl Desk {
    /// Everything that there is for the actor to do, the pressing things first, then the earliest.
    pub(crate) async fn tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut tasks = self.signing_tasks(actor).await?;
        for line in self.queue_of(actor) {
            tasks.push(Task {
                kind: TaskKind::Decide { request: line.id },
                title: format!("Decide: {}", line.title),
                detail: format!("{} asks for {}: {}", line.asker.name, line.recipient_words, line.scope_words),
                date: TaskDate::new(line.due, line.asked_at),
                urgent: false,
            });
        }
        tasks.extend(self.consent_tasks(actor));
        tasks.extend(self.standing_consent_tasks(actor));
        tasks.extend(self.accepting_tasks(actor));
        tasks.extend(self.draft_tasks(actor).await?);
        tasks.extend(self.owner_tasks(actor).await?);
        tasks.extend(self.report_tasks(actor));
        tasks.extend(self.receipt_tasks(actor));
        tasks.extend(self.review_tasks(actor));
        tasks.extend(self.check_tasks(actor).await?);
        tasks.extend(self.entry_tasks(actor).await?);
        tasks.extend(self.entries_to_sign(actor).await?);
        tasks.sort_by_key(|task| (!task.urgent, task.date.at()));
        Ok(tasks)
    }

    async fn draft_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut tasks = Vec::new();
        for draft in self.visible_drafts(actor).await? {
            let at = draft.uploaded_at;
            let page = self.draft_page(actor, draft).await?;
            let Some(kind) = page.asks else { continue };
            let title = match &kind {
                TaskKind::Approve { .. } => format!("Approve the new text of '{}'", page.title),
                TaskKind::Publish { .. } => format!("Publish the new text of '{}'", page.title),
                _ => format!("Correct your draft of '{}'", page.title),
            };
            tasks.push(Task { kind, title, detail: page.summary, date: TaskDate::Since(at), urgent: false });
        }
        Ok(tasks)
    }

    /// Policies of the actor's that are due for review.
    fn review_tasks(&self, actor: &Authorised) -> Vec<Task> {
        let (published_policies, now) = (self.published_policies(), self.now());
        let review = |text: &Text| {
            let document = &text.document;
            let since = self.review_comes(&published_policies, text).filter(|since| *since <= now)?;
            actor.holds(document.owner).then(|| Task {
                kind: TaskKind::Review { policy: document.id.clone(), version: text.record.id },
                title: format!("Review '{}'", document.title),
                detail: "Its review is due. Publish it with the date of this review and of the next.".to_owned(),
                date: TaskDate::Since(since),
                urgent: false,
            })
        };
        published_policies.currents().filter_map(review).collect()
    }

    async fn owner_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut reading = self.stores().read(actor).await?;
        let declines = if self.may(actor, Verb::AnswerDecline) { reading.open_declines().await? } else { Vec::new() };
        let viewings = if self.may(actor, Verb::SecondViewing) {
            reading.unseconded_viewings(self.now() - HOLDS_FOR).await?
        } else {
            Vec::new()
        };
        drop(reading);
        let mut tasks = Vec::new();
        for decline in declines {
            if self.owns(actor, &decline.policy) {
                let line = self.decline_line(actor, decline);
                tasks.push(Task {
                    kind: TaskKind::ReadDecline { decline: line.id },
                    title: format!("{} can't agree to '{}'", line.person.name, line.title),
                    detail: line.reason,
                    date: TaskDate::Since(line.at),
                    urgent: false,
                });
            }
        }
        for viewing in viewings.iter().filter(|viewing| self.awaits(actor, viewing)) {
            let line = self.viewing_line(actor, viewing);
            tasks.push(Task {
                kind: TaskKind::SecondViewing { viewing: line.id },
                title: format!("{} asks to look at monitored data", line.viewer.name),
                detail: line.purpose,
                date: TaskDate::Since(line.asked_at),
                urgent: false,
            });
        }
        Ok(tasks)
    }
}
