//! The consents on which what a register lists rests: those that are still missing, and those about one entry.

use std::collections::BTreeSet;

use domain::{EntryId, PolicyId, RequestId};
use policy::rules::consents;
use policy::rules::{registers, shown};
use records::RequestRecord;

use crate::cases::requests::consents::ConsentLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::known::published_policies::KnownRegister;

/// A request that waits for consents, and a yes to which becomes an entry of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingConsents {
    pub request: RequestId,
    /// What is asked for.
    pub scope_words: String,
    /// How many consents are missing or refused.
    pub missing: usize,
    /// The names of those about whom they are, each once.
    pub about: Vec<String>,
    /// How many consents it needs in all.
    pub needed: usize,
}

/// What stands of one consent on which an entry rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryConsent {
    pub title: String,
    pub about: String,
    pub state_words: String,
    pub is_missing: bool,
}

impl Desk {
    /// The requests that wait for consents and a yes to which becomes an entry of a register, of those whom the actor decides
    /// and so knows of everybody whom they name. Empty for those who don't keep the register.
    pub async fn awaiting_consents(
        &self,
        actor: &Actor,
        policy: &PolicyId,
        register: &str,
    ) -> Result<Vec<AwaitingConsents>, ReadError> {
        let actor = self.authorise(actor, Verb::Registers)?;
        let published_policies = self.published_policies();
        let known = found(published_policies.register(policy, register), "register")?;
        if !registers::keeps(known.register, actor.somebody_as(&actor.decides_as)) {
            return Ok(Vec::new());
        }
        let waiting = self.known(&actor).waiting.requests(&self.may_be_theirs(&actor));
        let awaiting = waiting.iter().filter_map(|record| self.awaits_consents(&actor, known, record));
        Ok(awaiting.collect())
    }

    fn awaits_consents(
        &self,
        actor: &Authorised,
        known: KnownRegister<'_>,
        record: &RequestRecord,
    ) -> Option<AwaitingConsents> {
        let request = &record.request;
        let becomes_its_entry = self.of_named(request, false, |text, permission| {
            let into = registers::of_permission(&text.document, permission).map(|(_, into)| registers::id(into));
            text.document.id == known.text.document.id && into == Some(registers::id(known.register))
        });
        if !becomes_its_entry || !self.is_held_back(actor, record) || !self.decides_knowing(actor, record) {
            return None;
        }
        let lines = self.consent_lines(actor, record);
        let missing: Vec<&ConsentLine> = lines.iter().filter(|line| line.state.holds_back()).collect();
        let about: BTreeSet<&str> = missing.iter().map(|line| line.about.name.as_str()).collect();
        Some(AwaitingConsents {
            request: request.id,
            scope_words: self.request_line(actor, record).scope_words,
            missing: missing.len(),
            about: about.into_iter().map(str::to_owned).collect(),
            needed: lines.len(),
        })
    }

    /// The consents on which an entry rests that the actor keeps: those that its request needed, for those who decide such
    /// requests; and of those whom no request named, because it was written or corrected by hand, those that nobody was asked
    /// for.
    pub async fn consents_of_entry(&self, actor: &Actor, entry: EntryId) -> Result<Vec<EntryConsent>, ReadError> {
        let actor = self.authorise(actor, Verb::ReadEntry)?;
        let published_policies = self.published_policies();
        let mut reading = self.stores().read(&actor).await?;
        let record = found(reading.register_entry(entry).await?, "entry")?;
        let known = found(published_policies.register(&record.entry.policy, &record.entry.register), "entry")?;
        if !self.register_reader(&actor, known.register).keeps(&record.entry) {
            return Ok(Vec::new());
        }
        let request = match record.request {
            Some(id) => reading.request(id).await?,
            None => None,
        };
        drop(reading);
        let asked = request.as_ref().filter(|request| self.decides_knowing(&actor, request));
        let mut consents = asked.map(|request| self.consents_of_request(&actor, request)).unwrap_or_default();
        let named = request.as_ref().map(|request| consents::people_named(&request.request, &request.answers));
        let named = named.unwrap_or_default();
        let why = match record.request {
            Some(_) => "nobody was asked: the entry was corrected by hand",
            None => "nobody was asked: the entry was written by hand",
        };
        let people_index = self.people_index(&actor);
        let (document, answers) = (&known.text.document, &record.entry.answers);
        let needed = consents::of_entry(document, known.register, answers, |id| people_index.person(id));
        let not_asked = needed.into_iter().filter(|needed| !named.contains(&needed.about));
        consents.extend(not_asked.map(|needed| EntryConsent {
            title: shown::consent(needed.consent).title.to_owned(),
            about: people_index.line(needed.about).name,
            state_words: why.to_owned(),
            is_missing: true,
        }));
        Ok(consents)
    }

    fn consents_of_request(&self, actor: &Authorised, record: &RequestRecord) -> Vec<EntryConsent> {
        let lines = self.consent_lines(actor, record).into_iter();
        let consent = lines.map(|line| EntryConsent {
            title: line.title,
            about: line.about.name,
            state_words: line.state_words,
            is_missing: line.state.holds_back(),
        });
        consent.collect()
    }

    /// Whether the actor decides such requests and so knows of everybody whom this one names. One about themselves, they don't.
    fn decides_knowing(&self, actor: &Authorised, record: &RequestRecord) -> bool {
        self.decides_such(actor, &record.request)
            && !self.is_kept_from(actor, record)
            && self.knows_all_named(actor, record)
    }
}
