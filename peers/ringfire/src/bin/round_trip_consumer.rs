// SPDX-License-Identifier: Apache-2.0
//! Sets off round trips over two ringfire rings; each end makes the one that it sends into.

use std::process::ExitCode;

use peer_ringfire::{Receiving, Sending, attach, make, require_payload};
use tickring_participant::{ping_endpoint, run_asking, say_listening};

fn main() -> ExitCode {
    run_asking(|arguments| {
        require_payload(arguments)?;
        let pings = make(&ping_endpoint(arguments), arguments)?;
        say_listening()?;
        let answers = attach(&arguments.endpoint, arguments)?;
        Ok((Receiving::new(answers, arguments), Sending::new(pings)))
    })
}
