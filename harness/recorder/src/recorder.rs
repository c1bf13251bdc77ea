// SPDX-License-Identifier: Apache-2.0
use std::sync::Arc;

use crate::files;
use crate::groups::{GROUPS, Groups};
use crate::latencies::{Latencies, intervals_of};
use crate::mixed::{Fault, fault_in};
use crate::pace::{Pace, STRETCH_MESSAGES, STRETCHES};
use crate::progress::Progress;
use crate::samples::{Sample, Samples};
use crate::schedule::Schedule;
use crate::sequence::{Arrival, Sequence};
use crate::tick::{TICK_BYTES, Tick, nearest, tick_type_id};
use crate::windows::WINDOWS;
use crate::{Error, Options, Trades};

/// Messages that share one reading of the clock where no latency is made of it.
const UNTIMED_MESSAGES: u64 = 64;

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
    pub(crate) latencies: Latencies,
    pub(crate) samples: Samples,
    pub(crate) groups: Groups,
    pub(crate) pace: Pace,
    pub(crate) first: Edge,
    pub(crate) last: Edge,
    /// Each message has its own reading of the clock.
    is_timed: bool,
    /// Neither mixed contents nor recorded trades.
    holds_ticks_only: bool,
    /// 0 until [`receipt_ns`](Self::receipt_ns) is called.
    receipt_ns: u64,
    pub(crate) progress: Progress,
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

    pub(crate) fn build(
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
            latencies: Latencies::new(&options, open_loop, intervals, windows)?,
            samples: Samples::new(options.sample_capacity, options.expected_messages),
            groups: Groups::new(GROUPS),
            pace: Pace::new(STRETCHES),
            first: Edge::default(),
            last: Edge::default(),
            is_timed: options.stamped || open_loop || is_sampled,
            holds_ticks_only: options.mixed_payload_bytes == 0 && options.ticks.is_none(),
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
    #[inline(always)] // with what it calls: a message stays in registers on its way through
    pub fn record(&mut self, message: Message) {
        let arrival = self.sequence.accept(message.sequence);
        if arrival == Arrival::Repeated {
            return;
        }
        self.latencies.record(&message);
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
    /// of it is looked at, and a wrong length counts apart; of a recorded trade its values are
    /// looked at. A message with a fault is recorded with the sequence number that was expected and
    /// whatever stamp it has.
    #[inline]
    pub fn tick(&mut self, payload: &[u8], type_id: u32, receipt_ns: u64, position: Option<u32>) {
        let expected = self.sequence.expected();
        let tick = Tick::read(payload, type_id);
        let (fault, told) = if self.holds_ticks_only {
            ((!tick.is_whole()).then_some(Fault::Torn), tick.sequence(expected))
        } else {
            self.look_at_contents(payload, type_id)
        };
        let sequence = match fault {
            None => told,
            Some(fault) => self.count(fault, expected),
        };
        let intended_ns = self.schedule.intended_ns(sequence);
        let stamp_ns = tick.stamp_ns;
        self.record(Message { sequence, intended_ns, stamp_ns, receipt_ns, position });
    }

    /// The fault of a message of mixed contents or of a recorded trade, and the sequence number that
    /// it tells.
    #[inline(never)]
    fn look_at_contents(&self, payload: &[u8], type_id: u32) -> (Option<Fault>, u64) {
        let expected = self.sequence.expected();
        let tick = Tick::read(payload, type_id); // again: a reference would put the caller's in memory
        if let Some(trades) = self.schedule.trades() {
            let sequence = nearest(tick.padding, expected);
            let is_whole = payload.len() >= TICK_BYTES
                && type_id == tick_type_id(sequence)
                && trades.is_trade(sequence, payload);
            return ((!is_whole).then_some(Fault::Torn), sequence);
        }
        let most_bytes = self.options.mixed_payload_bytes as usize;
        (fault_in(payload, &tick, expected, most_bytes), tick.sequence(expected))
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

    /// Writes recorder.json, latency.hlog, latency.hgrm and samples.bin. Each file appears under its
    /// name when it is whole. `complete`: the stream came to its end.
    ///
    /// # Errors
    /// What writing a file ran into; the other files are written all the same.
    pub fn finish(&self, complete: bool) -> Result<(), Error> {
        files::write_all(self, complete)
    }
}
