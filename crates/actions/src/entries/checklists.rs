//! Whether the checklist was written that the clause wants before what an entry tells of.

use policy::rules::registers::checklists;
use records::{EntryRecord, Reading};

use crate::desk::desk_state::Desk;
use crate::known::published_policies::KnownRegister;

impl Desk {
    /// Whether the checklist was written that an entry wants; `None`: it wants none.
    pub(crate) async fn has_checklist(
        &self,
        reading: &mut Reading,
        known: KnownRegister<'_>,
        record: &EntryRecord,
    ) -> Result<Option<bool>, records::Error> {
        let wanted = checklists::wanted(known.register, &record.entry.answers, self.time_zone());
        let Some(wanted) = wanted else { return Ok(None) };
        let of = (&known.text.document.id, wanted.kept_in);
        let written = reading.entries_written(of, &wanted.written).await?;
        for checklist in &written {
            if wanted.is(&checklist.entry) && wanted.stood(&reading.entry_lines(checklist.entry.id).await?) {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }
}
