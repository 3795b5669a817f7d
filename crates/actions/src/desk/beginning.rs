//! A school is begun once, on purpose. Where one was begun before, records that are missing are an accident to put right,
//! never a reason to begin an empty school in their place.

use std::path::Path;

use crate::desk::desk_state::{Desk, OpenError, Opening};
use crate::desk::secrets::keys;
use crate::desk::stores::Stores;

/// The file in which the ledger's last entry is noted.
pub(crate) const LEDGER_HEAD: &str = "ledger-head";

/// What a school leaves in its data folder besides its records.
const TRACES: [&str; 5] = [keys::KEY, LEDGER_HEAD, "directory.json", "policies", "records.sqlite"];

/// What shows that a school was begun in this folder.
pub(crate) fn traces(data: &Path) -> Vec<&'static str> {
    TRACES.into_iter().filter(|trace| data.join(trace).exists()).collect()
}

impl Desk {
    /// Whether a school was begun in this folder, its records there or not.
    pub fn was_begun(data: &Path) -> bool {
        !traces(data).is_empty()
    }

    /// Begins a school, without people or policies, and opens it.
    ///
    /// # Errors
    /// [`OpenError::BegunAlready`] where one was begun in the folder, or where the records' address leads to records.
    pub async fn begin(opening: Opening) -> Result<Desk, OpenError> {
        let data = &opening.data;
        let found = traces(data);
        if !found.is_empty() {
            return Err(OpenError::BegunAlready { path: data.clone(), found: found.join(", ") });
        }
        files::create_private_folder(data).map_err(|cause| OpenError::Folder { path: data.clone(), cause })?;
        Stores::begin(data, &opening.settings.records).await?;
        Desk::open(opening).await
    }
}
