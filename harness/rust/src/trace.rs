// SPDX-License-Identifier: Apache-2.0
//! The trace of an end of the ring in an instrumented run.

use std::fs;
use std::path::PathBuf;

use tickring::sys;
use tickring_recorder::Clock;

use crate::{Arguments, End, Role, Unable};

/// Both bound the memory and the file of a trace; a longer run is traced at its begin.
const MESSAGES: u64 = 1 << 21;
const EVENTS: usize = 1 << 16;
const LEAST_GAP_NS: u64 = 5_000;

/// What an end of the ring writes down of each message, and where that is to go.
#[derive(Debug)]
pub struct Trace {
    bus: *mut sys::tickring_bus_t,
    block: Vec<u64>,
    file: PathBuf,
}

impl Trace {
    /// Traces an end from before its first message on. None: the run is not instrumented.
    ///
    /// # Safety
    /// `bus` is open, only this thread uses it, and it stays open as long as this lives.
    ///
    /// # Errors
    /// The library refuses the trace.
    pub unsafe fn begin(
        arguments: &Arguments,
        bus: *mut sys::tickring_bus_t,
    ) -> Result<Option<Self>, Unable> {
        let Some(directory) = arguments.record.as_ref().filter(|_| arguments.instrument != 0)
        else {
            return Ok(None);
        };
        let name = match arguments.role {
            Role::Producer => "producer.trace",
            Role::Consumer => "consumer.trace",
        };
        // One more for the end of the stream.
        let expected = if arguments.messages == 0 { MESSAGES } else { arguments.messages + 1 };
        let messages = expected.min(MESSAGES) as usize;
        // SAFETY: arithmetic.
        let bytes = unsafe { sys::tickring_trace_bytes(messages, EVENTS) };
        // Not 0, which could be put off until a first use.
        let mut block = vec![1; bytes / size_of::<u64>()];
        let clock = match arguments.clock {
            Clock::Realtime => sys::TICKRING_CLOCK_REALTIME,
            Clock::Monotonic => sys::TICKRING_CLOCK_MONOTONIC,
        };
        // SAFETY: the bus is open by this function's contract; the block has so many bytes, does not
        // move, and is given up only after the trace.
        let mut code = unsafe {
            let block = block.as_mut_ptr().cast();
            sys::tickring_bus_trace(bus, block, bytes, messages, clock, gap_ns(arguments))
        };
        if code == sys::TICKRING_OK && arguments.instrument > 1 {
            // SAFETY: the bus is open by this function's contract.
            code = unsafe { sys::tickring_trace_alternate(bus, arguments.instrument) };
        }
        if code != sys::TICKRING_OK {
            return Err(tickring::Error::last().into());
        }
        Ok(Some(Self { bus, block, file: directory.join(name) }))
    }

    /// Ends the trace and writes it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(mut self) -> Result<(), End> {
        self.stop();
        // SAFETY: any u64 is eight bytes.
        let bytes = unsafe { self.block.align_to::<u8>().1 };
        fs::write(&self.file, bytes)
            .map_err(|error| End::Error(format!("cannot write {}: {error}", self.file.display())))
    }

    fn stop(&mut self) {
        // SAFETY: the bus is open by the contract of `begin`.
        unsafe { sys::tickring_bus_trace(self.bus, std::ptr::null_mut(), 0, 0, 0, 0) };
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A producer that is paced reads the clock of its trace once a message.
fn gap_ns(arguments: &Arguments) -> u64 {
    let paced = arguments.role == Role::Producer && arguments.rate_per_s > 0;
    let periods_ns = if paced { 4_000_000_000 / arguments.rate_per_s } else { 0 };
    periods_ns.max(LEAST_GAP_NS)
}
