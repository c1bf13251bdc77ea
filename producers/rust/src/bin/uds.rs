// SPDX-License-Identifier: Apache-2.0
//! Produces into a Unix SEQPACKET socket: one write per message. What is written can be read at
//! once: publish-every and flush-every do not apply.

use std::process::ExitCode;

use rustix::fd::OwnedFd;
use rustix::io::Result;
use rustix::net::sockopt::{set_socket_send_buffer_size, socket_send_buffer_size};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use tickring_participant::{Arguments, DescriptorSender, Framing, Unable, run_producer};

/// Of its send buffer, the socket keeps so much for itself.
const RESERVED_BYTES: usize = 32;
const MOST_BUFFER_BYTES: u64 = 1 << 30;

fn main() -> ExitCode {
    run_producer(connect_socket)
}

fn connect_socket(arguments: &Arguments) -> std::result::Result<DescriptorSender, Unable> {
    arguments.require_api(&["reference"])?;
    let unable = |error| Unable::broken(format!("cannot connect: {error}"));
    let (link, buffer_bytes) = connect_to(arguments).map_err(unable)?;
    let most = buffer_bytes - RESERVED_BYTES;
    let payload_bytes = arguments.payload_bytes;
    if payload_bytes > most as u64 {
        return Err(Unable::asked_wrongly(format!(
            "--payload-bytes is {payload_bytes}; this socket takes at most {most}"
        )));
    }
    Ok(DescriptorSender::new(link.into(), Framing::WholeMessages, arguments))
}

/// Its buffer is as near to the capacity as the system allows; a message has to fit into it.
fn connect_to(arguments: &Arguments) -> Result<(OwnedFd, usize)> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let link = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    let capacity_bytes = arguments.capacity_bytes.min(MOST_BUFFER_BYTES);
    set_socket_send_buffer_size(&link, capacity_bytes as usize)?;
    connect(&link, &SocketAddrUnix::new(&arguments.endpoint)?)?;
    let buffer_bytes = socket_send_buffer_size(&link)?;
    Ok((link, buffer_bytes))
}
