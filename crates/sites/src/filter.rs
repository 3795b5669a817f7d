//! A small filter in front of the names: it says "surely not here" for nearly all that is not, at the price of one word
//! of memory. It never decides that something *is* here; that is for the names themselves.

use std::ops::Range;

use crate::file::{Damage, Reader};
use crate::hash;

/// Words of 64 bits; each name sets four bits of one word.
pub(crate) struct Filter {
    words: Range<usize>,
    count: u64,
}

/// One word for eight names: a byte a name, and about one in thirty absent names let past.
const NAMES_PER_WORD: usize = 8;

impl Filter {
    pub(crate) fn write(hashes: impl ExactSizeIterator<Item = u64>, out: &mut Vec<u8>) {
        let mut words = vec![0u64; hashes.len().div_ceil(NAMES_PER_WORD).max(1)];
        let count = words.len() as u64;
        for hash in hashes {
            let (word, bits) = place(hash, count);
            words[word] |= bits;
        }
        out.extend_from_slice(&count.to_le_bytes());
        words.iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Filter, Damage> {
        let count = from.u64()?;
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(8)).ok_or(Damage("its filter"))?;
        if count == 0 {
            return Err(Damage("its filter"));
        }
        Ok(Filter { words: from.take(length)?, count })
    }

    /// Whether the name with this hash may be here; `false` is certain.
    #[inline]
    pub(crate) fn lets_past(&self, bytes: &[u8], hash: u64) -> bool {
        let (word, bits) = place(hash, self.count);
        let at = self.words.start + word * 8;
        let held = bytes.get(at..at + 8).and_then(|part| part.try_into().ok()).map_or(0, u64::from_le_bytes);
        held & bits == bits
    }
}

#[inline]
fn place(hash: u64, count: u64) -> (usize, u64) {
    let word = ((u128::from(hash) * u128::from(count)) >> 64) as usize;
    let spread = hash::fold(hash, 0xa076_1d64_78bd_642f);
    let bit = |number: u32| 1u64 << (spread >> (6 * number) & 63);
    (word, bit(0) | bit(1) | bit(2) | bit(3))
}
