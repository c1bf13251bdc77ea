// SPDX-License-Identifier: Apache-2.0
//! What a Rust program needs to be measured by the harness; `docs/participants.md` is the contract.
//!
//! A consumer is [`run_consumer`] with two functions: one that connects, one that consumes.

mod arguments;
mod consumer;
mod session;
mod unable;
mod usage;

pub use arguments::{ArgumentError, Arguments, Role, WaitPolicy};
pub use consumer::run_consumer;
pub use session::{End, Session, Totals, say_listening, stop_requested};
pub use unable::Unable;
