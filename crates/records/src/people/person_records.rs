//! People, their groups and roles, and who answers for whom.

use std::collections::{BTreeMap, HashMap};

use domain::{Absence, Audience, Group, Particulars, Person, PersonId, PersonStatus, PolicyId, Role, RoleSet};
use jiff::Timestamp;

use crate::engine::query::{Row, like, query};
use crate::engine::values::millis;
use crate::error::Error;
use crate::store::reading::Reading;

/// A person as the records keep them.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonRecord {
    pub person: Person,
    pub joined_at: Timestamp,
    pub left_at: Option<Timestamp>,
    /// When a child last asked their parents again to sign, by policy.
    pub parents_asked: BTreeMap<PolicyId, Timestamp>,
}

/// Which people to list. Empty filters let everybody through.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Part of a name, a username or a mail address.
    pub search: String,
    pub audience: Option<Audience>,
    pub group: Option<Group>,
    pub role: Option<Role>,
    /// Those who left, in the place of those who are here.
    pub leavers: bool,
    pub order: PeopleOrder,
    /// The last first.
    pub descending: bool,
}

/// What a list of people is sorted by. Those who are alike in it stand by name, then by username.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PeopleOrder {
    #[default]
    Name,
    Username,
    Audience,
}

impl PeopleOrder {
    const fn column(self) -> &'static str {
        match self {
            PeopleOrder::Name => "name",
            PeopleOrder::Username => "username",
            PeopleOrder::Audience => "audience",
        }
    }
}

fn person_row(row: &Row) -> Result<PersonRecord, Error> {
    let left = row.text("status")? == "left";
    Ok(PersonRecord {
        person: Person {
            id: row.word("id")?,
            username: row.text("username")?,
            name: row.text("name")?,
            mail: row.maybe_text("mail")?,
            audience: row.word("audience")?,
            groups: Vec::new(),
            roles: RoleSet::new(),
            children: Vec::new(),
            status: if left { PersonStatus::Left } else { PersonStatus::Here },
            particulars: particulars(row)?,
        },
        joined_at: row.time("joined_at")?,
        left_at: row.maybe_time("left_at")?,
        parents_asked: row.json("parents_asked")?,
    })
}

fn particulars(row: &Row) -> Result<Particulars, Error> {
    let days = row.maybe_word("absent_from")?.zip(row.maybe_word("absent_until")?);
    let stand_in = row.maybe_word("stand_in")?;
    Ok(Particulars {
        manager: row.maybe_word("manager")?,
        born: row.maybe_word("born")?,
        hours: row.maybe_word("hours")?.unwrap_or_default(),
        teaches: row.json("teaches")?,
        absence: days.map(|(from, until)| Absence { from, until, stand_in }),
        leaving_date: row.maybe_word("leaving_date")?,
    })
}

/// People with what the rows of the other tables hold of them.
fn records_of(people: &[Row], groups: &[Row], roles: &[Row], children: &[Row]) -> Result<Vec<PersonRecord>, Error> {
    let mut people = people.iter().map(person_row).collect::<Result<Vec<_>, Error>>()?;
    let place: HashMap<PersonId, usize> =
        people.iter().enumerate().map(|(place, record)| (record.person.id, place)).collect();
    for row in groups {
        people[place[&row.word("person")?]].person.groups.push(Group(row.text("group_name")?));
    }
    for row in roles {
        people[place[&row.word("person")?]].person.roles.insert(row.role("role")?);
    }
    for row in children {
        people[place[&row.word("parent")?]].person.children.push(row.word("child")?);
    }
    Ok(people)
}

impl Reading {
    /// Everybody, leavers too, with groups, roles and children; by name.
    pub async fn everybody(&mut self) -> Result<Vec<PersonRecord>, Error> {
        let people = query("SELECT * FROM people ORDER BY name, username").fetch_all(self.transaction()).await?;
        let groups = query("SELECT person, group_name FROM person_groups ORDER BY person, group_name");
        let groups = groups.fetch_all(self.transaction()).await?;
        let roles = query("SELECT person, role FROM person_roles").fetch_all(self.transaction()).await?;
        let children = query("SELECT parent, child FROM guardianship ORDER BY parent, child");
        let children = children.fetch_all(self.transaction()).await?;
        records_of(&people, &groups, &roles, &children)
    }

    /// These people, with groups, roles and children, each once and in the order in which they are named.
    pub async fn people_of(&mut self, ids: &[PersonId]) -> Result<Vec<PersonRecord>, Error> {
        let people = self.rows_of("SELECT * FROM people WHERE id", ids, "id").await?;
        let groups = "SELECT person, group_name FROM person_groups WHERE person";
        let groups = self.rows_of(groups, ids, "person, group_name").await?;
        let roles = self.rows_of("SELECT person, role FROM person_roles WHERE person", ids, "person, role").await?;
        let children = "SELECT parent, child FROM guardianship WHERE parent";
        let children = self.rows_of(children, ids, "parent, child").await?;
        let mut people = records_of(&people, &groups, &roles, &children)?;
        let places: HashMap<PersonId, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
        people.sort_by_key(|record| places.get(&record.person.id).copied());
        Ok(people)
    }

    pub async fn person(&mut self, id: PersonId) -> Result<Option<PersonRecord>, Error> {
        let row =
            query("SELECT * FROM people WHERE id = ?").bind(id.to_string()).fetch_optional(self.transaction()).await?;
        self.complete(row).await
    }

    pub async fn person_named(&mut self, username: &str) -> Result<Option<PersonRecord>, Error> {
        let row = query("SELECT * FROM people WHERE username = ?")
            .bind(username.trim().to_lowercase())
            .fetch_optional(self.transaction())
            .await?;
        self.complete(row).await
    }

