//! The small school with everybody who may come across a report, and a mail address for each of them.

use crate::desk::{Browser, SmallSchool};

const MORE_PEOPLE: &str = "\
username,name,audience,groups,roles,mail,children,password
paz,Paz Corncrake,pupil,9B,,paz@larkfield.example,,paz-password-1
dell,Dell Harrowgate,staff,,deputy-dsl,dell@larkfield.example,,dell-password-1
dapo,Dapo Silverbirch,staff,,data-protection-lead,dapo@larkfield.example,,dapo-password-1
gwen,Gwen Foxlow,governor,,governors,gwen@larkfield.example,,gwen-password-1
";

const MAIL: &str = "\
username,name,audience,groups,roles,mail,children
pip,Pip Fernhaven,pupil,9B,,pip@larkfield.example,
pat,Pat Fernhaven,parent,,,pat@larkfield.example,pip
tess,Tess Kettlewind,staff,9B;science,teacher,tess@larkfield.example,
ivo,Ivo Marblewick,staff,,it-staff,ivo@larkfield.example,
dina,Dina Lanternfield,staff,,it-director,dina@larkfield.example,
hedy,Hedy Inkermoss,staff,,headteacher,hedy@larkfield.example,
olga,Olga Thimblegate,staff,,office,olga@larkfield.example,
dora,Dora Honeystone,staff,,dsl,dora@larkfield.example,
";

/// Somebody who is not signed in.
pub const STRANGER: &str = "stranger";

/// Everybody, each with what they are at the school.
pub const EVERYBODY: [(&str, &str); 13] = [
    (STRANGER, "not signed in"),
    ("paz", "pupil"),
    ("pip", "pupil with a parent"),
    ("pat", "parent"),
    ("tess", "teacher"),
    ("ivo", "IT staff"),
    ("dina", "director of IT"),
    ("hedy", "headteacher"),
    ("olga", "office"),
    ("dapo", "data protection"),
    ("gwen", "governor"),
    ("dell", "deputy safeguarding"),
    ("dora", "safeguarding"),
];

pub async fn open() -> SmallSchool {
    let school = SmallSchool::open().await;
    school.import(MORE_PEOPLE).await;
    school.import(MAIL).await;
    school
}

/// The browser of one of them.
pub async fn browser_of(school: &SmallSchool, username: &str) -> Browser {
    if username == STRANGER { school.browser() } else { school.signed_in(username).await }
}
