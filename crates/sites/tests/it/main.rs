//! The crate from outside: lists in, an index file, answers.

mod agrees_with_a_map;
mod building;
