// SPDX-License-Identifier: Apache-2.0
use std::collections::VecDeque;

use crate::memory::touched;

/// Gaps remembered; then the oldest is forgotten, and what was lost in it stays lost.
const GAPS: usize = 1024;

/// Missing sequence numbers: from `first` to below `end`.
#[derive(Debug, Clone, Copy)]
struct Gap {
    first: u64,
    end: u64,
}

/// The sequence numbers that are missing so far, in rising order.
#[derive(Debug)]
pub(crate) struct Gaps {
    gaps: VecDeque<Gap>,
}

impl Gaps {
    pub fn new() -> Self {
        // Room for one more: splitting a gap adds one before the oldest goes.
        Self { gaps: touched(GAPS + 1, Gap { first: 0, end: 0 }).into() }
    }

    /// `first` to below `end` are missing; all behind those of earlier gaps.
    pub fn open(&mut self, first: u64, end: u64) {
        self.gaps.push_back(Gap { first, end });
        self.forget_oldest();
    }

    /// Whether the number was missing; it no longer is.
    pub fn fill(&mut self, sequence: u64) -> bool {
        let at = self.gaps.partition_point(|gap| gap.end <= sequence);
        let Some(&Gap { first, end }) = self.gaps.get(at).filter(|gap| gap.first <= sequence)
        else {
            return false;
        };
        self.gaps.remove(at);
        if sequence + 1 < end {
            self.gaps.insert(at, Gap { first: sequence + 1, end });
        }
        if first < sequence {
            self.gaps.insert(at, Gap { first, end: sequence });
        }
        self.forget_oldest();
        true
    }

    fn forget_oldest(&mut self) {
        if self.gaps.len() > GAPS {
            self.gaps.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_of_a_gap_is_missing_once_from_whichever_side_it_is_filled() {
        let mut gaps = Gaps::new();
        gaps.open(10, 15);
        gaps.open(20, 21);
        for sequence in [12, 10, 14, 11, 13, 20] {
            assert!(gaps.fill(sequence), "{sequence}");
            assert!(!gaps.fill(sequence), "{sequence} again");
        }
        assert!(gaps.gaps.is_empty());
    }

    #[test]
    fn a_number_beside_a_gap_was_not_missing() {
        let mut gaps = Gaps::new();
        gaps.open(10, 15);
        assert!(!gaps.fill(9));
        assert!(!gaps.fill(15));
    }

    #[test]
    fn the_oldest_gaps_are_forgotten_and_the_memory_stays_as_it_was() {
        let mut gaps = Gaps::new();
        let capacity = gaps.gaps.capacity();
        let last = 10 * GAPS as u64;
        (0..=last).for_each(|gap| gaps.open(4 * gap, 4 * gap + 3));
        assert!(!gaps.fill(0));
        assert!(gaps.fill(4 * last + 1), "which splits a gap");
        assert_eq!((gaps.gaps.len(), gaps.gaps.capacity()), (GAPS, capacity));
    }
}
