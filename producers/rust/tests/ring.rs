// SPDX-License-Identifier: Apache-2.0
//! The ring's producer, driven as the harness does.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use tickring::{Consumer, Options};
use tickring_driver::Driven;
use tickring_recorder::{Clock, mixed_bytes, tick_payload, tick_type_id, write_mixed};

const END_OF_STREAM: u32 = 0;
const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));
const SMALLEST: usize = 4096;
const APIS: [&str; 2] = ["reference", "batch"];
/// Tells this test program to be a consumer that waits to be killed, and where to listen.
const DOOMED: &str = "TICKRING_TEST_DOOMED_CONSUMER";

struct Message {
    payload: Vec<u8>,
    type_id: u32,
    position: u32,
}

impl Message {
    fn stamp_ns(&self) -> u64 {
        u64::from_le_bytes(self.payload[20..28].try_into().unwrap())
    }
}

fn start(change: &[(&str, &str)]) -> Driven {
    Driven::start(env!("CARGO_BIN_EXE_producer-ring"), "producer", change)
}

fn listen(endpoint: PathBuf, capacity_bytes: usize) -> Consumer {
    Options::new().arrival_timeout(PATIENCE).listen(endpoint, capacity_bytes).unwrap()
}

/// Started and connected, but not told to go.
fn connected(capacity_bytes: usize, change: &[(&str, &str)]) -> (Driven, Consumer) {
    let producer = start(change);
    let consumer = listen(producer.endpoint(), capacity_bytes);
    (producer, consumer)
}

/// Started, connected and told to go.
fn running(capacity_bytes: usize, change: &[(&str, &str)]) -> (Driven, Consumer) {
    let (mut producer, consumer) = connected(capacity_bytes, change);
    producer.go();
    (producer, consumer)
}

/// The next message; None: the end of the stream.
fn receive(consumer: &mut Consumer) -> Option<Message> {
    let message = consumer.acquire(PATIENCE).unwrap();
    let (type_id, position) = (message.type_id(), message.run_position());
    (type_id != END_OF_STREAM).then(|| Message { payload: message.to_vec(), type_id, position })
}

fn receive_all(consumer: &mut Consumer) -> Vec<Message> {
    std::iter::from_fn(|| receive(consumer)).collect()
}

/// Until the producer sleeps, which after its first message it does only for room, and has taken
/// every signal.
fn wait_until_asleep(producer: &Driven) {
    let status = format!("/proc/{}/status", producer.pid());
    loop {
        let text = std::fs::read_to_string(&status).unwrap();
        if text.contains("State:\tS") && text.contains("ShdPnd:\t0000000000000000") {
            return;
        }
        std::thread::yield_now();
    }
}

#[test]
fn the_stream_is_the_workload_and_ends_with_its_mark() {
    let waits = ["spin", "hybrid", "park"];
    for (api, wait) in APIS.into_iter().flat_map(|api| waits.map(|wait| (api, wait))) {
        let (mut producer, mut consumer) = running(1 << 16, &[("wait", wait), ("api", api)]);
        let messages = receive_all(&mut consumer);
        assert_eq!(messages.len(), 1000);
        for (sequence, message) in (0..).zip(&messages) {
            assert_eq!(message.payload, tick_payload(sequence, message.stamp_ns()));
            assert_eq!(message.type_id, tick_type_id(sequence));
        }
        let report = producer.report();
        assert_eq!((&report["end"], &report["messages"]), (&"complete".into(), &1000.into()));
        assert_eq!(report.get("error"), None);
    }
}

#[test]
fn a_larger_message_is_padded_with_zeros() {
    for api in APIS {
        let change = [("payload-bytes", "100"), ("api", api)];
        let (mut producer, mut consumer) = running(1 << 16, &change);
        let messages = receive_all(&mut consumer);
        assert!(messages.iter().all(|message| message.payload.len() == 100));
        assert!(messages.iter().all(|message| message.payload[28..] == [0; 72]));
        producer.report();
    }
}

#[test]
fn mixed_contents_have_the_sizes_and_bytes_of_the_contract() {
    let (mut producer, mut consumer) =
        running(1 << 16, &[("contents", "mixed"), ("payload-bytes", "500")]);
    let messages = receive_all(&mut consumer);
    assert_eq!(messages.len(), 1000);
    for (sequence, message) in (0..).zip(&messages) {
        let mut expected = vec![0; mixed_bytes(sequence, 500)];
        write_mixed(&mut expected, sequence, message.stamp_ns());
        assert_eq!(message.payload, expected);
    }
    producer.report();
}

