//! Looking for something: what is looked for goes to the desk in a form and stands in no address, so that nobody's name and
//! no site is left in a browser's history.

use crate::address::safe_next;
use crate::answer::{Answer, go};
use crate::forms::posted::Posted;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.post("/search", search)
}

async fn search(signed: Visitor, Posted(form): Posted) -> Answer {
    let page = safe_next(Some(form.raw("list")));
    let asked = form.filled().filter(|(name, _)| !["csrf", "list"].contains(name));
    go(signed.looking_for(page, asked.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
}
