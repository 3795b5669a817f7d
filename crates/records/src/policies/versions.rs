//! Texts of policies: drafts, what was approved, what was published.

use domain::{PersonId, PolicyId, Role, Version, VersionId};
use jiff::Timestamp;

use crate::engine::query::{Row, query};
use crate::engine::values::{maybe_millis, millis};
use crate::error::Error;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// A draft is approved by every role that must, then published; a newer draft of the same policy supersedes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionState {
    Draft,
    Approved,
    Published,
    Superseded,
}

impl VersionState {
    fn name(self) -> &'static str {
        match self {
            VersionState::Draft => "draft",
            VersionState::Approved => "approved",
            VersionState::Published => "published",
            VersionState::Superseded => "superseded",
        }
    }
}

impl std::str::FromStr for VersionState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [VersionState::Draft, VersionState::Approved, VersionState::Published, VersionState::Superseded]
            .into_iter()
            .find(|state| state.name() == text)
            .ok_or_else(|| "it is no state of a version".to_owned())
    }
}

/// One text of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRecord {
    pub id: VersionId,
    pub policy: PolicyId,
    /// 0 until it is published.
    pub number: Version,
    pub state: VersionState,
    pub file_name: String,
    pub text: String,
    /// SHA-256 of the text, in lower-case hexadecimal.
    pub text_hash: String,
    /// A minor correction keeps the signatures that the version before it had.
    pub minor: bool,
    /// What changed, in the uploader's words.
    pub summary: String,
    pub uploaded_by: PersonId,
    pub uploaded_at: Timestamp,
    pub published_by: Option<PersonId>,
    pub published_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub role: Role,
    pub person: PersonId,
    pub at: Timestamp,
}

fn version_row(row: &Row) -> Result<VersionRecord, Error> {
    Ok(VersionRecord {
        id: row.word("id")?,
        policy: PolicyId(row.text("policy")?),
        number: Version(u32::try_from(row.number("number")?).unwrap_or_default()),
        state: row.word("state")?,
        file_name: row.text("file_name")?,
        text: row.text("text")?,
        text_hash: row.text("text_hash")?,
        minor: row.flag("minor")?,
        summary: row.text("summary")?,
        uploaded_by: row.word("uploaded_by")?,
        uploaded_at: row.time("uploaded_at")?,
        published_by: row.maybe_word("published_by")?,
        published_at: row.maybe_time("published_at")?,
    })
}

impl Reading {
    /// Every published version of every policy, in the order of their numbers.
    pub async fn published_versions(&mut self) -> Result<Vec<VersionRecord>, Error> {
        let rows = query("SELECT * FROM versions WHERE number > 0 ORDER BY policy, number")
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(version_row).collect()
    }

    /// Drafts, approved or not, that are neither published nor superseded; newest first.
    pub async fn drafts(&mut self) -> Result<Vec<VersionRecord>, Error> {
        let rows =
            query("SELECT * FROM versions WHERE state IN ('draft', 'approved') ORDER BY uploaded_at DESC, id DESC")
                .fetch_all(self.transaction())
                .await?;
        rows.iter().map(version_row).collect()
    }

    pub async fn version(&mut self, id: VersionId) -> Result<Option<VersionRecord>, Error> {
        let row = query("SELECT * FROM versions WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(version_row).transpose()
    }

    pub async fn published(&mut self, policy: &PolicyId, number: Version) -> Result<Option<VersionRecord>, Error> {
        let row = query("SELECT * FROM versions WHERE policy = ? AND number = ? AND number > 0")
            .bind(&policy.0)
            .bind(i64::from(number.0))
            .fetch_optional(self.transaction())
            .await?;
        row.as_ref().map(version_row).transpose()
    }

    pub async fn approvals(&mut self, version: VersionId) -> Result<Vec<Approval>, Error> {
        let rows = query("SELECT * FROM approvals WHERE version = ? ORDER BY at, role")
            .bind(version.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter()
            .map(|row| Ok(Approval { role: row.role("role")?, person: row.word("person")?, at: row.time("at")? }))
            .collect()
    }
}

impl Change {
    /// A new draft. Drafts of the same policy that were waiting are superseded.
    pub async fn add_draft(&mut self, draft: &VersionRecord) -> Result<(), Error> {
        query("UPDATE versions SET state = 'superseded' WHERE policy = ? AND state IN ('draft', 'approved')")
            .bind(&draft.policy.0)
            .execute(self.transaction())
            .await?;
        query(
            "INSERT INTO versions (id, policy, number, state, file_name, text, text_hash, minor, summary, \
             uploaded_by, uploaded_at, published_by, published_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(draft.id.to_string())
        .bind(&draft.policy.0)
        .bind(i64::from(draft.number.0))
        .bind(draft.state.name())
        .bind(&draft.file_name)
        .bind(&draft.text)
        .bind(&draft.text_hash)
        .bind(draft.minor)
        .bind(&draft.summary)
        .bind(draft.uploaded_by.to_string())
        .bind(millis(draft.uploaded_at))
        .bind(draft.published_by.map(|person| person.to_string()))
        .bind(maybe_millis(draft.published_at))
        .execute(self.transaction())
        .await?;
        Ok(())
    }

    /// `false` where the role had approved it before. The approval of whoever uploaded it gives way to somebody else's in
    /// the same role.
    pub async fn add_approval(&mut self, version: VersionId, role: Role, person: PersonId) -> Result<bool, Error> {
        let at = millis(self.at());
        let done = query(
            "INSERT INTO approvals (version, role, person, at) VALUES (?, ?, ?, ?) \
             ON CONFLICT (version, role) DO UPDATE SET person = excluded.person, at = excluded.at \
             WHERE approvals.person <> excluded.person \
             AND approvals.person = (SELECT uploaded_by FROM versions WHERE id = excluded.version)",
        )
        .bind(version.to_string())
        .bind(role.name())
        .bind(person.to_string())
        .bind(at)
        .execute(self.transaction())
        .await?;
        Ok(done == 1)
    }

    /// `false` where it was no longer a draft.
    pub async fn mark_approved(&mut self, version: VersionId) -> Result<bool, Error> {
        let done = query("UPDATE versions SET state = 'approved' WHERE id = ? AND state = 'draft'")
            .bind(version.to_string())
            .execute(self.transaction())
            .await?;
        Ok(done == 1)
    }

    /// Gives the version the number that follows its policy's last. `None` where it was published or superseded
    /// before.
    pub async fn mark_published(&mut self, version: VersionId, by: PersonId) -> Result<Option<Version>, Error> {
        let at = millis(self.at());
        let row = query(
            "UPDATE versions SET state = 'published', published_by = ?2, published_at = ?3, number = \
             1 + (SELECT coalesce(max(other.number), 0) FROM versions AS other WHERE other.policy = versions.policy) \
             WHERE id = ?1 AND state IN ('draft', 'approved') RETURNING number",
        )
        .bind(version.to_string())
        .bind(by.to_string())
        .bind(at)
        .fetch_optional(self.transaction())
        .await?;
        let number = row.map(|row| row.number("number")).transpose()?;
        Ok(number.map(|number| Version(u32::try_from(number).unwrap_or(u32::MAX))))
    }
}
