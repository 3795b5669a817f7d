//! What all of the proxy's workers share.

use std::net::IpAddr;
use std::sync::Arc;

use gate::{ConnectionLimits, Gate};

use crate::accept::handles::Room;
use crate::connector::{Connector, HostsError};
use crate::failure_log::FailureLog;
use crate::http::headers::Via;
use crate::tls::authority::Authority;

pub(crate) struct Shared {
    pub gate: Arc<Gate>,
    pub authority: Arc<Authority>,
    pub connector: Connector,
    pub via: Via,
    pub failures: FailureLog,
    pub room: Room,
    /// How many connections each address has open.
    pub clients: Arc<ConnectionLimits<IpAddr>>,
}

impl Shared {
    pub fn new(gate: Arc<Gate>, authority: Arc<Authority>, room: Room) -> Result<Shared, HostsError> {
        let settings = &gate.settings;
        Ok(Shared {
            connector: Connector::new(settings)?,
            via: Via::new(&settings.name),
            clients: ConnectionLimits::new(settings.limits.connections_per_client),
            failures: FailureLog::default(),
            gate,
            authority,
            room,
        })
    }
}
