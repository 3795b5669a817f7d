//! Files of cases and of requests: what is known of each, and its content in a table of its own.

use domain::{FileOf, KeptFile, TakenOutFile};

use crate::engine::query::{Row, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::integrity::canonical::sha256;
use crate::store::change::Change;
use crate::store::reading::Reading;

/// Where files stand that are kept with something: what is known of them, their contents, and the column that says with what.
struct FileTables {
    files: &'static str,
    contents: &'static str,
    key: &'static str,
    id: String,
}

impl FileTables {
    fn of(of: FileOf) -> FileTables {
        match of {
            FileOf::Case(case) => {
                FileTables { files: "case_files", contents: "case_file_contents", key: "case_id", id: case.to_string() }
            }
            FileOf::Request(request) => FileTables {
                files: "request_files",
                contents: "request_file_contents",
                key: "request",
                id: request.to_string(),
            },
        }
    }
}

fn file_row(row: &Row, of: FileOf) -> Result<KeptFile, Error> {
    Ok(KeptFile {
        id: row.word("id")?,
        of,
        name: row.text("name")?,
        is: row.word("type")?,
        bytes: u64::try_from(row.number("bytes")?).unwrap_or_default(),
        sha256: row.text("sha256")?,
        added_by: row.word("added_by")?,
        added_at: row.time("added_at")?,
    })
}

fn taken_out_row(row: &Row) -> Result<TakenOutFile, Error> {
    Ok(TakenOutFile {
        id: row.word("id")?,
        added_by: row.word("added_by")?,
        added_at: row.time("added_at")?,
        by: row.word("taken_out_by")?,
        at: row.time("taken_out_at")?,
        reason: row.text("taken_out_reason")?,
    })
}

impl Reading {
    /// The files of a case or a request, in the order in which they were added, without their content. Those that were taken
    /// out are not among them.
    pub async fn files(&mut self, of: FileOf) -> Result<Vec<KeptFile>, Error> {
        let FileTables { files, key, id, .. } = FileTables::of(of);
        let rows =
            query(format!("SELECT * FROM {files} WHERE {key} = ? AND taken_out_at IS NULL ORDER BY added_at, id"))
                .bind(id)
                .fetch_all(self.transaction())
                .await?;
        rows.iter().map(|row| file_row(row, of)).collect()
    }

    /// What is left of the files that were taken out of a case or a request, in the order in which that was done.
    pub async fn taken_out_files(&mut self, of: FileOf) -> Result<Vec<TakenOutFile>, Error> {
        let FileTables { files, key, id, .. } = FileTables::of(of);
        let rows = query(format!(
            "SELECT * FROM {files} WHERE {key} = ? AND taken_out_at IS NOT NULL ORDER BY taken_out_at, id"
        ))
        .bind(id)
        .fetch_all(self.transaction())
        .await?;
        rows.iter().map(taken_out_row).collect()
    }

    /// The content of a file, as it was added.
    ///
    /// # Errors
    /// [`Error::AlteredFile`] where what is kept is not what was added.
    pub async fn file_content(&mut self, file: &KeptFile) -> Result<Vec<u8>, Error> {
        let FileTables { contents, .. } = FileTables::of(file.of);
        let row = query(format!("SELECT content FROM {contents} WHERE file = ?"))
            .bind(file.id.to_string())
            .fetch_optional(self.transaction())
            .await?;
        let content = row.map(|row| row.bytes("content")).transpose()?;
        content.filter(|content| sha256(content) == file.sha256).ok_or(Error::AlteredFile { file: file.id })
    }
}

impl Change {
    /// Keeps a file with its content.
    pub async fn add_file(&mut self, file: &KeptFile, content: Vec<u8>) -> Result<(), Error> {
        let FileTables { files, contents, key, id } = FileTables::of(file.of);
        query(format!(
            "INSERT INTO {files} (id, {key}, name, type, bytes, sha256, added_by, added_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        ))
        .bind(file.id.to_string())
        .bind(&id)
        .bind(&file.name)
        .bind(file.is.name())
        .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
        .bind(&file.sha256)
        .bind(file.added_by.to_string())
        .bind(millis(file.added_at))
        .execute(self.transaction())
        .await?;
        query(format!("INSERT INTO {contents} (file, {key}, content) VALUES (?, ?, ?)"))
            .bind(file.id.to_string())
            .bind(&id)
            .bind(content)
            .execute(self.transaction())
            .await?;
        Ok(())
    }

    /// Takes a file out of what it is kept with: its name and its content go.
    pub async fn take_out_file(&mut self, of: FileOf, taken: &TakenOutFile) -> Result<(), Error> {
        let FileTables { files, contents, .. } = FileTables::of(of);
        query(format!("DELETE FROM {contents} WHERE file = ?"))
            .bind(taken.id.to_string())
            .execute(self.transaction())
            .await?;
        query(format!(
            "UPDATE {files} SET name = '', sha256 = '', bytes = 0, taken_out_by = ?, taken_out_at = ?, \
             taken_out_reason = ? WHERE id = ?"
        ))
        .bind(taken.by.to_string())
        .bind(millis(taken.at))
        .bind(&taken.reason)
        .bind(taken.id.to_string())
        .execute(self.transaction())
        .await?;
        Ok(())
    }
}
