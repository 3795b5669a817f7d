//! Home: what there is for you to do.

use policy::rules::viewing::HOLDS_FOR;

use crate::cases::request_lines::GrantLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::task::{Task, TaskKind};
use crate::notices::news::News;
use crate::registers::sanctions::SanctionLine;
use crate::signing::ask_parent_again::WaitsForParent;

#[derive(Debug, Clone)]
pub struct Home {
    pub tasks: Vec<Task>,
    /// Grants that the actor asked for or that are for them.
    pub grants: Vec<GrantLine>,
    /// The sanction that withdraws their access.
    pub withdrawn: Option<SanctionLine>,
    /// What the actor has signed and a parent has not.
    pub waits_for_parent: Vec<WaitsForParent>,
    /// What they were told and have not read, beyond the tasks.
    pub news: Vec<News>,
}

impl Desk {
    /// What there is for the actor to do, the pressing things first.
    pub async fn home(&self, actor: &Actor) -> Result<Home, ReadError> {
        let actor = self.authorise(actor, Verb::Home)?;
        let mut tasks = self.signing_tasks(&actor).await?;
        for line in self.queue_of(&actor).await? {
            tasks.push(Task {
                kind: TaskKind::Decide { request: line.id },
                title: format!("Decide: {}", line.title),
                detail: format!("{} asks for {}: {}", line.asker.name, line.recipient_words, line.scope_words),
                date: Some(line.asked_at),
                urgent: false,
            });
        }
        for line in self.countersigning(&actor) {
            tasks.push(Task {
                kind: TaskKind::Countersign { agreement: line.id },
                title: format!("Accept the signature of {}", line.signer.name),
                detail: format!("'{}', version {}", line.title, line.version),
                date: Some(line.signed_at),
                urgent: false,
            });
        }
        tasks.extend(self.draft_tasks(&actor).await?);
        tasks.extend(self.owner_tasks(&actor).await?);
        tasks.extend(self.take_up_tasks(&actor).await?);
        tasks.sort_by_key(|task| (!task.urgent, task.date));
        let grants = self.my_grants(&actor).await?;
        let sanctions = self.stores().read(&actor).await?.sanctions_of(actor.person).await?;
        let withdrawn = sanctions.into_iter().find(|sanction| sanction.is_in_force(self.now()));
        let withdrawn = withdrawn.map(|sanction| self.sanction_line(&actor, sanction));
        let (_, owed) = self.agreements_about(&actor, actor.person).await?;
        let waits_for_parent = self.waits_for_parent(&owed);
        let news = self.news(&actor).await?;
        Ok(Home { tasks, grants, withdrawn, waits_for_parent, news })
    }

    async fn draft_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut tasks = Vec::new();
        for draft in self.visible_drafts(actor).await? {
            let (id, at, own) = (draft.id, draft.uploaded_at, draft.uploaded_by == actor.person);
            let page = self.draft_page(actor, draft).await?;
            let (kind, title) = if !page.may_approve.is_empty() {
                (TaskKind::Approve { version: id }, format!("Approve the new text of '{}'", page.title))
            } else if page.may_publish {
                (TaskKind::Publish { version: id }, format!("Publish the new text of '{}'", page.title))
            } else if own && !page.problems.is_empty() {
                (TaskKind::Mend { version: id }, format!("Correct your draft of '{}'", page.title))
            } else {
                continue;
            };
            tasks.push(Task { kind, title, detail: page.summary, date: Some(at), urgent: false });
        }
        Ok(tasks)
    }

    async fn owner_tasks(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let mut reading = self.stores().read(actor).await?;
        let declines = reading.open_declines().await?;
        let viewings = reading.unseconded_viewings(self.now() - HOLDS_FOR).await?;
        drop(reading);
        let mut tasks = Vec::new();
        for decline in declines {
            if self.owns(actor, &decline.policy) {
                let line = self.decline_line(actor, decline);
                tasks.push(Task {
                    kind: TaskKind::ReadDecline { decline: line.id },
                    title: format!("{} can't agree to '{}'", line.person.name, line.title),
                    detail: line.reason,
                    date: Some(line.at),
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
                date: Some(line.asked_at),
                urgent: false,
            });
        }
        Ok(tasks)
    }
}
