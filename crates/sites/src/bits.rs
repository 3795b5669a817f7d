//! Strings of bits, least significant first: a short one built letter by letter, and a long one read from a file.

/// The most bits that one read gives.
pub(crate) const MOST: u32 = 56;

/// A bit string of at most `64 * (WORDS - 1)` bits. What lies beyond its end is zero.
pub(crate) struct BitString<const WORDS: usize> {
    words: [u64; WORDS],
    length: usize,
}

impl<const WORDS: usize> BitString<WORDS> {
    pub(crate) fn new() -> Self {
        BitString { words: [0; WORDS], length: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Appends the lowest `count` bits of `bits`, at most 32. `None` when there is no room for them.
    pub(crate) fn push(&mut self, bits: u32, count: u32) -> Option<()> {
        let (word, shift) = (self.length / 64, self.length % 64);
        let bits = u64::from(bits);
        let spilled = if shift == 0 { 0 } else { bits >> (64 - shift) };
        *self.words.get_mut(word + 1)? = spilled;
        self.words[word] |= bits << shift;
        self.length += count as usize;
        Some(())
    }

    /// Takes off what was pushed last, up to 32 bits of it.
    pub(crate) fn truncate(&mut self, length: usize) {
        let (word, shift) = (length / 64, length % 64);
        self.length = length;
        if let Some(following) = self.words.get_mut(word + 1) {
            *following = 0;
        }
        if let Some(last) = self.words.get_mut(word) {
            *last &= (1 << shift) - 1;
        }
    }

    /// `count` bits (at most [`MOST`]) from `position`; zeros beyond the end.
    pub(crate) fn read(&self, position: usize, count: u32) -> u64 {
        let (word, shift) = (position / 64, position % 64);
        let low = self.words.get(word).copied().unwrap_or(0) >> shift;
        let high = self.words.get(word + 1).copied().unwrap_or(0);
        let high = if shift == 0 { 0 } else { high << (64 - shift) };
        (low | high) & mask(count)
    }
}

/// `count` bits (at most [`MOST`]) of `bytes` from bit `position`; zeros beyond the end.
pub(crate) fn read(bytes: &[u8], position: usize, count: u32) -> u64 {
    let (byte, shift) = (position / 8, position % 8);
    let word = match bytes.get(byte..byte + 8) {
        Some(part) => part.try_into().map_or(0, u64::from_le_bytes),
        None => {
            let tail = bytes.get(byte..).unwrap_or_default();
            tail.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
        }
    };
    (word >> shift) & mask(count)
}

fn mask(count: u32) -> u64 {
    (1 << count) - 1
}

/// A bit string that grows.
#[derive(Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    pending_count: u32,
}

impl BitWriter {
    /// Appends the lowest `count` bits of `bits`, at most [`MOST`].
    pub(crate) fn push(&mut self, bits: u64, count: u32) {
        self.pending |= bits << self.pending_count;
        self.pending_count += count;
        while self.pending_count >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.pending_count -= 8;
        }
    }

    /// How many bits were pushed.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() * 8 + self.pending_count as usize
    }

    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        if self.pending_count > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_pushed_is_read_back(pieces in proptest::collection::vec((any::<u32>(), 0u32..=32), 0..60)) {
            let mut short = BitString::<40>::new();
            let mut long = BitWriter::default();
            for (bits, count) in &pieces {
                let bits = (u64::from(*bits) & mask(*count)) as u32;
                short.push(bits, *count).expect("60 times 32 bits have room");
                long.push(u64::from(bits), *count);
                let length = short.len();
                short.push(0x3fff, 14).expect("room for one more");
                short.truncate(length);
            }
            prop_assert_eq!(short.len(), long.len());
            let bytes = long.into_bytes();
            let mut position = 0;
            for (bits, count) in pieces {
                let expected = u64::from(bits) & mask(count);
                prop_assert_eq!(short.read(position, count), expected);
                prop_assert_eq!(read(&bytes, position, count), expected);
                position += count as usize;
            }
            prop_assert_eq!(short.read(position, MOST), 0);
            prop_assert_eq!(read(&bytes, position + 8, MOST), 0);
        }
    }

    #[test]
    fn a_full_bit_string_takes_no_more() {
        let mut bits = BitString::<2>::new();
        assert!(bits.push(0, 32).is_some() && bits.push(0, 32).is_some());
        assert!(bits.push(1, 1).is_none());
    }
}
