// SPDX-License-Identifier: Apache-2.0
use ringfire::{RingConsumer, RingProducer};
use tickring_participant::{Arguments, End, Inbox, Outbox, Patience};

use crate::Payload;

/// A ring that is only received from, spinning.
pub struct Receiving {
    ring: RingConsumer<Payload>,
    patience: Patience,
}

/// A ring that is only sent into. It overwrites; with one message at a time nothing is lost.
pub struct Sending(RingProducer<Payload>);

impl Receiving {
    /// Takes over a ring.
    pub fn new(ring: RingConsumer<Payload>, arguments: &Arguments) -> Self {
        Self { ring, patience: Patience::new(arguments) }
    }
}

impl Sending {
    /// Takes over a ring.
    pub fn new(ring: RingProducer<Payload>) -> Self {
        Self(ring)
    }
}

impl Inbox for Receiving {
    #[inline]
    fn receive<R>(&mut self, look: impl FnOnce(&[u8]) -> R) -> Result<R, End> {
        loop {
            if let Some(payload) = self.ring.try_recv() {
                self.patience.renew();
                return Ok(look(&payload));
            }
            self.patience.spend()?;
        }
    }
}

impl Outbox for Sending {
    #[inline]
    fn send(&mut self, write: impl FnOnce(&mut [u8])) -> Result<(), End> {
        let mut payload = Payload::default();
        write(&mut payload);
        self.0.push(&payload);
        Ok(())
    }
}
