//! Names and lists as they stand in a sentence.

use domain::{Audience, CategorySet, FieldKind, FormField, Group, LineKind, Period, PeriodSet, Role, Roles};
pub(crate) use domain::{lower_first, upper_first};

use crate::value::{Sites, Who, WhoByAge, join};

/// `decides` after one role, `decide` after IT staff; after several joined by "or", as the last one wants it.
pub(crate) fn decides(catalogue: &Roles, list: &[Role]) -> &'static str {
    if list.last().is_some_and(|last| catalogue.is_plural(*last)) { "decide" } else { "decides" }
}

/// Whether several hold these together, or the one role takes a plural verb: `IT staff keep`.
pub(crate) fn are_several(catalogue: &Roles, list: &[Role]) -> bool {
    list.len() > 1 || list.first().is_some_and(|only| catalogue.is_plural(*only))
}

pub(crate) fn roles(catalogue: &Roles, list: &[Role], conjunction: &str) -> String {
    join(list.iter().map(|known| catalogue.in_sentence(*known)).collect(), conjunction)
}

/// `the headteacher and a parent of the pupil`, of lists from each of which somebody is meant.
pub(crate) fn panels(catalogue: &Roles, panels: &[Vec<Role>], conjunction: &str) -> String {
    join(panels.iter().map(|panel| roles(catalogue, panel, "or")).collect(), conjunction)
}

pub(crate) fn audience(audience: Audience) -> String {
    lower_first(audience.title())
}

fn group(group: &Group) -> String {
    format!("the group {group}")
}

/// `everyone`, `pupils, staff and the headteacher`.
pub(crate) fn who(catalogue: &Roles, who: &Who) -> String {
    let mut names = Vec::new();
    if who.everyone {
        names.push("everyone".to_owned());
    }
    names.extend(who.audiences.iter().map(|known| audience(*known)));
    names.extend(who.roles.iter().map(|known| catalogue.in_sentence(*known)));
    names.extend(who.groups.iter().map(group));
    join(names, "and")
}

/// `pupils and past pupils under 18`.
pub(crate) fn who_by_age(catalogue: &Roles, named: &WhoByAge) -> String {
    let of_age = named.under.iter().map(|(known, age)| format!("{} under {age}", audience(*known)));
    let others = Some(who(catalogue, &named.who)).filter(|others| !others.is_empty());
    join(others.into_iter().chain(of_age).collect(), "and")
}

/// `everyone but IT staff`.
pub(crate) fn who_except(catalogue: &Roles, included: &Who, except: &Who) -> String {
    let of = |named: &Who| who(catalogue, named);
    if except.is_nobody() { of(included) } else { format!("{} except {}", of(included), of(except)) }
}

pub(crate) fn categories(set: CategorySet) -> Vec<String> {
    set.iter().map(|category| lower_first(category.title())).collect()
}

/// What sites in no category are called in a sentence.
pub(crate) const UNCATEGORISED: &str = "sites in no category";

/// `games, reddit.com and social networks`, or the like with `or`.
pub(crate) fn sites(sites: &Sites, conjunction: &str) -> String {
    if sites.everything {
        return if conjunction == "or" { "any site" } else { "every site" }.to_owned();
    }
    let mut names = categories(sites.categories);
    names.extend(sites.uncategorised.then(|| UNCATEGORISED.to_owned()));
    names.extend(sites.entries.iter().map(ToString::to_string));
    join(names, conjunction)
}

/// ` during lessons and breaks`, with a space before it; nothing where no period is named.
pub(crate) fn during(periods: Option<PeriodSet>) -> String {
    periods.map_or_else(String::new, |periods| format!(" {}", times(periods)))
}

/// `, but not during breaks`, after [`during`]; nothing where no period is named.
pub(crate) fn not_during(periods: Option<PeriodSet>) -> String {
    periods.map_or_else(String::new, |periods| format!(", but not {}", times(periods)))
}

fn times(periods: PeriodSet) -> String {
    let titles = |period: Period| match period {
        Period::OutOfHours | Period::OnSite | Period::OffSite => period.title().to_owned(),
        _ => format!("during {}", period.title()),
    };
    join(periods.iter().map(titles).collect(), "or")
}

/// `a, b and c` of texts as they are.
pub(crate) fn list(texts: &[String]) -> String {
    join(texts.to_vec(), "and")
}

/// Field names as people read them: `which-device` is `which device`.
/// `The form asks for serial number and when (a date and a time).`
pub(crate) fn form(fields: &[FormField]) -> Option<String> {
    let words = fields.iter().map(|field| match &field.kind {
        FieldKind::Line(LineKind::Text) => field.name.replace('-', " "),
        kind => format!("{} ({kind})", field.name.replace('-', " ")),
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| format!("The form asks for {}.", join(words, "and")))
}

pub(crate) fn fields(names: &[String]) -> String {
    join(names.iter().map(|name| name.replace('-', " ")).collect(), "and")
}
