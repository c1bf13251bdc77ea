// SPDX-License-Identifier: Apache-2.0
//! Answers round trips over two ringfire rings; each end makes the one that it sends into.

use std::process::ExitCode;

use peer_ringfire::{Receiving, Sending, attach, make, require_payload};
use tickring_participant::{ping_endpoint, run_answering};

fn main() -> ExitCode {
    run_answering(|arguments| {
        require_payload(arguments)?;
        let answers = make(&arguments.endpoint, arguments)?;
        let pings = attach(&ping_endpoint(arguments), arguments)?;
        Ok((Receiving::new(pings, arguments), Sending::new(answers)))
    })
}
