//! For whom a permission may be asked, and what it may be asked to open.

use domain::{Audience, Category, CategorySet, GrantScope, Group, PersonId, Recipient};
use policy::rules::asking::{Wants, WrongRecipient, WrongScope, recipient, scope};
use policy::{Document, kinds::Permission};

fn asked_of<T>(fields: &str, ask: impl FnOnce(&Permission) -> T) -> T {
    let rule = format!(
        "[permission]\nid = \"one\"\ntitle = \"One\"\nasks = [\"staff\"]\ndecides = [\"it-staff\"]\nlongest = \"end of term\"\n{fields}"
    );
    let document: Document = crate::read(&crate::policy_of("one", "\"staff\"", &[rule]));
    let (_, permission) = document.permission("one").expect("the permission");
    ask(permission)
}

fn person(number: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(number))
}

fn recipient_of(to: &str, asked: Recipient) -> Result<Recipient, WrongRecipient> {
    let groups = [Group("9B".to_owned())];
    let fields = format!("opens = \"site\"\nto = \"{to}\"");
    asked_of(&fields, |permission| {
        recipient(permission, person(1), &groups, asked, |other| (other == person(2)).then_some(Audience::Pupil))
    })
}

fn scope_of(fields: &str, wants: Wants, categories: &[Category]) -> Result<GrantScope, WrongScope> {
    let categories: CategorySet = categories.iter().copied().collect();
    asked_of(&format!("to = \"self\"\n{fields}"), |permission| scope(permission, wants, |_| categories))
}

#[test]
fn what_is_for_oneself_is_given_to_nobody_else() {
    assert!(recipient_of("self", Recipient::Person(person(1))).is_ok());
    assert!(recipient_of("self", Recipient::Person(person(2))).is_err());
    assert!(recipient_of("self", Recipient::Everyone).is_err());
}

#[test]
fn what_is_for_a_person_is_given_to_somebody_who_is_here() {
    assert!(recipient_of("person", Recipient::Person(person(2))).is_ok());
    assert!(recipient_of("person", Recipient::Person(person(3))).is_err());
}

#[test]
fn what_is_for_a_group_is_given_to_ones_own() {
    assert!(recipient_of("group", Recipient::Group(Group("9B".to_owned()))).is_ok());
    let other = recipient_of("group", Recipient::Group(Group("9C".to_owned())));
    assert!(matches!(other, Err(WrongRecipient::NotYourGroup)));
    assert!(recipient_of("group", Recipient::Person(person(1))).is_err());
}

#[test]
fn a_category_opens_where_the_clause_names_it() {
    let fields = "opens = \"category\"\ncategories = [\"trading\"]";
    assert_eq!(scope_of(fields, Wants::Category(Category::Trading), &[]), Ok(GrantScope::Category(Category::Trading)));
    let outside = scope_of(fields, Wants::Category(Category::Gambling), &[]);
    assert!(matches!(outside, Err(WrongScope::OutsideCategories { .. })), "{outside:?}");
    assert_eq!(scope_of(fields, Wants::Site("https://shop.example".to_owned()), &[]), Err(WrongScope::Missing));
}

#[test]
fn a_sealed_category_opens_by_no_clause() {
    let sealed = scope_of("opens = \"category\"", Wants::Category(Category::Illegal), &[]);
    assert!(matches!(sealed, Err(WrongScope::OutsideCategories { .. })), "{sealed:?}");
    let sealed = scope_of("opens = \"site\"", Wants::Site("https://bad.example".to_owned()), &[Category::Illegal]);
    assert!(matches!(sealed, Err(WrongScope::Sealed { .. })), "{sealed:?}");
}

#[test]
fn a_site_opens_where_one_of_its_categories_is_named_or_it_has_none() {
    let fields = "opens = \"site\"\ncategories = [\"trading\"]";
    let site = || Wants::Site("https://shop.example".to_owned());
    assert!(scope_of(fields, site(), &[Category::Trading, Category::Gambling]).is_ok());
    assert!(scope_of(fields, site(), &[]).is_ok());
    assert!(matches!(scope_of(fields, site(), &[Category::Gambling]), Err(WrongScope::OutsideCategories { .. })));
    let words = scope_of(fields, Wants::Words("a shop".to_owned()), &[]);
    assert_eq!(words, Err(WrongScope::Missing), "a site is asked for by its address");
}

#[test]
fn what_is_no_site_is_asked_for_in_words_that_are_not_empty() {
    let fields = "opens = \"device\"";
    let words = |text: &str| scope_of(fields, Wants::Words(text.to_owned()), &[]);
    assert_eq!(words(" a laptop "), Ok(GrantScope::Words("a laptop".to_owned())));
    assert_eq!(words("  "), Err(WrongScope::Missing));
}
