// SPDX-License-Identifier: Apache-2.0
use crate::memory::touched;

/// Messages of a stretch to begin with: a multiple of those that share a reading of the clock.
pub(crate) const STRETCH_MESSAGES: u64 = 1024;
/// Stretches kept; then neighbours are merged.
pub(crate) const STRETCHES: usize = 1 << 14;

/// The elapsed times of consecutive stretches of messages, from the receipt of the first message of
/// one to that of the first of the next. The last stretch, which no next one ends, is left out.
#[derive(Debug)]
pub(crate) struct Pace {
    marks_per_stretch: u64,
    missing: u64,
    begin_ns: Option<u64>,
    elapsed_ns: Vec<u64>,
    capacity: usize,
}

impl Pace {
    /// `capacity` is even, so that merging neighbours leaves none over.
    pub fn new(capacity: usize) -> Self {
        let elapsed_ns = touched(capacity, 0);
        Self { marks_per_stretch: 1, missing: 1, begin_ns: None, elapsed_ns, capacity }
    }

    /// Every `STRETCH_MESSAGES`th message, beginning with the first.
    #[cold]
    pub fn mark(&mut self, receipt_ns: u64) {
        let Some(begin_ns) = self.begin_ns else {
            self.begin_ns = Some(receipt_ns);
            return;
        };
        self.missing -= 1;
        if self.missing == 0 {
            self.close(begin_ns, receipt_ns);
        }
    }

    fn close(&mut self, begin_ns: u64, end_ns: u64) {
        self.begin_ns = Some(end_ns);
        // A clock that was set back says nothing of how long it took.
        if let Some(elapsed_ns) = end_ns.checked_sub(begin_ns) {
            self.elapsed_ns.push(elapsed_ns);
        }
        if self.elapsed_ns.len() == self.capacity {
            self.merge_neighbours();
        }
        self.missing = self.marks_per_stretch;
    }

    fn merge_neighbours(&mut self) {
        for i in 0..self.capacity / 2 {
            self.elapsed_ns[i] = self.elapsed_ns[2 * i] + self.elapsed_ns[2 * i + 1];
        }
        self.elapsed_ns.truncate(self.capacity / 2);
        self.marks_per_stretch *= 2;
    }

    pub fn messages_per_stretch(&self) -> u64 {
        STRETCH_MESSAGES * self.marks_per_stretch
    }

    pub fn elapsed_ns(&self) -> &[u64] {
        &self.elapsed_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(capacity: usize, receipts_ns: impl IntoIterator<Item = u64>) -> Pace {
        let mut pace = Pace::new(capacity);
        receipts_ns.into_iter().for_each(|receipt_ns| pace.mark(receipt_ns));
        pace
    }

    #[test]
    fn a_stretch_goes_from_one_mark_to_the_next() {
        assert_eq!(marked(8, [100, 110, 150]).elapsed_ns(), [10, 40]);
        assert_eq!(marked(8, [100, 110]).messages_per_stretch(), STRETCH_MESSAGES);
    }

    #[test]
    fn what_no_mark_ends_is_no_stretch() {
        assert!(marked(8, []).elapsed_ns().is_empty());
        assert!(marked(8, [100]).elapsed_ns().is_empty());
    }

    #[test]
    fn neighbours_are_merged_when_the_room_is_used_up() {
        let pace = marked(4, [0, 1, 3, 6, 10, 15, 21]);
        assert_eq!(pace.messages_per_stretch(), 2 * STRETCH_MESSAGES);
        assert_eq!(pace.elapsed_ns(), [3, 7, 11]);
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_stretch() {
        assert_eq!(marked(8, [100, 110, 50, 70]).elapsed_ns(), [10, 20]);
    }
}
