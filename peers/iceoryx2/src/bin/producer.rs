// SPDX-License-Identifier: Apache-2.0
//! Produces into an iceoryx2 service: one loan and one send per message. What is sent can be read
//! at once: publish-every and flush-every do not apply. A send into a full buffer waits inside
//! iceoryx2.

use std::process::ExitCode;

use iceoryx2::port::publisher::Publisher;
use iceoryx2::prelude::*;
use peer_iceoryx2::{MarketTick, Service, open};
use tickring_participant::{Arguments, End, Sender, Tick, Unable, run_producer};

struct Iceoryx2 {
    publisher: Publisher<ipc::Service, MarketTick, ()>,
    _service: Service,
    _node: Node<ipc::Service>,
}

fn main() -> ExitCode {
    run_producer(connect)
}

fn connect(arguments: &Arguments) -> Result<Iceoryx2, Unable> {
    arguments.require_api(&["reference"])?;
    let (node, service) = open(&arguments.endpoint, arguments)?;
    let publisher = service
        .publisher_builder()
        .backpressure_strategy(BackpressureStrategy::RetryUntilDelivered)
        .create()
        .map_err(Unable::broken)?;
    Ok(Iceoryx2 { publisher, _service: service, _node: node })
}

impl Iceoryx2 {
    #[inline]
    fn publish(&self, tick: MarketTick) -> Result<(), End> {
        let failed = |why: String| End::Error(why);
        let sample = self.publisher.loan_uninit().map_err(|error| failed(error.to_string()))?;
        sample.write_payload(tick).send().map_err(|error| failed(error.to_string()))?;
        Ok(())
    }
}

impl Sender for Iceoryx2 {
    #[inline]
    fn send(&mut self, tick: &Tick<'_>) -> Result<(), End> {
        let mut message = MarketTick { bytes: [0; 32] };
        tick.write(&mut message.bytes);
        self.publish(message)
    }

    /// A message of zeros.
    fn finish(&mut self) -> Result<(), End> {
        self.publish(MarketTick { bytes: [0; 32] })
    }

    fn full_count(&self) -> u64 {
        0
    }
}
