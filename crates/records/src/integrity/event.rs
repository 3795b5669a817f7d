//! What the ledger can say. It is kept when names go, and nothing can be taken out of it; so an event is made of
//! identifiers, counts, times and the names of roles, duties and parts of a policy, and has no place for a person's or a
//! group's name or for anything that somebody typed.

use std::collections::BTreeMap;

use domain::{
    AgreementId, Audience, CaseEvent, CaseId, Category, DeclineId, Duty, EntryEvent, EntryId, GrantId, GrantScope,
    Person, PersonId, PolicyId, Recipient, RequestId, Role, RoleSet, Said, SanctionId, SessionId, Version, VersionId,
    ViewingId,
};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::integrity::canonical::sha256;

/// The name of a clause or a permission, or of a policy: lower-case letters, digits and hyphens. Anything else goes into
/// the ledger as its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PolicyPart(String);

/// The longest name of a part, in characters.
const LONGEST_PART: usize = 80;

impl From<&str> for PolicyPart {
    fn from(name: &str) -> PolicyPart {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_name = !name.is_empty() && name.len() <= LONGEST_PART && name.bytes().all(fits);
        PolicyPart(if is_name { name.to_owned() } else { sha256(name.as_bytes()) })
    }
}

impl std::fmt::Display for PolicyPart {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<&PolicyId> for PolicyPart {
    fn from(policy: &PolicyId) -> PolicyPart {
        policy.0.as_str().into()
    }
}

/// A SHA-256 in hexadecimal. Anything else goes into the ledger as its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl From<&str> for Fingerprint {
    fn from(hash: &str) -> Fingerprint {
        let is_hash =
            hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
        Fingerprint(if is_hash { hash.to_owned() } else { sha256(hash.as_bytes()) })
    }
}

/// The version of a policy that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedText {
    pub version: VersionId,
    pub policy: PolicyPart,
    pub number: Version,
    pub text: Fingerprint,
    pub minor: bool,
}

/// For whom something is; the request's record says which group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForWhom {
    Person(PersonId),
    Group,
    Audience(Audience),
    Everyone,
}

impl From<&Recipient> for ForWhom {
    fn from(recipient: &Recipient) -> ForWhom {
        match recipient {
            Recipient::Person(person) => ForWhom::Person(*person),
            Recipient::Group(_) => ForWhom::Group,
            Recipient::Audience(audience) => ForWhom::Audience(*audience),
            Recipient::Everyone => ForWhom::Everyone,
        }
    }
}

/// The kind of what was asked for or given; the request's record says which site or what words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScopeKind {
    Site,
    Category(Category),
    Words,
}

impl From<&GrantScope> for ScopeKind {
    fn from(scope: &GrantScope) -> ScopeKind {
        match scope {
            GrantScope::Site(_) => ScopeKind::Site,
            GrantScope::Category(category) => ScopeKind::Category(*category),
            GrantScope::Words(_) => ScopeKind::Words,
        }
    }
}

/// Whose activity was looked at; the viewing's record says which host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Viewed {
    Person(PersonId),
    Host,
    Everyone,
}

/// How much of a viewing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagesRead {
    /// One page, from 1.
    One {
        page: u32,
        searched: bool,
    },
    All,
}

/// How a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    Approved {
        grant: GrantId,
        permission: PolicyPart,
        recipient: ForWhom,
        scope: ScopeKind,
        until: Option<Timestamp>,
    },
    /// One of several who must agree said yes.
    Agreed {
        roles: RoleSet,
        until: Option<Timestamp>,
    },
    Refused,
    HandedOn {
        to: Role,
    },
}

/// What was said about a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentSaid {
    Yes,
    No,
    NotNeeded,
}

impl From<&Said> for ConsentSaid {
    fn from(said: &Said) -> ConsentSaid {
        match said {
            Said::Yes => ConsentSaid::Yes,
            Said::No => ConsentSaid::No,
            Said::NotNeeded { .. } => ConsentSaid::NotNeeded,
        }
    }
}

/// The name of what was done with a case, as its history has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseStepName {
    TakenUp,
    Noted,
    Answered,
    PassedOn,
    IsAbout,
    Closed,
    Reopened,
}

