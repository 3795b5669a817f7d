//! Reporting something by a clause that lets one.

use std::collections::BTreeMap;
use std::net::IpAddr;

use domain::{
    Audience, Case, EntryId, FieldAnswer, FieldProblem, FormChecks, PersonId, PolicyId, RequestParties, Role,
};
use jiff::{SignedDuration, Timestamp};
use policy::rules::reporting::report_sorting;
use policy::rules::reporting::{self, Made, WrongRoute};
use records::{CaseRecord, EntryRecord, Event, Reading};

use crate::cases::lost_devices::{ReportLost, WrongLabel};
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
use crate::desk::error::verb_error;
use crate::desk::secrets::{code_of, random_token, sha256};
use crate::desk::task::TaskKind;
use crate::desk::texts::TooLong;
use crate::desk::wording::role_words;
use crate::entries::form_answers::join;

/// For how long reports and wrong labels are counted.
pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// The fewest characters of a key: those that [`Desk::new_report_key`] makes are longer.
const SHORTEST_KEY: usize = 40;
/// Under what a complaint or a question says in what capacity it was written.
const WRITTEN_AS: &str = "written-as-one-of";

/// Whom, of those who would receive it, a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportAbout {
    Nobody,
    Person(PersonId),
    /// All the holders of a role.
    HoldersOf(Role),
}

#[derive(Debug, Clone)]
pub struct Report {
    pub policy: PolicyId,
    pub report: String,
    /// What happened.
    pub told: String,
    /// What is typed into the fields of the clause's form.
    pub needs: BTreeMap<String, String>,
    /// The one of several roles that it is to go to.
    pub chosen: Option<Role>,
    pub about: ReportAbout,
    /// The pupil whom it is about, where its form asks.
    pub pupil: Option<PersonId>,
    /// What of the school’s is lost or stolen, where its form asks.
    pub lost: ReportLost,
    /// In what capacity it is written; `None`: in the only one in which they may.
    pub capacity: Option<Audience>,
    /// What [`Desk::new_report_key`] made for this form. Sent twice, it is one report.
    pub key: String,
    /// Whether harm was reported before this complaint or question, which waited for that: it is not asked again, and nothing
    /// of it stands in this one.
    pub has_reported_harm: bool,
    /// Where it comes from; only counted, and never kept.
    pub address: Option<IpAddr>,
}

/// What becomes of a report, before and after it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRoute {
    /// The roles that receive it.
    pub roles: Vec<Role>,
    /// The roles that close it, and so read it, of holders who don't receive it.
    pub closed_by: Vec<Role>,
    /// Those who receive it, who are to be told that there is a report.
    pub receivers: Vec<PersonId>,
    pub due: Option<Timestamp>,
}

/// A report that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// By which it is followed without signing in. It is shown once, and its hash alone is kept.
    pub code: String,
    pub route: ReportRoute,
}

verb_error! {
    ReportError {
        #[error("This can't be reported here any more, or you are signed out. What you wrote is still on this page. Sign in again in another window, then send it.")]
        NotOpen => Invalid("told");
        #[error("Say what happened.")]
        ToldMissing => Invalid("told");
        #[error("{too_long}")]
        LongTold { too_long: TooLong } => Invalid("told");
        #[error("{}", join(problems))]
        Answers { problems: Vec<FieldProblem> } => Invalid("needs");
        #[error("Choose who is to get it: {roles}.")]
        ChooseOne { roles: String } => Invalid("chosen");
        #[error("Say which pupil it is about, by their username.")]
        PupilMissing => Invalid("pupil");
        #[error("{wrong}")]
        WrongLabel { wrong: WrongLabel } => Invalid("label");
        #[error("This is no longer on your list. Say once more what is lost or stolen.")]
        NoLongerTheirs => Invalid("lost");
        #[error("Say in what capacity you write.")]
        ChooseCapacity => Invalid("capacity");
        #[error("A child may be at risk, so this does not wait for an answer to it. Report that first.")]
        HarmFirst => Invalid("told");
        #[error("Nobody at school can receive this at the moment. Tell an adult you trust, or one of the helplines on this page.")]
        NobodyReceives => Invalid;
        #[error("There have been too many reports in the last hour for another to be sent from here. Tell an adult you trust, or try again in an hour. If somebody is in danger now, phone 999.")]
        TooMany => Invalid;
        #[error("This form has been sent once, and what it said then has arrived. What you have changed since is still on this page. Send it to add it as another report.")]
        SentAlready => Invalid("told");
        #[error("This form is out of date. Open it again.")]
        KeyWrong => Invalid;
    }
}

impl Desk {
    /// Something that nobody can guess, for one form.
    pub fn new_report_key(&self) -> String {
        random_token(self.identifiers())
    }

    /// Where a report would go, with everything checked that reporting checks; nothing is kept.
    pub async fn check_report(&self, actor: Option<&Actor>, input: &Report) -> Result<ReportRoute, ReportError> {
        let by = self.reporting(actor)?;
        if input.lost != ReportLost::Nothing {
            let mut reading = self.stores().read(&by).await?;
            self.lost_of(&by, &mut reading, input).await?;
        }
        let (_, route) = self.draw_up(&by, input, self.now(), None)?;
        Ok(route)
    }

