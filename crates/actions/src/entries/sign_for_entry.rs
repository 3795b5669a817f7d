//! Signing for what an entry says was given to somebody, or saying why not: from their own account or, with their own
//! password, on the device of whoever keeps the entry.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{EntryId, EntrySignature, Person, PersonId, PolicyId, RegisterEntry, Told, Version};
use jiff::Timestamp;
use policy::Document;
use policy::kinds::Register;
use policy::rules::registers::issuing::{self, Issue, NotSigned};
use policy::rules::registers::{EntryStanding, Lasting};
use policy::rules::{registers::upkeep, shown};
use records::{EntryRecord, Event};

use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::{Forbidden, ReadError, verb_error};
use crate::desk::paging::{ListQuery, Paged};
use crate::desk::secrets::own_password::NotProved;
use crate::desk::stores::DeskChange;
use crate::desk::task::{Task, TaskDate, TaskKind};
use crate::desk::texts::TooLong;
use crate::entries::entry_lines::{RegisterCard, RegisterEntryLine, register_card};
use crate::known::entry_standing::standing;
use crate::known::people_index::PersonLine;
use crate::known::published_policies::PublishedPolicies;
use crate::known::waiting::{Matter, Whose};

#[derive(Clone)]
pub struct SignForEntry {
    pub entry: EntryId,
    /// Why they don't sign; `None`: they sign.
    pub declines: Option<String>,
    /// The password of whoever signs, where they do it on the device of whoever keeps the entry.
    pub password: String,
}

verb_error! {
    SignForEntryError {
        #[error("There is no entry here with this address.")]
        NotFound => NotFound;
        #[error("This entry asks nobody for a signature any more.")]
        NotAsked => Conflict;
        #[error("This has been signed for already.")]
        SignedAlready { handed_over: bool } => Conflict;
        #[error("The password is not right.")]
        WrongPassword => Invalid("password");
        #[error("There were too many wrong passwords. Wait a minute, then try again.")]
        Throttled { until: Timestamp } => Throttled;
        #[error("Say why you don’t sign, in a sentence.")]
        ReasonMissing => Invalid("reason");
        #[error("{too_long}")]
        LongReason { too_long: TooLong } => Invalid("reason");
    }
}

impl From<NotProved> for SignForEntryError {
    fn from(wrong: NotProved) -> Self {
        match wrong {
            NotProved::Wrong => SignForEntryError::WrongPassword,
            NotProved::TooSoon { until } => SignForEntryError::Throttled { until },
            NotProved::Unavailable(cause) => cause.into(),
        }
    }
}

/// What somebody is asked to sign for.
#[derive(Debug, Clone)]
pub struct EntryToSign {
    pub entry: EntryId,
    pub policy_title: String,
    pub version: Version,
    pub document: Arc<Document>,
    pub clause: String,
    pub title: String,
    /// What each field says that they are shown, with its label.
    pub shown: Vec<(String, String)>,
    pub signer: PersonLine,
    /// Whether they sign on the device of whoever keeps the entry, with their own password.
    pub is_handed_over: bool,
}

/// Who signs for an entry, what for, and who handed them the device.
struct AskedToSign {
    issue: Issue,
    version: Version,
    handed_by: Option<PersonId>,
}

impl Desk {
    /// What an entry asks the actor to sign for or, where they keep it, somebody else on their device.
    pub async fn entry_to_sign(&self, actor: &Actor, id: EntryId) -> Result<EntryToSign, ReadError> {
        let actor = self.authorise(actor, Verb::SignForEntry)?;
        let record = found(self.stores().read(&actor).await?.register_entry(id).await?, "entry")?;
        let (entry, published_policies) = (&record.entry, self.published_policies());
        let signing = found(self.signing_of(&actor, &published_policies, &record).ok(), "entry")?;
        let known = found(published_policies.register(&entry.policy, &entry.register), "entry")?;
        if signing.handed_by.is_none() {
            self.note_read_of(&actor, |told| told == Told::EntryToSign(id)).await?;
        }
        Ok(EntryToSign {
            entry: id,
            policy_title: known.text.document.title.clone(),
            version: signing.version,
            document: known.text.document.clone(),
            clause: known.clause.id.clone(),
            title: shown::register(known.register).title.to_owned(),
            shown: self.answers_in_order(&actor, known.register, &signing.issue.shown),
            signer: self.people_index(&actor).line(signing.issue.to),
            is_handed_over: signing.handed_by.is_some(),
        })
    }

