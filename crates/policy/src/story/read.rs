//! Reading stories.

use std::ops::Range;

use domain::{Category, Group, Roles, SiteDecision, Span};

use super::{Action, Expected, For, Story, StoryMoment, StoryStep};
use crate::example::{ExampleActor, read_deciding, read_report, read_routing};
use crate::kinds::Data;
use crate::lines::{
    Words, Wrong, each_line, parts, read_actor, read_address, read_day, read_device, read_permission, read_quoted,
    read_typed, read_whole_actor, take_clause, time_of_day,
};
use crate::parse::names::Name;
use crate::problem::Problems;
use crate::rules::asking::Wants;
use crate::value::{Word, decider, mended, or_list};

mod cases;
mod consents;
mod entries;

/// Verbs by their first word; the manual lists what follows each.
const VERBS: [&str; 43] = [
    "adds",
    "sees",
    "consents",
    "objects",
    "waives",
    "joins",
    "manages",
    "answers",
    "works",
    "signs",
    "is",
    "opens",
    "accepts",
    "owes",
    "asks",
    "gives",
    "approves",
    "refuses",
    "hands",
    "takes",
    "revokes",
    "holds",
    "withdraws",
    "restores",
    "views",
    "agrees",
    "reports",
    "reads",
    "knows",
    "passes",
    "closes",
    "reopens",
    "follows",
    "says",
    "enters",
    "marks",
    "finds",
    "corrects",
    "declines",
    "leaves",
    "checks",
    "reaches",
    "writes",
];

const TIMES: &str = "begin with a time, as in 'Monday 08:40:', '09:10:' or '13 months later:'";

/// The story of a block whose content stands at `span`, a step a line; `#` at a line's start is a comment. `None` where
/// there is no step that can be read.
pub(crate) fn read_block(
    span: Range<usize>,
    catalogue: &Roles,
    names: &mut Vec<Name>,
    problems: &mut Problems,
) -> Option<Story> {
    let line = problems.line(span.start);
    let mut steps: Vec<StoryStep> = Vec::new();
    each_line(span, problems, |line, at, number| {
        let step = read_line(line, at, number, catalogue, names)?;
        steps.push(begins_well(step, steps.is_empty())?);
        Ok(())
    });
    (!steps.is_empty()).then_some(Story { line, steps })
}

/// A story begins on a day and at a time: there is nothing before it to count from.
fn begins_well(step: StoryStep, is_first: bool) -> Result<StoryStep, Wrong> {
    match step.at {
        StoryMoment::Next { day: Some(_), .. } => Ok(step),
        _ if !is_first => Ok(step),
        _ => Err((
            "the first step of a story does not say on which day it is".to_owned(),
            "begin with a day and a time, as in 'Monday 08:40:'".to_owned(),
        )),
    }
}

fn read_line(
    line: &str,
    base: usize,
    number: u32,
    catalogue: &Roles,
    names: &mut Vec<Name>,
) -> Result<StoryStep, Wrong> {
    let (time, rest) = line.split_once(": ").ok_or_else(|| ("this step has no time".to_owned(), TIMES.to_owned()))?;
    let at = read_moment(time.trim(), catalogue)?;
    let (given, expected) = match rest.split_once("->") {
        Some((given, expected)) => (given, Some(expected)),
        None => (rest, None),
    };
    let mut given = Words { line, rest: given, base, catalogue };
    let who = read_actor(&mut given)?;
    let action = read_action(&mut given, names)?;
    given.done()?;
    let (expected, clause) = read_answer(&action, expected, &given, names)?;
    Ok(StoryStep { line: number, text: line.to_owned(), at, who, action, expected, clause })
}

/// What must come of a step, and the clause that must decide.
fn read_answer(
    action: &Action,
    written: Option<&str>,
    step: &Words<'_>,
    names: &mut Vec<Name>,
) -> Result<(Option<Expected>, Option<String>), Wrong> {
    let Some(written) = written else {
        if action.answers().is_empty() {
            return Ok((None, None));
        }
        let mend = format!("add '->' and one of {}", or_list(action.answers().iter().copied()));
        return Err(("this step does not say what comes of it".to_owned(), mend));
    };
    if action.answers().is_empty() {
        let mend = "leave out '->' and what follows it";
        return Err(("this step has no answer: it can only come about".to_owned(), mend.to_owned()));
    }
    let mut expected = Words { rest: written, ..*step };
    let clause = take_clause(&mut expected, names);
    Ok((Some(read_expected(action, &mut expected)?), clause))
}

