//! A list of people as it is uploaded, plain or OneRoster: each problem names its line and its mend.

use crate::{Target, text};

pub const TARGET: Target = Target {
    name: "people_csv",
    seeds: || {
        text::seeds(&[
            "username,name,audience,groups,roles,mail,children,password\n\
             ra-01,Acorn Appleyard-Moon,pupil,RA;year-r,,,,\n\
             head,\"Moon, H\",staff,,headteacher;dsl,head@school.example,,kettle-harbour-lantern\n\
             parent-1,Alder Moon,parent,,,,ra-01,\n",
            "sourcedId,status,role,username,givenName,familyName,email,grades,agentSourcedIds\n\
             1,active,student,ra-01,Acorn,Moon,,R,\"2,3\"\n2,active,parent,p-1,Alder,Moon,,,\n3,tobedeleted,teacher,t,A,B,,,\n",
        ])
    },
    words: &[
        ",",
        "\"",
        "\"\"",
        ";",
        "\r\n",
        "\u{feff}",
        "username",
        "audience",
        "roles",
        "children",
        "unidentified",
        "student",
        "=1+1",
    ],
    check,
};

fn check(bytes: &[u8]) {
    for name in ["people.csv", "users.csv"] {
        for problem in actions::fuzzing::read_people(name, bytes) {
            assert!(!problem.message.is_empty() && !problem.mend.is_empty(), "{problem:?}");
            assert_eq!(problem.file, name);
        }
    }
}
