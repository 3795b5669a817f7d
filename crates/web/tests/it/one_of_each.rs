//! A school in which there is one of everything that has an address, and the address of each.

use std::collections::BTreeMap;

use actions::{
    Actor, AddFile, Ask, Decide, Decline, MarkLeaver, RequestAnswer, Subject, UploadDraft, ViewActivity, Wants,
    WithdrawAccess,
};
use axum::http::StatusCode;
use domain::{FileOf, Group, PolicyId, Recipient, RequestId, Version};
use jiff::SignedDuration;

use crate::confidential_case::CaseInConfidence;
use crate::desk::{Browser, SmallSchool};
use crate::whole_school;

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

pub struct OneOfEach {
    pub school: SmallSchool,
    case: CaseInConfidence,
    /// A report of a data breach, of something that a register lists.
    breach: String,
    /// A report of a site.
    of_site: String,
    /// The beginning of a route, as far as its last blank, with what stands there.
    addresses: Vec<(&'static str, String)>,
}

impl OneOfEach {
    pub async fn open() -> OneOfEach {
        let school = whole_school::open().await;
        school.import("username,name,audience\nzed,Zed Oxlip,pupil\nlena,Lena Oxlip,pupil\n").await;
        school.install("each.md", include_str!("one-of-each.md")).await;
        let (mut pip, mut dora) = (school.signed_in("pip").await, school.signed_in("dora").await);
        let case = CaseInConfidence::happens(&school, &mut pip, &mut dora).await;
        let mut addresses = of_policies();
        addresses.extend(of_registers(&school).await);
        addresses.extend(of_requests(&school).await);
        addresses.extend(of_people(&school).await);
        let worry = pip.get("/worry").await.value("report");
        addresses.push(("/worry/{form}", format!("/worry/{worry}")));
        let nothing_lost = [("lost", "no"), ("label", "")];
        let breach = reported(&school, "Personal data may be lost", &nothing_lost, &case.ids()).await;
        let known = [&case.ids()[..], &[&breach]].concat();
        let of_site = reported(&school, "A bad site", &[("field.address", "www.bad.example")], &known).await;
        addresses.push(("/closed-sites/{id}", closed_site(&mut dora, &of_site).await));
        addresses.sort_by_key(|(route, _)| std::cmp::Reverse(route.len()));
        OneOfEach { school, case, breach, of_site, addresses }
    }