/// `Monday 08:40`, `08:40`, `13 months later`.
fn read_moment(text: &str, catalogue: &Roles) -> Result<StoryMoment, Wrong> {
    if let Some(span) = text.strip_suffix(" later") {
        return Ok(StoryMoment::Later(Span::word(span.trim(), catalogue)?));
    }
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (Some(read_day(day)), time.trim()),
        None => (None, text),
    };
    match (day, time_of_day(time)) {
        (Some(None), _) | (_, None) => Err((format!("'{text}' is not a time"), TIMES.to_owned())),
        (day, Some(time)) => Ok(StoryMoment::Next { day: day.flatten(), time }),
    }
}

fn read_action(words: &mut Words<'_>, names: &mut Vec<Name>) -> Result<Action, Wrong> {
    let verb = words.next();
    if let Some(action) = consents::read(verb, words, names)? {
        return Ok(action);
    }
    Ok(match verb {
        "joins" => Action::Joins,
        "leaves" if words.take("open") && words.take("the") => cases::read_site(SiteDecision::LeaveOpen, words, names)?,
        "leaves" => Action::Leaves,
        "signs" if words.take("in") => Action::SignsIn,
        "signs" if words.take("without") => {
            words.expect("ticking", "write it as in 'signs without ticking -> refused'")?;
            Action::Signs { child: None, ticks: false }
        }
        "signs" if words.take("for") => {
            if words.take("the") {
                entries::read_signs_for(words, names)?
            } else {
                Action::Signs { child: Some(read_actor(words)?), ticks: true }
            }
        }
        "signs" => Action::Signs { child: None, ticks: true },
        "manages" => Action::Manages { of: read_actor(words)? },
        "answers" if words.take("for") => Action::AnswersFor { child: read_actor(words)? },
        "answers" => Action::Answers { report: read_report(words, names) },
        "works" => {
            let written = std::mem::take(&mut words.rest).trim();
            let mend = "write days and times, as in 'works mon-thu 08:30-16:00; fri 08:30-12:00'";
            let read = written.parse().map_err(|wrong: domain::WeeklyTimesError| (wrong.to_string(), mend.to_owned()));
            Action::Works { hours: read? }
        }
        "is" if words.take("active") => Action::IsActive,
        "is" if words.take("away") => read_away(words)?,
        "is" if words.take("told") => Action::IsTold,
        "is" if words.take("to") => entries::read_is_to(words, names)?,
        "is" if words.take("reminded") => {
            let mend = "write it as in 'is reminded of tell-an-adult -> yes' or 'is reminded of the request for lesson-site -> yes'";
            words.expect("of", mend)?;
            if words.take("the") {
                words.expect("request", mend)?;
                words.expect("for", mend)?;
                Action::IsRemindedOfRequest { permission: read_permission(words, names) }
            } else {
                Action::IsReminded { report: read_report(words, names) }
            }
        }
        "is" => {
            let mend = "write 'is signed in -> yes', 'is told -> yes', 'is reminded of tell-an-adult -> yes', 'is active' or 'is away until Friday 16:00'";
            words.expect("signed", mend)?;
            words.expect("in", mend)?;
            Action::IsSignedIn
        }
        "opens" => read_opens(words)?,
        "accepts" => Action::AcceptsSignature { of: read_of(words, &["the", "signature", "of"])? },
        "owes" => Action::Owes,
        "asks" => read_asks(words, names, false)?,
        "gives" => read_asks(words, names, true)?,
        "approves" => Action::Approves { permission: read_permission(words, names), until: read_until_moment(words)? },
        "refuses" => Action::Refuses { permission: read_permission(words, names) },
        "hands" => {
            words.expect("on", "write it as in 'hands on lesson-site to it-staff'")?;
            let permission = read_permission(words, names);
            words.expect("to", "write it as in 'hands on lesson-site to it-staff'")?;
            Action::HandsOn { permission, to: decider(words.next(), words.catalogue)? }
        }
        "takes" if words.take("the") => read_lesson(words)?,
        "takes" if words.take("up") => Action::TakesUp { report: read_report(words, names) },
        "takes" => {
            words.expect("back", "write it as in 'takes back lesson-site'")?;
            Action::TakesBack { permission: read_permission(words, names) }
        }
        "revokes" => Action::Revokes { permission: read_permission(words, names) },
        "holds" => Action::Holds { permission: read_permission(words, names) },
        "withdraws" => {
            let of = read_of(words, &["access", "of"])?;
            Action::WithdrawsAccess { of, until: read_until_moment(words)? }
        }
        "restores" => Action::RestoresAccess { of: read_of(words, &["access", "of"])? },
        "views" => {
            let what = Data::word(words.next(), words.catalogue)?;
            let tell = take_tell(words)?;
            let of = words.take("of").then(|| read_actor(words)).transpose()?;
            let purpose = words.take("for").then(|| read_quoted(words)).transpose()?;
            Action::Views { what, of, purpose, tell }
        }
        "agrees" => Action::AgreesToViewing { of: read_of(words, &["to", "the", "viewing", "of"])? },
        "reports" => cases::read_reports(words, names)?,
        "writes" => {
            let mend = "write it as in 'writes down reaching parent' or 'writes down decision of data-breach'";
            words.expect("down", mend)?;
            if words.take("reaching") { entries::read_reaching(words)? } else { cases::read_line(words, names)? }
        }
        _ if entries::VERBS.contains(&verb) => entries::read(verb, words, names)?,
        "reopens" if words.take("the") => cases::read_site(SiteDecision::Reopen, words, names)?,
        "closes" if words.take("the") => cases::read_closes_the(words, names)?,
        "reads" | "knows" | "passes" | "closes" | "reopens" | "follows" | "says" => cases::read(verb, words, names)?,
        other => {
            let error = domain::UnknownName::new("verb of stories", other, VERBS.into_iter());
            return Err(mended(error, || format!("after who it is, write one of {}", or_list(VERBS))));
        }
    })
}

