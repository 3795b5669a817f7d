//! Examining a draft's text: it is read, checked beside the school's other policies, and its worked examples are run.

use std::sync::Arc;

use domain::{Address, CategorySet, Version};
use policy::{Document, ExampleOutcome, Published, Rules, Source};
use records::VersionRecord;

use crate::desk::desk_state::Desk;
use crate::known::examined_drafts::{Beside, Examined};

impl Desk {
    /// What a text is found to be. Reading it and running its examples takes long, so it keeps nobody else waiting.
    pub(crate) async fn examined(&self, record: &VersionRecord) -> Arc<Examined> {
        let beside = Beside { policies: self.published_policies(), sites: self.sites(), roles: self.roles() };
        if let Some(known) = self.examined_drafts().get(record.id, &beside) {
            return known;
        }
        let (desk, file_name, text) = (self.clone(), record.file_name.clone(), record.text.clone());
        let task = tokio::task::spawn_blocking(move || Arc::new(desk.examine(&file_name, &text)));
        let examined = task.await.expect("examining a text neither panics nor is cancelled");
        self.examined_drafts().put(record.id, beside, examined.clone());
        examined
    }

    /// Reads a text, checks it beside the school's other policies, and runs its worked examples.
    fn examine(&self, file_name: &str, text: &str) -> Examined {
        let (document, mut problems) = policy::parse(&Source::new(file_name, text), &self.roles());
        let Some(document) = document else {
            return Examined { document: None, problems, examples: Vec::new(), empty_blanks: Vec::new() };
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
        let mut empty_blanks = policy::empty_blanks(text, &self.facts().facts);
        // The configuration names the school itself.
        empty_blanks.retain(|blank| blank != "school" || self.settings().school_name.is_empty());
        Examined { document: Some(document), problems, examples, empty_blanks }
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
