//! Sites as rules name them.

use std::net::IpAddr;

use domain::{Address, Category, CategorySet, Host, Roles};
use toml::Spanned;
use toml::de::DeValue;

use super::{FieldReader, Value, Word, in_order, mended};

/// A host with everything under it, or the part of it under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteEntry {
    pub host: Host,
    /// Begins with `/` and has no slash at its end. `None`: the whole host.
    pub path: Option<String>,
}

impl std::fmt::Display for SiteEntry {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path.as_deref().unwrap_or("");
        match self.host.ip() {
            // Without brackets an address of IPv6 would be read as a host and a port.
            Some(IpAddr::V6(address)) => write!(out, "[{address}]{path}"),
            _ => write!(out, "{}{path}", self.host),
        }
    }
}

impl Word for SiteEntry {
    const WRITTEN: &'static str = "a host, or a host and a path";
    const SEVERAL: &'static str = "hosts";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        SiteEntry::read_text(text)
    }
}

impl SiteEntry {
    /// Reads `reddit.com` or `reddit.com/r/chemistry`. The error: what is wrong, and how to mend it.
    pub(crate) fn read_text(text: &str) -> Result<Self, (String, String)> {
        let mend = || "write a host, 'reddit.com', or a host and a path, 'reddit.com/r/chemistry'".to_owned();
        if text.contains("://") {
            return Err((format!("'{text}' is a whole address"), mend()));
        }
        let address = Address::parse(text).map_err(|error| mended(error, mend))?;
        let path = address.path.as_deref().unwrap_or("").trim_end_matches('/');
        let path = (!path.is_empty()).then(|| path.to_owned());
        Ok(SiteEntry { host: address.host, path })
    }
}

/// Sites: categories, hosts, paths, sites on no list, or everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sites {
    pub everything: bool,
    /// Sites that are in no category.
    pub uncategorised: bool,
    pub categories: CategorySet,
    pub entries: Vec<SiteEntry>,
}

enum SiteWord {
    Everything,
    Uncategorised,
    Category(Category),
    Entry(SiteEntry),
}

impl Word for SiteWord {
    const WRITTEN: &'static str = "a category, a host, 'uncategorised', or '*'";
    const SEVERAL: &'static str = "categories and hosts";
    fn word(text: &str, roles: &Roles) -> Result<Self, (String, String)> {
        if text == "*" {
            Ok(SiteWord::Everything)
        } else if text == "uncategorised" {
            Ok(SiteWord::Uncategorised)
        } else if text.contains(['.', ':']) {
            SiteEntry::word(text, roles).map(SiteWord::Entry)
        } else {
            Category::word(text, roles).map(SiteWord::Category)
        }
    }
}

impl Value for Sites {
    fn written() -> String {
        "a list of categories, hosts (`\"reddit.com\"`, with what lies under it), hosts with a path \
         (`\"reddit.com/r/chemistry\"`), `\"uncategorised\"` (sites in no category) and `\"*\"` (every site)"
            .to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let mut sites = Sites::default();
        for word in Vec::<SiteWord>::read(item, reader)? {
            match word {
                SiteWord::Everything => sites.everything = true,
                SiteWord::Uncategorised => sites.uncategorised = true,
                SiteWord::Category(category) => sites.categories.insert(category),
                SiteWord::Entry(entry) => sites.entries.push(entry),
            }
        }
        Some(sites)
    }
}

/// Ways of reaching people that are sites, by their names as a clause writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaySites(pub Vec<(String, Sites)>);

impl Value for WaySites {
    fn written() -> String {
        "a table of ways, each with a list of sites as a `[block]` has it: `{ \"school mail\" = [\"mail.example.org\"] }`"
            .to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.wrong_type(item, "a table of ways, such as { \"school mail\" = [\"mail.example.org\"] }");
            return None;
        };
        if table.is_empty() {
            reader.wrong(item.span(), "this table is empty", "name a way with its sites, or leave it out");
            return None;
        }
        let read = in_order(table)
            .into_iter()
            .map(|(way, item)| Some((way.get_ref().to_string(), Sites::read(item, reader)?)));
        let read: Vec<Option<(String, Sites)>> = read.collect();
        read.into_iter().collect::<Option<_>>().map(WaySites)
    }
}
