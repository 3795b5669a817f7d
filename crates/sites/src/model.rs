//! How a name becomes a bit string: each letter by a prefix code that depends on the letters before it.
//!
//! The bit string of one name is never the beginning of another's, because each ends with a mark and every letter's code
//! is prefix-free where it stands. So the bit string *is* the name in another spelling, and comparing bit strings
//! compares names. A letter that never stands there in any stored name has no code: then the name is not stored.

use crate::bits::BitString;
use crate::file::{Damage, Reader};
use crate::huffman::{self, Code};

/// Four bits keep the length of a code; 15 says that there is none.
const LONGEST: u32 = 14;
const NONE: u8 = 15;
/// Stands for the beginning and for the end.
const END: u8 = 0;
const FOREIGN: u8 = 255;

pub(crate) struct Model {
    /// How many letters before it the code of a letter depends on: 1 or 2.
    order: u8,
    /// The symbol of each byte; [`FOREIGN`] where the byte is in no stored name.
    symbols: [u8; 256],
    /// How many symbols there are, the end among them.
    size: usize,
    codes: Vec<SmallCode>,
}

/// A code in four bytes, for there are tens of thousands and a look-up should find them in the nearest cache: its
/// length in the lowest byte, its bits above. [`SmallCode::NONE`] where there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
struct SmallCode(u32);

impl SmallCode {
    const NONE: SmallCode = SmallCode(u32::MAX);

    fn of(code: Option<Code>) -> SmallCode {
        code.map_or(SmallCode::NONE, |code| SmallCode(code.bits << 8 | u32::from(code.length)))
    }
}

impl Model {
    /// Learns from keys (each a sequence of bytes) how letters follow one another, and writes it down.
    pub(crate) fn learn<K: Iterator<Item = u8>>(order: u8, keys: impl Iterator<Item = K> + Clone, out: &mut Vec<u8>) {
        let mut occurs = [false; 256];
        keys.clone().flatten().for_each(|byte| occurs[usize::from(byte)] = true);
        let letters: Vec<u8> = (0..=255).filter(|byte| occurs[usize::from(*byte)]).take(254).collect();
        let model = Model::with_letters(order, &letters);
        let mut counts = vec![0u32; model.contexts() * model.size];
        for key in keys {
            let mut state = LastSymbols::default();
            for byte in key {
                let symbol = model.symbols[usize::from(byte)];
                counts[model.slot(state, symbol)] += 1;
                state = state.after(symbol);
            }
            counts[model.slot(state, END)] += 1;
        }
        let lengths = model.lengths_of(&counts);
        out.push(order);
        out.push(letters.len() as u8);
        out.extend_from_slice(&letters);
        out.extend(lengths.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(NONE) << 4));
    }

    fn lengths_of(&self, counts: &[u32]) -> Vec<u8> {
        counts
            .chunks(self.size)
            .flat_map(|context| huffman::lengths(context, LONGEST))
            .map(|length| length.unwrap_or(NONE))
            .collect()
    }

    fn with_letters(order: u8, letters: &[u8]) -> Model {
        let mut symbols = [FOREIGN; 256];
        for (place, letter) in letters.iter().enumerate() {
            symbols[usize::from(*letter)] = place as u8 + 1;
        }
        Model { order, symbols, size: letters.len() + 1, codes: Vec::new() }
    }

    pub(crate) fn read(from: &mut Reader<'_>) -> Result<Model, Damage> {
        let damage = Damage("its table of letters");
        let order = from.u8()?;
        let count = from.u8()?;
        if !(1..=2).contains(&order) || count > 254 {
            return Err(damage);
        }
        let range = from.take(usize::from(count))?;
        let mut model = Model::with_letters(order, from.at(range));
        let slots = model.contexts() * model.size;
        let range = from.take(slots.div_ceil(2))?;
        let packed = from.at(range);
        let lengths: Vec<Option<u8>> = packed
            .iter()
            .flat_map(|pair| [pair & 15, pair >> 4])
            .take(slots)
            .map(|length| (length != NONE).then_some(length))
            .collect();
        for context in lengths.chunks(model.size) {
            model.codes.extend(huffman::codes(context).ok_or(damage)?.into_iter().map(SmallCode::of));
        }
        Ok(model)
    }

    fn contexts(&self) -> usize {
        if self.order == 1 { self.size } else { self.size * self.size }
    }

    fn slot(&self, state: LastSymbols, symbol: u8) -> usize {
        let earlier = if self.order == 1 { 0 } else { usize::from(state.before) * self.size };
        (earlier + usize::from(state.last)) * self.size + usize::from(symbol)
    }

    pub(crate) fn encoder<const WORDS: usize>(&self) -> Encoder<'_, WORDS> {
        Encoder { model: self, state: LastSymbols::default(), bits: BitString::new() }
    }
}

/// The last two symbols.
#[derive(Clone, Copy)]
struct LastSymbols {
    before: u8,
    last: u8,
}

impl Default for LastSymbols {
    fn default() -> Self {
        LastSymbols { before: END, last: END }
    }
}

impl LastSymbols {
    fn after(self, symbol: u8) -> LastSymbols {
        LastSymbols { before: self.last, last: symbol }
    }
}

/// Writes one key as a bit string, letter by letter.
pub(crate) struct Encoder<'m, const WORDS: usize> {
    model: &'m Model,
    state: LastSymbols,
    bits: BitString<WORDS>,
}

impl<const WORDS: usize> Encoder<'_, WORDS> {
    /// `None`: no stored key goes on like this.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) -> Option<()> {
        let symbol = self.model.symbols[usize::from(byte)];
        if symbol == FOREIGN {
            return None;
        }
        self.push_symbol(symbol)?;
        self.state = self.state.after(symbol);
        Some(())
    }

    #[inline]
    fn push_symbol(&mut self, symbol: u8) -> Option<()> {
        let code = self.model.codes.get(self.model.slot(self.state, symbol)).copied()?;
        if code == SmallCode::NONE {
            return None;
        }
        self.bits.push(code.0 >> 8, code.0 & 0xff)
    }

    /// What `look` makes of the bit string of the key as far as it was pushed. `None` if no stored key ends here.
    pub(crate) fn ended<T>(&mut self, look: impl FnOnce(&BitString<WORDS>) -> Option<T>) -> Option<T> {
        let length = self.bits.len();
        self.push_symbol(END)?;
        let found = look(&self.bits);
        self.bits.truncate(length);
        found
    }
}
