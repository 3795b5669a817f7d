//! A made-up school of 1,200 people: forty classes, every role inside a school held by somebody, each pupil with a
//! parent. It is the same each time, and it goes through the ordinary import. `demo/sample-school.csv` is what it makes.

use std::fmt::Write as _;

/// Names that nobody bears.
const GIVEN: [&str; 40] = [
    "Acorn", "Alder", "Aspen", "Bramble", "Brook", "Burdock", "Campion", "Cedar", "Clover", "Comfrey", "Coppice",
    "Dapple", "Dewdrop", "Elder", "Fennel", "Flint", "Foxglove", "Gorse", "Harebell", "Hawthorn", "Heather", "Juniper",
    "Kestrel", "Larch", "Linnet", "Lovage", "Mallow", "Marjoram", "Merlin", "Moss", "Osier", "Pebble", "Plover",
    "Quince", "Rowan", "Sorrel", "Tansy", "Teasel", "Willow", "Yarrow",
];
const FAMILY: [&str; 36] = [
    "Appleyard-Moon",
    "Brackenwick",
    "Candlestow",
    "Dimblethorpe",
    "Eiderwell",
    "Fernhaven",
    "Gooseberryhill",
    "Honeystone",
    "Inkermoss",
    "Jollybrook",
    "Kettlewind",
    "Lanternfield",
    "Marblewick",
    "Nettlecombe-Frost",
    "Oatcakeham",
    "Pennywhistledown",
    "Quillfeather",
    "Raindropley",
    "Saffronmere",
    "Thimblegate",
    "Umberlight",
    "Violetwick",
    "Whistlepond",
    "Yonderlea",
    "Zephyrstone",
    "Buttonmoor",
    "Crumpetfield",
    "Dandelionby",
    "Emberlow",
    "Figgleton",
    "Gingerbank",
    "Hazelwhisk",
    "Ivoryquay",
    "Jigsawton",
    "Kiteswell",
    "Lollingford",
];
const WORDS: [&str; 24] = [
    "lantern", "harbour", "teapot", "meadow", "violin", "biscuit", "compass", "feather", "thunder", "marble",
    "orchard", "pencil", "ribbon", "saddle", "tunnel", "umbrella", "velvet", "walnut", "basket", "candle", "drummer",
    "engine", "forest", "glacier",
];

/// Reception to year 13.
const YEARS: [&str; 14] = ["R", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"];
const CLASSES: usize = 40;
const PUPILS_PER_CLASS: usize = 18;
const PUPILS: usize = CLASSES * PUPILS_PER_CLASS;
const PARENTS: usize = PUPILS / 2;
const PEOPLE: usize = 1200;

/// One person of the sample school.
#[derive(Debug, Clone, Default)]
struct SamplePerson {
    username: String,
    name: String,
    audience: &'static str,
    groups: Vec<String>,
    roles: Vec<&'static str>,
    children: Vec<String>,
    /// For the people that somebody may be in the demo.
    password: Option<String>,
}

/// The sample school as the plain CSV that the import reads.
pub fn sample_school() -> String {
    let mut out = String::from("username,name,audience,groups,roles,mail,children,password\n");
    for member in members() {
        let (username, name, audience) = (&member.username, &member.name, member.audience);
        let (groups, roles, children) = (member.groups.join(";"), member.roles.join(";"), member.children.join(";"));
        // Of the pupils, those whom somebody can be in the demo.
        let has_mail = audience != "pupil" || member.password.is_some();
        let mail = if has_mail { format!("{username}@larkfield.example") } else { String::new() };
        let password = member.password.unwrap_or_default();
        let _ = writeln!(out, "{username},{name},{audience},{groups},{roles},{mail},{children},{password}");
    }
    out
}

/// The classes: three to a year but for reception, which has one.
pub fn classes() -> Vec<String> {
    let letters = |year: &str| if year == "R" { ["A"].as_slice() } else { ["A", "B", "C"].as_slice() };
    YEARS.iter().flat_map(|year| letters(year).iter().map(move |letter| format!("{year}{letter}"))).collect()
}

fn members() -> Vec<SamplePerson> {
    let mut members = Vec::with_capacity(PEOPLE);
    members.extend(pupils());
    members.extend(parents());
    members.extend(office_holders());
    members.extend(teachers());
    members.extend(others(PEOPLE - members.len()));
    for (place, member) in members.iter_mut().enumerate() {
        member.name = name(place);
    }
    members
}

fn name(place: usize) -> String {
    format!("{} {}", GIVEN[place % GIVEN.len()], FAMILY[(place / GIVEN.len() + place) % FAMILY.len()])
}

/// Three words without their vowels, with capitals, a number and symbols. One of the ready policies asks for three words
/// and another refuses every word of the dictionary: the demo starts with any of them.
fn password(place: usize) -> String {
    let consonants = |word: &str| word.replace(['a', 'e', 'i', 'o', 'u'], "");
    let word = |step: usize| capitalised(&consonants(WORDS[(place * 5 + step * 7) % WORDS.len()]));
    format!("{}-{}-{}-{}", word(0), word(1), word(2), place + 20)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The two pupils to be in the demo are in different classes of one year.
fn pupils() -> Vec<SamplePerson> {
    let mut pupils = Vec::with_capacity(PUPILS);
    let mut stars = [("5B", "pupil", 0), ("5C", "pupil-two", 1)].into_iter();
    let mut next = stars.next();
    for class in classes() {
        for place in 1..=PUPILS_PER_CLASS {
            let year = format!("year-{}", class.trim_end_matches(['A', 'B', 'C']).to_lowercase());
            let (username, password) = match next {
                Some((star, username, seed)) if star == class && place == 1 => {
                    next = stars.next();
                    (username.to_owned(), Some(password(seed)))
                }
                _ => (format!("{}-{place:02}", class.to_lowercase()), None),
            };
            let groups = vec![class.clone(), year];
            pupils.push(SamplePerson { username, audience: "pupil", groups, password, ..SamplePerson::default() });
        }
    }
    pupils
}

/// Each answers for two pupils; the parents to be in the demo for the pupils to be.
fn parents() -> Vec<SamplePerson> {
    let pupils = pupils();
    let parent = |place: usize| {
        let children = vec![pupils[place].username.clone(), pupils[place + PARENTS].username.clone()];
        let star = children.iter().find_map(|child| match child.as_str() {
            "pupil" => Some(("parent", Some(password(2)))),
            "pupil-two" => Some(("parent-two", Some(password(3)))),
            _ => None,
        });
        let (username, password) = match star {
            Some((username, password)) => (username.to_owned(), password),
            None => (format!("parent-{:03}", place + 1), None),
        };
        SamplePerson { username, audience: "parent", children, password, ..SamplePerson::default() }
    };
    (0..PARENTS).map(parent).collect()
}

/// One holder for each role inside a school, so that whatever a policy names, somebody answers.
fn office_holders() -> Vec<SamplePerson> {
    let holders: [(&str, &'static str, &[&'static str]); 18] = [
        ("head", "staff", &["headteacher", "slt", "policy-owner", "countersigner", "line-manager"]),
        ("executive-head", "staff", &["executive-headteacher", "slt"]),
        ("deputy", "staff", &["deputy-headteacher", "slt", "countersigner"]),
        ("assistant", "staff", &["assistant-head", "slt", "line-manager"]),
        ("finance", "staff", &["finance-operations-director", "slt", "policy-owner"]),
        ("it", "staff", &["it-staff", "system-administrator", "authorised-personnel"]),
        ("it-director", "staff", &["it-director", "system-manager", "filtering-lead"]),
        ("dsl", "staff", &["dsl", "e-safety-coordinator", "monitoring-viewer", "slt"]),
        ("deputy-dsl", "staff", &["deputy-dsl", "search-witness"]),
        ("data-lead", "staff", &["data-protection-lead", "record-keeper"]),
        ("office", "staff", &["office", "communications", "official-account-poster"]),
        ("trust", "trustee", &["trust-executive", "board"]),
        ("governor", "governor", &["governors"]),
        ("governor-two", "governor", &["governors"]),
        ("member", "member", &[]),
        ("contractor", "contractor", &["approved-contractor"]),
        ("volunteer", "volunteer", &[]),
        ("visitor", "visitor", &[]),
    ];
    let holder = |(place, (username, audience, roles)): (usize, &(&str, &'static str, &[&'static str]))| SamplePerson {
        username: (*username).to_owned(),
        audience,
        groups: if *audience == "staff" { vec!["office".to_owned()] } else { Vec::new() },
        roles: roles.to_vec(),
        password: Some(password(place + 5)),
        ..SamplePerson::default()
    };
    holders.iter().enumerate().map(holder).collect()
}

