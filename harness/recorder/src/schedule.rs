// SPDX-License-Identifier: Apache-2.0
const NS_PER_S: u64 = 1_000_000_000;

/// When the messages of an open loop should be sent. All in integers: a float64 of nanoseconds
/// since the epoch has steps of 256 ns.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    start_ns: u64,
    rate_per_s: u64,
}

impl Schedule {
    /// `rate_per_s` messages per second; 0: closed loop.
    pub fn new(rate_per_s: u64) -> Self {
        Self { start_ns: 0, rate_per_s }
    }

    /// When message 0 should be sent.
    pub fn start_at(&mut self, start_ns: u64) {
        self.start_ns = start_ns;
    }

    /// When message 0 should be sent; 0 before it is known.
    pub fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// When message number `sequence` should be sent: start + sequence / rate; 0 in closed loop.
    #[inline]
    pub fn intended_ns(&self, sequence: u64) -> u64 {
        if self.rate_per_s == 0 {
            return 0;
        }
        // The division of 64 bits is several times faster, and lasts for 18 billion messages.
        let offset_ns = match sequence.checked_mul(NS_PER_S) {
            Some(scaled) => scaled / self.rate_per_s,
            None => {
                (u128::from(sequence) * u128::from(NS_PER_S) / u128::from(self.rate_per_s)) as u64
            }
        };
        self.start_ns.wrapping_add(offset_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_loop_intends_nothing() {
        assert_eq!(Schedule::new(0).intended_ns(7), 0);
    }

    #[test]
    fn intended_times_do_not_drift_at_a_rate_that_does_not_divide_a_second() {
        let mut schedule = Schedule::new(1_060_000);
        schedule.start_at(1_700_000_000_000_000_000);
        assert_eq!(schedule.intended_ns(1), 1_700_000_000_000_000_943);
        assert_eq!(schedule.intended_ns(1_060_000), 1_700_000_001_000_000_000);
        assert_eq!(schedule.intended_ns(10_600_000), 1_700_000_010_000_000_000);
    }

    #[test]
    fn the_wide_and_the_narrow_division_meet() {
        let schedule = Schedule::new(1_000);
        let last_narrow = u64::MAX / NS_PER_S;
        assert_eq!(schedule.intended_ns(last_narrow), last_narrow * 1_000_000);
        assert_eq!(schedule.intended_ns(last_narrow + 1), (last_narrow + 1) * 1_000_000);
    }
}
