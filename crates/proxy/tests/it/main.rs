//! The gate on real sockets: real clients, real sites, real rules.

mod channels;
mod closed_sites;
mod closing;
mod devices;
mod handles;
mod harness;
mod hostile;
mod identity_ends;
mod journal;
mod pages;
mod people;
mod plain;
mod program_log;
mod streams;
mod tunnels;
