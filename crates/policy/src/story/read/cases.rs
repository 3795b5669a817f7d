//! Reading the steps of reports.

use domain::{SiteDecision, Span};

use super::entries::read_register_of;
use crate::example::{read_register, read_report};
use crate::lines::{Words, Wrong, parts, read_actor, read_permission, read_typed, read_whole_actor};
use crate::parse::names::Name;
use crate::story::{Action, LINES};
use crate::value::{Word, decider, mended, or_list};

/// `tell-an-adult about staff Ben to dsl, with class "5B", without place, losing laptops`.
pub(super) fn read_reports(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    let report = read_report(words, names);
    let (mut about, mut chosen, mut typed, mut losing) = (None, None, Vec::new(), None);
    let rest = std::mem::take(&mut words.rest);
    for part in parts(rest) {
        if let Some(filled) = part.strip_prefix("with ") {
            typed.push(read_typed(filled)?);
        } else if let Some(field) = part.strip_prefix("without ") {
            typed.push((field.trim().to_owned(), String::new()));
        } else if let Some(named) = part.strip_prefix("about ") {
            about = Some(read_whole_actor(named.trim(), words)?);
        } else if let Some(register) = part.strip_prefix("losing ") {
            let mut named = Words { rest: register, ..*words };
            losing = Some(read_register(&mut named, names));
        } else if let Some(role) = part.strip_prefix("to ") {
            chosen = Some(decider(role.trim(), words.catalogue)?);
        } else {
            let mend = "after the report write 'about' and whom it is about, 'to' and the role that the reporter \
                        chooses, 'with' and a field and what is typed into it in quotation marks, 'without' and a field, 'losing' \
                        and the register that lists what is lost, with commas between them";
            return Err((format!("'{part}' is not understood here"), mend.to_owned()));
        }
    }
    Ok(Action::Reports { report, about, chosen, typed, losing })
}

/// `decision of data-breach, with reason "It is over", without text`, `device-search of device-search, beside staff Wes`.
pub(super) fn read_line(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    let named = words.next();
    let Some(line) = LINES.into_iter().find(|line| *line == named) else {
        let error = domain::UnknownName::new("line of a report", named, LINES.into_iter());
        return Err(mended(error, || format!("write one of {}", or_list(LINES))));
    };
    words.expect("of", "write it as in 'writes down decision of data-breach'")?;
    let (report, mut typed, mut beside) = (read_report(words, names), Vec::new(), None);
    for part in parts(std::mem::take(&mut words.rest)) {
        match (part.strip_prefix("with "), part.strip_prefix("without ")) {
            (Some(filled), _) => typed.push(read_typed(filled)?),
            (_, Some(empty)) => typed.push((empty.trim().to_owned(), String::new())),
            _ if part.starts_with("beside ") => {
                beside = Some(read_whole_actor(part["beside ".len()..].trim(), words)?);
            }
            _ => {
                let mend = "after the report write 'with' and a part and what is typed into it in quotation marks, \
                            'without' and a part, or 'beside' and the second person, with commas between them";
                return Err((format!("'{part}' is not understood here"), mend.to_owned()));
            }
        }
    }
    Ok(Action::WritesLine { report, line, typed, beside })
}

/// The steps by which a report is followed up.
pub(super) fn read(verb: &str, words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    Ok(match verb {
        "reads" => Action::ReadsReport { report: read_report(words, names) },
        "knows" => {
            let mend = "write it as in 'knows who reported tell-an-adult' or 'knows who consented to share-picture for \
                        pupil Ben'";
            words.expect("who", mend)?;
            if words.take("consented") {
                words.expect("to", mend)?;
                let permission = read_permission(words, names);
                words.expect("for", mend)?;
                return Ok(Action::KnowsWhoConsented { permission, about: read_actor(words)? });
            }
            words.expect("reported", mend)?;
            Action::KnowsWhoReported { report: read_report(words, names) }
        }
        "passes" => {
            words.expect("on", "write it as in 'passes on data-breach to regulator'")?;
            let report = read_report(words, names);
            words.expect("to", "write it as in 'passes on data-breach to regulator'")?;
            Action::PassesOn { report, to: decider(words.next(), words.catalogue)? }
        }
        "says" => {
            let report = read_report(words, names);
            let mend =
                "write it as in 'says tell-an-adult is about staff Ben' or 'says data-breach was known 2 days before'";
            if words.take("was") {
                words.expect("known", mend)?;
                let span = std::mem::take(&mut words.rest).trim();
                let span = span
                    .strip_suffix("before")
                    .ok_or_else(|| (format!("'{span}' says no time before it"), mend.to_owned()))?;
                return Ok(Action::SaysKnown { report, before: Span::word(span.trim(), words.catalogue)? });
            }
            for word in ["is", "about"] {
                words.expect(word, mend)?;
            }
            Action::SaysAbout { report, person: read_actor(words)? }
        }
        "closes" => Action::Closes { report: read_report(words, names), reason: read_reason(words) },
        "reopens" => Action::Reopens { report: read_report(words, names), reason: read_reason(words) },
        _ => Action::Follows { report: read_report(words, names) },
    })
}

/// `the site of bad-site because it is violent`, or the entry in a register, after `closes the`.
pub(super) fn read_closes_the(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    if words.peek() == "site" {
        return read_site(SiteDecision::Close, words, names);
    }
    Ok(Action::ClosesEntry { register: read_register_of(words, &["entry", "in"], names)? })
}

/// `site of bad-site because it is violent`, after what is decided about it and `the`.
pub(super) fn read_site(decision: SiteDecision, words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    for word in ["site", "of"] {
        words.expect(word, "write it as in 'closes the site of bad-site because it is violent'")?;
    }
    Ok(Action::DecidesSite { report: read_report(words, names), decision, reason: read_reason(words) })
}

/// What stands after `because`; nothing where it is not there.
fn read_reason(words: &mut Words<'_>) -> String {
    if words.take("because") { std::mem::take(&mut words.rest).trim().to_owned() } else { String::new() }
}