/// One to a class; the teacher to be in the demo has the class of the pupil to be.
fn teachers() -> Vec<SamplePerson> {
    let teacher = |class: String| {
        let star = class == "5B";
        SamplePerson {
            username: if star { "teacher".to_owned() } else { format!("teacher-{}", class.to_lowercase()) },
            audience: "staff",
            groups: vec![class],
            roles: vec!["teacher", "subject-teacher", "lesson-teacher"],
            password: if star { Some(password(4)) } else { None },
            ..SamplePerson::default()
        }
    };
    classes().into_iter().map(teacher).collect()
}

/// Everybody else who is in and out of a school.
fn others(count: usize) -> Vec<SamplePerson> {
    let kinds = ["staff", "staff", "staff", "volunteer", "governor", "contractor", "work-experience", "visitor"];
    let other = |place: usize| {
        let audience = kinds[place % kinds.len()];
        let groups = if audience == "staff" { vec!["support".to_owned()] } else { Vec::new() };
        SamplePerson { username: format!("{audience}-{:02}", place + 1), audience, groups, ..SamplePerson::default() }
    };
    (0..count).map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use domain::Roles;

    #[test]
    fn the_sample_school_has_1200_people_with_names_and_usernames_of_their_own() {
        let members = members();
        assert_eq!(members.len(), PEOPLE);
        assert_eq!(classes().len(), CLASSES);
        assert_eq!(members.iter().map(|member| &member.username).collect::<BTreeSet<_>>().len(), PEOPLE);
        assert_eq!(members.iter().map(|member| &member.name).collect::<BTreeSet<_>>().len(), PEOPLE);
    }

    #[test]
    fn every_role_inside_a_school_is_held_by_somebody() {
        let held: BTreeSet<&str> = members().iter().flat_map(|member| member.roles.clone()).collect();
        let inside = Roles::ready().entries().iter().filter(|entry| !entry.may_hold.is_empty());
        let missing: Vec<_> = inside.filter(|entry| !held.contains(entry.role.name())).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_committed_file_is_what_is_made_here() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/sample-school.csv");
        if std::env::var_os("UPDATE_SAMPLE_SCHOOL").is_some() {
            std::fs::write(file, sample_school()).expect("the file can be written");
        }
        let committed = std::fs::read_to_string(file).expect("demo/sample-school.csv is there");
        assert!(committed == sample_school(), "run UPDATE_SAMPLE_SCHOOL=1 cargo nextest run -p testkit");
    }
}
