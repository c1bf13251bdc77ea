// SPDX-License-Identifier: Apache-2.0
use hdrhistogram::Histogram;

use crate::Error;
use crate::memory::touched;

/// The largest latency that a histogram takes: 60 s.
pub const HIGHEST_NS: u64 = 60_000_000_000;
const LOWEST_NS: u64 = 1;
const SIGNIFICANT_DIGITS: u8 = 3;

/// Intervals kept; then neighbours are merged.
pub(crate) const INTERVALS: usize = 256;

/// Counts of 32 bits halve the memory that a run goes through. One would overflow after 4 billion
/// equal latencies in one interval, which is at most a 128th of the run.
pub(crate) type IntervalHistogram = Histogram<u32>;

/// A histogram over the whole range. The crate writes its zeros itself, so its memory is there.
pub(crate) fn histogram<T: hdrhistogram::Counter>() -> Result<Histogram<T>, Error> {
    Histogram::new_with_bounds(LOWEST_NS, HIGHEST_NS, SIGNIFICANT_DIGITS)
        .map_err(|error| Error::invalid(format!("histogram: {error}")))
}

/// One interval of the log.
#[derive(Debug)]
pub(crate) struct Interval {
    pub start_ns: u64,
    pub end_ns: u64,
    pub latency: Option<IntervalHistogram>,
    pub intended: Option<IntervalHistogram>,
    pub schedule_delay: Option<IntervalHistogram>,
}

impl Interval {
    fn histograms(&mut self) -> [&mut Option<IntervalHistogram>; 3] {
        [&mut self.latency, &mut self.intended, &mut self.schedule_delay]
    }

    fn absorb(&mut self, later: &mut Self) {
        self.end_ns = later.end_ns;
        for (mine, theirs) in self.histograms().into_iter().zip(later.histograms()) {
            if let (Some(mine), Some(theirs)) = (mine, theirs) {
                // The same range and digits on both sides: nothing can be out of range.
                let _ = mine.add(&*theirs);
                theirs.reset();
            }
        }
    }
}

/// A fixed pool of intervals for a run of any length. When it is used up, the interval doubles; from
/// then on each new interval makes room for itself by merging the next two old neighbours. So the
/// work never piles up, and when all are merged the pool is used up again.
#[derive(Debug)]
pub(crate) struct Intervals {
    pool: Vec<Interval>,
    /// Slots of the pool that are in use, by time. The last one is being recorded into.
    order: Vec<usize>,
    current: usize,
    current_end_ns: u64,
    interval_ns: u64,
    merge_at: usize,
    merges: u64,
}

