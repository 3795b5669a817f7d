//! What a draft's text is found to be: read, checked and run once, however often its page or a home page is looked at.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Address, CategorySet, Roles, Version, VersionId};
use policy::{Document, ExampleOutcome, Problem, Published, Rules, Source};
use records::VersionRecord;

use crate::desk::desk_state::Desk;
use crate::policies::published_policies::PublishedPolicies;

/// What a text is found to be.
pub(crate) struct Examined {
    pub document: Option<Arc<Document>>,
    pub problems: Vec<Problem>,
    pub examples: Vec<ExampleOutcome>,
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
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Drafts that were examined, each with what it was examined beside: when that has changed, it is examined anew.
#[derive(Default)]
pub(crate) struct ExaminedDrafts(HashMap<VersionId, Beside>);

struct Beside {
    policies: Arc<PublishedPolicies>,
    sites: Arc<sites::Index>,
    roles: Arc<Roles>,
    examined: Arc<Examined>,
}

/// More drafts than ever wait at once. Beyond them all are forgotten and examined anew.
const MOST: usize = 64;

impl Desk {
    /// What a text is found to be. Reading it and running its examples takes long, so it keeps nobody else waiting.
    pub(crate) async fn examined(&self, record: &VersionRecord) -> Arc<Examined> {
        let (policies, sites, roles) = (self.published_policies(), self.sites(), self.roles());
        if let Some(known) = self.examined_drafts().0.get(&record.id)
            && Arc::ptr_eq(&known.policies, &policies)
            && Arc::ptr_eq(&known.sites, &sites)
            && Arc::ptr_eq(&known.roles, &roles)
        {
            return known.examined.clone();
        }
        let (desk, file_name, text) = (self.clone(), record.file_name.clone(), record.text.clone());
        let task = tokio::task::spawn_blocking(move || Arc::new(desk.examine(&file_name, &text)));
        let examined = task.await.expect("examining a text neither panics nor is cancelled");
        let mut drafts = self.examined_drafts();
        if drafts.0.len() >= MOST {
            drafts.0.clear();
        }
        drafts.0.insert(record.id, Beside { policies, sites, roles, examined: examined.clone() });
        examined
    }

    /// Reads a text, checks it beside the school's other policies, and runs its worked examples.
    fn examine(&self, file_name: &str, text: &str) -> Examined {
        let (document, mut problems) = policy::parse(&Source::new(file_name, text), &self.roles());
        let Some(document) = document else {
            return Examined { document: None, problems, examples: Vec::new() };
        };
        let published_policies = self.published_policies();
        let others = published_policies.currents().filter(|text| text.record.policy != document.id);
        let mut documents: Vec<Document> = others.map(|text| (*text.document).clone()).collect();
        documents.push(document.clone());
        let mut across = policy::check(&documents);
        across.retain(|problem| problem.file == file_name && !problems.contains(problem));
        problems.extend(across);
        let document = Arc::new(document);
        let examples = if problems.is_empty() { self.run_examples(&document) } else { Vec::new() };
        Examined { document: Some(document), problems, examples }
    }

    /// Runs the text's own worked examples, by its rules alone: what other policies say is theirs to show.
    fn run_examples(&self, document: &Arc<Document>) -> Vec<ExampleOutcome> {
        let published = Published { document: document.clone(), version: Version(0) };
        let rules = Rules::compile(&[published], self.facts());
        let sites = self.sites();
        let categories =
            |address: &Address| -> CategorySet { sites.categories(&address.host, address.path.as_deref()) };
        policy::run_examples(std::slice::from_ref(&**document), &rules, &categories)
    }
}