    /// Signs for what an entry lists, or says why not. To whoever neither signs for it nor keeps it, it is not there.
    pub async fn sign_for_entry(&self, actor: &Actor, input: SignForEntry) -> Result<(), SignForEntryError> {
        let by = self.authorise(actor, Verb::SignForEntry)?;
        let record = self.stores().read(&by).await?.register_entry(input.entry).await?;
        let record = record.ok_or(SignForEntryError::NotFound)?;
        let signing = self.signing_of(&by, &self.published_policies(), &record)?;
        let declined = input.declines.as_deref().map(|reason| self.reason_not_to_sign(reason)).transpose()?;
        let people_index = self.people_index(&by);
        let signer = people_index.here(signing.issue.to).ok_or(SignForEntryError::NotAsked)?;
        let hash = match signing.handed_by {
            Some(_) => self.own_password(&by, signer, &input.password).await?,
            None => None,
        };
        let (by, mut change) = self.begin_change(actor, Verb::SignForEntry).await?;
        // The password was checked before the turn: who signs for what must still be so.
        let record = change.register_entry(input.entry).await?.ok_or(SignForEntryError::NotFound)?;
        let AskedToSign { issue, version, handed_by } =
            self.signing_of(&by, &self.published_policies(), &record).and_then(|again| match again.issue {
                ref issue if *issue == signing.issue => Ok(again),
                _ => Err(SignForEntryError::NotAsked),
            })?;
        let people_index = self.people_index(&by);
        let signer: &Person = people_index.here(issue.to).ok_or(SignForEntryError::NotAsked)?;
        if handed_by.is_some() && change.password_hash(signer.id).await? != hash {
            return Err(SignForEntryError::WrongPassword);
        }
        let signs = if handed_by.is_some() { by.proved_to_be(signer) } else { by };
        let said = EntrySignature {
            entry: input.entry,
            by: issue.to,
            at: change.at(),
            version,
            shown: issue.shown,
            declined,
            handed_by,
        };
        change.add_entry_signature(&said).await?;
        change.forget_notices(Told::EntryToSign(input.entry)).await?;
        let event = Event::SignForEntry { entry: input.entry, signed: said.declined.is_none(), handed_by };
        let kept = change.commit(&signs, event).await?;
        self.refresh_waiting(&kept.turn, &[Matter::Entry(input.entry)]).await?;
        Ok(())
    }

    fn reason_not_to_sign(&self, typed: &str) -> Result<String, SignForEntryError> {
        let reason = self.text(typed).map_err(|too_long| SignForEntryError::LongReason { too_long })?;
        if reason.is_empty() { Err(SignForEntryError::ReasonMissing) } else { Ok(reason) }
    }

    /// Who signs for an entry on the device of the actor, who is asked to sign for it or keeps it.
    fn signing_of(
        &self,
        actor: &Authorised,
        published_policies: &PublishedPolicies,
        record: &EntryRecord,
    ) -> Result<AskedToSign, SignForEntryError> {
        let entry = &record.entry;
        let known = published_policies.register(&entry.policy, &entry.register);
        let known = known.filter(|known| known.in_force).ok_or(SignForEntryError::NotFound)?;
        let asked = issuing::asked(known.register, entry).map(|issue| issue.to);
        let reader = self.register_reader(actor, known.register);
        let keeps = reader.reads(entry) && reader.keeps(entry);
        let handed_by = match asked {
            Some(person) if person == actor.person => None,
            _ if keeps => Some(actor.person),
            _ => return Err(SignForEntryError::NotFound),
        };
        let person = asked.filter(|_| standing(known.register, record, self.now()) == EntryStanding::Holds);
        let person = person.ok_or(SignForEntryError::NotAsked)?;
        let issue =
            issuing::may_sign(known.register, entry, record.said.as_ref(), person).map_err(|why| match why {
                NotSigned::NotAsked => SignForEntryError::NotAsked,
                NotSigned::Already => SignForEntryError::SignedAlready { handed_over: handed_by.is_some() },
            })?;
        Ok(AskedToSign { issue, version: known.text.version(), handed_by })
    }

