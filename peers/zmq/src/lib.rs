// SPDX-License-Identifier: Apache-2.0
//! What both ends of a ZeroMQ socket share.

use tickring_participant::{Arguments, Unable, require_ticks};
use zmq::{Context, Socket, SocketType};

/// How often a call that sleeps returns to look whether to stop.
const SLICE_MS: u64 = 100;

/// A socket whose calls return after a while, and which never holds up the end of the process.
pub fn open(kind: SocketType, arguments: &Arguments) -> Result<Socket, Unable> {
    require_ticks(arguments)?;
    let timeout_ms = (arguments.timeout_ns / 1_000_000).clamp(1, i32::MAX as u64) as i32;
    let open = || {
        let socket = Context::new().socket(kind)?;
        socket.set_linger(timeout_ms)?;
        socket.set_sndtimeo(slice_ms(arguments))?;
        socket.set_rcvtimeo(slice_ms(arguments))?;
        Ok(socket)
    };
    open().map_err(|error: zmq::Error| Unable::broken(format!("cannot make the socket: {error}")))
}

/// The length of a slice, milliseconds.
pub fn slice_ms(arguments: &Arguments) -> i32 {
    (arguments.timeout_ns / 1_000_000).clamp(1, SLICE_MS) as i32
}

/// The address of the run's socket.
pub fn address(arguments: &Arguments) -> String {
    format!("ipc://{}", arguments.endpoint.display())
}
