//! What the ledger can say. It is kept when names go, and nothing can be taken out of it; so an event is made of
//! identifiers, counts, times and the names of roles, duties and parts of a policy, and has no place for a person's or a
//! group's name or for anything that somebody typed.

use std::collections::BTreeMap;

use domain::{
    AgreementId, Audience, CaseId, DeclineId, EntryId, FileId, FileOf, GrantId, PersonId, RegisterId, RequestId, Role,
    SanctionId, SessionId, Version, VersionId, ViewingId,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::integrity::event_parts::{
    Answered, CaseStepName, EntryStepName, Fingerprint, ForWhom, ImportCounts, PagesRead, PersonAuthority, PolicyPart,
    PublishedText, RoleChange, ScopeKind, Viewed,
};

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
    /// Somebody said yes or no to a consent, or that it is not needed. What they said stands in the request's record alone.
    AnswerConsent {
        request: RequestId,
        consent: PolicyPart,
        about: PersonId,
    },
    /// Somebody said yes or no to a consent that is asked once, about these people, or took back what they said.
    SayToConsent {
        policy: PolicyPart,
        version: Version,
        consent: PolicyPart,
        about: Vec<PersonId>,
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
    /// A consent on which a grant rests ends sooner than the grant did, which ends with it.
    ShortenGrant {
        grant: GrantId,
        permission: PolicyPart,
        until: Timestamp,
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
    /// A site was opened again that was closed by a case. Which one, the reporter had typed.
    ReopenSite {
        case: CaseId,
    },
    /// A file was added to a case. Its name and what it is stand in its record alone.
    AddCaseFile {
        case: CaseId,
        file: FileId,
    },
    /// Somebody was given a file of a case.
    ReadCaseFile {
        case: CaseId,
        file: FileId,
    },
    /// A file was taken out of a case, or a picture out of a request. Why, and what it was called, the ledger does not say.
    TakeOutFile {
        of: FileOf,
        file: FileId,
    },
    /// A picture was added to a request.
    AddRequestFile {
        request: RequestId,
        file: FileId,
    },
    /// Somebody was given a picture of a request.
    ReadRequestFile {
        request: RequestId,
        file: FileId,
    },
    /// A time of a case was over, and it went further. To whom is left out: where that is not whom the clause names,
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
    /// Somebody checked a register. What they found stands in its record alone.
    CheckRegister {
        register: RegisterId,
        policy: PolicyPart,
        version: Version,
        name: PolicyPart,
    },
    /// Somebody saw what an entry lists.
    SeeEntry {
        entry: EntryId,
    },
    /// Somebody signed for what an entry lists, or said that they don't. Why not stands in its record alone.
    SignForEntry {
        entry: EntryId,
        signed: bool,
        /// Whoever handed them a device to sign on.
        handed_by: Option<PersonId>,
    },
    /// Those who keep a register were told that it is to be checked.
    RemindOfCheck {
        register: RegisterId,
    },
    /// Those who keep a register were told that there is something to do about an entry.
    RemindOfEntry {
        entry: EntryId,
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
