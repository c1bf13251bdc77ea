// SPDX-License-Identifier: Apache-2.0
//! Coordinated omission: a stall of the consumer, worked out instead of measured.

mod common;

use common::{Run, START_NS};
use serde_json::Value;
use tickring_recorder::Message;

const RATE_PER_S: u64 = 100_000;
const PERIOD_NS: u64 = 1_000_000_000 / RATE_PER_S;
const MESSAGES: u64 = 50_000;
const RING_MESSAGES: u64 = 63;
const STALL: std::ops::Range<u64> = 100_000_000..110_000_000;
const TRANSPORT_NS: u64 = 300;
const CATCHING_UP_NS: u64 = 100;

/// All messages on schedule but for a stall in which the consumer takes none: those that the ring
/// has room for are sent in it, the others follow one another when it is over.
fn stalled() -> Value {
    let mut run = Run::new(|options| options.rate_per_s = RATE_PER_S);
    let first_in_stall = STALL.start / PERIOD_NS;
    let (mut sender_free_ns, mut reader_free_ns) = (0, 0);
    for sequence in 0..MESSAGES {
        let intended_ns = sequence * PERIOD_NS;
        let is_refused = sequence >= first_in_stall + RING_MESSAGES && intended_ns < STALL.end;
        let room_ns = if is_refused { STALL.end } else { 0 };
        let stamp_ns = intended_ns.max(room_ns).max(sender_free_ns);
        let awake_ns = if STALL.contains(&stamp_ns) { STALL.end } else { 0 };
        let receipt_ns = (stamp_ns + TRANSPORT_NS).max(awake_ns).max(reader_free_ns);
        (sender_free_ns, reader_free_ns) = (stamp_ns + CATCHING_UP_NS, receipt_ns + CATCHING_UP_NS);
        run.recorder.record(Message {
            sequence,
            intended_ns: run.recorder.intended_ns(sequence),
            stamp_ns: START_NS + stamp_ns,
            receipt_ns: START_NS + receipt_ns,
            position: None,
        });
    }
    run.summary()
}

#[test]
fn a_stall_of_10_ms_is_in_the_p99_from_the_intended_time_and_not_in_that_from_the_stamp() {
    let summary = stalled();
    let p99 = |section: &str| summary[section]["p99"].as_u64().unwrap();
    assert!(p99("intended_latency_ns") > 4_000_000);
    assert!(p99("schedule_delay_ns") > 4_000_000);
    assert!(p99("latency_ns") < 1_000_000);
    assert!(summary["latency_ns"]["max"].as_u64().unwrap() > 9_900_000, "63 messages see it");
}
