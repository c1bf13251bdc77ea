// SPDX-License-Identifier: Apache-2.0
/// Follows the sequence numbers of a stream that neither loses nor repeats nor reorders.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sequence {
    expected: u64,
    pub received: u64,
    pub lost: u64,
    pub duplicated: u64,
}

impl Sequence {
    #[inline]
    pub fn expected(&self) -> u64 {
        self.expected
    }

    /// Takes the next message; false: it has been there before, or comes after a later one.
    #[inline]
    pub fn accept(&mut self, sequence: u64) -> bool {
        if sequence != self.expected && !self.jump(sequence) {
            return false;
        }
        self.expected = sequence.wrapping_add(1);
        self.received += 1;
        true
    }

    #[cold]
    fn jump(&mut self, sequence: u64) -> bool {
        if sequence < self.expected {
            self.duplicated += 1;
            return false;
        }
        self.lost += sequence - self.expected;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(sequences: &[u64]) -> (u64, u64, u64) {
        let mut stream = Sequence::default();
        for &sequence in sequences {
            stream.accept(sequence);
        }
        (stream.received, stream.lost, stream.duplicated)
    }

    #[test]
    fn a_stream_in_order_is_all_received() {
        assert_eq!(after(&[0, 1, 2, 3]), (4, 0, 0));
    }

    #[test]
    fn a_gap_counts_as_lost_even_before_the_first_message() {
        assert_eq!(after(&[2, 3, 6]), (3, 4, 0));
    }

    #[test]
    fn a_repeated_message_counts_as_duplicated_and_not_as_received() {
        assert_eq!(after(&[0, 1, 1, 0, 2]), (3, 0, 2));
    }

    #[test]
    fn two_swapped_messages_show_as_one_lost_and_one_duplicated() {
        assert_eq!(after(&[0, 2, 1, 3]), (3, 1, 1));
    }
}
