// SPDX-License-Identifier: Apache-2.0
//! The files of a finished run.

mod common;

use std::fs;
use std::time::Duration;

use common::{Run, START_NS};
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use tickring_recorder::{Clock, Message};

struct Interval {
    start: Duration,
    length: Duration,
    histogram: Histogram<u64>,
}

/// The intervals of one tag.
fn intervals(run: &Run, tag: &str) -> Vec<Interval> {
    let log = run.bytes("latency.hlog");
    let entries = IntervalLogIterator::new(&log).map(|entry| entry.expect("a readable log"));
    let tagged = entries.filter_map(|entry| match entry {
        LogEntry::Interval(interval) => {
            (interval.tag().unwrap().as_str() == tag).then_some(interval)
        }
        _ => None,
    });
    tagged
        .map(|interval| {
            let bytes = base64(interval.encoded_histogram());
            let histogram = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
            let (start, length) = (interval.start_timestamp(), interval.duration());
            Interval { start, length, histogram }
        })
        .collect()
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

fn total(intervals: &[Interval]) -> Histogram<u64> {
    intervals.iter().map(|interval| &interval.histogram).fold(
        Histogram::new_with_bounds(1, 60_000_000_000, 3).unwrap(),
        |mut sum, histogram| {
            sum += histogram;
            sum
        },
    )
}

#[test]
fn the_log_read_back_has_every_latency_and_the_percentiles_of_the_summary() {
    let mut run = Run::new(|_| {});
    for sequence in 0..10_000 {
        run.record(sequence, sequence * 5_000, (sequence * 37 % 50_000) as i64);
    }
    let summary = run.summary();
    let intervals = intervals(&run, "latency");
    assert_eq!(intervals.len(), 5, "50 ms in intervals of 10 ms");
    let total = total(&intervals);
    assert_eq!(total.len(), 10_000);
    for (key, quantile) in [("p50", 0.5), ("p99", 0.99), ("p99_9", 0.999)] {
        assert_eq!(summary["latency_ns"][key], total.value_at_quantile(quantile), "{key}");
    }
}

#[test]
fn an_open_loop_logs_both_kinds_of_latency_under_their_tags() {
    let mut run = Run::new(|options| options.rate_per_s = 1000);
    for sequence in 0..100 {
        run.record(sequence, sequence * 1_000_000 + 9_000, 2_000);
    }
    run.recorder.finish(true).unwrap();
    let (latency, intended) =
        (total(&intervals(&run, "latency")), total(&intervals(&run, "intended")));
    assert_eq!((latency.len(), intended.len()), (100, 100));
    assert!(latency.equivalent(latency.max(), 2_000));
    assert!(intended.equivalent(intended.max(), 9_000));
}

#[test]
fn the_delay_of_the_schedule_is_what_the_two_kinds_of_latency_differ_by() {
    let mut run = Run::new(|options| options.rate_per_s = 1000);
    for sequence in 0..100 {
        run.record(sequence, sequence * 1_000_000 + 9_000, 2_000);
    }
    let summary = run.summary();
    let delay = total(&intervals(&run, "schedule_delay"));
    assert_eq!(delay.len(), 100);
    assert!(delay.equivalent(delay.max(), 7_000));
    let section = &summary["schedule_delay_ns"];
    assert_eq!(
        (&section["count"], &section["min"], &section["max"]),
        (&100.into(), &7_000.into(), &7_000.into())
    );
}

#[test]
fn a_message_stamped_before_its_time_counts_as_a_negative_delay() {
    let mut run = Run::new(|options| options.rate_per_s = 1000);
    run.record(0, 500, 600);
    let section = run.summary()["schedule_delay_ns"].clone();
    assert_eq!((&section["count"], &section["negative_count"]), (&0.into(), &1.into()));
}

#[test]
fn the_last_message_that_was_on_time_tells_where_a_producer_fell_behind() {
    let mut run = Run::new(|options| options.rate_per_s = 1000);
    for (sequence, delay_ns) in [(0, 0), (1, 50_000), (2, 10_000), (3, 10_001), (4, 70_000)] {
        run.record(sequence, sequence * 1_000_000 + delay_ns + 100, 100);
    }
    let summary = run.summary();
    assert_eq!(summary["last_on_time_sequence"], 2);
    assert_eq!(summary["first_late_due_ns"], START_NS + 3_000_000);
}

#[test]
fn a_run_without_a_schedule_or_without_stamps_has_no_delay() {
    let closed = Run::new(|_| {}).summary();
    let unstamped =
        Run::new(|options| (options.rate_per_s, options.stamped) = (1000, false)).summary();
    for summary in [closed, unstamped] {
        assert!(summary["schedule_delay_ns"].is_null());
        assert!(summary["last_on_time_sequence"].is_null());
    }
}

#[test]
fn a_closed_loop_logs_no_intended_latency() {
    let mut run = Run::new(|_| {});
    run.record(0, 0, 5);
    run.recorder.finish(true).unwrap();
    assert!(intervals(&run, "intended").is_empty());
    assert!(intervals(&run, "schedule_delay").is_empty());
}

#[test]
fn intervals_count_from_the_start_of_the_schedule() {
    let mut run = Run::new(|_| {});
    run.record(0, 2_000_000_000, 5);
    run.record(1, 2_004_000_000, 5);
    run.recorder.finish(true).unwrap();
    let interval = &intervals(&run, "latency")[0];
    assert_eq!(interval.start, Duration::from_secs(2));
    assert_eq!(interval.length, Duration::from_millis(4), "ends with its last message");
}

#[test]
fn the_log_says_its_unit_and_when_it_starts() {
    let run = Run::new(|_| {});
    run.recorder.finish(true).unwrap();
    let log = run.text("latency.hlog");
    assert!(log.contains("nanoseconds"), "{log}");
    assert!(log.contains("#[StartTime: 1790000000.000 (seconds since epoch)]"), "{log}");
}

#[test]
fn a_run_on_the_monotonic_clock_starts_at_its_time_of_day() {
    let mut run = Run::new(|options| options.clock = Clock::Monotonic);
    let now_ns = run.recorder.now_ns();
    run.recorder.start(now_ns);
    run.recorder.finish(true).unwrap();
    let log = run.text("latency.hlog");
    let start = log.lines().find_map(|line| line.strip_prefix("#[StartTime: ")).unwrap();
    let start_s: f64 = start.split(' ').next().unwrap().parse().unwrap();
    let now_s = Clock::Realtime.now_ns() as f64 / 1e9;
    assert!((0.0..60.0).contains(&(now_s - start_s)), "{start_s} of {now_s}");
}

#[test]
fn a_run_of_any_length_keeps_its_intervals_few_and_its_latencies_all() {
    let mut run = Run::new(|options| options.interval_ns = 1_000);
    for sequence in 0..100_000 {
        run.record(sequence, sequence * 100, 700);
    }
    let summary = run.summary();
    let intervals = intervals(&run, "latency");
    assert!(intervals.len() <= 256, "{}", intervals.len());
    assert_eq!(summary["intervals"], intervals.len());
    assert_eq!(total(&intervals).len(), 100_000);
    assert_eq!(summary["interval_ns"], 64_000);
    assert!(summary["merges"].as_u64().unwrap() > 0);
}

#[test]
fn the_samples_are_the_messages_with_positions_taken_from_the_sequence_where_unknown() {
    let mut run = Run::new(|options| options.publish_every = 4);
    for (sequence, position) in [(0, Some(7)), (1, None), (6, None)] {
        run.recorder.record(Message {
            sequence,
            intended_ns: 0,
            stamp_ns: START_NS + sequence,
            receipt_ns: START_NS + 10 + sequence,
            position,
        });
    }
    let summary = run.summary();
    assert_eq!(summary["samples"], serde_json::json!({ "count": 3, "stride": 1 }));
    let mut expected = Vec::new();
    for (sequence, position) in [(0_u64, 7_u32), (1, 1), (6, 2)] {
        for word in [sequence, START_NS + sequence, START_NS + 10 + sequence] {
            expected.extend(word.to_le_bytes());
        }
        expected.extend(position.to_le_bytes());
        expected.extend([0; 4]);
    }
    assert_eq!(run.bytes("samples.bin"), expected);
}

#[test]
fn a_run_larger_than_the_sample_buffer_keeps_whole_blocks_by_the_stride() {
    let mut run = Run::new(|options| options.expected_messages = 16_384);
    (0..16_384).for_each(|sequence| run.tick(sequence));
    let summary = run.summary();
    assert_eq!(summary["samples"], serde_json::json!({ "count": 4096, "stride": 4 }));
    let samples = run.bytes("samples.bin");
    let sequences: Vec<_> =
        samples.chunks(32).map(|s| u64::from_le_bytes(s[..8].try_into().unwrap())).collect();
    let expected = (0..16_384).filter(|sequence| sequence / 1024 % 4 == 0);
    assert!(sequences.into_iter().eq(expected));
}

#[test]
fn progress_shows_the_messages_received_while_the_run_goes_on() {
    let mut run = Run::new(|_| {});
    assert_eq!(run.bytes("progress"), 0_u64.to_le_bytes());
    (0..5).for_each(|sequence| run.tick(sequence));
    assert_eq!(run.bytes("progress"), 5_u64.to_le_bytes());
}

#[test]
fn a_run_that_broke_off_says_so() {
    let run = Run::new(|_| {});
    run.recorder.finish(false).unwrap();
    assert!(run.text("recorder.json").contains("\"complete\": false"));
}

#[test]
fn no_partial_file_is_left() {
    let run = Run::new(|_| {});
    run.recorder.finish(true).unwrap();
    let mut names: Vec<_> = fs::read_dir(run.directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = ["latency.hgrm", "latency.hlog", "progress", "recorder.json", "samples.bin"];
    assert_eq!(names, expected);
}
