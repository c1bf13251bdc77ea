// SPDX-License-Identifier: Apache-2.0
//! Answers round trips over two iceoryx2 services, which the consumer makes.

use std::process::ExitCode;

use peer_iceoryx2::{Receiving, Sending};
use tickring_participant::{ping_endpoint, run_answering};

fn main() -> ExitCode {
    run_answering(|arguments| {
        arguments.require_api(&["reference"])?;
        let answers = Sending::open(&arguments.endpoint, arguments)?;
        let pings = Receiving::open(&ping_endpoint(arguments), arguments)?;
        Ok((pings, answers))
    })
}
