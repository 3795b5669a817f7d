//! For whom a permission may be asked, and what it may be asked to open.

use domain::{Audience, Category, CategorySet, GrantScope, Group, Particulars, Person, PersonId, Recipient};
use policy::rules::asking::{Wants, WrongRecipient, WrongScope, recipient, scope};
use policy::rules::deciding::hand_to;
use policy::rules::grant_times::lesson_classes;
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
fn an_ending_that_many_sites_share_is_no_site() {
    let site = |typed: &str| scope_of("opens = \"site\"", Wants::Site(typed.to_owned()), &[]);
    for shared in ["co.uk", "https://sch.uk/", "github.io"] {
        assert_eq!(site(shared), Err(WrongScope::SharedEnding { typed: shared.to_owned() }));
    }
    for one in ["chatterbox.co.uk", "somebody.github.io", "example.com", "shop.example", "192.0.2.7"] {
        assert!(site(one).is_ok(), "{one}");
    }
}

#[test]
fn what_is_no_site_is_asked_for_in_words_that_are_not_empty() {
    let fields = "opens = \"device\"";
    let words = |text: &str| scope_of(fields, Wants::Words(text.to_owned()), &[]);
    assert_eq!(words(" a laptop "), Ok(GrantScope::Words("a laptop".to_owned())));
    assert_eq!(words("  "), Err(WrongScope::Missing));
}

#[test]
fn a_request_is_handed_on_to_the_other_roles_that_the_clause_names() {
    let handed = |decides: &str, now: Option<&str>| {
        let rule = format!(
            "[permission]\nid = \"one\"\ntitle = \"One\"\nasks = [\"staff\"]\nto = \"self\"\nopens = \"site\"\ndecides = [{decides}]"
        );
        let document = crate::read(&crate::policy_of("one", "\"staff\"", &[rule]));
        let (_, permission) = document.permission("one").expect("the permission");
        let roles = hand_to(Some(permission), now.map(crate::role));
        roles.iter().map(|role| role.name().to_owned()).collect::<Vec<_>>()
    };
    let both = "\"it-staff\", \"headteacher\"";
    assert_eq!(handed(both, None), ["it-staff", "headteacher"]);
    assert_eq!(handed(both, Some("it-staff")), ["headteacher"]);
    assert_eq!(handed(both, Some("dsl")), [""; 0], "it was handed to a role that the clause names no longer");
    assert_eq!(handed("\"it-staff\"", None), [""; 0], "there is nobody else");
    assert_eq!(hand_to(None, None), []);
}

#[test]
fn a_grant_ends_with_the_lesson_of_whom_it_is_for_or_of_those_whom_the_asker_teaches() {
    let group = |name: &str| Group(name.to_owned());
    let teacher = Person {
        particulars: Particulars { teaches: vec![group("9B")], ..Particulars::default() },
        ..crate::consents::person(1, Audience::Staff)
    };
    let pupil = Person { groups: vec![group("9C")], ..crate::consents::person(2, Audience::Pupil) };
    let people = [teacher, pupil];
    let classes =
        |recipient: Recipient| lesson_classes(&recipient, person(1), |id| people.iter().find(|person| person.id == id));
    assert_eq!(classes(Recipient::Group(group("8A"))), [group("8A"), group("9B")]);
    assert_eq!(classes(Recipient::Person(person(2))), [group("9C"), group("9B")]);
    assert_eq!(classes(Recipient::Everyone), [group("9B")]);
}
