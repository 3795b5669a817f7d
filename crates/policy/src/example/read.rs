//! Reading worked examples.

use std::ops::Range;

use domain::{Address, Audience, Group, Longest, Role, Roles, Span, Within};
use jiff::civil::{Time, Weekday};

use super::{Act, Actor, At, Deciding, Example, Routing, Signing};
use crate::kinds::Data;
use crate::parse::names::{Name, Use};
use crate::problem::Problems;
use crate::value::{Word, mended, or_list};

const VERBS: [&str; 8] = ["opens", "signs", "asks", "reports", "searches", "views", "sets", "idle"];

/// What is wrong, and what would mend it.
pub(crate) type Wrong = (String, String);

/// The examples of a block whose content stands at `span`, one a line; `#` at a line's start is a comment.
pub(crate) fn read_block(
    span: Range<usize>,
    roles: &Roles,
    names: &mut Vec<Name>,
    problems: &mut Problems,
) -> Vec<Example> {
    let text = problems.text().clone();
    let mut examples = Vec::new();
    let mut start = span.start;
    for content in text[span].split_inclusive('\n') {
        let line = content.trim();
        let at = start + content.find(line).unwrap_or(0);
        start += content.len();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match read_line(line, at, problems.line(at), roles, names) {
            Ok(example) => examples.push(example),
            Err((message, mend)) => problems.add(at..at + line.len(), message, mend),
        }
    }
    examples
}

/// Words one after another, each with its place in the file.
pub(crate) struct Words<'t> {
    pub(crate) line: &'t str,
    pub(crate) rest: &'t str,
    /// Where in the file the line begins.
    pub(crate) base: usize,
    /// The roles that may be named.
    pub(crate) catalogue: &'t Roles,
}

impl<'t> Words<'t> {
    pub(crate) fn peek(&self) -> &'t str {
        self.rest.split_whitespace().next().unwrap_or("")
    }

    pub(crate) fn next(&mut self) -> &'t str {
        let word = self.peek();
        self.rest = self.rest.trim_start().get(word.len()..).unwrap_or("");
        word
    }

    /// Whether the next word is `wanted`, which is then taken.
    pub(crate) fn take(&mut self, wanted: &str) -> bool {
        let found = self.peek() == wanted;
        if found {
            self.next();
        }
        found
    }

    pub(crate) fn expect(&mut self, wanted: &str, mend: &str) -> Result<(), Wrong> {
        let found = self.peek();
        if self.take(wanted) {
            return Ok(());
        }
        let found = if found.is_empty() { "nothing".to_owned() } else { format!("'{found}'") };
        Err((format!("'{wanted}' should stand where {found} stands"), mend.to_owned()))
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.trim().is_empty()
    }

    pub(crate) fn place(&self, word: &str) -> Range<usize> {
        let start = self.base + (word.as_ptr() as usize).saturating_sub(self.line.as_ptr() as usize);
        start..start + word.len()
    }

    pub(crate) fn done(&self) -> Result<(), Wrong> {
        if self.is_done() {
            return Ok(());
        }
        Err((format!("'{}' is not understood here", self.rest.trim()), "leave it out".to_owned()))
    }
}

