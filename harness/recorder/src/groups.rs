// SPDX-License-Identifier: Apache-2.0
use crate::memory::touched;

/// Groups kept; then every other one is dropped.
pub(crate) const GROUPS: usize = 1 << 16;

/// The elapsed times of groups of round trips, each group under one pair of clock reads. All are
/// kept while there is room, then one in two, in four, ..., evenly over the run.
#[derive(Debug)]
pub(crate) struct Groups {
    round_trips: u32,
    elapsed_ns: Vec<u64>,
    capacity: usize,
    stride: u64,
    count: u64,
}

impl Groups {
    /// `capacity` is even, so that dropping every other group leaves the rest evenly spaced.
    pub fn new(capacity: usize) -> Self {
        Self { round_trips: 0, elapsed_ns: touched(capacity, 0), capacity, stride: 1, count: 0 }
    }

    /// The first group says how many round trips each has; one of another size is left out.
    #[inline]
    pub fn add(&mut self, round_trips: u32, elapsed_ns: u64) {
        if self.count == 0 {
            self.round_trips = round_trips;
        }
        if round_trips == 0 || round_trips != self.round_trips {
            return;
        }
        if self.count.is_multiple_of(self.stride) {
            self.keep(elapsed_ns);
        }
        self.count += 1;
    }

    fn keep(&mut self, elapsed_ns: u64) {
        if self.elapsed_ns.len() == self.capacity {
            for i in 0..self.capacity / 2 {
                self.elapsed_ns[i] = self.elapsed_ns[2 * i];
            }
            self.elapsed_ns.truncate(self.capacity / 2);
            self.stride *= 2;
        }
        self.elapsed_ns.push(elapsed_ns);
    }

    pub fn round_trips(&self) -> u32 {
        self.round_trips
    }

    /// All that were added, kept or not.
    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn stride(&self) -> u64 {
        self.stride
    }

    pub fn elapsed_ns(&self) -> &[u64] {
        &self.elapsed_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(capacity: usize, count: u64) -> Groups {
        let mut groups = Groups::new(capacity);
        (0..count).for_each(|elapsed_ns| groups.add(64, elapsed_ns));
        groups
    }

    #[test]
    fn every_group_is_kept_while_there_is_room() {
        let groups = filled(4, 4);
        assert_eq!(groups.elapsed_ns(), [0, 1, 2, 3]);
        assert_eq!((groups.round_trips(), groups.count(), groups.stride()), (64, 4, 1));
    }

    #[test]
    fn groups_are_thinned_out_evenly_when_the_room_is_used_up() {
        let groups = filled(4, 13);
        assert_eq!(groups.elapsed_ns(), [0, 4, 8, 12]);
        assert_eq!((groups.count(), groups.stride()), (13, 4));
    }

    #[test]
    fn the_group_that_finds_no_room_keeps_its_place_in_the_stride() {
        let groups = filled(4, 7);
        assert_eq!(groups.elapsed_ns(), [0, 2, 4, 6]);
    }

    #[test]
    fn a_group_of_another_size_is_left_out() {
        let mut groups = filled(4, 2);
        groups.add(63, 9);
        groups.add(0, 9);
        assert_eq!((groups.elapsed_ns(), groups.count()), ([0, 1].as_slice(), 2));
    }
}
