// SPDX-License-Identifier: Apache-2.0
use crate::memory::touched;

/// Windows kept; then neighbours are merged.
pub(crate) const WINDOWS: usize = 1 << 16;

/// The means of consecutive windows of latencies. A window that is not full at the end is left out.
#[derive(Debug)]
pub(crate) struct Windows {
    messages_per_window: u64,
    sums_ns: Vec<u64>,
    sum_ns: u64,
    missing: u64,
    capacity: usize,
}

impl Windows {
    /// `capacity` is even, so that merging neighbours leaves none over.
    pub fn new(capacity: usize, messages_per_window: u32) -> Self {
        let sums_ns = touched(capacity, 0);
        let messages_per_window = u64::from(messages_per_window);
        Self { messages_per_window, sums_ns, sum_ns: 0, missing: messages_per_window, capacity }
    }

    #[inline]
    pub fn add(&mut self, latency_ns: u64) {
        self.sum_ns += latency_ns;
        self.missing -= 1;
        if self.missing == 0 {
            self.close();
        }
    }

    #[cold]
    fn close(&mut self) {
        self.sums_ns.push(self.sum_ns);
        if self.sums_ns.len() == self.capacity {
            self.merge_neighbours();
        }
        self.sum_ns = 0;
        self.missing = self.messages_per_window;
    }

    fn merge_neighbours(&mut self) {
        for i in 0..self.capacity / 2 {
            self.sums_ns[i] = self.sums_ns[2 * i] + self.sums_ns[2 * i + 1];
        }
        self.sums_ns.truncate(self.capacity / 2);
        self.messages_per_window *= 2;
    }

    pub fn messages_per_window(&self) -> u64 {
        self.messages_per_window
    }

    /// Of the values of each full window.
    pub fn sums_ns(&self) -> &[u64] {
        &self.sums_ns
    }

    pub fn means_ns(&self) -> Vec<f64> {
        self.sums_ns.iter().map(|&sum| sum as f64 / self.messages_per_window as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(capacity: usize, latencies_ns: impl IntoIterator<Item = u64>) -> Windows {
        let mut windows = Windows::new(capacity, 2);
        for latency_ns in latencies_ns {
            windows.add(latency_ns);
        }
        windows
    }

    #[test]
    fn the_mean_of_each_full_window_is_kept() {
        assert_eq!(filled(8, [10, 20, 30, 50]).means_ns(), [15.0, 40.0]);
    }

    #[test]
    fn a_window_that_is_not_full_is_left_out() {
        assert_eq!(filled(8, [10, 20, 30]).means_ns(), [15.0]);
    }

    #[test]
    fn neighbours_are_merged_when_the_windows_are_used_up() {
        let windows = filled(4, [1, 1, 3, 3, 5, 5, 7, 7, 8, 8, 8, 12]);
        assert_eq!(windows.messages_per_window(), 4);
        assert_eq!(windows.means_ns(), [2.0, 6.0, 9.0]);
    }

    #[test]
    fn merging_again_and_again_keeps_the_mean_of_everything() {
        let windows = filled(4, 0..64);
        assert_eq!(windows.messages_per_window(), 32);
        assert_eq!(windows.means_ns(), [15.5, 47.5]);
    }
}
