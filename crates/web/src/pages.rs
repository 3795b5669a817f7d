//! The pages, by what people come for. A module hands in its routes; its line here puts them on the desk.

pub mod agreements;
pub mod asking;
pub mod assets;
pub mod cases;
pub mod consents;
pub mod countersigning;
pub mod deciding;
pub mod gate;
pub mod grants;
pub mod help;
pub mod home;
pub mod in_touch;
pub mod kept_files;
pub mod my_reports;
pub mod people;
pub mod policies;
pub mod registers;
pub mod reports;
pub mod requests;
pub mod search;
pub mod session;
pub mod setup;
pub mod signed_already;
pub mod signing;
pub mod worry;

use crate::routes::Pages;

/// Every route of the desk.
pub fn all() -> Pages {
    let pages = Pages::default();
    let pages = assets::routes(pages);
    let pages = search::routes(session::routes(pages));
    let pages = home::routes(pages);
    let pages = agreements::routes(pages);
    let pages = consents::routes(pages);
    let pages = signing::routes(pages);
    let pages = signed_already::routes(pages);
    let pages = countersigning::routes(pages);
    let pages = asking::routes(pages);
    let pages = requests::routes(pages);
    let pages = deciding::routes(pages);
    let pages = grants::routes(pages);
    let pages = gate::routes(pages);
    let pages = setup::routes(pages);
    let pages = people::routes(pages);
    let pages = policies::routes(pages);
    let pages = reports::routes(pages);
    let pages = worry::routes(pages);
    let pages = my_reports::routes(pages);
    let pages = kept_files::routes(pages);
    let pages = cases::routes(pages);
    let pages = registers::routes(pages);
    let pages = in_touch::routes(pages);
    help::routes(pages)
}
