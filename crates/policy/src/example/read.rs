//! Reading worked examples.

use std::ops::Range;

use domain::{Role, Roles, Span, Within};

use super::reach::{STANDINGS, read_reach};
use super::{Act, At, Deciding, Entering, Example, Routing, Sight, Signing, read_entry_form};
use crate::kinds::Data;
use crate::lines::{
    Words, Wrong, each_line, read_actor, read_address, read_day, read_device, read_permission, read_quoted, read_roles,
    read_until, take_clause, time_of_day,
};
use crate::parse::names::{Name, Use};
use crate::problem::Problems;
use crate::value::{Word, decider, mended, or_list};

const VERBS: [&str; 11] =
    ["opens", "signs", "asks", "reports", "enters", "reaches", "searches", "views", "sees", "sets", "idle"];

/// The examples of a block whose content stands at `span`, one a line; `#` at a line's start is a comment.
pub(crate) fn read_block(
    span: Range<usize>,
    roles: &Roles,
    names: &mut Vec<Name>,
    problems: &mut Problems,
) -> Vec<Example> {
    let mut examples = Vec::new();
    each_line(span, problems, |line, at, number| {
        examples.push(read_line(line, at, number, roles, names)?);
        Ok(())
    });
    examples
}

fn read_line(line: &str, base: usize, number: u32, catalogue: &Roles, names: &mut Vec<Name>) -> Result<Example, Wrong> {
    let (given, expected) = line.rsplit_once("->").ok_or_else(|| {
        (
            "this example does not say what comes of it".to_owned(),
            "add '->' and the answer, as in '-> blocked'".to_owned(),
        )
    })?;
    let mut given = Words { line, rest: given, base, catalogue };
    let mut expected = Words { line, rest: expected, base, catalogue };
    let mut clause = take_clause(&mut expected, names);
    let who = read_actor(&mut given)?;
    let verb = given.next();
    let act = match verb {
        "opens" => read_opens(&mut given, &mut expected, names)?,
        "signs" if given.take("in") => Act::SignsIn { told: read_told(&mut expected)? },
        "signs" => {
            if let Some(named) = given.peek().strip_prefix('#') {
                names.push(Name { how: Use::OfClause, text: named.to_owned(), span: given.place(named) });
                given.next();
                clause.get_or_insert_with(|| named.to_owned());
            }
            Act::Signs { expected: read_signing(&mut expected)? }
        }
        "asks" => read_asks(&mut given, &mut expected, names)?,
        "reports" => read_reports(&mut given, &mut expected, names)?,
        "enters" => {
            let form = read_entry_form(&mut given, names)?;
            Act::Enters { form, expected: read_entering(&mut expected)? }
        }
        "reaches" => {
            let (whom, how) = read_reach(&mut given)?;
            Act::Reaches { whom, how, expected: read_standing(&mut expected)? }
        }
        "searches" => {
            given.expect("for", "write it as in 'pupil searches for \"volcanoes\" -> safe'")?;
            let text = read_quoted(&mut given)?;
            Act::Searches { text, safe: read_either(&mut expected, "safe", "plain")? }
        }
        "views" => {
            let what = Data::word(given.next(), catalogue)?;
            Act::Views { what, allowed: read_either(&mut expected, "allowed", "refused")? }
        }
        "sees" => {
            let sight = match given.next() {
                "helplines" => Sight::Helplines,
                "live" => Sight::Live,
                other => {
                    let mend = "write 'sees helplines' or 'sees live'";
                    return Err((format!("'{other}' is nothing that is seen by a clause"), mend.to_owned()));
                }
            };
            Act::Sees { sight, allowed: read_either(&mut expected, "allowed", "refused")? }
        }
        "sets" => {
            given.expect("password", "write it as in 'pupil sets password \"…\" -> refused'")?;
            let password = read_quoted(&mut given)?;
            Act::SetsPassword { password, accepted: read_either(&mut expected, "accepted", "refused")? }
        }
        "idle" => {
            let span = Span::word(std::mem::take(&mut given.rest).trim(), catalogue)?;
            Act::Idle { span, signed_out: read_idle(&mut expected)? }
        }
        other => {
            let error = domain::UnknownName::new("verb", other, VERBS.into_iter());
            return Err(mended(error, || format!("after who it is, write one of {}", or_list(VERBS))));
        }
    };
    given.done()?;
    expected.done()?;
    Ok(Example { line: number, text: line.to_owned(), who, act, clause })
}

fn read_opens(given: &mut Words<'_>, expected: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Act, Wrong> {
    let address = read_address(given)?;
    let (mut from, mut at, mut with) = (None, None, Vec::new());
    while !given.is_done() {
        if given.take("at") {
            at = Some(read_time(given)?);
        } else if given.take("from") {
            from = Some(read_device(given)?);
        } else if given.take("with") {
            loop {
                let more = given.peek().ends_with(',');
                with.push(read_permission(given, names));
                if !more {
                    break;
                }
            }
        } else {
            given.done()?;
        }
    }
    Ok(Act::Opens { address, from, at, with, allowed: read_either(expected, "allowed", "blocked")? })
}

fn read_time(words: &mut Words<'_>) -> Result<At, Wrong> {
    let day = read_day(words.peek());
    if day.is_some() {
        words.next();
    }
    let written = words.next();
    match time_of_day(written) {
        Some(time) => Ok(At { day, time }),
        None => {
            Err((format!("'{written}' is not a time"), "write it as in 'at 10:00' or 'at Saturday 10:00'".to_owned()))
        }
    }
}

pub(crate) fn read_either(words: &mut Words<'_>, yes: &str, no: &str) -> Result<bool, Wrong> {
    let word = words.next();
    if word == yes || word == no {
        return Ok(word == yes);
    }
    Err((format!("'{word}' is not an answer here"), format!("write '-> {yes}' or '-> {no}'")))
}

