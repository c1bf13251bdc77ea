// SPDX-License-Identifier: Apache-2.0
use std::path::Path;

use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use tickring_participant::{Arguments, End, Inbox, Outbox, Patience, Unable};

use crate::{MarketTick, Service, open};

/// A service that is only received from, spinning.
pub struct Receiving {
    subscriber: Subscriber<ipc::Service, MarketTick, ()>,
    patience: Patience,
    _open: (Node<ipc::Service>, Service),
}

/// A service that is only sent into.
pub struct Sending {
    publisher: Publisher<ipc::Service, MarketTick, ()>,
    _open: (Node<ipc::Service>, Service),
}

impl Receiving {
    /// Opens the service, or makes it.
    pub fn open(endpoint: &Path, arguments: &Arguments) -> Result<Self, Unable> {
        let open = open(endpoint, arguments)?;
        let subscriber = open.1.subscriber_builder().create().map_err(Unable::broken)?;
        Ok(Self { subscriber, patience: Patience::new(arguments), _open: open })
    }
}

impl Sending {
    /// Opens the service, or makes it.
    pub fn open(endpoint: &Path, arguments: &Arguments) -> Result<Self, Unable> {
        let open = open(endpoint, arguments)?;
        let publisher = open.1.publisher_builder().create().map_err(Unable::broken)?;
        Ok(Self { publisher, _open: open })
    }
}

impl Inbox for Receiving {
    #[inline]
    fn receive<R>(&mut self, look: impl FnOnce(&[u8]) -> R) -> Result<R, End> {
        loop {
            match self.subscriber.receive() {
                Ok(Some(message)) => {
                    self.patience.renew();
                    return Ok(look(&message.payload().bytes));
                }
                Ok(None) => self.patience.spend()?,
                Err(error) => return Err(End::Error(error.to_string())),
            }
        }
    }
}

impl Outbox for Sending {
    #[inline]
    fn send(&mut self, write: impl FnOnce(&mut [u8])) -> Result<(), End> {
        let failed = |why: String| End::Error(why);
        let mut message = MarketTick { bytes: [0; 32] };
        write(&mut message.bytes);
        let sample = self.publisher.loan_uninit().map_err(|error| failed(error.to_string()))?;
        sample.write_payload(message).send().map_err(|error| failed(error.to_string()))?;
        Ok(())
    }
}
