//! What a search asks of an activity: asked alike of a line and of a row of a sealed part.

use std::net::IpAddr;
use std::ops::Range;

use domain::{Activity, Category, Outcome, PersonId};
use jiff::Timestamp;

use crate::permit::{Subject, host_is_within};

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Span(Range<Timestamp>),
    Person(PersonId),
    /// A network address.
    Client(IpAddr),
    /// This host and the names below it.
    Host(String),
    Outcome(Outcome),
    Policy(String),
    Clause(String),
    In(Category),
    NotIn(Category),
    /// In lower case; anywhere in host, path or search term.
    Text(String),
}

/// An activity, as far as conditions read it.
pub trait Matchable {
    fn at(&self) -> Timestamp;
    fn person(&self) -> Option<PersonId>;
    fn client(&self) -> Option<IpAddr>;
    fn host(&self) -> &str;
    fn path(&self) -> Option<&str>;
    fn search(&self) -> Option<&str>;
    fn outcome(&self) -> Option<Outcome>;
    fn policy(&self) -> Option<&str>;
    fn clause(&self) -> Option<&str>;
    fn is_in(&self, category: Category) -> bool;
}

impl Condition {
    /// The columns that it reads.
    pub fn columns(&self) -> &'static [&'static str] {
        match self {
            Condition::Span(_) => &["at"],
            Condition::Person(_) => &["person"],
            Condition::Client(_) => &["client"],
            Condition::Host(_) => &["host"],
            Condition::Outcome(_) => &["outcome"],
            Condition::Policy(_) => &["policy"],
            Condition::Clause(_) => &["clause"],
            Condition::In(_) | Condition::NotIn(_) => &["categories"],
            Condition::Text(_) => &["host", "path", "search"],
        }
    }

    pub fn holds(&self, row: &impl Matchable) -> bool {
        match self {
            Condition::Span(span) => span.contains(&row.at()),
            Condition::Person(person) => row.person() == Some(*person),
            Condition::Client(client) => row.client() == Some(*client),
            Condition::Host(host) => host_is_within(row.host(), host),
            Condition::Outcome(outcome) => row.outcome() == Some(*outcome),
            Condition::Policy(policy) => row.policy() == Some(policy),
            Condition::Clause(clause) => row.clause() == Some(clause),
            Condition::In(category) => row.is_in(*category),
            Condition::NotIn(category) => !row.is_in(*category),
            Condition::Text(wanted) => {
                let places = [Some(row.host()), row.path(), row.search()];
                places.into_iter().flatten().any(|place| contains_in_any_case(place, wanted))
            }
        }
    }

    /// What a permit's subject asks; `None` where it is everyone.
    pub fn of_subject(subject: &Subject) -> Option<Condition> {
        match subject {
            Subject::Person(person) => Some(Condition::Person(*person)),
            Subject::Client(client) => Some(Condition::Client(*client)),
            Subject::Host(host) => Some(Condition::Host(host.clone())),
            Subject::Everyone => None,
        }
    }
}

/// Whether a text holds words that are given in lower case. Most of what is searched is ASCII, and needs no copy.
fn contains_in_any_case(text: &str, lower: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(lower);
    }
    let (text, lower) = (text.as_bytes(), lower.as_bytes());
    lower.is_empty() || text.windows(lower.len()).any(|place| place.eq_ignore_ascii_case(lower))
}

impl Matchable for Activity {
    fn at(&self) -> Timestamp {
        self.at
    }

    fn person(&self) -> Option<PersonId> {
        self.person
    }

    fn client(&self) -> Option<IpAddr> {
        Some(self.client)
    }

    fn host(&self) -> &str {
        &self.host
    }

    fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    fn search(&self) -> Option<&str> {
        self.search.as_deref()
    }

    fn outcome(&self) -> Option<Outcome> {
        Some(self.outcome)
    }

    fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    fn clause(&self) -> Option<&str> {
        self.clause.as_deref()
    }

    fn is_in(&self, category: Category) -> bool {
        self.categories.contains(category)
    }
}
