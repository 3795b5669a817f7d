//! What tests share: a sample school, a clock to turn, randomness from a seed. A dev-dependency only.

mod clock;
mod sample_school;

pub use clock::{SeededIdentifiers, TurnableClock};
pub use sample_school::{OUTSIDE, classes, sample_school};
