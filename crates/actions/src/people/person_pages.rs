//! People: the list, the groups, one person's page.

use std::collections::HashMap;

use domain::{Audience, Group, Person, PersonId, PersonStatus, Role, RoleSet, WeeklyTimes};
use jiff::Timestamp;
use jiff::civil::Date;
use records::{PeopleFilter, PeopleOrder, PersonRecord};

use crate::cases::requests::request_lines::GrantLine;
use crate::desk::actor::Actor;
use crate::desk::authorise::Verb;
use crate::desk::authorised::Authorised;
use crate::desk::desk_state::{Desk, found};
use crate::desk::error::ReadError;
use crate::desk::paging::{ListQuery, PAGE_SIZE, Paged};
use crate::desk::task::Task;
use crate::known::people_index::{PersonLine, line_of};
use crate::known::signing_tasks::SigningTask;
use crate::people::guarded_people::Emptied;
use crate::registers::sanctions::{SanctionClause, SanctionLine};
use crate::signing::agreements::AgreementLine;

#[derive(Debug, Clone, Default)]
pub struct PeopleQuery {
    pub list: ListQuery,
    pub audience: Option<Audience>,
    pub group: Option<Group>,
    pub role: Option<Role>,
    /// Those who left, in the place of those who are here.
    pub leavers: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GroupLine {
    pub group: Group,
    pub people: u64,
}

#[derive(Debug, Clone)]
pub struct PersonPage {
    pub line: PersonLine,
    pub mail: Option<String>,
    pub roles: RoleSet,
    pub children: Vec<PersonLine>,
    pub parents: Vec<PersonLine>,
    pub status: PersonStatus,
    pub joined_at: Timestamp,
    pub left_at: Option<Timestamp>,
    /// For those alone who may change people's details.
    pub particulars: Option<ParticularsLine>,
    pub has_password: bool,
    pub agreements: Vec<AgreementLine>,
    pub owed: Vec<SigningTask>,
    /// Those that hold, as far as the actor may see them.
    pub grants: Vec<GrantLine>,
    /// What there is for the actor to do because they have left: what is to come back, for example.
    pub to_do: Vec<Task>,
    /// The sanction that withdraws their access now.
    pub sanction: Option<SanctionLine>,
    pub may: PersonRights,
}

/// What is kept of somebody beyond who they are.
#[derive(Debug, Clone)]
pub struct ParticularsLine {
    pub manager: Option<PersonLine>,
    pub born: Option<Date>,
    /// In whole years, today.
    pub age: Option<i16>,
    /// They were a pupil, have left the school, and are not of age.
    pub is_former_pupil_under_18: bool,
    pub hours: WeeklyTimes,
    pub teaches: Vec<Group>,
    /// The newest that is on record; it may be past.
    pub absence: Option<AbsenceLine>,
    /// Their last day.
    pub leaving_date: Option<Date>,
    /// The role that keeps somebody here whose last day is over: nobody else holds it.
    pub kept_by: Option<Emptied>,
}

#[derive(Debug, Clone)]
pub struct AbsenceLine {
    pub from: Date,
    pub until: Date,
    pub stand_in: Option<PersonLine>,
}

/// What the actor may do with this person.
#[derive(Debug, Clone, Default)]
pub struct PersonRights {
    pub edit: bool,
    pub edit_roles: bool,
    pub set_particulars: bool,
    pub invite: bool,
    pub mark_leaver: bool,
    pub bring_back: bool,
    /// Clauses by which the actor may withdraw access.
    pub withdraw_access: Vec<SanctionClause>,
    pub restore_access: bool,
}

impl Desk {
    /// A page of people, by name.
    pub async fn people(&self, actor: &Actor, query: PeopleQuery) -> Result<Paged<PersonLine>, ReadError> {
        let actor = self.authorise(actor, Verb::People)?;
        let filter = PeopleFilter {
            search: query.list.search.clone(),
            audience: query.audience,
            group: query.group,
            role: query.role,
            leavers: query.leavers,
            order: match query.list.sort.as_deref() {
                Some("username") => PeopleOrder::Username,
                Some("part") => PeopleOrder::Audience,
                _ => PeopleOrder::Name,
            },
            descending: query.list.descending,
        };
        let (people, total) = self.stores().read(&actor).await?.people(&filter, query.list.skip(), PAGE_SIZE).await?;
        let rows = people.iter().map(|record| line_of(&record.person)).collect();
        Ok(Paged::given(rows, total, &query.list))
    }

