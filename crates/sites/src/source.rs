//! Finding the files that a build reads, and what category each is about.

use std::path::{Path, PathBuf};

/// A file to read and its publisher's name for what it lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListFile {
    pub path: PathBuf,
    /// The folder's name in a UT1 or squidGuard folder, else the file's name without its ending.
    pub category: String,
}

#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    #[error("{path} could not be read: {error}")]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("{path} holds no list: neither folders with 'domains' or 'urls' nor .txt, .hosts or .list files")]
    Empty { path: PathBuf },
}

/// How deep under the given folder lists are looked for: `blacklists/adult/domains` is two.
const DEEPEST: usize = 3;

/// The lists in a folder, or the one list that a file is. In a folder these are read: `domains` and `urls` files, in the
/// category of the folder that holds them; files that end in `.txt`, `.hosts` or `.list`, in the category of their name.
/// Links to folders are followed; everything else is left alone.
///
/// # Errors
/// What cannot be read, and a folder in which there is no list.
pub fn discover(path: &Path) -> Result<Vec<ListFile>, DiscoverError> {
    let mut sources = Vec::new();
    if is_folder(path)? {
        search(path, 0, &mut sources)?;
        if sources.is_empty() {
            return Err(DiscoverError::Empty { path: path.to_owned() });
        }
    } else {
        let name = stem(path);
        let category = match name.as_str() {
            "domains" | "urls" => path.canonicalize().ok().and_then(|path| path.parent().map(stem)).unwrap_or(name),
            _ => name,
        };
        sources.push(ListFile { path: path.to_owned(), category });
    }
    sources.sort();
    Ok(sources)
}

fn search(folder: &Path, depth: usize, sources: &mut Vec<ListFile>) -> Result<(), DiscoverError> {
    let unreadable = |error| DiscoverError::Unreadable { path: folder.to_owned(), error };
    for child in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = child.map_err(unreadable)?.path();
        // A link that leads nowhere is no list; what it would have held is missing in the report.
        let Ok(is_folder) = is_folder(&path) else { continue };
        if is_folder {
            if depth < DEEPEST {
                search(&path, depth + 1, sources)?;
            }
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if matches!(name, "domains" | "urls") {
            sources.push(ListFile { category: stem(folder), path });
        } else if matches!(ending, "txt" | "hosts" | "list") {
            sources.push(ListFile { category: stem(&path), path });
        }
    }
    Ok(())
}

fn is_folder(path: &Path) -> Result<bool, DiscoverError> {
    let unreadable = |error| DiscoverError::Unreadable { path: path.to_owned(), error };
    Ok(std::fs::metadata(path).map_err(unreadable)?.is_dir())
}

fn stem(path: &Path) -> String {
    let name = if path.extension().is_some_and(|ending| matches!(ending.to_str(), Some("txt" | "hosts" | "list"))) {
        path.file_stem()
    } else {
        path.file_name()
    };
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