    async fn complete(&mut self, row: Option<Row>) -> Result<Option<PersonRecord>, Error> {
        let Some(row) = row else { return Ok(None) };
        let mut record = person_row(&row)?;
        let id = record.person.id.to_string();
        let rows = query("SELECT group_name FROM person_groups WHERE person = ? ORDER BY group_name")
            .bind(&id)
            .fetch_all(self.transaction())
            .await?;
        for row in rows {
            record.person.groups.push(Group(row.text("group_name")?));
        }
        let rows =
            query("SELECT role FROM person_roles WHERE person = ?").bind(&id).fetch_all(self.transaction()).await?;
        for row in rows {
            record.person.roles.insert(row.role("role")?);
        }
        let rows = query("SELECT child FROM guardianship WHERE parent = ? ORDER BY child")
            .bind(&id)
            .fetch_all(self.transaction())
            .await?;
        for row in rows {
            record.person.children.push(row.word("child")?);
        }
        Ok(Some(record))
    }

    /// Those whom the newest import marked as leavers, as they are now; without those who came back since.
    pub async fn leavers_of_last_import(&mut self) -> Result<Vec<PersonRecord>, Error> {
        let rows = query(
            "SELECT id FROM people WHERE status = 'left' AND left_at = \
             (SELECT max(at) FROM ledger WHERE verb = 'import-people') ORDER BY name, username",
        )
        .fetch_all(self.transaction())
        .await?;
        self.people_in(&rows).await
    }

    /// When somebody last left by their leaving date; `program` is who the ledger says marked them.
    pub async fn last_left_by_date(&mut self, program: PersonId) -> Result<Option<Timestamp>, Error> {
        let row = query("SELECT max(at) AS at FROM ledger WHERE verb = 'mark-leaver' AND actor = ?")
            .bind(program.to_string())
            .fetch_one(self.transaction())
            .await?;
        row.maybe_time("at")
    }

    /// Those who left by their leaving date at a moment or after it, as they are now; without those who came back since.
    pub async fn leavers_by_date(&mut self, program: PersonId, since: Timestamp) -> Result<Vec<PersonRecord>, Error> {
        let rows = query(
            "SELECT id FROM people WHERE status = 'left' AND left_at >= ? AND left_at IN \
             (SELECT at FROM ledger WHERE verb = 'mark-leaver' AND actor = ?) ORDER BY name, username",
        )
        .bind(millis(since))
        .bind(program.to_string())
        .fetch_all(self.transaction())
        .await?;
        self.people_in(&rows).await
    }

    /// The people whose identifiers the rows hold.
    async fn people_in(&mut self, rows: &[Row]) -> Result<Vec<PersonRecord>, Error> {
        let ids = rows.iter().map(|row| row.word("id")).collect::<Result<Vec<PersonId>, Error>>()?;
        self.people_of(&ids).await
    }

    /// The people who answer for a pupil.
    pub async fn parents_of(&mut self, child: PersonId) -> Result<Vec<PersonId>, Error> {
        let rows = query("SELECT parent FROM guardianship WHERE child = ? ORDER BY parent")
            .bind(child.to_string())
            .fetch_all(self.transaction())
            .await?;
        rows.iter().map(|row| row.word("parent")).collect()
    }

    /// A page of people, and how many there are in all. Groups, roles and children are filled in.
    pub async fn people(
        &mut self,
        filter: &PeopleFilter,
        skip: u64,
        take: u64,
    ) -> Result<(Vec<PersonRecord>, u64), Error> {
        const WHERE: &str = "FROM people WHERE status = ?1 \
             AND (name LIKE ?2 ESCAPE '\\' OR username LIKE ?2 ESCAPE '\\' OR mail LIKE ?2 ESCAPE '\\') \
             AND (?3 IS NULL OR audience = ?3) \
             AND (?4 IS NULL OR id IN (SELECT person FROM person_groups WHERE group_name = ?4)) \
             AND (?5 IS NULL OR id IN (SELECT person FROM person_roles WHERE role = ?5))";
        let (column, way) = (filter.order.column(), if filter.descending { "DESC" } else { "ASC" });
        let (count, list) = (
            format!("SELECT count(*) AS total {WHERE}"),
            format!("SELECT id {WHERE} ORDER BY {column} {way}, name, username LIMIT ?6 OFFSET ?7"),
        );
        let state = if filter.leavers { "left" } else { "here" };
        let bind = |sql: String| {
            // Both texts are made of constants alone; what people typed is bound.
            query(sql)
                .bind(state)
                .bind(like(&filter.search))
                .bind(filter.audience.map(Audience::name))
                .bind(filter.group.as_ref().map(|group| group.0.clone()))
                .bind(filter.role.map(Role::name))
        };
        let total = bind(count).fetch_one(self.transaction()).await?.number("total")?.unsigned_abs();
        let rows = bind(list)
            .bind(i64::try_from(take).unwrap_or(i64::MAX))
            .bind(i64::try_from(skip).unwrap_or(i64::MAX))
            .fetch_all(self.transaction())
            .await?;
        Ok((self.people_in(&rows).await?, total))
    }

    /// Every group that somebody here is in, and how many are.
    pub async fn groups(&mut self) -> Result<Vec<(Group, u64)>, Error> {
        let rows = query(
            "SELECT group_name, count(*) AS people FROM person_groups \
             JOIN people ON people.id = person WHERE status = 'here' GROUP BY group_name ORDER BY group_name",
        )
        .fetch_all(self.transaction())
        .await?;
        rows.iter().map(|row| Ok((Group(row.text("group_name")?), row.number("people")?.unsigned_abs()))).collect()
    }
}
