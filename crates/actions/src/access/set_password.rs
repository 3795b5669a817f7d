//! Setting a password: with an invitation, a code, or the password that one has.

use std::net::IpAddr;

use credentials::hash_password;
use domain::{Person, PersonId};
use jiff::Timestamp;
use policy::PasswordProblem;
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::verb_error;
use crate::desk::secrets::own_password::NotProved;
use crate::desk::secrets::{normal_code, sha256};
use crate::known::people_index::PeopleIndex;

#[derive(Clone)]
pub struct SetPassword {
    pub proof: PasswordProof,
    pub password: String,
    pub again: String,
}

/// What shows that the password is one's own to set.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, made from a form and used at once")]
#[derive(Clone)]
pub enum PasswordProof {
    Invitation { token: String },
    Code { username: String, code: String, address: Option<IpAddr> },
    Current { actor: Actor, password: String },
}

#[derive(Debug, Clone)]
pub struct PasswordSet {
    pub person: PersonId,
    pub username: String,
}

/// Something that a chosen password lacks, with the clause that asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordFault {
    pub message: String,
    pub citation: Option<policy::Citation>,
}

verb_error! {
    SetPasswordError {
        #[error("{}", .faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join(" "))]
        Weak { faults: Vec<PasswordFault> } => Invalid("password");
        #[error("The two passwords differ. Type the same one twice.")]
        Differ => Invalid("again");
        #[error("The password that you have now is not right.")]
        CurrentWrong => Invalid("current");
        #[error("The username or the code is not right. Check both, or ask the school office for a new code.")]
        CodeWrong => Invalid("code");
        #[error("This invitation has been used or is out of date. Ask the school office for a new one.")]
        Expired => Conflict;
        #[error("There were too many wrong tries. Wait a minute, then try again, or ask the school office.")]
        Throttled { until: Timestamp } => Throttled;
    }
}

impl From<NotProved> for SetPasswordError {
    fn from(wrong: NotProved) -> Self {
        match wrong {
            NotProved::Wrong => SetPasswordError::CurrentWrong,
            NotProved::TooSoon { until } => SetPasswordError::Throttled { until },
            NotProved::Unavailable(cause) => cause.into(),
        }
    }
}

/// Whose password it is, and by what that was shown.
struct Proved {
    person: Person,
    /// The hash of an invitation's token.
    invitation: Option<String>,
    /// The hash of the password that they had.
    current: Option<String>,
}

impl Proved {
    fn by_invitation(person: &Person, token_hash: String) -> Proved {
        Proved { person: person.clone(), invitation: Some(token_hash), current: None }
    }
}

impl Desk {
    /// Sets a person's password. An invitation is used up by it; every session of the person but the one that acts
    /// ends.
    pub async fn set_password(&self, input: SetPassword) -> Result<PasswordSet, SetPasswordError> {
        let now = self.now();
        let visitor = Authorised::visitor(Verb::SetPassword);
        let Proved { person, invitation, current } = self.prove(&visitor, &input.proof, now).await?;
        let actor = visitor.proved_to_be(&person);
        if input.password != input.again {
            return Err(SetPasswordError::Differ);
        }
        let faults = self.password_faults(&self.people_index(&actor), &person, &input.password);
        if !faults.is_empty() {
            return Err(SetPasswordError::Weak { faults });
        }
        let hash = self.hash(input.password).await;
        let mut change = self.begin_within(self.turn().await, &actor).await?;
        // The proof was looked at before the turn, for hashing takes long: it must still hold.
        if self.people_index(&actor).here(person.id).is_none() {
            return Err(SetPasswordError::Expired);
        }
        if current.is_some() && change.password_hash(person.id).await? != current {
            return Err(SetPasswordError::CurrentWrong);
        }
        if let Some(token_hash) = &invitation
            && !change.use_invitation(token_hash).await?
        {
            return Err(SetPasswordError::Expired);
        }
        change.save_password(person.id, &hash).await?;
        change.end_sessions_of(person.id).await?;
        let event = Event::SetPassword { person: person.id, by_invitation: invitation.is_some() };
        let kept = change.commit(&actor, event).await?;
        self.refresh_people(&kept.turn, &[person.id]).await?;
        Ok(PasswordSet { person: person.id, username: person.username })
    }

