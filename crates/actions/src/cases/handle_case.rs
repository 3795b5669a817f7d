//! What those who receive a case do with it.

use domain::{
    ActionId, BreachPart, Case, CaseEffects, CaseEntry, CaseEvent, CaseId, CaseLine, CaseLineProblem, CaseNotice,
    CaseRefusal, CaseState, CaseStep, Host, LinePart, PersonId, Role, Told,
};
use policy::kinds::Report;
use policy::rules::reporting::{self, report_clocks};
use records::{Event, Reading};

use crate::cases::breaches::known_since;
use crate::cases::case_lines;
use crate::cases::case_people::{Around, rule_of};
use crate::cases::lost_devices::WrongLabel;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::Desk;
use crate::desk::due::Due;
use crate::desk::error::{Forbidden, verb_error};
use crate::desk::notices::Urgency;
use crate::desk::stores::DeskChange;
use crate::desk::task::TaskKind;
use crate::desk::texts::{TooLong, fits};
use crate::desk::wording::role_words;

#[derive(Debug, Clone)]
pub struct HandleCase {
    pub case: CaseId,
    pub step: CaseStep,
}

/// What follows a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// Who is to be told, and of a role who holds it.
    pub tell: Vec<PersonId>,
    /// Whether whoever took the step still reads the case.
    pub still_theirs: bool,
}

