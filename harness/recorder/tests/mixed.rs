// SPDX-License-Identifier: Apache-2.0
//! What recorder.json counts in mixed contents.

mod common;

use common::{Run, START_NS, adds_up};
use serde_json::Value;
use tickring_recorder::{mixed_bytes, tick_type_id, write_mixed};

const MOST_BYTES: u32 = 100;

fn message(sequence: u64) -> Vec<u8> {
    let mut payload = vec![0; mixed_bytes(sequence, MOST_BYTES as usize)];
    write_mixed(&mut payload, sequence, START_NS + sequence);
    payload
}

/// What a stream comes to, given as the number of each message and its bytes.
fn summary_of(messages: impl IntoIterator<Item = (u64, Vec<u8>)>) -> Value {
    let mut run = Run::new(|options| options.mixed_payload_bytes = MOST_BYTES);
    for (sequence, payload) in messages {
        run.recorder.tick(&payload, tick_type_id(sequence), START_NS + sequence + 500, None);
    }
    let summary = run.summary();
    assert!(adds_up(&summary));
    summary
}

/// Received, lost, duplicated, reordered, torn, of wrong length.
fn counts(summary: &Value) -> [u64; 6] {
    ["messages_received", "lost", "duplicated", "reordered", "torn", "wrong_length"]
        .map(|key| summary[key].as_u64().unwrap())
}

fn stream(messages: u64) -> Vec<(u64, Vec<u8>)> {
    (0..messages).map(|sequence| (sequence, message(sequence))).collect()
}

#[test]
fn a_stream_of_every_size_is_received_without_a_fault() {
    let summary = summary_of(stream(3000));
    assert_eq!(counts(&summary), [3000, 0, 0, 0, 0, 0]);
    assert_eq!(summary["latency_ns"]["mean"], 500.0);
}

#[test]
fn a_lost_message_is_named() {
    let mut messages = stream(100);
    messages.remove(50);
    assert_eq!(counts(&summary_of(messages)), [99, 1, 0, 0, 0, 0]);
}

#[test]
fn a_doubled_message_is_named() {
    let mut messages = stream(100);
    messages.insert(51, (50, message(50)));
    assert_eq!(counts(&summary_of(messages)), [100, 0, 1, 0, 0, 0]);
}

#[test]
fn two_swapped_messages_are_named() {
    let mut messages = stream(100);
    messages.swap(50, 51);
    assert_eq!(counts(&summary_of(messages)), [100, 0, 0, 1, 0, 0]);
}

#[test]
fn a_byte_that_changed_is_named_wherever_it_is_and_costs_no_other_message() {
    for byte in 0..message(50).len() {
        let mut messages = stream(100);
        messages[50].1[byte] ^= 0x80;
        assert_eq!(counts(&summary_of(messages)), [100, 0, 0, 0, 1, 0], "byte {byte}");
    }
}

#[test]
fn a_message_cut_or_prolonged_is_named_and_costs_no_other_message() {
    for bytes in [0, 1, 31, 32, message(50).len() - 1, message(50).len() + 1, 4000] {
        let mut messages = stream(100);
        messages[50].1.resize(bytes, 0);
        assert_eq!(counts(&summary_of(messages)), [100, 0, 0, 0, 0, 1], "{bytes} bytes");
    }
}

#[test]
fn the_rest_of_an_older_message_behind_a_new_beginning_is_named() {
    let mut messages = stream(100);
    let (old, new) = (message(49), &mut messages[50].1);
    let half = old.len().min(new.len()) / 2;
    new[half..].iter_mut().zip(&old[half..]).for_each(|(new, old)| *new = *old);
    assert_eq!(counts(&summary_of(messages)), [100, 0, 0, 0, 1, 0]);
}

#[test]
fn faults_of_every_kind_in_one_stream_are_told_apart() {
    let mut messages = stream(100);
    messages.swap(80, 81);
    messages[60].1.pop();
    messages[40].1[40] ^= 1;
    messages.insert(31, (30, message(30)));
    messages.remove(20);
    assert_eq!(counts(&summary_of(messages)), [99, 1, 1, 1, 1, 1]);
}
