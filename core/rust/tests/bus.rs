// SPDX-License-Identifier: Apache-2.0
//! Both ends of a bus in one process.

use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tickring::{Code, Consumer, Options, PeerState, Producer, Wait, sys};

const CAPACITY_BYTES: usize = 4096;
const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));
const NOT_AT_ALL: Option<Duration> = Some(Duration::ZERO);

fn pair(options: Options) -> (Producer, Consumer) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bus");
    let options = options.arrival_timeout(PATIENCE);
    thread::scope(|scope| {
        let consumer = scope.spawn(|| options.listen(&path, CAPACITY_BYTES).unwrap());
        let producer = options.connect(&path).unwrap();
        (producer, consumer.join().unwrap())
    })
}

#[test]
fn a_message_arrives_with_its_bytes_and_its_type() {
    let (mut producer, mut consumer) = pair(Options::new());
    producer.send(b"hello", 7).unwrap();
    let message = consumer.acquire(PATIENCE).unwrap();
    assert_eq!((&*message, message.type_id(), message.run_position()), (&b"hello"[..], 7, 0));
}

#[test]
fn a_message_in_place_is_seen_when_it_is_published() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(100));
    let mut message = producer.acquire(16, None).unwrap();
    message[..3].copy_from_slice(b"abc");
    message.commit(3, 1).unwrap();
    assert!(consumer.try_acquire().unwrap().is_none());
    producer.flush().unwrap();
    assert_eq!(&*consumer.try_acquire().unwrap().unwrap(), b"abc");
}

#[test]
fn a_guard_that_is_dropped_takes_its_message_back() {
    let (mut producer, mut consumer) = pair(Options::new());
    producer.acquire(16, None).unwrap().fill(0xff);
    producer.send(b"second", 2).unwrap();
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 2);
    assert!(consumer.try_acquire().unwrap().is_none());
}

#[test]
fn a_forgotten_guard_is_taken_back_by_the_next_call() {
    let (mut producer, mut consumer) = pair(Options::new());
    mem::forget(producer.acquire(16, None).unwrap());
    producer.send(b"first", 1).unwrap();
    mem::forget(producer.try_acquire(16).unwrap());
    producer.try_acquire(6).unwrap().unwrap().commit(6, 2).unwrap();
    mem::forget(consumer.acquire(PATIENCE).unwrap());
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 2);
    assert!(consumer.try_acquire().unwrap().is_none());
}

#[test]
fn a_panic_with_a_message_open_takes_it_back() {
    let (mut producer, mut consumer) = pair(Options::new());
    let lost = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut message = producer.acquire(16, None).unwrap();
        message.fill(0xff);
        panic::resume_unwind(Box::new("in the middle of a message"));
    }));
    assert!(lost.is_err());
    producer.send(b"whole", 1).unwrap();
    producer.send(b"second", 2).unwrap();
    let read = panic::catch_unwind(AssertUnwindSafe(|| {
        let message = consumer.acquire(PATIENCE).unwrap();
        assert_eq!(&*message, b"whole");
        panic::resume_unwind(Box::new("while reading"));
    }));
    assert!(read.is_err());
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 2);
}

#[test]
fn dropping_a_received_message_makes_room() {
    let (mut producer, mut consumer) = pair(Options::new());
    let largest = vec![1; producer.max_payload_bytes()];
    for type_id in 0..10 {
        producer.send(&largest, type_id).unwrap();
        assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), type_id);
    }
}

#[test]
fn the_position_counts_within_a_publication() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(3));
    (0..6).for_each(|type_id| producer.send(b"x", type_id).unwrap());
    for expected in [0, 1, 2, 0, 1, 2] {
        assert_eq!(consumer.acquire(PATIENCE).unwrap().run_position(), expected);
    }
}

#[test]
fn a_batch_has_what_one_publication_holds_in_its_order() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(3));
    let texts = [&b"a"[..], b"", b"ccc", b"d", b"e", b"f"];
    texts.iter().zip(1..).for_each(|(text, type_id)| producer.send(text, type_id).unwrap());
    let batch = consumer.acquire_batch(10, PATIENCE).unwrap();
    assert_eq!((batch.len(), batch.run_position()), (3, 0));
    let messages: Vec<_> = batch.iter().collect();
    assert_eq!(messages, [(1, texts[0]), (2, texts[1]), (3, texts[2])]);
    drop(batch);
    assert_eq!(consumer.acquire_batch(2, PATIENCE).unwrap().len(), 2);
    let batch = consumer.acquire_batch(2, PATIENCE).unwrap();
    assert_eq!((batch.len(), batch.run_position()), (1, 2));
    assert_eq!(batch.iter().next(), Some((6, texts[5])));
}

#[test]
fn dropping_a_batch_makes_room_for_all_of_it() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(8));
    (0..1000).for_each(|round| {
        (0..8).for_each(|_| producer.send(&[1; 40], round).unwrap());
        let batch = consumer.acquire_batch(8, PATIENCE).unwrap();
        assert_eq!((batch.len(), batch.iter().next().unwrap().0), (8, round));
    });
}

#[test]
fn a_batch_of_more_than_any_ring_holds_takes_no_more_room_than_the_ring() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(2));
    (0..2).for_each(|type_id| producer.send(b"x", type_id).unwrap());
    assert_eq!(consumer.acquire_batch(usize::MAX, PATIENCE).unwrap().len(), 2);
}

#[test]
fn a_forgotten_batch_is_given_back_by_the_next_call() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(2));
    (0..6).for_each(|type_id| producer.send(b"x", type_id).unwrap());
    mem::forget(consumer.acquire_batch(2, PATIENCE).unwrap());
    let batch = consumer.acquire_batch(2, PATIENCE).unwrap();
    assert_eq!(batch.iter().next().unwrap().0, 2);
    mem::forget(batch);
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 4);
}

