//! File handles: every connection takes some, and a process that has none left can serve nobody, neither at the gate nor
//! at the desk.

use std::io;

use gate::GateLimits;

/// Raises the number of files that this process may have open as far as the system allows, and returns it.
///
/// # Errors
/// The system does not say or does not allow it.
pub fn raise_handle_limit() -> io::Result<u64> {
    rlimit::increase_nofile_limit(rlimit::INFINITY)
}

/// How many connections fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    /// Clients' connections and tunnels, each with one to a site.
    pub connections: usize,
    /// Connections to sites that wait for their next request.
    pub idle: usize,
}

impl Room {
    /// As the limits have it, or less where there are only so many handles. At least one connection is always taken.
    pub fn fit(limits: &GateLimits, handles: u64) -> Room {
        let handles = usize::try_from(handles).unwrap_or(usize::MAX);
        let ours = handles.saturating_sub(limits.handles_kept_free).max(handles / 4);
        let idle = limits.idle_connections.min(ours / 4);
        Room { connections: limits.connections.min((ours - idle) / 2).max(1), idle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_never_more_connections_than_file_handles_for_them() {
        let limits = GateLimits {
            connections: 20_000,
            handles_kept_free: 1_000,
            idle_connections: 2_000,
            ..GateLimits::default()
        };
        assert_eq!(Room::fit(&limits, 1_000_000), Room { connections: 20_000, idle: 2_000 });
        assert_eq!(Room::fit(&limits, u64::MAX), Room { connections: 20_000, idle: 2_000 });
        assert_eq!(Room::fit(&limits, 11_000), Room { connections: 4_000, idle: 2_000 });
        assert_eq!(Room::fit(&limits, 1_024), Room { connections: 96, idle: 64 }, "the desk keeps three quarters");
        assert_eq!(Room::fit(&limits, 0), Room { connections: 1, idle: 0 });
        for handles in 4..5_000 {
            let room = Room::fit(&limits, handles as u64);
            assert!(2 * room.connections + room.idle <= handles, "{handles}: {room:?}");
        }
    }
}
