// SPDX-License-Identifier: Apache-2.0
//! Answers round trips over two tachyon buses.

use std::process::ExitCode;

use peer_tachyon::{Bus, Receiving, Sending};
use tickring_participant::{ping_endpoint, run_answering};

fn main() -> ExitCode {
    run_answering(|arguments| {
        let answers = Bus::connect(&arguments.endpoint, arguments)?;
        let pings = Bus::connect(&ping_endpoint(arguments), arguments)?;
        Ok((Receiving::new(pings, arguments)?, Sending::new(answers, arguments)?))
    })
}
