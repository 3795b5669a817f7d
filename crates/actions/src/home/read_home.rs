//! Home: what there is for you to do.

use crate::cases::requests::request_lines::GrantLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::desk::task::Task;
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
        let tasks = self.tasks(&actor).await?;
        let grants = self.my_grants(&actor).await?;
        let sanctions = self.stores().read(&actor).await?.sanctions_of(actor.person).await?;
        let withdrawn = sanctions.into_iter().find(|sanction| sanction.is_in_force(self.now()));
        let withdrawn = withdrawn.map(|sanction| self.sanction_line(&actor, sanction));
        let (_, owed) = self.agreements_about(&actor, actor.person).await?;
        let waits_for_parent = self.waits_for_parent(&owed);
        let news = self.news(&actor).await?;
        Ok(Home { tasks, grants, withdrawn, waits_for_parent, news })
    }
}
