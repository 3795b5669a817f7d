//! The exact store of keys, as bit strings in buckets.
//!
//! A key's first bits choose its bucket (mixed with a hash of the rest, so that buckets fill evenly) and are not stored:
//! from the bucket and the rest they can be worked out again. So nothing of a key is lost, and a key is found only if
//! every bit of it is the same. In a bucket the rests stand in order of length; each is the difference in length to the
//! one before, the set's code, and the bits.

use std::ops::Range;

use domain::CategorySet;

use crate::bits::{self, BitString, BitWriter, MOST};
use crate::file::{Damage, Reader};
use crate::filter::Filter;
use crate::hash;
use crate::model::Model;
use crate::sets::{SetCodes, Sets};

/// Buckets hold from 8 to 16 keys: fewer and their places cost more than the bits they save, more and reading slows.
const KEYS_PER_BUCKET: u32 = 8;

pub(crate) struct Table {
    count: u64,
    model: Model,
    filter: Filter,
    bucket_bits: u32,
    gap_bits: u32,
    /// The bit at which each bucket begins, 4 bytes each, and the end of the last.
    buckets: Range<usize>,
    data: Range<usize>,
}

/// What a table is built from.
pub(crate) trait Keys {
    fn len(&self) -> usize;
    /// The bytes of a key in the order in which a look-up pushes them.
    fn key(&self, number: usize) -> impl Iterator<Item = u8>;
    fn hash(&self, number: usize) -> u64;
    fn set(&self, number: usize) -> CategorySet;
    /// Hashes that the filter must let past beside the keys' own.
    fn marks(&self) -> Vec<u64>;
}

/// The keys together need more room than places of 32 bits can tell: more than 500 megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany;

struct Placed {
    bucket: u32,
    length: u32,
    number: u32,
}

