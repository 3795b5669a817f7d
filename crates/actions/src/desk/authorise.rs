//! Who may do what: one table, which the verbs obey, `docs/AUTHORISATION.md` prints and a test holds current.

use domain::{Duty, Grant, Roles};
use policy::Somebody;
use policy::kinds::{Data, Permission, View};
use policy::rules::{
    asking, channels, deciding,
    registers::{self, consent_lists},
    sanctions, signing, viewing,
};

use crate::desk::actor::Actor;
use crate::desk::desk_state::Desk;
use crate::known::published_policies::{KnownRegister, Text};

/// Who may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Whoever comes, signed in or not.
    Anyone,
    /// Every person of the school who is signed in.
    SignedIn,
    /// Holders of a role that carries the duty.
    Duty(Duty),
    /// Those whom a clause of a published policy names.
    Clause(Named),
    /// The program's command line on the school's own machine.
    Operator,
    /// The program itself, when the time for something has come.
    Program,
}

/// For what a clause, or a policy's head, names somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Owner,
    Approver,
    Asker,
    Decider,
    /// Somebody who decides by a relative role alone: towards some requests, and no others.
    RelativeDecider,
    /// The one person whom a request is about.
    PersonConcerned,
    /// Somebody to whom requests go where nobody has decided them in time.
    LateDecider,
    Countersigner,
    Viewer,
    SecondPerson,
    Sanctioner,
    Receiver,
    /// Somebody who keeps a register.
    Keeper,
    /// Somebody who keeps what is about all who keep a register.
    KeeperInstead,
    /// Somebody who writes in a register about themselves.
    Enterer,
    /// Somebody who reaches others by the ways of a clause.
    Reacher,
    /// Somebody who may be there for an entry as the second person.
    EntrySecond,
    RegisterReader,
}

