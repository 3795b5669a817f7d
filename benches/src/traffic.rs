//! A site, our gate before it, each in a process of its own, and the load of what is asked through it.

pub mod load;
pub mod own_gate;
pub mod process;
pub mod site;

/// Runs this program in one of its other roles, by the argument that asks for it; `None` where it asks for none.
pub fn run_as(argument: &str) -> Option<anyhow::Result<()>> {
    match argument {
        process::AS_SITE => Some(site::run()),
        process::AS_GATE => Some(own_gate::run()),
        _ => None,
    }
}
