// SPDX-License-Identifier: Apache-2.0
//! Consumes from a ZeroMQ PULL socket, which it binds.

use std::process::ExitCode;

use peer_zmq::{address, open, slice_ms};
use tickring_participant::{
    Arguments, End, Unable, run_consumer, say_listening, stop_requested, type_id_by_rule,
};
use tickring_recorder::Recorder;
use zmq::{Message, Socket};

fn main() -> ExitCode {
    run_consumer(bind, consume)
}

fn bind(arguments: &Arguments) -> Result<Socket, Unable> {
    let socket = open(zmq::PULL, arguments)?;
    socket.bind(&address(arguments)).map_err(Unable::broken)?;
    say_listening()?;
    Ok(socket)
}

fn consume(socket: &Socket, recorder: &mut Recorder, arguments: &Arguments) -> End {
    let slice_ns = slice_ms(arguments) as u64 * 1_000_000;
    let mut message = Message::new();
    let mut idle_ns = 0;
    while !stop_requested() {
        let result = socket.recv(&mut message, 0);
        let receipt_ns = recorder.receipt_ns();
        match result {
            Ok(()) => idle_ns = 0,
            Err(zmq::Error::EINTR) => continue,
            Err(zmq::Error::EAGAIN) => {
                idle_ns += slice_ns;
                if idle_ns >= arguments.timeout_ns {
                    return End::Timeout("nothing arrived for the time-out".into());
                }
                continue;
            }
            Err(error) => return End::Error(error.to_string()),
        }
        if message.len() as u64 != arguments.payload_bytes {
            return End::Error("a message has not the length of --payload-bytes".into());
        }
        if message[0] == 0 {
            return End::Complete;
        }
        // Each message is a publication of its own.
        recorder.tick(&message, type_id_by_rule(&message), receipt_ns, Some(0));
    }
    End::Stopped
}