    /// Reports. Who reported, and about whom, stands in the case's record alone: the ledger is not told.
    pub async fn report(&self, actor: Option<&Actor>, input: Report) -> Result<Reported, ReportError> {
        let by = self.reporting(actor)?;
        if input.key.len() < SHORTEST_KEY {
            return Err(ReportError::KeyWrong);
        }
        let code = code_of(&input.key);
        let code_hash = sha256(code.as_bytes());
        let mut change = self.begin_within(self.turn().await, &by).await?;
        // Looked at again in this turn.
        let by = self.reporting(actor)?;
        let now = change.at();
        let known = change.case_by_code(&code_hash).await?;
        let lost = self.lost_of(&by, &mut change, &input).await;
        let lost_entry = |lost: &Option<EntryRecord>| lost.as_ref().map(|record| record.entry.id);
        if let Some(known) = known {
            // Sent twice it is one report; with something else in it, nothing of that is lost.
            match lost.and_then(|lost| self.draw_up(&by, &input, now, lost_entry(&lost))) {
                Ok((again, _)) if says_more(&again, &known) => return Err(ReportError::SentAlready),
                Err(error) if input.told.trim() != known.told => return Err(error),
                Ok(_) | Err(_) => {}
            }
            let route = self.route_of(&by, &known);
            return Ok(Reported { code, route });
        }
        let lost = lost?;
        let (record, route) = self.draw_up(&by, &input, now, lost_entry(&lost))?;
        self.check_rate(&by, &mut change, (&record.case, input.address), now).await?;
        change.add_case(&record, &code_hash).await?;
        let case = &record.case;
        let matters = self.mark_lost(&mut change, case, lost.as_ref()).await?;
        let receivers: Vec<PersonId> = route.receivers.iter().copied().filter(|person| *person != by.person).collect();
        self.tell(&mut change, &receivers, TaskKind::TakeUp { case: case.id }.told(), self.case_urgency(case)).await?;
        let event = Event::Report {
            case: case.id,
            policy: (&case.policy).into(),
            version: case.version,
            clause: case.clause.as_str().into(),
        };
        let kept = change.commit(&Authorised::visitor(Verb::Report), event).await?;
        self.refresh_waiting(&kept.turn, &matters).await?;
        // What was known long before it was reported may be near its deadline already.
        self.await_first_reminder(
            self.case_reminders(&self.published_policies(), &record.case),
            Due::Case(record.case.id),
        );
        Ok(Reported { code, route })
    }

    /// The entry that lists what the reporter says is lost.
    async fn lost_of(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        input: &Report,
    ) -> Result<Option<EntryRecord>, ReportError> {
        let published_policies = self.published_policies();
        let text = published_policies.current(&input.policy).ok_or(ReportError::NotOpen)?;
        let found = self.reported_lost(by, reading, (&text.document, &input.report), &input.lost).await?;
        found.transpose().map_err(|wrong| match input.lost {
            ReportLost::Entry(_) => ReportError::NoLongerTheirs,
            ReportLost::Nothing | ReportLost::Labelled(_) => ReportError::WrongLabel { wrong },
        })
    }

    fn draw_up(
        &self,
        by: &Authorised,
        input: &Report,
        now: Timestamp,
        lost: Option<EntryId>,
    ) -> Result<(CaseRecord, ReportRoute), ReportError> {
        let published_policies = self.published_policies();
        let text = published_policies.current(&input.policy).ok_or(ReportError::NotOpen)?;
        let (clause, report) = reporting::report(&text.document, &input.report).ok_or(ReportError::NotOpen)?;
        let capacities = self.capacities(by, text, report);
        if capacities.is_empty() {
            return Err(ReportError::NotOpen);
        }
        let read =
            |checks: &FormChecks<'_>| reporting::answers(report, &input.needs, input.has_reported_harm, checks, now);
        let mut needs = self.check_form(by, read).map_err(|problems| ReportError::Answers { problems })?;
        let told = self.text(&input.told).map_err(|too_long| ReportError::LongTold { too_long })?;
        if told.is_empty() {
            return Err(ReportError::ToldMissing);
        }
        if report_sorting::says_capacity(report) {
            let capacity = chosen_capacity(&capacities, input.capacity).ok_or(ReportError::ChooseCapacity)?;
            needs.insert(WRITTEN_AS.to_owned(), FieldAnswer::Text(capacity.title().to_owned()));
        }
        if report_sorting::tells_of_harm(report, &needs) && self.reports_harm(by) {
            return Err(ReportError::HarmFirst);
        }
        let about = self.about_whom(by, &input.about, input.pupil);
        let route = reporting::route(report, input.chosen, &about.roles).map_err(|wrong| match wrong {
            WrongRoute::ChooseOne(roles) => ReportError::ChooseOne { roles: role_words(&self.roles(), &roles) },
            WrongRoute::NoChoice => ReportError::NotOpen,
        })?;
        let made = Made {
            id: self.new_id(now),
            policy: input.policy.clone(),
            version: text.version(),
            clause: clause.id.clone(),
            reporter: by.is_person().then_some(by.person),
            about: about.people,
            route,
        };
        let at = now.to_zoned(self.time_zone().clone());
        let mut case = reporting::open(report, made, &needs, &at, &self.timetable().calendar);
        case.lost.extend(lost);
        let people_index = self.people_index(by);
        let parties = RequestParties::of_case(&case, |person| people_index.person(person));
        if reporting::lacks_pupil(&case.sent_to, parties) {
            return Err(ReportError::PupilMissing);
        }
        let record = CaseRecord { case, told, needs };
        let route = self.route_of(by, &record);
        if route.receivers.is_empty() {
            return Err(ReportError::NobodyReceives);
        }
        Ok((record, route))
    }