verb_error! {
    HandleCaseError {
        #[error("There is no report here with this address.")]
        NotFound => NotFound;
        #[error("{name} has taken this up meanwhile. Look at the report again.")]
        TakenUp { name: String } => Conflict;
        #[error("This report is closed. Reopen it first.")]
        IsClosed => Conflict;
        #[error("This report is not closed.")]
        IsNotClosed => Conflict;
        #[error("Write something first.")]
        NoWords => Invalid("text");
        #[error("{too_long}")]
        LongWords { too_long: TooLong } => Invalid("text");
        #[error("Say who it was.")]
        NoWhom => Invalid("whom");
        #[error("Give the reason.")]
        NoReason => Invalid("reason");
        #[error("Say how they were told.")]
        NoHow => Invalid("how");
        #[error("Say what is known of at least one of these.")]
        NothingKnown => Invalid("nature");
        #[error("It was told after the deadline. Say why it was told so late.")]
        NoDelay => Invalid("delay");
        #[error("It was told in time. Leave this empty.")]
        WasInTime => Invalid("delay");
        #[error("This day is still to come. Give the day on which it happened.")]
        AfterToday => Invalid("on");
        #[error("{too_long}")]
        LongPart { part: &'static str, too_long: TooLong } => Invalid in part;
        #[error("The clause does not have this report dealt with as a data breach.")]
        NoBreach => Invalid;
        #[error("This is not yours to write down of this report.")]
        NoSuchLine => Invalid;
        #[error("Choose a measure of a clause by which you decide, or say it in words.")]
        NoSuchMeasure => Invalid("measure");
        #[error("Say whose device it is, and which.")]
        NoDevice => Invalid("device");
        #[error("Say what was found, or that nothing was.")]
        NoFound => Invalid("found");
        #[error("Say what was deleted, or leave the reason empty.")]
        NoDeleted => Invalid("deleted");
        #[error("There is nobody with this username. Ask them or the school office for it.")]
        NoSuchSearcher => Invalid("by");
        #[error("By the clause a device is searched by others.")]
        NotTheirsToSearch => Invalid("by");
        #[error("There is nobody with this username. Ask them or the school office for it.")]
        NoSuchSecond => Invalid("beside");
        #[error("Somebody else has to be there when a device is searched.")]
        SearchedAlone => Invalid("beside");
        #[error("The clause asks for somebody else to be there: {who}.")]
        WrongSecond { who: String } => Invalid("beside");
        #[error("Before it is closed, write down {lines}, or why not: the clause says so.")]
        NotWrittenDown { lines: String } => Invalid("text");
        #[error("Choose a role that the clause lets it be passed on to: {roles}.")]
        NotNamed { roles: String } => Invalid("to");
        #[error("Before it is closed it has to be passed on to {roles}: the clause says so.")]
        Outstanding { roles: String } => Invalid("text");
        #[error("Choose somebody who has this report.")]
        NotAReceiver => Invalid("owner");
        #[error("This day is over. Give the last day on which it may be done.")]
        DueBeforeToday => Invalid("due");
        #[error("Somebody has said meanwhile what came of this action. Look at the report; if yours is to be kept too, note it there.")]
        NoOpenAction => Conflict("text");
        #[error("This action is set.")]
        SetAlready => Conflict;
        #[error("An action was set with this form already. Send it again to set this one too.")]
        AnotherSet => Conflict("text");
        #[error("Before it is closed, its actions have to be done: {texts}. Say of each what came of it.")]
        OpenActions { texts: String } => Invalid("text");
        #[error("It was known when it was reported at the latest. Give a date and a time before that.")]
        KnownLater => Invalid("on");
        #[error("This is since when it is known already.")]
        KnownSinceThen => Invalid("on");
        #[error("You have no other report with this address.")]
        NoSuchCase => Invalid("to");
        #[error("These reports are not linked.")]
        IsNotLinked => Conflict;
        #[error("These reports are linked already.")]
        IsLinkedAlready => Invalid("to");
        #[error("{wrong}")]
        WrongLabel { wrong: WrongLabel } => Invalid("label");
        #[error("Nothing is marked as lost or stolen of a report in confidence: its list would give it away.")]
        InConfidence => Conflict;
        #[error("The clause does not have what is listed marked as lost by this report.")]
        NothingToLose => Conflict;
        #[error("This report says already that it is lost or stolen.")]
        SaidLostAlready => Invalid("label");
        #[error("This report said that it was lost or stolen, and it was found since. If it is lost again, make another report, or have whoever keeps its list mark it.")]
        FoundSince => Invalid("label");
        #[error("This report closes no site {site}: nobody gave that address in it, or its clause no longer closes a site. Look at the report again.")]
        NoSuchSite { site: Host } => Conflict;
        #[error("{site} is closed already. It stands in the list of closed sites, where it can be opened again.")]
        SiteIsClosed { site: Host } => Conflict;
        #[error("{site} is always open, and no report closes it. Ask whoever sets up the gate.")]
        SiteAlwaysOpen { site: Host } => Invalid;
        #[error("Many different sites end in {site}, and all of them would be closed. Ask the reporter for the whole address, and report that.")]
        SharedEnding { site: Host } => Invalid;
        #[error("No site is closed by a report in confidence: the gate’s page would give it away. Report the site by a clause that is not in confidence.")]
        SiteInConfidence => Conflict;
        #[error("There is nobody with this username. Ask the school office for it.")]
        NoSuchPerson => Invalid("person");
        #[error("This report is said to be about them already.")]
        IsAboutThemAlready => Invalid("person");
    }
}

impl Desk {
    /// Takes one step with a case.
    pub async fn handle_case(&self, actor: &Actor, input: HandleCase) -> Result<Handled, HandleCaseError> {
        let (actor, mut change) = self.begin_change(actor, Verb::HandleCase).await?;
        let published_policies = self.published_policies();
        let record = change.case(input.case).await?.ok_or(HandleCaseError::NotFound)?;
        let case = &record.case;
        let report = rule_of(&published_policies, case);
        let around = self.around(&actor, case, report);
        if !around.people.read_by(actor.person) {
            return Err(HandleCaseError::NotFound);
        }
        self.check_words(&input.step)?;
        let (mut step, catalogue) = (input.step, self.roles());
        self.check_links(&mut change, &actor, case.id, &step).await?;
        let lost = self.said_lost(&mut change, case, &step).await?;
        let closing = self.site_to_close(&actor, &record, &step)?;
        match &mut step {
            CaseStep::PassOn { to, .. } => {
                let may = reporting::may_pass_on_to(case, report);
                if !may.contains(to) {
                    return Err(HandleCaseError::NotNamed { roles: role_words(&catalogue, &may) });
                }
            }
            CaseStep::Close { .. } => self.check_closing(&mut change, case, report).await?,
            CaseStep::IsAbout { person, instead } => {
                let people_index = self.people_index(&actor);
                let named = people_index.here(*person).ok_or(HandleCaseError::NoSuchPerson)?;
                let before = case.about.iter().filter_map(|person| people_index.person(*person));
                let held = before.chain([named]).flat_map(|person| person.roles.iter()).collect();
                *instead = reporting::instead_of(case, report, &held);
            }
            CaseStep::WriteDown { line, today } => {
                self.check_line(&actor, (case, report), around.people.actor(actor.person), line)?;
                *today = self.today();
            }
            CaseStep::CorrectKnownSince { since, reason, .. } => {
                let times = (known_since(&record, report), &since.to_zoned(self.time_zone().clone()));
                let (reason, calendar) = (std::mem::take(reason), &self.timetable().calendar);
                step =
                    reporting::correct_known_since(report, times, reason, calendar).ok_or(HandleCaseError::NoBreach)?;
            }
            CaseStep::SetAction { id, owner, today, .. } => {
                if !around.people.receivers.contains(owner) {
                    return Err(HandleCaseError::NotAReceiver);
                }
                *today = self.today();
                if id.0.is_nil() {
                    *id = self.new_action_id();
                }
            }
            _ => {}
        }
        let stepped = case.step(around.people.actor(actor.person), step, change.at());
        let (after, effects) = stepped.map_err(|refusal| self.refused(&actor, case, refusal))?;
        change.step_case(&after, &effects.entry).await?;
        note_in_the_other(&mut change, after.id, &effects.entry).await?;
        self.forget_settled_times(&mut change, (case, &after), report).await?;
        if let Some(closing) = &closing {
            change.close_site(closing).await?;
        }
        let matters = self.mark_lost(&mut change, &after, lost.as_ref()).await?;
        let (before, around) = (around, self.around(&actor, &after, report));
        let tell = self.tell_of_step(&mut change, &actor, &after, &effects, (&before, &around)).await?;
        let to = match &effects.entry.what {
            CaseEvent::PassedOn { to, .. } => Some(*to),
            _ => None,
        };
        let event = Event::HandleCase { case: after.id, step: (&effects.entry.what).into(), to };
        let kept = change.commit(&actor, event).await?;
        self.refresh_waiting(&kept.turn, &matters).await?;
        let closed: Vec<Host> = closing.into_iter().map(|closing| closing.site.host).collect();
        self.refresh_sites(&kept.turn, &closed).await?;
        // One that is given back after its time was over is to be looked at now.
        self.await_first_reminder(self.case_reminders(&published_policies, &after), Due::Case(after.id));
        Ok(Handled { tell, still_theirs: around.people.read_by(actor.person) })
    }

    /// Why a step was not taken, as whoever wanted to take it is told.
    fn refused(&self, by: &Authorised, case: &Case, refusal: CaseRefusal) -> HandleCaseError {
        match refusal {
            CaseRefusal::TakenUpBy(person) => {
                HandleCaseError::TakenUp { name: self.people_index(by).line(person).name }
            }
            CaseRefusal::IsClosed => HandleCaseError::IsClosed,
            CaseRefusal::IsNotClosed => HandleCaseError::IsNotClosed,
            CaseRefusal::NoWords => HandleCaseError::NoWords,
            CaseRefusal::Line(problem) => line_problem(problem),
            CaseRefusal::DueBeforeToday => HandleCaseError::DueBeforeToday,
            CaseRefusal::NoOpenAction => HandleCaseError::NoOpenAction,
            CaseRefusal::SetAlready => HandleCaseError::SetAlready,
            CaseRefusal::KnownLater => HandleCaseError::KnownLater,
            CaseRefusal::KnownSinceThen => HandleCaseError::KnownSinceThen,
            CaseRefusal::AnotherSet => HandleCaseError::AnotherSet,
            CaseRefusal::OpenActions => {
                let texts: Vec<String> = case.open_actions().map(|action| format!("‘{}’", action.text)).collect();
                HandleCaseError::OpenActions { texts: texts.join(", ") }
            }
            CaseRefusal::SaidLostAlready => HandleCaseError::SaidLostAlready,
            CaseRefusal::IsAboutThemAlready => HandleCaseError::IsAboutThemAlready,
            CaseRefusal::HasItAlready(role) => {
                HandleCaseError::NotNamed { roles: format!("not {} again", self.roles().in_sentence(role)) }
            }
            CaseRefusal::NotTheirsToClose => Forbidden::because("the clause names others who close it").into(),
            CaseRefusal::NotReceived | CaseRefusal::AboutThemselves => HandleCaseError::NotFound,
        }
    }

    /// What has to be done, or written down, before a case is closed.
    async fn check_closing(
        &self,
        reading: &mut Reading,
        case: &Case,
        report: Option<&Report>,
    ) -> Result<(), HandleCaseError> {
        let open = report_clocks::outstanding(case, report, self.timetable());
        let to: Vec<Role> = open.into_iter().flat_map(|open| open.step.to).collect();
        if !to.is_empty() {
            return Err(HandleCaseError::Outstanding { roles: role_words(&self.roles(), &to) });
        }
        let entries = reading.case_entries(case.id).await?;
        let written: Vec<&CaseLine> = case_lines::written(&entries).collect();
        let lines = reporting::to_write_down(report, &written);
        if lines.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = lines.into_iter().map(|line| line.words().to_owned()).collect();
        Err(HandleCaseError::NotWrittenDown { lines: lines.join(" and ") })
    }

    /// Forgets what was told of a time that a step has kept or changed: what is next is reminded of in its own time.
    async fn forget_settled_times(
        &self,
        change: &mut DeskChange,
        (before, after): (&Case, &Case),
        report: Option<&Report>,
    ) -> Result<(), records::Error> {
        if before.open_deadline() != after.open_deadline() {
            change.forget_notices(Told::ReportDeadline(after.id)).await?;
            change.forget_notices(Told::ReportDeadlineOver(after.id)).await?;
        }
        let next = |case| report_clocks::next_to_follow(case, report, self.timetable());
        if next(before) != next(after) {
            change.forget_notices(Told::ReportPassOnDue(after.id)).await?;
            change.forget_notices(Told::ReportPassOnOverdue(after.id)).await?;
        }
        Ok(())
    }

    /// Tells those whom a step concerns, and takes back what it has settled. Hands back who is told.
    async fn tell_of_step(
        &self,
        change: &mut DeskChange,
        actor: &Authorised,
        after: &Case,
        effects: &CaseEffects,
        (before, around): (&Around, &Around),
    ) -> Result<Vec<PersonId>, records::Error> {
        match &effects.entry.what {
            // Whoever it is about is told nothing of it any more.
            CaseEvent::IsAbout { person, .. } => {
                change.take_back_notices_of_receiver(*person, after.id).await?;
                self.take_back_receipts(change, actor, *person, after.id).await?;
                for action in &after.actions {
                    change.take_back_all_notices(*person, action.id.0).await?;
                }
            }
            CaseEvent::ActionDone { action, .. } => {
                for told in [Told::ActionCame, Told::ActionDueSoon, Told::ActionOverdue] {
                    change.take_back_notices(told(*action)).await?;
                }
            }
            CaseEvent::TakenUp { .. } => {
                change.take_back_notices(Told::ReportDue(after.id)).await?;
                change.take_back_notices(Told::ReportOverdue(after.id)).await?;
            }
            CaseEvent::Closed { .. } => {
                change.take_back_notices(Told::ReportCame(after.id)).await?;
                change.take_back_notices(Told::ReportHandedOver(after.id)).await?;
            }
            _ => {}
        }
        if matches!(effects.entry.what, CaseEvent::Reopened { .. } | CaseEvent::IsAbout { .. })
            && after.state == CaseState::Open
        {
            // It is there to be taken up anew: those who receive it are reminded anew, and it goes on where they don't.
            change.forget_notices(Told::ReportDue(after.id)).await?;
            change.forget_notices(Told::ReportOverdue(after.id)).await?;
        }
        let mut all: Vec<PersonId> = Vec::new();
        for notice in &effects.tell {
            let mut tell: Vec<PersonId> = match notice {
                CaseNotice::Reporter => after.reporter.into_iter().collect(),
                CaseNotice::Receivers => around.people.receivers.clone(),
                CaseNotice::Owner(owner) => vec![*owner],
                CaseNotice::HoldersOf(role) => around.receivers_as(&self.with_those_instead(after, *role)),
            };
            tell.retain(|person| *person != actor.person);
            let (told, urgency) = match (notice, &effects.entry.what) {
                (_, CaseEvent::ActionSet(action)) => (Told::ActionCame(action.id), Urgency::Ordinary),
                (CaseNotice::Reporter, CaseEvent::Closed { .. }) => (Told::ReportClosed(after.id), Urgency::Ordinary),
                (CaseNotice::Reporter, _) => (Told::ReportAnswered(after.id), Urgency::Ordinary),
                _ => (TaskKind::TakeUp { case: after.id }.told(), self.case_urgency(after)),
            };
            if matches!(notice, CaseNotice::HoldersOf(_)) {
                // Who receives what is passed on to a role of theirs, and was told of it, knows of it.
                let mut know = change.told_to(told).await?;
                know.extend(change.told_to(Told::ReportOverdue(after.id)).await?);
                tell.retain(|person| !(know.contains(person) && before.people.receivers.contains(person)));
            }
            self.tell(change, &tell, told, urgency).await?;
            all.extend(tell);
        }
        Ok(all)
    }

    /// An identifier for an action, with which its form is shown, so that a form sent twice sets it once.
    pub fn new_action_id(&self) -> ActionId {
        self.new_id(self.now())
    }

    /// Links are made and taken back by whoever has both reports.
    async fn check_links(
        &self,
        change: &mut DeskChange,
        actor: &Authorised,
        case: CaseId,
        step: &CaseStep,
    ) -> Result<(), HandleCaseError> {
        match step {
            CaseStep::Link { to } => self.check_link(change, actor, case, *to).await,
            CaseStep::Unlink { to } if !self.has_link(change, actor, case, *to).await? => {
                Err(HandleCaseError::IsNotLinked)
            }
            _ => Ok(()),
        }
    }

    /// Only what somebody reads do they link, and each report once.
    async fn check_link(
        &self,
        change: &mut DeskChange,
        actor: &Authorised,
        case: CaseId,
        to: CaseId,
    ) -> Result<(), HandleCaseError> {
        let other = change.case(to).await?.filter(|_| to != case).map(|record| record.case);
        let published_policies = self.published_policies();
        if !other.is_some_and(|other| self.reads(actor, &published_policies, &other)) {
            return Err(HandleCaseError::NoSuchCase);
        }
        if domain::linked_cases(&change.case_entries(case).await?).contains(&to) {
            return Err(HandleCaseError::IsLinkedAlready);
        }
        Ok(())
    }

    /// Whether a case is linked to another that the actor reads too. Of one that they don't, they learn nothing.
    async fn has_link(
        &self,
        change: &mut DeskChange,
        actor: &Authorised,
        case: CaseId,
        to: CaseId,
    ) -> Result<bool, records::Error> {
        let Some(other) = change.case(to).await? else { return Ok(false) };
        let published_policies = self.published_policies();
        Ok(self.reads(actor, &published_policies, &other.case)
            && domain::linked_cases(&change.case_entries(case).await?).contains(&to))
    }

    /// A role that a case was passed on to, and those that the clause names while it is absent.
    fn with_those_instead(&self, case: &Case, role: Role) -> Vec<Role> {
        let published_policies = self.published_policies();
        let report = rule_of(&published_policies, case);
        reporting::with_those_in_absence(report, vec![role], &|role| self.is_absent(role))
    }

    fn check_words(&self, step: &CaseStep) -> Result<(), HandleCaseError> {
        let words = match step {
            CaseStep::Note { text } | CaseStep::Answer { text } | CaseStep::SetAction { text, .. } => text,
            CaseStep::FinishAction { outcome, .. } => outcome,
            CaseStep::PassOn { note, .. } => note,
            CaseStep::Close { reason }
            | CaseStep::Reopen { reason }
            | CaseStep::DecideSite { reason, .. }
            | CaseStep::CorrectKnownSince { reason, .. } => reason,
            CaseStep::WriteDown { line, .. } => {
                return line.typed().into_iter().try_for_each(|(part, typed)| self.check_part(part, typed));
            }
            CaseStep::TakeUp { .. }
            | CaseStep::IsAbout { .. }
            | CaseStep::Link { .. }
            | CaseStep::Unlink { .. }
            | CaseStep::SayLost { .. } => return Ok(()),
        };
        self.text(words).map(|_| ()).map_err(|too_long| HandleCaseError::LongWords { too_long })
    }

    fn check_part(&self, part: LinePart, typed: &str) -> Result<(), HandleCaseError> {
        let long = |too_long| HandleCaseError::LongPart { part: part.name(), too_long };
        let limits = self.text_limits();
        let most = match part {
            LinePart::Whom
            | LinePart::How
            | LinePart::Device
            | LinePart::Reference
            | LinePart::Breach(BreachPart::PeopleNumber | BreachPart::RecordsNumber) => limits.line,
            LinePart::Text
            | LinePart::Found
            | LinePart::Deleted
            | LinePart::Reason
            | LinePart::Delay
            | LinePart::Breach(_) => limits.long_text,
        };
        fits(typed, most).map(|_| ()).map_err(long)
    }
}

/// Keeps a link, or that it was taken back, in the history of the other case too.
async fn note_in_the_other(change: &mut DeskChange, case: CaseId, entry: &CaseEntry) -> Result<(), records::Error> {
    let (other, what) = match entry.what {
        CaseEvent::Linked { to } => (to, CaseEvent::Linked { to: case }),
        CaseEvent::Unlinked { to } => (to, CaseEvent::Unlinked { to: case }),
        _ => return Ok(()),
    };
    change.add_case_entry(other, &CaseEntry { what, ..entry.clone() }).await
}

fn line_problem(problem: CaseLineProblem) -> HandleCaseError {
    match problem {
        CaseLineProblem::NothingIn(LinePart::Whom) => HandleCaseError::NoWhom,
        CaseLineProblem::NothingIn(LinePart::How) => HandleCaseError::NoHow,
        CaseLineProblem::NothingIn(LinePart::Device) => HandleCaseError::NoDevice,
        CaseLineProblem::NothingIn(LinePart::Found) => HandleCaseError::NoFound,
        CaseLineProblem::NothingIn(LinePart::Deleted) => HandleCaseError::NoDeleted,
        CaseLineProblem::Alone => HandleCaseError::SearchedAlone,
        CaseLineProblem::NothingIn(LinePart::Reason) => HandleCaseError::NoReason,
        CaseLineProblem::NothingIn(LinePart::Delay) => HandleCaseError::NoDelay,
        CaseLineProblem::NothingIn(LinePart::Breach(_)) => HandleCaseError::NothingKnown,
        CaseLineProblem::NoDelay => HandleCaseError::WasInTime,
        CaseLineProblem::NothingIn(LinePart::Text | LinePart::Reference) => HandleCaseError::NoWords,
        CaseLineProblem::AfterToday => HandleCaseError::AfterToday,
    }
}