    /// Every group that somebody is in.
    pub async fn groups(&self, actor: &Actor) -> Result<Vec<GroupLine>, ReadError> {
        let actor = self.authorise(actor, Verb::People)?;
        let groups = self.stores().read(&actor).await?.groups().await?;
        Ok(groups.into_iter().map(|(group, people)| GroupLine { group, people }).collect())
    }

    /// One person with all that the desk holds about them; everybody may see their own.
    pub async fn person(&self, actor: &Actor, id: PersonId) -> Result<PersonPage, ReadError> {
        let verb = if actor.person == id { Verb::Home } else { Verb::People };
        let actor = self.authorise(actor, verb)?;
        let record = found(self.stores().read(&actor).await?.person(id).await?, "person")?;
        Ok(self.person_page(&actor, record).await?)
    }

    pub(crate) async fn person_page(
        &self,
        actor: &Authorised,
        record: PersonRecord,
    ) -> Result<PersonPage, records::Error> {
        let (people_index, now) = (self.people_index(actor), self.now());
        let person = &record.person;
        let (agreements, owed) = self.agreements_about(actor, person.id).await?;
        let mut reading = self.stores().read(actor).await?;
        let has_password = reading.password_hash(person.id).await?.is_some();
        let parents = reading.parents_of(person.id).await?;
        let sanctions = reading.sanctions_of(person.id).await?;
        let mut grants = Vec::new();
        for live in self.known(actor).grants.of(person).filter(|grant| grant.is_live(now)) {
            if let Some(grant) = reading.grant(live.id).await?
                && let Some(request) = reading.request(live.request).await?
                && (actor.person == person.id || self.sees_grant(actor, &grant.grant, &request))
            {
                grants.push(self.grant_line(actor, &grant, &request.request));
            }
        }
        drop(reading);
        let sanction = sanctions.into_iter().find(|sanction| sanction.is_in_force(now));
        let sanction = sanction.map(|sanction| self.sanction_line(actor, sanction));
        let (other, here) = (actor.person != person.id, person.status == PersonStatus::Here);
        let clauses =
            if other && here && sanction.is_none() { self.sanction_clauses(actor, person) } else { Vec::new() };
        // Somebody above the actor is changed by others; nothing is offered that would be refused.
        let below = !other || self.refuse_above(actor, &person.roles).is_ok();
        Ok(PersonPage {
            may: PersonRights {
                edit: below && self.may(actor, Verb::EditPerson),
                edit_roles: other && below && self.may(actor, Verb::EditRoles),
                set_particulars: other && below && self.may(actor, Verb::EditPerson),
                invite: other && here && self.may(actor, Verb::Invite) && self.refuse_invite(actor, person).is_ok(),
                mark_leaver: other && below && here && self.may(actor, Verb::MarkLeaver),
                bring_back: !here
                    && self.may(actor, Verb::BringBack)
                    && self.refuse_giving_back(actor, &person.roles).is_ok(),
                withdraw_access: clauses,
                restore_access: sanction.as_ref().is_some_and(|sanction| sanction.may_restore),
            },
            line: line_of(person),
            mail: person.mail.clone(),
            roles: person.roles.clone(),
            children: person.children.iter().map(|child| people_index.line(*child)).collect(),
            parents: parents.into_iter().map(|parent| people_index.line(parent)).collect(),
            status: person.status,
            joined_at: record.joined_at,
            left_at: record.left_at,
            particulars: self.may(actor, Verb::EditPerson).then(|| self.particulars_line(actor, person)),
            has_password,
            agreements,
            owed,
            grants,
            to_do: self.to_do_after(actor, person.id).await?,
            sanction,
        })
    }

    fn particulars_line(&self, by: &Authorised, person: &Person) -> ParticularsLine {
        let (particulars, people_index, today) = (&person.particulars, self.people_index(by), self.today());
        let is_overdue = person.status == PersonStatus::Here && particulars.leaving_date.is_some_and(|day| day < today);
        let line = |id: PersonId| people_index.line(id);
        ParticularsLine {
            manager: particulars.manager.map(line),
            born: particulars.born,
            age: particulars.age_on(today),
            is_former_pupil_under_18: person.is_former_pupil_under_18(today),
            hours: particulars.hours.clone(),
            teaches: particulars.teaches.clone(),
            absence: particulars.absence.map(|absence| AbsenceLine {
                from: absence.from,
                until: absence.until,
                stand_in: absence.stand_in.map(line),
            }),
            leaving_date: particulars.leaving_date,
            kept_by: is_overdue
                .then(|| self.refuse_emptying(by, &HashMap::from([(person.id, RoleSet::new())])).err())
                .flatten(),
        }
    }
}
