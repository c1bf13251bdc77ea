// SPDX-License-Identifier: Apache-2.0
use crate::intervals::{INTERVALS, Intervals};
use crate::tally::Tally;
use crate::windows::Windows;
use crate::{Error, Message, Options};

/// A message sent so soon after its intended time is on time.
const ON_TIME_NS: u64 = 10_000;

/// As many as are kept; fewer where the schedule says that half of them would do.
pub(crate) fn intervals_of(options: &Options) -> usize {
    let (messages, rate_per_s) = (options.expected_messages, options.rate_per_s);
    if messages == 0 || rate_per_s == 0 {
        return INTERVALS;
    }
    let run_ns = u128::from(messages) * 1_000_000_000 / u128::from(rate_per_s);
    let needed = run_ns / u128::from(options.interval_ns) + 1;
    (2 * needed).clamp(4, INTERVALS as u128) as usize
}

/// What is kept of the messages' times: latency from the stamp and from the intended time, and how
/// late each was sent.
#[derive(Debug)]
pub(crate) struct Latencies {
    pub latency: Tally,
    pub intended: Tally,
    pub schedule_delay: Tally,
    pub last_on_time: Option<u64>,
    pub intervals: Intervals,
    pub windows: Windows,
}

impl Latencies {
    pub fn new(
        options: &Options,
        open_loop: bool,
        intervals: usize,
        windows: usize,
    ) -> Result<Self, Error> {
        Ok(Self {
            latency: Tally::new(),
            intended: Tally::new(),
            schedule_delay: Tally::new(),
            last_on_time: None,
            intervals: Intervals::new(intervals, options.interval_ns, options.stamped, open_loop)?,
            windows: Windows::new(windows, options.messages_per_window),
        })
    }

    #[inline(always)]
    pub fn record(&mut self, message: &Message) {
        let interval = self.intervals.at(message.receipt_ns);
        if let Some(histogram) = &mut interval.latency
            && let Some(latency_ns) = self.latency.take(message.stamp_ns, message.receipt_ns)
        {
            histogram.saturating_record(latency_ns);
            self.windows.add(latency_ns);
        }
        if let Some(histogram) = &mut interval.intended
            && let Some(latency_ns) = self.intended.take(message.intended_ns, message.receipt_ns)
        {
            histogram.saturating_record(latency_ns);
        }
        if let Some(histogram) = &mut interval.schedule_delay {
            if message.stamp_ns <= message.intended_ns.saturating_add(ON_TIME_NS) {
                self.last_on_time = Some(message.sequence);
            }
            if let Some(delay_ns) = self.schedule_delay.take(message.intended_ns, message.stamp_ns)
            {
                histogram.saturating_record(delay_ns);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twice_the_intervals_that_the_schedule_needs() {
        for (messages, rate_per_s, intervals) in
            [(0, 0, 256), (1000, 0, 256), (0, 1000, 256), (20_000, 100_000, 42), (1, 1_000_000, 4)]
        {
            let options =
                Options { expected_messages: messages, rate_per_s, ..Options::new("somewhere") };
            assert_eq!(intervals_of(&options.resolve().unwrap()), intervals);
        }
        let long =
            Options { expected_messages: u64::MAX, rate_per_s: 1, ..Options::new("somewhere") };
        assert_eq!(intervals_of(&long.resolve().unwrap()), INTERVALS);
    }
}
