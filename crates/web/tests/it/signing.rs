//! Reading and signing, for oneself and for a child; declining; countersigning; the receipt.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::desk::SmallSchool;

#[tokio::test]
async fn the_text_is_safe_filled_and_has_its_contents() {
    let school = SmallSchool::open().await;
    let page = school.signed_in("pip").await.get("/sign/use").await;
    assert!(page.has("&lt;script&gt;alert(1)") && !page.has("<script"), "{}", page.body);
    assert!(
        page.has("Ask Dora &lt;Honeystone&gt; about it") && page.has("the web opens at Larkfield School"),
        "{}",
        page.body
    );
    assert!(page.has("id=\"clause-games\"") && page.has("href=\"#clause-closed\""));
    assert!(!page.has("[block]") && page.has("Your full name") && page.has("I can’t agree"));
}

#[tokio::test]
async fn a_form_sent_empty_comes_back_with_both_things_to_put_right() {
    let school = SmallSchool::open().await;
    let mut browser = school.signed_in("pip").await;
    let page = browser.get("/sign/use").await;
    let (version, hash) = (page.value("version"), page.value("text_hash"));
    let fields = [("version", version.as_str()), ("text_hash", hash.as_str()), ("printed_name", "Pip Fernhaven")];
    let page = browser.post("/sign/use", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("href=\"#read\"") && page.has("id=\"read-error\""));
    assert_eq!(page.value("printed_name"), "Pip Fernhaven", "what was typed is kept");
    let page = browser.post("/sign/use", &fields[..2]).await;
    assert!(page.has("href=\"#printed_name\"") && page.has("href=\"#read\""));
}

#[tokio::test]
async fn a_pupil_and_a_parent_sign_and_the_receipt_verifies() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let home = pip.get("/").await;
    assert!(home.has("href=\"/sign/use\""), "{}", home.body);
    let page = pip.sign_policy("", "Pip Fernhaven").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let signed = pip.get(page.location()).await;
    let fingerprint = school.school.receipt_fingerprint();
    assert!(signed.has("You have agreed to") && signed.has("Pip Fernhaven") && signed.has(&fingerprint));
    assert!(school.browser().get("/help").await.has(&fingerprint), "whoever was handed a receipt can look it up");
    let receipt = pip.get(&page.location().replace("/signed", "/receipt")).await;
    assert!(receipt.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let verified = actions::verify_receipt(receipt.body.as_bytes(), &fingerprint).expect("the receipt holds");
    assert_eq!(verified.content.printed_name, "Pip Fernhaven");

    let mut pat = school.signed_in("pat").await;
    let home = pat.get("/").await;
    let child = school.school.actor_named(&actions::Actor::operator(), "pip").await.unwrap().person();
    assert!(home.has(&format!("/sign/use?for={child}")), "{}", home.body);
    let page = pat.sign_policy(&format!("?for={child}"), "Pat Fernhaven").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    let mine = pat.get("/agreements").await;
    assert!(mine.has("For Pip Fernhaven") && mine.has("In force"), "{}", mine.body);
}

