//! What tests share: a sample school, a clock to turn, randomness from a seed, a disk to
//! fill. A dev-dependency only.

mod clock;
mod sample_school;
mod small_disk;

pub use clock::{SeededIdentifiers, TurnableClock};
pub use sample_school::{OUTSIDE, classes, sample_school};
pub use small_disk::SmallDisk;
