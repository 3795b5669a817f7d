//! A fast hash whose values are part of the file's form: it never changes without [`crate::file::VERSION`] changing.
//!
//! It is used where a wrong guess costs only time (the filter, the choice of a bucket) and to notice damage. It is not
//! for secrets.

const SEEDS: [u64; 4] = [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0xd6e8_feb8_6659_fd93];

/// Multiplies to 128 bits and folds the halves together.
pub(crate) fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Two hashes as one; the order matters.
pub(crate) fn join(first: u64, second: u64) -> u64 {
    fold(first ^ SEEDS[2], second.rotate_left(23) ^ SEEDS[3])
}

/// The hash of some bytes.
pub(crate) fn of(bytes: &[u8]) -> u64 {
    let mut state = SEEDS[0] ^ (bytes.len() as u64).wrapping_mul(SEEDS[3]);
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<16>() {
        if after.is_empty() {
            break;
        }
        state = fold(word(chunk, 0) ^ state, word(chunk, 8) ^ SEEDS[1]);
        rest = after;
    }
    let (first, last) = match rest.len() {
        8.. => (word(rest, 0), word(rest, rest.len() - 8)),
        4..=7 => (half_word(rest, 0), half_word(rest, rest.len() - 4)),
        1..=3 => {
            let (first, middle, last) = (rest[0], rest[rest.len() / 2], rest[rest.len() - 1]);
            (u64::from(first) << 8 | u64::from(middle), u64::from(last))
        }
        0 => (0, 0),
    };
    fold(fold(first ^ state, last ^ SEEDS[1]) ^ SEEDS[2], state ^ SEEDS[3])
}

fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|part| part.try_into().ok()).map_or(0, u64::from_le_bytes)
}

fn half_word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 4).and_then(|part| part.try_into().ok()).map_or(0, |part| u64::from(u32::from_le_bytes(part)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn a_hundred_thousand_like_names_have_as_many_hashes() {
        let hashes: HashSet<u64> =
            (0..100_000).map(|number| super::of(format!("name-{number}.example.org").as_bytes())).collect();
        assert_eq!(hashes.len(), 100_000);
    }

    #[test]
    fn every_length_and_every_letter_counts() {
        let text = [b'a'; 64];
        let mut hashes: HashSet<u64> = (0..=64).map(|length| super::of(&text[..length])).collect();
        for place in 0..64 {
            let mut changed = text;
            changed[place] = b'b';
            hashes.insert(super::of(&changed));
        }
        assert_eq!(hashes.len(), 65 + 64);
    }
}
