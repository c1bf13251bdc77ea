// SPDX-License-Identifier: Apache-2.0
//! Sets off round trips over two tachyon buses. It listens on both; the producer connects.

use std::process::ExitCode;

use peer_tachyon::{Bus, Receiving, Sending};
use tickring_participant::{ping_endpoint, run_asking, say_listening};

fn main() -> ExitCode {
    run_asking(|arguments| {
        say_listening()?;
        let answers = Bus::listen(&arguments.endpoint, arguments)?;
        let pings = Bus::listen(&ping_endpoint(arguments), arguments)?;
        Ok((Receiving::new(answers, arguments)?, Sending::new(pings, arguments)?))
    })
}
