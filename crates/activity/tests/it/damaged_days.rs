use std::collections::BTreeSet;
use std::fs;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use activity::{ActivityLog, ActivityQuery, Order};
use arrow_array::RecordBatch;
use bytes::Bytes;
use domain::Activity;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaDataReader, ParquetMetaDataWriter};

use crate::sample::{FRIDAY, activity, all, found, open, permit, wait};

const PART: &str = "sealed/day=2026-05-15/part-00000001.parquet";

/// What a disk makes of a file.
type Damage = fn(&mut Vec<u8>);

#[test]
fn a_sealed_day_that_cannot_be_read_is_named_and_the_others_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    // Friday and Saturday are sealed; one visit of Friday comes after that.
    (0..200).for_each(|number| log.append(&activity(number)).unwrap());
    log.append(&activity(86_400)).unwrap();
    wait(log.seal_finished_days("2026-05-17T00:00:00Z".parse().unwrap())).unwrap();
    log.append(&activity(300)).unwrap();
    let whole = fs::read(folder.path().join(PART)).unwrap();
    let damages: [(&str, Damage); 4] = [
        ("cut short", |bytes| bytes.truncate(bytes.len() / 2)),
        ("emptied", Vec::clear),
        ("overwritten at its end", |bytes| bytes.iter_mut().rev().take(64).for_each(|byte| *byte = 0)),
        ("overwritten at its beginning", |bytes| bytes.iter_mut().take(2_000).for_each(|byte| *byte = 0x5a)),
    ];
    for (damage, apply) in damages {
        let mut bytes = whole.clone();
        apply(&mut bytes);
        fs::write(folder.path().join(PART), &bytes).unwrap();
        let page = found(&log, &permit(), ActivityQuery { order: Order::OldestFirst, ..ActivityQuery::default() });
        assert_eq!(page.unreadable, BTreeSet::from([FRIDAY]), "{damage}");
        assert_eq!(page.rows, [activity(300), activity(86_400)], "{damage}");
        assert_eq!(page.total, 2, "{damage}");
        wait(log.seal(FRIDAY)).expect_err("sealing takes the damaged part's place");
        assert_eq!(fs::read(folder.path().join(PART)).unwrap(), bytes, "the file was changed after it was {damage}");
    }
    fs::write(folder.path().join(PART), &whole).unwrap();
    assert_eq!(all(&log).len(), 202, "a file that was put back is read again");
}

#[test]
fn a_search_of_other_days_names_no_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path());
    log.append(&activity(0)).unwrap();
    log.append(&activity(86_400)).unwrap();
    wait(log.seal_finished_days("2026-05-17T00:00:00Z".parse().unwrap())).unwrap();
    fs::write(folder.path().join(PART), b"PAR1").unwrap();
    let saturday = ActivityQuery { from: Some("2026-05-16T00:00:00Z".parse().unwrap()), ..ActivityQuery::default() };
    let page = found(&log, &permit(), saturday);
    assert_eq!((page.rows, page.unreadable), (vec![activity(86_400)], BTreeSet::new()));
}

/// A log with 200 activities of Friday, sealed, and what the file of that day holds.
fn sealed_friday(folder: &Path) -> (ActivityLog, Vec<u8>) {
    let log = open(folder);
    (0..200).for_each(|number| log.append(&activity(number)).unwrap());
    wait(log.seal(FRIDAY)).unwrap();
    (log, fs::read(folder.join(PART)).unwrap())
}

#[test]
fn no_bit_that_a_disk_has_turned_over_is_read_as_the_truth() {
    let folder = tempfile::tempdir().unwrap();
    let (log, whole) = sealed_friday(folder.path());
    let truth: Vec<Activity> = (0..200).map(activity).collect();
    let places: Vec<usize> = (0..whole.len()).step_by(29).collect();
    let mut named = 0;
    for place in &places {
        let mut bytes = whole.clone();
        bytes[*place] ^= 1 << (place % 8);
        fs::write(folder.path().join(PART), &bytes).unwrap();
        let page = found(&log, &permit(), ActivityQuery { order: Order::OldestFirst, ..ActivityQuery::default() });
        if page.unreadable == BTreeSet::from([FRIDAY]) {
            named += 1;
        } else {
            assert!(page.rows == truth, "byte {place} of {} was read as if nothing were wrong", whole.len());
        }
    }
    // The name of the entry with the checksums is all that may be damaged unseen: the activities are whole then.
    assert!(named + 2 >= places.len(), "{named} of {}", places.len());
    fs::write(folder.path().join(PART), &whole).unwrap();
    assert_eq!(all(&log), truth);
}

