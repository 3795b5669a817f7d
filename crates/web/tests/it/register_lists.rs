//! Lists and registers: one that is entered from a file or a field, past what is wrong; and what there is to see to, as a list.

use actions::{Actor, InstallPolicy, MarkLeaver};
use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::desk::SmallSchool;
use crate::people::send_files;
use crate::registers::{LENDING, LOANS, lend};
use crate::routes::check_html;

async fn school() -> SmallSchool {
    let school = SmallSchool::open().await;
    let policy = InstallPolicy { file_name: "lending.md".to_owned(), text: LENDING.to_owned() };
    school.school.install_policy(&Actor::operator(), policy).await.expect("the policy is installed");
    school
}

#[tokio::test]
async fn a_list_is_put_right_on_its_page_and_entered_after_it_was_shown() {
    let school = school().await;
    let mut ivo = school.signed_in("ivo").await;
    let import = format!("{LOANS}/import");
    assert!(ivo.get(LOANS).await.has(&format!("href=\"{import}\"")));
    let form = ivo.get(&import).await;
    check_html(&import, &form.body);
    assert!(form.has("Item,Holder,Back") && form.has("500 entries at once"), "{}", form.body);
    let empty = send_files(&mut ivo, &import, &[("list", " \n")], &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);

    ivo.get(&import).await;
    let wrong = "Item,Holder,Back\r\nLaptop 12,Nobody Known,\r\n\"Laptop <13>\",tess,soon\r\n";
    let page = send_files(&mut ivo, &import, &[("list", "")], &[("files", "loans.csv", wrong)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    for words in ["There is nobody with the username ‘Nobody Known’", "‘Back’ must be a date", "all or nothing"]
    {
        assert!(page.has(words), "{words}: {}", page.body);
    }
    assert!(page.has("Laptop &#60;13&#62;"), "the list stands in the field, to be put right there: {}", page.body);
    assert!(!page.has("import/enter"), "{}", page.body);

    let right = "Item,Holder,Back\r\nLaptop 12,Olga Thimblegate,\r\n\"Laptop <13>\",tess,\r\n";
    let plan = send_files(&mut ivo, &import, &[("list", right)], &[]).await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.body);
    check_html(&import, &plan.body);
    assert!(plan.has("Enter 2 entries") && plan.has("Tess Kettlewind"), "{}", plan.body);
    assert!(!ivo.get(LOANS).await.has("Laptop 12"), "nothing is entered before it is said so");
    ivo.csrf = plan.value("csrf");
    let hidden = plan.hidden();
    let fields: Vec<(&str, &str)> = hidden
        .iter()
        .filter(|(name, _)| ["form", "name", "body"].contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for _ in 0..2 {
        let done = send_files(&mut ivo, &format!("{import}/enter"), &fields, &[]).await;
        assert!(done.status == StatusCode::OK && done.has("The list is entered"), "{}", done.body);
        check_html(&import, &done.body);
    }
    let list = ivo.get(LOANS).await;
    assert_eq!(list.body.matches("Laptop 12</td>").count(), 1, "sent twice, it is entered once: {}", list.body);
    let nothing = send_files(&mut ivo, &format!("{import}/enter"), &[], &[]).await;
    assert!(
        nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.has("was not sent along"),
        "{}",
        nothing.body
    );
}

#[tokio::test]
async fn a_register_taken_out_whole_is_read_back_as_it_is() {
    let school = school().await;
    let mut ivo = school.signed_in("ivo").await;
    for number in 0..27 {
        lend(&mut ivo, &format!("=Laptop, \"{number}\""), if number % 2 == 0 { "tess" } else { "olga" }).await;
    }
    let taken = ivo.get(&format!("{LOANS}?format=csv")).await.body;
    assert_eq!(taken.lines().count(), 28, "all of it, whatever the page: {taken}");
    let import = format!("{LOANS}/import");
    ivo.get(&import).await;
    let plan = send_files(&mut ivo, &import, &[], &[("files", "loans.csv", &taken)]).await;
    assert_eq!(plan.status, StatusCode::OK, "{}", plan.body);
    assert!(plan.has("Enter 27 entries") && plan.has("=Laptop, &#34;26&#34;"), "{}", plan.body);
}

#[tokio::test]
async fn only_those_who_write_in_a_register_enter_a_list() {
    let school = school().await;
    let import = format!("{LOANS}/import");
    for username in ["tess", "pip", "hedy"] {
        let mut browser = school.signed_in(username).await;
        assert!(!browser.get(LOANS).await.has("/import"), "{username}");
        assert_eq!(browser.get(&import).await.status, StatusCode::FORBIDDEN, "{username}");
        browser.get("/you").await;
        let sent = send_files(&mut browser, &import, &[("list", "Item,Holder\nLaptop,tess\n")], &[]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{username}");
    }
}

#[tokio::test]
async fn many_entries_to_see_to_have_one_line_on_home_and_a_page_that_lists_them() {
    let school = school().await;
    let mut ivo = school.signed_in("ivo").await;
    for number in 0..11 {
        lend(&mut ivo, &format!("Laptop {number}"), "tess").await;
    }
    let named = async |username: &str| {
        school.school.actor_named(&Actor::operator(), username).await.expect("somebody is called so")
    };
    let (dina, person) = (named("dina").await, named("tess").await.person());
    school.school.mark_leaver(&dina, MarkLeaver { person }).await.expect("she is here");
    let (home, to_do) = (ivo.get("/").await, format!("{LOANS}/to-do"));
    assert!(home.has("See to 11 entries in ‘What is lent to staff’"), "{}", home.body);
    assert!(home.has(&format!("href=\"{to_do}\"")) && !home.has("Take back ‘Laptop 7’</a>"), "{}", home.body);
    let page = ivo.get(&to_do).await;
    check_html(&to_do, &page.body);
    assert!(page.has("Take back ‘Laptop 7’") && page.has("Tess Kettlewind has left."), "{}", page.body);
    let mut olga = school.signed_in("olga").await;
    assert_eq!(olga.get(&to_do).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn two_presses_on_i_have_seen_this_note_it_once() {
    let school = school().await;
    let mut ivo = school.signed_in("ivo").await;
    let entry = lend(&mut ivo, "Laptop 12", "tess").await;
    for (form, seen) in [(1, 1), (2, 2)] {
        let after = ivo.get(&entry).await.value("after");
        for _ in 0..2 {
            ivo.post(&entry, &[("do", "see"), ("after", &after)]).await;
            school.wait(SignedDuration::from_secs(1));
        }
        let page = ivo.get(&entry).await;
        assert_eq!(page.body.matches("saw it").count(), seen, "form {form}: {}", page.body);
    }
}
