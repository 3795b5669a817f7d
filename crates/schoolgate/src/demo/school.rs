//! The made-up school of the demo: people who go through the ordinary import, and one of the ready policies.

use std::sync::Arc;

use actions::{Actor, Desk, ImportFile, ImportPeople, InstallPolicy};
use anyhow::Context;
use clap::ValueEnum;
use serde::Serialize;
use sites::Index;

use super::little_web;

/// The school's name, as plainly made up as its people.
pub const NAME: &str = "Larkfield School (made up)";

/// Everybody in the school, in the form that the import reads. Those with a password are the ones to be in the demo.
const PEOPLE: &str = include_str!("../../../../demo/sample-school.csv");

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
    fn text(self) -> &'static str {
        match self {
            Ready::PrimaryWholeSchool => include_str!("../../../../policies/primary-whole-school.md"),
            Ready::AllThroughSchool => include_str!("../../../../policies/all-through-school.md"),
            Ready::AcademyTrust => include_str!("../../../../policies/academy-trust.md"),
            Ready::CountyStaffTemplate => include_str!("../../../../policies/county-staff-template.md"),
            Ready::PrimaryStaff => include_str!("../../../../policies/primary-staff.md"),
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Somebody to be in the demo.
#[derive(Debug, Serialize)]
pub struct Part {
    pub username: String,
    pub password: String,
    pub name: String,
    pub audience: String,
    pub groups: Vec<String>,
    pub roles: Vec<String>,
}

/// Moves the school in: its policy and its people, where they are not there yet.
pub async fn move_in(school: &Desk, policy: Ready) -> anyhow::Result<()> {
    let operator = Actor::operator();
    if school.rules().policies().is_empty() {
        let file_name = format!("{}.md", policy.name());
        school.install_policy(&operator, InstallPolicy { file_name, text: policy.text().to_owned() }).await?;
    }
    if school.directory().is_empty() {
        let files = vec![ImportFile { name: "sample-school.csv".to_owned(), bytes: PEOPLE.as_bytes().to_vec() }];
        school
            .import_people(&operator, ImportPeople { files, digest: None, mark_missing_as_leavers: false })
            .await
            .context("the sample school")?;
    }
    Ok(())
}

/// The people of the sample school who have a password.
pub fn parts() -> anyhow::Result<Vec<Part>> {
    let mut reader = csv::Reader::from_reader(PEOPLE.as_bytes());
    let columns = reader.headers()?.clone();
    let column =
        |name: &str| columns.iter().position(|column| column == name).with_context(|| format!("no column {name}"));
    let (username, name, audience) = (column("username")?, column("name")?, column("audience")?);
    let (groups, roles, password) = (column("groups")?, column("roles")?, column("password")?);
    let list = |text: &str| text.split(';').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let mut parts = Vec::new();
    for row in reader.records() {
        let row = row?;
        if !row[password].is_empty() {
            parts.push(Part {
                username: row[username].to_owned(),
                password: row[password].to_owned(),
                name: row[name].to_owned(),
                audience: row[audience].to_owned(),
                groups: list(&row[groups]),
                roles: list(&row[roles]),
            });
        }
    }
    Ok(parts)
}

/// The starter list, and what the little web's sites are.
pub fn sites() -> Arc<Index> {
    Arc::new(sites::starter_with(&little_web::categories()))
}
