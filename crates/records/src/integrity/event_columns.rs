//! An event as the ledger's columns hold it: the verb's stable name, the kind and identifier of what it was done to, and
//! details. What is written here stays as it is for as long as there are ledgers, so that readers of old entries and new
//! ones need no second way.

use domain::{FileOf, Role};
use serde_json::{Value, json};

use crate::integrity::event::Event;
use crate::integrity::event_parts::{Answered, CaseStepName, PagesRead, PersonAuthority, PublishedText, RoleChange};

impl Event {
    /// The verb's stable name: `sign-agreement`.
    pub const fn verb(&self) -> &'static str {
        match self {
            Event::SignIn { .. } => "sign-in",
            Event::SignOut { .. } => "sign-out",
            Event::SetPassword { .. } => "set-password",
            Event::Invite { .. } => "invite",
            Event::SignAgreement { .. } => "sign-agreement",
            Event::Decline { .. } => "decline",
            Event::AskParentAgain { .. } => "ask-parent-again",
            Event::AnswerConsent { .. } => "answer-consent",
            Event::SayToConsent { .. } => "say-to-consent",
            Event::AnswerDecline { .. } => "answer-decline",
            Event::Countersign { .. } => "countersign",
            Event::Ask { .. } => "ask",
            Event::WithdrawRequest { .. } => "withdraw-request",
            Event::Decide { .. } => "decide",
            Event::Revoke { .. } => "revoke",
            Event::EndGrant { .. } => "end-grant",
            Event::ShortenGrant { .. } => "shorten-grant",
            Event::Report { .. } => "report",
            Event::HandleCase { .. } => "handle-case",
            Event::ReopenSite { .. } => "reopen-site",
            Event::AddCaseFile { .. } => "add-case-file",
            Event::ReadCaseFile { .. } => "read-case-file",
            Event::AddRequestFile { .. } => "add-request-file",
            Event::TakeOutFile { of: FileOf::Case(_), .. } => "take-out-case-file",
            Event::TakeOutFile { of: FileOf::Request(_), .. } => "take-out-request-file",
            Event::ReadRequestFile { .. } => "read-request-file",
            Event::EscalateCase { .. } | Event::EscalateRequest { .. } => "escalate",
            Event::Remind { .. }
            | Event::RemindOfRequest { .. }
            | Event::RemindOfReview { .. }
            | Event::RemindOfCheck { .. }
            | Event::RemindOfEntry { .. } => "remind",
            Event::CheckRegister { .. } => "check-register",
            Event::SeeEntry { .. } => "see-entry",
            Event::SignForEntry { .. } => "sign-for-entry",
            Event::Enter { .. } => "enter",
            Event::StepEntry { .. } => "step-entry",
            Event::UploadDraft { .. } => "upload-draft",
            Event::ApprovePolicy { .. } => "approve-policy",
            Event::PublishPolicy { .. } => "publish-policy",
            Event::InstallPolicy { .. } => "install-policy",
            Event::ChangeRoles { .. } => "change-roles",
            Event::AddPerson { .. } | Event::AddListedPerson { .. } => "add-person",
            Event::EditPerson { .. } | Event::EditParticulars { .. } | Event::EditListedPerson { .. } => "edit-person",
            Event::ImportPeople { .. } => "import-people",
            Event::MarkLeaver { .. } | Event::LeaveByDate { .. } | Event::MarkUnlisted { .. } => "mark-leaver",
            Event::BringBack { .. } | Event::BringBackUnlisted { .. } => "bring-back",
            Event::UndoLeavers { .. } => "undo-leavers",
            Event::WithdrawAccess { .. } => "withdraw-access",
            Event::RestoreAccess { .. } => "restore-access",
            Event::StateViewing { .. } | Event::ReadActivity { .. } => "view-activity",
            Event::SecondViewing { .. } => "second-viewing",
            Event::RemindersGiven { .. } => "reminders-given",
            Event::SweepActivity { .. } => "sweep-activity",
            Event::SweepRecords { .. } => "sweep-records",
        }
    }

    /// The kind and identifier of what it was done to: `agreement 0192…`.
    pub fn subject(&self) -> String {
        match self {
            Event::SignIn { session, .. } | Event::SignOut { session, .. } => format!("session {session}"),
            Event::SetPassword { person, .. }
            | Event::Invite { person, .. }
            | Event::AddPerson { person, .. }
            | Event::AddListedPerson { person, .. }
            | Event::EditPerson { person, .. }
            | Event::EditParticulars { person, .. }
            | Event::EditListedPerson { person, .. }
            | Event::MarkLeaver { person, .. }
            | Event::LeaveByDate { person, .. }
            | Event::MarkUnlisted { person }
            | Event::BringBack { person }
            | Event::BringBackUnlisted { person } => format!("person {person}"),
            Event::SignAgreement { agreement, .. } | Event::Countersign { agreement, .. } => {
                format!("agreement {agreement}")
            }
            Event::Decline { decline, .. } | Event::AnswerDecline { decline } => format!("decline {decline}"),
            Event::Ask { request, .. }
            | Event::WithdrawRequest { request }
            | Event::Decide { request, .. }
            | Event::AddRequestFile { request, .. }
            | Event::ReadRequestFile { request, .. }
            | Event::TakeOutFile { of: FileOf::Request(request), .. }
            | Event::EscalateRequest { request, .. }
            | Event::RemindOfRequest { request }
            | Event::AnswerConsent { request, .. } => {
                format!("request {request}")
            }
            Event::Report { case, .. }
            | Event::HandleCase { case, .. }
            | Event::ReopenSite { case }
            | Event::AddCaseFile { case, .. }
            | Event::ReadCaseFile { case, .. }
            | Event::TakeOutFile { of: FileOf::Case(case), .. }
            | Event::EscalateCase { case }
            | Event::Remind { case } => format!("case {case}"),
            Event::Enter { entry, .. }
            | Event::StepEntry { entry, .. }
            | Event::SeeEntry { entry }
            | Event::SignForEntry { entry, .. }
            | Event::RemindOfEntry { entry } => format!("entry {entry}"),
            Event::CheckRegister { register, .. } | Event::RemindOfCheck { register } => format!("register {register}"),
            Event::Revoke { grant, .. } | Event::EndGrant { grant, .. } | Event::ShortenGrant { grant, .. } => {
                format!("grant {grant}")
            }
            Event::UploadDraft { version, .. }
            | Event::ApprovePolicy { version, .. }
            | Event::RemindOfReview { version }
            | Event::PublishPolicy(PublishedText { version, .. })
            | Event::InstallPolicy(PublishedText { version, .. }) => format!("version {version}"),
            Event::ChangeRoles { .. } => "roles".to_owned(),
            Event::ImportPeople { .. } | Event::UndoLeavers { .. } => "people".to_owned(),
            Event::WithdrawAccess { sanction, .. } | Event::RestoreAccess { sanction, .. } => {
                format!("sanction {sanction}")
            }
            Event::StateViewing { viewing, .. }
            | Event::ReadActivity { viewing, .. }
            | Event::SecondViewing { viewing } => {
                format!("viewing {viewing}")
            }
            Event::RemindersGiven { policy, .. }
            | Event::AskParentAgain { policy }
            | Event::SayToConsent { policy, .. } => {
                format!("policy {policy}")
            }
            Event::SweepActivity { .. } => "activity".to_owned(),
            Event::SweepRecords { .. } => "records".to_owned(),
        }
    }

    pub fn details(&self) -> Value {
        match self {
            Event::SignIn { ends_at, .. } => json!({ "ends-at": ends_at }),
            Event::SignOut { by_itself: true, .. } => json!({ "by-itself": true }),
            Event::SetPassword { by_invitation, .. } => json!({ "by-invitation": by_invitation }),
            Event::Invite { expires_at, .. } => json!({ "expires-at": expires_at }),
            Event::SignAgreement { policy, version, clause, text, binds, .. } => json!({
                "policy": policy, "version": version, "clause": clause, "text-sha256": text, "binds": binds,
            }),
            Event::Decline { policy, version, binds, .. } => {
                json!({ "policy": policy, "version": version, "binds": binds })
            }
            Event::Countersign { policy, version, .. } => json!({ "policy": policy, "version": version }),
            Event::Ask { policy, version, permission, recipient, scope, from, until, .. } => json!({
                "policy": policy, "version": version, "permission": permission, "recipient": recipient,
                "scope": scope, "from": from, "until": until,
            }),
            Event::Decide { answer, .. } => answered(answer),
            Event::AnswerConsent { consent, about, .. } => json!({ "consent": consent, "about": about }),
            Event::SayToConsent { version, consent, about, .. } => {
                json!({ "version": version, "consent": consent, "about": about })
            }
            Event::Revoke { permission, .. } => json!({ "permission": permission }),
            Event::ShortenGrant { permission, until, .. } => json!({ "until": until, "permission": permission }),
            Event::EndGrant { permission, until, .. } => json!({ "until": until, "permission": permission }),
            Event::Report { policy, version, clause, .. } => {
                json!({ "policy": policy, "version": version, "clause": clause })
            }
            Event::AddCaseFile { file, .. }
            | Event::ReadCaseFile { file, .. }
            | Event::AddRequestFile { file, .. }
            | Event::TakeOutFile { file, .. }
            | Event::ReadRequestFile { file, .. } => json!({ "file": file }),
            Event::HandleCase { step, to, .. } => handled(*step, *to),
            Event::EscalateRequest { to, .. } => json!({ "to": to }),
            Event::Enter { policy, version, register, second, grant, .. } => json!({
                "policy": policy, "version": version, "register": register, "second": second, "grant": grant,
            }),
            Event::StepEntry { step, .. } => json!({ "step": step }),
            Event::SignForEntry { signed, handed_by, .. } => json!({ "signed": signed, "handed-by": handed_by }),
            Event::CheckRegister { policy, version, name, .. } => {
                json!({ "policy": policy, "version": version, "register": name })
            }
            Event::UploadDraft { policy, text, minor, .. } => {
                json!({ "policy": policy, "text-sha256": text, "minor": minor })
            }
            Event::ApprovePolicy { role, text, complete, .. } => {
                json!({ "role": role, "text-sha256": text, "complete": complete })
            }
            Event::PublishPolicy(text) => published(text),
            Event::InstallPolicy(PublishedText { policy, number, text, minor, .. }) => json!({
                "policy": policy, "version": number, "text-sha256": text, "minor": minor, "approvals": "on paper",
            }),
            Event::ChangeRoles { changed } => json!({ "changed": changed.iter().map(role_change).collect::<Vec<_>>() }),
            Event::AddPerson { audience, authority, .. } => with(json!({ "audience": audience }), authority),
            Event::AddListedPerson { audience, authority, .. } => {
                with(json!({ "changed": [], "by": "import", "audience": audience }), authority)
            }
            Event::EditPerson { changed, audience, authority, .. } => {
                with(json!({ "changed": changed, "audience": audience }), authority)
            }
            Event::EditParticulars { changed, authority, .. } => with(json!({ "changed": changed }), authority),
            Event::EditListedPerson { changed, audience, authority, .. } => {
                with(json!({ "changed": changed, "by": "import", "audience": audience }), authority)
            }
            Event::ImportPeople { counts, plan } => json!({ "counts": counts, "plan": plan }),
            Event::MarkLeaver { sessions_ended, .. } => json!({ "sessions-ended": sessions_ended }),
            Event::LeaveByDate { sessions_ended, .. } => {
                json!({ "by": "leaving-date", "sessions-ended": sessions_ended })
            }
            Event::MarkUnlisted { .. } => json!({ "by": "import" }),
            Event::BringBackUnlisted { .. } => json!({ "by": "undo" }),
            Event::UndoLeavers { back } => json!({ "back": back }),
            Event::WithdrawAccess { person, policy, clause, until, .. } => {
                json!({ "person": person, "policy": policy, "clause": clause, "until": until })
            }
            Event::RestoreAccess { person, .. } => json!({ "person": person }),
            Event::StateViewing { subject, from, to, policy, clause, second_of, untold_until, .. } => json!({
                "subject": subject, "from": from, "to": to, "policy": policy, "clause": clause,
                "second-person": second_of, "untold-until": untold_until,
            }),
            Event::ReadActivity { read, .. } => pages(read),
            Event::RemindersGiven { people, .. } => json!({ "people": people }),
            Event::SweepActivity { days } => json!({ "days": days }),
            Event::SweepRecords { removed } => json!({ "removed": removed }),
            Event::SignOut { by_itself: false, .. }
            | Event::AskParentAgain { .. }
            | Event::AnswerDecline { .. }
            | Event::WithdrawRequest { .. }
            | Event::Remind { .. }
            | Event::RemindOfRequest { .. }
            | Event::RemindOfReview { .. }
            | Event::RemindOfCheck { .. }
            | Event::RemindOfEntry { .. }
            | Event::SeeEntry { .. }
            | Event::EscalateCase { .. }
            | Event::BringBack { .. }
            | Event::ReopenSite { .. }
            | Event::SecondViewing { .. } => json!({}),
        }
    }
}

