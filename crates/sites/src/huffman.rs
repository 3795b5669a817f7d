//! Prefix codes: short bit strings for what is frequent, none of which is the beginning of another.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The length of the code of each symbol, at most `longest` bits. A symbol that never occurs has no code; one that
/// occurs alone has a code of no bits.
pub(crate) fn lengths(counts: &[u32], longest: u32) -> Vec<Option<u8>> {
    let mut counts: Vec<u64> = counts.iter().copied().map(u64::from).collect();
    loop {
        let lengths = unlimited_lengths(&counts);
        if lengths.iter().flatten().all(|length| u32::from(*length) <= longest) {
            return lengths;
        }
        // Evening the counts out makes the longest codes shorter, at a small price in size.
        counts.iter_mut().filter(|count| **count > 0).for_each(|count| *count = count.div_ceil(4));
    }
}

fn unlimited_lengths(counts: &[u64]) -> Vec<Option<u8>> {
    let occurring: Vec<usize> = (0..counts.len()).filter(|symbol| counts[*symbol] > 0).collect();
    // Each node of the tree: its parent. The leaves come first.
    let mut parents = vec![0usize; occurring.len()];
    let mut heap: BinaryHeap<Reverse<(u64, usize)>> =
        occurring.iter().enumerate().map(|(leaf, symbol)| Reverse((counts[*symbol], leaf))).collect();
    while heap.len() > 1 {
        let node = parents.len();
        let mut weight = 0;
        for _ in 0..2 {
            if let Some(Reverse((count, child))) = heap.pop() {
                weight += count;
                parents[child] = node;
            }
        }
        parents.push(node);
        heap.push(Reverse((weight, node)));
    }
    let mut depths = vec![0u8; parents.len()];
    for node in (0..parents.len().saturating_sub(1)).rev() {
        depths[node] = depths[parents[node]].saturating_add(1);
    }
    let mut lengths = vec![None; counts.len()];
    for (leaf, symbol) in occurring.into_iter().enumerate() {
        lengths[symbol] = Some(depths[leaf]);
    }
    lengths
}

/// A code: its bits, the first of them the lowest, and how many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) bits: u32,
    pub(crate) length: u8,
}

/// The codes that belong to the lengths. `None` where no prefix code has these lengths.
pub(crate) fn codes(lengths: &[Option<u8>]) -> Option<Vec<Option<Code>>> {
    let longest = lengths.iter().flatten().copied().max().unwrap_or(0);
    if longest > 24 {
        return None;
    }
    let mut codes = vec![None; lengths.len()];
    let mut next: u32 = 0;
    let mut used: u64 = 0;
    for length in 0..=longest {
        next <<= 1;
        for (symbol, _) in lengths.iter().enumerate().filter(|(_, have)| **have == Some(length)) {
            used += 1 << (longest - length);
            if used > 1 << longest {
                return None;
            }
            let bits = if length == 0 { 0 } else { next.reverse_bits() >> (32 - u32::from(length)) };
            codes[symbol] = Some(Code { bits, length });
            next += 1;
        }
    }
    Some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_code_begins_another(counts in proptest::collection::vec(0u32..1_000_000, 1..60)) {
            let lengths = lengths(&counts, 14);
            let codes: Vec<Code> = codes(&lengths).expect("a prefix code").into_iter().flatten().collect();
            prop_assert_eq!(codes.len(), counts.iter().filter(|count| **count > 0).count());
            for (place, one) in codes.iter().enumerate() {
                prop_assert!(one.length <= 14);
                for other in &codes[place + 1..] {
                    let shared = one.length.min(other.length);
                    prop_assert_ne!(one.bits & ((1 << shared) - 1), other.bits & ((1 << shared) - 1));
                }
            }
        }
    }

    #[test]
    fn very_uneven_counts_keep_to_the_longest_length() {
        let counts: Vec<u32> = (0..31).map(|power| 1 << power).collect();
        assert!(lengths(&counts, 14).iter().flatten().all(|length| *length <= 14));
    }

    #[test]
    fn what_occurs_alone_needs_no_bits() {
        assert_eq!(lengths(&[0, 7, 0], 14), [None, Some(0), None]);
    }

    #[test]
    fn lengths_that_no_prefix_code_has_are_refused() {
        assert_eq!(codes(&[Some(1), Some(1), Some(1)]), None);
        assert_eq!(codes(&[Some(0), Some(1)]), None);
    }
}
