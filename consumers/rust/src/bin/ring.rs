// SPDX-License-Identifier: Apache-2.0
//! Consumes from a tickring bus. It listens; the producer connects.

use std::process::ExitCode;
use std::{ptr, slice};

use tickring::{Code, Consumer, Error, Options, sys};
use tickring_participant::{
    Arguments, End, Trace, Unable, run_traced_consumer, say_listening, stop_requested,
};
use tickring_recorder::Recorder;

const END_OF_STREAM: u32 = 0;
/// How often a consumer without messages looks whether it is to stop.
const SLICE_NS: u64 = 100_000_000;
/// Messages taken by one call.
const MOST: usize = 64;
const NO_MESSAGE: sys::tickring_message_t =
    sys::tickring_message_t { payload: ptr::null(), payload_bytes: 0, type_id: 0 };

struct Ring {
    /// Ends before the consumer does.
    trace: Option<Trace>,
    consumer: Consumer,
}

fn main() -> ExitCode {
    let consume = |ring: &Ring, recorder: &mut Recorder, arguments: &Arguments| {
        let is_batch = arguments.api == "batch";
        let consume = if is_batch { consume::<true> } else { consume::<false> };
        consume(&ring.consumer, recorder, arguments)
    };
    run_traced_consumer(listen, consume, |ring| ring.trace.take().map_or(Ok(()), Trace::write))
}

fn listen(arguments: &Arguments) -> Result<Ring, Unable> {
    arguments.require_api(&["reference", "sender", "batch"])?;
    say_listening()?;
    let capacity_bytes = arguments.capacity_bytes as usize;
    let consumer = Options::from(arguments).listen(&arguments.endpoint, capacity_bytes)?;
    // SAFETY: the consumer is open, stays with the trace and outlives it.
    let trace = unsafe { Trace::begin(arguments, consumer.as_ptr())? };
    Ok(Ring { trace, consumer })
}

/// Records every message until the stream ends. The calls are those of the C interface. With `BATCH`
/// the clock is read once for each run, whose messages are all seen at that time. Where every message
/// has a latency of its own, each is received by itself: in a batch the first would be seen when the
/// last was found.
fn consume<const BATCH: bool>(
    consumer: &Consumer,
    recorder: &mut Recorder,
    arguments: &Arguments,
) -> End {
    let timeout_ns = arguments.timeout_ns;
    let bus = consumer.as_ptr();
    let slice_ns = timeout_ns.min(SLICE_NS);
    let has_latency = recorder.has_latency();
    let mut messages = [NO_MESSAGE; MOST];
    let most = if has_latency && !BATCH { 1 } else { MOST };
    let (mut idle_ns, mut receipt_ns) = (0, 0);
    loop {
        // SAFETY: the bus is open, and only this thread uses it; there is room for so many messages.
        let count = unsafe {
            sys::tickring_acquire_rx_batch(bus, messages.as_mut_ptr(), most, slice_ns as i64)
        };
        if count > 0 {
            idle_ns = 0;
            // SAFETY: as above.
            let first = has_latency.then(|| unsafe { sys::tickring_rx_run_position(bus) });
            for (message, place) in messages[..count].iter().zip(0..) {
                let position = first.map(|first| first + place);
                if !BATCH || position.is_none_or(|position| position == 0) {
                    receipt_ns = recorder.receipt_ns();
                }
                if message.type_id == END_OF_STREAM {
                    return End::Complete;
                }
                // SAFETY: the messages are ours until they are committed.
                let payload = unsafe {
                    slice::from_raw_parts(message.payload.cast(), message.payload_bytes as usize)
                };
                recorder.tick(payload, message.type_id, receipt_ns, position);
            }
            // SAFETY: as above.
            unsafe { sys::tickring_commit_rx(bus) };
        } else if let Some(end) = interruption(Error::last(), &mut idle_ns, slice_ns, timeout_ns) {
            return end;
        }
        if stop_requested() {
            return End::Stopped;
        }
    }
}

/// None: go on waiting.
fn interruption(error: Error, idle_ns: &mut u64, slice_ns: u64, timeout_ns: u64) -> Option<End> {
    match error.code() {
        Code::Interrupted => None,
        Code::Timeout => {
            *idle_ns += slice_ns;
            let why = || End::Timeout(format!("nothing arrived for {timeout_ns} ns"));
            (*idle_ns >= timeout_ns).then(why)
        }
        _ => Some(error.into()),
    }
}
