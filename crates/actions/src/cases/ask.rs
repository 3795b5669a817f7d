//! Asking for a permission that a clause offers.

use std::collections::BTreeMap;

use domain::{Address, Category, GrantScope, Host, Opens, PolicyId, Recipient, Request, RequestId, RequestState};
use jiff::Timestamp;
use policy::kinds::{Permission, Recipients};
use records::RequestRecord;
use serde_json::json;

use crate::cases::request_lines::{GrantLine, RequestLine};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::desk_state::Desk;
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::wording::moment_words;
use crate::policies::published_policies::covers;

#[derive(Debug, Clone)]
pub struct Ask {
    pub policy: PolicyId,
    pub permission: String,
    pub recipient: Recipient,
    pub wants: Wants,
    pub reason: String,
    /// `None`: as long as the clause lets it.
    pub until: Option<Timestamp>,
    /// What the clause's form asks for, by its field.
    pub needs: BTreeMap<String, String>,
}

/// What is wanted, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wants {
    Site(String),
    Category(Category),
    Words(String),
}

verb_error! {
    AskError {
        #[error("There is no such permission in the school's policies any more. Look at what you may ask for.")]
        NoSuchPermission => NotFound;
        #[error("'{typed}' is not the address of a site. Write it as in 'www.example.org'.")]
        NotASite { typed: String } => Invalid("wants");
        #[error("{site} is on a list of illegal content, which nobody can open.")]
        Sealed { site: Host } => Invalid("wants");
        #[error("This permission opens only {allowed}; {wanted} is something else.")]
        OutsideCategories { wanted: String, allowed: String } => Invalid("wants");
        #[error("Say what you ask for.")]
        WantsMissing => Invalid("wants");
        #[error("Say why, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("Fill in '{field}': the clause asks for it.")]
        NeedMissing { field: String } => Invalid("needs");
        #[error("Choose one of your own classes or groups.")]
        NotYourGroup => Invalid("recipient");
        #[error("This permission is given for {allowed}.")]
        WrongRecipient { allowed: &'static str } => Invalid("recipient");
        #[error("That end has passed. Choose a later one.")]
        EndPassed => Invalid("until");
        #[error("The clause lets it be open until {latest} at the latest.")]
        TooLong { latest: String } => Invalid("until");
    }
}

verb_error! {
    WithdrawRequestError {
        #[error("There is no request here with this address.")]
        NotFound => NotFound;
        #[error("This request has been decided already.")]
        Decided => Conflict;
    }
}

impl Desk {
    /// Asks. The request waits for the roles that the clause names.
    pub async fn ask(&self, actor: &Actor, input: Ask) -> Result<RequestLine, AskError> {
        let (published_policies, now) = (self.published_policies(), self.now());
        let actor = self.authorise(actor, Verb::Ask)?;
        let (text, clause, permission) =
            published_policies.permission(&input.policy, &input.permission).ok_or(AskError::NoSuchPermission)?;
        if !covers(&permission.asks, &actor) {
            return Err(Forbidden::because("the clause does not let you ask for it").into());
        }
        let recipient = self.recipient(&actor, permission, input.recipient)?;
        let scope = self.scope(permission, input.wants)?;
        let reason = input.reason.trim();
        if reason.is_empty() {
            return Err(AskError::ReasonMissing);
        }
        let needs = needed(permission, &input.needs)?;
        let until = self.end_within(permission, input.until, now)?;
        let record = RequestRecord {
            request: Request {
                id: self.new_id(now),
                policy: input.policy,
                version: text.version(),
                clause: clause.id.clone(),
                permission: input.permission,
                asker: actor.person,
                recipient,
                scope,
                reason: reason.to_owned(),
                asked_at: now,
                until,
                state: RequestState::Waiting,
            },
            needs,
            handed_to: None,
        };
        let request = &record.request;
        let mut change = self.stores().change(&actor, now).await?;
        change.add_request(&record).await?;
        let details = json!({
            "policy": request.policy, "version": request.version, "permission": request.permission,
            "recipient": request.recipient, "scope": request.scope, "until": request.until,
        });
        change.commit(&actor, format!("request {}", request.id), details).await?;
        Ok(self.request_line(&record))
    }

    fn recipient(&self, actor: &Actor, permission: &Permission, asked: Recipient) -> Result<Recipient, AskError> {
        let allowed = permission.to;
        match (allowed, &asked) {
            (Recipients::Own, Recipient::Person(person)) if *person == actor.person => Ok(asked),
            (Recipients::Group, Recipient::Group(group)) if actor.groups.contains(group) => Ok(asked),
            (Recipients::Group, Recipient::Group(_)) => Err(AskError::NotYourGroup),
            (Recipients::Person, Recipient::Person(person)) if self.people_index().here(*person).is_some() => Ok(asked),
            (Recipients::Everyone, Recipient::Everyone) => Ok(asked),
            _ => Err(AskError::WrongRecipient { allowed: allowed.words() }),
        }
    }

    fn scope(&self, permission: &Permission, wants: Wants) -> Result<GrantScope, AskError> {
        match (permission.opens, wants) {
            (Opens::Site, Wants::Site(typed)) => self.site(permission, typed),
            (Opens::Category, Wants::Category(category)) => {
                if Category::SEALED.contains(category) {
                    let (wanted, allowed) = (category.title().to_owned(), "what is not sealed".to_owned());
                    return Err(AskError::OutsideCategories { wanted, allowed });
                }
                match permission.categories {
                    Some(allowed) if !allowed.contains(category) => Err(AskError::OutsideCategories {
                        wanted: category.title().to_owned(),
                        allowed: allowed.to_string(),
                    }),
                    _ => Ok(GrantScope::Category(category)),
                }
            }
            (Opens::Site | Opens::Category, _) => Err(AskError::WantsMissing),
            (_, Wants::Words(words)) if !words.trim().is_empty() => Ok(GrantScope::Words(words.trim().to_owned())),
            _ => Err(AskError::WantsMissing),
        }
    }

    fn site(&self, permission: &Permission, typed: String) -> Result<GrantScope, AskError> {
        let Ok(address) = Address::parse(&typed) else { return Err(AskError::NotASite { typed }) };
        let host = address.host;
        if !host.as_str().contains('.') && host.ip().is_none() {
            return Err(AskError::NotASite { typed });
        }
        let categories = self.sites().categories(&host, address.path.as_deref());
        if !categories.intersection(Category::SEALED).is_empty() {
            return Err(AskError::Sealed { site: host });
        }
        match permission.categories {
            Some(allowed) if !categories.is_empty() && categories.intersection(allowed).is_empty() => {
                Err(AskError::OutsideCategories { wanted: host.to_string(), allowed: allowed.to_string() })
            }
            _ => Ok(GrantScope::Site(host)),
        }
    }

    /// An end that the clause lets be: the one that was asked for, or the latest.
    pub(crate) fn end_within(
        &self,
        permission: &Permission,
        asked: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, AskError> {
        let latest = self.latest_grant_end(permission, now);
        match (asked, latest) {
            (Some(asked), _) if asked <= now => Err(AskError::EndPassed),
            (Some(asked), Some(latest)) if asked > latest => {
                Err(AskError::TooLong { latest: moment_words(latest, self.time_zone()) })
            }
            (Some(asked), _) => Ok(Some(asked)),
            (None, latest) => Ok(latest),
        }
    }

    /// Takes back a request of one's own that nobody has decided.
    pub async fn withdraw_request(&self, actor: &Actor, id: RequestId) -> Result<RequestLine, WithdrawRequestError> {
        let actor = self.authorise(actor, Verb::WithdrawRequest)?;
        let now = self.now();
        let mut change = self.stores().change(&actor, now).await?;
        let mut record = change.request(id).await?.ok_or(WithdrawRequestError::NotFound)?;
        if record.request.asker != actor.person {
            return Err(Forbidden::because("only whoever asked can take a request back").into());
        }
        record.request.state = RequestState::Withdrawn { at: now };
        if !change.settle_request(&record.request).await? {
            return Err(WithdrawRequestError::Decided);
        }
        change.commit(&actor, format!("request {id}"), json!({})).await?;
        Ok(self.request_line(&record))
    }

    /// What the actor asked for, newest first.
    pub async fn my_requests(&self, actor: &Actor, query: ListQuery) -> Result<Paged<RequestLine>, ReadError> {
        let actor = self.authorise(actor, Verb::MayAsk)?;
        let all = self.stores().read(&actor).await?.requests_by(actor.person).await?;
        let lines = all
            .iter()
            .map(|record| self.request_line(record))
            .filter(|line| query.matches([line.title.as_str(), line.scope_words.as_str(), line.reason.as_str()]))
            .collect();
        Ok(Paged::of(lines, &query))
    }

    /// Grants that the actor asked for or that are for them, and still hold.
    pub async fn my_grants(&self, actor: &Actor) -> Result<Vec<GrantLine>, ReadError> {
        let actor = self.authorise(actor, Verb::MayAsk)?;
        let now = self.now();
        let mut reading = self.stores().read(&actor).await?;
        let mut lines = Vec::new();
        for record in reading.open_grants().await? {
            let Some(request) = reading.request(record.grant.request).await? else { continue };
            let concerns = match &record.grant.recipient {
                Recipient::Person(person) => *person == actor.person,
                Recipient::Group(group) => actor.groups.contains(group),
                Recipient::Everyone => true,
            };
            if record.grant.is_live(now) && (concerns || request.request.asker == actor.person) {
                lines.push(self.grant_line(&actor, &record, &request.request));
            }
        }
        Ok(lines)
    }
}

fn needed(permission: &Permission, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, AskError> {
    let fields = permission.needs.iter().flatten();
    fields
        .map(|field| match given.get(field).map(|text| text.trim()) {
            Some(text) if !text.is_empty() => Ok((field.clone(), text.to_owned())),
            _ => Err(AskError::NeedMissing { field: field.clone() }),
        })
        .collect()
}