impl Named {
    pub fn words(self) -> &'static str {
        match self {
            Named::Owner => "the policy's owner",
            Named::Approver => "the roles that the policy's head names to approve it",
            Named::Asker => "those whom the permission's clause lets ask, or give it unasked",
            Named::Decider => "the roles that decide by the permission's clause",
            Named::RelativeDecider => "those whom a relative role of the permission's clause names",
            Named::PersonConcerned => {
                "the person whom the request is about, where the permission's clause has them decide"
            }
            Named::LateDecider => {
                "the roles to which requests go by the permission's clause when nobody has decided in time"
            }
            Named::Countersigner => "the roles that countersign by the agreement's clause",
            Named::Viewer => "the roles that may look by a view clause",
            Named::SecondPerson => "the roles that the view clause names as second person",
            Named::Sanctioner => "the roles that decide by a sanction clause",
            Named::Receiver => "those to whom reports go, or went, by their clauses",
            Named::Keeper => "the roles that keep a register by its clause",
            Named::KeeperInstead => "those who receive reports, of what is about all who keep a register",
            Named::Enterer => "those who write about themselves in a register by its clause",
            Named::Reacher => "those who reach others by the ways of a channel's clause",
            Named::EntrySecond => "the roles that a register names as second person",
            Named::RegisterReader => "those to whom a register is shown",
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Authorisation {
    pub verb: Verb,
    pub who: &'static [Holder],
    /// What narrows it further, in words; empty where nothing does.
    pub but: &'static str,
}

macro_rules! verbs {
    ($($verb:ident = $name:literal: [$($holder:expr),+] $but:literal;)+) => {
        /// Something that people do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Verb { $(#[doc = $name] $verb,)+ }

        impl Verb {
            pub const ALL: &'static [Verb] = &[$(Verb::$verb,)+];

            /// The stable name that the ledger uses.
            pub const fn name(self) -> &'static str {
                match self { $(Verb::$verb => $name,)+ }
            }
        }

        const TABLE: &[Authorisation] = &[$(Authorisation { verb: Verb::$verb, who: &[$($holder),+], but: $but },)+];
    };
}

use Holder::{Anyone, Clause, Operator, Program, SignedIn};

verbs! {
    SignIn = "sign-in": [Anyone] "with a username and its password; failures are counted by username and address";
    SignOut = "sign-out": [SignedIn, Program] "their own session; the program, when its time has come";
    SetPassword = "set-password": [Anyone] "with an invitation, a code or the password they have; for themselves alone";
    Invite = "invite": [Holder::Duty(Duty::ManagePeople), Operator] "never themselves; somebody who holds a role, manages somebody, teaches a class or stands in for somebody, only by those who give roles";
    ActAs = "act-as": [Operator] "somebody who is here; the ledger has what is done then under their name";
    Home = "home": [SignedIn] "what there is for them to do";
    MyAgreements = "my-agreements": [SignedIn] "their own, and their children's";
    ReadAgreement = "read-agreement": [SignedIn] "their own, their children's, what they may countersign; all of them: those who follow signing";
    ToSign = "to-sign": [SignedIn] "for themselves, or for a child of theirs";
    SignAgreement = "sign-agreement": [SignedIn] "for themselves, or for a child of theirs, where a clause asks it";
    Decline = "decline": [SignedIn] "for themselves, or for a child of theirs, where a clause asks their signature";
    AskParentAgain = "ask-parent-again": [SignedIn] "about a signature for themselves of which a parent's alone is missing, once a day at the most";
    AnswerDecline = "answer-decline": [Clause(Named::Owner)] "of the policy that was declined";
    Countersign = "countersign": [Clause(Named::Countersigner)] "never their own signature";
    WhatIsWatched = "what-is-watched": [SignedIn] "the clauses, and who looked at their own activity";
    MayAsk = "may-ask": [SignedIn] "the permissions that are open to them";
    Ask = "ask": [Clause(Named::Asker)] "for themselves, their own groups or a person, as the clause says";
    WithdrawRequest = "withdraw-request": [SignedIn] "a request of their own";
    ReadRequest = "read-request": [SignedIn] "a request of their own, one that they may decide, or one whose consents they answer";
    AddRequestFile = "add-request-file": [SignedIn] "a picture to a request of their own to publish something, while it waits and nobody has agreed to it";
    TakeOutRequestFile = "take-out-request-file": [SignedIn] "a picture of a request of their own, while it waits and nobody has agreed to it, or once they have taken it back";
    ReadRequestFile = "read-request-file": [SignedIn] "of a request that they read: whoever asked, those who know of everybody whom it names, and whoever decides it as one concerned where it names nobody but them or their child";
    Decide = "decide": [Clause(Named::Decider), Clause(Named::RelativeDecider), Clause(Named::PersonConcerned), Clause(Named::LateDecider)] "by a relative role, the requests towards which they hold it; while every holder of such a role is absent, their stand-in too; never a request of their own, nor, but as the person concerned, one for or about themselves or for a group that they are in; by a permission that the policy no longer has, those whom its last version named, and no yes";
    AnswerConsent = "answer-consent": [SignedIn] "a consent that a request needs about them or their child, as the clause says; that none is needed, those whom the clause names; never for a request of their own";
    MyConsents = "my-consents": [SignedIn] "those about them or their children that are asked once, as far as the clause has them answer";
    SayToConsent = "say-to-consent": [SignedIn] "a consent that is asked once, about them or their child, as the clause says; the no too those in whose veto it is";
    Grants = "grants": [Clause(Named::Decider), Holder::Duty(Duty::SeeGate)] "those of the permissions that they decide; whoever sees the gate, those that open sites too; never one about themselves";
    Revoke = "revoke": [Clause(Named::Decider), SignedIn] "a grant that they may decide, or that they asked for; what opened on the asker's own word, whoever sees the gate too; about themselves, only where the clause has the person concerned decide";
    EndGrant = "end-grant": [Program] "when the grant's time has come, or a consent that it needs stands no longer";
    ShortenGrant = "shorten-grant": [Program] "to the end of the first of the consents that the grant needs";
    Report = "report": [Anyone] "what a clause lets them report; whoever is not signed in, where it says so";
    FollowReport = "follow-report": [Anyone] "a report of their own, signed in or by its code";
    Escalate = "escalate": [Program] "a report of which a time is over, or a request that nobody has decided in time, to those whom its clause names for that; a report whose deadline by law is over, to those who receive reports where it names nobody";
    Remind = "remind": [Program] "those who receive a report or decide a request, when the time for it runs out; whoever asked, when what they asked for should have begun; the owner of a policy, when it is due for review; those who keep a register, when it is to be checked or the day of an entry comes; whoever exported a report, when nobody has written down a receipt";
    Concerns = "concerns": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "the cases that have come to them, by a report that the policy no longer has as its last version said; never one about themselves";
    HandleCase = "handle-case": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "a case that has come to them; never one about themselves; closing it, where the clause names who closes it, those alone";
    ClosedSites = "closed-sites": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "the sites that were closed by reports which go to a role of theirs, or which they have, and with the duty those whose report is no longer kept; while it is kept, never by one about themselves";
    ReopenSite = "reopen-site": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "a site as in closed-sites, with a reason";
    AddCaseFile = "add-case-file": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "to a case that has come to them and is not closed; never one about themselves";
    TakeOutCaseFile = "take-out-case-file": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "of a case that has come to them and is not closed; never one about themselves";
    ReadCaseFile = "read-case-file": [Clause(Named::Receiver), Holder::Duty(Duty::ReceiveReports)] "of a case that they read, as in concerns";
    Registers = "registers": [Clause(Named::Keeper), Clause(Named::Enterer), Clause(Named::EntrySecond), Clause(Named::RegisterReader), Clause(Named::KeeperInstead)] "those that they keep, whole; of those that are shown to them, by the clause or with a permission that they hold, the fields that the clause names; of one that follows from a consent, whom it lists, and not who said what; of others, the entries that they wrote or were there for as the second person; what is about all who keep one, those who would receive a report of it; never an entry about themselves, but of their own where entries are people’s own; of a register that the policy no longer has, as its last version said";
    ReadEntry = "read-entry": [SignedIn] "as in registers";
    Enter = "enter": [Clause(Named::Keeper), Clause(Named::Enterer)] "what the register lets in; where entries are people’s own, about themselves alone; with a second person where the clause asks one";
    StepEntry = "step-entry": [Clause(Named::Keeper), Clause(Named::Enterer), Clause(Named::KeeperInstead)] "of a register that they keep, or their own where entries are people’s own; about all who keep the register, those who would receive a report of it; never one about themselves, but their own; each with a reason";
    CheckRegister = "check-register": [Clause(Named::Keeper)] "of a register that they keep, where the clause asks for checks";
    SeeEntry = "see-entry": [Clause(Named::Keeper), Clause(Named::KeeperInstead)] "what an entry lists that holds and that they keep, of a register whose clause asks for checks";
    SignForEntry = "sign-for-entry": [SignedIn] "for what an entry says was given to them, where its clause asks it; with their own password, on the device of whoever keeps the entry";
    InTouch = "in-touch": [Clause(Named::Reacher)] "those of whom a clause speaks that names the actor, the ways of reaching them, and the school's own accounts that the actor keeps or is shown";
    ReadPolicies = "read-policies": [SignedIn] "what is published, of which anyone is shown the clause that a page cites; a draft: whoever uploaded it, the owner and the approvers of its text or of the version in force, and those who write or approve policies";
    UploadDraft = "upload-draft": [Clause(Named::Owner), Clause(Named::Approver), Holder::Duty(Duty::WritePolicies), Operator] "of the policy that they own or approve; a new policy: those who write policies";
    ApprovePolicy = "approve-policy": [Holder::Duty(Duty::ApprovePolicies)] "in a role that the draft's head names and that they hold";
    PublishPolicy = "publish-policy": [Clause(Named::Owner), Clause(Named::Approver), Holder::Duty(Duty::WritePolicies)] "the owner or an approver of the version in force, or of the draft where the policy has none; those who write policies, of every policy; when all have approved";
    InstallPolicy = "install-policy": [Operator] "approvals were given on paper, and the ledger says so";
    People = "people": [Holder::Duty(Duty::SeePeople)] "";
    Roles = "roles": [Holder::Duty(Duty::SeePeople), Operator] "";
    ChangeRoles = "change-roles": [Holder::Duty(Duty::GiveRoles), Operator] "a duty only by those who hold it";
    EditPerson = "edit-person": [Holder::Duty(Duty::ManagePeople), Operator] "roles, a line manager, classes taught, an absence and a stand-in only by those who give roles; of their own, name and mail alone; never themselves as somebody’s line manager or stand-in; a holder of duties, only by whoever may give those duties";
    EditRoles = "edit-roles": [Holder::Duty(Duty::GiveRoles), Operator] "never their own";
    AddPerson = "add-person": [Holder::Duty(Duty::ManagePeople), Operator] "with roles only by those who give roles";
    ImportPeople = "import-people": [Holder::Duty(Duty::ImportPeople), Operator] "within the limits of edit-person, line by line; a list may put right anybody’s name";
    MarkLeaver = "mark-leaver": [Holder::Duty(Duty::ManagePeople), Operator, Program] "never themselves; a holder of duties, only by whoever may give those duties; the program, when the leaving date is over";
    BringBack = "bring-back": [Holder::Duty(Duty::ManagePeople), Operator] "a holder of roles, only by those who give roles; a holder of duties, only by whoever may give those duties";
    UndoLeavers = "undo-leavers": [Holder::Duty(Duty::ImportPeople), Operator] "those whom the last import marked as leavers, or whose leaving date passed on the last such day; within the limits of bring-back";
    WithdrawAccess = "withdraw-access": [Clause(Named::Sanctioner)] "never themselves";
    RestoreAccess = "restore-access": [Clause(Named::Sanctioner)] "by the clause that the sanction rests on; never themselves";
    WhyIsSite = "why-is-site": [Holder::Duty(Duty::SeeGate), Clause(Named::Decider)] "for an audience; for one person only those who see people and the gate";
    LatestVerdicts = "latest-verdicts": [Holder::Duty(Duty::SeeGate)] "without names; the sites only for those whom a view clause lets look at use of the web without a second person, and only of the audiences of its policy; never visits to helplines";
    ViewActivity = "view-activity": [Clause(Named::Viewer)] "for a purpose of the clause, with a second person where it asks one";
    SecondViewing = "second-viewing": [Clause(Named::SecondPerson)] "never their own viewing, nor one about themselves";
    SigningProgress = "signing-progress": [Holder::Duty(Duty::FollowSigning), Clause(Named::Owner), Clause(Named::Approver)] "of every policy, those who follow signing; of the policy that they own or approve, the others";
    RemindersGiven = "reminders-given": [Holder::Duty(Duty::FollowSigning), Clause(Named::Owner)] "of every policy, those who follow signing; of the policy that they own, the owner";
    ReadLedger = "read-ledger": [Holder::Duty(Duty::ReadLedger), Operator] "nothing of reports: what it holds of one is read by those who have it, at that report";
    SweepActivity = "sweep-activity": [Program] "days that have been kept for as long as the school keeps them";
    SweepRecords = "sweep-records": [Program] "rows that have been kept for as long as the school keeps them";
    SendMail = "send-mail": [Program] "to those who were told something, that there is something to read at the desk, and no more";
    InformGate = "inform-gate": [Program] "what the gate goes by, kept in step with the records";
}

/// The whole table.
pub fn authorisation_table() -> &'static [Authorisation] {
    TABLE
}

