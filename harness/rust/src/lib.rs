// SPDX-License-Identifier: Apache-2.0
//! What a Rust program needs to be measured by the harness; `docs/participants.md` is the contract.
//!
//! A consumer is [`run_consumer`] with two functions: one that connects, one that consumes. A
//! producer is [`run_producer`] with one that connects and gives a [`Sender`].

mod arguments;
mod consumer;
mod descriptor_consume;
mod descriptor_produce;
mod interrupts;
mod pairs;
mod patience;
mod producer;
mod ring;
mod round_trip;
mod session;
mod tick;
mod trace;
mod unable;
mod usage;

pub use arguments::{Arguments, Role, WaitPolicy};
pub use consumer::{run_consumer, run_traced_consumer};
pub use descriptor_consume::{Framing, consume_descriptor};
pub use descriptor_produce::DescriptorSender;
pub use interrupts::interrupt_sleeps_every;
pub use pairs::ArgumentError;
pub use patience::Patience;
pub use producer::{Sender, run_producer};
pub use round_trip::{Inbox, Outbox, ping_endpoint, run_answering, run_asking};
pub use session::{End, Session, Totals, say_listening, stop_requested};
pub use tick::{Tick, require_ticks, type_id_by_rule};
pub use trace::Trace;
pub use unable::Unable;
