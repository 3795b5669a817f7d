//! What the passing of time asks for.

use std::collections::BTreeSet;

use activity::SweepSettings;
use domain::GrantId;
use jiff::Timestamp;
use records::Event;

use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::{Due, LeavingDates};
use crate::desk::error::Unavailable;
use crate::desk::stores::LedgerNote;
use crate::known::waiting::Matter;

/// What the passing of time brought about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tick {
    pub grants_ended: u64,
    pub sessions_ended: u64,
    /// People whose last day is over.
    pub left: u64,
    /// Reports and requests of which somebody was reminded.
    pub reminded: u64,
    /// Policies whose owners were told that they are due for review.
    pub reviews_due: u64,
    /// Registers whose keepers were told that they are to be checked.
    pub checks_due: u64,
    /// Entries of whose day those who keep them were reminded.
    pub entries_due: u64,
}

impl Desk {
    /// Does what the passing of time asks for: writes the end of due grants and sessions to the ledger, and looks anew at
    /// whomever a signature that lapses, a time of grace or a sanction that ends concerns; those whose last day is over
    /// leave, and those are told whose policies are due for review, whose registers are to be checked, or who have something to
    /// do about an entry, and grants end whose consents a new version of their policy does not take over. Whatever is not due costs nothing. The program
    /// calls it every few seconds; a grant ends on time without it.
    ///
    /// What another program changed in the records (a list of people brought in at the command line) is taken up here, and
    /// what the gate starts from is saved where the disk had no room for it before.
    pub async fn tick(&self) -> Result<Tick, Unavailable> {
        self.tick_by(LeavingDates::Obeyed).await
    }

    /// As [`Desk::tick`], by a clock that may have jumped: nobody leaves by their leaving date. They leave at the first
    /// tick by a clock that is believed.
    pub async fn tick_by_doubtful_clock(&self) -> Result<Tick, Unavailable> {
        self.tick_by(LeavingDates::Held).await
    }

    /// Whether somebody's last day is over by a clock that the ledger gives reason to doubt. The ledger is asked only where
    /// somebody would leave.
    ///
    /// # Errors
    /// Records that can't be reached.
    pub async fn doubts_leaving(&self, settings: &SweepSettings) -> Result<bool, Unavailable> {
        if !self.due().is_leaving_due(self.now()) {
            return Ok(false);
        }
        self.ledger_doubts(&Authorised::program(Verb::MarkLeaver), settings).await
    }

    /// When the next tick has something to do, as things stand: a sign-in, a time of grace, a signature, a sanction, a
    /// grant or somebody's last day ends, it is time to remind of a report, a request or an entry in a register, a policy
    /// is due for review, or a register for a check.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Unavailable> {
        let ending_grants = Authorised::program(Verb::EndGrant);
        let grant = self.stores().read(&ending_grants).await?.next_grant_end().await?;
        Ok(self.due().next().into_iter().chain(grant).min())
    }

    async fn tick_by(&self, leaving_dates: LeavingDates) -> Result<Tick, Unavailable> {
        let done = self.do_what_is_due(leaving_dates).await;
        if done.is_err() {
            self.mark_stale();
        }
        self.retry_saving();
        done
    }

    async fn do_what_is_due(&self, leaving_dates: LeavingDates) -> Result<Tick, Unavailable> {
        let (ending_grants, signing_out) = (Authorised::program(Verb::EndGrant), Authorised::program(Verb::SignOut));
        let mut turn = self.turn().await;
        let (now, known) = (self.now(), self.known(&ending_grants));
        let due = self.due().take(now, leaving_dates);
        let mut reading = self.stores().read(&ending_grants).await?;
        let grants = reading.due_grants(now).await?;
        self.stores().compare_ledger(&mut reading).await?;
        let (mut people, mut sessions, mut leaving) = (BTreeSet::new(), Vec::new(), Vec::new());
        let (mut timed, mut reviews, mut checks, mut entries) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut consents, mut receipts) = (Vec::new(), Vec::new());
        for what in due {
            match what {
                Due::Person(person) => drop(people.insert(person)),
                Due::Leaving(person) => leaving.push(person),
                Due::Session(id) => sessions.push(id),
                Due::Case(id) => timed.push(Matter::Case(id)),
                Due::Receipt(export) => receipts.push(export),
                Due::Request(id) => timed.push(Matter::Request(id)),
                Due::Review(version) => reviews.push(version),
                Due::Consents(version) => consents.push(version),
                Due::Check(register) => checks.push(register),
                Due::Entry(entry) => entries.push(entry),
            }
        }
        let mut ended = reading.open_sessions_among(&sessions).await?;
        drop(reading);
        ended.retain(|session| match self.session_end(session, &known, now) {
            Some(end) => {
                self.due().add(end, Due::Session(session.id));
                false
            }
            None => true,
        });
        let mut tick =
            Tick { grants_ended: grants.len() as u64, sessions_ended: ended.len() as u64, ..Tick::default() };
        if tick != Tick::default() {
            let mut change = self.begin_within(turn, &ending_grants).await?;
            let mut notes = Vec::new();
            for record in &grants {
                let grant = &record.grant;
                change.end_grant(grant.id).await?;
                let permission = grant.permission.as_str().into();
                let event = Event::EndGrant { grant: grant.id, permission, until: grant.until };
                notes.push(LedgerNote::new(&ending_grants, event));
            }
            for session in &ended {
                change.end_session(session.id).await?;
                notes.push(LedgerNote::new(&signing_out, Event::SignOut { session: session.id, by_itself: true }));
            }
            let first = notes.remove(0);
            turn = change.commit_all(first, notes).await?.turn;
        }
        people.extend(ended.iter().map(|session| session.person));
        let (turn, left, without_leavers) = self.leave_by_date(turn, leaving).await?;
        tick.left = left.len() as u64;
        let (turn, without_consent) = self.end_without_consent_in(turn, &consents).await?;
        let without = [&without_leavers, &without_consent];
        tick.grants_ended += without.iter().map(|without| without.ended.len() as u64).sum::<u64>();
        let ended = grants.iter().map(|record| &record.grant.id);
        let grants: BTreeSet<GrantId> =
            ended.chain(without.into_iter().flat_map(|without| &without.changed)).copied().collect();
        let (turn, reminded) = self.remind(turn, &timed).await?;
        let (turn, of_receipts) = self.remind_of_receipts(turn, &receipts).await?;
        tick.reminded = reminded + of_receipts;
        let (turn, reviews_due) = self.tell_of_reviews(turn, &reviews).await?;
        tick.reviews_due = reviews_due;
        let (turn, checks_due) = self.tell_of_checks(turn, &checks).await?;
        tick.checks_due = checks_due;
        let (turn, entries_due) = self.tell_of_due_entries(turn, &entries).await?;
        tick.entries_due = entries_due;
        people.extend(left);
        if self.stores().take_stale() {
            self.refresh(&turn).await.map_err(Unavailable::new)?;
            return Ok(tick);
        }
        if !people.is_empty() {
            self.refresh_people(&turn, &people.into_iter().collect::<Vec<_>>()).await?;
        }
        self.refresh_grants(&turn, &grants.into_iter().collect::<Vec<_>>()).await?;
        Ok(tick)
    }
}
