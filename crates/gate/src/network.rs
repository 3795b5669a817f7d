//! A range of addresses, as a configuration writes it: `10.20.0.0/16`, `2001:db8::/32`, one address.

use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A range of addresses of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network {
    address: IpAddr,
    /// How many bits all its addresses share.
    length: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no network; write an address and how many bits of it count, as in '10.20.0.0/16'")]
pub struct NoNetwork(String);

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let beyond = 32 - u32::from(self.length);
                u64::from(own.to_bits() ^ other.to_bits()) >> beyond == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let beyond = 128 - u32::from(self.length);
                (own.to_bits() ^ other.to_bits()).checked_shr(beyond).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Network, NoNetwork> {
        let wrong = || NoNetwork(text.to_owned());
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = length.map_or(Ok(most), |length| length.trim().parse().map_err(|_| wrong()))?;
        if length > most { Err(wrong()) } else { Ok(Network { address, length }) }
    }
}

impl TryFrom<String> for Network {
    type Error = NoNetwork;

    fn try_from(text: String) -> Result<Network, NoNetwork> {
        text.parse()
    }
}

impl From<Network> for String {
    fn from(network: Network) -> String {
        format!("{}/{}", network.address, network.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        for (network, inside, outside) in [
            ("10.20.0.0/16", "10.20.255.1", "10.21.0.0"),
            ("10.20.30.40", "10.20.30.40", "10.20.30.41"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("::1", "::1", "::2"),
            ("0.0.0.0/0", "::ffff:192.0.2.1", "2001:db8::1"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{network:?} {inside}");
            assert!(!network.contains(outside.parse().unwrap()), "{network:?} {outside}");
            assert_eq!(String::from(network).parse(), Ok(network));
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["10.20.0.0/33", "10.20/16", "::/129", "school", "10.0.0.0/-1"] {
            assert!(text.parse::<Network>().unwrap_err().to_string().contains(text), "{text}");
        }
    }
}
