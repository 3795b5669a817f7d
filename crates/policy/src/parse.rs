//! From a policy's text to a [`Document`], with every problem on the way: not the first one alone.

use std::ops::Range;
use std::sync::Arc;

use domain::{Audience, PolicyId, Roles};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::document::{Clause, Document, Outline};
use crate::example;
use crate::kinds::Rule;
use crate::problem::{Problem, Problems, Source};
use crate::story;

mod blanks;
mod head;
mod heading;
pub(crate) mod names;
mod parts;
mod rule_block;

use head::PolicyHead;
use heading::Heading;
use names::Name;

/// Reads one policy and reports all that is wrong with it. There is a document wherever its head could be read; it is
/// fit to be compiled only where there is no problem. Roles are those of the catalogue, and no others.
pub fn parse(source: &Source, roles: &Arc<Roles>) -> (Option<Document>, Vec<Problem>) {
    let text: Arc<str> = Arc::from(source.text.as_str());
    let mut reading = ReadSoFar {
        problems: Problems::new(&source.name, text.clone()),
        roles: roles.clone(),
        clauses: Vec::new(),
        outline: Vec::new(),
        names: Vec::new(),
        counters: [0; 3],
    };
    let (head, body) = head::read(roles, &mut reading.problems);
    reading.read_body(body);
    blanks::check(roles, &mut reading.problems);
    names::check(&reading.clauses, &reading.names, &mut reading.problems);
    parts::check(&reading.clauses, &reading.outline, &mut reading.problems);
    let ReadSoFar { problems, clauses, outline, .. } = reading;
    let document = head.map(|head| document(head, clauses, outline, source, roles));
    (document, problems.into_sorted())
}

fn document(
    head: PolicyHead,
    clauses: Vec<Clause>,
    outline: Vec<Outline>,
    source: &Source,
    roles: &Arc<Roles>,
) -> Document {
    Document {
        file: source.name.clone(),
        id: PolicyId(head.id.0),
        title: head.title,
        unnamed: Audience::ALL.iter().copied().filter(|audience| !head.audiences.contains(audience)).collect(),
        audiences: head.audiences,
        owner: head.owner,
        approved_by: head.approved_by,
        review: head.review.map(|every| every.0),
        reviewed: head.reviewed,
        next_review: head.next_review,
        review_after: head.review_after,
        category: head.category,
        related: head.related.into_iter().map(|id| id.0).collect(),
        clauses,
        outline,
        text: source.text.clone(),
        roles: roles.clone(),
    }
}

/// What has been read so far.
struct ReadSoFar {
    problems: Problems,
    roles: Arc<Roles>,
    clauses: Vec<Clause>,
    outline: Vec<Outline>,
    names: Vec<Name>,
    /// How many headings of levels 2, 3 and 4 there have been.
    counters: [u32; 3],
}

/// The part under one heading, while it is being read.
struct PartOfText {
    heading: Heading,
    prose: String,
    /// Up to where the text has been taken into the prose or left out.
    taken: usize,
    rules: Vec<Rule>,
    examples: Vec<example::Example>,
    stories: Vec<story::Story>,
}

impl PartOfText {
    fn new(heading: Heading, taken: usize) -> PartOfText {
        PartOfText {
            heading,
            prose: String::new(),
            taken,
            rules: Vec::new(),
            examples: Vec::new(),
            stories: Vec::new(),
        }
    }

    /// Takes the text up to `until` into the prose.
    fn take(&mut self, text: &str, until: usize) {
        let part = text.get(self.taken..until).unwrap_or("");
        if !part.trim().is_empty() {
            if !self.prose.is_empty() {
                self.prose.push_str("\n\n");
            }
            self.prose.push_str(part.trim_matches(['\n', '\r']));
        }
        self.taken = until;
    }
}

/// A fenced block: what its fence says, where it stands, and its content.
struct Fence {
    info: String,
    content: Option<Range<usize>>,
    nested: bool,
}

