// SPDX-License-Identifier: Apache-2.0
use crate::gaps::Gaps;

/// What the place of a message in its stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Ahead of all that came before.
    InOrder,
    /// Behind a later one, for the first time.
    Late,
    /// It has been there before, or was lost too long ago to tell.
    Repeated,
}

/// Follows the sequence numbers of a stream.
#[derive(Debug)]
pub(crate) struct Sequence {
    expected: u64,
    gaps: Gaps,
    pub received: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub reordered: u64,
}

impl Sequence {
    pub fn new() -> Self {
        Self { expected: 0, gaps: Gaps::new(), received: 0, lost: 0, duplicated: 0, reordered: 0 }
    }

    #[inline]
    pub fn expected(&self) -> u64 {
        self.expected
    }

    /// Takes the next message.
    #[inline]
    pub fn accept(&mut self, sequence: u64) -> Arrival {
        if sequence != self.expected {
            return self.accept_other(sequence);
        }
        self.advance(sequence)
    }

    #[inline]
    fn advance(&mut self, sequence: u64) -> Arrival {
        self.expected = sequence.wrapping_add(1);
        self.received += 1;
        Arrival::InOrder
    }

    #[cold]
    fn accept_other(&mut self, sequence: u64) -> Arrival {
        if sequence > self.expected {
            self.lost += sequence - self.expected;
            self.gaps.open(self.expected, sequence);
            return self.advance(sequence);
        }
        if !self.gaps.fill(sequence) {
            self.duplicated += 1;
            return Arrival::Repeated;
        }
        self.lost -= 1;
        self.reordered += 1;
        self.received += 1;
        Arrival::Late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Received, lost, duplicated, reordered.
    fn after(sequences: impl IntoIterator<Item = u64>) -> [u64; 4] {
        let mut stream = Sequence::new();
        for sequence in sequences {
            stream.accept(sequence);
        }
        [stream.received, stream.lost, stream.duplicated, stream.reordered]
    }

    #[test]
    fn a_stream_in_order_is_all_received() {
        assert_eq!(after([0, 1, 2, 3]), [4, 0, 0, 0]);
    }

    #[test]
    fn a_gap_counts_as_lost_even_before_the_first_message() {
        assert_eq!(after([2, 3, 6]), [3, 4, 0, 0]);
    }

    #[test]
    fn a_repeated_message_counts_as_duplicated_and_not_as_received() {
        assert_eq!(after([0, 1, 1, 0, 2]), [3, 0, 2, 0]);
    }

    #[test]
    fn a_message_behind_a_later_one_counts_as_reordered_and_no_longer_as_lost() {
        assert_eq!(after([0, 2, 1, 3]), [4, 0, 0, 1]);
    }

    #[test]
    fn a_late_message_that_comes_again_counts_as_duplicated() {
        assert_eq!(after([0, 2, 1, 1, 3]), [4, 0, 1, 1]);
    }

    #[test]
    fn a_stream_of_swapped_neighbours_loses_nothing_however_long_it_is() {
        let swapped = (0..100_000).map(|sequence| sequence ^ 1);
        assert_eq!(after(swapped), [100_000, 0, 0, 50_000]);
    }
}
