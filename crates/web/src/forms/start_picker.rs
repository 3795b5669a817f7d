//! Choosing when something begins: as soon as it is given, with a lesson of the timetable, or at a moment of one's own.

use domain::Group;
use jiff::Timestamp;

use crate::forms::fields::FormChoice;
use crate::forms::posted::Form;
use crate::moment;
use crate::visitor::AppState;

/// The value of the choice that begins at once.
pub const AT_ONCE: &str = "now";
/// The value of the choice that has date and time beside it.
const OTHER: &str = "other";
/// What the values of lessons begin with; then come the beginning and the end.
const LESSON: &str = "lesson";

/// When something begins, and when it ends where that follows from the lesson that was chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    pub from: Option<Timestamp>,
    pub lesson_end: Option<Timestamp>,
}

/// The choices: at once, each lesson of these classes within the days that the school set, another moment.
pub fn choices(app: &AppState, classes: &[Group]) -> Vec<FormChoice> {
    let zone = app.desk.time_zone();
    let here = app.desk.now().to_zoned(zone.clone());
    let lessons = app.desk.timetable().lessons_ahead(&here, classes, app.settings.lessons_ahead_days);
    let lessons = lessons.into_iter().map(|lesson| {
        let (from, to) = (lesson.from.timestamp(), lesson.to.timestamp());
        let words = format!("For {}: {} to {}", lesson.class, moment::when(&from, zone), lesson.to.strftime("%H:%M"));
        FormChoice::new(format!("{LESSON} {from} {to}"), words)
    });
    let at_once = FormChoice::new(AT_ONCE, "As soon as the answer is yes");
    let other = FormChoice::new(OTHER, "At the date and time below");
    std::iter::once(at_once).chain(lessons).chain([other]).collect()
}

/// Whether there is a lesson among the choices.
pub fn has_lessons(choices: &[FormChoice]) -> bool {
    choices.iter().any(|choice| choice.value.starts_with(LESSON))
}

/// What was chosen; where nothing was, it begins at once. What can't be read is blamed on its field.
pub fn chosen(form: &mut Form, app: &AppState) -> Option<Start> {
    let value = form.value("from").to_owned();
    match value.split(' ').collect::<Vec<_>>().as_slice() {
        ["" | AT_ONCE] => Some(Start::default()),
        [OTHER] => {
            let (date, time) = (form.value("from_date"), form.value("from_time"));
            let from = moment::read(date, time, app.desk.time_zone()).filter(|_| !time.is_empty());
            if from.is_none() {
                form.blame("from_date", "Give the date and the time at which it begins.");
            }
            from.map(|from| Start { from: Some(from), lesson_end: None })
        }
        [LESSON, from, to] => match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) => Some(Start { from: Some(from), lesson_end: Some(to) }),
            _ => unclear(form),
        },
        _ => unclear(form),
    }
}

fn unclear(form: &mut Form) -> Option<Start> {
    form.blame("from", "Choose when it begins.");
    None
}
