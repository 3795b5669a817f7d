//! Who is asking: by a name and a password that came with the request, or by the address from which somebody is signed in at
//! the desk.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use domain::{PersonId, Standing};
use feed::{Directory, Member};
use jiff::Timestamp;

/// Somebody who was identified, or nobody, and what it rests on. Whether it still holds is looked up in each new
/// directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    Nobody,
    /// Their password fitted this hash.
    Password {
        person: PersonId,
        hash: Arc<str>,
    },
    /// They are signed in at the desk from the client's address.
    Address {
        person: PersonId,
    },
}

/// What a name and a password came to.
#[derive(Debug, PartialEq, Eq)]
pub enum PasswordCheck {
    Known(Identity),
    Wrong,
    /// Too many were wrong before; this one was not checked, and none will be until then.
    TooSoon {
        until: Timestamp,
    },
}

static UNIDENTIFIED: LazyLock<Standing> = LazyLock::new(Standing::unidentified);

impl Identity {
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Identity::Nobody => None,
            Identity::Password { person, .. } | Identity::Address { person } => Some(*person),
        }
    }

    /// Who is signed in at the desk from `client`, and has not left by `now`.
    pub(crate) fn at(client: IpAddr, directory: &Directory, now: Timestamp) -> Identity {
        let here = directory.by_address(client).filter(|(_, member)| !member.standing.has_left(now));
        here.map_or(Identity::Nobody, |(person, _)| Identity::Address { person })
    }

    /// Whether what identified them still holds by `directory`: they are there and have not left by `now`, signed in at
    /// the address, under the same password. That nobody was identified always holds.
    pub fn holds(&self, client: IpAddr, directory: &Directory, now: Timestamp) -> bool {
        *self == Identity::Nobody || self.member(client, directory, now).is_some()
    }

    /// How they stand by `directory`: as nobody, where what identified them no longer holds.
    pub fn standing<'a>(&self, client: IpAddr, directory: &'a Directory, now: Timestamp) -> &'a Standing {
        self.member(client, directory, now).map_or(&UNIDENTIFIED, |member| &member.standing)
    }

    fn member<'a>(&self, client: IpAddr, directory: &'a Directory, now: Timestamp) -> Option<&'a Member> {
        let member = match self {
            Identity::Nobody => None,
            Identity::Password { person, hash } => {
                directory.member(*person).filter(|member| member.password.as_deref() == Some(&**hash))
            }
            Identity::Address { person } => {
                directory.by_address(client).filter(|(here, _)| here == person).map(|(_, member)| member)
            }
        };
        member.filter(|member| !member.standing.has_left(now))
    }
}