impl Verb {
    pub fn authorisation(self) -> &'static Authorisation {
        &TABLE[self as usize]
    }

    /// Who may, as somebody is told who may not: `it is for the headteacher or IT staff`.
    pub(crate) fn who(self, roles: &Roles) -> String {
        let mut words: Vec<String> = Vec::new();
        for holder in self.authorisation().who {
            words.extend(match holder {
                Holder::Duty(duty) => roles.carrying(*duty).map(|entry| roles.in_sentence(entry.role)).collect(),
                Clause(_) => vec!["those whom a policy names for it".to_owned()],
                Anyone | SignedIn => vec!["people who are signed in".to_owned()],
                Operator | Program => Vec::new(),
            });
        }
        words.dedup();
        match words.pop() {
            None => "nobody does it at the desk".to_owned(),
            Some(last) if words.is_empty() => format!("it is for {last}"),
            Some(last) => format!("it is for {} or {last}", words.join(", ")),
        }
    }
}

fn holder_words(holder: Holder, roles: &Roles) -> String {
    match holder {
        Anyone => "anyone".to_owned(),
        SignedIn => "everyone who is signed in".to_owned(),
        Holder::Duty(duty) => titles(duty, roles),
        Clause(named) => named.words().to_owned(),
        Operator => "the program's operator at the command line".to_owned(),
        Program => "the program itself".to_owned(),
    }
}

