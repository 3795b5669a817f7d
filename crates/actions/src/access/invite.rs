//! A one-time way for somebody to set their password: a link to send, and a code to print or read out.

use domain::{Person, PersonId, RelativeRole};
use jiff::{SignedDuration, Timestamp};
use records::Event;

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, Unavailable, verb_error};
use crate::desk::secrets::{SessionToken, new_code, sha256};

#[derive(Debug, Clone)]
pub struct Invite {
    pub person: PersonId,
}

/// Shown once to whoever made it; the records keep hashes alone.
#[derive(Clone)]
pub struct Invitation {
    /// Goes into the link.
    pub token: String,
    /// Eight letters, typed with the username.
    pub code: String,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Invitation(until {})", self.expires_at)
    }
}

/// What the page behind the link shows. Looking never uses the invitation up: mail scanners follow links.
#[derive(Debug, Clone)]
pub struct InvitationFor {
    pub name: String,
    pub username: String,
    pub expires_at: Timestamp,
    /// What the password must be.
    pub rules: Vec<PasswordRule>,
}

/// One demand on a password, in words, with the clause that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordRule {
    pub sentence: String,
    pub citation: Option<policy::Citation>,
}

verb_error! {
    InviteError {
        #[error("There is nobody here with this address. Look for them in the list of people.")]
        NotFound => NotFound;
        #[error("You can't invite yourself. Change your password on your own page.")]
        Yourself => Forbidden;
    }
}

impl Desk {
    /// Makes an invitation for somebody. One that they were given before can no longer be used.
    pub async fn invite(&self, actor: &Actor, input: Invite) -> Result<Invitation, InviteError> {
        let (actor, mut change) = self.begin_change(actor, Verb::Invite).await?;
        if actor.person == input.person {
            return Err(InviteError::Yourself);
        }
        let people_index = self.people_index(&actor);
        let invited = people_index.here(input.person).ok_or(InviteError::NotFound)?;
        self.refuse_invite(&actor, invited)?;
        let now = change.at();
        let token = SessionToken::new(self.identifiers()).as_str().to_owned();
        let code = new_code(self.identifiers());
        let expires_at = now + SignedDuration::from_hours(24 * i64::from(self.settings().invitation_days));
        let invitation = records::InvitationRecord {
            token_hash: sha256(token.as_bytes()),
            code_hash: sha256(format!("{} {code}", input.person).as_bytes()),
            person: input.person,
            made_by: actor.person,
            made_at: now,
            expires_at,
            used_at: None,
        };
        change.save_invitation(&invitation).await?;
        change.commit(&actor, Event::Invite { person: input.person, expires_at }).await?;
        Ok(Invitation { token, code, expires_at })
    }

    /// Refuses to let the actor set somebody's password who decides where the actor may not make deciders. Whoever sets a
    /// password can be that person: only those who give roles invite one who holds any, manages somebody, teaches a
    /// class or stands in for somebody. A parent is one of the pupil's people and holds no role of the school's.
    pub(crate) fn refuse_invite(&self, actor: &Authorised, invited: &Person) -> Result<(), Forbidden> {
        let relative = self.people_index(actor).possible_relative_roles(invited, self.takes_lessons(invited));
        let decides = relative.iter().any(|role| role != RelativeRole::ParentOfPupil.role());
        if decides || !invited.roles.is_empty() {
            self.authorise(actor, Verb::EditRoles)?;
        }
        self.refuse_above(actor, &invited.roles)
    }

    /// What stands behind a link's token; `None` where it is unknown, used or out of date.
    pub async fn invitation(&self, token: &str) -> Result<Option<InvitationFor>, Unavailable> {
        let visitor = Authorised::visitor(Verb::SetPassword);
        let invitation = self.stores().read(&visitor).await?.invitation(&sha256(token.as_bytes())).await?;
        let people_index = self.people_index(&visitor);
        let open = invitation.filter(|found| found.used_at.is_none() && self.now() < found.expires_at);
        Ok(open.and_then(|invitation| {
            let person = people_index.here(invitation.person)?;
            Some(InvitationFor {
                name: person.name.clone(),
                username: person.username.clone(),
                expires_at: invitation.expires_at,
                rules: self.password_rules(&Actor::of(person, None)),
            })
        }))
    }

    /// What a person's password must be, in words.
    pub fn password_rules(&self, actor: &Actor) -> Vec<PasswordRule> {
        let rules = self.rules();
        let needed = rules.password_for(actor.somebody());
        let cite = |rule| Some(rules.citation(rule).clone());
        let (shortest, by) = needed.fewest();
        let mut sentences = vec![PasswordRule {
            sentence: format!("It has at least {shortest} characters."),
            citation: by.and_then(cite),
        }];
        sentences.extend(needed.needs.iter().map(|(need, rule)| PasswordRule {
            sentence: format!("It contains {}.", need.words()),
            citation: cite(*rule),
        }));
        sentences.extend(needed.not_in.iter().map(|(list, rule)| PasswordRule {
            sentence: format!("It is not found in {}.", list.words()),
            citation: cite(*rule),
        }));
        sentences.extend(
            needed
                .unique
                .map(|rule| PasswordRule { sentence: "You use it nowhere else.".to_owned(), citation: cite(rule) }),
        );
        sentences
    }
}
