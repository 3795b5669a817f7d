//! The configuration file: sections, each read by the room that it concerns. A key that nobody knows is an error.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::Context;
use domain::{Helpline, Host, Timetable};
use serde::{Deserialize, Serialize};

use crate::wiring::virus_scanner::ClamdAddress;

/// One school's configuration. Everything has a default but the school's own facts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Configuration {
    /// The folder that holds records, activity, keys and the index.
    pub data: PathBuf,
    /// Where the records are: `sqlite:` and a file of the data folder, or `postgres://user@host/database` in builds with
    /// the feature `postgres`.
    pub records: String,
    pub school: SchoolSection,
    pub listen: Listen,
    pub lists: Lists,
    pub desk: web::DeskSettings,
    pub gate: gate::GateSettings,
    pub people: actions::PeopleSettings,
    pub activity: activity::ActivitySettings,
    pub metrics: MetricsSettings,
    pub mail: mail::MailSettings,
    pub evidence: EvidenceSettings,
}

/// The school itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SchoolSection {
    pub name: String,
    /// What stands in the policies' blanks: `"dsl.name" = "…"`.
    pub facts: BTreeMap<String, String>,
    /// Hosts, or hosts with a path, that are open to everybody whatever a policy says: the school's own pages.
    pub always_open: Vec<String>,
    /// Whom people can turn to outside the school, shown where the gate blocks something and where somebody reports a
    /// worry.
    pub helplines: Vec<Helpline>,
    pub timetable: Timetable,
}

impl Default for SchoolSection {
    fn default() -> Self {
        SchoolSection {
            name: "Your school".to_owned(),
            facts: BTreeMap::new(),
            always_open: Vec::new(),
            helplines: Helpline::national(),
            timetable: Timetable::default(),
        }
    }
}

/// Where the program listens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Listen {
    pub desk: SocketAddr,
    pub gate: SocketAddr,
    /// The gate as devices reach it, `gate.school.example:3128`: the PAC file names it. Needed where the gate listens on
    /// all addresses; else it is where the gate listens.
    pub gate_address: Option<String>,
}

/// Which list of sites the gate goes by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lists {
    /// An index made by `schoolgate lists build`; without one the starter list serves. It is read again when it changes.
    pub index: Option<PathBuf>,
    /// Whether the index serves alone. The starter list is read beside it otherwise: well-known sites that policies name
    /// and their examples rest on.
    pub without_starter_list: bool,
}

/// Figures for a monitoring system.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct MetricsSettings {
    /// Where a monitoring system reads `/metrics`; nowhere unless this is set. Nothing asks who reads: let only the
    /// monitoring system reach it.
    pub listen: Option<SocketAddr>,
    /// Connections open at once. How long a request may take is as at the desk.
    pub connections: usize,
}

impl Default for MetricsSettings {
    fn default() -> Self {
        MetricsSettings { listen: None, connections: 16 }
    }
}

/// Files that are kept with reports.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct EvidenceSettings {
    /// The largest file, in MB.
    pub max_size: NonZeroU32,
    /// How many files one report has at the most.
    pub max_files_per_case: u32,
    /// How much of files is handed out inside one exported file, in MB: the oldest first, and the rest is named in it.
    pub max_export_size: u32,
    /// Where clamd listens, which looks for viruses in each file before it is kept: a host and a port, or the path of a
    /// socket. Files are kept unscanned unless this is set.
    pub clamd: Option<ClamdAddress>,
    /// How long clamd may take over one file, in seconds.
    pub answer_seconds: NonZeroU32,
}

impl Default for EvidenceSettings {
    fn default() -> Self {
        let limits = actions::EvidenceLimits::default();
        let megabytes = u32::try_from(limits.file_bytes / MEGABYTE).ok().and_then(NonZeroU32::new);
        EvidenceSettings {
            max_size: megabytes.unwrap_or(NonZeroU32::MIN),
            max_files_per_case: limits.files_per_case,
            max_export_size: u32::try_from(limits.export_bytes / MEGABYTE).unwrap_or(u32::MAX),
            clamd: None,
            answer_seconds: NonZeroU32::MIN.saturating_add(59),
        }
    }
}

