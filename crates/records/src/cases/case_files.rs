//! Files of cases: what is known of each, and its content in a table of its own.

use domain::{CaseId, KeptFile};

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::integrity::canonical::sha256;
use crate::store::change::Change;
use crate::store::reading::Reading;

fn file_row(row: &Row) -> Result<KeptFile, Error> {
    Ok(KeptFile {
        id: row.word("id")?,
        case: row.word("case_id")?,
        name: row.text("name")?,
        is: row.word("type")?,
        bytes: u64::try_from(row.number("bytes")?).unwrap_or_default(),
        sha256: row.text("sha256")?,
        added_by: row.word("added_by")?,
        added_at: row.time("added_at")?,
    })
}

impl Reading {
    /// The files of a case, in the order in which they were added, without their content.
    pub async fn case_files(&mut self, case: CaseId) -> Result<Vec<KeptFile>, Error> {
        let rows = query("SELECT * FROM case_files WHERE case_id = ? ORDER BY added_at, id")
            .bind(case.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(file_row).collect()
    }

    /// The content of a file, as it was added.
    ///
    /// # Errors
    /// [`Error::AlteredFile`] where what is kept is not what was added.
    pub async fn case_file_content(&mut self, file: &KeptFile) -> Result<Vec<u8>, Error> {
        let row = query("SELECT content FROM case_file_contents WHERE file = ?")
            .bind(file.id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        let content = row.map(|row| row.bytes("content")).transpose()?;
        content.filter(|content| sha256(content) == file.sha256).ok_or(Error::AlteredFile { file: file.id })
    }
}

impl Change {
    /// Keeps a file of a case with its content.
    pub async fn add_case_file(&mut self, file: &KeptFile, content: Vec<u8>) -> Result<(), Error> {
        query(
            "INSERT INTO case_files (id, case_id, name, type, bytes, sha256, added_by, added_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(file.id.to_string())
        .bind(file.case.to_string())
        .bind(&file.name)
        .bind(file.is.name())
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(&file.sha256)
        .bind(file.added_by.to_string())
        .bind(millis(file.added_at))
        .execute(self.transaction())
        .await?;
        query("INSERT INTO case_file_contents (file, case_id, content) VALUES (?, ?, ?)")
            .bind(file.id.to_string())
            .bind(file.case.to_string())
            .bind(content)
            .execute(self.transaction())
            .await?;
        Ok(())
    }
}