/// The part as a version of the program wrote it that knew no checksums.
fn without_checksums(part: Vec<u8>) -> Vec<u8> {
    let batches = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(part)).unwrap().build().unwrap();
    let batches: Vec<RecordBatch> = batches.map(Result::unwrap).collect();
    let mut writer = ArrowWriter::try_new(Vec::new(), batches[0].schema(), None).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

#[test]
fn a_part_that_was_sealed_before_there_were_checksums_is_read_and_gets_them_with_the_next_seal() {
    let folder = tempfile::tempdir().unwrap();
    let (log, whole) = sealed_friday(folder.path());
    fs::write(folder.path().join(PART), without_checksums(whole)).unwrap();
    assert_eq!(all(&log), (0..200).map(activity).collect::<Vec<_>>());
    log.append(&activity(200)).unwrap();
    wait(log.seal(FRIDAY)).unwrap();
    assert_eq!(all(&log).len(), 201);
    let part = folder.path().join("sealed/day=2026-05-15/part-00000002.parquet");
    let mut bytes = fs::read(&part).unwrap();
    bytes[100] ^= 1;
    fs::write(&part, bytes).unwrap();
    assert_eq!(found(&log, &permit(), ActivityQuery::default()).unreadable, BTreeSet::from([FRIDAY]));
}

/// The part with a footer that gives a column an impossible length, on which its reader panics.
fn with_an_impossible_length(part: &[u8], column: &str) -> Vec<u8> {
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&Bytes::copy_from_slice(part)).unwrap();
    let mut builder = metadata.into_builder();
    let damaged_chunk = |chunk: &ColumnChunkMetaData| {
        let is_it = chunk.column_path().string() == column;
        let length = if is_it { -1 } else { chunk.compressed_size() };
        chunk.clone().into_builder().set_total_compressed_size(length).build().unwrap()
    };
    let groups = builder.take_row_groups().into_iter().map(|group| {
        let chunks = group.columns().iter().map(damaged_chunk).collect();
        group.into_builder().set_column_metadata(chunks).build().unwrap()
    });
    let groups = groups.collect();
    let (pages, footer_length) = part.split_at(part.len() - 8);
    let footer_length = u32::from_le_bytes(footer_length[..4].try_into().unwrap());
    let mut damaged = pages[..pages.len() - usize::try_from(footer_length).unwrap()].to_vec();
    ParquetMetaDataWriter::new(&mut damaged, &builder.set_row_groups(groups).build()).finish().unwrap();
    damaged
}

/// Whether the library that reads parts panics on a column of one, rather than saying that it can't be read.
fn makes_its_reader_panic(part: &[u8], column: &str) -> bool {
    let part = Bytes::copy_from_slice(part);
    let read = || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(part)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
        builder.with_projection(mask).build().map(Iterator::count)
    };
    std::panic::catch_unwind(AssertUnwindSafe(read)).is_err()
}

#[test]
fn a_sealed_day_on_which_its_reader_panics_is_named_and_ends_no_search() {
    let folder = tempfile::tempdir().unwrap();
    let (log, whole) = sealed_friday(folder.path());
    log.append(&activity(300)).unwrap();
    log.append(&activity(86_400)).unwrap();
    let whole = without_checksums(whole);
    // They are read one after the other: to tell lines from what is sealed, to count, and to show.
    for column in ["id", "at", "host"] {
        let bytes = with_an_impossible_length(&whole, column);
        assert!(makes_its_reader_panic(&bytes, column), "{column}");
        fs::write(folder.path().join(PART), bytes).unwrap();
        let page = found(&log, &permit(), ActivityQuery { order: Order::OldestFirst, ..ActivityQuery::default() });
        assert_eq!(page.unreadable, BTreeSet::from([FRIDAY]), "{column}");
        assert_eq!(page.rows, [activity(300), activity(86_400)], "{column}");
    }
}
