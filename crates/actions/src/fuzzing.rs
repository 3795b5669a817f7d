//! What the fuzz targets need and nobody else may use: a list of people, read without a school around it.

use crate::desk::csv_table::{ImportFile, ImportProblem};
use crate::people::roster;

/// What is wrong with a list of people.
pub fn read_people(name: &str, bytes: &[u8]) -> Vec<ImportProblem> {
    roster::read(&[ImportFile { name: name.to_owned(), bytes: bytes.to_vec() }], domain::Roles::ready()).problems
}