#[tokio::test]
async fn nobody_signs_for_another_childs_parent_or_reads_anothers_agreement() {
    let school = SmallSchool::open().await;
    let child = school.school.actor_named(&actions::Actor::operator(), "pip").await.unwrap().person();
    let mut tess = school.signed_in("tess").await;
    assert_eq!(tess.get(&format!("/sign/use?for={child}")).await.status, StatusCode::NOT_FOUND);
    let mut pip = school.signed_in("pip").await;
    let receipt = pip.sign_policy("", "Pip Fernhaven").await.location().replace("/signed", "/receipt");
    assert_eq!(tess.get(&receipt).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_has_signed_already_is_told_what_is_still_missing_and_whom_to_turn_to() {
    let school = SmallSchool::open().await;
    let nobody = school.browser().get("/signed-already?reference=3f9a-07bc").await;
    assert!(
        nobody.has("/sign-in?next=%2Fsigned-already%3Freference%3D3f9a-07bc") && nobody.has("3f9a-07bc"),
        "{}",
        nobody.body
    );
    assert!(nobody.has("IT staff") && !nobody.has("opens sites"), "{}", nobody.body);

    let mut pip = school.signed_in("pip").await;
    let owed = pip.get("/signed-already").await;
    assert!(owed.has("You must still do this") && owed.has("href=\"/sign/use\""), "{}", owed.body);
    pip.sign_policy("", "Pip Fernhaven").await;
    let waiting = pip.get("/signed-already").await;
    assert!(waiting.has("Waiting for your parent") && !waiting.has("You must still do this"), "{}", waiting.body);

    let mut tess = school.signed_in("tess").await;
    tess.sign_policy("", "Tess Kettlewind").await;
    let to_accept = tess.get("/signed-already").await;
    assert!(to_accept.has("still to accept the signature: the school office"), "{}", to_accept.body);
    let mut olga = school.signed_in("olga").await;
    let list = olga.get("/countersign").await;
    let path = list.body.split("href=\"").find(|rest| rest.starts_with("/countersign/")).expect("a link to accept it");
    let path = path.split('"').next().unwrap_or_default().to_owned();
    olga.post(&path, &[("printed_name", "Olga Thimblegate")]).await;
    let nothing = tess.get("/signed-already").await;
    assert!(nothing.has("You have nothing left to sign"), "{}", nothing.body);
}

#[tokio::test]
async fn saying_why_not_goes_to_the_owner_who_answers() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let page = pip.get("/sign/use/decline").await;
    let version = page.value("version");
    let page = pip.post("/sign/use/decline", &[("version", &version)]).await;
    assert!(page.has("href=\"#reason\""), "{}", page.body);
    let fields = [("version", version.as_str()), ("reason", "Games teach me chess.")];
    let page = pip.post("/sign/use/decline", &fields).await;
    assert!(page.has("We’ve sent it to the headteacher"), "{}", page.body);

    let mut hedy = school.signed_in("hedy").await;
    let list = hedy.get("/declines").await;
    let path = list.body.split("href=\"").find(|rest| rest.starts_with("/declines/")).expect("a link to the reason");
    let path = path.split('"').next().unwrap().to_owned();
    assert!(hedy.get(&path).await.has("Games teach me chess."));
    assert_eq!(hedy.post(&path, &[("answer", "Chess is open.")]).await.location(), "/declines");
    assert!(pip.get(&path).await.has("Chess is open."));
    assert_eq!(school.signed_in("tess").await.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_signature_that_the_school_must_accept_waits_for_the_role_named() {
    let school = SmallSchool::open().await;
    let mut tess = school.signed_in("tess").await;
    let signed = tess.sign_policy("", "Tess Kettlewind").await;
    assert!(tess.get(signed.location()).await.has("the school office"));
    let id = signed.location().split('/').nth(2).unwrap().to_owned();
    let mut olga = school.signed_in("olga").await;
    assert!(olga.get("/countersign").await.has("Tess Kettlewind"));
    let path = format!("/countersign/{id}");
    assert!(olga.post(&path, &[]).await.has("href=\"#printed_name\""));
    let page = olga.post(&path, &[("printed_name", "Olga Thimblegate")]).await;
    assert_eq!(page.location(), format!("/agreements/{id}"));
    assert!(tess.get(&format!("/agreements/{id}")).await.has("Olga Thimblegate"));
}

#[tokio::test]
async fn a_list_is_sorted_by_its_columns_either_way() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    pip.sign_policy("", "Pip Fernhaven").await;
    let page = pip.get("/agreements?sort=signed").await;
    assert!(page.has("aria-sort=\"ascending\"") && page.has("/agreements?sort=-signed"), "{}", page.body);
    assert!(pip.get("/agreements?sort=-signed").await.has("aria-sort=\"descending\""));
    assert_eq!(pip.get("/agreements?sort=nothing").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_child_whose_parent_has_not_signed_is_told_the_same_everywhere_and_asks_again_once_a_day() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    assert!(!pip.get("/").await.has("Waiting for your parent"), "their own signature comes first");
    let page = pip.sign_policy("", "Pip Fernhaven").await;
    let sentence =
        "Your parent has to sign too. We asked them on 12 May 2026. They see it when they sign in at the desk.";
    for place in [page.location(), "/", "/agreements", "/you", "/sign/use"] {
        let page = pip.get(place).await;
        assert!(page.has(sentence), "{place}: {}", page.body);
        assert!(!page.has("Ask again"), "they were asked today: {place}");
    }
    let directory = school.feed.borrow().directory.clone();
    let (_, member) = directory.by_username("pip").expect("the gate knows them");
    let told = member.standing.unsigned[0].parents.expect("the gate is told");
    assert_eq!(told.sentence(school.school.time_zone()), sentence);
    let today = pip.post("/ask-parent-again/use", &[]).await;
    assert_eq!(today.status, StatusCode::CONFLICT, "{}", today.body);

    school.wait(SignedDuration::from_hours(24));
    let mut pip = school.signed_in("pip").await;
    let home = pip.get("/").await;
    assert!(home.has("Ask again") && home.has("12 May 2026"), "{}", home.body);
    assert_eq!(pip.post("/ask-parent-again/use", &[]).await.status, StatusCode::SEE_OTHER);
    let home = pip.get("/").await;
    assert!(home.has("We asked them on 13 May 2026") && !home.has("Ask again"), "{}", home.body);
    let parent = school.signed_in("pat").await.get("/").await;
    assert!(parent.has("Pip Fernhaven asked you again on 13 May 2026."), "{}", parent.body);
    let other = school.signed_in("tess").await.post("/ask-parent-again/use", &[]).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "nobody else’s signature waits for a parent");
}

#[tokio::test]
async fn a_child_without_a_parent_on_record_is_sent_to_the_office_and_not_told_of_somebody_who_was_asked() {
    let school = SmallSchool::open().await;
    let pat = school.school.actor_named(&actions::Actor::operator(), "pat").await.expect("a parent").person();
    let mut pip = school.signed_in("pip").await;
    pip.sign_policy("", "Pip Fernhaven").await;
    let hedy = school.school.actor_named(&actions::Actor::operator(), "hedy").await.expect("the headteacher");
    school.school.mark_leaver(&hedy, actions::MarkLeaver { person: pat }).await.expect("the parent leaves");
    let home = pip.get("/").await;
    assert!(home.has("no parent on record for you. Tell the school office."), "{}", home.body);
    assert!(!home.has("We asked them") && !home.has("Ask again"), "{}", home.body);
    assert_eq!(school.school.out_of_step().await.unwrap(), None, "the gate was told too");
    assert_eq!(pip.post("/ask-parent-again/use", &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_name_that_is_another_than_the_one_on_record_is_asked_about_once() {
    let school = SmallSchool::open().await;
    let mut pip = school.signed_in("pip").await;
    let page = pip.sign_policy("", "Mickey Mouse").await;
    assert!(page.status != StatusCode::SEE_OTHER && page.has("Pip Fernhaven"), "{}", page.body);
    assert_eq!(page.value("name_confirmed"), "Mickey Mouse");
    let (version, hash) = (page.value("version"), page.value("text_hash"));
    let fields = |confirmed: &'static str| {
        [
            ("version", version.clone()),
            ("text_hash", hash.clone()),
            ("printed_name", "Mickey Mouse".to_owned()),
            ("name_confirmed", confirmed.to_owned()),
            ("read", "yes".to_owned()),
        ]
    };
    let mut send = async |confirmed| {
        let fields = fields(confirmed);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pip.post_checked("/sign/use", &fields).await.status
    };
    assert_ne!(send("Donald Duck").await, StatusCode::SEE_OTHER, "what was confirmed is another name");
    assert_eq!(send("Mickey Mouse").await, StatusCode::SEE_OTHER);
}
