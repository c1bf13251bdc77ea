// SPDX-License-Identifier: Apache-2.0
//! recorder.json: counts, percentiles, window means.

use std::io::{self, Write};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::Whole;
use crate::Recorder;
use crate::tally::Tally;

const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Summary<'a> {
    format: u32,
    complete: bool,
    messages_received: u64,
    lost: u64,
    duplicated: u64,
    reordered: u64,
    torn: u64,
    wrong_length: u64,
    first_receipt_ns: u64,
    last_receipt_ns: u64,
    first_stamp_ns: u64,
    last_stamp_ns: u64,
    latency_ns: Option<Latency>,
    intended_latency_ns: Option<Latency>,
    schedule_delay_ns: Option<Latency>,
    last_on_time_sequence: Option<u64>,
    first_late_due_ns: Option<u64>,
    windows: Option<Windows>,
    groups: Option<Groups<'a>>,
    pace: Pace<'a>,
    samples: Samples,
    interval_ns: u64,
    intervals: usize,
    merges: u64,
}

/// All but the counts are null when nothing is in the histogram.
#[derive(Serialize)]
struct Latency {
    count: u64,
    negative_count: u64,
    overflow_count: u64,
    min: Option<u64>,
    mean: Option<f64>,
    p50: Option<u64>,
    p90: Option<u64>,
    p99: Option<u64>,
    p99_9: Option<u64>,
    p99_99: Option<u64>,
    max: Option<u64>,
}

#[derive(Serialize)]
struct Windows {
    messages_per_window: u64,
    means_ns: Vec<f64>,
}

#[derive(Serialize)]
struct Groups<'a> {
    round_trips_per_group: u32,
    count: u64,
    stride: u64,
    elapsed_ns: &'a [u64],
}

#[derive(Serialize)]
struct Pace<'a> {
    messages_per_stretch: u64,
    elapsed_ns: &'a [u64],
}

#[derive(Serialize)]
struct Samples {
    count: usize,
    stride: u64,
}

impl Latency {
    /// Minimum, mean and maximum are exact. A percentile is the upper edge of its bucket, but never
    /// above the maximum.
    fn new(tally: &Tally, histogram: &Histogram<u64>) -> Self {
        let some = |value: u64| (tally.count > 0).then_some(value);
        let at = |quantile| some(histogram.value_at_quantile(quantile).min(tally.max_ns));
        Self {
            count: tally.count,
            negative_count: tally.negative_count,
            overflow_count: tally.overflow_count,
            min: some(tally.min_ns),
            mean: tally.mean_ns(),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p99_9: at(0.999),
            p99_99: at(0.9999),
            max: some(tally.max_ns),
        }
    }
}

pub(super) fn write(
    recorder: &Recorder,
    whole: &Whole,
    complete: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let stamped = recorder.options.stamped;
    let open_loop = recorder.schedule.is_open_loop();
    let summary = Summary {
        format: FORMAT,
        complete,
        messages_received: recorder.received(),
        lost: recorder.sequence.lost,
        duplicated: recorder.sequence.duplicated,
        reordered: recorder.sequence.reordered,
        torn: recorder.torn,
        wrong_length: recorder.wrong_length,
        first_receipt_ns: recorder.first.receipt_ns,
        last_receipt_ns: recorder.last.receipt_ns,
        first_stamp_ns: recorder.first.stamp_ns,
        last_stamp_ns: recorder.last.stamp_ns,
        latency_ns: stamped.then(|| Latency::new(&recorder.latencies.latency, &whole.latency)),
        intended_latency_ns: open_loop
            .then(|| Latency::new(&recorder.latencies.intended, &whole.intended)),
        schedule_delay_ns: (stamped && open_loop)
            .then(|| Latency::new(&recorder.latencies.schedule_delay, &whole.schedule_delay)),
        last_on_time_sequence: recorder.latencies.last_on_time,
        first_late_due_ns: (stamped && open_loop).then(|| {
            recorder.intended_ns(recorder.latencies.last_on_time.map_or(0, |sequence| sequence + 1))
        }),
        windows: stamped.then(|| Windows {
            messages_per_window: recorder.latencies.windows.messages_per_window(),
            means_ns: recorder.latencies.windows.means_ns(),
        }),
        groups: (recorder.groups.count() > 0).then(|| Groups {
            round_trips_per_group: recorder.groups.round_trips(),
            count: recorder.groups.count(),
            stride: recorder.groups.stride(),
            elapsed_ns: recorder.groups.elapsed_ns(),
        }),
        pace: Pace {
            messages_per_stretch: recorder.pace.messages_per_stretch(),
            elapsed_ns: recorder.pace.elapsed_ns(),
        },
        samples: Samples {
            count: recorder.samples.blocks().iter().map(|block| block.len()).sum(),
            stride: recorder.samples.stride(),
        },
        interval_ns: recorder.latencies.intervals.interval_ns(),
        intervals: recorder.latencies.intervals.iter().count(),
        merges: recorder.latencies.intervals.merges(),
    };
    serde_json::to_writer_pretty(&mut *out, &summary)?;
    out.write_all(b"\n")
}
