//! A policy as it was read: its head, its clauses, their rules and worked examples.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{Audience, PolicyId, Role, Roles, Span};

use crate::example::Example;
use crate::html;
use crate::kinds::{Permission, Rule};
use crate::review_date::ReviewDate;
use crate::story::Story;

/// Who may see a policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Publicity {
    /// Anybody, on the school's pages.
    Public,
    /// Whoever has signed in.
    #[default]
    Internal,
}

/// One policy: a literate Markdown file, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The name of the file that it was read from.
    pub file: String,
    pub id: PolicyId,
    pub title: String,
    pub audiences: Vec<Audience>,
    /// The audiences that no policy in force names, which this one binds like any other. Of a policy by itself, all that
    /// its head leaves out; see [`Document::unnamed`].
    pub unnamed: Vec<Audience>,
    pub owner: Role,
    pub approved_by: Vec<Role>,
    /// How often it is looked over.
    pub review: Option<Span>,
    /// When it was looked over last, and when it is due again.
    pub reviewed: Option<ReviewDate>,
    pub next_review: Option<ReviewDate>,
    /// What makes the school look it over sooner.
    pub review_after: Vec<String>,
    pub category: Publicity,
    pub related: Vec<String>,
    /// In the order of the file.
    pub clauses: Vec<Clause>,
    /// Headings without an id, and where the clauses stand among them.
    pub outline: Vec<Outline>,
    /// The whole text, as it is signed.
    pub text: String,
    /// The catalogue of roles by which it was read, for their titles.
    pub roles: Arc<Roles>,
}

/// One part of the document, in its order.
#[derive(Debug, Clone, PartialEq)]
pub enum Outline {
    /// A heading that is no clause, with the prose under it.
    Heading { level: u8, number: String, title: String, prose: String, line: u32 },
    /// A clause, by its place in `clauses`.
    Clause(usize),
}

/// How free a school is to change a clause of a ready policy, or that it asks nothing of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Tied to safeguarding or the law.
    Locked,
    /// Must be filled in.
    Adapt,
    /// May differ with the setting.
    Setting,
    /// A definition, a purpose, a notice.
    Prose,
    /// What its rules don't do, only people can do or see.
    Person,
}

impl Class {
    pub const ALL: &'static [Class] = &[Class::Locked, Class::Adapt, Class::Setting, Class::Prose, Class::Person];

    /// The class as headings name it, without its dot.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Locked => "locked",
            Class::Adapt => "adapt",
            Class::Setting => "setting",
            Class::Prose => "prose",
            Class::Person => "person",
        }
    }
}

/// A heading with an id, what stands under it, and what the software does for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Stable: another id is another clause.
    pub id: String,
    /// Counted through the document: `3.2`.
    pub number: String,
    /// 2 to 4.
    pub level: u8,
    pub title: String,
    pub classes: Vec<Class>,
    /// The rows of the policy's requirements that it answers.
    pub answers: Vec<String>,
    /// Those of them that its rules don't answer whole: they rest on each person's word.
    pub on_word: Vec<String>,
    /// Why it rests on each person's word, or the rest of it, in a sentence or two.
    pub because: Option<String>,
    /// Markdown, without the rule, example and story blocks.
    pub prose: String,
    pub rules: Vec<Rule>,
    pub examples: Vec<Example>,
    pub stories: Vec<Story>,
    pub line: u32,
}

impl Clause {
    pub fn is(&self, class: Class) -> bool {
        self.classes.contains(&class)
    }

    /// Whether it leaves anything to people's word by itself, whatever its rules' states.
    pub fn leaves_to_word(&self) -> bool {
        !self.is(Class::Prose) && (self.rules.is_empty() || !self.on_word.is_empty())
    }

    /// Why what it leaves to people's word rests on it, where the clause says so.
    pub fn why_on_word(&self) -> Option<&str> {
        let of_person = self.is(Class::Person).then_some("Only people can do this, or see whether it is done.");
        self.because.as_deref().or(of_person)
    }

    /// The prose as safe HTML: raw HTML in it is shown and not obeyed; blanks stay as they are written.
    pub fn prose_html(&self) -> String {
        html::render(&self.prose, &BTreeMap::new())
    }

    /// The prose as safe HTML with the school's facts in its blanks.
    pub fn prose_html_for(&self, facts: &BTreeMap<String, String>) -> String {
        html::render(&self.prose, facts)
    }
}

impl Document {
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.id == id)
    }

    /// Whether a clause stands in the text; of what somebody reads and signs, a part may be left out.
    pub fn shows(&self, clause: &str) -> bool {
        self.outline
            .iter()
            .any(|outline| matches!(outline, Outline::Clause(place) if self.clauses[*place].id == clause))
    }

    /// The Markdown under a heading, without its rules.
    pub fn prose_of<'a>(&'a self, outline: &'a Outline) -> &'a str {
        match outline {
            Outline::Heading { prose, .. } => prose,
            Outline::Clause(place) => &self.clauses[*place].prose,
        }
    }

    /// The level and the title of a heading.
    pub fn heading<'a>(&'a self, outline: &'a Outline) -> (u8, &'a str) {
        match outline {
            Outline::Heading { level, title, .. } => (*level, title),
            Outline::Clause(place) => (self.clauses[*place].level, &self.clauses[*place].title),
        }
    }

    /// Every rule with the clause that it stands in, in the order of the file.
    pub fn rules(&self) -> impl Iterator<Item = (&Clause, &Rule)> {
        self.clauses.iter().flat_map(|clause| clause.rules.iter().map(move |rule| (clause, rule)))
    }

    /// A permission by its id, with the clause that gives it.
    pub fn permission(&self, id: &str) -> Option<(&Clause, &Permission)> {
        self.permissions().find(|(_, permission)| &*permission.id == id)
    }

    /// Every permission with the clause that gives it.
    pub fn permissions(&self) -> impl Iterator<Item = (&Clause, &Permission)> {
        self.rules().filter_map(|(clause, rule)| match rule {
            Rule::Permission(permission) => Some((clause, permission)),
            _ => None,
        })
    }

    /// The whole document as safe HTML, with numbered headings, without its rules, examples and stories.
    pub fn prose_html(&self) -> String {
        self.prose_html_for(&BTreeMap::new())
    }

    /// The whole document as safe HTML with the school's facts in its blanks.
    pub fn prose_html_for(&self, facts: &BTreeMap<String, String>) -> String {
        let mut out = String::new();
        for part in &self.outline {
            let (level, number, title, prose, id) = match part {
                Outline::Heading { level, number, title, prose, .. } => (*level, number, title, prose, None),
                Outline::Clause(place) => {
                    let clause = &self.clauses[*place];
                    (clause.level, &clause.number, &clause.title, &clause.prose, Some(clause.id.as_str()))
                }
            };
            out.push_str(&html::heading(level, number, title, id, facts));
            out.push_str(&html::render(prose, facts));
        }
        out
    }
}