fn read_line(line: &str, base: usize, number: u32, catalogue: &Roles, names: &mut Vec<Name>) -> Result<Example, Wrong> {
    let (given, expected) = line.rsplit_once("->").ok_or_else(|| {
        (
            "this example does not say what comes of it".to_owned(),
            "add '->' and the answer, as in '-> blocked'".to_owned(),
        )
    })?;
    let mut given = Words { line, rest: given, base, catalogue };
    let (expected, clause) = split_clause(expected);
    let mut expected = Words { line, rest: expected, base, catalogue };
    if let Some(clause) = clause {
        names.push(Name { how: Use::OfClause, text: clause.to_owned(), span: expected.place(clause) });
    }
    let who = read_actor(&mut given)?;
    let verb = given.next();
    let mut clause = clause.map(str::to_owned);
    let act = match verb {
        "opens" => read_opens(&mut given, &mut expected, names)?,
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
        "searches" => {
            given.expect("for", "write it as in 'pupil searches for \"volcanoes\" -> safe'")?;
            let text = read_quoted(&mut given)?;
            Act::Searches { text, safe: read_either(&mut expected, "safe", "plain")? }
        }
        "views" => {
            let what = Data::word(given.next(), catalogue)?;
            Act::Views { what, allowed: read_either(&mut expected, "allowed", "refused")? }
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

/// The answer, and the clause that it names at its end.
pub(crate) fn split_clause(expected: &str) -> (&str, Option<&str>) {
    match expected.rsplit_once('#') {
        Some((before, clause)) if before.is_empty() || before.ends_with(char::is_whitespace) => {
            (before, Some(clause.trim()))
        }
        _ => (expected, None),
    }
}

pub(crate) fn read_actor(words: &mut Words<'_>) -> Result<Actor, Wrong> {
    let mut actor = Actor::default();
    let first = words.next();
    if let Ok(audience) = first.parse::<Audience>() {
        actor.audience = Some(audience);
    } else if let Ok(role) = words.catalogue.find(first) {
        actor.roles.push(role);
    } else {
        let known = Audience::ALL.iter().map(|known| known.name()).chain(words.catalogue.names());
        let error = domain::UnknownName::new("audience or role", first, known);
        return Err(mended(error, || "begin with an audience, as in 'pupil opens …'".to_owned()));
    }
    if actor.audience.is_some() && words.peek().starts_with(char::is_uppercase) {
        actor.name = Some(words.next().trim_end_matches(',').to_owned());
    }
    loop {
        let word = words.peek();
        if words.take("in") || words.take("of") {
            actor.groups.push(Group(words.next().trim_end_matches(',').to_owned()));
        } else if words.take("as") || word == "," {
            loop {
                let role = words.next();
                let (name, more) = role.strip_suffix(',').map_or((role, false), |name| (name, true));
                actor.roles.push(Role::word(name, words.catalogue)?);
                if !more {
                    break;
                }
            }
        } else {
            return Ok(actor);
        }
    }
}

fn read_opens(given: &mut Words<'_>, expected: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Act, Wrong> {
    let written = given.next();
    let address = Address::parse(written)
        .map_err(|error| mended(error, || "write an address, as in 'https://www.bbc.co.uk/bitesize'".to_owned()))?;
    let (mut at, mut with) = (None, Vec::new());
    while !given.is_done() {
        if given.take("at") {
            at = Some(read_time(given)?);
        } else if given.take("with") {
            loop {
                let word = given.next();
                let (name, more) = word.strip_suffix(',').map_or((word, false), |name| (name, true));
                names.push(Name { how: Use::OfPermission, text: name.to_owned(), span: given.place(name) });
                with.push(name.to_owned());
                if !more {
                    break;
                }
            }
        } else {
            given.done()?;
        }
    }
    Ok(Act::Opens { address, at, with, allowed: read_either(expected, "allowed", "blocked")? })
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

pub(crate) fn read_day(word: &str) -> Option<Weekday> {
    Some(match word {
        "Monday" => Weekday::Monday,
        "Tuesday" => Weekday::Tuesday,
        "Wednesday" => Weekday::Wednesday,
        "Thursday" => Weekday::Thursday,
        "Friday" => Weekday::Friday,
        "Saturday" => Weekday::Saturday,
        "Sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// `09:05`.
pub(crate) fn time_of_day(written: &str) -> Option<Time> {
    let (hour, minute) = written.split_once(':')?;
    let is_number = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(hour) || !is_number(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

pub(crate) fn read_either(words: &mut Words<'_>, yes: &str, no: &str) -> Result<bool, Wrong> {
    let word = words.next();
    if word == yes || word == no {
        return Ok(word == yes);
    }
    Err((format!("'{word}' is not an answer here"), format!("write '-> {yes}' or '-> {no}'")))
}

fn read_idle(words: &mut Words<'_>) -> Result<bool, Wrong> {
    match std::mem::take(&mut words.rest).trim() {
        "signed out" => Ok(true),
        "stays in" => Ok(false),
        other => Err((format!("'{other}' is not an answer here"), "write '-> signed out' or '-> stays in'".to_owned())),
    }
}

pub(crate) fn read_quoted(words: &mut Words<'_>) -> Result<String, Wrong> {
    let rest = std::mem::take(&mut words.rest).trim();
    rest.strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| (format!("'{rest}' is not in quotation marks"), "write it as in \"volcanoes\"".to_owned()))
}

fn read_signing(words: &mut Words<'_>) -> Result<Signing, Wrong> {
    if words.take("shown") {
        return Ok(Signing::Shown);
    }
    if words.take("nothing") {
        return Ok(Signing::Nothing);
    }
    let mend =
        "write 'self', 'parent', 'self and parent', with 'then countersigner ROLE' after it, 'shown' or 'nothing'";
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
    Ok(Signing::Signs { own, parent, countersigned_by })
}

/// Roles joined by `and` or `or`.
pub(crate) fn read_roles(words: &mut Words<'_>, conjunction: &str) -> Result<Vec<Role>, Wrong> {
    let mut roles = Vec::new();
    loop {
        let word = words.next();
        let (name, comma) = word.strip_suffix(',').map_or((word, false), |name| (name, true));
        roles.push(Role::word(name, words.catalogue)?);
        let joined = words.take(conjunction);
        if !joined && !comma {
            return Ok(roles);
        }
    }
}

fn read_asks(given: &mut Words<'_>, expected: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Act, Wrong> {
    let permission = given.next();
    names.push(Name { how: Use::OfPermission, text: permission.to_owned(), span: given.place(permission) });
    let expected = if expected.take("refused") {
        Deciding::Refused
    } else {
        let roles = read_roles(expected, "or")?;
        expected.expect("decides", "write it as in '-> it-staff or slt decides until end of term'")?;
        let until = expected.take("until").then(|| read_until(expected)).transpose()?;
        Deciding::By { roles, until }
    };
    Ok(Act::Asks { permission: permission.to_owned(), expected })
}

pub(crate) fn read_until(words: &mut Words<'_>) -> Result<Longest, Wrong> {
    let rest = std::mem::take(&mut words.rest).trim();
    let rest = rest.strip_prefix("until ").unwrap_or(rest);
    if rest == "revoked" { Ok(Longest::UntilRevoked) } else { Longest::word(rest, words.catalogue) }
}

fn read_reports(given: &mut Words<'_>, expected: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Act, Wrong> {
    let report = given.next();
    names.push(Name { how: Use::OfReport, text: report.to_owned(), span: given.place(report) });
    let about = if given.take("about") { Some(Role::word(given.next(), given.catalogue)?) } else { None };
    let expected = if expected.take("refused") {
        Routing::Refused
    } else {
        let roles = read_roles(expected, "and")?;
        let rest = std::mem::take(&mut expected.rest).trim();
        let (rest, in_confidence) = match rest.strip_suffix("in confidence") {
            Some(rest) => (rest.trim(), true),
            None => (rest, false),
        };
        let within = match rest.strip_prefix("within ") {
            Some(within) => Some(Within::word(within, expected.catalogue)?),
            None if rest.is_empty() => None,
            None => {
                let mend = "after the roles, write 'within 72 hours', 'in confidence' or nothing";
                return Err((format!("'{rest}' is not understood here"), mend.to_owned()));
            }
        };
        Routing::To { roles, within, in_confidence }
    };
    Ok(Act::Reports { report: report.to_owned(), about, expected })
}