impl EvidenceSettings {
    pub fn limits(&self) -> actions::EvidenceLimits {
        let file_bytes = u64::from(self.max_size.get()) * MEGABYTE;
        let export_bytes = u64::from(self.max_export_size) * MEGABYTE;
        actions::EvidenceLimits { file_bytes, files_per_case: self.max_files_per_case, export_bytes }
    }
}

const MEGABYTE: u64 = 1024 * 1024;

impl Default for Configuration {
    fn default() -> Self {
        Configuration {
            data: PathBuf::from("var"),
            records: actions::PeopleSettings::RECORDS.to_owned(),
            school: SchoolSection::default(),
            listen: Listen::default(),
            lists: Lists::default(),
            desk: web::DeskSettings::default(),
            gate: gate::GateSettings::default(),
            people: actions::PeopleSettings::default(),
            activity: activity::ActivitySettings::default(),
            metrics: MetricsSettings::default(),
            mail: mail::MailSettings::default(),
            evidence: EvidenceSettings::default(),
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        Listen {
            desk: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            gate: SocketAddr::from((Ipv4Addr::LOCALHOST, 3128)),
            gate_address: None,
        }
    }
}

impl Configuration {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// A file that can't be read, or a key or value that is none, with its place; everything that is wrong with the
    /// timetable and its calendar.
    pub fn read(path: &Path) -> anyhow::Result<Configuration> {
        let text = crate::commands::read(path)?;
        refuse_moved_keys(&text).with_context(|| format!("{} has to be changed", path.display()))?;
        let read: Configuration =
            toml::from_str(&text).with_context(|| format!("{} is no configuration", path.display()))?;
        let problems = read.school.timetable.problems();
        let problems = problems.iter().map(|(key, problem)| format!("\n  school.timetable.{key}: {problem}"));
        let problems: String = problems.collect();
        anyhow::ensure!(problems.is_empty(), "{} has a timetable that can't be right:{problems}", path.display());
        Ok(read)
    }

    /// The school as its policies need it.
    ///
    /// # Errors
    /// An entry of `always-open`, or an address of the desk, that is none.
    pub fn school(&self) -> anyhow::Result<policy::SchoolFacts> {
        let mut facts = self.school.facts.clone();
        facts.entry("school".to_owned()).or_insert_with(|| self.school.name.clone());
        let mut always_open = self
            .school
            .always_open
            .iter()
            .map(|entry| entry.parse().with_context(|| format!("'{entry}' in school.always-open")))
            .collect::<anyhow::Result<Vec<_>>>()?;
        always_open.push(policy::SiteEntry::from(self.desk_host()?));
        Ok(policy::SchoolFacts {
            timetable: self.school.timetable.clone(),
            always_open,
            facts,
            ..policy::SchoolFacts::default()
        })
    }

