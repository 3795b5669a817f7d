//! Choosing when something ends: a few good moments, no later than the clause lets it be, or a moment of one's own.

use domain::{Group, Timetable};
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::moment;
use crate::visitor::AppState;

/// The value of the choice that has date and time beside it.
const OTHER: &str = "other";
/// The value of the choice without an end.
const NEVER: &str = "revoked";

/// The choices for an end, soonest first: an hour, the end of the lesson, of the school day, of the day, of the week, of
/// the term, the longest. Those that the school's calendar does not tell are left out.
pub fn choices(app: &AppState, latest: Option<Timestamp>, classes: &[Group]) -> Vec<FormChoice> {
    let (now, zone) = (app.desk.now(), app.desk.time_zone().clone());
    let here = now.to_zoned(zone.clone());
    let timetable = app.desk.timetable();
    let mut moments = vec![(now + SignedDuration::from_hours(1), "In one hour".to_owned())];
    moments.extend(
        timetable.lesson_end(&here, classes).ok().map(|end| (end.at.timestamp(), format!("End of {}", end.lesson))),
    );
    moments.extend(school_day_end(timetable, &here).map(|end| (end, "End of the school day".to_owned())));
    moments.extend(end_of_day(&here, 0).map(|end| (end, "End of today".to_owned())));
    moments.extend(end_of_day(&here, 7).map(|end| (end, "In a week".to_owned())));
    let term = timetable.calendar.end_of_term(&here, 1).ok();
    moments.extend(term.map(|end| (end.timestamp(), "End of term".to_owned())));
    // the last minute before the latest end is that end, said twice
    let minute = SignedDuration::from_mins(1);
    let mut longest = "As late as the clause allows".to_owned();
    moments.retain(|(end, words)| {
        if latest.is_some_and(|latest| end.duration_since(latest).abs() <= minute) {
            longest.clone_from(words);
            return false;
        }
        *end > now && latest.is_none_or(|latest| *end < latest)
    });
    moments.sort_by_key(|(end, _)| *end);
    moments.dedup_by_key(|(end, _)| *end);
    moments.extend(latest.map(|latest| (latest, longest)));
    let mut choices: Vec<FormChoice> =
        moments.into_iter().map(|(end, words)| FormChoice::new(end, words).hint(moment::when(&end, &zone))).collect();
    if latest.is_none() {
        choices.push(FormChoice::new(NEVER, "When somebody takes it back").hint("It has no end of its own."));
    }
    choices.push(FormChoice::new(OTHER, "At another time").hint("Give the date and the time below."));
    choices
}

/// The choices for the end of what was asked for ahead.
pub fn as_asked(latest: Timestamp, app: &AppState) -> Vec<FormChoice> {
    let asked = FormChoice::new(latest, "As it was asked for").hint(moment::when(&latest, app.desk.time_zone()));
    vec![asked, FormChoice::new(OTHER, "At another time").hint("Give the date and the time below.")]
}

fn school_day_end(timetable: &Timetable, here: &Zoned) -> Option<Timestamp> {
    let day = timetable.school_day().filter(|_| timetable.calendar.may_be_school_day(here.date()))?;
    let end = here.with().time(day.to).build().ok()?;
    (end > *here).then(|| end.timestamp())
}

fn end_of_day(here: &Zoned, days: i64) -> Option<Timestamp> {
    let day = here.checked_add(jiff::ToSpan::days(days)).ok()?;
    Some(day.with().time(Time::constant(23, 59, 0, 0)).build().ok()?.timestamp())
}

/// What was chosen. `Ok(None)`: no end of its own. What can't be read is blamed on its field.
pub fn chosen(form: &mut Form, app: &AppState) -> Result<Option<Timestamp>, ()> {
    match form.value("until") {
        "" => {
            form.blame("until", "Choose when it ends.");
            Err(())
        }
        NEVER => Ok(None),
        OTHER => {
            let read = moment::read(form.value("until_date"), form.value("until_time"), app.desk.time_zone());
            if read.is_none() {
                form.blame("until_date", "Give the date and the time at which it ends.");
            }
            read.map(Some).ok_or(())
        }
        moment => match moment.parse() {
            Ok(end) => Ok(Some(end)),
            Err(_) => {
                form.blame("until", "Choose when it ends.");
                Err(())
            }
        },
    }
}

/// The value of the choice for an end that is given already, so that it is ticked; the moment stands in the fields.
pub fn filled(form: Form, until: Option<Timestamp>, choices: &[FormChoice], app: &AppState) -> Form {
    let Some(until) = until else {
        let never = choices.iter().any(|choice| choice.value == NEVER);
        return if never { form.with("until", NEVER) } else { form };
    };
    if choices.iter().any(|choice| choice.value == until.to_string()) {
        return form.with("until", until);
    }
    let here = until.to_zoned(app.desk.time_zone().clone());
    form.with("until", OTHER).with("until_date", here.date()).with("until_time", here.strftime("%H:%M"))
}
