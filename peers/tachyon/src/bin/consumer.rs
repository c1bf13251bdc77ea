// SPDX-License-Identifier: Apache-2.0
//! Consumes from a tachyon bus by its C interface: one message at a time, as its published example
//! does, or where only the throughput counts as many as its batch call hands out.

use std::process::ExitCode;
use std::{ptr, slice};

use peer_tachyon::Bus;
use tachyon_sys::{
    tachyon_acquire_rx_blocking, tachyon_commit_rx, tachyon_commit_rx_batch, tachyon_drain_batch,
    tachyon_msg_view_t,
};
use tickring_participant::{
    Arguments, End, Unable, interrupt_sleeps_every, run_consumer, say_listening, stop_requested,
};
use tickring_recorder::Recorder;

const END_OF_STREAM: u32 = 0;
/// The published example polls so often before it sleeps.
const SPIN_THRESHOLD: u32 = 10_000;
/// How often a sleep, which has no limit of its own, is interrupted to look whether to stop.
const SLICE_NS: u64 = 100_000_000;
/// Messages taken by one call.
const MOST: usize = 64;
const NO_MESSAGE: tachyon_msg_view_t =
    tachyon_msg_view_t { ptr: ptr::null(), actual_size: 0, reserved_: 0, type_id: 0, padding_: 0 };

fn main() -> ExitCode {
    run_consumer(listen, |bus, recorder, arguments| {
        let consume = if recorder.has_latency() { consume::<1> } else { consume::<MOST> };
        consume(bus, recorder, arguments)
    })
}

fn listen(arguments: &Arguments) -> Result<Bus, Unable> {
    say_listening()?;
    Bus::listen(&arguments.endpoint, arguments)
}

fn consume<const MOST: usize>(bus: &Bus, recorder: &mut Recorder, arguments: &Arguments) -> End {
    let slice_ns = SLICE_NS.min(arguments.timeout_ns);
    interrupt_sleeps_every(slice_ns);
    let mut views = [NO_MESSAGE; MOST];
    let mut idle_ns = 0;
    loop {
        let count = receive(bus, &mut views);
        if count == 0 {
            idle_ns += slice_ns;
            if let Some(end) = interruption(bus, idle_ns >= arguments.timeout_ns) {
                return end;
            }
            continue;
        }
        idle_ns = 0;
        for view in &views[..count] {
            let receipt_ns = recorder.receipt_ns();
            if view.type_id == END_OF_STREAM {
                return End::Complete;
            }
            // SAFETY: the messages are ours until they are committed.
            let payload = unsafe { slice::from_raw_parts(view.ptr.cast(), view.actual_size) };
            recorder.tick(payload, view.type_id, receipt_ns, None);
        }
        commit(bus, &views[..count], MOST > 1);
        if stop_requested() {
            return End::Stopped;
        }
    }
}

/// How many messages came; 0: interrupted.
#[inline]
fn receive(bus: &Bus, views: &mut [tachyon_msg_view_t]) -> usize {
    // SAFETY: the bus is open, only this thread uses it, and there is room for so many messages.
    unsafe {
        if let [view] = views {
            let (type_id, bytes) = (&mut view.type_id, &mut view.actual_size);
            view.ptr = tachyon_acquire_rx_blocking(bus.as_ptr(), type_id, bytes, SPIN_THRESHOLD);
            return usize::from(!view.ptr.is_null());
        }
        tachyon_drain_batch(bus.as_ptr(), views.as_mut_ptr(), views.len(), SPIN_THRESHOLD)
    }
}

/// With the call that belongs to the one they came by.
#[inline]
fn commit(bus: &Bus, views: &[tachyon_msg_view_t], is_batch: bool) {
    // SAFETY: the bus is open, only this thread uses it, and these messages are acquired.
    unsafe {
        if is_batch {
            tachyon_commit_rx_batch(bus.as_ptr(), views.as_ptr(), views.len());
        } else {
            tachyon_commit_rx(bus.as_ptr());
        }
    }
}

/// None: go on waiting.
fn interruption(bus: &Bus, is_late: bool) -> Option<End> {
    if stop_requested() {
        return Some(End::Stopped);
    }
    if bus.is_broken() {
        return Some(End::PeerDead("tachyon reports a fatal error".into()));
    }
    is_late.then(|| End::Timeout("nothing arrived for the time-out".into()))
}
