//! What the desk keeps for its visitors for a while: the answers to their forms, so that each has an address to come back
//! to, and forms that came too late, after their session had ended. In memory alone, and bounded.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use actions::DeskSight;
use axum::body::Bytes;
use axum::http::StatusCode;
use domain::PersonId;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};

use crate::DeskLimits;

/// The question in an address that names what is kept.
pub const KEPT: &str = "kept";

/// The question in an address that names what is looked for there, so that no name, site or word stands in it.
pub const LOOKED_FOR: &str = "looked-for";

/// Questions whose answers stand in no address of the desk: they would be left in the history of a shared browser.
pub const IN_NO_ADDRESS: [&str; 2] = ["search", "site"];

/// Whose it is. Nobody else is shown it, whatever key they give.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    Person(PersonId),
    /// Somebody who is not signed in, by the cookie of their browser.
    Browser(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptContent {
    /// The page that answered a form.
    Page {
        status: StatusCode,
        body: Bytes,
        once: bool,
        /// The form's own key, where it has one.
        form: Option<String>,
        /// When what it shows is no longer open to anybody.
        until: Option<Timestamp>,
        /// What let whoever it was made for see it: with another they might see another page.
        sight: Option<Arc<DeskSight>>,
    },
    /// What was typed in a form that was not read, without secrets: names and values.
    Form(Vec<(String, String)>),
    /// What is looked for on a page: questions and answers.
    LookedFor(Vec<(String, String)>),
}

impl KeptContent {
    fn bytes(&self) -> usize {
        match self {
            KeptContent::Page { body, .. } => body.len(),
            KeptContent::Form(values) | KeptContent::LookedFor(values) => {
                values.iter().map(|(name, value)| name.len() + value.len()).sum()
            }
        }
    }

    fn has_lapsed(&self, now: Timestamp) -> bool {
        matches!(self, KeptContent::Page { until: Some(until), .. } if *until <= now)
    }

    fn is_of_form(&self, key: &str) -> bool {
        match self {
            KeptContent::Page { form, .. } => form.as_deref() == Some(key),
            KeptContent::Form(values) => values.iter().any(|(name, value)| name == FORM_KEY && value == key),
            KeptContent::LookedFor(_) => false,
        }
    }
}

/// The hidden field with the key of a form that is forgotten once it is sent.
pub const FORM_KEY: &str = "key";

#[derive(Debug)]
struct Kept {
    key: String,
    owner: Owner,
    at: Timestamp,
    what: KeptContent,
}

/// There is no room for it.
#[derive(Debug, PartialEq, Eq)]
pub struct NotKept;

/// All that is kept, the oldest first.
#[derive(Debug)]
pub struct KeptAnswers {
    kept: Mutex<VecDeque<Kept>>,
    limits: DeskLimits,
}

impl KeptAnswers {
    pub fn new(limits: DeskLimits) -> KeptAnswers {
        KeptAnswers { kept: Mutex::default(), limits }
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock()
    }

    fn drop_old(&self, all: &mut VecDeque<Kept>, now: Timestamp) {
        let time = SignedDuration::try_from(self.limits.kept_for).unwrap_or(SignedDuration::MAX);
        all.retain(|kept| now.duration_since(kept.at) < time && !kept.what.has_lapsed(now));
    }

    /// Keeps it under a key that nobody can guess. Where there is no room, the owner's own oldest goes, then the oldest of
    /// those who are not signed in, then the oldest of whoever has most kept.
    ///
    /// # Errors
    /// It is larger than one thing may be, or there is no room.
    pub fn keep(&self, key: String, owner: Owner, what: KeptContent, now: Timestamp) -> Result<(), NotKept> {
        if what.bytes() > self.limits.kept_answer_bytes {
            return Err(NotKept);
        }
        let mut all = self.all();
        self.drop_old(&mut all, now);
        if all.iter().filter(|kept| kept.owner == owner).count() >= self.limits.kept_per_visitor
            && let Some(oldest) = all.iter().position(|kept| kept.owner == owner)
        {
            all.remove(oldest);
        }
        all.push_back(Kept { key: key.clone(), owner, at: now, what });
        while all.iter().map(|kept| kept.what.bytes()).sum::<usize>() > self.limits.kept_bytes {
            let unsigned = all.iter().position(|kept| matches!(kept.owner, Owner::Browser(_)));
            let place = unsigned.unwrap_or_else(|| oldest_of_most(&all));
            match all.remove(place) {
                Some(gone) if gone.key == key => return Err(NotKept),
                _ => {}
            }
        }
        Ok(())
    }

    /// What is kept under `key` for `owner`. A page that is shown once is kept no longer.
    pub fn find(&self, key: &str, owner: &Owner, now: Timestamp) -> Option<KeptContent> {
        let mut all = self.all();
        self.drop_old(&mut all, now);
        let place = all.iter().position(|kept| kept.key == key && kept.owner == *owner)?;
        match &all[place].what {
            KeptContent::Page { once: true, .. } => all.remove(place).map(|kept| kept.what),
            what => Some(what.clone()),
        }
    }

    /// What is kept under `key` for `from` is `to`'s from now on.
    pub fn hand_over(&self, key: &str, from: &Owner, to: Owner) {
        if let Some(kept) = self.all().iter_mut().find(|kept| kept.key == key && kept.owner == *from) {
            kept.owner = to;
        }
    }

    /// Nothing of one form of theirs is kept any more.
    pub fn forget_form(&self, owner: &Owner, key: &str) {
        self.all().retain(|kept| kept.owner != *owner || !kept.what.is_of_form(key));
    }

    /// Nothing of theirs is kept any more.
    pub fn forget(&self, owner: &Owner) {
        self.all().retain(|kept| kept.owner != *owner);
    }
}

/// The place of the oldest thing of whoever has most kept.
fn oldest_of_most(all: &VecDeque<Kept>) -> usize {
    let mut bytes: HashMap<&Owner, usize> = HashMap::new();
    for kept in all {
        *bytes.entry(&kept.owner).or_default() += kept.what.bytes();
    }
    let most = bytes.into_iter().max_by_key(|(_, bytes)| *bytes).map(|(owner, _)| owner);
    all.iter().position(|kept| Some(&kept.owner) == most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn limits() -> DeskLimits {
        DeskLimits {
            kept_for: Duration::from_mins(30),
            kept_per_visitor: 3,
            kept_answer_bytes: 40,
            kept_bytes: 100,
            ..DeskLimits::default()
        }
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
    }

    fn page(length: usize) -> KeptContent {
        KeptContent::Page {
            status: StatusCode::OK,
            body: vec![b'x'; length].into(),
            once: false,
            form: None,
            until: None,
            sight: None,
        }
    }

    fn browser(name: &str) -> Owner {
        Owner::Browser(name.to_owned())
    }

    fn person(last: u8) -> Owner {
        Owner::Person(format!("0190a0a0a0a070008000000000000{last:03}").parse().expect("an identifier"))
    }

    #[test]
    fn what_is_kept_is_for_its_owner_alone_and_ends() {
        let kept = KeptAnswers::new(limits());
        kept.keep("key".to_owned(), person(1), page(5), at(0)).expect("there is room");
        assert_eq!(kept.find("key", &person(1), at(29)), Some(page(5)));
        assert_eq!(kept.find("key", &person(2), at(29)), None);
        assert_eq!(kept.find("another", &person(1), at(29)), None);
        assert_eq!(kept.find("key", &person(1), at(30)), None);
        kept.keep("key".to_owned(), person(1), page(5), at(0)).expect("there is room");
        kept.forget(&person(1));
        assert_eq!(kept.find("key", &person(1), at(1)), None);
    }

    #[test]
    fn a_form_is_forgotten_alone() {
        let kept = KeptAnswers::new(limits());
        let typed = |key: &str| KeptContent::Form(vec![(FORM_KEY.to_owned(), key.to_owned())]);
        for (key, what) in [("page", page(5)), ("one", typed("1")), ("two", typed("2"))] {
            kept.keep(key.to_owned(), person(1), what, at(0)).expect("there is room");
        }
        kept.keep("another's".to_owned(), person(2), typed("1"), at(0)).expect("there is room");
        kept.forget_form(&person(1), "1");
        assert_eq!(["page", "one", "two"].map(|key| kept.find(key, &person(1), at(1)).is_some()), [true, false, true]);
        assert!(kept.find("another's", &person(2), at(1)).is_some());
    }

    #[test]
    fn only_what_is_ones_own_is_handed_over() {
        let kept = KeptAnswers::new(limits());
        kept.keep("key".to_owned(), browser("one"), page(5), at(0)).expect("there is room");
        kept.hand_over("key", &browser("two"), person(1));
        assert_eq!(kept.find("key", &person(1), at(1)), None);
        kept.hand_over("key", &browser("one"), person(1));
        assert_eq!(kept.find("key", &person(1), at(1)), Some(page(5)));
        assert_eq!(kept.find("key", &browser("one"), at(1)), None);
    }

    #[test]
    fn a_page_ends_when_what_it_shows_does() {
        let kept = KeptAnswers::new(limits());
        let KeptContent::Page { status, body, once, form, sight, .. } = page(5) else { panic!("a page") };
        let until_ten = KeptContent::Page { status, body, once, form, sight, until: Some(at(10)) };
        kept.keep("key".to_owned(), person(1), until_ten.clone(), at(0)).expect("there is room");
        assert_eq!(kept.find("key", &person(1), at(9)), Some(until_ten));
        assert_eq!(kept.find("key", &person(1), at(10)), None);
    }

    #[test]
    fn a_page_that_is_shown_once_is_shown_once() {
        let kept = KeptAnswers::new(limits());
        let KeptContent::Page { status, body, form, until, sight, .. } = page(0) else { panic!("a page") };
        let once = KeptContent::Page { status, body, once: true, form, until, sight };
        kept.keep("key".to_owned(), person(1), once.clone(), at(0)).expect("there is room");
        assert_eq!(kept.find("key", &person(1), at(0)), Some(once));
        assert_eq!(kept.find("key", &person(1), at(0)), None);
    }

    #[test]
    fn each_visitor_and_each_answer_has_a_limit() {
        let kept = KeptAnswers::new(limits());
        assert_eq!(kept.keep("large".to_owned(), person(1), page(41), at(0)), Err(NotKept));
        for key in ["a", "b", "c", "d"] {
            kept.keep(key.to_owned(), person(1), page(1), at(0)).expect("there is room");
        }
        let found = ["a", "b", "c", "d"].map(|key| kept.find(key, &person(1), at(0)).is_some());
        assert_eq!(found, [false, true, true, true]);
    }

    #[test]
    fn where_there_is_no_room_the_oldest_goes_of_whoever_has_most() {
        let kept = KeptAnswers::new(limits());
        kept.keep("little".to_owned(), person(2), page(5), at(0)).expect("there is room");
        for key in ["a", "b", "c"] {
            kept.keep(key.to_owned(), person(1), page(30), at(1)).expect("there is room");
        }
        kept.keep("more".to_owned(), person(2), page(15), at(1)).expect("there is room");
        let found = [("little", 2), ("more", 2), ("a", 1), ("b", 1)];
        assert_eq!(
            found.map(|(key, owner)| kept.find(key, &person(owner), at(1)).is_some()),
            [true, true, false, true]
        );
    }

    #[test]
    fn whoever_is_not_signed_in_is_told_where_there_is_no_room() {
        let kept = KeptAnswers::new(limits());
        for owner in 1..4 {
            kept.keep(format!("of {owner}"), person(owner), page(30), at(0)).expect("there is room");
        }
        assert_eq!(kept.keep("own".to_owned(), browser("one"), page(20), at(1)), Err(NotKept));
    }

    #[test]
    fn whoever_is_not_signed_in_pushes_out_nobody_who_is() {
        let kept = KeptAnswers::new(limits());
        kept.keep("of a person".to_owned(), person(1), page(40), at(0)).expect("there is room");
        for name in ["one", "two", "three"] {
            kept.keep(name.to_owned(), browser(name), page(30), at(1)).expect("there is room");
        }
        assert!(kept.find("of a person", &person(1), at(1)).is_some());
        assert!(kept.find("one", &browser("one"), at(1)).is_none());
        assert!(kept.find("three", &browser("three"), at(1)).is_some());
    }
}