impl Table {
    /// Writes the table of `keys`, which must be distinct. `WORDS` must have room for the longest.
    pub(crate) fn write<const WORDS: usize>(
        keys: &impl Keys,
        order: u8,
        sets: &SetCodes,
        out: &mut Vec<u8>,
    ) -> Result<(), TooMany> {
        let count = keys.len();
        let model_at = out.len() + 8;
        out.extend_from_slice(&(count as u64).to_le_bytes());
        Model::learn(order, (0..count).map(|number| keys.key(number)), out);
        let model = Model::read(&mut Reader::new(&out[model_at..])).map_err(|_| TooMany)?;
        let marks = keys.marks();
        let hashes: Vec<u64> = (0..count).map(|number| keys.hash(number)).chain(marks).collect();
        Filter::write(hashes.into_iter(), out);

        let bucket_bits = (count as u32 / KEYS_PER_BUCKET).checked_ilog2().unwrap_or(0);
        let with_bits = |number: usize, look: &mut dyn FnMut(&BitString<WORDS>)| {
            let mut encoder = model.encoder::<WORDS>();
            keys.key(number).try_for_each(|byte| encoder.push(byte))?;
            encoder.ended(|bits| {
                look(bits);
                Some(())
            })
        };
        let mut placed = Vec::with_capacity(count);
        for number in 0..count {
            with_bits(number, &mut |bits| {
                let (bucket, length) = place(bits, bucket_bits);
                placed.push(Placed { bucket, length: length as u32, number: number as u32 });
            })
            .ok_or(TooMany)?;
        }
        placed.sort_unstable_by_key(|key| (key.bucket, key.length, key.number));
        let gap_bits = best_gap_bits(&placed);

        let mut places: Vec<u32> = Vec::with_capacity((1 << bucket_bits) + 1);
        let mut data = BitWriter::default();
        let mut next = placed.iter().peekable();
        for bucket in 0..1u32 << bucket_bits {
            places.push(u32::try_from(data.len()).map_err(|_| TooMany)?);
            let mut before = 0;
            while let Some(key) = next.next_if(|key| key.bucket == bucket) {
                push_gap(&mut data, key.length - before, gap_bits);
                before = key.length;
                let code = sets.code(keys.set(key.number as usize));
                data.push(code.bits.into(), code.length.into());
                with_bits(key.number as usize, &mut |bits| push_rest(&mut data, bits, bucket_bits)).ok_or(TooMany)?;
            }
        }
        places.push(u32::try_from(data.len()).map_err(|_| TooMany)?);
        let data = data.into_bytes();
        out.extend_from_slice(&bucket_bits.to_le_bytes());
        out.extend_from_slice(&gap_bits.to_le_bytes());
        places.iter().for_each(|place| out.extend_from_slice(&place.to_le_bytes()));
        out.extend_from_slice(&(data.len() as u64).to_le_bytes());
        out.extend_from_slice(&data);
        Ok(())
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Table, Damage> {
        let damage = Damage("its table of names");
        let count = from.u64()?;
        let model = Model::read(from)?;
        let filter = Filter::read(from)?;
        let (bucket_bits, gap_bits) = (from.u32()?, from.u32()?);
        if bucket_bits > 31 || gap_bits > 16 {
            return Err(damage);
        }
        let buckets = from.take(4 * ((1usize << bucket_bits) + 1))?;
        let length = usize::try_from(from.u64()?).map_err(|_| damage)?;
        let data = from.take(length)?;
        Ok(Table { count, model, filter, bucket_bits, gap_bits, buckets, data })
    }

    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    /// Whether the key with this hash may be here; `false` is certain.
    #[inline]
    pub(crate) fn may_hold(&self, bytes: &[u8], hash: u64) -> bool {
        self.filter.lets_past(bytes, hash)
    }

    /// The set of the key, if the key is here.
    pub(crate) fn find<const WORDS: usize>(
        &self,
        bytes: &[u8],
        sets: &Sets,
        key: &BitString<WORDS>,
    ) -> Option<CategorySet> {
        let (bucket, wanted) = place(key, self.bucket_bits);
        let at = self.buckets.start + 4 * bucket as usize;
        let places = bytes.get(at..at + 8)?;
        let mut position = u32::from_le_bytes(places[..4].try_into().ok()?) as usize;
        let end = u32::from_le_bytes(places[4..].try_into().ok()?) as usize;
        let data = bytes.get(self.data.clone())?;
        let end = end.min(data.len() * 8);
        let mut length = 0;
        while position < end {
            let (gap, gap_length) = read_gap(data, position, self.gap_bits);
            length += gap;
            if length > wanted {
                return None;
            }
            let (set, code_length) = sets.decode(data, position + gap_length);
            position += gap_length + code_length;
            if length == wanted && is_rest(data, position, key, self.bucket_bits, length) {
                return Some(set);
            }
            position += length;
        }
        None
    }
}

/// The bucket of a key and how many of its bits are left to store.
fn place<const WORDS: usize>(key: &BitString<WORDS>, bucket_bits: u32) -> (u32, usize) {
    let start = bucket_bits as usize;
    let rest = key.len().saturating_sub(start);
    let mut mixed = 0;
    for at in (0..rest).step_by(MOST as usize) {
        mixed = hash::join(mixed, key.read(start + at, MOST.min((rest - at) as u32)));
    }
    let bucket = key.read(0, bucket_bits) ^ (mixed & ((1 << bucket_bits) - 1));
    (bucket as u32, rest)
}

fn push_rest<const WORDS: usize>(data: &mut BitWriter, key: &BitString<WORDS>, bucket_bits: u32) {
    let start = bucket_bits as usize;
    for at in (start..key.len()).step_by(MOST as usize) {
        let count = MOST.min((key.len() - at) as u32);
        data.push(key.read(at, count), count);
    }
}

fn is_rest<const WORDS: usize>(
    data: &[u8],
    position: usize,
    key: &BitString<WORDS>,
    bucket_bits: u32,
    length: usize,
) -> bool {
    (0..length).step_by(MOST as usize).all(|at| {
        let count = MOST.min((length - at) as u32);
        bits::read(data, position + at, count) == key.read(bucket_bits as usize + at, count)
    })
}

/// A difference in length: its high part as that many ones and a zero, its low `gap_bits` bits as they are (Rice).
fn push_gap(data: &mut BitWriter, gap: u32, gap_bits: u32) {
    for _ in 0..gap >> gap_bits {
        data.push(1, 1);
    }
    data.push(0, 1);
    data.push(u64::from(gap & ((1 << gap_bits) - 1)), gap_bits);
}

/// The difference in length at `position` and how many bits it takes.
#[inline]
fn read_gap(data: &[u8], position: usize, gap_bits: u32) -> (usize, usize) {
    let mut ones = 0;
    loop {
        let run = (bits::read(data, position + ones, MOST)).trailing_ones() as usize;
        ones += run;
        // No index has a gap this long; a damaged one must not keep us.
        if run < MOST as usize || ones > 1 << 16 {
            break;
        }
    }
    let low = bits::read(data, position + ones + 1, gap_bits) as usize;
    ((ones << gap_bits) + low, ones + 1 + gap_bits as usize)
}

fn best_gap_bits(placed: &[Placed]) -> u32 {
    let gaps = || {
        let mut before = (0, 0);
        placed.iter().map(move |key| {
            let gap = if key.bucket == before.0 { key.length - before.1 } else { key.length };
            before = (key.bucket, key.length);
            u64::from(gap)
        })
    };
    (0..=10).min_by_key(|bits| gaps().map(|gap| (gap >> bits) + 1 + u64::from(*bits)).sum::<u64>()).unwrap_or(0)
}
