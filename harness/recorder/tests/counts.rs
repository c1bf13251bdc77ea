// SPDX-License-Identifier: Apache-2.0
//! What recorder.json counts.

mod common;

use std::collections::HashSet;

use common::{Run, START_NS, adds_up};
use serde_json::{Value, json};
use tickring_recorder::{HIGHEST_NS, tick_payload, tick_type_id};

/// Received, lost, duplicated, reordered, torn.
fn counts(summary: &Value) -> [u64; 5] {
    ["messages_received", "lost", "duplicated", "reordered", "torn"]
        .map(|key| summary[key].as_u64().unwrap())
}

#[test]
fn a_stream_of_whole_ticks_is_received_without_a_fault() {
    let mut run = Run::new(|_| {});
    (0..3000).for_each(|sequence| run.tick(sequence));
    let summary = run.summary();
    assert_eq!(counts(&summary), [3000, 0, 0, 0, 0]);
    assert_eq!(summary["latency_ns"]["count"], 3000);
    assert_eq!(summary["latency_ns"]["mean"], 500.0);
    assert_eq!(summary["complete"], true);
}

#[test]
fn lost_repeated_and_late_ticks_are_counted_and_the_rest_adds_up() {
    let mut run = Run::new(|_| {});
    [0, 1, 4, 4, 3, 5].into_iter().for_each(|sequence| run.tick(sequence));
    let summary = run.summary();
    assert_eq!(counts(&summary), [5, 1, 1, 1, 0]);
    assert!(adds_up(&summary));
    assert_eq!(summary["samples"]["count"], 4, "a late message is no sample");
}

#[test]
fn a_torn_tick_is_received_in_the_place_of_the_expected_one() {
    let mut run = Run::new(|_| {});
    run.tick(0);
    let mut torn = tick_payload(1, START_NS);
    torn[16..20].copy_from_slice(&3_000_000_001_u32.to_le_bytes());
    run.recorder.tick(&torn, tick_type_id(1), START_NS + 700, None);
    run.tick(2);
    let summary = run.summary();
    assert_eq!(counts(&summary), [3, 0, 0, 0, 1]);
    assert!(adds_up(&summary));
    assert_eq!(summary["latency_ns"]["max"], 700);
}

#[test]
fn a_tick_below_32_bytes_is_torn_and_its_latency_overflows() {
    let mut run = Run::new(|_| {});
    run.recorder.tick(&tick_payload(0, START_NS)[..31], 1, START_NS, None);
    let summary = run.summary();
    assert_eq!(counts(&summary), [1, 0, 0, 0, 1]);
    assert_eq!(summary["latency_ns"]["overflow_count"], 1);
}

#[test]
fn what_follows_a_tick_in_its_payload_is_not_looked_at() {
    let mut run = Run::new(|_| {});
    let mut payload = [0xff; 64];
    payload[..32].copy_from_slice(&tick_payload(0, START_NS));
    run.recorder.tick(&payload, 1, START_NS, None);
    assert_eq!(counts(&run.summary()), [1, 0, 0, 0, 0]);
}

#[test]
fn negative_and_too_large_latencies_are_counted_apart() {
    let mut run = Run::new(|_| {});
    let latencies = [-1, 0, 5, HIGHEST_NS as i64, HIGHEST_NS as i64 + 1];
    for (sequence, latency_ns) in (0..).zip(latencies) {
        run.record(sequence, sequence, latency_ns);
    }
    let summary = run.summary();
    let latency = &summary["latency_ns"];
    assert_eq!(
        ["count", "negative_count", "overflow_count"].map(|key| latency[key].as_u64().unwrap()),
        [3, 1, 1]
    );
    assert_eq!((&latency["min"], &latency["max"]), (&json!(0), &json!(HIGHEST_NS)));
}

#[test]
fn no_percentile_exceeds_the_exact_maximum() {
    let mut run = Run::new(|_| {});
    run.record(0, 0, 100_001);
    let latency = &run.summary()["latency_ns"];
    for key in ["min", "p50", "p90", "p99", "p99_9", "p99_99", "max"] {
        assert_eq!(latency[key], 100_001, "{key}");
    }
}

#[test]
fn a_run_without_messages_has_counts_of_zero_and_no_percentiles() {
    let summary = Run::new(|_| {}).summary();
    assert_eq!(counts(&summary), [0; 5]);
    assert_eq!(summary["latency_ns"]["count"], 0);
    assert_eq!(summary["latency_ns"]["p50"], Value::Null);
    assert_eq!(summary["latency_ns"]["mean"], Value::Null);
    assert_eq!(summary["windows"]["means_ns"], json!([]));
}

#[test]
fn a_run_without_stamps_has_no_latency_and_no_windows() {
    let mut run = Run::new(|options| options.stamped = false);
    for sequence in 0..100 {
        let payload = tick_payload(sequence, 0);
        run.recorder.tick(&payload, tick_type_id(sequence), START_NS + sequence, None);
    }
    let summary = run.summary();
    assert_eq!(counts(&summary), [100, 0, 0, 0, 0]);
    for key in ["latency_ns", "intended_latency_ns", "windows"] {
        assert_eq!(summary[key], Value::Null, "{key}");
    }
}

