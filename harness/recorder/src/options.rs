// SPDX-License-Identifier: Apache-2.0
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::samples::BLOCK_MESSAGES;
use crate::tick::TICK_BYTES;
use crate::{Clock, Error};

/// The sample buffer holds two blocks to 4 GiB.
const SAMPLE_CAPACITY: RangeInclusive<u64> = 2 * BLOCK_MESSAGES..=1 << 27;
const DEFAULT_SAMPLE_CAPACITY: u64 = 1 << 20;
/// An interval of the log is at most an hour to begin with.
const INTERVAL_NS: RangeInclusive<u64> = 1..=3_600_000_000_000;
const DEFAULT_INTERVAL_NS: u64 = 10_000_000;
const MIXED_PAYLOAD_BYTES: RangeInclusive<u32> = TICK_BYTES as u32..=1 << 31;
const RATE_PER_S: RangeInclusive<u64> = 0..=1_000_000_000;

/// What a recorder is to record, and where to.
#[derive(Debug, Clone)]
pub struct Options {
    /// The clock of stamps and receipts.
    pub clock: Clock,
    /// Whether messages carry a send stamp; without there is no latency.
    pub stamped: bool,
    /// Messages of one publication, for positions; 1 or more.
    pub publish_every: u32,
    /// Latencies whose mean makes a window; 1 or more.
    pub messages_per_window: u32,
    /// Mixed contents: the most bytes that a message has, 32 to 2^31; 0: ticks, of which nothing
    /// behind the first 32 bytes is looked at.
    pub mixed_payload_bytes: u32,
    /// Sizes the stride of the sample buffer; 0: unknown.
    pub expected_messages: u64,
    /// Samples kept at most, from 2,048 to 2^27; 0: 2^20.
    pub sample_capacity: u64,
    /// Length of an interval of the log in nanoseconds, up to an hour; 0: 10 ms.
    pub interval_ns: u64,
    /// Open loop: messages per second, up to 10^9; 0: closed loop.
    pub rate_per_s: u64,
    /// A prepared trade file whose trades are the messages, and their times the schedule; then
    /// there is no rate and no mixed contents. None: messages of the workload.
    pub ticks: Option<PathBuf>,
    /// Exists; receives the files.
    pub directory: PathBuf,
}

impl Options {
    /// The options of the published run, recorded into `directory`: stamps of the realtime clock,
    /// closed loop, windows of 10,000 messages.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            clock: Clock::Realtime,
            stamped: true,
            publish_every: 1,
            messages_per_window: 10_000,
            mixed_payload_bytes: 0,
            expected_messages: 0,
            sample_capacity: 0,
            interval_ns: 0,
            rate_per_s: 0,
            ticks: None,
            directory: directory.into(),
        }
    }

    /// Checks every field and puts the defaults in place of zeros.
    pub(crate) fn resolve(mut self) -> Result<Self, Error> {
        if self.sample_capacity == 0 {
            self.sample_capacity = DEFAULT_SAMPLE_CAPACITY;
        }
        if self.interval_ns == 0 {
            self.interval_ns = DEFAULT_INTERVAL_NS;
        }
        within("publish_every", self.publish_every, 1..=u32::MAX)?;
        within("messages_per_window", self.messages_per_window, 1..=u32::MAX)?;
        if self.mixed_payload_bytes != 0 {
            within("mixed_payload_bytes", self.mixed_payload_bytes, MIXED_PAYLOAD_BYTES)?;
        }
        within("sample_capacity", self.sample_capacity, SAMPLE_CAPACITY)?;
        within("interval_ns", self.interval_ns, INTERVAL_NS)?;
        within("rate_per_s", self.rate_per_s, RATE_PER_S)?;
        if self.ticks.is_some() {
            within("rate_per_s (with ticks)", self.rate_per_s, 0..=0)?;
            within("mixed_payload_bytes (with ticks)", self.mixed_payload_bytes, 0..=0)?;
        }
        Ok(self)
    }
}

pub(crate) fn within<T: PartialOrd + Display>(
    field: &str,
    value: T,
    allowed: RangeInclusive<T>,
) -> Result<(), Error> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let (low, high) = allowed.into_inner();
    Err(Error::invalid(format!("{field} is {value}; allowed are {low} to {high}")))
}
