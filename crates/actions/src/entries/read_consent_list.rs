//! A register that follows from a consent: whom it lists, worked out anew each time that somebody looks.

use std::collections::BTreeSet;

use domain::{Group, PolicyId};
use jiff::Timestamp;
use policy::rules::registers::consent_lists;
pub use policy::rules::registers::consent_lists::WhyListed;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::ListQuery;
use crate::known::people_index::{PersonLine, line_of};

/// Somebody for whom a consent is not given. Who said what, it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedLine {
    pub person: PersonLine,
    /// For what it is not given; empty where the consent has no purposes but its own.
    pub purpose: String,
    pub why: WhyListed,
    /// `None`: nobody knows the day.
    pub since: Option<Timestamp>,
}

/// Those for whom a consent is not given, as it stands at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentList {
    pub as_of: Timestamp,
    /// The groups of all who are listed.
    pub groups: Vec<Group>,
    /// Those of the group that is asked for, by their first group, then by name.
    pub lines: Vec<ListedLine>,
}

impl Desk {
    /// Whom a register lists that follows from a consent: those in `group`, or all, in whose line the words of `search` are.
    pub async fn consent_list(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        register: &str,
        (group, search): (Option<&Group>, &ListQuery),
    ) -> Result<ConsentList, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let known = published_policies.register(policy, register);
        let known = found(known.filter(|known| self.reads_consent_list(&actor, *known)), "register")?;
        let (kept, people_index) = (self.known(&actor), self.people_index(&actor));
        let (mut groups, mut lines) = (BTreeSet::new(), Vec::new());
        for record in people_index.all_here() {
            let person = &record.person;
            let said = kept.standing_answers.about(person.id);
            let listed = self.on_record(&people_index, said, |on_record| {
                consent_lists::listed(&known.text.document, known.register, (person, record.joined_at), on_record)
            });
            if listed.is_empty() {
                continue;
            }
            groups.extend(person.groups.iter().cloned());
            if group.is_some_and(|group| !person.groups.contains(group)) {
                continue;
            }
            let line = |listed: consent_lists::Listed<'_>| ListedLine {
                person: line_of(person),
                purpose: listed.purpose.to_owned(),
                why: listed.why,
                since: listed.since,
            };
            lines.extend(listed.into_iter().map(line));
        }
        let is_found = |line: &ListedLine| {
            let groups = line.person.groups.iter().map(|group| group.0.as_str());
            search.matches(groups.chain([line.person.name.as_str(), line.purpose.as_str()]))
        };
        lines.retain(is_found);
        // People come by name, and stay so within their class.
        lines.sort_by_key(|line| line.person.groups.first().map(in_order));
        let mut groups: Vec<Group> = groups.into_iter().collect();
        groups.sort_by_key(in_order);
        Ok(ConsentList { as_of: self.now(), groups, lines })
    }
}

/// By which groups are put in order: 9B comes before 10A.
fn in_order(group: &Group) -> (u32, String) {
    let digits = group.0.chars().take_while(char::is_ascii_digit).collect::<String>();
    (digits.parse().unwrap_or(u32::MAX), group.0.clone())
}