/// `takes the lesson of 9B in "S4" mon 08:50-09:50`.
fn read_lesson(words: &mut Words<'_>) -> Result<Action, Wrong> {
    let mend = "write it as in 'takes the lesson of 9B in \"S4\" mon 08:50-09:50'";
    words.expect("lesson", mend)?;
    words.expect("of", mend)?;
    let class = Group(words.next().to_owned());
    words.expect("in", mend)?;
    let rest = std::mem::take(&mut words.rest).trim();
    let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (room, hours) = quoted.ok_or_else(|| ("the room is not in quotation marks".to_owned(), mend.to_owned()))?;
    let when = hours.trim().parse().map_err(|wrong: domain::WeeklyTimesError| (wrong.to_string(), mend.to_owned()));
    Ok(Action::TakesLesson { class, room: room.to_owned(), when: when? })
}

/// `https://www.bbc.co.uk/ from 10.20.0.7`.
fn read_opens(words: &mut Words<'_>) -> Result<Action, Wrong> {
    let address = read_address(words)?;
    Ok(Action::Opens { address, from: words.take("from").then(|| read_device(words)).transpose()? })
}

/// The somebody after `access of`, `the signature of` and the like.
fn read_of(words: &mut Words<'_>, before: &[&str]) -> Result<ExampleActor, Wrong> {
    let mend = format!("write '{}' and who that is, as in 'pupil in 9B'", before.join(" "));
    for word in before {
        words.expect(word, &mend)?;
    }
    read_actor(words)
}

/// `until Friday 16:00, staff Sid stands in`.
fn read_away(words: &mut Words<'_>) -> Result<Action, Wrong> {
    let mend = "write it as in 'is away until Friday 16:00, staff Sid stands in'";
    words.expect("until", mend)?;
    let rest = std::mem::take(&mut words.rest).trim();
    let (until, stand_in) = match rest.split_once(',') {
        Some((until, stand_in)) => (until, Some(stand_in)),
        None => (rest, None),
    };
    let stand_in = match stand_in.map(|stand_in| stand_in.trim().strip_suffix(" stands in")) {
        None => None,
        Some(Some(named)) => Some(read_whole_actor(named, words)?),
        Some(None) => return Err(("it is not said who stands in".to_owned(), mend.to_owned())),
    };
    Ok(Action::IsAway { until: read_moment(until.trim(), words.catalogue)?, stand_in })
}

