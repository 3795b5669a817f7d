//! Parts that several pages show: a list of facts, a step to confirm.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::answer::{Answer, page, page_again};
use crate::cells::Cell;
use crate::forms::posted::Form;
use crate::frame::Frame;

/// Facts about one thing, each with its name: `{{ facts }}` in a template.
#[derive(Template, Debug, Clone, Default)]
#[template(path = "components/facts.html")]
pub struct Facts {
    rows: Vec<(String, Vec<Cell>)>,
}
impl HtmlSafe for Facts {}

impl Facts {
    pub fn new() -> Facts {
        Facts::default()
    }

    pub fn row(self, key: &str, text: impl ToString) -> Facts {
        self.cells(key, vec![Cell::text(text)])
    }

    pub fn row_if(self, key: &str, text: Option<impl ToString>) -> Facts {
        match text {
            Some(text) => self.row(key, text),
            None => self,
        }
    }

    /// A row of several values, each on a line of its own.
    pub fn cells(mut self, key: &str, cells: Vec<Cell>) -> Facts {
        self.rows.push((key.to_owned(), cells));
        self
    }
}

/// A step that can't be undone lightly: it asks once more, naming the thing and what follows.
pub struct Confirm<'a> {
    /// 'Close reddit.com for 9B?'
    pub question: &'a str,
    /// What follows, each a sentence.
    pub follows: Vec<String>,
    /// A verb and its thing: 'Close reddit.com for 9B'.
    pub button: &'a str,
    /// Where the form is sent.
    pub action: &'a str,
    /// The page to go back to.
    pub back: &'a str,
    /// The label of a reason to be given; `None`: none is asked for. It is sent as `reason`.
    pub reason: Option<&'a str>,
    /// Fields that are sent along unseen.
    pub hidden: Vec<(&'a str, String)>,
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame,
    form: &'a Form,
    confirm: &'a Confirm<'a>,
}

impl Confirm<'_> {
    pub fn show(&self, frame: Frame, form: &Form) -> Answer {
        let confirmation = ConfirmPage { frame: frame.back(self.back).form(form), form, confirm: self };
        if form.has_problems() { page_again(&confirmation) } else { page(&confirmation) }
    }
}

/// What was done and what happens next, after a form was sent.
#[derive(Template)]
#[template(path = "done.html")]
pub struct DonePage {
    pub frame: Frame,
    /// 'reddit.com is open for 9B'
    pub done: String,
    /// A line within the panel, such as a reference; may be empty.
    pub detail: String,
    /// What happens next and who has been told, each a sentence.
    pub next: Vec<String>,
    pub links: Vec<Cell>,
}
