//! The directory as lines of a file. Each begins with the checksum of the rest, so that a line which a crash cut short, or
//! a failing disk changed, is known for one.

use std::net::IpAddr;

use domain::{ClosedSite, Host, ListedDevice, PersonId};
use serde::{Deserialize, Serialize};

use crate::changed::Changed;
use crate::directory::{Directory, Member};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::large_enum_variant, reason = "nearly every line is a person, and lines are applied at once")]
pub(crate) enum Line {
    Person {
        person: PersonId,
        username: String,
        member: Member,
    },
    Gone {
        person: PersonId,
    },
    Address {
        address: IpAddr,
        people: Vec<PersonId>,
    },
    Device {
        address: IpAddr,
        listed: Vec<ListedDevice>,
    },
    Site {
        host: Host,
        closed: Vec<ClosedSite>,
    },
    /// The last line of a base: all of it is there.
    End {
        people: usize,
    },
}

impl Line {
    pub(crate) fn apply(self, directory: &mut Directory) {
        match self {
            Line::Person { person, username, member } => directory.insert(person, &username, member),
            Line::Gone { person } => directory.remove(person),
            Line::Address { address, people } => directory.set_address(address, people),
            Line::Device { address, listed } => directory.set_device(address, listed),
            Line::Site { host, closed } => directory.set_closed(host, closed),
            Line::End { .. } => {}
        }
    }
}

/// Hexadecimal digits of a CRC-32.
const CHECKSUM: usize = 8;

pub(crate) fn write(line: &Line, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let json = serde_json::to_vec(line)?;
    out.extend_from_slice(format!("{:08x} ", crc32fast::hash(&json)).as_bytes());
    out.extend_from_slice(&json);
    out.push(b'\n');
    Ok(())
}

/// The whole lines of a file, and how many were whole once and are damaged now. What a crash cut short ends without a line
/// feed: nobody was told that it was kept, so it counts for nothing. Each line says all that is known of one person,
/// address or site, so those after a damaged one still hold.
pub(crate) fn read(bytes: &[u8]) -> (Vec<Line>, usize) {
    let (mut lines, mut damaged) = (Vec::new(), 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n")) {
        match read_one(line) {
            Some(line) => lines.push(line),
            None => damaged += 1,
        }
    }
    (lines, damaged)
}

fn read_one(line: &[u8]) -> Option<Line> {
    let (checksum, rest) = line.split_at_checked(CHECKSUM)?;
    let json = rest.strip_prefix(b" ")?;
    let checksum = u32::from_str_radix(std::str::from_utf8(checksum).ok()?, 16).ok()?;
    (checksum == crc32fast::hash(json)).then(|| serde_json::from_slice(json).ok())?
}

/// A whole directory.
pub(crate) fn base(directory: &Directory) -> serde_json::Result<Vec<u8>> {
    let everything = Changed {
        people: directory.people().collect(),
        addresses: directory.addresses().collect(),
        devices: directory.devices().collect(),
        sites: directory.closed_hosts().cloned().collect(),
        everything: false,
    };
    let mut out = deltas(directory, &everything)?;
    write(&Line::End { people: directory.len() }, &mut out)?;
    Ok(out)
}

/// What `changed` names, as it stands in `directory`.
pub(crate) fn deltas(directory: &Directory, changed: &Changed) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::new();
    for person in &changed.people {
        let person = *person;
        let line = match directory.named(person) {
            Some((username, member)) => Line::Person { person, username: username.to_owned(), member: member.clone() },
            None => Line::Gone { person },
        };
        write(&line, &mut out)?;
    }
    for address in &changed.addresses {
        write(&Line::Address { address: *address, people: directory.at(*address).to_vec() }, &mut out)?;
    }
    for address in &changed.devices {
        write(&Line::Device { address: *address, listed: directory.device_at(*address).to_vec() }, &mut out)?;
    }
    for host in &changed.sites {
        write(&Line::Site { host: host.clone(), closed: directory.closed_at(host).to_vec() }, &mut out)?;
    }
    Ok(out)
}
