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
        self.examined_beside(record).await.1
    }

    /// What a text is found to be, and beside what.
    pub(crate) async fn examined_beside(&self, record: &VersionRecord) -> (Beside, Arc<Examined>) {
        let beside = self.beside();
        if let Some(known) = self.examined_drafts().get(record.id, &beside) {
            return (beside, known);
        }
        let (beside, examined) = self.examine_text(&record.file_name, &record.text).await;
        self.examined_drafts().put(record.id, beside.clone(), examined.clone());
        (beside, examined)
    }

    /// What a text is found to be that is no draft yet, with what it was examined beside.
    pub(crate) async fn examine_text(&self, file_name: &str, text: &str) -> (Beside, Arc<Examined>) {
        let beside = self.beside();
        let (desk, file_name, text) = (self.clone(), file_name.to_owned(), text.to_owned());
        let task = tokio::task::spawn_blocking(move || Arc::new(desk.examine(&file_name, &text)));
        (beside, task.await.expect("examining a text neither panics nor is cancelled"))
    }

    /// What a text is examined beside at this moment.
    pub(crate) fn beside(&self) -> Beside {
        Beside { policies: self.published_policies(), sites: self.sites(), roles: self.roles() }
    }

    /// Reads a text, checks it beside the school's other policies, and runs its worked examples.
    fn examine(&self, file_name: &str, text: &str) -> Examined {
        let (document, mut problems) = policy::parse(&Source::new(file_name, text), &self.roles());
        let Some(document) = document else {
            return Examined {
                document: None,
                explanation: Vec::new(),
                problems,
                examples: Vec::new(),
                differ_by_list: Vec::new(),
                empty_blanks: Vec::new(),
            };
        };
        let published_policies = self.published_policies();
        let others = published_policies.currents().filter(|text| text.record.policy != document.id);
        let mut documents: Vec<Document> = others.map(|text| (*text.document).clone()).collect();
        documents.push(document.clone());
        let mut across = policy::check(&documents);
        across.retain(|problem| problem.file == file_name && !problems.contains(problem));
        problems.extend(across);
        let document = Arc::new(document);
        let (examples, differ_by_list) =
            if problems.is_empty() { self.run_examples(&document) } else { (Vec::new(), Vec::new()) };
        let mut empty_blanks = policy::empty_blanks(text, &self.facts().facts);
        // The configuration names the school itself.
        empty_blanks.retain(|blank| blank != "school" || self.settings().school_name.is_empty());
        let explanation = if problems.is_empty() { policy::explain(&document) } else { Vec::new() };
        Examined { document: Some(document), explanation, problems, examples, differ_by_list, empty_blanks }
    }

    /// Runs the text's own worked examples, by its rules alone: what other policies say is theirs to show. Those that hold
    /// by the starter list, which policies are written against, and not by the school's own list are told apart.
    fn run_examples(&self, document: &Arc<Document>) -> (Vec<ExampleOutcome>, Vec<ExampleOutcome>) {
        let published = Published { document: document.clone(), version: Version(0) };
        let rules = Rules::compile(&[published], self.facts());
        let run = |sites: &sites::Index| {
            let categories =
                |address: &Address| -> CategorySet { sites.categories(&address.host, address.path.as_deref()) };
            policy::run_examples(std::slice::from_ref(&**document), &rules, &categories)
        };
        let mut examples = run(&self.sites());
        if examples.iter().all(|example| example.passed) {
            return (examples, Vec::new());
        }
        let mut differ_by_list = Vec::new();
        for (example, by_starter) in examples.iter_mut().zip(run(&sites::starter())) {
            if !example.passed && by_starter.passed {
                differ_by_list.push(std::mem::replace(example, by_starter));
            }
        }
        (examples, differ_by_list)
    }
}
