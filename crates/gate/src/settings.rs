//! Everything about the gate that a school may set, each with a default that serves.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::time::Duration;

use domain::{Helpline, Timetable};
use jiff::fmt::serde::unsigned_duration::friendly::compact::required as time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::network::Network;

/// The gate's section of the configuration. Times are written `30s`, `5m`, `12h`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GateSettings {
    /// The school's name, as the pages show it. This and the next three are set for the school and the desk, and taken
    /// over from there.
    #[serde(skip)]
    pub school: String,
    /// Where the desk is, without a slash at the end; the pages link to it.
    #[serde(skip)]
    pub desk_url: String,
    /// The zone in which the pages tell the time.
    #[serde(skip)]
    pub time_zone: TimeZone,
    /// Shown at the end of every page that blocks something.
    #[serde(skip)]
    pub helplines: Vec<Helpline>,
    /// What the gate calls itself in `Via` and where it asks for a name and a password.
    pub name: String,
    /// When somebody who cannot be identified is asked to sign in.
    pub sign_in: SignInDemand,
    /// Networks in which one address stands for several devices, as behind a router that translates addresses or on a
    /// terminal server. There an address names nobody: each request needs a name and a password. Without this, whoever sits
    /// behind an address from which one person is signed in at the desk passes for that person.
    pub shared_networks: Vec<Network>,
    /// Networks whose devices have to be on a register. There the gate refuses a device that no entry of a register lists
    /// by which a policy in force has it know devices. An address in it has to be a device's own, from one day to the next.
    pub registered_devices: Vec<Network>,
    /// The ports to which a plain request (`http://`) may go: those on which the web is served without TLS. Elsewhere
    /// stand mail, shells and databases, which a request could be made to speak to.
    pub plain_ports: BTreeSet<u16>,
    /// The ports to which a tunnel (`CONNECT`) may lead.
    pub tunnel_ports: BTreeSet<u16>,
    /// Whether a tunnel in which no TLS is spoken is refused.
    pub tunnels_must_speak_tls: bool,
    /// Whether the gate may carry traffic to this machine itself, to link-local, multicast and unspecified addresses.
    /// Leave it off: whoever reaches those through the gate reaches what was meant for nobody.
    pub allow_local: bool,
    /// Addresses for `host` or `host:port`, asked before the name service and not held to the refusal of local ones.
    pub hosts: HashMap<String, SocketAddr>,
    /// Threads that carry traffic; 0 is one for each processor.
    pub workers: usize,
    pub limits: GateLimits,
}

/// When somebody who cannot be identified is asked for a name and a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInDemand {
    /// When the rules for the unidentified block what they asked for.
    WhenBlocked,
    /// For everything but the always-open list.
    Always,
}

/// What one client, one person or one connection may take. What goes beyond is refused or closed, and nobody else is
/// held up by it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GateLimits {
    /// Bytes of a request's or an answer's line and headers together; at least 8192. Beyond: 431.
    pub header_bytes: usize,
    /// How many headers a request or an answer may have. Beyond: 431.
    pub header_count: usize,
    /// Connections and tunnels open at once, over all clients. Each takes two file handles, one on either side: where
    /// the system gives the process fewer, so many connections as fit are taken, and the log says so.
    pub connections: usize,
    /// File handles left to the desk, the records and the log.
    pub handles_kept_free: usize,
    /// Connections to sites that all workers together keep for the next request.
    pub idle_connections: usize,
    /// Connections open at once from one address.
    pub connections_per_client: usize,
    /// Connections open at once on which one person has been identified.
    pub connections_per_person: usize,
    /// From the start of a connection, or the end of the answer before, until a request's headers are complete.
    #[serde(with = "time")]
    pub header_read: Duration,
    /// Until a connection to a site stands, over all its addresses.
    #[serde(with = "time")]
    pub connect: Duration,
    /// From the end of a request until the headers of its answer.
    #[serde(with = "time")]
    pub answer: Duration,
    /// How long a body may stand still, in either direction.
    #[serde(with = "time")]
    pub body_idle: Duration,
    /// How long a tunnel may stand still.
    #[serde(with = "time")]
    pub tunnel_idle: Duration,
    /// How long a tunnel may be open altogether.
    #[serde(with = "time")]
    pub tunnel_total: Duration,
    /// How long a connection to a site is kept for its next request.
    #[serde(with = "time")]
    pub site_idle: Duration,
    /// Connections to one site that each worker keeps for the next request.
    pub idle_per_site: usize,
    /// Bytes of a path, with its query, that an activity keeps; what is cut off is counted in its place.
    pub kept_path_bytes: usize,
    /// Bytes of a method that an activity keeps.
    pub kept_method_bytes: usize,
    /// Activities of nobody in particular that are kept from one address (with IPv6, one /64) in one minute. What goes
    /// beyond is decided and answered all the same, and counted. Who is identified is kept whole.
    pub unidentified_activities_per_minute: u32,
    /// How long open connections get to finish when the gate stops.
    #[serde(with = "time")]
    pub shutdown: Duration,
}

