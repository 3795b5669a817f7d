//! The distinct sets of categories, each stored once; a name keeps only the short code of its set.

use std::collections::HashMap;

use domain::{Category, CategorySet};

use crate::bits;
use crate::file::{Damage, Reader};
use crate::huffman::{self, Code};

const LONGEST: u32 = 15;
/// The most distinct sets one index holds: the longest code has room for them all.
pub(crate) const MOST_SETS: usize = 1 << LONGEST;

/// The sets while an index is being built: which code each has.
pub(crate) struct SetCodes(HashMap<CategorySet, Code>);

impl SetCodes {
    /// Writes the sets down, with the vocabulary that their bits stand for.
    pub(crate) fn write(counts: &HashMap<CategorySet, u32>, out: &mut Vec<u8>) -> SetCodes {
        let mut sets: Vec<CategorySet> = counts.keys().copied().collect();
        sets.sort_unstable_by_key(|set| set.0);
        let lengths = huffman::lengths(&sets.iter().map(|set| counts[set]).collect::<Vec<_>>(), LONGEST);
        out.push(Category::ALL.len() as u8);
        for category in Category::ALL {
            out.push(category.name().len() as u8);
            out.extend_from_slice(category.name().as_bytes());
        }
        out.extend_from_slice(&(sets.len() as u32).to_le_bytes());
        for (set, length) in sets.iter().zip(&lengths) {
            out.extend_from_slice(&set.0.to_le_bytes());
            out.push(length.unwrap_or_default());
        }
        let codes = huffman::codes(&lengths).unwrap_or_default();
        SetCodes(sets.into_iter().zip(codes).filter_map(|(set, code)| Some((set, code?))).collect())
    }

    pub(crate) fn code(&self, set: CategorySet) -> Code {
        self.0.get(&set).copied().unwrap_or(Code { bits: 0, length: 0 })
    }
}

/// The sets of an index that is open.
pub(crate) struct Sets {
    /// For each possible next `width` bits: the set whose code they begin with, and its length.
    table: Vec<(CategorySet, u8)>,
    width: u32,
}

impl Sets {
    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Sets, Damage> {
        let damage = Damage("its sets of categories");
        let vocabulary = read_vocabulary(from)?;
        let count = from.u32()? as usize;
        if count > MOST_SETS {
            return Err(damage);
        }
        let mut sets = Vec::with_capacity(count);
        let mut lengths = Vec::with_capacity(count);
        for _ in 0..count {
            let stored = from.u64()?;
            if vocabulary.len() < 64 && stored >> vocabulary.len() != 0 {
                return Err(damage);
            }
            let present = vocabulary.iter().enumerate().filter(|(place, _)| stored & 1 << place != 0);
            sets.push(present.map(|(_, category)| *category).collect::<CategorySet>());
            lengths.push(Some(from.u8()?).filter(|length| u32::from(*length) <= LONGEST).ok_or(damage)?);
        }
        let width = u32::from(lengths.iter().copied().max().unwrap_or(0));
        let codes = huffman::codes(&lengths.into_iter().map(Some).collect::<Vec<_>>()).ok_or(damage)?;
        let mut table = vec![(CategorySet::EMPTY, 1); 1 << width];
        for (set, code) in sets.into_iter().zip(codes.into_iter().flatten()) {
            for above in 0..1usize << (width - u32::from(code.length)) {
                table[code.bits as usize | above << code.length] = (set, code.length);
            }
        }
        Ok(Sets { table, width })
    }

    /// The set whose code stands at `position`, and how many bits the code has.
    #[inline]
    pub(crate) fn decode(&self, data: &[u8], position: usize) -> (CategorySet, usize) {
        let (set, length) = self.table[bits::read(data, position, self.width) as usize];
        (set, usize::from(length))
    }
}

/// The categories by the place of their bit. A file of another version of this program may order them differently.
fn read_vocabulary(from: &mut Reader<'_>) -> Result<Vec<Category>, Damage> {
    let count = from.u8()?;
    (0..count)
        .map(|_| {
            let length = from.u8()?;
            let range = from.take(length.into())?;
            let name = std::str::from_utf8(from.at(range)).map_err(|_| Damage("its names of categories"))?;
            name.parse().map_err(|_| Damage("its categories, which are not those of this program"))
        })
        .collect()
}
