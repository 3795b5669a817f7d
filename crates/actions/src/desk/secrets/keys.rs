//! The school's own key, with which it signs receipts.

use std::path::Path;

use domain::Identifiers;
use ed25519_dalek::SigningKey;

use crate::desk::desk_state::OpenError;
use crate::desk::secrets::random_bytes;

/// Its file in the data folder.
pub(crate) const KEY: &str = "school.key";

/// Reads the key, or makes one where there is none: 32 bytes, readable by the file's owner alone.
pub(crate) fn load_or_make(path: &Path, source: &dyn Identifiers) -> Result<SigningKey, OpenError> {
    let wrong = |cause| OpenError::Folder { path: path.to_owned(), cause };
    match std::fs::read(path) {
        Ok(bytes) => {
            let bytes: [u8; 32] = bytes.try_into().map_err(|_| OpenError::Key { path: path.to_owned() })?;
            Ok(SigningKey::from_bytes(&bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let bytes = random_bytes(source);
            files::replace(path, &bytes, files::Readers::Owner).map_err(wrong)?;
            Ok(SigningKey::from_bytes(&bytes))
        }
        Err(error) => Err(wrong(error)),
    }
}
