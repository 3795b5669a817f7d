//! A heading and its attributes: `## Title {#id .class answers="row-a row-b" word="row-b" because="Why it is on word."}`.

use std::ops::Range;

use pulldown_cmark::{Event, Parser};

use crate::document::Class;
use crate::problem::Problems;
use crate::value::{is_kebab_case, or_list};

pub(super) struct Heading {
    /// 1 to 6; 0 for the part before the first heading.
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) id: Option<String>,
    pub(super) classes: Vec<Class>,
    pub(super) answers: Vec<String>,
    /// Those of them that rest on each person's word, each with its place.
    pub(super) on_word: Vec<(String, Range<usize>)>,
    /// Why they do, with its place.
    pub(super) because: Option<(String, Range<usize>)>,
    pub(super) span: Range<usize>,
    pub(super) id_span: Range<usize>,
}

impl Heading {
    /// The part before the first heading.
    pub(super) fn none() -> Heading {
        let (id, title, classes, answers, on_word) = (None, String::new(), Vec::new(), Vec::new(), Vec::new());
        Heading { level: 0, title, id, classes, answers, on_word, because: None, span: 0..0, id_span: 0..0 }
    }
}

/// Reads the heading that stands at `span`.
pub(super) fn read(level: u8, span: Range<usize>, problems: &mut Problems) -> Heading {
    let text = problems.text().clone();
    let raw = &text[span.clone()];
    let line = raw.lines().next().unwrap_or("");
    let (written, attributes) = split(line);
    let title = plain(written.trim_start_matches('#').trim().trim_end_matches('#').trim());
    let mut heading = Heading { level, title, ..Heading::none() };
    heading.span = span.start..span.start + line.len();
    heading.id_span = heading.span.clone();
    if let Some(attributes) = attributes {
        heading.read_attributes(&text, span.start + attributes.start..span.start + attributes.end, problems);
    }
    if heading.id.is_some() && !(2..=4).contains(&heading.level) {
        problems.add(
            heading.span.clone(),
            format!("a clause can't be a heading of level {}", heading.level),
            "write it with two, three or four #",
        );
    }
    heading
}

/// The heading without its attributes, and where they stand in the line, without their braces.
fn split(line: &str) -> (&str, Option<Range<usize>>) {
    let end = line.trim_end();
    let open = end.rfind('{').filter(|open| end.ends_with('}') && !end[..*open].ends_with('{'));
    match open {
        Some(open) => (&line[..open], Some(open + 1..end.len() - 1)),
        None => (line, None),
    }
}

/// Inline Markdown as plain text.
fn plain(markdown: &str) -> String {
    Parser::new(markdown)
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.into_string()),
            Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
            _ => None,
        })
        .collect()
}

impl Heading {
    fn read_attributes(&mut self, text: &str, span: Range<usize>, problems: &mut Problems) {
        for (part, place) in parts(&text[span.clone()]) {
            let place = span.start + place.start..span.start + place.end;
            if let Some(id) = part.strip_prefix('#') {
                self.take_id(id, place, problems);
            } else if let Some(class) = part.strip_prefix('.') {
                match Class::ALL.iter().find(|known| known.name() == class) {
                    Some(class) => self.classes.push(*class),
                    None => {
                        let known = Class::ALL.iter().map(|known| known.name());
                        let nearest = domain::UnknownName::new("class", class, known.clone()).nearest;
                        let mend = nearest.map(|near| format!("did you mean '.{near}'?"));
                        problems.add(
                            place,
                            format!("there is no class '.{class}'"),
                            mend.unwrap_or_else(|| format!("write one of {}", or_list(known))),
                        );
                    }
                }
            } else if let Some(answers) = part.strip_prefix("answers=") {
                let rows = answers.trim_matches('"').split_whitespace();
                self.answers.extend(rows.map(str::to_owned));
            } else if let Some(rows) = part.strip_prefix("word=") {
                let at = |row: &str| place.start + (row.as_ptr() as usize - part.as_ptr() as usize);
                let rows = rows.trim_matches('"').split_whitespace();
                self.on_word.extend(rows.map(|row| (row.to_owned(), at(row)..at(row) + row.len())));
            } else if let Some(why) = part.strip_prefix("because=") {
                self.because = Some((why.trim_matches('"').trim().to_owned(), place));
            } else {
                problems.add(
                    place,
                    format!("'{part}' says nothing about a clause"),
                    "write '#id', '.locked', '.adapt', '.setting', '.prose', '.person', 'answers=\"row-a row-b\"', \
                     'word=\"row-a\"' or 'because=\"Why it rests on word.\"'",
                );
            }
        }
        self.check_because(problems);
        if self.id.is_none() {
            problems.add(span, "this clause has no id", "add one, as in {#signing}");
        }
        for (row, place) in self.on_word.iter().filter(|(row, _)| !self.answers.contains(row)) {
            let near = self.answers.iter().find(|answered| domain::edit_distance(row, answered) <= 2);
            problems.add(
                place.clone(),
                format!("this clause does not answer '{row}', so it can't leave it to each person's word"),
                match near {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("write '{row}' in 'answers' too, or leave it out of 'word'"),
                },
            );
        }
    }

    /// A reason is a sentence, and stands where something rests on word.
    fn check_because(&self, problems: &mut Problems) {
        let Some((why, place)) = &self.because else { return };
        let mut wrong = |message: &str, mend: &str| problems.add(place.clone(), message, mend);
        if !why.ends_with('.') {
            wrong("'because' is not a sentence", "say why this rests on people's word, with a full stop at the end");
        }
        if self.classes.contains(&Class::Prose) {
            wrong("prose asks nothing of anybody, so nothing of it rests on word", "leave 'because' or '.prose' out");
        }
        if self.classes.contains(&Class::Person) {
            wrong("'.person' is a reason already", "leave 'because' or '.person' out");
        }
    }

    fn take_id(&mut self, id: &str, place: Range<usize>, problems: &mut Problems) {
        if !is_kebab_case(id) {
            problems.add(
                place.clone(),
                format!("'{id}' is not a clause's id"),
                "write lower-case letters and digits joined by single hyphens, such as '#filter-bypass'",
            );
        }
        if self.id.is_some() {
            problems.add(place, "this clause has two ids", "leave one of them out");
            return;
        }
        self.id = Some(id.to_owned());
        self.id_span = place;
    }
}

/// The parts of the attributes, parted by spaces outside quotation marks.
fn parts(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (place, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        if letter == '"' {
            quoted = !quoted;
        }
        let ends = place == text.len() || (letter.is_whitespace() && !quoted);
        match (start, ends) {
            (Some(from), true) => {
                parts.push((&text[from..place], from..place));
                start = None;
            }
            (None, false) => start = Some(place),
            _ => {}
        }
    }
    parts
}
