//! How a publisher's categories become ours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::{Category, CategorySet, UnknownName};
use serde::Deserialize;

/// A publisher's category names and the categories of ours that each means; none means "leave it out".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    categories: BTreeMap<String, CategorySet>,
}

/// Why a mapping cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    #[error("the mapping {path} could not be read: {error}")]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error("{name}: {message}")]
    Malformed { name: String, message: String },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Unknown(Vec<MappingProblem>),
}

/// A name in a mapping that is none of our categories.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}: {error}")]
pub struct MappingProblem {
    pub name: String,
    /// From 1.
    pub line: usize,
    pub error: UnknownName,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    categories: BTreeMap<String, Vec<toml::Spanned<String>>>,
}

impl Mapping {
    /// Reads a mapping: `[categories]`, then lines such as `"phishing" = ["malware", "fraud"]`. `name` stands in errors.
    ///
    /// # Errors
    /// What is no TOML of this shape, or every name that is none of our categories.
    pub fn parse(name: &str, text: &str) -> Result<Mapping, MappingError> {
        let written: Written = toml::from_str(text)
            .map_err(|error| MappingError::Malformed { name: name.to_owned(), message: error.to_string() })?;
        let mut problems = Vec::new();
        let mut categories = BTreeMap::new();
        for (theirs, ours) in written.categories {
            let mut set = CategorySet::EMPTY;
            for our in ours {
                match our.get_ref().parse() {
                    Ok(category) => set.insert(category),
                    Err(error) => {
                        let line = text[..our.span().start].matches('\n').count() + 1;
                        problems.push(MappingProblem { name: name.to_owned(), line, error });
                    }
                }
            }
            categories.insert(theirs, set);
        }
        if problems.is_empty() {
            return Ok(Mapping { categories });
        }
        problems.sort_by_key(|problem| problem.line);
        Err(MappingError::Unknown(problems))
    }

    /// # Errors
    /// As [`Mapping::parse`], and a file that cannot be read.
    pub fn load(path: &Path) -> Result<Mapping, MappingError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| MappingError::Unreadable { path: path.to_owned(), error })?;
        Mapping::parse(&path.display().to_string(), &text)
    }

    /// What a publisher's category means: what the mapping says, else our category of the same name. `None` where
    /// nobody has said.
    pub fn categories_of(&self, theirs: &str) -> Option<CategorySet> {
        let ours = || theirs.parse::<Category>().ok().map(|category| CategorySet::from_iter([category]));
        self.categories.get(theirs).copied().or_else(ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publishers_category_becomes_several_of_ours() {
        let mapping =
            Mapping::parse("x.toml", "[categories]\n\"phishing\" = [\"malware\", \"fraud\"]\nold = []\n").unwrap();
        let phishing = [Category::Malware, Category::Fraud].into_iter().collect();
        assert_eq!(mapping.categories_of("phishing"), Some(phishing));
        assert_eq!(mapping.categories_of("old"), Some(CategorySet::EMPTY));
        assert_eq!(mapping.categories_of("games"), Some([Category::Games].into_iter().collect()));
        assert_eq!(mapping.categories_of("unheard-of"), None);
    }

    #[test]
    fn every_unknown_name_is_an_error_with_its_line_and_the_nearest() {
        let text = "[categories]\n\"a\" = [\"gamse\"]\n\"b\" = [\"games\",\n \"gambing\"]\n";
        let error = Mapping::parse("x.toml", text).unwrap_err().to_string();
        assert_eq!(
            error,
            "x.toml:2: there is no category of sites 'gamse'; did you mean 'games'?\n\
             x.toml:4: there is no category of sites 'gambing'; did you mean 'gambling'?"
        );
    }
}
