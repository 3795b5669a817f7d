//! What tests share: a sample school, a clock to turn, randomness from a seed, a disk to
//! fill. A dev-dependency only.

mod clock;
mod sample_school;
mod small_disk;

pub use clock::{SeededIdentifiers, TurnableClock};
pub use sample_school::{classes, sample_school};
pub use small_disk::SmallDisk;

/// One of the roles that ship with the program.
///
/// # Panics
/// Where there is none of this name.
pub fn role(name: &str) -> domain::Role {
    domain::Roles::ready().find(name).expect("a ready role")
}