impl From<&CaseEvent> for CaseStepName {
    fn from(what: &CaseEvent) -> CaseStepName {
        match what {
            CaseEvent::TakenUp { .. } => CaseStepName::TakenUp,
            CaseEvent::Noted { .. } => CaseStepName::Noted,
            CaseEvent::Answered { .. } => CaseStepName::Answered,
            CaseEvent::PassedOn { .. } => CaseStepName::PassedOn,
            CaseEvent::IsAbout { .. } => CaseStepName::IsAbout,
            CaseEvent::Closed { .. } => CaseStepName::Closed,
            CaseEvent::Reopened { .. } => CaseStepName::Reopened,
        }
    }
}

/// The name of what was done with an entry, as its history has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryStepName {
    Corrected,
    Closed,
    Reopened,
}

impl From<&EntryEvent> for EntryStepName {
    fn from(what: &EntryEvent) -> EntryStepName {
        match what {
            EntryEvent::Corrected { .. } => EntryStepName::Corrected,
            EntryEvent::Closed => EntryStepName::Closed,
            EntryEvent::Reopened => EntryStepName::Reopened,
        }
    }
}

/// What of a person settles what they may do and decide.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct PersonAuthority {
    pub roles: RoleSet,
    pub children: Vec<PersonId>,
    pub manager: Option<PersonId>,
    pub stand_in: Option<PersonId>,
    /// How many classes they teach. A hash of their names would give them away to whoever tries every class.
    pub teaches: usize,
}

impl From<&Person> for PersonAuthority {
    fn from(person: &Person) -> PersonAuthority {
        let particulars = &person.particulars;
        PersonAuthority {
            roles: person.roles.clone(),
            children: person.children.clone(),
            manager: particulars.manager,
            stand_in: particulars.absence.and_then(|absence| absence.stand_in),
            teaches: particulars.teaches.len(),
        }
    }
}

/// A role as it was changed: the duties that it carries now, or `None` where it was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    pub role: Role,
    pub duties: Option<Vec<Duty>>,
}

/// How many people an import added, changed, left as they were and marked as leavers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImportCounts {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub left: u64,
}