    /// Whether somebody can sign for an entry on the actor's device.
    pub(crate) fn may_hand_over(&self, actor: &Authorised, record: &EntryRecord) -> bool {
        let signing = self.signing_of(actor, &self.published_policies(), record);
        let is_here = |signing: &AskedToSign| self.people_index(actor).here(signing.issue.to).is_some();
        signing.is_ok_and(|signing| signing.handed_by.is_some() && is_here(&signing))
    }

    /// What the actor is to sign for.
    pub(crate) async fn entries_to_sign(&self, actor: &Authorised) -> Result<Vec<Task>, records::Error> {
        let named = self.known(actor).waiting.entries(&BTreeSet::from([Whose::Names(actor.person)]));
        let asked = named.iter().filter(|kept| kept.upkeep.is_to_be_signed_by(actor.person));
        let asked: Vec<EntryId> = asked.map(|kept| kept.id).collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let records = self.stores().read(actor).await?.register_entries_among(&asked).await?;
        let published_policies = self.published_policies();
        let task = |record: &EntryRecord| {
            let entry = &record.entry;
            let known = published_policies.register(&entry.policy, &entry.register)?;
            let signing = self.signing_of(actor, &published_policies, record).ok()?;
            let what = self.entry_name(actor, known.register, &signing.issue.shown);
            Some(Task {
                kind: TaskKind::SignForEntry { entry: entry.id },
                title: format!("Sign for ‘{what}’"),
                detail: format!("It was given to you. Register: {}.", shown::register(known.register).title),
                date: TaskDate::Since(entry.written_at),
                urgent: false,
            })
        };
        Ok(records.iter().filter_map(task).collect())
    }

    /// Of a register's entries that the actor keeps, those that lack the signature that they ask for, the oldest first: nobody
    /// has signed yet, or somebody has said why not.
    pub async fn unsigned_entries(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        register: &str,
        query: ListQuery,
    ) -> Result<(RegisterCard, Paged<RegisterEntryLine>), ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let known = published_policies.register(policy, register).filter(|known| known.in_force);
        let known = found(known.filter(|known| shown::register(known.register).is_signed_for), "register")?;
        let reader = self.register_reader(&actor, known.register);
        let card = register_card(&actor, known, &reader);
        if !card.keeps && !card.keeps_instead {
            return Err(Forbidden::because("it is for those who keep the register").into());
        }
        let lacking = self.known(&actor).waiting.lacking_signature(known.id());
        let mut records = self.stores().read(&actor).await?.register_entries_among(&lacking).await?;
        records.retain(|record| reader.reads(&record.entry) && reader.keeps(&record.entry));
        records.retain(|record| standing(known.register, record, self.now()) == EntryStanding::Holds);
        records.sort_by_key(|record| (record.entry.written_at, record.entry.id));
        let lines: Vec<RegisterEntryLine> =
            records.iter().map(|record| self.entry_line(&actor, known.register, record)).collect();
        let is_found = |line: &RegisterEntryLine| query.matches(line.answers.iter().map(|(_, words)| words.as_str()));
        Ok((card, Paged::of(lines.into_iter().filter(is_found).collect(), &query)))
    }

    /// Tells whoever is to sign for an entry as it stands, to which `said` was said last, and takes it back from whoever is
    /// not to sign for it any more.
    pub(crate) async fn tell_to_sign(
        &self,
        change: &mut DeskChange,
        register: &Register,
        entry: &RegisterEntry,
        said: Option<&EntrySignature>,
    ) -> Result<(), records::Error> {
        let asked = upkeep::of_entry(register, entry, Lasting::UntilClosed, said, self.time_zone());
        let asked =
            asked.and_then(|upkeep| upkeep.people().iter().copied().find(|one| upkeep.is_to_be_signed_by(*one)));
        self.tell_asked(change, asked.as_slice(), Told::EntryToSign(entry.id)).await
    }
}
