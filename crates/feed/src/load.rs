//! Reading back what a gate went by last.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use domain::{PersonId, Roles};
use policy::{Published, Rules, SchoolFacts, Source};
use serde::Deserialize;

use crate::Feed;
use crate::directory::{Directory, Member};
use crate::lines::{self, Line};
use crate::policy_texts::{FOLDER, LIST, ROLES, StoredText};
use crate::saved::{base_name, bases, deltas_name};

/// The whole directory in one file, as programs before 0.2 kept it.
pub(crate) const WHOLE: &str = "directory.json";

/// Why the last known state could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("'{file}' of the data folder can't be read: {cause}")]
    File { file: String, cause: io::Error },
    #[error("'{file}' of the data folder is not what it should be: {cause}")]
    Content { file: String, cause: String },
}

/// The rules and the people that a gate knew last, for starting it while the records can't be reached.
///
/// # Errors
/// Files that are missing or can't be read: then nothing is known.
pub fn load(data: &Path, facts: &SchoolFacts) -> Result<Feed, LoadError> {
    Ok(Feed { rules: Arc::new(rules(data, facts)?), directory: Arc::new(directory(data)?) })
}

fn read(data: &Path, file: &str) -> Result<Vec<u8>, LoadError> {
    std::fs::read(data.join(file)).map_err(|cause| LoadError::File { file: file.to_owned(), cause })
}

fn wrong(file: &str, cause: &dyn std::fmt::Display) -> LoadError {
    LoadError::Content { file: file.to_owned(), cause: cause.to_string() }
}

fn rules(data: &Path, facts: &SchoolFacts) -> Result<Rules, LoadError> {
    let roles = roles(data)?;
    let list = format!("{FOLDER}/{LIST}");
    let kept: Vec<StoredText> = serde_json::from_slice(&read(data, &list)?).map_err(|cause| wrong(&list, &cause))?;
    let mut published = Vec::new();
    for policy in kept {
        let file = format!("{FOLDER}/{}", policy.file);
        let text = String::from_utf8(read(data, &file)?).map_err(|cause| wrong(&file, &cause))?;
        let (document, problems) = policy::parse(&Source::new(policy.file, text), &roles);
        let document = document.ok_or_else(|| {
            wrong(&file, &problems.first().map(|problem| problem.message.clone()).unwrap_or_default())
        })?;
        published.push(Published { document: Arc::new(document), version: policy.version });
    }
    Ok(Rules::compile(&published, facts))
}

/// A folder from before a school could have roles of its own has the ready ones.
fn roles(data: &Path) -> Result<Arc<Roles>, LoadError> {
    match std::fs::read_to_string(data.join(ROLES)) {
        Ok(text) => Roles::parse(&text).map(Arc::new).map_err(|cause| wrong(ROLES, &cause)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(Roles::ready().clone()),
        Err(cause) => Err(LoadError::File { file: ROLES.to_owned(), cause }),
    }
}

fn directory(data: &Path) -> Result<Directory, LoadError> {
    let numbers = bases(data).map_err(|cause| LoadError::File { file: ".".to_owned(), cause })?;
    let Some(number) = numbers.first() else { return whole(data) };
    let file = base_name(*number);
    let (mut directory, mut ended) = (Directory::default(), None);
    let (base, damaged) = lines::read(&read(data, &file)?);
    for line in base {
        if let Line::End { people } = &line {
            ended = Some(*people);
        }
        line.apply(&mut directory);
    }
    if damaged > 0 || ended != Some(directory.len()) {
        return Err(wrong(&file, &"some of its lines are missing or changed"));
    }
    // No file of changes: the program ended before the first.
    match std::fs::read(data.join(deltas_name(*number))) {
        Ok(deltas) => {
            let (lines, damaged) = lines::read(&deltas);
            for line in lines {
                line.apply(&mut directory);
            }
            if damaged > 0 {
                tracing::error!(
                    damaged,
                    "changes to what the gate knows of people are damaged on the disk and left out"
                );
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => return Err(LoadError::File { file: deltas_name(*number), cause }),
    }
    Ok(directory)
}

#[derive(Deserialize)]
struct Whole {
    people: HashMap<PersonId, Member>,
    by_username: HashMap<String, PersonId>,
    by_address: HashMap<IpAddr, Vec<PersonId>>,
}

fn whole(data: &Path) -> Result<Directory, LoadError> {
    let mut whole: Whole = serde_json::from_slice(&read(data, WHOLE)?).map_err(|cause| wrong(WHOLE, &cause))?;
    let mut directory = Directory::default();
    for (username, person) in whole.by_username {
        if let Some(member) = whole.people.remove(&person) {
            directory.insert(person, &username, member);
        }
    }
    for (address, people) in whole.by_address {
        directory.set_address(address, people);
    }
    Ok(directory)
}