/// The titles of the roles that carry a duty.
fn titles(duty: Duty, roles: &Roles) -> String {
    let titles: Vec<&str> = roles.carrying(duty).map(|entry| entry.title.as_str()).collect();
    if titles.is_empty() {
        format!("whoever holds the duty '{duty}', which no role carries")
    } else {
        titles.join(", ")
    }
}

/// Who may do what, as `docs/AUTHORISATION.md` prints it: verbs, the duties that they ask for, and the roles that carry
/// each duty in the catalogue that the program ships with.
pub fn authorisation_page() -> String {
    let mut page = String::from(
        "# Who may do what\n\nMade from `crates/actions/src/desk/authorise.rs` and `crates/domain/roles.toml`; a test \
         fails when it is not current. Each verb looks the person's roles up again. One that changes something does so \
         in its turn: it begins the transaction, looks the roles up, checks, writes with its ledger entry, makes known \
         what changed, and only then lets the next begin and answers.\n\n## What asks for which duty\n\n\
         | what | who | but |\n|---|---|---|\n",
    );
    for line in TABLE {
        let who: Vec<String> = line.who.iter().map(|holder| holder_in_table(*holder)).collect();
        page.push_str(&format!("| `{}` | {} | {} |\n", line.verb.name(), who.join("; "), line.but));
    }
    page.push_str(
        "\n## Which role carries which duty\n\nAs the program ships. A school changes it on the desk (People, Roles) or with `schoolgate roles import`.\n\n\
         | duty | lets people | ready roles |\n|---|---|---|\n",
    );
    for duty in Duty::ALL {
        page.push_str(&format!("| `{duty}` | {} | {} |\n", duty.title(), titles(*duty, Roles::ready())));
    }
    page.push_str(
        "\n## What this does not rule out\n\nWhere two people are asked for, to approve a policy or to look at somebody’s activity, the \
         program tells two accounts apart. Whoever manages people invites them and can use the invitation in their place, and \
         a list of people can bring first passwords with it. So somebody who both manages people and gives roles can act as \
         two: as a person whom they add and who does not exist, or as a real one whom they invite. The ready headteacher \
         carries both duties, and approves policies. Somebody who manages people and gives no roles can act as a pupil, as a \
         parent or as staff without a role: sign for them, and answer as a parent. The program does not prevent it. The \
         ledger keeps each step under the name of whoever took it (`add-person`, `edit-person`, `invite`, `set-password`). \
         Give the two duties together to as few people as you can, and let somebody else read the ledger.\n",
    );
    page
}

