//! Reading lists of people: plain CSV, or a OneRoster CSV folder. Every problem is named, with its line and its mend.

use std::collections::HashMap;

use domain::{Audience, Group, RoleSet, Roles, unfit_for_a_name};

use crate::desk::csv_table::{CsvTable, ImportFile, ImportProblem};
use crate::people::edit_person::{is_mail, is_username};
use crate::people::listed_particulars::{self, ListedParticulars};

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One file with the columns `username,name,audience,groups,roles,mail,children,password`, and those of
    /// [`listed_particulars::COLUMNS`].
    Plain,
    /// OneRoster: `users.csv`, and where they are given `classes.csv` and `enrollments.csv`.
    OneRoster,
}

/// A person as a list has them.
#[derive(Clone, PartialEq)]
pub(crate) struct RosterRow {
    pub file: String,
    pub line: u64,
    pub username: String,
    pub name: String,
    pub audience: Audience,
    pub groups: Vec<Group>,
    /// `None`: the list says nothing of roles, and those that the records hold stay.
    pub roles: Option<RoleSet>,
    pub mail: Option<String>,
    /// Usernames.
    pub children: Vec<String>,
    pub password: Option<String>,
    pub particulars: ListedParticulars,
}

pub(crate) struct Roster {
    pub format: Format,
    pub rows: Vec<RosterRow>,
    pub problems: Vec<ImportProblem>,
}

const PLAIN: &[&str] = &[
    "username",
    "name",
    "audience",
    "groups",
    "roles",
    "mail",
    "children",
    "password",
    listed_particulars::MANAGER,
    listed_particulars::BORN,
    listed_particulars::HOURS,
    listed_particulars::TEACHES,
    listed_particulars::ABSENT_FROM,
    listed_particulars::ABSENT_UNTIL,
    listed_particulars::STAND_IN,
    listed_particulars::LEAVING_DATE,
];

