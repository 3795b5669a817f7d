//! The made-up school of the demo: people who go through the ordinary import, and one of the ready policies.

use actions::{Actor, Desk, ImportFile, ImportPeople, InstallPolicy};
use anyhow::Context;
use clap::ValueEnum;
use domain::{Group, Host, Lesson, Role, Standing, Timetable};
use jiff::Timestamp;
use policy::Visit;
use serde::{Deserialize, Serialize};
use sites::Index;

use super::little_web;

/// The school's name, as plainly made up as its people.
pub const NAME: &str = "Larkfield School (made up)";

/// Everybody in the school, in the form that the import reads. Those with a password are the ones to be in the demo.
const PEOPLE: &str = include_str!("../../../../demo/sample-school.csv");

/// The lessons of its timetable, in the form that the configuration takes.
const LESSONS: &str = include_str!("../../../../demo/lessons.toml");

/// The month in which a school year begins.
const SCHOOL_YEAR_BEGINS: i8 = 9;

/// The ready policies.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Ready {
    PrimaryWholeSchool,
    AllThroughSchool,
    AcademyTrust,
    CountyStaffTemplate,
    PrimaryStaff,
}

impl Ready {
    pub fn text(self) -> &'static str {
        match self {
            Ready::PrimaryWholeSchool => include_str!("../../../../policies/primary-whole-school.md"),
            Ready::AllThroughSchool => include_str!("../../../../policies/all-through-school.md"),
            Ready::AcademyTrust => include_str!("../../../../policies/academy-trust.md"),
            Ready::CountyStaffTemplate => include_str!("../../../../policies/county-staff-template.md"),
            Ready::PrimaryStaff => include_str!("../../../../policies/primary-staff.md"),
        }
    }

    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Somebody to be in the demo.
#[derive(Debug, Serialize)]
pub struct DemoPerson {
    pub username: String,
    pub password: String,
    pub name: String,
    pub audience: String,
    pub groups: Vec<String>,
    pub roles: Vec<String>,
}

/// The sample timetable with its lessons, and the terms of the school year that `now` is in and of those beside it.
///
/// # Errors
/// The lessons can't be read.
pub fn timetable(now: Timestamp) -> anyhow::Result<Timetable> {
    #[derive(Deserialize)]
    struct Lessons {
        lessons: Vec<Lesson>,
    }
    let today = now.to_zoned(Timetable::default().time_zone).date();
    let school_year = if today.month() < SCHOOL_YEAR_BEGINS { today.year().saturating_sub(1) } else { today.year() };
    let Lessons { lessons } = toml::from_str(LESSONS).context("the sample lessons")?;
    Ok(Timetable { lessons, ..Timetable::sample(school_year.saturating_sub(1), 3) })
}

/// Moves the school in: its policy and its people, where they are not there yet.
pub async fn move_in(school: &Desk, policy: Ready) -> anyhow::Result<()> {
    let operator = Actor::operator();
    if school.rules().policies().is_empty() {
        let file_name = format!("{}.md", policy.name());
        school.install_policy(&operator, InstallPolicy { file_name, text: policy.text().to_owned() }).await?;
    }
    if school.count_people() == 0 {
        let files = vec![ImportFile { name: "sample-school.csv".to_owned(), bytes: PEOPLE.as_bytes().to_vec() }];
        school
            .import_people(
                &operator,
                ImportPeople { files, digest: None, mark_missing_as_leavers: false, leavers_confirmed: None },
            )
            .await
            .context("the sample school")?;
    }
    Ok(())
}

/// Those of the sample school who have a password and whom the school's policies concern: whom a policy speaks to, who
/// owns one and who approves one.
pub fn people_concerned(school: &Desk) -> anyhow::Result<Vec<DemoPerson>> {
    let rules = school.rules();
    let concerned = |person: &DemoPerson| {
        rules.policies().iter().map(|published| &published.document).any(|document| {
            let in_charge = document.approved_by.iter().chain([&document.owner]);
            document.audiences.iter().any(|audience| audience.name() == person.audience)
                || in_charge.map(|role| role.name()).any(|role| person.roles.iter().any(|held| held == role))
        })
    };
    Ok(everybody_with_a_password()?.into_iter().filter(concerned).collect())
}

fn everybody_with_a_password() -> anyhow::Result<Vec<DemoPerson>> {
    let mut reader = csv::Reader::from_reader(PEOPLE.as_bytes());
    let columns = reader.headers()?.clone();
    let column =
        |name: &str| columns.iter().position(|column| column == name).with_context(|| format!("no column {name}"));
    let (username, name, audience) = (column("username")?, column("name")?, column("audience")?);
    let (groups, roles, password) = (column("groups")?, column("roles")?, column("password")?);
    let list = |text: &str| text.split(';').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut people = Vec::new();
    for row in reader.records() {
        let row = row?;
        if !row[password].is_empty() {
            people.push(DemoPerson {
                username: row[username].to_owned(),
                password: row[password].to_owned(),
                name: row[name].to_owned(),
                audience: row[audience].to_owned(),
                groups: list(&row[groups]),
                roles: list(&row[roles]),
            });
        }
    }
    Ok(people)
}

/// Two of the little web's sites: one that is open to somebody who has signed, and one that a clause closes to them.
pub fn open_and_closed(
    school: &Desk,
    person: &DemoPerson,
) -> anyhow::Result<(Option<&'static str>, Option<&'static str>)> {
    let rules = school.rules();
    let standing = Standing {
        groups: person.groups.iter().cloned().map(Group).collect(),
        roles: person.roles.iter().filter_map(|role| Role::named(role).ok()).collect(),
        ..Standing::of(person.audience.parse()?)
    };
    let moment = rules.moment(school.now());
    let is_open = |site: &&little_web::Site| {
        let host = Host::parse(site.host).expect("the sites' names are canonical");
        let categories = site.categories.iter().copied().collect();
        rules
            .decide(
                &standing,
                Visit { host: &host, path: Some("/"), categories, from: policy::VisitFrom::AnyDevice, closed: &[] },
                moment,
            )
            .is_allowed()
    };
    let open = little_web::SITES.iter().find(is_open).map(|site| site.host);
    let closed = little_web::SITES.iter().find(|site| !is_open(site)).map(|site| site.host);
    Ok((open, closed))
}

/// The starter list, and what the little web's sites are.
pub fn sites() -> Index {
    sites::starter_with(&little_web::categories())
}