impl ReadSoFar {
    fn read_body(&mut self, body: usize) {
        let text = self.problems.text().clone();
        let parser = Parser::new_ext(&text[body..], Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
        let mut section = PartOfText::new(Heading::none(), body);
        let mut fence: Option<Fence> = None;
        let mut depth = 0_u32;
        for (event, range) in parser.into_offset_iter() {
            let range = range.start + body..range.end + body;
            match event {
                Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                    section.take(&text, range.start);
                    let raw = range.start..range.end;
                    let heading = heading::read(number(level), raw, &mut self.problems);
                    let done = std::mem::replace(&mut section, PartOfText::new(heading, range.end));
                    self.finish(done);
                }
                Event::Start(Tag::List(_) | Tag::BlockQuote(_)) => depth += 1,
                Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_)) => depth = depth.saturating_sub(1),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    fence = Some(Fence { info: info.trim().to_owned(), content: None, nested: depth > 0 });
                }
                Event::Text(_) => {
                    if let Some(fence) = &mut fence {
                        let start = fence.content.as_ref().map_or(range.start, |content| content.start);
                        fence.content = Some(start..range.end);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some(fence) = fence.take() {
                        self.read_fence(fence, &mut section, range, &text);
                    }
                }
                _ => {}
            }
        }
        section.take(&text, text.len());
        self.finish(section);
    }

    fn read_fence(&mut self, fence: Fence, section: &mut PartOfText, range: Range<usize>, text: &str) {
        match fence.info.as_str() {
            "rule" | "example" | "story" if fence.nested => self.problems.add(
                range,
                format!("this {} block is inside a list or a quotation", fence.info),
                "move it out, to the beginning of the line",
            ),
            "rule" => {
                section.take(text, range.start);
                section.taken = range.end;
                let content = fence.content.unwrap_or(range.end..range.end);
                let rules = rule_block::read(content, &self.roles, &mut self.names, &mut self.problems);
                if section.heading.id.is_none() {
                    self.problems.add(
                        range,
                        "this rule is under a heading without an id",
                        "give the heading an id, as in '## Signing {#signing}'",
                    );
                }
                section.rules.extend(rules);
            }
            "example" => {
                section.take(text, range.start);
                section.taken = range.end;
                if let Some(content) = fence.content {
                    section.examples.extend(example::read_block(
                        content,
                        &self.roles,
                        &mut self.names,
                        &mut self.problems,
                    ));
                }
            }
            "story" => {
                section.take(text, range.start);
                section.taken = range.end;
                if let Some(content) = fence.content {
                    section.stories.extend(story::read_block(
                        content,
                        &self.roles,
                        &mut self.names,
                        &mut self.problems,
                    ));
                }
            }
            other => {
                if let Some(near) = ["rule", "example", "story"].into_iter().find(|near| is_near(other, near)) {
                    self.problems.add(
                        range,
                        format!("this block is fenced as '{other}', which runs nothing"),
                        format!("did you mean '{near}'?"),
                    );
                }
            }
        }
    }

    fn finish(&mut self, section: PartOfText) {
        let PartOfText { heading, prose, rules, examples, stories, .. } = section;
        let line = self.problems.line(heading.span.start);
        if heading.level == 0 {
            if !prose.trim().is_empty() {
                let (level, number, title) = (1, String::new(), String::new());
                self.outline.push(Outline::Heading { level, number, title, prose, line });
            }
            return;
        }
        let number = self.count(heading.level);
        let Some(id) = heading.id else {
            let Heading { level, title, .. } = heading;
            self.outline.push(Outline::Heading { level, number, title, prose, line });
            return;
        };
        if let Some(first) = self.clauses.iter().find(|clause| clause.id == id) {
            self.problems.add(
                heading.id_span.clone(),
                format!("the clause '{id}' is there twice; the first is on line {}", first.line),
                "give one of them another id",
            );
        }
        if let Some((_, place)) = heading.on_word.first().filter(|_| rules.is_empty()) {
            self.problems.add(
                place.clone(),
                "this clause has no rule, so all that it answers rests on each person's word",
                "leave 'word' out",
            );
        }
        self.outline.push(Outline::Clause(self.clauses.len()));
        self.clauses.push(Clause {
            id,
            number,
            level: heading.level,
            title: heading.title,
            classes: heading.classes,
            answers: heading.answers,
            on_word: heading.on_word.into_iter().map(|(row, _)| row).collect(),
            because: heading.because.map(|(why, _)| why),
            prose,
            rules,
            examples,
            stories,
            line,
        });
    }

    /// The number of the next heading of a level: `3.2`. The title has none.
    fn count(&mut self, level: u8) -> String {
        let Some(place) = usize::from(level).checked_sub(2).filter(|place| *place < self.counters.len()) else {
            return String::new();
        };
        self.counters[place] += 1;
        self.counters[place + 1..].fill(0);
        let numbers: Vec<String> =
            self.counters[..=place].iter().filter(|number| **number > 0).map(ToString::to_string).collect();
        numbers.join(".")
    }
}

fn is_near(written: &str, wanted: &str) -> bool {
    let written = written.to_lowercase();
    !written.is_empty() && domain::edit_distance(&written, wanted) <= 2
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}
