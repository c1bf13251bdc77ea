// SPDX-License-Identifier: Apache-2.0
//! Consumes from a FIFO that it makes: one read per message.

use std::fs::File;
use std::process::ExitCode;

use rustix::fs::{CWD, FileType, Mode, OFlags, fcntl_setfl, mknodat, open};
use rustix::pipe::fcntl_setpipe_size;
use tickring_participant::{
    Arguments, Framing, Unable, consume_descriptor, run_consumer, say_listening,
};

fn main() -> ExitCode {
    run_consumer(make_pipe, |pipe, recorder, arguments| {
        consume_descriptor(pipe, Framing::ByteStream, recorder, arguments)
    })
}

/// Opened without a wait for the producer, then read with waits.
fn make_pipe(arguments: &Arguments) -> Result<File, Unable> {
    arguments.require_api(&["reference"])?;
    let unable = |error| Unable::broken(format!("cannot make the pipe: {error}"));
    mknodat(CWD, &arguments.endpoint, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
        .map_err(unable)?;
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let pipe = open(&arguments.endpoint, flags, Mode::empty()).map_err(unable)?;
    fcntl_setfl(&pipe, OFlags::empty()).map_err(unable)?;
    // The capacity is as near as the system allows.
    let _ = fcntl_setpipe_size(&pipe, arguments.capacity_bytes as usize);
    say_listening()?;
    Ok(pipe.into())
}
