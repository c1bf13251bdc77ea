// SPDX-License-Identifier: Apache-2.0
//! The ring's consumer, driven as the harness does.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tickring::{Options, Producer};
use tickring_driver::Driven;
use tickring_recorder::{Clock, tick_payload, tick_type_id};

const END_OF_STREAM: u32 = 0;
/// Tells this test program to be a producer that waits to be killed, and where to connect to.
const DOOMED: &str = "TICKRING_TEST_DOOMED_PRODUCER";

fn start(change: &[(&str, &str)]) -> Driven {
    Driven::start(env!("CARGO_BIN_EXE_consumer-ring"), "consumer", change)
}

/// Started, connected and told to go.
fn running(change: &[(&str, &str)]) -> (Driven, Producer) {
    let mut consumer = start(change);
    consumer.expect("listening");
    let producer = connect(consumer.endpoint());
    consumer.go();
    (consumer, producer)
}

fn summary(consumer: &Driven) -> Value {
    let json = std::fs::read(consumer.directory().join("recorder.json")).unwrap();
    serde_json::from_slice(&json).unwrap()
}

fn connect(endpoint: PathBuf) -> Producer {
    let options = Options::new().publish_every(8).arrival_timeout(Some(Duration::from_secs(20)));
    options.connect(endpoint).unwrap()
}

fn send(producer: &mut Producer, sequences: std::ops::Range<u64>) {
    for sequence in sequences {
        let payload = tick_payload(sequence, Clock::Realtime.now_ns());
        producer.send(&payload, tick_type_id(sequence)).unwrap();
    }
    producer.flush().unwrap();
}

#[test]
fn a_whole_stream_is_received_recorded_and_reported() {
    for wait in ["spin", "hybrid", "park"] {
        let (mut consumer, mut producer) = running(&[("wait", wait)]);
        send(&mut producer, 0..1000);
        producer.send(&[], END_OF_STREAM).unwrap();
        producer.flush().unwrap();
        let report = consumer.report();
        assert_eq!((&report["end"], &report["messages"]), (&"complete".into(), &1000.into()));
        assert_eq!(report.get("error"), None);
        let summary = summary(&consumer);
        assert_eq!(summary["complete"], true);
        assert_eq!(summary["latency_ns"]["count"], 1000);
        for key in ["lost", "duplicated", "torn"] {
            assert_eq!(summary[key], 0, "{key}");
        }
    }
}

#[test]
fn a_stream_without_stamps_is_taken_by_the_batch_and_misses_nothing() {
    let (mut consumer, mut producer) = running(&[("stamp", "none")]);
    send(&mut producer, 0..1003);
    producer.send(&[], END_OF_STREAM).unwrap();
    producer.flush().unwrap();
    let report = consumer.report();
    assert_eq!((&report["end"], &report["messages"]), (&"complete".into(), &1003.into()));
    let summary = summary(&consumer);
    for key in ["lost", "duplicated", "reordered", "torn"] {
        assert_eq!(summary[key], 0, "{key}");
    }
}

#[test]
fn the_samples_hold_the_position_of_each_message_in_its_publication() {
    let (mut consumer, mut producer) = running(&[]);
    send(&mut producer, 0..20);
    producer.send(&[], END_OF_STREAM).unwrap();
    producer.flush().unwrap();
    consumer.report();
    let samples = std::fs::read(consumer.directory().join("samples.bin")).unwrap();
    let positions: Vec<_> = samples.chunks(32).map(|sample| u64::from(sample[24])).collect();
    assert!(positions.into_iter().eq((0..20).map(|sequence| sequence % 8)));
}

#[test]
fn a_producer_that_closes_before_the_end_of_the_stream_is_reported_with_what_came() {
    let (mut consumer, mut producer) = running(&[]);
    send(&mut producer, 0..100);
    drop(producer);
    let report = consumer.report();
    assert_eq!((&report["end"], &report["messages"]), (&"peer_closed".into(), &100.into()));
    assert!(report["error"].is_string());
    assert_eq!(summary(&consumer)["complete"], false);
}

#[test]
fn a_producer_that_dies_is_reported_with_what_it_published() {
    if let Some(endpoint) = env::var_os(DOOMED) {
        let mut producer = connect(endpoint.into());
        send(&mut producer, 0..100);
        println!("sent");
        std::thread::sleep(Duration::MAX);
    }
    let mut consumer = start(&[]);
    consumer.expect("listening");
    let mut doomed = Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_producer_that_dies_is_reported_with_what_it_published", "--nocapture"])
        .env(DOOMED, consumer.endpoint())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    consumer.go();
    let mut lines = BufReader::new(doomed.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("sent")));
    doomed.kill().unwrap();
    doomed.wait().unwrap();
    let report = consumer.report();
    assert_eq!((&report["end"], &report["messages"]), (&"peer_dead".into(), &100.into()));
}

#[test]
fn sigterm_ends_a_waiting_consumer_with_what_it_has() {
    for wait in ["spin", "park"] {
        let (mut consumer, mut producer) = running(&[("wait", wait)]);
        send(&mut producer, 0..10);
        while std::fs::read(consumer.directory().join("progress")).unwrap() != 10_u64.to_le_bytes()
        {
            std::thread::yield_now();
        }
        consumer.terminate();
        let report = consumer.report();
        assert_eq!((&report["end"], &report["messages"]), (&"stopped".into(), &10.into()));
        assert_eq!(summary(&consumer)["complete"], false);
    }
}

#[test]
fn a_stream_that_dries_up_is_given_up_after_the_timeout() {
    let (mut consumer, mut producer) = running(&[("timeout-ns", "1000000000")]);
    send(&mut producer, 0..10);
    let report = consumer.report();
    assert_eq!((&report["end"], &report["messages"]), (&"timeout".into(), &10.into()));
}

#[test]
fn a_producer_that_never_comes_is_given_up_with_status_4() {
    let mut consumer = start(&[("timeout-ns", "100000000")]);
    consumer.expect("listening");
    let (status, text) = consumer.failure();
    assert_eq!(status.code(), Some(4));
    assert!(!text.is_empty());
}

#[test]
fn a_bad_argument_is_named_with_status_2() {
    let (status, text) = start(&[("publish-every", "0")]).failure();
    assert_eq!(status.code(), Some(2));
    assert!(text.contains("--publish-every is `0`"), "{text}");
}

#[test]
fn a_capacity_that_the_ring_cannot_have_is_named() {
    let (status, text) = start(&[("capacity-bytes", "65537")]).failure();
    assert_eq!(status.code(), Some(2));
    assert!(text.contains("65537"), "{text}");
}

#[test]
fn a_record_folder_that_is_not_there_is_named_with_status_4() {
    let (status, text) = start(&[("record", "/nonexistent/run")]).failure();
    assert_eq!(status.code(), Some(4));
    assert!(text.contains("/nonexistent/run"), "{text}");
}

#[test]
fn an_end_of_the_input_instead_of_go_is_status_4() {
    let mut consumer = start(&[]);
    consumer.expect("listening");
    let _producer = connect(consumer.endpoint());
    consumer.expect("ready");
    let (status, text) = consumer.failure();
    assert_eq!(status.code(), Some(4));
    assert!(text.contains("go START_NS"), "{text}");
}
