// SPDX-License-Identifier: Apache-2.0
//! Sets off round trips over two iceoryx2 services, which it makes.

use std::process::ExitCode;

use peer_iceoryx2::{Receiving, Sending};
use tickring_participant::{ping_endpoint, run_asking, say_listening};

fn main() -> ExitCode {
    run_asking(|arguments| {
        let answers = Receiving::open(&arguments.endpoint, arguments)?;
        let pings = Sending::open(&ping_endpoint(arguments), arguments)?;
        say_listening()?;
        Ok((answers, pings))
    })
}