#[test]
fn messages_are_stamped_between_start_and_receipt_or_not_at_all() {
    for clock in [Clock::Realtime, Clock::Monotonic] {
        let name = if clock == Clock::Realtime { "realtime" } else { "monotonic" };
        let (mut producer, mut consumer) = connected(1 << 16, &[("clock", name)]);
        let start_ns = clock.now_ns();
        producer.go_at(start_ns);
        let messages = receive_all(&mut consumer);
        let times = start_ns..=clock.now_ns();
        assert!(messages.iter().all(|message| times.contains(&message.stamp_ns())));
        producer.report();
    }
    let (mut producer, mut consumer) = running(1 << 16, &[("stamp", "none")]);
    assert!(receive_all(&mut consumer).iter().all(|message| message.stamp_ns() == 0));
    producer.report();
}

#[test]
fn nothing_is_sent_before_the_start() {
    let (mut producer, mut consumer) = connected(1 << 16, &[]);
    let start_ns = Clock::Realtime.now_ns() + 50_000_000;
    producer.go_at(start_ns);
    assert!(receive_all(&mut consumer).iter().all(|message| message.stamp_ns() >= start_ns));
    producer.report();
}

#[test]
fn so_many_messages_are_published_together() {
    for api in APIS {
        let change = [("publish-every", "32"), ("api", api)];
        let (mut producer, mut consumer) = running(1 << 18, &change);
        let messages = receive_all(&mut consumer);
        assert!((0..).zip(&messages).all(|(sequence, message)| message.position == sequence % 32));
        producer.report();
    }
}

#[test]
fn the_senders_own_flush_comes_after_so_many_messages() {
    for api in APIS {
        let change = [("publish-every", "100000"), ("flush-every", "5"), ("api", api)];
        let (mut producer, mut consumer) = running(1 << 18, &change);
        let messages = receive_all(&mut consumer);
        assert!((0..).zip(&messages).all(|(sequence, message)| message.position == sequence % 5));
        producer.report();
    }
}

#[test]
fn no_message_is_sent_before_its_intended_time() {
    let (mut producer, mut consumer) =
        connected(1 << 16, &[("rate-per-s", "3000"), ("messages", "100"), ("publish-every", "1")]);
    let start_ns = Clock::Realtime.now_ns();
    producer.go_at(start_ns);
    let messages = receive_all(&mut consumer);
    assert_eq!(messages.len(), 100);
    for (sequence, message) in (0..).zip(&messages) {
        assert!(message.stamp_ns() >= start_ns + sequence * 1_000_000_000 / 3000, "{sequence}");
    }
    producer.report();
}

#[test]
fn messages_whose_time_has_passed_are_sent_at_once() {
    let (mut producer, mut consumer) =
        connected(1 << 18, &[("rate-per-s", "1000"), ("messages", "2000")]);
    let now_ns = Clock::Realtime.now_ns();
    producer.go_at(now_ns - 10_000_000_000);
    let last = receive_all(&mut consumer).pop().unwrap();
    assert!(last.stamp_ns() < now_ns + 1_999_000_000, "the schedule began anew at go");
    producer.report();
}

#[test]
fn a_time_limit_in_open_loop_is_a_number_of_messages() {
    let change = [("messages", "0"), ("duration-ns", "20000000"), ("rate-per-s", "1000")];
    let (mut producer, mut consumer) = running(1 << 16, &change);
    assert_eq!(receive_all(&mut consumer).len(), 20);
    assert_eq!(producer.report()["messages"], 20);
}

#[test]
fn a_time_limit_ends_a_closed_loop() {
    let (mut producer, mut consumer) =
        running(1 << 16, &[("messages", "0"), ("duration-ns", "20000000")]);
    let received = receive_all(&mut consumer).len();
    let report = producer.report();
    assert_eq!((&report["end"], &report["messages"]), (&"complete".into(), &received.into()));
}

#[test]
fn a_full_ring_is_counted_as_backpressure_and_an_empty_one_is_not() {
    let (mut producer, mut consumer) = running(SMALLEST, &[("wait", "park")]);
    let first = consumer.acquire(PATIENCE).unwrap();
    wait_until_asleep(&producer);
    drop(first);
    assert_eq!(receive_all(&mut consumer).len(), 999);
    assert!(producer.report()["backpressure_count"].as_u64().unwrap() > 0);

    let (mut producer, mut consumer) = running(1 << 18, &[]);
    receive_all(&mut consumer);
    assert_eq!(producer.report()["backpressure_count"], 0);
}

#[test]
fn sigterm_ends_the_stream_after_what_was_sent() {
    for wait in ["spin", "park"] {
        let (mut producer, mut consumer) = running(1 << 16, &[("messages", "0"), ("wait", wait)]);
        let before = (0..100).map_while(|_| receive(&mut consumer)).count();
        producer.terminate();
        let received = before + receive_all(&mut consumer).len();
        let report = producer.report();
        assert_eq!((&report["end"], &report["messages"]), (&"stopped".into(), &received.into()));
        assert!(report["error"].is_string());
    }
}

