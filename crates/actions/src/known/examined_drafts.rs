//! What drafts were found to be, so that a text is read, checked and run once, however often a page shows it.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Roles, VersionId};
use policy::{ClauseExplanation, Document, ExampleOutcome, Problem};

use crate::known::published_policies::PublishedPolicies;

/// What a text is found to be.
pub(crate) struct Examined {
    pub document: Option<Arc<Document>>,
    /// What runs each clause, where the text is readable.
    pub explanation: Vec<ClauseExplanation>,
    pub problems: Vec<Problem>,
    /// By the starter list where the school's own list alone makes them come out otherwise.
    pub examples: Vec<ExampleOutcome>,
    /// Examples that come out otherwise by the school's own list of sites: a warning, for the policy is not at fault.
    pub differ_by_list: Vec<ExampleOutcome>,
    /// Blanks that none of the school's facts fills.
    pub empty_blanks: Vec<String>,
}

impl Examined {
    /// Whether all of it is understood. Of a text that is not, nobody can say who must approve it or what it changes.
    pub(crate) fn is_readable(&self) -> bool {
        self.document.is_some() && self.problems.is_empty()
    }

    /// What keeps a text out of force, whoever approves it.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if !self.is_readable() {
            faults.push(format!(
                "It can't be read yet: it has {}. Put them right in the file and upload it again.",
                counted(self.problems.len(), "problem")
            ));
        }
        let failing = self.examples.iter().filter(|example| !example.passed).count();
        if failing > 0 {
            faults.push(format!("{} come out otherwise than it says.", counted(failing, "worked example")));
        }
        faults
    }

    /// What keeps a text from being approved: its faults, and blanks that are empty.
    pub(crate) fn why_not_approve(&self) -> Vec<String> {
        let mut faults = self.faults();
        if !self.empty_blanks.is_empty() {
            faults.push(format!(
                "Nothing fills {} of the text: {}. Write what belongs there under [school.facts] in the school's \
                 configuration.",
                counted(self.empty_blanks.len(), "blank"),
                self.empty_blanks.join(", "),
            ));
        }
        faults
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// What a text is examined beside: when any of it has changed, the text is examined anew.
#[derive(Clone)]
pub(crate) struct Beside {
    pub policies: Arc<PublishedPolicies>,
    pub sites: Arc<sites::Index>,
    pub roles: Arc<Roles>,
}

impl Beside {
    pub(crate) fn is(&self, other: &Beside) -> bool {
        Arc::ptr_eq(&self.policies, &other.policies)
            && Arc::ptr_eq(&self.sites, &other.sites)
            && Arc::ptr_eq(&self.roles, &other.roles)
    }
}

/// More drafts than ever wait at once. Beyond them all are forgotten and examined anew.
const MOST: usize = 64;

/// Drafts that were examined, each with what it was examined beside.
#[derive(Default)]
pub(crate) struct ExaminedDrafts(HashMap<VersionId, (Beside, Arc<Examined>)>);

impl ExaminedDrafts {
    /// What a draft was found to be beside this.
    pub(crate) fn get(&self, draft: VersionId, beside: &Beside) -> Option<Arc<Examined>> {
        let (before, examined) = self.0.get(&draft)?;
        before.is(beside).then(|| examined.clone())
    }

    pub(crate) fn put(&mut self, draft: VersionId, beside: Beside, examined: Arc<Examined>) {
        if self.0.len() >= MOST {
            self.0.clear();
        }
        self.0.insert(draft, (beside, examined));
    }
}
