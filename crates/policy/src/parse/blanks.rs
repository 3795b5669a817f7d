//! Blanks that the school fills: `{{school}}`, `{{dsl.name}}`, `{{headteacher.contact}}`.

use domain::Roles;

use crate::problem::Problems;
use crate::value::is_kebab_case;

/// Reports every `{{…}}` that is none of the blanks that can be filled.
pub(super) fn check(roles: &Roles, problems: &mut Problems) {
    let text = problems.text().clone();
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|place| place + from) {
        let line_end = text[start..].find('\n').map_or(text.len(), |place| place + start);
        let Some(end) = text[start..line_end].find("}}").map(|place| place + start) else {
            problems.add(start..start + 2, "this blank is never closed", "close it with '}}' on the same line");
            // No other blank of this line is closed either: to look again from each would take the square of its length.
            from = line_end;
            continue;
        };
        if let Some((message, mend)) = wrong(text[start + 2..end].trim(), roles) {
            problems.add(start..end + 2, message, mend);
        }
        from = end + 2;
    }
}

fn wrong(name: &str, roles: &Roles) -> Option<(String, String)> {
    let Some((role, fact)) = name.split_once('.') else {
        return (!is_kebab_case(name)).then(|| {
            (
                format!("'{name}' can't be filled in"),
                "write a single word, such as {{school}}, or {{dsl.name}}".to_owned(),
            )
        });
    };
    if let Err(error) = roles.find(role) {
        let mend = error.nearest.map(|near| format!("did you mean '{near}.{fact}'?"));
        let mend = mend.unwrap_or_else(|| "write a role's name before the dot, as in {{dsl.name}}".to_owned());
        return Some((format!("there is no role '{role}' to fill this blank"), mend));
    }
    (!["name", "contact"].contains(&fact)).then(|| {
        (format!("nothing is known of a role under '{fact}'"), format!("write '{role}.name' or '{role}.contact'"))
    })
}
