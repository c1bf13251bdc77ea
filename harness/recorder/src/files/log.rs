// SPDX-License-Identifier: Apache-2.0
//! latency.hlog: an HdrHistogram interval log.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{
    IntervalLogWriterBuilder, IntervalLogWriterError, Tag,
};

use crate::Recorder;

/// Times of the intervals count from the start of the schedule, or from the first message when no
/// start was given.
pub(super) fn write(recorder: &Recorder, out: &mut impl Write) -> io::Result<()> {
    let start_ns = match recorder.schedule.start_ns() {
        0 => recorder.first.receipt_ns,
        start_ns => start_ns,
    };
    let start = SystemTime::UNIX_EPOCH
        + Duration::from_nanos(start_ns.saturating_add(recorder.epoch_offset_ns));
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new()
        .add_comment("[Histogram log format version 1.3]")
        .add_comment("Latencies and Interval_Max are in nanoseconds, times in seconds.")
        .with_start_time(start)
        .with_base_time(start)
        .begin_log_with(out, &mut serializer)?;
    for interval in recorder.latencies.intervals.iter() {
        let end_ns = interval.end_ns.min(recorder.last.receipt_ns).max(interval.start_ns);
        let begin = Duration::from_nanos(interval.start_ns.saturating_sub(start_ns));
        let length = Duration::from_nanos(end_ns - interval.start_ns);
        for (tag, histogram) in [
            ("latency", &interval.latency),
            ("intended", &interval.intended),
            ("schedule_delay", &interval.schedule_delay),
        ] {
            if let Some(histogram) = histogram {
                log.write_histogram(histogram, begin, length, Tag::new(tag)).map_err(|error| {
                    match error {
                        IntervalLogWriterError::IoError(error) => error,
                        IntervalLogWriterError::SerializeError(error) => io::Error::other(error),
                    }
                })?;
            }
        }
    }
    Ok(())
}
