//! What the school chose in a rule, where the policy's source leaves it open. People who sign read it beside the clause.

use toml::de::DeTable;

use super::{find, or_list};
use crate::value::{FieldReader, Value, join};

/// The fields that `chosen` names, each of which the rule's kind must have.
pub(crate) fn read(
    label: &str,
    fields: &[&'static str],
    table: &DeTable<'_>,
    reader: &mut FieldReader<'_>,
) -> Vec<&'static str> {
    let Some(item) = find(table, "chosen") else { return Vec::new() };
    "chosen".clone_into(&mut reader.field);
    let mut chosen = Vec::new();
    for name in Vec::<String>::read(item, reader).unwrap_or_default() {
        match fields.iter().find(|field| **field == name) {
            Some(field) => chosen.push(*field),
            None => reader.wrong(
                item.span(),
                format!("'chosen' names '{name}', and {label} has no such field"),
                format!("name one of {}", or_list(fields.iter().copied())),
            ),
        }
    }
    chosen
}

/// `The school’s own choice: who decides and for how long at most.`
pub(crate) fn sentence(kind: &str, chosen: &[&'static str]) -> Option<String> {
    let words = chosen.iter().map(|field| words(kind, field).to_owned()).collect();
    (!chosen.is_empty()).then(|| format!("The school’s own choice: {}.", join(words, "and")))
}

/// A field as that sentence speaks of it.
fn words(kind: &str, field: &str) -> &'static str {
    match (kind, field) {
        ("agreement", "by") => "who signs",
        ("agreement", "how") => "whether people sign or are shown the text",
        ("agreement", "before") => "what waits for the signature",
        ("agreement", "part") => "which parts they read",
        (_, "countersign") => "that access waits until the school has accepted the signature",
        (_, "again") => "how often it is asked for again",
        (_, "grace") => "how long nothing is withheld",
        (_, "ticks") => "what is ticked before signing",
        ("retain", "what") => "what is kept",
        ("retain", "for") => "how long it is kept",
        ("retain", "then") => "what happens then",
        ("consent", "from") => "whose yes is needed",
        ("password", "needs") => "what a password must contain",
        ("consent", "about") => "about whom it is asked",
        ("consent", "silence") => "what no answer counts as",
        ("consent", "for") => "what the yes is for",
        ("permission", "refuse") => "what nobody may be given",
        ("permission", "consents") => "whose consent is needed first",
        ("permission", "pictures" | "pictures-when") => "that a picture is added first",
        ("permission", "pictures-show") => "that whoever a picture shows is named",
        ("permission", "to") => "for whom it is given",
        ("agreement", "needs") => "what a signature consists of",
        ("report", "who") => "who may report it",
        ("training", "who") => "who learns it",
        ("channel", "from" | "to") => "who may be in touch with whom",
        ("booking", "first" | "then") => "who comes first",
        ("register", "for" | "declared-by") => "whose entries are made, and by whom",
        ("register", "refuse") => "which entries are refused",
        ("register", "at-most") => "that no more are in use than there are",
        ("register", "searches") => "that a search may be written down of a report",
        ("register", "after-use-of") => "after what it is written down",
        ("channel", "log") => "that an exception is written down",
        ("retain", "unless-held") => "that nothing is deleted while it is held",
        ("password", "unique") => "that it is used nowhere else",
        (_, "for") => "whom it is about",
        (_, "sites" | "categories") => "which sites",
        (_, "other-than") => "which sites stay open",
        (_, "during" | "not-during" | "open-when") => "at which times",
        (_, "unless") => "what opens it",
        (_, "except") => "the exceptions",
        (_, "asks") => "who may ask",
        (_, "decides") => "who decides",
        (_, "decides-all") => "who decides together",
        (_, "in-absence") => "who decides in somebody’s absence",
        (_, "unasked") => "that it may be given unasked",
        (_, "opens") => "what a yes opens",
        (_, "longest") => "for how long at most",
        (_, "to") => "who receives it",
        (_, "to-one-of") => "to whom it may go",
        (_, "then") => "who passes it on, and to whom",
        (_, "closes") => "who closes it",
        (_, "instead-if-about") => "who receives it instead",
        (_, "within") => "how soon",
        (_, "escalate") => "to whom it goes when the time is over",
        (_, "in-confidence") => "that it is kept in confidence",
        (_, "clock") => "the deadline",
        (_, "clock-from") => "from when the deadline counts",
        (_, "before-closing") => "what must be written down before it is closed",
        (_, "closes-site") => "that the site can be closed",
        (_, "refer") => "to whom it may be passed on",
        (_, "needs" | "fields") => "what is asked for",
        (_, "keeper") => "who keeps the list",
        (_, "check-every" | "every") => "how often",
        (_, "due") => "from which day on the keeper is reminded",
        (_, "done") => "when an entry is done",
        (_, "shown-to") => "who else can read it",
        (_, "shows" | "shown-when") => "what of it they can read",
        ("consent", "asked") => "that it is asked once",
        (_, "at-start") => "that it begins when somebody starts",
        (_, "on-leaving") => "what happens when somebody leaves",
        ("register", "official-accounts") => "that people find it where they look how to get in touch",
        ("register", "checklist" | "checklist-by") => "that an entry without a checklist is marked",
        (_, "signed-by") => "that people sign for it",
        (_, "lost-by") => "with which reports it is marked as lost",
        (_, "labelled-with") => "what stands on its label",
        (_, "known-by") => "by what the gate knows a device",
        (_, "severity") => "how serious it is",
        (_, "tell") => "who is told",
        (_, "who") => "who they are",
        (_, "second-person") => "that a second person agrees",
        (_, "purposes") => "the purposes",
        (_, "shortest") => "the shortest length",
        (_, "not-in") => "which passwords are refused",
        (_, "force") => "who may have everybody change theirs",
        (_, "on-compromise") => "what follows when others may know it",
        (_, "idle") => "after how long",
        (_, "end-of-day") => "that it holds at the end of the day",
        (_, "expires") => "when it ends",
        (_, "by") => "the channels",
        (_, "opened-by") => "who begins and ends it",
        (_, "may" | "must") => "what follows",
        _ => "the details",
    }
}