#[test]
fn sigterm_ends_the_wait_for_room() {
    for api in APIS {
        let change = [("messages", "0"), ("wait", "park"), ("api", api)];
        let (mut producer, mut consumer) = running(SMALLEST, &change);
        let first = consumer.acquire(PATIENCE).unwrap();
        wait_until_asleep(&producer);
        producer.terminate();
        wait_until_asleep(&producer);
        drop(first);
        let received = 1 + receive_all(&mut consumer).len();
        // All that the ring holds: a unit less than its size.
        assert!(received < SMALLEST / 64, "it went on after the signal: {received}");
        let report = producer.report();
        assert_eq!((&report["end"], &report["messages"]), (&"stopped".into(), &received.into()));
    }
}

#[test]
fn a_consumer_that_closes_is_reported() {
    let (mut producer, mut consumer) = running(1 << 16, &[("messages", "0")]);
    receive(&mut consumer).unwrap();
    drop(consumer);
    let report = producer.report();
    assert_eq!(report["end"], "peer_closed");
    assert!(report["error"].is_string());
}

#[test]
fn a_consumer_that_dies_is_reported() {
    if let Some(endpoint) = env::var_os(DOOMED) {
        let mut consumer = listen(endpoint.into(), SMALLEST);
        receive(&mut consumer).unwrap();
        println!("received");
        std::thread::sleep(Duration::MAX);
    }
    let mut producer = start(&[("messages", "0")]);
    let mut doomed = Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_consumer_that_dies_is_reported", "--nocapture"])
        .env(DOOMED, producer.endpoint())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    producer.go();
    let mut lines = BufReader::new(doomed.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("received")));
    doomed.kill().unwrap();
    doomed.wait().unwrap();
    let report = producer.report();
    assert_eq!(report["end"], "peer_dead");
    assert!(report["error"].is_string());
}

#[test]
fn a_consumer_that_takes_nothing_is_given_up_after_the_timeout() {
    let (mut producer, _consumer) = running(SMALLEST, &[("timeout-ns", "1000000000")]);
    let report = producer.report();
    assert_eq!(report["end"], "timeout");
    assert!(report["messages"].as_u64().unwrap() < SMALLEST as u64 / 64);
    let elapsed_ns = report["elapsed_ns"].as_u64().unwrap();
    assert!((1_000_000_000..10_000_000_000).contains(&elapsed_ns), "{elapsed_ns} ns");
}

#[test]
fn a_consumer_that_is_not_there_is_given_up_with_status_4() {
    let (status, text) = start(&[("timeout-ns", "100000000")]).failure();
    assert_eq!(status.code(), Some(4));
    assert!(!text.is_empty());
}

#[test]
fn each_bad_argument_is_named_with_its_value_and_status_2() {
    let bad = [
        ("role", "judge"),
        ("messages", "-1"),
        ("duration-ns", "soon"),
        ("payload-bytes", "31"),
        ("capacity-bytes", "0"),
        ("publish-every", "0"),
        ("flush-every", "-1"),
        ("rate-per-s", "fast"),
        ("wait", "nap"),
        ("clock", "sun"),
        ("stamp", "wax"),
        ("contents", "odd"),
        ("timeout-ns", "0"),
    ];
    for (key, value) in bad {
        let (status, text) = start(&[(key, value)]).failure();
        assert_eq!(status.code(), Some(2), "{text}");
        assert!(text.contains(&format!("--{key} is `{value}`")), "{text}");
        assert!(text.contains("needed"), "{text}");
    }
}

#[test]
fn contents_that_no_batch_has_are_refused() {
    let (status, text) = start(&[("api", "batch"), ("contents", "mixed")]).failure();
    assert_eq!(status.code(), Some(2));
    assert!(text.contains("--contents is `mixed`"), "{text}");
}

#[test]
fn a_message_that_does_not_fit_the_ring_is_named_with_what_does() {
    let producer = start(&[("payload-bytes", "5000")]);
    let _consumer = listen(producer.endpoint(), SMALLEST);
    let (status, text) = producer.failure();
    assert_eq!(status.code(), Some(2));
    for part in ["--payload-bytes", "5000", "4096", "4016"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn an_end_of_the_input_instead_of_go_is_status_4() {
    let (mut producer, _consumer) = connected(1 << 16, &[]);
    producer.expect("ready");
    let (status, text) = producer.failure();
    assert_eq!(status.code(), Some(4));
    assert!(text.contains("go START_NS"), "{text}");
}
