//! The head: TOML between two lines of `+++`.

use domain::{Audience, Role, Roles};

use crate::document::Publicity;
use crate::kinds::{Place, find, optional, refuse_unknown, required};
use crate::problem::Problems;
use crate::review_date::ReviewDate;
use crate::value::{Every, FieldReader, Id, Word, mended, or_list, value_of_word};

pub(super) struct PolicyHead {
    pub(super) id: Id,
    pub(super) title: String,
    pub(super) audiences: Vec<Audience>,
    pub(super) owner: Role,
    pub(super) approved_by: Vec<Role>,
    pub(super) review: Option<Every>,
    pub(super) reviewed: Option<ReviewDate>,
    pub(super) next_review: Option<ReviewDate>,
    pub(super) review_after: Vec<String>,
    pub(super) category: Publicity,
    pub(super) related: Vec<Id>,
}

const FIELDS: [&str; 11] = [
    "id",
    "title",
    "audiences",
    "owner",
    "approved_by",
    "review",
    "reviewed",
    "next_review",
    "review_after",
    "category",
    "related",
];

impl Word for Publicity {
    const WRITTEN: &'static str = "'public' or 'internal'";
    const SEVERAL: &'static str = "'public' and 'internal'";
    fn word(text: &str, _: &Roles) -> Result<Self, (String, String)> {
        match text {
            "public" => Ok(Publicity::Public),
            "internal" => Ok(Publicity::Internal),
            _ => {
                let known = ["public", "internal"];
                let error = domain::UnknownName::new("category of policies", text, known.into_iter());
                Err(mended(error, || format!("write {}", or_list(known))))
            }
        }
    }
}

value_of_word!(Publicity);

/// The head, where it could be read, and where the text after it begins.
pub(super) fn read(roles: &Roles, problems: &mut Problems) -> (Option<PolicyHead>, usize) {
    let text = problems.text().clone();
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let Some(content) = opening(&text[start..]).map(|length| start + length) else {
        let line = text[start..].lines().next().unwrap_or("").len();
        problems.add(
            start..start + line,
            "this policy has no head",
            "begin it with a line '+++', then id, title, audiences and owner, then a line '+++'",
        );
        return (None, start);
    };
    let Some((end, body)) = closing(&text, content) else {
        problems.add(start..content, "the head is never closed", "put a line '+++' after its last field");
        return (None, text.len());
    };
    let (table, errors) = toml::de::DeTable::parse_recoverable(&text[content..end]);
    let mut reader = FieldReader::new(problems, roles, content);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        reader.wrong(
            span,
            format!("the head can't be read: {}", error.message()),
            "write each field as in id = \"pupil-use\"",
        );
    }
    let table = table.get_ref();
    refuse_unknown("the head", &FIELDS, table, &mut reader);
    // Problems of the head as a whole stand at its opening line.
    let opening = Place { label: "the head", span: 0..0 };
    let id = required(&opening, table, "id", &mut reader);
    let title = required(&opening, table, "title", &mut reader);
    let audiences = required(&opening, table, "audiences", &mut reader);
    let owner = required(&opening, table, "owner", &mut reader);
    let approved_by = optional(table, "approved_by", &mut reader).unwrap_or_default();
    let review = optional(table, "review", &mut reader);
    let reviewed: Option<ReviewDate> = optional(table, "reviewed", &mut reader);
    let next_review: Option<ReviewDate> = optional(table, "next_review", &mut reader);
    if let (Some(last), Some(next), Some(item)) = (&reviewed, &next_review, find(table, "next_review"))
        && next.month() < last.month()
    {
        reader.wrong(
            item.span(),
            format!("the next review, {next}, comes before the last, {last}"),
            "write when the policy is due to be looked over again",
        );
    }
    let review_after = optional(table, "review_after", &mut reader).unwrap_or_default();
    let category = optional(table, "category", &mut reader).unwrap_or_default();
    let related = optional(table, "related", &mut reader).unwrap_or_default();
    let head = (|| {
        Some(PolicyHead {
            id: id?,
            title: title?,
            audiences: audiences?,
            owner: owner?,
            approved_by,
            review,
            reviewed,
            next_review,
            review_after,
            category,
            related,
        })
    })();
    (head, body)
}

/// The length of the opening line.
fn opening(text: &str) -> Option<usize> {
    let line = text.split_inclusive('\n').next()?;
    (line.trim_end() == "+++" && line.ends_with('\n')).then_some(line.len())
}

/// Where the closing line begins and ends.
fn closing(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut start = from;
    for line in text[from..].split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Some((start, start + line.len()));
        }
        start += line.len();
    }
    None
}