impl Default for GateSettings {
    fn default() -> Self {
        GateSettings {
            school: "Your school".to_owned(),
            desk_url: "http://localhost:8080".to_owned(),
            time_zone: Timetable::default().time_zone,
            helplines: Helpline::national(),
            name: "schoolgate".to_owned(),
            sign_in: SignInDemand::Always,
            shared_networks: Vec::new(),
            registered_devices: Vec::new(),
            plain_ports: BTreeSet::from([80, 8000, 8008, 8080]),
            tunnel_ports: BTreeSet::from([443, 8443]),
            tunnels_must_speak_tls: true,
            allow_local: false,
            hosts: HashMap::new(),
            workers: 0,
            limits: GateLimits::default(),
        }
    }
}

impl Default for GateLimits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        GateLimits {
            header_bytes: 64 * 1024,
            header_count: 100,
            connections: 20_000,
            handles_kept_free: 1_024,
            idle_connections: 2_048,
            connections_per_client: 1_000,
            connections_per_person: 300,
            header_read: seconds(30),
            connect: seconds(10),
            answer: seconds(60),
            body_idle: seconds(60),
            tunnel_idle: seconds(10 * 60),
            tunnel_total: seconds(12 * 60 * 60),
            site_idle: seconds(20),
            idle_per_site: 128,
            kept_path_bytes: 2_048,
            kept_method_bytes: 32,
            unidentified_activities_per_minute: 600,
            shutdown: seconds(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_read_as_they_are_written() {
        let written = serde_json::to_string(&GateSettings::default()).unwrap();
        assert_eq!(serde_json::from_str::<GateSettings>(&written).unwrap(), GateSettings::default());
    }

    #[test]
    fn a_network_whose_devices_are_on_a_register_is_read_and_what_is_none_is_named() {
        let read = serde_json::from_str::<GateSettings>;
        let settings = read(r#"{"registered-devices": ["10.20.0.0/16"]}"#).unwrap();
        assert_eq!(settings.registered_devices, ["10.20.0.0/16".parse().unwrap()]);
        let error = read(r#"{"registered-devices": ["10.20.0.0/33"]}"#).unwrap_err().to_string();
        assert!(error.contains("'10.20.0.0/33' is no network; write an address"), "{error}");
    }

    #[test]
    fn a_limit_nobody_knows_is_refused() {
        let error = serde_json::from_str::<GateSettings>(r#"{"limits": {"header-byte": 1}}"#).unwrap_err();
        assert!(error.to_string().contains("header-byte"), "{error}");
    }

    #[test]
    fn a_time_is_written_in_words() {
        let settings: GateSettings = serde_json::from_str(r#"{"limits": {"tunnel-idle": "90s"}}"#).unwrap();
        assert_eq!(settings.limits.tunnel_idle, Duration::from_secs(90));
    }
}
