//! 'Check your answers': what was typed once more before it counts, each answer with the way to change it, and what follows.

use askama::Template;

use crate::answer::{Answer, page};
use crate::clause::CitedClause;
use crate::forms::posted::Form;
use crate::frame::Frame;
use crate::parts::Facts;

/// The button that makes the answers count, and its value.
const STEP: (&str, &str) = ("do", "send");
/// The buttons that lead back to one answer each; their value is the name of its field.
const CHANGE: &str = "change";

/// What a form whose answers are looked at once more was sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStep<'a> {
    /// To look at the answers.
    Check,
    /// To change what was typed into a field.
    Change(&'a str),
    /// To make the answers count.
    Send,
}

impl CheckStep<'_> {
    pub fn of(form: &Form) -> CheckStep<'_> {
        match form.value(CHANGE) {
            "" if form.value(STEP.0) == STEP.1 => CheckStep::Send,
            "" => CheckStep::Check,
            field => CheckStep::Change(field),
        }
    }
}

/// One answer as it reads, and the field into which it was typed; `None` where it can't be changed.
struct CheckedAnswer {
    key: String,
    lines: Vec<String>,
    field: Option<String>,
}

/// The page that shows a form's answers before they count.
pub struct Check {
    /// 'Check your answers before you sign'
    pub heading: &'static str,
    /// 'Nothing has been sent yet.'
    pub not_yet: &'static str,
    /// Where the form is sent.
    pub action: String,
    /// A verb and its thing: 'Ask IT staff'.
    pub button: String,
    /// What follows, as the rules say now.
    pub follows: Facts,
    pub clause: Option<CitedClause>,
    answers: Vec<CheckedAnswer>,
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage<'a> {
    frame: Frame,
    form: &'a Form,
    check: &'a Check,
    hidden: Vec<(&'a str, &'a str)>,
}

impl Check {
    pub fn new(heading: &'static str, action: impl Into<String>, button: impl Into<String>) -> Check {
        Check {
            heading,
            not_yet: "Nothing has been sent yet.",
            action: action.into(),
            button: button.into(),
            follows: Facts::new(),
            clause: None,
            answers: Vec::new(),
        }
    }

    /// An answer that was typed into `field`.
    pub fn answer(self, key: impl Into<String>, text: impl Into<String>, field: impl Into<String>) -> Check {
        self.row(key.into(), vec![text.into()], Some(field.into()))
    }

    /// Several answers of one field, each on a line of its own.
    pub fn answers(self, key: impl Into<String>, lines: Vec<String>, field: impl Into<String>) -> Check {
        self.row(key.into(), lines, Some(field.into()))
    }

    /// What stands fast, and is sent with the answers.
    pub fn fixed(self, key: impl Into<String>, text: impl Into<String>) -> Check {
        self.row(key.into(), vec![text.into()], None)
    }

    fn row(mut self, key: String, lines: Vec<String>, field: Option<String>) -> Check {
        self.answers.push(CheckedAnswer { key, lines, field });
        self
    }

    /// Shows the answers of `form`, which are sent along unseen.
    pub fn show(&self, frame: Frame, form: &Form) -> Answer {
        let hidden = form.values_but(&["csrf", STEP.0, CHANGE]);
        page(&CheckPage { frame, form, check: self, hidden })
    }
}
