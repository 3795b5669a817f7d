//! A report in confidence with everything that there is to do with one, each part in a word that stands nowhere else.

use axum::http::StatusCode;

use crate::case_files::{add, link};
use crate::desk::{Browser, SmallSchool};

/// What the reporter wrote and read.
pub const TO_THE_REPORTER: [&str; 3] = ["Zonkwords", "Quibbleanswer", "Secondzonk"];

/// What only those read who have the report.
pub const TO_RECEIVERS: [&str; 27] = [
    "Wobblenote",
    "Adalindsaid",
    "Stepfrobnicate",
    "Nettlesomewhy",
    "Ringgormless",
    "Outcomebrouhaha",
    "Oakmerefile",
    "Becausemugwump",
    "Closedflummox",
    "Filegrumble",
    "Contentsnark",
    "Parentwhomp",
    "Parenttextzing",
    "Policeclonk",
    "Referencezazz",
    "Referwhybloop",
    "Deviceplonk",
    "Foundwibble",
    "Deletedsplat",
    "Searchwhyzip",
    "Outcometwang",
    "Outcomewhyblip",
    "Chroniclefor",
    "Chroniclewhy",
    "Receiptgnarl",
    "Linkfizzle",
    "Nobodygloop",
];

pub struct CaseInConfidence {
    pub id: String,
    /// The other report, which is linked to it.
    pub other: String,
    pub action: String,
    pub export: String,
    pub file: String,
    /// A teacher whom it turned out to be about, and with whose other reports it is read.
    pub person: String,
}

/// The identifier that follows these words on a page.
fn id_after<'b>(body: &'b str, words: &str) -> &'b str {
    let rest = body.split(words).nth(1).unwrap_or_else(|| panic!("nothing follows '{words}': {body}"));
    rest.split(['"', '/']).next().unwrap_or_default()
}

/// Has Pip report somebody.
pub async fn reported(pip: &mut Browser, told: &str, about: &str) {
    let form = pip.get("/worry").await;
    let (report, key) = (form.value("report"), form.value("key"));
    let fields = [("report", report.as_str()), ("key", &key), ("told", told), ("about", about), ("do", "send")];
    let sent = pip.post("/worry", &fields).await;
    assert!(sent.has("Your code"), "{}", sent.body);
}

impl CaseInConfidence {
    /// Has Pip report the deputy safeguarding lead, and Dora do with it all that there is to do but close it. They have signed in
    /// before: that somebody signs in, the ledger says.
    pub async fn happens(school: &SmallSchool, pip: &mut Browser, dora: &mut Browser) -> CaseInConfidence {
        let dell = school.id_of("dell").await;
        reported(pip, "Zonkwords", &dell).await;
        let id = id_after(&dora.get("/concerns").await.body, "href=\"/concerns/").to_owned();
        let case = format!("/concerns/{id}");
        reported(pip, "Secondzonk", &dell).await;
        let other =
            id_after(&dora.get(&format!("{case}/link")).await.body, "name=\"to\" type=\"radio\" value=\"").to_owned();
        // It turns out to be about a teacher.
        dora.post_checked(&format!("{case}/about"), &[("person", "tess"), ("do", "check")]).await;
        let person = school.id_of("tess").await;
        let owner = id_after(&dora.get(&format!("{case}/action")).await.body, "name=\"owner\" type=\"radio\" value=\"")
            .to_owned();
        let on = ("on", "2020-01-02");
        let steps: [(String, &[(&str, &str)]); 15] = [
            (case.clone(), &[("do", "note"), ("text", "Wobblenote")]),
            (case.clone(), &[("do", "answer"), ("text", "Quibbleanswer")]),
            (format!("{case}/line/words"), &[("whom", "Pip"), on, ("text", "Adalindsaid")]),
            (format!("{case}/line/decision"), &[("text", "Stepfrobnicate"), ("reason", "Nettlesomewhy")]),
            (
                format!("{case}/line/parents"),
                &[("told", "yes"), ("whom", "Parentwhomp"), on, ("text", "Parenttextzing")],
            ),
            (
                format!("{case}/line/referral"),
                &[
                    ("to", "police"),
                    ("whom", "Policeclonk"),
                    on,
                    ("reference", "Referencezazz"),
                    ("reason", "Referwhybloop"),
                ],
            ),
            (
                format!("{case}/line/search"),
                &[
                    ("device", "Deviceplonk"),
                    ("by", "dora"),
                    ("beside", "hedy"),
                    on,
                    ("found", "Foundwibble"),
                    ("deleted", "Deletedsplat"),
                    ("reason", "Searchwhyzip"),
                ],
            ),
            (format!("{case}/line/outcome"), &[("text", "Outcometwang"), ("reason", "Outcomewhyblip")]),
            (format!("{case}/link"), &[("to", &other)]),
            (format!("/concerns/{other}"), &[("do", "note"), ("text", "Linkfizzle")]),
            (format!("{case}/line/referral"), &[("to", "none"), ("reason", "Nobodygloop")]),
            (format!("{case}/action"), &[("text", "Ringgormless"), ("owner", &owner), ("due", "2999-01-01")]),
            (format!("{case}/export"), &[("to", "Oakmerefile"), ("reason", "Becausemugwump")]),
            (format!("/chronology/{person}/export"), &[("to", "Chroniclefor"), ("reason", "Chroniclewhy")]),
            (case.clone(), &[("do", "take-up")]),
        ];
        for (path, fields) in steps {
            does(dora, &path, fields).await;
        }
        dora.get(&format!("{case}/files")).await;
        add(dora, &case, "Filegrumble.txt", b"Contentsnark").await;
        let page = dora.get(&case).await;
        let file = id_after(&link(&page, &case), &format!("{case}/files/")).to_owned();
        let action = id_after(&page.body, &format!("href=\"{case}/action/")).to_owned();
        let export = id_after(&page.body, &format!("href=\"{case}/receipt/")).to_owned();
        does(dora, &format!("{case}/action/{action}"), &[("text", "Outcomebrouhaha")]).await;
        does(dora, &format!("{case}/receipt/{export}"), &[("said", "came"), ("by", "Receiptgnarl"), on]).await;
        CaseInConfidence { id, other, action, export, file, person }
    }

    pub async fn is_closed(&self, dora: &mut Browser) {
        does(dora, &format!("/concerns/{}", self.id), &[("do", "close"), ("text", "Closedflummox")]).await;
    }

    /// The identifiers that nobody else knows.
    pub fn ids(&self) -> [&str; 5] {
        [&self.id, &self.other, &self.action, &self.export, &self.file]
    }

    /// A route below a report or a person's reports, with this case in its blanks.
    pub fn address(&self, route: &str) -> String {
        let fill = |part| match part {
            "{id}" => &self.id,
            "{other}" => &self.other,
            "{action}" => &self.action,
            "{export}" => &self.export,
            "{file}" => &self.file,
            "{person}" => &self.person,
            "{kind}" => "decision",
            part => {
                assert!(!part.starts_with('{'), "say what of a report stands in the {part} of {route}");
                part
            }
        };
        route.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}

async fn does(dora: &mut Browser, path: &str, fields: &[(&str, &str)]) {
    let page = dora.post(path, fields).await;
    assert!([StatusCode::SEE_OTHER, StatusCode::OK].contains(&page.status), "{path}: {} {}", page.status, page.body);
}