    /// A route with what there is in its blanks.
    pub fn address(&self, route: &str) -> String {
        if let Some(rest) =
            ["known-since", "regulator", "lost"].iter().find(|rest| route.ends_with(&format!("/{{id}}/{rest}")))
        {
            return format!("/concerns/{}/{rest}", self.breach);
        }
        if route == "/concerns/{id}/site" {
            return format!("/concerns/{}/site", self.of_site);
        }
        if ["/concerns/", "/chronology/", "/my-reports/"].iter().any(|below| route.starts_with(below)) {
            return self.case.address(route);
        }
        let known = self.addresses.iter().find_map(|(begins, address)| Some((address, route.strip_prefix(begins)?)));
        let path = known.map_or_else(|| route.to_owned(), |(address, rest)| format!("{address}{rest}"));
        assert!(!path.contains('{'), "say what stands in the blanks of {route}");
        path
    }
}

async fn named(school: &SmallSchool, username: &str) -> Actor {
    school.school.actor_named(&Actor::operator(), username).await.expect("somebody is called so")
}

fn policy(name: &str) -> PolicyId {
    PolicyId(name.to_owned())
}

fn of_policies() -> Vec<(&'static str, String)> {
    let same = [
        ("/ask/{policy}/{permission}", "/ask/use/open-site"),
        ("/ask-parent-again/{policy}", "/ask-parent-again/use"),
        ("/consents/{policy}/{consent}", "/consents/each/album"),
        ("/in-touch/{whom}", "/in-touch/pupil"),
        ("/policies/{id}", "/policies/use"),
        ("/policies/{id}/v/{version}", "/policies/use/v/1"),
        ("/registers/{policy}/{register}", "/registers/each/laptops"),
        ("/reports/reminders/{policy}", "/reports/reminders/use"),
        ("/reports/unsigned/{policy}", "/reports/unsigned/use"),
        ("/sign/{policy}", "/sign/use"),
        ("/mistake", "/mistake?site=reddit.com&policy=use&clause=games"),
        ("/roles/edit", "/roles/edit?name=teacher"),
        ("/signed-already", "/signed-already?reference=3f9a-07bc"),
        ("/gate/why", "/gate/why?site=reddit.com&as=pupil"),
        ("/gate/reference", "/gate/reference?reference=3f9a-07bc"),
        // An invitation is for anyone who has it: this one is nobody's.
        ("/welcome/{token}", "/welcome/no-such-token"),
    ];
    same.map(|(route, address)| (route, address.to_owned())).to_vec()
}

async fn of_registers(school: &SmallSchool) -> Vec<(&'static str, String)> {
    let mut ivo = school.signed_in("ivo").await;
    let enter = "/registers/each/laptops/enter";
    let form = ivo.get(enter).await.value("form");
    let fields = [("form", form.as_str()), ("field.laptop", "Laptop 12"), ("field.holder", "tess"), ("field.back", "")];
    let entry = ivo.post(enter, &fields).await.location().to_owned();
    assert!(entry.starts_with("/entries/"), "{entry}");
    vec![("/entries/{id}", entry)]
}

async fn of_requests(school: &SmallSchool) -> Vec<(&'static str, String)> {
    let desk = &school.school;
    let (tess, ivo) = (named(school, "tess").await, named(school, "ivo").await);
    let site = |site: &str| Ask {
        policy: policy("use"),
        permission: "open-site".to_owned(),
        recipient: Recipient::Group(Group("9B".to_owned())),
        wants: Wants::Site(format!("https://{site}")),
        reason: "We look at openings.".to_owned(),
        from: None,
        until: Some(desk.now() + SignedDuration::from_hours(2)),
        answers: BTreeMap::from([("lesson".to_owned(), "Chess".to_owned())]),
        id: None,
    };
    let given = desk.ask(&tess, site("reddit.com")).await.expect("it is asked").id;
    let yes = Decide { request: given, answer: RequestAnswer::Approve { until: None, seen: Vec::new() } };
    let grant = desk.decide(&ivo, yes).await.expect("it is given").grant.expect("a grant").id;
    let waiting: RequestId = desk.ask(&tess, site("chess.example")).await.expect("it is asked").id;
    let show = Ask {
        policy: policy("each"),
        permission: "show".to_owned(),
        recipient: Recipient::Person(tess.person()),
        wants: Wants::Words("the choir".to_owned()),
        until: None,
        answers: BTreeMap::new(),
        ..site("reddit.com")
    };
    let pictured = desk.ask(&tess, show).await.expect("it is asked").id;
    let picture = AddFile { of: FileOf::Request(pictured), name: "choir.png".to_owned(), content: PICTURE.to_vec() };
    desk.add_file(&tess, picture).await.expect("it is a picture");
    let shown = desk.request(&tess, pictured).await.expect("it is hers").pictures.expect("it takes pictures");
    vec![
        ("/grants/{id}", format!("/grants/{grant}")),
        ("/requests/{id}", format!("/requests/{waiting}")),
        ("/decide/{id}", format!("/decide/{waiting}")),
        ("/requests/{id}/pictures", format!("/requests/{pictured}/pictures")),
        ("/requests/{id}/pictures/{file}", format!("/requests/{pictured}/pictures/{}", shown[0].id)),
    ]
}

async fn of_people(school: &SmallSchool) -> Vec<(&'static str, String)> {
    let desk = &school.school;
    let zed = named(school, "zed").await.person();
    let withdraw = WithdrawAccess {
        person: zed,
        policy: policy("each"),
        clause: "losing-access".to_owned(),
        reason: "A proxy was used.".to_owned(),
        until: None,
    };
    let left = MarkLeaver { person: named(school, "lena").await.person() };
    desk.mark_leaver(&named(school, "olga").await, left.clone()).await.expect("she is here");
    let sanction = desk.withdraw_access(&named(school, "hedy").await, withdraw).await.expect("she may").id;
    let looking = ViewActivity {
        subject: Subject::Person(zed),
        policy: policy("use"),
        clause: "look".to_owned(),
        purpose: "safeguarding: A worry was reported.".to_owned(),
        from: desk.now() - SignedDuration::from_hours(1),
        to: desk.now(),
        tell_later: None,
    };
    let viewing = desk.view_activity(&named(school, "dora").await, looking).await.expect("the clause lets her").id;
    let reason = "I want to talk about it.".to_owned();
    let decline = Decline { policy: policy("use"), version: Version(1), for_child: None, reason };
    desk.decline(&named(school, "ivo").await, decline).await.expect("he may decline");
    let declines = desk.declines(&named(school, "hedy").await, actions::ListQuery::default()).await;
    let decline = declines.expect("she answers them").rows.remove(0).id;
    let text = include_str!("policy.md").replace("Games are closed", "All games are closed");
    let draft = UploadDraft { file_name: "use.md".to_owned(), text, minor: false, summary: "Clearer.".to_owned() };
    let draft = desk.upload_draft(&Actor::operator(), draft).await.expect("a draft").id;
    let text = include_str!("one-of-each.md").replace("Write to pupils", "You write to pupils");
    let approved = UploadDraft { file_name: "each.md".to_owned(), text, minor: false, summary: "Clearer.".to_owned() };
    let approved = desk.upload_draft(&Actor::operator(), approved).await.expect("a draft").id;
    let mut gwen = school.signed_in("gwen").await;
    let hash = gwen.get(&format!("/drafts/{approved}")).await.value("text_hash");
    let fields = [("text_hash", hash.as_str()), ("role", "governors")];
    let done = gwen.post(&format!("/drafts/{approved}/approve"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let mut tess = school.signed_in("tess").await;
    let signed = tess.sign_policy("", "Tess Kettlewind").await;
    let agreement = signed.location().split('/').nth(2).unwrap_or_else(|| panic!("{}", signed.body)).to_owned();
    vec![
        ("/people/{id}", format!("/people/{zed}")),
        ("/people/{id}/withdraw", format!("/people/{}/withdraw", named(school, "paz").await.person())),
        ("/people/{id}/return", format!("/people/{}/return", left.person)),
        ("/people/{id}/restore/{sanction}", format!("/people/{zed}/restore/{sanction}")),
        ("/reports/activity/{id}", format!("/reports/activity/{viewing}")),
        ("/declines/{id}", format!("/declines/{decline}")),
        ("/drafts/{id}", format!("/drafts/{draft}")),
        ("/drafts/{id}/publish", format!("/drafts/{approved}/publish")),
        ("/agreements/{id}", format!("/agreements/{agreement}")),
        ("/countersign/{id}", format!("/countersign/{agreement}")),
    ]
}

/// Has Tess report something to Dora. Hands back the report's identifier, which is none of these.
async fn reported(school: &SmallSchool, title: &str, fields: &[(&str, &str)], known: &[&str]) -> String {
    let mut tess = school.signed_in("tess").await;
    let form = crate::worry::form_of(&mut tess, title).await;
    let (report, key) = (form.value("report"), form.value("key"));
    let own = [("report", report.as_str()), ("key", &key), ("told", "It is gone"), ("about", "no"), ("do", "send")];
    let sent = tess.post("/worry", &[&own, fields].concat()).await;
    assert!(sent.has("Your code"), "{}", sent.body);
    let list = school.signed_in("dora").await.get("/concerns").await;
    let ids = list.body.split("href=\"/concerns/").skip(1).filter_map(|rest| rest.split('"').next());
    ids.filter(|id| id.len() == 32).find(|id| !known.contains(id)).expect("another report").to_owned()
}

/// Has Dora close the site that a report is of, and hands back its place in the list.
async fn closed_site(dora: &mut Browser, case: &str) -> String {
    let done = dora.post(&format!("/concerns/{case}/site"), &[("do", "close"), ("text", "It is violent")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let list = dora.get("/closed-sites").await;
    let one = list.body.split("href=\"/closed-sites/").nth(1).and_then(|rest| rest.split('"').next());
    format!("/closed-sites/{}", one.expect("a site"))
}
