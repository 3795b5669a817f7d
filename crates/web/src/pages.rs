//! The pages, by what people come for. A module hands in its routes; its line here puts them on the desk.

pub mod assets;

use crate::routes::Pages;

/// Every route of the desk.
pub fn all() -> Pages {
    let pages = Pages::default();
    assets::routes(pages)
}
