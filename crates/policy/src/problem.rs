//! What is wrong with a policy, where, and how to mend it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

/// The most problems that are told of one file.
const MOST: usize = 1000;

/// A policy's text and the name of the file that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Source {
        Source { name: name.into(), text: text.into() }
    }
}

/// One thing that is wrong with a policy. It shows itself with its place in the text through [`miette::Diagnostic`].
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub mend: String,
    /// The bytes of the text that it is about.
    #[serde(skip)]
    pub span: Range<usize>,
    #[serde(skip)]
    text: Arc<str>,
}

impl Problem {
    /// A problem at `span` of `text`, which is the whole text of `file`.
    pub fn new(
        file: &str,
        text: &Arc<str>,
        span: Range<usize>,
        message: impl Into<String>,
        mend: impl Into<String>,
    ) -> Problem {
        let start = floor(text, span.start);
        let end = floor(text, span.end).max(start);
        let (line, column) = place(text, start);
        Problem {
            file: file.to_owned(),
            line,
            column,
            message: message.into(),
            mend: mend.into(),
            span: start..end,
            text: text.clone(),
        }
    }
}

/// Line and column of a byte, both from 1.
fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = &text[..floor(text, offset)];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Two problems are the same when they say the same of the same place.
impl PartialEq for Problem {
    fn eq(&self, other: &Problem) -> bool {
        (&self.file, self.line, self.column, &self.message) == (&other.file, other.line, other.column, &other.message)
    }
}

impl Eq for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl miette::Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.mend.is_empty()).then(|| Box::new(&self.mend) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let label = miette::LabeledSpan::new_with_span(None, self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

impl miette::SourceCode for Problem {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let inner = self.text.as_bytes().read_span(span, before, after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.file.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// Problems of one file, as they are found.
#[derive(Debug)]
pub(crate) struct Problems {
    file: String,
    text: Arc<str>,
    /// Where each line begins: a policy has hundreds of places to name.
    lines: Vec<usize>,
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn new(file: &str, text: Arc<str>) -> Problems {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
        Problems { file: file.to_owned(), text, lines, found: Vec::new() }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Notes a problem. Of a file with more than [`MOST`] the rest is left out: each costs a look for its line.
    pub(crate) fn add(&mut self, span: Range<usize>, message: impl Into<String>, mend: impl Into<String>) {
        if self.found.len() >= MOST {
            return;
        }
        self.found.push(Problem::new(&self.file, &self.text, span, message, mend));
    }

    /// In the order of the file.
    pub(crate) fn into_sorted(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.found.dedup();
        self.found
    }
}