/// Reads the files that were uploaded together.
pub(crate) fn read(files: &[ImportFile], catalogue: &Roles) -> Roster {
    let mut problems = Vec::new();
    let named = |name: &str| files.iter().find(|file| file.name.eq_ignore_ascii_case(name));
    let (format, rows) = if let Some(users) = named("users.csv") {
        let users = CsvTable::read(users, &mut problems);
        let classes = named("classes.csv").map(|file| CsvTable::read(file, &mut problems));
        let enrolments = named("enrollments.csv").map(|file| CsvTable::read(file, &mut problems));
        (Format::OneRoster, one_roster(&users, classes.as_ref(), enrolments.as_ref(), &mut problems))
    } else {
        let mut rows = Vec::new();
        for file in files {
            let table = CsvTable::read(file, &mut problems);
            rows.extend(plain(&table, catalogue, &mut problems));
        }
        (Format::Plain, rows)
    };
    let mut roster = Roster { format, rows, problems };
    roster.check();
    roster
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn plain(table: &CsvTable, catalogue: &Roles, problems: &mut Vec<ImportProblem>) -> Vec<RosterRow> {
    for needed in ["username", "name", "audience"] {
        if !table.has(needed) {
            let message = format!("the list has no column '{needed}'");
            problems.push(table.problem(
                1,
                needed,
                message,
                format!("name the columns in the first line: {}", PLAIN.join(",")),
            ));
        }
    }
    for column in table.columns.iter().filter(|column| !PLAIN.contains(&column.as_str())) {
        let message = format!("the column '{column}' is not known");
        problems.push(table.problem(1, column, message, format!("take it out, or name it one of {}", PLAIN.join(","))));
    }
    if !table.has("audience") {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (line, row) in &table.rows {
        let audience = match table.get(row, "audience").parse::<Audience>() {
            Ok(audience) => Some(audience),
            Err(error) => {
                let mend = "write one of pupil, staff, parent, governor, trustee, volunteer, contractor, visitor …";
                problems.push(table.problem(*line, "audience", error.to_string(), mend));
                None
            }
        };
        let mut roles = RoleSet::new();
        for role in list(table.get(row, "roles")) {
            match catalogue.find(role) {
                Ok(role) => roles.insert(role),
                Err(error) => {
                    let mend = "write the role as policies do, several parted by ';'";
                    problems.push(table.problem(*line, "roles", error.to_string(), mend));
                }
            }
        }
        rows.push(RosterRow {
            file: table.file.clone(),
            line: *line,
            username: table.get(row, "username").to_lowercase(),
            name: table.get(row, "name").to_owned(),
            // A line whose audience can't be read is reported; it is still checked for what else is wrong with it.
            audience: audience.unwrap_or(Audience::OtherAuthorised),
            groups: listed_particulars::groups(table.get(row, "groups")),
            roles: table.has("roles").then_some(roles),
            mail: filled(table.get(row, "mail")),
            children: list(table.get(row, "children")).map(str::to_lowercase).collect(),
            password: filled(table.get(row, "password")),
            particulars: particulars(table, row),
        });
    }
    rows
}

fn particulars(table: &CsvTable, row: &[String]) -> ListedParticulars {
    let columns = listed_particulars::COLUMNS.into_iter().filter(|column| table.has(column));
    ListedParticulars(columns.map(|column| (column, table.get(row, column).to_owned())).collect())
}

/// OneRoster 1.1 (IMS Global): a user's `role`, a pupil's parents in `agentSourceIds`, classes through enrolments.
fn one_roster(
    users: &CsvTable,
    classes: Option<&CsvTable>,
    enrolments: Option<&CsvTable>,
    problems: &mut Vec<ImportProblem>,
) -> Vec<RosterRow> {
    for needed in ["sourcedId", "role", "username", "givenName", "familyName"] {
        if !users.has(needed) {
            let message = format!("the file has no column '{needed}', which OneRoster asks for");
            problems.push(users.problem(1, needed, message, "export it again from the school's own system"));
        }
    }
    let gone = |table: &CsvTable, row: &[String]| table.get(row, "status").eq_ignore_ascii_case("tobedeleted");
    let mut titles: HashMap<&str, &str> = HashMap::new();
    for (_, row) in classes.into_iter().flat_map(|table| &table.rows) {
        let table = classes.expect("rows come from the table");
        let code = table.get(row, "classCode");
        titles.insert(table.get(row, "sourcedId"), if code.is_empty() { table.get(row, "title") } else { code });
    }
    let mut classes_of: HashMap<&str, Vec<Group>> = HashMap::new();
    let mut taught_by: HashMap<&str, Vec<&str>> = HashMap::new();
    if let Some(table) = enrolments {
        for (line, row) in table.rows.iter().filter(|(_, row)| !gone(table, row)) {
            let class = table.get(row, "classSourcedId");
            match titles.get(class) {
                Some(title) => {
                    let user = table.get(row, "userSourcedId");
                    classes_of.entry(user).or_default().push(Group((*title).to_owned()));
                    if table.get(row, "role").eq_ignore_ascii_case("teacher") {
                        taught_by.entry(user).or_default().push(title);
                    }
                }
                None => {
                    let message = format!("there is no class '{class}' in classes.csv");
                    problems.push(table.problem(*line, "classSourcedId", message, "export both files together"));
                }
            }
        }
    }
    let usernames: HashMap<&str, String> = users
        .rows
        .iter()
        .map(|(_, row)| (users.get(row, "sourcedId"), users.get(row, "username").to_lowercase()))
        .collect();
    let mut children: HashMap<String, Vec<String>> = HashMap::new();
    for (line, row) in users.rows.iter().filter(|(_, row)| !gone(users, row)) {
        let child = users.get(row, "username").to_lowercase();
        let agents = users.get(row, "agentSourcedIds").split([',', ';']).map(str::trim);
        for agent in agents.filter(|agent| !agent.is_empty()) {
            match usernames.get(agent) {
                Some(parent) => children.entry(parent.clone()).or_default().push(child.clone()),
                None => {
                    let message = format!("there is no user '{agent}' to be this pupil's parent");
                    problems.push(users.problem(*line, "agentSourcedIds", message, "export the parents too"));
                }
            }
        }
    }
    let mut rows = Vec::new();
    for (line, row) in users.rows.iter().filter(|(_, row)| !gone(users, row)) {
        let role = users.get(row, "role").to_lowercase();
        let audience = match role.as_str() {
            "student" => Audience::Pupil,
            "teacher" | "aide" | "administrator" | "proctor" => Audience::Staff,
            "parent" | "guardian" | "relative" => Audience::Parent,
            other => {
                let message = format!("'{other}' is not a role of OneRoster");
                let mend = "write student, teacher, aide, administrator, proctor, parent, guardian or relative";
                problems.push(users.problem(*line, "role", message, mend));
                Audience::OtherAuthorised
            }
        };
        let username = users.get(row, "username").to_lowercase();
        let mut groups = classes_of.remove(users.get(row, "sourcedId")).unwrap_or_default();
        groups.extend(list(users.get(row, "grades")).map(|grade| Group(format!("year-{grade}"))));
        groups.sort();
        groups.dedup();
        let name = format!("{} {}", users.get(row, "givenName"), users.get(row, "familyName"));
        rows.push(RosterRow {
            file: users.file.clone(),
            line: *line,
            name: name.trim().to_owned(),
            audience,
            groups,
            // OneRoster knows teaching and nothing of a school's other roles.
            roles: None,
            mail: filled(users.get(row, "email")),
            children: children.remove(&username).unwrap_or_default(),
            password: None,
            particulars: taught(taught_by.get(users.get(row, "sourcedId"))),
            username,
        });
    }
    rows
}

/// The classes that OneRoster enrols somebody in as a teacher; where there are none, what is on record stays.
fn taught(classes: Option<&Vec<&str>>) -> ListedParticulars {
    let teaches = classes.map(|classes| (listed_particulars::TEACHES, classes.join(";")));
    ListedParticulars(teaches.into_iter().collect())
}

impl Roster {
    /// What is wrong with rows whatever their format.
    fn check(&mut self) {
        let mut seen: HashMap<&str, u64> = HashMap::new();
        let mut problems = Vec::new();
        for row in &self.rows {
            let mut problem = |column: &str, message: String, mend: &str| {
                let (file, column, mend) = (row.file.clone(), column.to_owned(), mend.to_owned());
                problems.push(ImportProblem { file, line: row.line, column, message, mend });
            };
            if row.username.is_empty() {
                problem("username", "this person has no username".to_owned(), "give them one: it is how they sign in");
            } else if !is_username(&row.username) {
                let mend = "use letters, digits, dots, hyphens and underscores, no more than 64";
                problem("username", format!("'{}' can't be a username", row.username), mend);
            }
            if let Some(first) = seen.insert(&row.username, row.line).filter(|_| !row.username.is_empty()) {
                let message = format!("'{}' is on line {first} already", row.username);
                problem("username", message, "give each person a username of their own");
            }
            if row.name.is_empty() {
                problem("name", "this person has no name".to_owned(), "write the name that others know them by");
            }
            if let Some(letter) = unfit_for_a_name(&row.name) {
                let message = format!("the name holds a character that is not seen (U+{:04X})", u32::from(letter));
                problem("name", message, "type the name again, without copying it");
            }
            if row.audience == Audience::Unidentified {
                let mend = "write the part of the school that they belong to";
                problem("audience", "a person can't be in the audience 'unidentified'".to_owned(), mend);
            }
            if let Some(mail) = row.mail.as_ref().filter(|mail| !is_mail(mail)) {
                problem("mail", format!("'{mail}' is not a mail address"), "mend it, or leave it empty");
            }
            if !row.children.is_empty() && row.audience == Audience::Pupil {
                problem("children", "a pupil answers for nobody".to_owned(), "move the names to the parent's line");
            }
        }
        self.problems.append(&mut problems);
    }
}
