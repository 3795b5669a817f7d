//! Looking for something in a list: what is looked for goes to the desk in a form and stands in no address, so that nobody's
//! name is left in a browser's history.

use crate::address::safe_next;
use crate::answer::{Answer, go};
use crate::forms::kept::KeptContent;
use crate::forms::posted::Posted;
use crate::routes::Pages;
use crate::visitor::Visitor;

pub fn routes(pages: Pages) -> Pages {
    pages.post("/search", search)
}

async fn search(signed: Visitor, Posted(form): Posted) -> Answer {
    let list = safe_next(Some(form.raw("list")));
    let words = form.value("search");
    let found = (!words.is_empty()).then(|| signed.keep(signed.owner(), KeptContent::Search(words.to_owned()), list));
    go(found.flatten().unwrap_or_else(|| list.to_owned()))
}