/// Something that was done. Who did it stands beside it in the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    SignIn {
        session: SessionId,
        ends_at: Timestamp,
    },
    /// `by_itself`: the session's time had come.
    SignOut {
        session: SessionId,
        by_itself: bool,
    },
    SetPassword {
        person: PersonId,
        by_invitation: bool,
    },
    Invite {
        person: PersonId,
        expires_at: Timestamp,
    },
    SignAgreement {
        agreement: AgreementId,
        policy: PolicyPart,
        version: Version,
        clause: PolicyPart,
        text: Fingerprint,
        binds: PersonId,
    },
    Decline {
        decline: DeclineId,
        policy: PolicyPart,
        version: Version,
        binds: PersonId,
    },
    /// A child asked their parents again to sign.
    AskParentAgain {
        policy: PolicyPart,
    },
    AnswerDecline {
        decline: DeclineId,
    },
    Countersign {
        agreement: AgreementId,
        policy: PolicyPart,
        version: Version,
    },
    Ask {
        request: RequestId,
        policy: PolicyPart,
        version: Version,
        permission: PolicyPart,
        recipient: ForWhom,
        scope: ScopeKind,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    },
    WithdrawRequest {
        request: RequestId,
    },
    Decide {
        request: RequestId,
        answer: Answered,
    },
    /// Somebody said yes or no to a consent, or that it is not needed. Why stands in the request's record alone.
    AnswerConsent {
        request: RequestId,
        consent: PolicyPart,
        about: PersonId,
        said: ConsentSaid,
    },
    Revoke {
        grant: GrantId,
        permission: PolicyPart,
    },
    EndGrant {
        grant: GrantId,
        permission: PolicyPart,
        until: Option<Timestamp>,
    },
    /// Somebody reported something. Who, and about whom, stands in its record alone.
    Report {
        case: CaseId,
        policy: PolicyPart,
        version: Version,
        clause: PolicyPart,
    },
    /// Something was done with a case: what, and to which role it was passed on. To whom it went instead of whom it is about
    /// is left out: that would say who that is.
    HandleCase {
        case: CaseId,
        step: CaseStepName,
        to: Option<Role>,
    },
    /// Nobody had taken a case up in time, and it went further. To whom is left out: where that is not whom the clause names,
    /// it would say whom the case is about.
    EscalateCase {
        case: CaseId,
    },
    /// Those who receive a case were reminded of it.
    Remind {
        case: CaseId,
    },
    /// Nobody had decided a request in time, and it went to these roles.
    EscalateRequest {
        request: RequestId,
        to: Vec<Role>,
    },
    /// Those who decide a request were reminded of it, or whoever asked was told that it waits.
    RemindOfRequest {
        request: RequestId,
    },
    /// The owner of a policy was told that it is due for review.
    RemindOfReview {
        version: VersionId,
    },
    /// Something was written down in a register, by hand or by a yes. What it says stands in its record alone.
    Enter {
        entry: EntryId,
        policy: PolicyPart,
        version: Version,
        register: PolicyPart,
        second: Option<PersonId>,
        grant: Option<GrantId>,
    },
    StepEntry {
        entry: EntryId,
        step: EntryStepName,
    },
    UploadDraft {
        version: VersionId,
        policy: PolicyPart,
        text: Fingerprint,
        minor: bool,
    },
    ApprovePolicy {
        version: VersionId,
        role: Role,
        text: Fingerprint,
        complete: bool,
    },
    PublishPolicy(PublishedText),
    /// Published by the operator; the approvals were given on paper.
    InstallPolicy(PublishedText),
    ChangeRoles {
        changed: Vec<RoleChange>,
    },
    AddPerson {
        person: PersonId,
        audience: Audience,
        authority: PersonAuthority,
    },
    /// An import added a person.
    AddListedPerson {
        person: PersonId,
        audience: Audience,
        authority: PersonAuthority,
    },
    /// `changed` names the fields, and not what stands in them.
    EditPerson {
        person: PersonId,
        changed: Vec<&'static str>,
        audience: Audience,
        authority: PersonAuthority,
    },
    EditParticulars {
        person: PersonId,
        changed: Vec<&'static str>,
        authority: PersonAuthority,
    },
    /// An import changed a person.
    EditListedPerson {
        person: PersonId,
        changed: Vec<&'static str>,
        audience: Audience,
        authority: PersonAuthority,
    },
    ImportPeople {
        counts: ImportCounts,
        plan: Fingerprint,
    },
    MarkLeaver {
        person: PersonId,
        sessions_ended: u64,
    },
    /// Somebody's last day was over.
    LeaveByDate {
        person: PersonId,
        sessions_ended: u64,
    },
    /// Somebody was not on an import's list.
    MarkUnlisted {
        person: PersonId,
    },
    BringBack {
        person: PersonId,
    },
    /// Somebody whom the last import had marked as a leaver is back.
    BringBackUnlisted {
        person: PersonId,
    },
    UndoLeavers {
        back: u64,
    },
    WithdrawAccess {
        sanction: SanctionId,
        person: PersonId,
        policy: PolicyPart,
        clause: PolicyPart,
        until: Option<Timestamp>,
    },
    RestoreAccess {
        sanction: SanctionId,
        person: PersonId,
    },
    /// A viewing was stated. Its purpose stands in its record alone.
    StateViewing {
        viewing: ViewingId,
        subject: Viewed,
        from: Timestamp,
        to: Timestamp,
        policy: PolicyPart,
        clause: PolicyPart,
        second_of: Vec<Role>,
        untold_until: Option<Timestamp>,
    },
    ReadActivity {
        viewing: ViewingId,
        read: PagesRead,
    },
    SecondViewing {
        viewing: ViewingId,
    },
    RemindersGiven {
        policy: PolicyPart,
        people: u64,
    },
    SweepActivity {
        days: Vec<Date>,
    },
    /// Rows past keeping were removed: how many of each table.
    SweepRecords {
        removed: BTreeMap<&'static str, u64>,
    },
}
