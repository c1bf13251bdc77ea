// SPDX-License-Identifier: Apache-2.0
use crate::intervals::HIGHEST_NS;

/// The exact figures of one kind of latency, beside the histogram's rounded ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    pub count: u64,
    pub negative_count: u64,
    pub overflow_count: u64,
    pub min_ns: u64,
    pub max_ns: u64,
    sum_ns: u128,
}

impl Tally {
    pub fn new() -> Self {
        Self {
            count: 0,
            negative_count: 0,
            overflow_count: 0,
            min_ns: u64::MAX,
            max_ns: 0,
            sum_ns: 0,
        }
    }

    /// The latency, when the histogram has a place for it.
    #[inline]
    pub fn take(&mut self, sent_ns: u64, receipt_ns: u64) -> Option<u64> {
        let Some(latency_ns) = receipt_ns.checked_sub(sent_ns) else {
            self.negative_count += 1;
            return None;
        };
        if latency_ns > HIGHEST_NS {
            self.overflow_count += 1;
            return None;
        }
        self.count += 1;
        self.min_ns = self.min_ns.min(latency_ns);
        self.max_ns = self.max_ns.max(latency_ns);
        self.sum_ns += u128::from(latency_ns);
        Some(latency_ns)
    }

    pub fn mean_ns(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum_ns as f64 / self.count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_sorted_into_range_negative_and_overflow() {
        let mut tally = Tally::new();
        assert_eq!(tally.take(10, 10), Some(0));
        assert_eq!(tally.take(10, 9), None);
        assert_eq!(tally.take(0, HIGHEST_NS), Some(HIGHEST_NS));
        assert_eq!(tally.take(0, HIGHEST_NS + 1), None);
        assert_eq!((tally.count, tally.negative_count, tally.overflow_count), (2, 1, 1));
    }

    #[test]
    fn minimum_maximum_and_mean_are_exact() {
        let mut tally = Tally::new();
        for latency_ns in [14_001, 16_003, 15_000] {
            tally.take(0, latency_ns);
        }
        assert_eq!((tally.min_ns, tally.max_ns), (14_001, 16_003));
        assert_eq!(tally.mean_ns(), Some(45_004.0 / 3.0));
    }

    #[test]
    fn there_is_no_mean_of_nothing() {
        assert_eq!(Tally::new().mean_ns(), None);
    }
}