    /// Where a case is now: who receives it, and in which roles.
    fn route_of(&self, by: &Authorised, record: &CaseRecord) -> ReportRoute {
        let (case, published_policies, catalogue) = (&record.case, self.published_policies(), self.roles());
        let report = crate::cases::case_people::rule_of(&published_policies, case);
        let around = self.around(by, case, report);
        let holds = |role: &Role| {
            let mut receivers = around.people.receivers.iter().filter_map(|person| around.candidate(*person));
            receivers.any(|candidate| candidate.roles.contains(*role))
        };
        let mut roles: Vec<Role> = case.sent_to.iter().copied().filter(holds).collect();
        // Whoever receives it because nobody of these is there is named too.
        let instead = reporting::receiving_roles(case, report, &|_| true);
        let duty = catalogue.carrying(domain::Duty::ReceiveReports).map(|entry| entry.role);
        let others: Vec<Role> = instead.into_iter().chain(duty).collect();
        for receiver in around.people.receivers.iter().filter_map(|person| around.candidate(*person)) {
            if !receiver.roles.contains_any(&roles) {
                roles.extend(others.iter().copied().find(|role| receiver.roles.contains(*role)));
            }
        }
        let closed_by = around.roles_of_those_who_close_alone(report);
        ReportRoute { roles, closed_by, receivers: around.people.receivers, due: case.due }
    }

    /// Counts a report against the limits of whoever makes it. Complaints and questions are counted apart, so that none of them
    /// takes the place of a report of harm.
    async fn check_rate(
        &self,
        by: &Authorised,
        reading: &mut Reading,
        (case, address): (&Case, Option<IpAddr>),
        now: Timestamp,
    ) -> Result<(), ReportError> {
        let (limits, since) = (&self.settings().reports, now - HOUR);
        let person = by.is_person().then_some(by.person);
        let most = if person.is_some() { limits.per_person_an_hour } else { limits.unidentified_an_hour };
        let published_policies = self.published_policies();
        let has_own_procedure = |policy: &PolicyId, report: &str| {
            published_policies.report_ever(policy, report).is_some_and(report_sorting::has_own_procedure)
        };
        let of_kind = has_own_procedure(&case.policy, &case.report);
        let came = reading.reports_by(person, since).await?;
        if came.iter().filter(|(policy, report)| has_own_procedure(policy, report) == of_kind).count() >= most as usize
        {
            return Err(ReportError::TooMany);
        }
        if person.is_none() {
            let mut reports_from = self.reports_from();
            reports_from.retain(|_, times| {
                times.retain(|time| *time > since);
                !times.is_empty()
            });
            let times = reports_from.entry((of_kind, address.map(network_of))).or_default();
            if times.len() >= limits.unidentified_per_address_an_hour as usize {
                return Err(ReportError::TooMany);
            }
            times.push(now);
        }
        Ok(())
    }
}

/// The capacity in which somebody writes, of those in which they may.
fn chosen_capacity(may: &[Audience], chosen: Option<Audience>) -> Option<Audience> {
    match (may, chosen) {
        ([only], None) => Some(*only),
        (_, chosen) => chosen.filter(|chosen| may.contains(chosen)),
    }
}

/// Whether a report that comes again under the key of one says something that the one did not.
fn says_more(again: &CaseRecord, known: &CaseRecord) -> bool {
    let about_others = again.case.about.iter().any(|person| !known.case.about.contains(person));
    let (again, known) = ((&again.case, &again.told, &again.needs), (&known.case, &known.told, &known.needs));
    let goes_elsewhere = again.0.report != known.0.report || again.0.sent_to != known.0.sent_to;
    let loses_more = again.0.lost.iter().any(|entry| !known.0.lost.contains(entry));
    goes_elsewhere || loses_more || (again.1, again.2) != (known.1, known.2) || about_others
}

/// What a sender's addresses have in common: of IPv6 one machine has a whole network of them.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => (address.to_bits() >> 64 << 64).to_be_bytes().into(),
    }
}
