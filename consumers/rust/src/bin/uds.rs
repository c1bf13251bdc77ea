// SPDX-License-Identifier: Apache-2.0
//! Consumes from a Unix SEQPACKET socket on which it listens: one read per message.

use std::fs::File;
use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Result;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, accept_with, bind, listen, socket_with,
};
use tickring_participant::{
    Arguments, Framing, Unable, consume_descriptor, run_consumer, say_listening,
};

fn main() -> ExitCode {
    run_consumer(accept_producer, |link, recorder, arguments| {
        consume_descriptor(link, Framing::WholeMessages, recorder, arguments)
    })
}

fn accept_producer(arguments: &Arguments) -> std::result::Result<File, Unable> {
    arguments.require_api(&["reference"])?;
    let unable = |error| Unable::broken(format!("cannot listen: {error}"));
    let listener = listen_on(arguments).map_err(unable)?;
    say_listening()?;
    let timeout = Timespec {
        tv_sec: (arguments.timeout_ns / 1_000_000_000) as i64,
        tv_nsec: (arguments.timeout_ns % 1_000_000_000) as i64,
    };
    let mut arrival = [PollFd::new(&listener, PollFlags::IN)];
    if poll(&mut arrival, Some(&timeout)).map_err(unable)? == 0 {
        return Err(Unable::broken("no producer came within the time-out"));
    }
    Ok(accept_with(&listener, SocketFlags::CLOEXEC).map_err(unable)?.into())
}

fn listen_on(arguments: &Arguments) -> Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC;
    let listener = socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    bind(&listener, &SocketAddrUnix::new(&arguments.endpoint)?)?;
    listen(&listener, 1)?;
    Ok(listener)
}
