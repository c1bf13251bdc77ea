// SPDX-License-Identifier: Apache-2.0
use std::sync::Arc;

use crate::files;
use crate::groups::{GROUPS, Groups};
use crate::intervals::{INTERVALS, Intervals};
use crate::mixed::{Fault, fault_in, mixed_bytes, write_mixed};
use crate::pace::{Pace, STRETCH_MESSAGES, STRETCHES};
use crate::progress::Progress;
use crate::samples::{BLOCK_MESSAGES, Sample, Samples};
use crate::schedule::Schedule;
use crate::sequence::{Arrival, Sequence};
use crate::tally::Tally;
use crate::tick::{TICK_BYTES, Tick, nearest, tick_payload, tick_type_id};
use crate::windows::{WINDOWS, Windows};
use crate::{Error, Options, Trades};

/// The largest message that the rehearsal sends.
const REHEARSED_BYTES: usize = 256;
/// Messages that share one reading of the clock where no latency is made of it.
const UNTIMED_MESSAGES: u64 = 64;
/// A message sent so soon after its intended time is on time.
const ON_TIME_NS: u64 = 10_000;

/// One message as the consumer saw it. Times are nanoseconds on one clock.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// 0 for the first message of the run.
    pub sequence: u64,
    /// When it should have been sent; looked at in open loop only.
    pub intended_ns: u64,
    /// Its send stamp; looked at in stamped runs only.
    pub stamp_ns: u64,
    /// When the consumer saw it.
    pub receipt_ns: u64,
    /// How many messages of the same publication came before it; None: unknown.
    pub position: Option<u32>,
}

/// The first and the last message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Edge {
    pub stamp_ns: u64,
    pub receipt_ns: u64,
}

/// As many as are kept; fewer where the schedule says that half of them would do.
fn intervals_of(options: &Options) -> usize {
    let (messages, rate_per_s) = (options.expected_messages, options.rate_per_s);
    if messages == 0 || rate_per_s == 0 {
        return INTERVALS;
    }
    let run_ns = u128::from(messages) * 1_000_000_000 / u128::from(rate_per_s);
    let needed = run_ns / u128::from(options.interval_ns) + 1;
    (2 * needed).clamp(4, INTERVALS as u128) as usize
}

/// Records every message of a run. All memory is there once it is open: neither
/// [`record`](Self::record) nor [`tick`](Self::tick) allocates, faults or asks the kernel.
#[derive(Debug)]
pub struct Recorder {
    pub(crate) options: Options,
    pub(crate) epoch_offset_ns: u64,
    pub(crate) schedule: Schedule,
    pub(crate) sequence: Sequence,
    pub(crate) torn: u64,
    pub(crate) wrong_length: u64,
    pub(crate) latency: Tally,
    pub(crate) intended: Tally,
    pub(crate) schedule_delay: Tally,
    pub(crate) last_on_time: Option<u64>,
    pub(crate) intervals: Intervals,
    pub(crate) windows: Windows,
    pub(crate) samples: Samples,
    pub(crate) groups: Groups,
    pub(crate) pace: Pace,
    pub(crate) first: Edge,
    pub(crate) last: Edge,
    /// Each message has its own reading of the clock.
    is_timed: bool,
    /// 0 until [`receipt_ns`](Self::receipt_ns) is called.
    receipt_ns: u64,
    progress: Progress,
}

impl Recorder {
    /// Allocates and touches all memory, and creates the file `progress`.
    ///
    /// # Errors
    /// EINVAL when an option is out of range, else what creating the file ran into.
    pub fn open(options: Options) -> Result<Self, Error> {
        let options = options.resolve()?;
        let progress = Self::rehearse(&options, Progress::create(&options.directory)?)?;
        let intervals = intervals_of(&options);
        Self::build(options, progress, intervals, WINDOWS)
    }

