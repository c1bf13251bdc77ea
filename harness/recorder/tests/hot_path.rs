// SPDX-License-Identifier: Apache-2.0
//! Recording a message neither allocates nor faults. Alone in its file: it counts for the process.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use common::{Run, START_NS};
use tickring_recorder::{TICK_BYTES, mixed_bytes, tick_payload, tick_type_id, write_mixed};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc(layout) }
    }

    /// Not left to `alloc`: that would touch the memory for the recorder.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise, handed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, handed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn faults() -> i64 {
    // SAFETY: an rusage is plain numbers, and it outlives the call.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_THREAD, &mut usage);
        usage
    };
    usage.ru_minflt + usage.ru_majflt
}

#[test]
fn recording_neither_allocates_nor_faults_whatever_doubles_on_the_way() {
    for mixed_payload_bytes in [0, 500] {
        record_many(mixed_payload_bytes);
    }
}

fn record_many(mixed_payload_bytes: u32) {
    let mut run = Run::new(|options| {
        options.mixed_payload_bytes = mixed_payload_bytes;
        options.rate_per_s = 1_000_000;
        options.interval_ns = 100_000;
        options.messages_per_window = 1;
        options.sample_capacity = 1 << 16;
    });
    // Latencies over the whole range, enough messages to double interval, window and stride.
    let record = |run: &mut Run, sequence: u64| {
        let stamp_ns = START_NS + sequence * 1000;
        let receipt_ns = stamp_ns + (1 << (sequence % 36));
        let mut message = [0; 500];
        let bytes = match mixed_payload_bytes {
            0 => TICK_BYTES,
            most_bytes => mixed_bytes(sequence, most_bytes as usize),
        };
        let payload = &mut message[..bytes];
        match mixed_payload_bytes {
            0 => payload.copy_from_slice(&tick_payload(sequence, stamp_ns)),
            _ => write_mixed(payload, sequence, stamp_ns),
        }
        run.recorder.tick(payload, tick_type_id(sequence), receipt_ns, None);
        run.recorder.group(64, sequence);
    };
    let (allocations, faulted) = (ALLOCATIONS.load(Ordering::Relaxed), faults());
    (0..300_000).for_each(|sequence| record(&mut run, sequence));
    let (allocations, faulted) =
        (ALLOCATIONS.load(Ordering::Relaxed) - allocations, faults() - faulted);
    assert_eq!((allocations, faulted), (0, 0), "allocations, page faults");

    let summary = run.summary();
    assert_eq!(summary["torn"], 0);
    assert!(summary["merges"].as_u64().unwrap() > 0);
    assert!(summary["samples"]["stride"].as_u64().unwrap() > 1);
    assert!(summary["groups"]["stride"].as_u64().unwrap() > 1);
    assert!(summary["windows"]["messages_per_window"].as_u64().unwrap() > 1);
}
