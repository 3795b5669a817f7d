//! A gate that carries 70 % of what it can, beside the desk.

use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use benches::traffic::load::{Load, Measured};
use benches::traffic::process::{AS_GATE, AS_SITE, Peer, ourselves};

pub const SHARE: f64 = 0.7;
const CONNECTIONS: usize = 64;
const WARMING: Duration = Duration::from_millis(500);
const CALIBRATION: Duration = Duration::from_secs(5);

/// The gate and the site behind it, and what was measured of them with nothing beside.
pub struct BusyGate {
    site: Peer,
    gate: Peer,
    /// Requests a second that the gate answered when it was asked for as many as it could.
    pub most_a_second: f64,
}

impl BusyGate {
    /// Starts gate and site, and measures what the gate carries.
    pub fn start() -> Result<BusyGate> {
        let site = ourselves(AS_SITE).context("the site does not start")?;
        let gate = ourselves(AS_GATE).context("the gate does not start")?;
        let mut busy = BusyGate { site, gate, most_a_second: 0.0 };
        busy.load(None).run(WARMING)?;
        let measured = busy.load(None).run(CALIBRATION)?;
        ensure!(measured.failed == 0, "the gate left {} requests unanswered", measured.failed);
        busy.most_a_second = a_second(&measured);
        Ok(busy)
    }

    /// Loads the gate for so long, from a thread of its own.
    pub fn keep_busy(&self, length: Duration) -> JoinHandle<Result<Measured>> {
        let load = self.load(Some(self.most_a_second * SHARE));
        std::thread::spawn(move || load.run(length))
    }

    fn load(&self, a_second: Option<f64>) -> Load {
        Load { site: self.site.address, through: Some(self.gate.address), connections: CONNECTIONS, a_second }
    }
}

pub fn a_second(measured: &Measured) -> f64 {
    measured.count as f64 / measured.took.as_secs_f64()
}
