//! The starter list, read plainly, to tell the categories of the sites in worked examples.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use domain::{Address, Category, CategorySet};

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub struct SiteLists(HashMap<String, Vec<(String, Category)>>);

impl SiteLists {
    pub fn read() -> SiteLists {
        let mut lists: HashMap<String, Vec<(String, Category)>> = HashMap::new();
        for category in Category::ALL {
            let path = repository().join(format!("lists/{category}.txt"));
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let (host, path) = line.split_once('/').unwrap_or((line, ""));
                lists.entry(host.to_owned()).or_default().push((path.to_owned(), *category));
            }
        }
        SiteLists(lists)
    }

    pub fn categories(&self, address: &Address) -> CategorySet {
        let path = address.path.as_deref().unwrap_or("").trim_start_matches('/');
        let under = |prefix: &str| {
            prefix.is_empty()
                || path == prefix
                || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(['/', '?']))
        };
        address
            .host
            .and_parents()
            .flat_map(|name| self.0.get(name).into_iter().flatten())
            .filter(|(prefix, _)| under(prefix))
            .map(|(_, category)| *category)
            .collect()
    }
}
