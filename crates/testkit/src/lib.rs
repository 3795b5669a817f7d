//! What tests share: a sample school, a clock to turn, throw-away stores. A dev-dependency only.

mod sample_school;

pub use sample_school::{OUTSIDE, classes, sample_school};
