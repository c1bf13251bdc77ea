// SPDX-License-Identifier: Apache-2.0
use std::sync::Arc;

use crate::Trades;

const NS_PER_S: u64 = 1_000_000_000;

/// When the messages of an open loop should be sent. All in integers: a float64 of nanoseconds
/// since the epoch has steps of 256 ns.
#[derive(Debug, Clone)]
pub struct Schedule {
    start_ns: u64,
    pace: Pace,
}

#[derive(Debug, Clone)]
enum Pace {
    FlatOut,
    PerSecond(u64),
    Recorded(Arc<Trades>),
}

impl Schedule {
    /// `rate_per_s` messages per second; 0: closed loop.
    pub fn new(rate_per_s: u64) -> Self {
        let pace = if rate_per_s == 0 { Pace::FlatOut } else { Pace::PerSecond(rate_per_s) };
        Self { start_ns: 0, pace }
    }

    /// Each message when its trade is due.
    pub fn of_trades(trades: Arc<Trades>) -> Self {
        Self { start_ns: 0, pace: Pace::Recorded(trades) }
    }

    /// Whether there are intended times.
    pub fn is_open_loop(&self) -> bool {
        !matches!(self.pace, Pace::FlatOut)
    }

    /// The trades that are sent, where it is they that set the pace.
    #[inline]
    pub fn trades(&self) -> Option<&Trades> {
        if let Pace::Recorded(trades) = &self.pace { Some(trades) } else { None }
    }

    /// When message 0 should be sent.
    pub fn start_at(&mut self, start_ns: u64) {
        self.start_ns = start_ns;
    }

    /// When message 0 should be sent; 0 before it is known.
    pub fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// When message number `sequence` should be sent: start + sequence / rate, or start + the time
    /// of its trade; 0 in closed loop.
    #[inline(always)]
    pub fn intended_ns(&self, sequence: u64) -> u64 {
        let offset_ns = match &self.pace {
            Pace::FlatOut => return 0,
            Pace::PerSecond(rate_per_s) => offset_ns(sequence, *rate_per_s),
            Pace::Recorded(trades) => trades.offset_ns(sequence),
        };
        self.start_ns.wrapping_add(offset_ns)
    }
}

#[inline]
fn offset_ns(sequence: u64, rate_per_s: u64) -> u64 {
    // The division of 64 bits is several times faster, and lasts for 18 billion messages.
    match sequence.checked_mul(NS_PER_S) {
        Some(scaled) => scaled / rate_per_s,
        None => (u128::from(sequence) * u128::from(NS_PER_S) / u128::from(rate_per_s)) as u64,
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
    fn recorded_trades_are_due_at_their_own_times() {
        let file = crate::trades::tests::prepared(3);
        let mut schedule = Schedule::of_trades(Arc::new(Trades::open(file.path()).unwrap()));
        schedule.start_at(1_700_000_000_000_000_000);
        assert!(schedule.is_open_loop());
        assert_eq!(schedule.intended_ns(2), 1_700_000_000_000_002_000);
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
