// SPDX-License-Identifier: Apache-2.0
//! What the transports share that are one file descriptor. Each message is one write; a message of
//! zeros ends the stream. What was written is visible at once, so that publish-every and
//! flush-every do not apply.

use std::fs::File;
use std::io::{ErrorKind, Read};

use tickring_recorder::Recorder;

use crate::{Arguments, End, stop_requested};

/// How often a read that sleeps is interrupted to look whether to stop.
const SLICE_NS: u64 = 100_000_000;
const BID: u32 = 1;
const ASK: u32 = 2;

/// Whether a read ends where a message ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// A pipe: a read may end inside a message.
    ByteStream,
    /// A SEQPACKET socket: a read is a message.
    WholeMessages,
}

/// Records every message from a descriptor that blocks, until the stream ends.
pub fn consume_descriptor(
    mut file: &File,
    framing: Framing,
    recorder: &mut Recorder,
    arguments: &Arguments,
) -> End {
    let bytes = arguments.payload_bytes as usize;
    // One byte more shows a message that is too long.
    let mut message = vec![0; bytes + 1];
    let slice_ns = SLICE_NS.min(arguments.timeout_ns);
    interrupt_reads_every(slice_ns);
    let (mut filled, mut idle_ns) = (0, 0);
    while !stop_requested() {
        let limit = if framing == Framing::WholeMessages { bytes + 1 } else { bytes };
        let result = file.read(&mut message[filled..limit]);
        let receipt_ns = recorder.now_ns();
        match result {
            Ok(0) => {
                let why = "the producer closed its end before the end of the stream";
                return End::PeerClosed(why.into());
            }
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                idle_ns += slice_ns;
                if idle_ns >= arguments.timeout_ns {
                    return End::Timeout("nothing arrived for the time-out".into());
                }
                continue;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                return End::PeerClosed(error.to_string());
            }
            Err(error) => return End::Error(error.to_string()),
        }
        idle_ns = 0;
        if filled != bytes {
            if framing == Framing::ByteStream {
                continue;
            }
            return End::Error(format!("a message has not the {bytes} bytes of --payload-bytes"));
        }
        if message[0] == 0 {
            return End::Complete;
        }
        // The lowest byte of the quantity tells the type. Each message is a publication of its own.
        let type_id = if message[16].is_multiple_of(2) { BID } else { ASK };
        recorder.tick(&message[..bytes], type_id, receipt_ns, Some(0));
        filled = 0;
    }
    End::Stopped
}

extern "C" fn ignore(_signal: libc::c_int) {}

/// SIGALRM comes so often from now on, and does nothing but interrupt.
fn interrupt_reads_every(interval_ns: u64) {
    let handler: extern "C" fn(libc::c_int) = ignore;
    let interval = libc::timeval {
        tv_sec: (interval_ns / 1_000_000_000) as libc::time_t,
        tv_usec: (interval_ns % 1_000_000_000 / 1_000) as libc::suseconds_t,
    };
    let timer = libc::itimerval { it_interval: interval, it_value: interval };
    // SAFETY: a sigaction is plain numbers; without SA_RESTART, so that a read ends. The handler
    // does nothing, and both structures outlive the calls.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler as usize;
        libc::sigaction(libc::SIGALRM, &action, std::ptr::null_mut());
        libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut());
    }
}
