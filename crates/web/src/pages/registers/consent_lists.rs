//! A register that follows from a consent: those for whom it is not given.

use actions::{ListedLine, Paged, RegisterCard, RegisterEntryLine, WhyListed};
use askama::Template;
use domain::Group;

use crate::answer::{Answer, page};
use crate::cells::Cell;
use crate::clause::CitedClause;
use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::listing::{Column, ListParams, Listing};
use crate::visitor::Visitor;

/// What the address asks for: those of one class or other group alone.
const GROUP: &str = "group";

#[derive(Template)]
#[template(path = "registers/consent-list.html")]
struct ConsentListPage {
    frame: Frame,
    filter: Form,
    /// The groups between which the reader chooses; empty where there is none.
    groups: Vec<FormChoice>,
    card: RegisterCard,
    clause: Option<CitedClause>,
    /// The moment of which the list is true.
    as_of: String,
    /// Of whom it is, where it is not of everybody.
    only: String,
    listing: Listing,
    /// What was written by hand under an earlier version, for those who read it.
    written: Option<Listing>,
}

pub(super) async fn show(
    signed: &Visitor,
    frame: Frame,
    card: &RegisterCard,
    written: &Paged<RegisterEntryLine>,
    asked: &ListParams,
) -> Answer {
    let group = Some(asked.get(GROUP)).filter(|group| !group.is_empty()).map(|group| Group(group.to_owned()));
    let only = (group.as_ref(), &asked.list);
    let list = signed.desk.consent_list(&signed.actor, &card.policy, &card.register, only).await?;
    let listing = listing(asked, &list.lines, &frame, &card.title);
    if asked.csv {
        return listing.csv(&card.register);
    }
    let each = list.groups.iter().map(|group| FormChoice::new(&group.0, &group.0));
    let all = (!list.groups.is_empty()).then(|| FormChoice::new("", "All"));
    page(&ConsentListPage {
        filter: signed.form().with(GROUP, asked.get(GROUP)),
        groups: all.into_iter().chain(each).collect(),
        clause: super::clause(signed, card),
        as_of: frame.when(&list.as_of),
        only: only_words(asked),
        written: (written.total > 0).then(|| {
            let fields = fields_of(written);
            super::entries_listing("Entries written by hand before", card, &fields, asked, written, &frame).plain()
        }),
        listing,
        card: card.clone(),
        frame,
    })
}

/// The fields of entries that were written by hand: those that the register had then.
fn fields_of(written: &Paged<RegisterEntryLine>) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for (label, _) in written.rows.iter().flat_map(|line| &line.answers) {
        if !fields.contains(label) {
            fields.push(label.clone());
        }
    }
    fields
}

fn only_words(asked: &ListParams) -> String {
    match (asked.get(GROUP), asked.list.search.as_str()) {
        ("", "") => String::new(),
        (group, "") => format!(" Only {group}."),
        ("", search) => format!(" Only what matches ‘{search}’."),
        (group, search) => format!(" Only what matches ‘{search}’ in {group}."),
    }
}

fn why_words(why: WhyListed) -> &'static str {
    match why {
        WhyListed::Refused => "Refused",
        WhyListed::NotGiven => "Not given",
    }
}

fn listing(asked: &ListParams, lines: &[ListedLine], frame: &Frame, caption: &str) -> Listing {
    let has_purposes = lines.iter().any(|line| !line.purpose.is_empty());
    let purpose = has_purposes.then(|| Column::new("What for"));
    let columns = ["Name", "Class and groups"].map(Column::new).into_iter().chain(purpose);
    let columns = columns.chain(["Permission", "Since"].map(Column::new)).collect();
    let row = |line: &ListedLine| {
        let groups: Vec<&str> = line.person.groups.iter().map(|group| group.0.as_str()).collect();
        let mut cells = vec![Cell::text(&line.person.name), Cell::text(groups.join(", "))];
        cells.extend(has_purposes.then(|| Cell::text(&line.purpose)));
        cells.push(Cell::text(why_words(line.why)));
        cells.push(Cell::when_or(line.since.as_ref(), "Not known", frame.zone()));
        cells
    };
    let listing = Listing::on_one_page(caption, columns, asked, lines, row).searched();
    let is_all = asked.get(GROUP).is_empty();
    listing.empty(if is_all {
        "Nobody is listed: a yes stands for everybody whom the consent is about."
    } else {
        "Nobody of this group is listed."
    })
}
