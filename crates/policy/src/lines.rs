//! What the lines of worked examples and of stories have in common: who, when, what, and the clause after the answer.

use std::net::IpAddr;
use std::ops::Range;

use domain::{Address, Audience, Group, Longest, Role, Roles};
use jiff::civil::{Time, Weekday};

use crate::example::ExampleActor;
use crate::parse::names::{Name, Use};
use crate::problem::Problems;
use crate::value::{Word, decider, mended};

/// What is wrong, and what would mend it.
pub(crate) type Wrong = (String, String);

/// Reads each line of a block whose content stands at `span`, by its text, its place in the file and its number; `#` at a
/// line's start is a comment. A line that can't be read is a problem.
pub(crate) fn each_line(
    span: Range<usize>,
    problems: &mut Problems,
    mut read: impl FnMut(&str, usize, u32) -> Result<(), Wrong>,
) {
    let text = problems.text().clone();
    let mut start = span.start;
    for content in text[span].split_inclusive('\n') {
        let line = content.trim();
        let at = start + content.find(line).unwrap_or(0);
        start += content.len();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Err((message, mend)) = read(line, at, problems.line(at)) {
            problems.add(at..at + line.len(), message, mend);
        }
    }
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
        Err((format!("'{wanted}' was expected here, and this is {found}"), mend.to_owned()))
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

/// The answer, and the clause that it names at its end.
fn split_clause(expected: &str) -> (&str, Option<&str>) {
    match expected.rsplit_once('#') {
        Some((before, clause)) if before.is_empty() || before.ends_with(char::is_whitespace) => {
            (before, Some(clause.trim()))
        }
        _ => (expected, None),
    }
}

/// The clause after an answer, which is noted among the names; the answer is left.
pub(crate) fn take_clause(expected: &mut Words<'_>, names: &mut Vec<Name>) -> Option<String> {
    let (answer, clause) = split_clause(expected.rest);
    expected.rest = answer;
    let clause = clause?;
    names.push(Name { how: Use::OfClause, text: clause.to_owned(), span: expected.place(clause) });
    Some(clause.to_owned())
}

/// The name of a permission, which is noted among the names.
pub(crate) fn read_permission(words: &mut Words<'_>, names: &mut Vec<Name>) -> String {
    let permission = words.next().trim_end_matches(',');
    names.push(Name { how: Use::OfPermission, text: permission.to_owned(), span: words.place(permission) });
    permission.to_owned()
}

pub(crate) fn read_address(words: &mut Words<'_>) -> Result<Address, Wrong> {
    Address::parse(words.next())
        .map_err(|error| mended(error, || "write an address, as in 'https://www.bbc.co.uk/bitesize'".to_owned()))
}

/// The network address of a device.
pub(crate) fn read_device(words: &mut Words<'_>) -> Result<IpAddr, Wrong> {
    let written = words.next();
    let mend = "write the device's network address, as in 'from 10.20.0.7'";
    written.parse().map_err(|_| (format!("'{written}' is no IP address"), mend.to_owned()))
}

pub(crate) fn read_actor(words: &mut Words<'_>) -> Result<ExampleActor, Wrong> {
    let mut actor = ExampleActor::default();
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
        if words.take("in") {
            actor.groups.push(read_group(words));
        } else if words.take("of") {
            actor.teaches.push(read_group(words));
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

fn read_group(words: &mut Words<'_>) -> Group {
    Group(words.next().trim_end_matches(',').to_owned())
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

pub(crate) fn read_quoted(words: &mut Words<'_>) -> Result<String, Wrong> {
    let rest = std::mem::take(&mut words.rest).trim();
    rest.strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| (format!("'{rest}' is not in quotation marks"), "write it as in \"volcanoes\"".to_owned()))
}

/// Roles, relative ones among them, joined by `and` or `or`.
pub(crate) fn read_roles(words: &mut Words<'_>, conjunction: &str) -> Result<Vec<Role>, Wrong> {
    let mut roles = Vec::new();
    loop {
        let word = words.next();
        let (name, comma) = word.strip_suffix(',').map_or((word, false), |name| (name, true));
        roles.push(decider(name, words.catalogue)?);
        let joined = words.take(conjunction);
        if !joined && !comma {
            return Ok(roles);
        }
    }
}

pub(crate) fn read_until(words: &mut Words<'_>) -> Result<Longest, Wrong> {
    let rest = std::mem::take(&mut words.rest).trim();
    let rest = rest.strip_prefix("until ").unwrap_or(rest);
    if rest == "revoked" { Ok(Longest::UntilRevoked) } else { Longest::word(rest, words.catalogue) }
}

/// `when "next Friday"`: a field of the form and what is typed into it.
pub(crate) fn read_typed(filled: &str) -> Result<(String, String), Wrong> {
    let quoted = filled.split_once('"').and_then(|(field, rest)| Some((field.trim(), rest.strip_suffix('"')?)));
    let Some((field, text)) = quoted.filter(|(field, _)| !field.is_empty()) else {
        let mend = "write the field and then what is typed in quotation marks, as in 'with when \"next Friday\"'";
        return Err((format!("'with {filled}' does not say what is typed into which field"), mend.to_owned()));
    };
    Ok((field.to_owned(), text.to_owned()))
}

/// The parts between commas; a comma between quotation marks parts nothing.
pub(crate) fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (place, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&text[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Somebody, and nothing after them.
pub(crate) fn read_whole_actor(named: &str, words: &Words<'_>) -> Result<ExampleActor, Wrong> {
    let mut named = Words { rest: named, ..*words };
    let actor = read_actor(&mut named)?;
    named.done()?;
    Ok(actor)
}
