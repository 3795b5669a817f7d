//! Everybody on record: found, added, imported, edited, marked as leavers.

pub(crate) mod change_roles;
pub(crate) mod edit_person;
mod field_changes;
pub(crate) mod find_person;
pub(crate) mod guarded_particulars;
pub(crate) mod guarded_people;
pub(crate) mod import_people;
pub(crate) mod leavers;
pub(crate) mod listed_particulars;
pub(crate) mod person_pages;
pub(crate) mod roster;
pub(crate) mod set_particulars;

pub use change_roles::ChangeRolesError;
pub use edit_person::{AddPerson, EditPerson, EditPersonError};
pub use field_changes::FieldChange;
pub use find_person::NamedFor;
pub use guarded_people::{Emptied, MayNotHold};
pub use import_people::{ImportError, ImportLine, ImportPeople, ImportPlan};
pub use leavers::{LeaverError, LeftBy, MarkLeaver};
pub use person_pages::{AbsenceLine, GroupLine, ParticularsLine, PeopleQuery, PersonPage, PersonRights};
pub use records::ImportCounts;
pub use roster::Format;
pub use set_particulars::{SetParticulars, SetParticularsError};
