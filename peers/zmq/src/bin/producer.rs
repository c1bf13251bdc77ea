// SPDX-License-Identifier: Apache-2.0
//! Produces into a ZeroMQ PUSH socket: one send per message. What is sent is on its way at once:
//! publish-every and flush-every do not apply, and a full socket makes its send wait.

use std::process::ExitCode;

use peer_zmq::{address, open, slice_ms};
use tickring_participant::{Arguments, End, Sender, Tick, Unable, run_producer, stop_requested};

struct Push {
    socket: zmq::Socket,
    message: Vec<u8>,
    slices: u64,
    full_count: u64,
}

fn main() -> ExitCode {
    run_producer(connect)
}

fn connect(arguments: &Arguments) -> Result<Push, Unable> {
    arguments.require_api(&["reference"])?;
    let socket = open(zmq::PUSH, arguments)?;
    socket.connect(&address(arguments)).map_err(Unable::broken)?;
    Ok(Push {
        socket,
        message: vec![0; arguments.payload_bytes as usize],
        slices: arguments.timeout_ns / 1_000_000 / slice_ms(arguments) as u64,
        full_count: 0,
    })
}

impl Push {
    #[inline]
    fn send_message(&mut self, may_stop: bool) -> Result<(), End> {
        for _ in 0..=self.slices {
            match self.socket.send(&self.message[..], 0) {
                Ok(()) => return Ok(()),
                Err(zmq::Error::EAGAIN) => self.full_count += 1,
                Err(zmq::Error::EINTR) => (),
                Err(error) => return Err(End::Error(error.to_string())),
            }
            if may_stop && stop_requested() {
                return Err(End::Stopped);
            }
        }
        Err(End::Timeout("the consumer took nothing for the time-out".into()))
    }
}

impl Sender for Push {
    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        tick.write(&mut self.message);
        self.send_message(true)
    }

    /// A message of zeros.
    fn finish(&mut self) -> Result<(), End> {
        self.message.fill(0);
        self.send_message(false)
    }

    fn full_count(&self) -> u64 {
        self.full_count
    }
}