    /// Sends messages through a small recorder until all in it has doubled, so that the code of the
    /// rare steps, too, is in memory when the run begins. Hands the file back as it was.
    fn rehearse(options: &Options, progress: Progress) -> Result<Progress, Error> {
        let small = Options {
            sample_capacity: 2 * BLOCK_MESSAGES,
            expected_messages: 0,
            interval_ns: 1000,
            messages_per_window: 1,
            mixed_payload_bytes: options.mixed_payload_bytes.min(REHEARSED_BYTES as u32),
            ..options.clone()
        };
        let most_bytes = small.mixed_payload_bytes as usize;
        let mut recorder = Self::build(small, progress, 4, 4)?;
        let mut message = [0; REHEARSED_BYTES];
        for sequence in 0..4 * BLOCK_MESSAGES {
            let payload = if most_bytes == 0 {
                message[..TICK_BYTES].copy_from_slice(&tick_payload(sequence, sequence));
                &message[..TICK_BYTES]
            } else {
                let payload = &mut message[..mixed_bytes(sequence, most_bytes)];
                write_mixed(payload, sequence, sequence);
                payload
            };
            recorder.tick(payload, tick_type_id(sequence), sequence + 1, None);
        }
        recorder.progress.store(0);
        Ok(recorder.progress)
    }

    fn build(
        options: Options,
        progress: Progress,
        intervals: usize,
        windows: usize,
    ) -> Result<Self, Error> {
        let schedule = match &options.ticks {
            Some(path) => Schedule::of_trades(Arc::new(Trades::open(path)?)),
            None => Schedule::new(options.rate_per_s),
        };
        let open_loop = schedule.is_open_loop();
        let is_sampled = (1..=options.sample_capacity).contains(&options.expected_messages);
        Ok(Self {
            epoch_offset_ns: options.clock.epoch_offset_ns(),
            schedule,
            sequence: Sequence::new(),
            torn: 0,
            wrong_length: 0,
            latency: Tally::new(),
            intended: Tally::new(),
            schedule_delay: Tally::new(),
            last_on_time: None,
            intervals: Intervals::new(intervals, options.interval_ns, options.stamped, open_loop)?,
            windows: Windows::new(windows, options.messages_per_window),
            samples: Samples::new(options.sample_capacity, options.expected_messages),
            groups: Groups::new(GROUPS),
            pace: Pace::new(STRETCHES),
            first: Edge::default(),
            last: Edge::default(),
            is_timed: options.stamped || open_loop || is_sampled,
            receipt_ns: 0,
            progress,
            options,
        })
    }

    /// The time on the recorder's clock in nanoseconds.
    #[inline]
    pub fn now_ns(&self) -> u64 {
        self.options.clock.now_ns()
    }

    /// Whether messages have a stamp or an intended time: without one there is no latency, and where
    /// in its publication a message lies makes no difference to anything.
    pub fn has_latency(&self) -> bool {
        self.options.stamped || self.schedule.is_open_loop()
    }

    /// The time at which the next message is seen, on the recorder's clock in nanoseconds. Without a
    /// stamp and a schedule there is no latency, and reading the clock would be the largest part of
    /// what a message costs: in a run that is too long for each message to be a sample, every 64th
    /// call reads it then.
    #[inline]
    pub fn receipt_ns(&mut self) -> u64 {
        if self.is_timed || self.sequence.received.is_multiple_of(UNTIMED_MESSAGES) {
            self.receipt_ns = self.now_ns();
        }
        self.receipt_ns
    }

    /// The stream has just come to its end: where its last messages shared a reading of the clock,
    /// this is when the last one was seen.
    pub fn end(&mut self) {
        if !self.is_timed {
            self.last.receipt_ns = self.now_ns();
        }
    }

    /// Says when the schedule starts, on the recorder's clock. Once, before the first message.
    pub fn start(&mut self, start_ns: u64) {
        self.schedule.start_at(start_ns);
    }

    /// When message number `sequence` should be sent: start + sequence / rate, or + the time of its
    /// trade; 0 in closed loop.
    #[inline]
    pub fn intended_ns(&self, sequence: u64) -> u64 {
        self.schedule.intended_ns(sequence)
    }

    /// Messages received so far, duplicates not among them.
    #[inline]
    pub fn received(&self) -> u64 {
        self.sequence.received
    }

    /// From the first receipt to the last in nanoseconds.
    pub fn elapsed_ns(&self) -> u64 {
        self.last.receipt_ns.saturating_sub(self.first.receipt_ns)
    }

