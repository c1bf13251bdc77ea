// SPDX-License-Identifier: Apache-2.0
//! Messages that are written in place and committed by the batch.

use std::mem;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;
use tickring::{BatchSender, Code, Consumer, Error, Options};

const CAPACITY_BYTES: usize = 4096;
const PATIENCE: Option<Duration> = Some(Duration::from_secs(20));
const NOT_AT_ALL: Option<Duration> = Some(Duration::ZERO);

fn pair(publish_every: u32, payload_bytes: usize, most: usize) -> (BatchSender, Consumer) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bus");
    let options = Options::new().publish_every(publish_every).arrival_timeout(PATIENCE);
    thread::scope(|scope| {
        let consumer = scope.spawn(|| options.listen(&path, CAPACITY_BYTES).unwrap());
        let producer = options.connect(&path).unwrap();
        (producer.into_batches(payload_bytes, most), consumer.join().unwrap())
    })
}

fn send(sender: &mut BatchSender, number: u8) -> Result<(), Error> {
    sender.send(number.into(), NOT_AT_ALL, |payload| payload.fill(number))
}

fn expect(consumer: &mut Consumer, numbers: impl IntoIterator<Item = u8>, bytes: usize) {
    for number in numbers {
        let message = consumer.acquire(PATIENCE).unwrap();
        assert_eq!((&*message, message.type_id()), (&vec![number; bytes][..], number.into()));
    }
    assert!(consumer.try_acquire().unwrap().is_none());
}

#[test]
fn messages_arrive_in_their_order_when_their_batch_is_full() {
    for bytes in [0, 1, 48, 49, 200] {
        let (mut sender, mut consumer) = pair(1, bytes, 3);
        (0..2).for_each(|number| send(&mut sender, number).unwrap());
        assert!(consumer.try_acquire().unwrap().is_none());
        (2..4).for_each(|number| send(&mut sender, number).unwrap());
        expect(&mut consumer, 0..3, bytes);
        (4..6).for_each(|number| send(&mut sender, number).unwrap());
        expect(&mut consumer, 3..6, bytes);
    }
}

#[test]
fn a_batch_as_long_as_a_publication_is_one() {
    let (mut sender, mut consumer) = pair(4, 8, 4);
    (0..8).for_each(|number| send(&mut sender, number).unwrap());
    for _ in 0..2 {
        assert_eq!(consumer.acquire_batch(10, PATIENCE).unwrap().len(), 4);
    }
}

#[test]
fn a_flush_publishes_what_there_is() {
    let (mut sender, mut consumer) = pair(100, 8, 10);
    (0..3).for_each(|number| send(&mut sender, number).unwrap());
    sender.flush().unwrap();
    expect(&mut consumer, 0..3, 8);
    sender.flush().unwrap();
    (3..5).for_each(|number| send(&mut sender, number).unwrap());
    sender.flush().unwrap();
    expect(&mut consumer, 3..5, 8);
}

#[test]
fn the_producer_sends_other_sizes_behind_what_the_batch_holds() {
    let (mut sender, mut consumer) = pair(1, 8, 10);
    send(&mut sender, 1).unwrap();
    assert_eq!(sender.get_ref().stats().unwrap().messages_count, 0);
    sender.get_mut().unwrap().send(&[2; 100], 2).unwrap();
    assert_eq!(sender.get_ref().stats().unwrap().messages_count, 2);
    assert_eq!(&*consumer.acquire(PATIENCE).unwrap(), &[1; 8]);
    assert_eq!(&*consumer.acquire(PATIENCE).unwrap(), &[2; 100]);
}

#[test]
fn dropping_it_sends_what_it_holds_and_ends_the_stream() {
    let (mut sender, mut consumer) = pair(100, 8, 10);
    (0..3).for_each(|number| send(&mut sender, number).unwrap());
    drop(sender);
    for number in 0..3 {
        assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), number);
    }
    assert_eq!(consumer.acquire(PATIENCE).unwrap_err().code(), Code::PeerClosed);
}

#[test]
fn more_than_the_ring_holds_is_sent_as_room_comes() {
    const MESSAGES: usize = 100_000;
    let (mut sender, mut consumer) = pair(7, 8, usize::MAX);
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..MESSAGES {
                let write = |payload: &mut [u8]| payload.copy_from_slice(&number.to_le_bytes());
                sender.send(1, PATIENCE, write).unwrap();
            }
        });
        for number in 0..MESSAGES {
            assert_eq!(&*consumer.acquire(PATIENCE).unwrap(), &number.to_le_bytes());
        }
    });
}

#[test]
fn what_cannot_be_sent_has_its_code_and_nothing_is_written() {
    let (mut sender, mut consumer) = pair(1, 8, 1);
    let full = (0..).find_map(|number| send(&mut sender, number).err()).unwrap();
    assert_eq!(full.code(), Code::Timeout);
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 0);
    send(&mut sender, 99).unwrap();
    let (mut too_large, _consumer) = pair(1, CAPACITY_BYTES, 4);
    assert_eq!(send(&mut too_large, 1).unwrap_err().code(), Code::TooLarge);
    let (mut of_none, _consumer) = pair(1, 8, 0);
    let error = send(&mut of_none, 1).unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument);
    assert!(error.to_string().contains("most is 0"), "{error}");
}

#[test]
fn a_forgotten_guard_of_the_producer_is_taken_back() {
    let (mut sender, mut consumer) = pair(1, 8, 2);
    mem::forget(sender.get_mut().unwrap().acquire(8, NOT_AT_ALL).unwrap());
    (0..2).for_each(|number| send(&mut sender, number).unwrap());
    expect(&mut consumer, 0..2, 8);
}

#[test]
fn it_can_move_to_another_thread() {
    let (mut sender, mut consumer) = pair(1, 8, 2);
    send(&mut sender, 0).unwrap();
    thread::spawn(move || send(&mut sender, 1).unwrap()).join().unwrap();
    assert_eq!(consumer.acquire(PATIENCE).unwrap().type_id(), 0);
}
