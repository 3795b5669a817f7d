//! Names and lists as they stand in a sentence.

use domain::{Audience, CategorySet, Group, Period, PeriodSet, Role};

use crate::value::{Sites, Who, join};

/// `the headteacher`, `IT staff`.
pub(crate) fn role(role: Role) -> String {
    match role {
        Role::ItStaff => "IT staff".to_owned(),
        Role::Communications => "Communications".to_owned(),
        Role::AuthorisedPersonnel => "authorised personnel".to_owned(),
        Role::MonitoringViewer => "authorised monitoring staff".to_owned(),
        Role::OfficialAccountPoster => "whoever is authorised to post for the school".to_owned(),
        Role::Countersigner => "whoever accepts signatures for the school".to_owned(),
        Role::SearchWitness => "a second member of staff".to_owned(),
        Role::AssistantHead
        | Role::ThirdParty
        | Role::ApprovedContractor
        | Role::SystemAdministrator
        | Role::Teacher
        | Role::SubjectTeacher => with_article(role.title()),
        other => format!("the {}", lower_first(other.title())),
    }
}

fn with_article(title: &str) -> String {
    let title = lower_first(title);
    let article = if title.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {title}")
}

/// Lower-cases the first letter, but for abbreviations: `IT staff`, `E-safety coordinator` keep theirs.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(_), Some(second)) if second.is_uppercase() => text.to_owned(),
        (Some(first), _) => first.to_lowercase().chain(letters).collect(),
        _ => String::new(),
    }
}

pub(crate) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `decides` after one role, `decide` after IT staff; after several joined by "or", as the last one wants it.
pub(crate) fn decides(list: &[Role]) -> &'static str {
    match list.last() {
        Some(
            Role::ItStaff | Role::AuthorisedPersonnel | Role::MonitoringViewer | Role::Police | Role::Communications,
        ) => "decide",
        _ => "decides",
    }
}

pub(crate) fn roles(list: &[Role], conjunction: &str) -> String {
    join(list.iter().map(|known| role(*known)).collect(), conjunction)
}

pub(crate) fn audience(audience: Audience) -> String {
    lower_first(audience.title())
}

fn group(group: &Group) -> String {
    format!("the group {group}")
}

/// `everyone`, `pupils, staff and the headteacher`.
pub(crate) fn who(who: &Who) -> String {
    let mut names = Vec::new();
    if who.everyone {
        names.push("everyone".to_owned());
    }
    names.extend(who.audiences.iter().map(|known| audience(*known)));
    names.extend(who.roles.iter().map(|known| role(*known)));
    names.extend(who.groups.iter().map(group));
    join(names, "and")
}

/// `everyone but IT staff`.
pub(crate) fn who_except(included: &Who, except: &Who) -> String {
    if except.is_nobody() { who(included) } else { format!("{} except {}", who(included), who(except)) }
}

pub(crate) fn categories(set: CategorySet) -> Vec<String> {
    set.iter().map(|category| lower_first(category.title())).collect()
}

/// `games, reddit.com and social networks`, or the like with `or`.
pub(crate) fn sites(sites: &Sites, conjunction: &str) -> String {
    if sites.everything {
        return if conjunction == "or" { "any site" } else { "every site" }.to_owned();
    }
    let mut names = categories(sites.categories);
    names.extend(sites.entries.iter().map(ToString::to_string));
    join(names, conjunction)
}

/// ` during lessons and breaks`, with a space before it; nothing where no period is named.
pub(crate) fn during(periods: Option<PeriodSet>) -> String {
    let Some(periods) = periods else { return String::new() };
    let titles = |period: Period| match period {
        Period::OutOfHours | Period::OnSite => period.title().to_owned(),
        _ => format!("during {}", period.title()),
    };
    format!(" {}", join(periods.iter().map(titles).collect(), "or"))
}

/// `a, b and c` of texts as they are.
pub(crate) fn list(texts: &[String]) -> String {
    join(texts.to_vec(), "and")
}

/// Field names as people read them: `which-device` is `which device`.
pub(crate) fn fields(names: &[String]) -> String {
    join(names.iter().map(|name| name.replace('-', " ")).collect(), "and")
}
