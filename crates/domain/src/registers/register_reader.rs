//! Which entries of a register somebody reads, and which they keep.

use crate::{PersonId, RegisterEntry};

/// Somebody, as a register's clause has them read it. Nobody reads an entry that is about them, but what they wrote where
/// entries are people's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterReader {
    pub person: PersonId,
    /// Whether entries are people's own: each is about its writer too.
    pub is_own: bool,
    pub keeps: KeptEntries,
}

/// Which entries somebody keeps, of those that are not about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptEntries {
    None,
    /// Those that are about each of these people, who would keep them otherwise.
    AboutAllOf(Vec<PersonId>),
    All,
}

impl RegisterReader {
    /// Whether they read an entry: what they keep, what they wrote, and what they were there for as the second person.
    pub fn reads(&self, entry: &RegisterEntry) -> bool {
        let took_part = entry.written_by == self.person || entry.was_there(self.person);
        self.keeps(entry) || (took_part && !self.is_about(entry, self.person))
    }

    /// Whether an entry is theirs to correct and to close.
    pub fn keeps(&self, entry: &RegisterEntry) -> bool {
        let declared_it = self.is_own && entry.written_by == self.person;
        declared_it || (self.would_keep(entry) && !self.is_about(entry, self.person))
    }

    fn would_keep(&self, entry: &RegisterEntry) -> bool {
        match &self.keeps {
            KeptEntries::None => false,
            KeptEntries::AboutAllOf(others) => others.iter().all(|other| self.is_about(entry, *other)),
            KeptEntries::All => true,
        }
    }

    fn is_about(&self, entry: &RegisterEntry, person: PersonId) -> bool {
        entry.named().any(|named| named == person) || (self.is_own && entry.written_by == person)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::{EntryId, FieldAnswer, PolicyId, Version};

    const KEEPER: PersonId = PersonId(Uuid::from_u128(1));
    const OTHER_KEEPER: PersonId = PersonId(Uuid::from_u128(2));
    const SECOND: PersonId = PersonId(Uuid::from_u128(3));
    const RECEIVER: PersonId = PersonId(Uuid::from_u128(4));
    const PUPIL: PersonId = PersonId(Uuid::from_u128(5));

    fn about(people: &[PersonId], written_by: PersonId) -> RegisterEntry {
        RegisterEntry {
            id: EntryId(Uuid::from_u128(9)),
            policy: PolicyId("web-use".to_owned()),
            version: Version(1),
            clause: "searches".to_owned(),
            register: "searches".to_owned(),
            answers: BTreeMap::from([("whom".to_owned(), FieldAnswer::People(people.to_vec()))]),
            second: Some(SECOND),
            written_by,
            written_at: Timestamp::UNIX_EPOCH,
            grant: None,
            earlier_seconds: Vec::new(),
            closed: None,
            lost: None,
            renewed_at: None,
        }
    }

    fn reader(person: PersonId, keeps: KeptEntries) -> RegisterReader {
        RegisterReader { person, is_own: false, keeps }
    }

    fn stands(reader: &RegisterReader, entry: &RegisterEntry) -> (bool, bool) {
        (reader.reads(entry), reader.keeps(entry))
    }

    #[test]
    fn nobody_reads_or_keeps_what_is_about_them() {
        for person in [KEEPER, SECOND] {
            let reader = reader(person, KeptEntries::All);
            assert_eq!(stands(&reader, &about(&[PUPIL, person], person)), (false, false));
            assert_eq!(stands(&reader, &about(&[PUPIL], OTHER_KEEPER)), (true, true));
        }
        let second = reader(SECOND, KeptEntries::None);
        assert_eq!(stands(&second, &about(&[PUPIL], KEEPER)), (true, false));
        assert_eq!(stands(&second, &about(&[SECOND], KEEPER)), (false, false));
        assert_eq!(stands(&reader(PUPIL, KeptEntries::None), &about(&[PUPIL], KEEPER)), (false, false));
    }

    #[test]
    fn what_is_about_all_who_keep_a_register_is_kept_by_whoever_comes_next() {
        let next = reader(RECEIVER, KeptEntries::AboutAllOf(vec![KEEPER, OTHER_KEEPER]));
        assert_eq!(stands(&next, &about(&[KEEPER], OTHER_KEEPER)), (false, false));
        assert_eq!(stands(&next, &about(&[KEEPER, OTHER_KEEPER], KEEPER)), (true, true));
        assert_eq!(stands(&next, &about(&[KEEPER, OTHER_KEEPER, RECEIVER], KEEPER)), (false, false));
        let nobody = reader(RECEIVER, KeptEntries::AboutAllOf(Vec::new()));
        assert_eq!(stands(&nobody, &about(&[PUPIL], KEEPER)), (true, true), "nobody holds the role");
    }

    #[test]
    fn where_entries_are_peoples_own_each_keeps_theirs_and_it_is_about_them() {
        let own = |person, keeps| RegisterReader { person, is_own: true, keeps };
        let keepers = about(&[], KEEPER);
        assert_eq!(stands(&own(KEEPER, KeptEntries::All), &keepers), (true, true));
        assert_eq!(stands(&own(OTHER_KEEPER, KeptEntries::All), &keepers), (true, true));
        assert_eq!(stands(&own(RECEIVER, KeptEntries::AboutAllOf(vec![KEEPER])), &keepers), (true, true));
        assert_eq!(stands(&own(PUPIL, KeptEntries::None), &about(&[], PUPIL)), (true, true));
        assert_eq!(stands(&own(PUPIL, KeptEntries::All), &about(&[PUPIL], KEEPER)), (false, false));
    }
}