impl Intervals {
    /// `size` is even; `stamped` and `open_loop` say which histograms there are.
    pub fn new(
        size: usize,
        interval_ns: u64,
        stamped: bool,
        open_loop: bool,
    ) -> Result<Self, Error> {
        let one = |wanted: bool| wanted.then(histogram).transpose();
        let pool = (0..size)
            .map(|_| {
                Ok(Interval {
                    start_ns: 0,
                    end_ns: 0,
                    latency: one(stamped)?,
                    intended: one(open_loop)?,
                    schedule_delay: one(stamped && open_loop)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            pool,
            order: touched(size, 0),
            current: 0,
            current_end_ns: 0,
            interval_ns,
            merge_at: 0,
            merges: 0,
        })
    }

    /// The interval of a message that is seen at `receipt_ns`.
    #[inline]
    pub fn at(&mut self, receipt_ns: u64) -> &mut Interval {
        if receipt_ns >= self.current_end_ns {
            self.begin(receipt_ns);
        }
        &mut self.pool[self.current]
    }

    #[cold]
    fn begin(&mut self, receipt_ns: u64) {
        self.current = self.free_slot();
        let follows = receipt_ns - self.current_end_ns < self.interval_ns;
        let start_ns =
            if follows && !self.order.is_empty() { self.current_end_ns } else { receipt_ns };
        self.current_end_ns = start_ns.saturating_add(self.interval_ns);
        self.order.push(self.current);
        let interval = &mut self.pool[self.current];
        (interval.start_ns, interval.end_ns) = (start_ns, self.current_end_ns);
    }

    fn free_slot(&mut self) -> usize {
        if self.order.len() < self.pool.len() {
            return self.order.len();
        }
        if self.merge_at == 0 {
            self.interval_ns = self.interval_ns.saturating_mul(2);
        }
        let (earlier, later) = (self.order[self.merge_at], self.order.remove(self.merge_at + 1));
        let [earlier, freed] =
            self.pool.get_disjoint_mut([earlier, later]).expect("the order names each slot once");
        earlier.absorb(freed);
        self.merges += 1;
        self.merge_at = (self.merge_at + 1) % (self.pool.len() / 2);
        later
    }

    /// The intervals that hold something, by time.
    pub fn iter(&self) -> impl Iterator<Item = &Interval> {
        self.order.iter().map(|&slot| &self.pool[slot])
    }

    /// The length of an interval; the oldest ones may still be shorter until the next doubling.
    pub fn interval_ns(&self) -> u64 {
        self.interval_ns
    }

    pub fn merges(&self) -> u64 {
        self.merges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records `receipt` as the latency of each message that arrives at that time.
    fn recorded(pool: usize, receipts: impl IntoIterator<Item = u64>) -> Intervals {
        let mut intervals = Intervals::new(pool, 10, true, false).unwrap();
        for receipt in receipts {
            let histogram = intervals.at(receipt).latency.as_mut().unwrap();
            histogram.record(receipt).unwrap();
        }
        intervals
    }

    fn spans(intervals: &Intervals) -> Vec<(u64, u64, u64)> {
        let count = |i: &Interval| i.latency.as_ref().unwrap().len();
        intervals.iter().map(|i| (i.start_ns, i.end_ns, count(i))).collect()
    }

    #[test]
    fn an_interval_begins_where_the_last_one_ended() {
        assert_eq!(
            spans(&recorded(4, [105, 109, 118, 125])),
            [(105, 115, 2), (115, 125, 1), (125, 135, 1)]
        );
    }

    #[test]
    fn a_pause_leaves_no_empty_intervals() {
        assert_eq!(spans(&recorded(4, [100, 500])), [(100, 110, 1), (500, 510, 1)]);
    }

    #[test]
    fn a_clock_that_steps_back_stays_in_the_running_interval() {
        assert_eq!(spans(&recorded(4, [100, 50, 105])), [(100, 110, 3)]);
    }

    #[test]
    fn a_used_up_pool_doubles_the_interval_and_merges_one_pair_per_new_interval() {
        let intervals = recorded(4, (100..150).step_by(10));
        assert_eq!(spans(&intervals), [(100, 120, 2), (120, 130, 1), (130, 140, 1), (140, 160, 1)]);
        assert_eq!((intervals.interval_ns(), intervals.merges()), (20, 1));
    }

    #[test]
    fn the_next_doubling_begins_when_all_pairs_are_merged() {
        let intervals = recorded(4, (100..220).step_by(10));
        assert_eq!(spans(&intervals), [(100, 140, 4), (140, 160, 2), (160, 180, 2), (180, 220, 4)]);
        assert_eq!(intervals.interval_ns(), 40);
    }

    #[test]
    fn nothing_is_lost_by_any_number_of_merges() {
        let intervals = recorded(4, 1..=2_000);
        let mut all = histogram::<u32>().unwrap();
        for interval in intervals.iter() {
            all.add(interval.latency.as_ref().unwrap()).unwrap();
        }
        let mut expected = histogram::<u32>().unwrap();
        (1..=2_000).for_each(|value| expected.record(value).unwrap());
        assert_eq!(all, expected);
    }

    #[test]
    fn the_intervals_stay_in_order_and_do_not_overlap() {
        let spans = spans(&recorded(8, (0..100_000).step_by(7)));
        assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{spans:?}");
    }
}
