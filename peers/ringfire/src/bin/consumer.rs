// SPDX-License-Identifier: Apache-2.0
//! Consumes from a ringfire ring, which the producer makes.

use std::cell::RefCell;
use std::fs::File;
use std::process::ExitCode;

use peer_ringfire::{Payload, attach, attached_mark, require_payload};
use ringfire::RingConsumer;
use tickring_participant::{
    Arguments, End, Patience, Unable, run_consumer, say_listening, type_id_by_rule,
};
use tickring_recorder::Recorder;

fn main() -> ExitCode {
    run_consumer(listen, consume)
}

fn listen(arguments: &Arguments) -> Result<RefCell<RingConsumer<Payload>>, Unable> {
    require_payload(arguments)?;
    say_listening()?;
    let ring = attach(&arguments.endpoint, arguments)?;
    File::create(attached_mark(&arguments.endpoint))?;
    Ok(RefCell::new(ring))
}

fn consume(
    ring: &RefCell<RingConsumer<Payload>>,
    recorder: &mut Recorder,
    arguments: &Arguments,
) -> End {
    let mut ring = ring.borrow_mut();
    let mut patience = Patience::new(arguments);
    loop {
        let Some(payload) = ring.try_recv() else {
            if let Err(end) = patience.spend() {
                return end;
            }
            continue;
        };
        let receipt_ns = recorder.receipt_ns();
        patience.renew();
        if payload[0] == 0 {
            return End::Complete;
        }
        recorder.tick(&payload, type_id_by_rule(&payload), receipt_ns, Some(0));
    }
}
