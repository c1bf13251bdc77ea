// SPDX-License-Identifier: Apache-2.0
//! Consumes from an iceoryx2 service, which it makes; the producer opens it.

use std::process::ExitCode;

use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use peer_iceoryx2::{MarketTick, Service, open};
use tickring_participant::{
    Arguments, End, Patience, Unable, run_consumer, say_listening, type_id_by_rule,
};
use tickring_recorder::Recorder;

struct Subscription {
    subscriber: Subscriber<ipc::Service, MarketTick, ()>,
    _service: Service,
    _node: Node<ipc::Service>,
}

fn main() -> ExitCode {
    run_consumer(subscribe, consume)
}

fn subscribe(arguments: &Arguments) -> Result<Subscription, Unable> {
    let (node, service) = open(&arguments.endpoint, arguments)?;
    let subscriber = service.subscriber_builder().create().map_err(Unable::broken)?;
    say_listening()?;
    Ok(Subscription { subscriber, _service: service, _node: node })
}

fn consume(own: &Subscription, recorder: &mut Recorder, arguments: &Arguments) -> End {
    let mut patience = Patience::new(arguments);
    loop {
        let message = match own.subscriber.receive() {
            Ok(Some(message)) => message,
            Ok(None) => match patience.spend() {
                Ok(()) => continue,
                Err(end) => return end,
            },
            Err(error) => return End::Error(error.to_string()),
        };
        let receipt_ns = recorder.receipt_ns();
        patience.renew();
        let payload = &message.payload().bytes;
        if payload[0] == 0 {
            return End::Complete;
        }
        recorder.tick(payload, type_id_by_rule(payload), receipt_ns, Some(0));
    }
}