    fn desk_host(&self) -> anyhow::Result<Host> {
        let address =
            domain::Address::parse(&self.desk.url).with_context(|| format!("'{}' in desk.url", self.desk.url))?;
        Ok(address.host)
    }
}

/// What used to stand in a section, and where it stands now.
const MOVED: [(&str, &str, &str); 6] = [
    ("gate", "helplines", "school.helplines, with name, how and site"),
    ("desk", "helplines", "school.helplines, with name, how and site"),
    ("gate", "school", "school.name"),
    ("gate", "desk-url", "desk.url"),
    ("gate", "time-zone", "school.timetable.time-zone"),
    ("people", "school-name", "school.name"),
];

/// Names the new place of what a configuration used to hold elsewhere. A text that can't be read is left to the reader.
fn refuse_moved_keys(text: &str) -> anyhow::Result<()> {
    let table: toml::Table = text.parse().unwrap_or_default();
    let has = |section: &str, key: &str| table.get(section).is_some_and(|section| section.get(key).is_some());
    for (section, key, place) in MOVED {
        anyhow::ensure!(!has(section, key), "{section}.{key} is not read any more: write it as {place}");
    }
    let timetable = table.get("school").and_then(|school| school.get("timetable"));
    anyhow::ensure!(
        timetable.is_none_or(|timetable| timetable.get("holidays").is_none()),
        "school.timetable.holidays is not read any more: enter your terms in school.timetable.calendar.terms, between \
         which there are holidays, and those inside a term in school.timetable.calendar.holidays, as in \
         {{ name = \"Autumn half term\", first = \"2026-10-26\", last = \"2026-10-30\" }}; then take \
         school.timetable.holidays out"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_in_the_repository_is_a_configuration() {
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schoolgate.toml");
        let read = Configuration::read(&example).expect("docs/schoolgate.toml is read");
        read.school().expect("its school is a school");
        assert!(!read.school.timetable.calendar.terms.is_empty(), "the example shows how to enter terms");
    }

    #[test]
    fn holidays_where_they_used_to_be_are_told_their_new_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("schoolgate.toml");
        let text = "[school.timetable]\ntime-zone = 'Europe/London'\nday = []\n\
                    holidays = [['2026-12-21', '2027-01-03']]\n";
        std::fs::write(&file, text).expect("a file");
        let said = format!("{:#}", Configuration::read(&file).unwrap_err());
        assert!(said.contains("school.timetable.calendar.holidays, as in { name = "), "{said}");
    }

    #[test]
    fn what_stands_once_for_school_desk_and_gate_is_told_its_place() {
        for (section, key, place) in MOVED {
            let said = format!("{:#}", refuse_moved_keys(&format!("[{section}]\n{key} = 1\n")).unwrap_err());
            assert_eq!(said, format!("{section}.{key} is not read any more: write it as {place}"));
        }
        let skipped = toml::from_str::<Configuration>("[gate]\nschool = 'Another'\n");
        assert!(skipped.is_err(), "a key that would do nothing is no key");
    }

    #[test]
    fn a_calendar_that_can_not_be_right_is_refused_with_everything_that_is_wrong() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("schoolgate.toml");
        let text = "[school.timetable]\ntime-zone = 'Europe/London'\nday = []\n\
                    lessons = [{ class = '9B', when = 'mon 08:50-09:50' }]\n\
                    calendar.terms = [{ name = 'Autumn', first = '2026-12-18', last = '2026-09-02' }]\n";
        std::fs::write(&file, text).expect("a file");
        let said = Configuration::read(&file).unwrap_err().to_string();
        for problem in ["school.timetable.calendar.terms: 'Autumn' ends", "school.timetable.lessons: the lesson of 9B"]
        {
            assert!(said.contains(problem), "{said}");
        }
    }

    #[test]
    fn a_virus_scanner_is_named_by_its_host_and_port_or_by_its_socket() {
        let clamd = |text: &str| toml::from_str::<Configuration>(&format!("[evidence]\nclamd = '{text}'\n"));
        for address in ["127.0.0.1:3310", "clamd.school.example:3310", "[::1]:3310", "/run/clamav/clamd.ctl"] {
            let read = clamd(address).expect(address).evidence.clamd.expect("it is set");
            assert_eq!(read.to_string(), address);
        }
        for address in ["clamd", "clamd:", ":3310", "127.0.0.1:70000", "run/clamd.ctl"] {
            let said = clamd(address).unwrap_err().to_string();
            assert!(said.contains("as in '127.0.0.1:3310'"), "{said}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let error = toml::from_str::<Configuration>("[gate.limits]\nheader-byte = 1\n").unwrap_err();
        let said = error.to_string();
        assert!(said.contains("header-byte") && said.contains("line 2"), "{said}");
    }
}
