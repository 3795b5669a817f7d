//! Answers once more before they count: before a signature is given, and before a request is sent.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::desk::{Browser, Page, SmallSchool};

const ASK: &str = "/ask/use/open-site";
const SIGN: &str = "/sign/use";

async fn asked(tess: &mut Browser) -> Page {
    let form = tess.get(ASK).await.value("form");
    let fields = [
        ("form", form.as_str()),
        ("wants", "https://www.reddit.com/r/chess"),
        ("recipient", "group:9B"),
        ("field.lesson", "Chess & \"logic\""),
        ("reason", "We look at openings."),
        ("until", "2026-05-12T14:30:00Z"),
    ];
    tess.post(ASK, &fields).await
}

async fn named(browser: &mut Browser, query: &str, name: &str) -> Page {
    let page = browser.get(&format!("{SIGN}{query}")).await;
    let (version, hash, child) = (page.value("version"), page.value("text_hash"), page.value("for"));
    let fields =
        [("version", version.as_str()), ("text_hash", &hash), ("for", &child), ("printed_name", name), ("read", "yes")];
    browser.post(SIGN, &fields).await
}

/// Goes back to one of the answers; hands back the address to which the desk leads.
async fn change(browser: &mut Browser, path: &str, checked: &Page, field: &str) -> String {
    let hidden = checked.hidden();
    let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain([("change", field)]).collect();
    browser.post_once(path, &fields).await.location().to_owned()
}

#[tokio::test]
async fn what_is_asked_for_is_shown_with_who_decides_and_what_opens_before_it_is_sent() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let checked = asked(&mut tess).await;
    assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);
    for shown in [
        "Check your answers",
        "Nothing has been sent yet.",
        "www.reddit.com",
        "We look at openings.",
        "IT staff or the director of IT",
        "For 9B, www.reddit.com opens until 12 May 2026, 15:30.",
        "As soon as the answer is yes",
        "A teacher may ask for a site for a class.",
    ] {
        assert!(checked.has(shown), "{shown}: {}", checked.body);
    }
    let mut ivo = school.signed_in("ivo").await;
    assert!(!ivo.get("/decide").await.has("Tess Kettlewind"), "nobody is asked yet");
    assert!(tess.get("/requests").await.has("You haven’t asked for anything yet."));

    let sent = tess.send_checked(ASK, &checked).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let request = tess.get(sent.location()).await;
    assert!(
        request.has("Chess &#38; &#34;logic&#34;") || request.has("Chess &amp; &quot;logic&quot;"),
        "{}",
        request.body
    );
    assert!(ivo.get("/decide").await.has("Tess Kettlewind"));
}

#[tokio::test]
async fn each_answer_leads_back_to_its_field_and_all_of_them_are_kept() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let checked = asked(&mut tess).await;
    for field in ["wants", "recipient", "field.lesson", "reason", "from", "until"] {
        let address = change(&mut tess, ASK, &checked, field).await;
        assert!(address.starts_with(&format!("{ASK}?kept=")) && address.ends_with(&format!("#{field}")), "{address}");
        let form = tess.get(&address).await;
        assert!(form.has(&format!("id=\"{field}\"")), "{field}: {}", form.body);
        assert!(form.has("We look at openings.") && !form.has("There is a problem"), "{}", form.body);
        assert_eq!(form.value("form"), checked.value("form"), "it is the same form still");
    }
    let odd = change(&mut tess, ASK, &checked, "a\r\nb").await;
    assert!(odd.starts_with(ASK) && !odd.contains('#'), "{odd}");
    assert!(tess.get("/requests").await.has("You haven’t asked for anything yet."));
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_form_and_never_after_the_answers_were_shown() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    tess.get(ASK).await;
    let fields = [
        ("wants", "https://www.reddit.com/r/chess"),
        ("recipient", "group:9B"),
        ("field.lesson", "Chess"),
        ("reason", "We look at openings."),
        ("until", "2026-06-30T14:30:00Z"),
    ];
    let late = tess.post(ASK, &fields).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.has("href=\"#until\"") && !late.is_check(), "{}", late.body);
}

#[tokio::test]
async fn a_signature_is_shown_with_what_it_changes_before_it_is_given_and_sent_twice_is_one() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let checked = named(&mut pip, "", "Pip Fernhaven").await;
    for shown in [
        "Check your answers before you sign",
        "You have not signed yet.",
        "Using the web, version 1",
        "Pip Fernhaven",
        "I have read it",
        "Stays closed to you until your parent signs ‘Using the web’ too",
    ] {
        assert!(checked.has(shown), "{shown}: {}", checked.body);
    }
    assert!(!pip.get("/agreements").await.has("In force"), "nothing is signed yet");
    let first = pip.send_checked(SIGN, &checked).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let again = pip.send_checked(SIGN, &checked).await;
    assert_eq!(again.location(), first.location());

    let child = school.school.actor_named(&actions::Actor::operator(), "pip").await.expect("a pupil").person();
    let mut pat = school.signed_in("pat").await;
    let checked = named(&mut pat, &format!("?for={child}"), "Pat Fernhaven").await;
    assert!(
        checked.has("Opens to Pip Fernhaven at once") && checked.has("I agree for Pip Fernhaven"),
        "{}",
        checked.body
    );
    assert_eq!(pat.send_checked(SIGN, &checked).await.status, StatusCode::SEE_OTHER);
    let directory = school.feed.borrow().directory.clone();
    let (_, member) = directory.by_username("pip").expect("the gate knows them");
    assert!(member.standing.unsigned.is_empty(), "the gate does what was said");
}

#[tokio::test]
async fn a_signature_that_must_be_accepted_says_so_and_by_whom() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let checked = named(&mut tess, "", "Tess Kettlewind").await;
    assert!(checked.has("The school office then accepts it for the school"), "{}", checked.body);
    assert!(
        checked.has("Stays closed to you until the signature under ‘Using the web’ is accepted for the school"),
        "{}",
        checked.body
    );
    let address = change(&mut tess, SIGN, &checked, "printed_name").await;
    assert!(address.ends_with("#printed_name"), "{address}");
    let form = tess.get(&address).await;
    assert_eq!(form.value("printed_name"), "Tess Kettlewind");
    assert!(form.has("checked"), "the tick is kept: {}", form.body);
}

#[tokio::test]
async fn answers_that_are_sent_after_the_session_ended_are_found_in_the_form_again() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let checked = asked(&mut tess).await;
    school.wait(SignedDuration::from_hours(13));
    let hidden = checked.hidden();
    let fields = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = fields.chain([("do", "send")]).collect();
    let sent = tess.post_once(ASK, &fields).await;
    assert!(sent.location().starts_with("/sign-in?next="), "{}", sent.location());
    let next = tess.get(sent.location()).await.value("next").replace("&#38;", "&").replace("&amp;", "&");
    tess.post_once("/sign-in", &[("username", "tess"), ("password", "tess-password-1"), ("next", &next)]).await;
    let form = tess.get(&next).await;
    assert!(form.has("We look at openings.") && form.has("nothing has been done"), "{}", form.body);
    assert!(tess.get("/requests").await.has("You haven’t asked for anything yet."));
}