    /// Records one message. A sequence number ahead of the expected one counts the gap as lost. One
    /// out of such a gap counts as reordered, no longer as lost, and has no sample; any other behind
    /// the expected one counts as duplicated and nothing else. A negative latency and one above 60 s
    /// are counted, but have no place in the histogram.
    #[inline]
    pub fn record(&mut self, message: Message) {
        let arrival = self.sequence.accept(message.sequence);
        if arrival == Arrival::Repeated {
            return;
        }
        self.record_latency(&message);
        self.last = Edge { stamp_ns: message.stamp_ns, receipt_ns: message.receipt_ns };
        if self.sequence.received == 1 {
            self.first = self.last;
        }
        if self.sequence.received % STRETCH_MESSAGES == 1 {
            self.pace.mark(message.receipt_ns);
        }
        self.progress.store(self.sequence.received);
        if arrival == Arrival::InOrder {
            self.keep_sample(&message);
        }
    }

    #[inline]
    fn keep_sample(&mut self, message: &Message) {
        let publish_every = u64::from(self.options.publish_every);
        self.samples.keep(message.sequence, || Sample {
            sequence: message.sequence,
            stamp_ns: message.stamp_ns,
            receipt_ns: message.receipt_ns,
            position: message.position.unwrap_or_else(|| (message.sequence % publish_every) as u32),
            reserved: 0,
        });
    }

    /// Records a message as the project's producers send it. One that is shorter than 32 bytes, of
    /// an unknown type or whose fields contradict one another counts as torn. In mixed contents all
    /// of it is looked at, and a wrong length counts apart; of a recorded trade its values are. A message with a fault is recorded with
    /// the sequence number that was expected and whatever stamp it has.
    #[inline]
    pub fn tick(&mut self, payload: &[u8], type_id: u32, receipt_ns: u64, position: Option<u32>) {
        let expected = self.sequence.expected();
        let tick = Tick::read(payload, type_id);
        if let Some(trades) = self.schedule.trades() {
            let sequence = nearest(tick.padding, expected);
            let is_whole = payload.len() >= TICK_BYTES
                && type_id == tick_type_id(sequence)
                && trades.is_trade(sequence, payload);
            let fault = (!is_whole).then_some(Fault::Torn);
            return self.arrive(fault, sequence, &tick, receipt_ns, position);
        }
        let fault = match self.options.mixed_payload_bytes {
            0 => (!tick.is_whole()).then_some(Fault::Torn),
            most_bytes => fault_in(payload, &tick, expected, most_bytes as usize),
        };
        self.arrive(fault, tick.sequence(expected), &tick, receipt_ns, position);
    }

    /// Records a message that tells `sequence`, unless it has a fault.
    #[inline]
    fn arrive(
        &mut self,
        fault: Option<Fault>,
        sequence: u64,
        tick: &Tick,
        receipt_ns: u64,
        position: Option<u32>,
    ) {
        let sequence = match fault {
            None => sequence,
            Some(fault) => self.count(fault, self.sequence.expected()),
        };
        let intended_ns = self.schedule.intended_ns(sequence);
        let stamp_ns = tick.stamp_ns;
        self.record(Message { sequence, intended_ns, stamp_ns, receipt_ns, position });
    }

    /// The sequence number to record the message with.
    #[cold]
    fn count(&mut self, fault: Fault, expected: u64) -> u64 {
        match fault {
            Fault::Torn => self.torn += 1,
            Fault::WrongLength => self.wrong_length += 1,
        }
        expected
    }

    /// Records a group of round trips that were timed together: they are no messages, and all that
    /// is kept of them is the time from before the first to after the last. `round_trips` is the
    /// same for each group of a run; a group of another size is left out.
    #[inline]
    pub fn group(&mut self, round_trips: u32, elapsed_ns: u64) {
        self.groups.add(round_trips, elapsed_ns);
    }

    #[inline]
    fn record_latency(&mut self, message: &Message) {
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

    /// Writes recorder.json, latency.hlog, latency.hgrm and samples.bin. Each file appears under its
    /// name when it is whole. `complete`: the stream came to its end.
    ///
    /// # Errors
    /// What writing a file ran into; the other files are written all the same.
    pub fn finish(&self, complete: bool) -> Result<(), Error> {
        files::write_all(self, complete)
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
