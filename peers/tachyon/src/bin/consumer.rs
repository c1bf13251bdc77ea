// SPDX-License-Identifier: Apache-2.0
//! Consumes from a tachyon bus by its C interface, as its published example does.

use std::process::ExitCode;
use std::slice;

use peer_tachyon::Bus;
use tachyon_sys::{tachyon_acquire_rx_blocking, tachyon_commit_rx};
use tickring_participant::{
    Arguments, End, Unable, interrupt_sleeps_every, run_consumer, say_listening, stop_requested,
};
use tickring_recorder::Recorder;

const END_OF_STREAM: u32 = 0;
/// The published example polls so often before it sleeps.
const SPIN_THRESHOLD: u32 = 10_000;
/// How often a sleep, which has no limit of its own, is interrupted to look whether to stop.
const SLICE_NS: u64 = 100_000_000;

fn main() -> ExitCode {
    run_consumer(listen, consume)
}

fn listen(arguments: &Arguments) -> Result<Bus, Unable> {
    say_listening()?;
    Bus::listen(&arguments.endpoint, arguments)
}

fn consume(bus: &Bus, recorder: &mut Recorder, arguments: &Arguments) -> End {
    let slice_ns = SLICE_NS.min(arguments.timeout_ns);
    interrupt_sleeps_every(slice_ns);
    let (mut type_id, mut bytes, mut idle_ns) = (0, 0, 0);
    loop {
        // SAFETY: the bus is open, and only this thread uses it.
        let payload = unsafe {
            tachyon_acquire_rx_blocking(bus.as_ptr(), &mut type_id, &mut bytes, SPIN_THRESHOLD)
        };
        let receipt_ns = recorder.receipt_ns();
        if payload.is_null() {
            idle_ns += slice_ns;
            if let Some(end) = interruption(bus, idle_ns >= arguments.timeout_ns) {
                return end;
            }
            continue;
        }
        idle_ns = 0;
        if type_id == END_OF_STREAM {
            return End::Complete;
        }
        // SAFETY: the message is ours until it is committed; the bus is as above.
        unsafe {
            recorder.tick(slice::from_raw_parts(payload.cast(), bytes), type_id, receipt_ns, None);
            tachyon_commit_rx(bus.as_ptr());
        }
        if stop_requested() {
            return End::Stopped;
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
