//! What the demo is made of: a made-up school, and a little web of invented sites.

pub mod little_web;
pub mod school;
