// SPDX-License-Identifier: Apache-2.0
//! Producing through a transport that is one file descriptor: the other end of
//! [`consume_descriptor`](crate::consume_descriptor).

use std::fs::File;
use std::io::{self, ErrorKind, Write};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tickring_recorder::TICK_BYTES;

use crate::descriptor_consume::HEAD_BYTES;
use crate::{Arguments, End, Framing, Sender, Tick, stop_requested};

/// How often a wait for room looks whether to stop.
const SLICE_NS: u64 = 100_000_000;

/// The sending end of a pipe or a socket, of which each message is one write.
#[derive(Debug)]
pub struct DescriptorSender {
    file: File,
    /// One message, with its length in front where that has to be said.
    message: Vec<u8>,
    head_bytes: usize,
    mark_bytes: usize,
    timeout_ns: u64,
    full_count: u64,
}

impl DescriptorSender {
    /// `file` has `O_NONBLOCK`.
    pub fn new(file: File, framing: Framing, arguments: &Arguments) -> Self {
        let is_framed = framing == Framing::ByteStream && arguments.mixed;
        let head_bytes = if is_framed { HEAD_BYTES } else { 0 };
        let payload_bytes = arguments.payload_bytes as usize;
        Self {
            file,
            message: vec![0; head_bytes + payload_bytes],
            head_bytes,
            mark_bytes: if arguments.mixed { TICK_BYTES } else { payload_bytes },
            timeout_ns: arguments.timeout_ns,
            full_count: 0,
        }
    }

    /// Sends `bytes` of the message that has been written behind its length. One that is sent in
    /// part is sent to its end; one that is not, only until SIGTERM comes, unless it is to be sent
    /// even then.
    fn send_message(&mut self, bytes: usize, even_when_stopping: bool) -> Result<(), End> {
        let length = (bytes as u32).to_le_bytes();
        self.message[..self.head_bytes].copy_from_slice(&length[..self.head_bytes]);
        let count = self.head_bytes + bytes;
        let mut sent = 0;
        while sent < count {
            if sent == 0 && !even_when_stopping && stop_requested() {
                return Err(End::Stopped);
            }
            match self.file.write(&self.message[sent..count]) {
                Ok(written) => sent += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.full_count += 1;
                    self.wait_for_room()?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => (),
                Err(error) => return Err(end_of(&error)),
            }
        }
        Ok(())
    }

    /// Returns when there may be room, or a signal came.
    fn wait_for_room(&self) -> Result<(), End> {
        let slice = Timespec { tv_sec: 0, tv_nsec: SLICE_NS as i64 };
        let mut room = [PollFd::new(&self.file, PollFlags::OUT)];
        let mut idle_ns = 0;
        while idle_ns < self.timeout_ns {
            match poll(&mut room, Some(&slice)) {
                Ok(0) => idle_ns += SLICE_NS,
                _ => return Ok(()),
            }
        }
        Err(End::Timeout("the consumer took nothing for the time-out".into()))
    }
}

impl Sender for DescriptorSender {
    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        let bytes = tick.bytes();
        tick.write(&mut self.message[self.head_bytes..][..bytes]);
        self.send_message(bytes, false)
    }

    fn finish(&mut self) -> Result<(), End> {
        self.message.fill(0);
        self.send_message(self.mark_bytes, true)
    }

    fn full_count(&self) -> u64 {
        self.full_count
    }
}

fn end_of(error: &io::Error) -> End {
    match error.kind() {
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => {
            End::PeerClosed("the consumer closed its end".into())
        }
        _ => End::Error(error.to_string()),
    }
}
