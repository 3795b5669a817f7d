//! A benchmark for each promise, side by side with its peer in one run.
//!
//! Each program in `src/bin` measures one promise and prints a table: what was promised, what we do, what a peer does.
//! Contenders take turns, several rounds each, and the table shows medians, so that a busy moment of the machine falls
//! on all alike. Every contender must give the same answers; a difference is an error and no table is printed.
//!
//! To add one: a file in `src/bin`, a line in `make bench`. Inputs are seeded, so that two runs do the same work.

pub mod list;
pub mod machine;
pub mod rounds;
pub mod traffic;