/// The details and what settles a person's authority, side by side. Entries from before some of it was kept lack that.
fn with(mut details: Value, authority: &PersonAuthority) -> Value {
    if let (Value::Object(details), Value::Object(authority)) = (&mut details, json!(authority)) {
        details.extend(authority);
    }
    details
}

/// Which pages of activity somebody read.
fn pages(read: &PagesRead) -> Value {
    match read {
        PagesRead::One { page, searched } => json!({ "page": page, "searched": searched }),
        PagesRead::All => json!({ "page": "all" }),
    }
}

/// Which text of a policy was published.
fn published(PublishedText { policy, number, text, minor, .. }: &PublishedText) -> Value {
    json!({ "policy": policy, "version": number, "text-sha256": text, "minor": minor })
}

/// What was done with a case, and to which role it was passed on, where it was.
fn handled(step: CaseStepName, to: Option<Role>) -> Value {
    match to {
        Some(to) => json!({ "step": step, "to": to }),
        None => json!({ "step": step }),
    }
}

fn answered(answer: &Answered) -> Value {
    match answer {
        Answered::Approved { grant, permission, recipient, scope, until } => json!({
            "answer": "approved", "grant": grant, "permission": permission, "recipient": recipient, "scope": scope,
            "until": until,
        }),
        Answered::Agreed { roles, until } => json!({ "answer": "agreed", "roles": roles, "until": until }),
        Answered::Refused => json!({ "answer": "refused" }),
        Answered::HandedOn { to } => json!({ "answer": "handed-on", "to": to }),
    }
}

fn role_change(change: &RoleChange) -> Value {
    match &change.duties {
        Some(duties) => json!({ "role": change.role, "duties": duties }),
        None => json!({ "role": change.role, "taken-out": true }),
    }
}