#[test]
fn a_batch_of_none_and_one_that_does_not_come_have_their_codes() {
    let (mut producer, mut consumer) = pair(Options::new());
    assert_eq!(consumer.acquire_batch(4, NOT_AT_ALL).unwrap_err().code(), Code::Timeout);
    producer.send(b"x", 1).unwrap();
    let error = consumer.acquire_batch(0, NOT_AT_ALL).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.to_string().contains("most is 0"), "{error}");
    assert_eq!(consumer.acquire_batch(4, NOT_AT_ALL).unwrap().len(), 1);
}

#[test]
fn a_copy_replaces_what_the_buffer_held() {
    let (mut producer, mut consumer) = pair(Options::new());
    producer.send(b"new", 3).unwrap();
    let mut buffer = b"something old".to_vec();
    assert_eq!(consumer.recv_into(&mut buffer, PATIENCE).unwrap(), 3);
    assert_eq!(buffer, b"new");
    assert_eq!(consumer.recv_into(&mut buffer, NOT_AT_ALL).unwrap_err().code(), Code::Timeout);
    assert_eq!(buffer, b"new");
}

#[test]
fn a_full_ring_is_no_error_to_a_try_and_a_timeout_to_a_wait() {
    let (mut producer, _consumer) = pair(Options::new());
    while let Some(message) = producer.try_acquire(48).unwrap() {
        message.commit(48, 1).unwrap();
    }
    assert_eq!(producer.acquire(48, NOT_AT_ALL).unwrap_err().code(), Code::Timeout);
}

#[test]
fn a_message_that_never_fits_is_too_large_and_the_text_says_what_fits() {
    let (mut producer, _consumer) = pair(Options::new());
    let largest = producer.max_payload_bytes();
    assert_eq!(largest, producer.capacity_bytes() - 80);
    let error = producer.acquire(largest + 1, None).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
    assert!(error.to_string().contains(&largest.to_string()), "{error}");
}

#[test]
fn a_commit_of_more_than_was_acquired_is_refused_and_nothing_is_seen() {
    let (mut producer, mut consumer) = pair(Options::new());
    let error = producer.acquire(8, None).unwrap().commit(9, 1).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    producer.send(b"next", 2).unwrap();
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 2);
}

#[test]
fn a_dropped_producer_ends_the_stream_after_its_last_message() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(100));
    producer.send(b"last", 1).unwrap();
    drop(producer);
    assert_eq!(&*consumer.acquire(PATIENCE).unwrap(), b"last");
    assert_eq!(consumer.acquire(PATIENCE).unwrap_err().code(), Code::PeerClosed);
    assert_eq!(consumer.peer_state().unwrap(), PeerState::Closed);
}

#[test]
fn an_end_can_move_to_another_thread() {
    for wait in [Wait::Spin, Wait::Hybrid, Wait::Park] {
        let (mut producer, mut consumer) = pair(Options::new().wait(wait).publish_every(32));
        let sender = thread::spawn(move || {
            (0..10_000_u32).for_each(|i| producer.send(&i.to_le_bytes(), i).unwrap());
        });
        for i in 0..10_000_u32 {
            let message = consumer.acquire(PATIENCE).unwrap();
            assert_eq!((&*message, message.type_id()), (&i.to_le_bytes()[..], i));
        }
        sender.join().unwrap();
    }
}

#[test]
fn the_roles_can_be_turned_round() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bus");
    let options = Options::new().arrival_timeout(PATIENCE);
    thread::scope(|scope| {
        let producer = scope.spawn(|| options.listen_as_producer(&path, CAPACITY_BYTES).unwrap());
        let mut consumer = options.connect_as_consumer(&path).unwrap();
        producer.join().unwrap().send(b"round", 1).unwrap();
        assert_eq!(&*consumer.acquire(PATIENCE).unwrap(), b"round");
    });
}

#[test]
fn the_counters_count() {
    let (mut producer, mut consumer) = pair(Options::new().publish_every(2));
    (0..4).for_each(|type_id| producer.send(b"12345678", type_id).unwrap());
    (0..4).for_each(|_| drop(consumer.acquire(PATIENCE).unwrap()));
    for stats in [producer.stats().unwrap(), consumer.stats().unwrap()] {
        assert_eq!(
            (stats.messages_count, stats.payload_bytes, stats.publications_count),
            (4, 32, 2)
        );
    }
}

#[test]
fn nobody_listening_a_bad_capacity_and_a_nul_in_the_path_have_their_codes() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bus");
    assert_eq!(Producer::connect(&path).unwrap_err().code(), Code::NotFound);
    let error = Consumer::listen(&path, 4097).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.to_string().contains("4097"), "{error}");
    assert_eq!(Producer::connect("a\0b").unwrap_err().code(), Code::InvalidArgument);
}

#[test]
fn the_structures_have_the_size_that_the_library_gives_them() {
    let mut options = sys::tickring_options_t::default();
    // SAFETY: options as the header asks.
    unsafe { sys::tickring_options_init(&mut options) };
    assert_eq!(options.struct_bytes as usize, size_of::<sys::tickring_options_t>());
    let (producer, _consumer) = pair(Options::new());
    let stats = producer.stats().unwrap();
    assert_eq!(stats.struct_bytes as usize, size_of::<sys::tickring_stats_t>());
}

#[test]
fn the_library_tells_the_version_of_the_crate() {
    assert_eq!(tickring::version(), env!("CARGO_PKG_VERSION"));
}
