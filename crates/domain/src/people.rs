//! Who: people, what the school knows of each, their roles and duties, and where they stand with the policies.

mod audience;
mod duty;
mod particulars;
mod person;
mod relative_role;
mod role;
mod roles;
mod standing;

pub use audience::Audience;
pub use duty::Duty;
pub use particulars::{Absence, Particulars, are_all_absent, roles_stood_in_for};
pub(crate) use person::is_unseen;
pub use person::{Group, Person, PersonStatus, may_be_name_of, unfit_for_a_name};
pub use relative_role::{RelativeRole, RequestParties, possible_relative_roles, relative_roles};
pub use role::{NotARoleName, Role, RoleSet};
pub use roles::{HelpsWith, RoleEntry, Roles, RolesError, lower_first, upper_first};
pub use standing::{LiveGrant, ParentsAsked, Standing, Unsigned, Withdrawal};
