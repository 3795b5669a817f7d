//! Reaches a site: finds its addresses, refuses those that nobody should reach through a gate, connects.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use domain::{Address, Host};
use gate::GateSettings;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};

/// Why a site was not reached.
///
/// It never says which, so that it can be logged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreached {
    #[error("the site's name leads to this machine or its closest network, where the gate does not go")]
    Local,
    #[error("the name service knows no address for the site's name")]
    Unknown(#[source] io::Error),
    #[error("no connection to the site stood in time")]
    TooLate,
    #[error("the site did not take the connection")]
    Refused(#[source] io::Error),
}

/// The addresses that the school has set for some hosts.
pub(crate) struct Connector {
    hosts: HashMap<(Host, Option<u16>), SocketAddr>,
    allow_local: bool,
    connect: std::time::Duration,
}

/// A name in `hosts` that is none.
#[derive(Debug, thiserror::Error)]
#[error("'{name}' in the gate's 'hosts' is no host, nor a host and a port: {error}")]
pub struct HostsError {
    name: String,
    error: domain::AddressError,
}

impl Connector {
    pub fn new(settings: &GateSettings) -> Result<Connector, HostsError> {
        let read = |name: &String| {
            let address = Address::tunnel(name).map_err(|error| HostsError { name: name.clone(), error })?;
            let with_port = name.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
                && (!address.host.as_str().contains(':') || name.contains(']'));
            Ok((address.host, with_port.then_some(address.port)))
        };
        let hosts = settings.hosts.iter().map(|(name, to)| Ok((read(name)?, *to))).collect::<Result<_, _>>()?;
        Ok(Connector { hosts, allow_local: settings.allow_local, connect: settings.limits.connect })
    }

    fn set_for(&self, host: &Host, port: u16) -> Option<SocketAddr> {
        if self.hosts.is_empty() {
            return None;
        }
        let by_port = self.hosts.get(&(host.clone(), Some(port)));
        by_port.or_else(|| self.hosts.get(&(host.clone(), None))).copied()
    }

    /// A connection to the site.
    pub async fn connect(&self, host: &Host, port: u16) -> Result<TcpStream, Unreached> {
        let deadline = Instant::now() + self.connect;
        if let Some(address) = self.set_for(host, port) {
            return one(address, deadline).await;
        }
        let addresses: Vec<SocketAddr> = match host.ip() {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => timeout_at(deadline, lookup_host((host.as_str(), port)))
                .await
                .map_err(|_| Unreached::TooLate)?
                .map_err(Unreached::Unknown)?
                .collect(),
        };
        // One local address spoils the name: a site that has both is playing a trick.
        if !self.allow_local && addresses.iter().any(|address| is_local(address.ip()) || is_our_own(*address)) {
            return Err(Unreached::Local);
        }
        let mut failed = None;
        for (place, address) in addresses.iter().enumerate() {
            let left = u32::try_from(addresses.len() - place).unwrap_or(u32::MAX);
            let now = Instant::now();
            let share = now + deadline.saturating_duration_since(now) / left;
            match one(*address, share).await {
                Ok(stream) => return Ok(stream),
                Err(error) => failed = Some(error),
            }
        }
        Err(failed.unwrap_or_else(|| Unreached::Unknown(io::Error::other("it has none"))))
    }
}

async fn one(address: SocketAddr, deadline: Instant) -> Result<TcpStream, Unreached> {
    let stream = timeout_at(deadline, TcpStream::connect(address))
        .await
        .map_err(|_| Unreached::TooLate)?
        .map_err(Unreached::Refused)?;
    let _slower_without = stream.set_nodelay(true);
    Ok(stream)
}

/// Where Amazon's clouds tell a machine its secrets over IPv6, as 169.254.169.254 does over IPv4.
const CLOUD_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254);

/// Loopback, link-local (with the clouds' `169.254.169.254` and `fd00:ec2::254`), site-local (`fec0::/10`, deprecated by
/// RFC 3879 but still routed inside), unspecified, multicast, broadcast; also inside IPv6 addresses that carry an IPv4 one
/// (RFC 4291, RFC 6052, RFC 3056).
pub(crate) fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_local_v4(address),
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unicast_link_local()
                || address.segments()[0] & 0xffc0 == 0xfec0
                || address == CLOUD_METADATA
                || carried(address).is_some_and(is_local_v4)
        }
    }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.octets()[0] == 0
}

fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = address.octets();
    let at = |place: usize| Ipv4Addr::new(octets[place], octets[place + 1], octets[place + 2], octets[place + 3]);
    match address.segments() {
        [0, 0, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] | [0x64, 0xff9b, 1, ..] => Some(at(12)),
        [0x2002, ..] => Some(at(2)),
        _ => None,
    }
}

/// Whether the address is one of this machine's: then the system would send from that same address. Nothing is sent.
fn is_our_own(address: SocketAddr) -> bool {
    let any: IpAddr = if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let from = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((address.ip(), 9))?;
        socket.local_addr()
    });
    from.is_ok_and(|from| from.ip() == address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_should_reach_is_told_from_what_is_the_web() {
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fec0::1",
            "feff::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            assert!(is_local(text.parse().unwrap()), "{text}");
        }
        for text in
            ["93.184.215.14", "10.0.0.1", "192.168.1.1", "2606:2800::1", "64:ff9b::5db8:d70e", "fd00::1", "fd00:ec2::1"]
        {
            assert!(!is_local(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn an_address_of_this_machine_is_its_own() {
        assert!(is_our_own("127.0.0.1:80".parse().unwrap()));
        assert!(!is_our_own("192.0.2.1:80".parse().unwrap()));
    }

    #[test]
    fn an_address_can_be_set_for_a_host_and_for_one_of_its_ports() {
        let hosts = [("A.example", "127.0.0.1:1"), ("a.example:8443", "127.0.0.1:2"), ("[::1]:90", "127.0.0.1:3")];
        let hosts = hosts.iter().map(|(name, to)| ((*name).to_owned(), to.parse().unwrap())).collect();
        let connector = Connector::new(&GateSettings { hosts, ..GateSettings::default() }).unwrap();
        let port = |host: &str, port| connector.set_for(&Host::parse(host).unwrap(), port).map(|to| to.port());
        assert_eq!(port("a.example", 80), Some(1));
        assert_eq!(port("a.example", 8443), Some(2));
        assert_eq!(port("::1", 90), Some(3));
        assert_eq!(port("::1", 91), None);
        let hosts = HashMap::from([("not a host".to_owned(), "127.0.0.1:1".parse().unwrap())]);
        assert!(Connector::new(&GateSettings { hosts, ..GateSettings::default() }).is_err());
    }
}
