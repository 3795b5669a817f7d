//! What a search asks of an activity: asked alike of a line and of a row of a sealed part.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::net::IpAddr;
use std::ops::Range;

use domain::{Activity, Audience, Category, CategorySet, Outcome, PersonId};
use jiff::Timestamp;

use crate::permit::{PermitSubject, host_is_within};

/// One thing that is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Span(Range<Timestamp>),
    Person(PersonId),
    /// A network address.
    Client(IpAddr),
    /// This host and the names below it.
    Host(String),
    /// What people of these audiences did.
    Of(BTreeSet<Audience>),
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
    /// What is found where a value can't be read: neither a condition nor its contrary holds of it.
    type Unreadable;
    fn at(&self) -> Result<Timestamp, Self::Unreadable>;
    fn person(&self) -> Result<Option<PersonId>, Self::Unreadable>;
    fn audience(&self) -> Result<Audience, Self::Unreadable>;
    fn client(&self) -> Result<IpAddr, Self::Unreadable>;
    fn host(&self) -> Result<&str, Self::Unreadable>;
    fn path(&self) -> Result<Option<&str>, Self::Unreadable>;
    fn search(&self) -> Result<Option<&str>, Self::Unreadable>;
    fn outcome(&self) -> Result<Outcome, Self::Unreadable>;
    fn policy(&self) -> Result<Option<&str>, Self::Unreadable>;
    fn clause(&self) -> Result<Option<&str>, Self::Unreadable>;
    fn categories(&self) -> Result<CategorySet, Self::Unreadable>;
}

impl Condition {
    /// The columns that it reads.
    pub fn columns(&self) -> &'static [&'static str] {
        match self {
            Condition::Span(_) => &["at"],
            Condition::Person(_) => &["person"],
            Condition::Client(_) => &["client"],
            Condition::Host(_) => &["host"],
            Condition::Of(_) => &["audience"],
            Condition::Outcome(_) => &["outcome"],
            Condition::Policy(_) => &["policy"],
            Condition::Clause(_) => &["clause"],
            Condition::In(_) | Condition::NotIn(_) => &["categories"],
            Condition::Text(_) => &["host", "path", "search"],
        }
    }

    /// # Errors
    /// What it asks for can't be read.
    pub fn holds<R: Matchable>(&self, row: &R) -> Result<bool, R::Unreadable> {
        Ok(match self {
            Condition::Span(span) => span.contains(&row.at()?),
            Condition::Person(person) => row.person()? == Some(*person),
            Condition::Client(client) => row.client()? == *client,
            Condition::Host(host) => host_is_within(row.host()?, host),
            Condition::Of(audiences) => audiences.contains(&row.audience()?),
            Condition::Outcome(outcome) => row.outcome()? == *outcome,
            Condition::Policy(policy) => row.policy()? == Some(policy),
            Condition::Clause(clause) => row.clause()? == Some(clause),
            Condition::In(category) => row.categories()?.contains(*category),
            Condition::NotIn(category) => !row.categories()?.contains(*category),
            Condition::Text(wanted) => {
                let places = [Some(row.host()?), row.path()?, row.search()?];
                places.into_iter().flatten().any(|place| contains_in_any_case(place, wanted))
            }
        })
    }

    /// Whether it holds of an activity, of which everything can be read.
    pub fn holds_of(&self, activity: &Activity) -> bool {
        let Ok(holds) = self.holds(activity);
        holds
    }

    /// What a permit's subject asks; `None` where it is everyone.
    pub fn of_subject(subject: &PermitSubject) -> Option<Condition> {
        match subject {
            PermitSubject::Person(person) => Some(Condition::Person(*person)),
            PermitSubject::Client(client) => Some(Condition::Client(*client)),
            PermitSubject::Host(host) => Some(Condition::Host(host.clone())),
            PermitSubject::Everyone => None,
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
    type Unreadable = Infallible;

    fn at(&self) -> Result<Timestamp, Infallible> {
        Ok(self.at)
    }

    fn person(&self) -> Result<Option<PersonId>, Infallible> {
        Ok(self.person)
    }

    fn audience(&self) -> Result<Audience, Infallible> {
        Ok(self.audience)
    }

    fn client(&self) -> Result<IpAddr, Infallible> {
        Ok(self.client)
    }

    fn host(&self) -> Result<&str, Infallible> {
        Ok(&self.host)
    }

    fn path(&self) -> Result<Option<&str>, Infallible> {
        Ok(self.path.as_deref())
    }

    fn search(&self) -> Result<Option<&str>, Infallible> {
        Ok(self.search.as_deref())
    }

    fn outcome(&self) -> Result<Outcome, Infallible> {
        Ok(self.outcome)
    }

    fn policy(&self) -> Result<Option<&str>, Infallible> {
        Ok(self.policy.as_deref())
    }

    fn clause(&self) -> Result<Option<&str>, Infallible> {
        Ok(self.clause.as_deref())
    }

    fn categories(&self) -> Result<CategorySet, Infallible> {
        Ok(self.categories)
    }
}
