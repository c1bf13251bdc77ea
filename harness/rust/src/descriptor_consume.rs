// SPDX-License-Identifier: Apache-2.0
//! Consuming from a transport that is one file descriptor. Each message is one write; a message of
//! zeros ends the stream. In a byte stream of mixed contents the length of a message comes in front
//! of it. What was written is visible at once, so that publish-every and flush-every do not apply.

use std::fs::File;
use std::io::{ErrorKind, Read};

use tickring_recorder::Recorder;

use crate::{Arguments, End, interrupt_sleeps_every, stop_requested, type_id_by_rule};

/// How often a read that sleeps is interrupted to look whether to stop.
const SLICE_NS: u64 = 100_000_000;
/// Bytes of the length in front of a message.
pub(crate) const HEAD_BYTES: usize = size_of::<u32>();

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
    file: &File,
    framing: Framing,
    recorder: &mut Recorder,
    arguments: &Arguments,
) -> End {
    let slice_ns = SLICE_NS.min(arguments.timeout_ns);
    // One byte more shows a message that is too long.
    let message = vec![0; arguments.payload_bytes as usize + 1];
    let mut inbox = Inbox { file, framing, arguments, slice_ns, idle_ns: 0, message };
    interrupt_sleeps_every(slice_ns);
    loop {
        let (bytes, receipt_ns) = match inbox.receive() {
            Ok(received) => received,
            Err(end) => return end,
        };
        let message = &inbox.message;
        if message[0] == 0 {
            return End::Complete;
        }
        // Each message is a publication of its own.
        recorder.tick(&message[..bytes], type_id_by_rule(message), receipt_ns, Some(0));
    }
}

/// A message that is being received, and for how long nothing came.
struct Inbox<'a> {
    file: &'a File,
    framing: Framing,
    arguments: &'a Arguments,
    slice_ns: u64,
    idle_ns: u64,
    message: Vec<u8>,
}

impl Inbox<'_> {
    /// The bytes of the next message, and the time at which they were there.
    fn receive(&mut self) -> Result<(usize, u64), End> {
        let (bytes, mixed) = (self.arguments.payload_bytes as usize, self.arguments.mixed);
        match self.framing {
            Framing::ByteStream if mixed => self.receive_framed(),
            Framing::ByteStream => self.fill(bytes),
            Framing::WholeMessages => match self.fill(bytes + 1)? {
                (received, _) if received != bytes && !mixed => Err(End::Error(format!(
                    "a message has not the {bytes} bytes of --payload-bytes"
                ))),
                message => Ok(message),
            },
        }
    }

    /// One whose length cannot be right ends the run: where the next begins is not known.
    fn receive_framed(&mut self) -> Result<(usize, u64), End> {
        self.fill(HEAD_BYTES)?;
        let head = self.message.first_chunk().copied().unwrap_or_default();
        let (length, most) = (u32::from_le_bytes(head), self.arguments.payload_bytes);
        if length == 0 || u64::from(length) > most {
            return Err(End::Error(format!("a message says {length} bytes; 1 to {most} can be")));
        }
        self.fill(length as usize)
    }

    /// Reads so many bytes, or one whole message of up to so many.
    fn fill(&mut self, wanted: usize) -> Result<(usize, u64), End> {
        let mut filled = 0;
        while !stop_requested() {
            let result = self.file.read(&mut self.message[filled..wanted]);
            let receipt_ns = self.arguments.clock.now_ns();
            filled += self.look_at(result)?;
            if filled == wanted || (filled > 0 && self.framing == Framing::WholeMessages) {
                return Ok((filled, receipt_ns));
            }
        }
        Err(End::Stopped)
    }

    /// What a read gave: 0 when it was interrupted, or how the run ends.
    fn look_at(&mut self, result: std::io::Result<usize>) -> Result<usize, End> {
        match result {
            Ok(0) => {
                let why = "the producer closed its end before the end of the stream";
                Err(End::PeerClosed(why.into()))
            }
            Ok(count) => {
                self.idle_ns = 0;
                Ok(count)
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                self.idle_ns += self.slice_ns;
                let over = self.idle_ns >= self.arguments.timeout_ns;
                let why = || End::Timeout("nothing arrived for the time-out".into());
                if over { Err(why()) } else { Ok(0) }
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                Err(End::PeerClosed(error.to_string()))
            }
            Err(error) => Err(End::Error(error.to_string())),
        }
    }
}
