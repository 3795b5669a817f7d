//! The school's own accounts, and who may post there or manages them, as far as this is shown to whoever looks.

use domain::{FormField, KeptEntries};
use policy::rules::registers;
use records::{EntryRecord, OpenAt};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::ReadError;
use crate::entries::entry_lines::{EntryStanding, RegisterCard, register_card};
use crate::known::entry_standing::standing;

/// The accounts of one register.
#[derive(Debug, Clone)]
pub struct OfficialAccounts {
    pub card: RegisterCard,
    /// The labels of the fields that the clause lets others be shown.
    pub fields: Vec<String>,
    /// What each account says in these fields, as far as it says something, with their labels.
    pub rows: Vec<Vec<(String, String)>>,
}

impl Desk {
    /// The school's own accounts, by each register of them that the actor keeps or is shown. Whoever keeps one and is not shown
    /// it does not see what names them, as in the register itself.
    pub async fn official_accounts(&self, actor: &Actor) -> Result<Vec<OfficialAccounts>, ReadError> {
        let actor = self.authorise(actor, Verb::InTouch)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let mut accounts = Vec::new();
        for known in published_policies.registers().filter(|known| registers::lists_accounts(known.register)) {
            let reader = self.register_reader(&actor, known.register);
            let is_shown = self.is_shown_register(&actor, known);
            if !is_shown && reader.keeps != KeptEntries::All {
                continue;
            }
            let open = OpenAt { at: self.now(), outlast_grants: false };
            let records = reading.open_entries(known.id(), open).await?;
            let row = |record: &EntryRecord| {
                let holds = standing(known.register, record, self.now()) == EntryStanding::Holds;
                let is_read = holds && (is_shown || reader.reads(&record.entry));
                let shown = registers::shown_answers(known.register, &record.entry.answers).filter(|_| is_read)?;
                Some(self.answers_in_order(&actor, known.register, &shown))
            };
            accounts.push(OfficialAccounts {
                rows: records.iter().filter_map(row).collect(),
                fields: registers::shown_fields(known.register).into_iter().map(FormField::label).collect(),
                card: register_card(&actor, known, &reader),
            });
        }
        Ok(accounts)
    }
}
