//! Checksums of a sealed part. The library reads a page's checksum and writes none, so that a bit which a disk has turned
//! over would be read as the truth. Ours stand in the part's footer, in an entry that other tools pass over: one for each
//! block of pages, looked at whenever the block is read, and one for the tail, which is all that follows the pages.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};

/// What other tools call the entry.
const ENTRY: &str = "schoolgate.crc32";
/// Bytes of a block.
const BLOCK: usize = 16 * 1024;

/// The checksums of a part. Its entry has them as hexadecimal digits, one after the other.
struct Checksums {
    /// Of the tail; its own digits count as zeros.
    tail: u32,
    tail_start: u64,
    blocks: Vec<u32>,
}

const TAIL_DIGITS: usize = 8;
const START_DIGITS: usize = 16;
const BLOCK_DIGITS: usize = 8;

impl Checksums {
    fn text(&self) -> String {
        let blocks: String = self.blocks.iter().map(|block| format!("{block:08x}")).collect();
        format!("{:08x}{:016x}{blocks}", self.tail, self.tail_start)
    }

    fn read(text: &str) -> Option<Checksums> {
        let (tail, rest) = text.split_at_checked(TAIL_DIGITS)?;
        let (start, blocks) = rest.split_at_checked(START_DIGITS)?;
        let blocks = blocks.as_bytes().chunks(BLOCK_DIGITS);
        let blocks = blocks.map(|digits| u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        Some(Checksums {
            tail: u32::from_str_radix(tail, 16).ok()?,
            tail_start: u64::from_str_radix(start, 16).ok()?,
            blocks: blocks.collect::<Option<_>>()?,
        })
    }
}

/// The entry for the footer of a part whose pages are all written, and nothing else is.
pub fn footer_entry(path: &Path) -> io::Result<KeyValue> {
    let file = File::open(path)?;
    let tail_start = file.metadata()?.len();
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < tail_start {
        let block = read(&file, start, (tail_start - start).min(BLOCK as u64))?;
        blocks.push(crc32fast::hash(&block));
        start += block.len() as u64;
    }
    Ok(KeyValue::new(ENTRY.to_owned(), Checksums { tail: 0, tail_start, blocks }.text()))
}

/// Writes the tail's checksum into the entry, once the whole part is written.
pub fn complete(path: &Path, entry: &KeyValue) -> io::Result<()> {
    let file = File::options().read(true).write(true).open(path)?;
    let text = entry.value.as_deref().unwrap_or_default();
    let tail_start = Checksums::read(text).map(|sums| sums.tail_start);
    let (tail_start, length) = (tail_start.unwrap_or_default(), file.metadata()?.len());
    let tail = read(&file, tail_start, length - tail_start)?;
    let place = place_of(text, &tail).ok_or_else(|| io::Error::other("the footer lacks its checksums"))?;
    file.write_all_at(format!("{:08x}", crc32fast::hash(&tail)).as_bytes(), tail_start + place as u64)
}

fn place_of(text: &str, tail: &[u8]) -> Option<usize> {
    tail.windows(text.len()).position(|found| found == text.as_bytes())
}

fn read(file: &File, start: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, start)?;
    Ok(bytes)
}

/// A part that gives out no byte but those that were written. Parts that were sealed before there were checksums are read
/// as they are.
#[derive(Clone)]
pub struct CheckedFile {
    file: Arc<File>,
    length: u64,
    /// `None`: it has no checksums.
    sums: Option<Arc<Sums>>,
}

struct Sums {
    blocks: Vec<u32>,
    tail_start: u64,
    /// Looked at when the part was opened.
    tail: Bytes,
}