fn holder_in_table(holder: Holder) -> String {
    match holder {
        Holder::Duty(duty) => format!("duty `{duty}`"),
        other => holder_words(other, Roles::ready()),
    }
}

impl Desk {
    /// Whether the actor may do this to something at least: for navigation. The verb itself looks closer.
    pub fn may(&self, actor: &Actor, verb: Verb) -> bool {
        self.may_as(actor, verb, |_| true)
    }

    /// As [`Desk::may`], by one of these lines of the table alone.
    pub(crate) fn may_as(&self, actor: &Actor, verb: Verb, which: impl Fn(Holder) -> bool) -> bool {
        let mut holders = verb.authorisation().who.iter().filter(|holder| which(**holder));
        let Some(actor) = self.current(actor) else {
            return holders.any(|holder| *holder == Anyone);
        };
        holders.any(|holder| match holder {
            Anyone => true,
            SignedIn => actor.is_person(),
            Operator => actor.is_operator(),
            Program => false,
            Holder::Duty(duty) => self.carries(&actor, *duty),
            Clause(named) => actor.is_person() && self.is_named(&actor, *named),
        })
    }

    /// Whether one of the actor's roles carries the duty.
    pub(crate) fn carries(&self, actor: &Actor, duty: Duty) -> bool {
        self.roles().carry(&actor.roles, duty)
    }

    /// Whether the actor may give a permission to somebody when nobody has asked.
    pub(crate) fn may_give_unasked(&self, actor: &Actor, permission: &Permission) -> bool {
        let giver = actor.somebody_as(&actor.decides_as);
        deciding::may_give_unasked(permission, giver, &|role| self.is_absent(role))
    }

    fn is_named(&self, actor: &Actor, named: Named) -> bool {
        let published_policies = self.published_policies();
        let somebody = actor.somebody();
        // Towards some request or report: which one, the verb itself looks at.
        let possible = actor.decides_as.union(&actor.may_be);
        let views = |lets: fn(&View, Somebody<'_>) -> bool| {
            let mut documents = published_policies.currents().map(|text| &*text.document);
            documents.any(|document| viewing::views(document, Data::Web).any(|(_, view)| lets(view, somebody)))
        };
        let mut documents = published_policies.currents().map(|text| &*text.document);
        match named {
            Named::Owner => documents.any(|document| actor.holds(document.owner)),
            Named::Approver => documents.any(|document| actor.holds_any(&document.approved_by)),
            Named::Viewer => views(viewing::may_look),
            Named::SecondPerson => views(viewing::may_second),
            Named::Countersigner => documents.any(|document| signing::accepts_some(document, somebody)),
            Named::Sanctioner => documents.any(|document| sanctions::may_withdraw(document, somebody)),
            Named::Asker => self.may_ask_something(actor),
            Named::Reacher => documents.any(|document| !channels::choices(document, somebody).is_empty()),
            Named::Decider | Named::RelativeDecider | Named::PersonConcerned | Named::LateDecider => {
                self.is_named_by_permission(actor, named)
            }
            // A report may have gone to a role that no clause names, and that carries the duty to receive it no more.
            Named::Receiver => {
                published_policies.may_receive(&possible) || self.memory().waiting.has_case_of(actor.person, &possible)
            }
            Named::Keeper | Named::KeeperInstead | Named::Enterer | Named::EntrySecond | Named::RegisterReader => {
                self.is_named_by_register(actor, named)
            }
        }
    }

