//! Files of a case or a request: they read as they were added, and what was altered in the records is not given out.

use domain::{FileOf, FileType, KeptFile};
use records::Error;

use crate::cases::request;
use crate::place::on_both_engines;
use crate::reported::record;
use crate::sample::{add, at, id, keep};

/// SHA-256 of `CONTENT`, as `sha256sum` has it.
const HASH: &str = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
const CONTENT: &[u8] = b"hello world";

fn file(number: u128, case: u128) -> KeptFile {
    KeptFile {
        id: id(number),
        of: FileOf::Case(id(case)),
        name: "Zoë's \"note\".txt".to_owned(),
        is: FileType::Text,
        bytes: 11,
        sha256: HASH.to_owned(),
        added_by: id(2),
        added_at: at(i64::try_from(number).expect("small")),
    }
}

async fn with_files(place: &crate::place::Place) -> records::Store {
    let store = place.begin().await;
    for number in [1, 2] {
        add(&store, number).await;
    }
    keep(&store, 20, async |change| {
        change.add_case(&record(11, None), "hash-a").await.unwrap();
        change.add_case(&record(12, None), "hash-b").await.unwrap();
        for (number, case) in [(32, 11), (31, 11), (33, 12)] {
            change.add_file(&file(number, case), CONTENT.to_vec()).await.unwrap();
        }
    })
    .await;
    store
}

on_both_engines! {
    async fn files_are_listed_with_their_case_and_read_as_they_were_added(place: &Place) {
        let store = with_files(place).await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.files(FileOf::Case(id(11))).await.unwrap(), [file(31, 11), file(32, 11)]);
        assert_eq!(reading.files(FileOf::Case(id(12))).await.unwrap(), [file(33, 12)]);
        assert_eq!(reading.files(FileOf::Case(id(13))).await.unwrap(), []);
        assert_eq!(reading.file_content(&file(31, 11)).await.unwrap(), CONTENT);
        drop(reading);
        let every_byte: Vec<u8> = (0..=255).collect();
        let all = KeptFile { sha256: "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880".to_owned(), ..file(34, 12) };
        keep(&store, 40, async |change| change.add_file(&all, every_byte.clone()).await.unwrap()).await;
        assert_eq!(store.read().await.unwrap().file_content(&all).await.unwrap(), every_byte);
        store.close().await;
    }

    async fn content_that_was_altered_in_the_records_or_is_gone_is_not_given_out(place: &Place) {
        let store = with_files(place).await;
        let (first, second) = (id::<domain::FileId>(31), id::<domain::FileId>(32));
        let altered = "UPDATE case_file_contents SET content = 'hello worle' WHERE file =";
        place.meddle(&format!("{altered} '{first}'; DELETE FROM case_file_contents WHERE file = '{second}'")).await;
        let mut reading = store.read().await.unwrap();
        for number in [31, 32] {
            let refused = reading.file_content(&file(number, 11)).await.unwrap_err();
            assert!(matches!(refused, Error::AlteredFile { file } if file == id(number)), "{refused}");
        }
        assert_eq!(reading.file_content(&file(33, 12)).await.unwrap(), CONTENT, "the others are");
        drop(reading);
        store.close().await;
    }

    async fn pictures_of_a_request_stand_apart_from_the_files_of_a_case(place: &Place) {
        let store = with_files(place).await;
        let picture = |number| KeptFile { of: FileOf::Request(id(41)), is: FileType::Png, ..file(number, 11) };
        keep(&store, 39, async |change| change.add_request(&request(41)).await.unwrap()).await;
        keep(&store, 40, async |change| change.add_file(&picture(42), CONTENT.to_vec()).await.unwrap()).await;
        let mut reading = store.read().await.unwrap();
        assert_eq!(reading.files(FileOf::Request(id(41))).await.unwrap(), [picture(42)]);
        assert_eq!(reading.files(FileOf::Case(id(11))).await.unwrap(), [file(31, 11), file(32, 11)]);
        assert_eq!(reading.file_content(&picture(42)).await.unwrap(), CONTENT);
        assert!(reading.file_content(&file(42, 11)).await.is_err(), "it is no file of a case");
        drop(reading);
        store.close().await;
    }
}