fn read_entering(words: &mut Words<'_>) -> Result<Entering, Wrong> {
    let written = std::mem::take(&mut words.rest).trim();
    let known = Entering::ALL.iter().find(|(_, answer)| *answer == written);
    known.map(|(entering, _)| *entering).ok_or_else(|| {
        let mend = format!("write one of {}", or_list(Entering::ALL.map(|(_, answer)| answer)));
        (format!("'{written}' is not an answer here"), mend)
    })
}

fn read_standing(words: &mut Words<'_>) -> Result<&'static str, Wrong> {
    let written = std::mem::take(&mut words.rest).trim();
    let known = STANDINGS.iter().find(|answer| **answer == written).copied();
    known.ok_or_else(|| (format!("'{written}' is not an answer here"), format!("write one of {}", or_list(STANDINGS))))
}

fn read_idle(words: &mut Words<'_>) -> Result<bool, Wrong> {
    match std::mem::take(&mut words.rest).trim() {
        "signed out" => Ok(true),
        "stays in" => Ok(false),
        other => Err((format!("'{other}' is not an answer here"), "write '-> signed out' or '-> stays in'".to_owned())),
    }
}

fn read_told(words: &mut Words<'_>) -> Result<bool, Wrong> {
    match std::mem::take(&mut words.rest).trim() {
        "told" => Ok(true),
        "not told" => Ok(false),
        other => Err((format!("'{other}' is not an answer here"), "write '-> told' or '-> not told'".to_owned())),
    }
}

fn read_signing(words: &mut Words<'_>) -> Result<Signing, Wrong> {
    if words.take("shown") {
        return Ok(Signing::Shown);
    }
    if words.take("nothing") {
        return Ok(Signing::Nothing);
    }
    let mend = "write 'self', 'parent', 'self and parent', with 'then countersigner ROLE' or 'reading \"PART\"' after it, 'shown' or 'nothing'";
    let (mut own, mut parent, mut countersigned_by) = (false, false, None);
    loop {
        match words.next() {
            "self" => own = true,
            "parent" => parent = true,
            other => return Err((format!("'{other}' is not a signer"), mend.to_owned())),
        }
        if !words.take("and") {
            break;
        }
    }
    if words.take("then") {
        words.expect("countersigner", mend)?;
        countersigned_by = Some(read_roles(words, "or")?);
    }
    let reading = words.take("reading").then(|| read_quoted(words)).transpose()?;
    Ok(Signing::Signs { own, parent, countersigned_by, reading })
}

fn read_asks(given: &mut Words<'_>, expected: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Act, Wrong> {
    let permission = read_permission(given, names);
    let expected = if expected.take("refused") { Deciding::Refused } else { read_deciding(expected)? };
    Ok(Act::Asks { permission, expected })
}

/// `it-staff or slt decides until end of term`, `headteacher and parent-of:pupil decide`, `asker decides`.
pub(crate) fn read_deciding(expected: &mut Words<'_>) -> Result<Deciding, Wrong> {
    let all = expected.rest.split_whitespace().any(|word| word == "and");
    let is_asker = expected.take("asker");
    let roles = if is_asker { Vec::new() } else { read_roles(expected, if all { "and" } else { "or" })? };
    let mend = "write it as in '-> it-staff or slt decides until end of term' or '-> headteacher and dsl decide'";
    if !(all && expected.take("decide")) {
        expected.expect("decides", mend)?;
    }
    let until = expected.take("until").then(|| read_until(expected)).transpose()?;
    Ok(Deciding::By { roles, all, until })
}

fn read_reports(given: &mut Words<'_>, expected: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Act, Wrong> {
    let report = read_report(given, names);
    let about = if given.take("about") { Some(Role::word(given.next(), given.catalogue)?) } else { None };
    let chosen = if given.take("to") { Some(decider(given.next(), given.catalogue)?) } else { None };
    Ok(Act::Reports { report, about, chosen, expected: read_routing(expected)? })
}

/// The name of a report, which is noted among the names.
pub(crate) fn read_report(words: &mut Words<'_>, names: &mut Vec<Name>) -> String {
    let report = words.next().trim_end_matches(',');
    names.push(Name { how: Use::OfReport, text: report.to_owned(), span: words.place(report) });
    report.to_owned()
}

/// `dsl and deputy-dsl within 2 hours clock 72 hours in confidence`, or `refused`.
pub(crate) fn read_routing(expected: &mut Words<'_>) -> Result<Routing, Wrong> {
    if expected.take("refused") {
        return Ok(Routing::Refused);
    }
    let one_of = expected.rest.split_whitespace().any(|word| word == "or");
    let roles = read_roles(expected, if one_of { "or" } else { "and" })?;
    let rest = std::mem::take(&mut expected.rest).trim();
    let (rest, in_confidence) = match rest.strip_suffix("in confidence") {
        Some(rest) => (rest.trim(), true),
        None => (rest, false),
    };
    let (rest, clock) = match rest.split_once("clock ") {
        Some((rest, clock)) => (rest.trim(), Some(Span::word(clock.trim(), expected.catalogue)?)),
        None => (rest, None),
    };
    let within = match rest.strip_prefix("within ") {
        Some(within) => Some(Within::word(within, expected.catalogue)?),
        None if rest.is_empty() => None,
        None => {
            let mend =
                "after the roles, write 'within 2 hours', 'clock 72 hours', 'in confidence' or nothing, in this order";
            return Err((format!("'{rest}' is not understood here"), mend.to_owned()));
        }
    };
    Ok(Routing::To { roles, one_of, within, clock, in_confidence })
}