    fn may_ask_something(&self, actor: &Actor) -> bool {
        let published_policies = self.published_policies();
        published_policies.permissions().any(|(text, _, permission)| self.may_ask_or_give(actor, text, permission))
    }

    /// Whether the actor may ask for something by a permission, or give it when nobody has asked.
    pub(crate) fn may_ask_or_give(&self, actor: &Actor, text: &Text, permission: &Permission) -> bool {
        let asks_as = actor.roles.union(&actor.may_be);
        let (asks, gives) = (actor.somebody_as(&asks_as), actor.somebody_as(&actor.decides_as));
        asking::may_ask_or_give(&text.document, permission, (asks, gives), &|role| self.is_absent(role))
    }

    /// A permission that is gone still names those who decide what waits by it.
    fn is_named_by_permission(&self, actor: &Actor, named: Named) -> bool {
        let published_policies = self.published_policies();
        let possible = actor.decides_as.union(&actor.may_be);
        let is_absent = |role| self.is_absent(role);
        let mut permissions = published_policies.permissions().chain(published_policies.gone_permissions());
        permissions.any(|(_, _, permission)| match named {
            Named::PersonConcerned => deciding::is_decided_by_concerned(permission),
            Named::LateDecider => deciding::decides_late(permission, actor.somebody_as(&possible)),
            Named::RelativeDecider => deciding::decides(permission, actor.somebody_as(&actor.may_be), &is_absent),
            _ => deciding::decides(permission, actor.somebody_as(&actor.decides_as), &is_absent),
        })
    }

    /// A register that is gone still names those whose entries stay in it.
    fn is_named_by_register(&self, actor: &Actor, named: Named) -> bool {
        let published_policies = self.published_policies();
        let somebody = actor.somebody_as(&actor.decides_as);
        published_policies.registers().chain(published_policies.gone_registers()).any(|known| match named {
            Named::Keeper => registers::keeps(known.register, somebody),
            Named::RegisterReader => {
                self.is_shown_register(actor, known)
                    || known.in_force && self.memory().waiting.names_in(actor.person, known.id())
            }
            Named::KeeperInstead => self.roles().carry(&actor.decides_as, Duty::ReceiveReports),
            Named::Enterer => {
                registers::is_own(known.register)
                    && registers::may_enter(&known.text.document, known.register, somebody)
            }
            _ => somebody.holds_any(registers::second_of(known.register)),
        })
    }

    /// Whether a register is shown to the actor as the version in force has it.
    pub(crate) fn is_shown_register(&self, actor: &Actor, known: KnownRegister<'_>) -> bool {
        let (document, somebody) = (&known.text.document, actor.somebody_as(&actor.decides_as));
        known.in_force
            && self.with_grants(actor, |grants| {
                registers::is_shown(document, known.register, somebody, grants.iter().copied(), self.now())
            })
    }

    /// Whether the actor reads whom a register lists that follows from a consent.
    pub(crate) fn reads_consent_list(&self, actor: &Actor, known: KnownRegister<'_>) -> bool {
        let (document, somebody) = (&known.text.document, actor.somebody_as(&actor.decides_as));
        known.in_force
            && self.with_grants(actor, |grants| {
                consent_lists::may_read(document, known.register, somebody, grants.iter().copied(), self.now())
            })
    }

    fn with_grants<T>(&self, actor: &Actor, what: impl FnOnce(&[&Grant]) -> T) -> T {
        let known = self.memory();
        let person = known.people_index.here(actor.person);
        what(&person.map(|person| known.grants.of(person).collect::<Vec<_>>()).unwrap_or_default())
    }
}
