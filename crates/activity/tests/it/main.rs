//! The activity log from outside: what it keeps, what it finds, what a killed process leaves.

mod appending;
mod damaged_days;
mod full_disk;
mod killing;
mod sample;
mod sealing;
mod searching;
mod sweeping;