#[test]
fn an_open_loop_counts_from_the_intended_time_too() {
    let mut run = Run::new(|options| options.rate_per_s = 1_000_000);
    // The third is sent 5,000 ns late, and the schedule waits for nobody.
    for (sequence, stamp_ns) in [(0, 0), (1, 1000), (2, 7000), (3, 7100)] {
        let payload = tick_payload(sequence, START_NS + stamp_ns);
        let receipt_ns = START_NS + stamp_ns + 300;
        run.recorder.tick(&payload, tick_type_id(sequence), receipt_ns, None);
    }
    let summary = run.summary();
    assert_eq!(summary["latency_ns"]["max"], 300);
    assert_eq!(summary["intended_latency_ns"]["max"], 5300);
    assert_eq!(summary["intended_latency_ns"]["mean"], f64::from(300 + 300 + 5300 + 4400) / 4.0);
}

#[test]
fn the_windows_are_the_means_of_so_many_latencies() {
    let mut run = Run::new(|options| options.messages_per_window = 2);
    for (sequence, latency_ns) in (0..).zip([10, 20, -5, 30, 50, 7]) {
        run.record(sequence, sequence, latency_ns);
    }
    assert_eq!(
        run.summary()["windows"],
        json!({ "messages_per_window": 2, "means_ns": [15.0, 40.0] })
    );
}

#[test]
fn first_and_last_times_are_those_of_the_first_and_last_message() {
    let mut run = Run::new(|_| {});
    (0..10).for_each(|sequence| run.tick(sequence));
    run.tick(3);
    let summary = run.summary();
    assert_eq!(summary["first_stamp_ns"], START_NS);
    assert_eq!(summary["first_receipt_ns"], START_NS + 500);
    assert_eq!(summary["last_stamp_ns"], START_NS + 9000);
    assert_eq!(summary["last_receipt_ns"], START_NS + 9500);
    assert_eq!(run.recorder.elapsed_ns(), 9000);
}

#[test]
fn groups_of_round_trips_are_kept_beside_the_messages_and_are_none() {
    let mut run = Run::new(|_| {});
    run.tick(0);
    run.recorder.group(64, 16_000);
    run.recorder.group(64, 17_000);
    let summary = run.summary();
    assert_eq!(summary["messages_received"], 1);
    let expected = json!({
        "round_trips_per_group": 64, "count": 2, "stride": 1, "elapsed_ns": [16_000, 17_000],
    });
    assert_eq!(summary["groups"], expected);
}

#[test]
fn without_groups_there_is_nothing_of_them() {
    assert_eq!(Run::new(|_| {}).summary()["groups"], Value::Null);
}

#[test]
fn the_pace_is_the_time_from_each_1024th_message_to_the_next() {
    let mut run = Run::new(|_| {});
    (0..=2048).for_each(|sequence| run.tick(sequence));
    let expected = json!({"messages_per_stretch": 1024, "elapsed_ns": [1_024_000, 1_024_000]});
    assert_eq!(run.summary()["pace"], expected);
}

#[test]
fn a_run_shorter_than_a_stretch_has_no_pace() {
    let mut run = Run::new(|_| {});
    (0..1024).for_each(|sequence| run.tick(sequence));
    assert_eq!(run.summary()["pace"]["elapsed_ns"], json!([]));
}

/// How many different receipt times the first 1,000 messages have.
fn readings(change: impl FnOnce(&mut tickring_recorder::Options)) -> usize {
    let mut run = Run::new(change);
    let mut seen = HashSet::new();
    for sequence in 0..1000 {
        let receipt_ns = run.recorder.receipt_ns();
        while run.recorder.now_ns() == receipt_ns {}
        seen.insert(receipt_ns);
        let payload = tick_payload(sequence, receipt_ns);
        run.recorder.tick(&payload, tick_type_id(sequence), receipt_ns, None);
    }
    seen.len()
}

#[test]
fn the_clock_is_read_for_each_message_whose_latency_is_wanted() {
    assert_eq!(readings(|_| {}), 1000);
    assert_eq!(readings(|options| (options.rate_per_s, options.stamped) = (1000, false)), 1000);
}

#[test]
fn without_a_latency_64_messages_share_a_reading_of_the_clock() {
    assert_eq!(readings(|options| options.stamped = false), 16);
    assert_eq!(
        readings(|options| (options.stamped, options.expected_messages) = (false, 4097)),
        16
    );
}

#[test]
fn where_each_message_is_a_sample_each_has_its_own_reading() {
    assert_eq!(
        readings(|options| (options.stamped, options.expected_messages) = (false, 4096)),
        1000
    );
}

#[test]
fn the_end_of_an_unstamped_stream_is_the_time_of_its_last_message() {
    let mut run = Run::new(|options| options.stamped = false);
    let mut receipt_ns = 0;
    for sequence in 0..10 {
        receipt_ns = run.recorder.receipt_ns();
        run.recorder.tick(&tick_payload(sequence, 0), tick_type_id(sequence), receipt_ns, None);
    }
    assert_eq!(run.recorder.elapsed_ns(), 0);
    while run.recorder.now_ns() < receipt_ns + 1_000_000 {}
    run.recorder.end();
    assert!(run.recorder.elapsed_ns() >= 1_000_000);
}
