//! The starter list of this project's own making, built into the program.

use domain::{CategorySet, Host};

use crate::build_report::BuildReport;
use crate::collection::Collected;
use crate::index::Index;
use crate::line::ListedSite;
use crate::read::read_list;
use crate::{Mapping, Skipped};

include!(concat!(env!("OUT_DIR"), "/starter_lists.rs"));

/// The starter lists as they stand in `lists/`: category and text.
pub fn starter_lists() -> &'static [(&'static str, &'static str)] {
    STARTER_LISTS
}

/// An index of the starter list, made in memory in a few milliseconds.
pub fn starter() -> Index {
    Index::of(collect().0)
}

/// The starter list and, beside it, hosts that somebody names: a school's own additions, or the sites of a demo.
pub fn starter_with(more: &[(Host, CategorySet)]) -> Index {
    let (mut collected, _) = collect();
    for (host, set) in more {
        let entry = ListedSite { host: host.clone(), path: None };
        collected.add(&entry, *set).expect("the starter list has room");
    }
    Index::of(collected)
}

/// The entries, and whatever of the lists could not be read (a test says that it is nothing).
fn collect() -> (Collected, Vec<Skipped>) {
    let mut collected = Collected::default();
    let mut report = BuildReport::default();
    for (category, text) in STARTER_LISTS {
        let set = Mapping::default().categories_of(category).unwrap_or_default();
        let file = format!("lists/{category}.txt");
        let mut has_room = Ok(());
        read_list(
            file.as_ref(),
            text.as_bytes(),
            &mut report,
            |entry| has_room = has_room.and_then(|()| collected.add(&entry, set)),
            |_| {},
        )
        .expect("memory can be read");
        has_room.expect("the starter list is small");
    }
    (collected, report.first_skipped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Address, Category};

    #[test]
    fn every_line_of_the_starter_list_is_read() {
        let (_, skipped) = collect();
        assert_eq!(skipped, []);
    }

    #[test]
    fn every_starter_list_is_named_after_a_category() {
        for (category, _) in STARTER_LISTS {
            category.parse::<Category>().expect("the file's name is a category");
        }
    }

    #[test]
    fn hosts_named_beside_the_starter_list_are_known_with_it() {
        let set = CategorySet::from_iter([Category::Gambling]);
        let index = starter_with(&[(Host::parse("lucky.example").unwrap(), set)]);
        assert_eq!(index.categories(&Host::parse("www.lucky.example").unwrap(), None), set);
        assert!(index.categories(&Host::parse("chatgpt.com").unwrap(), None).contains(Category::GenerativeAi));
    }

    #[test]
    fn the_starter_list_knows_a_well_known_site() {
        let index = starter();
        let address = Address::parse("https://www.chatgpt.com/").unwrap();
        assert!(index.categories(&address.host, None).contains(Category::GenerativeAi));
        let address = Address::parse("https://www.bbc.co.uk/iplayer/episode/1").unwrap();
        assert!(index.categories(&address.host, address.path.as_deref()).contains(Category::Video));
        assert!(!index.categories(&address.host, Some("/iplayers")).contains(Category::Video));
    }
}
