//! What the gate starts from when the records are away: the directory of people, the published policies' texts.

use std::io;
use std::path::Path;
use std::sync::Arc;

use domain::{Directory, PolicyId, Roles, Version};
use files::{Readers, replace};
use policy::{Published, Rules, Source};
use serde::{Deserialize, Serialize};

use crate::desk::desk_state::Desk;

const DIRECTORY: &str = "directory.json";
const POLICIES: &str = "policies";
const MANIFEST: &str = "published.json";
const ROLES: &str = "roles.toml";

/// One published policy on disk.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    policy: PolicyId,
    version: Version,
    file: String,
}

/// Why the last known state could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("'{file}' of the data folder can't be read: {cause}")]
    File { file: String, cause: io::Error },
    #[error("'{file}' of the data folder is not what it should be: {cause}")]
    Content { file: String, cause: String },
}

/// The rules and the people that the gate knew last, for starting it while the records can't be reached.
///
/// # Errors
/// Files that are missing or can't be read: then nothing is known.
pub fn last_known(data: &Path, facts: &policy::SchoolFacts) -> Result<(Rules, Directory), SnapshotError> {
    let read = |file: &str| {
        std::fs::read(data.join(file)).map_err(|cause| SnapshotError::File { file: file.to_owned(), cause })
    };
    let wrong = |file: &str, cause: &dyn std::fmt::Display| SnapshotError::Content {
        file: file.to_owned(),
        cause: cause.to_string(),
    };
    let directory: Directory = serde_json::from_slice(&read(DIRECTORY)?).map_err(|cause| wrong(DIRECTORY, &cause))?;
    let roles = roles_on_disk(data)?;
    let manifest = format!("{POLICIES}/{MANIFEST}");
    let kept: Vec<Kept> = serde_json::from_slice(&read(&manifest)?).map_err(|cause| wrong(&manifest, &cause))?;
    let mut published = Vec::new();
    for policy in kept {
        let file = format!("{POLICIES}/{}", policy.file);
        let text = String::from_utf8(read(&file)?).map_err(|cause| wrong(&file, &cause))?;
        let (document, problems) = policy::parse(&Source::new(policy.file, text), &roles);
        let document = document.ok_or_else(|| {
            wrong(&file, &problems.first().map(|problem| problem.message.clone()).unwrap_or_default())
        })?;
        published.push(Published { document: Arc::new(document), version: policy.version });
    }
    Ok((Rules::compile(&published, facts), directory))
}

/// The roles by which the texts on disk are read; a folder from before a school could have its own has the ready ones.
fn roles_on_disk(data: &Path) -> Result<Arc<Roles>, SnapshotError> {
    match std::fs::read_to_string(data.join(ROLES)) {
        Ok(text) => Roles::parse(&text)
            .map(Arc::new)
            .map_err(|cause| SnapshotError::Content { file: ROLES.to_owned(), cause: cause.to_string() }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Roles::ready().clone()),
        Err(cause) => Err(SnapshotError::File { file: ROLES.to_owned(), cause }),
    }
}

impl Desk {
    /// Waits until what the gate would start from is on the disk.
    pub async fn flush(&self) {
        if let Err(error) = self.save().await {
            tracing::error!(%error, "what the gate starts from could not be saved");
        }
    }

    pub(crate) async fn save(&self) -> io::Result<()> {
        let _one_at_a_time = self.saving().lock().await;
        let (directory, published_policies, roles, data) =
            (self.directory(), self.published_policies(), self.roles(), self.data().to_owned());
        let task = tokio::task::spawn_blocking(move || {
            replace(&data.join(ROLES), roles.to_toml().as_bytes(), Readers::Owner)?;
            replace(&data.join(DIRECTORY), &serde_json::to_vec(&*directory)?, Readers::Owner)?;
            let folder = data.join(POLICIES);
            files::create_private_folder(&folder)?;
            let mut kept = Vec::new();
            for text in published_policies.currents() {
                let file = format!("{}-{}.md", text.record.policy, text.version());
                if !folder.join(&file).exists() {
                    replace(&folder.join(&file), text.record.text.as_bytes(), Readers::Owner)?;
                }
                kept.push(Kept { policy: text.record.policy.clone(), version: text.version(), file });
            }
            replace(&folder.join(MANIFEST), &serde_json::to_vec_pretty(&kept)?, Readers::Owner)?;
            remove_others(&folder, &kept)
        });
        task.await.map_err(io::Error::other)?
    }

    /// Saves in the background after every change, until the school is let go.
    pub(crate) fn save_whenever_it_changes(&self) {
        let (mut directory, mut rules) = (self.watch_directory(), self.watch_rules());
        let school = self.downgrade();
        tokio::spawn(async move {
            loop {
                let changed = tokio::select! {
                    changed = directory.changed() => changed,
                    changed = rules.changed() => changed,
                };
                let (Ok(()), Some(school)) = (changed, school.upgrade()) else { return };
                directory.mark_unchanged();
                rules.mark_unchanged();
                school.flush().await;
            }
        });
    }
}

/// Texts of versions that no longer hold go; the records keep them all.
fn remove_others(folder: &Path, kept: &[Kept]) -> io::Result<()> {
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
