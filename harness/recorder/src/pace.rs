// SPDX-License-Identifier: Apache-2.0
use crate::windows::Windows;

/// Messages of a stretch to begin with: a multiple of those that share a reading of the clock.
pub(crate) const STRETCH_MESSAGES: u64 = 1024;
/// Stretches kept; then neighbours are merged.
pub(crate) const STRETCHES: usize = 1 << 14;

/// The elapsed times of consecutive stretches of messages, from the receipt of the first message of
/// one to that of the first of the next. The last stretch, which no next one ends, is left out.
#[derive(Debug)]
pub(crate) struct Pace {
    begin_ns: Option<u64>,
    stretches: Windows,
}

impl Pace {
    /// `capacity` is even, so that merging neighbours leaves none over.
    pub fn new(capacity: usize) -> Self {
        Self { begin_ns: None, stretches: Windows::new(capacity, 1) }
    }

    /// Every `STRETCH_MESSAGES`th message, beginning with the first.
    #[cold]
    pub fn mark(&mut self, receipt_ns: u64) {
        // A clock that was set back says nothing of how long it took.
        if let Some(elapsed_ns) = self.begin_ns.and_then(|begin| receipt_ns.checked_sub(begin)) {
            self.stretches.add(elapsed_ns);
        }
        self.begin_ns = Some(receipt_ns);
    }

    pub fn messages_per_stretch(&self) -> u64 {
        STRETCH_MESSAGES * self.stretches.messages_per_window()
    }

    pub fn elapsed_ns(&self) -> &[u64] {
        self.stretches.sums_ns()
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
