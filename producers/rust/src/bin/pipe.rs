// SPDX-License-Identifier: Apache-2.0
//! Produces into a FIFO that the consumer has made: one write per message. What is written can be
//! read at once: publish-every and flush-every do not apply.

use std::process::ExitCode;

use rustix::fs::{Mode, OFlags, open};
use tickring_participant::{Arguments, DescriptorSender, Framing, Unable, run_producer};

fn main() -> ExitCode {
    run_producer(open_pipe)
}

/// The consumer's FIFO, when somebody reads it.
fn open_pipe(arguments: &Arguments) -> Result<DescriptorSender, Unable> {
    arguments.require_api(&["reference"])?;
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let pipe = open(&arguments.endpoint, flags, Mode::empty())
        .map_err(|error| Unable::broken(format!("cannot open the pipe: {error}")))?;
    Ok(DescriptorSender::new(pipe.into(), Framing::ByteStream, arguments))
}
