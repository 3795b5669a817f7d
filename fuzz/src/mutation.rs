//! Changes to a seed: few enough that it is still read some way, odd enough that it isn't read all the way.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// Bytes that readers tend to stumble over.
const ODD: &[u8] = b"\0\x01\x7f\x80\xff\r\n\t \"'\\,;:%{}[]()#+-0";
const LONGEST: usize = 64 * 1024;

/// Input number `number` of the run that began with `seed`: the same two numbers always give the same bytes.
pub(crate) fn input(seeds: &[Vec<u8>], words: &[&str], seed: u64, number: u64) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut bytes = seeds.choose(&mut random).cloned().unwrap_or_default();
    for _ in 0..random.random_range(1..=8) {
        change(&mut bytes, seeds, words, &mut random);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str], random: &mut StdRng) {
    let at = random.random_range(0..=bytes.len());
    match random.random_range(0..8) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.random_range(0..8);
            }
        }
        1 => {
            if let (Some(byte), Some(odd)) = (bytes.get_mut(at), ODD.choose(random)) {
                *byte = *odd;
            }
        }
        2 => bytes.insert(at, random.random()),
        3 => drop(bytes.drain(span(bytes.len(), random))),
        4 => {
            let part = bytes[span(bytes.len(), random)].to_vec();
            insert(bytes, at, &part);
        }
        5 => {
            if let Some(word) = words.choose(random) {
                insert(bytes, at, word.as_bytes());
            }
        }
        6 => {
            if let Some(other) = seeds.choose(random) {
                insert(bytes, at, &other[span(other.len(), random)]);
            }
        }
        _ => bytes.truncate(at),
    }
}

/// Part of something so many bytes long: mostly a few bytes, now and then many.
fn span(length: usize, random: &mut StdRng) -> std::ops::Range<usize> {
    let start = random.random_range(0..=length);
    let longest = if random.random_range(0..4) == 0 { length - start } else { (length - start).min(16) };
    start..start + random.random_range(0..=longest)
}

fn insert(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.splice(at..at, part.iter().copied());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_give_the_same_input_and_others_another() {
        let seeds = [b"the first of them".to_vec(), b"and the second".to_vec()];
        let inputs: std::collections::BTreeSet<Vec<u8>> =
            (0..100).map(|number| input(&seeds, &["word"], 1, number)).collect();
        assert!(inputs.len() > 90, "{} of a hundred differ", inputs.len());
        assert_eq!(input(&seeds, &["word"], 1, 7), input(&seeds, &["word"], 1, 7));
        assert_ne!(input(&seeds, &["word"], 1, 7), input(&seeds, &["word"], 2, 7));
    }

    #[test]
    fn nothing_to_begin_from_is_no_trouble() {
        for number in 0..100 {
            input(&[], &[], 1, number);
            input(&[Vec::new()], &[], 1, number);
        }
    }
}
