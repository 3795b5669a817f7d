//! The second steps of a report: by whom it is passed on, to whom, how soon.

use domain::{Role, Within};
use toml::Spanned;
use toml::de::DeValue;

use super::{Deciders, FieldReader, Value, in_order, or_list};

/// A step that must follow a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThenStep {
    pub by: Vec<Role>,
    pub to: Vec<Role>,
    pub within: Option<Within>,
}

/// The steps that must follow a report, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThenSteps(pub Vec<ThenStep>);

const FIELDS: [&str; 3] = ["by", "to", "within"];
const WRITTEN: &str = "a list of tables: `[{ by = [\"teacher\"], to = [\"it-staff\"], within = \"1 day\" }]`";

impl Value for ThenSteps {
    fn written() -> String {
        WRITTEN.to_owned()
    }

    fn read(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<Self> {
        let DeValue::Array(items) = item.get_ref() else {
            reader.wrong_type(item, WRITTEN);
            return None;
        };
        if items.is_empty() {
            reader.wrong(item.span(), "this list is empty", "name a step, or leave the field out");
            return None;
        }
        let read: Vec<Option<ThenStep>> = items.iter().map(|item| step(item, reader)).collect();
        read.into_iter().collect::<Option<Vec<ThenStep>>>().map(ThenSteps)
    }
}

fn step(item: &Spanned<DeValue<'_>>, reader: &mut FieldReader<'_>) -> Option<ThenStep> {
    let DeValue::Table(table) = item.get_ref() else {
        reader.wrong_type(item, "a table, such as { by = [\"teacher\"], to = [\"it-staff\"] }");
        return None;
    };
    let (mut by, mut to, mut within, mut is_whole) = (None, None, None, true);
    for (key, value) in in_order(table) {
        match key.get_ref().as_ref() {
            "by" => by = Deciders::read(value, reader),
            "to" => to = Deciders::read(value, reader),
            "within" => {
                within = Within::read(value, reader);
                is_whole &= within.is_some();
            }
            other => {
                let mend = format!("a step has the fields {}", or_list(FIELDS));
                reader.wrong(key.span(), format!("a step of 'then' has no field '{other}'"), mend);
                is_whole = false;
            }
        }
    }
    for (name, is_there) in [("by", table_has(item, "by")), ("to", table_has(item, "to"))] {
        if !is_there {
            let mend = format!("add '{name}', a list of roles");
            reader.wrong(item.span(), format!("a step of 'then' lacks '{name}'"), mend);
        }
    }
    if !is_whole {
        return None;
    }
    Some(ThenStep { by: by?.0, to: to?.0, within })
}

fn table_has(item: &Spanned<DeValue<'_>>, name: &str) -> bool {
    matches!(item.get_ref(), DeValue::Table(table) if table.iter().any(|(key, _)| key.get_ref() == name))
}