impl CheckedFile {
    /// The part in a file, and its footer.
    ///
    /// # Errors
    /// It can't be read, or its footer is not what was written.
    pub fn open(file: File) -> Result<(CheckedFile, ParquetMetaData), ParquetError> {
        let length = file.metadata()?.len();
        let unchecked = CheckedFile { file: Arc::new(file), length, sums: None };
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&unchecked)?;
        let mut entries = metadata.file_metadata().key_value_metadata().into_iter().flatten();
        let entry = entries.find(|entry| entry.key == ENTRY).and_then(|entry| entry.value.as_deref());
        let sums = entry.map(|text| unchecked.sums_of(text)?.ok_or_else(damaged)).transpose()?;
        Ok((CheckedFile { sums: sums.map(Arc::new), ..unchecked }, metadata))
    }

    /// The checksums that a footer names; `None` where they do not fit the file.
    fn sums_of(&self, text: &str) -> Result<Option<Sums>, ParquetError> {
        let Some(Checksums { tail: expected, tail_start, blocks }) = Checksums::read(text) else { return Ok(None) };
        if tail_start > self.length || blocks.len() as u64 != tail_start.div_ceil(BLOCK as u64) {
            return Ok(None);
        }
        let tail = read(&self.file, tail_start, self.length - tail_start)?;
        let Some(place) = place_of(text, &tail) else { return Ok(None) };
        let mut sealed = tail.clone();
        sealed[place..place + TAIL_DIGITS].fill(b'0');
        let fits = crc32fast::hash(&sealed) == expected;
        Ok(fits.then(|| Sums { blocks, tail_start, tail: tail.into() }))
    }

    /// The block at this place among the part's, up to the tail.
    fn block(&self, sums: &Sums, number: u64) -> Result<Vec<u8>, ParquetError> {
        let start = number * BLOCK as u64;
        let block = read(&self.file, start, (sums.tail_start - start).min(BLOCK as u64))?;
        let expected = usize::try_from(number).ok().and_then(|number| sums.blocks.get(number));
        if expected == Some(&crc32fast::hash(&block)) { Ok(block) } else { Err(damaged()) }
    }
}

fn damaged() -> ParquetError {
    ParquetError::General("it does not hold what was written".to_owned())
}

impl Length for CheckedFile {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for CheckedFile {
    type T = CheckedRead;

    fn get_read(&self, start: u64) -> Result<CheckedRead, ParquetError> {
        Ok(CheckedRead { file: self.clone(), at: start, ahead: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.length);
        let end = end.ok_or_else(|| ParquetError::EOF("it is shorter than it says".to_owned()))?;
        let Some(sums) = &self.sums else { return Ok(read(&self.file, start, length as u64)?.into()) };
        let in_file = |place: u64| usize::try_from(place).map_err(|error| ParquetError::External(error.into()));
        if start >= sums.tail_start {
            return Ok(sums.tail.slice(in_file(start - sums.tail_start)?..in_file(end - sums.tail_start)?));
        }
        let first = start / BLOCK as u64;
        let mut bytes = Vec::with_capacity(length + 2 * BLOCK);
        for number in first..end.min(sums.tail_start).div_ceil(BLOCK as u64) {
            bytes.extend(self.block(sums, number)?);
        }
        bytes.extend_from_slice(&sums.tail[..in_file(end.saturating_sub(sums.tail_start))?]);
        let skipped = in_file(start - first * BLOCK as u64)?;
        Ok(Bytes::from(bytes).slice(skipped..skipped + length))
    }
}

/// Reads on from somewhere in a part, a block at a time.
pub struct CheckedRead {
    file: CheckedFile,
    at: u64,
    ahead: Bytes,
}

impl Read for CheckedRead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ahead.is_empty() {
            let in_block = BLOCK as u64 - self.at % BLOCK as u64;
            let length = in_block.min(self.file.length.saturating_sub(self.at));
            let length = usize::try_from(length).map_err(io::Error::other)?;
            self.ahead = self.file.get_bytes(self.at, length).map_err(io::Error::other)?;
            self.at += length as u64;
        }
        let taken = self.ahead.split_to(into.len().min(self.ahead.len()));
        into[..taken.len()].copy_from_slice(&taken);
        Ok(taken.len())
    }
}
