//! A policy's source around the lines that have a problem, with the problem and its mend in place.

use std::collections::BTreeSet;

use policy::Problem;

/// Lines that are shown before and after one with a problem.
const AROUND: u32 = 2;

/// One line of the source, and what is wrong there.
pub struct SourceLine {
    /// From 1.
    pub number: u32,
    pub text: String,
    pub problems: Vec<PlacedProblem>,
}

pub struct PlacedProblem {
    /// From 1: the place among all problems.
    pub place: usize,
    pub column: u32,
    pub message: String,
    pub mend: String,
}

/// Lines that follow one another.
pub struct Excerpt {
    pub lines: Vec<SourceLine>,
}

impl Excerpt {
    pub fn span_words(&self) -> String {
        match (self.lines.first(), self.lines.last()) {
            (Some(first), Some(last)) if first.number < last.number => {
                format!("Lines {} to {}", first.number, last.number)
            }
            (Some(only), _) => format!("Line {}", only.number),
            _ => String::new(),
        }
    }
}

/// The stretches of `text` that hold a problem, in their order.
pub fn excerpts(text: &str, problems: &[Problem]) -> Vec<Excerpt> {
    let lines: Vec<&str> = text.lines().collect();
    let last = u32::try_from(lines.len().max(1)).unwrap_or(u32::MAX);
    let at = |problem: &Problem| problem.line.clamp(1, last);
    let shown: BTreeSet<u32> = problems
        .iter()
        .flat_map(|problem| at(problem).saturating_sub(AROUND).max(1)..=(at(problem) + AROUND).min(last))
        .collect();
    let mut excerpts: Vec<Excerpt> = Vec::new();
    for number in shown {
        let here = problems.iter().enumerate().filter(|(_, problem)| at(problem) == number);
        let line = SourceLine {
            number,
            text: lines.get(number as usize - 1).copied().unwrap_or_default().to_owned(),
            problems: here
                .map(|(place, problem)| PlacedProblem {
                    place: place + 1,
                    column: problem.column,
                    message: problem.message.clone(),
                    mend: problem.mend.clone(),
                })
                .collect(),
        };
        match excerpts.last_mut() {
            Some(excerpt) if excerpt.lines.last().is_some_and(|before| before.number + 1 == number) => {
                excerpt.lines.push(line);
            }
            _ => excerpts.push(Excerpt { lines: vec![line] }),
        }
    }
    excerpts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn problem(text: &str, line: usize) -> Problem {
        let start = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        Problem::new("a.md", &Arc::from(text), start..start, format!("wrong at {line}"), "mend it")
    }

    #[test]
    fn near_problems_share_an_excerpt_and_far_ones_do_not() {
        let text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
        let found = excerpts(text, &[problem(text, 1), problem(text, 4), problem(text, 12)]);
        let spans: Vec<String> = found.iter().map(Excerpt::span_words).collect();
        assert_eq!(spans, ["Lines 1 to 6", "Lines 10 to 12"]);
        assert_eq!(found[0].lines[3].problems[0].message, "wrong at 4");
        assert_eq!(found[0].lines[3].problems[0].place, 2);
        assert!(found[0].lines[1].problems.is_empty());
    }

    #[test]
    fn a_problem_past_the_end_stands_at_the_last_line() {
        assert_eq!(excerpts("", &[problem("", 1)])[0].span_words(), "Line 1");
    }
}
