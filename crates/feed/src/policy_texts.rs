//! The published policies' texts on disk: a folder of Markdown files, a list of which of them hold, and the roles that
//! they name.

use std::io;
use std::path::Path;

use domain::{PolicyId, Roles, Version};
use serde::{Deserialize, Serialize};

pub(crate) const FOLDER: &str = "policies";
/// The roles by which the texts are read.
pub(crate) const ROLES: &str = "roles.toml";
pub(crate) const LIST: &str = "published.json";

/// A published policy's text, as it holds.
#[derive(Debug, Clone, Copy)]
pub struct PolicyText<'t> {
    pub policy: &'t PolicyId,
    pub version: Version,
    pub text: &'t str,
}

/// One published policy on disk.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoredText {
    pub policy: PolicyId,
    pub version: Version,
    pub file: String,
}

/// Keeps the texts that hold in the place of those that held before; the records keep every version.
///
/// # Errors
/// A folder or a disk that can't be written. The list then still names the texts that it named.
pub fn save_policies(data: &Path, roles: &Roles, texts: &[PolicyText<'_>]) -> io::Result<()> {
    files::replace(&data.join(ROLES), roles.to_toml().as_bytes(), files::Readers::Owner)?;
    let folder = data.join(FOLDER);
    files::create_private_folder(&folder)?;
    let mut kept = Vec::new();
    for text in texts {
        let file = format!("{}-{}.md", text.policy, text.version);
        if !folder.join(&file).exists() {
            files::replace(&folder.join(&file), text.text.as_bytes(), files::Readers::Owner)?;
        }
        kept.push(StoredText { policy: text.policy.clone(), version: text.version, file });
    }
    files::replace(&folder.join(LIST), &serde_json::to_vec_pretty(&kept)?, files::Readers::Owner)?;
    remove_others(&folder, &kept)
}

fn remove_others(folder: &Path, kept: &[StoredText]) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_old =
            name.to_str().is_some_and(|name| name.ends_with(".md") && !kept.iter().any(|kept| kept.file == name));
        if is_old {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
