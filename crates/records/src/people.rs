//! People and the catalogue of roles.

pub(crate) mod person_records;
pub(crate) mod role_catalogue;
pub(crate) mod save_people;

pub use person_records::{PeopleFilter, PeopleOrder, PersonRecord};