    /// Finds out whose password it is.
    async fn prove(
        &self,
        visitor: &Authorised,
        proof: &PasswordProof,
        now: Timestamp,
    ) -> Result<Proved, SetPasswordError> {
        let people_index = self.people_index(visitor);
        match proof {
            PasswordProof::Invitation { token } => {
                let found = self.stores().read(visitor).await?.invitation(&sha256(token.as_bytes())).await?;
                let open = found.filter(|found| found.used_at.is_none() && now < found.expires_at);
                let invitation = open.ok_or(SetPasswordError::Expired)?;
                let person = people_index.here(invitation.person).ok_or(SetPasswordError::Expired)?;
                Ok(Proved::by_invitation(person, invitation.token_hash))
            }
            PasswordProof::Code { username, code, address } => {
                let username = username.trim().to_lowercase();
                let passwords = self.passwords();
                if let Some(until) = passwords.throttle().wait_until(&username, *address, now) {
                    return Err(SetPasswordError::Throttled { until });
                }
                let person = people_index.named(&username).and_then(|record| people_index.here(record.person.id));
                let invitation = match person {
                    Some(person) => self.stores().read(visitor).await?.newest_invitation(person.id).await?,
                    None => None,
                };
                let right = invitation.filter(|found| {
                    found.used_at.is_none()
                        && now < found.expires_at
                        && found.code_hash == sha256(format!("{} {}", found.person, normal_code(code)).as_bytes())
                });
                match (person, right) {
                    (Some(person), Some(invitation)) => Ok(Proved::by_invitation(person, invitation.token_hash)),
                    _ => {
                        passwords.throttle().failed(&username, *address, now);
                        Err(SetPasswordError::CodeWrong)
                    }
                }
            }
            PasswordProof::Current { actor, password } => {
                let actor = self.authorise(actor, Verb::SetPassword)?;
                let person = people_index.here(actor.person).ok_or(SetPasswordError::CurrentWrong)?;
                let current = self.own_password(&actor, person, password).await?;
                Ok(Proved { person: person.clone(), invitation: None, current })
            }
        }
    }

    /// What a password lacks for this person.
    pub(crate) fn password_faults(
        &self,
        people_index: &PeopleIndex,
        person: &Person,
        password: &str,
    ) -> Vec<PasswordFault> {
        let rules = self.rules();
        let mut details: Vec<&str> = vec![person.username.as_str(), person.name.as_str()];
        details.extend(person.name.split_whitespace());
        details.extend(person.mail.as_deref());
        let children = person.children.iter().filter_map(|child| people_index.person(*child));
        let family: Vec<&Person> = people_index.parents_of(person.id).chain(children).collect();
        details.extend(family.iter().flat_map(|relative| relative.name.split_whitespace()));
        let born = birth_date_as_typed(person);
        details.extend(born.iter().map(String::as_str));
        let problems = rules.check_password(person.into(), password, &details).into_iter();
        let fault = |problem: PasswordProblem| PasswordFault {
            message: problem.message,
            citation: problem.citation.map(|rule| rules.citation(rule).clone()),
        };
        problems.map(fault).collect()
    }

    /// Hashes a password where it keeps nobody else waiting.
    pub(crate) async fn hash(&self, password: String) -> String {
        let (cost, salt) = (self.settings().password_hash, self.salt());
        let task = tokio::task::spawn_blocking(move || hash_password(cost, &password, salt));
        task.await.expect("hashing neither panics nor is cancelled")
    }
}

/// A birth date in the ways that people put one into a password: any with its four-digit year, `120510` and `1205`.
fn birth_date_as_typed(person: &Person) -> Vec<String> {
    let born = person.particulars.born;
    let forms = ["%Y-%m-%d", "%d%m%y", "%d%m"];
    born.iter().flat_map(|born| forms.map(|form| born.strftime(form).to_string())).collect()
}
