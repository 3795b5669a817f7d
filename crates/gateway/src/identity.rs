//! Who is asking: by a name and a password sent with the request, or by the address from which somebody is signed in at
//! the desk.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Directory, PersonId, Standing};
use hyper::HeaderMap;
use hyper::header::PROXY_AUTHORIZATION;

/// Somebody who was identified, or nobody, and what it rests on. Whether it still holds is looked up in each new
/// directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
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

static UNIDENTIFIED: LazyLock<Standing> = LazyLock::new(Standing::unidentified);

impl Who {
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Who::Nobody => None,
            Who::Password { person, .. } | Who::Address { person } => Some(*person),
        }
    }

    /// Who is signed in at the desk from `client`.
    pub fn at(client: IpAddr, directory: &Directory) -> Who {
        directory.by_address(client).map_or(Who::Nobody, |(person, _)| Who::Address { person })
    }

    /// How they stand by `directory`: as nobody, where what identified them no longer holds.
    pub fn standing<'a>(&self, client: IpAddr, directory: &'a Directory) -> &'a Standing {
        let member = match self {
            Who::Nobody => None,
            Who::Password { person, hash } => {
                directory.member(*person).filter(|member| member.password.as_deref() == Some(&**hash))
            }
            Who::Address { person } => {
                directory.by_address(client).filter(|(now, _)| now == person).map(|(_, member)| member)
            }
        };
        member.map_or(&UNIDENTIFIED, |member| &member.standing)
    }
}

/// What a request's `Proxy-Authorization` holds.
#[derive(Debug)]
pub(crate) enum Credentials<'a> {
    None,
    /// Not `Basic`, not base64, not UTF-8, or several.
    Unreadable,
    /// As sent, not yet decoded.
    Basic(&'a [u8]),
}

impl Credentials<'_> {
    pub fn of(headers: &HeaderMap) -> Credentials<'_> {
        let mut values = headers.get_all(PROXY_AUTHORIZATION).iter();
        match (values.next(), values.next()) {
            (None, _) => Credentials::None,
            (Some(value), None) => match value.as_bytes().split_at_checked(6) {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"basic ") => {
                    Credentials::Basic(token.trim_ascii())
                }
                _ => Credentials::Unreadable,
            },
            (Some(_), Some(_)) => Credentials::Unreadable,
        }
    }
}

/// The name and the password in a token of `Basic` (RFC 7617).
pub(crate) fn decode(token: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.trim().to_owned(), password.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn a_name_and_a_password_are_read_from_basic_alone() {
        let mut headers = HeaderMap::new();
        assert!(matches!(Credentials::of(&headers), Credentials::None));
        headers.insert(PROXY_AUTHORIZATION, HeaderValue::from_static("bAsIc YW5hOnB1c3M6Y2F0"));
        let Credentials::Basic(token) = Credentials::of(&headers) else { panic!("no Basic") };
        assert_eq!(decode(token), Some(("ana".to_owned(), "puss:cat".to_owned())));
        headers.append(PROXY_AUTHORIZATION, HeaderValue::from_static("Basic Og=="));
        assert!(matches!(Credentials::of(&headers), Credentials::Unreadable));
        headers.insert(PROXY_AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        assert!(matches!(Credentials::of(&headers), Credentials::Unreadable));
        assert_eq!(decode(b"****"), None);
    }
}