/// `, telling them 30 days later` at the end of what is viewed.
fn take_tell(words: &mut Words<'_>) -> Result<Option<StoryMoment>, Wrong> {
    let Some((before, moment)) = words.rest.rsplit_once(", telling them ") else { return Ok(None) };
    words.rest = before;
    read_moment(moment.trim(), words.catalogue).map(Some)
}

fn read_until_moment(words: &mut Words<'_>) -> Result<Option<StoryMoment>, Wrong> {
    if !words.take("until") {
        return Ok(None);
    }
    read_moment(std::mem::take(&mut words.rest).trim(), words.catalogue).map(Some)
}

/// `lesson-site for reddit.com, for 9B, until Tuesday 13:20`.
fn read_asks(words: &mut Words<'_>, names: &mut Vec<Name>, gives: bool) -> Result<Action, Wrong> {
    let permission = read_permission(words, names);
    let (mut wants, mut recipient, mut from, mut until, mut typed) = (None, None, None, None, Vec::new());
    let rest = std::mem::take(&mut words.rest);
    for part in parts(rest) {
        if let Some(moments) = part.strip_prefix("from ") {
            let (begins, ends) = moments.split_once(" until ").unzip();
            from = Some(read_moment(begins.unwrap_or(moments).trim(), words.catalogue)?);
            until = ends.map(|ends| read_moment(ends.trim(), words.catalogue)).transpose()?.or(until);
        } else if let Some(moment) = part.strip_prefix("until ") {
            until = Some(read_moment(moment.trim(), words.catalogue)?);
        } else if let Some(field) = part.strip_prefix("without ") {
            typed.push((field.trim().to_owned(), String::new()));
        } else if let Some(filled) = part.strip_prefix("with ") {
            typed.push(read_typed(filled)?);
        } else if let Some(named) = part.strip_prefix("for ") {
            read_for(named.trim(), words, &mut wants, &mut recipient);
        } else {
            let mend = "after the permission write 'for' and what it is for, 'for' and whom it is for, 'from' or 'until' and a time, 'without' and a field of the form, 'with' and a field and what is typed into it";
            return Err((format!("'{part}' is not understood here"), mend.to_owned()));
        }
    }
    Ok(Action::Asks { permission, gives, wants, recipient, from, until, typed })
}

/// What it is for (a site, a category, words in quotation marks) or whom it is for (everyone, somebody, a group).
fn read_for(named: &str, words: &Words<'_>, wants: &mut Option<Wants>, recipient: &mut Option<For>) {
    if let Some(quoted) = named.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        *wants = Some(Wants::Words(quoted.to_owned()));
    } else if let Ok(category) = named.parse::<Category>() {
        *wants = Some(Wants::Category(category));
    } else if named.contains('.') {
        *wants = Some(Wants::Site(named.to_owned()));
    } else if named == "everyone" {
        *recipient = Some(For::Everyone);
    } else if let Ok(somebody) = read_whole_actor(named, words) {
        *recipient = Some(For::Somebody(somebody));
    } else {
        *recipient = Some(For::Group(Group(named.to_owned())));
    }
}

fn read_expected(action: &Action, words: &mut Words<'_>) -> Result<Expected, Wrong> {
    let written = words.rest.trim();
    if let Some(answer) = action.answers().iter().find(|answer| **answer == written) {
        return Ok(Expected::Answer(answer));
    }
    if matches!(action, Action::Reports { .. }) {
        return read_routing(words).map(Expected::Routes);
    }
    if matches!(action, Action::Asks { gives: false, .. }) && written.contains(" decide") {
        let deciding = read_deciding(words)?;
        words.done()?;
        return Ok(Expected::Decides(deciding));
    }
    let mend = format!("write one of {}", or_list(action.answers().iter().copied()));
    Err((format!("'{written}' is not an answer here"), mend))
}
